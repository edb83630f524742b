//! The sample documents, where they lie beside the repository: what their payloads say against what they are known to say.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use document::budget::Budget;
use invoice::details::Row;
use invoice::fold::compact;
use recognize::payloads::{Mapped, map};
use serde_json::Value;

const DATES: [&str; 6] = ["date", "date_of_issue", "not_valid_before", "not_valid_after", "start_date", "end_date"];
const AMOUNTS: [&str; 12] = [
    "total",
    "pretax_amount",
    "tax",
    "fare",
    "fuel_surcharge",
    "caac_development_fund",
    "insurance",
    "price",
    "quantity",
    "other_taxes",
    "travel_tax",
    "amount_refunded",
];

/// The form in which values are compared: the scorer's.
fn fold(key: &str, value: &str) -> String {
    let text = compact(value);
    if DATES.contains(&key) {
        let parts = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
        return parts.map(|p| format!("{p:0>2}")).collect::<String>().chars().take(8).collect();
    }
    if AMOUNTS.contains(&key) {
        let bare = text.replace(['¥', ',', '元'], "");
        return bare.parse::<rust_decimal::Decimal>().map_or(bare, |d| d.normalize().to_string());
    }
    text.replace('〈', "<").replace('〉', ">").replace('圆', "元").to_uppercase()
}

/// What is labelled and differs or is missing: `key: expected, found`.
fn misses(truth: &serde_json::Map<String, Value>, mapped: &Mapped) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut compare = |key: &str, place: String, expected: &Value, got: &str| {
        let expected = expected.as_str().unwrap_or_default();
        if fold(key, expected) != fold(key, got) {
            found.push((place, format!("expected {expected:?}, found {got:?}")));
        }
    };
    for (key, expected) in truth {
        let Some(rows) = expected.as_array() else {
            compare(key, key.clone(), expected, mapped.details.text(key));
            continue;
        };
        let none = Row::new();
        for (i, row) in rows.iter().enumerate() {
            let got = mapped.details.rows(key).get(i).unwrap_or(&none);
            for (column, expected) in row.as_object().into_iter().flatten() {
                compare(column, format!("{key}[{i}].{column}"), expected, got.get(column).map_or("", |f| f.value.as_str()));
            }
        }
    }
    found
}

/// The labelled samples of a kind of file, with their paths; `None` when the samples are not there.
fn samples(kind: &str) -> Option<Vec<(PathBuf, Value)>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let Ok(catalogue) = std::fs::read_to_string(folder.join("catalogue.jsonl")) else {
        println!("skipped: samples not there");
        return None;
    };
    let all = catalogue.lines().map(|line| serde_json::from_str::<Value>(line).expect("a catalogue of JSON lines"));
    Some(all.filter(|d| d["kind"] == kind).map(|d| (folder.join(d["file"].as_str().expect("a file")), d)).collect())
}

fn open(path: &PathBuf) -> Vec<Mapped> {
    let bytes = std::fs::read(path).expect("readable");
    document::open(&bytes, &Budget::default()).map_or(Vec::new(), |d| d.payloads.iter().filter_map(map).collect())
}

#[test]
fn every_labelled_xml_sample_maps_to_its_truth() {
    let Some(all) = samples("xml") else { return };
    let mut wrong = Vec::new();
    for (path, document) in all {
        let found = open(&path);
        let Some(truth) = document["truth"].as_object() else {
            if !found.is_empty() {
                wrong.push(format!("{}: no invoice, but mapped", document["file"]));
            }
            continue;
        };
        let [mapped] = &found[..] else {
            wrong.push(format!("{}: {} invoices", document["file"], found.len()));
            continue;
        };
        wrong.extend(misses(truth, mapped).into_iter().map(|(key, what)| format!("{} {key}: {what}", document["file"])));
        let code = mapped.kind.map(|k| k.code());
        if let Some(expected) = document["type"].as_str()
            && code != Some(expected)
        {
            wrong.push(format!("{}: expected type {expected}, found {code:?}", document["file"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// No payload of an OFD contradicts what the document is known to say, and together they say most of it. What no payload
/// carries stands on the page alone.
#[test]
fn payloads_of_labelled_ofd_samples_agree_with_the_truth() {
    let Some(all) = samples("ofd") else { return };
    let mut wrong = Vec::new();
    let (mut said, mut known) = (0, 0);
    for (path, document) in all {
        let found = open(&path);
        let Some(truth) = document["truth"].as_object() else {
            if !found.is_empty() {
                wrong.push(format!("{}: no invoice, but mapped", document["file"]));
            }
            continue;
        };
        if found.is_empty() {
            println!("{}: no payload of an invoice", document["file"]);
            continue;
        }
        let mut missing: Option<BTreeSet<String>> = None;
        for mapped in &found {
            let differing = misses(truth, mapped);
            wrong.extend(
                differing
                    .iter()
                    .filter(|(_, what)| !what.ends_with("found \"\""))
                    .map(|(key, what)| format!("{} {:?} {key}: {what}", document["file"], mapped.source)),
            );
            let absent: BTreeSet<String> = differing.into_iter().map(|(key, _)| key).collect();
            missing = Some(missing.map_or(absent.clone(), |m| m.intersection(&absent).cloned().collect()));
            if let (Some(expected), Some(kind)) = (document["type"].as_str(), mapped.kind)
                && kind.code() != expected
            {
                wrong.push(format!("{}: expected type {expected}, found {}", document["file"], kind.code()));
            }
        }
        let fields: usize =
            truth.values().map(|v| v.as_array().map_or(1, |rows| rows.iter().map(|r| r.as_object().map_or(0, |o| o.len())).sum())).sum();
        let missing = missing.unwrap_or_default();
        said += fields - missing.len();
        known += fields;
        println!("{}: {} of {fields} fields in payloads; not there: {missing:?}", document["file"], fields - missing.len());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(said * 10 >= known * 9, "{said} of {known}");
}
