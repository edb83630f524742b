//! Structured data that a document carries besides its pages, as fields.
//!
//! Each vocabulary that invoices are written in has a module of its own; [`map`] finds the one that a payload speaks. A
//! vocabulary is mostly a table: the name in the payload, the field of the recognition API, and the shape in which the API
//! gives it. What is no invoice (bank receipts and statements, fiscal bills, requests to issue) gives nothing.

mod chinese;
mod draft;
mod einvoice;
mod legacy;
mod numbers;
mod ofd_tags;
mod pairs;
mod pinyin;
mod remark;
mod rows;
mod specific;
mod vehicle;
mod xbrl;

use document::payload::{Element, Payload};
use invoice::details::{Details, Source};
use invoice::kind::Kind;

/// What a payload says about one invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    /// The kind, where the payload says it. `None` where it says which invoice but not of what kind: the tags and the custom
    /// data of a 数电票 have its number and not its title.
    pub kind: Option<Kind>,
    /// The vocabulary, and so how far the fields are trusted.
    pub source: Source,
    /// The fields and lists. The `area` of a field that stands on a page is in the page's own units (points), not yet in pixels.
    pub details: Details,
    /// The page that the invoice begins on, from 0, for payloads that point to pages.
    pub page: Option<usize>,
    /// The text of the QR code, where the payload repeats it.
    pub extra_qr: Option<String>,
}

/// What the remark of a 数电票 says of the parties, the payee and the reviewer, which have no place of their own on that form. Takes
/// the remark with its line breaks and the source that it was read from.
pub(crate) fn remarked(remark: &str, source: Source) -> Details {
    let mut draft = draft::Draft::new(source);
    remark::parties(&mut draft, remark);
    draft.finish(None, None).details
}

/// Reads a payload. `None` when it is in no invoice vocabulary, or in one but without anything that tells an invoice.
pub fn map(payload: &Payload) -> Option<Mapped> {
    match payload {
        Payload::Xml { root, .. } => xml(root),
        Payload::Tags { tags, .. } => ofd_tags::map(tags),
        Payload::Pairs { pairs, .. } => pairs::map(pairs),
    }
}

/// An XML document by its vocabulary: the root's name where that is decisive, else elements that no other vocabulary has.
fn xml(root: &Element) -> Option<Mapped> {
    if let Some(found) = xbrl::map(root) {
        return Some(found);
    }
    if xbrl::is_instance(root) {
        return None;
    }
    einvoice::map(root).or_else(|| legacy::map(root)).or_else(|| chinese::map(root)).or_else(|| pinyin::map(root))
}
