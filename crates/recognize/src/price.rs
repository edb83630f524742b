//! What the price of a vehicle says of itself: 机动车销售统一发票 prints the price with tax, which figures and words say, the rate, the tax and the price without
//! it. Net and tax are the total, and the tax is the net at the rate to the cent.

use invoice::details::{Details, Field, Source};
use invoice::{amount, rate, words};
use rust_decimal::Decimal;

use crate::found::Check;
use crate::repair::{change, note, optical, two};

/// Settles net, tax and rate by the total, where that leaves one reading of them only.
pub(crate) fn settle(details: &mut Details, done: &mut Vec<Check>) {
    let value = |key: &str| amount::parse(details.text(key));
    let (net, tax) = (value("pretax_amount"), value("tax"));
    let (total, said) = (value("total"), words::parse(details.text("total_cn")));
    // the total is sure where figures and words agree, or net and tax add up to it
    let sum = net.zip(tax).and_then(|(net, tax)| net.checked_add(tax));
    let total = total.filter(|total| said == Some(*total) || sum == Some(*total));
    let Some(total) = total.filter(|total| total.is_sign_positive() && !total.is_zero()) else { return };
    let printed = rate::parse(details.text("tax_rate"));
    let charged: Vec<(String, Decimal)> = rate::CHARGED
        .iter()
        .filter_map(|rate| Some((format!("{rate}%"), rate::parse(&format!("{rate}%"))?)))
        .filter(|(_, rate)| printed.is_none_or(|printed| printed == *rate))
        .collect();
    let fits = |net: Decimal, tax: Decimal| -> Vec<&(String, Decimal)> {
        let of = |rate: &&(String, Decimal)| rate.1.checked_mul(net).is_some_and(|product| amount::within(product, tax, 1));
        charged.iter().filter(of).collect()
    };
    let mut splits: Vec<(Decimal, Decimal, String)> = Vec::new();
    if let Some(tax) = tax
        && let [(rate, _)] = fits(total - tax, tax)[..]
    {
        splits.push((total - tax, tax, rate.clone()));
    }
    if let Some(net) = net
        && let [(rate, _)] = fits(net, total - net)[..]
    {
        splits.push((net, total - net, rate.clone()));
    }
    if let ([], [(text, rate)]) = (&splits[..], &charged[..])
        && said == Some(total)
        && let Some(net) = total.checked_div(Decimal::ONE + rate).map(amount::to_cents)
    {
        splits.push((net, total - net, text.clone()));
    }
    splits.dedup();
    let [(net, tax, rate)] = &splits[..] else { return };
    for (key, right) in [("pretax_amount", *net), ("tax", *tax)] {
        put(details, key, &two(right), value_of(details, key) == Some(right), done);
    }
    let known = !details.text("tax_rate").is_empty();
    put(details, "tax_rate", rate, known, done);
}

fn value_of(details: &Details, key: &str) -> Option<Decimal> {
    amount::parse(details.text(key))
}

fn put(details: &mut Details, key: &str, right: &str, known: bool, done: &mut Vec<Check>) {
    if known {
        return;
    }
    if optical(details, key).is_some() {
        change(details, key, right, "the total and the rate", done);
    } else if !details.has(key)
        && let Some(like) = details.get("total").filter(|field| field.source == Source::Ocr).cloned()
    {
        done.push(note(key, "nothing", right, "the total and the rate"));
        details.set(key, Field { value: right.to_owned(), area: None, ..like });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_leaves_one_price_and_one_tax() {
        type Fields = &'static [(&'static str, &'static str)];
        const WORDS: (&str, &str) = ("total_cn", "叁拾伍万伍仟壹佰零陆圆整");
        let cases: [(Fields, [&str; 3]); 8] = [
            // one of the two under a seal
            (&[("total", "355106.00"), WORDS, ("tax_rate", "13%"), ("tax", "40852.90")], ["314253.10", "40852.90", "13%"]),
            (&[("total", "355106.00"), WORDS, ("pretax_amount", "314253.10")], ["314253.10", "40852.90", "13%"]),
            // cut short, or of another cell
            (
                &[("total", "355106.00"), WORDS, ("tax_rate", "13%"), ("pretax_amount", "22.24"), ("tax", "40852.90")],
                ["314253.10", "40852.90", "13%"],
            ),
            (&[("total", "355106.00"), WORDS, ("tax_rate", "13%")], ["314253.10", "40852.90", "13%"]),
            (&[("total", "355106.00"), ("pretax_amount", "314253.10"), ("tax", "40852.90")], ["314253.10", "40852.90", "13%"]),
            // a total that nothing confirms, and one without a rate
            (&[("total", "355106.00"), ("tax_rate", "13%"), ("tax", "40852.90")], ["", "40852.90", "13%"]),
            (&[("total", "355106.00"), WORDS], ["", "", ""]),
            // amounts that speak for different rates
            (&[("total", "355106.00"), WORDS, ("pretax_amount", "344763.11"), ("tax", "40852.90")], ["344763.11", "40852.90", ""]),
        ];
        for (fields, expected) in cases {
            let mut details = Details::new();
            for (key, value) in fields {
                details.set(key, Field::new(*value, Source::Ocr));
            }
            settle(&mut details, &mut Vec::new());
            assert_eq!(["pretax_amount", "tax", "tax_rate"].map(|key| details.text(key).to_owned()), expected, "{fields:?}");
        }
    }
}
