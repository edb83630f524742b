//! Structured payloads to fields, from documents made here in every vocabulary, and from the sample documents where they lie
//! beside the repository.

mod einvoice;
mod listing;
mod property;
mod samples;
mod tags;
mod voucher;

use document::payload::Payload;
use recognize::payloads::{Mapped, map};
use serde_json::{Map, Value, json};

/// The only payload of an XML file.
fn payload(xml: &str) -> Payload {
    let mut found = document::open(xml.as_bytes(), &document::budget::Budget::default()).expect("well-formed").payloads;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// What an XML file is mapped to; it has to be an invoice.
fn mapped(xml: &str) -> Mapped {
    map(&payload(xml)).expect("an invoice")
}

/// The value of a field, the empty string when it was not read.
fn text<'a>(mapped: &'a Mapped, key: &str) -> &'a str {
    mapped.details.text(key)
}

/// One column of a list, row by row.
fn column<'a>(mapped: &'a Mapped, list: &str, key: &str) -> Vec<&'a str> {
    mapped.details.rows(list).iter().map(|row| row.get(key).map_or("", |f| f.value.as_str())).collect()
}

/// Everything that was read, as a snapshot shows it. Values that were derived bear a mark.
fn view(mapped: &Mapped) -> Value {
    let shown = |f: &invoice::details::Field| {
        let derived = if f.source == mapped.source { "" } else { " (derived)" };
        json!(format!("{}{derived}", f.value))
    };
    let mut fields: Map<String, Value> = mapped.details.fields().map(|(key, f)| (key.to_owned(), shown(f))).collect();
    for (key, rows) in mapped.details.lists() {
        let rows = rows.iter().map(|row| row.iter().map(|(k, f)| (k.clone(), shown(f))).collect::<Map<String, Value>>());
        fields.insert(key.to_owned(), rows.collect());
    }
    json!({
        "kind": mapped.kind.map(|k| k.name()),
        "source": mapped.source,
        "page": mapped.page,
        "qr": mapped.extra_qr,
        "details": fields,
    })
}
