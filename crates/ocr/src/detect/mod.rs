//! Where the lines of text are: PP-OCR's detector, a segmentation network with differentiable binarisation (DB).

pub mod boxes;

use image::{RgbImage, imageops};

use crate::crop::scaled;
use crate::engine::Engine;
use crate::error::Error;
use crate::orient::Turn;
use crate::planes;
use crate::quad::Quad;
use crate::text::Point;
use boxes::Map;

/// The network halves its input five times: both sides are multiples of this.
const STRIDE: f32 = 32.0;

/// The detector.
pub struct Detector {
    engine: Box<dyn Engine>,
}

/// The detector's input size for a picture whose longer side shall have `side` pixels.
fn input_size(width: u32, height: u32, side: f32) -> (u32, u32) {
    let scale = side / width.max(height).max(1) as f32;
    let fit = |length: u32| ((length as f32 * scale / STRIDE).round().max(1.0) * STRIDE) as u32;
    (fit(width), fit(height))
}

impl Detector {
    /// A detector over an engine that has loaded its model.
    pub fn new(engine: Box<dyn Engine>) -> Detector {
        Detector { engine }
    }

    /// Finds the lines of text of a picture that has been turned by `turn`, looking at it with `side` pixels in its longer side.
    /// The boxes are in pixels of the upright page.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a detector's.
    pub(crate) fn detect(&self, picture: &RgbImage, turn: Turn, side: f32) -> Result<Vec<Quad>, Error> {
        let (width, height) = input_size(picture.width(), picture.height(), side);
        let whole = [0.0, 0.0, picture.width() as f32, picture.height() as f32];
        let small = scaled(picture, whole, width, height)?;
        let small = match turn {
            Turn::None => small,
            Turn::Quarter => imageops::rotate270(&small),
            Turn::Half => imageops::rotate180(&small),
            Turn::ThreeQuarters => imageops::rotate90(&small),
        };
        let (page_width, page_height) = if turn.is_sideways() {
            (picture.height() as f32, picture.width() as f32)
        } else {
            (picture.width() as f32, picture.height() as f32)
        };
        let (width, height) = (small.width() as usize, small.height() as usize);
        let mut found = Vec::new();
        let mut wrong = None;
        let mut take = |shape: &[usize], values: &[f32]| {
            if *shape == [1, 1, height, width] && values.len() == width * height {
                found = boxes::boxes(Map { values, width, height });
            } else {
                wrong = Some(format!("the detector answered in the form {shape:?} to {width} × {height} pixels"));
            }
        };
        self.engine.run([1, 3, height, width], &mut |values| planes::write(&small, width, height, values), &mut take)?;
        if let Some(wrong) = wrong {
            return Err(Error::Engine(wrong));
        }
        let (sx, sy) = (page_width / width as f32, page_height / height as f32);
        let place = |p: Point| Point { x: (p.x * sx).clamp(0.0, page_width), y: (p.y * sy).clamp(0.0, page_height) };
        let quads = found.into_iter().map(|found| found.quad.map(place));
        Ok(quads.filter(|quad| quad.thickness() > 3.0).collect())
    }
}
