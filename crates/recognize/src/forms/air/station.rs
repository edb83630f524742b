//! The stations of an itinerary, and the flights between them.

use super::paper::is_void;
use crate::layout::gather::Piece;
use crate::layout::is_chinese;
use crate::layout::label::distance;

/// A printed station.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stop {
    /// After 自: a journey begins here.
    begins: bool,
    /// Its name without the airport's code and the terminal; empty in an unused row.
    pub(super) name: String,
    pub(super) pieces: Vec<Piece>,
    /// The middle of its height.
    pub(super) y: f32,
}

/// A flight from one station to the next.
#[derive(Debug, PartialEq)]
pub(super) struct Leg {
    pub(super) from: Stop,
    pub(super) to: Stop,
}

impl Leg {
    /// Whether a line of the table belongs to it: from the station where it begins to just above the one where it ends.
    pub(super) fn holds(&self, y: f32) -> bool {
        let quarter = 0.25 * (self.to.y - self.from.y);
        y >= self.from.y - quarter && y < self.to.y - quarter
    }
}

/// A station by the pieces of its line; `None` when no 自 or 至 leads it. Optical reading takes these for 白, 目, 全 and 主 at times.
pub(super) fn stop(line: Vec<Piece>, optical: bool) -> Option<Stop> {
    let y = line.first()?.middle();
    let text = line.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
    let mut rest = text.trim();
    let begins = match rest.chars().next()? {
        '自' => !rest.starts_with("自/至"),
        '至' => false,
        '白' | '目' if optical && rest.chars().nth(1) == Some(':') => true,
        '全' | '主' if optical && rest.chars().nth(1) == Some(':') => false,
        _ => return None,
    };
    let mut after = rest.chars();
    after.next();
    rest = rest.strip_prefix("自/至").unwrap_or(after.as_str()).trim_start();
    for english in ["FROM/TO", "FROM", "TO"] {
        rest = rest.strip_prefix(english).filter(|r| !r.starts_with(|c: char| c.is_ascii_alphabetic())).unwrap_or(rest);
    }
    if optical {
        rest = after_english(rest);
    }
    Some(Stop { begins, name: station(rest.trim_start_matches([':', ' '])), pieces: line, y })
}

impl Stop {
    /// A stop from a line that nothing leads: its 自 or 至 was not read. What is no name of a place is none.
    pub(super) fn unled(line: Vec<Piece>, begins: bool) -> Option<Stop> {
        let line = named(line);
        let y = line.iter().map(Piece::middle).reduce(f32::max)?;
        let text = line.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
        let text = text.trim_start_matches([':', ';', ' ']);
        let text = ["自:", "至:"].iter().find_map(|lead| text.strip_prefix(lead)).unwrap_or(text);
        let name = station(unled_name(after_english(text)));
        let stop = Stop { begins, name, pieces: line, y };
        (stop.name.is_empty() || stop.is_place()).then_some(stop)
    }

    /// A stop by its name alone.
    #[cfg(test)]
    pub(super) fn at(name: &str, y: f32) -> Stop {
        Stop { begins: false, name: name.to_owned(), pieces: Vec::new(), y }
    }

    /// Whether its name can be that of a place: two Chinese characters or more, or an airport's code.
    pub(super) fn is_place(&self) -> bool {
        // FROM by itself, without one of its letters, looks like a code
        let from = distance(&self.name.chars().collect::<Vec<_>>(), &['F', 'R', 'O', 'M']) <= 1;
        self.name.chars().filter(|c| !c.is_ascii()).count() > 1 || is_code(&self.name) && !from
    }
}

/// The pieces of a line from the one that names the station: what is left of a misread 自 or 至 and its English word stands before it.
fn named(mut line: Vec<Piece>) -> Vec<Piece> {
    let names = |p: &Piece| p.glyphs.iter().filter(|g| is_chinese(g.ch)).count() > 1 && !is_lead(&p.compact());
    // the airport's code stands right behind the name
    let coded = |p: &Piece| {
        let text = p.compact();
        let name = text.trim_end_matches(|c: char| c.is_ascii_uppercase());
        names(p) && text.len() - name.len() == 3 && name.ends_with(is_chinese)
    };
    let at = line.iter().position(coded).or_else(|| line.iter().position(names));
    if let Some(at) = at {
        let terminal = at.checked_sub(1).filter(|before| is_terminal(&line[*before].compact()));
        line.drain(..terminal.unwrap_or(at));
    }
    line
}

/// Whether a text is one of the printed words before the stations, as it may be misread: 自 or 至 with or without its English word.
pub(super) fn is_lead(text: &str) -> bool {
    let bare = text.trim_end_matches(':');
    let chinese = bare.chars().filter(|c| is_chinese(*c)).count();
    let led = bare.starts_with('至') && chinese <= 2 && bare.chars().count() <= 5 && !bare.ends_with(|c: char| c.is_ascii_digit());
    let one = bare.chars().next().is_some_and(is_chinese) && chinese == 1 && bare.chars().count() <= 5;
    let english: Vec<char> = bare.chars().collect();
    one || led || ["FROM", "TO"].iter().any(|word| english == word.chars().collect::<Vec<_>>())
}

/// A name behind letters that are no terminal's and no airport's: what is left of FROM in one run with it.
fn unled_name(text: &str) -> &str {
    let at = text.find(is_chinese).unwrap_or(0);
    let before = text[..at].trim();
    if before.is_empty() || before.split_whitespace().any(|word| is_terminal(word) || is_code(word)) { text } else { &text[at..] }
}

/// What stands behind FROM or TO as it was read in small print: TO for 10 or T0, FROM without a letter.
fn after_english(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let letters: Vec<char> = word
        .chars()
        .map(|c| match c {
            '1' | '7' => 'T',
            '0' => 'O',
            other => other,
        })
        .collect();
    let english = letters == ['T', 'O'] || letters.len() >= 3 && distance(&letters, &['F', 'R', 'O', 'M']) <= 1;
    if english && !rest.trim().is_empty() { rest.trim_start_matches([':', ' ']) } else { text }
}

/// So many letters in a row stand in no station.
const STRANGE: usize = 5;

/// A station's name without the airport's three letters and the terminal around it: `合肥 HFE`, `T2 上海虹桥SHA`, `PEK`.
fn station(text: &str) -> String {
    let chinese = |c: char| !c.is_ascii();
    // one letter of the mark may be misread; an airport's code has three
    let unused = |word: &str| word == "VOID" || word.chars().count() == 4 && is_void(word, true);
    if !text.contains(chinese) && text.split_whitespace().last().is_some_and(unused) {
        return String::new();
    }
    if !text.contains(chinese) {
        return text.trim().to_owned();
    }
    let mut words: Vec<&str> = text.split_whitespace().filter(|w| !is_code(w) && !is_terminal(w) && !unused(w)).collect();
    for word in &mut words {
        // no code and no terminal is so long: it is a seal's, and what is behind it is of the next cell
        let letters = |at: &usize| word[*at..].chars().take_while(char::is_ascii_alphanumeric).count() >= STRANGE;
        if let Some(at) = word.char_indices().map(|(at, _)| at).find(|at| *at > 0 && letters(at)) {
            *word = &word[..at];
        }
        // run together by optical reading
        let cut = word.rfind(chinese).map_or(word.len(), |at| at + word[at..].chars().next().map_or(0, char::len_utf8));
        // a letter of the code may be lost, doubled or misread; names have none
        let code = (2..=4).contains(&word[cut..].len()) && word[cut..].bytes().all(|b| b.is_ascii_alphanumeric());
        if code || is_terminal(&word[cut..]) {
            *word = &word[..cut];
        }
        let start = word.find(chinese).unwrap_or(0);
        if is_terminal(&word[..start]) {
            *word = &word[start..];
        }
    }
    words.concat()
}

/// An airport's code (IATA: three capitals).
fn is_code(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// A terminal: T2, T3C.
fn is_terminal(word: &str) -> bool {
    let rest = word.strip_prefix('T').unwrap_or_default();
    matches!(rest.len(), 1 | 2) && rest.starts_with(|c: char| c.is_ascii_digit()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The flights between stations, top to bottom.
pub(super) fn legs(stops: Vec<Stop>) -> Vec<Leg> {
    let mut legs = Vec::new();
    let mut from: Option<Stop> = None;
    for stop in stops {
        if stop.name.is_empty() {
            from = None;
            continue;
        }
        if !stop.begins
            && let Some(from) = from.take()
        {
            legs.push(Leg { from, to: stop.clone() });
        }
        from = Some(stop);
    }
    legs
}

#[cfg(test)]
mod tests {
    use super::{Stop, after_english, station};
    use crate::forms::drawn;

    #[test]
    fn a_name_has_the_code_of_its_airport_behind_it() {
        for (words, expected) in [
            (&["爱物", "玉桥南VLV"][..], "玉桥南"),
            (&["爱物", "T2", "云泽HXW"], "云泽"),
            (&["至TO", "合肥", "HFE"], "合肥"),
            (&["上海", "虹桥"], "上海虹桥"),
        ] {
            let words: Vec<_> = words.iter().zip(0_u8..).map(|(word, at)| (*word, 20.0 + 60.0 * f32::from(at), 20.0, 8.0)).collect();
            let sheet = drawn::sheet(&words);
            let stop = Stop::unled(sheet.gather(&sheet.area, 2.0), true);
            assert_eq!(stop.map(|s| s.name).as_deref(), Some(expected), "{words:?}");
        }
    }

    #[test]
    fn small_english_words_before_stations() {
        for (text, rest) in [
            ("10 T2 云泽HXW", "T2 云泽HXW"),
            ("10北屿JVV", "北屿JVV"),
            ("ROM 云泽", "云泽"),
            ("T2 云泽HXW", "T2 云泽HXW"),
            ("T1云泽", "T1云泽"),
            ("PEK", "PEK"),
        ] {
            assert_eq!(after_english(text), rest, "{text}");
        }
    }

    #[test]
    fn places_have_a_name_or_a_code() {
        for (name, place) in [("云泽", true), ("PEK", true), ("ROM", false), ("FRM", false), ("节", false), ("ta", false), ("", false)] {
            let stop = Stop { begins: false, name: name.to_owned(), pieces: Vec::new(), y: 0.0 };
            assert_eq!(stop.is_place(), place, "{name}");
        }
    }

    #[test]
    fn names_without_codes_and_terminals() {
        for (text, name) in [
            ("合肥 HFE", "合肥"),
            ("T2 上海虹桥SHA", "上海虹桥"),
            ("北京首都PEK", "北京首都"),
            ("北京首都 T3 PEK", "北京首都"),
            ("T1厦门高崎", "厦门高崎"),
            ("PEK", "PEK"),
            ("VOID", ""),
            ("70 VOID", ""),
            ("VOIo", ""),
            ("T2 北屿JVV VOID", "北屿"),
            ("白杭东SPECIMEN云航", "白杭东"),
            ("临岚SPECMENZ703", "临岚"),
            ("北屿jVV", "北屿"),
            ("云泽H00W", "云泽"),
        ] {
            assert_eq!(station(text), name, "{text}");
        }
    }
}
