//! Print that is made of dots: a character as the needles of a matrix printer strike it, or as the points of a thermal head burn it.

use std::collections::HashMap;

use crate::error::Error;
use crate::sheet::{Path, Run, Step, Text};
use crate::typeface::{self, Placing};

/// How a text comes onto the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Ink {
    /// Smooth outlines: offset print, laser, ink jet, a digital document.
    #[default]
    Solid,
    /// A matrix printer of 24 needles, as invoices on paper, air itineraries and most receipts are typed with: 24 rows to a character, dots that overlap.
    Needles24,
    /// A matrix printer of 9 needles, as taxi meters and cash registers have: 16 rows to a character, dots that can be told apart.
    #[allow(dead_code, reason = "a form takes the ink that its machine has")]
    Needles9,
    /// A thermal head of 8 points to the millimetre: square points without gaps, as on railway tickets and receipts.
    Thermal,
}

impl Ink {
    /// Rows to the height of a character and the diameter of a dot as a share of their distance; for needles and heads with a pitch of their own,
    /// rows follow from the size.
    fn grid(self, size: f32) -> Option<(usize, f32)> {
        match self {
            Ink::Solid => None,
            Ink::Needles24 => Some((24, 1.35)),
            Ink::Needles9 => Some((16, 0.95)),
            Ink::Thermal => Some((((size * 8.0).round() as usize).clamp(12, 96), 1.0)),
        }
    }
}

/// The places of a cell that are struck, as runs (row, first column, last column), with the cell's columns.
type Struck = Vec<(usize, usize, usize)>;

/// A text as dots, or nothing where its ink is smooth. It stands where the text would stand, half-width letters squeezed into their cells.
pub(crate) fn dots(text: &Text) -> Result<Option<Path>, Error> {
    let Some((rows, fat)) = text.ink.grid(text.size) else { return Ok(None) };
    let pitch = text.size / rows as f32;
    let mut path = Path { fill: Some(text.colour), ..Path::default() };
    let mut struck: HashMap<char, Struck> = HashMap::new();
    let mut at = 0.0;
    for (i, (ch, advance)) in text.content.chars().zip(&text.advances).enumerate() {
        let cell = text.face.advance(ch);
        let runs = match struck.entry(ch) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert(strike(ch, rows, cell)?),
        };
        let origin = match text.run {
            Run::Across | Run::Turned => (at, 0.0),
            Run::Down(step) => (0.0, step * i as f32),
        };
        for (row, first, last) in runs.iter() {
            let (left, right) = (origin.0 + *first as f32 * pitch, origin.0 + (*last + 1) as f32 * pitch);
            // The foot of the grid lies below the baseline by the depth of descenders.
            let middle = origin.1 + (*row as f32 + 0.5) * pitch - text.size * (1.0 - DEPTH);
            dot(&mut path, text, [left, right], middle, pitch, fat);
        }
        at += advance;
    }
    Ok(Some(path))
}

/// Share of a character's height that lies below the baseline.
const DEPTH: f32 = 0.16;

/// The rows of a character's cell, `cell` being its width as a share of its height.
fn strike(ch: char, rows: usize, cell: f32) -> Result<Struck, Error> {
    let mut outline = Path::default();
    let glyph = typeface::glyph(ch)?;
    let squeeze = if cell < 1.0 && glyph.advance > 0.0 { (cell / glyph.advance).min(1.25) } else { 1.0 };
    let size = rows as f32;
    typeface::outline(ch, Placing { x: 0.0, y: size * (1.0 - DEPTH), width: size * squeeze, height: size, turn: 0.0 }, &mut outline)?;
    let edges = edges(&outline.steps);
    let columns = (size * cell).ceil() as usize;
    let mut runs = Vec::new();
    for row in 0..rows {
        let y = row as f32 + 0.5;
        let mut crossings: Vec<(f32, i32)> = edges
            .iter()
            .filter(|((_, y0), (_, y1))| (*y0 <= y) != (*y1 <= y))
            .map(|((x0, y0), (x1, y1))| (x0 + (y - y0) / (y1 - y0) * (x1 - x0), if y1 > y0 { 1 } else { -1 }))
            .collect();
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            winding += pair[0].1;
            // A needle strikes where the outline covers its middle.
            let (from, to) = ((pair[0].0 - 0.5).ceil().max(0.0) as usize, (pair[1].0 - 0.5).floor());
            if winding != 0 && to >= from as f32 && from < columns {
                let to = (to as usize).min(columns - 1);
                match runs.last_mut() {
                    Some((r, _, last)) if *r == row && *last + 1 >= from => *last = to.max(*last),
                    _ => runs.push((row, from, to)),
                }
            }
        }
    }
    Ok(runs)
}

/// The straight edges of an outline, its curves cut into four.
fn edges(steps: &[Step]) -> Vec<((f32, f32), (f32, f32))> {
    let mut edges = Vec::new();
    let (mut start, mut here) = ((0.0, 0.0), (0.0, 0.0));
    let mut curve = |from: (f32, f32), point: &dyn Fn(f32) -> (f32, f32)| {
        let mut last = from;
        for i in 1..=4 {
            let next = point(i as f32 / 4.0);
            edges.push((last, next));
            last = next;
        }
    };
    for step in steps {
        match *step {
            Step::Move(x, y) => (start, here) = ((x, y), (x, y)),
            Step::Line(x, y) => {
                curve(here, &|t| (here.0 + (x - here.0) * t, here.1 + (y - here.1) * t));
                here = (x, y);
            }
            Step::Quad(a, b, x, y) => {
                let mix = |p: f32, q: f32, r: f32, t: f32| (1.0 - t) * (1.0 - t) * p + 2.0 * t * (1.0 - t) * q + t * t * r;
                curve(here, &|t| (mix(here.0, a, x, t), mix(here.1, b, y, t)));
                here = (x, y);
            }
            Step::Cubic(a, b, c, d, x, y) => {
                let mix = |p: f32, q: f32, r: f32, s: f32, t: f32| {
                    let u = 1.0 - t;
                    u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s
                };
                curve(here, &|t| (mix(here.0, a, c, x, t), mix(here.1, b, d, y, t)));
                here = (x, y);
            }
            Step::Close => {
                curve(here, &|t| (here.0 + (start.0 - here.0) * t, here.1 + (start.1 - here.1) * t));
                here = start;
            }
        }
    }
    edges
}

/// Dots side by side: apart where they do not touch, else as one bar with blunt ends.
fn dot(path: &mut Path, text: &Text, [left, right]: [f32; 2], middle: f32, pitch: f32, fat: f32) {
    if fat < 1.0 {
        let count = ((right - left) / pitch).round() as usize;
        for i in 0..count {
            let x = left + (i as f32 + 0.5) * pitch;
            bar(path, text, [x, x], middle, pitch * fat / 2.0);
        }
    } else if text.ink == Ink::Thermal {
        let half = pitch / 2.0;
        let corners = [(left, middle - half), (right, middle - half), (right, middle + half), (left, middle + half)];
        polygon(path, text, &corners);
    } else {
        let radius = pitch * fat / 2.0;
        bar(path, text, [left + pitch / 2.0, right - pitch / 2.0], middle, radius);
    }
}

/// Half a side of a regular octagon as a share of its inner radius.
const EIGHTH: f32 = 0.414;

/// An octagon drawn out from one middle to the other.
fn bar(path: &mut Path, text: &Text, [from, to]: [f32; 2], middle: f32, radius: f32) {
    let e = radius * EIGHTH;
    let corners = [
        (from - e, middle - radius),
        (to + e, middle - radius),
        (to + radius, middle - e),
        (to + radius, middle + e),
        (to + e, middle + radius),
        (from - e, middle + radius),
        (from - radius, middle + e),
        (from - radius, middle - e),
    ];
    polygon(path, text, &corners);
}

/// A polygon given from the text's origin.
fn polygon(path: &mut Path, text: &Text, corners: &[(f32, f32)]) {
    for (i, (x, y)) in corners.iter().enumerate() {
        let (x, y) = if text.run == Run::Turned { (text.x - y, text.y + x) } else { (text.x + x, text.y + y) };
        path.steps.push(if i == 0 { Step::Move(x, y) } else { Step::Line(x, y) });
    }
    path.steps.push(Step::Close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Face;

    fn drawn(ch: char, rows: usize, cell: f32) -> Vec<String> {
        let mut lines = vec![vec!['.'; (rows as f32 * cell).ceil() as usize]; rows];
        for (row, first, last) in strike(ch, rows, cell).expect("a glyph") {
            lines[row][first..=last].fill('#');
        }
        lines.into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn strokes_become_dots() {
        let one = drawn('一', 24, 1.0);
        let struck: Vec<usize> = one.iter().enumerate().filter(|(_, l)| l.contains("############")).map(|(i, _)| i).collect();
        assert!((1..=3).contains(&struck.len()), "one stroke across: {one:#?}");
        let box_ = drawn('口', 16, 1.0);
        let hollow = box_.iter().filter(|l| l.trim_matches('.').contains("....")).count();
        assert!(hollow >= 5, "a box is hollow: {box_:#?}");
    }

    #[test]
    fn dots_stand_where_the_text_stands() {
        for ink in [Ink::Needles24, Ink::Needles9, Ink::Thermal] {
            let text = Text::new(Face::Song, 3.2, "票8").left(10.0, 20.0).ink(ink);
            let path = dots(&text).expect("dots").expect("not smooth");
            for step in path.steps {
                if let Step::Move(x, y) | Step::Line(x, y) = step {
                    assert!((9.8..15.0).contains(&x) && (17.0..21.0).contains(&y), "{ink:?}: {x} {y}");
                }
            }
        }
        assert!(dots(&Text::new(Face::Song, 3.2, "票")).expect("smooth").is_none());
    }
}
