//! Files inside a PDF: embedded ones, those of file annotations, and associated files (ISO 32000-1, 7.11.4; ISO 32000-2, 14.13).

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream, String as PdfString};

use super::text_string;
use crate::Document;
use crate::budget::Meter;
use crate::error::{Error, Format};
use crate::payload::{Origin, Payload};

/// How deep a name tree is followed.
const TREE_DEPTH: usize = 16;

/// Reads every attached XML into the payloads and opens every attached PDF, OFD and zip. Other files, and such as are damaged, are
/// passed over: an attachment must not take its document along. Errors: over the budget.
pub(super) fn files(pdf: &Pdf, meter: &Meter, depth: usize, document: &mut Document) -> Result<(), Error> {
    let mut taken = HashSet::new();
    for specification in specifications(pdf, meter)? {
        let Some((name, stream)) = embedded(&specification) else { continue };
        if !taken.insert((stream.obj_id(), stream.raw_data().len())) {
            continue;
        }
        meter.time()?;
        meter.entries(1)?;
        let Ok(bytes) = stream.decoded_data() else { continue };
        meter.unpacked(bytes.len())?;
        match crate::sniff::sniff(&bytes) {
            Ok(Format::Xml) => match crate::xml::parse(&bytes, meter) {
                Ok(root) => document.payloads.push(Payload::Xml { name, origin: Origin::Attachment, root }),
                Err(error @ Error::OverBudget { .. }) => return Err(error),
                Err(_) => {}
            },
            Ok(Format::Pdf | Format::Ofd | Format::Zip) => {
                meter.depth(depth + 1)?;
                match crate::open_at(&bytes, meter, depth + 1) {
                    Ok(inner) => document.attached.push((name, inner)),
                    Err(error @ Error::OverBudget { .. }) => return Err(error),
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// All file specifications that the document names.
fn specifications<'a>(pdf: &'a Pdf, meter: &Meter) -> Result<Vec<Dict<'a>>, Error> {
    let mut found = Vec::new();
    if let Some(root) = pdf.xref().get::<Dict<'a>>(pdf.xref().root_id()) {
        if let Some(tree) = root.get::<Dict<'a>>("Names").and_then(|names| names.get::<Dict<'a>>("EmbeddedFiles")) {
            name_tree(pdf, &tree, meter, 0, &mut HashSet::new(), &mut found)?;
        }
        found.extend(root.get::<Array<'a>>("AF").into_iter().flat_map(|files| files.iter::<Dict<'a>>()));
    }
    for page in pdf.pages().iter() {
        let page = page.raw();
        found.extend(page.get::<Array<'_>>("AF").into_iter().flat_map(|files| files.iter::<Dict<'_>>()));
        let annotations = page.get::<Array<'_>>("Annots").into_iter().flat_map(|annotations| annotations.iter::<Dict<'_>>());
        let files = annotations.filter(|a| a.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"FileAttachment"));
        found.extend(files.filter_map(|annotation| annotation.get::<Dict<'_>>("FS")));
    }
    Ok(found)
}

/// Collects the values of a name tree (ISO 32000-1, 7.9.6); a node that names itself is visited once.
fn name_tree<'a>(
    pdf: &'a Pdf,
    node: &Dict<'a>,
    meter: &Meter,
    depth: usize,
    visited: &mut HashSet<ObjectIdentifier>,
    found: &mut Vec<Dict<'a>>,
) -> Result<(), Error> {
    if depth > TREE_DEPTH {
        return Ok(());
    }
    if let Some(names) = node.get::<Array<'a>>("Names") {
        for value in names.iter::<Object<'a>>() {
            if let Object::Dict(specification) = value {
                meter.entries(1)?;
                found.push(specification);
            }
        }
    }
    for kid in node.get::<Array<'a>>("Kids").into_iter().flat_map(|kids| kids.raw_iter()) {
        let MaybeRef::Ref(reference) = kid else { continue };
        if visited.insert(reference.into())
            && let Some(kid) = pdf.xref().get::<Dict<'a>>(reference.into())
        {
            name_tree(pdf, &kid, meter, depth + 1, visited, found)?;
        }
    }
    Ok(())
}

/// The name and the bytes of a file specification's embedded file.
fn embedded<'a>(specification: &Dict<'a>) -> Option<(String, Stream<'a>)> {
    let files = specification.get::<Dict<'a>>("EF")?;
    let stream = ["UF", "F", "Unix", "DOS"].into_iter().find_map(|key| files.get::<Stream<'a>>(key))?;
    let name = ["UF", "F"].into_iter().find_map(|key| specification.get::<PdfString<'a>>(key));
    Some((name.map(|n| text_string::decode(n.as_bytes())).unwrap_or_default(), stream))
}
