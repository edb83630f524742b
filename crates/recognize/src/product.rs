//! What quantity × price = amount says about the digits of a row: where two numbers that were read as one must be parted, and how a price goes on
//! whose runs of equal digits were read too short.

use invoice::amount;
use rust_decimal::Decimal;

use crate::layout::label::distance;

/// A price of so many decimals is a rounded quotient, not a price that somebody set.
const ROUNDED: u32 = 6;
/// The tax control system prints a quotient with so many significant digits.
const SIGNIFICANT: u32 = 15;
/// A quotient with so many characters is told from others by all but one of them.
const LONG: usize = 12;
/// A price with fewer digits that were read is too little of a quotient to be told by it.
const TOLD: usize = 9;

/// Quantity and price that were read as one number, if their product parts the digits in one way only.
pub(crate) fn parted(text: &str, total: Decimal) -> Option<(String, String)> {
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // a price that is the amount stands beside a quantity of one that was not read
    if whole.len() > 40 || !whole.is_ascii() || amount::parse(&whole) == Some(total) {
        return None;
    }
    let halves: Vec<(&str, &str)> = (1..whole.len()).map(|at| whole.split_at(at)).filter(|(q, p)| plain(q) && plain(p)).collect();
    let exact = halves.iter().filter(|(q, p)| is_product(q, p, total)).map(|(q, p)| ((*q).to_owned(), (*p).to_owned()));
    let exact: Vec<(String, String)> = exact.collect();
    if !exact.is_empty() {
        return only(exact);
    }
    let longer = |(quantity, price): &(&str, &str)| Some(((*quantity).to_owned(), completed(price, amount::parse(quantity)?, total)?));
    only(halves.iter().filter_map(longer).collect())
}

/// The price that was printed where a run of equal digits was read too short: the quotient as the tax control system prints it.
pub(crate) fn completed(price: &str, quantity: Decimal, total: Decimal) -> Option<String> {
    let read = amount::parse(price)?;
    if price.len() < TOLD || quantity.checked_mul(read).is_none_or(|product| amount::within(product, total, 1)) {
        return None;
    }
    let quotient = total.checked_div(quantity)?.round_sf(SIGNIFICANT)?.normalize().to_string();
    (shortened(&quotient, price) || nearly(&quotient, price)).then_some(quotient)
}

/// Whether a price is an amount by its quantity, as far as it is printed: a price rounded to few decimals gives other amounts.
pub(crate) fn is_quotient(price: &str, quantity: Decimal, total: Decimal) -> bool {
    let (Some(read), Some(quotient)) = (amount::parse(price), total.checked_div(quantity)) else { return true };
    (read - quotient).abs() <= Decimal::new(1, read.scale())
}

/// The whole number of times that an amount holds a price, to the cent. A price of a few yuan is held a whole number of times by too many amounts.
pub(crate) fn quantity(price: Decimal, total: Decimal) -> Option<String> {
    let count = total.checked_div(price)?.round();
    let whole = (price == total || price >= Decimal::from(5)) && !count.is_zero() && count.abs() < Decimal::from(10_000);
    let fits = whole && amount::within(amount::to_cents(count.checked_mul(price)?), total, u32::from(price.scale() >= ROUNDED));
    fits.then(|| count.normalize().to_string())
}

/// The quantity that was not read beside a price that is a quotient in full length, and that price: the amount has that quotient by one quantity of few decimals only.
pub(crate) fn divided(price: &str, total: Decimal) -> Option<(String, String)> {
    const DECIMALS: u32 = 4;
    let read = amount::parse(price).filter(|read| price.len() > LONG && !read.is_zero())?;
    let by = |decimals: u32| {
        let quantity = total.checked_div(read)?.round_dp(decimals);
        let quotient = total.checked_div(quantity)?.round_sf(SIGNIFICANT)?.normalize().to_string();
        nearly(&quotient, price).then(|| (quantity.normalize().to_string(), quotient))
    };
    (0..=DECIMALS).find_map(by)
}

/// Whether a price can be one of an amount: fuel and the like are sold in parts of a unit, but no part is so small.
pub(crate) fn is_price(price: Decimal, total: Decimal) -> bool {
    total.abs().checked_mul(Decimal::from(10_000)).is_none_or(|most| price.abs() <= most)
}

/// Whether a text is a long quotient but for one character, runs of equal digits counted as one, which recognisers miscount.
fn nearly(whole: &str, part: &str) -> bool {
    let letters = |text: &str| runs(text).into_iter().map(|(ch, _)| ch).collect::<Vec<char>>();
    whole.len() >= LONG && distance(&letters(whole), &letters(part)) <= 1
}

/// Whether quantity × price is the amount, to the cent for prices that somebody set.
pub(crate) fn is_product(quantity: &str, price: &str, total: Decimal) -> bool {
    let (Some(q), Some(p)) = (amount::parse(quantity), amount::parse(price)) else { return false };
    let cents = u32::from(p.scale() >= ROUNDED);
    q.checked_mul(p).is_some_and(|product| amount::within(amount::to_cents(product), total, cents))
}

/// An amount with more than its two decimals: what follows them is the rate of the next column, whose % is read as 9, 96 and the like. Gives the amount and,
/// where the tax confirms it, the rate.
pub(crate) fn amount_and_rate(text: &str, tax: Option<Decimal>) -> Option<(String, Option<String>)> {
    let point = text.find('.')?;
    let (amount, rest) = text.split_at_checked(point + 3).filter(|(_, rest)| !rest.is_empty())?;
    let net = amount::parse(amount)?;
    if !rest.chars().all(|c| c.is_ascii_digit() || c == '%') {
        return None;
    }
    let taxes = |rate: &&&str| {
        let product = invoice::rate::parse(&format!("{rate}%")).and_then(|rate| rate.checked_mul(net));
        rest.starts_with(**rate) && product.zip(tax).is_some_and(|(product, tax)| amount::within(product, tax, 1))
    };
    let rate = only(invoice::rate::CHARGED.iter().filter(taxes).collect()).map(|rate| format!("{rate}%"));
    Some((amount.to_owned(), rate))
}

fn only<T>(mut found: Vec<T>) -> Option<T> {
    found.pop().filter(|_| found.is_empty())
}

/// A number as it is printed: no point at its ends, no zero that a number does not begin with.
fn plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let begins = digits.starts_with(|c: char| c.is_ascii_digit()) && (!digits.starts_with('0') || digits.starts_with("0."));
    begins && digits.ends_with(|c: char| c.is_ascii_digit()) && digits != "0" && amount::parse(text).is_some()
}

/// Whether a text is another with some runs of equal characters shortened.
fn shortened(whole: &str, part: &str) -> bool {
    let (whole, part) = (runs(whole), runs(part));
    whole.len() == part.len() && whole.iter().zip(&part).all(|(a, b)| a.0 == b.0 && a.1 >= b.1)
}

fn runs(text: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for ch in text.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == ch => *count += 1,
            _ => runs.push((ch, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Decimal {
        amount::parse(text).unwrap()
    }

    #[test]
    fn prices_are_quotients_as_far_as_they_are_printed() {
        for (price, quantity, total, expected) in [
            ("3.33", 1000, "3333.33", true),
            ("117.8843", 3, "353.65", false),
            ("117.8833", 3, "353.65", true),
            ("30137.8333", 3, "353.65", false),
        ] {
            let total = amount::parse(total).unwrap();
            assert_eq!(is_quotient(price, Decimal::from(quantity), total), expected, "{price}");
        }
    }

    #[test]
    fn numbers_are_parted_where_their_product_is_the_amount() {
        let cases = [
            ("556.089.75246367429147", "5423.15", Some(("556.08", "9.75246367429147"))),
            ("61151.58833333333", "6909.53", Some(("6", "1151.58833333333"))),
            // runs of equal digits were read too short
            ("61151.58333333", "6909.53", Some(("6", "1151.58833333333"))),
            ("36 127.56", "4592.16", Some(("36", "127.56"))),
            // 51.1 × 1 is nearly it, and no price that somebody set
            ("51.11", "51.11", None),
            ("151.11", "51.11", Some(("1", "51.11"))),
            ("224", "48.00", Some(("2", "24"))),
            ("124", "25.00", None),
            ("2244", "968.00", Some(("22", "44"))),
            ("224", "88.00", Some(("22", "4"))),
            ("1212", "144.00", Some(("12", "12"))),
            ("127.56", "4592.16", None),
            ("", "1.00", None),
        ];
        for (text, total, expected) in cases {
            let expected = expected.map(|(q, p)| (q.to_owned(), p.to_owned()));
            assert_eq!(parted(text, money(total)), expected, "{text} {total}");
        }
    }

    #[test]
    fn a_price_goes_on_only_as_the_quotient_does() {
        let cases = [
            ("1151.58333333", "6", "6909.53", Some("1151.58833333333")),
            ("494.6186666667", "3", "1483.86", None),
            // one character, and one that was passed over
            ("1151.59333333", "6", "6909.53", Some("1151.58833333333")),
            ("151.588333333", "6", "6909.53", Some("1151.58833333333")),
            ("1157.59333333", "6", "6909.53", None),
            ("127.5", "36", "4592.16", None),
        ];
        for (price, quantity, total, expected) in cases {
            assert_eq!(completed(price, money(quantity), money(total)).as_deref(), expected, "{price}");
        }
    }

    #[test]
    fn a_quotient_tells_its_quantity() {
        let cases = [
            // one character misread, none, a whole number
            ("7.01476827455743", "5191.63", Some(("740.1", "7.01476827455749"))),
            ("9.75246367429147", "5423.15", Some(("556.08", "9.75246367429147"))),
            ("1151.58833333333", "6909.53", Some(("6", "1151.58833333333"))),
            // a price that somebody set, and a quotient of another amount
            ("754.32", "113012.22", None),
            ("7.01476827455743", "5191.64", None),
        ];
        for (price, total, expected) in cases {
            assert_eq!(divided(price, money(total)), expected.map(|(q, p)| (q.to_owned(), p.to_owned())), "{price}");
        }
    }

    #[test]
    fn a_price_is_no_huge_number() {
        assert!(is_price(money("319.34"), money("-625.91")));
        assert!(is_price(money("20000"), money("2.00")));
        assert!(!is_price(money("547917962962963"), money("6432.37")));
    }

    #[test]
    fn what_follows_the_cents_is_the_rate() {
        let cases = [
            ("6726.6269", Some("403.60"), Some(("6726.62", Some("6%")))),
            ("10474.32596", Some("523.72"), Some(("10474.32", Some("5%")))),
            ("-447.7539", Some("-13.43"), Some(("-447.75", Some("3%")))),
            ("6726.62139", Some("874.46"), Some(("6726.62", Some("13%")))),
            // another tax
            ("6726.6269", Some("605.40"), Some(("6726.62", None))),
            ("6726.6269", None, Some(("6726.62", None))),
            ("6726.62", Some("403.60"), None),
            ("672662", None, None),
        ];
        for (text, tax, expected) in cases {
            let expected = expected.map(|(amount, rate)| (amount.to_owned(), rate.map(str::to_owned)));
            assert_eq!(amount_and_rate(text, tax.map(money)), expected, "{text} {tax:?}");
        }
    }
}
