//! Straight gaps between the papers of a page: strips without text from edge to edge.

use std::cmp::Ordering;

use super::{Block, lean};
use crate::layout::median;

/// A strip narrower than this many heights of letters lies between lines, not between papers.
const NARROW: f32 = 0.6;
/// Between two papers that lie close together, each leaning its own way, there may be no more than this; such a strip tells as much as one so wide.
const CLOSE: f32 = 0.1;
const TELLING: f32 = 2.0;
/// Of the strips of one direction so many are looked at.
const MOST: usize = 3;
/// By how many degrees strips may lie aslant: papers are laid by hand.
const SLANTS: [f32; 7] = [0.0, -2.0, 2.0, -4.0, 4.0, -6.5, 6.5];

/// The ways to cut a group of lines in two along a straight strip without text, upright or level or somewhat aslant: first those that have most of the words
/// that a form has once on either side, then the widest. Each side has as many lines as a ticket has at least.
pub(super) fn cuts(blocks: &[Block], lines: &[usize], is_enough: impl Fn(&[usize]) -> bool) -> Vec<[Vec<usize>; 2]> {
    let Some(height) = median(lines.iter().filter_map(|line| blocks.get(*line)).map(|b| b.height)) else { return Vec::new() };
    let words = |side: &[usize]| laid(blocks, side).fold(0, |words, block| words | block.words);
    // the edges of a paper lean as its lines do; where all lines lean alike nothing tells two papers apart by it
    let leans = lean::ways(laid(blocks, lines));
    let (slants, least) = if leans.len() > 1 {
        (SLANTS.into_iter().chain(leans.into_iter().map(|lean| -lean)).collect::<Vec<f32>>(), CLOSE * height)
    } else {
        (SLANTS.to_vec(), NARROW * height)
    };
    let lean_apart = |[one, other]: &[Vec<usize>; 2]| least < NARROW * height && lean::are_apart(laid(blocks, one), laid(blocks, other));
    let mut all: Vec<Strip> = Vec::new();
    for upright in [true, false] {
        let strips = slants.iter().flat_map(|slant| strips(blocks, lines, least, upright, *slant));
        let strips = strips.filter(|(_, sides)| sides.iter().all(|side| is_enough(side)));
        let strips = strips.map(|(width, sides)| (lean_apart(&sides), width, sides));
        let strips = strips.filter(|(apart, width, _)| *apart || *width > NARROW * height);
        let mut ranked: Vec<Strip> = strips
            .map(|(apart, width, sides)| Strip {
                shared: (words(&sides[0]) & words(&sides[1])).count_ones(),
                width: if apart { width.max(TELLING * height) } else { width },
                sides,
            })
            .collect();
        ranked.sort_by(Strip::likelier);
        let mut kept: Vec<Strip> = Vec::new();
        for strip in ranked {
            let [first, _] = &strip.sides;
            let same = |other: &Strip| other.sides[0].len() == first.len() && other.sides[0].contains(&first[0]);
            if kept.len() < MOST && !kept.iter().any(same) {
                kept.push(strip);
            }
        }
        all.extend(kept);
    }
    all.sort_by(Strip::likelier);
    // where a strip has the words of a form on either side, one that has hardly any runs through a form
    let most = all.first().map_or(0, |strip| strip.shared);
    all.into_iter().filter(|strip| strip.shared * 2 >= most).map(|strip| strip.sides).collect()
}

/// The lines of a side.
fn laid<'a>(blocks: &'a [Block], side: &'a [usize]) -> impl Iterator<Item = &'a Block> {
    side.iter().filter_map(|line| blocks.get(*line))
}

/// A strip between two papers.
struct Strip {
    /// How many of the words that a form has once either side has.
    shared: u32,
    /// How wide it is, or as good as.
    width: f32,
    sides: [Vec<usize>; 2],
}

impl Strip {
    fn likelier(&self, other: &Strip) -> Ordering {
        other.shared.cmp(&self.shared).then(other.width.total_cmp(&self.width))
    }
}

/// The strips of one direction: how wide, and the lines on each side.
fn strips(blocks: &[Block], lines: &[usize], least: f32, upright: bool, slant: f32) -> Vec<(f32, [Vec<usize>; 2])> {
    let (sin, cos) = slant.to_radians().sin_cos();
    let across = |(x, y): (f32, f32)| if upright { x * cos - y * sin } else { x * sin + y * cos };
    let extent = |line: &usize| {
        // the letters of a line, not its box: that of a sloping line is higher
        let block = blocks.get(*line)?;
        let [a, b] = block.middle.map(across);
        Some((a.min(b) - block.height / 2.0, a.max(b) + block.height / 2.0, *line))
    };
    let mut order: Vec<(f32, f32, usize)> = lines.iter().filter_map(extent).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reach = f32::MIN;
    let mut found = Vec::new();
    for at in 0..order.len() {
        let (from, to, _) = order[at];
        if at > 0 && from - reach > least {
            let side = |part: &[(f32, f32, usize)]| part.iter().map(|(_, _, line)| *line).collect::<Vec<usize>>();
            found.push((from - reach, [side(&order[..at]), side(&order[at..])]));
        }
        reach = reach.max(to);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::laid::{line, page};
    use super::*;

    #[test]
    fn the_widest_strip_comes_first() {
        let blocks = page(&[(0.0, 0.0, 6), (120.0, 0.0, 5), (0.0, 130.0, 7)]);
        let all: Vec<usize> = (0..blocks.len()).collect();
        let sizes: Vec<[usize; 2]> =
            cuts(&blocks, &all, |side| side.len() >= 4).iter().map(|both| [both[0].len(), both[1].len()]).collect();
        // above the lower ticket; aslant past it, beside the upper right one
        assert_eq!(sizes, [[11, 7], [13, 5]]);
        let upper: Vec<usize> = (0..11).collect();
        assert_eq!(cuts(&blocks, &upper, |side| side.len() >= 4).len(), 1);
    }

    #[test]
    fn a_strip_may_lie_aslant() {
        // the left ticket leans into the column of the right one
        let lean = |x: f32| (0..20).map(move |row| line(x + 1.0 * row as f32, 15.0 * row as f32));
        let blocks: Vec<Block> = lean(0.0).chain(lean(116.0)).collect();
        let all: Vec<usize> = (0..40).collect();
        let sizes: Vec<[usize; 2]> =
            cuts(&blocks, &all, |side| side.len() >= 4).iter().map(|both| [both[0].len(), both[1].len()]).collect();
        assert_eq!(sizes, [[20, 20]]);
    }

    #[test]
    fn between_papers_that_lean_apart_the_strip_is_close() {
        // a level paper, and one that leans, so near that no strip between them is as wide as those between columns
        let degrees = -4.7_f32;
        let leaning = |row: usize| {
            let level = line(101.5 + 15.0 * row as f32 * -degrees.to_radians().sin(), 15.0 * row as f32);
            let [a, b] = level.middle;
            Block { middle: [a, (b.0, a.1 + (b.0 - a.0) * degrees.to_radians().tan())], ..level }
        };
        let blocks: Vec<Block> = page(&[(0.0, 0.0, 20)]).into_iter().chain((0..20).map(leaning)).collect();
        let all: Vec<usize> = (0..40).collect();
        let first = cuts(&blocks, &all, |side| side.len() >= 4).into_iter().next();
        assert_eq!(first, Some([(0..20).collect::<Vec<_>>(), (20..40).collect()]));
        // the same lines, all level: they are columns of one paper
        let level: Vec<Block> = blocks.iter().map(|b| Block { middle: [b.middle[0], (b.middle[1].0, b.middle[0].1)], ..*b }).collect();
        assert!(cuts(&level, &all, |side| side.len() >= 4).is_empty());
    }

    #[test]
    fn what_has_the_same_words_on_both_sides_comes_before_what_is_wide() {
        // a form has a wide gap of its own, the two stand close together
        let form = |x: f32| [(x, 6), (x + 160.0, 6)].map(|(x, rows)| page(&[(x, 0.0, rows)])).concat();
        let mut blocks = [form(0.0), form(270.0)].concat();
        // the title at its left, the date at its right
        for (at, words) in [(0, 0b01), (6, 0b10), (12, 0b01), (18, 0b10)] {
            blocks[at].words = words;
        }
        let all: Vec<usize> = (0..24).collect();
        let first = cuts(&blocks, &all, |side| side.len() >= 4).swap_remove(0);
        assert_eq!(first, [(0..12).collect::<Vec<_>>(), (12..24).collect()]);
    }

    #[test]
    fn lines_of_one_paper_are_not_cut() {
        let blocks = page(&[(0.0, 0.0, 9)]);
        let all: Vec<usize> = (0..9).collect();
        assert!(cuts(&blocks, &all, |side| side.len() >= 4).is_empty());
        assert!(cuts(&[], &[], |_| true).is_empty());
        // too little on one side
        let blocks = page(&[(0.0, 0.0, 9), (0.0, 200.0, 2)]);
        let all: Vec<usize> = (0..11).collect();
        assert!(cuts(&blocks, &all, |side| side.len() >= 4).is_empty());
    }
}
