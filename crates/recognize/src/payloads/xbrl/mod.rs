//! XBRL instances of the Ministry of Finance's electronic vouchers (财政部《电子凭证会计数据标准》): `inv` (VAT e-invoices),
//! `einv` (数电票), `rai` (railway tickets), `atr` (air itineraries) (reference recognition.md §4.3, documents.md §9).
//!
//! An instance is flat: facts with a `contextRef` below the root, and tuples for what repeats. What the receiver's side adds
//! for its books (posting dates, ledger entries) is no part of the invoice. Bank receipts and statements (`bker`, `bkrs`),
//! fiscal bills (`efi`, `ntrev`) and treasury vouchers (`ctp`) are no invoices.

mod air;
mod einv;
mod rail;
mod vat;

use document::payload::Element;
use indexmap::IndexMap;
use invoice::details::Row;

use super::Mapped;
use super::draft::{Column, Draft};

/// A taxonomy of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taxonomy {
    Vat,
    Digital,
    Rail,
    Air,
}

/// For each taxonomy an element that it alone has.
const SIGNS: [(&str, Taxonomy); 5] = [
    ("ElectronicInvoiceRailwayETicketNumber", Taxonomy::Rail),
    ("ElectronicInvoiceAirTransportReceiptNumber", Taxonomy::Air),
    ("NumberOfInvoice", Taxonomy::Vat),
    ("UniqueCodeOfInvoice", Taxonomy::Vat),
    ("TotalAmWithoutTax", Taxonomy::Digital),
];

/// An XBRL instance of an invoice, or `None` when it is something else.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    match taxonomy(root)? {
        Taxonomy::Vat => vat::map(root),
        Taxonomy::Digital => einv::map(root),
        Taxonomy::Rail => rail::map(root),
        Taxonomy::Air => air::map(root),
    }
}

/// True for an XBRL instance of any taxonomy.
pub(super) fn is_instance(root: &Element) -> bool {
    root.name == "xbrl"
}

/// The taxonomy by its namespace (`…/taxonomy/<date>/rai`), else, where a careless writer left the namespaces out, by an
/// element that only one of them has.
fn taxonomy(root: &Element) -> Option<Taxonomy> {
    let mut known = root.children.iter().filter_map(|c| c.namespace.split_once("/taxonomy/")?.1.split('/').nth(1)).filter_map(|name| {
        match name.split('_').next()? {
            "inv" => Some(Taxonomy::Vat),
            "einv" => Some(Taxonomy::Digital),
            "rai" => Some(Taxonomy::Rail),
            "atr" => Some(Taxonomy::Air),
            _ => None,
        }
    });
    if let Some(found) = known.next() {
        return Some(found);
    }
    if root.children.iter().any(|c| c.namespace.contains("/taxonomy/")) {
        return None;
    }
    SIGNS.iter().find(|(sign, _)| root.child(sign).is_some()).map(|(_, taxonomy)| *taxonomy)
}

/// Rows of what repeats: one for each tuple of this name; where the facts stand flat below the root, one for each
/// `contextRef`; where all of them share one context, by their order, if every column has the same number of facts.
fn rows(root: &Element, tuple: &str, columns: &[Column], draft: &Draft) -> Vec<Row> {
    let row = |members: Vec<&Element>| {
        let group = Element { children: members.into_iter().cloned().collect(), ..Element::default() };
        draft.row(&group, columns)
    };
    let found: Vec<Row> = if root.child(tuple).is_some() {
        root.all(tuple).map(|t| draft.row(t, columns)).collect()
    } else {
        let mut contexts: IndexMap<&str, Vec<&Element>> = IndexMap::new();
        let mut names: IndexMap<&str, Vec<&Element>> = IndexMap::new();
        for fact in root.children.iter().filter(|c| columns.iter().any(|(name, ..)| *name == c.name)) {
            contexts.entry(fact.attribute("contextRef").unwrap_or("")).or_default().push(fact);
            names.entry(fact.name.as_str()).or_default().push(fact);
        }
        let count = names.values().map(Vec::len).max().unwrap_or(0);
        if contexts.len() > 1 {
            contexts.into_values().map(row).collect()
        } else if names.values().all(|facts| facts.len() == count) {
            (0..count).map(|i| row(names.values().map(|facts| facts[i]).collect())).collect()
        } else {
            Vec::new()
        }
    };
    found.into_iter().filter(|r| !r.is_empty()).collect()
}
