//! What is written along a seal's rim: its upper part unrolled into a straight line, which is read like any other.
//!
//! On a 发票专用章 the name of the seller runs along the rim from the lower left over the top to the lower right; its tax id stands level in
//! the middle, and 发票专用章 below it.

use image::{Rgb, RgbImage};
use ocr::Eyes;

use super::ring::{Ring, ink};
use crate::error::Error;
use crate::layout::is_chinese;
use crate::look::pixel;
use crate::reader::Run;

/// Between which shares of the radius the letters stand.
const BAND: (f32, f32) = (0.58, 0.93);
/// Between which angles, clockwise from the right, in degrees.
const ARC: (f32, f32) = (-212.0, 32.0);
/// The height of the strip in pixels, and the greatest length.
const HEIGHT: u32 = 48;
const LONGEST: u32 = 1600;
/// A name was read when its characters are so sure.
const SURE: f32 = 0.85;
/// The shortest name of a company.
const SHORTEST: usize = 6;
/// The longest.
const MOST: usize = 40;

/// The name along the rim of a seal; nothing when it cannot be read.
pub(super) fn name(ring: &Ring, picture: &RgbImage, orientation: u16, eyes: &dyn Eyes, run: &Run) -> Result<Option<String>, Error> {
    let Some(strip) = strip(ring, picture, orientation) else { return Ok(None) };
    let area = [0.0, 0.0, strip.width() as f32, strip.height() as f32];
    let lines = eyes.read_boxes(&strip, 0, &[area], run.deadline())?;
    let Some(line) = lines.into_iter().next().flatten().filter(|line| line.confidence >= SURE) else { return Ok(None) };
    Ok(company(&line.text()))
}

/// The text if it can be the name of a company.
fn company(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|c| !c.is_whitespace()).map(crate::layout::fold).collect();
    let length = name.chars().count();
    let chinese = name.chars().filter(|c| is_chinese(*c)).count();
    let plain = name.chars().all(|c| is_chinese(c) || "()".contains(c));
    (plain && chinese >= SHORTEST && length <= MOST && !name.contains("专用章")).then_some(name)
}

/// The band along the rim, unrolled: dark letters on white.
fn strip(ring: &Ring, picture: &RgbImage, orientation: u16) -> Option<RgbImage> {
    let [left, top, right, bottom] = ring.area;
    let (cx, cy) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let (rx, ry) = ((right - left) / 2.0, (bottom - top) / 2.0);
    // equal steps along the curve, not of the angle, or letters at the ends of a long ellipse are squeezed
    let middle = (BAND.0 + BAND.1) / 2.0;
    let steps = 360;
    let angle = |i: usize| (ARC.0 + (ARC.1 - ARC.0) * i as f32 / steps as f32).to_radians();
    let point = |angle: f32, share: f32| (cx + share * rx * angle.cos(), cy + share * ry * angle.sin());
    let mut lengths = vec![0.0_f32];
    for i in 1..=steps {
        let (a, b) = (point(angle(i - 1), middle), point(angle(i), middle));
        lengths.push(lengths[i - 1] + (b.0 - a.0).hypot(b.1 - a.1));
    }
    let all = *lengths.last()?;
    // the band is as wide as its share of the shorter radius, everywhere: letters do not grow at the ends of an ellipse
    let thick = (BAND.1 - BAND.0) * rx.min(ry);
    let width = ((all / thick.max(1.0)) * HEIGHT as f32).min(LONGEST as f32) as u32;
    if thick < 8.0 || width < HEIGHT {
        return None;
    }
    let mut at = 0;
    let mut strip = RgbImage::from_pixel(width, HEIGHT, Rgb([255; 3]));
    for x in 0..width {
        let along = (x as f32 + 0.5) / width as f32 * all;
        while at + 1 < steps && lengths[at + 1] < along {
            at += 1;
        }
        let part = (along - lengths[at]) / (lengths[at + 1] - lengths[at]).max(1e-3);
        let angle = angle(at) + (angle(at + 1) - angle(at)) * part;
        let (ex, ey) = point(angle, BAND.1);
        // the normal of the ellipse, towards its middle
        let (nx, ny) = (-angle.cos() / rx, -angle.sin() / ry);
        let length = nx.hypot(ny).max(1e-6);
        for y in 0..HEIGHT {
            let deep = (y as f32 + 0.5) / HEIGHT as f32 * thick;
            let value = smooth(picture, orientation, ex + nx / length * deep, ey + ny / length * deep, ring.red);
            strip.put_pixel(x, y, Rgb([value; 3]));
        }
    }
    Some(strip)
}

/// The paper left by a seal's ink at a place, from 0 to 255, between the four pixels around it.
fn smooth(picture: &RgbImage, orientation: u16, x: f32, y: f32, red: bool) -> u8 {
    let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
    let (fx, fy) = (x.fract(), y.fract());
    let paper = |dx: u32, dy: u32| {
        let inked = pixel(picture, orientation, x as u32 + dx, y as u32 + dy).map_or(0, |p| ink(p.0, red));
        255.0 - (inked * 2).clamp(0, 255) as f32
    };
    let above = paper(0, 0) * (1.0 - fx) + paper(1, 0) * fx;
    let below = paper(0, 1) * (1.0 - fx) + paper(1, 1) * fx;
    (above * (1.0 - fy) + below * fy) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_a_company_s_name_is_one() {
        let cases = [
            ("云泽市拾光信息技术有限公司", Some("云泽市拾光信息技术有限公司")),
            ("云泽拾光（集团）有限公司", Some("云泽拾光(集团)有限公司")),
            ("发票专用章云泽市拾光", None),
            ("91993208EC4FJ9BU06", None),
            ("有限公司", None),
            ("云泽1拾光信息技术有限公司", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(company(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_band_along_the_rim_comes_out_straight() {
        // a red band on the upper half of a circle, between 0.7 and 0.8 of its radius
        let picture = RgbImage::from_fn(400, 400, |x, y| {
            let (dx, dy) = (x as f32 + 0.5 - 200.0, y as f32 + 0.5 - 200.0);
            let share = dx.hypot(dy) / 180.0;
            if (0.7..0.8).contains(&share) && dy < 0.0 { Rgb([220, 40, 40]) } else { Rgb([255; 3]) }
        });
        let ring = Ring { area: [20.0, 20.0, 380.0, 380.0], red: true };
        let strip = strip(&ring, &picture, 0).unwrap();
        let dark = |x: u32| (0..HEIGHT).filter(|y| strip.get_pixel(x, *y).0[0] < 128).collect::<Vec<_>>();
        let (from, to) = ((BAND.1 - 0.8) / (BAND.1 - BAND.0), (BAND.1 - 0.7) / (BAND.1 - BAND.0));
        for x in [strip.width() / 3, strip.width() / 2, strip.width() * 2 / 3] {
            let rows = dark(x);
            let (first, last) = (rows[0] as f32 / HEIGHT as f32, rows[rows.len() - 1] as f32 / HEIGHT as f32);
            assert!((first - from).abs() < 0.05 && (last - to).abs() < 0.05, "{x}: {first} to {last}, not {from} to {to}");
        }
        // the lower ends of the arc are blank
        assert!(dark(4).is_empty() && dark(strip.width() - 5).is_empty());
    }
}
