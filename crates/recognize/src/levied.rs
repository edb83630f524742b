//! What the rows of a tax certificate, their sum in figures and their sum in words say of each other; and what a row of a payment book says of itself: what is
//! taxed, at its rate, less what was paid before, is what is paid.

use invoice::details::{Details, Field, Row, Source};
use invoice::{amount, words};
use rust_decimal::Decimal;

use crate::found::Check;
use crate::repair::{change, note, optical, two};

/// The amount of a row.
const PAID: &str = "actual_paid_amount";

/// Settles the sum by its words and the rows, or one amount of the rows by the sum.
pub(crate) fn settle(details: &mut Details, done: &mut Vec<Check>) {
    details.rows_mut("items").iter_mut().for_each(|row| taxed(row, done));
    let rows: Vec<Option<Decimal>> =
        details.rows("items").iter().map(|row| row.get(PAID).and_then(|field| amount::parse(&field.value))).collect();
    let whole: Option<Vec<Decimal>> = rows.iter().copied().collect();
    let sum = whole.filter(|rows| !rows.is_empty()).and_then(amount::sum);
    let said = words::parse(details.text("total_cn"));
    let total = amount::parse(details.text("total"));
    match (total, said, sum) {
        (found, Some(said), Some(sum)) if said == sum && found != Some(sum) => {
            if optical(details, "total").is_some() {
                change(details, "total", &two(sum), "the rows and the amount in words", done);
            } else if let Some(words) =
                details.get("total_cn").filter(|field| !details.has("total") && field.source == Source::Ocr).cloned()
            {
                done.push(note("total", "nothing", &two(sum), "the rows and the amount in words"));
                details.set("total", Field { value: two(sum), ..words });
            }
        }
        (Some(total), said, Some(sum)) if total == sum && said != Some(total) => {
            if let Some(text) = words::write(total).filter(|_| words::repair::amount(details.text("total_cn")) == Some(total)) {
                change(details, "total_cn", &text, "the rows and the amount in figures", done);
            }
        }
        (Some(total), Some(said), _) if total == said => one(details, &rows, total, done),
        _ => {}
    }
}

/// The amount of a row that was cut short, where what is taxed says the whole.
fn taxed(row: &mut Row, done: &mut Vec<Check>) {
    let value = |key: &str| row.get(key).and_then(|field| amount::parse(&field.value));
    let (Some(base), Some(rate)) = (value("total"), value("tax_rate")) else { return };
    let Some(field) = row.get(PAID).filter(|field| field.source == Source::Ocr).cloned() else { return };
    let before = value("amount_paid").unwrap_or_default();
    let Some(right) = base.checked_mul(rate).and_then(|tax| tax.checked_sub(before)).map(|paid| two(amount::to_cents(paid))) else {
        return;
    };
    let part = amount::parse(&field.value).map(two).unwrap_or_default();
    if right.len() > part.len() && right.ends_with(&part) {
        done.push(note("items.actual_paid_amount", &field.value, &right, "what is taxed at its rate"));
        row.insert(PAID.to_owned(), Field { value: right, ..field });
    }
}

/// The one amount of the rows that was not read: what the others leave of the sum.
fn one(details: &mut Details, rows: &[Option<Decimal>], total: Decimal, done: &mut Vec<Check>) {
    let mut missing = (0..rows.len()).filter(|at| rows[*at].is_none() && !details.rows("items")[*at].contains_key(PAID));
    let (Some(at), None) = (missing.next(), missing.next()) else { return };
    let others = amount::sum(rows.iter().flatten().copied());
    let Some(right) = others.and_then(|others| total.checked_sub(others)).filter(|right| *right > Decimal::ZERO) else { return };
    let Some(like) = details.get("total").filter(|field| field.source == Source::Ocr).cloned() else { return };
    done.push(note("items.actual_paid_amount", "nothing", &two(right), "the sum and the other rows"));
    details.rows_mut("items")[at].insert(PAID.to_owned(), Field { value: two(right), area: None, ..like });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_and_its_rows_settle_each_other() {
        type Case = (&'static str, &'static str, &'static [&'static str], [&'static str; 3]);
        let cases: [Case; 8] = [
            // one amount that was not read
            (
                "25854.87",
                "贰万伍仟捌佰伍拾肆圆捌角柒分",
                &["", "21364.56", "2770.98"],
                ["25854.87", "贰万伍仟捌佰伍拾肆圆捌角柒分", "1719.33 21364.56 2770.98"],
            ),
            // two that were not, or a sum that nothing confirms
            ("25854.87", "贰万伍仟捌佰伍拾肆圆捌角柒分", &["", "", "2770.98"], ["25854.87", "贰万伍仟捌佰伍拾肆圆捌角柒分", "  2770.98"]),
            ("25854.87", "", &["", "21364.56", "2770.98"], ["25854.87", "", " 21364.56 2770.98"]),
            // the sum misread, or not read
            ("774.86", "柒佰柒拾肆圆捌角伍分", &["99.87", "674.98"], ["774.85", "柒佰柒拾肆圆捌角伍分", "99.87 674.98"]),
            ("", "柒佰柒拾肆圆捌角伍分", &["99.87", "674.98"], ["774.85", "柒佰柒拾肆圆捌角伍分", "99.87 674.98"]),
            // words of which one was misread
            ("774.85", "柒佰染拾肆圆捌角伍分", &["99.87", "674.98"], ["774.85", "柒佰柒拾肆圆捌角伍分", "99.87 674.98"]),
            // two amounts are wrong, or the sum and its words are not one
            ("25854.87", "", &["19.33", "1364.56", "2770.98"], ["25854.87", "", "19.33 1364.56 2770.98"]),
            ("774.85", "柒佰柒拾圆整", &["9.87", "674.98"], ["774.85", "柒佰柒拾圆整", "9.87 674.98"]),
        ];
        for (total, said, rows, expected) in cases {
            let mut details = Details::new();
            for (key, value) in [("total", total), ("total_cn", said)].into_iter().filter(|(_, value)| !value.is_empty()) {
                details.set(key, Field::new(value, Source::Ocr));
            }
            for value in rows {
                let paid = (PAID.to_owned(), Field::new(*value, Source::Ocr));
                details.rows_mut("items").push(Some(paid).filter(|_| !value.is_empty()).into_iter().collect());
            }
            settle(&mut details, &mut Vec::new());
            let paid: Vec<&str> = details.rows("items").iter().map(|row| row.get(PAID).map_or("", |f| f.value.as_str())).collect();
            assert_eq!([details.text("total"), details.text("total_cn"), &paid.join(" ")], expected);
        }
    }
    #[test]
    fn what_is_taxed_says_what_is_paid() {
        let cases = [
            (["57311.00", "0.03", "", "19.33"], "1719.33"),
            (["28124.00", "0.03", "168.74", "4.98"], "674.98"),
            (["57311.00", "0.03", "", "1719.33"], "1719.33"),
            // another amount, and nothing to tell it by
            (["57311.00", "0.03", "", "19.34"], "19.34"),
            (["57311.00", "", "", "19.33"], "19.33"),
        ];
        for (values, expected) in cases {
            let fields = ["total", "tax_rate", "amount_paid", PAID].into_iter().zip(values).filter(|(_, value)| !value.is_empty());
            let mut row: Row = fields.map(|(key, value)| (key.to_owned(), Field::new(value, Source::Ocr))).collect();
            taxed(&mut row, &mut Vec::new());
            assert_eq!(row[PAID].value, expected, "{values:?}");
        }
    }
}
