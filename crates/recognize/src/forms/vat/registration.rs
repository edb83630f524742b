//! Labels are printed in one press and values stamped by another machine, which may sit askew: the stamped layer is then shifted and
//! stretched against the printed one. Where values that are known by their look (words, signed amounts, tax ids, the date) stand off
//! their labels by the same straight line, the whole stamped layer is moved back onto the form.

use document::page::Rect;

use super::Form;
use super::items::starts_signed;
use super::label::Label;
use super::totals::is_words;
use crate::layout::gather::{Piece, lines};
use crate::layout::table::{Column, is_rate};
use crate::layout::{Moved, Sheet};

impl Form {
    /// How the stamped layer lies against the printed one; `None` when it sits where it should, or when too little is known.
    pub(super) fn registration(&self) -> Option<Moved> {
        let everything = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
        let pieces = self.sheet.gather(&everything, 1.5);
        let pairs = self.pairs(&pieces);
        let off = pairs.iter().filter(|(label, value)| (value - label).abs() > 0.7 * self.line).count();
        if pairs.len() < 3 || off * 2 <= pairs.len() {
            return None;
        }
        let (a, b) = line(&pairs)?;
        let fits = pairs.iter().all(|(label, value)| (a * label + b - value).abs() < 0.6 * self.line);
        if !fits || !(0.7..1.4).contains(&a) {
            return None;
        }
        let columns = self.columns();
        let x = self.across_by_rate(&columns, &pieces).or_else(|| self.across_by_sums(&columns, &pieces))?;
        Some(Moved { x, stretch: a, y: b })
    }

    /// How far to the right values stand, by the tax rate, which stands in the middle of its narrow column.
    fn across_by_rate(&self, columns: &[Column], pieces: &[Piece]) -> Option<f32> {
        let head = columns.iter().find(|c| c.key == "tax_rate")?.head;
        let rate = pieces.iter().find(|p| is_rate(&p.compact()) && p.middle() > self.header.top)?;
        Some(rate.area.center().x - head.center().x)
    }

    /// The same by the first of the two signed amounts of a line, net and tax, which ends where amounts do.
    fn across_by_sums(&self, columns: &[Column], pieces: &[Piece]) -> Option<f32> {
        let end = self.amounts_end(columns)?;
        let signed = pieces.iter().filter(|p| starts_signed(&p.compact()) && p.middle() > self.header.bottom).cloned().collect();
        let sums = lines(signed).into_iter().find(|line| line.len() == 2)?;
        Some(sums[0].area.right - end)
    }

    /// Heights of labels and of the values that belong to them by their look.
    fn pairs(&self, pieces: &[Piece]) -> Vec<(f32, f32)> {
        let mut pairs = Vec::new();
        let words = pieces.iter().find(|p| is_words(&p.compact()));
        if let (Some(label), Some(value)) = (self.words, words) {
            pairs.push((label.center().y, value.middle()));
            let above = |p: &&Piece| p.compact().starts_with('¥') && p.middle() < value.middle() - 0.5 * self.line;
            let sums = pieces.iter().filter(above).map(Piece::middle).reduce(f32::max);
            if let (Some(row), Some(sum)) = (self.sum_row(), sums) {
                pairs.push((row.center().y, sum));
            }
        }
        let date = self.all(Label::Date).next().map(|m| m.area.center().y);
        let stamped = pieces.iter().find(|p| invoice::date::wire(&p.text()).is_some()).map(Piece::middle);
        pairs.extend(date.zip(stamped));
        // a tax id stands near its label: within three lines
        let ids: Vec<f32> = pieces.iter().filter(|p| is_tax_id(&p.compact())).map(Piece::middle).collect();
        for label in self.all(Label::TaxId).map(|m| m.area.center().y) {
            let near = ids.iter().copied().filter(|y| *y > label - self.line && *y - label < 6.0 * self.line);
            pairs.extend(near.reduce(f32::max).map(|y| (label, y)));
        }
        pairs
    }
}

/// The straight line through the pairs, by least squares.
pub(crate) fn line(pairs: &[(f32, f32)]) -> Option<(f32, f32)> {
    let n = pairs.len() as f32;
    let (mx, my) = (pairs.iter().map(|p| p.0).sum::<f32>() / n, pairs.iter().map(|p| p.1).sum::<f32>() / n);
    let spread: f32 = pairs.iter().map(|p| (p.0 - mx).powi(2)).sum();
    let a = pairs.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum::<f32>() / spread;
    (spread > 1e-4).then_some((a, my - a * mx))
}

fn is_tax_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18 | 20)
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && text.chars().filter(char::is_ascii_digit).count() >= 10
}

/// Moves the values of a sheet back onto its labels. Spans that hold printed labels stay where they are.
pub(crate) fn apply(sheet: &mut Sheet, moved: Moved) {
    for span in sheet.spans.iter_mut().filter(|s| !s.vertical && !s.glyphs.iter().any(|g| g.label)) {
        let height = span.area.height();
        let middle = (span.area.center().y - moved.y) / moved.stretch;
        span.area = Rect {
            left: span.area.left - moved.x,
            right: span.area.right - moved.x,
            top: middle - height / 2.0,
            bottom: middle + height / 2.0,
        };
        for glyph in &mut span.glyphs {
            glyph.left -= moved.x;
            glyph.right -= moved.x;
        }
    }
    sheet.moved = Some(moved);
}
