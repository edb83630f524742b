//! Which part of a page a line fits into: the one whose box it hardly widens.

use document::page::Rect;

use super::Block;

/// One in so many lines of a part may lie outside its core on each side.
const OUTSIDE: usize = 12;
/// A line that widens the core of its own part by no more than this share stays.
const LITTLE: f32 = 0.2;
/// It goes to a part whose body it widens by less than this share of what it widens the body of its own part.
const MUCH_LESS: f32 = 0.5;

/// Moves lines between groups to where they fit much better; whether any was moved.
pub(super) fn exchange(blocks: &[Block], groups: &mut [Vec<usize>]) -> bool {
    let area = |line: &usize| blocks.get(*line).map(|b| b.area);
    let mut misfits: Vec<(usize, usize)> = Vec::new();
    let mut bodies: Vec<Option<Rect>> = Vec::new();
    for (own, group) in groups.iter().enumerate() {
        let core = core(blocks, group);
        let fits = |line: &&usize| area(line).zip(core).is_none_or(|(area, core)| widened(&core, &area) <= LITTLE);
        bodies.push(group.iter().filter(fits).filter_map(area).reduce(|a, b| a.union(&b)));
        misfits.extend(group.iter().filter(|line| !fits(line)).map(|line| (*line, own)));
    }
    let mut moved = false;
    for (line, own) in misfits {
        let Some(area) = area(&line) else { continue };
        let widened = |at: usize| bodies.get(at).copied().flatten().map_or(f32::MAX, |body| widened(&body, &area));
        let Some(best) = (0..bodies.len()).min_by(|a, b| widened(*a).total_cmp(&widened(*b))) else { continue };
        if best != own && widened(best) < MUCH_LESS * widened(own) {
            groups[own].retain(|l| *l != line);
            groups[best].push(line);
            moved = true;
        }
    }
    moved
}

/// By which share of its own area a core grows when it takes in an area.
fn widened(core: &Rect, area: &Rect) -> f32 {
    let all = core.union(area);
    all.width() * all.height() / (core.width() * core.height()).max(1.0) - 1.0
}

/// The box that holds most lines of a part: on each side a few of them may stick out.
fn core(blocks: &[Block], group: &[usize]) -> Option<Rect> {
    let areas: Vec<Rect> = group.iter().filter_map(|line| blocks.get(*line)).map(|b| b.area).collect();
    let at = |edge: fn(&Rect) -> f32, from_end: bool| {
        let mut edges: Vec<f32> = areas.iter().map(edge).collect();
        edges.sort_by(f32::total_cmp);
        let few = edges.len() / OUTSIDE;
        let index = if from_end { edges.len().checked_sub(1 + few) } else { Some(few) };
        index.and_then(|i| edges.get(i)).copied()
    };
    Some(Rect { left: at(|r| r.left, false)?, top: at(|r| r.top, false)?, right: at(|r| r.right, true)?, bottom: at(|r| r.bottom, true)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(left: f32, top: f32) -> Block {
        let middle = [(left + 5.0, top + 5.0), (left + 95.0, top + 5.0)];
        Block { area: Rect { left, top, right: left + 100.0, bottom: top + 10.0 }, middle, height: 10.0, count: 8, words: 0 }
    }

    #[test]
    fn a_title_beside_another_goes_above_its_own_ticket() {
        let column = |x: f32| (0..14).map(move |row| block(x, 40.0 + 15.0 * row as f32));
        let mut blocks: Vec<Block> = column(0.0).chain(column(110.0)).collect();
        blocks.push(block(108.0, 0.0));
        let mut groups = vec![(0..14).chain([28]).collect::<Vec<_>>(), (14..28).collect()];
        assert!(exchange(&blocks, &mut groups));
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [14, 15]);
        assert!(!exchange(&blocks, &mut groups));
    }
}
