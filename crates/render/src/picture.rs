//! A drawing as a picture: its PDF, drawn.

use std::io::Cursor;

use document::budget::Budget;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage};

use crate::error::Error;

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// PNG, without loss.
    Png,
    /// JPEG of this quality, 1 to 100.
    Jpeg(u8),
}

/// Draws the first page of a PDF.
pub(crate) fn write(pdf: &[u8], dpi: f32, encoding: Encoding) -> Result<Vec<u8>, Error> {
    let budget = Budget::default();
    let drawn = document::open(pdf, &budget).and_then(|d| d.draw(0, dpi, &budget)).map_err(|e| Error::encode("picture", e))?;
    encode(&drawn, encoding)
}

fn encode(picture: &RgbImage, encoding: Encoding) -> Result<Vec<u8>, Error> {
    let mut out = Cursor::new(Vec::new());
    match encoding {
        Encoding::Png => picture.write_to(&mut out, ImageFormat::Png),
        Encoding::Jpeg(quality) => picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality)),
    }
    .map_err(|e| Error::encode("picture", e))?;
    Ok(out.into_inner())
}
