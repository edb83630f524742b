//! Whether characters stand as far from each other as such do on a line.
//!
//! A quick look may take two of the same for one, and one for two, for certain; how far apart their neighbours stand tells. Digits, capitals and stars are
//! printed in even places, or nearly so.

use std::ops::Range;

use crate::text::Char;

/// So many pairs of neighbours tell how far apart digits stand on a line.
const PAIRS: usize = 4;
/// How many times as far apart as usual two digits stand at least when one may be missing between them; two at an end of which one may be two; and three of
/// which the middle one may be two. Places are told in steps of a sixth of the line's height, so that two alone tell little: at an end, of 2357 pairs
/// that stood 1.4 to 1.6 times as far apart, none was missing a digit, and two a letter of a label.
const FAR: f32 = 1.75;
const FAR_AT_END: f32 = 1.6;
const FAR_OF_THREE: f32 = 2.6;
/// How many times as far apart as usual two of the same stand at most that may be one, and the four of which they are the middle.
const NEAR_OF_TWO: f32 = 0.75;
const NEAR_OF_FOUR: f32 = 2.6;

/// Where digits, capitals or stars stand farther apart than such do on the line, so that one may have been passed over, as of two sevens one; and where two of
/// the same stand too near, so that they may be one.
pub(super) fn uneven(chars: &[Char]) -> Vec<Range<usize>> {
    let is_even = |c: &Char| c.ch.is_ascii_digit() || c.ch.is_ascii_uppercase() || c.ch == '*';
    let apart = |a: usize, b: usize| chars.get(a).zip(chars.get(b)).map_or(0.0, |(a, b)| b.at - a.at);
    let (mut words, mut end) = (Vec::new(), 0);
    for word in chars.chunk_by(|a, b| is_even(a) == is_even(b)) {
        let start = end;
        end += word.len();
        if word.len() > 1 && word.first().is_some_and(is_even) {
            words.push(start..end);
        }
    }
    let mut gaps: Vec<f32> = words.iter().flat_map(|word| word.clone().skip(1)).map(|at| apart(at - 1, at)).collect();
    gaps.sort_by(f32::total_cmp);
    let Some(usual) = gaps.get(gaps.len() / 2).filter(|_| gaps.len() >= PAIRS) else { return Vec::new() };
    let mut found = Vec::new();
    for word in words {
        let at_end = |a: usize, b: usize| a == word.start || b + 1 == word.end;
        for a in word.start..word.end - 1 {
            let b = a + 1;
            let gap = apart(a, b) / usual;
            if gap > FAR || at_end(a, b) && gap > FAR_AT_END {
                found.push(a..b + 1);
            } else if b + 1 < word.end && apart(a, b + 1) > FAR_OF_THREE * usual {
                found.push(a..b + 2);
            }
            let same = chars.get(a).zip(chars.get(b)).is_some_and(|(a, b)| a.ch == b.ch);
            if same && gap < NEAR_OF_TWO && (at_end(a, b) || apart(a - 1, b + 1) < NEAR_OF_FOUR * usual) {
                found.push(a..b + 1);
            }
        }
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Characters where these signs stand, a place each, on a line of so many places that begins so many before; a `.` is an empty place.
    pub(in super::super) fn spaced(signs: &str, before: f32, places: f32) -> Vec<Char> {
        let signs = signs.chars().enumerate().filter(|(_, ch)| *ch != '.');
        signs.map(|(place, ch)| Char { ch, at: (place as f32 + before) / places, confidence: 0.99 }).collect()
    }

    #[test]
    fn what_stands_unevenly_is_in_doubt() {
        let cases: [(&str, &[(usize, usize)]); 8] = [
            ("1..2..3..4..5..6..7", &[]),
            // one of two alike is missing: within, and at the end
            ("1..2..3..4....5....6..7..8", &[(2, 5), (3, 6), (4, 7)]),
            ("1..2..3..4..5....6", &[(3, 6), (4, 6)]),
            // one is missing
            ("1..2..3......4..5..6", &[(1, 4), (2, 4)]),
            // one that was read as two
            ("1..2..33.4..5..6..7", &[(2, 4)]),
            // two alike that stand as the others do
            ("1..2..3..3..4..5..6", &[]),
            // other characters part words, and few digits tell nothing
            ("1..2..3..4..5..年......6..7", &[]),
            ("1..2......3", &[]),
        ];
        for (signs, expected) in cases {
            let found: Vec<(usize, usize)> = uneven(&spaced(signs, 0.0, 100.0)).into_iter().map(|part| (part.start, part.end)).collect();
            assert_eq!(found, expected, "{signs}");
        }
    }
}
