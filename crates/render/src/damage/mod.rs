//! What happens to a paper and to its picture before anyone reads it: wear of the paper, the table it lies on, the camera or scanner.
//!
//! Everything follows from a seed. Nothing is made unreadable: at [`Level::Mild`] a person reads the picture at a glance, at
//! [`Level::Hard`] with effort but in full.

mod camera;
mod ground;
mod paper;
mod print;
mod scene;

use image::RgbImage;

use crate::error::Error;
use crate::picture::{self, Encoding};
use crate::specimen::draws::Draws;

pub(crate) use ground::Ground;
pub(crate) use paper::{Drift, Sheet, wear};
pub(crate) use print::Print;
pub(crate) use scene::{Placed, Scene, around, corners};

/// How far a picture is from the drawing it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// The drawing itself.
    None,
    /// A decent photograph of a phone or scan of an office, which any person reads at a glance.
    Mild,
    /// A bad one: skewed, dim, folded, stamped over, blurred, turned on its side. A person still reads all of it.
    Hard,
}

impl Level {
    /// Every level, from best to worst.
    pub const ALL: [Level; 3] = [Level::None, Level::Mild, Level::Hard];

    /// The word of the command line and of tables.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Mild => "mild",
            Level::Hard => "hard",
        }
    }

    /// The level of this name.
    pub fn named(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.name() == name)
    }
}

/// Corners of a paper on a picture, in pixels: the paper's own top left, top right, bottom right, bottom left.
pub type Corners = [(f32, f32); 4];

/// The most bytes that recognition services take (8 MB, seed 002).
const MOST: usize = 8 << 20;
/// The most dots per inch that a phone gives a paper, however small.
const FINEST: f32 = 300.0;
/// The quality of a picture that is too large without loss.
const FINE: u8 = 95;

/// A picture that was taken, and where on it the papers lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Photograph {
    /// Its pixels.
    pub picture: RgbImage,
    /// The corners of every paper on it.
    pub papers: Vec<Corners>,
    /// What the device writes.
    pub encoding: Encoding,
}

impl Photograph {
    /// The picture as the device writes it: PNG for a drawing that nothing happened to, JPEG else, and JPEG for a drawing too that would be larger than
    /// what services take.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let bytes = picture::encode(&self.picture, self.encoding)?;
        if bytes.len() <= MOST { Ok(bytes) } else { picture::encode(&self.picture, Encoding::Jpeg(FINE)) }
    }
}

/// What takes the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// A phone: perspective, uneven light, a table around the paper.
    Phone,
    /// A flatbed or feeder: a small turn, even light, a white lid or a dark one.
    Scanner,
}

/// How one picture is taken: what is known before anything is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Shot {
    pub(crate) level: Level,
    pub(crate) device: Device,
    pub(crate) draws: Draws,
    /// The most that the picture may be blurred, as a deviation in pixels, where it is of papers whose print is known.
    most_blur: Option<f32>,
}

impl Shot {
    /// The shot that follows from a level and a seed.
    pub(crate) fn new(level: Level, seed: u64) -> Shot {
        let mut draws = Draws::new(seed, level.name());
        let device = if draws.chance(65) { Device::Phone } else { Device::Scanner };
        Shot { level, device, draws, most_blur: None }
    }

    /// Dots per inch of the paper on the picture, whose longer side has so many millimetres. A scanner has its settings; a phone fills its
    /// picture with the paper, however small that is. Who takes a bad picture by phone comes so near that the smallest print can still be read, and
    /// focuses on it; a scanner's glass holds the paper still and in focus, and its print is read somewhat smaller.
    pub(crate) fn dpi(&mut self, longer: f32, print: Print) -> f32 {
        let (phone, scanner) = match self.level {
            Level::None => return 150.0,
            Level::Mild => ([1_700.0, 2_200.0], [170.0, 220.0]),
            Level::Hard => ([1_300.0, 1_600.0], [130.0, 160.0]),
        };
        let near = match self.device {
            Device::Scanner => return self.draws.within(scanner),
            Device::Phone => self.draws.within(phone) / (longer / 25.4),
        };
        self.nearer(near.min(FINEST), print, FINEST)
    }

    /// Dots per inch from where a person reads the smallest print, when `dpi` are too few for a bad picture by phone, and no more than `most`. Such a
    /// picture is in focus besides.
    pub(crate) fn nearer(&mut self, dpi: f32, print: Print, most: f32) -> f32 {
        if self.level != Level::Hard || self.device != Device::Phone {
            return dpi;
        }
        let dpi = dpi.max(print.least_dpi().min(FINEST).min(most));
        self.most_blur = print.most_blur(dpi);
        dpi
    }

    /// Takes the picture of one worn paper.
    pub(crate) fn take(mut self, paper: RgbImage) -> Photograph {
        if self.level == Level::None {
            let (w, h) = (paper.width() as f32, paper.height() as f32);
            return Photograph { papers: vec![[(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)]], picture: paper, encoding: Encoding::Png };
        }
        let scene = Scene::of_one(paper, &mut self);
        self.expose(&scene)
    }

    /// Takes the picture of a scene.
    pub(crate) fn expose(mut self, scene: &Scene) -> Photograph {
        let picture = camera::expose(scene.paint(&mut self.draws), &mut self);
        let quality = match (self.level, self.device) {
            (Level::Hard, _) => self.draws.between(45, 70),
            (_, Device::Phone) => self.draws.between(80, 92),
            (_, Device::Scanner) => self.draws.between(75, 90),
        };
        Photograph { papers: scene.corners(), picture, encoding: Encoding::Jpeg(quality as u8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_picture_by_phone_is_taken_from_where_its_print_can_be_read() {
        let mut page = crate::sheet::Page::new(210.0, 297.0);
        page.fill(crate::sheet::Text::new(crate::sheet::Face::Song, 2.54, "雁洲市"));
        // The smallest print has 16 pixels at 160 dots per inch. Dots per inch at first sight and at most, and what they become.
        for (level, device, dpi, most, expected) in [
            (Level::Hard, Device::Phone, 140.0, 200.0, (160.0, Some(1.0))),
            (Level::Hard, Device::Phone, 180.0, 200.0, (180.0, Some(1.125))),
            (Level::Hard, Device::Phone, 140.0, 152.0, (152.0, Some(0.95))),
            // It goes back for nothing that does not fit.
            (Level::Hard, Device::Phone, 140.0, 120.0, (140.0, Some(0.875))),
            (Level::Hard, Device::Scanner, 140.0, 200.0, (140.0, None)),
            (Level::Mild, Device::Phone, 140.0, 200.0, (140.0, None)),
        ] {
            let mut shot = Shot { level, device, draws: Draws::new(1, ""), most_blur: None };
            let near = shot.nearer(dpi, Print::of(&page), most);
            let blur = shot.most_blur.map(|blur| (blur * 1_000.0).round() / 1_000.0);
            assert_eq!((near.round(), blur), expected, "{level:?} {device:?} {dpi} {most}");
        }
    }

    #[test]
    fn a_drawing_that_no_service_takes_is_written_as_jpeg() {
        let mut noise = 1_u32;
        let mut next = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        };
        let mut encoded = |side: u32| {
            let picture = RgbImage::from_fn(side, side, |_, _| image::Rgb([next(), next(), next()]));
            Photograph { picture, papers: Vec::new(), encoding: Encoding::Png }.encode().expect("a picture")
        };
        let (small, large) = (encoded(64), encoded(1_800));
        assert!(small.starts_with(b"\x89PNG"));
        assert!(large.starts_with(b"\xff\xd8") && large.len() < MOST);
    }
}
