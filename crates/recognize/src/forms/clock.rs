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
        // four digits before a colon, and before them the sign between the parts of a day
        let four = at >= 3 && chars.len() > at + 2 && chars[at - 2..at + 2].iter().all(char::is_ascii_digit);
        if four && matches!(chars[at - 3], '-' | '/' | '.') && chars[at + 2] == ':' {
            out.push(' ');
        }
        out.push(*ch);
    }
    out
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
