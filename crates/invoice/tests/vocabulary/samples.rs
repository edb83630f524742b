use std::path::Path;

use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::kind::field::Shape;
use invoice::{amount, check, date, rate, words};
use serde_json::Value;

/// The labelled fields of the sample documents, if the samples are there: kind (by type code) and fields.
fn samples() -> Option<Vec<(String, Kind, Details)>> {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/catalogue.jsonl");
    let Ok(catalogue) = std::fs::read_to_string(catalogue) else {
        println!("skipped: samples not there");
        return None;
    };
    let mut samples = Vec::new();
    for line in catalogue.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let Some(kind) = sample["type"].as_str().and_then(Kind::from_code) else { continue };
        let truths = match &sample["truth"] {
            Value::Array(truths) => truths.clone(),
            Value::Null => continue,
            truth => vec![truth.clone()],
        };
        samples.extend(truths.iter().map(|truth| (sample["file"].as_str().unwrap().to_owned(), kind, labelled(truth))));
    }
    Some(samples)
}

fn labelled(truth: &Value) -> Details {
    let mut details = Details::new();
    for (key, value) in truth.as_object().unwrap() {
        match value {
            Value::Array(rows) => {
                let rows = rows.iter().map(|row| {
                    let cells = row.as_object().unwrap().iter();
                    cells.map(|(key, cell)| (key.clone(), field(cell))).collect::<Row>()
                });
                *details.rows_mut(key) = rows.collect();
            }
            value => details.set(key, field(value)),
        }
    }
    details
}

fn field(value: &Value) -> Field {
    Field::new(value.as_str().unwrap(), Source::TextLayer)
}

/// What was read by eye from real documents must be what the rules say.
#[test]
fn labelled_documents_keep_the_rules() {
    for (file, kind, details) in samples().unwrap_or_default() {
        for (key, field) in details.fields() {
            let value = &field.value;
            match (key, kind.field(key).map(|spec| spec.shape)) {
                ("total_cn", _) => assert!(words::parse(value).is_some(), "{file} {value}"),
                ("title", _) => assert_eq!(Kind::from_title(value).map(Kind::code), Some(kind.code()), "{file} {value}"),
                (_, Some(Shape::Date)) => assert_eq!(date::wire(value).as_deref(), Some(value.as_str()), "{file} {key}"),
                ("date_of_issue", _) => assert!(date::parse(value).is_some(), "{file} {value}"),
                // 保险费 XXX and 税额 *** are marks.
                (_, Some(Shape::Amount)) if !value.starts_with(['*', 'X']) => {
                    assert_eq!(amount::text(value), *value, "{file} {key}");
                    assert!(amount::parse(value).is_some(), "{file} {key} {value}");
                }
                _ => {}
            }
        }
        for row in details.rows("items") {
            if let Some(printed) = row.get("tax_rate") {
                assert_eq!(rate::text(&printed.value), printed.value, "{file}");
            }
        }
    }
}

/// Sums, words and codes of real documents agree. Tax ids may fail (some documents carry invented ones), and a vendor's
/// specimen has a code of its own.
#[test]
fn labelled_documents_pass_their_checks() {
    let mut made = 0;
    for (file, kind, details) in samples().unwrap_or_default() {
        for outcome in check::all(kind, &details, &[]) {
            made += 1;
            let invented = outcome.name == "tax_id" || matches!(outcome.name, "kind_digits" | "region") && file == "image/image-24.jpg";
            assert!(outcome.passed || invented, "{file} {outcome:?}");
        }
    }
    println!("{made} checks");
}
