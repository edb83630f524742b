//! How the lines of a paper lean: papers are laid by hand, each a little its own way.

use super::Block;

/// A line this many times as long as its letters are high tells how its paper leans.
const LONG: f32 = 5.0;
/// By so many degrees the lines of one paper may differ: boxes are a pixel or two off, and a paper that is seen from a side has no one angle.
pub(super) const ALIKE: f32 = 1.5;
/// So many lines at least tell how a paper leans: one or two may be off for the seal that touches them.
const LINES: usize = 3;
/// One in so many lines of a paper may lean otherwise.
const FEW: usize = 6;

/// By how many degrees a line leans from level, or from upright where it runs down, when it is long enough to tell.
pub(super) fn of(block: &Block) -> Option<f32> {
    let [a, b] = block.middle;
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    (dx.hypot(dy) > LONG * block.height).then(|| turned(dy.atan2(dx).to_degrees()))
}

/// How many degrees two lines lean apart.
pub(super) fn between(one: f32, other: f32) -> f32 {
    turned(one - other).abs()
}

/// Whether the lines of one of two sides lean all one way, and those of the other other ways, but for one in so many: a seal's, or what the seal touches.
pub(super) fn are_apart<'a>(one: impl Iterator<Item = &'a Block>, other: impl Iterator<Item = &'a Block>) -> bool {
    let sorted = |mut leans: Vec<f32>| {
        leans.sort_by(f32::total_cmp);
        leans
    };
    let sides = [sorted(one.filter_map(of).collect()), sorted(other.filter_map(of).collect())];
    let alike = |side: &[f32], way: f32| side.iter().filter(|lean| between(**lean, way) <= ALIKE).count();
    let enough = sides.iter().all(|side| side.len() >= LINES);
    enough
        && [(&sides[0], &sides[1]), (&sides[1], &sides[0])].into_iter().any(|(pure, rest)| {
            let way = pure[pure.len() / 2];
            (pure.len() - alike(pure, way)) * FEW <= pure.len() && alike(rest, way) * FEW <= rest.len()
        })
}

/// The ways in which some lines lean, those first in which most do; lines that lean alike lean one way, and few lines none.
pub(super) fn ways<'a>(blocks: impl Iterator<Item = &'a Block>) -> Vec<f32> {
    let mut rest: Vec<f32> = blocks.filter_map(of).collect();
    rest.sort_by(f32::total_cmp);
    let mut ways = Vec::new();
    loop {
        let alike = |from: usize| rest[from..].iter().take_while(|lean| **lean - rest[from] <= ALIKE).count();
        let Some((count, from)) =
            (0..rest.len()).map(|from| (alike(from), from)).max_by_key(|(count, from)| (*count, std::cmp::Reverse(*from)))
        else {
            return ways;
        };
        if count < LINES {
            return ways;
        }
        ways.push(rest[from + count / 2]);
        rest.drain(from..from + count);
    }
}

/// The same angle within 45 degrees either way.
fn turned(angle: f32) -> f32 {
    angle - 90.0 * (angle / 90.0).round()
}

#[cfg(test)]
mod tests {
    use super::super::laid::line;
    use super::*;

    fn leaning(degrees: f32) -> Block {
        let level = line(0.0, 0.0);
        let [a, b] = level.middle;
        Block { middle: [a, (b.0, a.1 + (b.0 - a.0) * degrees.to_radians().tan())], ..level }
    }

    #[test]
    fn long_lines_tell_how_they_lean() {
        assert!((of(&leaning(-4.5)).unwrap() + 4.5).abs() < 0.01);
        let short = Block { height: 40.0, ..leaning(-4.5) };
        assert_eq!(of(&short), None);
        // a line that runs down leans from upright
        let [a, b] = leaning(2.0).middle;
        let down = Block { middle: [(-a.1, a.0), (-b.1, b.0)], ..leaning(2.0) };
        assert!((of(&down).unwrap() - 2.0).abs() < 0.01);
        assert!((between(44.0, -44.0) - 2.0).abs() < 0.01);
    }

    #[test]
    fn a_side_on_which_lines_of_two_papers_are_tells_none_apart() {
        let apart = |one: &[f32], other: &[f32]| {
            let [one, other] = [one, other].map(|side| side.iter().map(|lean| leaning(*lean)).collect::<Vec<Block>>());
            are_apart(one.iter(), other.iter()) && are_apart(other.iter(), one.iter())
        };
        let left = &[-4.0, -4.5, -5.0, -4.2];
        assert!(apart(left, &[0.0, 0.1, -0.2]));
        assert!(apart(left, &[0.0, 0.1, -0.2, 5.0, 5.1, 5.2, 5.0]), "two papers beside it, neither of which leans so");
        assert!(!apart(left, &[0.0, 0.1, -0.2, -4.1, -4.4, -4.3]), "a part of it on the other side");
        assert!(!apart(left, &[-4.1, -4.4, -4.3]));
        assert!(!apart(left, &[0.0, 0.1]));
    }

    #[test]
    fn papers_lean_each_their_own_way() {
        let cases: [(&[f32], &[f32]); 4] = [
            (&[0.1, 0.0, -0.2, 0.2], &[0.1]),
            (&[0.1, -4.5, 0.0, -4.7, -0.2, -4.6, 0.2], &[0.1, -4.6]),
            // one line beside them is no paper
            (&[0.1, 0.0, -0.2, 0.2, 6.0], &[0.1]),
            (&[0.1, 6.0], &[]),
        ];
        for (degrees, expected) in cases {
            let found = ways(degrees.iter().map(|lean| leaning(*lean)).collect::<Vec<_>>().iter());
            assert_eq!(found.len(), expected.len(), "{degrees:?}: {found:?}");
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.05), "{degrees:?}: {found:?}");
        }
    }
}
