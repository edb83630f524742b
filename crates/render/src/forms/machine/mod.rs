//! 增值税普通发票(卷票) and 通用机打发票: slips of a roll 76 mm wide, flat sheets of 210 × 139.7 mm, and the electronic form.

mod flat;
mod roll;

use invoice::details::Row;
use invoice::kind::Kind;

use crate::error::Error;
use crate::reading::{Subject, cell};
use crate::sheet::{Colour, Face, Page, Text};

/// The ink of the printed sheets, and the dark grey of thermal and ribbon print.
const INK: Colour = [52, 70, 120];
const TYPED: Colour = [30, 30, 40];
/// The red of numbers that come with the paper.
const NUMBERED: Colour = [150, 30, 40];

/// Lays the form out. What is sold and how it is carried tell which sheet it is: electronic invoices and those that list units are flat.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let listed = subject.rows("items").iter().any(|row| !cell(row, "unit").is_empty());
    let page = match subject.kind {
        Kind::MachinePrinted if subject.flag("electronic_mark") => flat::electronic(subject)?,
        Kind::MachinePrinted if listed => flat::paper(subject)?,
        _ => roll::slip(subject)?,
    };
    Ok(vec![page])
}

fn typed(words: impl Into<String>, size: f32) -> Text {
    Text::new(Face::Song, size, words).colour(TYPED)
}

/// The cells of an item in the order of a form's columns.
fn cells<'a>(row: &'a Row, keys: &[&str]) -> Vec<&'a str> {
    keys.iter().map(|key| cell(row, key)).collect()
}
