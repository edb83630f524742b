//! Wear of a paper: faint and missing print, smears, a stamp over the text, yellowed or creased paper.

use image::RgbImage;

use super::Level;
use crate::error::Error;
use crate::picture;
use crate::seal;
use crate::sheet::{Mark, Page};
use crate::specimen::draws::Draws;

/// How far what a machine filled in stands off the printed form, as its paper was fed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Drift {
    /// To the right, in millimetres.
    pub(crate) x: f32,
    /// Downwards, in millimetres.
    pub(crate) y: f32,
    /// Clockwise about the page's middle, in degrees.
    pub(crate) turn: f32,
}

impl Drift {
    /// How a form is fed at this level: straight, a little off, or so that values touch the lines.
    pub(crate) fn pick(level: Level, draws: &mut Draws) -> Drift {
        let (far, turn) = match level {
            Level::None => return Drift::default(),
            Level::Mild => (0.8, 0.15),
            Level::Hard => (1.8, 0.4),
        };
        Drift { x: draws.within([-far, far]), y: draws.within([-far, far]), turn: draws.within([-turn, turn]) }
    }
}

/// What is known of a paper before it is worn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Dots per inch of its drawing.
    pub(crate) dpi: f32,
    /// Whether a stamp may be put over it: not over forms whose seals are themselves a field.
    pub(crate) stamped: bool,
}

/// Wears a paper.
pub(crate) fn wear(picture: &mut RgbImage, sheet: Sheet, level: Level, draws: &mut Draws) -> Result<(), Error> {
    if level == Level::None {
        return Ok(());
    }
    let hard = level == Level::Hard;
    let dot = sheet.dpi / 25.4;
    faint(picture, hard, draws);
    if draws.chance(if hard { 50 } else { 10 }) {
        missing(picture, if hard { draws.within([0.03, 0.10]) } else { 0.02 }, dot, draws);
    }
    if draws.chance(if hard { 35 } else { 8 }) {
        scratches(picture, draws.between(1, if hard { 3 } else { 1 }), draws);
    }
    if draws.chance(if hard { 40 } else { 10 }) {
        smear(picture, dot, if hard { 0.35 } else { 0.18 }, draws);
    }
    if draws.chance(if hard { 50 } else { 30 }) {
        age(picture, if hard { 0.16 } else { 0.06 }, draws);
    }
    if sheet.stamped && draws.chance(if hard { 60 } else { 25 }) {
        stamp(picture, sheet.dpi, if hard { 0.75 } else { 0.6 }, draws)?;
    }
    Ok(())
}

/// Slow waves over a picture, from 0 to 1.
struct Waves([(f32, f32, f32); 3]);

impl Waves {
    /// Waves of about this length in pixels.
    fn new(length: f32, draws: &mut Draws) -> Waves {
        Waves([0; 3].map(|_| {
            let angle = draws.within([0.0, std::f32::consts::TAU]);
            let pace = std::f32::consts::TAU / (length * draws.within([0.6, 1.6]));
            (angle.cos() * pace, angle.sin() * pace, draws.within([0.0, std::f32::consts::TAU]))
        }))
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let sum: f32 = self.0.iter().map(|(a, b, phase)| (x * a + y * b + phase).sin()).sum();
        (sum / 3.0 + 1.0) / 2.0
    }
}

/// How many pixels in a row share one value of a slow wave.
const STRETCH: usize = 8;

/// Changes each channel by a factor of its ink (255 minus its light) that a slow function of the place gives.
fn weaken(picture: &mut RgbImage, share: impl Fn(f32, f32) -> f32) {
    let width = picture.width() as usize;
    let raw: &mut [u8] = picture;
    for (y, row) in raw.chunks_exact_mut(width * 3).enumerate() {
        for (block, stretch) in row.chunks_mut(STRETCH * 3).enumerate() {
            // In 256ths: most of a paper is bare and stays so.
            let left = (share((block * STRETCH) as f32, y as f32) * 256.0) as u32;
            for channel in stretch.iter_mut().filter(|c| **c < 250) {
                *channel = 255 - (((255 - u32::from(*channel)) * left) >> 8) as u8;
            }
        }
    }
}

/// Print grows faint towards places where the ribbon, the toner or the heat was weak.
fn faint(picture: &mut RgbImage, hard: bool, draws: &mut Draws) {
    let longer = picture.width().max(picture.height()) as f32;
    let waves = Waves::new(longer * 0.5, draws);
    let (most, least) = if hard { (draws.within([0.75, 1.0]), 0.48) } else { (draws.within([0.9, 1.0]), 0.78) };
    let least = most - (most - least) * draws.within([0.2, 1.0]);
    weaken(picture, |x, y| least + (most - least) * waves.at(x, y));
}

/// Small specks in which the ink did not take, in patches.
fn missing(picture: &mut RgbImage, share: f32, dot: f32, draws: &mut Draws) {
    let (width, height) = picture.dimensions();
    let patches = Waves::new(width.max(height) as f32 * 0.3, draws);
    let side = (dot * 0.22).max(1.0) as u32;
    let count = (f64::from(width) * f64::from(height) * f64::from(share) / f64::from(side * side)) as u64;
    for _ in 0..count {
        let (x, y) = (draws.below(u64::from(width)) as u32, draws.below(u64::from(height)) as u32);
        if patches.at(x as f32, y as f32) < 0.55 {
            continue;
        }
        for (px, py) in (0..side).flat_map(|dy| (0..side).map(move |dx| (x + dx, y + dy))) {
            if px < width && py < height {
                let pixel = picture.get_pixel_mut(px, py);
                pixel.0 = pixel.0.map(|c| 255 - (255 - c) / 3);
            }
        }
    }
}

/// Fine light lines down the paper, from a speck on the print head.
fn scratches(picture: &mut RgbImage, count: u64, draws: &mut Draws) {
    for _ in 0..count {
        let x = draws.below(u64::from(picture.width())) as u32;
        for y in 0..picture.height() {
            let pixel = picture.get_pixel_mut(x, y);
            pixel.0 = pixel.0.map(|c| 255 - (255 - c) / 3);
        }
    }
}

/// A thumb has drawn wet ink along the rows in one place.
fn smear(picture: &mut RgbImage, dot: f32, strength: f32, draws: &mut Draws) {
    let (width, height) = picture.dimensions();
    let (wide, high) = ((dot * draws.within([12.0, 40.0])) as u32, (dot * draws.within([5.0, 14.0])) as u32);
    let (left, top) = (draws.below(u64::from(width)) as u32, draws.below(u64::from(height)) as u32);
    let fade = (0.5_f32).powf(1.0 / (dot * 0.6));
    for y in top..(top + high).min(height) {
        let mut wet = [0.0_f32; 3];
        for x in left..(left + wide).min(width) {
            let pixel = picture.get_pixel_mut(x, y);
            for (channel, wet) in pixel.0.iter_mut().zip(&mut wet) {
                let ink = f32::from(255 - *channel);
                *wet = (*wet * fade).max(ink * strength);
                *channel = 255 - ink.max(*wet) as u8;
            }
        }
    }
}

/// The paper is no longer white.
fn age(picture: &mut RgbImage, depth: f32, draws: &mut Draws) {
    let stains = Waves::new(picture.width().max(picture.height()) as f32 * 0.8, draws);
    let tint = *draws.pick(&[[0.3, 0.5, 1.0], [0.6, 0.6, 0.7], [0.4, 0.4, 0.9]]);
    let width = picture.width() as usize;
    let raw: &mut [u8] = picture;
    for (y, row) in raw.chunks_exact_mut(width * 3).enumerate() {
        for (block, stretch) in row.chunks_mut(STRETCH * 3).enumerate() {
            let stain = depth * (0.4 + 0.6 * stains.at((block * STRETCH) as f32, y as f32));
            let gains = tint.map(|t| ((1.0 - t * stain) * 256.0) as u32);
            for pixel in stretch.chunks_exact_mut(3) {
                for (channel, gain) in pixel.iter_mut().zip(gains) {
                    *channel = ((u32::from(*channel) * gain) >> 8) as u8;
                }
            }
        }
    }
}

/// Half the side of the stamp's own drawing, in millimetres.
const STAMP: f32 = 21.0;

/// A round red stamp at any place and angle. Ink of this strength lets the print under it show.
fn stamp(picture: &mut RgbImage, dpi: f32, strength: f32, draws: &mut Draws) -> Result<(), Error> {
    let mut page = Page::new(STAMP * 2.0, STAMP * 2.0);
    page.note(Mark::Seal(seal::round("样张报销核验", STAMP, STAMP)?));
    let ink = picture::drawn(&[page], dpi, Drift::default(), None)?;
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let (x, y) = (w * draws.within([0.15, 0.85]), h * draws.within([0.15, 0.85]));
    let (sin, cos) = draws.within([-0.6, 0.6]).sin_cos();
    let half = ink.width() as f32 / 2.0;
    let patches = Waves::new(half, draws);
    let [left, top, right, bottom] = [x - half, y - half, x + half, y + half].map(|v| v.max(0.0) as u32);
    for py in top..bottom.min(picture.height()) {
        for px in left..right.min(picture.width()) {
            let (dx, dy) = (px as f32 - x, py as f32 - y);
            let (u, v) = (dx * cos + dy * sin + half, -dx * sin + dy * cos + half);
            if u < 0.0 || v < 0.0 || u as u32 >= ink.width() || v as u32 >= ink.height() {
                continue;
            }
            let red = ink.get_pixel(u as u32, v as u32).0;
            if red[1] > 250 {
                continue;
            }
            let weight = strength * (0.55 + 0.45 * patches.at(u, v));
            let pixel = picture.get_pixel_mut(px, py);
            for (channel, red) in pixel.0.iter_mut().zip(red) {
                *channel = (f32::from(*channel) * (1.0 - weight * (1.0 - f32::from(red) / 255.0))) as u8;
            }
        }
    }
    Ok(())
}
