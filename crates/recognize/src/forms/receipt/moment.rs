//! The day of a receipt. Tills of the world print it in many orders; where day and month could be either, the country of the currency
//! decides, and without one the day is not told.

use invoice::date;

use crate::forms::clock;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// In which order a country writes day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    Unknown,
}

/// The order of the country of a currency.
pub(super) fn order(currency: Option<&str>) -> Order {
    match currency {
        Some("USD" | "PHP") => Order::MonthFirst,
        // Canada writes all three
        None | Some("CAD") => Order::Unknown,
        Some(_) => Order::DayFirst,
    }
}

/// The first day in a text, as the recognition API gives it.
pub(super) fn day(text: &str, order: Order) -> Option<String> {
    let text = clock::apart(text).to_uppercase();
    if let Some(day) = date::find(&text) {
        return Some(date::text(day));
    }
    let tokens = tokens(&text);
    tokens.windows(3).find_map(|three| {
        let [a, b, c] = three else { return None };
        // 01 JUN 2018, JUN 01, 2018
        if let Some(month) = month(b.text) {
            return calendar(c.text, month, number(a.text)?);
        }
        if let Some(month) = month(a.text) {
            return calendar(c.text, month, number(b.text)?);
        }
        // of digits alone only those with one and the same sign between them are a day
        if b.before != c.before || !matches!(b.before, "/" | "-" | ".") || c.text.len() == 3 {
            return None;
        }
        let (first, second) = (number(a.text)?, number(b.text)?);
        let (day, month) = match (first > 12, second > 12, order) {
            (true, false, _) => (first, second),
            // points stand between the parts of a day that begins with the day
            (false, true, _) if b.before != "." => (second, first),
            (false, false, _) if first == second => (first, second),
            (false, false, Order::DayFirst) => (first, second),
            (false, false, Order::MonthFirst) => (second, first),
            _ => return None,
        };
        calendar(c.text, month, day)
    })
}

struct Token<'a> {
    /// What stands between it and the token before.
    before: &'a str,
    text: &'a str,
}

/// Runs of digits and runs of letters.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut last = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { break };
        let same = |x: char| if c.is_ascii_digit() { x.is_ascii_digit() } else { x.is_alphabetic() };
        if !same(c) {
            at += c.len_utf8();
            continue;
        }
        let end = at + rest.find(|x: char| !same(x)).unwrap_or(rest.len());
        tokens.push(Token { before: &text[last..at], text: &text[at..end] });
        (last, at) = (end, end);
    }
    tokens
}

/// A month by its English name or the first three letters of it.
fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|m| word.starts_with(m))?;
    let full =
        ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"][at];
    (full.starts_with(word) || word == "SEPT").then_some(at as i8 + 1)
}

fn number(text: &str) -> Option<i8> {
    (text.len() <= 2).then(|| text.parse().ok()).flatten()
}

fn calendar(year: &str, month: i8, day: i8) -> Option<String> {
    let year = match year.len() {
        2 => format!("20{year}"),
        4 => year.to_owned(),
        _ => return None,
    };
    date::wire(&format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_many_orders() {
        let cases = [
            ("01 Jun 2018 18:41", Order::Unknown, Some("2018-06-01")),
            ("JUN 01, 2018", Order::Unknown, Some("2018-06-01")),
            ("1-Sept-18", Order::Unknown, Some("2018-09-01")),
            ("日期:2018-06-0118:41:05", Order::Unknown, Some("2018-06-01")),
            ("2018-06-01 18:41", Order::Unknown, Some("2018-06-01")),
            ("2018年6月1日(金)", Order::Unknown, Some("2018-06-01")),
            ("13/06/2018", Order::Unknown, Some("2018-06-13")),
            ("12/01/202016:49", Order::DayFirst, Some("2020-01-12")),
            ("06/13/18 6:41 PM", Order::Unknown, Some("2018-06-13")),
            ("05/06/2018", Order::Unknown, None),
            ("05/06/2018", Order::DayFirst, Some("2018-06-05")),
            ("05/06/2018", Order::MonthFirst, Some("2018-05-06")),
            ("06/06/2018", Order::Unknown, Some("2018-06-06")),
            ("12.30.45", Order::DayFirst, None),
            ("3 x 12.50", Order::DayFirst, None),
            ("TEL 02-12-345", Order::DayFirst, None),
            ("31/02/2018", Order::DayFirst, None),
            ("MARKET 12 2018", Order::DayFirst, None),
        ];
        for (text, order, expected) in cases {
            let expected = expected.and_then(date::wire);
            assert_eq!(day(text, order), expected, "{text}");
        }
    }
}
