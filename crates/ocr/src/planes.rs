//! Pictures as the models want them: three planes, blue first, from -1 to 1.

use image::RgbImage;

/// Writes a picture into the top left of three planes of `width` × `height` values each, as PP-OCR's models are fed: blue, green, red, each
/// (v ⁄ 255 − 0.5) ⁄ 0.5. What the picture does not cover is left as it is. A picture that is larger is cut off.
pub(crate) fn write(picture: &RgbImage, width: usize, height: usize, planes: &mut [f32]) {
    let plane = width * height;
    if plane == 0 || planes.len() < 3 * plane {
        return;
    }
    let (blue, rest) = planes.split_at_mut(plane);
    let (green, rest) = rest.split_at_mut(plane);
    let red = &mut rest[..plane];
    let row = picture.width() as usize * 3;
    let rows = picture.as_raw().chunks_exact(row.max(3));
    let targets = blue.chunks_exact_mut(width).zip(green.chunks_exact_mut(width)).zip(red.chunks_exact_mut(width));
    for (pixels, ((blue, green), red)) in rows.zip(targets) {
        for (pixel, ((b, g), r)) in pixels.chunks_exact(3).zip(blue.iter_mut().zip(green).zip(red)) {
            *r = f32::from(pixel[0]) / 127.5 - 1.0;
            *g = f32::from(pixel[1]) / 127.5 - 1.0;
            *b = f32::from(pixel[2]) / 127.5 - 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn blue_green_red_from_minus_one_to_one() {
        let picture = RgbImage::from_fn(2, 1, |x, _| if x == 0 { Rgb([255, 0, 51]) } else { Rgb([0, 255, 102]) });
        let mut planes = vec![9.0; 3 * 3 * 2];
        write(&picture, 3, 2, &mut planes);
        let expected = [[-0.6, -0.2, 9.0, 9.0, 9.0, 9.0], [-1.0, 1.0, 9.0, 9.0, 9.0, 9.0], [1.0, -1.0, 9.0, 9.0, 9.0, 9.0]];
        for (is, should) in planes.iter().zip(expected.as_flattened()) {
            assert!((is - should).abs() < 1e-6, "{planes:?}");
        }
    }

    #[test]
    fn sizes_that_do_not_fit_change_nothing_beyond() {
        let picture = RgbImage::from_pixel(5, 5, Rgb([255; 3]));
        let mut planes = vec![0.0; 3 * 4];
        write(&picture, 2, 2, &mut planes);
        assert!(planes.iter().all(|&v| v == 1.0));
        write(&picture, 0, 0, &mut planes);
        write(&picture, 9, 9, &mut planes);
        assert!(planes.iter().all(|&v| v == 1.0));
    }
}
