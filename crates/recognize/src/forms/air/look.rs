//! What is told by its look alone on the itinerary on paper, whose stamped values are read where its small labels are not: amounts by the code before them,
//! the ticket's number by its length, the agent's code and number, days by their shape. Each stands in its own part of the form: the passenger above the
//! flights, the prices on the first line below them, the ticket below the prices.

use document::page::Rect;
use invoice::details::{Details, Row, Source};
use invoice::{amount, date};

use super::is_flight;
use super::paper::{is_uninsured, is_void};
use crate::layout::gather::{Piece, lines};
use crate::layout::label::distance;
use crate::layout::{Sheet, is_chinese};
use crate::overprint::Covered;

/// The currency, which is printed before fare and total.
const CURRENCY: &str = "CNY";
/// Codes of taxes: CN for the fund, YQ and YR for fuel (IATA).
const TAXES: &[(&str, &str)] = &[("CN", "caac_development_fund"), ("YQ", "fuel_surcharge"), ("YR", "fuel_surcharge")];
/// Printed before a tax's code in place of an amount.
const EXEMPT: &str = "EXEMPT";
/// Digits of a ticket's number, a check code, an agent's number, a printed number, an identity card.
const TICKET: usize = 13;
const CHECK: usize = 4;
const AGENT: usize = 8;
const PRINTED: usize = 11;
const CARD: usize = 18;

/// The middle of the line of the first flight, which has a day with an hour, and the first line that has a flight's number with a day: a seal may hide
/// the first number.
pub(super) fn first_flight(sheet: &Sheet) -> Option<(f32, Vec<Piece>)> {
    let all = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
    let pieces = sheet.gather(&all, 2.0).into_iter().flat_map(super::cells::apart).collect();
    let is_day = |text: &str| date::wire(text).is_some() || super::paper::day(text).is_some();
    let has = |line: &[Piece], looks: &dyn Fn(&str) -> bool| line.iter().any(|p| looks(&p.compact()));
    let is_hour = |text: &str| date::time(text).or_else(|| super::paper::time(text)).is_some();
    let days: Vec<Vec<Piece>> = lines(pieces).into_iter().filter(|line| has(line, &is_day)).collect();
    let numbered = days.iter().find(|line| has(line, &is_flight))?;
    let first = days.iter().find(|line| has(line, &is_flight) || has(line, &is_hour))?;
    let day = first.iter().find(|p| is_day(&p.compact()))?;
    Some((day.middle(), numbered.clone()))
}

/// The line of the prices: one with two amounts that bear a code, or one besides a tax of which the passenger is exempt. Where the stamp lies over the
/// labels, what is left of them stands before an amount and behind it: then it has one that bears a code, and two more with cents.
pub(super) fn prices(sheet: &Sheet, from: f32) -> Option<Vec<Piece>> {
    let below = Rect { left: f32::MIN, top: from, right: f32::MAX, bottom: f32::MAX };
    lines(sheet.gather(&below, 2.0)).into_iter().find(|line| {
        let texts: Vec<String> = line.iter().map(Piece::compact).collect();
        let count = texts.iter().filter(|text| coded(text).is_some()).count();
        let exempt = texts.iter().any(|text| text.starts_with(EXEMPT));
        count > 1 || count == 1 && (exempt || texts.iter().filter(|text| has_cents(text)).count() > 2)
    })
}

/// Whether an amount with cents stands in a text, whatever is before and behind it.
fn has_cents(text: &str) -> bool {
    let figures = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    figures.filter_map(amount::parse).any(|amount| amount.scale() == 2)
}

/// An amount with the code before it, one letter of which may be misread, and its mark, which may be a colon: what it is, empty for the currency, and its
/// value. Before the code may stand what is left of a label that it was stamped on.
fn coded(text: &str) -> Option<(&'static str, String)> {
    let text = text.trim_start_matches(is_chinese);
    let at = text.find(|c: char| !c.is_ascii_uppercase())?;
    let (code, rest) = text.split_at(at);
    let figures: String = rest.trim_start_matches(['.', ',', ':', '-']).chars().map(|c| if c == ':' { '.' } else { c }).collect();
    let cents = figures.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
    let value = amount::parse(&figures).filter(|_| cents).map(amount::plain)?;
    if let Some((_, key)) = TAXES.iter().find(|(tax, _)| *tax == code) {
        return Some((key, value));
    }
    // one letter of the currency may be misread, or lie under a label
    let letters: Vec<char> = code.chars().collect();
    (letters.len() > 1 && distance(&letters, &CURRENCY.chars().collect::<Vec<_>>()) <= 1).then_some(("", value))
}

/// Sets what was read beside labels and is told better by its look, and what no label led to. `flights` are the heights between which the flights stand.
pub(super) fn fill(sheet: &Sheet, details: &mut Details, flights: (f32, f32)) {
    if sheet.source != Source::Ocr {
        return;
    }
    passenger(sheet, details, flights.0);
    amounts(sheet, details, flights.1);
    ticket(sheet, details, flights.1);
}

fn put(sheet: &Sheet, details: &mut Details, key: &str, value: &str, pieces: &[Piece]) {
    if !details.has(key) && !value.is_empty() {
        details.set(key, sheet.field(value, pieces));
    }
}

/// The only one of these pieces that looks so.
fn only(pieces: &[Piece], look: impl Fn(&str) -> bool) -> Option<&Piece> {
    let mut alike = pieces.iter().filter(|p| look(&p.compact()));
    alike.next().filter(|_| alike.next().is_none())
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// The number on the paper, the passenger's card, and what stands on its line: the name before it, the endorsement behind it.
fn passenger(sheet: &Sheet, details: &mut Details, end: f32) {
    let above = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: end };
    let found = sheet.gather(&above, 2.0);
    // the space before its check digit cuts it
    let number = lines(found.clone()).into_iter().find_map(|line| {
        let digit = |p: &Piece| p.compact().len() == 1 && digits(&p.compact(), 1);
        let whole = only(&line, |text| digits(text, PRINTED)).cloned().map(|p| vec![p]);
        let apart = line.windows(2).find(|pair| digits(&pair[0].compact(), PRINTED - 1) && digit(&pair[1]));
        whole.or_else(|| apart.map(<[Piece]>::to_vec))
    });
    if let Some(pieces) = number {
        let text: String = pieces.iter().map(Piece::compact).collect();
        put(sheet, details, "print_number", &text, &pieces);
    }
    let card = |text: &str| text.len() == CARD && text.bytes().take(CARD - 1).all(|b| b.is_ascii_digit()) && text.is_ascii();
    let Some(card) = only(&found, card) else { return };
    put(sheet, details, "user_id", &card.compact(), std::slice::from_ref(card));
    let level = |p: &&Piece| (p.middle() - card.middle()).abs() < 0.7 * card.area.height();
    let is_name = |p: &&Piece| (2..=4).contains(&p.glyphs.len()) && p.glyphs.iter().all(|g| !g.ch.is_ascii());
    let mut before = found.iter().filter(|p| p.area.right < card.area.left && level(p) && is_name(p));
    if let (Some(name), None) = (before.next(), before.next()) {
        put(sheet, details, "user_name", &name.compact(), std::slice::from_ref(name));
    }
}

/// Fare and total have the currency before them, the fare at the left of all prices and the total at their right. What has no code between them are the
/// other taxes, if all adds up.
fn amounts(sheet: &Sheet, details: &mut Details, from: f32) {
    let Some(line) = prices(sheet, from) else { return };
    let known: Vec<(&Piece, &str, String)> = line.iter().filter_map(|p| coded(&p.compact()).map(|(key, value)| (p, key, value))).collect();
    for (piece, key, value) in known.iter().filter(|(_, key, _)| !key.is_empty()) {
        put(sheet, details, key, value, std::slice::from_ref(*piece));
    }
    let taxes: Vec<f32> = known.iter().filter(|(_, key, _)| !key.is_empty()).map(|(p, ..)| p.area.center().x).collect();
    let currency: Vec<&(&Piece, &str, String)> = known.iter().filter(|(_, key, _)| key.is_empty()).collect();
    let ends = match currency[..] {
        [fare, total] => vec![("fare", fare), ("total", total)],
        [one] if !taxes.is_empty() && taxes.iter().all(|x| *x > one.0.area.right) => vec![("fare", one)],
        [one] if !taxes.is_empty() && taxes.iter().all(|x| *x < one.0.area.left) => vec![("total", one)],
        _ => Vec::new(),
    };
    for (key, (piece, _, value)) in ends {
        details.set(key, sheet.field(value, std::slice::from_ref(*piece)));
    }
    let plain = |p: &&Piece| coded(&p.compact()).is_none() && p.compact().contains('.') && amount::parse(&p.compact()).is_some();
    let mut others = line.iter().filter(plain);
    if let (Some(other), None) = (others.next(), others.next())
        && let Some(value) = amount::parse(&other.compact())
    {
        let read = |key: &str| details.get(key).and_then(|f| amount::parse(&f.value));
        let parts = ["fare", "caac_development_fund", "fuel_surcharge"].map(|key| read(key).unwrap_or_default());
        let sum = amount::sum(parts.into_iter().chain([value]));
        if sum.is_some() && sum == read("total") {
            put(sheet, details, "tax", &amount::plain(value), std::slice::from_ref(other));
        }
    }
}

/// The lines below the prices: number, check code, insurance; agent, who issued it, the day.
fn ticket(sheet: &Sheet, details: &mut Details, from: f32) {
    let top = prices(sheet, from).and_then(|line| line.iter().map(Piece::middle).reduce(f32::max)).unwrap_or(from);
    let below = Rect { left: f32::MIN, top, right: f32::MAX, bottom: f32::MAX };
    let found: Vec<Piece> = sheet.gather(&below, 2.0);
    let plain = |p: &Piece| p.compact().replace('-', "");
    let number = only(&found, |text| digits(&text.replace('-', ""), TICKET));
    if let Some(number) = number {
        put(sheet, details, "number", &plain(number), std::slice::from_ref(number));
        let beside = |p: &Piece| p.area.left > number.area.right && (p.middle() - number.middle()).abs() < 0.8 * number.area.height();
        let line: Vec<Piece> = found.iter().filter(|p| beside(p)).cloned().collect();
        let check = only(&line, |text| digits(text, CHECK));
        if let Some(check) = check {
            let read = details.get("check_code").map(|f| f.value.clone());
            // what was read beside the label ran together with it
            if read.is_none_or(|read| !digits(&read, CHECK)) {
                details.set("check_code", sheet.field(&check.compact(), std::slice::from_ref(check)));
            }
            let right: Vec<Piece> = line.iter().filter(|p| p.area.left > check.area.right).cloned().collect();
            let cents = |text: &str| text.split_once('.').is_some_and(|(_, cents)| cents.len() == 2) && amount::parse(text).is_some();
            if let Some(insurance) = only(&right, |text| is_uninsured(text) || cents(text)) {
                let value = amount::parse(&insurance.compact()).map_or("XXX".to_owned(), amount::plain);
                put(sheet, details, "insurance", &value, std::slice::from_ref(insurance));
            }
        }
    }
    let is_agent = |text: &str| {
        text.len() == 6 && text.bytes().take(3).all(|b| b.is_ascii_uppercase()) && text.bytes().skip(3).all(|b| b.is_ascii_digit())
    };
    if let Some(code) = only(&found, is_agent) {
        let under = |p: &&Piece| {
            let below = p.middle() > code.middle() && p.area.top < code.area.bottom + 0.5 * code.area.height();
            below && p.area.left < code.area.right && p.area.right > code.area.left && digits(&p.compact(), AGENT)
        };
        let number = found.iter().find(under);
        let read = details.get("agentcode").map(|f| f.value.clone());
        if let Some(number) = number.filter(|_| read.is_none_or(|read| !read.contains(','))) {
            let pieces = [code.clone(), number.clone()];
            details.set("agentcode", sheet.field(&format!("{},{}", code.compact(), number.compact()), &pieces));
        }
        let level = |p: &&Piece| (p.middle() - code.middle()).abs() < 1.2 * code.area.height() && p.area.left > code.area.right;
        let named = |p: &&Piece| p.compact().ends_with("公司") && p.glyphs.len() > 5;
        let mut names = found.iter().filter(|p| level(p) && named(p));
        if let (Some(name), None) = (names.next(), names.next()) {
            put(sheet, details, "issue_by", &name.compact(), std::slice::from_ref(name));
        }
    }
    if let Some(day) = only(&found, |text| date::wire(text).is_some())
        && let Some(value) = date::wire(&day.compact())
    {
        put(sheet, details, "date", &value, std::slice::from_ref(day));
    }
}

/// The cell of a cabin that was not read, between the flight's number and its day: the letter alone touches the line beside it, which is in the form's ink.
pub(super) fn cabin<'a>(row: &Row, of: impl Fn(&str) -> Option<&'a Piece>, at: usize) -> Option<Covered> {
    let (number, day) = (of("flight_number")?.area, of("date")?.area);
    let area = Rect { left: number.right, right: day.left, top: number.top.max(day.top), bottom: number.bottom.min(day.bottom) };
    let room = area.width() > 0.8 * number.height() && area.height() > 0.5 * number.height();
    (room && !row.contains_key("seat")).then_some(Covered { row: Some(("flights", at)), key: "seat", area, value: letter })
}

/// The letter of a cabin by itself. A J has the shape of a closing corner and of a Chinese hook.
pub(super) fn letter(text: &str) -> Option<String> {
    let text = if matches!(text, "j" | "」" | "了") { "J" } else { text };
    (text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase() && b != b'I')).then(|| text.to_owned())
}

/// Whether a text can stand in the cell of a flight on paper: each has a look of its own.
pub(super) fn fits(key: &str, text: &str) -> bool {
    let capital = |b: &u8| b.is_ascii_uppercase();
    match key {
        "flight_number" => is_flight(text),
        "seat" => text.len() == 1 && text.bytes().all(|b| capital(&b)),
        // over its head: 承运人
        "carrier" => text.chars().all(|c| !c.is_ascii()) && !text.contains("承运"),
        "allow" => super::cells::is_allowance(text),
        "fare_basis" => super::cells::is_fare_basis(text) && !is_void(text, true),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::sheet;
    use super::*;

    #[test]
    fn a_cabin_is_looked_for_between_its_flight_and_its_day() {
        let sheet = sheet(&[("YZ7647", 20.0, 20.0, 8.0), ("2019-05-11", 90.0, 20.0, 8.0), ("2019-05-11", 48.0, 40.0, 8.0)]);
        let all = sheet.gather(&sheet.area, 2.0);
        let row = |keys: &[&str]| -> Row { keys.iter().map(|key| ((*key).to_owned(), sheet.field("M", &[]))).collect() };
        let look = |row: &Row, day: usize| cabin(row, |key| Some(if key == "date" { &all[day] } else { &all[0] }), 1);
        let cell = look(&row(&[]), 1).expect("a cell");
        assert_eq!((cell.row, cell.key, cell.area.left, cell.area.right), (Some(("flights", 1)), "seat", 44.0, 90.0));
        assert!(look(&row(&["seat"]), 1).is_none() && look(&row(&[]), 2).is_none());
        for (text, value) in [("J", Some("J")), ("」", Some("J")), ("I", None), ("JY", None), ("1", None)] {
            assert_eq!(letter(text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn amounts_bear_their_code() {
        for (text, expected) in [
            ("CNY604.00", Some(("", "604.00"))),
            ("CNY604:00", Some(("", "604.00"))),
            ("ENY856.00", Some(("", "856.00"))),
            // stamped on a label
            ("电NY1743.00", Some(("", "1743.00"))),
            ("民CN50.00", Some(("caac_development_fund", "50.00"))),
            ("Y12.00", None),
            ("CN.100.00", Some(("caac_development_fund", "100.00"))),
            ("YQ70.00", Some(("fuel_surcharge", "70.00"))),
            ("YZ1917", None),
            ("USD12.00", None),
            ("82.00", None),
            ("YZE601", None),
        ] {
            assert_eq!(coded(text), expected.map(|(key, value)| (key, value.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_line_of_the_prices() {
        // one amount with a code stands on other lines too; the second whose code was read, or a tax that is not taken, tells the prices
        let above = [("YZ8017", 20.0, 100.0, 8.0), ("CNY 50.00", 420.0, 100.0, 8.0)];
        type Case = (&'static [(&'static str, f32, f32, f32)], Option<&'static str>);
        let cases: [Case; 6] = [
            (&[("CNY 730.00", 20.0, 150.0, 8.0), ("CN 50.00", 120.0, 150.0, 8.0)], Some("CNY730.00")),
            (&[("730.00", 20.0, 150.0, 8.0), ("EXEMPTCN", 120.0, 150.0, 8.0), ("CNY 730.00", 420.0, 150.0, 8.0)], Some("730.00")),
            (&[("730.00", 20.0, 150.0, 8.0), ("EXEMPTCN", 120.0, 150.0, 8.0), ("730.00", 420.0, 150.0, 8.0)], None),
            (&[("730.00", 20.0, 150.0, 8.0), ("CNY 730.00", 420.0, 150.0, 8.0)], None),
            // stamped over the labels, of which some is left before and behind it
            (&[("票CNY 730.00", 20.0, 150.0, 8.0), ("燃Q40.00", 120.0, 150.0, 8.0), ("其20.00ES", 220.0, 150.0, 8.0)], Some("票CNY730.00")),
            (&[("票730.00", 20.0, 150.0, 8.0), ("燃Q40.00", 120.0, 150.0, 8.0), ("其20.00ES", 220.0, 150.0, 8.0)], None),
        ];
        for (below, first) in cases {
            let sheet = sheet(&above.iter().chain(below).copied().collect::<Vec<_>>());
            let line = prices(&sheet, 0.0);
            assert_eq!(line.map(|line| line[0].compact()).as_deref(), first, "{below:?}");
        }
    }

    #[test]
    fn values_are_told_without_labels() {
        let mut sheet = sheet(&[
            ("9933686214 8", 420.0, 20.0, 8.0),
            ("顾远", 20.0, 50.0, 8.0),
            ("990320479095906651", 160.0, 50.0, 8.0),
            ("T2 青岬QWV", 20.0, 90.0, 8.0),
            ("CNY 604.00", 20.0, 150.0, 8.0),
            ("CN 100.00", 120.0, 150.0, 8.0),
            ("YQ 70.00", 220.0, 150.0, 8.0),
            ("82.00", 300.0, 150.0, 8.0),
            ("ENY 856.00", 420.0, 150.0, 8.0),
            ("9903708716719", 60.0, 180.0, 8.0),
            ("8762", 220.0, 180.0, 8.0),
            ("20.00", 460.0, 180.0, 8.0),
            ("YZE601", 60.0, 196.0, 8.0),
            ("云泽航空服务有限公司", 220.0, 198.0, 8.0),
            ("2014-06-25", 450.0, 198.0, 8.0),
            ("39181393", 60.0, 206.0, 8.0),
        ]);
        sheet.source = Source::Ocr;
        let mut details = Details::new();
        details.set("check_code", sheet.field("008762", &[]));
        fill(&sheet, &mut details, (80.0, 100.0));
        for (key, value) in [
            ("print_number", "99336862148"),
            ("user_name", "顾远"),
            ("user_id", "990320479095906651"),
            ("fare", "604.00"),
            ("caac_development_fund", "100.00"),
            ("fuel_surcharge", "70.00"),
            ("tax", "82.00"),
            ("total", "856.00"),
            ("number", "9903708716719"),
            ("check_code", "8762"),
            ("insurance", "20.00"),
            ("agentcode", "YZE601,39181393"),
            ("issue_by", "云泽航空服务有限公司"),
            ("date", "2014年06月25日"),
        ] {
            assert_eq!(details.text(key), value, "{key}");
        }
    }

    #[test]
    fn cells_of_flights_have_their_look() {
        for (key, text, expected) in [
            ("flight_number", "YZ7679", true),
            ("flight_number", "AINGHTYZ7679", false),
            ("seat", "J", true),
            ("seat", "[Q", false),
            ("fare_basis", "Y61", true),
            ("fare_basis", "FARE BA1Y61", false),
            ("allow", "20K", true),
            ("allow", "K", false),
            ("carrier", "云航", true),
            ("carrier", "YZ航", false),
            ("time", "09:11", true),
        ] {
            assert_eq!(fits(key, text), expected, "{key} {text}");
        }
    }
}
