//! A title that was not read: a seal lies over it (发票监制章), or the detector passed over its large letters. It is looked at once more by itself, in
//! the red plane of the picture, where the seal is as light as the paper and the dark letters stay.

use document::page::Rect;
use ocr::text::Text;

use crate::error::Error;
use crate::layout::{Sheet, Span, median, spans};
use crate::look::{Look, Part};
use crate::reader::Run;

/// What the titles of invoices are made of.
const LETTERS: &str = "增值税电子普通专用发票机打卷二手动车销售统一辆行费定额航空运输客程单";
/// So many of them tell a line of a title from what else stands there.
const FEW: usize = 2;
/// Lines that come so near to the left or right border of the band, in pixels, are cut off by it.
const EDGE: f32 = 3.0;
/// At most this many pixels are looked at.
const LARGEST: u32 = 8_000_000;

/// The sheet with what a second look at the band gave in place of what had been read there; nothing when it gave no title.
pub(crate) fn read_again(sheet: &Sheet, band: &Rect, look: &Look, run: &Run) -> Result<Option<Sheet>, Error> {
    let usual = median(sheet.spans.iter().filter(|s| !s.vertical).map(|s| s.area.height() * sheet.scale)).unwrap_or(1.0);
    let [left, top, right, bottom] = sheet.pixels(band);
    let Some(part) = look.read_in_red(&Rect { left, top, right, bottom }, usual, &[], LARGEST, run)? else { return Ok(None) };
    // what is cut by the border belongs to the codes beside the title
    let Part { mut lines, area } = part;
    lines.retain(|line| line.corners.iter().all(|p| p.x > area.left + EDGE && p.x < area.right - EDGE));
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
            ("云泽省车辆通行费定额发票", true),
            ("航空运输电子客票行程单", true),
            ("公路收费站", false),
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
