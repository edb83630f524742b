//! Parts of a page whose text lies turned otherwise than the rest: tickets laid on a sheet this way and that.

use crate::quad::Quad;

/// A box this many times as long one way as the other has a direction.
const LONG: f32 = 2.0;
/// Boxes of one patch are nearer to each other than this many times the height of their text.
const NEAR: f32 = 3.0;
/// So near boxes that lie on their side are taken for one patch at first, and so near at last: little is printed on some tickets, and papers on their sides
/// around one that stands upright take it in, until they are asked to be nearer.
const NEARNESS: [f32; 4] = [6.0, 3.0, 1.5, 0.75];
/// How many lines a patch has at least. A printed form has some columns of upright labels of its own, but not so many beside each other.
const LINES: usize = 4;
/// How many times more of a patch's text must run its way than the other.
const MOSTLY: f32 = 3.0;
/// From here on it is nearly all: a form has few labels that run the other way. Of what is less, the papers are looked for whose boxes are nearer to each
/// other, as another paper may lie between; they count when they hold so many of a hundred boxes.
const NEARLY_ALL: f32 = 12.0;
const HELD: usize = 80;
/// How far around a box its neighbours are asked, in heights of its text.
const AROUND: f32 = 6.0;
/// Below this mean probability of what stands around it, text may stand on its head.
const DOUBTFUL: f32 = 0.75;
/// Below this probability a line beside others like it may be one of the few of a small ticket that the detector saw although it stands on its head.
const SUSPECT: f32 = 0.85;
/// From this mean probability on a line stands as it was read.
const STANDS: f32 = 0.93;
/// More of them than this are not read turned.
const LOOKED_AT: usize = 96;
/// More patches than this are not looked for.
const MOST: usize = 32;

/// Boxes this many times as long as high tell how their line leans; what leans by more than so many degrees is a watermark.
const TELLS: f32 = 4.0;
const LEANS: f32 = 15.0;
/// Lines of one paper lean alike, within so many degrees for eight in ten.
const ALIKE: f32 = 1.0;

/// A box's bounds and the height of its text.
#[derive(Debug, Clone, Copy)]
struct Place {
    bounds: [f32; 4],
    thickness: f32,
}

impl Place {
    fn of(quad: &Quad) -> Place {
        Place { bounds: quad.bounds(), thickness: quad.thickness().max(1.0) }
    }
}

/// What two areas share; none of it where they are apart.
pub(crate) fn shared(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    let [left, top] = [a[0].max(b[0]), a[1].max(b[1])];
    [left, top, a[2].min(b[2]).max(left), a[3].min(b[3]).max(top)]
}

/// The gap between two rectangles, 0 where they overlap.
fn gap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let apart = |low: usize, high: usize| (a[low] - b[high]).max(b[low] - a[high]).max(0.0);
    apart(0, 2).max(apart(1, 3))
}

pub(crate) fn union(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Whether a rectangle holds the middle of a box.
pub(crate) fn holds(area: &[f32; 4], quad: &Quad) -> bool {
    let middle = quad.centre();
    (area[0]..=area[2]).contains(&middle.x) && (area[1]..=area[3]).contains(&middle.y)
}

fn is_across(quad: &Quad) -> bool {
    quad.length() >= LONG * quad.height()
}

fn is_down(quad: &Quad) -> bool {
    quad.height() >= LONG * quad.length()
}

/// Whether papers lie about, each its own way: lines lean differently, or one in ten and more lie on their side.
pub(crate) fn lie_about(boxes: &[Quad]) -> bool {
    let lean = |quad: &Quad| (quad.0[1].y - quad.0[0].y).atan2(quad.0[1].x - quad.0[0].x).to_degrees();
    let mut leans: Vec<f32> = boxes.iter().filter(|quad| quad.length() >= TELLS * quad.height()).map(lean).collect();
    leans.retain(|lean| lean.abs() < LEANS);
    leans.sort_by(f32::total_cmp);
    let differ = leans.get(leans.len() / 10).zip(leans.get(leans.len() * 9 / 10)).is_some_and(|(low, high)| high - low > ALIKE);
    differ || 10 * boxes.iter().filter(|quad| is_down(quad)).count() >= boxes.len()
}

/// Groups boxes that are as near each other as so many heights of their text.
fn groups(places: &[Place], near: f32) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let near = |j: &usize| gap(&place.bounds, &places[*j].bounds) <= near * place.thickness.max(places[*j].thickness);
        let (touched, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.iter().any(near));
        let mut joined: Vec<usize> = touched.into_iter().flatten().collect();
        joined.push(i);
        rest.push(joined);
        groups = rest;
    }
    groups
}

/// How many lines beside each other some boxes that run down have.
fn columns(places: &[Place]) -> usize {
    lines(places, |place| place.bounds[0] + place.bounds[2])
}

/// How many lines below each other some boxes that run across have.
fn rows(places: &[Place]) -> usize {
    lines(places, |place| place.bounds[1] + place.bounds[3])
}

/// How many lines some boxes make, by twice where their middle is across the lines.
fn lines(places: &[Place], ends: fn(&Place) -> f32) -> usize {
    let mut middles: Vec<(f32, f32)> = places.iter().map(|place| (ends(place) / 2.0, place.thickness)).collect();
    middles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut count = 0;
    let mut last = f32::MIN;
    for (middle, thickness) in middles {
        if middle - last > 0.7 * thickness {
            count += 1;
            last = middle;
        }
    }
    count
}

/// A part of the page in which text lies on its side.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sideways {
    /// What is looked at.
    pub(crate) area: [f32; 4],
    /// The papers in it, whose boxes may overlap: between them and beside them others may stand upright.
    papers: Vec<Paper>,
}

/// A paper on its side, or several that cannot be told apart.
#[derive(Debug, Clone, PartialEq)]
struct Paper {
    area: [f32; 4],
    /// Papers in that area that stand upright.
    standing: Vec<[f32; 4]>,
}

impl Paper {
    fn holds(&self, quad: &Quad) -> bool {
        holds(&self.area, quad) && (is_down(quad) || !self.standing.iter().any(|standing| holds(standing, quad)))
    }

    /// How many times more of its text runs down than across.
    fn share_down(&self, boxes: &[Quad]) -> f32 {
        share_down(boxes.iter().filter(|quad| self.holds(quad)))
    }
}

impl Sideways {
    /// Whether a box lies on one of its papers.
    pub(crate) fn holds(&self, quad: &Quad) -> bool {
        self.papers.iter().any(|paper| paper.holds(quad))
    }
}

/// The parts of the page in which text lies on its side.
pub(crate) fn sideways(boxes: &[Quad]) -> Vec<Sideways> {
    let places: Vec<Place> = boxes.iter().filter(|quad| is_down(quad)).map(Place::of).collect();
    let mut papers = split(&places, &NEARNESS, boxes);
    gather(&places, boxes, &mut papers);
    let parts = merged(papers.iter().map(|paper| paper.area).collect()).into_iter();
    parts.map(|area| Sideways { area, papers: papers.iter().filter(|paper| gap(&paper.area, &area) == 0.0).cloned().collect() }).collect()
}

/// The papers among boxes that run down: groups of them that are near each other, nearer still where what runs across is among them.
fn split(places: &[Place], near: &[f32], boxes: &[Quad]) -> Vec<Paper> {
    let Some((first, nearer)) = near.split_first() else { return Vec::new() };
    let of_group = |group: Vec<usize>| {
        let own: Vec<Place> = group.iter().filter_map(|i| places.get(*i)).copied().collect();
        let Some(area) = around(&own).filter(|_| columns(&own) >= LINES) else { return Vec::new() };
        let share = share_down(boxes.iter().filter(|quad| holds(&area, quad)));
        if share > NEARLY_ALL {
            return vec![Paper { area, standing: Vec::new() }];
        }
        let papers = split(&own, nearer, boxes);
        let held = own.iter().filter(|place| papers.iter().any(|paper| gap(&paper.area, &place.bounds) == 0.0)).count();
        if share > MOSTLY && 100 * held < HELD * own.len() { vec![Paper { area, standing: standing(&area, boxes) }] } else { papers }
    };
    groups(places, *first).into_iter().flat_map(of_group).collect()
}

/// The papers that stand upright in an area of such that lie on their side: nearly all of their text runs across.
fn standing(area: &[f32; 4], boxes: &[Quad]) -> Vec<[f32; 4]> {
    let inside: Vec<&Quad> = boxes.iter().filter(|quad| holds(area, quad)).collect();
    let places: Vec<Place> = inside.iter().filter(|quad| is_across(quad)).map(|quad| Place::of(quad)).collect();
    let of_group = |group: Vec<usize>| {
        let own: Vec<Place> = group.iter().filter_map(|i| places.get(*i)).copied().collect();
        let paper = around(&own).filter(|_| rows(&own) >= LINES)?;
        (share_down(inside.iter().copied().filter(|quad| holds(&paper, quad))) < 1.0 / NEARLY_ALL).then_some(paper)
    };
    groups(&places, NEAR).into_iter().filter_map(of_group).collect()
}

/// Adds to each paper the lines beside it that are on none, as far as that takes in nothing that runs across.
fn gather(places: &[Place], boxes: &[Quad], papers: &mut [Paper]) {
    let mut open: Vec<Place> =
        places.iter().filter(|place| !papers.iter().any(|paper| gap(&paper.area, &place.bounds) == 0.0)).copied().collect();
    loop {
        let count = open.len();
        open.retain(|place| {
            let apart = |paper: &Paper| gap(&paper.area, &place.bounds);
            let nearest = papers.iter_mut().min_by(|a, b| apart(a).total_cmp(&apart(b)));
            let Some(paper) = nearest.filter(|paper| apart(paper) <= NEARNESS[0] * place.thickness) else { return true };
            let whole = Paper { area: union(paper.area, place.bounds), standing: paper.standing.clone() };
            let fits = whole.share_down(boxes) > NEARLY_ALL;
            if fits {
                *paper = whole;
            }
            !fits
        });
        if open.len() == count {
            break;
        }
    }
}

/// The box around some boxes, with a margin as wide as their text is high.
fn around(places: &[Place]) -> Option<[f32; 4]> {
    let own = places.iter().map(|place| place.bounds).reduce(union)?;
    let by = places.iter().map(|place| place.thickness).sum::<f32>() / places.len() as f32;
    Some([own[0] - by, own[1] - by, own[2] + by, own[3] + by])
}

/// How many times more text of some boxes runs down than across.
fn share_down<'a>(boxes: impl Iterator<Item = &'a Quad> + Clone) -> f32 {
    let down: f32 = boxes.clone().filter(|quad| is_down(quad)).map(Quad::height).sum();
    let across: f32 = boxes.filter(|quad| is_across(quad)).map(Quad::length).sum();
    down / across.max(1.0)
}

/// Areas that overlap are one.
pub(crate) fn merged(areas: Vec<[f32; 4]>) -> Vec<[f32; 4]> {
    let mut kept: Vec<[f32; 4]> = Vec::new();
    for mut area in areas {
        // one that has grown may overlap another that it did not
        loop {
            let (overlapping, rest): (Vec<_>, Vec<_>) = kept.into_iter().partition(|other| gap(&area, other) == 0.0);
            kept = rest;
            if overlapping.is_empty() {
                break;
            }
            area = overlapping.into_iter().fold(area, union);
        }
        kept.push(area);
    }
    kept.truncate(MOST);
    kept
}

/// The areas of the page in which text was read so badly that it may stand on its head. `sure` is the mean probability of what was read in each box.
pub(crate) fn doubtful(boxes: &[Quad], sure: &[f32]) -> Vec<[f32; 4]> {
    let places: Vec<Place> = boxes.iter().map(Place::of).collect();
    let sure_around = |place: &Place| {
        let (mut sum, mut all) = (0.0, 0.0);
        for ((other, quad), sure) in places.iter().zip(boxes).zip(sure) {
            if gap(&place.bounds, &other.bounds) <= AROUND * place.thickness {
                let weight = quad.length().max(quad.height());
                sum += weight * sure;
                all += weight;
            }
        }
        sum / f32::max(all, 1.0)
    };
    // most pages have no badly read line at all, and then nothing is compared with anything
    let bad: Vec<Place> = places
        .iter()
        .zip(boxes)
        .zip(sure)
        .filter(|((place, quad), sure)| **sure < DOUBTFUL && is_across(quad) && sure_around(place) < DOUBTFUL)
        .map(|((place, _), _)| *place)
        .collect();
    let groups = groups(&bad, NEAR).into_iter().filter(|group| group.len() >= LINES);
    let areas = groups.filter_map(|group| around(&group.iter().filter_map(|i| bad.get(*i)).copied().collect::<Vec<Place>>()));
    merged(areas.collect())
}

/// Lines that were read so badly that they may stand on their heads, by the numbers of their boxes.
pub(crate) fn suspects(boxes: &[Quad], sure: &[f32]) -> Vec<usize> {
    let bad = |i: &usize| boxes.get(*i).is_some_and(is_across) && sure.get(*i).is_some_and(|sure| *sure < SUSPECT);
    (0..boxes.len()).filter(bad).take(LOOKED_AT).collect()
}

/// The areas in which small tickets are that stand on their heads: around lines of which that is known, two or more that are no further from each other than
/// the lines of a ticket, and among which nothing was read well as it stands.
pub(crate) fn on_their_heads(lines: &[Quad], boxes: &[Quad], sure: &[f32]) -> Vec<[f32; 4]> {
    let places: Vec<Place> = lines.iter().map(Place::of).collect();
    let areas = groups(&places, AROUND).into_iter().filter(|group| group.len() > 1).filter_map(|group| {
        let own: Vec<Quad> = group.iter().filter_map(|i| lines.get(*i)).copied().collect();
        (!among_others(&own, boxes, sure)).then(|| surroundings(&own)).flatten()
    });
    merged(areas.collect())
}

/// Whether a line is as near to one of these areas as the lines of one paper are to each other.
pub(crate) fn is_near(quad: &Quad, areas: &[[f32; 4]]) -> bool {
    let place = Place::of(quad);
    areas.iter().any(|area| gap(&place.bounds, area) <= NEAR * place.thickness)
}

/// Whether what stands between and beside some lines was read well: then their print is bad, and they stand as it does.
fn among_others(own: &[Quad], boxes: &[Quad], sure: &[f32]) -> bool {
    let by = own.iter().map(Quad::thickness).fold(0.0, f32::max);
    let Some(area) = own.iter().map(Quad::bounds).reduce(union).map(|[l, t, r, b]| [l - by, t - by, r + by, b + by]) else { return true };
    let stands = boxes.iter().zip(sure).filter(|(quad, sure)| **sure >= STANDS && holds(&area, quad)).count();
    3 * stands > own.len()
}

/// The area around these lines, where they come so near to the end of an area that their ticket may go on beyond it.
pub(crate) fn beyond(area: &[f32; 4], lines: &[Quad]) -> Option<[f32; 4]> {
    let wanted = surroundings(lines)?;
    let by = AROUND / 2.0 * lines.iter().map(Quad::thickness).fold(0.0, f32::max);
    let whole = union(*area, wanted);
    (0..4).any(|side| (whole[side] - area[side]).abs() > by).then_some(whole)
}

/// The area around some lines in which the rest of their ticket is.
pub(crate) fn surroundings(lines: &[Quad]) -> Option<[f32; 4]> {
    let own = lines.iter().map(Quad::bounds).reduce(union)?;
    let by = AROUND * lines.iter().map(Quad::thickness).fold(0.0, f32::max);
    Some([own[0] - by, own[1] - by, own[2] + by, own[3] + by])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of text 100 long and 10 high at each of these places, so many below each other, 15 apart.
    fn across(x: f32, y: f32, rows: usize) -> Vec<Quad> {
        (0..rows).map(|i| y + 15.0 * i as f32).map(|y| Quad::of_bounds([x, y, x + 100.0, y + 10.0])).collect()
    }

    /// The same, turned a quarter.
    fn down(x: f32, y: f32, columns: usize) -> Vec<Quad> {
        (0..columns).map(|i| x + 15.0 * i as f32).map(|x| Quad::of_bounds([x, y, x + 10.0, y + 100.0])).collect()
    }

    #[test]
    fn areas_share_what_lies_in_both() {
        let area = [10.0, 20.0, 50.0, 60.0];
        let cases = [
            ([30.0, 0.0, 90.0, 40.0], [30.0, 20.0, 50.0, 40.0]),
            ([0.0, 0.0, 90.0, 90.0], area),
            ([70.0, 0.0, 90.0, 40.0], [70.0, 20.0, 70.0, 40.0]),
        ];
        for (other, expected) in cases {
            assert_eq!((shared(area, other), shared(other, area)), (expected, expected), "{other:?}");
        }
    }

    #[test]
    fn a_ticket_on_its_side_is_a_patch() {
        let page = [across(0.0, 0.0, 8), down(150.0, 0.0, 6), across(0.0, 200.0, 5), down(300.0, 200.0, 5)].concat();
        let found = sideways(&page);
        let areas: Vec<[f32; 4]> = found.iter().map(|part| part.area).collect();
        assert_eq!(areas, [[140.0, -10.0, 245.0, 110.0], [290.0, 190.0, 380.0, 310.0]]);
        assert!(found[0].holds(&page[8]) && !found[0].holds(&page[0]));
    }

    #[test]
    fn a_paper_that_stands_among_papers_on_their_sides_is_no_part_of_them() {
        // it stands below the first and beside the two others, in the box around all three
        let standing = across(0.0, 128.0, 6);
        let page = [down(0.0, 0.0, 8), down(130.0, 50.0, 5), down(130.0, 165.0, 5), standing.clone()].concat();
        let found = sideways(&page);
        assert!(!found.is_empty());
        for quad in &page[..18] {
            assert!(found.iter().any(|part| part.holds(quad)), "{quad:?}");
        }
        assert!(!found.iter().any(|part| standing.iter().any(|quad| part.holds(quad))), "{found:?}");
    }

    #[test]
    fn a_paper_that_stands_at_the_edge_of_an_area_is_no_part_of_it() {
        // one paper whose lines stand in three parts; in the corner of the box around them another stands upright
        let standing = across(0.0, 20.0, 4);
        let lying = [down(160.0, 0.0, 9), down(20.0, 145.0, 3), down(100.0, 145.0, 3)].concat();
        let page = [lying.clone(), standing.clone()].concat();
        let found = sideways(&page);
        assert!(!found.iter().any(|part| standing.iter().any(|quad| part.holds(quad))), "{found:?}");
        assert!(lying.iter().all(|quad| found.iter().any(|part| part.holds(quad))), "{found:?}");
    }

    #[test]
    fn a_ticket_with_little_print_may_lie_on_its_side() {
        // five lines, 45 apart
        let sparse: Vec<Quad> = (0..5u8).map(|i| f32::from(i) * 55.0).map(|x| Quad::of_bounds([x, 0.0, x + 10.0, 100.0])).collect();
        assert_eq!(sideways(&sparse).len(), 1);
        let far: Vec<Quad> = (0..5u8).map(|i| f32::from(i) * 85.0).map(|x| Quad::of_bounds([x, 0.0, x + 10.0, 100.0])).collect();
        assert!(sideways(&far).is_empty());
    }

    #[test]
    fn areas_that_come_to_overlap_are_one() {
        let areas =
            [[0.0, 0.0, 10.0, 10.0], [30.0, 0.0, 40.0, 10.0], [8.0, 0.0, 20.0, 40.0], [15.0, 0.0, 32.0, 10.0], [90.0, 0.0, 99.0, 9.0]];
        let mut found = merged(areas.to_vec());
        found.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(found, [[0.0, 0.0, 40.0, 40.0], [90.0, 0.0, 99.0, 9.0]]);
    }

    #[test]
    fn papers_that_lie_about_lean_differently_or_lie_on_their_side() {
        let leaning = |degrees: f32| {
            across(0.0, 0.0, 10)
                .into_iter()
                .map(move |quad| quad.map(|p| crate::text::Point { x: p.x, y: p.y + p.x * degrees.to_radians().tan() }))
        };
        let beside = |degrees: f32| leaning(0.0).chain(leaning(degrees)).collect::<Vec<Quad>>();
        assert!(lie_about(&beside(2.0)) && lie_about(&beside(-2.0)));
        // the same paper; a watermark across it
        assert!(!lie_about(&leaning(3.0).collect::<Vec<Quad>>()) && !lie_about(&beside(-22.0)));
        assert!(lie_about(&[across(0.0, 0.0, 10), down(200.0, 0.0, 2)].concat()));
        assert!(!lie_about(&[across(0.0, 0.0, 10), down(200.0, 0.0, 1)].concat()));
    }

    #[test]
    fn upright_labels_of_a_form_are_no_patch() {
        // labels at the sides of the blocks, the name of the copy at the edge in two parts, and a table's narrow heads
        let labels = [(0.0, 0.0), (0.0, 120.0), (0.0, 240.0), (300.0, 0.0), (500.0, 0.0), (500.0, 120.0)];
        let labels = labels.map(|(x, y)| down(x, y, 1)).concat();
        let text = [across(30.0, 0.0, 20), across(160.0, 0.0, 20), across(330.0, 0.0, 20)].concat();
        assert!(sideways(&[labels, text.clone()].concat()).is_empty());
        // columns of figures among text that runs across
        assert!(sideways(&[down(20.0, 0.0, 5), text].concat()).is_empty());
        assert!(sideways(&[]).is_empty());
    }

    #[test]
    fn only_what_is_read_badly_together_is_doubtful() {
        let page = [across(0.0, 0.0, 8), across(300.0, 0.0, 8)].concat();
        let sure = |bad: std::ops::Range<usize>| (0..16).map(|i| if bad.contains(&i) { 0.5 } else { 0.98 }).collect::<Vec<_>>();
        assert_eq!(doubtful(&page, &sure(8..16)), [[290.0, -10.0, 410.0, 125.0]]);
        assert!(doubtful(&page, &sure(0..0)).is_empty());
        // a line or two under a seal
        assert!(doubtful(&page, &sure(3..5)).is_empty());
    }

    #[test]
    fn the_lines_of_a_paper_are_near_each_other() {
        let line = Quad::of_bounds([0.0, 100.0, 400.0, 130.0]);
        let paper = |top: f32| [[0.0, top, 400.0, top + 200.0]];
        // three heights of its text away at most
        assert!(is_near(&line, &paper(200.0)) && is_near(&line, &paper(110.0)));
        assert!(!is_near(&line, &paper(230.0)) && !is_near(&line, &[]));
    }

    #[test]
    fn lines_known_to_stand_on_their_heads_tell_where_their_ticket_is() {
        let page = [across(0.0, 0.0, 8), across(300.0, 0.0, 3), across(600.0, 0.0, 1), down(800.0, 0.0, 3)].concat();
        let sure: Vec<f32> = (0..15).map(|i| if i < 8 { 0.98 } else { 0.8 }).collect();
        assert_eq!(suspects(&page, &sure), [8, 9, 10, 11]);
        let area = [240.0, -60.0, 460.0, 100.0];
        assert_eq!(on_their_heads(&page[8..11], &page, &sure), [area]);
        // a line by itself is none
        assert!(on_their_heads(&page[8..9], &page, &sure).is_empty() && on_their_heads(&[], &page, &sure).is_empty());
        // print that is bad here and there: what stands between was read well
        let between: Vec<f32> = sure.iter().enumerate().map(|(i, sure)| if i == 9 { 0.95 } else { *sure }).collect();
        assert!(on_their_heads(&[page[8], page[10]], &page, &between).is_empty());
        // two that are near each other are looked at together
        let near = [across(0.0, 0.0, 2), across(0.0, 100.0, 2)].concat();
        assert_eq!(on_their_heads(&near, &near, &[0.5; 4]), [[-60.0, -60.0, 160.0, 185.0]]);
    }

    #[test]
    fn a_ticket_may_go_on_beyond_what_was_looked_at() {
        let area = [240.0, -60.0, 460.0, 100.0];
        assert_eq!(beyond(&area, &across(300.0, 0.0, 3)), None);
        assert_eq!(beyond(&area, &across(300.0, 0.0, 5)), None);
        assert_eq!(beyond(&area, &across(300.0, 0.0, 6)), Some([240.0, -60.0, 460.0, 145.0]));
        assert_eq!(beyond(&area, &[]), None);
        assert_eq!(surroundings(&across(300.0, 100.0, 2)), Some([240.0, 40.0, 460.0, 185.0]));
        assert_eq!(surroundings(&[]), None);
    }
}
