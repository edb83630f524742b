//! What slips and machine-printed invoices have in common: a title, values that wrap below their labels, a total in figures and in words,
//! a day with a time behind it.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::{date, number};

use super::beside::beside;
use super::grid::{Key, money};
use super::imprint::settled;
use super::labelled::Labelled;
use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::{Mark, distance};
use crate::layout::rows::rows;

/// A title that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Title {
    /// As printed, in the brackets of print.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) area: Rect,
    /// Where it is looked for once more, when a seal over it made some of its characters others.
    pub(crate) heading: Option<Rect>,
}

/// The title: the text of a row up to one of these endings, with a word in brackets behind it.
pub(crate) fn title(sheet: &Sheet, endings: &[&str]) -> Option<Title> {
    let rows = rows(sheet);
    endings.iter().find_map(|ending| {
        let ending: Vec<char> = ending.chars().collect();
        let slips = usize::from(sheet.source == Source::Ocr && ending.len() >= 4);
        rows.iter().find_map(|row| {
            // words of a label beside the title, and side labels, are none of it
            let at: Vec<usize> = (0..row.at.len()).filter(|i| !sheet.spans[row.at[*i].span].glyphs[row.at[*i].glyph].label).collect();
            let chars: Vec<char> = at.iter().map(|i| row.chars[*i]).collect();
            let from = (0..chars.len().checked_sub(ending.len())? + 1).min_by_key(|i| distance(&chars[*i..i + ending.len()], &ending))?;
            let errors = distance(&chars[from..from + ending.len()], &ending);
            if errors > slips {
                return None;
            }
            let mut end = from + ending.len();
            if chars.get(end) == Some(&'(')
                && let Some(close) = chars[end..].iter().take(6).position(|c| *c == ')')
            {
                end += close + 1;
            }
            // what stands before the title by itself is a mark of the printer
            let start = (1..from).rfind(|i| gap(sheet, &row.at, at[*i - 1], at[*i]) > 2.5).unwrap_or(0);
            let text: String = chars[start..from].iter().chain(&ending).chain(&chars[from + ending.len()..end]).collect();
            let text = if sheet.source == Source::Ocr { settled(&text) } else { text };
            let places = at[start..end].iter().map(|i| place(sheet, row.at[*i].span, row.at[*i].glyph));
            let area = places.reduce(|a, b| a.union(&b))?;
            let taxed = text.contains('税') && !["税务", "增值税"].iter().any(|word| text.contains(word));
            let heading = (errors > 0 || taxed).then(|| around(&area));
            Some(Title { text: text.replace('(', "（").replace(')', "）"), area, heading })
        })
    })
}

/// The band around a title.
pub(crate) fn around(area: &Rect) -> Rect {
    let height = area.height();
    Rect {
        left: area.left - 2.0 * height,
        top: area.top - 0.6 * height,
        right: area.right + 5.0 * height,
        bottom: area.bottom + 0.6 * height,
    }
}

/// The band above the printed code, where a title must stand that was not read.
pub(crate) fn above(labelled: &Labelled<Key>) -> Option<Rect> {
    let first = labelled.marks.iter().map(|m| m.area).min_by(|a, b| a.top.total_cmp(&b.top))?;
    let text = labelled.sheet.spans.iter().map(|s| s.area).reduce(|a, b| a.union(&b))?;
    Some(Rect { bottom: first.bottom, top: text.top - first.height(), ..text })
}

fn place(sheet: &Sheet, span: usize, glyph: usize) -> Rect {
    let glyph = &sheet.spans[span].glyphs[glyph];
    Rect { left: glyph.left, right: glyph.right, ..sheet.spans[span].area }
}

/// The gap between two characters of a row, in line heights.
fn gap(sheet: &Sheet, at: &[crate::layout::rows::At], before: usize, after: usize) -> f32 {
    let (a, b) = (place(sheet, at[before].span, at[before].glyph), place(sheet, at[after].span, at[after].glyph));
    (b.left - a.right) / a.height().max(1e-3)
}

/// What stands behind a label and, where it wraps, in the lines below it that have no label of their own.
pub(crate) fn wrapped(labelled: &Labelled<Key>, mark: &Mark<Key>) -> Vec<Piece> {
    let height = mark.area.height();
    let mut pieces = beside(&labelled.sheet, &labelled.marks, mark);
    if pieces.is_empty() {
        return pieces;
    }
    // boxes reach over the lines beside them where print is set close
    let level = |a: &Rect| (a.center().y - mark.area.center().y).abs() < 0.6 * height;
    let right =
        labelled.marks.iter().map(|m| m.area).filter(|a| a.left > mark.area.right && level(a)).map(|a| a.left).fold(f32::MAX, f32::min);
    let below = labelled.marks.iter().map(|m| m.area).filter(|a| !level(a) && a.top > mark.area.top).map(|a| a.top);
    let bottom = below.fold(mark.area.bottom + 2.6 * height, f32::min);
    let left = mark.area.left - height;
    let part = Rect { left, top: mark.area.bottom - 0.1 * height, right, bottom: bottom - 0.2 * height };
    // a line that goes on begins where the label or the value begins; the form's frame ends it
    let value = pieces[0].area.left;
    let ruled = labelled.sheet.rulings.iter().filter(|r| !r.upright && r.at > mark.area.center().y && r.from < value && r.to > value);
    let wall = ruled.map(|r| r.at).fold(f32::MAX, f32::min);
    for line in lines(labelled.sheet.gather(&part, 2.0)) {
        let first = &line[0];
        let begins = (first.area.left - value).abs() < 2.0 * height || (first.area.left - mark.area.left).abs() < 2.0 * height;
        if !begins || first.middle() > wall || pieces.iter().any(|p| p.span == first.span) {
            break;
        }
        pieces.extend(line);
    }
    pieces
}

/// The text of pieces: those of one line set apart by a space, lines without.
pub(crate) fn text(pieces: &[Piece]) -> String {
    let lines = lines(pieces.to_vec());
    let lines: Vec<String> = lines.iter().map(|line| line.iter().map(Piece::text).collect::<Vec<_>>().join(" ")).collect();
    lines.concat().trim_matches([':', ' ']).to_owned()
}

/// A party's name, less the tax id that the line below or beside it has, and that id.
pub(crate) fn named(value: &str) -> (&str, Option<&str>) {
    const ID: usize = 18;
    let Some(at) = value.char_indices().rev().take_while(|(_, c)| c.is_ascii_digit() || c.is_ascii_uppercase()).last().map(|(at, _)| at)
    else {
        return (value, None);
    };
    let (name, id) = value.split_at(at);
    let long = id.len() == ID && id.bytes().filter(u8::is_ascii_digit).count() >= 8;
    if long && name.chars().count() >= 2 { (name.trim_end(), Some(id)) } else { (value, None) }
}

/// A tax id out of what stands behind its label: alone, with a name before it, or, where its check character settles it, with what
/// the next line has behind it.
pub(crate) fn tax_id(value: &str) -> &str {
    const ID: usize = 18;
    let value = named(value).1.unwrap_or(value);
    let run = value.find(|c: char| !(c.is_ascii_digit() || c.is_ascii_uppercase())).unwrap_or(value.len());
    let settled = |id: &str| invoice::tax_id::check_character(&id[..ID - 1]) == id.chars().last();
    match value.get(..ID).filter(|_| run >= ID) {
        // a word behind it that is none of it (a seal, the next label)
        Some(id) if run == ID && value.len() > ID => id,
        Some(id) if run > ID && settled(id) => id,
        _ => value,
    }
}

/// The same without white space.
pub(crate) fn bare(pieces: &[Piece]) -> String {
    text(pieces).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Sets a field to the digits behind a label, if they are of one of these lengths. Digits that wrap or stand in groups are one number.
pub(crate) fn digits(labelled: &Labelled<Key>, details: &mut Details, label: Key, lengths: &[usize]) {
    for mark in labelled.all(label) {
        let beside = beside(&labelled.sheet, &labelled.marks, mark);
        for pieces in [beside.iter().take(1).cloned().collect(), beside.clone(), wrapped(labelled, mark)] {
            let text = bare(&pieces);
            let text = text.trim_start_matches(['N', 'n', 'o', '№', '.', ':', '|']);
            let exact = number::digits(text).filter(|d| lengths.contains(&d.len()));
            let optical = labelled.sheet.source == Source::Ocr;
            if let Some(value) = exact.or_else(|| number::repair(text, lengths).filter(|_| optical)) {
                labelled.put(details, label, &value, &pieces);
                return;
            }
        }
    }
}

/// Sets `date`, and `time` where one stands behind it.
pub(crate) fn day(labelled: &Labelled<Key>, details: &mut Details, label: Key) {
    for mark in labelled.all(label) {
        let pieces = beside(&labelled.sheet, &labelled.marks, mark);
        let text = apart(&text(&pieces));
        let Some(day) = date::find(&text) else { continue };
        labelled.put(details, "date", &date::text(day), &pieces);
        if let Some(time) = clock(&text) {
            labelled.put(details, "time", &time, &pieces);
        }
        return;
    }
}

/// A day and the time behind it, set apart where they ran together: the hour has two digits.
fn apart(text: &str) -> String {
    let cut = text.find(':').and_then(|at| at.checked_sub(2)).filter(|at| text.is_char_boundary(*at));
    match cut.map(|at| text.split_at(at)) {
        Some((day, time)) if day.len() >= 8 && time.bytes().take(2).all(|b| b.is_ascii_digit()) => format!("{} {time}", day.trim_end()),
        _ => text.to_owned(),
    }
}

/// A time of day in a text: its last word.
pub(crate) fn clock(text: &str) -> Option<String> {
    let text = apart(text);
    let last = text.split_whitespace().next_back().filter(|word| word.contains(':'))?;
    date::time(last)
}

/// Sets `total_cn` and `total` from the pieces behind the labels of the total: `words` and `figures`, where they have labels of their own,
/// and `sum` for labels that may lead either.
pub(crate) fn totals(labelled: &Labelled<Key>, details: &mut Details) {
    let behind = |label: Key| -> Vec<Piece> { labelled.all(label).flat_map(|m| wrapped(labelled, m)).collect() };
    let (words, figures, sum) = (behind("words"), behind("figures"), behind("sum"));
    let said = [&words, &sum, &figures].into_iter().find_map(|pieces| capital(pieces));
    if let Some((text, piece)) = said {
        labelled.put(details, "total_cn", &text, std::slice::from_ref(&piece));
    }
    let amount = |piece: &Piece| Some((money(&piece.compact())?, piece.clone()));
    // the row of sums ends with the amount
    let read = figures.iter().find_map(amount).or_else(|| sum.iter().rev().find_map(amount)).or_else(|| words.iter().find_map(amount));
    if let Some((value, piece)) = read {
        labelled.put(details, "total", &value, std::slice::from_ref(&piece));
    }
}

/// An amount in words, its characters alone. It may have wrapped.
fn capital(pieces: &[Piece]) -> Option<(String, Piece)> {
    let own = |text: String| -> String {
        text.chars().filter(|c| "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正负".contains(*c)).collect()
    };
    let whole: Vec<&Piece> = pieces.iter().filter(|p| own(p.compact()).chars().count() * 2 > p.compact().chars().count()).collect();
    let text: String = whole.iter().map(|p| own(p.compact())).collect();
    (text.chars().count() >= 3 && text.contains(['元', '圆', '角', '分', '整'])).then(|| (text, whole[0].clone()))
}

/// Whether a text speaks of fuel.
pub(crate) fn is_fuel(text: &str) -> bool {
    ["汽油", "柴油", "成品油", "加油"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::*;

    #[test]
    fn titles_with_their_brackets() {
        let cases = [
            ("湖南省国家税务局通用机打发票", Some("湖南省国家税务局通用机打发票")),
            ("浙江通用(电子)发票", None),
            ("云泽增值税普通发票(卷票)", Some("云泽增值税普通发票（卷票）")),
            ("发票联", None),
        ];
        for (text, expected) in cases {
            let found = title(&sheet(&[(text, 20.0, 20.0, 12.0)]), &["机打发票", "增值税普通发票"]);
            assert_eq!(found.map(|f| f.text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_and_ids_that_ran_together() {
        for (text, expected) in [
            ("云泽拾光能源有限公司91990000MA99999990", ("云泽拾光能源有限公司", Some("91990000MA99999990"))),
            ("云泽拾光能源有限公司", ("云泽拾光能源有限公司", None)),
            ("云泽第9919号店", ("云泽第9919号店", None)),
            ("91990000MA99999990", ("91990000MA99999990", None)),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
        let first = "91990000MA9999999";
        let id = format!("{first}{}", invoice::tax_id::check_character(first).unwrap());
        for (text, expected) in [
            (id.clone(), id.clone()),
            (format!("{id}2021-12-07"), id.clone()),
            (format!("{id}样张"), id.clone()),
            (format!("云泽拾光能源有限公司{id}"), id.clone()),
            ("9199000020211207".to_owned(), "9199000020211207".to_owned()),
        ] {
            assert_eq!(tax_id(&text), expected, "{text}");
        }
    }

    #[test]
    fn times_behind_days() {
        for (text, expected) in [
            ("2017-11-21 12:22:22", Some("12:22:22")),
            ("2017年11月21日 12:22", Some("12:22")),
            ("2017-11-2112:22:22", Some("12:22:22")),
            ("2017-11-21", None),
        ] {
            assert_eq!(clock(text).as_deref(), expected, "{text}");
        }
    }
}
