//! OFD, GB/T 33190.

use crate::Document;
use crate::budget::{Budget, Meter};
use crate::error::{Error, Format};
use image::RgbImage;

/// What an OFD's pages are drawn from.
#[derive(Debug)]
pub(crate) struct OfdSource;

/// Opens an OFD.
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    let _ = (bytes, meter, depth);
    Err(Error::damaged(Format::Ofd, "file", "not read yet"))
}

/// Draws one page.
pub(crate) fn draw(source: &OfdSource, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
    let _ = (source, page, dpi, budget);
    Err(Error::damaged(Format::Ofd, "file", "not drawn yet"))
}
