//! A small sheet of paper in one colour of print, and what small forms share in filling it.

use jiff::civil::Date;

use crate::error::Error;
use crate::seal;
use crate::sheet::{Colour, Face, Page, Path, Text};

/// A small form.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) page: Page,
    ink: Colour,
}

impl Slip {
    /// A sheet of this size in millimetres, on paper of one colour, its form printed in another. The paper lies over the words that stand across
    /// every specimen: they are printed again in a darker tone of it.
    pub(super) fn new(width: f32, height: f32, paper: Colour, ink: Colour) -> Result<Slip, Error> {
        let mut page = Page::new(width, height);
        page.print(Path::block([0.0, 0.0, width, height], paper));
        let tone = paper.map(|part| part.saturating_sub(13));
        page.print(Path { fill: Some(tone), ..seal::tint(crate::ACROSS, width, height)? });
        Ok(Slip { page, ink })
    }

    /// Prints a part of the form.
    pub(super) fn print(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.page.print(Text::new(Face::Kai, size, text).colour(self.ink).left(x, y));
    }

    /// Prints a part of the form with its middle at `x`.
    pub(super) fn print_centre(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.page.print(Text::new(Face::Kai, size, text).colour(self.ink).centre(x, y));
    }

    /// Fills something in.
    pub(super) fn fill(&mut self, x: f32, y: f32, size: f32, text: &str) {
        if !text.is_empty() {
            self.page.fill(Text::new(Face::Song, size, text).left(x, y));
        }
    }
}

/// Which of so many layouts a form of this number has.
pub(crate) fn layout(number: &str, count: u32) -> u32 {
    number.chars().filter_map(|c| c.to_digit(10)).sum::<u32>() % count.max(1)
}

/// A day as machines fill it in: 2024-05-16.
pub(super) fn dashed(day: Date) -> String {
    crate::reading::dashed(day)
}
