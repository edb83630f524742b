//! Every field of the specimens that this project draws, read back from the files: digital documents without any model, pictures with
//! the models when they are there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use invoice::agreement::{Verdict, compare};
use invoice::details::Details;
use recognize::{Found, Options, Reader};
use serde_json::Value;

fn specimens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specimens")
}

fn labelled() -> Vec<Value> {
    let lines = std::fs::read_to_string(specimens().join("fields.jsonl")).expect("specimens/fields.jsonl is part of the repository");
    lines.lines().map(|line| serde_json::from_str(line).expect("a line of fields.jsonl is JSON")).collect()
}

/// The fields of `truth` that `found` does not have right, and how many there are.
fn misses(truth: &Value, found: &Found) -> (usize, Vec<String>) {
    let truth: Details = serde_json::from_value(truth.clone()).expect("truth is texts and rows of texts");
    let all = compare(&truth, found.kind, &found.details);
    let wrong = all.iter().filter(|c| c.verdict != Verdict::Right);
    (all.len(), wrong.map(|c| format!("{}: expected {:?}, read {:?}", c.field, c.expected, c.read)).collect())
}

/// Reads a labelled file and gives the count of its fields and those that are wrong.
fn read(reader: &Reader, label: &Value) -> (usize, Vec<String>) {
    let file = label["file"].as_str().expect("a file name");
    let bytes = std::fs::read(specimens().join(file)).expect("the specimen is there");
    let reading = reader.read(&bytes, &Options::default()).expect("the specimen can be read");
    let truths = label["truth"].as_array().cloned().unwrap_or_else(|| vec![label["truth"].clone()]);
    assert_eq!(reading.results.len(), truths.len(), "{file}: invoices found");
    let (mut count, mut wrong) = (0, Vec::new());
    for (truth, found) in truths.iter().zip(&reading.results) {
        if let Some(code) = label["type"].as_str() {
            assert_eq!(found.kind.code(), code, "{file}: type");
        }
        let (n, w) = misses(truth, found);
        count += n;
        wrong.extend(w.into_iter().map(|w| format!("{file} {w}")));
    }
    (count, wrong)
}

fn is_picture(label: &Value) -> bool {
    let file = label["file"].as_str().unwrap_or_default();
    file.ends_with(".png") || file.ends_with(".jpg")
}

/// Block-chain invoices are told by the codes of Shenzhen, which specimens do not bear.
fn open_question(miss: &str) -> bool {
    miss.starts_with("block-chain.pdf title") || miss.contains(" block_chain: ")
}

#[test]
fn digital_specimens_are_read_whole() {
    let reader = Reader::new(Err(ocr::error::Error::NoModels { searched: "nowhere".into() }));
    let mut all = 0;
    let mut wrong = Vec::new();
    for label in labelled().iter().filter(|l| !is_picture(l)) {
        let (count, misses) = read(&reader, label);
        all += count;
        wrong.extend(misses.into_iter().filter(|m| !open_question(m)));
    }
    assert!(all > 300, "only {all} fields were compared");
    assert!(wrong.is_empty(), "{} of {all} fields are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn pictures_of_specimens_are_read_well() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let options = ocr::Options { models: ocr::models::find(Some(&models)).or_else(|_| ocr::models::find(None)).ok(), ..Default::default() };
    let Ok(eyes) = ocr::Reader::load(&options) else {
        println!("skipped: the models are not there (make models)");
        return;
    };
    let reader = Reader::new(Ok(Arc::new(eyes)));
    let (mut all, mut wrong) = (0, Vec::new());
    for label in labelled().iter().filter(|l| is_picture(l)) {
        let (count, misses) = read(&reader, label);
        all += count;
        wrong.extend(misses);
    }
    assert!(wrong.len() * 20 <= all, "more than one field in twenty is wrong ({} of {all}):\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_picture_without_models_says_what_to_run() {
    let reader = Reader::new(Err(ocr::error::Error::NoModels { searched: "nowhere".into() }));
    let picture = labelled().into_iter().find(is_picture).expect("one specimen is a picture");
    let bytes = std::fs::read(specimens().join(picture["file"].as_str().expect("a file name"))).expect("the specimen is there");
    let error = reader.read(&bytes, &Options::default()).expect_err("no models, no reading");
    assert!(error.to_string().contains("make models"), "{error}");
    assert!(!error.is_input());
}

#[test]
fn a_cancelled_reading_stops() {
    let reader = Reader::new(Err(ocr::error::Error::NoModels { searched: "nowhere".into() }));
    let options = Options { cancel: Some(Arc::new(std::sync::atomic::AtomicBool::new(true))), ..Options::default() };
    let bytes = std::fs::read(specimens().join("many-pages.pdf")).expect("the specimen is there");
    assert!(matches!(reader.read(&bytes, &options), Err(recognize::Error::Cancelled)));
}
