//! The row below the frame of the paper forms: who took the money, who checked, who issued. Its labels are small and light, and each has its own place there, so
//! that a label of which some characters were misread is told by where it stands.

use document::page::Rect;
use invoice::details::Source;

use super::Form;
use super::label::Label;
use crate::closer::Faint;
use crate::layout::label::Mark;
use crate::layout::rows::At;
use crate::layout::{Span, is_chinese};

/// A label of the row, and between which shares of the frame's width it begins.
const PLACES: [(Label, &str, f32, f32); 3] =
    [(Label::Payee, "收款人", -0.02, 0.17), (Label::Reviewer, "复核", 0.22, 0.42), (Label::Issuer, "开票人", 0.44, 0.64)];
/// How far the row may lie below the last label of the seller's block, in lines.
const BELOW: (f32, f32) = (0.6, 3.5);
/// How far a label may stand off the row, in lines.
const OFF: f32 = 0.9;
/// The letters of a person's name.
const NAME: std::ops::RangeInclusive<usize> = 2..=4;
/// How long the cell of a name is, in lines, where no label follows.
const CELL: f32 = 5.0;

impl Form {
    /// Adds the labels of the row that were misread.
    pub(super) fn add_people(&mut self) {
        if self.digital || self.sheet.source != Source::Ocr {
            return;
        }
        let Some((left, width)) = self.edges() else { return };
        let Some((top, bottom)) = self.people_row() else { return };
        let share = |x: f32| (x - left) / width;
        let mut marks: Vec<Mark<Label>> = Vec::new();
        for (label, text, from, to) in PLACES {
            let below = self.words.map_or(self.header.bottom, |words| words.bottom);
            if self.all(label).any(|m| m.area.top > below) {
                continue;
            }
            let here = |span: &Span| {
                let middle = span.area.center().y;
                !span.vertical && !span.seal && middle > top && middle < bottom && (from..to).contains(&share(span.area.left))
            };
            let found = self.sheet.spans.iter().enumerate().filter(|(_, span)| here(span));
            let found =
                found.filter_map(|(index, span)| Some((index, misread(span, text)?))).min_by_key(|(_, (same, _))| usize::MAX - same);
            if let Some((index, (_, glyphs))) = found {
                marks.push(self.mark(label, index, glyphs));
            }
        }
        self.marks.extend(marks);
    }

    /// The left edge and the width of the frame, by the column heads.
    fn edges(&self) -> Option<(f32, f32)> {
        self.fitting(&self.columns()).first().map(|(_, scale, offset)| (*offset, *scale))
    }

    /// Between which heights the row stands: where one of its labels was read, else below the seller's block, else where the other labels say.
    fn people_row(&self) -> Option<(f32, f32)> {
        let off = OFF * self.line;
        if let Some(foot) = self.foot {
            return Some((foot.center().y - off, foot.center().y + off));
        }
        let below = self.words.map_or(self.header.bottom, |words| words.bottom);
        let of_party = |m: &&Mark<Label>| matches!(m.label, Label::Name | Label::TaxId | Label::Address | Label::Bank);
        let last = self.marks.iter().filter(of_party).map(|m| m.area.center().y).filter(|y| *y > below).reduce(f32::max);
        let drawn = || self.frame.map(|frame| (frame.foot() - off, frame.foot() + off));
        last.map(|last| (last + BELOW.0 * self.line, last + BELOW.1 * self.line)).or_else(drawn)
    }

    /// Marks the first glyphs of a span as a label.
    fn mark(&mut self, label: Label, index: usize, glyphs: usize) -> Mark<Label> {
        let span = &mut self.sheet.spans[index];
        let mut area = Rect { right: span.area.left, ..span.area };
        let mut at = Vec::new();
        for (place, glyph) in span.glyphs.iter_mut().enumerate().take(glyphs) {
            glyph.label = true;
            area.right = area.right.max(glyph.right);
            at.push(At { span: index, glyph: place });
        }
        Mark { label, area, row: usize::MAX, colon: true, at }
    }

    /// The cell behind a label of the row, to be looked at again.
    pub(super) fn person(&self, label: &Mark<Label>) -> Faint {
        let (middle, half) = (label.area.center().y, 0.6 * label.area.height());
        let right = label.area.right + CELL * self.line;
        let next = self.marks.iter().filter(|m| m.area.left > label.area.right && (m.area.center().y - middle).abs() < 2.0 * half);
        let right = next.map(|m| m.area.left).fold(right, f32::min);
        let area = Rect { left: label.area.right + 0.1 * half, top: middle - half, right, bottom: middle + half };
        Faint { area, fits: is_person }
    }
}

/// Whether a text is the name of a person.
pub(super) fn is_person(text: &str) -> bool {
    NAME.contains(&text.chars().count()) && text.chars().all(|c| is_chinese(c) || c == '·')
}

/// How many characters a span has in common with a label that it begins with, and how many of its glyphs are that label. The label ends at a sign, which is its
/// colon however it was read, or with the span.
fn misread(span: &Span, label: &str) -> Option<(usize, usize)> {
    let sign = span.glyphs.iter().position(|g| g.ch.is_ascii_punctuation() || "、。；".contains(g.ch));
    let end = sign.unwrap_or(span.glyphs.len());
    let text: Vec<char> = span.glyphs[..end].iter().map(|g| g.ch).filter(|c| !c.is_whitespace()).collect();
    let length = label.chars().count();
    let same = text.iter().zip(label.chars()).filter(|(a, b)| **a == *b).count();
    let fits = text.len() == length && (same > 0 || sign.is_some());
    fits.then_some((same, sign.map_or(end, |at| at + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn a_misread_label_is_told_by_what_is_left_of_it() {
        let cases = [
            ("破原人", "收款人", Some((1, 3))),
            ("开乘人:顾若水", "开票人", Some((2, 4))),
            ("复接;", "复核", Some((1, 3))),
            ("复核", "复核", Some((2, 2))),
            ("顾若水", "开票人", None),
            ("开票", "开票人", None),
            ("欧阳若水", "复核", None),
        ];
        for (text, label, expected) in cases {
            let sheet = drawn::sheet(&[(text, 10.0, 10.0, 10.0)]);
            assert_eq!(misread(&sheet.spans[0], label), expected, "{text}");
        }
    }

    #[test]
    fn the_row_is_read_where_its_labels_were_misread() {
        let words = [
            ("增值税普通发票", 200.0, 10.0, 20.0),
            ("货物或应税劳务、服务名称", 31.0, 100.0, 10.0),
            ("规格型号", 163.0, 100.0, 10.0),
            ("单位", 222.0, 100.0, 10.0),
            ("数量", 265.0, 100.0, 10.0),
            ("单价", 320.0, 100.0, 10.0),
            ("金额", 391.0, 100.0, 10.0),
            ("税率", 446.0, 100.0, 10.0),
            ("税额", 496.0, 100.0, 10.0),
            ("价税合计(大写)", 30.0, 250.0, 10.0),
            ("名称:", 30.0, 270.0, 10.0),
            ("纳税人识别号:", 30.0, 285.0, 10.0),
            ("地址、电话:", 30.0, 300.0, 10.0),
            ("开户行及账号:", 30.0, 315.0, 10.0),
            ("破原人", 30.0, 332.0, 10.0),
            ("沈若水", 70.0, 332.0, 10.0),
            ("复接:", 180.0, 332.0, 10.0),
            ("秦一诺", 215.0, 332.0, 10.0),
            ("开乘人", 290.0, 332.0, 10.0),
            ("顾小满", 330.0, 332.0, 10.0),
        ];
        let mut sheet = drawn::sheet(&words);
        sheet.source = Source::Ocr;
        let read = crate::forms::vat::read(&sheet).unwrap();
        let expected = [("receiptor", "沈若水"), ("reviewer", "秦一诺"), ("issuer", "顾小满")];
        drawn::assert_fields(&read.details, &expected, "misread labels");
    }

    #[test]
    fn people_have_names() {
        for (text, expected) in [("林一诺", true), ("欧阳晨曦", true), ("林", false), (",林一诺", false), ("销售方专用章", false)]
        {
            assert_eq!(is_person(text), expected, "{text}");
        }
    }
}
