//! Tickets that stand on their heads on a sheet of several.

use super::page::{Page, Patch, Way, confidence, sample, standing};
use super::view::{View, cut, on_page};
use super::{Look, Reader, SURE, side_of_part};
use crate::error::Error;
use crate::patches;
use crate::quad::Quad;
use crate::read::Reading;

/// A line on which the two ways of reading differ by so much stands as it was read better.
const BETTER: f32 = 0.2;
/// From this mean probability on a line that was read turned stands on its head.
const CERTAIN: f32 = 0.93;
/// How often a small ticket on its head is looked at, each time with more around it, until all of it was seen.
const LOOKS: usize = 3;

/// A part of a page that may stand on its head.
struct Area<'a> {
    /// The page's number.
    page: usize,
    bounds: [f32; 4],
    /// The boxes in it, as they stand on the page.
    inside: Vec<Quad>,
    /// The same turned.
    turned: Page<'a>,
    /// The boxes whose reading tells which way up it is, by their numbers, and how well they were read as they stand.
    sample: Vec<usize>,
    upright: f32,
}

impl<'a> Area<'a> {
    fn of_page(page: usize, view: View<'a>, readings: &[(Way, Reading)]) -> Vec<Area<'a>> {
        let boxes: Vec<Quad> = readings.iter().map(|(way, _)| standing(way)).collect();
        let sure: Vec<f32> = readings.iter().map(|(_, reading)| reading.confidence).collect();
        let area = |bounds| {
            let inside: Vec<Quad> = boxes.iter().filter(|quad| patches::holds(&bounds, quad)).copied().collect();
            let sample = sample(&inside);
            let is_sample = |way: &Way| sample.iter().any(|line| inside.get(*line) == Some(&way.quad));
            let upright = confidence(&readings.iter().filter(|(way, _)| is_sample(way)).cloned().collect::<Vec<_>>());
            let turned = Page { view: view.opposite(), boxes: view.flipped(&inside), read: Vec::new() };
            Area { page, bounds, inside, turned, sample, upright }
        };
        patches::doubtful(&boxes, &sure).into_iter().map(area).collect()
    }
}

impl Reader {
    /// Takes what stands on its head out of what was read of several pages, and reads it at a glance the right way up; of each page what was found.
    pub(super) fn heads_down<'a>(&self, pages: &mut [&mut Patch<'a>], look: Look) -> Result<Vec<Vec<Patch<'a>>>, Error> {
        let mut areas: Vec<Area<'a>> =
            pages.iter().enumerate().flat_map(|(page, (view, readings))| Area::of_page(page, *view, readings)).collect();
        let asked: Vec<_> = areas.iter().map(|area| (area.turned.view, &*area.turned.boxes, &*area.sample)).collect();
        let read = self.glance_at(&asked)?;
        let mut sampled: Vec<Patch<'a>> = areas.iter().map(|area| area.turned.view).zip(read).collect();
        if look == Look::Close {
            self.settle(&mut sampled)?;
        }
        areas.iter_mut().zip(sampled).for_each(|(area, (_, sampled))| area.turned.read = sampled);
        areas.retain(|area| {
            let there = confidence(&area.turned.read);
            there >= SURE && there > area.upright
        });
        let (mut turned, areas): (Vec<Page<'a>>, Vec<_>) =
            areas.into_iter().map(|area| (area.turned, (area.page, area.bounds, area.inside))).unzip();
        self.glance_at_others(&mut turned)?;
        let mut found: Vec<Vec<Patch<'a>>> = pages.iter().map(|_| Vec::new()).collect();
        for (Page { view, mut read, .. }, (page, bounds, inside)) in turned.into_iter().zip(areas) {
            let (Some((_, readings)), Some(found)) = (pages.get_mut(page), found.get_mut(page)) else { continue };
            // the area may reach into a paper beside it, which stands upright: its lines stay
            let kept = stay(readings, &read, &inside);
            read.retain(|(way, _)| !kept.contains(&way.line));
            let stays = |way: &Way| kept.iter().any(|line| inside.get(*line).is_some_and(|quad| same(quad, &way.quad)));
            readings.retain(|(way, _)| !patches::holds(&bounds, &way.quad) || stays(way));
            found.push((view, read));
        }
        Ok(found)
    }

    /// Finds small tickets that stand on their heads: of such the detector passes over most lines. Where some that it saw are read far better turned,
    /// what is around them is looked at once more, turned, within the part of the page that is looked at: `area`, as `seen` sees it. The first of `patches`
    /// is that part, the others were found turned already; what is found is added.
    pub(super) fn small_heads_down(
        &self,
        patches: &mut Vec<Patch<'_>>,
        scale: Option<f32>,
        seen: View<'_>,
        area: [f32; 4],
    ) -> Result<(), Error> {
        let Some(((view, readings), known)) = patches.split_first_mut() else { return Ok(()) };
        let view = *view;
        let within = view.seen_by(seen, &Quad::of_bounds(area)).bounds();
        let boxes: Vec<Quad> = readings.iter().map(|(way, _)| standing(way)).collect();
        let sure: Vec<f32> = readings.iter().map(|(_, reading)| reading.confidence).collect();
        let opposite = view.opposite();
        let suspects = patches::suspects(&boxes, &sure);
        let inside: Vec<Quad> = suspects.iter().filter_map(|i| boxes.get(*i)).copied().collect();
        let own: Vec<f32> = suspects.iter().filter_map(|i| sure.get(*i)).copied().collect();
        let mut turned = self.glance(&[(opposite, view.flipped(&inside))])?.pop().unwrap_or_default();
        // closer looks are for those that may stand on their heads
        turned.retain(|(way, reading)| own.get(way.line).is_some_and(|own| reading.confidence > *own));
        let mut turned = [(opposite, turned)];
        self.settle(&mut turned)?;
        let [(_, turned)] = turned;
        let better = better_turned(&own, &turned, &inside);
        // what was read well as it stands stays
        let stands: Vec<[f32; 4]> = readings.iter().filter(|(_, r)| r.confidence >= CERTAIN).map(|(way, _)| way.quad.bounds()).collect();
        let known = known.iter().flat_map(|(other, lines)| lines.iter().map(|(way, _)| view.seen_by(*other, &standing(way)).bounds()));
        let mut taken: Vec<[f32; 4]> = known.collect();
        let mut small = Vec::new();
        let lines: Vec<Quad> = better.iter().filter_map(|line| inside.get(*line)).copied().collect();
        for mut area in patches::on_their_heads(&lines, &boxes, &sure) {
            for look in 1..=LOOKS {
                let Some((cut, corner)) = cut(view, view.shown(), patches::shared(area, within)) else { break };
                let found = View { picture: &cut, even: None, ..opposite };
                let seen = self.detector.detect(&cut, found.turn, side_of_part(&cut, scale))?;
                view.deadline.check()?;
                let whole: Vec<Quad> = seen.iter().map(|quad| quad.map(|p| on_page(p, found, opposite, corner))).collect();
                let here = opposite.flipped(&whole);
                let is_known = |here: &Quad| stands.iter().chain(&taken).any(|area| patches::holds(area, here));
                let fresh: Vec<Quad> = whole.iter().zip(&here).filter(|(_, here)| !is_known(here)).map(|(quad, _)| *quad).collect();
                let mut seen = [(opposite, self.glance(&[(opposite, fresh)])?.pop().unwrap_or_default())];
                self.settle(&mut seen)?;
                let [(_, mut turned)] = seen;
                turned.retain(|(_, reading)| reading.confidence >= SURE);
                let kept: Vec<Quad> = turned.iter().map(|(way, _)| standing(way)).collect();
                let kept = opposite.flipped(&kept);
                if let Some(more) = patches::beyond(&area, &kept).filter(|_| look < LOOKS) {
                    area = more;
                    continue;
                }
                taken.extend(kept.iter().map(Quad::bounds));
                small.push((opposite, turned));
                break;
            }
        }
        // a line at the rim of a paper that turned, which stayed behind where others are near it, goes after it
        let stayed = |quad: &Quad| !taken.iter().any(|area| patches::holds(area, quad)) && patches::is_near(quad, &taken);
        let after = |(way, _): &&(Way, Reading)| better.contains(&way.line) && inside.get(way.line).is_some_and(stayed);
        let after: Vec<(Way, Reading)> = turned.iter().filter(after).cloned().collect();
        taken.extend(after.iter().filter_map(|(way, _)| Some(inside.get(way.line)?.bounds())));
        small.extend((!after.is_empty()).then_some((opposite, after)));
        readings.retain(|(way, reading)| reading.confidence >= CERTAIN || !taken.iter().any(|area| patches::holds(area, &way.quad)));
        patches.extend(small);
        Ok(())
    }
}

/// Which boxes, by their numbers, were read for certain only when turned.
fn better_turned(own: &[f32], turned: &[(Way, Reading)], boxes: &[Quad]) -> Vec<usize> {
    let better = |(way, reading): &&(Way, Reading)| {
        let read = reading.chars.iter().filter(|c| !c.ch.is_whitespace()).count() > 1;
        read && reading.confidence >= CERTAIN && own.get(way.line).is_some_and(|own| reading.confidence > own + BETTER / 2.0)
    };
    turned.iter().filter(better).map(|(way, _)| way.line).filter(|line| *line < boxes.len()).collect()
}

/// Which of the boxes that were read again on their heads, by their numbers, were read far better as they stand.
fn stay(here: &[(Way, Reading)], there: &[(Way, Reading)], boxes: &[Quad]) -> Vec<usize> {
    let stays = |(way, turned): &(Way, Reading)| {
        let quad = boxes.get(way.line)?;
        let (_, own) = here.iter().find(|(own, _)| same(&own.quad, quad))?;
        (own.confidence >= SURE && own.confidence > turned.confidence + BETTER).then_some(way.line)
    };
    there.iter().filter_map(stays).collect()
}

/// Whether two boxes are one and the same, whichever way it is read.
fn same(a: &Quad, b: &Quad) -> bool {
    let (a, b) = (a.centre(), b.centre());
    (a.x - b.x).abs() < 0.5 && (a.y - b.y).abs() < 0.5
}

#[cfg(test)]
mod tests {
    use super::super::tests::boxed;
    use super::*;

    #[test]
    fn lines_read_for_certain_only_when_turned_are_told() {
        let boxes = [0.0, 100.0, 200.0].map(|top| boxed(0.0, top, 400.0, top + 30.0));
        let chars = vec![crate::text::Char { ch: '发', at: 0.5, confidence: 1.0 }; 4];
        let read = |sure: [f32; 3]| -> Vec<(Way, Reading)> {
            let ways = boxes.iter().enumerate().map(|(line, quad)| Way { line, quad: *quad, vertical: false });
            ways.zip(sure).map(|(way, confidence)| (way, Reading { confidence, chars: chars.clone(), ..Reading::default() })).collect()
        };
        // read so as they stand and so turned; which stand on their heads
        let cases = [
            ([0.67, 0.82, 0.71], [0.99, 0.98, 0.97], &[0, 1, 2][..]),
            ([0.67, 0.82, 0.71], [0.99, 0.98, 0.8], &[0, 1]),
            ([0.67, 0.82, 0.71], [0.99, 0.85, 0.8], &[0]),
            ([0.9, 0.9, 0.71], [0.99, 0.98, 0.99], &[2]),
        ];
        for (own, turned, expected) in cases {
            assert_eq!(better_turned(&own, &read(turned), &boxes), expected, "{own:?} {turned:?}");
        }
    }

    #[test]
    fn what_was_read_far_better_upright_does_not_turn_with_what_is_beside_it() {
        let boxes = [0.0, 100.0, 200.0, 300.0].map(|top| boxed(0.0, top, 400.0, top + 30.0));
        let read = |sure: [f32; 4]| -> Vec<(Way, Reading)> {
            let ways = boxes.iter().enumerate().map(|(line, quad)| Way { line, quad: *quad, vertical: false });
            ways.zip(sure).map(|(way, confidence)| (way, Reading { confidence, ..Reading::default() })).collect()
        };
        // upright; on its head; the same either way; read badly either way
        let (here, there) = (read([0.98, 0.55, 0.97, 0.7]), read([0.6, 0.99, 0.95, 0.4]));
        assert_eq!(stay(&here, &there, &boxes), [0]);
    }
}
