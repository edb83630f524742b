//! Several tickets on one page: which text belongs to which.
//!
//! The lines of a page are joined into a tree, nearest first (`tree`). From its top down, the two branches of a fork are taken apart where more
//! forms are read whole from them than from both together (`worth`), and lines go where they fit best (`fit`); a page on which one form is read and whose words speak for no
//! second one is not looked at any further.

mod fit;
mod tree;
mod worth;

use document::page::Rect;

use self::tree::Tree;
use crate::forms::{self, FormReading, signs};
use crate::layout::{Sheet, Span};
use crate::split;

/// At most this many parts of a page are read to find out how it is divided: some four for each ticket of a crowded sheet.
const MOST: usize = 120;
/// So many where the words do not speak for several forms: enough for one ticket beside text that is none.
const FEW: usize = 12;

/// A line of text, as far as its place goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// The box around it, in pixels of the upright page or in the sheet's units.
    pub(crate) area: Rect,
    /// The line through the middle of its letters, from its start to its end: the boxes of sloping lines overlap where they do not.
    pub(crate) middle: [(f32, f32); 2],
    /// The height of its letters, which the box of a sloping line exceeds.
    pub(crate) height: f32,
    /// How many characters it has.
    pub(crate) count: usize,
}

/// The text of a page in lines, and how some of them make a sheet.
pub(crate) struct Lines<'a> {
    /// Where the lines are.
    pub(crate) blocks: &'a [Block],
    /// The sheet of some of the lines, by their numbers.
    pub(crate) sheet: &'a dyn Fn(&[usize]) -> Sheet,
}

/// A part of a page, and the form on it, if any.
pub(crate) type Piece = (Sheet, Option<FormReading>);

/// Divides a page into parts with one form each. A page with one form or none is one part.
pub(crate) fn divide(lines: &Lines) -> Vec<Piece> {
    let all: Vec<usize> = (0..lines.blocks.len()).collect();
    let sheet = (lines.sheet)(&all);
    let reading = forms::read(&sheet);
    let several = forms::several(&sheet);
    if !several && reading.as_ref().is_some_and(worth::is_solid) {
        return vec![(sheet, reading)];
    }
    let by_heads: Option<Vec<Piece>> = split::parts(&sheet).map(|parts| {
        let read = |part: Sheet| {
            let reading = forms::read(&part);
            (part, reading)
        };
        parts.into_iter().map(read).collect()
    });
    let tree = Tree::of(lines.blocks);
    let mut search = Search { lines, tree: &tree, left: if several { MOST } else { FEW } };
    let whole = Part { lines: all, sheet, reading };
    let mut parts = search.best(tree.top(), whole);
    if parts.len() > 1 {
        parts.retain(|part| part.reading.is_some());
        parts = rejoined(lines, exchanged(lines, parts));
    }
    let pieces: Vec<Piece> = parts.into_iter().map(|part| (part.sheet, part.reading)).collect();
    match by_heads {
        Some(parts) if worth::score(parts.iter().map(|p| p.1.as_ref())) >= worth::score(pieces.iter().map(|p| p.1.as_ref())) => parts,
        _ => pieces,
    }
}

/// Divides a page of a text layer.
pub(crate) fn of_sheet(sheet: &Sheet) -> Vec<Piece> {
    let block =
        |s: &Span| Block { area: s.area, middle: level(&s.area), height: s.area.height().min(s.area.width()), count: s.glyphs.len() };
    let blocks: Vec<Block> = sheet.spans.iter().map(block).collect();
    let part = |lines: &[usize]| {
        let spans: Vec<Span> = lines.iter().filter_map(|line| sheet.spans.get(*line)).cloned().collect();
        if spans.len() == sheet.spans.len() {
            return sheet.clone();
        }
        let mut part = Sheet { spans, ..sheet.clone() };
        part.area = signs::extent(&part);
        let area = part.area;
        part.rulings.retain(|r| {
            let (at, span) = if r.upright {
                ((area.left, area.right), (area.top, area.bottom))
            } else {
                ((area.top, area.bottom), (area.left, area.right))
            };
            let margin = 0.05 * (at.1 - at.0);
            r.at > at.0 - margin && r.at < at.1 + margin && r.to > span.0 && r.from < span.1
        });
        part
    };
    divide(&Lines { blocks: &blocks, sheet: &part })
}

/// The line through the middle of a box, along its longer side.
fn level(area: &Rect) -> [(f32, f32); 2] {
    let (middle, half) = (area.center(), area.height().min(area.width()) / 2.0);
    let ends = if area.height() > area.width() {
        [(middle.x, area.top), (middle.x, area.bottom)]
    } else {
        [(area.left, middle.y), (area.right, middle.y)]
    };
    shortened(ends, half)
}

/// A line without this much of each of its ends.
pub(crate) fn shortened([a, b]: [(f32, f32); 2], by: f32) -> [(f32, f32); 2] {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy).max(1e-3);
    let share = (by / length).min(0.5);
    [(a.0 + dx * share, a.1 + dy * share), (b.0 - dx * share, b.1 - dy * share)]
}

/// Some lines of a page, read as one form.
struct Part {
    lines: Vec<usize>,
    sheet: Sheet,
    reading: Option<FormReading>,
}

/// The same parts, after lines that fit another part much better than their own went there: a title that runs on in the title beside it.
fn exchanged(lines: &Lines, parts: Vec<Part>) -> Vec<Part> {
    let before = worth::score(parts.iter().map(|part| part.reading.as_ref()));
    let mut groups: Vec<Vec<usize>> = parts.iter().map(|part| part.lines.clone()).collect();
    if !fit::exchange(lines.blocks, &mut groups) {
        return parts;
    }
    let read = |(part, group): (&Part, Vec<usize>)| {
        if group == part.lines {
            return Part { lines: group, sheet: part.sheet.clone(), reading: part.reading.clone() };
        }
        let sheet = (lines.sheet)(&group);
        let reading = forms::read(&sheet);
        Part { lines: group, sheet, reading }
    };
    let after: Vec<Part> = parts.iter().zip(groups).map(read).collect();
    if worth::score(after.iter().map(|part| part.reading.as_ref())) >= before { after } else { parts }
}

/// The same parts, those joined that say they are the same document: halves of a form that was torn.
fn rejoined(lines: &Lines, parts: Vec<Part>) -> Vec<Part> {
    let name = |part: &Part| part.reading.as_ref().and_then(|r| worth::identity(r.kind, &r.details));
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        let same = kept.iter_mut().find(|other| name(other).is_some() && name(other) == name(&part));
        match same {
            None => kept.push(part),
            Some(other) => {
                let all: Vec<usize> = other.lines.iter().chain(&part.lines).copied().collect();
                let sheet = (lines.sheet)(&all);
                let reading = forms::read(&sheet);
                if name(&Part { lines: Vec::new(), sheet: sheet.clone(), reading: reading.clone() }) == name(other) {
                    *other = Part { lines: all, sheet, reading };
                }
            }
        }
    }
    kept
}

/// The search for the best division.
struct Search<'a> {
    lines: &'a Lines<'a>,
    tree: &'a Tree,
    /// How many more parts may be read.
    left: usize,
}

impl Search<'_> {
    /// The best division of a branch of which all is read as `whole`.
    fn best(&mut self, branch: usize, whole: Part) -> Vec<Part> {
        let Some(fork) = self.tree.fork(branch) else { return vec![whole] };
        if self.left < fork.len() || whole.reading.as_ref().is_some_and(worth::is_solid) && !forms::several(&whole.sheet) {
            return vec![whole];
        }
        self.left -= fork.len();
        let mut parts = Vec::new();
        for branch in fork {
            let lines = self.tree.lines(branch).to_vec();
            let sheet = (self.lines.sheet)(&lines);
            let reading = forms::read(&sheet);
            parts.extend(self.best(branch, Part { lines, sheet, reading }));
        }
        let apart = worth::score(parts.iter().map(|part| part.reading.as_ref()));
        if apart > worth::score(std::iter::once(whole.reading.as_ref())) { parts } else { vec![whole] }
    }
}
