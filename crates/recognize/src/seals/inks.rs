//! The colours in which the lines of a page are written, as far as seals go.

use std::cell::RefCell;
use std::collections::HashMap;

use image::RgbImage;

use super::light;
use crate::look::pixel;

/// What colour a span is written in, as far as seals go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A seal's.
    Red,
    /// Perhaps a seal's, so pale or blurred that only its company tells.
    Reddish,
    Other,
}

/// The inks of a page. What a line is written in is looked at once, however many parts of the page are tried with it.
pub(crate) struct Inks<'a> {
    picture: &'a RgbImage,
    orientation: u16,
    /// By the pixels that were looked at.
    seen: RefCell<HashMap<[u32; 4], Ink>>,
}

impl Inks<'_> {
    /// Of a picture that has to be turned by so many degrees to stand upright.
    pub(crate) fn new(picture: &RgbImage, orientation: u16) -> Inks<'_> {
        Inks { picture, orientation, seen: RefCell::default() }
    }

    /// What is written in an area of the upright page.
    pub(super) fn of(&self, area: &[f32; 4]) -> Ink {
        // the middle of its height: the print of the lines above and below reaches into a box's margins
        let margin = 0.2 * (area[3] - area[1]);
        let area = [area[0], area[1] + margin, area[2], area[3] - margin].map(|v| v.max(0.0) as u32);
        *self.seen.borrow_mut().entry(area).or_insert_with(|| ink(area, self.picture, self.orientation))
    }
}

/// Whether a column of pixels is an upright ruled line of the form, which may be red: nearly all of it is dark.
fn is_ruled(column: &[[u8; 3]]) -> bool {
    let dark = column.iter().filter(|p| light(**p) < 1200).count();
    dark * 10 >= column.len() * 9
}

/// The colour of the typical stroke of an area, however pale. The printed labels of some forms are red too; they are told by
/// their words all the same, and no value is.
fn ink(area: [u32; 4], picture: &RgbImage, orientation: u16) -> Ink {
    let [left, top, right, bottom] = area;
    let columns = (left..right).map(|x| (top..bottom).filter_map(|y| pixel(picture, orientation, x, y)).map(|p| p.0).collect::<Vec<_>>());
    let mut pixels: Vec<[u8; 3]> = columns.filter(|column| !is_ruled(column)).flatten().collect();
    if pixels.len() < 20 {
        return Ink::Other;
    }
    // most of a box is paper, and the strokes of letters are about an eighth of it
    let at = pixels.len() * 3 / 4;
    let paper = pixels.select_nth_unstable_by_key(at, |p| light(*p)).1.map(i32::from);
    let strokes = (pixels.len() / 8).max(1);
    pixels.select_nth_unstable_by_key(strokes - 1, |p| light(*p));
    let strokes = &mut pixels[..strokes];
    let middle = strokes.len() / 2;
    strokes.select_nth_unstable_by_key(middle, |p| light(*p));
    let [r, g, b] = strokes[middle].map(i32::from);
    // what the ink takes away from each colour of the paper
    let [less_red, less_green, less_blue] = [paper[0] - r, paper[1] - g, paper[2] - b];
    let strong = r > 100 && (r - g) * 5 > r && (r - b) * 7 > r && (g - b).abs() * 5 < r;
    let pale = less_green.min(less_blue) >= 15 && less_red * 10 < less_green.min(less_blue) * 6 && (g - b).abs() * 3 < r - g;
    if strong || pale {
        Ink::Red
    } else if less_green >= 15 && (r - g) * 4 > less_green && (g - b).abs() * 5 <= (r - g) * 2 {
        Ink::Reddish
    } else {
        Ink::Other
    }
}
