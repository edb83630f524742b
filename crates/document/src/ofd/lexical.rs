//! The lexical types of OFD (GB/T 33190-2016, 7.3): arrays of numbers, boxes, matrices, offsets of characters.
//! Real files separate numbers by spaces, line breaks or commas.

use hayro::kurbo::{Affine, Rect};

/// Millimetres to points.
pub(super) const POINTS: f64 = 72.0 / 25.4;

/// Nothing on a page is further away than this, in millimetres: larger numbers are damage, and would overflow what is computed from them.
const FURTHEST: f64 = 1.0e6;

/// A single finite number within reason.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() <= FURTHEST)
}

/// `ST_Array` of numbers; `None` when one of them is none.
pub(super) fn array<const N: usize>(text: &str) -> Option<[f64; N]> {
    let mut parts = parts(text);
    let mut out = [0.0; N];
    for slot in &mut out {
        *slot = number(parts.next()?)?;
    }
    Some(out)
}

/// The parts of an array.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty())
}

/// `ST_Box`: left, top, width, height.
pub(super) fn rectangle(text: &str) -> Option<Rect> {
    let [x, y, width, height] = array(text)?;
    Some(Rect::new(x, y, x + width.max(0.0), y + height.max(0.0)))
}

/// A transformation matrix `a b c d e f`.
pub(super) fn matrix(text: &str) -> Option<Affine> {
    array(text).map(Affine::new)
}

/// `true` or `false`, or nothing that can be told.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Offsets from each character to the next (`DeltaX`, `DeltaY`), with the run form `g <count> <offset>` (GB/T 33190-2016, 11.3) left
/// as it is, so that a count of a thousand million costs nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Deltas(Vec<(u64, f64)>);

impl Deltas {
    /// Reads the attribute; reading ends at the first part that is none of the two forms.
    pub(super) fn parse(text: &str) -> Deltas {
        let mut runs = Vec::new();
        let mut parts = parts(text);
        while let Some(part) = parts.next() {
            let run = if part.eq_ignore_ascii_case("g") {
                let count = parts.next().and_then(|n| n.parse().ok());
                count.zip(parts.next().and_then(number))
            } else {
                number(part).map(|offset| (1, offset))
            };
            match run {
                Some(run) => runs.push(run),
                None => break,
            }
        }
        Deltas(runs)
    }

    /// True when there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many offsets there are.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().fold(0, |sum, (count, _)| sum.saturating_add(*count))
    }

    /// The offsets, one by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = f64> {
        self.0.iter().flat_map(|&(count, offset)| (0..count).map(move |_| offset))
    }
}
