//! Signature fields (ISO 32000-1, 12.8): that there is one, where it stands, who signed when by its own words. What it proves
//! is told by `proof`.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Rect as PdfRect, String as PdfString};

use super::{page, text_string};
use crate::payload::Seal;

/// How far up a field's parents are asked for what it inherits.
const PARENTS: usize = 8;

/// Adds a seal for every signature field that is signed and has a widget on a page.
pub(super) fn seals(pdf: &Pdf, seals: &mut Vec<Seal>) {
    signatures(pdf, |seal, _| seals.push(seal));
}

/// Every such field: what the seal says of itself, and the dictionary of its signature.
pub(super) fn signatures(pdf: &Pdf, mut take: impl FnMut(Seal, &Dict<'_>)) {
    for (index, page) in pdf.pages().iter().enumerate() {
        let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { continue };
        for widget in annotations.iter::<Dict<'_>>() {
            let is_signature = inherited(&widget, |d| d.get::<Name<'_>>("FT")).is_some_and(|kind| kind.as_ref() == b"Sig");
            let Some(signature) = inherited(&widget, |d| d.get::<Dict<'_>>("V")).filter(|_| is_signature) else { continue };
            let text = |dict: &Dict<'_>, key: &str| dict.get::<PdfString<'_>>(key).map(|s| text_string::decode(s.as_bytes()));
            let seal = Seal {
                page: Some(index),
                area: widget.get::<PdfRect>("Rect").map(|rect| page::on_page(page, rect)).filter(|area| area.width() > 0.0),
                name: inherited(&widget, |d| text(d, "T")).unwrap_or_default(),
                signer: text(&signature, "Name").unwrap_or_default(),
                time: text(&signature, "M").unwrap_or_default(),
            };
            take(seal, &signature);
        }
    }
}

/// An entry of a field, or of the nearest of its parents that has it (ISO 32000-1, 12.7.3.1).
pub(super) fn inherited<'a, T>(field: &Dict<'a>, get: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut field = field.clone();
    for _ in 0..PARENTS {
        if let Some(value) = get(&field) {
            return Some(value);
        }
        field = field.get::<Dict<'a>>("Parent")?;
    }
    None
}
