//! Days and times of day as invoices print them.

use jiff::civil::{Date, Time};

use crate::fold::folded;

/// Years that an invoice can carry; a number outside is no year.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2199;

/// A printed day: `2019年05月08日`, `2022年12月8日`, `2019 05 08`, `2022-03-17`, `2018/2/12`, `2018.02.12`, `20180212`, each also
/// with a time of day behind it. `None` when it is no day of the calendar, or when anything else stands around it.
pub fn parse(text: &str) -> Option<Date> {
    let text = folded(text);
    let (date, rest) = leading(&text)?;
    let rest = rest.trim_start_matches(|c: char| c == 'T' || c.is_whitespace());
    // A time zone may follow the time.
    let clock = rest.split(['+', 'Z', '.']).next().unwrap_or(rest);
    (rest.is_empty() || time(clock).is_some() || (clock.len() == 6 && clock.bytes().all(|b| b.is_ascii_digit()))).then_some(date)
}

/// The first day that stands anywhere in a text.
pub fn find(text: &str) -> Option<Date> {
    let text = folded(text);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit()
            && !before.is_ascii_digit()
            && let Some((date, _)) = leading(&text[at..])
        {
            return Some(date);
        }
        before = c;
    }
    None
}

/// The day as the recognition API gives it, `YYYY年MM月DD日`.
pub fn text(date: Date) -> String {
    format!("{:04}年{:02}月{:02}日", date.year(), date.month(), date.day())
}

/// A printed day in the form of the recognition API.
pub fn wire(printed: &str) -> Option<String> {
    parse(printed).map(text)
}

/// The day at the beginning of a folded text, and what follows it.
fn leading(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = run(text);
    match year.len() {
        4 => {
            let rest = separated(rest)?;
            let (month, rest) = run(rest);
            let rest = separated(rest)?;
            let (day, rest) = run(rest);
            let rest = rest.strip_prefix(['日', '号']).unwrap_or_else(|| rest.trim_start().strip_prefix(['日', '号']).unwrap_or(rest));
            let short = |part: &str| matches!(part.len(), 1 | 2);
            (short(month) && short(day)).then_some(())?;
            Some((calendar(year, month, day)?, rest))
        }
        8 | 14 => Some((calendar(&year[..4], &year[4..6], &year[6..8])?, &text[8..])),
        _ => None,
    }
}

/// The digits at the beginning, and the rest.
fn run(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// What follows a separator between the parts of a day: at least one, at most four characters.
fn separated(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '年' | '月' | '-' | '–' | '—' | '/' | '.'));
    let taken = text[..text.len() - rest.len()].chars().count();
    (1..=4).contains(&taken).then_some(rest)
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Date> {
    let year: i16 = year.parse().ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A printed time of day in the form `HH:MM` or, where seconds are printed, `HH:MM:SS`: from `8:02`, `16：52`, `16时52分`,
/// `12:22:22`. `None` when it is no time of day.
pub fn time(printed: &str) -> Option<String> {
    let text = folded(printed);
    let text = text.strip_suffix(['分', '秒']).unwrap_or(&text);
    let parts: Vec<&str> = text.split([':', '时', '点', '分']).map(str::trim).collect();
    let number = |part: &str| matches!(part.len(), 1 | 2).then(|| part.parse::<i8>().ok())?;
    match parts[..] {
        [hour, minute] if minute.len() == 2 => {
            let time = Time::new(number(hour)?, number(minute)?, 0, 0).ok()?;
            Some(format!("{:02}:{:02}", time.hour(), time.minute()))
        }
        [hour, minute, second] if minute.len() == 2 && second.len() == 2 => {
            let time = Time::new(number(hour)?, number(minute)?, number(second)?, 0).ok()?;
            Some(format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()))
        }
        _ => None,
    }
}
