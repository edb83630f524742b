//! Days and hours of rides as lists print them: `11-02 22:51 周一`, `2021-03-04 08:05`, `2021/03/04 08:05:10`.

use invoice::date;

/// The whole days that stand in a text, in order, as the recognition API gives them.
pub(super) fn days(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[at..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        // a day in ten characters may have its hour right behind it, as optical reading runs them together
        if let Some(day) = rest.get(..10).filter(|_| end == 4).and_then(date::wire) {
            found.push(day);
            rest = &rest[10..];
            continue;
        }
        // a year begins a day; numbers before it (an hour) are passed over one by one
        match date::find(rest).map(date::text).filter(|_| end == 4 || end == 8) {
            Some(day) if day[..4] == rest[..4] => {
                found.push(day);
                rest = rest.get(8..).unwrap_or_default();
                rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            }
            _ => rest = &rest[end..],
        }
    }
    found
}

/// A printed moment with its parts set apart by a space, as it stands in print; `None` when it is none. Optical reading runs the parts together, so
/// white space tells nothing.
pub(super) fn moment(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let clock = bare.find(':')?;
    // the hour is the one or two digits before the first colon
    let run = bare[..clock].bytes().rev().take_while(u8::is_ascii_digit).count();
    for length in [2, 1] {
        if run < length {
            continue;
        }
        let (day, rest) = bare.split_at(clock - length);
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
        let (time, after) = rest.split_at(end);
        let after = after.trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
        if date::time(time).is_some() && is_day(day) && (after.is_empty() || is_weekday(after)) {
            let parts = [day, time, after];
            return Some(parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" "));
        }
    }
    None
}

/// Where the first moment stands in a line of characters: from its day to its weekday, each where it is printed. Lists print cells so close that a line of
/// text may hold the kind of car before it and the city behind.
pub(super) fn within(text: &[char]) -> Option<(usize, usize)> {
    let digits = |from: usize, step: isize, most: usize| -> usize {
        let mut at = from as isize;
        let mut count = 0;
        while count < most && at >= 0 && (at as usize) < text.len() && text[at as usize].is_ascii_digit() {
            (at, count) = (at + step, count + 1);
        }
        count
    };
    let blank = |at: usize| text.get(at).is_some_and(|c| c.is_whitespace());
    let colon = (1..text.len()).find(|&i| text[i] == ':' && digits(i - 1, -1, 2) > 0 && digits(i + 1, 1, 2) == 2)?;
    let mut start = colon - digits(colon - 1, -1, 2);
    let mut end = colon + 3;
    if text.get(end) == Some(&':') && digits(end + 1, 1, 2) == 2 {
        end += 3;
    }
    // the day, read backwards
    let mut at = start;
    while at > 0 && (blank(at - 1) || text[at - 1] == '日') {
        at -= 1;
    }
    let mark = |at: usize| at > 0 && matches!(text[at - 1], '-' | '/' | '.' | '月' | '年');
    let number = |at: usize, most: usize| if at > 0 { digits(at - 1, -1, most) } else { 0 };
    let day = number(at, 2);
    if day > 0 && mark(at - day) {
        let month = number(at - day - 1, 2);
        if month > 0 {
            start = at - day - 1 - month;
            if mark(start) && number(start - 1, 4) == 4 {
                start -= 5;
            }
        }
    }
    let mut at = end;
    while blank(at) || matches!(text.get(at), Some('(' | '[')) {
        at += 1;
    }
    for length in [2, 3] {
        if text.get(at..at + length).is_some_and(|word| is_weekday(&word.iter().collect::<String>())) {
            end = at + length;
            if matches!(text.get(end), Some(')' | ']')) {
                end += 1;
            }
            break;
        }
    }
    Some((start, end))
}

/// A moment in a line that was read by eye, whose marks may have run together or been misread: from where to where it stands, and its characters with their
/// marks. Without a colon a day must stand before the hour, and what is taken for a weekday must end the line or name one.
pub(super) fn by_eye(text: &[char]) -> Option<(usize, usize, String)> {
    (0..text.len()).find_map(|start| {
        let free = start == 0 || !(text[start - 1].is_ascii_digit() || MARKS.contains(&text[start - 1]));
        if !free { None } else { dated(text, start) }
    })
}

/// What stands between the parts of a day.
const MARKS: &[char] = &['-', '/', '.', '~', '_', '·'];

fn dated(text: &[char], start: usize) -> Option<(usize, usize, String)> {
    let mut at = start;
    let blank = |at: usize| text.get(at).is_some_and(|c| c.is_whitespace());
    let run =
        |from: usize, count: usize| text.get(from..from + count).filter(|t| t.iter().all(char::is_ascii_digit)).map(String::from_iter);
    let below = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|n| n < most);
    let mark = |at: usize| text.get(at).is_some_and(|c| MARKS.contains(c));
    let mut written = String::new();
    if let Some(year) = run(at, 4).filter(|y| y.starts_with("20") && mark(at + 4)) {
        written.push_str(&format!("{year}-"));
        at += 5;
    }
    let month = run(at, 2).filter(|m| below(m, 13) && m != "00" && mark(at + 2))?;
    let day = run(at + 3, 2).filter(|d| below(d, 32) && d != "00")?;
    at += 5;
    while blank(at) {
        at += 1;
    }
    let hour = run(at, 2).filter(|h| below(h, 24))?;
    at += 2;
    while blank(at) || matches!(text.get(at), Some(':' | '.' | '·' | ';')) {
        at += 1;
    }
    let minute = run(at, 2).filter(|m| below(m, 60))?;
    at += 2;
    written.push_str(&format!("{month}-{day} {hour}:{minute}"));
    if text.get(at) == Some(&':') {
        let second = run(at + 1, 2).filter(|s| below(s, 60))?;
        written.push_str(&format!(":{second}"));
        at += 3;
    }
    // what is left of a weekday: its name, or one or two characters that end the line
    let rest: Vec<usize> = (at..text.len()).filter(|i| !text[*i].is_whitespace()).collect();
    let named = rest.get(..2).map(|two| [text[two[0]], text[two[1]]]);
    match named {
        Some(['周', d]) if is_weekday(&format!("周{d}")) => {
            written.push_str(&format!(" 周{d}"));
            at = rest[1] + 1;
        }
        // the name of the week was misread, but not the day's
        Some([a, d]) if !a.is_ascii_digit() || rest.len() == 2 => {
            if is_weekday(&format!("周{d}")) {
                written.push_str(&format!(" 周{d}"));
                at = rest[1] + 1;
            } else if rest.len() == 2 {
                at = text.len();
            }
        }
        _ if rest.len() == 1 && !text[rest[0]].is_ascii_digit() => at = text.len(),
        _ if rest.first().is_some_and(|i| text[*i].is_ascii_digit() && *i == at) => return None,
        _ => {}
    }
    Some((start, at, written))
}

/// Whether a text is a moment or a part of one, as it stands in a narrow column: a day, an hour, a weekday.
pub(super) fn is_part(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    !bare.is_empty() && (moment(&bare).is_some() || is_weekday(&bare) || is_day(&bare) && !bare.contains('.'))
}

/// A day with or without its year, or nothing.
fn is_day(text: &str) -> bool {
    let text = text.strip_suffix('日').unwrap_or(text);
    if text.is_empty() {
        return true;
    }
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let within = |part: &str, most: u32| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n));
    match parts[..] {
        [month, day] => within(month, 12) && within(day, 31),
        [year, month, day] => year.len() == 4 && year.parse::<u32>().is_ok() && within(month, 12) && within(day, 31),
        _ => false,
    }
}

fn is_weekday(text: &str) -> bool {
    let day = text.strip_prefix("周").or_else(|| text.strip_prefix("星期"));
    day.is_some_and(|d| matches!(d, "一" | "二" | "三" | "四" | "五" | "六" | "日" | "天"))
}

#[cfg(test)]
mod tests {
    use super::{by_eye, days, moment, within};

    #[test]
    fn moments_as_printed_and_as_read_by_eye() {
        for (text, expected) in [
            ("11-02 22:51 周一", Some("11-02 22:51 周一")),
            ("11-0222:51周一", Some("11-02 22:51 周一")),
            ("2021-03-04 8:05", Some("2021-03-04 8:05")),
            ("2021-03-048:05", Some("2021-03-04 8:05")),
            ("2021/03/04 08:05:10", Some("2021/03/04 08:05:10")),
            ("03月04日 08:05 星期四", Some("03月04日 08:05 星期四")),
            ("08:52", Some("08:52")),
            ("13-02 22:51", None),
            ("11-02", None),
            ("11-02 22:51 号线", None),
            ("杭州市", None),
        ] {
            assert_eq!(moment(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn moments_inside_a_line() {
        for (text, expected) in [
            ("1 快车 11-02 22:51 周一 深圳市", "11-02 22:51 周一"),
            ("快车2021-03-04 8:05深圳市", "2021-03-04 8:05"),
            ("经济型 08:52 杭州市", "08:52"),
            ("12月3日 22:51:09 星期四A座", "12月3日 22:51:09 星期四"),
            ("22:51", "22:51"),
            ("比例1:1", ""),
            (":", ""),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let found = within(&chars).map_or(String::new(), |(from, to)| chars[from..to].iter().collect());
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn moments_whose_marks_were_misread() {
        for (text, expected) in [
            ("01-031622周二", "01-03 16:22 周二"),
            ("01-03 2129 8二", "01-03 21:29 周二"),
            ("优享01-1007.23周二", "01-10 07:23 周二"),
            ("01-06 1323 65", "01-06 13:23"),
            ("01-16 18:19周二北屿市", "01-16 18:19 周二"),
            ("2025-03-2120.23", "2025-03-21 20:23"),
            ("2025-03-21 至 2025-03-26", ""),
            ("13-03 16:22", ""),
            ("2025-03-21", ""),
            ("01-03 16222", ""),
            ("文源路95-97 1230号", ""),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(by_eye(&chars).map_or(String::new(), |(_, _, written)| written), expected, "{text}");
        }
    }

    #[test]
    fn first_and_last_day() {
        for (text, expected) in [
            ("2020-11-02 至 2020-11-27", vec!["2020年11月02日", "2020年11月27日"]),
            ("2099-01-10 07:42至2099-01-12 14:09", vec!["2099年01月10日", "2099年01月12日"]),
            ("2023-04-0309:16至2023-04-0510:02", vec!["2023年04月03日", "2023年04月05日"]),
            ("2020年11月02日-2020年11月27日", vec!["2020年11月02日", "2020年11月27日"]),
            ("2020-11-02", vec!["2020年11月02日"]),
            ("共3笔", Vec::new()),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
