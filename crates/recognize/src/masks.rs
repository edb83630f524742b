//! Numbers of persons that are hidden in part: how many stars there are is what recognisers miscount.

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use crate::found::Check;
use crate::repair::note;

/// Masked numbers of persons, of the passenger and in the rows of travellers: a resident's has eighteen characters, and recognisers miscount its stars.
pub(crate) fn count(details: &mut Details, kind: Kind, done: &mut Vec<Check>) {
    // tickets of coaches and ships hide what is between two ends of four digits, however much it is, by four stars
    let by_four = |text: &str| {
        let ends = text.split_once("****").filter(|(before, after)| before.len() == 4 && after.len() == 4);
        matches!(kind, Kind::Bus | Kind::Ferry) && ends.is_some_and(|(_, after)| !after.starts_with('*'))
    };
    let read = |field: Option<&Field>| field.filter(|f| f.source == Source::Ocr).cloned();
    if let Some(field) = read(details.get("user_id")).filter(|field| !by_four(&field.value)) {
        match mask("user_id", &field.value, done) {
            Masked::Right => {}
            Masked::Counted(value) => details.set("user_id", Field { value, ..field }),
            Masked::Miscounted => {
                details.remove("user_id");
            }
        }
    }
    if details.rows("transports").is_empty() {
        return;
    }
    for row in details.rows_mut("transports") {
        let Some(field) = read(row.get("user_id")) else { continue };
        match mask("transports.user_id", &field.value, done) {
            Masked::Right => {}
            Masked::Counted(value) => {
                row.insert("user_id".to_owned(), Field { value, ..field });
            }
            Masked::Miscounted => {
                row.shift_remove("user_id");
            }
        }
    }
}

/// What becomes of a number that may be masked.
enum Masked {
    Right,
    Counted(String),
    Miscounted,
}

fn mask(key: &'static str, value: &str, done: &mut Vec<Check>) -> Masked {
    if let Some(right) = counted(value) {
        done.push(note(key, value, &right, "its eighteen characters"));
        return Masked::Counted(right);
    }
    if miscounted(value) {
        done.push(note(key, value, "nothing", "the masks that there are"));
        return Masked::Miscounted;
    }
    Masked::Right
}

/// Whether a masked number as long as a resident's is none: it has eighteen characters, of which no mask leaves more than four behind its stars.
fn miscounted(text: &str) -> bool {
    let (Some(from), Some(to)) = (text.find('*'), text.rfind('*')) else { return false };
    let digits = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'X'));
    digits && from >= 3 && text.len() >= 13 && (text.len() != 18 || text.len() - to - 1 > 4)
}

/// A masked number with a few stars too many or too few, made eighteen characters long.
fn counted(text: &str) -> Option<String> {
    // no number of a person has small letters: between stars they are one
    let small = text.contains("***") && text.contains(|c: char| c.is_ascii_lowercase());
    let text = if small { text.replace(|c: char| c.is_ascii_lowercase(), "*") } else { text.to_owned() };
    let (from, to) = (text.find('*')?, text.rfind('*')?);
    let (before, stars, after) = (&text[..from], &text[from..=to], &text[to + 1..]);
    let digits = |text: &str| text.len() >= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(before) && digits(after.strip_suffix('X').unwrap_or(after)) && stars.bytes().all(|b| b == b'*');
    // four digits are left at each end of a resident's, or all but four on the railway
    let resident = matches!(before.len(), 4 | 10) && after.len() == 4 && stars.len() >= 3;
    let near = (small || text.len() != 18) && text.len() <= 20 && (resident || stars.len() >= 5 && text.len() >= 16);
    (fits && near).then(|| format!("{before}{}{after}", "*".repeat(18 - before.len() - after.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::repair;

    #[test]
    fn stars_of_a_resident_are_counted() {
        let cases = [
            ("9943*********9152", Some("9943**********9152")),
            ("9943***********915X", Some("9943**********915X")),
            ("9943**********9152", None),
            ("9908******2524", Some("9908**********2524")),
            ("9921***387", None),
            ("E12******", None),
            ("G12*********345", None),
        ];
        for (text, expected) in cases {
            assert_eq!(counted(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_passengers_mask_is_counted_like_a_travellers() {
        let cases = [
            ("991234******1234", "991234********1234"),
            ("991234*******k1234", "991234********1234"),
            ("9901022000***0018", "9901022000****0018"),
            ("9978*******521", ""),
            ("E1234****", "E1234****"),
            ("990320479095906651", "990320479095906651"),
        ];
        for (read, expected) in cases {
            let mut read_details = Details::new();
            read_details.set("user_id", Field::new(read, Source::Ocr));
            repair(&mut read_details, Kind::Air);
            assert_eq!(read_details.text("user_id"), expected, "{read}");
            // what a file says is so
            let mut told = Details::new();
            told.set("user_id", Field::new(read, Source::Xbrl));
            repair(&mut told, Kind::Air);
            assert_eq!(told.text("user_id"), read);
        }
    }

    #[test]
    fn tickets_of_coaches_hide_numbers_by_four_stars() {
        for (kind, read, expected) in [
            (Kind::Bus, "9927****5075", "9927****5075"),
            (Kind::Ferry, "9927****507X", "9927****507X"),
            (Kind::Bus, "9927********5075", "9927**********5075"),
            (Kind::Air, "9927****5075", "9927**********5075"),
        ] {
            let mut details = Details::new();
            details.set("user_id", Field::new(read, Source::Ocr));
            repair(&mut details, kind);
            assert_eq!(details.text("user_id"), expected, "{kind:?} {read}");
        }
    }

    #[test]
    fn masks_that_no_number_has() {
        let cases = [
            ("9978*******521", true),
            ("9963********977979", true),
            ("9978*********05955", true),
            ("9986**********5311", false),
            ("991234********5311", false),
            ("9921***387", false),
            ("G12*********345", false),
            ("992126131288069671", false),
        ];
        for (text, expected) in cases {
            assert_eq!(miscounted(text), expected, "{text}");
        }
    }
}
