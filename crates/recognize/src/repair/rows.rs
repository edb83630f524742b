//! Rows of goods: quantity times price is the amount, units and sizes are those that there are.

use invoice::amount;
use invoice::details::{Details, Field, Row, Source};
use rust_decimal::Decimal;

use super::{digits, money, note};
use crate::found::Check;
use crate::{levy, product};

/// Quantity × price = amount: settles a price or an amount whose point was lost. A price that was read less surely than the quantity and gives another amount than the
/// one that the sum of the rows confirms is nothing that was read.
pub(super) fn settle(details: &mut Details, done: &mut Vec<Check>) {
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
pub(super) fn cents(row: &mut Row, done: &mut Vec<Check>) {
    let Some(field) = row.get("total").filter(|f| f.source == Source::Ocr).cloned() else { return };
    let tax = row.get("tax").and_then(|f| amount::parse(&f.value));
    let Some((total, rate)) = product::amount_and_rate(&field.value, tax) else { return };
    done.push(note("items.total", &field.value, &total, "the two decimals of amounts"));
    if let Some(rate) = rate.filter(|_| !row.contains_key("tax_rate")) {
        row.insert("tax_rate".to_owned(), Field { value: rate, ..field.clone() });
    }
    row.insert("total".to_owned(), Field { value: total, ..field });
}

/// Units that are no units, for one character that looks like another: 干瓦时 is 千瓦时.
pub(super) fn units(details: &mut Details, done: &mut Vec<Check>) {
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
pub(super) fn brackets(details: &mut Details, done: &mut Vec<Check>) {
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

/// Volumes of goods whose l was read as the stroke that it looks like: 250m| is 250ml.
pub(super) fn volumes(details: &mut Details, done: &mut Vec<Check>) {
    for row in details.rows_mut("items") {
        let Some(field) = row.get("specification").filter(|f| f.source == Source::Ocr).cloned() else { continue };
        let right: Option<String> = field.value.split_once("m|").and_then(|(volume, rest)| {
            volume.ends_with(|c: char| c.is_ascii_digit()).then(|| format!("{volume}ml{rest}")).filter(|right| !right.contains("m|"))
        });
        if let Some(right) = right {
            done.push(note("items.specification", &field.value, &right, "the volumes that goods have"));
            row.insert("specification".to_owned(), Field { value: right, ..field });
        }
    }
}

/// Sizes of goods of which one of the two letters of mm was passed over: nothing is hundreds of metres wide, high and deep. Of two numbers the second may
/// be the metres on a roll.
pub(super) fn sizes(details: &mut Details, done: &mut Vec<Check>) {
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
pub(super) fn part(row: &mut Row, done: &mut Vec<Check>) {
    let (None, Some(price)) = (row.get("quantity"), row.get("price").filter(|f| f.source == Source::Ocr).cloned()) else { return };
    let Some(total) = row.get("total").and_then(|f| amount::parse(&f.value)) else { return };
    if let Some((quantity, rest)) = product::parted(&price.value, total) {
        done.push(note("items.price", &price.value, &format!("{quantity} and {rest}"), "their product, the amount"));
        row.insert("quantity".to_owned(), Field { value: quantity, ..price.clone() });
        row.insert("price".to_owned(), Field { value: rest, ..price });
    }
}

/// A quantity that was passed over beside a price: both are printed or neither, and how many times the amount holds the price is what it is.
pub(super) fn single(row: &mut Row, done: &mut Vec<Check>) {
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

#[cfg(test)]
mod tests {
    use super::super::tests::details;
    use super::*;

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
            settle(&mut read, &mut Vec::new());
            assert_eq!(read.rows("items")[0].get("price").map_or("", |f| f.value.as_str()), expected, "{price} {confidence} {net}");
        }
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

    /// What becomes of one field of a row.
    fn mended(mend: fn(&mut Details, &mut Vec<Check>), key: &str, read: &str) -> String {
        let mut read_details = Details::new();
        let row: Row = [(key.to_owned(), Field::new(read, Source::Ocr))].into_iter().collect();
        read_details.rows_mut("items").push(row);
        mend(&mut read_details, &mut Vec::new());
        read_details.rows("items")[0][key].value.clone()
    }

    #[test]
    fn the_stroke_behind_a_volume_is_an_l() {
        for (read, expected) in
            [("250m|*12盒/箱", "250ml*12盒/箱"), ("250ml*12盒/箱", "250ml*12盒/箱"), ("Am|B", "Am|B"), ("250m|B|2m|", "250m|B|2m|")]
        {
            assert_eq!(mended(volumes, "specification", read), expected);
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
