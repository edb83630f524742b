//! What a model tells of lines at each of their steps.

use super::ctc::{Seen, Teller, Told};
use crate::deadline::Deadline;
use crate::engine::Engine;
use crate::error::Error;

/// How many steps are asked about again in one run at most, and at least: an engine prepares anew for each number that it never met.
const STEPS: std::ops::RangeInclusive<usize> = 8..=64;

/// A recogniser's model in an engine.
pub(super) struct Sight {
    engine: Box<dyn Engine>,
    /// How many classes it tells of: the first ones.
    classes: usize,
    rest: Option<Rest>,
    /// The classes of signs that are watched at each step.
    signs: Vec<usize>,
}

/// What tells of the remaining classes, where none of the first ones is certain.
struct Rest {
    engine: Box<dyn Engine>,
    classes: usize,
}

/// What has been seen of lines.
#[derive(Default)]
pub(super) struct Lines {
    steps: Vec<Vec<Seen>>,
    doubts: Vec<Doubt>,
}

/// A step that is asked about again: its line, its number on the line, and what the remaining classes are told from.
struct Doubt {
    line: usize,
    step: usize,
    taken: Vec<f32>,
}

impl Sight {
    /// A model that tells of all classes.
    pub(super) fn whole(engine: Box<dyn Engine>, classes: usize) -> Sight {
        Sight { engine, classes, rest: None, signs: Vec::new() }
    }

    /// A model in two parts ([`crate::engine::model::Model::in_parts`]), which tell of so many classes each.
    pub(super) fn in_parts(engines: [Box<dyn Engine>; 2], classes: [usize; 2]) -> Sight {
        let ([engine, rest], [first, second]) = (engines, classes);
        Sight { engine, classes: first, rest: Some(Rest { engine: rest, classes: second }), signs: Vec::new() }
    }

    /// The same model, at each of whose steps some signs are watched. It has no further classes.
    pub(super) fn watching(self, signs: Vec<usize>) -> Sight {
        Sight { signs, ..self }
    }

    /// How many calls at once make the best use of the machine.
    pub(super) fn parallel(&self) -> usize {
        self.engine.parallel()
    }

    /// Looks at lines in one run and adds the first `count` of them to what has been seen. `shape` and `fill` are those of [`Engine::run`].
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's.
    pub(super) fn look(
        &self,
        shape: [usize; 4],
        count: usize,
        fill: &mut dyn FnMut(&mut [f32]),
        teller: &mut Teller,
        lines: &mut Lines,
    ) -> Result<(), Error> {
        let [room, ..] = shape;
        let fits = |n: usize| if self.rest.is_some() { n > self.classes } else { n == self.classes };
        let mut wrong = None;
        let mut take = |shape: &[usize], values: &[f32]| match *shape {
            [all, steps, n] if all == room && fits(n) && steps > 0 && values.len() == all * steps * n => {
                for values in values.chunks_exact(steps * n).take(count) {
                    let rows = || values.chunks_exact(n).map(|values| values.split_at(self.classes));
                    let seen: Vec<Seen> = rows()
                        .map(|(scores, _)| if self.rest.is_some() { teller.see(0, scores) } else { teller.see_all(scores, &self.signs) })
                        .collect();
                    if self.rest.is_some() {
                        let line = lines.steps.len();
                        let doubt = |(step, (_, taken)): (usize, (&[f32], &[f32]))| Doubt { line, step, taken: taken.to_vec() };
                        lines.doubts.extend(rows().enumerate().filter(|(step, _)| is_doubtful(&seen, *step)).map(doubt));
                    }
                    lines.steps.push(seen);
                }
            }
            _ => wrong = Some(format!("the recogniser answered in the form {shape:?} to {room} lines of {} classes", self.classes)),
        };
        self.engine.run(shape, fill, &mut take)?;
        wrong.map_or(Ok(()), |wrong| Err(Error::Engine(wrong)))
    }

    /// What is told of each line at each of its steps, in the order in which they were seen, after the remaining classes were asked about where that is
    /// needed.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's, [`Error::Time`] when the time is up.
    pub(super) fn tell(&self, lines: Lines, deadline: Deadline, teller: &mut Teller) -> Result<Vec<Vec<Told>>, Error> {
        let Lines { mut steps, doubts } = lines;
        if let Some(rest) = &self.rest {
            for doubts in doubts.chunks(*STEPS.end()) {
                deadline.check()?;
                for (doubt, other) in doubts.iter().zip(rest.ask(self.classes, doubts, teller)?) {
                    if let Some(own) = steps.get_mut(doubt.line).and_then(|steps| steps.get_mut(doubt.step)) {
                        *own = own.or(other);
                    }
                }
            }
        }
        Ok(steps.into_iter().map(|steps| steps.into_iter().map(Seen::told).collect()).collect())
    }
}

/// Whether another class may be more probable at a step of a line. Beside a certain step of the same character it is not another's; beside one where
/// certainly nothing is written it may be.
fn is_doubtful(steps: &[Seen], step: usize) -> bool {
    let Some(own) = steps.get(step) else { return false };
    let settles = |other: Option<&Seen>| other.is_some_and(|other| other.is_certain() && other.is_same_character(*own));
    !own.is_certain() && !settles(step.checked_sub(1).and_then(|before| steps.get(before))) && !settles(steps.get(step + 1))
}

impl Rest {
    /// What is seen at each of these steps among the remaining classes, from the class `first` on.
    fn ask(&self, first: usize, doubts: &[Doubt], teller: &mut Teller) -> Result<Vec<Seen>, Error> {
        let width = doubts.first().map_or(0, |doubt| doubt.taken.len());
        let room = doubts.len().next_power_of_two().max(*STEPS.start());
        let mut fill = |values: &mut [f32]| {
            values.fill(0.0);
            for (values, doubt) in values.chunks_exact_mut(width.max(1)).zip(doubts) {
                values.copy_from_slice(&doubt.taken);
            }
        };
        let (mut seen, mut wrong) = (Vec::with_capacity(doubts.len()), None);
        let mut take = |shape: &[usize], values: &[f32]| match *shape {
            [1, 1, steps, n] if steps == room && n == self.classes && values.len() == steps * n => {
                seen.extend(values.chunks_exact(n).take(doubts.len()).map(|scores| teller.see(first, scores)));
            }
            _ => wrong = Some(format!("the recogniser answered in the form {shape:?} to {room} steps of {} classes", self.classes)),
        };
        self.engine.run([1, 1, room, width], &mut fill, &mut take)?;
        wrong.map_or(Ok(seen), |wrong| Err(Error::Engine(wrong)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use super::*;

    /// The values of each call.
    type Shown = Arc<Mutex<Vec<Vec<f32>>>>;

    /// Tells these scores of each step, whatever it is shown; what it is shown at each call is kept.
    struct Tells {
        steps: Vec<Vec<f32>>,
        shown: Shown,
    }

    impl Tells {
        fn engine(steps: &[&[f32]]) -> (Box<dyn Engine>, Shown) {
            let shown = Shown::default();
            (Box::new(Tells { steps: steps.iter().map(|step| step.to_vec()).collect(), shown: Arc::clone(&shown) }), shown)
        }
    }

    impl Engine for Tells {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let mut values = vec![f32::NAN; shape.iter().product()];
            fill(&mut values);
            self.shown.lock().unwrap().push(values);
            let width = self.steps[0].len();
            // the rest is asked about steps, the first part about lines
            if let [1, 1, room, _] = shape {
                let given = self.steps.iter().flatten().copied().chain(std::iter::repeat(-9.0));
                take(&[1, 1, room, width], &given.take(room * width).collect::<Vec<f32>>());
            } else {
                take(&[shape[0], self.steps.len(), width], &self.steps.concat().repeat(shape[0]));
            }
            Ok(())
        }

        fn parallel(&self) -> usize {
            1
        }
    }

    /// The classes told of one line, and what the rest was shown.
    fn told(first: &[&[f32]], rest: &[&[f32]]) -> (Vec<usize>, Vec<Vec<f32>>) {
        let (rest, shown) = Tells::engine(rest);
        let sight = Sight::in_parts([Tells::engine(first).0, rest], [2, 3]);
        let (mut teller, mut lines) = (Teller::default(), Lines::default());
        sight.look([1, 3, 48, 32], 1, &mut |values| values.fill(0.0), &mut teller, &mut lines).unwrap();
        let told = sight.tell(lines, Deadline::new(None), &mut teller).unwrap();
        let shown = shown.lock().unwrap().clone();
        (told[0].iter().map(|told| told.class).collect(), shown)
    }

    #[test]
    fn the_rest_is_asked_about_steps_where_no_usual_class_is_certain() {
        // the scores of a blank and of a character, then what the rest takes in
        let first: [&[f32]; 4] = [&[30.0, 0.0, 0.1, 0.2], &[1.0, 5.0, 0.3, 0.4], &[30.0, 0.0, 0.5, 0.6], &[2.0, 1.0, 0.7, 0.8]];
        let (classes, shown) = told(&first, &[&[0.0, 0.0, 7.0], &[0.0, 0.0, 1.0]]);
        assert_eq!(classes, [0, 4, 0, 0]);
        let [shown] = shown.as_slice() else { panic!("asked {} times", shown.len()) };
        assert_eq!(shown[..4], [0.3, 0.4, 0.7, 0.8]);
        assert!(shown.len() == STEPS.start() * 2 && shown[4..].iter().all(|value| *value == 0.0));
    }

    #[test]
    fn the_rest_is_not_asked_about_certain_steps_and_those_beside_them() {
        let first: [&[f32]; 3] = [&[0.0, 9.0, 1.0, 1.0], &[0.0, 20.0, 1.0, 1.0], &[20.0, 0.0, 1.0, 1.0]];
        assert_eq!(told(&first, &[&[99.0; 3]]), (vec![1, 1, 0], vec![]));
        // beside a certain step of another class it is
        let first: [&[f32]; 2] = [&[20.0, 0.0, 1.0, 1.0], &[0.0, 9.0, 1.0, 1.0]];
        assert_eq!(told(&first, &[&[0.0, 99.0, 0.0]]).0, [0, 3]);
    }

    #[test]
    fn many_steps_are_asked_about_in_several_runs() {
        let doubtful: &[f32] = &[0.0, 1.0, 0.5, 0.5];
        let (classes, shown) = told(&vec![doubtful; 70], &vec![&[0.0, 0.0, 9.0][..]; 70]);
        assert_eq!(classes, [4; 70]);
        assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [64 * 2, 8 * 2]);
    }

    #[test]
    fn nothing_is_asked_about_when_the_time_is_up() {
        let (rest, shown) = Tells::engine(&[&[0.0, 0.0, 9.0]]);
        let sight = Sight::in_parts([Tells::engine(&[&[0.0, 1.0, 0.5, 0.5]]).0, rest], [2, 3]);
        let (mut teller, mut lines) = (Teller::default(), Lines::default());
        sight.look([1, 3, 48, 32], 1, &mut |values| values.fill(0.0), &mut teller, &mut lines).unwrap();
        let past = Instant::now() - Duration::from_secs(1);
        assert!(matches!(sight.tell(lines, Deadline::new(Some(past)), &mut teller), Err(Error::Time(_))));
        assert!(shown.lock().unwrap().is_empty());
    }

    #[test]
    fn answers_of_another_form_are_errors() {
        let look = |sight: &Sight| {
            let (mut teller, mut lines) = (Teller::default(), Lines::default());
            sight.look([1, 3, 48, 32], 1, &mut |values| values.fill(0.0), &mut teller, &mut lines)?;
            sight.tell(lines, Deadline::new(None), &mut teller)
        };
        let engine = |step: &[f32]| Tells::engine(&[step]).0;
        let cases = [
            Sight::whole(engine(&[0.0; 3]), 2),
            Sight::in_parts([engine(&[0.0; 2]), engine(&[0.0; 3])], [2, 3]),
            Sight::in_parts([engine(&[0.0; 4]), engine(&[0.0; 2])], [2, 3]),
        ];
        for (number, sight) in cases.iter().enumerate() {
            assert!(matches!(look(sight), Err(Error::Engine(_))), "{number}");
        }
        assert!(look(&Sight::in_parts([engine(&[0.0; 4]), engine(&[0.0; 3])], [2, 3])).is_ok());
    }
}
