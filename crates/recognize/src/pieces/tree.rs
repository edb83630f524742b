//! The lines of a page joined into a tree, nearest first.

use super::Block;
use super::lean::{self, ALIKE};

/// What has fewer lines or characters than these is no ticket: it goes with what it is nearest to.
const LINES: usize = 4;
/// See [`LINES`].
const CHARACTERS: usize = 16;

/// Lines that lean otherwise are on another paper: each degree beyond sets them apart by as much as one height of letters, up to so many.
const APART: f32 = 4.0;

/// A branch: its lines, and the two branches that it was joined from, each large enough to be a ticket.
#[derive(Debug, Default)]
struct Branch {
    lines: Vec<usize>,
    count: usize,
    fork: Option<[usize; 2]>,
}

/// Whether so many lines with so many characters may be a ticket.
pub(super) fn is_large(lines: usize, count: usize) -> bool {
    lines >= LINES && count >= CHARACTERS
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree {
    branches: Vec<Branch>,
    top: usize,
}

impl Tree {
    /// Joins all lines.
    pub(super) fn of(blocks: &[Block]) -> Tree {
        let mut tree = Tree { branches: Vec::new(), top: 0 };
        for (line, block) in blocks.iter().enumerate() {
            tree.branches.push(Branch { lines: vec![line], count: block.count, fork: None });
        }
        if tree.branches.is_empty() {
            tree.branches.push(Branch::default());
        }
        // the branch that each line is part of
        let mut of_line: Vec<usize> = (0..blocks.len()).collect();
        for (_, a, b) in links(blocks) {
            let (Some(&one), Some(&other)) = (of_line.get(a), of_line.get(b)) else { continue };
            let joined = tree.join((one, a), (other, b));
            for line in tree.lines(joined).to_vec() {
                of_line[line] = joined;
            }
            tree.top = joined;
        }
        tree
    }

    /// The branch that holds everything.
    pub(super) fn top(&self) -> usize {
        self.top
    }

    /// The lines of a branch.
    pub(super) fn lines(&self, branch: usize) -> &[usize] {
        self.branches.get(branch).map_or(&[], |b| b.lines.as_slice())
    }

    /// The branches that a branch forks into, where it does.
    pub(super) fn fork(&self, branch: usize) -> Option<[usize; 2]> {
        self.branches.get(branch).and_then(|b| b.fork)
    }

    /// The branches that are large enough to be a ticket, but for the one that holds everything.
    pub(super) fn branches(&self) -> impl Iterator<Item = usize> + '_ {
        let inner = self.branches.iter().filter_map(|branch| branch.fork).flatten();
        inner.filter(|branch| *branch != self.top)
    }

    fn large(&self, branch: usize) -> bool {
        is_large(self.branches[branch].lines.len(), self.branches[branch].count)
    }

    /// Joins two branches that come nearest to each other with these lines.
    fn join(&mut self, (one, a): (usize, usize), (other, b): (usize, usize)) -> usize {
        if self.large(one) && self.large(other) {
            let (left, right) = (&self.branches[one], &self.branches[other]);
            let lines = left.lines.iter().chain(&right.lines).copied().collect();
            let count = left.count + right.count;
            self.branches.push(Branch { lines, count, fork: Some([one, other]) });
            return self.branches.len() - 1;
        }
        let (into, at, from) =
            if self.branches[one].lines.len() >= self.branches[other].lines.len() { (one, a, other) } else { (other, b, one) };
        let (lines, count) = (self.branches[from].lines.clone(), self.branches[from].count);
        self.take_in(into, at, &lines, count);
        into
    }

    /// Adds lines to a branch and to those below it that hold the line they are nearest to.
    fn take_in(&mut self, branch: usize, near: usize, lines: &[usize], count: usize) {
        let mut next = Some(branch);
        while let Some(at) = next {
            let branch = &mut self.branches[at];
            branch.lines.extend_from_slice(lines);
            branch.count += count;
            next = branch.fork.and_then(|fork| fork.into_iter().find(|b| self.branches[*b].lines.contains(&near)));
        }
    }
}

/// The shortest links that join all lines (Prim), shortest first: how long each is, and which lines it joins.
fn links(blocks: &[Block]) -> Vec<(f32, usize, usize)> {
    let mut nearest: Vec<(f32, usize)> = vec![(f32::MAX, 0); blocks.len()];
    let mut outside: Vec<usize> = (1..blocks.len()).collect();
    let mut last = 0;
    let mut links = Vec::with_capacity(blocks.len());
    while !outside.is_empty() {
        let mut best = 0;
        for (i, &line) in outside.iter().enumerate() {
            let length = distance(&blocks[last], &blocks[line]);
            if length < nearest[line].0 {
                nearest[line] = (length, last);
            }
            if nearest[line].0 < nearest[outside[best]].0 {
                best = i;
            }
        }
        let line = outside.swap_remove(best);
        links.push((nearest[line].0, nearest[line].1, line));
        last = line;
    }
    links.sort_by(|a, b| a.0.total_cmp(&b.0));
    links
}

/// How far two lines are from each other, in heights of their letters.
fn distance(a: &Block, b: &Block) -> f32 {
    let apart = if cross(a.middle, b.middle) {
        0.0
    } else {
        let [one, other] = [a.middle, b.middle];
        let ends = [to_line(one[0], other), to_line(one[1], other), to_line(other[0], one), to_line(other[1], one)];
        ends.into_iter().fold(f32::MAX, f32::min)
    };
    let gap = (apart - (a.height + b.height) / 2.0).max(0.0);
    // large letters stand far apart, but a title is no reason to take in what is far from it
    let (low, high) = (a.height.min(b.height), a.height.max(b.height));
    let lean = lean::of(a).zip(lean::of(b)).map_or(0.0, |(one, other)| lean::between(one, other));
    gap / ((low + high) / 2.0).min(1.5 * low).max(1e-3) + (lean - ALIKE).clamp(0.0, APART)
}

/// How far a point is from a line with ends.
fn to_line((x, y): (f32, f32), [a, b]: [(f32, f32); 2]) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = (((x - a.0) * dx + (y - a.1) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
    (x - a.0 - along * dx).hypot(y - a.1 - along * dy)
}

/// Whether two lines with ends cross.
fn cross([a, b]: [(f32, f32); 2], [c, d]: [(f32, f32); 2]) -> bool {
    let side = |p: (f32, f32), q: (f32, f32), r: (f32, f32)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use document::page::Rect;

    use super::super::laid::page;
    use super::*;

    #[test]
    fn tickets_are_the_branches_of_forks() {
        let tree = Tree::of(&page(&[(0.0, 0.0, 6), (130.0, 0.0, 5), (0.0, 200.0, 7)]));
        let [left, right] = tree.fork(tree.top()).unwrap();
        let (upper, lower) = if tree.fork(left).is_some() { (left, right) } else { (right, left) };
        assert_eq!(tree.lines(lower).len(), 7);
        let mut sizes = tree.fork(upper).unwrap().map(|b| tree.lines(b).len());
        sizes.sort_unstable();
        assert_eq!(sizes, [5, 6]);
    }

    #[test]
    fn a_stray_line_goes_with_what_is_nearest_all_the_way_down() {
        let tree = Tree::of(&page(&[(0.0, 0.0, 6), (130.0, 0.0, 5), (180.0, 120.0, 1)]));
        let mut sizes = tree.fork(tree.top()).unwrap().map(|b| tree.lines(b).len());
        sizes.sort_unstable();
        assert_eq!((sizes, tree.lines(tree.top()).len()), ([6, 6], 12));
    }

    #[test]
    fn sloping_lines_are_as_far_apart_as_their_letters() {
        let line = |middle: [(f32, f32); 2]| Block {
            area: Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 },
            middle,
            height: 10.0,
            count: 8,
            words: 0,
        };
        let slope = line([(0.0, 0.0), (100.0, 20.0)]);
        let cases = [
            (line([(130.0, 26.0), (200.0, 40.0)]), 2.06),
            (line([(100.0, 60.0), (200.0, 60.0)]), 3.0 + APART),
            (line([(50.0, -50.0), (50.0, 50.0)]), APART),
            // too short to tell
            (line([(100.0, 60.0), (140.0, 60.0)]), 3.0),
        ];
        for (other, expected) in cases {
            assert!((distance(&slope, &other) - expected).abs() < 0.01, "{other:?}: {}", distance(&slope, &other));
        }
    }

    #[test]
    fn what_leans_otherwise_is_another_paper() {
        // two papers so close that their lines are no further apart than those of one of them, the right one leaning
        let lean = |x: f32, slope: f32| {
            (0..6).map(move |row| {
                let y = 15.0 * row as f32;
                let middle = [(x + 5.0, y), (x + 95.0, y + 90.0 * slope)];
                let area = Rect { left: x, top: y - 5.0, right: x + 100.0, bottom: y + 5.0 + 90.0 * slope };
                Block { area, middle, height: 10.0, count: 8, words: 0 }
            })
        };
        let blocks: Vec<Block> = lean(0.0, 0.0).chain(lean(103.0, 0.08)).collect();
        let tree = Tree::of(&blocks);
        let mut sides = tree.fork(tree.top()).unwrap().map(|b| tree.lines(b).to_vec());
        sides.iter_mut().for_each(|side| side.sort_unstable());
        sides.sort();
        assert_eq!(sides, [(0..6).collect::<Vec<_>>(), (6..12).collect()]);
    }

    #[test]
    fn a_page_without_text_or_with_little_has_no_forks() {
        assert!(Tree::of(&[]).lines(0).is_empty());
        assert!(Tree::of(&[]).fork(0).is_none());
        let tree = Tree::of(&page(&[(0.0, 0.0, 3), (500.0, 0.0, 3)]));
        assert!(tree.fork(tree.top()).is_none());
    }
}
