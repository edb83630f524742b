//! Zips that wrap documents.

use std::io::{Cursor, Write};

use document::budget::Budget;
use document::error::{Error, Format, Limit};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const XML: &[u8] = b"<EInvoice><Header/></EInvoice>";

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("the fixture can be written");
        zip.write_all(bytes).expect("the fixture can be written");
    }
    zip.finish().expect("the fixture can be written").into_inner()
}

fn names(bytes: &[u8]) -> Vec<(String, Format)> {
    let document = document::open(bytes, &Budget::default()).expect("the zip opens");
    assert_eq!(document.format, Format::Zip);
    document.attached.into_iter().map(|(name, inner)| (name, inner.format)).collect()
}

#[test]
fn every_supported_file_is_opened() {
    let bytes = packed(&[
        ("a/one.xml", XML),
        ("readme.txt", b"not a document"),
        ("__MACOSX/a/._one.xml", XML),
        (".hidden.xml", XML),
        ("two.bin", XML),
    ]);
    assert_eq!(names(&bytes), [("a/one.xml".to_string(), Format::Xml), ("two.bin".to_string(), Format::Xml)]);
}

#[test]
fn a_zip_in_a_zip_is_opened_once() {
    let inner = packed(&[("deep.xml", XML)]);
    let middle = packed(&[("inner.zip", &inner), ("mid.xml", XML)]);
    let outer = packed(&[("middle.zip", &middle)]);
    let document = document::open(&outer, &Budget::default()).expect("the zip opens");
    let middle = &document.attached[0].1;
    assert_eq!(middle.format, Format::Zip);
    assert_eq!(middle.attached.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["mid.xml"]);
}

#[test]
fn nothing_inside() {
    for files in [&[][..], &[("a.txt", &b"text"[..])]] {
        assert_eq!(document::open(&packed(files), &Budget::default()).err(), Some(Error::NothingInside));
    }
}

#[test]
fn a_damaged_file_does_not_take_a_whole_one_along() {
    let broken: &[u8] = b"\x89PNG\r\n\x1A\n nothing more";
    assert_eq!(names(&packed(&[("a.png", broken), ("b.xml", XML)])).len(), 1);
    let alone = document::open(&packed(&[("a.png", broken)]), &Budget::default());
    assert!(matches!(alone, Err(Error::Damaged { format: Format::Png, .. })));
}

#[test]
fn bombs() {
    let zeros = vec![b' '; 40 << 20];
    let limit = |bytes: &[u8], budget: &Budget| match document::open(bytes, budget) {
        Err(Error::OverBudget { limit, .. }) => Some(limit),
        _ => None,
    };
    let one = packed(&[("a.xml", &zeros)]);
    assert_eq!(limit(&one, &Budget { ratio: 100, ..Budget::default() }), Some(Limit::Ratio));
    assert_eq!(limit(&one, &Budget { unpacked: 10 << 20, ..Budget::default() }), Some(Limit::Unpacked));
    let many: Vec<(String, Vec<u8>)> = (0..20).map(|i| (format!("{i}.xml"), vec![b' '; 1 << 20])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let many = packed(&many);
    assert_eq!(limit(&many, &Budget { unpacked: 10 << 20, ..Budget::default() }), Some(Limit::Unpacked), "the sum counts");
    assert_eq!(limit(&many, &Budget { entries: 19, ..Budget::default() }), Some(Limit::Entries));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Changed bytes give documents or an error, never a panic.
    #[test]
    fn mutations(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = packed(&[("one.xml", XML), ("two.xml", XML)]);
        for (place, value) in &changes {
            let at = place.index(bytes.len());
            bytes[at] = *value;
        }
        let _ = document::open(&bytes, &Budget { unpacked: 1 << 20, ..Budget::default() });
    }
}
