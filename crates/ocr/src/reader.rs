//! The whole way from a picture to its text.

mod closeness;
mod heads;

use std::path::{Path, PathBuf};
use std::time::Instant;

use image::{RgbImage, imageops};

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
use crate::text::{Line, Point, Text};
use closeness::{CLOSEST, SIDE, are_hidden, closer, may_be_sheet, readable_scale, written};

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
/// The same of a glance, which reads some of what stands on its head with 0.8 and more.
const SURE_AT_A_GLANCE: f32 = 0.9;
/// How many lines are read to tell which way up a page is.
const SAMPLE: usize = 8;
/// A line that is so many times as long as high holds enough characters for that.
const TELLING: f32 = 5.0;

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

/// A box and the way in which it is read: across, or turned to run down.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// The number of its box.
    line: usize,
    /// In pixels of the upright page, its corners in the direction of the text.
    quad: Quad,
    vertical: bool,
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

/// The mean probability of all characters.
fn confidence(readings: &[(Way, Reading)]) -> f32 {
    let count: usize = readings.iter().map(|(_, reading)| reading.chars.len()).sum();
    let sum: f32 = readings.iter().flat_map(|(_, reading)| &reading.chars).map(|c| c.confidence).sum();
    if count == 0 { 0.0 } else { sum / count as f32 }
}

/// The mean probability of all characters of some boxes, by their numbers.
fn confidence_of(readings: &[(Way, Reading)], some: &[usize]) -> f32 {
    confidence(&readings.iter().filter(|(way, _)| some.contains(&way.line)).cloned().collect::<Vec<_>>())
}

/// How lines are read to tell which way they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Glance,
    Close,
}

/// A picture, and how its page is seen in it.
#[derive(Clone, Copy)]
struct View<'a> {
    picture: &'a RgbImage,
    /// The same picture under even light, where lines are looked for on it: they are read as they are, as what makes print brighter makes noise brighter.
    even: Option<&'a RgbImage>,
    turn: Turn,
    deadline: Deadline,
}

impl<'a> View<'a> {
    /// The picture on which lines are looked for.
    fn shown(&self) -> &'a RgbImage {
        self.even.unwrap_or(self.picture)
    }

    /// Width and height of the upright page.
    fn size(&self) -> (f32, f32) {
        let (width, height) = (self.picture.width() as f32, self.picture.height() as f32);
        if self.turn.is_sideways() { (height, width) } else { (width, height) }
    }

    /// The picture's longer side.
    fn longest(&self) -> f32 {
        self.picture.width().max(self.picture.height()) as f32
    }

    /// The same picture, its page taken to stand on its head.
    fn opposite(self) -> Self {
        View { turn: self.turn.opposite(), ..self }
    }

    /// A box of the page as it lies on the picture, its corners in the direction of the text.
    fn on_picture(&self, quad: &Quad) -> Quad {
        let (width, height) = self.size();
        quad.map(|p| self.turn.apply(p, width, height))
    }

    /// A box on the page of another view of the same picture, as this one sees it.
    fn seen_by(&self, other: View<'_>, quad: &Quad) -> Quad {
        let ((width, height), (own_width, own_height)) = (other.size(), self.size());
        quad.map(|p| self.turn.undo(other.turn.apply(p, width, height), own_width, own_height))
    }

    /// The same boxes on the page of the opposite view.
    fn flipped(&self, boxes: &[Quad]) -> Vec<Quad> {
        let (width, height) = self.size();
        boxes.iter().map(|quad| quad.map(|p| Turn::Half.apply(p, width, height)).ordered()).collect()
    }
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

    /// Reads boxes of several views of one picture at a glance, all at once; of each view each box's best way of reading it.
    fn glance(&self, views: &[(View<'_>, Vec<Quad>)]) -> Result<Vec<Vec<(Way, Reading)>>, Error> {
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

    /// Reads some of the boxes of several views at a glance, by their numbers; of each view each box's best way of reading it.
    fn glance_at(&self, asked: &[(View<'_>, &[Quad], &[usize])]) -> Result<Vec<Vec<(Way, Reading)>>, Error> {
        let chosen = |boxes: &[Quad], some: &[usize]| some.iter().filter_map(|line| boxes.get(*line)).copied().collect();
        let views: Vec<(View<'_>, Vec<Quad>)> = asked.iter().map(|(view, boxes, some)| (*view, chosen(boxes, some))).collect();
        let mut read = self.glance(&views)?;
        for (readings, (_, _, some)) in read.iter_mut().zip(asked) {
            readings.iter_mut().for_each(|(way, _)| way.line = some.get(way.line).copied().unwrap_or(way.line));
        }
        Ok(read)
    }

    /// Reads the boxes of pages at a glance that are not among those read already. Of each page all are read then, in the order of the boxes.
    fn glance_at_others(&self, pages: &mut [Page<'_>]) -> Result<(), Error> {
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
    fn glance_upright<'a>(&self, mut pages: Vec<Page<'a>>) -> Result<Vec<Patch<'a>>, Error> {
        let samples: Vec<Vec<usize>> = pages.iter().map(|page| sample(&page.boxes)).collect();
        // Nearly every picture stands upright: it is read at once, and only doubts cost anything. Of a page on its side nobody knows which.
        let first = |(page, sample): (&Page<'a>, &Vec<usize>)| {
            if page.view.turn.is_sideways() { sample.clone() } else { (0..page.boxes.len()).collect() }
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

/// The boxes of a page, and those of them that have been read.
struct Page<'a> {
    view: View<'a>,
    boxes: Vec<Quad>,
    read: Vec<(Way, Reading)>,
}

impl<'a> Page<'a> {
    /// The same page taken to stand on its head, of which nothing was read yet.
    fn opposite(&self) -> Page<'a> {
        Page { view: self.view.opposite(), boxes: self.view.flipped(&self.boxes), read: Vec::new() }
    }
}

/// What lies one way on a picture.
type Patch<'a> = (View<'a>, Vec<(Way, Reading)>);

impl Reader {
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

/// The pixels of an area of the upright page on this picture of it, and where their top left corner is in the picture; nothing where it holds none.
fn cut(view: View<'_>, picture: &RgbImage, area: [f32; 4]) -> Option<(RgbImage, [u32; 2])> {
    let (width, height) = view.size();
    let part = Quad::of_bounds(area).map(|p| view.turn.apply(p, width, height)).bounds();
    let (w, h) = picture.dimensions();
    let [left, top] = [part[0].max(0.0) as u32, part[1].max(0.0) as u32];
    let right = (part[2].max(0.0).ceil() as u32).clamp(left.min(w), w);
    let bottom = (part[3].max(0.0).ceil() as u32).clamp(top.min(h), h);
    let holds = right > left && bottom > top;
    holds.then(|| (imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image(), [left, top]))
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

/// Where a point of a part, as it was seen, is on the whole page turned the same way.
fn on_page(p: Point, part: View<'_>, whole: View<'_>, [left, top]: [u32; 2]) -> Point {
    let ((width, height), (page_width, page_height)) = (part.size(), whole.size());
    let p = part.turn.apply(p, width, height);
    whole.turn.undo(Point { x: p.x + left as f32, y: p.y + top as f32 }, page_width, page_height)
}

/// The box of a way of reading it, as it stands on the page.
fn standing(way: &Way) -> Quad {
    if way.vertical { way.quad.ordered() } else { way.quad }
}

/// Whether one of two boxes holds the middle of the other.
fn meet(a: &Quad, b: &Quad) -> bool {
    patches::holds(&a.bounds(), b) || patches::holds(&b.bounds(), a)
}

/// The boxes whose reading tells which way up a page is, by their numbers, of those that run across: the shortest that hold a few characters, as the wrong
/// way is read in vain, and the longest others where there are not enough of them.
fn sample(boxes: &[Quad]) -> Vec<usize> {
    let ratio = |quad: &Quad| quad.length() / quad.height().max(1.0);
    let across = boxes.iter().enumerate().filter(|(_, quad)| ratio(quad) >= 2.0);
    let (mut enough, mut short): (Vec<_>, Vec<_>) = across.partition(|(_, quad)| ratio(quad) >= TELLING);
    enough.sort_by(|(_, a), (_, b)| ratio(a).total_cmp(&ratio(b)));
    short.sort_by(|(_, a), (_, b)| ratio(b).total_cmp(&ratio(a)));
    enough.into_iter().chain(short).take(SAMPLE).map(|(line, _)| line).collect()
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
            self.small_heads_down(&mut patches, scale)?;
        }
        for (part, mut found) in parts.into_iter().zip(read) {
            // two that lie on their sides beside each other may lie on different sides
            self.small_heads_down(&mut found, scale)?;
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

    fn boxed(left: f32, top: f32, right: f32, bottom: f32) -> Quad {
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
    fn a_part_is_cut_out_and_placed_where_it_was() {
        let picture = RgbImage::new(400, 300);
        for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
            let whole = View { picture: &picture, even: None, turn, deadline: Deadline::new(None) };
            let (cut, corner) = cut(whole, &picture, [50.0, 60.0, 150.0, 200.0]).unwrap();
            let part = View { picture: &cut, ..whole };
            let place = on_page(Point { x: 0.0, y: 0.0 }, part, whole, corner);
            assert_eq!((place.x, place.y, part.size()), (50.0, 60.0, (100.0, 140.0)), "{turn:?}");
        }
        let whole = View { picture: &picture, even: None, turn: Turn::None, deadline: Deadline::new(None) };
        assert!(super::cut(whole, &picture, [500.0, 0.0, 600.0, 50.0]).is_none());
    }

    #[test]
    fn a_box_is_seen_by_another_view_where_it_lies() {
        let picture = RgbImage::new(400, 300);
        let view = |turn| View { picture: &picture, even: None, turn, deadline: Deadline::new(None) };
        // the top left corner of the page that lies on its side is the top right one of the picture
        let seen = view(Turn::None).seen_by(view(Turn::Quarter), &boxed(0.0, 0.0, 40.0, 10.0));
        assert_eq!(seen.bounds(), [390.0, 0.0, 400.0, 40.0]);
        let seen = view(Turn::Quarter).seen_by(view(Turn::ThreeQuarters), &boxed(0.0, 0.0, 40.0, 10.0));
        assert_eq!(seen.bounds(), [260.0, 390.0, 300.0, 400.0]);
        assert!(meet(&boxed(0.0, 0.0, 40.0, 10.0), &boxed(15.0, 2.0, 90.0, 12.0)));
        assert!(!meet(&boxed(0.0, 0.0, 40.0, 10.0), &boxed(25.0, 2.0, 90.0, 12.0)));
    }
}
