//! Lines of a part that stand far off and tell nothing of its form: the foot of a page above, a label of a paper that lies another way.

use super::Block;
use crate::layout::median;

/// No two neighbours on a form are so many heights of its letters apart.
const FAR: f32 = 10.0;

/// The lines of a part that hang together with most of it, where others stand far off.
pub(super) fn core(blocks: &[Block], lines: &[usize]) -> Option<Vec<usize>> {
    let of = |line: &usize| blocks.get(*line);
    let height = median(lines.iter().filter_map(of).map(|block| block.height))?;
    let near = |a: usize, b: usize| of(&a).zip(of(&b)).is_some_and(|(a, b)| a.area.gap(&b.area) <= FAR * height);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for line in lines {
        let (touched, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.iter().any(|other| near(*line, *other)));
        rest.push(touched.into_iter().flatten().chain([*line]).collect());
        groups = rest;
    }
    let letters = |group: &Vec<usize>| group.iter().filter_map(of).map(|block| block.count).sum::<usize>();
    let mut core = groups.into_iter().max_by_key(letters)?;
    core.sort_unstable();
    (core.len() < lines.len()).then_some(core)
}

#[cfg(test)]
mod tests {
    use super::super::laid::page;
    use super::*;

    #[test]
    fn what_stands_far_off_is_no_part_of_the_core() {
        let cases = [
            (vec![(0.0, 0.0, 6)], None),
            (vec![(0.0, 0.0, 6), (0.0, 300.0, 1)], Some(6)),
            (vec![(0.0, 0.0, 6), (0.0, 180.0, 1)], None),
            (vec![(0.0, 0.0, 1), (300.0, 200.0, 6)], Some(6)),
            // what is between holds them together
            (vec![(0.0, 0.0, 6), (0.0, 180.0, 1), (0.0, 280.0, 1)], None),
        ];
        for (tickets, expected) in cases {
            let blocks = page(&tickets);
            let all: Vec<usize> = (0..blocks.len()).collect();
            assert_eq!(core(&blocks, &all).map(|core| core.len()), expected, "{tickets:?}");
        }
        assert_eq!(core(&[], &[]), None);
    }
}
