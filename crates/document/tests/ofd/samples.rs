//! Real packages, where they are there. Nothing of them is kept.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};

use document::error::Format;
use document::payload::Payload;
use document::{Document, open};

use crate::fixture::budget;

fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/ofd");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: samples not there");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "ofd")).collect();
    paths.sort();
    paths
}

fn opened(path: &Path) -> Document {
    let bytes = std::fs::read(path).expect("the sample can be read");
    open(&bytes, &budget()).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

#[test]
fn every_sample_opens_and_can_be_drawn() {
    for path in samples() {
        let document = opened(&path);
        assert_eq!(document.format, Format::Ofd);
        assert!(!document.pages.is_empty(), "{}", path.display());
        for (index, page) in document.pages.iter().enumerate() {
            let unknown = page.lines.iter().flat_map(|line| &line.chars).filter(|c| c.ch == char::REPLACEMENT_CHARACTER).count();
            assert_eq!(unknown, 0, "{} page {index}", path.display());
            let drawn = document.draw(index, 72.0, &budget()).unwrap_or_else(|fault| panic!("{} page {index}: {fault}", path.display()));
            assert!(
                (drawn.width() as f32 - page.width).abs() <= 1.0 && (drawn.height() as f32 - page.height).abs() <= 1.0,
                "{}",
                path.display()
            );
            assert!(drawn.pixels().any(|p| p.0 != [255; 3]), "{} page {index} is blank", path.display());
        }
    }
}

/// Tags of the fully digital invoice: the number that the tag points to is the one that the document's data state.
#[test]
fn tags_agree_with_the_data_of_the_document() {
    let mut compared = 0;
    for path in samples() {
        let document = opened(&path);
        let pairs: Vec<(String, String)> = document
            .payloads
            .iter()
            .filter_map(|p| if let Payload::Pairs { pairs, .. } = p { Some(pairs.clone()) } else { None })
            .flatten()
            .collect();
        for tag in document.payloads.iter().filter_map(|p| if let Payload::Tags { tags, .. } = p { Some(tags) } else { None }).flatten() {
            assert_eq!(tag.values.len(), tag.areas.len(), "{}", path.display());
            let name = match tag.path.join("/").as_str() {
                "InvoiceNo" => "发票号码",
                "InvoiceCode" => "发票代码",
                "Buyer/BuyerTaxID" => "购买方纳税人识别号",
                "Seller/SellerTaxID" => "销售方纳税人识别号",
                _ => continue,
            };
            if let Some((_, stated)) = pairs.iter().find(|(n, _)| n == name) {
                assert_eq!(&tag.values.concat(), stated, "{} {name}", path.display());
                compared += 1;
            }
        }
    }
    assert!(compared > 0 || samples().is_empty(), "no sample has tags and data");
}

#[test]
fn samples_that_are_signed_have_seals() {
    for path in samples() {
        let bytes = std::fs::read(&path).expect("the sample can be read");
        let signed = bytes.windows(14).any(|w| w == b"Signatures.xml");
        let document = opened(&path);
        assert_eq!(signed, !document.seals.is_empty(), "{}", path.display());
        assert!(document.seals.iter().all(|seal| !seal.time.is_empty()), "{}: {:?}", path.display(), document.seals);
    }
}
