//! Times of day inside a text.

use invoice::date;

/// The first time of day in a text, as `HH:MM` or `HH:MM:SS` of twenty-four hours: `18:41`, `8时05分`, `06:41 PM`, `下午3:20`. Where a day runs
/// into it (`2018-06-0118:41`) the two digits before the colon count.
pub(super) fn find(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().map(crate::layout::fold).collect();
    let mut start = 0;
    while start < chars.len() {
        if !chars[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let mut end = start;
        while end < chars.len() && (chars[end].is_ascii_digit() || matches!(chars[end], ':' | '时' | '點' | '点')) {
            end += 1;
        }
        if let Some(time) = token(&chars[start..end]) {
            return Some(half(time, &chars[..start], &chars[end..]));
        }
        start = end;
    }
    None
}

/// The text with a space between a day and a time that run into each other (`2018-06-0118:41`), as recognisers give them.
pub(super) fn apart(text: &str) -> String {
    let chars: Vec<char> = text.chars().map(crate::layout::fold).collect();
    let mut out = String::new();
    for (at, ch) in chars.iter().enumerate() {
        if begins_time(&chars, at) {
            out.push(' ');
        }
        out.push(*ch);
    }
    out
}

/// Whether a time that a day runs into begins here: the digits before the colon are the end of a day and the hour.
fn begins_time(chars: &[char], at: usize) -> bool {
    let Some(colon) = chars[at..].iter().position(|c| !c.is_ascii_digit()).map(|digits| at + digits) else { return false };
    let end = chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let before = at.checked_sub(end + 1).map(|before| chars[before]);
    if chars[colon] != ':' || !matches!(colon - at, 1 | 2) {
        return false;
    }
    match end {
        // a day of the month or a year of two digits, after the sign between the parts of a day
        2 => colon - at == 2 && matches!(before, Some('-' | '/' | '.')),
        // a year, after that sign or the name of a month
        4 => matches!(chars[at - 4..at - 2], ['1', '9'] | ['2', '0']) && before.is_some_and(|c| matches!(c, '-' | '/' | '.' | ',' | ' ')),
        _ => false,
    }
}

/// A time from a run of digits and colons.
fn token(run: &[char]) -> Option<String> {
    let colon = run.iter().position(|c| !c.is_ascii_digit())?;
    let hour = colon.checked_sub(if colon > 2 { 2 } else { colon })?;
    let text: String = run[hour..].iter().collect();
    let text = text.trim_end_matches([':', '时', '点', '點']).replace('點', ":");
    date::time(&text)
}

/// Moves a time of the twelve-hour clock.
fn half(time: String, before: &[char], after: &[char]) -> String {
    let before: String = before.iter().collect();
    let after: String = after.iter().filter(|c| !c.is_whitespace() && **c != '.').take(2).collect::<String>().to_ascii_uppercase();
    let before = before.trim_end();
    let later = after == "PM" || ["下午", "晚上", "午後"].iter().any(|word| before.ends_with(word));
    let earlier = after == "AM" || ["上午", "午前"].iter().any(|word| before.ends_with(word));
    match time.split_at_checked(2).and_then(|(hour, rest)| Some((hour.parse::<u8>().ok()?, rest))) {
        Some((hour, rest)) if later && hour < 12 => format!("{:02}{rest}", hour + 12),
        Some((12, rest)) if earlier => format!("00{rest}"),
        _ => time,
    }
}

#[cfg(test)]
mod tests {
    use super::{apart, find};

    #[test]
    fn days_and_times_that_run_together() {
        let cases = [
            ("2018-06-0118:41:05", "2018-06-01 18:41:05"),
            ("2018-06-01 18:41", "2018-06-01 18:41"),
            ("1318:41", "1318:41"),
            ("6/13/1818:41", "6/13/18 18:41"),
            ("12/01/202016:49", "12/01/2020 16:49"),
            ("12/01/20209:49", "12/01/2020 9:49"),
            ("01 Jun 201818:41", "01 Jun 2018 18:41"),
            ("2018/6/118:41", "2018/6/118:41"),
            ("No 3020416:49", "No 3020416:49"),
        ];
        for (text, expected) in cases {
            assert_eq!(apart(text), expected, "{text}");
        }
    }

    #[test]
    fn times_of_day() {
        let cases = [
            ("01 Jun 2018 18:41", Some("18:41")),
            ("2018-06-0118:41:05", Some("18:41:05")),
            ("08:30开", Some("08:30")),
            ("8时05分", Some("08:05")),
            ("6:41 PM", Some("18:41")),
            ("12:05 a.m.", Some("00:05")),
            ("下午3:20", Some("15:20")),
            ("2018-06-01", None),
            ("25:10", None),
            ("1:5", None),
            ("流水", None),
        ];
        for (text, expected) in cases {
            assert_eq!(find(text).as_deref(), expected, "{text}");
        }
    }
}
