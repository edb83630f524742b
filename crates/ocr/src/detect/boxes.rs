//! From the detector's probability map to boxes: the post-processing of DB ("Real-time Scene Text Detection with Differentiable
//! Binarization", Liao et al., 2020) with the thresholds that the release of PP-OCRv6 small is used with.

use image::{GrayImage, Luma};
use imageproc::contours::{BorderType, find_contours};
use imageproc::geometry::min_area_rect;

use crate::quad::Quad;
use crate::text::Point;

/// A pixel is text from this probability on.
const PIXEL: f32 = 0.3;
/// A box is kept from this mean probability inside it on.
const BOX: f32 = 0.5;
/// The network is trained on shrunken text: a box is grown back by area · ratio ⁄ perimeter on each side.
const UNCLIP: f32 = 1.6;
/// The least thickness of a box before and after growing, in pixels of the map.
const THINNEST: f32 = 3.0;
/// At most this many outlines are looked at.
const MOST: usize = 3000;
/// Outlines are handed to [`min_area_rect`], which rounds outwards to whole numbers, in this many parts of a pixel.
const PARTS: i32 = 8;

/// The detector's output: the probability of every pixel to be inside a line of text.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// Row by row, `width` values each.
    pub values: &'a [f32],
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
}

/// One box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// In pixels of the map.
    pub quad: Quad,
    /// Mean probability inside it.
    pub score: f32,
}

/// The boxes of a map, in no particular order.
pub fn boxes(map: Map<'_>) -> Vec<Found> {
    let mask = mask(map);
    let outlines = find_contours::<i32>(&mask);
    let mut found = Vec::new();
    for outline in outlines.iter().filter(|outline| outline.border_type == BorderType::Outer).take(MOST) {
        let points: Vec<_> = outline.points.iter().map(|p| imageproc::point::Point { x: p.x * PARTS, y: p.y * PARTS }).collect();
        let corners = min_area_rect(&points).map(|p| Point { x: p.x as f32 / PARTS as f32, y: p.y as f32 / PARTS as f32 });
        let quad = Quad(corners).ordered();
        if quad.thickness() < THINNEST {
            continue;
        }
        let score = mean(map, &quad);
        if score < BOX {
            continue;
        }
        let (length, height) = (quad.length(), quad.height());
        let quad = quad.grown(length * height * UNCLIP / (2.0 * (length + height)));
        if quad.thickness() >= THINNEST + 2.0 {
            found.push(Found { quad, score });
        }
    }
    found
}

/// The map's text pixels, each spread one pixel to the right and down, so that the index of an outline's pixel is at the same time the
/// place of the text's edge.
fn mask(map: Map<'_>) -> GrayImage {
    let mut mask = GrayImage::new(map.width as u32, map.height as u32);
    for (y, row) in map.values.chunks_exact(map.width.max(1)).enumerate().take(map.height) {
        for (x, _) in row.iter().enumerate().filter(|(_, p)| **p > PIXEL) {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                if let Some(pixel) = mask.get_pixel_mut_checked((x + dx) as u32, (y + dy) as u32) {
                    *pixel = Luma([255]);
                }
            }
        }
    }
    mask
}

/// The mean of the map inside a convex quadrilateral, by scan lines through the pixels' middles.
fn mean(map: Map<'_>, quad: &Quad) -> f32 {
    let [_, top, _, bottom] = quad.bounds();
    let first = top.floor().max(0.0) as usize;
    let last = (bottom.ceil().max(0.0) as usize).min(map.height);
    let (mut sum, mut count) = (0.0f64, 0usize);
    for y in first..last {
        let Some((from, to)) = crossing(quad, y as f32 + 0.5) else { continue };
        let from = (from.round().max(0.0) as usize).min(map.width);
        let to = (to.round().max(0.0) as usize).clamp(from, map.width);
        if let Some(row) = map.values.get(y * map.width + from..y * map.width + to) {
            sum += row.iter().map(|&p| f64::from(p)).sum::<f64>();
            count += row.len();
        }
    }
    if count == 0 { 0.0 } else { (sum / count as f64) as f32 }
}

/// Where a horizontal line enters and leaves a convex quadrilateral.
fn crossing(quad: &Quad, y: f32) -> Option<(f32, f32)> {
    let corners = quad.0;
    let mut range: Option<(f32, f32)> = None;
    for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        if y < low.y || y > high.y || low.y == high.y {
            continue;
        }
        let x = low.x + (high.x - low.x) * (y - low.y) / (high.y - low.y);
        range = Some(range.map_or((x, x), |(from, to)| (from.min(x), to.max(x))));
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with the given rectangles (left, top, right, bottom, probability) drawn in it.
    fn map(width: usize, height: usize, rectangles: &[(usize, usize, usize, usize, f32)]) -> Vec<f32> {
        let mut values = vec![0.0; width * height];
        for &(left, top, right, bottom, p) in rectangles {
            for y in top..bottom {
                values[y * width + left..y * width + right].fill(p);
            }
        }
        values
    }

    fn found(values: &[f32], width: usize) -> Vec<Found> {
        boxes(Map { values, width, height: values.len() / width })
    }

    #[test]
    fn a_level_rectangle_grows_by_the_unclip_rule() {
        // 100 × 10 at (50, 40): grown on each side by 100 · 10 · 1.6 ⁄ 220 = 7.27.
        let values = map(256, 96, &[(50, 40, 150, 50, 0.9)]);
        let found = found(&values, 256);
        assert_eq!(found.len(), 1);
        assert!((found[0].score - 0.9).abs() < 1e-4, "{}", found[0].score);
        let expected = [42.7, 32.7, 157.3, 57.3];
        for (is, should) in found[0].quad.bounds().iter().zip(expected) {
            assert!((is - should).abs() < 0.5, "{:?}", found[0].quad);
        }
    }

    #[test]
    fn what_is_kept_and_what_is_dropped() {
        type Spot = (usize, usize, usize, usize, f32);
        let cases: [(&str, &[Spot], usize); 6] = [
            ("nothing", &[], 0),
            ("below the pixel threshold", &[(20, 20, 80, 32, 0.29)], 0),
            ("below the box threshold", &[(20, 20, 80, 32, 0.45)], 0),
            ("at two thirds", &[(20, 20, 80, 32, 0.66)], 1),
            ("thinner than three pixels", &[(20, 20, 80, 22, 0.9)], 0),
            ("two lines a pixel row apart stay two", &[(20, 20, 80, 30, 0.9), (20, 33, 80, 43, 0.9)], 2),
        ];
        for (name, rectangles, expected) in cases {
            assert_eq!(found(&map(128, 64, rectangles), 128).len(), expected, "{name}");
        }
    }

    #[test]
    fn a_tilted_line_gives_a_tilted_box() {
        // A band 12 thick along a slope of 0.2, from x = 40 to x = 200.
        let (width, height) = (256usize, 128usize);
        let slope = 0.2f32;
        let values: Vec<f32> = (0..width * height)
            .map(|i| {
                let (x, y) = ((i % width) as f32 + 0.5, (i / width) as f32 + 0.5);
                let off = (y - (40.0 + slope * (x - 40.0))) / (1.0 + slope * slope).sqrt();
                if (40.0..200.0).contains(&x) && off.abs() < 6.0 { 0.95 } else { 0.0 }
            })
            .collect();
        let found = found(&values, width);
        assert_eq!(found.len(), 1);
        let [a, b, ..] = found[0].quad.0;
        let angle = (b.y - a.y) / (b.x - a.x);
        assert!((angle - slope).abs() < 0.02, "{angle}");
        assert!(found[0].quad.length() > 5.0 * found[0].quad.height());
    }

    #[test]
    fn a_map_without_pixels_has_no_boxes() {
        assert!(boxes(Map { values: &[], width: 0, height: 0 }).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_map_gives_finite_boxes_near_it(values in proptest::collection::vec(0.0f32..1.0, 24 * 18)) {
            for found in found(&values, 24) {
                proptest::prop_assert!((BOX..=1.0).contains(&found.score));
                for p in found.quad.0 {
                    proptest::prop_assert!(p.x.is_finite() && p.y.is_finite());
                    proptest::prop_assert!((-40.0..64.0).contains(&p.x) && (-40.0..58.0).contains(&p.y));
                }
            }
        }
    }
}
