//! What a quick look at a line leaves in doubt.
//!
//! A small model reads most print as well as a large one and tells well where it does not: of its characters with a probability of at least
//! [`SURE`], one in a thousand differs from the large model's. So only the stretches of a line where it is not sure are looked at closely, each with a
//! character on either side that is sure: what the closer look reads there has to be the same, or the line is read anew as a whole. Three things it mistakes
//! for certain, and they are doubts too: characters that it does not know ([`MIMICS`]), signs passed over between digits ([`PARTING`]), and one of two
//! alike ([`uneven`]).

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::alphabet::{Alphabet, is_same};
use super::ctc::{self, BLANK, Told};
use super::reading::{Reading, mean};
use super::spacing::uneven;
use crate::text::Char;

/// A character is sure from this probability on. Of 9 000 digits on real documents, of 0.8 to 0.9 one in thirteen was read otherwise by the large model,
/// of 0.9 to 0.95 one in eighty, above 0.99 one in seven thousand; of as many Chinese characters 7, 3 and 0.1 in a hundred.
const SURE: f32 = 0.9;
/// The characters that the small model puts in the place of others which it does not know, as 项 in that of 顼. Of the 1315 characters of GB 2312 that
/// it has no class for, drawn, it takes a third for another one with more than [`SURE`]. Written by `benches/mimics.py`.
static MIMICS: LazyLock<HashSet<char>> = LazyLock::new(|| include_str!("mimics.txt").chars().filter(|ch| *ch != '\n').collect());
/// Such a character is sure from this probability on: of the unknown ones, ideally drawn, 2 to 4 in a hundred reach it, and most of those that are known.
const SURE_OF_MIMIC: f32 = 0.999;
/// The small signs that part digits: a blurred one is passed over, and an amount is a hundred times as much.
pub(super) const PARTING: [char; 8] = ['.', ':', '：', ',', '，', '-', '·', '/'];
/// Between two digits one may have been passed over that is as probable as this: the points and colons that were passed over on a blurred itinerary had
/// 0.002 to 0.03, and where there was none it was 0.0003 at most.
const PASSED_OVER: f32 = 0.001;
/// How much of a line's height at least stands sure beside a doubt, for the closer look to go by.
const BESIDE: f32 = 1.0;
/// Stretches with less than this between them, in shares of a line's height, are one.
const APART: f32 = 0.75;
/// A line of whose length the doubtful stretches are more than this is looked at as a whole.
const MOSTLY: f32 = 0.9;

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stretch {
    /// Where it begins and ends, in shares of the line's length.
    pub(super) from: f32,
    pub(super) to: f32,
    /// The characters in it.
    chars: Range<usize>,
}

impl Stretch {
    fn whole(chars: usize) -> Stretch {
        Stretch { from: 0.0, to: 1.0, chars: 0..chars }
    }
}

impl Reading {
    /// Reads a line that is `ratio` times as long as it is high, from what its steps tell; `content` is the share of them that its picture covers.
    pub(super) fn at_a_glance(steps: &[Told], alphabet: &Alphabet, content: f32, ratio: f32) -> Reading {
        let chars = ctc::decode(steps, alphabet, content);
        let height = 1.0 / ratio.max(f32::MIN_POSITIVE);
        let mut doubts = doubtful(steps, alphabet, content, &chars);
        doubts.extend(uneven(&chars));
        doubts.sort_by_key(|doubt| doubt.start);
        let doubts = stretches(&chars, &doubts, height);
        Reading { confidence: mean(&chars), chars, doubts }
    }

    /// Whether it is in doubt as a whole.
    pub(super) fn is_all_doubt(&self) -> bool {
        matches!(self.doubts.as_slice(), [one] if one.chars.len() == self.chars.len())
    }

    /// The line with what a closer look has read in each of its doubtful stretches, and whether that settles it: what the look reads at the ends of a
    /// stretch is what stands sure there, and it is no number that is still in doubt.
    pub(super) fn settled(self, closer: Vec<Reading>) -> (Reading, bool) {
        if self.doubts.is_empty() {
            return (Reading::of(self.chars), true);
        }
        if self.is_all_doubt() {
            let whole = closer.into_iter().next().unwrap_or_default();
            let settled = !whole.is_doubtful();
            return (whole, settled);
        }
        let mut settled = true;
        let mut chars = Vec::with_capacity(self.chars.len());
        let (mut end, mut closely) = (0, Vec::with_capacity(self.doubts.len()));
        for (stretch, read) in self.doubts.iter().zip(closer) {
            settled &= !read.is_doubtful_alone() && self.fits(stretch, trimmed(&read.chars));
            chars.extend_from_slice(self.chars.get(end..stretch.chars.start).unwrap_or_default());
            let length = stretch.to - stretch.from;
            let start = chars.len();
            chars.extend(trimmed(&read.chars).iter().map(|c| Char { at: stretch.from + c.at * length, ..*c }));
            closely.push(start..chars.len());
            end = stretch.chars.end;
        }
        chars.extend_from_slice(self.chars.get(end..).unwrap_or_default());
        // where it still stands unevenly, something was passed over again, or cut in two
        settled &= !uneven(&chars).iter().any(|pair| closely.iter().any(|part| part.start < pair.end && pair.start < part.end));
        (Reading::of(chars), settled)
    }

    /// Whether what was read in a stretch begins and ends as the line does there, spaces aside.
    fn fits(&self, stretch: &Stretch, read: &[Char]) -> bool {
        let own = trimmed(self.chars.get(stretch.chars.clone()).unwrap_or_default());
        let same = |a: Option<&Char>, b: Option<&Char>| a.zip(b).is_some_and(|(a, b)| is_same(a.ch, b.ch));
        (stretch.chars.start == 0 || same(own.first(), read.first()))
            && (stretch.chars.end == self.chars.len() || same(own.last(), read.last()))
    }
}

/// Without the spaces around it.
fn trimmed(mut chars: &[Char]) -> &[Char] {
    while let [first, rest @ ..] = chars
        && first.ch.is_whitespace()
    {
        chars = rest;
    }
    while let [rest @ .., last] = chars
        && last.ch.is_whitespace()
    {
        chars = rest;
    }
    chars
}

/// The characters between which, or at which, something is in doubt: from the first to the last of each, by their numbers.
fn doubtful(steps: &[Told], alphabet: &Alphabet, content: f32, chars: &[Char]) -> Vec<Range<usize>> {
    let covered = (steps.len() as f32 * content).ceil() as usize;
    let mut doubts: Vec<Range<usize>> = Vec::new();
    // how many characters stand before the run
    let (mut before, mut start) = (0, 0);
    let mut last = BLANK.class;
    let runs: Vec<&[Told]> = steps.chunk_by(|a, b| a.class == b.class).collect();
    for (number, run) in runs.iter().enumerate() {
        let class = run.first().map_or(BLANK.class, |step| step.class);
        let count = alphabet.characters(class).chars().count();
        let next = runs.iter().skip(number + 1).filter_map(|run| run.first()).map(|step| step.class).find(|class| *class != BLANK.class);
        let same = |a: usize, b: usize| alphabet.is_same(a, b);
        // a rival that is written beside it is a matter of where that begins, and one of another width no other character
        let beside = |rival: usize| same(rival, last) || next.is_some_and(|next| same(rival, next));
        let rivalled =
            |step: &Told| step.rival.is_some_and(|(rival, _)| !beside(rival) && !same(rival, class) && !is_nothing(alphabet, rival));
        if class == BLANK.class {
            let within = covered.saturating_sub(start).min(run.len());
            let digits = is_digit(alphabet, last) && next.is_some_and(|next| is_digit(alphabet, next));
            let parted = |step: &Told| digits && step.sign >= PASSED_OVER;
            if run.iter().take(within).any(|step| rivalled(step) || parted(step)) {
                doubts.push(before.max(1) - 1..(before + 1).min(chars.len()));
            }
        } else {
            let most = run.iter().map(|step| step.probability).fold(0.0, f32::max);
            let rivalled = run.iter().any(|step| step.probability < most && rivalled(step));
            let bar = if alphabet.characters(class).chars().any(|ch| MIMICS.contains(&ch)) { SURE_OF_MIMIC } else { SURE };
            let sure = is_nothing(alphabet, class) || run.iter().any(|step| step.sureness(alphabet) >= bar);
            if !sure || rivalled || is_broken(run) {
                doubts.push(before..before + count);
            }
            last = class;
        }
        before += count;
        start += run.len();
    }
    doubts
}

/// Whether a class writes a digit.
fn is_digit(alphabet: &Alphabet, class: usize) -> bool {
    alphabet.characters(class).parse().is_ok_and(|ch: char| ch.is_ascii_digit())
}

/// Whether a class writes nothing that matters: the blank, or a space.
fn is_nothing(alphabet: &Alphabet, class: usize) -> bool {
    alphabet.characters(class).chars().all(char::is_whitespace)
}

/// Whether a run of steps of one character may be two of it: it is less sure between two steps than at both.
fn is_broken(run: &[Told]) -> bool {
    (1..run.len().saturating_sub(1)).any(|middle| {
        let (before, rest) = run.split_at(middle);
        let own = rest.first().map_or(1.0, |step| step.probability);
        let most = |steps: &[Told]| steps.iter().map(|step| step.probability).fold(0.0, f32::max);
        own < SURE && most(before) > own && most(rest.get(1..).unwrap_or_default()) > own
    })
}

/// The stretches around doubts, with what stands sure beside them. `height` is the line's height as a share of its length.
fn stretches(chars: &[Char], doubts: &[Range<usize>], height: f32) -> Vec<Stretch> {
    match (doubts, chars) {
        ([], _) => return Vec::new(),
        (_, []) => return vec![Stretch::whole(0)],
        _ => {}
    }
    // where a line may be cut before each of its characters, and behind the last
    let cut = |number: usize| match (number.checked_sub(1).and_then(|before| chars.get(before)), chars.get(number)) {
        (Some(before), Some(after)) => (before.at + after.at) / 2.0,
        (None, _) => 0.0,
        (_, None) => 1.0,
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for doubt in doubts {
        let (mut first, mut end) = (doubt.start, doubt.end);
        while first > 0 && cut(doubt.start) - cut(first) < BESIDE * height {
            first -= 1;
        }
        while end < chars.len() && cut(end) - cut(doubt.end) < BESIDE * height {
            end += 1;
        }
        let (from, to) = (cut(first), cut(end));
        match stretches.last_mut() {
            Some(last) if from - last.to < APART * height => {
                last.chars.end = last.chars.end.max(end);
                last.to = last.to.max(to);
            }
            _ => stretches.push(Stretch { from, to, chars: first..end }),
        }
    }
    let long: f32 = stretches.iter().map(|stretch| stretch.to - stretch.from + APART * height).sum();
    if long > MOSTLY { vec![Stretch::whole(chars.len())] } else { stretches }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::spacing::tests::spaced;
    use super::*;

    const LETTERS: &str = "abcdefghij";

    fn alphabet() -> Alphabet {
        Alphabet::of_list(LETTERS.split("").filter(|letter| !letter.is_empty()))
    }

    /// One step for each sign: a capital letter is sure, a small one is not, `.` is nothing, `?` is nothing with the rival J, `!` is nothing with the
    /// rival A.
    fn steps(signs: &str) -> Vec<Told> {
        let class = |letter: char| 1 + LETTERS.find(letter.to_ascii_lowercase()).unwrap();
        let step = |sign| match sign {
            '.' => BLANK,
            '?' => Told { rival: Some((class('J'), 0.3)), ..BLANK },
            '!' => Told { rival: Some((class('A'), 0.3)), ..BLANK },
            letter => Told { class: class(letter), probability: if letter.is_uppercase() { 0.99 } else { 0.6 }, ..BLANK },
        };
        signs.chars().map(step).collect()
    }

    fn glance(signs: &str) -> Reading {
        Reading::at_a_glance(&steps(signs), &alphabet(), 1.0, signs.chars().count() as f32 / 1.8)
    }

    fn reading(text: &str) -> Reading {
        let count = text.chars().count() as f32;
        Reading::of(
            text.to_lowercase().chars().enumerate().map(|(n, ch)| Char { ch, at: (n as f32 + 0.5) / count, confidence: 0.95 }).collect(),
        )
    }

    #[test]
    fn doubts_are_found_with_what_stands_sure_beside_them() {
        let cases: [(&str, &[(usize, usize)]); 10] = [
            ("A.B.C.D.", &[]),
            ("........", &[]),
            ("A.B.C.D.E.f.G.H.I.A.B.C.", &[(4, 7)]),
            ("a.B.C.D.E.F.G.H.I.A.B.C.", &[(0, 2)]),
            // what may have been passed over, but not what is written beside it
            ("A.B.C.D?E.F.G.H.I.A.B.C.", &[(2, 6)]),
            ("A!B.C.D.E.F.G.H.I.A.B.C.", &[]),
            ("?.......", &[(0, 0)]),
            // two in one stretch, and two far from each other
            ("A.b.C.d.E.F.G.H.I.A.B.C.", &[(0, 5)]),
            ("A.b.C.D.E.F.G.H.I.A.b.C.D.E.F.", &[(0, 3), (9, 12)]),
            ("a.b.c.D.", &[(0, 4)]),
        ];
        for (signs, expected) in cases {
            let doubts: Vec<(usize, usize)> = glance(signs).doubts.iter().map(|stretch| (stretch.chars.start, stretch.chars.end)).collect();
            assert_eq!(doubts, expected, "{signs}");
        }
    }

    #[test]
    fn a_character_that_is_less_sure_in_its_middle_may_be_two() {
        for (probabilities, broken) in
            [([0.99, 0.6, 0.99], true), ([0.99, 0.95, 0.99], false), ([0.6, 0.99, 0.6], false), ([0.6, 0.7, 0.99], false)]
        {
            let run = probabilities.map(|probability| Told { class: 1, probability, ..BLANK });
            assert_eq!(is_broken(&run), broken, "{probabilities:?}");
        }
    }

    #[test]
    fn a_closer_look_settles_what_it_fits() {
        let cases = [
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec!["EJG"], "ABCDEJGHIABC", true),
            // more or fewer characters than were thought, and spaces around them
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec![" EG "], "ABCDEGHIABC", true),
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec!["EFFG"], "ABCDEFFGHIABC", true),
            // another character at an end, or none
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec!["DFG"], "ABCDDFGHIABC", false),
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec!["EF"], "ABCDEFHIABC", false),
            ("A.B.C.D.E.f.G.H.I.A.B.C.", vec![""], "ABCDHIABC", false),
            // where the line itself begins, anything may stand
            ("a.B.C.D.E.F.G.H.I.A.B.C.", vec!["JB"], "JBCDEFGHIABC", true),
            ("A.b.C.D.E.F.G.H.I.A.b.C.D.E.F.", vec!["AJC", "AJC"], "AJCDEFGHIAJCDEF", true),
            ("a.b.c.d.", vec!["JJ"], "JJ", true),
            ("A.B.C.D.", vec![], "ABCD", true),
        ];
        for (signs, closer, expected, settled) in cases {
            let (read, fits) = glance(signs).settled(closer.iter().copied().map(reading).collect());
            let text: String = read.chars.iter().map(|c| c.ch).collect();
            assert_eq!((text.to_uppercase().as_str(), fits), (expected, settled), "{signs} {closer:?}");
        }
        // what nobody has seen anything in
        let (whole, settled) = glance("?.......").settled(vec![reading("AB")]);
        assert_eq!((whole, settled), (reading("AB"), true));
    }

    #[test]
    fn a_space_at_the_end_of_a_stretch_is_no_other_character() {
        let chars = || " jklmn".chars().zip(0_u8..).map(|(ch, at)| Char { ch, at: f32::from(at) / 12.0, confidence: 0.95 });
        let line = |closer: &str| {
            let before = "AB".chars().map(|ch| Char { ch, at: 0.0, confidence: 0.99 });
            let doubts = vec![Stretch { from: 0.1, to: 0.6, chars: 2..6 }];
            Reading { confidence: 0.97, chars: before.chain(chars()).collect(), doubts }.settled(vec![reading(closer)]).1
        };
        assert!(line("jkl") && line(" jkl"));
        assert!(!line("kl") && !line("jkk"));
    }

    #[test]
    fn numbers_that_stay_in_doubt_are_not_settled() {
        let unsure = |confidence| Reading::of(vec![Char { ch: '1', at: 0.5, confidence }]);
        let line = |signs| glance(signs).settled(vec![unsure(0.6)]).1;
        assert!(!line("A.B.C.D.E.F.G.H.I.j.") && line("a.b.c.d."));
        assert!(!glance("a.b.c.d.").settled(vec![unsure(0.4)]).1);
    }

    #[test]
    fn a_sign_of_one_width_or_the_other_is_sure_and_a_space_never_matters() {
        let alphabet = Alphabet::of_list([":", "：", "1"]);
        let doubts = |class, rival| {
            let step = Told { class, probability: 0.55, rival: Some(rival), ..BLANK };
            !Reading::at_a_glance(&[BLANK, step, BLANK], &alphabet, 1.0, 1.0).doubts.is_empty()
        };
        // class 4 is the space
        let cases = [(1, (2, 0.4), false), (1, (2, 0.3), true), (1, (3, 0.4), true), (4, (0, 0.4), false), (4, (3, 0.4), false)];
        for (class, rival, expected) in cases {
            assert_eq!(doubts(class, rival), expected, "{class} {rival:?}");
        }
    }

    #[test]
    fn a_sign_that_may_part_two_digits_is_looked_for() {
        let alphabet = Alphabet::of_list(["1", "票", "."]);
        let doubts = |before, sign, after| {
            let sure = |class| Told { class, probability: 0.999, ..BLANK };
            !Reading::at_a_glance(&[sure(before), BLANK, Told { sign, ..BLANK }, sure(after)], &alphabet, 1.0, 1.0).doubts.is_empty()
        };
        for (before, sign, after, expected) in [(1, 0.002, 1, true), (1, 0.0003, 1, false), (1, 0.002, 2, false), (2, 0.002, 1, false)] {
            assert_eq!(doubts(before, sign, after), expected, "{before} {sign} {after}");
        }
        assert_eq!(alphabet.classes_of(&PARTING), [3]);
    }

    #[test]
    fn a_closer_look_that_leaves_a_line_uneven_settles_nothing() {
        let line = |closer: Vec<Char>| {
            let chars = spaced("1..2..3..4....5....6..7..8", 0.0, 26.0);
            let doubts = vec![Stretch { from: 8.5 / 26.0, to: 19.5 / 26.0, chars: 3..6 }];
            Reading { confidence: 0.99, chars, doubts }.settled(vec![Reading::of(closer)])
        };
        let read = |signs| spaced(signs, 0.5, 11.0);
        let (whole, settled) = line(read("4..5..5..6"));
        assert_eq!((whole.chars.iter().map(|c| c.ch).collect::<String>(), settled), ("123455678".to_owned(), true));
        assert!(!line(read("4....5....6")).1);
    }

    #[test]
    fn what_may_stand_for_an_unknown_character_is_looked_at_unless_it_is_all_but_certain() {
        let alphabet = Alphabet::of_list(["项", "票"]);
        for (class, probability, doubtful) in [(1, 0.95, true), (1, 0.9995, false), (2, 0.95, false), (2, 0.85, true)] {
            let step = Told { class, probability, ..BLANK };
            assert_eq!(
                !Reading::at_a_glance(&[BLANK, step, BLANK], &alphabet, 1.0, 1.0).doubts.is_empty(),
                doubtful,
                "{class} {probability}"
            );
        }
        assert!(MIMICS.len() > 1000 && MIMICS.iter().all(|ch| !ch.is_ascii()));
    }

    #[test]
    fn signs_of_both_widths_are_the_same() {
        for (a, b, same) in [('：', ':', true), ('￥', '¥', true), ('Ａ', 'A', true), ('1', 'l', false), ('票', '票', true)] {
            assert_eq!(is_same(a, b), same, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn stretches_follow_each_other_and_hold_every_doubt(signs in "[A-Ja-j.?!]{0,60}", ratio in 0.1_f32..40.0) {
            let steps = steps(&signs);
            let glance = Reading::at_a_glance(&steps, &alphabet(), 1.0, ratio);
            let doubts = &glance.doubts;
            prop_assert!(doubts.iter().all(|part| 0.0 <= part.from && part.from < part.to && part.to <= 1.0), "{:?}", doubts);
            prop_assert!(doubts.windows(2).all(|pair| pair[0].to <= pair[1].from && pair[0].chars.end <= pair[1].chars.start));
            let unsure = glance.chars.iter().enumerate().filter(|(_, c)| c.confidence < SURE && !c.ch.is_whitespace());
            for (number, _) in unsure {
                prop_assert!(doubts.iter().any(|part| part.chars.contains(&number)));
            }
            // read again as it was read before, the line stays what it was
            let count = glance.chars.len();
            let text: String = glance.chars.iter().map(|c| c.ch).collect();
            let same: Vec<Reading> = doubts.iter().map(|part| reading(&text[part.chars.clone()])).collect();
            let (read, settled) = glance.settled(same);
            prop_assert!(settled);
            prop_assert_eq!(read.chars.iter().map(|c| c.ch).collect::<String>(), text);
            prop_assert_eq!(read.chars.len(), count);
            prop_assert!(read.chars.windows(2).all(|pair| pair[0].at <= pair[1].at), "{:?}", read.chars);
        }
    }
}
