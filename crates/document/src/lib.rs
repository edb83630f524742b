//! Bytes to pages: positioned text, pictures, ruled lines and payloads of pictures, PDF, OFD and XML.
//!
//! This crate knows formats, not invoices. [`open`] tells a file by its content, never by its name, keeps every step
//! within a [`Budget`], and gives a [`Document`] whose pages all look alike, whatever they were made from.
#![forbid(unsafe_code)]

pub mod budget;
pub mod error;
pub mod page;
pub mod payload;
pub mod proof;

mod archive;
mod assemble;
mod ofd;
mod pdf;
mod picture;
mod rim;
mod sniff;
mod xml;

use budget::{Budget, Meter};
use error::{Error, Format, Limit};
use image::RgbImage;
use page::Page;
use payload::{Origin, Payload, Seal};

/// A document that was opened.
#[derive(Debug)]
pub struct Document {
    /// What it is, told by its content.
    pub format: Format,
    /// Its pages; empty for XML and zip, one for a picture (its size in pixels, no text).
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
    Picture(RgbImage),
    Pdf(pdf::PdfSource),
    Ofd(ofd::OfdSource),
}

/// Opens a file: tells its format, reads its pages and payloads. Takes the file's bytes and the limits; the budget's clock
/// starts here. Nothing is drawn yet. Errors say what is wrong with the file.
pub fn open(bytes: &[u8], budget: &Budget) -> Result<Document, Error> {
    open_at(bytes, &Meter::new(budget), 0)
}

/// Opens a file that stands `depth` documents deep inside another, on the outer document's meter.
fn open_at(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    if bytes.len() > meter.budget().bytes {
        return Err(Error::over(Limit::Bytes, meter.budget().bytes as u64));
    }
    meter.time()?;
    match sniff::sniff(bytes)? {
        Format::Pdf => pdf::open(bytes, meter, depth),
        Format::Ofd => ofd::open(bytes, meter, depth),
        Format::Zip => archive::open(bytes, meter, depth),
        Format::Xml => {
            let root = xml::parse(bytes, meter)?;
            Ok(Document {
                payloads: vec![Payload::Xml { name: String::new(), origin: Origin::File, root }],
                ..Document::empty(Format::Xml)
            })
        }
        format => picture::open(bytes, format, meter),
    }
}

impl Document {
    /// A document with nothing in it yet, for a format's reader to fill.
    fn empty(format: Format) -> Document {
        Document { format, pages: Vec::new(), payloads: Vec::new(), seals: Vec::new(), attached: Vec::new(), source: Source::Nothing }
    }

    /// Draws a page as a picture at `dpi` dots per inch, upright; a picture is given as it is, whatever `dpi` says.
    /// Pixels over the budget, or 25 million, lower the resolution rather than fail. The budget's clock starts anew.
    ///
    /// For a picture this copies its pixels; [`Document::picture`] and [`Document::into_picture`] do not.
    pub fn draw(&self, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
        if page >= self.pages.len() {
            return Err(Error::NoPage { page, pages: self.pages.len() });
        }
        match &self.source {
            Source::Nothing => Err(Error::NoPage { page, pages: self.pages.len() }),
            Source::Picture(pixels) => Ok(pixels.clone()),
            Source::Pdf(pdf) => pdf::draw(pdf, page, dpi, budget),
            Source::Ofd(ofd) => ofd::draw(ofd, page, dpi, budget),
        }
    }

    /// The pixels of a document that is itself a picture, upright, without copying; `None` for all other formats.
    pub fn picture(&self) -> Option<&RgbImage> {
        match &self.source {
            Source::Picture(pixels) => Some(pixels),
            _ => None,
        }
    }

    /// Takes the pixels out of a document that is itself a picture, so that they can be dropped as soon as they were
    /// scaled down; `None` for all other formats.
    pub fn into_picture(self) -> Option<RgbImage> {
        match self.source {
            Source::Picture(pixels) => Some(pixels),
            _ => None,
        }
    }
}
