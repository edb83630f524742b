//! Labels that were misread beside others of their row. A label of two characters that lost one, or a longer one that lost half, says little by itself; in the row
//! of the label that the form prints before it, it is told from everything else.

use document::page::Rect;
use invoice::details::Source;

use super::super::grid::Key;
use super::super::labelled::Labelled;
use crate::layout::label::{Mark, Spelling};
use crate::layout::rows::At;
use crate::layout::{Glyph, Span, is_chinese};

/// A gap of this many line heights parts a label from a value.
const GAP: f32 = 0.25;

/// Finds the labels that stand in one row with another (`partners`: the label before it, and the label itself) and were not read whole.
pub(super) fn find(labelled: &mut Labelled<Key>, partners: &[(Key, Spelling<Key>)]) {
    if labelled.sheet.source != Source::Ocr {
        return;
    }
    for (before, spelling) in partners {
        let rows: Vec<Mark<Key>> = labelled.marks.iter().filter(|m| m.label == *before).cloned().collect();
        for own in rows {
            let level = |area: &Rect| (area.center().y - own.area.center().y).abs() < own.area.height() && area.left > own.area.right;
            if labelled.marks.iter().any(|m| m.label == spelling.label && level(&m.area)) {
                continue;
            }
            let beside = labelled.sheet.spans.iter().enumerate().filter(|(_, span)| !span.vertical && level(&span.area));
            let mut found = beside.filter_map(|(index, span)| Some((index, window(span, spelling.text)?)));
            let (Some((index, glyphs)), None) = (found.next(), found.next()) else { continue };
            let span = &mut labelled.sheet.spans[index];
            let area = Rect { left: span.glyphs[glyphs[0]].left, right: span.glyphs[glyphs[glyphs.len() - 1]].right, ..span.area };
            let at = glyphs.iter().map(|glyph| At { span: index, glyph: *glyph }).collect();
            for glyph in glyphs {
                span.glyphs[glyph].label = true;
            }
            labelled.marks.push(Mark { label: spelling.label, area, row: own.row, colon: false, at });
        }
    }
}

/// The characters of a span that are what is left of a label: a word by itself, of as many characters or one less, half of them right.
fn window(span: &Span, text: &str) -> Option<Vec<usize>> {
    let label: Vec<char> = text.chars().collect();
    let inked: Vec<usize> = (0..span.glyphs.len()).filter(|i| !span.glyphs[*i].ch.is_whitespace()).collect();
    let apart =
        |a: &Glyph, b: &Glyph| b.left - a.right > GAP * span.height() || !is_chinese(a.ch) || !is_chinese(b.ch) || a.label || b.label;
    let ends = |from: usize, to: usize| {
        let before = from.checked_sub(1).is_none_or(|i| apart(&span.glyphs[inked[i]], &span.glyphs[inked[from]]));
        before && inked.get(to + 1).is_none_or(|i| apart(&span.glyphs[inked[to]], &span.glyphs[*i]))
    };
    for from in 0..inked.len() {
        for length in [label.len(), label.len() - 1] {
            let to = from + length.max(1) - 1;
            let Some(own) = inked.get(from..=to).filter(|_| length > 0) else { continue };
            let chars: Vec<char> = own.iter().map(|i| span.glyphs[*i].ch).collect();
            let free = own.iter().all(|i| !span.glyphs[*i].label && is_chinese(span.glyphs[*i].ch));
            if free && ends(from, to) && shared(&chars, &label) * 2 >= label.len() {
                return Some(own.to_vec());
            }
        }
    }
    None
}

/// How many characters of a word are those of a label, in their places from its beginning or from its end.
fn shared(chars: &[char], label: &[char]) -> usize {
    let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| pairs.filter(|(a, b)| a == b).count();
    same(&mut chars.iter().zip(label)).max(same(&mut chars.iter().rev().zip(label.iter().rev())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn what_is_left_of_a_label_is_told_by_its_row() {
        let cases = [
            ("照号0009912280311393282", "账号", Some("照号")),
            ("919938 照号 0009", "账号", Some("照号")),
            ("电 0990-20449060", "电话", Some("电")),
            ("车牌型号", "厂牌型号", Some("车牌型号")),
            // words of values
            ("电子城", "电话", None),
            ("云泽市账房", "账号", None),
            ("0990-20449060", "电话", None),
        ];
        for (text, label, expected) in cases {
            let sheet = drawn::sheet(&[(text, 20.0, 20.0, 10.0)]);
            let span = &sheet.spans[0];
            let read = window(span, label).map(|at| at.into_iter().map(|i| span.glyphs[i].ch).collect::<String>());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
