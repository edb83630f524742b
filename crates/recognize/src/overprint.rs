//! Values that a device printed over words of its form. The two are told apart by their inks: forms are printed in brown, green or blue, and what a meter or a counter
//! prints onto them is black or violet. Inks over each other take their shares of the light one after the other, so that in logarithms they add up: what belongs
//! to the form's ink is taken away, and the value is read by itself.

use document::page::Rect;
use image::{GrayImage, Luma, Rgb, RgbImage, imageops};
use invoice::details::{Details, Field, Source};
use ocr::text::Line;

use crate::blanks::blobs;
use crate::blanks::cut::Cut;
use crate::error::Error;
use crate::layout::{Sheet, fold};
use crate::look::Look;
use crate::reader::Run;

/// At most so many values of one form are read, and at most so many places are looked at for each ink.
const MOST: usize = 8;
/// At most this many pixels of one place are looked at.
const LARGEST: u32 = 1_000_000;
/// How sure every character must be.
const SURE: f32 = 0.8;
/// How sure a character must be that is read the same by itself and beside its like.
const AGREED: f32 = 0.6;
/// So many copies of a character are read in a line.
const COPIES: u32 = 3;
/// The cosine of the angle between two inks from which on they are one.
const ALIKE: f32 = 0.99;
/// Of inks that are one by their colour, the form's is told from the value's where it takes at most so much of its light.
const LIGHTER: f32 = 0.85;
/// What has so much of the darkest ink of its place is ink and no edge.
const STROKE: f32 = 0.6;
/// From so much of the value's ink on a pixel is of its strokes.
const INKED: f32 = 0.35;
/// What is added to a colour before its logarithm is taken: black has none.
const DARKEST: f32 = 8.0;

/// Values that stand over words of the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overprint {
    /// Where words of the form stand by themselves, in sheet units.
    pub(crate) form: Vec<Rect>,
    /// Where values stand by themselves.
    pub(crate) values: Vec<Rect>,
    pub(crate) cells: Vec<Covered>,
}

/// What a text says, where it can be a field's value.
pub(crate) type Value = fn(&str) -> Option<String>;

/// A value over words of the form.
#[derive(Debug, Clone)]
pub(crate) struct Covered {
    /// The list and the number of the row that the field stands in, if it stands in one.
    pub(crate) row: Option<(&'static str, usize)>,
    /// The field that it is.
    pub(crate) key: &'static str,
    /// Where it stands, in sheet units.
    pub(crate) area: Rect,
    /// The field's value, where a text can be that.
    pub(crate) value: Value,
}

impl Covered {
    fn is_read(&self, details: &Details) -> bool {
        match self.row {
            None => details.has(self.key),
            Some((list, at)) => details.rows(list).get(at).is_none_or(|row| row.contains_key(self.key)),
        }
    }

    fn put(&self, details: &mut Details, field: Field) {
        match self.row {
            None => details.set(self.key, field),
            Some((list, at)) => {
                if let Some(row) = details.rows_mut(list).get_mut(at) {
                    row.insert(self.key.to_owned(), field);
                }
            }
        }
    }
}

/// How much light an ink takes from red, green and blue, in logarithms.
type Ink = [f32; 3];

impl Look<'_> {
    /// Reads values by their ink and sets those fields that are not there yet.
    pub(crate) fn read_over(&self, details: &mut Details, over: &Overprint, sheet: &Sheet, run: &Run) -> Result<(), Error> {
        let wanted = over.cells.iter().filter(|cell| !cell.is_read(details)).take(MOST);
        let cells: Vec<(&Covered, Cut)> =
            wanted.filter_map(|cell| Some((cell, self.cut(sheet, &sheet.stood(cell.area), LARGEST)?))).collect();
        if cells.is_empty() {
            return Ok(());
        }
        let ink = |places: &[Rect]| mean(places.iter().take(MOST).filter_map(|area| ink(&self.cut(sheet, &sheet.stood(*area), LARGEST)?)));
        let (Some(form), Some(value)) = (ink(&over.form), ink(&over.values)) else { return Ok(()) };
        let Some(shares) = Shares::of(&form, &value) else { return Ok(()) };
        let parted: Vec<(&Covered, Strokes)> = cells.into_iter().filter_map(|(cell, cut)| Some((cell, shares.value(&cut)?))).collect();
        let looks: Vec<RgbImage> = parted.iter().flat_map(|(_, strokes)| strokes.looks()).collect();
        let width = looks.iter().map(RgbImage::width).max().unwrap_or(0);
        let height = looks.iter().map(RgbImage::height).sum();
        let mut picture = RgbImage::from_pixel(width, height, Rgb([255; 3]));
        let (mut top, mut boxes) = (0, Vec::with_capacity(looks.len()));
        for look in &looks {
            imageops::replace(&mut picture, look, 0, i64::from(top));
            boxes.push([0.0, top as f32, look.width() as f32, (top + look.height()) as f32]);
            top += look.height();
        }
        run.go_on()?;
        let mut lines = self.eyes.read_boxes(&picture, 0, &boxes, run.deadline())?.into_iter();
        for (cell, strokes) in &parted {
            let read: Vec<Option<Line>> = lines.by_ref().take(strokes.looks().len()).collect();
            if let Some((value, confidence)) = settled(cell.value, &read) {
                let area = Some(sheet.pixels(&sheet.stood(cell.area)));
                cell.put(details, Field { value, source: Source::Ocr, confidence, page: sheet.page, area });
            }
        }
        Ok(())
    }
}

/// What a value was read as, and how sure that is: by itself, or, where it is one character, by itself and beside its like.
fn settled(value: Value, read: &[Option<Line>]) -> Option<(String, f32)> {
    let chars = |line: &Line| line.chars.iter().filter(|c| !c.ch.is_whitespace()).map(|c| (fold(c.ch), c.confidence)).collect::<Vec<_>>();
    let least = |chars: &[(char, f32)]| chars.iter().map(|c| c.1).fold(1.0, f32::min);
    let said = |look: &Option<Line>| {
        let chars = chars(look.as_ref()?);
        Some((value(&chars.iter().map(|c| c.0).collect::<String>())?, least(&chars)))
    };
    let repeated = |look: &Option<Line>| {
        let chars = chars(look.as_ref()?);
        let first = value(&chars.first()?.0.to_string())?;
        let alike = chars.len() == COPIES as usize && chars.iter().all(|c| value(&c.0.to_string()).as_ref() == Some(&first));
        alike.then(|| (first, least(&chars)))
    };
    let Some((alone, beside)) = read.first().zip(read.get(1)) else { return said(read.first()?).filter(|(_, sure)| *sure >= SURE) };
    match (said(alone), repeated(beside)) {
        (Some((a, one)), Some((b, other))) if a == b => Some((a, 1.0 - (1.0 - one) * (1.0 - other))).filter(|(_, sure)| *sure >= AGREED),
        (Some(_), Some(_)) => None,
        (one, other) => one.or(other).filter(|(_, sure)| *sure >= SURE),
    }
}

/// The strokes of a value, in its ink alone.
struct Strokes {
    picture: RgbImage,
    /// Whether they are one character at most, which recognisers that are trained on lines take for anything: a J for a j, a corner or a Chinese hook.
    single: bool,
}

impl Strokes {
    /// What is read: the strokes, and of one character several copies in a line.
    fn looks(&self) -> Vec<RgbImage> {
        let (width, height) = self.picture.dimensions();
        let several = || RgbImage::from_fn(COPIES * width, height, |x, y| *self.picture.get_pixel(x % width, y));
        std::iter::once(self.picture.clone()).chain(self.single.then(several)).collect()
    }
}

/// How much light a colour lacks against the paper.
fn lack(colour: &Rgb<u8>, paper: &Rgb<u8>) -> Ink {
    [0, 1, 2].map(|c| ((f32::from(paper.0[c]) + DARKEST) / (f32::from(colour.0[c]) + DARKEST)).ln().max(0.0))
}

/// The paper of a part: in each colour what a quarter of its pixels are lighter than.
fn paper(picture: &RgbImage) -> Rgb<u8> {
    Rgb([0, 1, 2].map(|c| {
        let mut values: Vec<u8> = picture.pixels().map(|p| p.0[c]).collect();
        let at = values.len() * 3 / 4;
        if values.is_empty() { 255 } else { *values.select_nth_unstable(at).1 }
    }))
}

/// The ink of the strokes in a cell.
fn ink(cut: &Cut) -> Option<Ink> {
    let paper = paper(&cut.picture);
    let [left, top, right, bottom] = cut.cell.map(|v| v.max(0.0) as u32);
    let inside = |x: u32, y: u32| (left..right).contains(&x) && (top..bottom).contains(&y);
    let lacks = cut.picture.enumerate_pixels().filter(|(x, y, _)| inside(*x, *y));
    let lacks: Vec<Ink> = lacks.map(|(_, _, colour)| lack(colour, &paper)).collect();
    let sum = |ink: &Ink| ink.iter().sum::<f32>();
    let darkest = lacks.iter().map(sum).fold(0.0, f32::max);
    mean(lacks.into_iter().filter(|ink| darkest > 0.5 && sum(ink) >= STROKE * darkest))
}

fn mean(inks: impl Iterator<Item = Ink>) -> Option<Ink> {
    let (mut all, mut count) = ([0.0; 3], 0.0_f32);
    for ink in inks {
        (0..3).for_each(|c| all[c] += ink[c]);
        count += 1.0;
    }
    (count > 0.0).then(|| all.map(|share| share / count))
}

/// What tells how much of the value's ink a colour has: the share that the form's ink does not explain, by least squares. Where both are of one colour, as on grey
/// scans, what is darker than the form's.
struct Shares {
    weights: Ink,
    /// What the form's ink has by the weights.
    form: f32,
}

impl Shares {
    /// Nothing where the inks are too much alike.
    fn of(form: &Ink, value: &Ink) -> Option<Shares> {
        let dot = |a: &Ink, b: &Ink| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let (ff, fv, vv) = (dot(form, form), dot(form, value), dot(value, value));
        let apart = ff * vv - fv * fv;
        let alike = fv / (ff * vv).sqrt().max(f32::MIN_POSITIVE);
        if alike < ALIKE && apart > 0.0 {
            return Some(Shares { weights: [0, 1, 2].map(|c| (ff * value[c] - fv * form[c]) / apart), form: 0.0 });
        }
        let lighter = fv / vv.max(f32::MIN_POSITIVE);
        (lighter < LIGHTER).then(|| Shares { weights: value.map(|v| v / (vv * (1.0 - lighter))), form: lighter / (1.0 - lighter) })
    }

    /// How much of the value's ink a colour has that lacks so much light, 1 where it is that ink.
    fn share(&self, lack: &Ink) -> f32 {
        lack.iter().zip(self.weights).map(|(lack, weight)| lack * weight).sum::<f32>() - self.form
    }

    /// The part of a cell that its strokes in the value's ink reach over, in that ink alone; nothing where there are none.
    fn value(&self, cut: &Cut) -> Option<Strokes> {
        let paper = paper(&cut.picture);
        let share = |colour: &Rgb<u8>| self.share(&lack(colour, &paper)).clamp(0.0, 1.0);
        let (width, height) = cut.picture.dimensions();
        let [left, top, right, bottom] = cut.cell.map(|v| v.max(0.0) as u32);
        let margin = (bottom.checked_sub(top)? / 4).max(1);
        let (x0, y0, x1, y1) = (left, top.saturating_sub(margin), right.min(width), (bottom + margin).min(height));
        let part = imageops::crop_imm(&cut.picture, x0, y0, x1.checked_sub(x0)?, y1.checked_sub(y0)?).to_image();
        let plane = GrayImage::from_fn(part.width(), part.height(), |x, y| Luma([(255.0 * (1.0 - share(part.get_pixel(x, y)))) as u8]));
        let darkest = plane.pixels().map(|p| p.0[0]).min().map_or(0.0, |least| 1.0 - f32::from(least) / 255.0);
        let inked = |x: u32, y: u32| 1.0 - f32::from(plane.get_pixel(x, y).0[0]) / 255.0 > INKED.max(darkest / 2.0);
        let mask = GrayImage::from_fn(plane.width(), plane.height(), |x, y| Luma([if inked(x, y) { 255 } else { 0 }]));
        // what reaches in from above or below is of other rows, or a seal
        let strokes = blobs(&mask).into_iter().filter(|[_, t, _, b]| *t > 0 && *b < plane.height());
        let [l, t, r, b] = strokes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
        // a line is read best with as little around it as the detector leaves
        let (above, beside) = ((b - t) / 5 + 2, 2 * margin);
        let (x0, y0) = (l.saturating_sub(beside), t.saturating_sub(above));
        let (x1, y1) = ((r + beside).min(plane.width()), (b + above).min(plane.height()));
        let picture = RgbImage::from_fn(x1 - x0, y1 - y0, |x, y| Rgb([plane.get_pixel(x0 + x, y0 + y).0[0]; 3]));
        Some(Strokes { picture, single: 2 * (r - l) < 3 * (b - t) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Rgb<u8> = Rgb([250, 248, 244]);
    const BROWN: Rgb<u8> = Rgb([112, 66, 48]);
    const VIOLET: Rgb<u8> = Rgb([44, 44, 92]);

    #[test]
    fn inks_are_told_apart_by_their_colours() {
        let ink = |colour: Rgb<u8>| lack(&colour, &PAPER);
        let over = Rgb([0, 1, 2].map(|c| (u32::from(BROWN.0[c]) * u32::from(VIOLET.0[c]) / u32::from(PAPER.0[c])) as u8));
        let shares = Shares::of(&ink(BROWN), &ink(VIOLET)).expect("two inks");
        for (colour, least, most) in [(PAPER, -0.05, 0.05), (BROWN, -0.05, 0.05), (VIOLET, 0.95, 1.05), (over, 0.7, 1.3)] {
            let share = shares.share(&ink(colour));
            assert!((least..most).contains(&share), "{colour:?} {share}");
        }
        // one ink: told while the form's is the fainter
        let faint = Rgb([170, 135, 115]);
        let shares = Shares::of(&ink(faint), &ink(BROWN)).expect("a fainter one");
        for (colour, expected) in [(faint, 0.0), (BROWN, 1.0)] {
            assert!((shares.share(&ink(colour)) - expected).abs() < 0.1, "{colour:?}");
        }
        assert!(Shares::of(&ink(BROWN), &ink(faint)).is_none() && Shares::of(&ink(BROWN), &ink(BROWN)).is_none());
    }

    #[test]
    fn what_is_left_is_the_value() {
        // a stroke of the form through the whole cell, and one of the value over its middle
        let mut picture = RgbImage::from_pixel(120, 60, PAPER);
        for (x, y) in (20..100).flat_map(|x| (28..32).map(move |y| (x, y))) {
            picture.put_pixel(x, y, BROWN);
        }
        for (x, y) in (58..62).flat_map(|x| (24..36).map(move |y| (x, y))) {
            picture.put_pixel(x, y, VIOLET);
        }
        let cut = Cut::new(picture, [20.0, 20.0, 100.0, 40.0]);
        let shares = Shares::of(&lack(&BROWN, &PAPER), &lack(&VIOLET, &PAPER)).expect("two inks");
        let Strokes { picture: value, single } = shares.value(&cut).expect("a value");
        // four by twelve pixels of the stroke, half the cell's height beside it, a fifth of its own and two more over and under it
        assert_eq!((value.width(), value.height(), single), (24, 20, true));
        assert!(value.get_pixel(12, 10).0[0] < 40 && value.get_pixel(2, 10).0[0] > 215, "the form's stroke is gone");
    }
    #[test]
    fn one_character_is_settled_by_two_looks() {
        let letter: Value = |text| match text {
            "j" => Some("J".to_owned()),
            _ => Some(text.to_owned()).filter(|text| text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase())),
        };
        let line = |text: &str, confidence: f32| {
            let chars = text.chars().map(|ch| ocr::text::Char { ch, at: 0.5, confidence }).collect();
            Line { corners: Default::default(), chars, confidence, vertical: false }
        };
        // read by itself, read three times in a line, what it is
        let cases = [
            (("J", 0.9), ("", 0.0), Some("J")),
            (("J", 0.7), ("", 0.0), None),
            (("", 0.0), ("JJJ", 0.9), Some("J")),
            (("J", 0.4), ("jjJ", 0.5), Some("J")),
            (("J", 0.2), ("JJJ", 0.3), None),
            (("J", 0.95), ("TTT", 0.95), None),
            (("J", 0.4), ("JJ", 0.9), None),
            (("了", 0.9), ("J J J", 0.9), Some("J")),
        ];
        for (alone, beside, expected) in cases {
            let read = [Some(line(alone.0, alone.1)), Some(line(beside.0, beside.1))];
            assert_eq!(settled(letter, &read).map(|(value, _)| value).as_deref(), expected, "{alone:?} {beside:?}");
        }
        assert_eq!(settled(|text| Some(text.to_owned()), &[Some(line("12.50", 0.9))]).map(|read| read.0).as_deref(), Some("12.50"));
        assert!(settled(letter, &[None, None]).is_none() && settled(letter, &[]).is_none());
    }
}
