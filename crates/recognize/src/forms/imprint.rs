//! What a bureau prints on every form that it supervises: the title, 发票代码 and 发票号码, and who supervises it.
//!
//! The code and the number stand beside their labels or below them, or without any; their lengths tell them then: a code of ten or twelve
//! digits with a possible year, a number of eight (the rules for ordinary invoices; 财政票据 have eight and ten).

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::{date, number};

use super::beside::beside;
use super::labelled::printed;
use crate::closer::Faint;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::{Mark, Spelling, find};
use crate::layout::rows::rows;
use crate::layout::{Sheet, is_chinese};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Code,
    /// 票据代码, which is shorter.
    BillCode,
    Number,
}

const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Code, text: "发票代码" },
    Spelling { label: Label::BillCode, text: "票据代码" },
    Spelling { label: Label::Number, text: "发票号码" },
    Spelling { label: Label::Number, text: "票据号码" },
    Spelling { label: Label::Number, text: "发票编号" },
    Spelling { label: Label::Number, text: "票据编号" },
];
/// Digits of a code and of a number where a label names them.
const CODES: [usize; 2] = [12, 10];
const BILL_CODES: [usize; 3] = [12, 10, 8];
const NUMBERS: [usize; 2] = [8, 10];
/// The letters of 发票代码 with its colon, and so many letters' width reach over twelve digits and the gap before them.
const LABEL_LETTERS: f32 = 4.3;
const CODE_LETTERS: f32 = 8.0;
/// At most so many characters of a seal are read as one piece beside a title, whose place ends with 省 or 市 among so many of its first.
const STRAY: usize = 2;
const PLACE: usize = 5;
/// Everything on a sheet.
pub(super) const EVERYWHERE: Rect = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };

/// Code and number of a form, with what they were read from.
#[derive(Debug, Clone, Default)]
pub(super) struct Imprint {
    pub(super) code: Option<(String, Vec<Piece>)>,
    pub(super) number: Option<(String, Vec<Piece>)>,
    /// Where the code must stand that was not read.
    faint: Option<Faint>,
}

impl Imprint {
    /// Finds them.
    pub(super) fn of(sheet: &Sheet) -> Imprint {
        let mut marked = sheet.clone();
        let found = rows(&marked);
        let marks = find(&mut marked, &found, SPELLINGS);
        printed(&mut marked);
        let mut imprint = Imprint::default();
        for mark in &marks {
            let pieces = beside(&marked, &marks, mark);
            // a misread label is told by the length of what it names
            if mark.label == Label::Code && imprint.code.is_none() {
                // the forms that are photographed have twelve, fewer are what a seal left of them
                let lengths = if sheet.source == Source::Ocr { &CODES[..1] } else { &CODES[..] };
                imprint.code = labelled(&pieces, lengths);
            }
            if mark.label == Label::BillCode && imprint.code.is_none() {
                imprint.code = labelled(&pieces, &BILL_CODES);
            }
            if mark.label == Label::Number && imprint.number.is_none() {
                imprint.number = labelled(&pieces, &NUMBERS);
            }
        }
        let pieces = marked.gather(&EVERYWHERE, 2.0);
        let bare = |p: &Piece| number::digits(unmarked(unstamped(&p.compact())));
        if imprint.code.is_none() {
            imprint.faint = marks.iter().find(|mark| mark.label == Label::Code).and_then(|mark| cell(&marked, &marks, mark));
            let codes = pieces.iter().filter_map(|p| Some((bare(p).filter(|d| number::code(d).is_some())?, p)));
            // on a picture ten digits without a label are a driver's or a till's
            let short = imprint.number.is_some() && sheet.source != Source::Ocr;
            let mut codes: Vec<(String, &Piece)> = codes.filter(|(d, _)| d.len() == 12 || short).collect();
            codes.retain(|(digits, _)| imprint.number.as_ref().is_none_or(|(n, _)| n != digits));
            imprint.code = codes.into_iter().next().map(|(digits, p)| (digits, vec![p.clone()]));
        }
        if imprint.number.is_none() {
            let near = imprint.code.as_ref().and_then(|(_, pieces)| pieces.first()).map(|p| p.area);
            let candidates = pieces.iter().filter_map(|p| Some((bare(p).filter(|d| d.len() == 8)?, p)));
            imprint.number = candidates
                .filter(|(_, p)| marked_number(&p.compact()) || near.is_some_and(|code| beside_or_below(&code, &p.area)))
                .min_by(|a, b| (is_day(&a.0), a.1.area.top).partial_cmp(&(is_day(&b.0), b.1.area.top)).unwrap_or(std::cmp::Ordering::Equal))
                .map(|(digits, p)| (digits, vec![p.clone()]));
        }
        imprint
    }

    /// Where to look once more for the code: the seal of the bureau hangs from the title and often reaches down to it. The number is printed in the seal's
    /// own red, and cannot be told from it.
    pub(super) fn faint(&self) -> Option<Faint> {
        self.faint.clone().filter(|_| self.code.is_none())
    }

    /// Sets `code` and `number`.
    pub(super) fn put(&self, sheet: &Sheet, details: &mut Details) {
        for (key, value) in [("code", &self.code), ("number", &self.number)] {
            if let Some((digits, pieces)) = value {
                details.set(key, sheet.field(digits, pieces));
            }
        }
    }
}

/// What stands beside the label of a code on a picture: as far as twelve digits reach, or what was read of them, up to the next label.
fn cell(sheet: &Sheet, marks: &[Mark<Label>], mark: &Mark<Label>) -> Option<Faint> {
    let label = mark.area;
    let (height, letter) = (label.height(), label.width() / LABEL_LETTERS);
    let pieces = beside(sheet, marks, mark);
    let level = |area: &Rect| (area.center().y - label.center().y).abs() < 0.7 * height;
    let stop = marks.iter().map(|m| m.area.left).zip(marks).filter(|(left, m)| *left > label.right && level(&m.area)).map(|(left, _)| left);
    let stop = stop.fold(sheet.area.right, f32::min);
    let read =
        pieces.iter().filter(|p| p.glyphs.iter().all(|g| g.ch.is_ascii_alphanumeric())).map(|p| p.area.right).fold(f32::MIN, f32::max);
    let right = read.max(label.right + CODE_LETTERS * letter).min(stop);
    let area = Rect { left: label.right, right, ..label };
    (sheet.source == Source::Ocr && area.width() > 4.0 * letter).then_some(Faint { area, fits: is_code })
}

/// Whether a text is a code of twelve digits, as the forms have that are photographed.
fn is_code(text: &str) -> bool {
    text.trim_start_matches(':').len() == 12 && number::code(text.trim_start_matches(':')).is_some()
}

/// Eight digits that may be a day: 20130629.
fn is_day(digits: &str) -> bool {
    date::parse(digits).is_some()
}

/// A number that says of itself that it is one.
fn marked_number(text: &str) -> bool {
    unmarked(text).len() < text.len()
}

/// What follows № and the signs that it is read as.
fn unmarked(text: &str) -> &str {
    let marks = ["№", "No", "NO", "N°", "Nº", "Ne", "N"];
    marks.iter().find_map(|mark| text.strip_prefix(mark)).map_or(text, |rest| rest.trim_start_matches(['.', ':', '°', 'º']))
}

/// Digits without a character or two of a seal that are read with them; the unit of what they count stays.
fn unstamped(text: &str) -> &str {
    let digits = text.trim_end_matches(|c: char| is_chinese(c) && !"元圆年月日号份张页联册".contains(c));
    if text[digits.len()..].chars().count() <= STRAY && digits.ends_with(|c: char| c.is_ascii_digit()) { digits } else { text }
}

/// The sheet with what is no part of a seal although it is printed in red: numbers of the form, and amounts in figures and in words.
pub(super) fn unsealed(sheet: &Sheet) -> Sheet {
    let mut sheet = sheet.clone();
    for span in sheet.spans.iter_mut().filter(|s| s.seal) {
        let text = span.compact();
        // the label may be read with its number
        let digits = SPELLINGS.iter().find_map(|label| text.strip_prefix(label.text)).unwrap_or(&text).trim_start_matches(':');
        let digits = unmarked(digits);
        let number = matches!(digits.len(), 8 | 12) && digits.bytes().all(|b| b.is_ascii_digit());
        let amount = text.starts_with('¥')
            || invoice::words::parse(&text).is_some()
            || text.chars().all(|c| "壹贰叁肆伍陆柒捌玖拾佰元圆整".contains(c));
        span.seal = !(number || amount);
    }
    sheet
}

/// Where a number stands that belongs to a code: right of it, or within some lines below it.
fn beside_or_below(code: &Rect, number: &Rect) -> bool {
    let height = code.height();
    let level = (code.center().y - number.center().y).abs() < height && number.left > code.left;
    let below = number.center().y > code.center().y && number.top - code.bottom < 3.0 * height;
    let column = number.left < code.right && code.left < number.right;
    level || below && column
}

/// The digits beside a label: of as many pieces as give one of the lengths, letters that digits were taken for mended.
fn labelled(pieces: &[Piece], lengths: &[usize]) -> Option<(String, Vec<Piece>)> {
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        text.push_str(piece.compact().trim_start_matches(['№', ':']));
        let run: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
        let whole = run.len() == text.len() || text[run.len()..].starts_with(|c: char| !c.is_ascii());
        let plain = lengths.contains(&run.len()) && run.bytes().all(|b| b.is_ascii_digit());
        let digits =
            if plain { Some(run.clone()) } else { number::repair(&run, lengths).filter(|_| run.bytes().any(|b| b.is_ascii_digit())) };
        if let Some(digits) = digits.filter(|_| whole) {
            return Some((digits, pieces[..=at].to_vec()));
        }
    }
    // lines that stand close reach into each other: of several pieces the one that has the length by itself
    let mut alone = pieces.iter().filter_map(|p| Some((number::digits(&p.compact()).filter(|d| lengths.contains(&d.len()))?, p)));
    alone.next().filter(|_| alone.next().is_none()).map(|(digits, p)| (digits, vec![p.clone()]))
}

/// The title: the tallest line in the upper half that has one of these words and is called 票 or 据. What stands before its first Chinese
/// character and the name of its copy (发票联) do not belong to it.
pub(super) fn title(sheet: &Sheet, words: &[&str]) -> Option<(String, Vec<Piece>)> {
    let extent = super::signs::extent(sheet);
    let upper = Rect { bottom: extent.top + 0.6 * extent.height(), ..EVERYWHERE };
    let mut best: Option<(f32, String, Vec<Piece>)> = None;
    for line in lines(sheet.gather(&upper, 3.0)) {
        for run in runs(line) {
            let run = without_strays(&run).to_vec();
            let text: String = run.iter().map(Piece::compact).collect();
            let Some(name) = named(&text) else { continue };
            let name = if sheet.source == Source::Ocr { settled(&name) } else { name };
            if !words.iter().any(|word| name.contains(word)) {
                continue;
            }
            let height = run.iter().map(|p| p.area.height()).fold(0.0, f32::max);
            // of two as tall as each other the upper one
            if best.as_ref().is_none_or(|(tallest, ..)| height > 1.1 * tallest) {
                best = Some((height, name, run));
            }
        }
    }
    best.map(|(_, name, run)| (name, run))
}

/// What titles are put together from (国税发〔2009〕142号 and the titles of each trade).
const FIXED: &[&str] = &[
    "国家税务总局",
    "国家税务局",
    "地方税务局",
    "通用定额发票",
    "通用机打发票",
    "通用手工发票",
    "专用定额发票",
    "专用机打发票",
    "专用手工发票",
    "车辆通行费",
    "通行费专用发票",
    "出租汽车专用发票",
    "客运出租汽车",
    "高速公路",
];

/// A title in which one character of a fixed word was misread, or the first of 通用 behind the bureau's name passed over. What may be two such words
/// (国家税务局 and 地方税务局, 通用 and 专用) is left as it was read.
pub(super) fn settled(title: &str) -> String {
    let title = title.replace("车辆通费", "车辆通行费");
    let mut chars: Vec<char> = title.chars().collect();
    let words: Vec<Vec<char>> = FIXED.iter().map(|word| word.chars().collect()).collect();
    let misread = |part: &[char], word: &[char]| part.len() == word.len() && part.iter().zip(word).filter(|(a, b)| a != b).count() == 1;
    // a part of a fixed word, or one itself
    let known = |part: &[char]| words.iter().any(|word| word.windows(part.len()).any(|w| w == part));
    for word in &words {
        let only = |part: &[char]| misread(part, word) && !known(part) && words.iter().filter(|other| misread(part, other)).count() == 1;
        if let Some(at) = chars.windows(word.len()).position(only) {
            chars.splice(at..at + word.len(), word.iter().copied());
        }
        let tail: Vec<char> = std::iter::once('局').chain(word[1..].iter().copied()).collect();
        if let Some(at) = chars.windows(tail.len()).position(|w| w == tail).filter(|_| word[0] == '通') {
            chars.insert(at + 1, '通');
        }
    }
    chars.into_iter().collect()
}

/// Pieces of one line that belong together: as tall as each other, no further apart than letters that are spaced out.
fn runs(line: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut runs: Vec<Vec<Piece>> = Vec::new();
    for piece in line {
        let follows = |last: &Piece| {
            let (a, b) = (last.area.height(), piece.area.height());
            piece.area.left - last.area.right < 2.5 * a.max(b) && a < 1.5 * b && b < 1.5 * a
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(follows) => run.push(piece),
            _ => runs.push(vec![piece]),
        }
    }
    runs
}

/// Pieces of a line without what of a seal stands at its ends, a few characters or what it is called by (发票专用章): behind what the title ends with, and
/// before the place it begins with.
fn without_strays(run: &[Piece]) -> &[Piece] {
    let stray = |piece: &Piece| piece.glyphs.len() <= STRAY || piece.compact().ends_with('章');
    let text = |run: &[Piece]| run.iter().map(Piece::compact).collect::<String>();
    let behind = run.iter().rev().take_while(|piece| stray(piece)).count();
    let kept = (0..=behind).map(|strays| &run[..run.len() - strays]).find(|kept| named(&text(kept)).is_some()).unwrap_or(run);
    let before = kept.iter().take_while(|piece| stray(piece)).count();
    let placed = |kept: &&[Piece]| text(kept).chars().take(PLACE).skip(1).any(|c| matches!(c, '省' | '市'));
    (1..=before).rev().map(|strays| &kept[strays..]).find(placed).unwrap_or(kept)
}

/// A title as it is called, from the text of its line.
fn named(text: &str) -> Option<String> {
    let from = text.find(|c: char| is_chinese(c))?;
    let mut name = &text[from..];
    for end in ["发票代码", "票据代码", "发票号码", "票据号码", "№", "No", "NO"] {
        name = name.split_once(end).map_or(name, |(before, _)| before);
    }
    for copy in ["(发票联)", "发票联", "(存根联)", "存根联", "(报销联)", "报销凭证联"] {
        name = name.strip_suffix(copy).filter(|rest| rest.chars().count() > 4).unwrap_or(name);
    }
    let name = name.trim_end_matches(|c: char| c.is_ascii() && c != ')');
    let ends = name.ends_with(['票', '据', '券', ')']);
    let sentence =
        name.contains([':', ',', '，', '。', '、', ';']) || ["遗失", "请", "凭", "有效", "监制", "印制"].iter().any(|w| name.contains(w));
    (ends && !sentence && (4..=40).contains(&name.chars().count())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn titles_are_settled_where_one_reading_remains() {
        for (read, settled) in [
            ("云泽省高速公路东辆通行费定额发票", "云泽省高速公路车辆通行费定额发票"),
            ("云泽市国家税务局用机打发票", "云泽市国家税务局通用机打发票"),
            ("云泽市国家税备局通用机打发票", "云泽市国家税务局通用机打发票"),
            ("云泽省车辆通行费专月发票", "云泽省车辆通行费专用发票"),
            ("云泽省高速公翻车辆通行费专用发票", "云泽省高速公路车辆通行费专用发票"),
            ("云泽市出粗汽车专用发票", "云泽市出租汽车专用发票"),
            ("云泽市公路客运专用发票", "云泽市公路客运专用发票"),
            // may be 通用 and 专用
            ("云泽市汽用机打发票", "云泽市汽用机打发票"),
            ("国家税务总局云泽省税务局通用机打发票", "国家税务总局云泽省税务局通用机打发票"),
            ("云泽市专用机打发票", "云泽市专用机打发票"),
            ("云泽市地方税务局通用定额发票", "云泽市地方税务局通用定额发票"),
            ("云泽省道路汽车客票", "云泽省道路汽车客票"),
        ] {
            assert_eq!(super::settled(read), settled, "{read}");
        }
    }

    use super::*;
    use crate::forms::drawn;

    fn of(words: &[(&str, f32, f32, f32)]) -> (Option<String>, Option<String>) {
        let imprint = Imprint::of(&drawn::sheet(words));
        (imprint.code.map(|c| c.0), imprint.number.map(|n| n.0))
    }

    #[test]
    fn code_and_number_with_and_without_labels() {
        let both = (Some("199001510001".to_owned()), Some("00412345".to_owned()));
        assert_eq!(of(&[("发票代码:199001510001", 200.0, 20.0, 10.0), ("发票号码:00412345", 200.0, 40.0, 10.0)]), both);
        assert_eq!(of(&[("发票代码", 200.0, 20.0, 10.0), ("199001510001", 260.0, 20.0, 10.0), ("№00412345", 200.0, 40.0, 10.0)]), both);
        assert_eq!(of(&[("199001510001", 260.0, 20.0, 10.0), ("00412345", 260.0, 40.0, 10.0)]), both);
        // a day below the code is no number when a number is there
        assert_eq!(of(&[("199001510001", 260.0, 20.0, 10.0), ("20150629", 260.0, 34.0, 10.0), ("00412345", 260.0, 48.0, 10.0)]), both);
        // eight digits far from the code may be anything
        assert_eq!(of(&[("199001510001", 260.0, 20.0, 10.0), ("00412345", 20.0, 300.0, 10.0)]), (both.0.clone(), None));
        assert_eq!(of(&[("12345678", 260.0, 20.0, 10.0)]), (None, None));
        assert_eq!(of(&[("199001510001", 260.0, 20.0, 10.0), ("00412345核", 260.0, 40.0, 10.0)]), both);
        assert_eq!(of(&[("199001510001", 260.0, 20.0, 10.0), ("00412345元", 260.0, 40.0, 10.0)]), (both.0.clone(), None));
        assert_eq!(of(&[("N12345678", 260.0, 20.0, 10.0)]), (None, Some("12345678".to_owned())));
    }

    #[test]
    fn ten_digits_without_a_label_are_no_code_on_a_picture() {
        let words = [("发票号码:00412345", 200.0, 40.0, 10.0), ("1990015101", 200.0, 60.0, 10.0)];
        for (source, expected) in [(Source::TextLayer, Some("1990015101")), (Source::Ocr, None)] {
            let sheet = Sheet { source, ..drawn::sheet(&words) };
            assert_eq!(Imprint::of(&sheet).code.map(|c| c.0).as_deref(), expected, "{source:?}");
        }
    }

    #[test]
    fn a_code_under_a_seal_is_looked_for_beside_its_label() {
        let faint = |words: &[(&str, f32, f32, f32)]| {
            let mut sheet = drawn::sheet(words);
            sheet.source = Source::Ocr;
            Imprint::of(&sheet).faint()
        };
        let (label, number) = (("发票代码", 20.0, 20.0, 10.0), ("发票号码00412345", 20.0, 40.0, 10.0));
        // the middle was passed over: twelve digits and the gap before them reach over 75 points
        let halves = [label, ("199", 66.0, 20.0, 10.0), ("510507", 100.0, 20.0, 10.0), number];
        let cell = faint(&halves).expect("a cell").area;
        assert!((cell.left - 60.0).abs() < 1.0 && cell.right > 130.0 && cell.right < 145.0, "{cell:?}");
        assert!(cell.top < 21.0 && cell.bottom > 29.0 && cell.bottom < 38.0, "{cell:?}");
        assert!(faint(&[label, ("199001510507", 66.0, 20.0, 10.0), number]).is_none());
        assert!(faint(&[number]).is_none());
        // the number's label stands close to the right of it
        assert!(faint(&[label, ("199", 66.0, 20.0, 10.0), ("发票号码", 84.0, 20.0, 10.0)]).is_none());
        for (text, code) in [("199001510507", true), (":199001510507", true), ("00412345", false), ("1990015105O7", false)] {
            assert_eq!(is_code(text), code, "{text}");
        }
    }

    #[test]
    fn titles() {
        let cases = [
            ("云泽省道路汽车客票", Some("云泽省道路汽车客票")),
            ("云泽省道路汽车客票发票联", Some("云泽省道路汽车客票")),
            ("云泽省税务局通用定额发票(发票联)", Some("云泽省税务局通用定额发票")),
            ("凭票乘车,过期作废车票", None),
            ("税务局监制发票", None),
            ("发票", None),
            ("云泽有限公司", None),
        ];
        for (text, expected) in cases {
            assert_eq!(named(text).as_deref(), expected, "{text}");
        }
        let sheet = drawn::sheet(&[
            ("云 泽 省 公 路", 100.0, 20.0, 20.0),
            ("汽车客票", 270.0, 20.0, 20.0),
            ("公路汽车客票", 10.0, 60.0, 9.0),
            ("完", 0.0, 300.0, 9.0),
        ]);
        assert_eq!(title(&sheet, &["客票"]).map(|t| t.0).as_deref(), Some("云泽省公路汽车客票"));
        // what a seal reaches into the line with
        let stamped = |words: &[(&str, f32, f32, f32)]| title(&drawn::sheet(words), &["门票"]).map(|t| t.0);
        let name = ("云泽市景区门票专用发票", 100.0, 20.0, 20.0);
        for strays in [
            &[("核", 350.0, 20.0, 20.0)][..],
            &[("样张专用章", 350.0, 20.0, 20.0)],
            &[("报", 50.0, 20.0, 20.0)],
            &[("报销", 30.0, 20.0, 20.0), ("验", 360.0, 20.0, 20.0)],
        ] {
            assert_eq!(stamped(&[&[name], strays].concat()).as_deref(), Some(name.0), "{strays:?}");
        }
        assert_eq!(stamped(&[("云泽", 100.0, 20.0, 20.0), ("景区门票", 170.0, 20.0, 20.0)]).as_deref(), Some("云泽景区门票"));
    }
}
