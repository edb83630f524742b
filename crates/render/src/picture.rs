//! A drawing as a picture: its PDF, drawn.

use std::io::Cursor;
use std::sync::Arc;

use document::budget::Budget;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage, Rgba, RgbaImage};

use crate::damage::Drift;
use crate::error::Error;
use crate::seal;
use crate::sheet::{Page, Path};

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// PNG, without loss.
    Png,
    /// JPEG of this quality, 1 to 100.
    Jpeg(u8),
}

/// Dots per inch of a seal's picture.
const STAMP_DPI: f32 = 300.0;

/// The outlines of a seal as a PNG that shows the area `[left, top, right, bottom]` and is transparent where there is no ink.
pub(crate) fn stamp(outlines: &[Path], area: [f32; 4]) -> Result<Arc<Vec<u8>>, Error> {
    let [left, top, right, bottom] = area;
    let mut page = Page::new(right - left, bottom - top);
    for outline in outlines {
        page.note(outline.clone().moved(-left, -top));
    }
    let drawn = draw(&crate::pdf::write("", &[page], Vec::new(), None)?, STAMP_DPI)?;
    let [red, ..] = seal::RED;
    // The ink's green and blue are equal and the paper is white: how far they fall short of white is how much ink there is.
    let full = 255.0 - f32::from(seal::RED[1]);
    let ink = RgbaImage::from_fn(drawn.width(), drawn.height(), |x, y| {
        let share = (255.0 - f32::from(drawn.get_pixel(x, y)[1])) / full;
        Rgba([red, seal::RED[1], seal::RED[2], (share.clamp(0.0, 1.0) * 255.0).round() as u8])
    });
    let mut out = Cursor::new(Vec::new());
    ink.write_to(&mut out, ImageFormat::Png).map_err(|e| Error::encode("seal", e))?;
    Ok(Arc::new(out.into_inner()))
}

fn draw(pdf: &[u8], dpi: f32) -> Result<RgbImage, Error> {
    let budget = Budget::default();
    document::open(pdf, &budget).and_then(|d| d.draw(0, dpi, &budget)).map_err(|e| Error::encode("picture", e))
}

/// The first of these pages as pixels, with words in light print across it and what is filled in standing off the form.
pub(crate) fn drawn(pages: &[Page], dpi: f32, drift: Drift, across: Option<&str>) -> Result<RgbImage, Error> {
    draw(&crate::pdf::write_adrift("", pages.get(..1).unwrap_or_default(), Vec::new(), across, drift)?, dpi)
}

/// Draws the first page of a PDF.
pub(crate) fn write(pdf: &[u8], dpi: f32, encoding: Encoding) -> Result<Vec<u8>, Error> {
    encode(&draw(pdf, dpi)?, encoding)
}

/// A picture in its encoding.
pub(crate) fn encode(picture: &RgbImage, encoding: Encoding) -> Result<Vec<u8>, Error> {
    let mut out = Cursor::new(Vec::new());
    match encoding {
        Encoding::Png => picture.write_to(&mut out, ImageFormat::Png),
        Encoding::Jpeg(quality) => picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality)),
    }
    .map_err(|e| Error::encode("picture", e))?;
    Ok(out.into_inner())
}
