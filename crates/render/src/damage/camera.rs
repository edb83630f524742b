//! The camera: light, shadow, focus, noise.

use image::{DynamicImage, RgbImage};

use super::{Device, Level, Shot};
use crate::specimen::draws::Draws;

/// Light over the picture: brighter on one side, darker towards the corners, a soft shadow in from one edge.
struct Light {
    slope: (f32, f32),
    falloff: f32,
    /// A line (nx, ny, offset) behind which the shadow lies, how dark it is and how soft its edge.
    shadow: Option<((f32, f32, f32), f32, f32)>,
    /// Strength of red, green and blue: lamps are yellow, daylight is blue.
    tint: [f32; 3],
}

impl Light {
    fn pick(level: Level, device: Device, draws: &mut Draws) -> Light {
        let hard = level == Level::Hard;
        if device == Device::Scanner {
            let gain = if hard { draws.within([0.86, 1.0]) } else { draws.within([0.96, 1.0]) };
            return Light { slope: (0.0, 0.0), falloff: 0.0, shadow: None, tint: [gain; 3] };
        }
        let steep = if hard { 0.16 } else { 0.07 };
        let angle = draws.within([0.0, std::f32::consts::TAU]);
        let depth = if hard { draws.within([0.18, 0.38]) } else { draws.within([0.05, 0.15]) };
        let shadow = draws
            .chance(if hard { 60 } else { 30 })
            .then(|| ((angle.cos(), angle.sin(), draws.within([-0.25, 0.3])), depth, draws.within([0.03, 0.2])));
        let warm = if hard { draws.within([-0.10, 0.16]) } else { draws.within([-0.04, 0.07]) };
        let gain = if hard { draws.within([0.68, 1.0]) } else { draws.within([0.86, 1.0]) };
        Light {
            slope: (draws.within([-steep, steep]), draws.within([-steep, steep])),
            falloff: if hard { 0.22 } else { 0.10 },
            shadow,
            tint: [gain * (1.0 + warm * 0.4).min(1.05), gain, gain * (1.0 - warm)],
        }
    }

    /// Its strength at a place given from −1 to 1 across and down the picture.
    fn at(&self, x: f32, y: f32) -> f32 {
        let mut light = 1.0 + self.slope.0 * x + self.slope.1 * y - self.falloff * (x * x + y * y) * 0.5;
        if let Some(((nx, ny, offset), depth, soft)) = self.shadow {
            let behind = ((x * nx + y * ny - offset) / soft).clamp(0.0, 1.0);
            light *= 1.0 - depth * behind * behind * (3.0 - 2.0 * behind);
        }
        light
    }
}

/// How many pixels in a row share one value of the light, which changes slowly.
const STRETCH: usize = 8;

/// What the device makes of the scene.
pub(super) fn expose(mut picture: RgbImage, shot: &mut Shot) -> RgbImage {
    let (level, device) = (shot.level, shot.device);
    let draws = &mut shot.draws;
    let hard = level == Level::Hard;
    let sigma = match (level, device) {
        (Level::Hard, Device::Phone) => draws.within([0.6, 1.15]),
        (Level::Hard, Device::Scanner) => draws.within([0.4, 0.8]),
        _ => draws.within([0.0, 0.55]),
    };
    let sigma = shot.most_blur.map_or(sigma, |most| sigma.min(most));
    if sigma > 0.25 {
        picture = DynamicImage::ImageRgb8(picture).blur(sigma).into_rgb8();
    }
    if hard && device == Device::Phone && draws.chance(35) {
        shake(&mut picture, draws.between(2, 3) as usize);
    }
    let grey = device == Device::Scanner && draws.chance(30);
    let noise = match (level, device) {
        (Level::Hard, Device::Phone) => draws.within([5.0, 11.0]),
        (Level::Hard, Device::Scanner) => draws.within([3.0, 7.0]),
        (_, Device::Phone) => draws.within([1.5, 4.0]),
        (_, Device::Scanner) => draws.within([0.5, 2.0]),
    };
    develop(&mut picture, &Light::pick(level, device, draws), noise, grey, draws);
    picture
}

/// The hand moves by so many pixels along the rows.
fn shake(picture: &mut RgbImage, length: usize) {
    let width = picture.width() as usize;
    let raw: &mut [u8] = picture;
    for row in raw.chunks_exact_mut(width * 3) {
        for i in 0..row.len().saturating_sub(length * 3) {
            let sum: usize = (0..length).map(|k| usize::from(row[i + k * 3])).sum();
            row[i] = (sum / length) as u8;
        }
    }
}

/// Light, noise and, from a grey scanner, the loss of colour, in one pass.
fn develop(picture: &mut RgbImage, light: &Light, noise: f32, grey: bool, draws: &mut Draws) {
    let grains: Vec<f32> = (0..4096).map(|_| draws.bell() * noise).collect();
    let (width, height) = (picture.width() as usize, picture.height() as f32);
    let raw: &mut [u8] = picture;
    for (y, row) in raw.chunks_exact_mut(width * 3).enumerate() {
        let mut grain = draws.below(4096) as usize;
        for (block, stretch) in row.chunks_mut(STRETCH * 3).enumerate() {
            let x = (block * STRETCH) as f32 / width as f32;
            let strength = light.at(x * 2.0 - 1.0, y as f32 / height * 2.0 - 1.0);
            let gains = light.tint.map(|t| t * strength);
            for pixel in stretch.chunks_exact_mut(3) {
                grain = (grain + 7) & 4095;
                let shared = grains[grain];
                if grey {
                    let level = (u32::from(pixel[0]) * 299 + u32::from(pixel[1]) * 587 + u32::from(pixel[2]) * 114) / 1000;
                    pixel.fill(level as u8);
                }
                for (i, channel) in pixel.iter_mut().enumerate() {
                    let own = if grey { 0.0 } else { grains[(grain * 3 + i * 1361 + 11) & 4095] * 0.5 };
                    *channel = (f32::from(*channel) * gains[i] + shared + own).clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}
