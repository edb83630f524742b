//! Money and other printed numbers: to exact decimals and back. No floats anywhere.

use rust_decimal::Decimal;

use crate::fold::compact;

/// Signs and names of currencies that stand before or after a number.
const CURRENCIES: &[&str] = &["¥", "$", "€", "£", "CNY", "RMB", "HKD", "MOP", "USD", "EUR", "MYR", "RM", "人民币", "元整", "元", "圆"];
/// Ways to print minus: NFKC leaves the dashes and the minus sign apart from `-`.
const MINUS: &[&str] = &["-", "−", "–", "—", "(负数)", "负数", "负"];
/// The longest number that is read, in characters: more than any form has room for.
const LONGEST: usize = 64;

/// A printed number: `¥1,234.50`, `１２３．００元`, `-5.00`, `5.00-`, `(5.00)`, `（负数）5.00`, `CN 50.00` without the CN. The
/// number of printed decimals is kept. `None` for anything else: marks (`***`), words, wrongly grouped thousands, more than
/// 28 digits.
pub fn parse(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST * 4 {
        return None;
    }
    let text = compact(text);
    let mut rest = text.as_str();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|inner| !inner.starts_with('负')) {
        (rest, negative) = (inner, true);
    }
    loop {
        if let Some(after) = CURRENCIES.iter().find_map(|sign| strip(rest, sign)) {
            rest = after;
        } else if let Some(after) = MINUS.iter().find_map(|sign| strip(rest, sign)) {
            // Two minus signs are no number.
            if std::mem::replace(&mut negative, true) {
                return None;
            }
            rest = after;
        } else {
            break;
        }
    }
    let mut number = digits(rest)?;
    number.set_sign_negative(negative && !number.is_zero());
    Some(number)
}

/// Takes a sign off either end.
fn strip<'a>(text: &'a str, sign: &str) -> Option<&'a str> {
    text.strip_prefix(sign).or_else(|| text.strip_suffix(sign))
}

/// Digits with correctly placed thousands separators and one point.
fn digits(text: &str) -> Option<Decimal> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if fraction.is_some_and(|fraction| !fraction.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let right = first.bytes().all(|b| b.is_ascii_digit())
        && (!grouped || (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()));
    if !right || (first.is_empty() && fraction.is_none()) {
        return None;
    }
    Decimal::from_str_exact(&text.replace(',', "")).ok()
}

/// The number as the recognition API gives it: plain digits with a point, a leading minus, the decimals as they are.
pub fn plain(amount: Decimal) -> String {
    let mut amount = amount;
    if amount.is_zero() {
        amount.set_sign_positive(true);
    }
    amount.to_string()
}

/// The text of an amount field for the recognition API: a number as [`plain`] gives it; anything else (`***`, 免税) folded
/// and without spaces, but otherwise as printed.
pub fn text(printed: &str) -> String {
    parse(printed).map_or_else(|| compact(printed), plain)
}

/// The sum; `None` when it leaves the range of a decimal.
pub fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// Whether two amounts differ by no more than so many cents.
pub fn within(a: Decimal, b: Decimal, cents: u32) -> bool {
    a.checked_sub(b).is_some_and(|difference| difference.abs() <= Decimal::new(i64::from(cents), 2))
}

/// The amount rounded to cents, half away from zero as invoices are.
pub fn to_cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}
