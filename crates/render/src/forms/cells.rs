//! Grids of labelled cells: each row is a run of cells, labels in their own, values in the next.

use crate::sheet::{Colour, Face, Mark, Page, Path, Text, wrap};

/// What a cell holds.
#[derive(Debug, Clone)]
pub(crate) enum Held {
    /// A printed label; lines are parted by line feeds.
    Label(&'static str),
    /// What is filled in.
    Value(String),
    /// A printed word and a value behind it in one cell.
    Led(&'static str, String),
}

/// Shorthand for a label and its width.
pub(crate) fn label(words: &'static str, width: f32) -> (Held, f32) {
    (Held::Label(words), width)
}

/// Shorthand for a value and its width.
pub(crate) fn value(text: impl Into<String>, width: f32) -> (Held, f32) {
    (Held::Value(text.into()), width)
}

/// Shorthand for a value behind a printed word in one cell, and the width of the cell.
pub(crate) fn led(words: &'static str, text: impl Into<String>, width: f32) -> (Held, f32) {
    (Held::Led(words, text.into()), width)
}

/// How a grid is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Colour of frame and labels.
    pub(crate) ink: Colour,
    /// Size of labels and of values.
    pub(crate) sizes: (f32, f32),
    /// How far off the frame the values are stamped: to the right, downwards.
    pub(crate) drift: (f32, f32),
}

const RULE: f32 = 0.25;

impl Look {
    /// Draws a row from the left edge `x` and the top `y` on, `height` high, with the lines around its cells.
    pub(crate) fn row(&self, page: &mut Page, (x, y): (f32, f32), height: f32, cells: &[(Held, f32)]) {
        let mut left = x;
        for (held, width) in cells {
            self.cell(page, [left, y, left + width, y + height], held);
            left += width;
            page.print(Path::line((left, y), (left, y + height), RULE, self.ink));
        }
        page.print(Path::line((x, y), (x, y + height), RULE, self.ink));
        for y in [y, y + height] {
            page.print(Path::line((x, y), (left, y), RULE, self.ink));
        }
    }

    fn cell(&self, page: &mut Page, [left, top, right, bottom]: [f32; 4], held: &Held) {
        let width = right - left;
        let middle = (top + bottom) / 2.0;
        match held {
            Held::Label(words) => {
                let lines: Vec<&str> = words.split('\n').collect();
                let widest = lines.iter().map(|l| self.text(l).width()).fold(0.0, f32::max);
                for (line, y) in lines.iter().zip(self.baselines(middle, lines.len(), self.sizes.0)) {
                    // labels of one line are spread over their cell
                    let room = if lines.len() == 1 { (width - 3.0).min(1.5 * widest) } else { width - 2.0 };
                    let text = self.text(line);
                    let text = if lines.len() == 1 { text.justify(room) } else { text };
                    page.print(text.fit(width - 1.2).centre((left + right) / 2.0, y));
                }
            }
            Held::Value(text) => self.filled(page, left + 1.5, right - 1.0, middle, text),
            Held::Led(words, text) => {
                let y = middle + 0.35 * self.sizes.0;
                let led = self.text(words).left(left + 1.5, y);
                let from = led.x + led.width() + 1.5;
                page.print(led);
                self.filled(page, from, right - 1.0, middle, text);
            }
        }
    }

    /// A value from `left` on, in as many lines as it takes, around the height `middle`.
    pub(crate) fn filled(&self, page: &mut Page, left: f32, right: f32, middle: f32, text: &str) {
        let lines = wrap(text, Face::Song, self.sizes.1, right - left);
        for (line, y) in lines.iter().zip(self.baselines(middle, lines.len(), self.sizes.1)) {
            page.fill(Text::new(Face::Song, self.sizes.1, line.as_str()).left(left + self.drift.0, y + self.drift.1));
        }
    }

    fn text(&self, words: &str) -> Text {
        Text::new(Face::Kai, self.sizes.0, words).colour(self.ink)
    }

    fn baselines(&self, middle: f32, lines: usize, size: f32) -> impl Iterator<Item = f32> {
        let pitch = 1.22 * size;
        let first = middle - (lines as f32 - 1.0) / 2.0 * pitch + 0.35 * size;
        (0..lines).map(move |i| first + i as f32 * pitch)
    }

    /// A title in the middle, with two lines under it, and the supervision seal over them.
    pub(crate) fn title(&self, page: &mut Page, words: &str, (x, y): (f32, f32), size: f32) {
        let text = Text::new(Face::Kai, size, words).colour(self.ink).centre(x, y);
        let half = text.width() / 2.0 + 3.0;
        page.print(text);
        for y in [y + 2.0, y + 2.9] {
            page.print(Path::line((x - half, y), (x + half, y), RULE, self.ink));
        }
    }
}

/// A seal as a mark.
pub(crate) fn seal(outlines: Vec<Path>) -> Mark {
    Mark::Seal(outlines)
}
