//! What the other rows leave of a sum: the one amount or tax of an invoice's rows that was passed over, of which a cent was lost, or that was misread, where
//! amount × rate = tax says the same.

use invoice::details::{Details, Field, Row, Source};
use invoice::{amount, rate};
use rust_decimal::Decimal;

use crate::found::Check;
use crate::layout::label::is_one_off;
use crate::levy;
use crate::repair::{digits, note};

/// Settles amounts and taxes of rows by the sums below them; says what was changed.
pub(crate) fn settle(details: &mut Details, done: &mut Vec<Check>) {
    for (key, sum) in [("total", "pretax_amount"), ("tax", "tax")] {
        rest(details, key, sum, done);
    }
}

/// The amounts of a row that is the only one are those of the sums: of one that was read in part, or of which one digit was misread where the sums add up to
/// the total.
pub(crate) fn lone(details: &mut Details, done: &mut Vec<Check>) {
    let sum = |key: &str| cents(details.text(key));
    let net_and_tax = sum("pretax_amount").zip(sum("tax")).and_then(|(net, tax)| net.checked_add(tax));
    let adds_up = net_and_tax.is_some() && net_and_tax == sum("total");
    for (key, column) in [("pretax_amount", "total"), ("tax", "tax")] {
        let [row] = details.rows("items") else { return };
        let sum = details.text(key).to_owned();
        let Some(cell) = row.get(column).filter(|cell| cell.source == Source::Ocr) else { continue };
        let (part, whole) = (digits(&cell.value), digits(&sum));
        let piece = !part.is_empty() && (whole.ends_with(&part) || whole.starts_with(&part));
        let misread = adds_up && is_one_off(&cell.value, &sum);
        if amount::parse(&sum).is_some() && amount::parse(&cell.value) != amount::parse(&sum) && (piece || misread) {
            let field = Field { value: sum.clone(), ..cell.clone() };
            done.push(note(&format!("items.{column}"), &cell.value, &sum, "the totals row"));
            details.rows_mut("items")[0].insert(column.to_owned(), field);
        }
    }
}

/// The one row of which `key` was not read as an amount, or as one that its rate denies: what the others leave of the sum, to the cent, if its rate confirms it.
fn rest(details: &mut Details, key: &str, sum: &str, done: &mut Vec<Check>) {
    let Some(sum) = details.get(sum).filter(|field| field.source == Source::Ocr).and_then(|field| cents(&field.value)) else { return };
    let rows = details.rows("items");
    let values: Vec<Option<Decimal>> = rows.iter().map(|row| row.get(key).and_then(|field| cents(&field.value))).collect();
    let unread = values.iter().filter(|value| value.is_none()).count();
    if unread > 1 {
        return;
    }
    let left = |at: usize| {
        let others = amount::sum(values.iter().enumerate().filter(|(other, _)| *other != at).filter_map(|(_, value)| *value))?;
        let rest = sum.checked_sub(others)?;
        let open = values[at].is_none() || unread == 0 && values[at] != Some(rest) && !confirms(&rows[at], key, values[at]?);
        (open && confirms(&rows[at], key, rest)).then_some((at, rest))
    };
    let mut fitting = (0..values.len()).filter_map(left);
    let (Some((at, rest)), None) = (fitting.next(), fitting.next()) else { return };
    let row = &rows[at];
    let like = [key, "tax_rate", "total"].into_iter().find_map(|key| row.get(key)).filter(|field| field.source == Source::Ocr).cloned();
    let Some(like) = like else { return };
    let (right, area) = (format!("{rest:.2}"), row.get(key).and_then(|field| field.area));
    let from = row.get(key).map_or("nothing", |field| field.value.as_str());
    done.push(note(&format!("items.{key}"), from, &right, "the sum and the rate"));
    let row = &mut details.rows_mut("items")[at];
    row.insert(key.to_owned(), Field { value: right, area, ..like });
    levy::passed_over(row, done);
}

/// Whether the tax of a row is its amount × rate, with `value` in the place of the one or the other. Where the rate was not read either, a tax is what only one of
/// the rates gives that there are.
fn confirms(row: &Row, key: &str, value: Decimal) -> bool {
    let other = |key: &str| row.get(key).and_then(|field| cents(&field.value));
    let pair = if key == "tax" { other("total").zip(Some(value)) } else { Some(value).zip(other("tax")) };
    let Some((total, tax)) = pair.filter(|(total, tax)| !total.is_zero() && !tax.is_zero()) else { return false };
    match row.get("tax_rate") {
        Some(field) => {
            rate::parse(&field.value).is_some_and(|rate| rate.checked_mul(total).is_some_and(|product| amount::within(product, tax, 1)))
        }
        None => key == "tax" && levy::rates(total, tax).len() == 1,
    }
}

/// An amount with its two decimals; no tax is none.
fn cents(text: &str) -> Option<Decimal> {
    if rate::is_untaxed(text) {
        return Some(Decimal::ZERO);
    }
    amount::parse(text).filter(|amount| amount.scale() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_and_the_rate_tell_an_amount() {
        type Rows = &'static [[&'static str; 3]];
        // amount, rate and tax of each row, net and tax of all, what the amounts and taxes then are
        type Settled = &'static [[&'static str; 2]];
        let cases: [(Rows, [&str; 2], Settled); 12] = [
            (
                &[["13556.83", "6%", "813.4"], ["12576.48", "6%", "754.59"]],
                ["26133.31", "1568.00"],
                &[["13556.83", "813.41"], ["12576.48", "754.59"]],
            ),
            (&[["1810.80", "13%", ""], ["100.00", "免税", "***"]], ["1910.80", "235.40"], &[["1810.80", "235.40"], ["100.00", "***"]]),
            (&[["", "13%", "235.40"]], ["1810.80", "235.40"], &[["1810.80", "235.40"]]),
            // the rate says another
            (&[["1810.80", "6%", ""]], ["1810.80", "235.40"], &[["1810.80", ""]]),
            // two are open
            (&[["1810.80", "13%", ""], ["100.00", "13%", ""]], ["1910.80", "248.40"], &[["1810.80", ""], ["100.00", ""]]),
            // what one rate gives, and what none does
            (&[["1810.80", "", ""]], ["1810.80", "235.40"], &[["1810.80", "235.40"]]),
            (&[["1810.80", "", ""]], ["1810.80", "255.40"], &[["1810.80", ""]]),
            // one was misread
            (&[["1018.54", "3%", "31.46"]], ["1048.54", "31.46"], &[["1048.54", "31.46"]]),
            (
                &[["1810.80", "13%", "285.40"], ["100.00", "13%", "13.00"]],
                ["1910.80", "248.40"],
                &[["1810.80", "235.40"], ["100.00", "13.00"]],
            ),
            // the only one is the sum: one digit misread, another amount
            (&[["1048.04", "3%", ""]], ["1048.54", "31.46"], &[["1048.54", "31.46"]]),
            (&[["1043.04", "3%", ""]], ["1048.54", "31.46"], &[["1043.04", ""]]),
            // the sum was
            (
                &[["1810.80", "13%", "235.40"], ["100.00", "13%", "13.00"]],
                ["1970.80", "248.40"],
                &[["1810.80", "235.40"], ["100.00", "13.00"]],
            ),
        ];
        for (rows, [net, tax], expected) in cases {
            let mut details = Details::new();
            details.set("pretax_amount", Field::new(net, Source::Ocr));
            details.set("tax", Field::new(tax, Source::Ocr));
            let sum = |text: &str| amount::parse(text).unwrap();
            details.set("total", Field::new((sum(net) + sum(tax)).to_string(), Source::Ocr));
            for cells in rows {
                let fields = ["total", "tax_rate", "tax"].into_iter().zip(cells).filter(|(_, value)| !value.is_empty());
                let row: Row = fields.map(|(key, value)| (key.to_owned(), Field::new(*value, Source::Ocr))).collect();
                details.rows_mut("items").push(row);
            }
            lone(&mut details, &mut Vec::new());
            settle(&mut details, &mut Vec::new());
            let cell = |row: &Row, key: &str| row.get(key).map_or(String::new(), |field| field.value.clone());
            let found: Vec<[String; 2]> = details.rows("items").iter().map(|row| [cell(row, "total"), cell(row, "tax")]).collect();
            assert_eq!(found, expected, "{rows:?}");
        }
    }
}
