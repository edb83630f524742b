//! What the itinerary on paper has of its own: an English line below each label, print that was stamped askew, codes of taxes before their amounts,
//! days and hours as airlines write them.

use super::super::vat::registration;
use super::station::{Stop, is_lead};
use super::{Label, bottom_of};
use crate::layout::gather::{Piece, lines};
use crate::layout::label::{Mark, Spelling, distance, find};
use crate::layout::rows::Row;
use crate::layout::{Moved, Sheet, median};
use document::page::Rect;

/// The English lines, and the label that each belongs to.
const ENGLISH: &[(Label, &str)] = &[
    (Label::Title { whole: false }, "ITINERARY/RECEIPTOFE-TICKETFORAIRTRANSPORT"),
    (Label::Beside("print_number"), "SERIALNUMBER"),
    (Label::Passenger("user_name"), "NAMEOFPASSENGER"),
    (Label::Passenger("user_id"), "ID.NO."),
    (Label::Passenger("user_id"), "IDNO."),
    (Label::Passenger("user_id"), "ID.NO"),
    (Label::Passenger("endorsement"), "ENDORSEMENTS/RESTRICTIONS(CARBON)"),
    (Label::Passenger("endorsement"), "ENDORSEMENTS/RESTRICTIONS"),
    (Label::Passenger("endorsement"), "ENDORSEMENTS"),
    (Label::Flight("carrier"), "CARRIER"),
    (Label::Flight("flight_number"), "FLIGHT"),
    (Label::Flight("seat"), "CLASS"),
    (Label::Flight("date"), "DATE"),
    (Label::Flight("time"), "TIME"),
    (Label::Flight("fare_basis"), "FAREBASIS"),
    (Label::Flight("not_valid_before"), "NOTVALIDBEFORE"),
    (Label::Flight("not_valid_after"), "NOTVALIDAFTER"),
    (Label::Flight("allow"), "ALLOW"),
    (Label::Price("fare"), "FARE"),
    (Label::Price("fuel_surcharge"), "FUELSURCHARGE"),
    (Label::Price("caac_development_fund"), "CAACDEVELOPMENTFUND"),
    (Label::Price("caac_development_fund"), "AIRPORTTAX"),
    (Label::Price("other_taxes"), "OTHERTAXES"),
    (Label::Price("total"), "TOTAL"),
    (Label::Beside("number"), "E-TICKETNO."),
    (Label::Beside("number"), "E-TICKETNO"),
    (Label::Beside("check_code"), "CK."),
    (Label::Beside("check_code"), "CK"),
    (Label::Beside("prompt_information"), "INFORMATION"),
    (Label::Beside("insurance"), "INSURANCE"),
    (Label::Beside("agentcode"), "AGENTCODE"),
    (Label::Beside("issue_by"), "ISSUEDBY"),
    (Label::Beside("date"), "DATEOFISSUE"),
];

/// Takes the English lines out of the text. A word is one only right below or behind its label, whose place then has both lines.
pub(super) fn take_english(sheet: &mut Sheet, rows: &[Row], marks: &mut [Mark<Label>]) {
    let spellings: Vec<Spelling<Label>> = ENGLISH.iter().map(|(label, text)| Spelling { label: *label, text }).collect();
    for line in find(sheet, rows, &spellings) {
        let near = |m: &&mut Mark<Label>| {
            let (a, b) = (&m.area, &line.area);
            let height = a.height().max(b.height());
            let under = b.center().y > a.center().y + 0.3 * height && b.top < a.bottom + 1.2 * height;
            let below = b.left < a.right + height && a.left < b.right && under;
            let behind = (b.center().y - a.center().y).abs() < 0.6 * height && (-0.5..1.5).contains(&((b.left - a.right) / height));
            m.label == line.label && (below || behind)
        };
        match marks.iter_mut().find(near) {
            Some(mark) => {
                mark.colon |= line.colon;
                // the heads of a table keep their own line: what stands below them begins there
                if matches!(mark.label, Label::Beside(_)) {
                    mark.area = mark.area.union(&line.area);
                }
            }
            None => line.release(sheet),
        }
    }
}

/// How the stamped layer lies against the printed one: by the values below the prices that are known by their look. Only heights are told so; the
/// columns of a row are told by their order. `None` where it sits as it should, or where too little is known.
pub(super) fn registration(sheet: &Sheet, marks: &[Mark<Label>]) -> Option<Moved> {
    let top = bottom_of(marks, |l| matches!(l, Label::Price(_)))?;
    let lower = Rect { left: f32::MIN, top, right: f32::MAX, bottom: f32::MAX };
    let pieces = sheet.gather(&lower, 1.5);
    let pairs: Vec<(f32, f32)> = LOOKS
        .iter()
        .filter_map(|(key, look)| {
            let label = marks.iter().find(|m| m.label == Label::Beside(key) && m.area.top > top)?;
            let mut alike = pieces.iter().filter(|p| look(&p.compact()));
            let piece = alike.next().filter(|_| alike.next().is_none())?;
            Some((piece.middle() - label.area.center().y, piece.area.height()))
        })
        .collect();
    let offs: Vec<f32> = pairs.iter().map(|p| p.0).collect();
    let line = pairs.iter().map(|p| p.1).fold(f32::MAX, f32::min);
    let off = median(offs.iter().copied())?;
    let agreed = offs.iter().filter(|o| (*o - off).abs() < 0.5 * line).count();
    (offs.len() >= 2 && agreed == offs.len() && off.abs() > 0.35 * line && off.abs() < 4.0 * line).then_some(Moved {
        x: 0.0,
        stretch: 1.0,
        y: off,
    })
}

/// Moves the stamped layer back onto the form. What is printed with the form stays: the words that lead the stations, and the number above its tables.
pub(super) fn move_back(sheet: &mut Sheet, marks: &[Mark<Label>], moved: Moved) {
    let head = marks.iter().filter(|m| matches!(m.label, Label::Passenger(_))).map(|m| m.area.top).fold(f32::MAX, f32::min);
    let stay: Vec<_> = sheet.spans.iter().map(|s| (s.area.bottom < head || is_lead(&s.compact())).then(|| s.clone())).collect();
    registration::apply(sheet, moved);
    for (span, stay) in sheet.spans.iter_mut().zip(stay) {
        if let Some(stay) = stay {
            *span = stay;
        }
    }
}

/// What stands to the right of a label and its English line, up to the next label of its row.
pub(super) fn beside(sheet: &Sheet, marks: &[Mark<Label>], mark: &Mark<Label>) -> Vec<Piece> {
    let own = mark.area;
    let level = |a: &Rect| a.bottom.min(own.bottom) - a.top.max(own.top) > 0.5 * a.height().min(own.height());
    let right = marks.iter().map(|m| m.area).filter(|a| a.left > own.right && level(a)).map(|a| a.left).fold(f32::MAX, f32::min);
    let room = 0.1 * own.height();
    let mut pieces = sheet.gather(&Rect { left: own.right - room, top: own.top, right, bottom: own.bottom + room }, 2.0);
    // the agent's number stands below its code, also where the label's English line was not read
    if let ([code], Label::Beside("agentcode")) = (&pieces[..], mark.label) {
        let below = Rect {
            left: code.area.left - own.height(),
            top: code.area.bottom - room,
            right,
            bottom: code.area.bottom + code.area.height(),
        };
        let number = |p: &Piece| p.compact().len() == 8 && p.compact().bytes().all(|b| b.is_ascii_digit());
        pieces.extend(sheet.gather(&below, 2.0).into_iter().filter(number).take(1));
    }
    pieces.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    pieces
}

/// Whether a text looks like a value.
type Look = fn(&str) -> bool;

/// Values that are known by their look, each of which stands beside its label.
const LOOKS: &[(&str, Look)] = &[
    ("number", |text| {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        digits.len() == 13 && digits.bytes().all(|b| b.is_ascii_digit())
    }),
    ("date", |text| invoice::date::wire(text).is_some()),
    ("insurance", is_uninsured),
];

/// Whether digits are the number of a ticket: thirteen, and two more where several belong together (IATA resolution 722f).
pub(super) fn is_ticket(digits: &str) -> bool {
    matches!(digits.len(), 13 | 15)
}

/// The agent's code, three letters of its town and three digits, and its number of eight digits below. What else stands there is a seal's or of the line below;
/// nothing where the code was not read, or the number as another one.
pub(super) fn agent(pieces: &[Piece]) -> Option<String> {
    let all: String = pieces.iter().map(|p| format!("{} ", p.text())).collect();
    let words: Vec<&str> = all.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let digits = |word: &str, count: usize| word.len() == count && word.bytes().all(|b| b.is_ascii_digit());
    let is_code = |word: &str| word.len() == 6 && word.bytes().take(3).all(|b| b.is_ascii_uppercase()) && digits(&word[3..], 3);
    let code = words.iter().find(|word| is_code(word))?;
    let number = words.iter().find(|word| digits(word, 8));
    let other = words.iter().any(|word| word.len() > 4 && word.bytes().all(|b| b.is_ascii_digit()));
    match number {
        Some(number) => Some(format!("{code},{number}")),
        None => (!other).then(|| (*code).to_owned()),
    }
}

/// Whether a text is the XXX of a ticket without insurance. Recognisers miscount runs of one letter, and nothing else on the form is made of this one.
pub(super) fn is_uninsured(text: &str) -> bool {
    // an X between others is read as a ring
    let ring = |b: u8| matches!(b, b'X' | b'O' | b'0');
    (2..=4).contains(&text.len()) && text.starts_with('X') && text.ends_with('X') && text.bytes().all(ring)
}

/// Whether a cell is marked as unused; one letter of the mark may be misread.
pub(super) fn is_void(text: &str, by_eye: bool) -> bool {
    let letters: Vec<char> = text.chars().collect();
    text == "VOID" || by_eye && (3..=5).contains(&letters.len()) && distance(&letters, &['V', 'O', 'I', 'D']) <= 1
}

/// An amount that bears the code of its tax (IATA: CN for the fund, YQ and YR for fuel), or that is exempt from it: the field and its value.
pub(super) fn coded(text: &str) -> Option<(&'static str, String)> {
    let (exempt, rest) = match text.strip_prefix("EXEMPT") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let at = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(rest.len());
    let key = match &rest[..at] {
        "CN" => "caac_development_fund",
        "YQ" | "YR" => "fuel_surcharge",
        _ => return None,
    };
    if exempt {
        return rest[at..].is_empty().then(|| (key, text.to_owned()));
    }
    // what is read between the code and the amount is a speck: no tax is less than nothing
    let figures = rest[at..].trim_start_matches(['-', '.', ',', ':']);
    invoice::amount::parse(figures).map(|amount| (key, invoice::amount::plain(amount)))
}

/// A day with its month in English, as airlines write it: `20FEB18`, and `20FEB`, which has no year.
pub(super) fn day(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let at = text.find(|c: char| c.is_ascii_uppercase())?;
    let (day, rest) = text.split_at(at);
    let (month, year) = rest.split_at_checked(3)?;
    let month = MONTHS.iter().position(|m| *m == month)? + 1;
    let number: u32 = day.parse().ok().filter(|n| (1..=31).contains(n) && day.len() <= 2)?;
    match year.len() {
        0 => Some(format!("{month:02}月{number:02}日")),
        2 if year.bytes().all(|b| b.is_ascii_digit()) => invoice::date::wire(&format!("20{year}-{month}-{number}")),
        _ => None,
    }
}

/// An hour without its colon, `0835`; OPEN where the ticket is for any flight.
pub(super) fn time(text: &str) -> Option<String> {
    if text == "OPEN" {
        return Some(text.to_owned());
    }
    let (hour, minute) = text.split_at_checked(2).filter(|_| text.len() == 4)?;
    invoice::date::time(&format!("{hour}:{minute}"))
}

/// Each line of the column of stations as a stop; the printed 自 and 至 before them are none. Where stations have names, letters alone are none: of an
/// English head, or of a name that was not read.
pub(super) fn stops(found: Vec<Vec<Piece>>) -> Vec<Stop> {
    let stamped = found.into_iter().flatten().filter(|p| !is_lead(&p.compact())).collect();
    let mut stops: Vec<Stop> = lines(stamped).into_iter().enumerate().filter_map(|(i, line)| Stop::unled(line, i == 0)).collect();
    if stops.iter().any(|stop| !stop.name.is_ascii()) {
        stops.retain(|stop| stop.name.is_empty() || !stop.name.is_ascii());
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::{agent, coded, day, is_ticket, is_uninsured, is_void, time};
    use crate::forms::drawn;

    #[test]
    fn agents_have_a_code_and_a_number() {
        for (words, expected) in [
            (&["YZE631", "02776669"][..], Some("YZE631,02776669")),
            (&["YZE631"], Some("YZE631")),
            (&["YZE554", "50261339", "1"], Some("YZE554,50261339")),
            (&["YZE570", "04808060", "PECIMEN", "不作报销凭证NOT"], Some("YZE570,04808060")),
            (&["YZE213", "境", "15035624"], Some("YZE213,15035624")),
            (&["90684217", "墙", "15S"], None),
            (&["YZE213", "1503562"], None),
            (&["VZE21", "15035624"], None),
        ] {
            let words: Vec<_> = words.iter().zip(0_u8..).map(|(word, at)| (*word, 20.0 + 90.0 * f32::from(at), 20.0, 8.0)).collect();
            let sheet = drawn::sheet(&words);
            assert_eq!(agent(&sheet.gather(&sheet.area, 2.0)).as_deref(), expected, "{words:?}");
        }
    }

    #[test]
    fn tickets_have_thirteen_digits() {
        for (digits, expected) in [("9903708716719", true), ("990370871671920", true), ("99037087167", false), ("9902548745159453", false)]
        {
            assert_eq!(is_ticket(digits), expected, "{digits}");
        }
    }

    #[test]
    fn marks_of_no_insurance() {
        for (text, expected) in [("XXX", true), ("XX", true), ("XOX", true), ("X0XX", true), ("X", false), ("OX", false), ("X1X", false)] {
            assert_eq!(is_uninsured(text), expected, "{text}");
        }
    }

    #[test]
    fn amounts_with_the_code_of_their_tax() {
        for (text, expected) in [
            ("CN50.00", Some(("caac_development_fund", "50.00"))),
            ("CN-150.00", Some(("caac_development_fund", "150.00"))),
            ("YQ10.00", Some(("fuel_surcharge", "10.00"))),
            ("YR1,020.00", Some(("fuel_surcharge", "1020.00"))),
            ("EXEMPTYQ", Some(("fuel_surcharge", "EXEMPTYQ"))),
            ("EXEMPTCN", Some(("caac_development_fund", "EXEMPTCN"))),
            ("CNY730.00", None),
            ("XT500.00", None),
            ("CN", None),
            ("EXEMPT", None),
        ] {
            assert_eq!(coded(text), expected.map(|(k, v)| (k, v.to_owned())), "{text}");
        }
    }

    #[test]
    fn marks_of_unused_cells() {
        for (text, printed, read) in
            [("VOID", true, true), ("NOID", false, true), ("V0ID", false, true), ("YZ8017", false, false), ("20K", false, false)]
        {
            assert_eq!((is_void(text, false), is_void(text, true)), (printed, read), "{text}");
        }
    }

    #[test]
    fn days_and_hours_of_airlines() {
        for (text, expected) in [
            ("20FEB18", Some("2018年02月20日")),
            ("07MAR", Some("03月07日")),
            ("31FEB18", None),
            ("FEB", None),
            ("20FEX", None),
            ("20K", None),
        ] {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [("0835", Some("08:35")), ("2460", None), ("OPEN", Some("OPEN")), ("12345", None), ("VOID", None)] {
            assert_eq!(time(text).as_deref(), expected, "{text}");
        }
    }
}
