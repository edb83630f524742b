//! Printed labels: where on the sheet each of them stands.

use std::collections::HashMap;

use document::page::Rect;
use foldhash::fast::RandomState;

use super::rows::{At, Row};
use super::{Sheet, is_chinese};

/// A label to look for. `T` names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling<T: 'static> {
    /// What it is.
    pub(crate) label: T,
    /// How it is printed, without white space and without its colon; longer spellings are tried first, across all labels.
    pub(crate) text: &'static str,
}

/// A label that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark<T> {
    /// What it is.
    pub(crate) label: T,
    /// Where it stands, its colon included.
    pub(crate) area: Rect,
    /// The row it stands in.
    pub(crate) row: usize,
    /// Whether a colon follows it.
    pub(crate) colon: bool,
    /// Its characters.
    pub(crate) at: Vec<At>,
}

impl<T: PartialEq> Mark<T> {
    /// Gives its characters back to the text: it was a value that reads like a label.
    pub(crate) fn release(&self, sheet: &mut Sheet) {
        for at in &self.at {
            sheet.spans[at.span].glyphs[at.glyph].label = false;
        }
    }
}

/// Finds the labels in the rows and marks their characters as label characters. Text layers are matched exactly; OCR may have one
/// character in four wrong (two in seven, one in three of ten and more), labels of two or three characters none.
pub(crate) fn find<T: Copy + PartialEq>(sheet: &mut Sheet, rows: &[Row], spellings: &[Spelling<T>]) -> Vec<Mark<T>> {
    let fuzzy = sheet.source == invoice::details::Source::Ocr;
    let mut order: Vec<(Vec<char>, T)> = spellings.iter().map(|s| (s.text.chars().collect(), s.label)).collect();
    order.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    let mut marks = Vec::new();
    let places = places(rows);
    for alike in order.chunk_by(|a, b| a.0.len() == b.0.len()) {
        let length = alike[0].0.len();
        // a long label with an error in it goes before the shorter one that is part of it (名称 in 货物或应税劳务、服务名称), and of labels of one
        // length (通行日期起, 通行日期止) the exact one before one with an error
        for errors in 0..=if fuzzy { most(length) } else { 0 } {
            for (text, label) in alike {
                if errors == 0 {
                    let mut taken = (0, 0);
                    for &(index, start) in text.first().and_then(|first| places.get(first)).into_iter().flatten() {
                        if (index, start) < taken {
                            continue;
                        }
                        if let Some(end) = matching(sheet, &rows[index], start, text, 0) {
                            marks.push(take(sheet, &rows[index], index, start, end, *label));
                            taken = (index, end);
                        }
                    }
                    continue;
                }
                for (index, row) in rows.iter().enumerate() {
                    let mut start = 0;
                    while start < row.chars.len() {
                        // nearly as long a spelling of the same label that was read whole goes before one with errors
                        let read_whole = |end: usize| {
                            order.iter().any(|(other, own)| {
                                let near = own == label && other.len() < text.len() && 3 * other.len() >= 2 * text.len();
                                near && row.chars[start..end].windows(other.len()).any(|part| part == other)
                            })
                        };
                        match matching(sheet, row, start, text, errors).filter(|end| !read_whole(*end)) {
                            Some(end) => {
                                let known = order.iter().any(|(other, _)| *other == row.chars[start..end]);
                                // another label that was read whole ends where it does
                                let (from, to) = if known { (start, end) } else { whole(sheet, row, (start, end), text) };
                                marks.push(take(sheet, row, index, from, to, *label));
                                start = to;
                            }
                            None => start += 1,
                        }
                    }
                }
            }
        }
    }
    // a value may be the very word of its label (收款人: 收款人); the one with the colon is the label, and nothing stands between them
    let follows = |o: &Mark<T>, m: &Mark<T>| {
        let place = |at: Option<&At>| rows[m.row].at.iter().position(|own| Some(own) == at);
        place(o.at.last()).zip(place(m.at.first())).is_some_and(|(end, start)| end + 1 == start)
    };
    let echo = |m: &Mark<T>| !m.colon && marks.iter().any(|o: &Mark<T>| o.label == m.label && o.row == m.row && o.colon && follows(o, m));
    let (echoes, mut marks): (Vec<Mark<T>>, Vec<Mark<T>>) = marks.iter().cloned().partition(|m| echo(m));
    for mark in echoes {
        mark.release(sheet);
    }
    marks.sort_by(|a, b| a.area.top.total_cmp(&b.area.top).then(a.area.left.total_cmp(&b.area.left)));
    marks
}

/// How many characters of a label of this length may be misread.
fn most(length: usize) -> usize {
    match length {
        0..7 => length / 4,
        7..10 => 2,
        _ => length / 3,
    }
}

/// Where each character stands, as (row, place in the row), in reading order.
fn places(rows: &[Row]) -> HashMap<char, Vec<(usize, usize)>, RandomState> {
    let mut places: HashMap<char, Vec<(usize, usize)>, RandomState> = HashMap::default();
    for (index, row) in rows.iter().enumerate() {
        for (start, ch) in row.chars.iter().enumerate() {
            places.entry(*ch).or_default().push((index, start));
        }
    }
    places
}

/// The end of a match that begins at `start`, with at most `errors` characters wrong, missing or too many.
fn matching(sheet: &Sheet, row: &Row, start: usize, text: &[char], errors: usize) -> Option<usize> {
    let exact = |end: usize| -> bool { free(sheet, &row.at[start..end]) && near(sheet, &row.at[start..end]) };
    if errors == 0 {
        let end = start + text.len();
        return (end <= row.chars.len() && row.chars[start..end] == *text && exact(end)).then_some(end);
    }
    if !text.contains(&row.chars[start]) {
        return None;
    }
    // the first and the last character may be among those that were misread, and are then left out
    let inner = start + text.len() - 2;
    let off = |end: usize| distance(&row.chars[start..end], &text[1..text.len() - 1]);
    if errors >= 2 && inner <= row.chars.len() && off(inner) <= errors - 2 && exact(inner) {
        return Some(inner);
    }
    (text.len() - 1..=text.len() + 1)
        .map(|n| start + n)
        .filter(|&end| end <= row.chars.len() && text.contains(&row.chars[end - 1]))
        .filter(|&end| distance(&row.chars[start..end], text) <= errors && exact(end))
        .min_by_key(|&end| distance(&row.chars[start..end], text))
}

/// A match with its first and its last character, where these were misread: what stands right before its second and right behind its last but one.
fn whole(sheet: &Sheet, row: &Row, (start, end): (usize, usize), text: &[char]) -> (usize, usize) {
    let misread = |at: usize, beside: usize| {
        let (Some(ch), Some(own), Some(other)) = (row.chars.get(at), row.at.get(at), row.at.get(beside)) else { return false };
        let span = &sheet.spans[own.span];
        let (glyph, next) = (&span.glyphs[own.glyph], sheet.spans[other.span].glyphs[other.glyph]);
        let gap = (glyph.left - next.right).max(next.left - glyph.right);
        is_chinese(*ch) && !glyph.label && own.span == other.span && gap < 0.6 * span.height()
    };
    let second = text.len() > 2 && row.chars[start] == text[1] && row.chars[start] != text[0];
    let last_but_one = text.len() > 2 && row.chars[end - 1] == text[text.len() - 2] && row.chars[end - 1] != text[text.len() - 1];
    let from = start.checked_sub(1).filter(|at| second && misread(*at, start)).unwrap_or(start);
    let to = if last_but_one && misread(end, end - 1) { end + 1 } else { end };
    (from, to)
}

/// None of the characters is part of a label yet.
fn free(sheet: &Sheet, at: &[At]) -> bool {
    at.iter().all(|a| !sheet.spans[a.span].glyphs[a.glyph].label)
}

/// The characters are of similar height and follow each other; labels are padded with gaps of up to some ten characters.
fn near(sheet: &Sheet, at: &[At]) -> bool {
    at.windows(2).all(|pair| {
        let (a, b) = (&sheet.spans[pair[0].span], &sheet.spans[pair[1].span]);
        let gap = b.glyphs[pair[1].glyph].left - a.glyphs[pair[0].glyph].right;
        pair[0].span == pair[1].span
            || (gap < 10.0 * a.height().min(b.height()) && a.height() < 2.0 * b.height() && b.height() < 2.0 * a.height())
    })
}

fn take<T>(sheet: &mut Sheet, row: &Row, index: usize, start: usize, end: usize, label: T) -> Mark<T> {
    let mut stop = end;
    while stop < row.chars.len() && matches!(row.chars[stop], ':' | ';') && stop < end + 2 {
        stop += 1;
    }
    let mut area: Option<Rect> = None;
    for at in &row.at[start..stop] {
        let span = &mut sheet.spans[at.span];
        let (top, bottom) = (span.area.top, span.area.bottom);
        let glyph = &mut span.glyphs[at.glyph];
        glyph.label = true;
        let place = Rect { left: glyph.left, top, right: glyph.right, bottom };
        area = Some(area.map_or(place, |a| a.union(&place)));
    }
    Mark { label, area: area.unwrap_or_default(), row: index, colon: stop > end, at: row.at[start..stop].to_vec() }
}

/// Whether a text is a word of as many characters but for one of them.
pub(crate) fn is_one_off(text: &str, word: &str) -> bool {
    text.chars().count() == word.chars().count() && text.chars().zip(word.chars()).filter(|(a, b)| a != b).count() == 1
}

/// Levenshtein distance.
pub(crate) fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::rows::rows;
    use crate::layout::{Glyph, Span};

    fn sheet(texts: &[(&str, f32)]) -> Sheet {
        let mut sheet = Sheet::from_text(&ocr::text::Text { width: 1000, height: 100, ..ocr::text::Text::default() }, 0);
        for (text, left) in texts {
            let glyphs: Vec<Glyph> = text
                .chars()
                .enumerate()
                .map(|(i, ch)| {
                    let left = left + 10.0 * i as f32;
                    Glyph { ch, left, right: left + 10.0, confidence: 0.9, label: false }
                })
                .collect();
            let area = Rect { left: *left, top: 20.0, right: left + 10.0 * glyphs.len() as f32, bottom: 32.0 };
            sheet.spans.push(Span { glyphs, area, confidence: 0.9, vertical: false, seal: false, lean: 0.0 });
        }
        sheet
    }

    const LABELS: &[Spelling<&str>] = &[
        Spelling { label: "start", text: "通行日期起" },
        Spelling { label: "end", text: "通行日期止" },
        Spelling { label: "name", text: "名称" },
        Spelling { label: "head", text: "货物或应税劳务名称" },
    ];

    fn found(texts: &[(&str, f32)]) -> Vec<&'static str> {
        let mut sheet = sheet(texts);
        let rows = rows(&sheet);
        find(&mut sheet, &rows, LABELS).into_iter().map(|mark| mark.label).collect()
    }

    #[test]
    fn the_exact_label_goes_before_one_with_an_error() {
        assert_eq!(found(&[("通行日期起", 0.0), ("通行日期止", 100.0)]), ["start", "end"]);
        assert_eq!(found(&[("通行目期止", 100.0)]), ["end"]);
    }

    #[test]
    fn one_character_may_be_another() {
        for (text, word, expected) in [("金锁", "金额", true), ("金额", "金额", false), ("金", "金额", false), ("会锁", "金额", false)]
        {
            assert_eq!(is_one_off(text, word), expected, "{text} {word}");
        }
    }

    #[test]
    fn only_what_follows_its_own_label_is_a_value() {
        const NAMES: &[Spelling<&str>] = &[Spelling { label: "name", text: "名称" }, Spelling { label: "payee", text: "收款人" }];
        let count = |texts: &[(&str, f32)]| {
            let mut sheet = sheet(texts);
            let rows = rows(&sheet);
            find(&mut sheet, &rows, NAMES).len()
        };
        assert_eq!(count(&[("收款人:", 0.0), ("收款人", 60.0)]), 1);
        // the other party's label, whose colon was not read
        assert_eq!(count(&[("名称:云泽有限公司", 0.0), ("名称", 300.0)]), 2);
    }

    #[test]
    fn a_misread_end_of_a_label_belongs_to_it() {
        const ENDS: &[Spelling<&str>] = &[
            Spelling { label: "payer", text: "缴款单位(人)盖章" },
            Spelling { label: "payer", text: "缴款单位(人)(盖章)" },
            Spelling { label: "note", text: "提示信息" },
            Spelling { label: "buyer", text: "购买方名称及" },
            Spelling { label: "buyer", text: "购买方名称" },
        ];
        for (texts, left) in [
            (&[("继款单位(人)盖章", 0.0)][..], ""),
            (&[("购买方名称苏远", 0.0)], "苏远"),
            // the longer spelling has three characters of eleven too few
            (&[("填票人", 0.0), ("缴款单位(人)盖章", 60.0)], "填票人"),
            (&[("提示信患样张", 0.0)], "样张"),
            (&[("提示信息样张", 0.0)], "样张"),
            // what stands apart is another's, and digits are a value
            (&[("秦知秋", 0.0), ("款单位(人)盖章", 60.0)], "秦知秋"),
            (&[("提示信", 0.0), ("样张", 60.0)], "样张"),
            (&[("提示信12", 0.0)], "12"),
        ] {
            let mut sheet = sheet(texts);
            let rows = rows(&sheet);
            let marks = find(&mut sheet, &rows, ENDS);
            assert_eq!(marks.len(), 1, "{texts:?}");
            let rest: String = sheet.spans.iter().flat_map(|s| &s.glyphs).filter(|g| !g.label).map(|g| g.ch).collect();
            assert_eq!(rest, left, "{texts:?}");
        }
    }

    #[test]
    fn a_long_label_with_an_error_goes_before_a_short_one_inside_it() {
        assert_eq!(found(&[("货物或应税劳备名称", 0.0)]), ["head"]);
        assert_eq!(found(&[("贸物或应税劳务名标", 0.0)]), ["head"]);
        assert_eq!(found(&[("名称:", 0.0)]), ["name"]);
        assert!(found(&[("名字", 0.0)]).is_empty());
    }
}
