//! Lines for tests, laid where tickets have them, and what forms say.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use super::Block;
use crate::forms::FormReading;

/// A line of eight letters, 100 long and 10 high.
pub(super) fn line(x: f32, y: f32) -> Block {
    Block {
        area: Rect { left: x, top: y, right: x + 100.0, bottom: y + 10.0 },
        middle: [(x + 5.0, y + 5.0), (x + 95.0, y + 5.0)],
        height: 10.0,
        count: 8,
        words: 0,
    }
}

/// Tickets of so many lines with their top left corners at these places.
pub(super) fn page(tickets: &[(f32, f32, usize)]) -> Vec<Block> {
    tickets.iter().flat_map(|&(x, y, rows)| (0..rows).map(move |row| line(x, y + 15.0 * row as f32))).collect()
}

/// A form that says this.
pub(super) fn reading(kind: Kind, fields: &[(&str, &str)]) -> FormReading {
    let mut details = Details::new();
    for (key, value) in fields {
        details.set(key, Field::new(*value, Source::Ocr));
    }
    FormReading::new(kind, details, Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 })
}
