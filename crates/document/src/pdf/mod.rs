//! PDF on hayro: text with places, rules, pictures, attached files, Info entries and signatures, and drawing.
//!
//! ISO 32000-1. hayro's cache of fonts is thrown away after every page: one for all pages costs 101 MB on 29 pages, one for
//! each 14 MB, at the same speed.

mod attach;
mod collect;
mod draw;
mod gauge;
mod glyph;
mod guard;
mod info;
mod page;
mod proof;
mod rule;
mod scan;
mod sign;
mod text_string;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::budget::Meter;
use crate::error::{Error, Format};
use crate::proof::Proof;
use crate::{Document, Source};

pub(crate) use draw::draw;

/// What a PDF's pages are drawn from.
pub(crate) struct PdfSource(Pdf);

impl fmt::Debug for PdfSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PdfSource").field(&self.0.len()).finish()
    }
}

/// Opens a PDF that stands `depth` documents deep: every page's text, rules and pictures, attached files, Info entries and
/// signatures. One that is encrypted with an empty user password opens like any other.
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    guard::streams(bytes, meter, depth)?;
    contained("file", || {
        let pdf = Pdf::new(bytes.to_vec()).map_err(refused)?;
        let mut document = Document::empty(Format::Pdf);
        meter.pages(pdf.pages().len())?;
        if pdf.pages().is_empty() {
            return Err(Error::damaged(Format::Pdf, "page tree", "it has no pages"));
        }
        guard::objects(&pdf, meter)?;
        guard::contents(&pdf, meter)?;
        let mut pixels = page::PixelAllowance::default();
        for (index, page) in pdf.pages().iter().enumerate() {
            meter.time()?;
            let read = contained(&format!("page {}", index + 1), || page::read(page, meter, &mut pixels));
            document.pages.push(match read {
                // The other pages may be whole, and this one may still be drawn.
                Err(Error::Damaged { .. }) => page::unread(page),
                read => read?,
            });
        }
        document.payloads.extend(info::pairs(&pdf));
        sign::seals(&pdf, &mut document.seals);
        attach::files(&pdf, meter, depth, &mut document)?;
        document.source = Source::Pdf(PdfSource(pdf));
        Ok(document)
    })
}

/// What the signatures of a PDF prove; under the same guards as [`open`].
pub(crate) fn proofs(bytes: &[u8], meter: &Meter) -> Result<Vec<Proof>, Error> {
    guard::streams(bytes, meter, 0)?;
    contained("file", || {
        let pdf = Pdf::new(bytes.to_vec()).map_err(refused)?;
        meter.pages(pdf.pages().len())?;
        guard::objects(&pdf, meter)?;
        Ok(proof::of(&pdf, bytes))
    })
}

fn refused(error: LoadPdfError) -> Error {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            Error::Encrypted { format: Format::Pdf }
        }
        LoadPdfError::Decryption(_) => Error::damaged(Format::Pdf, "encryption dictionary", "it is incomplete or contradicts itself"),
        LoadPdfError::Invalid => Error::damaged(Format::Pdf, "cross-reference table", "neither it nor a page tree can be found"),
    }
}

/// Runs hayro and turns what unwinds out of it into an error: [`halt`] carries the budget's error, and a fault of the
/// interpreter on a damaged file must not take the caller along.
fn contained<T>(place: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| match payload.downcast::<Error>() {
        Ok(error) => Err(*error),
        Err(_) => Err(Error::damaged(Format::Pdf, place, "its content cannot be interpreted")),
    })
}

/// Leaves the interpreter at once. hayro gives a device no other way to stop it, and forms that draw each other ten times over
/// would keep it busy for ever. This unwinds without a panic: no hook runs and nothing is printed.
fn halt(error: Error) -> ! {
    std::panic::resume_unwind(Box::new(error))
}
