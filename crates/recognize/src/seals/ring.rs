//! Seals on a picture, told by their rim: an ellipse or a circle in the red of official seals, or in blue or violet.

use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::look::pixel;

/// The width at which a form is looked at, in pixels: rims are two or three pixels wide then.
const WIDTH: f32 = 420.0;
/// At most so high.
const HIGHEST: u32 = 1600;
/// The sides of a seal as shares of the form's width: a 发票专用章 is 40 mm by 30 mm, the forms are 57 mm to 240 mm wide.
const SIDES: std::ops::RangeInclusive<f32> = 0.09..=0.75;
/// Width by height of a seal, some of it perhaps pale.
const ASPECT: std::ops::RangeInclusive<f32> = 0.75..=1.75;
/// So much of the rim has to be seen.
const SEEN: f32 = 0.7;
/// Directions in which the rim is looked for.
const DIRECTIONS: usize = 72;
/// A seal is mostly paper.
const FILLED: f32 = 0.6;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ring {
    /// The box around it, in pixels of the upright page.
    pub(super) area: [f32; 4],
    /// Red; else blue or violet.
    pub(super) red: bool,
}

/// The ink of seals in a pixel: red by how much red exceeds the other colours, blue likewise; negative where there is none.
pub(super) fn ink([r, g, b]: [u8; 3], red: bool) -> i32 {
    let [r, g, b] = [r, g, b].map(i32::from);
    if red { r - g.max(b) } else { b - g.max(r) + (r - g).clamp(0, 20) }
}

/// From here on it is ink: paper that is tinted or photographed in warm light stays below.
const INK: i32 = 38;

/// The seals inside a part of the upright page.
pub(super) fn rings(picture: &RgbImage, orientation: u16, region: [f32; 4]) -> Vec<Ring> {
    let [left, top, right, bottom] = region.map(|v| v.max(0.0));
    let every = ((right - left) / WIDTH).max(1.0);
    let (width, height) = (((right - left) / every) as u32, (((bottom - top) / every) as u32).min(HIGHEST));
    if width < 40 || height < 40 {
        return Vec::new();
    }
    [true, false].into_iter().flat_map(|red| of_colour(picture, orientation, (left, top, every), (width, height), red)).collect()
}

fn of_colour(
    picture: &RgbImage,
    orientation: u16,
    (left, top, every): (f32, f32, f32),
    (width, height): (u32, u32),
    red: bool,
) -> Vec<Ring> {
    // a rim is thinner than the pixels that are left out: it is there where any of a few is of its colour
    let near = every.min(3.0);
    let inked = |x: u32, y: u32| {
        let at =
            |dx: f32, dy: f32| pixel(picture, orientation, (left + x as f32 * every + dx) as u32, (top + y as f32 * every + dy) as u32);
        [(0.0, 0.0), (near / 2.0, near / 2.0)].into_iter().any(|(dx, dy)| at(dx, dy).is_some_and(|p| ink(p.0, red) > INK))
    };
    let mask = GrayImage::from_fn(width, height, |x, y| Luma([if inked(x, y) { 255 } else { 0 }]));
    let grown = imageproc::morphology::dilate(&mask, imageproc::distance_transform::Norm::LInf, 1);
    let labels = connected_components(&grown, Connectivity::Eight, Luma([0]));
    let mut boxes: Vec<Option<[u32; 4]>> = Vec::new();
    for (x, y, label) in labels.enumerate_pixels().filter(|(_, _, label)| label.0[0] > 0) {
        let at = label.0[0] as usize;
        if boxes.len() <= at {
            boxes.resize(at + 1, None);
        }
        boxes[at] = Some(boxes[at].map_or([x, y, x, y], |[l, t, r, b]| [l.min(x), t.min(y), r.max(x), b.max(y)]));
    }
    let is_ring = |at: usize, [l, t, r, b]: [u32; 4]| {
        let (w, h) = ((r - l + 1) as f32, (b - t + 1) as f32);
        let shape = SIDES.contains(&(w / width as f32)) && ASPECT.contains(&(w / h)) && w.min(h) >= 16.0;
        shape && rim(&labels, at as u32, [l, t, r, b]) >= SEEN && filled(&mask, [l, t, r, b]) <= FILLED
    };
    boxes
        .into_iter()
        .enumerate()
        .filter_map(|(at, area)| area.filter(|area| is_ring(at, *area)))
        .map(|[l, t, r, b]| {
            let area = [left + l as f32 * every, top + t as f32 * every, left + (r + 1) as f32 * every, top + (b + 1) as f32 * every];
            Ring { area, red }
        })
        .collect()
}

/// The share of directions from the middle in which a component reaches the ellipse inside its box.
fn rim(labels: &image::ImageBuffer<Luma<u32>, Vec<u32>>, label: u32, [l, t, r, b]: [u32; 4]) -> f32 {
    let (cx, cy) = ((l + r) as f32 / 2.0, (t + b) as f32 / 2.0);
    let (rx, ry) = ((r - l) as f32 / 2.0, (b - t) as f32 / 2.0);
    let seen = (0..DIRECTIONS).filter(|i| {
        let (sin, cos) = (*i as f32 / DIRECTIONS as f32 * std::f32::consts::TAU).sin_cos();
        (0..=6).map(|k| 0.85 + 0.025 * k as f32).any(|share| {
            let (x, y) = (cx + share * rx * cos, cy + share * ry * sin);
            labels.get_pixel_checked(x.round().max(0.0) as u32, y.round().max(0.0) as u32).is_some_and(|p| p.0[0] == label)
        })
    });
    seen.count() as f32 / DIRECTIONS as f32
}

fn filled(mask: &GrayImage, [l, t, r, b]: [u32; 4]) -> f32 {
    let inside = (t..=b).flat_map(|y| (l..=r).map(move |x| (x, y)));
    let (inked, all) = inside.fold((0_u32, 0_u32), |(inked, all), (x, y)| (inked + u32::from(mask.get_pixel(x, y).0[0] > 0), all + 1));
    inked as f32 / all.max(1) as f32
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use imageproc::drawing::{draw_filled_rect_mut, draw_hollow_ellipse_mut, draw_hollow_rect_mut};
    use imageproc::rect::Rect;

    use super::*;

    const RED: Rgb<u8> = Rgb([214, 60, 58]);
    const VIOLET: Rgb<u8> = Rgb([96, 70, 180]);

    fn sealed(colour: Rgb<u8>) -> RgbImage {
        let mut page = RgbImage::from_pixel(800, 500, Rgb([246, 240, 232]));
        for grow in 0..4 {
            draw_hollow_ellipse_mut(&mut page, (560, 380), 100 - grow, 75 - grow, colour);
        }
        draw_filled_rect_mut(&mut page, Rect::at(500, 374).of_size(120, 10), colour);
        page
    }

    #[test]
    fn rims_are_found_in_red_and_in_violet() {
        for (colour, red) in [(RED, true), (VIOLET, false)] {
            let found = rings(&sealed(colour), 0, [0.0, 0.0, 800.0, 500.0]);
            let [Ring { area, red: is_red }] = found[..] else { panic!("{found:?}") };
            assert_eq!(is_red, red);
            for (edge, expected) in area.into_iter().zip([460.0, 305.0, 660.0, 455.0]) {
                assert!((edge - expected).abs() < 8.0, "{area:?}");
            }
        }
    }

    #[test]
    fn frames_blots_and_black_print_are_no_seals() {
        let mut page = RgbImage::from_pixel(800, 500, Rgb([255; 3]));
        draw_hollow_rect_mut(&mut page, Rect::at(100, 100).of_size(200, 150), RED);
        draw_hollow_rect_mut(&mut page, Rect::at(101, 101).of_size(198, 148), RED);
        draw_filled_rect_mut(&mut page, Rect::at(400, 100).of_size(150, 120), RED);
        for grow in 0..4 {
            draw_hollow_ellipse_mut(&mut page, (560, 380), 100 - grow, 75 - grow, Rgb([30, 30, 30]));
        }
        assert_eq!(rings(&page, 0, [0.0, 0.0, 800.0, 500.0]), []);
    }
}
