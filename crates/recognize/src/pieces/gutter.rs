//! Straight gaps between the papers of a page: strips without text from edge to edge.

use super::Block;
use crate::layout::median;

/// A strip narrower than this many heights of letters lies between lines, not between papers.
const NARROW: f32 = 0.6;
/// Of the strips of one direction so many are looked at.
const MOST: usize = 3;
/// By how many degrees strips may lie aslant: papers are laid by hand.
const SLANTS: [f32; 7] = [0.0, -2.0, 2.0, -4.0, 4.0, -6.5, 6.5];

/// The ways to cut a group of lines in two along a straight strip without text, upright or level or somewhat aslant: first those that have most of the words
/// that a form has once on either side, then the widest. Each side has as many lines as a ticket has at least.
pub(super) fn cuts(blocks: &[Block], lines: &[usize], is_enough: impl Fn(&[usize]) -> bool) -> Vec<[Vec<usize>; 2]> {
    let Some(height) = median(lines.iter().filter_map(|line| blocks.get(*line)).map(|b| b.height)) else { return Vec::new() };
    let words = |side: &[usize]| side.iter().filter_map(|line| blocks.get(*line)).fold(0, |words, block| words | block.words);
    let mut all = Vec::new();
    for upright in [true, false] {
        let strips = SLANTS.iter().flat_map(|slant| strips(blocks, lines, NARROW * height, upright, *slant));
        let strips = strips.filter(|(_, sides)| sides.iter().all(|side| is_enough(side)));
        let mut ranked: Vec<(u32, f32, [Vec<usize>; 2])> =
            strips.map(|(width, sides)| ((words(&sides[0]) & words(&sides[1])).count_ones(), width, sides)).collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
        let mut kept: Vec<(u32, f32, [Vec<usize>; 2])> = Vec::new();
        for strip in ranked {
            let same = |other: &[Vec<usize>; 2]| other[0].len() == strip.2[0].len() && other[0].contains(&strip.2[0][0]);
            if kept.len() < MOST && !kept.iter().any(|(.., sides)| same(sides)) {
                kept.push(strip);
            }
        }
        all.extend(kept);
    }
    all.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    // where a strip has the words of a form on either side, one that has hardly any runs through a form
    let most = all.first().map_or(0, |strip| strip.0);
    all.into_iter().filter(|(shared, ..)| shared * 2 >= most).map(|(.., sides)| sides).collect()
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
