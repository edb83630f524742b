//! Repairs: a digit that OCR confused, an amount whose point was lost. Made only when exactly one reading satisfies the checks,
//! only on what was read from a picture, and each is reported.

use invoice::amount;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::{rate, tax_id, words};
use rust_decimal::Decimal;

use crate::forms::stamped;
use crate::found::Check;
use crate::layout::label::is_one_off;
use crate::{chassis, levied, levy, masks, price, product, rests, unsure};

/// Repairs what the checks allow; says what was changed.
pub(crate) fn repair(details: &mut Details, kind: Kind) -> Vec<Check> {
    let mut done = Vec::new();
    let doubts = unsure::doubts(details, kind);
    for key in ["buyer_tax_id", "seller_tax_id", "company_tax_id", "auction_tax_id"] {
        if let Some(field) = optical(details, key)
            && tax_id::score(&field.value) == Some(tax_id::Score::Fails)
            && let Some(right) = tax_id::repair(&field.value)
        {
            change(details, key, &right, "its check character", &mut done);
        }
    }
    if kind.is_digital() {
        year(details, &mut done);
    } else if kind.is_vat() || kind == Kind::Taxi {
        printed_year(details, kind, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale) {
        chassis::settle(details, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale | Kind::VatRoll | Kind::MachinePrinted) {
        said(details);
    }
    if kind == Kind::VatRoll || kind == Kind::MachinePrinted && !details.has("tax") {
        slip(details, &mut done);
    }
    if kind == Kind::VehicleSale {
        price::settle(details, &mut done);
        totals(details, &mut done);
    }
    if kind == Kind::TaxCertificate {
        levied::settle(details, &mut done);
    }
    if kind.is_vat() {
        details.rows_mut("items").iter_mut().for_each(|row| cents(row, &mut done));
        sums(details, &mut done);
        totals(details, &mut done);
        rests::lone(details, &mut done);
        rows(details, &mut done);
        rests::settle(details, &mut done);
        units(details, &mut done);
        sizes(details, &mut done);
    }
    masks::count(details, kind, &mut done);
    brackets(details, &mut done);
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale | Kind::TaxCertificate) || kind.is_vat() {
        unsaid(details, &mut done);
    }
    if kind.is_vat() {
        // words that the total settled speak for it now
        totals(details, &mut done);
    }
    unsure::leave_out(details, doubts, &mut done);
    done
}

/// Words that say no amount were misread: where nearly all of them are those of the figures they are those, else they are nothing that was read.
fn unsaid(details: &mut Details, done: &mut Vec<Check>) {
    let Some(read) = optical(details, "total_cn").map(|f| f.value.clone()).filter(|read| words::parse(read).is_none()) else { return };
    let length = |text: &str| text.chars().count();
    let whole = money(details.text("total")).and_then(words::write);
    match (money(details.text("total")), whole) {
        (Some(total), Some(whole)) if length(&read) * 3 >= length(&whole) * 2 => worded(details, total, done),
        _ => {
            done.push(note("total_cn", &read, "nothing", "the words that there are"));
            details.remove("total_cn");
        }
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

/// The code of a form tells the year in which it was printed: it settles a year of issue outside of those in which such a form is used up. A day that
/// the dots of a meter leave unsettled is none; elsewhere the code may be what was misread.
fn printed_year(details: &mut Details, kind: Kind, done: &mut Vec<Check>) {
    let Some(code) = invoice::number::code(details.text("code")) else { return };
    let Some(read) = optical(details, "date").map(|field| field.value.clone()) else { return };
    match stamped::settled_day(&read, code.year) {
        Some(right) if right != read && invoice::date::parse(&right).is_some() => {
            change(details, "date", &right, "the year in the code", done);
        }
        None if kind == Kind::Taxi => {
            done.push(note("date", &read, "nothing", "the year in the code"));
            details.remove("date");
        }
        _ => {}
    }
}

/// Net and tax by the rows, where the total, which is printed twice, confirms them: one of the two that was not read, or read as another amount.
fn sums(details: &mut Details, done: &mut Vec<Check>) {
    let total = money(details.text("total"));
    let said = words::parse(details.text("total_cn"));
    let Some(total) = total.filter(|total| said.is_none_or(|said| said == *total)) else { return };
    let rows = |key: &str| -> Option<Decimal> {
        let amounts: Option<Vec<Decimal>> = details
            .rows("items")
            .iter()
            .map(|row| row.get(key).filter(|f| f.source == Source::Ocr).and_then(|f| money(&f.value)))
            .collect();
        amounts.filter(|a| !a.is_empty()).and_then(amount::sum)
    };
    let (Some(net), Some(tax)) = (rows("total"), rows("tax")) else { return };
    if net.checked_add(tax) != Some(total) {
        return;
    }
    for (key, right, other) in [("pretax_amount", net, ("tax", tax)), ("tax", tax, ("pretax_amount", net))] {
        let read = details.get(key).cloned();
        let wrong = read.as_ref().is_none_or(|f| f.source == Source::Ocr && money(&f.value) != Some(right));
        if wrong && money(details.text(other.0)) == Some(other.1) && details.rows("items").iter().all(|row| row.contains_key("total")) {
            let from = read.as_ref().map_or("nothing", |f| f.value.as_str());
            done.push(note(key, from, &two(right), "the rows and the total"));
            let like = read.or_else(|| details.get(other.0).map(|f| Field { area: None, ..f.clone() }));
            if let Some(like) = like {
                details.set(key, Field { value: two(right), ..like });
            }
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
        // figures and sum agree against the words
        (Some(total), Some(sum), said) if total == sum && said != Some(total) => match words::write(total) {
            Some(text) if guess == Some(total) && optical(details, "total_cn").is_some() => {
                change(details, "total_cn", &text, "the amount in figures", done);
            }
            _ => worded(details, total, done),
        },
        // words and figures agree; an amount among net and tax lost its point, or one digit of it was misread
        (Some(total), sum, said) if said.or(guess) == Some(total) && sum != Some(total) => {
            if let Some((key, right, by)) = misread(details, total, net, tax) {
                change(details, key, &right, by, done);
            }
        }
        // the total was taken for what stands above it
        (Some(found), Some(sum), None) if net == Some(found) && sum != found && optical(details, "total").is_some() => {
            done.push(note("total", details.text("total"), "nothing", "net and tax"));
            details.remove("total");
        }
        _ => {}
    }
}

/// Which of net and tax was misread where both were read, and what the total less the other says in its place: the same digits, or all but one of them if
/// the rows do not say what was read, and the other cannot be one digit off or only so one of the rates fits.
fn misread(details: &Details, total: Decimal, net: Option<Decimal>, tax: Option<Decimal>) -> Option<(&'static str, String, &'static str)> {
    let parts = [("pretax_amount", "total", tax, "total less tax"), ("tax", "tax", net, "total less net")];
    let rests: Vec<_> = parts
        .into_iter()
        .filter_map(|(key, column, other, by)| {
            let right = two(total.checked_sub(other?)?);
            let read = &optical(details, key)?.value;
            Some((key, column, read, right, by))
        })
        .collect();
    if let Some((key, _, _, right, by)) = rests.iter().find(|(_, _, read, right, _)| digits(read) == digits(right)) {
        return Some((key, right.clone(), by));
    }
    let said = |column: &str, read: &str| {
        let rows: Option<Vec<Decimal>> = details.rows("items").iter().map(|row| row.get(column).and_then(|f| money(&f.value))).collect();
        let sum = rows.filter(|rows| !rows.is_empty()).and_then(amount::sum);
        sum.is_some() && sum == money(read)
    };
    let mut fits: Vec<_> = rests.iter().filter(|(_, column, read, right, _)| is_one_off(read, right) && !said(column, read)).collect();
    if fits.len() > 1 {
        // either may be it: one of the rates tells them apart
        fits.retain(|(key, _, _, right, _)| {
            let right = money(right);
            let (net, tax) = if *key == "tax" { (net, right) } else { (right, tax) };
            net.zip(tax).is_some_and(|(net, tax)| !levy::rates(net, tax).is_empty())
        });
    }
    let &[(key, _, _, right, by)] = fits.as_slice() else { return None };
    Some((key, right.clone(), by))
}

/// Quantity × price = amount: settles a price or an amount whose point was lost. A price that was read less surely than the quantity and gives another amount than the
/// one that the sum of the rows confirms is nothing that was read.
fn rows(details: &mut Details, done: &mut Vec<Check>) {
    let amounts: Option<Vec<Decimal>> = details.rows("items").iter().map(|row| amount::parse(&row.get("total")?.value)).collect();
    let sum = amounts.and_then(amount::sum);
    let added_up = sum.is_some() && ["pretax_amount", "total"].iter().any(|key| money(details.text(key)) == sum);
    for row in details.rows_mut("items") {
        levy::settle(row, done);
        part(row, done);
        single(row, done);
        let value = |key: &str| row.get(key).and_then(|f| amount::parse(&f.value));
        let (Some(quantity), Some(price), Some(total)) = (value("quantity"), value("price"), value("total")) else { continue };
        let Some(product) = quantity.checked_mul(price) else { continue };
        if amount::within(product, total, 5) || quantity.is_zero() {
            continue;
        }
        let Some(field) = row.get("price").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        if let Some(longer) = product::completed(&field.value, quantity, total) {
            done.push(note("items.price", &field.value, &longer, "amount by quantity"));
            row.insert("price".to_owned(), Field { value: longer, ..field });
            continue;
        }
        // the price read has all digits of the right one, only the point is elsewhere
        let bare = digits(&field.value);
        let places = (1..bare.len()).map(|at| format!("{}.{}", &bare[..at], &bare[at..]));
        let mut fits = places.filter(|p| amount::parse(p).is_some_and(|p| amount::within(p * quantity, total, 1)));
        if let (Some(one), None) = (fits.next(), fits.next()) {
            done.push(note("items.price", &field.value, &one, "amount by quantity"));
            row.insert("price".to_owned(), Field { value: one, ..field });
            continue;
        }
        let surer = row.get("quantity").is_some_and(|quantity| quantity.confidence > field.confidence);
        if added_up && surer && !product::is_quotient(&field.value, quantity, total) {
            done.push(note("items.price", &field.value, "nothing", "amount by quantity"));
            row.shift_remove("price");
        }
    }
}

/// An amount that the rate beside it was read into: amounts have two decimals.
fn cents(row: &mut Row, done: &mut Vec<Check>) {
    let Some(field) = row.get("total").filter(|f| f.source == Source::Ocr).cloned() else { return };
    let tax = row.get("tax").and_then(|f| amount::parse(&f.value));
    let Some((total, rate)) = product::amount_and_rate(&field.value, tax) else { return };
    done.push(note("items.total", &field.value, &total, "the two decimals of amounts"));
    if let Some(rate) = rate.filter(|_| !row.contains_key("tax_rate")) {
        row.insert("tax_rate".to_owned(), Field { value: rate, ..field.clone() });
    }
    row.insert("total".to_owned(), Field { value: total, ..field });
}

/// How many characters a text is away from the nearest part of another.
pub(crate) fn away(part: &[char], whole: &[char]) -> usize {
    // the row of distances for each beginning of the part, free to begin and to end anywhere in the whole
    let mut row = vec![0; whole.len() + 1];
    for (i, a) in part.iter().enumerate() {
        let mut next = vec![i + 1; whole.len() + 1];
        for (j, b) in whole.iter().enumerate() {
            next[j + 1] = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
        }
        row = next;
    }
    row.into_iter().min().unwrap_or(0)
}

/// The total in words where net and tax confirm its figures: words that are a part of what the figures say, but for two characters in five, are that whole; others,
/// which speak against three amounts, are nothing that was read.
fn worded(details: &mut Details, total: Decimal, done: &mut Vec<Check>) {
    let Some(read) = optical(details, "total_cn").map(|f| f.value.clone()) else { return };
    let Some(mut whole) = words::write(total) else { return };
    if read.contains('元') && !read.contains('圆') {
        whole = whole.replace('圆', "元");
    }
    if read.ends_with('正') {
        whole = whole.replace('整', "正");
    }
    let part: Vec<char> = read.chars().filter(|c| !c.is_whitespace()).collect();
    let off = away(&part, &whole.chars().collect::<Vec<_>>());
    if part.len() >= 4 && off * 5 <= part.len() * 2 {
        change(details, "total_cn", &whole, "the amount in figures", done);
    } else {
        done.push(note("total_cn", &read, "nothing", "net, tax and total"));
        details.remove("total_cn");
    }
}

/// Units that are no units, for one character that looks like another: 干瓦时 is 千瓦时.
fn units(details: &mut Details, done: &mut Vec<Check>) {
    const THOUSAND: [&str; 8] = ["瓦时", "瓦", "克", "米", "升", "伏安", "字节", "立方米"];
    for row in details.rows_mut("items") {
        let Some(field) = row.get("unit").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        if let Some(rest) = field.value.strip_prefix(['干', '于', '壬']).filter(|rest| THOUSAND.contains(rest)) {
            let right = format!("千{rest}");
            done.push(note("items.unit", &field.value, &right, "the units that there are"));
            row.insert("unit".to_owned(), Field { value: right, ..field });
        }
    }
}

/// Names of goods that end with a bracket that was never opened: it is the ruled line of the cell.
fn brackets(details: &mut Details, done: &mut Vec<Check>) {
    if details.rows("items").is_empty() {
        return;
    }
    for row in details.rows_mut("items") {
        let Some(field) = row.get("name").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        if let Some(right) = field.value.strip_suffix([')', ']']).filter(|name| !name.is_empty() && !name.contains(['(', ')', '[', ']'])) {
            done.push(note("items.name", &field.value, right, "its brackets"));
            row.insert("name".to_owned(), Field { value: right.to_owned(), ..field });
        }
    }
}

/// Sizes of goods of which one of the two letters of mm was passed over: nothing is hundreds of metres wide, high and deep. Of two numbers the second may
/// be the metres on a roll.
fn sizes(details: &mut Details, done: &mut Vec<Check>) {
    for row in details.rows_mut("items") {
        let Some(field) = row.get("specification").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        let sides: Vec<&str> =
            field.value.strip_suffix('m').map_or(Vec::new(), |sides| sides.split(['×', '*', 'x']).map(str::trim).collect());
        let long = |side: &&str| side.len() >= 3 && side.bytes().all(|b| b.is_ascii_digit());
        if sides.len() >= 3 && sides.iter().all(long) {
            let right = format!("{}m", field.value);
            done.push(note("items.specification", &field.value, &right, "the sizes that goods have"));
            row.insert("specification".to_owned(), Field { value: right, ..field });
        }
    }
}

/// Quantity and price that were read as one number: parted where their product is the amount, if that is one place only.
fn part(row: &mut Row, done: &mut Vec<Check>) {
    let (None, Some(price)) = (row.get("quantity"), row.get("price").filter(|f| f.source == Source::Ocr).cloned()) else { return };
    let Some(total) = row.get("total").and_then(|f| amount::parse(&f.value)) else { return };
    if let Some((quantity, rest)) = product::parted(&price.value, total) {
        done.push(note("items.price", &price.value, &format!("{quantity} and {rest}"), "their product, the amount"));
        row.insert("quantity".to_owned(), Field { value: quantity, ..price.clone() });
        row.insert("price".to_owned(), Field { value: rest, ..price });
    }
}

/// A quantity that was passed over beside a price: both are printed or neither, and how many times the amount holds the price is what it is.
fn single(row: &mut Row, done: &mut Vec<Check>) {
    let value = |key: &str| row.get(key).filter(|f| f.source == Source::Ocr).and_then(|f| amount::parse(&f.value));
    let Some(price) = value("price").filter(|price| price.is_sign_positive() && !price.is_zero()) else { return };
    let (Some(total), Some(field), false) = (value("total"), row.get("price").cloned(), row.contains_key("quantity")) else { return };
    if !product::is_price(price, total) {
        done.push(note("items.price", &field.value, "nothing", "the amount"));
        row.shift_remove("price");
    } else if let Some(count) = product::quantity(price, total) {
        done.push(note("items.quantity", "nothing", &count, "amount by price"));
        row.insert("quantity".to_owned(), Field { value: count, area: None, ..field });
    } else if let Some((count, quotient)) = product::divided(&field.value, total) {
        done.push(note("items.quantity", "nothing", &count, "amount by price"));
        row.insert("quantity".to_owned(), Field { value: count, area: None, ..field.clone() });
        row.insert("price".to_owned(), Field { value: quotient, ..field });
    }
}

pub(crate) fn optical<'a>(details: &'a Details, key: &str) -> Option<&'a Field> {
    details.get(key).filter(|f| f.source == Source::Ocr)
}

fn money(text: &str) -> Option<Decimal> {
    if rate::is_untaxed(text) { Some(Decimal::ZERO) } else { amount::parse(text) }
}

pub(crate) fn two(value: Decimal) -> String {
    let mut value = value;
    value.rescale(2);
    amount::plain(value)
}

pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

pub(crate) fn change(details: &mut Details, key: &str, to: &str, by: &str, done: &mut Vec<Check>) {
    if let Some(field) = details.get(key).cloned() {
        done.push(note(key, &field.value, to, by));
        details.set(key, Field { value: to.to_owned(), ..field });
    }
}

/// A repair, for people to see.
pub(crate) fn note(key: &str, from: &str, to: &str, by: &str) -> Check {
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
    fn a_price_that_gives_another_amount_is_none() {
        for (price, confidence, net, expected) in [
            ("30137.8333", 0.9, "353.65", ""),
            // the quantity may be what was misread, or the amount
            ("30137.8333", 0.99, "353.65", "30137.8333"),
            ("30137.8333", 0.9, "353.56", "30137.8333"),
            // rounded to its cents
            ("117.88", 0.9, "353.65", "117.88"),
        ] {
            let mut read = details(&[("pretax_amount", net)]);
            let field =
                |(key, value, confidence): (&str, &str, f32)| (key.to_owned(), Field { confidence, ..Field::new(value, Source::Ocr) });
            let cells = [("quantity", "3", 0.95), ("price", price, confidence), ("total", "353.65", 0.99)];
            read.rows_mut("items").push(cells.into_iter().map(field).collect());
            rows(&mut read, &mut Vec::new());
            assert_eq!(read.rows("items")[0].get("price").map_or("", |f| f.value.as_str()), expected, "{price} {confidence} {net}");
        }
    }

    #[test]
    fn ids_of_all_parties_have_a_check_character() {
        for key in ["buyer_tax_id", "seller_tax_id", "company_tax_id", "auction_tax_id"] {
            let mut read = details(&[(key, "91997192GXND5MM598")]);
            repair(&mut read, Kind::UsedVehicleSale);
            assert_eq!(read.text(key), "91997192GXND5MM59B");
        }
    }

    #[test]
    fn code_and_number_settle_one_digit_of_the_year() {
        let (digital, paper, taxi) = (Kind::DigitalOrdinary, Kind::VatOrdinary, Kind::Taxi);
        let cases = [
            (digital, "number", "23997694134189847167", "2028年02月24日", "2023年02月24日"),
            (digital, "number", "23997694134189847167", "2023年02月24日", "2023年02月24日"),
            // two digits are no misreading
            (digital, "number", "23997694134189847167", "2018年02月24日", "2018年02月24日"),
            // there was no such day
            (digital, "number", "23997694134189847167", "2024年02月29日", "2024年02月29日"),
            (digital, "number", "79262007", "2012年06月20日", "2012年06月20日"),
            (paper, "code", "9900171320", "2012年06月20日", "2017年06月20日"),
            (paper, "code", "9900171320", "2018年06月20日", "2018年06月20日"),
            // of 2016 and of 2018 it may be
            (paper, "code", "9900151320", "2010年06月20日", "2010年06月20日"),
            // nothing that print confuses leads there
            (paper, "code", "9900171320", "2001年06月20日", "2001年06月20日"),
            (paper, "code", "", "2012年06月20日", "2012年06月20日"),
            (taxi, "code", "199001710002", "2012年06月20日", "2017年06月20日"),
            (taxi, "code", "199001710002", "2001年06月20日", ""),
        ];
        for (kind, key, identity, date, expected) in cases {
            let mut read = details(&[(key, identity), ("date", date)]);
            let done = repair(&mut read, kind);
            assert_eq!(read.text("date"), expected, "{identity} {date}");
            assert_eq!(done.len(), usize::from(date != expected), "{identity} {date}");
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
        // one digit of the net amount or of the tax was misread
        type Fields = [&'static str; 4];
        let cases: [(Fields, [&str; 2]); 6] = [
            (["2632.91", "177.09", "2610.00", "贰仟陆佰壹拾圆整"], ["2432.91", "177.09"]),
            (["100.00", "18.00", "113.00", "壹佰壹拾叁圆整"], ["100.00", "13.00"]),
            (["400.00", "13.00", "113.00", "壹佰壹拾叁圆整"], ["100.00", "13.00"]),
            // either may be it, by no rate
            (["2432.91", "177.03", "2610.00", "贰仟陆佰壹拾圆整"], ["2432.91", "177.03"]),
            // two digits, and words that say another total
            (["2682.91", "177.03", "2610.00", "贰仟陆佰壹拾圆整"], ["2682.91", "177.03"]),
            (["2632.91", "177.09", "2610.00", "贰仟陆佰贰拾圆整"], ["2632.91", "177.09"]),
        ];
        for ([net, tax, total, words], expected) in cases {
            let mut read = details(&[("pretax_amount", net), ("tax", tax), ("total", total), ("total_cn", words)]);
            totals(&mut read, &mut Vec::new());
            assert_eq!([read.text("pretax_amount"), read.text("tax")], expected, "{net} {tax}");
        }
        // the rows say it
        let mut read = details(&[("pretax_amount", "2632.91"), ("tax", "177.09"), ("total", "2610.00"), ("total_cn", "贰仟陆佰壹拾圆整")]);
        read.rows_mut("items").push([("total".to_owned(), Field::new("2632.91", Source::Ocr))].into());
        totals(&mut read, &mut Vec::new());
        assert_eq!(read.text("pretax_amount"), "2632.91");
        // the net amount that stands above it
        let mut read = details(&[("pretax_amount", "46.62"), ("tax", "6.08"), ("total", "46.62")]);
        repair(&mut read, Kind::VatElectronic);
        assert_eq!(read.text("total"), "");
    }

    #[test]
    fn rows_and_total_settle_one_of_net_and_tax() {
        type Fields = &'static [(&'static str, &'static str)];
        let cases: [(Fields, &str, &str); 6] = [
            (&[("pretax_amount", "300.00"), ("total", "339.00")], "300.00", "39.00"),
            (&[("pretax_amount", "300.00"), ("tax", "339.00"), ("total", "339.00")], "300.00", "39.00"),
            (&[("tax", "39.00"), ("total", "339.00"), ("total_cn", "叁佰叁拾玖圆整")], "300.00", "39.00"),
            // the total is another
            (&[("pretax_amount", "300.00"), ("total", "393.00")], "300.00", ""),
            (&[("pretax_amount", "300.00"), ("total", "339.00"), ("total_cn", "叁佰玖拾叁圆整")], "300.00", ""),
            // neither confirms the other
            (&[("total", "339.00")], "", ""),
        ];
        for (fields, net, tax) in cases {
            let mut read = details(fields);
            for (total, tax) in [("100.00", "13.00"), ("200.00", "26.00")] {
                let row = [("total", total), ("tax", tax)].map(|(key, value)| (key.to_owned(), Field::new(value, Source::Ocr)));
                read.rows_mut("items").push(row.into());
            }
            sums(&mut read, &mut Vec::new());
            assert_eq!((read.text("pretax_amount"), read.text("tax")), (net, tax), "{fields:?}");
        }
    }

    #[test]
    fn words_that_are_a_part_of_the_total_are_all_of_it() {
        let cases = [
            ("久圆贰角柒分", "壹万零伍佰零玖圆贰角柒分"),
            ("圆贰角柒分", "壹万零伍佰零玖圆贰角柒分"),
            ("壹万零伍佰零玖圆参角柒分", "壹万零伍佰零玖圆贰角柒分"),
            ("壹万零伍佰零玖元贰角染", "壹万零伍佰零玖元贰角柒分"),
            ("登万零信佰零玖圆或角柒分", "壹万零伍佰零玖圆贰角柒分"),
            // another amount
            ("捌仟壹佰伍拾圆整", ""),
            ("", ""),
        ];
        for (read, expected) in cases {
            let mut read = details(&[("pretax_amount", "9300.25"), ("tax", "1209.02"), ("total", "10509.27"), ("total_cn", read)]);
            repair(&mut read, Kind::DigitalOrdinary);
            assert_eq!(read.text("total_cn"), expected);
        }
        // sums that do not confirm the total settle no part of its words
        let mut read = details(&[("pretax_amount", "9300.25"), ("tax", "1209.03"), ("total", "10509.27"), ("total_cn", "圆贰角柒分")]);
        repair(&mut read, Kind::DigitalOrdinary);
        assert_eq!(read.text("total_cn"), "");
    }

    #[test]
    fn a_bracket_at_the_end_of_a_name_was_opened() {
        for (read, expected) in
            [("复印纸)", "复印纸"), ("复印纸]", "复印纸"), ("市区(附征)", "市区(附征)"), (")", ")"), ("a)b)", "a)b)"), ("复印纸", "复印纸")]
        {
            let mut read_details = Details::new();
            read_details.rows_mut("items").push([("name".to_owned(), Field::new(read, Source::Ocr))].into_iter().collect());
            brackets(&mut read_details, &mut Vec::new());
            assert_eq!(read_details.rows("items")[0]["name"].value, expected, "{read}");
        }
    }

    #[test]
    fn sizes_of_goods_are_in_millimetres() {
        let cases = [
            ("990×640×1180m", "990×640×1180mm"),
            ("990× 640× 1180m", "990× 640× 1180mm"),
            ("990×640×1180mm", "990×640×1180mm"),
            ("990×640×1180", "990×640×1180"),
            ("20×30m", "20×30m"),
            ("500×300m", "500×300m"),
            ("1180m", "1180m"),
        ];
        for (read, expected) in cases {
            let mut read_details = Details::new();
            let row: Row = [("specification".to_owned(), Field::new(read, Source::Ocr))].into_iter().collect();
            read_details.rows_mut("items").push(row);
            sizes(&mut read_details, &mut Vec::new());
            assert_eq!(read_details.rows("items")[0]["specification"].value, expected, "{read}");
        }
    }

    #[test]
    fn a_price_has_a_quantity() {
        let cases = [
            (&[("price", "575.47"), ("total", "575.47")][..], Some("1")),
            (&[("price", "178.164444444444"), ("total", "3206.96")], Some("18")),
            (&[("price", "178.17"), ("total", "3206.96")], None),
            (&[("price", "575.47"), ("total", "575.47"), ("quantity", "7")], Some("7")),
            (&[("total", "575.47")], None),
        ];
        for (fields, expected) in cases {
            let mut row: Row = fields.iter().map(|(key, value)| ((*key).to_owned(), Field::new(*value, Source::Ocr))).collect();
            single(&mut row, &mut Vec::new());
            assert_eq!(row.get("quantity").map(|f| f.value.as_str()), expected, "{fields:?}");
        }
    }

    #[test]
    fn a_unit_that_is_none_is_the_one_it_looks_like() {
        for (read, expected) in [("干瓦时", "千瓦时"), ("于克", "千克"), ("千克", "千克"), ("干", "干"), ("干果", "干果")]
        {
            let mut read_details = Details::new();
            let row: Row = [("unit".to_owned(), Field::new(read, Source::Ocr))].into_iter().collect();
            read_details.rows_mut("items").push(row);
            units(&mut read_details, &mut Vec::new());
            assert_eq!(read_details.rows("items")[0]["unit"].value, expected, "{read}");
        }
    }
}
