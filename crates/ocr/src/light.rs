//! The light on a picture, and the picture as it would be if that were even: in a shadow print hardly stands off, and on a patterned ground the detector passes
//! over all of it.

use image::RgbImage;

/// The light is measured in squares of so many pixels, by the brightest of this many around each: on paper or on the lightest of a ground, not on print.
const SQUARE: usize = 16;
const AROUND: usize = 4;
/// How bright paper becomes.
const PAPER: f32 = 240.0;
/// Nothing becomes so many times as bright as it was: there is only noise in the dark.
const MOST: f32 = 6.0;

/// The same picture under even light.
pub(crate) fn even(picture: &RgbImage) -> RgbImage {
    let mut out = picture.clone();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (across, down) = (width.div_ceil(SQUARE), height.div_ceil(SQUARE));
    if across == 0 || down == 0 {
        return out;
    }
    let brightest = around(&squares(picture, across, down), across, |values| values.iter().copied().fold(0.0, f32::max));
    let light = around(&brightest, across, |values| values.iter().sum::<f32>() / values.len().max(1) as f32);
    let gains: Vec<f32> = light.iter().map(|light| (PAPER / light.max(1.0)).min(MOST)).collect();
    let mut row = vec![0.0; across];
    let raw: &mut [u8] = &mut out;
    for (y, pixels) in raw.chunks_exact_mut(width * 3).enumerate() {
        let (above, below, share) = between(y, down);
        for (x, gain) in row.iter_mut().enumerate() {
            *gain = gains[above * across + x] * (1.0 - share) + gains[below * across + x] * share;
        }
        for (x, pixel) in pixels.chunks_exact_mut(3).enumerate() {
            let (left, right, share) = between(x, across);
            let gain = row[left] * (1.0 - share) + row[right] * share;
            for channel in pixel {
                *channel = (f32::from(*channel) * gain).min(255.0) as u8;
            }
        }
    }
    out
}

/// Between the middles of which squares a pixel is, and how far from the first to the second.
fn between(at: usize, count: usize) -> (usize, usize, f32) {
    let place = ((at as f32 + 0.5) / SQUARE as f32 - 0.5).max(0.0);
    let first = (place as usize).min(count - 1);
    (first, (first + 1).min(count - 1), place - first as f32)
}

/// How bright each square is: the mean of its pixels' strongest colours.
fn squares(picture: &RgbImage, across: usize, down: usize) -> Vec<f32> {
    let width = picture.width() as usize;
    let mut sums = vec![(0_u32, 0_u32); across * down];
    let raw: &[u8] = picture;
    for (y, pixels) in raw.chunks_exact(width * 3).enumerate() {
        let row = &mut sums[y / SQUARE * across..][..across];
        for (part, (sum, count)) in pixels.chunks(SQUARE * 3).zip(row) {
            *sum += part.chunks_exact(3).map(|p| u32::from(p[0].max(p[1]).max(p[2]))).sum::<u32>();
            *count += (part.len() / 3) as u32;
        }
    }
    sums.into_iter().map(|(sum, count)| sum as f32 / count.max(1) as f32).collect()
}

/// What a function makes of the squares around each, first of those beside it, then of those above and below.
fn around(values: &[f32], across: usize, of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let line = |values: &[f32]| -> Vec<f32> {
        (0..values.len()).map(|at| of(&values[at.saturating_sub(AROUND)..(at + AROUND + 1).min(values.len())])).collect()
    };
    let rows: Vec<f32> = values.chunks_exact(across).flat_map(line).collect();
    let columns: Vec<Vec<f32>> = (0..across).map(|x| line(&rows.iter().skip(x).step_by(across).copied().collect::<Vec<f32>>())).collect();
    (0..rows.len()).map(|at| columns[at % across][at / across]).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn print_stands_off_in_the_shade_as_in_the_light() {
        // paper with print on every eighth row, half of it in the shade
        let picture = RgbImage::from_fn(801, 403, |x, y| {
            let light = if x < 400 { 1.0 } else { 0.3 };
            Rgb([if y % 8 == 0 { 80.0 } else { 220.0 }; 3].map(|v: f32| (v * light) as u8))
        });
        let even = even(&picture);
        assert_eq!(even.dimensions(), picture.dimensions());
        for x in [20, 250, 560, 780] {
            let [print, paper] = [200, 205].map(|y| f32::from(even.get_pixel(x, y).0[0]));
            assert!(paper > 230.0 && (80.0..110.0).contains(&print), "{print} on {paper} at {x}");
        }
    }

    #[test]
    fn the_dark_stays_dark_and_nothing_stays_nothing() {
        let dark = even(&RgbImage::from_pixel(40, 40, Rgb([10; 3])));
        assert_eq!(dark.get_pixel(20, 20).0, [60; 3]);
        assert_eq!(even(&RgbImage::new(0, 7)).dimensions(), (0, 7));
    }
}
