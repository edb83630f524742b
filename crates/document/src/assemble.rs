//! Glyphs to lines: shared by PDF and OFD.
//!
//! Everything is decided by where glyphs stand, never by the order they were written in: producers write all labels first and
//! all values after, or each glyph on its own, or every glyph twice for a bold look.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization;

use crate::page::{Char, Line, Point, Rect, Rule, Turn};

mod columns;
mod order;
mod stretch;

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

/// Two glyphs of the same character nearer than this, in em, are one glyph struck twice: along the line and across it.
const STRUCK_TWICE: (f32, f32) = (0.3, 0.1);
/// Baselines this far apart, in em, are still the same line.
const SAME_BASELINE: f32 = 0.3;
/// The widest gap, in em, between two runs that are one word.
const GAP_BETWEEN_RUNS: f32 = 0.3;
/// The same with a space written between them.
const SPACED_GAP_BETWEEN_RUNS: f32 = 0.6;
/// The widest gap, in em, between single ideographs set apart to fill the width of a label: `校 验 码`.
const GAP_IN_LABEL: f32 = 1.5;
/// The widest gap, in em, inside one run, above its usual letter spacing.
const GAP_INSIDE_RUN: f32 = 0.8;
/// The widest gap, in em, inside one run that fills it with spaces, as the padding of `名　　称`.
const PADDED_GAP: f32 = 5.0;
/// The narrowest gap, in em, above the usual letter spacing, that reads as a space.
const SPACE: f32 = 0.25;
/// Letters nearer than this, in em, touch: a space written between them has since been filled.
const TOUCHING: f32 = 0.1;
/// How far, in em, one run may reach into the next and still be followed by it.
const OVERLAP: f32 = 0.35;
/// The narrowest gap, in em, inside one run at which a ruled line divides it. Text that was set without a gap and crosses a
/// ruled line has outgrown its cell and is still one value.
const RULED_GAP: f32 = 0.2;
/// Font sizes of one line may differ by this factor.
const SIZES: f32 = 1.6;
/// Runs that are too few to say how a page was written.
const FEW_RUNS: usize = 20;
/// Characters of a strip that may stand in another's gap.
const SHORT: usize = 4;
/// Strips on one baseline among which such gaps are looked for.
const LARGEST_ROW: usize = 100;
/// How many unfinished lines on one baseline, and ruled lines near one gap, are looked at: real pages have one or two.
const LOOK_BACK: usize = 16;

/// Joins glyphs into lines by geometry: the same baseline, no gap wider than about a character, no ruled line between. Glyphs that
/// were struck twice at one spot count once; columns of single upright characters (vertical labels) become lines of their own.
/// Lines come in reading order: top to bottom, then left to right.
///
/// Every character is folded by NFKC on its own: full-width forms become ASCII (`（` to `(`, `：` to `:`, `￥` to `¥`, U+3000 to a
/// space), radicals and compatibility ideographs become the plain ideograph, circled and superscript digits lose their ring, `㎡`
/// becomes `m2`. A glyph that folds to several characters shares its box among them.
pub(crate) fn assemble(glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<Line> {
    let glyphs = stretch::to_their_spacing(glyphs);
    let mut lines = Vec::new();
    for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
        let marks = marks(&glyphs, turn);
        if marks.is_empty() {
            continue;
        }
        let dividers = Dividers::new(rules, turn);
        let strips = strips(segments(marks, &dividers), &dividers);
        let strips = if turn == Turn::None { columns::stack(strips) } else { strips };
        lines.extend(strips.into_iter().filter_map(|strip| strip.line(turn)));
    }
    order::reading_order(lines)
}

/// A glyph in the frame of its line: `u` runs along the baseline, `v` downwards across it.
#[derive(Debug, Clone, Copy)]
struct Mark {
    ch: char,
    area: Rect,
    start: f32,
    end: f32,
    baseline: f32,
    size: f32,
    run: u32,
    /// White space stood before it, in its own run or touching it.
    spaced: bool,
    /// An ideograph that is a run by itself, or begins one of no more than two characters.
    alone: bool,
}

/// The glyphs of one turn, white space turned into [`Mark::spaced`], those struck twice counted once.
fn marks(glyphs: &[Glyph], turn: Turn) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    // nine places are looked up for each glyph
    let mut struck: HashMap<(char, i64, i64, i64), (f32, f32), RandomState> = HashMap::default();
    let mut space: Option<(u32, f32, f32)> = None;
    for glyph in glyphs.iter().filter(|g| g.turn == turn) {
        let finite = [glyph.area.left, glyph.area.top, glyph.area.right, glyph.area.bottom, glyph.origin.x, glyph.origin.y];
        if !(glyph.size > 0.0 && glyph.size.is_finite() && finite.iter().all(|n| n.is_finite())) {
            continue;
        }
        let (start, end) = along(&glyph.area, turn);
        let baseline = across(glyph.origin, turn);
        if glyph.ch.is_whitespace() {
            space = Some((glyph.run, end, baseline));
            continue;
        }
        if glyph.ch.is_control() || is_invisible(glyph.ch) {
            continue;
        }
        // Real duplicates sit on top of each other: half of a narrow letter's own advance keeps "ll" two letters.
        let reach = (STRUCK_TWICE.0 * glyph.size).min(0.5 * (end - start));
        let (cell_u, cell_v) = ((start / (STRUCK_TWICE.0 * glyph.size)) as i64, (baseline / (STRUCK_TWICE.1 * glyph.size)) as i64);
        let size = (glyph.size * 8.0).round() as i64;
        let near = |du: i64, dv: i64| {
            struck
                .get(&(glyph.ch, size, cell_u.saturating_add(du), cell_v.saturating_add(dv)))
                .is_some_and(|(u, v)| (u - start).abs() <= reach && (v - baseline).abs() <= STRUCK_TWICE.1 * glyph.size)
        };
        if (-1..=1).any(|du| (-1..=1).any(|dv| near(du, dv))) {
            continue;
        }
        struck.insert((glyph.ch, size, cell_u, cell_v), (start, baseline));
        let spaced = space.take().is_some_and(|(run, space_end, space_baseline)| {
            let touches = (start - space_end).abs() <= 0.1 * glyph.size && (baseline - space_baseline).abs() <= 0.1 * glyph.size;
            run == glyph.run || touches
        });
        marks.push(Mark { ch: glyph.ch, area: glyph.area, start, end, baseline, size: glyph.size, run: glyph.run, spaced, alone: false });
    }
    marks
}

/// Characters that take no room and say nothing: byte order mark, zero-width and direction marks, soft hyphen, variation selectors.
fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Where a box starts and ends along a line of this turn.
fn along(area: &Rect, turn: Turn) -> (f32, f32) {
    match turn {
        Turn::None => (area.left, area.right),
        Turn::Quarter => (area.top, area.bottom),
        Turn::Half => (-area.right, -area.left),
        Turn::ThreeQuarters => (-area.bottom, -area.top),
    }
}

/// How far down a point is, seen along a line of this turn.
fn across(point: Point, turn: Turn) -> f32 {
    match turn {
        Turn::None => point.y,
        Turn::Quarter => -point.x,
        Turn::Half => -point.y,
        Turn::ThreeQuarters => point.x,
    }
}

/// The ruled lines that stand across lines of one turn, by where they cut it.
struct Dividers {
    at: Vec<(f32, f32, f32)>,
}

impl Dividers {
    fn new(rules: &[Rule], turn: Turn) -> Dividers {
        let mut at: Vec<(f32, f32, f32)> = rules
            .iter()
            .filter_map(|rule| {
                let area = Rect {
                    left: rule.from.x.min(rule.to.x),
                    top: rule.from.y.min(rule.to.y),
                    right: rule.from.x.max(rule.to.x),
                    bottom: rule.from.y.max(rule.to.y),
                };
                let (start, end) = along(&area, turn);
                let (one, other) = (across(rule.from, turn), across(rule.to, turn));
                let (top, bottom) = (one.min(other), one.max(other));
                (end - start < 0.1 * (bottom - top)).then_some(((start + end) / 2.0, top, bottom))
            })
            .collect();
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        Dividers { at }
    }

    /// True when a ruled line stands between `from` and `to` at the height of letters on this baseline.
    fn between(&self, from: f32, to: f32, baseline: f32, size: f32) -> bool {
        let first = self.at.partition_point(|d| d.0 < from);
        self.at[first..]
            .iter()
            .take(LOOK_BACK * 4)
            .take_while(|d| d.0 <= to)
            .any(|d| d.1 <= baseline - 0.6 * size && d.2 >= baseline - 0.1 * size)
    }
}

/// Marks on one baseline, in order along it.
#[derive(Debug)]
struct Strip {
    marks: Vec<Mark>,
    /// Set for a column of upright characters, which runs downwards.
    column: bool,
}

impl Strip {
    fn one(mark: Mark) -> Strip {
        Strip { marks: vec![mark], column: false }
    }

    fn first(&self) -> &Mark {
        &self.marks[0]
    }

    fn last(&self) -> &Mark {
        &self.marks[self.marks.len() - 1]
    }

    /// The line with its spaces, characters folded by NFKC; `None` when nothing is left of it.
    fn line(self, turn: Turn) -> Option<Line> {
        let usual = if self.column { 0.0 } else { usual_gap(&self.marks) };
        let size = self.first().size;
        let mut area: Option<Rect> = None;
        let mut chars: Vec<Char> = Vec::with_capacity(self.marks.len());
        let mut previous: Option<Mark> = None;
        for mark in &self.marks {
            if let Some(previous) = previous.filter(|_| !self.column) {
                let gap = mark.start - previous.end;
                let size = mark.size.min(previous.size);
                if gap - usual > SPACE * size || (mark.spaced && gap > TOUCHING * size) {
                    chars.push(Char { ch: ' ', area: gap_between(&previous, mark, turn) });
                }
            }
            let folded: Vec<char> = std::iter::once(mark.ch).nfkc().filter(|c| !c.is_control()).collect();
            for (index, ch) in folded.iter().enumerate() {
                chars.push(Char { ch: *ch, area: share(&mark.area, index, folded.len(), turn) });
            }
            area = Some(area.map_or(mark.area, |a| a.union(&mark.area)));
            previous = Some(*mark);
        }
        Some(Line { chars, area: area?, size, turn })
    }
}

/// The middle one of the gaps between neighbours: the letter spacing. Zero where there are too few to tell.
fn usual_gap(marks: &[Mark]) -> f32 {
    let mut gaps: Vec<f32> = marks.windows(2).filter(|w| !w[1].spaced).map(|w| w[1].start - w[0].end).collect();
    if gaps.len() < 3 {
        return 0.0;
    }
    let middle = gaps.len() / 2;
    let (_, usual, _) = gaps.select_nth_unstable_by(middle, f32::total_cmp);
    usual.max(0.0)
}

/// The box of the space between two neighbours.
fn gap_between(left: &Mark, right: &Mark, turn: Turn) -> Rect {
    let both = left.area.union(&right.area);
    let (from, to) = (left.end.min(right.start), right.start.max(left.end));
    match turn {
        Turn::None => Rect { left: from, right: to, ..both },
        Turn::Quarter => Rect { top: from, bottom: to, ..both },
        Turn::Half => Rect { left: -to, right: -from, ..both },
        Turn::ThreeQuarters => Rect { top: -to, bottom: -from, ..both },
    }
}

/// The `index`-th of `count` equal parts of a box along the line.
fn share(area: &Rect, index: usize, count: usize, turn: Turn) -> Rect {
    if count < 2 {
        return *area;
    }
    let part = |from: f32, to: f32| {
        let step = (to - from) / count as f32;
        (from + step * index as f32, from + step * (index + 1) as f32)
    };
    match turn {
        Turn::None => {
            let (left, right) = part(area.left, area.right);
            Rect { left, right, ..*area }
        }
        Turn::Half => {
            let (right, left) = part(area.right, area.left);
            Rect { left, right, ..*area }
        }
        Turn::Quarter => {
            let (top, bottom) = part(area.top, area.bottom);
            Rect { top, bottom, ..*area }
        }
        Turn::ThreeQuarters => {
            let (bottom, top) = part(area.bottom, area.top);
            Rect { top, bottom, ..*area }
        }
    }
}

/// Runs as they were written, cut where they leave their baseline, jump back, or show a gap.
fn segments(marks: Vec<Mark>, dividers: &Dividers) -> Vec<Strip> {
    let mut segments: Vec<Strip> = Vec::new();
    for mark in marks {
        match segments.last_mut() {
            Some(open) if open.last().run == mark.run && continues(open.last(), &mark) => open.marks.push(mark),
            _ => segments.push(Strip::one(mark)),
        }
    }
    let mut parts: Vec<Strip> = segments.into_iter().flat_map(|segment| cut(segment, dividers)).collect();
    // Where most runs are of one letter, that says nothing about the others.
    let singles = parts.iter().filter(|part| part.marks.len() == 1).count();
    if singles * 2 > parts.len() && parts.len() > FEW_RUNS {
        return parts;
    }
    for part in parts.iter_mut().filter(|part| part.marks.len() <= 2) {
        let first = &mut part.marks[0];
        first.alone = columns::is_ideograph(first.ch);
    }
    parts
}

/// True when a mark stands further along the same baseline than the one written before it.
fn continues(last: &Mark, next: &Mark) -> bool {
    (next.baseline - last.baseline).abs() <= SAME_BASELINE * last.size && next.start >= last.end - OVERLAP * last.size
}

/// Cuts one run at its wide gaps and at ruled lines.
fn cut(segment: Strip, dividers: &Dividers) -> Vec<Strip> {
    let usual = usual_gap(&segment.marks);
    let mut parts: Vec<Strip> = Vec::new();
    for mark in segment.marks {
        match parts.last_mut() {
            Some(part) if !divided(part.last(), &mark, usual, dividers) => part.marks.push(mark),
            _ => parts.push(Strip::one(mark)),
        }
    }
    parts
}

/// True when two neighbours of one run belong to different cells.
fn divided(last: &Mark, next: &Mark, usual: f32, dividers: &Dividers) -> bool {
    let gap = next.start - last.end;
    let widest = if next.spaced { PADDED_GAP } else { GAP_INSIDE_RUN };
    gap - usual > widest * last.size || (gap > RULED_GAP * last.size && dividers.between(last.end, next.start, last.baseline, last.size))
}

/// Joins the segments that continue each other on one baseline.
fn strips(mut segments: Vec<Strip>, dividers: &Dividers) -> Vec<Strip> {
    segments.sort_by(|a, b| a.first().baseline.total_cmp(&b.first().baseline));
    let mut strips = Vec::new();
    let mut row: Vec<Strip> = Vec::new();
    for segment in segments {
        let (baseline, size) = (segment.first().baseline, segment.first().size);
        let leaves = row.first().is_some_and(|top| baseline - top.first().baseline > SAME_BASELINE * size.min(top.first().size));
        if leaves {
            strips.extend(join_row(std::mem::take(&mut row), dividers));
        }
        row.push(segment);
    }
    strips.extend(join_row(row, dividers));
    strips
}

/// Joins the segments of one baseline from start to end.
fn join_row(row: Vec<Strip>, dividers: &Dividers) -> Vec<Strip> {
    let mut row = fill_gaps(row);
    row.sort_by(|a, b| a.first().start.total_cmp(&b.first().start));
    let mut joined: Vec<Strip> = Vec::new();
    for segment in row {
        let nearest =
            joined.iter_mut().rev().take(LOOK_BACK).filter(|strip| follows(strip.last(), segment.first(), dividers)).min_by(|a, b| {
                let distance = |s: &Strip| (segment.first().start - s.last().end).abs();
                distance(a).total_cmp(&distance(b))
            });
        match nearest {
            Some(strip) => strip.marks.extend(segment.marks),
            None => joined.push(segment),
        }
    }
    fill_gaps(joined)
}

/// Puts a short strip into the gap that another leaves for it: a form prints `年 月 日` and a value `2019  09  19` between them.
fn fill_gaps(mut row: Vec<Strip>) -> Vec<Strip> {
    if row.len() < 2 || row.len() > LARGEST_ROW {
        return row;
    }
    let mut index = 0;
    while index < row.len() {
        let home = (0..row.len()).filter(|other| *other != index).find_map(|other| Some((other, gap_for(&row[index], &row[other])?)));
        match home {
            Some((other, at)) => {
                let filling = std::mem::take(&mut row[index].marks);
                row[other].marks.splice(at..at, filling);
                row.remove(index);
            }
            None => index += 1,
        }
    }
    row
}

/// The place among a strip's marks where a short one fits between two neighbours.
fn gap_for(short: &Strip, strip: &Strip) -> Option<usize> {
    let size = short.first().size;
    let (start, end) = (short.first().start, short.last().end);
    let slack = 0.2 * size;
    let similar = size.max(strip.first().size) <= SIZES * size.min(strip.first().size);
    if short.marks.len() > SHORT || !similar || start < strip.first().end - slack || end > strip.last().start + slack {
        return None;
    }
    let at = strip.marks.partition_point(|mark| mark.start < start);
    let (before, after) = (strip.marks.get(at.checked_sub(1)?)?, strip.marks.get(at)?);
    (start >= before.end - slack && end <= after.start + slack).then_some(at)
}

/// True when a segment continues what ends at `last`.
fn follows(last: &Mark, next: &Mark, dividers: &Dividers) -> bool {
    let size = last.size.min(next.size);
    let gap = next.start - last.end;
    let ratio = last.size.max(next.size) / size;
    let slack = 0.15 * size;
    let widest = match (last.alone && next.alone, next.spaced) {
        (true, _) => GAP_IN_LABEL,
        (false, true) => SPACED_GAP_BETWEEN_RUNS,
        (false, false) => GAP_BETWEEN_RUNS,
    };
    ratio <= SIZES
        && gap <= widest * size
        && gap >= -OVERLAP * size
        && next.start > last.start
        && !dividers.between(last.end.min(next.start) - slack, next.start.max(last.end) + slack, last.baseline, size)
}

#[cfg(test)]
mod tests;
