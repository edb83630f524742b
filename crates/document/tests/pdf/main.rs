//! PDFs written by hand, each awkward in one way that real ones are.

mod attached;
mod drawing;
mod encrypted;
mod geometry;
mod hostile;
mod mutated;
mod text;
mod writer;

use document::Document;
use document::budget::Budget;

/// Opens with the usual budget.
fn open(bytes: &[u8]) -> Document {
    document::open(bytes, &Budget::default()).expect("the fixture opens")
}

/// The texts of a page's lines.
fn lines(document: &Document, page: usize) -> Vec<String> {
    document.pages[page].lines.iter().map(|line| line.text()).collect()
}
