//! How far a reading agrees with what an invoice is known to say: the comparison that accuracy is measured by.
//!
//! Dates are compared by the day, amounts by their value, text without white space, width and case.

use crate::details::Details;
use crate::kind::Kind;
use crate::kind::field::Shape;
use crate::{amount, date, fold};

/// What became of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It was read as it is.
    Right,
    /// Nothing was read.
    Empty,
    /// Something else was read.
    Wrong,
}

/// One field of an invoice and what was read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The field's name; `items[0].name` for the cell of a row.
    pub field: String,
    /// Whether it was read.
    pub verdict: Verdict,
    /// What it is.
    pub expected: String,
    /// What was read.
    pub read: String,
}

/// Compares every field of `truth` with a reading of kind `kind`, as its record would give it. What `truth` does not have is not compared.
pub fn compare(truth: &Details, kind: Kind, read: &Details) -> Vec<Comparison> {
    let record = kind.record(read);
    let mut all = Vec::new();
    for (key, field) in truth.fields() {
        all.push(judged(key.to_owned(), kind.field(key).map(|s| s.shape), &field.value, record.text(key)));
    }
    for (key, rows) in truth.lists() {
        let columns = match kind.field(key).map(|s| s.shape) {
            Some(Shape::List(columns)) => columns,
            _ => &[],
        };
        for (i, row) in rows.iter().enumerate() {
            for (column, cell) in row {
                let shape = columns.iter().find(|c| c.key == column).map(|c| c.shape);
                let found = record.rows(key).get(i).map_or("", |r| r.text(column));
                all.push(judged(format!("{key}[{i}].{column}"), shape, &cell.value, found));
            }
        }
    }
    all
}

fn judged(field: String, shape: Option<Shape>, expected: &str, read: &str) -> Comparison {
    let verdict = if same(shape, expected, read) {
        Verdict::Right
    } else if read.trim().is_empty() {
        Verdict::Empty
    } else {
        Verdict::Wrong
    };
    Comparison { field, verdict, expected: expected.to_owned(), read: read.to_owned() }
}

/// Whether two texts say the same in a field of this shape.
pub fn same(shape: Option<Shape>, one: &str, other: &str) -> bool {
    folded(shape, one) == folded(shape, other)
}

/// What a text is compared by.
fn folded(shape: Option<Shape>, text: &str) -> String {
    let plain = fold::compact(text).replace('圆', "元").replace(['〈', '⟨'], "<").replace(['〉', '⟩'], ">").to_uppercase();
    match shape {
        Some(Shape::Amount) => amount::parse(&plain).map_or(plain, |a| a.normalize().to_string()),
        Some(Shape::Date) => match date::parse(&plain) {
            Some(day) => day.to_string(),
            None => plain.chars().filter(char::is_ascii_digit).collect(),
        },
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::details::{Field, Source};

    fn details(fields: &[(&str, &str)]) -> Details {
        let mut details = Details::new();
        for (key, value) in fields {
            details.set(key, Field::new(*value, Source::TextLayer));
        }
        details
    }

    #[test]
    fn texts_say_the_same_however_they_are_written() {
        let cases = [
            (Some(Shape::Amount), "¥1,200.50", "1200.5", true),
            (Some(Shape::Amount), "***", "***", true),
            (Some(Shape::Amount), "***", "0.00", false),
            (Some(Shape::Amount), "12.00", "120.0", false),
            (Some(Shape::Date), "2024年01月05日", "2024-1-5", true),
            (Some(Shape::Date), "2024年01月05日", "2024年01月06日", false),
            (Some(Shape::Text), "甲（乙） 公司", "甲(乙)公司", true),
            (Some(Shape::Text), "壹佰圆整", "壹佰元整", true),
            (Some(Shape::Text), "A1", "a1", true),
            (None, "甲", "申", false),
        ];
        for (shape, one, other, expected) in cases {
            assert_eq!(same(shape, one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn every_field_and_every_cell_has_its_verdict() {
        let mut truth = details(&[("number", "12345678"), ("total", "10.00"), ("buyer", "甲公司")]);
        let cell = |value: &str| std::iter::once(("name".to_owned(), Field::new(value, Source::TextLayer))).collect();
        *truth.rows_mut("items") = vec![cell("纸"), cell("笔")];
        let mut read = details(&[("number", "12345679"), ("total", "10"), ("seller", "乙公司")]);
        *read.rows_mut("items") = vec![cell("纸")];
        let verdicts: Vec<(String, Verdict)> =
            compare(&truth, Kind::VatElectronic, &read).into_iter().map(|c| (c.field, c.verdict)).collect();
        let expected = [
            ("number", Verdict::Wrong),
            ("total", Verdict::Right),
            ("buyer", Verdict::Empty),
            ("items[0].name", Verdict::Right),
            ("items[1].name", Verdict::Empty),
        ];
        assert_eq!(verdicts, expected.map(|(f, v)| (f.to_owned(), v)));
    }
}
