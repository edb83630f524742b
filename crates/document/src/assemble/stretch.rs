//! Text whose letters were placed one by one for a larger font than they are set in.
//!
//! Converters that scale a page but not its fonts leave every letter where it belongs and draw it at a third of its size. Gaps in
//! em then say nothing, so the letters are taken to be as large as they are spaced.

use std::collections::HashMap;

use super::Glyph;
use crate::page::Rect;

/// Fewer letters than this tell nothing.
const FEWEST: usize = 20;
/// This part of the runs has to be of one letter.
const SINGLES: f32 = 0.8;
/// A letter's room is at least this many times its width before anything is done about it.
const LEAST: f32 = 1.4;
/// More than this is a gap between words, not the room of a letter.
const MOST: f32 = 6.0;

/// Scales glyphs about their origins to fill the room they are given, where almost every glyph is a run of its own and the usual
/// room is much wider than the usual glyph. All other text is given back as it is.
pub(super) fn to_their_spacing(mut glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let Some(factor) = factor(&glyphs) else { return glyphs };
    for glyph in &mut glyphs {
        let (origin, area) = (glyph.origin, glyph.area);
        let x = |x: f32| origin.x + (x - origin.x) * factor;
        let y = |y: f32| origin.y + (y - origin.y) * factor;
        glyph.area = Rect { left: x(area.left), top: y(area.top), right: x(area.right), bottom: y(area.bottom) };
        glyph.size *= factor;
    }
    glyphs
}

fn factor(glyphs: &[Glyph]) -> Option<f32> {
    let letters: Vec<&Glyph> = glyphs.iter().filter(|g| !g.ch.is_whitespace()).collect();
    if letters.len() < FEWEST {
        return None;
    }
    let mut runs: HashMap<u32, usize> = HashMap::new();
    for letter in &letters {
        *runs.entry(letter.run).or_default() += 1;
    }
    let singles = runs.values().filter(|count| **count == 1).count();
    if (singles as f32) < SINGLES * runs.len() as f32 {
        return None;
    }
    let mut rooms: Vec<f32> = letters.windows(2).filter_map(|pair| room(pair[0], pair[1])).collect();
    if rooms.len() < FEWEST / 2 {
        return None;
    }
    let middle = rooms.len() / 2;
    let (_, usual, _) = rooms.select_nth_unstable_by(middle, f32::total_cmp);
    (*usual >= LEAST).then_some(*usual)
}

/// The room from one letter to the next on its baseline, in widths of the letter.
fn room(letter: &Glyph, next: &Glyph) -> Option<f32> {
    let (start, end) = super::along(&letter.area, letter.turn);
    let (next_start, _) = super::along(&next.area, letter.turn);
    let offset = super::across(next.origin, letter.turn) - super::across(letter.origin, letter.turn);
    let room = (next_start - start) / (end - start);
    (letter.turn == next.turn && offset.abs() <= 0.1 * letter.size && room > 0.5 && room < MOST).then_some(room)
}
