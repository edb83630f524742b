//! Values: the text inside a part of the sheet, labels left out.

use document::page::Rect;
use invoice::details::{Field, Source};

use super::{Glyph, Sheet};

/// A piece of a span: what lies inside the part asked for, cut at wide gaps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Its characters; inner white space kept, outer removed.
    pub(crate) glyphs: Vec<Glyph>,
    /// The box around them.
    pub(crate) area: Rect,
    /// The span it was cut from.
    pub(crate) span: usize,
}

impl Piece {
    /// Its characters as a string.
    pub(crate) fn text(&self) -> String {
        self.glyphs.iter().map(|g| g.ch).collect()
    }

    /// The same without white space.
    pub(crate) fn compact(&self) -> String {
        self.glyphs.iter().map(|g| g.ch).filter(|c| !c.is_whitespace()).collect()
    }

    /// Mean confidence.
    pub(crate) fn confidence(&self) -> f32 {
        self.glyphs.iter().map(|g| g.confidence).sum::<f32>() / self.glyphs.len().max(1) as f32
    }

    /// The middle of its height.
    pub(crate) fn middle(&self) -> f32 {
        (self.area.top + self.area.bottom) / 2.0
    }
}

impl Sheet {
    /// The pieces whose characters lie inside `part`, top to bottom, then left to right. Characters of labels, upright side labels
    /// and seals are left out; a span is cut where a label, the border of the part or a gap wider than `gap` line heights lies.
    pub(crate) fn gather(&self, part: &Rect, gap: f32) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (index, span) in self.spans.iter().enumerate().filter(|(_, s)| !s.vertical && !s.seal) {
            let middle = (span.area.top + span.area.bottom) / 2.0;
            if middle < part.top || middle > part.bottom || span.area.right < part.left || span.area.left > part.right {
                continue;
            }
            let mut run: Vec<Glyph> = Vec::new();
            for glyph in &span.glyphs {
                let outside = glyph.label || glyph.middle() < part.left || glyph.middle() > part.right;
                // a written space with room around it parts as well as a wide gap does
                let last = run.iter().rfind(|g| !g.ch.is_whitespace());
                let spaced = run.last().is_some_and(|g| g.ch.is_whitespace());
                let room = last.map_or(0.0, |g| glyph.left - g.right) / span.height();
                // recognisers write the space between two columns' numbers however narrow it is
                let numbers = glyph.ch.is_ascii_digit() && last.is_some_and(|g| g.ch.is_ascii_digit()) && self.source == Source::Ocr;
                let spaced_numbers = spaced && numbers;
                let wide = spaced_numbers || !glyph.ch.is_whitespace() && (room > gap || spaced && room > gap.min(0.6));
                if outside || wide {
                    close(&mut run, index, &span.area, &mut pieces);
                }
                if !outside {
                    run.push(*glyph);
                }
            }
            close(&mut run, index, &span.area, &mut pieces);
        }
        pieces.sort_by(|a, b| a.area.top.total_cmp(&b.area.top).then(a.area.left.total_cmp(&b.area.left)));
        pieces
    }

    /// Where something of this sheet stood on the page before the values were moved back onto the form.
    pub(crate) fn stood(&self, area: Rect) -> Rect {
        let Some(m) = self.moved else { return area };
        let (middle, half) = (area.center().y * m.stretch + m.y, area.height() / 2.0);
        Rect { left: area.left + m.x, right: area.right + m.x, top: middle - half, bottom: middle + half }
    }

    /// A value from these pieces: its place and its confidence are theirs, the weakest deciding.
    pub(crate) fn field(&self, value: &str, pieces: &[Piece]) -> Field {
        let area = pieces.iter().map(|p| p.area).reduce(|a, b| a.union(&b)).map(|area| self.stood(area));
        let confidence = pieces.iter().map(Piece::confidence).fold(1.0, f32::min);
        Field { value: value.trim().to_owned(), source: self.source, confidence, page: self.page, area: area.map(|a| self.pixels(&a)) }
    }
}

fn close(run: &mut Vec<Glyph>, span: usize, around: &Rect, pieces: &mut Vec<Piece>) {
    let first = run.iter().position(|g| !g.ch.is_whitespace());
    let last = run.iter().rposition(|g| !g.ch.is_whitespace());
    if let (Some(first), Some(last)) = (first, last) {
        let glyphs = run[first..=last].to_vec();
        let area = Rect { left: glyphs[0].left, top: around.top, right: glyphs[glyphs.len() - 1].right, bottom: around.bottom };
        pieces.push(Piece { glyphs, area, span });
    }
    run.clear();
}

/// Groups pieces into lines of text (same height on the page), each from left to right. What stands over another piece is not in one line with it, though
/// something as high as both stand beside them.
pub(crate) fn lines(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let low = |p: &Piece| p.area.height().min(piece.area.height());
        let apart = |p: &Piece| (p.middle() - piece.middle()).abs();
        let over = |p: &Piece| {
            let shared = p.area.right.min(piece.area.right) - p.area.left.max(piece.area.left);
            apart(p) > 0.4 * low(p) && shared > 0.5 * p.area.width().min(piece.area.width())
        };
        let fits = |line: &Vec<Piece>| line.iter().any(|p| apart(p) < 0.5 * low(p)) && !line.iter().any(over);
        match lines.iter_mut().rev().take(2).find(|l| fits(l)) {
            Some(line) => line.push(piece),
            None => lines.push(vec![piece]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    }
    lines
}

/// The text of pieces line by line; pieces of one line are set apart by a space, lines by `between`.
pub(crate) fn join(pieces: Vec<Piece>, between: &str) -> String {
    lines(pieces).into_iter().map(|line| line.iter().map(Piece::text).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(between)
}
