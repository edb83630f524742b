//! Which lines are read in one run, how wide, and in which order.
//!
//! An engine takes lines of one width at a time: narrower ones are padded. Padding costs time, and so does every change of an input's form, for which
//! an engine prepares anew, and so does every run. What costs least altogether is found for each picture.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// The narrowest input: narrower lines are padded to it.
const NARROWEST: u32 = 32;
/// The widest input: longer lines are squeezed into it.
pub(super) const WIDEST: u32 = 3200;
/// Several narrow lines are read in one run up to this width altogether: from here on a run costs what its pixels cost, however many lines they are.
const TOGETHER: u32 = 320;
/// What a run costs beside its pixels, in pixels of width. Measured with OpenVINO in eight bits: 0.75 ms, where 100 pixels take 2 ms.
const RUN: u32 = 36;
/// What it costs to run another form of input than before, in pixels of width: 1.5 ms. One that was never met costs ten times as much.
const CHANGE: u32 = 75;

/// Lines that are read in one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    /// The input's width in pixels.
    pub width: u32,
    /// How many lines the input has room for.
    pub room: usize,
    /// The lines' numbers and widths in pixels.
    pub lines: Vec<(usize, u32)>,
}

impl Batch {
    fn cost(&self) -> u64 {
        u64::from(RUN) + u64::from(self.width) * self.room as u64
    }
}

/// The input width for a line of that width. There are few of them, or an engine could not keep prepared for all: it remembers some fifty forms of input,
/// on each of its streams.
fn bucket(width: u32) -> u32 {
    let step = match width {
        ..=512 => 32,
        513..=1024 => 64,
        1025..=2048 => 128,
        _ => 256,
    };
    width.next_multiple_of(step).clamp(NARROWEST, WIDEST)
}

/// How many lines of that input width are read in one run when there are enough of them.
fn together(width: u32) -> usize {
    (TOGETHER / width).max(1) as usize
}

/// How a number of lines are read at one input width.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Split {
    /// How many go together into each run while there are more than one.
    together: usize,
    /// How many are read alone in the end.
    alone: usize,
    cost: u64,
}

impl Split {
    fn of(count: usize, width: u32) -> Split {
        let one = u64::from(RUN) + u64::from(width);
        let together = together(width);
        let singly = Split { together: 1, alone: count, cost: count as u64 * one + u64::from(CHANGE) };
        if together == 1 {
            return singly;
        }
        let run = u64::from(RUN) + u64::from(width) * together as u64;
        let (full, rest) = (count / together, count % together);
        let padded = Split { together, alone: 0, cost: count.div_ceil(together) as u64 * run + u64::from(CHANGE) };
        let both = Split { together, alone: rest, cost: full as u64 * run + rest as u64 * one + 2 * u64::from(CHANGE) };
        [padded, both, singly].into_iter().min_by_key(|split| split.cost).unwrap_or(singly)
    }
}

/// Divides lines of these widths among runs, widest first, so that what they cost is least.
pub(super) fn batches(widths: &[u32]) -> Vec<Batch> {
    let mut lines: Vec<(usize, u32)> = widths.iter().copied().enumerate().collect();
    lines.sort_by_key(|&(_, width)| std::cmp::Reverse(width));
    let mut batches = Vec::new();
    for group in groups(&lines) {
        let group = lines.get(group).unwrap_or_default();
        let width = group.first().map_or(NARROWEST, |&(_, width)| bucket(width));
        let split = Split::of(group.len(), width);
        let (several, alone) = group.split_at(group.len() - split.alone);
        let batch = |room| move |lines: &[(usize, u32)]| Batch { width, room, lines: lines.to_vec() };
        batches.extend(several.chunks(split.together).map(batch(split.together)));
        batches.extend(alone.chunks(1).map(batch(1)));
    }
    batches
}

/// Divides lines, sorted from the widest, into neighbours that are read at one input width.
fn groups(lines: &[(usize, u32)]) -> Vec<Range<usize>> {
    // The least cost of the lines before each place, and where the last group of them begins.
    let mut best = vec![(0, 0)];
    for end in 1..=lines.len() {
        let from = |start: usize| {
            let (before, _) = best.get(start)?;
            let (_, widest) = lines.get(start)?;
            Some((before + Split::of(end - start, bucket(*widest)).cost, start))
        };
        best.push((0..end).filter_map(from).min().unwrap_or_default());
    }
    let mut groups = Vec::new();
    let mut end = lines.len();
    while let Some(&(_, start)) = best.get(end).filter(|(_, start)| *start < end) {
        groups.push(start..end);
        end = start;
    }
    groups.reverse();
    groups
}

/// The share of all work, one in so many, that belongs to no worker: its small batches are what is left when the first is done.
const COMMON: u64 = 8;

/// Batches handed out to workers. Each has neighbours of its own, so that inputs of one form stay with one worker, then takes one of the narrowest, which are
/// everybody's, and then takes over from the others' ends.
pub(super) struct Queue<'a>(Mutex<Places<'a>>);

struct Places<'a> {
    own: Vec<VecDeque<&'a Batch>>,
    common: VecDeque<&'a Batch>,
}

impl<'a> Queue<'a> {
    /// Divides batches, widest first, among that many workers, so that each has about as much to do.
    pub(super) fn new(batches: &'a [Batch], workers: usize) -> Queue<'a> {
        let workers = workers.max(1);
        let whole: u64 = batches.iter().map(Batch::cost).sum();
        let owned = whole - whole / COMMON;
        let (mut own, mut common) = (vec![VecDeque::new(); workers], VecDeque::new());
        let mut before = 0;
        for batch in batches {
            // The middle of a batch decides whose it is.
            let middle = before + batch.cost() / 2;
            before += batch.cost();
            match own.get_mut((middle * workers as u64 / owned.max(1)) as usize) {
                Some(own) => own.push_back(batch),
                None => common.push_back(batch),
            }
        }
        Queue(Mutex::new(Places { own, common }))
    }

    /// The next batch for a worker, by its number.
    pub(super) fn next(&self, worker: usize) -> Option<&'a Batch> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Places { own, common } = &mut *places;
        if let Some(batch) = own.get_mut(worker).and_then(VecDeque::pop_front).or_else(|| common.pop_front()) {
            return Some(batch);
        }
        let left = |own: &VecDeque<&Batch>| own.iter().map(|batch| batch.cost()).sum::<u64>();
        own.iter_mut().max_by_key(|own| left(own)).and_then(VecDeque::pop_back)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_padded_to_few_widths() {
        let cases = [(8, 32), (32, 32), (33, 64), (512, 512), (513, 576), (1025, 1152), (2049, 2304), (3073, WIDEST), (WIDEST, WIDEST)];
        for (width, expected) in cases {
            assert_eq!(bucket(width), expected, "{width}");
        }
        let all: std::collections::BTreeSet<u32> = (8..=WIDEST).map(bucket).collect();
        let forms: usize = all.iter().map(|width| together(*width).min(2)).sum();
        assert!(forms <= 50 && all.last() == Some(&WIDEST), "{all:?}");
    }

    #[test]
    fn narrow_lines_are_read_together_and_wide_ones_alone() {
        let batch = |width, room, lines: &[(usize, u32)]| Batch { width, room, lines: lines.to_vec() };
        let cases = [
            (vec![], vec![]),
            (vec![400], vec![batch(416, 1, &[(0, 400)])]),
            // One form of input is cheaper than two.
            (vec![690, 700], vec![batch(704, 1, &[(1, 700)]), batch(704, 1, &[(0, 690)])]),
            (vec![500, 700], vec![batch(704, 1, &[(1, 700)]), batch(512, 1, &[(0, 500)])]),
            (vec![60, 64, 62, 61, 63, 60], vec![batch(64, 5, &[(1, 64), (4, 63), (2, 62), (3, 61), (0, 60)]), batch(64, 1, &[(5, 60)])]),
            // Room for one more costs less than another form.
            (vec![30; 9], vec![batch(32, 10, &Vec::from_iter((0..9).map(|line| (line, 30))))]),
        ];
        for (widths, expected) in cases {
            assert_eq!(batches(&widths), expected, "{widths:?}");
        }
    }

    #[test]
    fn workers_keep_to_neighbours_and_help_each_other_out() {
        let batches = batches(&[800, 800, 400, 400, 400, 400, 350, 350]);
        let queue = Queue::new(&batches, 2);
        let next = |worker| queue.next(worker).map(|batch| batch.lines[0].0);
        assert_eq!([next(1), next(0), next(1), next(1), next(1)], [Some(2), Some(0), Some(3), Some(4), Some(5)]);
        // What is everybody's, then what the other has left.
        assert_eq!([next(1), next(1), next(1)], [Some(6), Some(7), Some(1)]);
        assert_eq!([next(1), next(0)], [None, None]);
        assert!(Queue::new(&[], 0).next(0).is_none());
    }

    proptest! {
        #[test]
        fn every_line_is_in_one_batch_that_holds_it(widths in proptest::collection::vec(8..=WIDEST, 0..200), workers in 0_usize..5) {
            let batches = batches(&widths);
            let mut lines: Vec<(usize, u32)> = batches.iter().flat_map(|batch| batch.lines.clone()).collect();
            lines.sort_unstable();
            prop_assert_eq!(lines, widths.iter().copied().enumerate().collect::<Vec<_>>());
            prop_assert!(batches.iter().all(|batch| batch.lines.iter().all(|line| line.1 <= batch.width)));
            prop_assert!(batches.iter().all(|batch| (1..=batch.room).contains(&batch.lines.len())));
            prop_assert!(batches.windows(2).all(|pair| pair[0].width >= pair[1].width));
            // Nothing is dearer than each line alone at its own width.
            let planned: u64 = batches.iter().map(Batch::cost).sum();
            let singly: u64 = widths.iter().map(|width| u64::from(RUN + CHANGE + bucket(*width))).sum();
            prop_assert!(planned <= singly);
            let queue = Queue::new(&batches, workers);
            let handed: usize = (0..workers.max(1)).cycle().map_while(|worker| queue.next(worker)).count();
            prop_assert_eq!(handed, batches.len());
        }
    }
}
