//! Sheets for tests: words set where a form has them.

use document::page::{Char, Line, Page, Rect, Turn};
use invoice::details::Details;

use crate::layout::Sheet;

/// The text layer of a page in points: each word with its left edge, the top of its line and its size. Letters and digits are half
/// as wide as they are high.
pub(crate) fn sheet(words: &[(&str, f32, f32, f32)]) -> Sheet {
    let lines = words.iter().map(|&(text, x, y, size)| {
        let mut at = x;
        let chars: Vec<Char> = text
            .chars()
            .map(|ch| {
                let left = at;
                at += if ch.is_ascii() { size / 2.0 } else { size };
                Char { ch, area: Rect { left, top: y, right: at, bottom: y + size } }
            })
            .collect();
        Line { chars, area: Rect { left: x, top: y, right: at, bottom: y + size }, size, turn: Turn::None }
    });
    let page = Page { width: 595.0, height: 420.0, lines: lines.collect(), readable: true, ..Page::default() };
    Sheet::from_page(&page, 0, 200.0)
}

/// Fails with every field that is another than expected; an empty one is absent.
#[track_caller]
pub(crate) fn assert_fields(details: &Details, expected: &[(&str, &str)], when: &str) {
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(key, value)| details.text(key) != *value)
        .map(|(key, value)| format!("{key}: {:?} for {value:?}", details.text(key)))
        .collect();
    assert!(wrong.is_empty(), "{when} {wrong:#?}");
}
