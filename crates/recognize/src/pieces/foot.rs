//! The foot of a form that was cut off its head: no form is read on it, and the rows of the head add up to what it says.

use invoice::amount;
use rust_decimal::Decimal;

use super::{Lines, Part, halves, joined, worth};
use crate::forms::FormReading;

/// The same forms, each that says no amount with the nearest part on which no form was read and which says the sum of its rows. The amount of another paper
/// would be another.
pub(super) fn joined_to_heads(lines: &Lines, mut forms: Vec<Part>, mut unread: Vec<Part>) -> Vec<Part> {
    for form in &mut forms {
        let Some(own) = form.reading.as_ref().filter(|own| rows(own).is_some() && worth::lacks_amount(own)) else { continue };
        let mut near: Vec<(f32, usize)> =
            unread.iter().enumerate().filter_map(|(at, part)| Some((halves::gap(lines.blocks, form, part)?, at))).collect();
        near.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let whole = near.into_iter().find_map(|(_, at)| {
            let both = joined(lines, form, unread.get(at)?);
            both.reading.as_ref().is_some_and(|both| is_foot(both, own)).then_some((at, both))
        });
        if let Some((at, both)) = whole {
            *form = both;
            unread.remove(at);
        }
    }
    forms
}

/// Whether a form read together with another part says what it says alone, and the sum of its rows besides.
fn is_foot(together: &FormReading, own: &FormReading) -> bool {
    let said = ["pretax_amount", "total"].into_iter().filter_map(|key| amount::parse(together.details.text(key)));
    let sum = rows(own);
    halves::says(together, own) && sum.is_some() && said.into_iter().any(|said| Some(said) == sum)
}

/// What the rows of a form add up to, where each says its amount.
fn rows(reading: &FormReading) -> Option<Decimal> {
    let amounts = reading.details.rows("items").iter().map(|row| row.get("total").and_then(|field| amount::parse(&field.value)));
    amounts.collect::<Option<Vec<Decimal>>>().filter(|amounts| !amounts.is_empty()).and_then(amount::sum)
}

#[cfg(test)]
mod tests {
    use invoice::details::{Field, Row, Source};
    use invoice::kind::Kind;

    use super::super::laid::reading;
    use super::*;

    fn form(kind: Kind, fields: &[(&str, &str)], amounts: &[&str]) -> FormReading {
        let mut form = reading(kind, fields);
        for amount in amounts {
            form.details.rows_mut("items").push(Row::from([("total".to_owned(), Field::new(*amount, Source::Ocr))]));
        }
        form
    }

    #[test]
    fn a_foot_says_the_sum_of_the_rows() {
        const NAME: &[(&str, &str)] = &[("number", "96132160")];
        let rows: &[&str] = &["1805.55", "6284.06", "9587.50"];
        let own = form(Kind::VatOrdinary, NAME, rows);
        let with = |kind, fields: &[(&str, &str)]| form(kind, &[NAME, fields].concat(), rows);
        let (net, total) = (("pretax_amount", "17677.11"), ("total", "19848.75"));
        let cases = [
            ("net beside the total", with(Kind::VatOrdinary, &[net, total]), true),
            ("told another kind of VAT form", with(Kind::VatSpecial, &[net, total]), true),
            ("the total of rows with tax", with(Kind::VatOrdinary, &[("total", "17677.11")]), true),
            ("another amount", with(Kind::VatOrdinary, &[total]), false),
            ("nothing", with(Kind::VatOrdinary, &[]), false),
            ("another kind", with(Kind::MachinePrinted, &[net, total]), false),
            ("another name", form(Kind::VatOrdinary, &[("number", "96132161"), net], rows), false),
        ];
        for (what, together, expected) in cases {
            assert_eq!(is_foot(&together, &own), expected, "{what}");
        }
        assert!(!is_foot(&with(Kind::VatOrdinary, &[net]), &form(Kind::VatOrdinary, NAME, &[])), "no rows");
        assert!(!is_foot(&with(Kind::VatOrdinary, &[net]), &form(Kind::VatOrdinary, NAME, &["1805.55", "***"])), "a row without an amount");
    }
}
