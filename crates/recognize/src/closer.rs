//! Values that were misread or passed over, looked at once more by themselves where their labels say that they stand: print of dots is too faint or too far apart for the
//! recogniser, and seals lie over it. The red plane of the picture takes the seals out; making dark dots grow, or softening them, makes strokes of them.

use document::page::Rect;
use image::imageops::{self, blur};
use image::{GrayImage, Luma, Rgb, RgbImage};
use ocr::text::{Line, Point, Text};

use crate::error::Error;
use crate::layout::lie::Lie;
use crate::layout::{Sheet, Span, fold, spans};
use crate::look::Look;
use crate::reader::Run;

/// At most so many cells of one form are looked at.
const MOST: usize = 12;
/// How sure a closer reading must be; and how sure one that no other way of looking confirms.
const LEAST: f32 = 0.8;
const ALONE: f32 = 0.95;
/// From here on another reading speaks against it.
const RIVAL: f32 = 0.9;
/// At most this many pixels are looked at.
const LARGEST: f32 = 4_000_000.0;
/// So much of what is around a cell is looked at with it, in pixels.
const MARGIN: f32 = 8.0;

/// A cell in which something is written that was not read as what it must be.
#[derive(Debug, Clone)]
pub(crate) struct Faint {
    /// Where it is, in sheet units.
    pub(crate) area: Rect,
    /// Whether a text is what the cell can hold.
    pub(crate) fits: fn(&str) -> bool,
}

const WAYS: [Way; 3] = [Way::Plane, Way::Grown, Way::Soft];

/// How print is made clearer.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// The red plane as it is.
    Plane,
    /// Dark dots grown until they touch.
    Grown,
    /// Softened.
    Soft,
}

/// The sheet with the surest fitting reading of each cell in place of what had been read there; nothing when no cell gave any.
pub(crate) fn read_again(sheet: &Sheet, faint: &[Faint], look: &Look, run: &Run) -> Result<Option<Sheet>, Error> {
    let faint = &faint[..faint.len().min(MOST)];
    let Some((plane, boxes)) = red_plane(look, sheet, faint) else { return Ok(None) };
    let height = faint.iter().map(|f| f.area.height() * sheet.scale).fold(0.0, f32::max);
    let fits: Vec<fn(&str) -> bool> = faint.iter().map(|f| f.fits).collect();
    let read = self::look(&plane, &boxes, &fits, height, look, run)?;
    let lines: Vec<Line> = read.into_iter().zip(faint).filter_map(|(line, cell)| Some(placed(line?, &cell.area))).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let read = spans(&Text { lines, ..Text::default() }, &Lie::default());
    let mut closer = sheet.clone();
    for new in &read {
        cut(&mut closer.spans, &new.area);
    }
    closer.spans.extend(read);
    Ok(Some(closer))
}

/// What several looks at each box of a plane agree on, as far as it fits. `height` is that of the tallest box.
pub(crate) fn look(
    plane: &GrayImage,
    boxes: &[[f32; 4]],
    fits: &[fn(&str) -> bool],
    height: f32,
    look: &Look,
    run: &Run,
) -> Result<Vec<Option<Line>>, Error> {
    run.go_on()?;
    // one below the other, so that all are read at once
    let (width, below) = plane.dimensions();
    let mut ways = GrayImage::new(width, below * WAYS.len() as u32);
    let mut places = Vec::with_capacity(boxes.len() * WAYS.len());
    for (way, top) in WAYS.into_iter().zip((0..).step_by(below as usize)) {
        imageops::replace(&mut ways, &made_clearer(plane, way, height), 0, i64::from(top));
        places.extend(boxes.iter().map(|[l, t, r, b]| [*l, t + top as f32, *r, b + top as f32]));
    }
    let lines = look.eyes.read_boxes(&colour(&ways), 0, &places, run.deadline())?;
    let mut readings: Vec<Vec<Line>> = vec![Vec::new(); boxes.len()];
    for (line, at) in lines.into_iter().zip((0..boxes.len()).cycle()) {
        readings[at].extend(line.filter(|line| line.confidence >= LEAST && fits[at](&text(line))));
    }
    Ok(readings.iter().map(|readings| settled(readings)).collect())
}

/// Takes what stands in an area out of the spans: those that lie in it, and the end of those that reach into it from before (a label stays).
fn cut(spans: &mut Vec<Span>, area: &Rect) {
    for span in spans.iter_mut().filter(|s| !s.vertical && s.area.center().y > area.top && s.area.center().y < area.bottom) {
        let kept = span.glyphs.iter().take_while(|g| g.middle() < area.left || g.middle() > area.right).count();
        let begins_before = span.glyphs.first().is_some_and(|g| g.middle() < area.left);
        if kept < span.glyphs.len() && (begins_before || area.holds(span.area.center())) {
            span.glyphs.truncate(kept);
            span.area.right = span.glyphs.last().map_or(span.area.left, |g| g.right);
        }
    }
    spans.retain(|span| !span.glyphs.is_empty());
}

/// A line that was read in a cell by itself, at the cell's place on the sheet.
fn placed(mut line: Line, area: &Rect) -> Line {
    let corners = [(area.left, area.top), (area.right, area.top), (area.right, area.bottom), (area.left, area.bottom)];
    line.corners = corners.map(|(x, y)| Point { x, y });
    line
}

fn text(line: &Line) -> String {
    line.chars.iter().map(|c| fold(c.ch)).filter(|c| !c.is_whitespace()).collect()
}

/// What several looks at a cell agree on, signs of money aside; of what none confirms, only the very sure.
fn settled(readings: &[Line]) -> Option<Line> {
    let core = |line: &Line| text(line).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let agreed = |line: &Line| readings.iter().filter(|other| core(other) == core(line)).count();
    // how unlikely it is that all who say so are wrong
    let weight = |line: &Line| {
        let same = readings.iter().filter(|other| core(other) == core(line));
        same.map(|other| -(1.0 - other.confidence).max(1e-4).ln()).sum::<f32>()
    };
    let best = readings.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)).then(a.confidence.total_cmp(&b.confidence)))?;
    let rival = |other: &&Line| core(other) != core(best) && other.confidence >= RIVAL;
    let rivals = readings.iter().filter(rival).any(|other| agreed(other) == agreed(best));
    (agreed(best) > 1 || best.confidence >= ALONE && !rivals).then(|| best.clone())
}

/// The red plane of the picture where the cells are, each made level and set below the other, and where each is then.
fn red_plane(look: &Look, sheet: &Sheet, faint: &[Faint]) -> Option<(GrayImage, Vec<[f32; 4]>)> {
    let areas: Vec<Rect> = faint.iter().map(|f| sheet.stood(f.area)).collect();
    let size = |area: &Rect| ((area.width() * sheet.scale).ceil().max(1.0), (area.height() * sheet.scale).ceil().max(1.0));
    let width = areas.iter().map(|area| size(area).0).fold(0.0, f32::max) + 2.0 * MARGIN;
    let height: f32 = areas.iter().map(|area| size(area).1 + 2.0 * MARGIN).sum();
    if width < 16.0 || height < 8.0 || width * height > LARGEST {
        return None;
    }
    let mut plane = GrayImage::from_pixel(width as u32, height as u32, Luma([255]));
    let mut boxes = Vec::with_capacity(areas.len());
    let mut top = 0.0;
    for area in &areas {
        let (w, h) = size(area);
        let across = plane.width();
        let at = |v: u32| (v as f32 + 0.5 - MARGIN) / sheet.scale;
        for (x, y) in (0..(h + 2.0 * MARGIN) as u32).flat_map(|y| (0..across).map(move |x| (x, y))) {
            let (u, v) = sheet.lie.pictured((area.left + at(x), area.top + at(y)));
            plane.put_pixel(x, top as u32 + y, Luma([red(look, u * sheet.scale, v * sheet.scale)]));
        }
        boxes.push([MARGIN, top + MARGIN, MARGIN + w, top + MARGIN + h]);
        top += h + 2.0 * MARGIN;
    }
    Some((plane, boxes))
}

/// The red of the upright picture at a place, of which (0, 0) is the corner of its first pixel.
pub(crate) fn red(look: &Look, x: f32, y: f32) -> u8 {
    look.between(x - 0.5, y - 0.5).0[0]
}

/// A plane made clearer for text of this height.
fn made_clearer(plane: &GrayImage, way: Way, height: f32) -> GrayImage {
    match way {
        Way::Plane => plane.clone(),
        Way::Grown => blur(&grown(plane, ((height / 25.0).round() as u32).clamp(1, 4)), (height / 35.0).max(0.5)),
        Way::Soft => blur(plane, (height / 17.0).max(0.6)),
    }
}

/// Each pixel as dark as the darkest within so many pixels of it, first along rows and then along columns.
fn grown(plane: &GrayImage, radius: u32) -> GrayImage {
    let (w, h) = plane.dimensions();
    let darkest = |from: &GrayImage, x: u32, y: u32, across: bool| {
        let (at, end) = if across { (x, w) } else { (y, h) };
        let near = at.saturating_sub(radius)..=(at + radius).min(end - 1);
        let value = near.map(|i| if across { from.get_pixel(i, y) } else { from.get_pixel(x, i) }.0[0]).min();
        Luma([value.unwrap_or(255)])
    };
    let rows = GrayImage::from_fn(w, h, |x, y| darkest(plane, x, y, true));
    GrayImage::from_fn(w, h, |x, y| darkest(&rows, x, y, false))
}

fn colour(plane: &GrayImage) -> RgbImage {
    RgbImage::from_fn(plane.width(), plane.height(), |x, y| Rgb([plane.get_pixel(x, y).0[0]; 3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, confidence: f32) -> Line {
        let chars = text.chars().map(|ch| ocr::text::Char { ch, at: 0.5, confidence }).collect();
        Line { corners: [Point::default(); 4], chars, confidence, vertical: false }
    }

    #[test]
    fn what_looks_agree_on_is_taken() {
        type Looks = &'static [(&'static str, f32)];
        let cases: [(Looks, Option<&str>); 8] = [
            (&[("入口4400", 0.9965), ("A口4400", 0.916), ("A口4400", 0.855)], Some("入口4400")),
            (&[("¥31.50元", 0.85), ("#31.50元", 0.86), ("931.50元", 0.97)], Some("#31.50元")),
            (&[("31.50元", 0.85), ("931.50元", 0.9)], None),
            (&[("31.50元", 0.96)], Some("31.50元")),
            (&[("31.50元", 0.96), ("81.50元", 0.92)], None),
            (&[("31.50元", 0.96), ("81.50元", 0.82)], Some("31.50元")),
            (&[("31.50元", 0.9)], None),
            (&[], None),
        ];
        for (looks, expected) in cases {
            let lines: Vec<Line> = looks.iter().map(|(text, confidence)| line(text, *confidence)).collect();
            assert_eq!(settled(&lines).map(|l| l.text()).as_deref(), expected, "{looks:?}");
        }
    }

    #[test]
    fn what_is_read_again_takes_the_place_of_what_was_read() {
        let mut sheet = drawn(&[("名称:云泽有限全", 10.0, 20.0), ("章", 90.0, 20.0), ("识别号", 10.0, 60.0)]);
        cut(&mut sheet.spans, &Rect { left: 42.0, top: 14.0, right: 200.0, bottom: 36.0 });
        let left: Vec<String> = sheet.spans.iter().map(Span::compact).collect();
        assert_eq!(left, ["名称:", "识别号"]);
    }

    /// A sheet of words, each letter ten units wide.
    fn drawn(words: &[(&str, f32, f32)]) -> Sheet {
        let lines = words.iter().map(|(text, left, top)| {
            let count = text.chars().count() as f32;
            let right = left + 10.0 * count;
            let corners = [(*left, *top), (right, *top), (right, top + 10.0), (*left, top + 10.0)].map(|(x, y)| Point { x, y });
            let place = |(i, ch)| ocr::text::Char { ch, at: (i as f32 + 0.5) / count, confidence: 0.9 };
            Line { corners, chars: text.chars().enumerate().map(place).collect(), confidence: 0.9, vertical: false }
        });
        Sheet::from_text(&Text { width: 300, height: 100, lines: lines.collect(), ..Text::default() }, 0)
    }

    #[test]
    fn dots_grow_into_strokes() {
        let mut dots = GrayImage::from_pixel(40, 20, Luma([230]));
        for x in [10, 14, 18] {
            dots.put_pixel(x, 10, Luma([40]));
        }
        let strokes = made_clearer(&dots, Way::Grown, 50.0);
        assert!((10..=18).all(|x| strokes.get_pixel(x, 10).0[0] < 120), "the dots are one stroke");
        assert!(strokes.get_pixel(30, 10).0[0] > 220, "the paper stays light");
        assert_eq!(made_clearer(&dots, Way::Plane, 50.0), dots);
    }
}
