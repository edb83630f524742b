//! Net, tax, total and its words: three of four settle the fourth, and so do the rows that add up to them.

use invoice::details::{Details, Field, Source};
use invoice::{amount, words};
use rust_decimal::Decimal;

use super::{change, digits, money, note, optical, rows, two};
use crate::found::Check;
use crate::layout::label::is_one_off;
use crate::levy;

/// Words that say no amount were misread: where nearly all of them are those of the figures they are those, else they are nothing that was read.
pub(super) fn unsaid(details: &mut Details, done: &mut Vec<Check>) {
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
pub(super) fn said(details: &mut Details) {
    if !details.has("total")
        && let Some(words) = details.get("total_cn").cloned()
        && let Some(said) = words::parse(&words.value)
    {
        details.set("total", Field { value: two(said), ..words });
    }
}

/// Where the rows add up to the total, that is what it is: it settles its words, or its figures with the words against them.
pub(super) fn slip(details: &mut Details, done: &mut Vec<Check>) {
    rows::settle(details, done);
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

/// Net and tax by the rows, where the total, which is printed twice, confirms them: one of the two that was not read, or read as another amount.
pub(super) fn sums(details: &mut Details, done: &mut Vec<Check>) {
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
pub(super) fn settle(details: &mut Details, done: &mut Vec<Check>) {
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

#[cfg(test)]
mod tests {
    use invoice::kind::Kind;

    use super::super::repair;
    use super::super::tests::details;
    use super::*;

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
            settle(&mut read, &mut Vec::new());
            assert_eq!([read.text("pretax_amount"), read.text("tax")], expected, "{net} {tax}");
        }
        // the rows say it
        let mut read = details(&[("pretax_amount", "2632.91"), ("tax", "177.09"), ("total", "2610.00"), ("total_cn", "贰仟陆佰壹拾圆整")]);
        read.rows_mut("items").push([("total".to_owned(), Field::new("2632.91", Source::Ocr))].into());
        settle(&mut read, &mut Vec::new());
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
}
