//! What was read from a picture.

/// Stars, and what a recogniser takes them for where it has no other character to compare their size with.
pub const STARS: &str = "*＊※★大米木水火女";

/// A point in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// One character of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Char {
    /// The character as the model gives it.
    pub ch: char,
    /// Where its middle stands along the line, as a share of the line's width from 0 to 1.
    pub at: f32,
    /// The model's probability, from 0 to 1.
    pub confidence: f32,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The four corners in the upright picture: start of the text's top edge, end of it, end of the bottom edge, start of it.
    pub corners: [Point; 4],
    /// The characters.
    pub chars: Vec<Char>,
    /// Mean probability of the characters.
    pub confidence: f32,
    /// True for text that runs from top to bottom (the vertical labels of forms): `at` then runs down the page.
    pub vertical: bool,
}

impl Line {
    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().map(|c| c.ch).collect()
    }
}

/// All text of one picture.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// By how many degrees clockwise the picture had been turned: 0, 90, 180 or 270. Turning it back by as much makes it upright.
    pub orientation: u16,
    /// Width of the upright picture in pixels of the picture given.
    pub width: u32,
    /// Height of the upright picture.
    pub height: u32,
    /// The lines, top to bottom, then left to right, in pixels of the upright picture.
    pub lines: Vec<Line>,
    /// What lies turned otherwise than most of the picture, one text for each turn, each in pixels of the picture turned back by its own
    /// `orientation`. Empty for nearly every picture: only sheets on which tickets lie this way and that have any.
    pub turned: Vec<Text>,
}
