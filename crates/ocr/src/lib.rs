//! A picture to lines of text and barcodes.
//!
//! [`Reader`] finds the lines with PP-OCR's detector, cuts them out, and reads them with its recogniser. The models run in OpenVINO when its libraries
//! lie beside them, else in rten, which is built in.

pub mod barcode;
mod crop;
mod deadline;
pub mod detect;
pub mod engine;
pub mod error;
mod light;
pub mod models;
mod orient;
mod patches;
mod planes;
pub mod quad;
pub mod read;
mod reader;
pub mod text;

use std::time::Instant;

use image::RgbImage;

use barcode::Barcode;
use error::Error;
pub use reader::{Options, Reader};
use text::{Line, Text};

/// What reads pictures. The crate `recognize` holds one behind an `Arc`; tests put a fake in its place.
pub trait Eyes: Send + Sync {
    /// Reads all lines of text. `deadline` is the moment after which it must give up with [`Error::Time`].
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error>;

    /// Reads the lines of a part of a picture that stands upright, as closely as lines of so many pixels' height need: a second look costs what the part's
    /// size is worth. What lies in the areas `known` (left, top, right, bottom) is not read again. All places are in pixels of the part.
    fn read_part(&self, part: &RgbImage, height: f32, known: &[[f32; 4]], deadline: Option<Instant>) -> Result<Vec<Line>, Error>;

    /// Reads what stands in these boxes (left, top, right, bottom), each holding one line of text, in pixels of the upright page that [`Eyes::read`] gave
    /// with this `orientation`: a closer look at places where the caller knows that something is written. One answer for each box, nothing where
    /// no character was read.
    fn read_boxes(
        &self,
        picture: &RgbImage,
        orientation: u16,
        boxes: &[[f32; 4]],
        deadline: Option<Instant>,
    ) -> Result<Vec<Option<Line>>, Error>;

    /// Reads barcodes and QR codes, in the pixels and the orientation of the picture given.
    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode>;
}
