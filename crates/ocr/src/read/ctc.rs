//! From the recogniser's probabilities to characters: greedy decoding of connectionist temporal classification (Graves et al., 2006).

use super::alphabet::Alphabet;
use crate::text::Char;

/// The most probable class of a step, and its probability.
fn best(step: &[f32]) -> (usize, f32) {
    // Two passes: the maximum is found with vector instructions, its place by comparing.
    const LANES: usize = 16;
    let mut lanes = [f32::MIN; LANES];
    let chunks = step.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    let most = lanes.iter().chain(rest).fold(f32::MIN, |most, value| most.max(*value));
    (step.iter().position(|value| *value == most).unwrap_or(0), most)
}

/// Reads one line: `steps` holds one row of class probabilities per time step, of `alphabet.classes()` values each.
///
/// `content` is the share of the steps that the line's picture covers; what lies behind it is padding.
/// A character stands where the middle of its run of steps is. Runs of the same class are one character, the blank is none.
pub fn decode(steps: &[f32], alphabet: &Alphabet, content: f32) -> Vec<Char> {
    let classes = alphabet.classes();
    let count = (steps.len() / classes) as f32 * content;
    let mut chars: Vec<Char> = Vec::new();
    let mut run = Run::default();
    for (t, step) in steps.chunks_exact(classes).enumerate() {
        let (class, probability) = best(step);
        if class == run.class {
            run.last = t;
            run.probability = run.probability.max(probability);
        } else {
            run.close(alphabet, count, &mut chars);
            run = Run { class, first: t, last: t, probability };
        }
    }
    run.close(alphabet, count, &mut chars);
    chars
}

/// Neighbouring steps of one class.
#[derive(Default)]
struct Run {
    class: usize,
    first: usize,
    last: usize,
    probability: f32,
}

impl Run {
    fn close(&self, alphabet: &Alphabet, count: f32, chars: &mut Vec<Char>) {
        let middle = (self.first + self.last + 1) as f32 / 2.0;
        let at = if count > 0.0 { (middle / count).clamp(0.0, 1.0) } else { 0.0 };
        chars.extend(alphabet.characters(self.class).chars().map(|ch| Char { ch, at, confidence: self.probability.clamp(0.0, 1.0) }));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alphabet() -> Alphabet {
        Alphabet::of_list(["发", "票", "A", "1"])
    }

    /// Steps that give each class the probability named, and share what is left.
    fn steps(classes: &[(usize, f32)]) -> Vec<f32> {
        let n = alphabet().classes();
        classes.iter().flat_map(|&(class, p)| (0..n).map(move |c| if c == class { p } else { (1.0 - p) / (n - 1) as f32 })).collect()
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
    fn the_maximum_is_found_wherever_it_is() {
        for length in [1, 15, 16, 17, 100] {
            for place in 0..length {
                let mut step = vec![0.001; length];
                step[place] = 0.5;
                assert_eq!(best(&step), (place, 0.5), "{place} of {length}");
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
        fn any_numbers_are_survived(steps in proptest::collection::vec(proptest::num::f32::ANY, 0..120)) {
            let chars = decode(&steps, &alphabet(), 1.0);
            prop_assert!(chars.len() <= steps.len());
        }
    }
}
