//! From the recogniser's scores to characters: greedy decoding of connectionist temporal classification (Graves et al., 2006).

use super::alphabet::Alphabet;
use crate::text::Char;

/// How many scores are compared at once, with vector instructions.
const LANES: usize = 16;
/// Of how many scores the greatest is remembered: all further looks pass over the rest.
const BLOCK: usize = 4 * LANES;
/// How far below the greatest score another one still counts when the greatest becomes a probability. What lies further below changes it by less than
/// 0.005, measured over 60 real lines.
const NEAR: f32 = 12.0;

/// What is read at one step: the most probable class, and its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The class's number.
    pub class: usize,
    /// Its probability; 0 for the blank, of which nobody asks it.
    pub probability: f32,
}

/// Nothing is written.
pub const BLANK: Told = Told { class: 0, probability: 0.0 };

/// Tells the class of each step from its scores.
#[derive(Default)]
pub struct Teller {
    /// The greatest of each [`BLOCK`] of scores, in their order.
    greatest: Vec<f32>,
}

fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The greatest of a block's scores.
fn greatest(block: &[f32]) -> f32 {
    let mut lanes = [f32::MIN; LANES];
    let rows = block.chunks_exact(LANES);
    let rest = rows.remainder().iter().copied().fold(f32::MIN, greater);
    for row in rows {
        lanes.iter_mut().zip(row).for_each(|(lane, score)| *lane = greater(*lane, *score));
    }
    // Halved, so that these are vector instructions too.
    let mut count = LANES;
    while count > 1 {
        count /= 2;
        let (low, high) = lanes.split_at_mut(count);
        low.iter_mut().zip(high).for_each(|(low, high)| *low = greater(*low, *high));
    }
    greater(lanes[0], rest)
}

impl Teller {
    /// The most probable class of a step; `scores` has one value for each class, whose softmax are the probabilities.
    pub fn tell(&mut self, scores: &[f32]) -> Told {
        self.greatest.clear();
        self.greatest.extend(scores.chunks(BLOCK).map(greatest));
        let most = greatest(&self.greatest);
        let block = self.greatest.iter().position(|greatest| *greatest == most).unwrap_or(0) * BLOCK;
        let class = scores.iter().skip(block).position(|score| *score == most).map_or(0, |place| block + place);
        if class == BLANK.class { BLANK } else { Told { class, probability: self.probability(scores, most) } }
    }

    /// The probability of the score `most`, the greatest of all.
    fn probability(&self, scores: &[f32], most: f32) -> f32 {
        let near = |score: &f32| *score > most - NEAR;
        let blocks = self.greatest.iter().zip(scores.chunks(BLOCK)).filter(|(greatest, _)| near(greatest));
        let sum: f32 = blocks.flat_map(|(_, block)| block).filter(|score| near(score)).map(|score| (score - most).exp()).sum();
        if sum >= 1.0 { 1.0 / sum } else { 0.0 }
    }
}

/// Reads one line from what its steps tell.
///
/// `content` is the share of the steps that the line's picture covers; what lies behind it is padding.
/// A character stands where the middle of its run of steps is. Runs of the same class are one character, the blank is none.
pub fn decode(steps: &[Told], alphabet: &Alphabet, content: f32) -> Vec<Char> {
    let count = steps.len() as f32 * content;
    let mut end = 0;
    let runs = steps.chunk_by(|a, b| a.class == b.class).flat_map(|run| {
        let middle = end as f32 + run.len() as f32 / 2.0;
        end += run.len();
        let at = if count > 0.0 { (middle / count).clamp(0.0, 1.0) } else { 0.0 };
        let class = run.first().map_or(BLANK.class, |step| step.class);
        let confidence = run.iter().map(|step| step.probability).fold(0.0, f32::max).clamp(0.0, 1.0);
        alphabet.characters(class).chars().map(move |ch| Char { ch, at, confidence })
    });
    runs.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alphabet() -> Alphabet {
        Alphabet::of_list(["发", "票", "A", "1"])
    }

    fn steps(classes: &[(usize, f32)]) -> Vec<Told> {
        classes.iter().map(|&(class, probability)| Told { class, probability }).collect()
    }

    fn text(chars: &[Char]) -> String {
        chars.iter().map(|c| c.ch).collect()
    }

    #[test]
    fn repeats_are_one_and_blanks_part_them() {
        let cases: [(&[usize], &str); 7] = [
            (&[], ""),
            (&[0, 0, 0], ""),
            (&[1, 1, 2], "发票"),
            (&[1, 0, 1], "发发"),
            (&[0, 3, 3, 0, 4, 0, 4, 4], "A11"),
            (&[3, 5, 4], "A 1"),
            (&[4, 4, 4, 4], "1"),
        ];
        for (classes, expected) in cases {
            let classes: Vec<_> = classes.iter().map(|&c| (c, 0.9)).collect();
            assert_eq!(text(&decode(&steps(&classes), &alphabet(), 1.0)), expected, "{classes:?}");
        }
    }

    #[test]
    fn places_and_probabilities() {
        let steps = steps(&[(0, 0.9), (1, 0.7), (1, 0.8), (0, 0.9), (0, 0.9), (2, 0.6), (0, 0.9), (0, 0.9)]);
        let whole = decode(&steps, &alphabet(), 1.0);
        assert_eq!(whole[0], Char { ch: '发', at: 2.0 / 8.0, confidence: 0.8 });
        assert_eq!(whole[1], Char { ch: '票', at: 5.5 / 8.0, confidence: 0.6 });
        // With the last quarter padding, the same steps stand further along the line.
        let padded = decode(&steps, &alphabet(), 0.75);
        assert!((padded[0].at - 2.0 / 6.0).abs() < 1e-6 && (padded[1].at - 5.5 / 6.0).abs() < 1e-6);
    }

    #[test]
    fn the_greatest_score_is_found_wherever_it_is() {
        for length in [1, 15, 16, 17, 64, 65, 100, 200] {
            for place in 0..length {
                let mut scores = vec![-3.0; length];
                scores[place] = 5.0;
                assert_eq!(Teller::default().tell(&scores).class, place, "{place} of {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn at_most_one_character_per_step_and_all_in_order(classes in proptest::collection::vec(0usize..6, 0..60), content in 0.01f32..1.0) {
            let steps = steps(&classes.iter().map(|&c| (c, 0.9)).collect::<Vec<_>>());
            let chars = decode(&steps, &alphabet(), content);
            prop_assert!(chars.len() <= classes.len());
            prop_assert!(chars.windows(2).all(|pair| pair[0].at <= pair[1].at));
            prop_assert!(chars.iter().all(|c| (0.0..=1.0).contains(&c.at) && (0.0..=1.0).contains(&c.confidence)));
            let mut expected = classes.clone();
            expected.dedup();
            expected.retain(|&c| c != 0);
            let expected: String = expected.iter().map(|&c| alphabet().characters(c).to_owned()).collect();
            prop_assert_eq!(text(&chars), expected);
        }

        #[test]
        fn probabilities_are_those_of_a_softmax(scores in proptest::collection::vec(-20.0_f32..20.0, 1..200)) {
            let told = Teller::default().tell(&scores);
            let most = scores.iter().copied().fold(f32::MIN, f32::max);
            let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
            prop_assert_eq!(scores[told.class], most);
            prop_assert!(told == BLANK || (told.probability - 1.0 / sum).abs() < 5e-3);
        }

        #[test]
        fn any_numbers_are_survived(scores in proptest::collection::vec(proptest::num::f32::ANY, 0..120)) {
            let mut teller = Teller::default();
            let steps: Vec<Told> = scores.chunks_exact(6).map(|step| teller.tell(step)).collect();
            let chars = decode(&steps, &alphabet(), 1.0);
            prop_assert!(chars.len() <= steps.len());
            prop_assert!(chars.iter().all(|c| (0.0..=1.0).contains(&c.confidence)));
        }
    }
}
