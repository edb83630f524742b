//! Between which bounds the values inside a model lie, measured on pictures: what eight-bit arithmetic has to know beforehand.
//!
//! The tables in `ranges/` are written by `cargo run --release --example ranges`, one for each model file, which it names by its SHA-256.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The tables that the program carries.
const TABLES: [&str; 2] = [include_str!("../../ranges/PP-OCRv6_det_small.txt"), include_str!("../../ranges/PP-OCRv6_rec_small.txt")];
/// The word before the sum of the model file.
const MODEL: &str = "model";

/// The least and the greatest value.
pub type Range = (f32, f32);

/// The ranges of one model's values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranges {
    /// By the name that the value has in the graph.
    values: BTreeMap<String, Range>,
}

impl Ranges {
    /// The ranges of a model file, when they have been measured.
    pub fn of_model(model: &[u8]) -> Option<Ranges> {
        let sum = sum(model);
        TABLES.iter().find_map(|table| parse(table).filter(|(of, _)| *of == sum).map(|(_, ranges)| ranges))
    }

    /// Ranges that were just measured.
    pub fn measured(values: impl IntoIterator<Item = (String, Range)>) -> Ranges {
        Ranges { values: values.into_iter().collect() }
    }

    /// The range of a value, by its name in the graph.
    pub fn get(&self, value: &str) -> Option<Range> {
        self.values.get(value).copied()
    }

    /// How many values have a range.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no value has one.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The table of a model file: its sum, then one line for each value with its name and its range.
    pub fn table(&self, model: &[u8]) -> String {
        let mut table = format!("{MODEL} {}\n", sum(model));
        for (value, (least, greatest)) in &self.values {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{value} {least} {greatest}");
        }
        table
    }
}

/// The SHA-256 of a model file in hexadecimal digits.
fn sum(model: &[u8]) -> String {
    Sha256::digest(model).iter().fold(String::new(), |sum, byte| format!("{sum}{byte:02x}"))
}

/// The sum of the model file that a table is for, and its ranges; nothing when a line is not of the form that [`Ranges::table`] writes.
fn parse(table: &str) -> Option<(&str, Ranges)> {
    let mut lines = table.lines();
    let sum = lines.next()?.strip_prefix(MODEL)?.trim();
    let value = |line: &str| {
        let mut words = line.split(' ');
        let (name, least, greatest) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        (least < greatest).then(|| (name.to_owned(), (least, greatest)))
    };
    let values = lines.map(value).collect::<Option<_>>()?;
    Some((sum, Ranges { values }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let ranges = Ranges::measured([("relu.0".to_owned(), (0.0, 12.5)), ("add.1".to_owned(), (-0.17, 3.0))]);
        let table = ranges.table(b"a model");
        let (of, read) = parse(&table).unwrap();
        assert_eq!((of, read), (sum(b"a model").as_str(), ranges));
    }

    #[test]
    fn the_tables_of_the_program_can_be_read() {
        for table in TABLES {
            let (of, ranges) = parse(table).unwrap();
            assert_eq!(of.len(), 64, "{of}");
            assert!(ranges.len() > 20, "{of}");
        }
    }

    #[test]
    fn what_is_no_table_gives_nothing() {
        for text in ["", "sum 12", "model 12\nrelu.0 1", "model 12\nrelu.0 2 1", "model 12\nrelu.0 a b"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(Ranges::of_model(b"another model"), None);
    }
}
