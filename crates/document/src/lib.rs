//! Bytes to pages: positioned text, pictures, ruled lines and payloads of pictures, PDF, OFD and XML.
//!
//! This crate knows formats, not invoices. [`open`] tells a file by its content, never by its name, keeps every step
//! within a [`Budget`], and gives a [`Document`] whose pages all look alike, whatever they were made from.
#![forbid(unsafe_code)]

pub mod budget;
pub mod error;
pub mod page;
pub mod payload;

mod assemble;
mod ofd;
mod pdf;
mod picture;
mod sniff;
mod xml;

use budget::Budget;
use error::{Error, Format};
use image::RgbImage;
use page::Page;
use payload::{Payload, Seal};

/// A document that was opened.
#[derive(Debug)]
pub struct Document {
    /// What it is, told by its content.
    pub format: Format,
    /// Its pages; empty for XML, one for a picture (its size, no text).
    pub pages: Vec<Page>,
    /// Structured data that it carries, in the order found.
    pub payloads: Vec<Payload>,
    /// Electronic seals and signatures.
    pub seals: Vec<Seal>,
    /// Documents inside it (PDF or OFD attached to a PDF, files of a zip), with their names.
    pub attached: Vec<(String, Document)>,
    source: Source,
}

/// What the pages are drawn from.
#[derive(Debug)]
enum Source {
    Nothing,
    // the format modules add theirs: Picture(RgbImage), Pdf(..), Ofd(..)
}

/// Opens a file: tells its format, reads its pages and payloads. Takes the file's bytes and the limits; the budget's clock
/// starts here. Errors say what is wrong with the file.
pub fn open(bytes: &[u8], budget: &Budget) -> Result<Document, Error> {
    let _ = (bytes, budget);
    Err(Error::Empty)
}

impl Document {
    /// Draws a page as a picture at `dpi` dots per inch, upright; a picture is given as it is, whatever `dpi` says.
    /// Pixels over the budget lower the resolution rather than fail, down to 72 dpi.
    pub fn draw(&self, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
        let _ = (dpi, budget);
        match self.source {
            Source::Nothing => Err(Error::NoPage { page, pages: self.pages.len() }),
        }
    }
}
