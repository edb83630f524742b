//! What was read by eye in a table of rides, settled by what is printed alike in all rows and by what a list says more than once: all of its hours are
//! printed alike, its rides lie between the days in its head, the first and the last of them on these days, and the calendar knows the weekday of a day.

use invoice::details::{Details, Field, Row};
use invoice::{amount, date, region};
use rust_decimal::Decimal;

use super::moment::moment;
use super::{named, sums, words};
use crate::layout::label::is_one_off;

const KEYS: [&str; 3] = ["time_order", "time_geton", "time_getoff"];
/// The least confidence of words and amounts that nothing confirms. Below it one in ten is right on bad photographs, above it one in ten is wrong.
pub(super) const SURE: f32 = 0.85;
/// The same for figures that have one decimal, which are misread less.
const SURE_FIGURES: f32 = 0.8;
/// Figures that were read as surely are all there.
const CERTAIN: f32 = 0.97;
const WEEKDAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

/// How a list prints its hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Print {
    /// The mark between the parts of a day; days in words have none.
    mark: char,
    year: bool,
    seconds: bool,
    /// Whether a weekday in the short form 周一 follows.
    weekday: bool,
}

/// A moment taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    year: Option<String>,
    month: String,
    day: String,
    clock: Vec<String>,
    weekday: Option<char>,
}

/// Mends what the rides hold, or takes away what cannot be what is printed.
pub(super) fn settle(details: &mut Details) {
    hours(details);
    head(details);
    let title = details.get("title").filter(|field| field.confidence >= SURE).map(|field| field.value.clone());
    for (at, row) in details.rows_mut("items").iter_mut().enumerate() {
        if let Some(field) = row.get_mut("city") {
            field.value = named::town(&field.value);
        }
        for key in ["station_geton", "station_getoff"] {
            if let Some(field) = row.get_mut(key) {
                if let Some(below) = named::below_head(key, &field.value).filter(|_| at == 0) {
                    field.value = below;
                }
                field.value = words::worded(&field.value);
                match named::flat(&field.value) {
                    Some(flat) => field.value = flat,
                    None => closed(&mut field.value),
                }
                if let Some(met) = words::met(&field.value) {
                    field.value = met;
                }
                if named::is_broken(&field.value) {
                    row.shift_remove(key);
                }
            }
        }
    }
    named::barred(details.rows_mut("items"), &["station_geton", "station_getoff"]);
    named::sided(details.rows_mut("items"), &["station_geton", "station_getoff"]);
    sums::cut(details.rows_mut("items"));
    for key in ["mileage", "total"] {
        decimals(details.rows_mut("items"), key);
    }
    named::branded(details.rows_mut("items"), title.as_deref().unwrap_or_default());
    for key in ["car_type", "producer"] {
        cars(details.rows_mut("items"), key);
    }
    let sum = details.get("total").and_then(|field| amount::parse(&field.value));
    sums::mend(details.rows_mut("items"), sum);
    doubtful(details.rows_mut("items"), sum);
}

/// Takes away what was read with too little confidence and nothing confirms. Towns are confirmed by the list of towns, amounts by their sum.
fn doubtful(rows: &mut [Row], sum: Option<Decimal>) {
    let totals: Option<Vec<Decimal>> = rows.iter().map(|row| amount::parse(&row.get("total")?.value)).collect();
    let adds_up = totals.and_then(amount::sum).is_some_and(|all| Some(all) == sum);
    let town = |name: &str| region::of_text(name).is_some_and(|r| r.city == Some(name) || r.province == name);
    for row in rows {
        row.retain(|key, field| {
            let sure = match key.as_str() {
                "total" if adds_up => 0.0,
                "city" if town(&field.value) => 0.0,
                "mileage" => SURE_FIGURES,
                _ => SURE,
            };
            KEYS.contains(&key.as_str()) || field.confidence >= sure
        });
    }
}

/// A class of cars that was read as surely is called so, even if it is not known.
const CERTAIN_CLASS: f32 = 0.98;

/// How platforms call their kinds of cars.
pub(super) const CARS: &[&str] = &[
    "快车",
    "专车",
    "优享",
    "特快",
    "特惠",
    "快享",
    "惠享",
    "尊享",
    "轻享",
    "拼车",
    "顺风车",
    "出租车",
    "豪华车",
    "商务车",
    "经济型",
    "舒适型",
    "商务型",
    "豪华型",
    "优享型",
    "紧凑型",
    "普通型",
    "尊享型",
    "轻享型",
    "特惠快车",
    "滴滴特快",
    "礼橙专车",
    "曹操惠选",
];

/// Confirms kinds of cars that were read in doubt: few words stand in this column, over and over. One of three characters or more may have one of them misread.
fn cars(rows: &mut [Row], key: &str) {
    // a word, part of which was taken for a figure
    for row in rows.iter_mut().filter(|row| row.get(key).is_some_and(|field| field.value.ends_with(|c: char| c.is_ascii_digit()))) {
        row.shift_remove(key);
    }
    // few classes of cars end so
    let class = |field: &Field| field.value.ends_with('型') && field.confidence < CERTAIN_CLASS;
    for field in rows.iter_mut().filter_map(|row| row.get_mut(key)).filter(|field| class(field)) {
        let mut near = CARS.iter().filter(|car| is_one_off(&field.value, car));
        if let Some(right) = near.next().filter(|_| near.next().is_none() && !CARS.contains(&field.value.as_str())) {
            (field.value, field.confidence) = ((*right).to_owned(), field.confidence.max(SURE));
        }
    }
    let sure = rows.iter().filter_map(|row| row.get(key)).filter(|field| field.confidence >= SURE).map(|field| field.value.clone());
    let mut known: Vec<String> = sure.chain(CARS.iter().map(|car| (*car).to_owned())).collect();
    known.sort_unstable();
    known.dedup();
    for field in rows.iter_mut().filter_map(|row| row.get_mut(key)).filter(|field| field.confidence < SURE) {
        let long = field.value.chars().count() >= 3;
        let mut near = known.iter().filter(|car| long && is_one_off(&field.value, car));
        let right = known.iter().find(|car| **car == field.value).or_else(|| near.next().filter(|_| near.next().is_none()));
        if let Some(right) = right {
            (field.value, field.confidence) = (right.clone(), SURE);
        }
    }
}

/// Takes a day in the head that the ride of that day contradicts by one figure: the day of a ride whose weekday was read is printed there too.
fn head(details: &mut Details) {
    let rides = details.rows("items");
    let ends = [("date_start", rides.first()), ("date_end", rides.last())];
    let found: Vec<(&str, String)> = ends
        .into_iter()
        .filter_map(|(key, row)| {
            let hour = &row?.get("time_geton")?.value;
            let print = Print::of(hour)?;
            let parts = whole(hour, print)?;
            let read = details.get(key)?.value.clone();
            let year = parts.year.clone().unwrap_or_else(|| read.chars().take(4).collect());
            let day = date::wire(&format!("{year}-{}-{}", parts.month, parts.day))?;
            let apart = day.chars().zip(read.chars()).filter(|(a, b)| a != b).count();
            (print.weekday && apart == 1 && day.len() == read.len()).then_some((key, day))
        })
        .collect();
    for (key, day) in found {
        if let Some(field) = details.get(key).cloned() {
            details.set(key, Field { value: day, ..field });
        }
    }
}

/// Takes away figures that have another count of decimals than most of their column: their point was not read, or what stands before it. Zeros at the end are at
/// times left out in print, so more decimals that were read for certain are there.
fn decimals(rows: &mut [Row], key: &str) {
    let count = |value: &str| value.split_once('.').map_or(0, |(_, rest)| rest.len());
    let counts: Vec<usize> = rows.iter().filter_map(|row| row.get(key)).map(|field| count(&field.value)).collect();
    let Some(usual) = (1..=2).find(|usual| 2 * counts.iter().filter(|c| *c == usual).count() > counts.len()) else { return };
    for row in rows {
        let longer = |field: &Field| count(&field.value) == 2 && usual == 1 && field.confidence >= CERTAIN;
        if row.get(key).is_some_and(|field| count(&field.value) != usual && !longer(field)) {
            row.shift_remove(key);
        }
    }
}

/// Puts the bracket behind a place that ends inside brackets: a last character so narrow is often not read.
fn closed(place: &mut String) {
    let open = |mark: char| place.chars().filter(|c| *c == mark).count();
    if open('(') == open(')') + 1 {
        place.push(')');
    }
}

/// Mends the hours of the rides, or takes away those that cannot be what is printed.
fn hours(details: &mut Details) {
    let day = |key: &str| details.get(key).and_then(|field| date::parse(&field.value));
    let (start, end) = (day("date_start"), day("date_end"));
    let values = |rows: &[Row]| -> Vec<String> {
        rows.iter().flat_map(|row| KEYS.iter().filter_map(|key| row.get(*key).map(|f| f.value.clone()))).collect()
    };
    let rows = details.rows_mut("items");
    let Some(print) = usual(&values(rows)) else {
        rows.iter_mut().for_each(|row| row.retain(|key, field| !KEYS.contains(&key.as_str()) || moment(&field.value).is_some()));
        return;
    };
    let year = |month: &str| {
        let days = [start, end].into_iter().flatten();
        let all: Vec<i16> = days.clone().map(|d| d.year()).collect();
        // over the turn of a year the month says which of the two it is
        let own: Vec<i16> = days.filter(|d| month.parse() == Ok(d.month())).map(|d| d.year()).collect();
        let years = if own.is_empty() { all } else { own };
        years.first().copied().filter(|first| years.iter().all(|y| y == first))
    };
    for row in rows.iter_mut() {
        for key in KEYS {
            let Some(field) = row.get_mut(key) else { continue };
            match parts(&field.value, print).and_then(|parts| print.write(&parts, &year)) {
                Some(value) => field.value = value,
                None => {
                    row.shift_remove(key);
                }
            }
        }
    }
}

impl Print {
    fn of(value: &str) -> Option<Print> {
        let text = moment(value)?;
        let (day, rest) = text.split_once(' ')?;
        let (clock, weekday) = rest.split_once(' ').map_or((rest, None), |(clock, weekday)| (clock, Some(weekday)));
        let mark = day.chars().find(|c| !c.is_ascii_digit())?;
        let short = weekday.is_none_or(|w| w.starts_with('周'));
        (matches!(mark, '-' | '/' | '.') && short).then_some(Print {
            mark,
            year: day.matches(mark).count() == 2,
            seconds: clock.matches(':').count() == 2,
            weekday: weekday.is_some(),
        })
    }

    /// The moment as this list prints it, `None` when it is none or when its weekday is another's.
    fn write(self, parts: &Parts, year: &impl Fn(&str) -> Option<i16>) -> Option<String> {
        let whole = parts.year.clone().or_else(|| year(&parts.month).map(|y| y.to_string()));
        let day = whole.as_ref().map(|y| date::parse(&format!("{y}-{}-{}", parts.month, parts.day)));
        let weekday = match (day, parts.weekday) {
            // no day of the calendar
            (Some(None), _) => return None,
            (Some(Some(day)), read) => {
                let of = WEEKDAYS[usize::try_from(day.weekday().to_monday_zero_offset()).ok()? % WEEKDAYS.len()];
                if self.weekday && read.is_some_and(|read| read != of) {
                    return None;
                }
                Some(of)
            }
            (None, read) => read,
        };
        let mut text = String::new();
        if self.year {
            text.push_str(&whole?);
            text.push(self.mark);
        }
        text.push_str(&format!("{}{}{} {}", parts.month, self.mark, parts.day, parts.clock.join(":")));
        if self.weekday {
            text.push_str(" 周");
            text.push(weekday?);
        }
        moment(&text)
    }
}

/// How most of the moments are printed.
fn usual(values: &[String]) -> Option<Print> {
    let prints: Vec<Print> = values.iter().filter_map(|value| Print::of(value)).collect();
    prints.iter().copied().max_by_key(|print| prints.iter().filter(|p| *p == print).count())
}

/// The parts of a moment whose marks may have been misread: its figures in order.
fn parts(value: &str, print: Print) -> Option<Parts> {
    if Print::of(value) == Some(print) {
        return whole(&moment(value)?, print);
    }
    let week = value.find(['周', '星']);
    let (figures, after) = value.split_at(week.unwrap_or(value.len()));
    let weekday = after.chars().nth(1).map(|c| if c == '天' { '日' } else { c }).filter(|c| WEEKDAYS.contains(c));
    let mut digits: String = figures.chars().filter(char::is_ascii_digit).collect();
    // figures beside the hour are no part of it, and a letter among them is a figure misread
    if figures.chars().any(|c| c.is_alphanumeric() && !c.is_ascii_digit()) {
        return None;
    }
    let clock = if print.seconds { 6 } else { 4 };
    let year = if print.year && digits.len() == 8 + clock { Some(digits.drain(..4).collect()) } else { None };
    if digits.len() != 4 + clock {
        return None;
    }
    let pairs: Vec<String> = (0..digits.len() / 2).map(|i| digits[2 * i..2 * i + 2].to_owned()).collect();
    let below = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|n| n < most);
    let [month, day, hour, rest @ ..] = &pairs[..] else { return None };
    let valid = below(month, 13) && below(day, 32) && below(hour, 24) && rest.iter().all(|part| below(part, 60));
    valid.then(|| Parts { year, month: month.clone(), day: day.clone(), clock: pairs[2..].to_vec(), weekday })
}

/// The parts of a moment that was read as such.
fn whole(text: &str, print: Print) -> Option<Parts> {
    let mut words = text.split(' ');
    let mut day = words.next()?.split(print.mark).map(str::to_owned);
    let year = if print.year { day.next() } else { None };
    let (month, day) = (day.next()?, day.next()?);
    let clock = words.next()?.split(':').map(str::to_owned).collect();
    Some(Parts {
        year, month, day, clock, weekday: words.next().and_then(|w| w.chars().nth(1)).map(|c| if c == '天' { '日' } else { c })
    })
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use invoice::details::Source;

    use super::*;

    fn settled(days: [&str; 2], hours: &[&str]) -> Vec<Option<String>> {
        let mut details = Details::new();
        for (key, day) in ["date_start", "date_end"].iter().zip(days) {
            details.set(key, Field::new(day, Source::Ocr));
        }
        let row = |hour: &&str| IndexMap::from([("time_geton".to_owned(), Field::new(*hour, Source::Ocr))]);
        *details.rows_mut("items") = hours.iter().map(row).collect();
        settle(&mut details);
        details.rows("items").iter().map(|row| row.get("time_geton").map(|f| f.value.clone())).collect()
    }

    #[test]
    fn hours_are_printed_alike_and_have_the_weekday_of_their_day() {
        let days = ["2023年01月03日", "2023年01月10日"];
        for (read, expected) in [
            ("01-0316.22 周二", Some("01-03 16:22 周二")),
            ("01-03 1622周二", Some("01-03 16:22 周二")),
            // the weekday follows from the day
            ("01-03 16:22 周", Some("01-03 16:22 周二")),
            // it contradicts the day
            ("01-03 16:22 周三", None),
            ("01-03 16:2 周二", None),
            ("13-03 16:22 周二", None),
            ("01-03 1G:22 周二", None),
            ("云泽市", None),
        ] {
            let found = settled(days, &["01-06 13:23 周五", read, "01-08 10:14 周日"]);
            assert_eq!(found[1].as_deref(), expected, "{read}");
            assert_eq!(found[0].as_deref(), Some("01-06 13:23 周五"));
        }
    }

    #[test]
    fn a_year_that_was_not_read_follows_from_the_days_of_the_head() {
        let found = settled(["2024年12月30日", "2025年01月02日"], &["2024-12-30 08:05", "01-02 20.23", "2025-01-01 20:23"]);
        assert_eq!(found[1].as_deref(), Some("2025-01-02 20:23"));
        assert_eq!(found[0].as_deref(), Some("2024-12-30 08:05"));
        assert_eq!(settled(["", ""], &["2024-12-30 08:05", "01-02 20:23", "2025-01-01 20:23"])[1], None);
    }

    #[test]
    fn what_is_doubtful_must_be_confirmed() {
        let rows = |totals: [&str; 2]| -> Vec<Row> {
            let field = |value: &str| Field { confidence: 0.7, ..Field::new(value, Source::Ocr) };
            let cells = |total: &str| {
                [("city", "杭州市"), ("car_type", "快车"), ("total", total)].map(|(key, value)| (key.to_owned(), field(value)))
            };
            totals.iter().map(|total| cells(total).into_iter().collect()).collect()
        };
        let keys = |mut rows: Vec<Row>, sum: &str| {
            doubtful(&mut rows, amount::parse(sum));
            rows[0].keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys(rows(["12.30", "7.70"]), "20.00"), "city total");
        assert_eq!(keys(rows(["12.30", "7.10"]), "20.00"), "city");
        assert_eq!(keys(rows(["12.30", "7.70"]), ""), "city");
    }

    #[test]
    fn kinds_of_cars_are_few_words() {
        let field = |(value, confidence): &(&str, f32)| Field { confidence: *confidence, ..Field::new(*value, Source::Ocr) };
        let read = [
            ("云享", 0.99),
            ("云享", 0.7),
            ("快享", 0.7),
            ("好适型", 0.8),
            ("特想", 0.6),
            ("特8", 0.86),
            ("舒造型", 0.97),
            ("越野型", 0.97),
        ];
        let mut rows: Vec<Row> = read.iter().map(|car| IndexMap::from([("car_type".to_owned(), field(car))])).collect();
        cars(&mut rows, "car_type");
        doubtful(&mut rows, None);
        let kept: Vec<&str> = rows.iter().map(|row| row.get("car_type").map_or("", |f| f.value.as_str())).collect();
        assert_eq!(kept, ["云享", "云享", "快享", "舒适型", "", "", "舒适型", "越野型"]);
    }

    #[test]
    fn a_day_of_the_head_stands_at_its_ride_too() {
        for (read, expected) in
            [("2023年01月19日", "2023年01月10日"), ("2023年02月19日", "2023年02月19日"), ("2023年01月10日", "2023年01月10日")]
        {
            let mut details = Details::new();
            details.set("date_end", Field::new(read, Source::Ocr));
            *details.rows_mut("items") = vec![IndexMap::from([("time_geton".to_owned(), Field::new("01-10 07:23 周二", Source::Ocr))])];
            head(&mut details);
            assert_eq!(details.get("date_end").map(|f| f.value.as_str()), Some(expected), "{read}");
        }
    }

    #[test]
    fn a_place_does_not_end_inside_brackets() {
        for (read, expected) in [("云上大厦(东门", "云上大厦(东门)"), ("云上大厦(东门)", "云上大厦(东门)"), ("东门)", "东门)")]
        {
            let mut place = read.to_owned();
            closed(&mut place);
            assert_eq!(place, expected);
        }
    }

    #[test]
    fn figures_of_a_column_have_as_many_decimals() {
        let kept = |values: [(&str, f32); 3]| {
            let field = |(value, confidence)| Field { confidence, ..Field::new(value, Source::Ocr) };
            let mut rows: Vec<Row> = values.into_iter().map(|value| IndexMap::from([("total".to_owned(), field(value))])).collect();
            decimals(&mut rows, "total");
            rows.iter().map(|row| row.contains_key("total")).collect::<Vec<_>>()
        };
        assert_eq!(kept([("47.20", 1.0), ("85", 1.0), ("9.10", 1.0)]), [true, false, true]);
        assert_eq!(kept([("10.5", 1.0), ("10.52", 1.0), ("9.1", 1.0)]), [true, true, true]);
        assert_eq!(kept([("10.5", 1.0), ("10.52", 0.9), ("9.1", 1.0)]), [true, false, true]);
    }

    #[test]
    fn without_a_pattern_only_moments_are_kept() {
        assert_eq!(settled(["", ""], &["0316", "03月04日 08:05"]), [None, Some("03月04日 08:05".to_owned())]);
    }
}
