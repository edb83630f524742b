//! What values look like that meters, booths and counters stamp: days, times of day, money, distances, plates. Dot matrix print is often misread, so each
//! shape takes the readings that can mean one thing only.

use invoice::{amount, date};
use rust_decimal::Decimal;

/// Within how many years after the one they were printed for forms are used up.
const USED_UP: u16 = 5;

/// A misreading and what it may have been: dot matrix zeros have a stroke through them, fours are open, ones have feet.
const CONFUSED: &[(char, &str)] = &[
    ('0', "689"),
    ('1', "47"),
    ('2', "7"),
    ('3', "89"),
    ('4', "19"),
    ('5', "69"),
    ('6', "058"),
    ('7', "124"),
    ('8', "0369"),
    ('9', "0458"),
    ('O', "0"),
    ('D', "0"),
    ('o', "0"),
    ('I', "1"),
    ('l', "1"),
    ('i', "1"),
    ('Z', "2"),
    ('S', "5"),
    ('B', "8"),
    ('G', "6"),
];

/// A stamped day: `2024年01月14日`, `2016-05-12`, `16年05月12日`, `16-05-12`, `20160512`, also with a time behind it. Signs that were not read are
/// made up for by the places of the digits.
pub(super) fn day(text: &str) -> Option<String> {
    if let Some(day) = date::find(text).map(date::text).filter(|day| plausible(day)) {
        return Some(day);
    }
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let parts = parts(text);
    let (year, month, day) = match parts[..] {
        // 201711月03日: the sign behind the year was passed over
        [first, day, ..] if first.len() == 6 && text[first.len()..].starts_with('月') => (&first[..4], &first[4..], day),
        // 2018年1214日
        [year, rest, ..] if year.len() == 4 && rest.len() == 4 && text.contains('日') => (year, &rest[..2], &rest[2..]),
        // 2018-01-1012:14: the time runs into the day
        [year, month, rest, _, ..] if year.len() == 4 && month.len() <= 2 && rest.len() == 4 && dashed(text) => (year, month, &rest[..2]),
        [year, month, day, ..] if year.len() == 2 && month.len() == 2 && day.len() == 2 && dashed(text) => (year, month, day),
        [digits, ..] if digits.len() == 6 && parts.len() == 1 => (&digits[..2], &digits[2..4], &digits[4..]),
        _ => return None,
    };
    calendar(year, month, day)
}

/// The day that a misread one must have been: one digit changed to one that print confuses with it, and only one such day exists.
pub(super) fn mended_day(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let parts = parts(text);
    let [year, month, rest, ..] = parts[..] else { return None };
    let signed = text.contains('年') || text.contains('月') || text.matches('-').count() == 2;
    // 2023年12月088: the sign behind the day is read as a digit
    let number = if rest.len() == 3 { &rest[..2] } else { rest };
    if !signed || !matches!(year.len(), 2 | 4) || month.len() != 2 || number.len() != 2 {
        return None;
    }
    if let Some(day) = calendar(year, month, number) {
        return Some(day);
    }
    let mut found: Vec<String> = Vec::new();
    for (at, part) in [year, month, number].into_iter().enumerate() {
        for other in readings(part) {
            let pick = |place: usize, own: &'_ str| if place == at { other.clone() } else { own.to_owned() };
            found.extend(calendar(&pick(0, year), &pick(1, month), &pick(2, number)));
        }
    }
    found.dedup();
    if let [only] = &found[..] { Some(only.clone()) } else { None }
}

/// The day in a year in which its form was in use: forms are printed for a year, which their code gives, and are used from the end of the year before it until some years after it. A day of
/// another year was misread: it is mended where one confused digit of the year leads to one year alone, else nothing is left of it.
pub(crate) fn settled_day(day: &str, printed: u16) -> Option<String> {
    let (year, rest) = day.split_once('年')?;
    let used = |year: &str| year.parse::<u16>().is_ok_and(|year| (printed.saturating_sub(1)..=printed + USED_UP).contains(&year));
    if used(year) {
        return Some(day.to_owned());
    }
    let mut years = readings(year).into_iter().filter(|year| used(year));
    let only = years.next().filter(|_| years.next().is_none())?;
    Some(format!("{only}年{rest}"))
}

/// Every text that differs in one confused character.
fn readings(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let other = |at: usize| {
        let may = CONFUSED.iter().find(|(read, _)| *read == chars[at]).map_or("", |(_, may)| may);
        let chars = &chars;
        may.chars().map(move |c| chars[..at].iter().copied().chain([c]).chain(chars[at + 1..].iter().copied()).collect())
    };
    (0..chars.len()).flat_map(other).collect()
}

fn dashed(text: &str) -> bool {
    ["年", "月"].iter().all(|sign| text.contains(sign)) || ['-', '/', '.'].iter().any(|sign| text.matches(*sign).count() >= 2)
}

/// The runs of digits of a text.
fn parts(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect()
}

fn calendar(year: &str, month: &str, day: &str) -> Option<String> {
    let century = if year.len() == 2 { "20" } else { "" };
    date::wire(&format!("{century}{year}-{month}-{day}")).filter(|day| plausible(day))
}

/// Meters and booths that print have been about since the nineties.
fn plausible(day: &str) -> bool {
    day.starts_with("199") || day.starts_with("20")
}

/// A time of day in five places: `22:09`, also where the colon was read as anything (`01806`, `20±52`) or came to stand apart (`00 :49`). Seconds may
/// follow.
pub(super) fn clock(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_end_matches('开');
    if let Some(time) = date::time(text) {
        return Some(time);
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let pairs = match chars.len() {
        5 => vec![0, 3],
        8 => vec![0, 3, 6],
        _ => return None,
    };
    if !pairs.iter().all(|at| digit(*at) && digit(at + 1)) {
        return None;
    }
    let parts: Vec<String> = pairs.iter().map(|at| chars[*at..at + 2].iter().collect()).collect();
    date::time(&parts.join(":"))
}

/// Two times with a dash or the like between them: `08:26-08:45`, `08:26--08:45`, `08:26 08:45`.
pub(super) fn span_of_time(text: &str) -> Option<(String, String)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at);
    // where the second time begins: at its two digits of hours
    let half = text.char_indices().position(|(_, c)| matches!(c, '-' | '~' | '—' | '至' | '_'));
    if let Some(half) = half {
        let chars: Vec<char> = text.chars().collect();
        let before: String = chars[..half].iter().collect();
        let after: String = chars[half..].iter().skip_while(|c| !c.is_ascii_digit()).collect();
        return Some((clock(&before)?, clock(&after)?));
    }
    let at: Vec<usize> = digits.collect();
    if at.len() == 8 && text.len() == 10 {
        return Some((clock(&text[..5])?, clock(&text[5..])?));
    }
    None
}

/// A length of time, as waiting is measured: `00:09:12`, `00:12`, `5分`, `3分20秒`.
pub(super) fn is_duration(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let colons = text.chars().filter(|c| *c == ':').count();
    (text.contains(['分', '秒']) && digits > 0) || (colons >= 2 || colons == 1 && digits == 6) && digits >= 4 && !text.contains('.')
}

/// Money with its decimals: `¥51.00元`, `3 .51元`, `≤51.00元` (a sign misread), `27.00`. Where decimals are lost or Chinese characters run into it, it is none.
pub(super) fn money(text: &str) -> Option<Decimal> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_end_matches(['元', '圆', '整', '正', ')']).trim_end_matches("元/公里").trim_end_matches("元/km");
    let number = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-');
    let before = &text[..text.len() - number.len()];
    // one sign before it, or none
    if before.chars().count() > 2 || before.chars().any(|c| c.is_ascii_alphabetic()) || before.contains('.') {
        return None;
    }
    let (whole, cents) = number.split_once(['.', ','])?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || !(1..=2).contains(&cents.len()) || !digits(whole.trim_start_matches('-')) || !digits(cents) {
        return None;
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    amount::parse(&format!("{whole}.{cents}"))
}

/// Whole yuan, where no decimals are printed: `45元`, `¥45`.
pub(super) fn whole_money(text: &str) -> Option<Decimal> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let signed = text.starts_with('¥') || text.ends_with(['元', '圆', '整']);
    let number = text.trim_start_matches('¥').trim_end_matches(['元', '圆', '整']);
    let padded = number.len() > 1 && number.starts_with('0');
    (signed && !padded && (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
        .then(|| amount::parse(number))
        .flatten()
}

/// An amount as receipts give it, with two decimals.
pub(super) fn cents(value: Decimal) -> String {
    let mut value = value;
    value.rescale(2);
    amount::plain(value)
}

/// A distance: `12.08KM`, `4.1公里`, `6.8 km`, `5.2`; the number as printed.
pub(super) fn distance(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = without_unit(&text);
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let point = number.contains('.');
    let fits = (1..=4).contains(&whole.len()) && digits(whole) && digits(rest) && rest.len() <= 3 && (point != rest.is_empty());
    // a number without a point counts only with its unit
    (fits && (point || number.len() < text.len())).then(|| number.to_owned())
}

/// Whether a text ends with the unit of distance.
pub(super) fn has_distance_unit(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    without_unit(&text).len() < text.len()
}

fn without_unit(text: &str) -> &str {
    ["公里", "千米", "KM", "Km", "km", "kM", "K", "k"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
}

/// The characters that begin plates.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// A plate as meters print it: `浙A88888`, `粤BAG6458`, `BAG6458`, `B.P1234`, `E-T1234`, with stars where some stands hidden. Given as printed.
pub(super) fn plate(text: &str) -> Option<String> {
    let printed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let chars: Vec<char> = printed.chars().filter(|c| !matches!(c, '-' | '.' | '·' | '•')).collect();
    let province = chars.first().is_some_and(|c| PROVINCES.contains(*c));
    let rest = &chars[usize::from(province)..];
    let body = rest.get(1..)?;
    let office = rest[0].is_ascii_uppercase() && !matches!(rest[0], 'I' | 'O');
    let fits = body.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '*');
    let digits = body.iter().filter(|c| c.is_ascii_digit() || **c == '*').count();
    (office && fits && (5..=6).contains(&body.len()) && digits >= 2).then_some(printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_the_years_in_which_its_form_was_used() {
        for (day, printed, settled) in [
            ("2024年01月11日", 2023, Some("2024年01月11日")),
            ("2029年01月11日", 2023, None),
            ("2029年01月11日", 2015, Some("2020年01月11日")),
            ("2011年01月11日", 2014, None),
            ("2011年01月11日", 2021, None),
        ] {
            assert_eq!(settled_day(day, printed).as_deref(), settled, "{day} {printed}");
        }
    }

    #[test]
    fn days() {
        let cases = [
            ("2024年01月14日", Some("2024年01月14日")),
            ("16年05月12日", Some("2016年05月12日")),
            ("16-05-12", Some("2016年05月12日")),
            ("日期:2016/05/12", Some("2016年05月12日")),
            ("201711月03日18:32开", Some("2017年11月03日")),
            ("2018年1214日", Some("2018年12月14日")),
            ("2018-01-1012:14", Some("2018年01月10日")),
            ("160512", Some("2016年05月12日")),
            ("9000115520", None),
            ("2023年12月68日", None),
            ("08:26", None),
        ];
        for (text, expected) in cases {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_day_is_mended_where_one_day_alone_remains() {
        let cases = [
            // 08 by its first digit, 60 and 63 are no days, 69 neither
            ("2023年12月68日", Some("2023年12月08日")),
            ("2023年12月088", Some("2023年12月08日")),
            // 2019-12-31 with the month 12 or 72 alone
            ("2019年42月31日", Some("2019年12月31日")),
            // the day may have been 01 and 04 and more
            ("2019年02月80日", None),
            ("12月68日", None),
        ];
        for (text, expected) in cases {
            assert_eq!(mended_day(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        let cases = [
            ("22:09", Some("22:09")),
            ("01806", Some("01:06")),
            ("00 849", Some("00:49")),
            ("20±52", Some("20:52")),
            ("00:09:12", Some("00:09:12")),
            ("25:10", None),
            ("71574", None),
            ("131801", None),
            ("3.51元", None),
        ];
        for (text, expected) in cases {
            assert_eq!(clock(text).as_deref(), expected, "{text}");
        }
        let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(span_of_time("08:26-08:45"), both("08:26", "08:45"));
        assert_eq!(span_of_time("08:26 -- 08:45"), both("08:26", "08:45"));
        assert_eq!(span_of_time("08:26 08:45"), both("08:26", "08:45"));
        assert_eq!(span_of_time("2016-05-12"), None);
        for (text, yes) in [("00:09:12", true), ("5分", true), ("22:09", false), ("12.08", false)] {
            assert_eq!(is_duration(text), yes, "{text}");
        }
    }

    #[test]
    fn amounts() {
        let cases = [
            ("¥51.00元", Some("51.00")),
            ("≤51.00元", Some("51.00")),
            ("3 .51元", Some("3.51")),
            ("¥103 .00元", Some("103.00")),
            ("27.00", Some("27.00")),
            ("2.40元/公里", Some("2.40")),
            ("00元", None),
            ("福出息50元", None),
            ("881750元", None),
            ("881.750元", None),
            ("05.00元", None),
            ("51元", None),
        ];
        for (text, expected) in cases {
            assert_eq!(money(text).map(|a| a.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(whole_money("¥45").map(cents).as_deref(), Some("45.00"));
        assert_eq!(whole_money("45"), None);
        assert_eq!(whole_money("00元"), None);
    }

    #[test]
    fn distances_and_plates() {
        for (text, expected) in [
            ("12.08KM", Some("12.08")),
            ("28 .56KM", Some("28.56")),
            ("4.1公里", Some("4.1")),
            ("5.2", Some("5.2")),
            ("7km", Some("7")),
            ("71574", None),
            (".08KM", None),
        ] {
            assert_eq!(distance(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("浙A88888", Some("浙A88888")),
            ("粤B·AG6458", Some("粤B·AG6458")),
            ("BAG6458", Some("BAG6458")),
            ("B.P1234", Some("B.P1234")),
            ("E-T12345", Some("E-T12345")),
            ("B**234", Some("B**234")),
            ("9DH1167", None),
            ("131801", None),
            ("ABCDEF", None),
        ] {
            assert_eq!(plate(text).as_deref(), expected, "{text}");
        }
    }
}
