//! What a line says, and whether another look at it may matter.

use super::glance::Stretch;
use crate::text::{Char, STARS};

/// A line with a number is read again exactly when a character of it is less probable than this: on 500 real lines, 37 were read otherwise in eight bits
/// than in floats, and most of them are such lines.
const DOUBTFUL: f32 = 0.5;
/// The same for a stretch of a line that was looked at by itself: there the model has less to go by than on the whole line.
const DOUBTFUL_ALONE: f32 = 0.7;

/// What one line says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The characters in the direction of the text.
    pub chars: Vec<Char>,
    /// Their mean probability; 0 without characters.
    pub confidence: f32,
    /// What a closer look has yet to settle, in its order.
    pub(crate) doubts: Vec<Stretch>,
}

/// The mean probability of characters; 0 without any.
pub(super) fn mean(chars: &[Char]) -> f32 {
    let sum: f32 = chars.iter().map(|c| c.confidence).sum();
    if chars.is_empty() { 0.0 } else { sum / chars.len() as f32 }
}

/// Makes a line of nothing but stars, of which at least one was read as such, all stars: forms print `***` where there is no amount.
fn starred(chars: Vec<Char>) -> Vec<Char> {
    let mut own = chars.iter().filter(|c| c.ch != ' ');
    if own.clone().count() < 2 || !own.clone().any(|c| c.ch == '*') || !own.all(|c| STARS.contains(c.ch)) {
        return chars;
    }
    chars.into_iter().filter(|c| c.ch != ' ').map(|c| Char { ch: '*', ..c }).collect()
}

impl Reading {
    pub(super) fn of(chars: Vec<Char>) -> Reading {
        let chars = starred(chars);
        Reading { confidence: mean(&chars), chars, doubts: Vec::new() }
    }

    /// Whether another look at the line may matter. A wrong digit makes a wrong amount, code or date; words are settled by what they can be, and a cipher
    /// is hardly ever read for certain.
    pub(super) fn is_doubtful(&self) -> bool {
        self.is_number() && self.is_less_sure_than(DOUBTFUL)
    }

    /// The same of a stretch of a line.
    pub(super) fn is_doubtful_alone(&self) -> bool {
        self.is_number() && self.is_less_sure_than(DOUBTFUL_ALONE)
    }

    fn is_number(&self) -> bool {
        let cipher = self.chars.iter().any(|c| matches!(c.ch, '<' | '>'));
        !cipher && self.chars.iter().any(|c| c.ch.is_ascii_digit())
    }

    fn is_less_sure_than(&self, probability: f32) -> bool {
        self.chars.iter().any(|c| c.confidence < probability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stars_is_stars() {
        let cases = [("*大大", "***"), ("*火 ★", "***"), ("大大*", "***"), ("大大", "大大"), ("*", "*"), ("*大豆*", "*大豆*"), ("", "")];
        for (read, expected) in cases {
            let chars = read.chars().map(|ch| Char { ch, at: 0.5, confidence: 0.6 }).collect();
            let text: String = Reading::of(chars).chars.iter().map(|c| c.ch).collect();
            assert_eq!(text, expected, "{read}");
        }
    }

    #[test]
    fn numbers_are_doubtful_and_stretches_of_them_sooner() {
        let reading = |text: &str, confidence| Reading::of(text.chars().map(|ch| Char { ch, at: 0.5, confidence }).collect());
        let cases = [
            ("12", 0.8, false, false),
            ("12", 0.6, false, true),
            ("12", 0.4, true, true),
            ("发票", 0.4, false, false),
            ("1<2", 0.4, false, false),
        ];
        for (text, confidence, doubtful, alone) in cases {
            let reading = reading(text, confidence);
            assert_eq!((reading.is_doubtful(), reading.is_doubtful_alone()), (doubtful, alone), "{text} {confidence}");
        }
    }
}
