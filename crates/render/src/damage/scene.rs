//! Papers on a ground, seen by a camera: each paper stands where its four corners are.

use image::RgbImage;
use imageproc::geometric_transformations::Projection;

use super::ground::Ground;
use super::{Corners, Device, Level, Shot};
use crate::specimen::draws::Draws;

/// A crease of a paper that was folded and opened again: across it the paper rises a little.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bend {
    /// Whether the crease runs from top to bottom.
    pub(crate) upright: bool,
    /// Where it crosses the paper, in pixels of the paper.
    pub(crate) at: f32,
    /// By how much of the distance from the crease a point is moved along it.
    pub(crate) rise: f32,
}

/// A paper and where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) paper: RgbImage,
    pub(crate) corners: Corners,
    pub(crate) bend: Option<Bend>,
}

/// What the camera sees.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) ground: Ground,
    /// From the lowest to the uppermost.
    pub(crate) papers: Vec<Placed>,
    /// How far the shadow of a paper falls, in pixels.
    pub(crate) shadow: (f32, f32),
}

/// Turns a point clockwise about the origin.
fn turned((x, y): (f32, f32), by: f32) -> (f32, f32) {
    let (sin, cos) = by.sin_cos();
    (x * cos - y * sin, x * sin + y * cos)
}

/// The corners of a rectangle of this size with its middle at the origin, turned clockwise and seen a little askew: each corner is off by
/// up to `askew` of the shorter side.
pub(crate) fn corners(width: f32, height: f32, turn: f32, askew: f32, draws: &mut Draws) -> Corners {
    let off = askew * width.min(height);
    let (w, h) = (width / 2.0, height / 2.0);
    [(-w, -h), (w, -h), (w, h), (-w, h)].map(|(x, y)| turned((x + draws.within([-off, off]), y + draws.within([-off, off])), turn))
}

/// Left, top, right, bottom around corners.
pub(crate) fn around(corners: &Corners) -> [f32; 4] {
    let fold = |pick: fn(&(f32, f32)) -> f32, best: fn(f32, f32) -> f32, start: f32| corners.iter().map(pick).fold(start, best);
    [
        fold(|p| p.0, f32::min, f32::MAX),
        fold(|p| p.1, f32::min, f32::MAX),
        fold(|p| p.0, f32::max, f32::MIN),
        fold(|p| p.1, f32::max, f32::MIN),
    ]
}

impl Scene {
    /// One paper, which fills the picture but for a margin, or to its edge.
    pub(crate) fn of_one(paper: RgbImage, shot: &mut Shot) -> Scene {
        let (level, device) = (shot.level, shot.device);
        let draws = &mut shot.draws;
        let (width, height) = (paper.width() as f32, paper.height() as f32);
        let (degrees, askew, margin): (f32, f32, [f32; 2]) = match (level, device) {
            (Level::Hard, Device::Phone) => (7.0, 0.045, [-0.006, 0.16]),
            (Level::Hard, Device::Scanner) => (3.5, 0.0, [-0.004, 0.5]),
            (_, Device::Phone) => (2.5, 0.018, [0.0, 0.09]),
            (_, Device::Scanner) => (1.0, 0.0, [0.0, 0.3]),
        };
        let quarter = if level == Level::Hard && draws.chance(30) { draws.between(1, 3) as f32 * 90.0 } else { 0.0 };
        let turn = (quarter + draws.within([-degrees, degrees])).to_radians();
        let corners = corners(width, height, turn, askew, draws);
        let [left, top, right, bottom] = around(&corners);
        // Every fifth picture is cropped to the paper.
        let cropped = draws.chance(20);
        let mut rim = || if cropped { margin[0] } else { draws.within([margin[0].max(0.01), margin[1]]) } * width.min(height);
        let (before, above, behind, below) = (rim(), rim(), rim(), rim());
        let corners = corners.map(|(x, y)| (x - left + before, y - top + above));
        let (w, h) = (right - left + before + behind, bottom - top + above + below);
        let bend = draws.chance(if level == Level::Hard { 45 } else { 15 }).then(|| Bend::pick(&paper, level, draws));
        let ground = Ground::pick(level, device, draws);
        let far = if device == Device::Phone { width.min(height) * draws.within([0.004, 0.02]) } else { 2.0 };
        let papers = vec![Placed { paper, corners, bend }];
        Scene { width: (w as u32).max(1), height: (h as u32).max(1), ground, papers, shadow: (far, far * 0.8) }
    }

    /// Where every paper lies.
    pub(crate) fn corners(&self) -> Vec<Corners> {
        self.papers.iter().map(|p| p.corners).collect()
    }

    /// Paints the ground and the papers over it.
    pub(crate) fn paint(&self, draws: &mut Draws) -> RgbImage {
        let mut out = RgbImage::new(self.width, self.height);
        let width = self.width as usize;
        let raw: &mut [u8] = &mut out;
        for (y, row) in raw.chunks_exact_mut(width * 3).enumerate() {
            let mut bits = draws.next();
            for x in 0..width {
                bits = bits.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let chance = (bits >> 56) as f32 / 255.0;
                let colour = self.ground.colour(x as f32, y as f32, chance);
                for (channel, value) in row[x * 3..x * 3 + 3].iter_mut().zip(colour) {
                    *channel = value.clamp(0.0, 255.0) as u8;
                }
            }
        }
        for placed in &self.papers {
            placed.shade(&mut out, self.shadow);
            placed.paint(&mut out);
        }
        out
    }
}

impl Bend {
    fn pick(paper: &RgbImage, level: Level, draws: &mut Draws) -> Bend {
        let upright = paper.width() >= paper.height();
        let length = if upright { paper.width() } else { paper.height() } as f32;
        let most = if level == Level::Hard { 0.012 } else { 0.005 };
        Bend { upright, at: length * draws.within([0.35, 0.65]), rise: draws.within([-most, most]) }
    }

    /// Where on the flat paper a point of the folded one comes from.
    fn flat(&self, x: f32, y: f32) -> (f32, f32) {
        if self.upright { (x, y + (x - self.at).abs() * self.rise) } else { (x + (y - self.at).abs() * self.rise, y) }
    }

    /// How bright the paper is at a distance from the crease: one side turns away from the light, and the crease itself is a thin line.
    fn light(&self, x: f32, y: f32, reach: f32) -> f32 {
        let away = if self.upright { x - self.at } else { y - self.at };
        let crease = if away.abs() < 1.5 { 0.90 } else { 1.0 };
        if away > 0.0 && away < reach { crease * (1.0 - 0.14 * (1.0 - away / reach)) } else { crease }
    }
}

impl Placed {
    /// From the paper's pixels to the picture's.
    fn projection(&self) -> Option<Projection> {
        let (w, h) = (self.paper.width() as f32, self.paper.height() as f32);
        Projection::from_control_points([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], self.corners)
    }

    /// The part of the picture that a paper moved by `by` covers.
    fn covered(&self, out: &RgbImage, by: (f32, f32)) -> [u32; 4] {
        let [left, top, right, bottom] = around(&self.corners);
        let clamp = |v: f32, end: u32| v.clamp(0.0, end as f32) as u32;
        [
            clamp(left + by.0 - 2.0, out.width()),
            clamp(top + by.1 - 2.0, out.height()),
            clamp(right + by.0 + 3.0, out.width()),
            clamp(bottom + by.1 + 3.0, out.height()),
        ]
    }

    /// Darkens what lies in the paper's shadow, softly at its rim.
    fn shade(&self, out: &mut RgbImage, by: (f32, f32)) {
        let Some(back) = self.projection().map(Projection::invert) else { return };
        let (w, h) = (self.paper.width() as f32, self.paper.height() as f32);
        let soft = by.0.abs().max(1.0);
        let [left, top, right, bottom] = self.covered(out, by);
        for y in top..bottom {
            for x in left..right {
                let (u, v) = back * (x as f32 - by.0, y as f32 - by.1);
                let inside = u.min(v).min(w - u).min(h - v);
                if inside > 0.0 {
                    let dark = 1.0 - 0.35 * (inside / soft).min(1.0);
                    let pixel = out.get_pixel_mut(x, y);
                    pixel.0 = pixel.0.map(|c| (f32::from(c) * dark) as u8);
                }
            }
        }
    }

    fn paint(&self, out: &mut RgbImage) {
        let Some(back) = self.projection().map(Projection::invert) else { return };
        let (w, h) = (self.paper.width() as usize, self.paper.height() as usize);
        let raw: &[u8] = &self.paper;
        let reach = w.min(h) as f32 * 0.12;
        let [left, top, right, bottom] = self.covered(out, (0.0, 0.0));
        for y in top..bottom {
            for x in left..right {
                // Pixels lie around their middles.
                let (u, v) = back * (x as f32 + 0.5, y as f32 + 0.5);
                if u < 0.0 || v < 0.0 || u >= w as f32 || v >= h as f32 {
                    continue;
                }
                let (su, sv) = self.bend.map_or((u, v), |b| b.flat(u, v));
                let (su, sv) = ((su - 0.5).clamp(0.0, w as f32 - 1.001), (sv - 0.5).clamp(0.0, h as f32 - 1.001));
                let (x0, y0) = (su as usize, sv as usize);
                let (fx, fy) = (su - x0 as f32, sv - y0 as f32);
                let at = (y0 * w + x0) * 3;
                let right = if x0 + 1 < w { 3 } else { 0 };
                let down = if y0 + 1 < h { w * 3 } else { 0 };
                let light = self.bend.map_or(1.0, |b| b.light(u, v, reach));
                let (a, b, c, d) = ((1.0 - fx) * (1.0 - fy) * light, fx * (1.0 - fy) * light, (1.0 - fx) * fy * light, fx * fy * light);
                let mut colour = [0_u8; 3];
                for (i, channel) in colour.iter_mut().enumerate() {
                    let here = at + i;
                    let sum = f32::from(raw[here]) * a
                        + f32::from(raw[here + right]) * b
                        + f32::from(raw[here + down]) * c
                        + f32::from(raw[here + down + right]) * d;
                    *channel = (sum + 0.5) as u8;
                }
                out.get_pixel_mut(x, y).0 = colour;
            }
        }
    }
}
