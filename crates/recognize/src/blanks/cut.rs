//! Cells cut out of a picture, each made level.

use document::page::Rect;
use image::{Rgb, RgbImage, imageops};

use super::{Blank, Ink};
use crate::layout::Sheet;
use crate::look::Look;

/// How much of what is around a cell is cut out with it, in its heights: as much as a box to read by may reach beyond it.
const AROUND: f32 = 1.0;

impl Look<'_> {
    /// The picture of a cell of a sheet and of what is around it, made level; nothing where it has more than `most` pixels.
    pub(crate) fn cut(&self, sheet: &Sheet, area: &Rect, most: u32) -> Option<Cut> {
        let height = area.height() * sheet.scale;
        let margin = AROUND * height;
        let (left, top) = ((area.left * sheet.scale - margin).floor(), (area.top * sheet.scale - margin).floor());
        let (right, bottom) = (area.right * sheet.scale + margin, area.bottom * sheet.scale + margin);
        let (w, h) = ((right - left).ceil().max(0.0), (bottom - top).ceil().max(0.0));
        if !(w >= 1.0 && h >= 1.0 && w * h <= most as f32) {
            return None;
        }
        let at = |x: u32, y: u32| {
            let (x, y) = (left + x as f32, top + y as f32);
            let (u, v) = sheet.lie.pictured(((x + 0.5) / sheet.scale, (y + 0.5) / sheet.scale));
            self.between(u * sheet.scale - 0.5, v * sheet.scale - 0.5)
        };
        let picture = RgbImage::from_fn(w as u32, h as u32, at);
        let cell = [area.left * sheet.scale - left, area.top * sheet.scale - top, right - margin - left, bottom - margin - top];
        Some(Cut { picture, cell, from: (left, top) })
    }
}

/// A cell cut out of the picture with what is around it.
pub(crate) struct Cut {
    pub(crate) picture: RgbImage,
    /// The cell on it.
    pub(crate) cell: [f32; 4],
    /// Its left top corner in pixels of the level sheet.
    from: (f32, f32),
}

impl Cut {
    /// A picture with a cell on it, from nowhere.
    #[cfg(test)]
    pub(crate) fn new(picture: RgbImage, cell: [f32; 4]) -> Cut {
        Cut { picture, cell, from: (0.0, 0.0) }
    }

    /// A part of it, in units of the sheet.
    pub(super) fn on_sheet(&self, [left, top, right, bottom]: [f32; 4], scale: f32) -> Rect {
        let (x, y) = self.from;
        Rect { left: (left + x) / scale, top: (top + y) / scale, right: (right + x) / scale, bottom: (bottom + y) / scale }
    }
}

/// The cells one below the other, and where on this picture each is to be read.
pub(super) fn stacked(inked: &[(Blank, Ink, Cut)]) -> (RgbImage, Vec<[f32; 4]>) {
    let width = inked.iter().map(|(_, _, cut)| cut.picture.width()).max().unwrap_or(0);
    let height = inked.iter().map(|(_, _, cut)| cut.picture.height()).sum();
    let mut picture = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    let mut top = 0;
    let mut boxes = Vec::with_capacity(inked.len());
    for (_, ink, cut) in inked {
        imageops::replace(&mut picture, &cut.picture, 0, i64::from(top));
        let [l, t, r, b] = ink.area;
        boxes.push([l, t + top as f32, r, b + top as f32]);
        top += cut.picture.height();
    }
    (picture, boxes)
}

/// The red of a picture, in grey.
pub(super) fn in_red(picture: &RgbImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| Rgb([picture.get_pixel(x, y).0[0]; 3]))
}

#[cfg(test)]
mod tests {
    use ocr::text::Line;

    use super::*;
    use crate::look::tests::Dim;

    #[test]
    fn a_cell_is_cut_out_level() {
        let turn = 0.1_f32;
        let (sin, cos) = turn.sin_cos();
        let lines = (0..12).map(|row| {
            let at = |x: f32, y: f32| ocr::text::Point { x: x * cos - y * sin + 60.0, y: x * sin + y * cos };
            let top = 20.0 + 20.0 * row as f32;
            let corners = [at(0.0, top), at(300.0, top), at(300.0, top + 12.0), at(0.0, top + 12.0)];
            Line { corners, chars: vec![ocr::text::Char { ch: '1', at: 0.5, confidence: 1.0 }], confidence: 1.0, vertical: false }
        });
        let text = ocr::text::Text { width: 400, height: 400, lines: lines.collect(), ..ocr::text::Text::default() };
        let sheet = Sheet::from_text(&text, 0);
        let area = sheet.spans[3].area;
        // a stroke along the middle of the fourth line, as it leans on the picture
        let mut picture = RgbImage::from_pixel(400, 400, Rgb([235, 232, 225]));
        for step in 0..600 {
            let (x, y) = sheet.lie.pictured((area.left + 0.5 * step as f32, area.center().y));
            picture.put_pixel(x as u32, y as u32, Rgb([20, 20, 20]));
        }
        let look = Look { eyes: &Dim, picture: &picture, orientation: 0, page: 0 };
        let cut = look.cut(&sheet, &area, 1_000_000).unwrap();
        let middle = ((cut.cell[1] + cut.cell[3]) / 2.0) as u32;
        let inked = |x: u32| (middle - 2..=middle + 2).any(|y| cut.picture.get_pixel(x, y).0[0] < 160);
        let (from, to) = (cut.cell[0] as u32 + 4, cut.cell[2] as u32 - 4);
        assert!((from..to).filter(|x| inked(*x)).count() as u32 * 10 >= (to - from) * 9, "the stroke is level");
        assert!(look.cut(&sheet, &area, 10).is_none());
    }
}
