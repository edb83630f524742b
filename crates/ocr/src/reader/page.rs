//! The boxes of pages, read at a glance the right way up.

use super::Reader;
use super::view::View;
use crate::error::Error;
use crate::orient;
use crate::quad::Quad;
use crate::read::Reading;

/// From this mean probability of all characters at a glance on, a page is read the right way up: a glance reads some of what stands on its head with 0.8
/// and more.
const SURE_AT_A_GLANCE: f32 = 0.9;
/// How many lines are read to tell which way up a page is.
const SAMPLE: usize = 8;
/// Of a page of more lines than this they are read first: most of the papers on a sheet of several may stand on their heads.
const MANY: usize = 80;

/// A box and the way in which it is read: across, or turned to run down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The number of its box.
    pub(super) line: usize,
    /// In pixels of the upright page, its corners in the direction of the text.
    pub(super) quad: Quad,
    pub(super) vertical: bool,
}

/// The ways in which a box of the upright page may be read.
fn ways(line: usize, quad: Quad) -> Vec<Way> {
    let across = Way { line, quad, vertical: false };
    let ratio = quad.height() / quad.length().max(1.0);
    if ratio < orient::TALL {
        return vec![across];
    }
    let down = Way { line, quad: quad.quarter_turned(), vertical: true };
    // Up to here it may as well be one narrow character that stands upright.
    if ratio < 2.0 * orient::TALL { vec![across, down] } else { vec![down] }
}

/// The boxes of a page, and those of them that have been read.
pub(super) struct Page<'a> {
    pub(super) view: View<'a>,
    pub(super) boxes: Vec<Quad>,
    pub(super) read: Vec<(Way, Reading)>,
}

impl<'a> Page<'a> {
    /// The same page taken to stand on its head, of which nothing was read yet.
    fn opposite(&self) -> Page<'a> {
        Page { view: self.view.opposite(), boxes: self.view.flipped(&self.boxes), read: Vec::new() }
    }
}

/// What lies one way on a picture.
pub(super) type Patch<'a> = (View<'a>, Vec<(Way, Reading)>);

/// The mean probability of all characters.
pub(super) fn confidence(readings: &[(Way, Reading)]) -> f32 {
    let count: usize = readings.iter().map(|(_, reading)| reading.chars.len()).sum();
    let sum: f32 = readings.iter().flat_map(|(_, reading)| &reading.chars).map(|c| c.confidence).sum();
    if count == 0 { 0.0 } else { sum / count as f32 }
}

/// The mean probability of all characters of some boxes, by their numbers.
fn confidence_of(readings: &[(Way, Reading)], some: &[usize]) -> f32 {
    confidence(&readings.iter().filter(|(way, _)| some.contains(&way.line)).cloned().collect::<Vec<_>>())
}

/// The box of a way of reading it, as it stands on the page.
pub(super) fn standing(way: &Way) -> Quad {
    if way.vertical { way.quad.ordered() } else { way.quad }
}

/// The boxes whose reading tells which way up a page is, by their numbers: the longest that run across.
pub(super) fn sample(boxes: &[Quad]) -> Vec<usize> {
    let mut across: Vec<(usize, &Quad)> = boxes.iter().enumerate().filter(|(_, quad)| quad.length() >= 2.0 * quad.height()).collect();
    across.sort_by(|(_, a), (_, b)| b.length().total_cmp(&a.length()));
    across.into_iter().take(SAMPLE).map(|(line, _)| line).collect()
}

impl Reader {
    /// Reads boxes of several views of one picture at a glance, all at once; of each view each box's best way of reading it.
    pub(super) fn glance(&self, views: &[(View<'_>, Vec<Quad>)]) -> Result<Vec<Vec<(Way, Reading)>>, Error> {
        let Some((View { picture, deadline, .. }, _)) = views.first() else { return Ok(Vec::new()) };
        let ways = |boxes: &[Quad]| boxes.iter().enumerate().flat_map(|(line, quad)| ways(line, *quad)).collect();
        let ways: Vec<(View<'_>, Vec<Way>)> = views.iter().map(|(view, boxes)| (*view, ways(boxes))).collect();
        let placed = ways.iter().flat_map(|(view, ways)| ways.iter().map(|way| view.on_picture(&way.quad)));
        let mut readings = self.recogniser.glance(picture, &placed.collect::<Vec<_>>(), *deadline)?.into_iter();
        let best = |(_, ways): (_, Vec<Way>)| {
            let mut best: Vec<(Way, Reading)> = Vec::with_capacity(ways.len());
            for (way, reading) in ways.into_iter().zip(readings.by_ref()) {
                match best.last_mut() {
                    // The ways of one box follow each other.
                    Some(last) if last.0.line == way.line => {
                        if reading.confidence > last.1.confidence {
                            *last = (way, reading);
                        }
                    }
                    _ => best.push((way, reading)),
                }
            }
            best
        };
        Ok(ways.into_iter().map(best).collect())
    }

    /// Reads some of the boxes of several views at a glance, by their numbers; of each view each box's best way of reading it.
    pub(super) fn glance_at(&self, asked: &[(View<'_>, &[Quad], &[usize])]) -> Result<Vec<Vec<(Way, Reading)>>, Error> {
        let chosen = |boxes: &[Quad], some: &[usize]| some.iter().filter_map(|line| boxes.get(*line)).copied().collect();
        let views: Vec<(View<'_>, Vec<Quad>)> = asked.iter().map(|(view, boxes, some)| (*view, chosen(boxes, some))).collect();
        let mut read = self.glance(&views)?;
        for (readings, (_, _, some)) in read.iter_mut().zip(asked) {
            readings.iter_mut().for_each(|(way, _)| way.line = some.get(way.line).copied().unwrap_or(way.line));
        }
        Ok(read)
    }

    /// Reads the boxes of pages at a glance that are not among those read already. Of each page all are read then, in the order of the boxes.
    pub(super) fn glance_at_others(&self, pages: &mut [Page<'_>]) -> Result<(), Error> {
        let unread = |page: &Page<'_>| (0..page.boxes.len()).filter(|line| !page.read.iter().any(|(way, _)| way.line == *line)).collect();
        let others: Vec<Vec<usize>> = pages.iter().map(unread).collect();
        let asked: Vec<_> = pages.iter().zip(&others).map(|(page, others)| (page.view, &*page.boxes, &**others)).collect();
        let read = self.glance_at(&asked)?;
        for (page, read) in pages.iter_mut().zip(read) {
            page.read.extend(read);
            page.read.sort_by_key(|(way, _)| way.line);
        }
        Ok(())
    }

    /// Reads all boxes of several pages at a glance, each page the right way up.
    pub(super) fn glance_upright<'a>(&self, mut pages: Vec<Page<'a>>) -> Result<Vec<Patch<'a>>, Error> {
        let samples: Vec<Vec<usize>> = pages.iter().map(|page| sample(&page.boxes)).collect();
        // Nearly every picture of one paper stands upright: it is read at once, and only doubts cost anything. Of a page on its side nobody knows which.
        let first = |(page, sample): (&Page<'a>, &Vec<usize>)| {
            let is_open = page.view.turn.is_sideways() || page.boxes.len() > MANY;
            if is_open { sample.clone() } else { (0..page.boxes.len()).collect() }
        };
        let first: Vec<Vec<usize>> = pages.iter().zip(&samples).map(first).collect();
        let asked: Vec<_> = pages.iter().zip(&first).map(|(page, some)| (page.view, &*page.boxes, &**some)).collect();
        let read = self.glance_at(&asked)?;
        pages.iter_mut().zip(read).for_each(|(page, read)| page.read = read);

        let unsure: Vec<(&mut Page<'a>, &Vec<usize>)> = pages.iter_mut().zip(&samples).collect();
        let unsure = unsure.into_iter().filter(|(page, sample)| confidence(&page.read) < SURE_AT_A_GLANCE && !sample.is_empty());
        let mut unsure: Vec<_> = unsure.map(|(page, sample)| (page.opposite(), page, sample)).collect();
        let asked: Vec<_> = unsure.iter().map(|(there, _, sample)| (there.view, &*there.boxes, &***sample)).collect();
        let read = self.glance_at(&asked)?;
        for ((there, page, sample), read) in unsure.iter_mut().zip(read) {
            if confidence(&read) > confidence_of(&page.read, sample) {
                there.read = read;
                std::mem::swap(there, *page);
            }
        }
        drop(unsure);
        self.glance_at_others(&mut pages)?;
        Ok(pages.into_iter().map(|page| (page.view, page.read)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_lines_across_tell_which_way_up_a_page_is() {
        let boxes =
            |lengths: &[u16]| -> Vec<Quad> { lengths.iter().map(|length| Quad::of_bounds([0.0, 0.0, f32::from(*length), 10.0])).collect() };
        let cases: [(&[u16], &[usize]); 4] = [
            (&[], &[]),
            // too short to run across
            (&[40, 15, 80, 30], &[2, 0, 3]),
            (&[10; 3], &[]),
            (&[900, 50, 60, 70, 80, 90, 100, 110, 120, 40], &[0, 8, 7, 6, 5, 4, 3, 2]),
        ];
        for (lengths, expected) in cases {
            assert_eq!(sample(&boxes(lengths)), expected, "{lengths:?}");
        }
    }
}
