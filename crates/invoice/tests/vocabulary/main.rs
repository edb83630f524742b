//! The vocabulary, rule by rule: tables of what the forms print and what it means. All names and numbers are invented.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what a test cannot do without may panic; it says what it skips")]

mod amount;
mod check;
mod class;
mod date;
mod kind;
mod number;
mod qr;
mod record;
mod region;
mod samples;
mod tax_id;
mod words;

use invoice::details::{Details, Field, Row, Source};

/// Details with these fields.
fn details(fields: &[(&str, &str)]) -> Details {
    let mut details = Details::new();
    for (key, value) in fields {
        details.set(key, Field::new(*value, Source::Ocr));
    }
    details
}

/// A row with these cells.
fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(key, value)| ((*key).to_owned(), Field::new(*value, Source::Ocr))).collect()
}
