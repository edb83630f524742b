//! Attached files (GB/T 33190-2016, 20): the invoice's own XML, XBRL instances, other documents.

use super::body::Body;
use super::content::{attribute, child, children, text_of};
use super::package::{Entry, Package};
use super::tolerate;
use crate::Document;
use crate::error::Error;
use crate::payload::{Origin, Payload};
use crate::xml;

/// The attachment that invoices of 2020 to 2023 carry their data in.
const ORIGINAL: &str = "original_invoice.xml";
/// The folder that attachments stand in by custom.
const FOLDER: &str = "attachs";
/// The list of attachments, which is none itself.
const LIST: &str = "attachments.xml";

/// What is attached.
#[derive(Default)]
pub(super) struct Attachments {
    /// XML files.
    pub(super) payloads: Vec<Payload>,
    /// PDF and OFD files with their names.
    pub(super) documents: Vec<(String, Document)>,
}

/// Reads all attachments of a document: those that its list names, or, where it has no list, what stands in the folder for them. What each one is
/// is told by its content; pictures and everything unknown are passed over, and so is what is damaged.
pub(super) fn read(package: &Package<'_>, body: &Body, depth: usize) -> Result<Attachments, Error> {
    let mut out = Attachments::default();
    for (name, entry) in files(package, body)? {
        let bytes = match tolerate(package.read(&entry))? {
            Some(bytes) => bytes,
            None => continue,
        };
        if bytes.starts_with(b"%PDF-") || bytes.starts_with(b"PK\x03\x04") {
            if let Some(document) = tolerate(crate::open_at(&bytes, package.meter(), depth + 1))? {
                out.documents.push((name, document));
            }
        } else if let Ok(crate::error::Format::Xml) = crate::sniff::sniff(&bytes)
            && let Some(root) = tolerate(xml::parse(&bytes, package.meter()))?
        {
            let origin = if entry.file_name() == ORIGINAL { Origin::OriginalInvoice } else { Origin::Attachment };
            out.payloads.push(Payload::Xml { name, origin, root });
        }
    }
    Ok(out)
}

/// The attachments: file name as its location is written, and entry.
fn files(package: &Package<'_>, body: &Body) -> Result<Vec<(String, Entry)>, Error> {
    let listed = match &body.attachments {
        Some(list) => tolerate(package.read_xml(list, |tree| {
            // Some producers write the location as the attachment's own text, without `FileLoc`.
            let location = |node| {
                child(node, "FileLoc")
                    .map(text_of)
                    .or_else(|| attribute(node, "FileLoc").map(str::to_owned))
                    .unwrap_or_else(|| text_of(node))
            };
            let named = |node| {
                let location = location(node);
                let entry = package.find(list.folder(), &body.home, &location)?;
                Some((file_name(&location), entry))
            };
            Ok(children(tree.root_element(), "Attachment").filter_map(named).collect::<Vec<_>>())
        }))?,
        None => None,
    };
    Ok(listed.unwrap_or_else(|| {
        let there = package.below(FOLDER).into_iter().filter(|entry| entry.folder().starts_with(&body.home) && entry.file_name() != LIST);
        there.map(|entry| (entry.file_name().to_owned(), entry)).collect()
    }))
}

fn file_name(location: &str) -> String {
    location.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}
