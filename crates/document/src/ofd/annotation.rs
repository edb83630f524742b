//! Annotations (GB/T 33190-2016, 15): download counters, watermarks, drawn stamps. They lie over the page and are no part of the form.

use std::collections::HashMap;

use hayro::kurbo::Affine;

use super::body::Body;
use super::content::{attribute, child, children, identifier, objects, text_of};
use super::lexical::{boolean, rectangle};
use super::object::Object;
use super::package::{Entry, Package};
use super::tolerate;
use crate::error::Error;

/// The appearances on each page: page ID to (from the appearance to the page, objects), in the order of the file.
pub(super) type Appearances = HashMap<String, Vec<(Affine, Vec<Object>)>>;

/// Reads all annotations of a document. Damaged and missing files give nothing.
pub(super) fn read(package: &Package<'_>, body: &Body) -> Result<Appearances, Error> {
    let mut out = Appearances::new();
    let Some(list) = &body.annotations else { return Ok(out) };
    let files = package.read_xml(list, |tree| {
        let pages = children(tree.root_element(), "Page");
        let named = |page| Some((identifier(page, "PageID"), package.find(list.folder(), &body.home, &text_of(child(page, "FileLoc")?))?));
        Ok(pages.filter_map(named).collect::<Vec<_>>())
    });
    for (page, entry) in tolerate(files)?.unwrap_or_default() {
        let found = tolerate(appearances(package, &entry))?.unwrap_or_default();
        out.entry(page).or_default().extend(found);
    }
    Ok(out)
}

fn appearances(package: &Package<'_>, entry: &Entry) -> Result<Vec<(Affine, Vec<Object>)>, Error> {
    package.read_xml(entry, |tree| {
        let shown = children(tree.root_element(), "Annot").filter(|annot| attribute(*annot, "Visible").and_then(boolean) != Some(false));
        Ok(shown
            .flat_map(|annot| children(annot, "Appearance"))
            .map(|appearance| {
                let boundary = attribute(appearance, "Boundary").and_then(rectangle).unwrap_or_default();
                (Affine::translate((boundary.x0, boundary.y0)), objects(appearance))
            })
            .collect())
    })
}
