//! A picture to lines of text and barcodes.

pub mod barcode;
pub mod error;
pub mod text;

use std::time::Instant;

use image::RgbImage;

use barcode::Barcode;
use error::Error;
use text::Text;

/// What reads pictures. The crate `recognize` holds one behind an `Arc`; tests put a fake in its place.
pub trait Eyes: Send + Sync {
    /// Reads all lines of text. `deadline` is the moment after which it must give up with [`Error::Time`].
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error>;

    /// Reads barcodes and QR codes: likely corners first, then the whole picture.
    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode>;
}
