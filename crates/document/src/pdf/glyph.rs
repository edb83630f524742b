//! A PDF glyph as a character with a box.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun, OutlineGlyph, PositionedGlyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{Affine, Point as PathPoint};
use skrifa::MetadataProvider;

use crate::assemble;
use crate::page::{Point, Rect, Turn};

/// Units of an em in which hayro gives outlines and advances.
const EM: f64 = 1000.0;
/// The box of a letter above and below its baseline, in em: those of Chinese fonts (OS/2 typographic metrics of SimSun and KaiTi).
const ASCENT: f64 = 0.86;
const DESCENT: f64 = 0.14;
/// The character where the file does not say what it is.
pub(super) const UNKNOWN: char = '\u{FFFD}';

/// For each embedded font program, its glyphs' characters by its own `cmap`.
#[derive(Default)]
pub(super) struct Reverse(HashMap<u128, HashMap<u32, char>>);

impl Reverse {
    /// What the font program itself says of a glyph that the PDF gives no character for.
    fn character(&mut self, glyph: &OutlineGlyph) -> Option<char> {
        let font = glyph.font_data()?;
        let characters = self.0.entry(font.cache_key).or_insert_with(|| reverse_cmap(font.data.as_ref().as_ref()));
        characters.get(&glyph.glyph_id().to_u32()).copied()
    }
}

fn reverse_cmap(data: &[u8]) -> HashMap<u32, char> {
    let mut characters: HashMap<u32, char> = HashMap::new();
    let Ok(font) = skrifa::FontRef::new(data) else { return characters };
    for (code, glyph) in font.charmap().mappings() {
        let Some(ch) = char::from_u32(code).filter(|ch| is_text(*ch)) else { continue };
        // Several characters may share a glyph: the lowest is the plain one.
        characters.entry(glyph.to_u32()).and_modify(|known| *known = ch.min(*known)).or_insert(ch);
    }
    characters
}

/// False for what no reader can make sense of: control characters, private use and the replacement character itself.
fn is_text(ch: char) -> bool {
    !(ch.is_control() || matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. | UNKNOWN))
}

/// Puts a run's glyphs into page space. `transform` is the run's own; `run` its number.
pub(super) fn place(run: &GlyphRun<'_, '_>, transform: Affine, number: u32, reverse: &mut Reverse, out: &mut Vec<assemble::Glyph>) {
    let fitted = is_fitted(run, transform);
    for glyph in run.glyphs() {
        let characters = characters(glyph, reverse);
        let matrix = transform * glyph.transform();
        let advance = match run.writing_mode() {
            WritingMode::Horizontal if fitted => advance(glyph) / proportion(matrix),
            WritingMode::Horizontal => advance(glyph),
            // Down the page every letter stands in a full em of its own.
            WritingMode::Vertical => EM,
        };
        let count = characters.len() as f64;
        for (index, ch) in characters.into_iter().enumerate() {
            let (from, to) = (advance * index as f64 / count, advance * (index + 1) as f64 / count);
            out.push(boxed(ch, matrix, from, to, number));
        }
    }
}

/// True when the letters of a substitute font were each stretched to the width that the PDF states: then that width, which is what
/// a glyph's advance is, must not be stretched once more. It shows in letters of one run that differ in proportion.
fn is_fitted(run: &GlyphRun<'_, '_>, transform: Affine) -> bool {
    let mut proportions = run.glyphs().iter().map(|glyph| proportion(transform * glyph.transform()));
    let Some(first) = proportions.next() else { return false };
    proportions.any(|proportion| (proportion - first).abs() > 0.01 * first)
}

/// How wide an em is for its height.
fn proportion(matrix: Affine) -> f64 {
    let [a, b, c, d, _, _] = matrix.as_coeffs();
    let proportion = a.hypot(b) / c.hypot(d);
    if proportion.is_finite() && proportion > 0.0 { proportion } else { 1.0 }
}

/// The characters of a glyph: what the PDF says (ToUnicode, a predefined CMap, glyph names), else what the font program says.
fn characters(glyph: &PositionedGlyph<'_>, reverse: &mut Reverse) -> Vec<char> {
    let said: Vec<char> = match glyph.as_unicode() {
        Some(BfString::Char(ch)) => vec![ch],
        Some(BfString::String(text)) => text.chars().collect(),
        None => Vec::new(),
    };
    if !said.is_empty() && said.iter().all(|ch| is_text(*ch) || ch.is_whitespace()) {
        return said;
    }
    let own = match &**glyph {
        Glyph::Outline(outline) => reverse.character(outline),
        Glyph::Type3(_) => None,
    };
    vec![own.unwrap_or(UNKNOWN)]
}

/// The advance of a glyph in thousandths of an em; half an em where the font does not say.
fn advance(glyph: &Glyph<'_>) -> f64 {
    let advance = match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(type3) => type3.advance_width(),
    };
    advance.map(f64::from).filter(|a| a.is_finite() && *a >= 0.0).unwrap_or(EM / 2.0)
}

/// One character between two advances of its glyph.
fn boxed(ch: char, matrix: Affine, from: f64, to: f64, run: u32) -> assemble::Glyph {
    let at = |x: f64, y: f64| matrix * PathPoint::new(x, y);
    let origin = at(from, 0.0);
    let corners = [at(from, ASCENT * EM), at(from, -DESCENT * EM), at(to, ASCENT * EM), at(to, -DESCENT * EM)];
    let least = |of: fn(&PathPoint) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min) as f32;
    let most = |of: fn(&PathPoint) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max) as f32;
    assemble::Glyph {
        ch,
        area: Rect { left: least(|p| p.x), top: least(|p| p.y), right: most(|p| p.x), bottom: most(|p| p.y) },
        origin: Point { x: origin.x as f32, y: origin.y as f32 },
        size: (at(0.0, EM) - at(0.0, 0.0)).hypot() as f32,
        turn: turn(at(EM, 0.0) - at(0.0, 0.0)),
        run,
    }
}

/// The quarter turn nearest to the direction in which a line runs.
fn turn(direction: hayro_interpret::kurbo::Vec2) -> Turn {
    if direction.x.abs() >= direction.y.abs() {
        if direction.x >= 0.0 { Turn::None } else { Turn::Half }
    } else if direction.y > 0.0 {
        Turn::Quarter
    } else {
        Turn::ThreeQuarters
    }
}
