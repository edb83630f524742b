//! Values that were misread or passed over, looked at once more by themselves where their labels say that they stand: print of dots is too faint or too far apart for the
//! recogniser, and seals lie over it. The red plane of the picture takes the seals out; making dark dots grow, or softening them, makes strokes of them.

use document::page::Rect;
use image::imageops::blur;
use image::{GrayImage, Luma, Rgb, RgbImage};
use ocr::text::{Line, Point, Text};

use crate::blanks::Look;
use crate::error::Error;
use crate::layout::{Sheet, fold, spans};
use crate::reader::Run;
use crate::seals::pixel;

/// At most so many cells of one form are looked at.
const MOST: usize = 12;
/// How sure a closer reading must be; and how sure one that no other way of looking confirms.
const LEAST: f32 = 0.8;
const ALONE: f32 = 0.95;
/// At most this many pixels are looked at.
const LARGEST: u32 = 4_000_000;

/// A cell in which something is written that was not read as what it must be.
#[derive(Debug, Clone)]
pub(crate) struct Faint {
    /// Where it is, in sheet units.
    pub(crate) area: Rect,
    /// Whether a text is what the cell can hold.
    pub(crate) fits: fn(&str) -> bool,
}

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
    let areas: Vec<[f32; 4]> = faint.iter().map(|f| sheet.pixels(&f.area)).collect();
    let Some((plane, left, top)) = red_plane(look, &areas) else { return Ok(None) };
    let boxes: Vec<[f32; 4]> = areas.iter().map(|[l, t, r, b]| [l - left, t - top, r - left, b - top]).collect();
    let height = faint.iter().map(|f| f.area.height() * sheet.scale).fold(0.0, f32::max);
    let mut readings: Vec<Vec<Line>> = vec![Vec::new(); faint.len()];
    for way in [Way::Plane, Way::Grown, Way::Soft] {
        run.go_on()?;
        let clearer = colour(&made_clearer(&plane, way, height));
        let lines = look.eyes.read_boxes(&clearer, 0, &boxes, run.deadline())?;
        for ((line, readings), cell) in lines.into_iter().zip(&mut readings).zip(faint) {
            readings.extend(line.filter(|line| line.confidence >= LEAST && (cell.fits)(&text(line))));
        }
    }
    let lines: Vec<Line> = readings.iter().filter_map(|readings| settled(readings)).map(|line| moved(line, left, top)).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let read = spans(&Text { lines, ..Text::default() }, &sheet.lie);
    let mut closer = sheet.clone();
    let replaced = |old: &Rect| read.iter().any(|new| new.area.holds(old.center()) && old.left > new.area.left - old.height());
    closer.spans.retain(|old| !replaced(&old.area));
    closer.spans.extend(read);
    Ok(Some(closer))
}

fn text(line: &Line) -> String {
    line.chars.iter().map(|c| fold(c.ch)).filter(|c| !c.is_whitespace()).collect()
}

/// What several looks at a cell agree on, signs of money aside; of what none confirms, only the very sure.
fn settled(readings: &[Line]) -> Option<Line> {
    let core = |line: &Line| text(line).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let agreed = |line: &Line| readings.iter().filter(|other| core(other) == core(line)).count();
    let best = readings.iter().max_by(|a, b| agreed(a).cmp(&agreed(b)).then(a.confidence.total_cmp(&b.confidence)))?;
    let rivals = readings.iter().filter(|other| core(other) != core(best)).any(|other| agreed(other) == agreed(best));
    (agreed(best) > 1 || best.confidence >= ALONE && !rivals).then(|| best.clone())
}

fn moved(mut line: Line, left: f32, top: f32) -> Line {
    line.corners = line.corners.map(|p| Point { x: p.x + left, y: p.y + top });
    line
}

/// The red plane of the upright picture around some areas, and where its top left corner is.
fn red_plane(look: &Look, areas: &[[f32; 4]]) -> Option<(GrayImage, f32, f32)> {
    let around = areas.iter().copied().reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    let (width, height) = match look.orientation {
        90 | 270 => (look.picture.height(), look.picture.width()),
        _ => look.picture.dimensions(),
    };
    let margin = 8.0;
    let (x0, y0) = ((around[0] - margin).max(0.0) as u32, (around[1] - margin).max(0.0) as u32);
    let (x1, y1) = (((around[2] + margin).max(0.0) as u32).min(width), ((around[3] + margin).max(0.0) as u32).min(height));
    let (w, h) = (x1.checked_sub(x0)?, y1.checked_sub(y0)?);
    if w < 16 || h < 8 || w.checked_mul(h)? > LARGEST {
        return None;
    }
    let red = |x: u32, y: u32| Luma([pixel(look.picture, look.orientation, x0 + x, y0 + y).map_or(255, |p| p.0[0])]);
    Some((GrayImage::from_fn(w, h, red), x0 as f32, y0 as f32))
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
        let cases: [(Looks, Option<&str>); 5] = [
            (&[("¥31.50元", 0.85), ("#31.50元", 0.86), ("931.50元", 0.97)], Some("#31.50元")),
            (&[("31.50元", 0.85), ("931.50元", 0.9)], None),
            (&[("31.50元", 0.96)], Some("31.50元")),
            (&[("31.50元", 0.9)], None),
            (&[], None),
        ];
        for (looks, expected) in cases {
            let lines: Vec<Line> = looks.iter().map(|(text, confidence)| line(text, *confidence)).collect();
            assert_eq!(settled(&lines).map(|l| l.text()).as_deref(), expected, "{looks:?}");
        }
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
