//! The whole way from a picture to its text.

mod closeness;
mod heads;
mod page;
mod view;

use std::path::{Path, PathBuf};
use std::time::Instant;

use image::RgbImage;

use crate::Eyes;
use crate::barcode::{self, Barcode};
use crate::deadline::Deadline;
use crate::detect::Detector;
use crate::engine::{Choice, Loader, Precision};
use crate::error::Error;
use crate::light;
use crate::models;
use crate::orient::{self, Turn};
use crate::patches::{self, Sideways};
use crate::quad::Quad;
use crate::read::{Reading, Recogniser};
use crate::text::{Line, Text};
use closeness::{CLOSEST, SIDE, are_hidden, closer, may_be_sheet, readable_scale, written};
use page::{Page, Patch, Way, standing};
use view::{View, cut, on_page};

/// Lines below this mean probability are dropped.
const CONFIDENCE: f32 = 0.5;
/// The longer side at which the detector looks at a part of a picture at least.
const SMALLEST: f32 = 320.0;
/// How thick boxes shall be when the detector looks at a part of which it is known how high its lines are: those are worth a closer look.
const THICK: f32 = 28.0;
/// A box that is longer than a known line by more than this holds more than that line.
const LONGER: f32 = 1.25;
/// From this mean probability of all characters on, the page is read the right way up.
const SURE: f32 = 0.8;
/// How to load a [`Reader`].
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The models' folder; without it the places that [`models::find`] names are searched.
    pub models: Option<PathBuf>,
    /// Which engine runs the models.
    pub engine: Choice,
    /// In which precision.
    pub precision: Precision,
    /// A folder in which OpenVINO may keep compiled models, to start faster the next time.
    pub cache: Option<PathBuf>,
}

/// Reads pictures with PP-OCR's models.
pub struct Reader {
    detector: Detector,
    recogniser: Recogniser,
    engine: &'static str,
    folder: PathBuf,
}

impl Reader {
    /// Finds and loads the models, both at once.
    ///
    /// # Errors
    /// [`Error::NoModels`] when they are not there, [`Error::Model`] when one cannot be used.
    pub fn load(options: &Options) -> Result<Reader, Error> {
        let folder = models::find(options.models.as_deref())?;
        let loader = Loader::new(options.engine, options.precision, &folder, options.cache.clone())?;
        let (detector, recogniser) = std::thread::scope(|scope| {
            let detector = scope.spawn(|| Detector::load(&folder.join(models::DETECTOR), &loader));
            let recogniser = Recogniser::load(&folder, &loader);
            (detector.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), recogniser)
        });
        Ok(Reader { detector: detector?, recogniser: recogniser?, engine: loader.name(), folder })
    }

    /// The name of the engine that runs the models.
    pub fn engine_name(&self) -> &'static str {
        self.engine
    }

    /// The folder that the models came from.
    pub fn models(&self) -> &Path {
        &self.folder
    }
}

/// How lines are read to tell which way they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Glance,
    Close,
}

impl Reader {
    /// A reader of parts that have been loaded elsewhere.
    pub fn of(detector: Detector, recogniser: Recogniser) -> Reader {
        Reader { detector, recogniser, engine: "", folder: PathBuf::new() }
    }

    /// Finds the boxes after a first look that saw these: looks closer at once when most of the text is `hidden`, or once more at a page that is mostly empty
    /// without its margins, turns a page that lies on its side, and looks closer when the text is too small to be told apart.
    fn find<'a>(&self, mut view: View<'a>, mut boxes: Vec<Quad>, hidden: bool) -> Result<(View<'a>, Vec<Quad>), Error> {
        let mut longest = view.longest();
        let mut closest = None;
        let mut part = None;
        if hidden {
            let side = CLOSEST.min(longest);
            boxes = self.look(view, None, side)?;
            closest = Some(side);
        } else if let Some(found) = written(&boxes, longest).and_then(|area| cut(view, view.picture, area)) {
            longest = found.0.width().max(found.0.height()) as f32;
            boxes = self.look(view, Some(&found), SIDE)?;
            part = Some(found);
        }
        let sideways = orient::is_sideways(&boxes);
        if sideways {
            view.turn = Turn::Quarter;
        }
        // the closest look is not taken twice
        let closer = if closest.is_some() { closest.filter(|_| sideways) } else { closer(&boxes, longest) };
        if sideways || closer.is_some() {
            boxes = self.look(view, part.as_ref(), closer.unwrap_or(SIDE))?;
        }
        Ok((view, boxes))
    }

    /// The boxes of a page, or of a part of its picture, whose top left corner is given, looked at with `side` pixels in its longer side.
    fn look(&self, view: View<'_>, part: Option<&(RgbImage, [u32; 2])>, side: f32) -> Result<Vec<Quad>, Error> {
        let boxes = match part {
            None => self.detector.detect(view.shown(), view.turn, side)?,
            Some((picture, corner)) => {
                let seen = View { picture, ..view };
                let boxes = self.detector.detect(picture, view.turn, side)?;
                boxes.into_iter().map(|quad| quad.map(|p| on_page(p, seen, view, *corner))).collect()
            }
        };
        view.deadline.check()?;
        Ok(boxes)
    }

    /// Looks closer at what glances at one picture have left in doubt.
    fn settle<'p, 'a: 'p>(&self, patches: impl IntoIterator<Item = &'p mut Patch<'a>>) -> Result<(), Error> {
        let (mut quads, mut readings) = (Vec::new(), Vec::new());
        let mut seen = None;
        for (view, lines) in patches {
            seen = Some((view.picture, view.deadline));
            for (way, reading) in lines {
                quads.push(view.on_picture(&way.quad));
                readings.push(reading);
            }
        }
        seen.map_or(Ok(()), |(picture, deadline)| self.recogniser.settle(picture, &quads, &mut readings, deadline))
    }

    /// Reads all boxes of several pages of one picture: each page, and what stands on its head on it. How a line stands is told at a glance, and only the
    /// way in which it does is looked at closely.
    fn read_all<'a>(&self, pages: Vec<Page<'a>>) -> Result<Vec<Vec<Patch<'a>>>, Error> {
        let mut pages = self.glance_upright(pages)?;
        let turned = self.heads_down(&mut pages.iter_mut().collect::<Vec<_>>(), Look::Glance)?;
        let mut patches: Vec<Vec<Patch<'a>>> = pages.into_iter().map(|page| vec![page]).collect();
        patches.iter_mut().zip(turned).for_each(|(patches, turned)| patches.extend(turned));
        self.settle(patches.iter_mut().flatten())?;
        // of faint print a glance does not tell how it stands
        let mut turned =
            self.heads_down(&mut patches.iter_mut().filter_map(|patches| patches.first_mut()).collect::<Vec<_>>(), Look::Close)?;
        self.settle(turned.iter_mut().flatten())?;
        patches.iter_mut().zip(turned).for_each(|(patches, turned)| patches.extend(turned));
        Ok(patches)
    }

    /// The boxes of parts of the page in which text lies on its side, each as a page of its own, with its part: looks at them turned, as the detector tells
    /// lines that run down badly apart. Parts of which the picture holds nothing are left out.
    fn look_sideways<'a>(&self, view: View<'a>, parts: Vec<Sideways>, scale: Option<f32>) -> Result<Vec<(Sideways, Page<'a>)>, Error> {
        let whole = View { turn: view.turn.and_quarter(), ..view };
        let cut = |part: Sideways| cut(view, view.shown(), part.area).map(|(cut, corner)| (part, cut, corner));
        let parts: Vec<(Sideways, RgbImage, [u32; 2])> = parts.into_iter().filter_map(cut).collect();
        let wanted: Vec<_> = parts.iter().map(|(_, cut, _)| (cut, whole.turn, side_of_part(cut, scale))).collect();
        let found = self.detector.detect_all(&wanted)?;
        view.deadline.check()?;
        let page = |((part, cut, corner), boxes): ((Sideways, RgbImage, [u32; 2]), Vec<Quad>)| {
            let seen = View { picture: &cut, even: None, ..whole };
            let boxes = boxes.into_iter().map(|quad| quad.map(|p| on_page(p, seen, whole, corner))).collect();
            (part, Page { view: whole, boxes, read: Vec::new() })
        };
        Ok(parts.into_iter().zip(found).map(page).collect())
    }
}

/// Whether a box is that of a line in an area, and reaches no further.
fn is_known(area: &[f32; 4], quad: &Quad) -> bool {
    let longest = (area[2] - area[0]).max(area[3] - area[1]);
    patches::holds(area, quad) && quad.length().max(quad.height()) <= LONGER * longest
}

/// At how many pixels in its longer side the detector looks at a part of a picture.
fn side_of_part(cut: &RgbImage, scale: Option<f32>) -> f32 {
    let longest = cut.width().max(cut.height()) as f32;
    (longest * scale.unwrap_or(1.0).min(1.0)).clamp(SMALLEST.min(longest), CLOSEST)
}

/// Whether one of two boxes holds the middle of the other.
fn meet(a: &Quad, b: &Quad) -> bool {
    patches::holds(&a.bounds(), b) || patches::holds(&b.bounds(), a)
}

impl Eyes for Reader {
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error> {
        let deadline = Deadline::new(deadline);
        deadline.check()?;
        if picture.width() == 0 || picture.height() == 0 {
            return Ok(Text::default());
        }
        let mut first = View { picture, even: None, turn: Turn::None, deadline };
        let seen = self.detector.detect(picture, first.turn, SIDE)?;
        deadline.check()?;
        let hidden = are_hidden(&seen, first.longest());
        let even = hidden.then(|| light::even(picture));
        first.even = even.as_ref();
        let (seen, mut boxes) = self.find(first, seen, hidden)?;
        let sideways = patches::sideways(&boxes);
        let may_be_sheet = may_be_sheet(&boxes, first.longest());
        boxes.retain(|quad| !sideways.iter().any(|part| part.holds(quad)));
        let across = boxes.clone();
        let scale = readable_scale(&boxes);
        // the areas are places of the page as it was seen, which may stand on its head
        let (parts, turned): (Vec<Sideways>, Vec<Page<'_>>) = self.look_sideways(seen, sideways, scale)?.into_iter().unzip();
        let page = Page { view: seen, boxes, read: Vec::new() };
        let mut read = self.read_all(std::iter::once(page).chain(turned).collect())?.into_iter();
        let mut patches = read.next().unwrap_or_default();
        // where some papers lie turned, others may, however large their print is
        if may_be_sheet || patches.len() > 1 || !parts.is_empty() {
            let (width, height) = seen.size();
            self.small_heads_down(&mut patches, scale, seen, [0.0, 0.0, width, height])?;
        }
        for (part, mut found) in parts.into_iter().zip(read) {
            // two that lie on their sides beside each other may lie on different sides
            self.small_heads_down(&mut found, scale, seen, part.area)?;
            for (view, readings) in &mut found {
                // what stands between its papers was read as it stands
                readings.retain(|(way, _)| {
                    let here = seen.seen_by(*view, &standing(way));
                    part.holds(&here) || !across.iter().any(|quad| meet(quad, &here))
                });
            }
            patches.extend(found);
        }
        let mut patches = patches.into_iter().map(|(view, readings)| self::text(view, readings));
        let mut text = patches.next().unwrap_or_default();
        for part in patches {
            // all that lies the same way makes one text
            match text.turned.iter_mut().find(|other| other.orientation == part.orientation) {
                _ if part.lines.is_empty() => {}
                Some(other) => other.lines.extend(part.lines),
                None => text.turned.push(part),
            }
        }
        text.turned.iter_mut().for_each(|part| sort(&mut part.lines));
        Ok(text)
    }

    fn read_part(&self, part: &RgbImage, height: f32, known: &[[f32; 4]], deadline: Option<Instant>) -> Result<Vec<Line>, Error> {
        let view = View { picture: part, even: None, turn: Turn::None, deadline: Deadline::new(deadline) };
        view.deadline.check()?;
        if part.width() == 0 || part.height() == 0 {
            return Ok(Vec::new());
        }
        let longest = part.width().max(part.height()) as f32;
        let side = (longest * THICK / height.max(1.0)).clamp(SMALLEST, SIDE);
        let mut boxes = self.detector.detect(part, view.turn, side)?;
        boxes.retain(|quad| !known.iter().any(|area| is_known(area, quad)));
        view.deadline.check()?;
        let mut patches: Vec<Patch<'_>> = self.glance(&[(view, boxes)])?.into_iter().map(|readings| (view, readings)).collect();
        self.settle(&mut patches)?;
        Ok(patches.into_iter().flat_map(|(view, readings)| text(view, readings).lines).collect())
    }

    fn read_boxes(
        &self,
        picture: &RgbImage,
        orientation: u16,
        boxes: &[[f32; 4]],
        deadline: Option<Instant>,
    ) -> Result<Vec<Option<Line>>, Error> {
        let view = View { picture, even: None, turn: Turn::of_degrees(orientation), deadline: Deadline::new(deadline) };
        let upright: Vec<Quad> = boxes.iter().map(|area| Quad::of_bounds(*area)).collect();
        let quads: Vec<Quad> = upright.iter().map(|quad| view.on_picture(quad)).collect();
        let readings = self.recogniser.read(picture, &quads, view.deadline)?;
        let line = |(quad, reading): (Quad, Reading)| {
            let read = reading.chars.iter().any(|c| !c.ch.is_whitespace());
            read.then_some(Line { corners: quad.0, chars: reading.chars, confidence: reading.confidence, vertical: false })
        };
        Ok(upright.into_iter().zip(readings).map(line).collect())
    }

    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode> {
        barcode::read(picture)
    }
}

/// What was read in a view, sorted.
fn text(view: View<'_>, readings: Vec<(Way, Reading)>) -> Text {
    let (width, height) = view.size();
    let mut lines: Vec<Line> = readings
        .into_iter()
        .filter(|(_, reading)| reading.confidence >= CONFIDENCE && reading.chars.iter().any(|c| !c.ch.is_whitespace()))
        .map(|(way, reading)| Line { corners: way.quad.0, chars: reading.chars, confidence: reading.confidence, vertical: way.vertical })
        .collect();
    sort(&mut lines);
    Text { orientation: view.turn.degrees(), width: width as u32, height: height as u32, lines, turned: Vec::new() }
}

/// Puts lines in reading order: by rows from the top, each row from the left. Lines are in one row when the middle of one is within
/// half the height of the row's first.
fn sort(lines: &mut [Line]) {
    let middle = |line: &Line| Quad(line.corners).centre();
    lines.sort_by(|a, b| middle(a).y.total_cmp(&middle(b).y));
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let [_, top, _, bottom] = Quad(first.corners).bounds();
        let limit = middle(first).y + (bottom - top) / 2.0;
        let count = rest.iter().take_while(|line| middle(line).y <= limit).count().max(1);
        let (row, after) = rest.split_at_mut(count);
        row.sort_by(|a, b| middle(a).x.total_cmp(&middle(b).x));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn boxed(left: f32, top: f32, right: f32, bottom: f32) -> Quad {
        Quad::of_bounds([left, top, right, bottom])
    }

    #[test]
    fn a_box_of_a_known_line_is_known() {
        let known = [100.0, 100.0, 200.0, 120.0];
        let cases = [
            ([98.0, 97.0, 205.0, 124.0], true),
            ([140.0, 102.0, 160.0, 118.0], true),
            // the halves beside it too
            ([40.0, 100.0, 260.0, 120.0], false),
            ([100.0, 125.0, 200.0, 145.0], false),
        ];
        for (area, expected) in cases {
            assert_eq!(is_known(&known, &Quad::of_bounds(area)), expected, "{area:?}");
        }
    }

    #[test]
    fn boxes_meet_where_one_holds_the_middle_of_the_other() {
        assert!(meet(&boxed(0.0, 0.0, 40.0, 10.0), &boxed(15.0, 2.0, 90.0, 12.0)));
        assert!(!meet(&boxed(0.0, 0.0, 40.0, 10.0), &boxed(25.0, 2.0, 90.0, 12.0)));
    }
}
