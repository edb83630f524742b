//! Straight gaps between the papers of a page: strips without text from edge to edge.

use super::Block;

/// A strip narrower than this many heights of letters lies between lines, not between papers.
const NARROW: f32 = 1.2;
/// Of the strips of one direction so many are looked at, the widest first.
const MOST: usize = 2;

/// The ways to cut a group of lines in two along a strip without text, upright or level, the widest first. Each side has as many lines as a
/// ticket has at least.
pub(super) fn cuts(blocks: &[Block], lines: &[usize], is_enough: impl Fn(&[usize]) -> bool) -> Vec<[Vec<usize>; 2]> {
    let mut heights: Vec<f32> = lines.iter().filter_map(|line| blocks.get(*line)).map(|b| b.height).collect();
    heights.sort_by(f32::total_cmp);
    let Some(height) = heights.get(heights.len() / 2).copied() else { return Vec::new() };
    let mut cuts = Vec::new();
    for upright in [true, false] {
        let extent = |line: &usize| {
            let area = blocks.get(*line).map(|b| b.area).unwrap_or_default();
            // a sloping line's box is higher than its letters: what counts is the line through its middle
            let slack = ((area.height().min(area.width()) - height) / 2.0).max(0.0);
            if upright { (area.left, area.right, *line) } else { (area.top + slack, area.bottom - slack, *line) }
        };
        let mut order: Vec<(f32, f32, usize)> = lines.iter().map(extent).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reach = f32::MIN;
        let mut strips: Vec<(f32, usize)> = Vec::new();
        for (at, (from, to, _)) in order.iter().enumerate() {
            if at > 0 && from - reach > NARROW * height {
                strips.push((from - reach, at));
            }
            reach = reach.max(*to);
        }
        strips.sort_by(|a, b| b.0.total_cmp(&a.0));
        let sides = |(wide, at): (f32, usize)| {
            let side = |part: &[(f32, f32, usize)]| part.iter().map(|(_, _, line)| *line).collect::<Vec<usize>>();
            let both = [side(&order[..at]), side(&order[at..])];
            both.iter().all(|side| is_enough(side)).then_some((wide, both))
        };
        cuts.extend(strips.into_iter().filter_map(sides).take(MOST));
    }
    cuts.sort_by(|a, b| b.0.total_cmp(&a.0));
    cuts.into_iter().map(|(_, both)| both).collect()
}

#[cfg(test)]
mod tests {
    use document::page::Rect;

    use super::*;

    /// Tickets of `rows` lines with their top left corners at these places.
    fn page(tickets: &[(f32, f32, usize)]) -> Vec<Block> {
        let line = |x: f32, y: f32| Block {
            area: Rect { left: x, top: y, right: x + 100.0, bottom: y + 10.0 },
            middle: [(x + 5.0, y + 5.0), (x + 95.0, y + 5.0)],
            height: 10.0,
            count: 8,
        };
        tickets.iter().flat_map(|&(x, y, rows)| (0..rows).map(move |row| line(x, y + 15.0 * row as f32))).collect()
    }

    #[test]
    fn the_widest_strip_comes_first() {
        let blocks = page(&[(0.0, 0.0, 6), (120.0, 0.0, 5), (0.0, 130.0, 7)]);
        let all: Vec<usize> = (0..blocks.len()).collect();
        let sizes: Vec<[usize; 2]> =
            cuts(&blocks, &all, |side| side.len() >= 4).iter().map(|both| [both[0].len(), both[1].len()]).collect();
        // above the lower ticket; the gap between the upper ones ends at its lines
        assert_eq!(sizes, [[11, 7]]);
        let upper: Vec<usize> = (0..11).collect();
        assert_eq!(cuts(&blocks, &upper, |side| side.len() >= 4).len(), 1);
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
