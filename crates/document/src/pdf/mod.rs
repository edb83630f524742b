//! PDF: text with places, rules, pictures, attached files, Info entries and signatures, and drawing.

use crate::Document;
use crate::budget::{Budget, Meter};
use crate::error::{Error, Format};
use image::RgbImage;

/// What a PDF's pages are drawn from.
#[derive(Debug)]
pub(crate) struct PdfSource;

/// Opens a PDF.
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    let _ = (bytes, meter, depth);
    Err(Error::damaged(Format::Pdf, "file", "not read yet"))
}

/// Draws one page.
pub(crate) fn draw(source: &PdfSource, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
    let _ = (source, page, dpi, budget);
    Err(Error::damaged(Format::Pdf, "file", "not drawn yet"))
}
