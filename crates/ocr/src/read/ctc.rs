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
/// From this score on a class is more probable than any other, even one that was not looked at. Of 95 000 steps of real and drawn lines whose most
/// probable class among the usual ones was nothing, and of 21 600 of real lines where it was a character, none had a rare character that was more
/// probable; of 2700 steps of drawn lines at which a rare character was the most probable of all, a usual one had this score at eight.
const CERTAIN: f32 = 15.0;

/// A class that is more probable than this besides the most probable one is remembered.
const RIVAL: f32 = 0.1;

/// What is read at one step: the most probable class, and its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The class's number.
    pub class: usize,
    /// Its probability; 0 for the blank, of which nobody asks it.
    pub probability: f32,
    /// The class that is the most probable besides and its probability, where that is more than a tenth.
    pub rival: Option<(usize, f32)>,
    /// The probability of the most probable of the signs that were watched.
    pub sign: f32,
}

/// What is seen of a step among some of all classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// The class with the greatest score.
    class: usize,
    /// The greatest score.
    most: f32,
    /// What all probabilities are together when that of this class is 1.
    sum: f32,
    /// The next class of those looked at together with it, where it is more probable than [`RIVAL`], and its probability when that of this class is 1.
    rival: Option<(usize, f32)>,
    /// The probability of the most probable of the watched signs when that of this class is 1.
    sign: f32,
}

impl Seen {
    /// Whether no other class can be more probable, not even one that was not among these.
    pub fn is_certain(self) -> bool {
        self.most >= CERTAIN
    }

    /// Whether both are the same character.
    pub fn is_same_character(self, other: Seen) -> bool {
        self.class == other.class && self.class != BLANK.class
    }

    /// What is seen among the classes of both.
    #[must_use]
    pub fn or(self, other: Seen) -> Seen {
        let (winner, loser) = if other.most > self.most { (other, self) } else { (self, other) };
        Seen { sum: winner.sum + loser.sum * (loser.most - winner.most).exp(), ..winner }
    }

    /// The most probable class and its probability, if there are no classes besides.
    pub fn told(self) -> Told {
        let probability = if self.sum >= 1.0 { 1.0 / self.sum } else { 0.0 };
        let rival = self.rival.map(|(class, share)| (class, share * probability));
        let sign = self.sign * probability;
        if self.class == BLANK.class { Told { rival, sign, ..BLANK } } else { Told { class: self.class, probability, rival, sign } }
    }
}

impl Told {
    /// How probable its character is, of whichever width.
    pub(super) fn sureness(&self, alphabet: &Alphabet) -> f32 {
        let other = self.rival.filter(|(rival, _)| alphabet.is_same(*rival, self.class));
        self.probability + other.map_or(0.0, |(_, probability)| probability)
    }
}

/// Nothing is written.
pub const BLANK: Told = Told { class: 0, probability: 0.0, rival: None, sign: 0.0 };

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
    /// What is seen of a step among neighbouring classes, from the class `first` on, that have these scores, whose softmax are the probabilities.
    pub fn see(&mut self, first: usize, scores: &[f32]) -> Seen {
        self.see_from(first, scores, CERTAIN)
    }

    /// The same of all classes there are, however great the blank's score is; some of them are signs to watch.
    pub fn see_all(&mut self, scores: &[f32], signs: &[usize]) -> Seen {
        let seen = self.see_from(0, scores, f32::INFINITY);
        let sign = signs.iter().filter_map(|sign| scores.get(*sign)).copied().fold(f32::NEG_INFINITY, greater);
        Seen { sign: (sign - seen.most).exp(), ..seen }
    }

    fn see_from(&mut self, first: usize, scores: &[f32], certain: f32) -> Seen {
        self.greatest.clear();
        self.greatest.extend(scores.chunks(BLOCK).map(greatest));
        let most = greatest(&self.greatest);
        let block = self.greatest.iter().position(|greatest| *greatest == most).unwrap_or(0) * BLOCK;
        let place = scores.iter().skip(block).position(|score| *score == most).map_or(0, |place| block + place);
        let class = first + place;
        // nobody asks how probable it is that nothing is written, unless that is in doubt
        let nothing = class == BLANK.class && most >= certain;
        let sum = if nothing { 1.0 } else { self.sum(scores, most) };
        let rival = if sum * (1.0 - RIVAL) > 1.0 { self.rival(scores, place, most + (RIVAL * sum).ln()) } else { None };
        Seen { class, most, sum, rival: rival.map(|(place, score)| (first + place, (score - most).exp())), sign: 0.0 }
    }

    /// The greatest score besides that at `place`, and where it is, if it is at least `least`.
    fn rival(&self, scores: &[f32], place: usize, least: f32) -> Option<(usize, f32)> {
        let blocks = self.greatest.iter().zip(scores.chunks(BLOCK)).enumerate().filter(|(_, (greatest, _))| **greatest >= least);
        let near = blocks
            .flat_map(|(number, (_, block))| (number * BLOCK..).zip(block))
            .filter(|(other, score)| *other != place && **score >= least);
        near.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(other, score)| (other, *score))
    }

    /// The sum of all probabilities when that of the score `most`, the greatest of all, is 1.
    fn sum(&self, scores: &[f32], most: f32) -> f32 {
        let near = |score: &f32| *score > most - NEAR;
        let blocks = self.greatest.iter().zip(scores.chunks(BLOCK)).filter(|(greatest, _)| near(greatest));
        blocks.flat_map(|(_, block)| block).filter(|score| near(score)).map(|score| (score - most).exp()).sum()
    }
}

/// Reads one line from what its steps tell.
///
/// `content` is the share of the steps that the line's picture covers; what lies behind it is padding.
/// A character stands where the middle of its run of steps is. Runs of the same class are one character, the blank is none. Which width a bracket or a colon
/// has is no doubt of what it is.
pub fn decode(steps: &[Told], alphabet: &Alphabet, content: f32) -> Vec<Char> {
    let count = steps.len() as f32 * content;
    let mut end = 0;
    let runs = steps.chunk_by(|a, b| a.class == b.class).flat_map(|run| {
        let middle = end as f32 + run.len() as f32 / 2.0;
        end += run.len();
        let at = if count > 0.0 { (middle / count).clamp(0.0, 1.0) } else { 0.0 };
        let class = run.first().map_or(BLANK.class, |step| step.class);
        let confidence = run.iter().map(|step| step.sureness(alphabet)).fold(0.0, f32::max).clamp(0.0, 1.0);
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
        classes.iter().map(|&(class, probability)| Told { class, probability, ..BLANK }).collect()
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
    fn the_width_of_a_sign_is_no_doubt() {
        let alphabet = Alphabet::of_list(["（", "(", "1", "l"]);
        let step = |class, rival| Told { class, probability: 0.6, rival: Some((rival, 0.3)), ..BLANK };
        for (class, rival, confidence) in [(1, 2, 0.9), (2, 1, 0.9), (3, 4, 0.6), (1, 3, 0.6), (1, 0, 0.6)] {
            let read = decode(&[step(class, rival)], &alphabet, 1.0);
            assert!((read[0].confidence - confidence).abs() < 1e-6, "{class} {rival}");
        }
    }

    #[test]
    fn the_greatest_score_is_found_wherever_it_is() {
        for length in [1, 15, 16, 17, 64, 65, 100, 200] {
            for place in 0..length {
                let mut scores = vec![-3.0; length];
                scores[place] = 5.0;
                assert_eq!(Teller::default().see(0, &scores).told().class, place, "{place} of {length}");
            }
        }
    }

    #[test]
    fn the_next_class_is_told_where_it_is_probable() {
        let told = |scores: &[f32]| Teller::default().see_all(scores, &[]).told();
        for (scores, expected) in [
            (vec![0.0, 5.0, 4.0], Some(2)),
            (vec![0.0, 5.0, 1.0], None),
            // the blank may be in doubt, and may be what is in doubt
            (vec![20.0, 19.0, 0.0], Some(1)),
            (vec![4.5, 5.0, 0.0], Some(0)),
            (vec![5.0, 5.0, 0.0], Some(1)),
            (vec![5.0], None),
        ] {
            assert_eq!(told(&scores).rival.map(|(class, _)| class), expected, "{scores:?}");
        }
        let mut many = vec![-3.0; 300];
        (many[70], many[200]) = (6.0, 5.5);
        let told = told(&many);
        assert_eq!((told.class, told.rival.unwrap().0), (70, 200));
        // e^6 against e^5.5 and the rest
        assert!((told.probability - 0.61).abs() < 0.01 && (told.rival.unwrap().1 - 0.37).abs() < 0.01, "{told:?}");
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
            let told = Teller::default().see(0, &scores).told();
            let most = scores.iter().copied().fold(f32::MIN, f32::max);
            let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
            prop_assert_eq!(scores[told.class], most);
            prop_assert!(told.class == BLANK.class || (told.probability - 1.0 / sum).abs() < 5e-3);
        }

        #[test]
        fn two_parts_of_the_classes_tell_what_all_tell(scores in proptest::collection::vec(-20.0_f32..CERTAIN, 2..200), part in 0.0_f32..1.0) {
            let (first, second) = scores.split_at(1 + ((scores.len() - 2) as f32 * part) as usize);
            let mut teller = Teller::default();
            let whole = teller.see(0, &scores).told();
            let parts = teller.see(0, first).or(teller.see(first.len(), second)).told();
            prop_assert_eq!(parts.class, whole.class);
            prop_assert!((parts.probability - whole.probability).abs() < 5e-3, "{:?} {:?}", parts, whole);
        }

        #[test]
        fn any_numbers_are_survived(scores in proptest::collection::vec(proptest::num::f32::ANY, 0..120)) {
            let mut teller = Teller::default();
            let steps: Vec<Told> = scores.chunks_exact(6).map(|step| teller.see(0, step).told()).collect();
            let chars = decode(&steps, &alphabet(), 1.0);
            prop_assert!(chars.len() <= steps.len());
            prop_assert!(chars.iter().all(|c| (0.0..=1.0).contains(&c.confidence)));
        }
    }
}
