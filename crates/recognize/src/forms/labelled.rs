//! A form whose values stand beside or below printed labels: what most tickets and receipts are.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use super::FormReading;
use super::beside::beside;
use super::signs::extent;
use crate::layout::Sheet;
use crate::layout::gather::Piece;
use crate::layout::label::{Mark, Spelling, find};
use crate::layout::rows::rows;

/// A sheet whose labels were found.
#[derive(Debug)]
pub(crate) struct Labelled<T> {
    /// The text, label characters marked.
    pub(crate) sheet: Sheet,
    /// The labels, top to bottom, then left to right.
    pub(crate) marks: Vec<Mark<T>>,
}

/// What begins with a label is print, in whatever colour: no seal says 发票号码 before its digits.
pub(super) fn printed(sheet: &mut Sheet) {
    const LONG: usize = 3;
    for span in sheet.spans.iter_mut().filter(|s| s.seal) {
        let labels = span.glyphs.iter().filter(|g| !g.ch.is_whitespace()).take_while(|g| g.label).count();
        span.seal = labels < LONG;
    }
}

impl<T: Copy + PartialEq> Labelled<T> {
    /// Finds the labels of a form.
    pub(crate) fn new(sheet: &Sheet, spellings: &[Spelling<T>]) -> Labelled<T> {
        let mut sheet = sheet.clone();
        let found = rows(&sheet);
        let marks = find(&mut sheet, &found, spellings);
        printed(&mut sheet);
        Labelled { sheet, marks }
    }

    /// Every place of a label, in reading order.
    pub(crate) fn all(&self, label: T) -> impl Iterator<Item = &Mark<T>> {
        self.marks.iter().filter(move |m| m.label == label)
    }

    /// The first place of a label.
    pub(crate) fn first(&self, label: T) -> Option<&Mark<T>> {
        self.all(label).next()
    }

    /// What stands to the right of a label's first place, up to the next label of its row.
    pub(crate) fn beside(&self, label: T) -> Vec<Piece> {
        self.first(label).map(|mark| beside(&self.sheet, &self.marks, mark)).unwrap_or_default()
    }

    /// What stands below a label's first place: within `lines` heights of it, and no further to the sides than half way to the labels beside it.
    pub(crate) fn below(&self, label: T, lines: f32) -> Vec<Piece> {
        let Some(mark) = self.first(label) else { return Vec::new() };
        let own = mark.area;
        let height = own.height();
        let level = |m: &&Mark<T>| (m.area.center().y - own.center().y).abs() < height;
        let right = self.marks.iter().filter(level).filter(|m| m.area.left > own.right).map(|m| m.area.left).fold(f32::MAX, f32::min);
        let left = self.marks.iter().filter(level).filter(|m| m.area.right < own.left).map(|m| m.area.right).fold(f32::MIN, f32::max);
        let part = Rect {
            left: if left == f32::MIN { self.sheet.area.left } else { (left + own.left) / 2.0 },
            top: own.bottom,
            right: if right == f32::MAX { self.sheet.area.right } else { (right + own.right) / 2.0 },
            bottom: own.bottom + lines * height,
        };
        self.sheet.gather(&part, 2.0)
    }

    /// Sets a field where nothing was read yet: its value as it shall be given, and the pieces that it was read from.
    pub(crate) fn put(&self, details: &mut Details, key: &str, value: &str, pieces: &[Piece]) {
        if !details.has(key) && !value.trim().is_empty() {
            details.set(key, self.sheet.field(value, pieces));
        }
    }

    /// Sets a field that follows from a printed label rather than from text beside it: a title, a mark.
    pub(crate) fn put_printed(&self, details: &mut Details, key: &str, value: &str, area: Option<&Rect>) {
        if !details.has(key) && !value.is_empty() {
            let mut field = Field::new(value, Source::Derived);
            if let Some(area) = area {
                field = self.sheet.field(value, &[]);
                field.area = Some(self.sheet.pixels(area));
            }
            details.set(key, field);
        }
    }

    /// The reading of a form that covers all text of its sheet.
    pub(crate) fn reading(&self, kind: Kind, details: Details) -> FormReading {
        FormReading::new(kind, details, extent(&self.sheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn what_begins_with_a_label_is_no_seal() {
        let mut sheet = drawn::sheet(&[("开票人 方远", 20.0, 20.0, 10.0), ("云泽样张专用章", 20.0, 60.0, 10.0)]);
        sheet.spans.iter_mut().for_each(|s| s.seal = true);
        let labelled = Labelled::new(&sheet, &[Spelling { label: 'i', text: "开票人" }]);
        assert_eq!(labelled.beside('i').iter().map(Piece::text).collect::<Vec<_>>(), ["方远"]);
        assert!(labelled.sheet.spans[1].seal);
    }
}
