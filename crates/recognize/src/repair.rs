//! Repairs: a digit that OCR confused, an amount whose point was lost. Made only when exactly one reading satisfies the checks,
//! only on what was read from a picture, and each is reported.

use invoice::amount;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::{rate, tax_id, vin, words};
use rust_decimal::Decimal;

use crate::found::Check;

/// Repairs what the checks allow; says what was changed.
pub(crate) fn repair(details: &mut Details, kind: Kind) -> Vec<Check> {
    let mut done = Vec::new();
    for key in ["buyer_tax_id", "seller_tax_id"] {
        if let Some(field) = optical(details, key)
            && tax_id::score(&field.value) == Some(tax_id::Score::Fails)
            && let Some(right) = tax_id::repair(&field.value)
        {
            change(details, key, &right, "its check character", &mut done);
        }
    }
    if kind.is_digital() {
        year(details, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale) {
        vehicle(details, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale | Kind::VatRoll | Kind::MachinePrinted) {
        said(details);
    }
    if kind == Kind::VatRoll || kind == Kind::MachinePrinted && !details.has("tax") {
        slip(details, &mut done);
    }
    if kind == Kind::VehicleSale {
        totals(details, &mut done);
    }
    if kind.is_vat() {
        totals(details, &mut done);
        rows(details, &mut done);
    }
    done
}

/// The vehicle's number by its alphabet and its check character; the total, where its figures were not read, by its words.
fn vehicle(details: &mut Details, done: &mut Vec<Check>) {
    if let Some(field) = optical(details, "car_code").cloned()
        && let Some(right) = vin::repair(&field.value).filter(|right| *right != field.value)
    {
        change(details, "car_code", &right, "its alphabet and check character", done);
    }
}

/// The total that is printed twice and whose figures were not read is what its words say.
fn said(details: &mut Details) {
    if !details.has("total")
        && let Some(words) = details.get("total_cn").cloned()
        && let Some(said) = words::parse(&words.value)
    {
        details.set("total", Field { value: two(said), ..words });
    }
}

/// Where the rows add up to the total, that is what it is: it settles its words, or its figures with the words against them.
fn slip(details: &mut Details, done: &mut Vec<Check>) {
    rows(details, done);
    let amounts: Option<Vec<Decimal>> =
        details.rows("items").iter().map(|row| row.get("total").and_then(|f| amount::parse(&f.value))).collect();
    let Some(sum) = amounts.filter(|a| !a.is_empty()).and_then(amount::sum) else { return };
    let said = words::parse(details.text("total_cn"));
    let total = money(details.text("total"));
    if said == Some(sum) && total != Some(sum) && optical(details, "total").is_some() {
        change(details, "total", &two(sum), "the rows and the amount in words", done);
    } else if total == Some(sum)
        && said.is_some_and(|said| said != sum)
        && words::repair::amount(details.text("total_cn")) == Some(sum)
        && optical(details, "total_cn").is_some()
        && let Some(text) = words::write(sum)
    {
        change(details, "total_cn", &text, "the rows and the amount in figures", done);
    }
}

/// The number of a 数电票 begins with the year of its issue: it settles a year of the date with one digit misread.
fn year(details: &mut Details, done: &mut Vec<Check>) {
    let Some(number) = invoice::number::digital(details.text("number")) else { return };
    let Some(field) = optical(details, "date") else { return };
    let Some((printed, rest)) = field.value.split_once('年') else { return };
    let right = number.year.to_string();
    let wrong = printed.chars().zip(right.chars()).filter(|(a, b)| a != b).count();
    if printed.len() == right.len() && wrong == 1 {
        let date = format!("{right}年{rest}");
        if invoice::date::parse(&date).is_some() {
            change(details, "date", &date, "the year in the number", done);
        }
    }
}

/// Net + tax = total = words: three of four settle the fourth.
fn totals(details: &mut Details, done: &mut Vec<Check>) {
    let net = money(details.text("pretax_amount"));
    let tax = money(details.text("tax"));
    let sum = net.zip(tax).map(|(n, t)| n + t);
    let said = words::parse(details.text("total_cn"));
    let total = money(details.text("total"));
    let guess = words::repair::amount(details.text("total_cn"));
    match (total, sum, said) {
        // words and sum agree against the figures, or the figures were not read as a number
        (found, Some(sum), Some(said)) if sum == said && found != Some(sum) && optical(details, "total").is_some() => {
            change(details, "total", &two(sum), "net and tax and the amount in words", done);
        }
        // figures and sum agree; the words are nearly theirs
        (Some(total), Some(sum), said)
            if total == sum && said != Some(total) && guess == Some(total) && optical(details, "total_cn").is_some() =>
        {
            if let Some(text) = words::write(total) {
                change(details, "total_cn", &text, "the amount in figures", done);
            }
        }
        // words and figures agree; an amount among net and tax lost its point
        (Some(total), sum, Some(said)) if total == said && sum != Some(total) => {
            if let (Some(tax), Some(field)) = (tax, optical(details, "pretax_amount"))
                && digits(&field.value) == digits(&two(total - tax))
            {
                change(details, "pretax_amount", &two(total - tax), "total less tax", done);
            } else if let (Some(net), Some(field)) = (net, optical(details, "tax"))
                && digits(&field.value) == digits(&two(total - net))
            {
                change(details, "tax", &two(total - net), "total less net", done);
            }
        }
        _ => {}
    }
    // a single row's amounts are the totals'
    let single = details.rows("items").len() == 1;
    for (key, column) in [("pretax_amount", "total"), ("tax", "tax")] {
        let sum = details.text(key).to_owned();
        let Some(row) = details.rows("items").first().filter(|_| single) else { continue };
        let Some(cell) = row.get(column).filter(|c| c.source == Source::Ocr) else { continue };
        let (part, whole) = (digits(&cell.value), digits(&sum));
        let piece = !part.is_empty() && (whole.ends_with(&part) || whole.starts_with(&part));
        if money(&sum).is_some() && money(&cell.value) != money(&sum) && piece {
            let field = Field { value: sum.clone(), ..cell.clone() };
            done.push(note(&format!("items.{column}"), &cell.value, &sum, "the totals row"));
            details.rows_mut("items")[0].insert(column.to_owned(), field);
        }
    }
}

/// Quantity × price = amount: settles a price or an amount whose point was lost.
fn rows(details: &mut Details, done: &mut Vec<Check>) {
    for row in details.rows_mut("items") {
        part(row, done);
        let value = |key: &str| row.get(key).and_then(|f| amount::parse(&f.value));
        let (Some(quantity), Some(price), Some(total)) = (value("quantity"), value("price"), value("total")) else { continue };
        let Some(product) = quantity.checked_mul(price) else { continue };
        if amount::within(product, total, 5) || quantity.is_zero() {
            continue;
        }
        let Some(field) = row.get("price").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        // the price read has all digits of the right one, only the point is elsewhere
        let bare = digits(&field.value);
        let places = (1..bare.len()).map(|at| format!("{}.{}", &bare[..at], &bare[at..]));
        let mut fits = places.filter(|p| amount::parse(p).is_some_and(|p| amount::within(p * quantity, total, 1)));
        if let (Some(one), None) = (fits.next(), fits.next()) {
            done.push(note("items.price", &field.value, &one, "amount by quantity"));
            row.insert("price".to_owned(), Field { value: one, ..field });
        }
    }
}

/// Quantity and price that were read as one number: parted where their product is the amount, if that is one place only.
fn part(row: &mut Row, done: &mut Vec<Check>) {
    let (None, Some(price)) = (row.get("quantity"), row.get("price").filter(|f| f.source == Source::Ocr).cloned()) else { return };
    let Some(total) = row.get("total").and_then(|f| amount::parse(&f.value)) else { return };
    let whole = price.value.clone();
    let halves = (1..whole.len()).filter_map(|at| whole.split_at_checked(at)).filter(|(quantity, price)| {
        let plain = |text: &str| {
            !(text.starts_with('.') || text.ends_with('.') || text.starts_with('0') && text.len() > 1 && !text.starts_with("0."))
        };
        let product = amount::parse(quantity).zip(amount::parse(price)).and_then(|(q, p)| q.checked_mul(p));
        plain(quantity) && plain(price) && product.is_some_and(|p| amount::within(p, total, 1))
    });
    let halves: Vec<(&str, &str)> = halves.collect();
    if let [(quantity, rest)] = halves[..] {
        done.push(note("items.price", &whole, &format!("{quantity} and {rest}"), "their product, the amount"));
        row.insert("quantity".to_owned(), Field { value: quantity.to_owned(), ..price.clone() });
        row.insert("price".to_owned(), Field { value: rest.to_owned(), ..price });
    }
}

fn optical<'a>(details: &'a Details, key: &str) -> Option<&'a Field> {
    details.get(key).filter(|f| f.source == Source::Ocr)
}

fn money(text: &str) -> Option<Decimal> {
    if rate::is_untaxed(text) { Some(Decimal::ZERO) } else { amount::parse(text) }
}

fn two(value: Decimal) -> String {
    let mut value = value;
    value.rescale(2);
    amount::plain(value)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn change(details: &mut Details, key: &str, to: &str, by: &str, done: &mut Vec<Check>) {
    if let Some(field) = details.get(key).cloned() {
        done.push(note(key, &field.value, to, by));
        details.set(key, Field { value: to.to_owned(), ..field });
    }
}

fn note(key: &str, from: &str, to: &str, by: &str) -> Check {
    Check { name: "repair", passed: true, detail: format!("{key}: read as {from}, {to} by {by}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(fields: &[(&str, &str)]) -> Details {
        let mut details = Details::new();
        for (key, value) in fields {
            details.set(key, Field::new(*value, Source::Ocr));
        }
        details
    }

    #[test]
    fn the_number_settles_one_digit_of_the_year() {
        let cases = [
            ("23997694134189847167", "2028年02月24日", "2023年02月24日"),
            ("23997694134189847167", "2023年02月24日", "2023年02月24日"),
            // two digits are no misreading
            ("23997694134189847167", "2018年02月24日", "2018年02月24日"),
            // there was no such day
            ("23997694134189847167", "2024年02月29日", "2024年02月29日"),
            ("79262007", "2012年06月20日", "2012年06月20日"),
        ];
        for (number, date, expected) in cases {
            let mut read = details(&[("number", number), ("date", date)]);
            let done = repair(&mut read, Kind::DigitalOrdinary);
            assert_eq!(read.text("date"), expected, "{number} {date}");
            assert_eq!(done.len(), usize::from(date != expected), "{number} {date}");
        }
    }

    #[test]
    fn a_total_is_settled_by_its_words_and_its_parts() {
        let mut read = details(&[("pretax_amount", "100.00"), ("tax", "13.00"), ("total", "118.00"), ("total_cn", "壹佰壹拾叁圆整")]);
        repair(&mut read, Kind::DigitalOrdinary);
        assert_eq!(read.text("total"), "113.00");
        // words and parts that differ settle nothing
        let mut read = details(&[("pretax_amount", "100.00"), ("tax", "13.00"), ("total", "118.00"), ("total_cn", "壹佰壹拾贰圆整")]);
        repair(&mut read, Kind::DigitalOrdinary);
        assert_eq!(read.text("total"), "118.00");
    }
}
