//! What every format becomes: a page of text with places, ruled lines and pictures.
//!
//! Lengths are PostScript points (1/72 inch) for PDF and OFD and pixels for pictures; the origin is the top left corner of the
//! page as a reader sees it (crop box and rotation applied), x grows to the right and y downwards.

use image::RgbaImage;

/// A point on a page.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Distance from the left edge.
    pub x: f32,
    /// Distance from the top edge.
    pub y: f32,
}

/// An upright rectangle on a page; `left <= right` and `top <= bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Bottom edge.
    pub bottom: f32,
}

impl Rect {
    /// Width, never negative.
    pub fn width(&self) -> f32 {
        (self.right - self.left).max(0.0)
    }

    /// Height, never negative.
    pub fn height(&self) -> f32 {
        (self.bottom - self.top).max(0.0)
    }

    /// The middle.
    pub fn center(&self) -> Point {
        Point { x: (self.left + self.right) / 2.0, y: (self.top + self.bottom) / 2.0 }
    }

    /// True when the point lies inside or on an edge.
    pub fn holds(&self, point: Point) -> bool {
        (self.left..=self.right).contains(&point.x) && (self.top..=self.bottom).contains(&point.y)
    }

    /// The gap to another box, across or down, whichever is wider; 0 where they overlap both ways.
    pub fn gap(&self, other: &Rect) -> f32 {
        let across = (self.left - other.right).max(other.left - self.right).max(0.0);
        let down = (self.top - other.bottom).max(other.top - self.bottom).max(0.0);
        across.max(down)
    }

    /// The smallest rectangle that holds both.
    pub fn union(&self, other: &Rect) -> Rect {
        Rect {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// Which way a line of text runs, as the clockwise turn of its baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// Left to right.
    #[default]
    None,
    /// Top to bottom, letters lying on their side.
    Quarter,
    /// Upside down.
    Half,
    /// Bottom to top, letters lying on their side.
    ThreeQuarters,
}

/// One character and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Char {
    /// The character after NFKC; U+FFFD where the file does not say what it is.
    pub ch: char,
    /// Its box: the advance along the line, ascent to descent across it.
    pub area: Rect,
}

/// Characters that stand on one baseline without a wide gap between them: a label, a value, a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The characters in reading order. A space stands for a visible gap inside the line.
    pub chars: Vec<Char>,
    /// The box around all of them.
    pub area: Rect,
    /// Font size in page units.
    pub size: f32,
    /// Which way it runs.
    pub turn: Turn,
}

impl Line {
    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().map(|c| c.ch).collect()
    }
}

/// A straight ruled line: a stroke, a side of a stroked rectangle, or a thin filled bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// One end; left or top of the other.
    pub from: Point,
    /// The other end.
    pub to: Point,
}

/// As many pixels in a side of a code or a seal are enough: four for each module of the largest code that an invoice carries.
pub const ENOUGH_PIXELS: u32 = 400;
/// Codes and seals are no longer than this, in points: 60 millimetres and some more.
const LARGEST: f32 = 200.0;
/// They are no more than so many times as long as high.
const LONGEST: f32 = 2.5;

/// Whether a picture that is painted here is decoded when a document is opened: codes and seals are looked for in pictures. What is larger or longer is a
/// background, a name, or the page itself, which is drawn for reading.
pub(crate) fn may_be_code_or_seal(area: &Rect) -> bool {
    let (longer, shorter) = (area.width().max(area.height()), area.width().min(area.height()));
    longer <= LARGEST && longer <= LONGEST * shorter
}

/// A picture placed on a page.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Where it is painted.
    pub area: Rect,
    /// Its pixels, top row first as painted, some rows and columns left out where there are many; `None` where by its size it can be neither a code nor a
    /// seal, where the budget left no room, or where the encoding is not supported.
    pub pixels: Option<RgbaImage>,
    /// True for a picture that is an annotation, a stamp or a watermark rather than page content.
    pub annotation: bool,
}

/// An ellipse of the size of a seal that is drawn as a line or filled: the rim of a seal, very likely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rim {
    /// The box around it.
    pub area: Rect,
    /// Red, green and blue of the line.
    pub colour: [u8; 3],
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Width in page units.
    pub width: f32,
    /// Height in page units.
    pub height: f32,
    /// Lines of text of the page itself (templates included), in reading order: top to bottom, then left to right.
    pub lines: Vec<Line>,
    /// Lines of text of annotations: download counters, watermarks, stamps. Never part of the form.
    pub notes: Vec<Line>,
    /// Ruled lines.
    pub rules: Vec<Rule>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// What may be the rims of seals, of the page itself and of its annotations.
    pub rims: Vec<Rim>,
    /// True when the text layer can be trusted: some text, and at most 5 % of it U+FFFD. Where false the page has to be drawn
    /// and read by eye.
    pub readable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_seals_are_told_by_their_size() {
        // a code of 20 mm, an oval seal of 40 by 30, a strip with a name, a background, nothing
        for ((width, height), expected) in
            [((57.0, 57.0), true), ((113.0, 85.0), true), ((170.0, 43.0), false), ((595.0, 400.0), false), ((0.0, 0.0), true)]
        {
            let area = Rect { left: 20.0, top: 30.0, right: 20.0 + width, bottom: 30.0 + height };
            assert_eq!(may_be_code_or_seal(&area), expected, "{width} × {height}");
        }
    }
}
