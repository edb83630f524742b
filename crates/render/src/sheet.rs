//! The drawing that every form becomes before it is written as PDF or OFD: pages of text, strokes and pictures.
//!
//! Lengths are millimetres from the top left corner, x to the right and y downwards, as in OFD (GB/T 33190-2016).

use std::sync::Arc;

pub(crate) use crate::ink::Ink;
use unicode_width::UnicodeWidthChar;

/// A colour as red, green, blue.
pub(crate) type Colour = [u8; 3];

/// Black, for what a machine fills in.
pub(crate) const BLACK: Colour = [0, 0, 0];

/// The typefaces of invoices. They differ in the width of half-width characters and in the name that an OFD gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// 楷体: printed labels.
    Kai,
    /// 宋体: values.
    Song,
    /// Courier New: tax ids, ciphertext.
    Courier,
}

impl Face {
    /// Advance of a character as a share of the type size: full-width 1, half-width one half, Courier 0.6.
    pub(crate) fn advance(self, ch: char) -> f32 {
        match ch.width_cjk().unwrap_or(0) {
            0 => 0.0,
            1 if self == Face::Courier => 0.6,
            1 => 0.5,
            _ => 1.0,
        }
    }
}

/// The name that an OFD tag gives a text: the last element of its path, and the row where it belongs to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: &'static str,
    pub(crate) row: Option<usize>,
}

/// Which way the characters of a text follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Run {
    /// To the right.
    Across,
    /// Downwards, each character upright, this far apart.
    Down(f32),
    /// Downwards, letters lying on their right side.
    Turned,
}

/// A run of characters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// Left end of the baseline; for [`Run::Turned`] its upper end.
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) face: Face,
    pub(crate) colour: Colour,
    pub(crate) content: String,
    /// The advance of each character, in millimetres.
    pub(crate) advances: Vec<f32>,
    pub(crate) run: Run,
    pub(crate) tag: Option<Tag>,
    /// How it comes onto the paper; for pictures of forms on paper alone, since print of dots is no text in a PDF.
    pub(crate) ink: Ink,
}

impl Text {
    /// A text that begins at the origin until it is placed.
    pub(crate) fn new(face: Face, size: f32, content: impl Into<String>) -> Text {
        let content = content.into();
        let advances = content.chars().map(|c| face.advance(c) * size).collect();
        Text { x: 0.0, y: 0.0, size, face, colour: BLACK, content, advances, run: Run::Across, tag: None, ink: Ink::Solid }
    }

    /// A value in the face and size that forms are filled with.
    pub(crate) fn value(content: impl Into<String>) -> Text {
        Text::new(Face::Song, 3.175, content)
    }

    /// A label in the face and size that forms are printed in.
    pub(crate) fn label(content: impl Into<String>, colour: Colour) -> Text {
        Text::new(Face::Kai, 3.175, content).colour(colour)
    }

    /// Begins at `x` on the baseline `y`.
    pub(crate) fn left(mut self, x: f32, y: f32) -> Text {
        (self.x, self.y) = (x, y);
        self
    }

    /// Ends at `x` on the baseline `y`.
    pub(crate) fn right(self, x: f32, y: f32) -> Text {
        let width = self.width();
        self.left(x - width, y)
    }

    /// Has its middle at `x` on the baseline `y`.
    pub(crate) fn centre(self, x: f32, y: f32) -> Text {
        let width = self.width();
        self.left(x - width / 2.0, y)
    }

    pub(crate) fn colour(mut self, colour: Colour) -> Text {
        self.colour = colour;
        self
    }

    pub(crate) fn tag(mut self, name: &'static str, row: Option<usize>) -> Text {
        self.tag = Some(Tag { name, row });
        self
    }

    /// Printed by another device than a smooth one: `Text::value("¥23.00").ink(Ink::Needles9).left(30.0, 41.0)` is a fare as a taxi's
    /// meter strikes it.
    pub(crate) fn ink(mut self, ink: Ink) -> Text {
        self.ink = ink;
        self
    }

    pub(crate) fn run(mut self, run: Run) -> Text {
        self.run = run;
        self
    }

    /// Spaces the characters out evenly until the text is `width` wide, as printers justify labels.
    pub(crate) fn justify(mut self, width: f32) -> Text {
        let gaps = self.advances.len().saturating_sub(1);
        let room = width - self.width();
        if gaps > 0 && room > 0.0 {
            let more = room / gaps as f32;
            for advance in &mut self.advances[..gaps] {
                *advance += more;
            }
        }
        self
    }

    /// Makes the type smaller until the text is at most `width` wide.
    pub(crate) fn fit(self, width: f32) -> Text {
        let now = self.width();
        if now <= width {
            return self;
        }
        self.scaled(width / now)
    }

    fn scaled(mut self, by: f32) -> Text {
        self.size *= by;
        for advance in &mut self.advances {
            *advance *= by;
        }
        self
    }

    /// Sum of the advances.
    pub(crate) fn width(&self) -> f32 {
        self.advances.iter().sum()
    }
}

/// Breaks `content` into lines of at most `width`, between any two characters, as the issuing systems do.
pub(crate) fn wrap(content: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in content.split('\n') {
        let mut line = String::new();
        let mut used = 0.0;
        for ch in paragraph.chars() {
            let advance = face.advance(ch) * size;
            if used + advance > width + 0.001 && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(ch);
            used += advance;
        }
        lines.push(line);
    }
    lines
}

/// A step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic(f32, f32, f32, f32, f32, f32),
    Close,
}

/// An outline, stroked or filled or both.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Path {
    pub(crate) steps: Vec<Step>,
    /// Colour and width.
    pub(crate) stroke: Option<(Colour, f32)>,
    pub(crate) fill: Option<Colour>,
}

/// Control arm of the cubic that comes closest to a quarter of a circle.
const QUARTER: f32 = 0.552_284_8;

impl Path {
    /// A straight stroke.
    pub(crate) fn line(from: (f32, f32), to: (f32, f32), width: f32, colour: Colour) -> Path {
        Path { steps: vec![Step::Move(from.0, from.1), Step::Line(to.0, to.1)], stroke: Some((colour, width)), fill: None }
    }

    /// The same outline elsewhere.
    pub(crate) fn moved(mut self, dx: f32, dy: f32) -> Path {
        for step in &mut self.steps {
            *step = match *step {
                Step::Move(x, y) => Step::Move(x + dx, y + dy),
                Step::Line(x, y) => Step::Line(x + dx, y + dy),
                Step::Quad(a, b, x, y) => Step::Quad(a + dx, b + dy, x + dx, y + dy),
                Step::Cubic(a, b, c, d, x, y) => Step::Cubic(a + dx, b + dy, c + dx, d + dy, x + dx, y + dy),
                Step::Close => Step::Close,
            };
        }
        self
    }

    /// A filled rectangle: left, top, right, bottom.
    pub(crate) fn block([left, top, right, bottom]: [f32; 4], colour: Colour) -> Path {
        let steps = vec![Step::Move(left, top), Step::Line(right, top), Step::Line(right, bottom), Step::Line(left, bottom), Step::Close];
        Path { steps, stroke: None, fill: Some(colour) }
    }

    /// A stroked ellipse around `(x, y)` with the given half axes.
    pub(crate) fn ellipse(x: f32, y: f32, rx: f32, ry: f32, width: f32, colour: Colour) -> Path {
        let (kx, ky) = (rx * QUARTER, ry * QUARTER);
        let steps = vec![
            Step::Move(x + rx, y),
            Step::Cubic(x + rx, y + ky, x + kx, y + ry, x, y + ry),
            Step::Cubic(x - kx, y + ry, x - rx, y + ky, x - rx, y),
            Step::Cubic(x - rx, y - ky, x - kx, y - ry, x, y - ry),
            Step::Cubic(x + kx, y - ry, x + rx, y - ky, x + rx, y),
            Step::Close,
        ];
        Path { steps, stroke: Some((colour, width)), fill: None }
    }
}

/// A picture on the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// Left, top, right, bottom.
    pub(crate) area: [f32; 4],
    /// PNG.
    pub(crate) png: Arc<Vec<u8>>,
}

/// Anything that can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Text(Text),
    Path(Path),
    Picture(Picture),
    /// The outlines of one seal.
    Seal(Vec<Path>),
}

impl From<Text> for Mark {
    fn from(text: Text) -> Mark {
        Mark::Text(text)
    }
}

impl From<Path> for Mark {
    fn from(path: Path) -> Mark {
        Mark::Path(path)
    }
}

impl From<Picture> for Mark {
    fn from(picture: Picture) -> Mark {
        Mark::Picture(picture)
    }
}

/// One page of a form.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Page {
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// The form itself: frame and labels. An OFD keeps it in a template.
    pub(crate) printed: Vec<Mark>,
    /// What was filled in.
    pub(crate) filled: Vec<Mark>,
    /// What lies over the page and is no part of the form: seals, counters.
    pub(crate) notes: Vec<Mark>,
}

impl Page {
    pub(crate) fn new(width: f32, height: f32) -> Page {
        Page { width, height, ..Page::default() }
    }

    pub(crate) fn print(&mut self, mark: impl Into<Mark>) {
        self.printed.push(mark.into());
    }

    pub(crate) fn fill(&mut self, mark: impl Into<Mark>) {
        self.filled.push(mark.into());
    }

    pub(crate) fn note(&mut self, mark: impl Into<Mark>) {
        self.notes.push(mark.into());
    }
}
