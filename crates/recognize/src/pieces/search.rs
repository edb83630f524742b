//! The search for the best division of a page.

use std::collections::HashMap;
use std::rc::Rc;

use super::tree::{self, Tree};
use super::worth::{self, Worth};
use super::{Block, Lines, Part, gutter};
use crate::forms::signs::Words;
use crate::forms::{self, FormReading};

/// The search.
pub(super) struct Search<'a> {
    lines: &'a Lines<'a>,
    /// How many more parts may be read.
    left: usize,
    /// What was read, by its lines: many ways of cutting lead to the same parts.
    read: HashMap<Vec<usize>, Rc<Part>>,
    /// The best divisions found.
    divided: HashMap<Vec<usize>, Vec<Rc<Part>>>,
    whole: Rc<Part>,
}

impl<'a> Search<'a> {
    /// A search that reads at most so many parts of this whole.
    pub(super) fn new(lines: &'a Lines<'a>, whole: Part, left: usize) -> Search<'a> {
        Search { lines, left, read: HashMap::new(), divided: HashMap::new(), whole: Rc::new(whole) }
    }

    /// The best division of the whole.
    pub(super) fn best(&mut self) -> Vec<Part> {
        self.of(&Rc::clone(&self.whole)).iter().map(|part| Part::clone(part)).collect()
    }

    /// The best division of a part.
    fn of(&mut self, whole: &Rc<Part>) -> Vec<Rc<Part>> {
        if let Some(known) = self.divided.get(&whole.lines) {
            return known.clone();
        }
        let mut best = (worth(std::slice::from_ref(whole)), vec![Rc::clone(whole)]);
        let is_one = whole.reading.as_ref().is_some_and(worth::is_solid) && !forms::several(&whole.sheet, &Words::of(&whole.sheet));
        for cut in self.cuts(&whole.lines) {
            let Some(sides) = cut.map(|lines| self.part(lines)).into_iter().collect::<Option<Vec<Rc<Part>>>>() else { break };
            // where one form was read and nothing speaks for a second one, only a second one that says as much as any is worth a cut
            if is_one && !is_beside(whole, &sides) {
                continue;
            }
            let parts: Vec<Rc<Part>> = sides.iter().flat_map(|side| self.of(side)).collect();
            let apart = worth(&parts);
            if apart > best.0 {
                best = (apart, parts);
            }
        }
        self.divided.insert(whole.lines.clone(), best.1.clone());
        best.1
    }

    /// What is read of some lines; nothing when no more may be read.
    fn part(&mut self, mut lines: Vec<usize>) -> Option<Rc<Part>> {
        lines.sort_unstable();
        if let Some(known) = self.read.get(&lines) {
            return Some(Rc::clone(known));
        }
        self.left = self.left.checked_sub(1)?;
        let sheet = (self.lines.sheet)(&lines);
        let reading = forms::read(&sheet);
        let part = Rc::new(Part { lines: lines.clone(), sheet, reading });
        self.read.insert(lines, Rc::clone(&part));
        Some(part)
    }

    /// The ways to take lines apart, the likeliest first.
    fn cuts(&self, lines: &[usize]) -> Vec<[Vec<usize>; 2]> {
        let own: Vec<Block> = lines.iter().filter_map(|line| self.lines.blocks.get(*line)).copied().collect();
        let is_enough = |side: &[usize]| {
            let count = side.iter().filter_map(|line| self.lines.blocks.get(*line)).map(|b| b.count).sum();
            tree::is_large(side.len(), count)
        };
        let mut cuts = gutter::cuts(self.lines.blocks, lines, is_enough);
        let tree = Tree::of(&own);
        if let Some(fork) = tree.fork(tree.top()) {
            cuts.push(fork.map(|branch| tree.lines(branch).iter().filter_map(|at| lines.get(*at)).copied().collect()));
        }
        cuts
    }
}

/// Whether one of two sides is the form that was read from both, and the other a whole form besides.
fn is_beside(whole: &Part, sides: &[Rc<Part>]) -> bool {
    let readings: Option<Vec<&FormReading>> = sides.iter().map(|side| side.reading.as_ref()).collect();
    let (Some(readings), Some(own)) = (readings, whole.reading.as_ref()) else { return false };
    // what stands beside a form may have been taken for a field of it
    let same = |other: &FormReading| other.kind == own.kind && 10 * worth::fields(other) >= 9 * worth::fields(own);
    readings.iter().all(|reading| worth::is_solid(reading)) && readings.iter().any(|reading| same(reading))
}

fn worth(parts: &[Rc<Part>]) -> Worth {
    worth::score(parts.iter().map(|part| part.reading.as_ref()))
}
