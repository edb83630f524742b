//! What tells a form from the others: the words that are printed on it.

use document::page::Rect;

use crate::layout::rows::rows;
use crate::layout::{Sheet, Span};

/// A word that stands on a form, and how much it says for it. One of 1.0 settles the form by itself; a word that forms share says less, or nothing, one
/// that stands on another form only speaks against it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sign {
    /// Without white space, as [`crate::layout::fold`] leaves it.
    pub(crate) word: &'static str,
    /// What it says for the form.
    pub(crate) weight: f32,
}

/// What a word says at least that no form has twice: stations and cars stand on a ticket as often as it says them.
const TELLING: f32 = 0.5;

/// Short for a [`Sign`].
pub(crate) const fn sign(word: &'static str, weight: f32) -> Sign {
    Sign { word, weight }
}

/// The words of a sheet, row by row, in which signs are looked for.
#[derive(Debug)]
pub(crate) struct Words {
    /// The rows, each behind a line feed, which no sign has.
    text: String,
    /// Whether a character of a long word may be misread.
    by_eye: bool,
    rows: Vec<Vec<char>>,
}

impl Words {
    /// The words of a sheet.
    pub(crate) fn of(sheet: &Sheet) -> Words {
        let rows: Vec<Vec<char>> = rows(sheet).into_iter().map(|row| row.chars).collect();
        let mut text: String = rows.iter().flat_map(|row| std::iter::once('\n').chain(row.iter().copied())).collect();
        for span in sheet.spans.iter().filter(|s| s.vertical) {
            text.push('\n');
            text.push_str(&span.compact());
        }
        Words { text, by_eye: sheet.source == invoice::details::Source::Ocr, rows }
    }

    /// Whether a word stands on the sheet. Where it was read by eye, one character of a word of five or more may be another.
    pub(crate) fn has(&self, word: &str) -> bool {
        if self.text.contains(word) {
            return true;
        }
        let letters: Vec<char> = word.chars().collect();
        let nearly = |window: &[char]| window.iter().zip(&letters).filter(|(a, b)| a != b).nth(1).is_none();
        self.by_eye && letters.len() >= 5 && self.rows.iter().any(|row| row.windows(letters.len()).any(nearly))
    }

    /// What the signs say for their form, each counted once.
    pub(crate) fn claim(&self, signs: &[Sign]) -> f32 {
        signs.iter().filter(|s| self.has(s.word)).map(|s| s.weight).sum()
    }

    /// Whether a word that speaks for the form stands on the sheet more than once; where every word was read, one that says something.
    pub(crate) fn repeated(&self, signs: &[Sign]) -> bool {
        let telling = |sign: &&Sign| sign.weight > 0.0 && (self.by_eye || sign.weight >= TELLING);
        signs.iter().filter(telling).any(|s| self.text.matches(s.word).nth(1).is_some())
    }

    /// Whether the words were read by eye, some of them perhaps wrongly or not at all.
    pub(crate) fn by_eye(&self) -> bool {
        self.by_eye
    }

    /// The rows, each behind a line feed, and what runs down.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// The box around all text of a sheet; the sheet's own when it has none. A sign by itself is a speck, which may be anywhere.
pub(crate) fn extent(sheet: &Sheet) -> Rect {
    let is_text = |s: &&Span| s.glyphs.iter().any(|g| g.ch.is_alphanumeric());
    sheet.spans.iter().filter(is_text).map(|s| s.area).reduce(|a, b| a.union(&b)).unwrap_or(sheet.area)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn a_speck_far_off_is_no_part_of_a_sheet() {
        let sheet = drawn::sheet(&[(":", 300.0, 5.0, 10.0), ("票据代码", 20.0, 200.0, 10.0), ("1", 20.0, 240.0, 10.0)]);
        assert!(extent(&sheet).top > 150.0 && extent(&sheet).bottom > 240.0);
    }

    #[test]
    fn words_are_found_across_the_spans_of_a_row() {
        let sheet = drawn::sheet(&[("上 车", 20.0, 20.0, 10.0), ("12:30", 60.0, 20.0, 10.0), ("里程", 20.0, 40.0, 10.0)]);
        let words = Words::of(&sheet);
        assert!(words.has("上车12:30"));
        assert!(!words.has("12:30里程"));
        assert_eq!(words.claim(&[sign("上车", 0.5), sign("里程", 0.25), sign("船名", 1.0), sign("12:30", -0.25)]), 0.5);
    }

    #[test]
    fn only_what_was_read_by_eye_may_be_misread() {
        let mut sheet = drawn::sheet(&[("出租汔车发票", 20.0, 20.0, 10.0), ("单位", 20.0, 40.0, 10.0)]);
        assert!(!Words::of(&sheet).has("出租汽车发票"));
        sheet.source = invoice::details::Source::Ocr;
        assert!(Words::of(&sheet).has("出租汽车发票"));
        assert!(!Words::of(&sheet).has("单价"));
    }
}
