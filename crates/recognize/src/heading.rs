//! A title that was not read: a seal lies over it (发票监制章), or the detector passed over its large letters. It is looked at once more by itself, in
//! the red plane of the picture, where the seal is as light as the paper and the dark letters stay.

use document::page::Rect;
use image::{Rgb, RgbImage};
use ocr::text::{Point, Text};

use crate::blanks::Look;
use crate::error::Error;
use crate::layout::{Sheet, Span, spans};
use crate::reader::Run;
use crate::seals::pixel;

/// What the titles of invoices are made of.
const LETTERS: &str = "增值税电子普通专用发票机打卷二手动车销售统一";
/// So many of them tell a line of a title from what else stands there.
const FEW: usize = 2;
/// Lines that come so near to the left or right border of the band, in pixels, are cut off by it.
const EDGE: f32 = 3.0;
/// At most this many pixels are looked at.
const LARGEST: u32 = 8_000_000;

/// The sheet with what a second look at the band gave in place of what had been read there; nothing when it gave no title.
pub(crate) fn read_again(sheet: &Sheet, band: &Rect, look: &Look, run: &Run) -> Result<Option<Sheet>, Error> {
    let Some((plane, left, top)) = red_plane(look, sheet.pixels(band)) else { return Ok(None) };
    let mut heights: Vec<f32> = sheet.spans.iter().filter(|s| !s.vertical).map(|s| s.area.height() * sheet.scale).collect();
    heights.sort_by(f32::total_cmp);
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(1.0);
    let mut lines = look.eyes.read_part(&plane, usual, &[], run.deadline())?;
    // what is cut by the border belongs to the codes beside the title
    let edge = plane.width() as f32 - EDGE;
    lines.retain(|line| line.corners.iter().all(|p| p.x > EDGE && p.x < edge));
    for line in &mut lines {
        line.corners = line.corners.map(|p| Point { x: p.x + left as f32, y: p.y + top as f32 });
    }
    let read: Vec<Span> =
        spans(&Text { lines, ..Text::default() }, &sheet.lie).into_iter().filter(|span| speaks_of_title(&span.compact())).collect();
    if read.is_empty() {
        return Ok(None);
    }
    let mut closer = sheet.clone();
    closer.spans.retain(|old| !read.iter().any(|new| new.area.holds(old.area.center()) || old.area.holds(new.area.center())));
    closer.spans.extend(read);
    Ok(Some(closer))
}

fn speaks_of_title(text: &str) -> bool {
    let letters = text.chars().filter(|c| LETTERS.contains(*c)).count();
    letters >= FEW && letters * 2 >= text.chars().count()
}

/// A part of the upright picture in its red plane, and where its top left corner is.
fn red_plane(look: &Look, [left, top, right, bottom]: [f32; 4]) -> Option<(RgbImage, u32, u32)> {
    let (width, height) = match look.orientation {
        90 | 270 => (look.picture.height(), look.picture.width()),
        _ => look.picture.dimensions(),
    };
    let (x0, y0) = (left.max(0.0) as u32, top.max(0.0) as u32);
    let (x1, y1) = ((right.max(0.0) as u32).min(width), (bottom.max(0.0) as u32).min(height));
    let (w, h) = (x1.checked_sub(x0)?, y1.checked_sub(y0)?);
    if w < 16 || h < 8 || w.checked_mul(h)? > LARGEST {
        return None;
    }
    let red = |x: u32, y: u32| pixel(look.picture, look.orientation, x0 + x, y0 + y).map_or(255, |p| p.0[0]);
    Some((RgbImage::from_fn(w, h, |x, y| Rgb([red(x, y); 3])), x0, y0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_told_from_what_stands_around_them() {
        let cases = [
            ("上海增值税电子普通发票", true),
            ("普通发票", true),
            ("上海增值", true),
            ("上海增估税电普通发票", true),
            ("国家税务总局", false),
            ("发票代码:031002000311", false),
            ("此联不作报销扣税凭证使用", false),
            ("", false),
        ];
        for (text, title) in cases {
            assert_eq!(speaks_of_title(text), title, "{text}");
        }
    }
}
