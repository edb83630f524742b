//! The cells of a flight by what they look like: a line that was read across several columns is taken apart where one shape ends and the next
//! begins (`北屿JVV云航YZ1212`, `Y2023-03-1510:32Y41`), and what has a shape of its own needs no head above it.

use document::page::Rect;
use invoice::date;
use invoice::details::{Field, Row};

use super::is_flight;
use crate::layout::gather::Piece;
use crate::layout::is_chinese;
use crate::layout::table::{Column, assign};

/// The columns that hold days, as they follow each other.
const DAYS: [&str; 3] = ["date", "not_valid_before", "not_valid_after"];

/// Whether characters have a shape in which `0` stands for a digit and `-` for what parts a day.
fn shaped(part: &[char], shape: &str) -> bool {
    part.len() == shape.len()
        && part.iter().zip(shape.chars()).all(|(c, s)| match s {
            '0' => c.is_ascii_digit(),
            '-' => matches!(c, '-' | '/' | '.'),
            other => *c == other,
        })
}

/// How days are stamped.
const DAY: &str = "0000-00-00";

/// Where a text is cut: around days and hours, before a flight's number that follows the airline's name, and behind the code of an airport.
fn cuts(chars: &[char]) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let long = [DAY, "00:00"].into_iter().find(|shape| rest.get(..shape.len()).is_some_and(|part| shaped(part, shape)));
        if let Some(shape) = long {
            cuts.extend(cabin(&chars[..at]));
            cuts.extend([at, at + shape.len()]);
            at += shape.len();
            continue;
        }
        if at > 0 && is_chinese(chars[at - 1]) {
            let end = rest.iter().position(|c| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let word: String = rest[..end].iter().collect();
            if is_flight(&word) || end > 0 && has_cabin(&rest.iter().collect::<String>()) {
                cuts.push(at);
            }
            if end == 3 && rest[..3].iter().all(char::is_ascii_uppercase) && rest.get(3).is_some_and(|c| is_chinese(*c)) {
                cuts.push(at + 3);
            }
        }
        at += 1;
    }
    cuts
}

/// Where in a text before a day the letter of the cabin stands: alone at the end, behind a flight's number.
fn cabin(before: &[char]) -> Option<usize> {
    let at = before.iter().rposition(|c| !c.is_whitespace())?;
    let number: String = before[..at].iter().filter(|c| !c.is_whitespace()).skip_while(|c| is_chinese(**c)).collect();
    // a ruled line reads as an I
    let letter = before[at].is_ascii_uppercase() && before[at] != 'I';
    (letter && is_flight(&number) && number.ends_with(|c: char| c.is_ascii_digit())).then_some(at)
}

/// Whether a line begins with the name of an airline and the number of its flight.
pub(super) fn has_airline(text: &str) -> bool {
    let name = text.chars().take_while(|c| is_chinese(*c)).count();
    let rest = || text.chars().skip(name).take_while(|c| c.is_ascii_alphanumeric());
    (2..=4).contains(&name) && (5..=7).any(|length| is_flight(&rest().take(length).collect::<String>()))
}

/// Whether a line goes from a flight's number over the letter of its cabin to its day and on.
pub(super) fn has_cabin(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let day = chars.windows(DAY.len()).position(|part| shaped(part, DAY));
    day.is_some_and(|at| cabin(&chars[..at]).is_some())
}

/// The pieces of a run of text that holds several cells.
pub(super) fn apart(piece: Piece) -> Vec<Piece> {
    let chars: Vec<char> = piece.glyphs.iter().map(|g| g.ch).collect();
    let mut bounds = cuts(&chars);
    if bounds.is_empty() {
        return vec![piece];
    }
    bounds.insert(0, 0);
    bounds.push(chars.len());
    bounds.dedup();
    let part = |from: usize, to: usize| {
        let inked = |i: &usize| !chars[*i].is_whitespace();
        let (first, last) = ((from..to).find(inked)?, (from..to).rfind(inked)?);
        let glyphs = piece.glyphs[first..=last].to_vec();
        let area = Rect { left: glyphs.first()?.left, right: glyphs.last()?.right, ..piece.area };
        Some(Piece { glyphs, area, span: piece.span })
    };
    bounds.windows(2).filter_map(|pair| part(pair[0], pair[1])).collect()
}

/// How many pieces of a line, from the left, name its station: those left of the flights' columns, up to one that ends with an airport's code. An
/// airline's name before its flight's number is none of them, though its own head was not read.
pub(super) fn stations(line: &[Piece], edge: f32) -> usize {
    let coded = |p: &Piece| {
        let text = p.compact();
        let code = text.rsplit(|c: char| !c.is_ascii()).next().unwrap_or_default();
        // 自FROM is no place; a letter of the code may be lost or doubled
        text.chars().filter(|c| is_chinese(*c)).count() > 1 && (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase())
    };
    let outside = line.iter().position(|p| p.area.center().x > edge || is_flight(&p.compact())).unwrap_or(line.len());
    let outside = line[..outside].iter().position(coded).map_or(outside, |at| at + 1);
    let led = line.get(outside).is_some_and(|p| is_flight(&p.compact()));
    match outside.checked_sub(1).map(|at| (at, &line[at])) {
        Some((at, airline)) if at > 0 && led && airline.compact().chars().all(is_chinese) => {
            let gap = airline.area.left - line[at - 1].area.right;
            if gap > 1.5 * airline.area.height() { at } else { outside }
        }
        _ => outside,
    }
}

/// The field of each cell of a line: by its look where that tells it, else by the head above it.
pub(super) fn keys(line: &[Piece], columns: &[Column]) -> Vec<Option<&'static str>> {
    let texts: Vec<String> = line.iter().map(Piece::compact).collect();
    let above = assign(line, columns);
    let time = |text: &str| shaped(&text.chars().collect::<Vec<_>>(), "00:00") && date::time(text).is_some();
    let is_day = |text: &str| shaped(&text.chars().collect::<Vec<_>>(), DAY);
    let days: Vec<Column> = columns.iter().filter(|c| DAYS.contains(&c.key)).cloned().collect();
    let behind = |at: usize| texts[..at].iter().any(|text| time(text));
    (0..line.len())
        .map(|at| {
            let text = texts[at].as_str();
            let head = above.get(at).and_then(|to| columns.get(*to)).map(|c| c.key);
            if is_flight(text) {
                return Some("flight_number");
            }
            if time(text) {
                return Some("time");
            }
            if is_day(text) {
                if texts[at..].iter().any(|text| time(text)) {
                    return Some("date");
                }
                let later: Vec<usize> = (0..line.len()).filter(|i| is_day(&texts[*i]) && behind(*i)).collect();
                if later.len() == 2 {
                    return later.iter().position(|i| *i == at).map(|i| DAYS[i + 1]);
                }
                let under = assign(&line[at..=at], &days).first().and_then(|to| days.get(*to)).map(|c| c.key);
                return under.filter(|key| !behind(at) || *key != "date");
            }
            if is_allowance(text) {
                return Some("allow");
            }
            let airline = text.ends_with('航') && (2..=4).contains(&text.chars().count());
            if (airline || texts.get(at + 1).is_some_and(|next| is_flight(next))) && text.chars().all(is_chinese) {
                return Some("carrier");
            }
            let capital = text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase());
            // the cabin stands between the flight's number and its day
            if capital && texts[..at].iter().any(|text| is_flight(text)) && texts[at..].iter().any(|text| time(text)) {
                return Some("seat");
            }
            match head {
                Some("") if is_fare_basis(text) && behind(at) => Some("fare_basis"),
                // its unit was not read
                Some("allow") if text.bytes().all(|b| b.is_ascii_digit()) => None,
                Some("time" | "flight_number") | Some("date") if capital => Some("seat"),
                Some("time" | "date" | "not_valid_before" | "not_valid_after") if is_fare_basis(text) && behind(at) => Some("fare_basis"),
                // what does not look like these is none
                Some("flight_number" | "time" | "date" | "not_valid_before") => head.filter(|_| !text.contains(':') && !capital),
                other => other,
            }
        })
        .collect()
}

/// The letter of the cabin where it was read as one with the flight's number: every flight has a cabin, and few numbers end with a letter.
pub(super) fn part_cabin(row: &mut Row) {
    let Some(field) = row.get("flight_number").filter(|_| !row.contains_key("seat")).cloned() else { return };
    let Some((number, cabin)) = field.value.split_at_checked(field.value.len().saturating_sub(1)) else { return };
    // a ruled line reads as an I
    if is_flight(number) && cabin.bytes().all(|b| b.is_ascii_uppercase() && b != b'I') {
        row.insert("seat".to_owned(), Field { value: cabin.to_owned(), ..field.clone() });
        row.insert("flight_number".to_owned(), Field { value: number.to_owned(), ..field });
    }
}

/// Free luggage: 20K, 20KG, 2PC.
pub(super) fn is_allowance(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_uppercase());
    (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(&text[digits.len()..], "K" | "KG" | "PC")
}

/// A letter of the cabin with what the airline sets behind it, eight characters in all at most (IATA): Y41, VK2, B/TBB. Many letters alone are a word of the
/// form's.
pub(super) fn is_fare_basis(text: &str) -> bool {
    let figure = text.contains(|c: char| c.is_ascii_digit());
    (2..=if figure { 8 } else { 6 }).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'/')
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::sheet;
    use super::super::sort;
    use super::*;

    fn pieces(words: &[(&str, f32, f32, f32)]) -> Vec<Piece> {
        let all = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
        let mut pieces: Vec<Piece> = sheet(words).gather(&all, 2.0).into_iter().flat_map(apart).collect();
        pieces.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        pieces
    }

    #[test]
    fn lines_across_columns_are_taken_apart() {
        for (text, parts) in [
            ("2023-03-1510:32Y41", &["2023-03-15", "10:32", "Y41"][..]),
            ("Y2023-03-15", &["Y", "2023-03-15"]),
            ("2018-11-1120K", &["2018-11-11", "20K"]),
            ("云泽HXW北屿航YZ1273", &["云泽HXW", "北屿航", "YZ1273"]),
            ("松川北VKV", &["松川北VKV"]),
            ("Q/改期收费", &["Q/改期收费"]),
            ("北屿航YZ1157J2023-02-1011:23", &["北屿航", "YZ1157", "J", "2023-02-10", "11:23"]),
            // the ruled line, and the letter of a flight's own
            ("YZ1157I2023-02-10", &["YZ1157I", "2023-02-10"]),
            ("YZ1157AJ2023-02-10", &["YZ1157AJ", "2023-02-10"]),
        ] {
            let found: Vec<String> = pieces(&[(text, 20.0, 20.0, 8.0)]).iter().map(Piece::text).collect();
            assert_eq!(found, parts, "{text}");
        }
    }

    #[test]
    fn lines_with_an_airline_or_a_cabin() {
        for (text, airline, cabin) in [
            ("北屿航YZ1157", true, false),
            ("北屿航YZ1157J2023-02-10", true, true),
            ("YZ1157J2023-02-1011:23", false, true),
            ("YZ11572023-02-10", false, false),
            ("YZ1157I2023-02-10", false, false),
            ("航YZ1157", false, false),
            ("J2023-02-10", false, false),
        ] {
            assert_eq!((has_airline(text), has_cabin(text)), (airline, cabin), "{text}");
        }
    }

    #[test]
    fn a_cabin_read_as_one_with_its_flight() {
        use invoice::details::Source;
        for (number, cabin, expected) in [
            ("YZ1286J", None, ("YZ1286", "J")),
            ("YZ1286J", Some("Y"), ("YZ1286J", "Y")),
            ("YZ1286I", None, ("YZ1286I", "")),
            ("YZ1286", None, ("YZ1286", "")),
        ] {
            let mut row: Row = [("flight_number".to_owned(), Field::new(number, Source::Ocr))].into_iter().collect();
            row.extend(cabin.map(|cabin| ("seat".to_owned(), Field::new(cabin, Source::Ocr))));
            part_cabin(&mut row);
            let text = |key: &str| row.get(key).map_or("", |f| f.value.as_str());
            assert_eq!((text("flight_number"), text("seat")), expected, "{number} {cabin:?}");
        }
    }

    #[test]
    fn cells_are_told_by_their_look() {
        let heads = [("seat", 200.0), ("date", 260.0), ("fare_basis", 380.0), ("not_valid_before", 460.0), ("not_valid_after", 540.0)];
        let column = |(key, left): (&'static str, f32)| Column {
            key,
            sort: sort(key),
            head: Rect { left, top: 0.0, right: left + 40.0, bottom: 8.0 },
            walls: None,
        };
        let columns: Vec<Column> = heads.into_iter().map(column).collect();
        let line = pieces(&[
            ("云泽HXW", 20.0, 20.0, 8.0),
            ("北屿航", 90.0, 20.0, 8.0),
            ("YZ1273", 140.0, 20.0, 8.0),
            ("Y2023-03-1510:32Y41", 210.0, 20.0, 8.0),
            ("2023-03-152023-03-16", 460.0, 20.0, 8.0),
            ("20K", 620.0, 20.0, 8.0),
        ]);
        let from = stations(&line, 180.0);
        assert_eq!(from, 1);
        let cells: Vec<(&str, String)> =
            keys(&line[from..], &columns).into_iter().zip(&line[from..]).filter_map(|(key, p)| Some((key?, p.text()))).collect();
        let expected = [
            ("carrier", "北屿航"),
            ("flight_number", "YZ1273"),
            ("seat", "Y"),
            ("date", "2023-03-15"),
            ("time", "10:32"),
            ("fare_basis", "Y41"),
            ("not_valid_before", "2023-03-15"),
            ("not_valid_after", "2023-03-16"),
            ("allow", "20K"),
        ];
        assert_eq!(cells, expected.map(|(key, text)| (key, text.to_owned())));
    }
}
