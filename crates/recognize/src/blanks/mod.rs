//! Cells that look empty because the detector passed over them: a lone `1` or `***` is too small for it. Where a cell of a row that was read holds
//! ink, it is read by itself.

mod content;
pub(crate) mod cut;

use std::collections::BTreeMap;

use document::page::Rect;
use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};
use invoice::details::{Details, Field, Source};
use ocr::text::Line;

use self::content::{accepted, agreed};
use self::cut::{Cut, in_red, stacked};
use crate::error::Error;
use crate::layout::Sheet;
use crate::layout::table::Sort;
use crate::look::Look;
use crate::reader::Run;
use crate::seals::light;

/// At most this many cells of one form are looked at: far more than a page of rows has without a value.
const MOST: usize = 96;

/// How sure stars are that were told by their shape.
const STARS: f32 = 0.8;
/// What belongs to a row reaches nearer to its middle than this share of its height.
const ROW: f32 = 0.2;
/// How sure a one is that was told by its shape and by the amount.
const ONE: f32 = 0.8;
/// At most this many pixels of all cells of one form are looked at.
const LARGEST: u32 = 8_000_000;

/// A cell of the items table in which nothing was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blank {
    /// The number of its row of items; nothing for the row of totals.
    pub(crate) row: Option<usize>,
    /// The field it would hold.
    pub(crate) key: &'static str,
    /// What its column can hold.
    pub(crate) sort: Sort,
    /// Where it stands on the sheet; its height is that of the row's text.
    pub(crate) area: Rect,
}

impl Look<'_> {
    /// Reads the cells of a sheet that hold ink and sets the fields whose reading is what the column can hold.
    pub(crate) fn fill(&self, details: &mut Details, blanks: Vec<Blank>, sheet: &Sheet, run: &Run) -> Result<(), Error> {
        let mut inked: Vec<(Blank, Ink, Cut)> = Vec::new();
        let (mut width, mut height) = (0, 0);
        for blank in blanks.into_iter().take(MOST) {
            let Some(cut) = self.cut(sheet, &blank.area, LARGEST) else { continue };
            // they are looked at one below the other
            let (wide, high) = (cut.picture.width().max(width), height + cut.picture.height());
            if u64::from(wide) * u64::from(high) > u64::from(LARGEST) {
                continue;
            }
            if let Some(ink) = ink(&in_red(&cut.picture), cut.cell).or_else(|| ink(&cut.picture, cut.cell)) {
                (width, height) = (wide, high);
                inked.push((blank, ink, cut));
            }
        }
        if inked.is_empty() {
            return Ok(());
        }
        // each as it is and in red alone, which shows neither the brown lines nor the seals of the forms
        let (picture, boxes) = stacked(&inked);
        let lines = self.eyes.read_boxes(&picture, 0, &boxes, run.deadline())?;
        run.go_on()?;
        let plain = self.eyes.read_boxes(&in_red(&picture), 0, &boxes, run.deadline())?;
        for (((blank, ink, cut), line), plain) in inked.into_iter().zip(lines).zip(plain) {
            let looks: Vec<(String, f32)> = [line, plain].into_iter().flatten().map(|line| (text(&line), line.confidence)).collect();
            let read = looks.iter().find_map(|(text, confidence)| Some((accepted(blank.sort, text, *confidence)?, *confidence)));
            let read = read.or_else(|| agreed(blank.sort, &looks));
            let one = (ink.one && blank.key == "quantity" && at_price(details, blank.row)).then(|| ("1".to_owned(), ONE));
            let read = read.or(one);
            let stars = (ink.stars && matches!(blank.sort, Sort::Money | Sort::Rate)).then(|| ("***".to_owned(), STARS));
            let Some((value, confidence)) = read.or(stars) else { continue };
            let area = Some(sheet.pixels(&cut.on_sheet(ink.area, sheet.scale)));
            let field = Field { value, source: Source::Ocr, confidence, page: self.page, area };
            match blank.row {
                None => details.set(blank.key, field),
                Some(row) => {
                    if let Some(row) = details.rows_mut("items").get_mut(row) {
                        row.insert(blank.key.to_owned(), field);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What was read in a line, folded.
fn text(line: &Line) -> String {
    let text: String = line.chars.iter().map(|c| crate::layout::fold(c.ch)).collect();
    text.trim().to_owned()
}

/// Whether the amount of a row is its price, which says that its quantity is one.
fn at_price(details: &Details, row: Option<usize>) -> bool {
    let Some(row) = row.and_then(|row| details.rows("items").get(row)) else { return false };
    let value = |key: &str| row.get(key).and_then(|f| invoice::amount::parse(&f.value));
    value("price").is_some_and(|price| !price.is_zero() && value("total") == Some(price))
}

/// What is written in a cell.
#[derive(Debug, Clone, PartialEq)]
struct Ink {
    /// The box to read it by, in pixels of the picture on which it was found.
    area: [f32; 4],
    /// Whether its strokes are two or three equal blobs in a row, as stars are printed; recognisers take them for anything.
    stars: bool,
    /// Whether it is one upright stroke, as a `1` is printed.
    one: bool,
}

/// The ink of a cell, if it has any: what is dark against the cell's own ground, without ruled lines and without what reaches in from the neighbours.
fn ink(picture: &RgbImage, [left, top, right, bottom]: [f32; 4]) -> Option<Ink> {
    let height = bottom - top;
    let (x0, y0) = (left.max(0.0) as u32, (top - 0.2 * height).max(0.0) as u32);
    let (x1, y1) = (right.max(0.0) as u32, (bottom + 0.2 * height).max(0.0) as u32);
    let (w, h) = (x1.checked_sub(x0)?, y1.checked_sub(y0)?);
    if w < 4 || h < 6 {
        return None;
    }
    // print that lies wholly above or below the middle of the row is of its neighbours
    let of_row = |[_, t, _, b]: &[u32; 4]| {
        let middle = h as f32 / 2.0;
        (*t as f32) < middle + ROW * height && *b as f32 > middle - ROW * height
    };
    // what touches the border belongs to a neighbour
    let inside = |[l, t, r, b]: &[u32; 4]| *l > 0 && *t > 0 && *r < w && *b < h;
    let blobs: Vec<[u32; 4]> = blobs(&dark(picture, [x0, y0, w, h])?).into_iter().filter(|b| inside(b) && of_row(b)).collect();
    // the stretch of blobs without a wide gap that is nearest to the middle of the cell
    let mut runs: Vec<Vec<[u32; 4]>> = Vec::new();
    for blob in blobs {
        match runs.last_mut() {
            Some(run) if run.iter().any(|b| blob[0].saturating_sub(b[2]) as f32 <= 0.8 * height) => run.push(blob),
            _ => runs.push(vec![blob]),
        }
    }
    let extent = |run: &[[u32; 4]]| run.iter().copied().reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    let run = runs.iter().min_by_key(|run| extent(run).map_or(u32::MAX, |[l, _, r, _]| (l + r).abs_diff(w)))?;
    let [l, t, r, b] = extent(run)?;
    let (wide, tall) = ((r - l) as f32, (b - t) as f32);
    // a speck, or something larger than a line
    if tall < 0.2 * height || tall > 1.35 * height || wide < 0.05 * height {
        return None;
    }
    let middle = y0 as f32 + (t + b) as f32 / 2.0;
    let half = (0.62 * height).max(tall / 2.0 + 2.0);
    let side = (0.35 * height).max((1.3 * height - wide) / 2.0);
    let area = [x0 as f32 + l as f32 - side, middle - half, x0 as f32 + r as f32 + side, middle + half];
    let one = run.len() == 1 && tall >= 0.4 * height && wide <= 0.65 * tall;
    Some(Ink { area, stars: are_stars(run, height), one })
}

/// Whether blobs are `**` or `***` in a line of this height.
fn are_stars(blobs: &[[u32; 4]], height: f32) -> bool {
    let size = |b: &[u32; 4]| ((b[2] - b[0]) as f32, (b[3] - b[1]) as f32);
    let Some((wide, tall)) = blobs.first().map(size) else { return false };
    let alike = |b: &[u32; 4]| {
        let (w, t) = size(b);
        (w - wide).abs() <= 0.25 * wide + 1.0
            && (t - tall).abs() <= 0.25 * tall + 1.0
            && b[1].abs_diff(blobs[0][1]) as f32 <= 0.1 * height + 1.0
    };
    // digits are nearly as high as their line and narrower than high
    (2..=3).contains(&blobs.len()) && tall < 0.6 * height && wide > 0.7 * tall && wide < 1.6 * tall && blobs.iter().all(alike)
}

/// Which pixels of a part (left, top, width, height) are ink: 255 where they are.
fn dark(picture: &RgbImage, [x0, y0, w, h]: [u32; 4]) -> Option<GrayImage> {
    let mut lights = Vec::with_capacity((w * h) as usize);
    for y in y0..y0 + h {
        for x in x0..x0 + w {
            lights.push(light(picture.get_pixel_checked(x, y)?.0));
        }
    }
    let mut sorted = lights.clone();
    let (_, ground, _) = sorted.select_nth_unstable((w * h * 3 / 4) as usize);
    let ground = *ground;
    let mut dark = GrayImage::from_fn(w, h, |x, y| Luma([if lights[(y * w + x) as usize] * 100 < ground * 72 { 255 } else { 0 }]));
    // ruled lines run through the whole cell
    for y in 0..h {
        if (0..w).filter(|x| dark.get_pixel(*x, y).0[0] > 0).count() as u32 * 10 >= w * 7 {
            (0..w).for_each(|x| dark.put_pixel(x, y, Luma([0])));
        }
    }
    for x in 0..w {
        if (0..h).filter(|y| dark.get_pixel(x, *y).0[0] > 0).count() as u32 * 10 >= h * 9 {
            (0..h).for_each(|y| dark.put_pixel(x, y, Luma([0])));
        }
    }
    Some(dark)
}

/// The boxes (left, top, right, bottom) of what hangs together, from left to right; two pixels are no ink.
pub(crate) fn blobs(dark: &GrayImage) -> Vec<[u32; 4]> {
    let labels = connected_components(dark, Connectivity::Eight, Luma([0]));
    let mut boxes: BTreeMap<u32, ([u32; 4], u32)> = BTreeMap::new();
    for (x, y, label) in labels.enumerate_pixels().filter(|(_, _, label)| label.0[0] > 0) {
        let (area, count) = boxes.entry(label.0[0]).or_insert(([x, y, x + 1, y + 1], 0));
        *area = [area[0].min(x), area[1].min(y), area[2].max(x + 1), area[3].max(y + 1)];
        *count += 1;
    }
    let mut blobs: Vec<[u32; 4]> = boxes.into_values().filter(|(_, count)| *count > 2).map(|(area, _)| area).collect();
    blobs.sort_unstable();
    blobs
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn page() -> RgbImage {
        RgbImage::from_pixel(200, 60, Rgb([235, 232, 225]))
    }

    fn fill(page: &mut RgbImage, [left, top, right, bottom]: [u32; 4]) {
        for y in top..bottom {
            for x in left..right {
                page.put_pixel(x, y, Rgb([60, 50, 50]));
            }
        }
    }

    const CELL: [f32; 4] = [50.0, 20.0, 150.0, 40.0];

    #[test]
    fn ink_is_found_and_specks_lines_and_neighbours_are_not() {
        type Strokes = &'static [[u32; 4]];
        // whether there is ink, and whether it is stars
        let cases: [(&str, Strokes, Option<bool>); 10] = [
            ("nothing", &[], None),
            ("a one", &[[100, 22, 103, 38]], Some(false)),
            ("three stars", &[[90, 26, 97, 33], [100, 26, 107, 33], [110, 26, 117, 33]], Some(true)),
            ("three zeros", &[[90, 22, 97, 38], [100, 22, 107, 38], [110, 22, 117, 38]], Some(false)),
            ("two dots and a one", &[[90, 26, 95, 31], [98, 26, 103, 31], [106, 22, 109, 38]], Some(false)),
            ("a speck", &[[100, 30, 102, 32]], None),
            ("the foot of the row above", &[[95, 17, 105, 23]], None),
            ("a level line", &[[40, 30, 160, 32]], None),
            ("an upright line", &[[100, 0, 102, 60]], None),
            ("a neighbour that reaches in", &[[40, 22, 60, 38], [90, 0, 110, 18]], None),
        ];
        for (name, strokes, found) in cases {
            let mut picture = page();
            strokes.iter().for_each(|stroke| fill(&mut picture, *stroke));
            let ink = ink(&picture, CELL);
            assert_eq!(ink.as_ref().map(|ink| ink.stars), found, "{name}");
            assert_eq!(ink.as_ref().is_some_and(|ink| ink.one), name == "a one", "{name}");
            if let Some([left, top, right, bottom]) = ink.map(|ink| ink.area) {
                for stroke in strokes {
                    let [l, t, r, b] = stroke.map(|v| v as f32);
                    assert!(left < l && top < t && right > r && bottom > b, "{name}");
                }
            }
        }
    }

    #[test]
    fn a_cell_outside_the_picture_is_empty() {
        assert_eq!(ink(&page(), [150.0, 20.0, 450.0, 40.0]), None);
        assert_eq!(ink(&page(), [-50.0, -20.0, -10.0, 40.0]), None);
        assert_eq!(ink(&page(), [150.0, 40.0, 50.0, 20.0]), None);
    }
}
