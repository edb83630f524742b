//! OFD (GB/T 33190-2016): a zip of XML files that say where each character stands.
//!
//! What real files get wrong is read all the same where the meaning is plain: see [`package`] for paths, [`crate::xml`] for markup,
//! [`body`] for missing sizes, templates and lists. What costs more than the budget, or is encrypted, is an error always.

mod annotation;
mod attachment;
mod body;
mod canvas;
mod content;
mod draw;
mod image;
mod lexical;
mod object;
mod outline;
mod package;
mod proof;
mod seal;
mod sheet;
mod tag;
mod text;
mod walk;

use ::image::RgbImage;

use crate::budget::{Budget, Meter};
use crate::error::{Error, Format};
use crate::page::Page;
use crate::payload::Payload;
use crate::{Document, Source};

pub(crate) use proof::proofs;

use body::Composer;
use package::Package;

/// What an OFD's pages are drawn from: its bytes.
pub(crate) struct OfdSource(Vec<u8>);

impl std::fmt::Debug for OfdSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OfdSource({} bytes)", self.0.len())
    }
}

/// Opens an OFD that stands `depth` documents deep inside others.
///
/// Errors: [`Error::Damaged`] when its directory, `OFD.xml` or every `Document.xml` cannot be read, or when no page can and nothing is attached;
/// [`Error::Encrypted`]; [`Error::OverBudget`]. A page that cannot be read among others that can is an empty one that is not `readable`.
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    meter.depth(depth)?;
    let package = Package::open(bytes, meter)?;
    let mut document = Document { source: Source::Ofd(OfdSource(bytes.to_vec())), ..Document::empty(Format::Ofd) };
    let mut composer = Composer::default();
    let mut purse = sheet::PixelPurse::default();
    let mut first_fault = None;
    let mut any_page = false;
    for body in &body::read(&package)? {
        let first_page = document.pages.len();
        let mut values = Vec::with_capacity(body.pages.len());
        for index in 0..body.pages.len() {
            let read = composer.page(&package, body, index).and_then(|composed| sheet::page(&package, body, &composed, &mut purse));
            let (page, found) = match read {
                Ok(read) => {
                    any_page = true;
                    read
                }
                Err(fault @ Error::Damaged { .. }) => {
                    first_fault.get_or_insert(fault);
                    (Page::default(), sheet::Values::new())
                }
                Err(fault) => return Err(fault),
            };
            document.pages.push(page);
            values.push(found);
        }
        let appearances = annotation::read(&package, body)?;
        for ((id, _), page) in body.pages.iter().zip(&mut document.pages[first_page..]) {
            if let Some(appearances) = appearances.get(id) {
                sheet::annotate(&package, body, appearances, page, &mut purse)?;
            }
        }
        let signatures = seal::read(&package, body)?;
        sheet::stamp(&package, body, &signatures, first_page, &mut document, &mut purse)?;
        let attached = attachment::read(&package, body, depth)?;
        document.payloads.extend(attached.payloads);
        document.attached.extend(attached.documents);
        document.payloads.extend(tag::read(&package, body, &values, first_page)?);
        if !body.pairs.is_empty() {
            document.payloads.push(Payload::Pairs { info: false, pairs: body.pairs.clone() });
        }
    }
    let has_data = document.payloads.iter().any(|payload| matches!(payload, Payload::Xml { .. })) || !document.attached.is_empty();
    match first_fault {
        Some(fault) if !any_page && !has_data => Err(fault),
        _ if document.pages.is_empty() && !has_data => Err(Error::damaged(Format::Ofd, "Document.xml", "it has no pages")),
        _ => Ok(document),
    }
}

/// Draws one page.
pub(crate) fn draw(source: &OfdSource, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
    draw::draw(&source.0, page, dpi, budget)
}

/// Passes over a part that is missing or damaged; what is over budget or encrypted stays an error.
fn tolerate<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(fault @ (Error::OverBudget { .. } | Error::Encrypted { .. })) => Err(fault),
        Err(_) => Ok(None),
    }
}
