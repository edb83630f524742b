//! What amount × rate = tax says of a row of an invoice: a tax that the rate beside it was read into, a sign that was lost, a rate that was misread
//! or passed over.

use invoice::details::{Details, Field, Row, Source};
use invoice::{amount, rate};
use rust_decimal::Decimal;

use crate::found::Check;
use crate::layout::label::distance;
use crate::repair::note;

/// Settles what it can of a row; says what was changed.
pub(crate) fn settle(row: &mut Row, done: &mut Vec<Check>) {
    led(row, done);
    signed(row, done);
    rated(row, done);
    passed_over(row, done);
}

fn read(row: &Row, key: &str) -> Option<(Field, Decimal)> {
    row.get(key).filter(|f| f.source == Source::Ocr).and_then(|f| Some((f.clone(), amount::parse(&f.value)?)))
}

/// The rates by which an amount has this tax, to the cent.
pub(crate) fn rates(total: Decimal, tax: Decimal) -> Vec<String> {
    let taxes = |rate: Decimal| rate.checked_mul(total).is_some_and(|product| amount::within(product, tax, 1));
    rate::CHARGED.iter().map(|rate| format!("{rate}%")).filter(|text| rate::parse(text).is_some_and(taxes)).collect()
}

/// A tax with the rate of the column before it in front, whose % was read as 9, 96 and the like or not at all: `13` and `3210.12` read as one number.
fn led(row: &mut Row, done: &mut Vec<Check>) {
    const SIGNS: usize = 2;
    let (Some((_, total)), Some((field, tax))) = (read(row, "total"), read(row, "tax")) else { return };
    if !rates(total, tax).is_empty() {
        return;
    }
    let text = field.value.clone();
    let split = |rate: &&str| {
        let rest = text.strip_prefix(*rate)?;
        let right = rate::parse(&format!("{rate}%"))?.checked_mul(total)?;
        let ends = (0..=SIGNS).filter_map(|at| rest.get(at..)).filter(|rest| !rest.starts_with('0') || rest.starts_with("0."));
        let mut fits = ends.filter(|rest| amount::parse(rest).is_some_and(|tax| amount::within(tax, right, 1)));
        Some(((*rate).to_owned(), fits.next()?.to_owned()))
    };
    let mut splits = rate::CHARGED.iter().filter_map(split);
    if let (Some((rate, right)), None) = (splits.next(), splits.next()) {
        done.push(note("items.tax", &text, &right, "the rate before it"));
        row.entry("tax_rate".to_owned()).or_insert_with(|| Field { value: format!("{rate}%"), area: None, ..field.clone() });
        row.insert("tax".to_owned(), Field { value: right, ..field });
    }
}

/// A tax whose sign was not read: it has the sign of its amount.
fn signed(row: &mut Row, done: &mut Vec<Check>) {
    let (Some((total_field, total)), Some((tax_field, tax))) = (read(row, "total"), read(row, "tax")) else { return };
    let (key, field) = match (total.is_sign_negative(), tax.is_sign_negative()) {
        (true, false) if !tax.is_zero() => ("tax", tax_field),
        (false, true) if !total.is_zero() => ("total", total_field),
        _ => return,
    };
    // a stroke is lost before a number, and none comes there by itself
    let right = format!("-{}", field.value);
    done.push(note(&format!("items.{key}"), &field.value, &right, "the sign of the row"));
    row.insert(key.to_owned(), Field { value: right, ..field });
}

/// A rate that the tax is not, with one character too many, too few or wrong: the only rate that the tax is. What is no rate at all is nothing.
fn rated(row: &mut Row, done: &mut Vec<Check>) {
    let Some(field) = row.get("tax_rate").filter(|f| f.source == Source::Ocr && !rate::is_untaxed(&f.value)).cloned() else { return };
    let value = |key: &str| row.get(key).and_then(|f| amount::parse(&f.value));
    let printed = rate::parse(&field.value).filter(|_| field.value.ends_with('%'));
    let fits = value("total").zip(value("tax")).map_or(Vec::new(), |(total, tax)| rates(total, tax));
    let is = |text: &String| printed.is_some() && rate::parse(text) == printed;
    if fits.iter().any(is) {
        return;
    }
    match &fits[..] {
        [right] if near(&field.value, right) <= 1 => {
            done.push(note("items.tax_rate", &field.value, right, "tax by amount"));
            row.insert("tax_rate".to_owned(), Field { value: right.clone(), ..field });
        }
        _ if printed.is_none() => {
            done.push(note("items.tax_rate", &field.value, "nothing", "the rates that there are"));
            row.shift_remove("tax_rate");
        }
        _ => {}
    }
}

/// A rate that was passed over: it is printed in every row, and the tax is that of one rate only.
pub(crate) fn passed_over(row: &mut Row, done: &mut Vec<Check>) {
    let (Some((_, total)), Some((field, tax)), false) = (read(row, "total"), read(row, "tax"), row.contains_key("tax_rate")) else {
        return;
    };
    if let ([right], false) = (&rates(total, tax)[..], tax.is_zero()) {
        done.push(note("items.tax_rate", "nothing", right, "tax by amount"));
        row.insert("tax_rate".to_owned(), Field { value: right.clone(), area: None, ..field });
    }
}

/// Stars that were passed over, which the tax systems print by themselves: for the rate where tax is levied on a difference, as the remark then says, and for the
/// tax of rows that are free of it.
pub(crate) fn starred(details: &mut Details, done: &mut Vec<Check>) {
    const STARS: &str = "***";
    let on_difference = details.has("deduction");
    let mut free = !details.rows("items").is_empty();
    for row in details.rows_mut("items") {
        let untaxed = row.get("tax_rate").is_some_and(|rate| matches!(rate.value.as_str(), "免税" | "不征税"));
        free &= untaxed;
        let key = match (on_difference, untaxed) {
            (true, false) => "tax_rate",
            (false, true) => "tax",
            _ => continue,
        };
        let like = row.get(if on_difference { "tax" } else { "tax_rate" }).filter(|field| field.source == Source::Ocr).cloned();
        if let Some(like) = like.filter(|_| !row.contains_key(key)) {
            done.push(note(&format!("items.{key}"), "nothing", STARS, "how the tax is levied"));
            row.insert(key.to_owned(), Field { value: STARS.to_owned(), area: None, ..like });
        }
    }
    let total = details.get("total").filter(|field| field.source == Source::Ocr).cloned();
    // what net and total leave is no amount, and stars are in its place
    let none = details.get("tax").is_none_or(|tax| tax.source == Source::Ocr && amount::parse(&tax.value).is_some_and(|tax| tax.is_zero()));
    if let Some(like) = total.filter(|total| free && none && amount::parse(&total.value) == amount::parse(details.text("pretax_amount"))) {
        done.push(note("tax", "nothing", STARS, "the rates of the rows"));
        details.set("tax", Field { value: STARS.to_owned(), area: None, ..like });
    }
}

/// How many characters one text is away from another.
fn near(a: &str, b: &str) -> usize {
    distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> Row {
        fields.iter().map(|(key, value)| ((*key).to_owned(), Field::new(*value, Source::Ocr))).collect()
    }

    #[test]
    fn a_rate_before_the_tax_is_parted_from_it() {
        let cases = [
            ("24693.23", "133210.12", "3210.12", Some("13%")),
            ("15464.00", "1362010.32", "2010.32", Some("13%")),
            ("4663.00", "696279.78", "279.78", Some("6%")),
            ("4663.00", "279.78", "279.78", None),
            // what follows no rate is the tax of
            ("4663.00", "69279.87", "69279.87", None),
        ];
        for (total, tax, right, rate) in cases {
            let mut row = row(&[("total", total), ("tax", tax)]);
            led(&mut row, &mut Vec::new());
            assert_eq!((row["tax"].value.as_str(), row.get("tax_rate").map(|f| f.value.as_str())), (right, rate), "{total} {tax}");
        }
    }

    #[test]
    fn a_rate_that_was_passed_over_is_the_only_one_with_this_tax() {
        let cases = [("3206.96", "192.42", Some("6%")), ("0.10", "0.01", None), ("3206.96", "0.00", None), ("3206.96", "500.00", None)];
        for (total, tax, expected) in cases {
            let mut row = row(&[("total", total), ("tax", tax)]);
            passed_over(&mut row, &mut Vec::new());
            assert_eq!(row.get("tax_rate").map(|f| f.value.as_str()), expected, "{total} {tax}");
        }
    }

    #[test]
    fn amount_and_tax_have_one_sign() {
        let cases = [
            ("-7007.08", "910.92", "-7007.08", "-910.92"),
            ("7007.08", "-910.92", "-7007.08", "-910.92"),
            ("-7007.08", "-910.92", "-7007.08", "-910.92"),
            ("7007.08", "910.92", "7007.08", "910.92"),
            ("-7007.08", "0.00", "-7007.08", "0.00"),
            ("-7007.08", "***", "-7007.08", "***"),
        ];
        for (total, tax, right_total, right_tax) in cases {
            let mut row = row(&[("total", total), ("tax", tax)]);
            signed(&mut row, &mut Vec::new());
            assert_eq!((row["total"].value.as_str(), row["tax"].value.as_str()), (right_total, right_tax));
        }
    }

    #[test]
    fn a_rate_is_what_the_tax_is_of_the_amount() {
        let cases = [
            ("19%", "7378.40", "73.78", "1%"),
            ("3%", "7378.40", "73.78", "1%"),
            // two characters off
            ("17.5%", "7378.40", "73.78", "17.5%"),
            ("6%", "100.00", "6.00", "6%"),
            // many rates round to this tax
            ("19%", "0.10", "0.01", "19%"),
            ("***", "7378.40", "73.78", "***"),
            // no rates
            ("6%6", "100.00", "6.00", "6%"),
            ("6k", "100.00", "6.00", "6%"),
            ("6%1%", "", "", ""),
        ];
        for (read, total, tax, expected) in cases {
            let mut row = row(&[("tax_rate", read), ("total", total), ("tax", tax)]);
            rated(&mut row, &mut Vec::new());
            assert_eq!(row.get("tax_rate").map_or("", |f| f.value.as_str()), expected, "{read}");
        }
    }
    #[test]
    fn stars_are_printed_where_tax_is_levied_otherwise() {
        type Fields = &'static [(&'static str, &'static str)];
        let cases: [(Fields, Fields, [&str; 3]); 6] = [
            (&[("deduction", "55084.98")], &[("total", "800.00"), ("tax", "12.00")], ["***", "12.00", ""]),
            (&[], &[("total", "800.00"), ("tax", "12.00")], ["", "12.00", ""]),
            (&[("pretax_amount", "800.00"), ("total", "800.00")], &[("tax_rate", "免税"), ("total", "800.00")], ["免税", "***", "***"]),
            (
                &[("pretax_amount", "800.00"), ("tax", "0.00"), ("total", "800.00")],
                &[("tax_rate", "免税"), ("total", "800.00")],
                ["免税", "***", "***"],
            ),
            (&[("pretax_amount", "800.00"), ("total", "810.00")], &[("tax_rate", "免税"), ("total", "800.00")], ["免税", "***", ""]),
            (&[("pretax_amount", "800.00"), ("total", "800.00")], &[("tax_rate", "0%"), ("total", "800.00")], ["0%", "", ""]),
        ];
        for (fields, cells, expected) in cases {
            let mut details = Details::new();
            fields.iter().for_each(|(key, value)| details.set(key, Field::new(*value, Source::Ocr)));
            details.rows_mut("items").push(row(cells));
            starred(&mut details, &mut Vec::new());
            let cell = |key: &str| details.rows("items")[0].get(key).map_or("", |field| field.value.as_str());
            assert_eq!([cell("tax_rate"), cell("tax"), details.text("tax")], expected, "{fields:?} {cells:?}");
        }
    }
}
