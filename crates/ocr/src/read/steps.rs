//! The steps of lines, on their way from what an engine says of each to the character that is written there.

use super::Reading;
use super::alphabet::Alphabet;
use super::ctc::{self, BLANK, Teller, Told};
use crate::engine::Engine;
use crate::engine::halves::Blank;
use crate::error::Error;

/// How many steps a head is asked about at once: always as many, since another form of input costs an engine more than some steps for nothing.
const BLOCK: usize = 32;
/// The score of the blank from which on nothing is written, whatever the others' scores are. Of 31 000 steps with a character, of real pictures and of
/// drawn ones at every level, none has more than 24.5; of 71 000 without, three fifths do.
const CERTAIN: f32 = 25.0;

/// The last part of a recogniser whose first part, the encoder, says of each step what it looks like.
pub struct Head {
    /// Takes in 1 × 1 × steps × what the encoder says, and gives 1 × steps × the scores of all classes.
    pub engine: Box<dyn Engine>,
    /// Which steps need not be asked about.
    pub blank: Blank,
}

/// One line, and what was told of its steps.
struct Steps {
    line: usize,
    /// The share of the steps that the line's picture covers.
    content: f32,
    told: Vec<Told>,
}

/// The lines that one worker reads. Steps of several lines wait for the head together.
pub(super) struct Desk<'a> {
    head: Option<&'a Head>,
    classes: usize,
    teller: Teller,
    lines: Vec<Steps>,
    /// What the encoder says of the steps that wait, one after the other.
    waiting: Vec<f32>,
    /// The line, by its place in `lines`, and the step of each that waits.
    places: Vec<(usize, usize)>,
}

impl<'a> Desk<'a> {
    /// For an engine that gives what this head takes in, or without one all classes' scores.
    pub(super) fn new(head: Option<&'a Head>, classes: usize) -> Desk<'a> {
        Desk { head, classes, teller: Teller::default(), lines: Vec::new(), waiting: Vec::new(), places: Vec::new() }
    }

    /// How many numbers the engine says of each step.
    pub(super) fn width(&self) -> usize {
        self.head.map_or(self.classes, |head| head.blank.weights.len())
    }

    /// Takes in what the engine says of a line's steps, [`Desk::width`] numbers each.
    pub(super) fn put(&mut self, line: usize, content: f32, steps: &[f32]) {
        let steps = steps.chunks_exact(self.width().max(1));
        let mut told = vec![BLANK; steps.len()];
        for ((at, step), told) in steps.enumerate().zip(&mut told) {
            match self.head {
                None => *told = self.teller.tell(step),
                Some(head) if head.blank.score(step) < CERTAIN => {
                    self.waiting.extend_from_slice(step);
                    self.places.push((self.lines.len(), at));
                }
                Some(_) => {}
            }
        }
        self.lines.push(Steps { line, content, told });
    }

    /// Asks the head about the steps that wait, as far as they fill its input; `all`, to the last.
    ///
    /// # Errors
    /// [`Error::Engine`] when the head fails, or answers in another form.
    pub(super) fn ask(&mut self, all: bool) -> Result<(), Error> {
        let Some(head) = self.head else { return Ok(()) };
        let (width, classes) = (self.width(), self.classes);
        let mut done = 0;
        for places in self.places.chunks(BLOCK).take_while(|places| all || places.len() == BLOCK) {
            let waiting = self.waiting.get(done * width..(done + places.len()) * width).unwrap_or_default();
            let mut fill = |values: &mut [f32]| {
                values.fill(0.0);
                values.iter_mut().zip(waiting).for_each(|(value, own)| *value = *own);
            };
            let (teller, lines) = (&mut self.teller, &mut self.lines);
            let mut wrong = None;
            let mut take = |shape: &[usize], values: &[f32]| {
                if *shape != [1, BLOCK, classes] || values.len() != BLOCK * classes {
                    wrong = Some(format!("the recogniser's head answered in the form {shape:?} to {BLOCK} steps of {classes} classes"));
                    return;
                }
                for ((line, step), scores) in places.iter().zip(values.chunks_exact(classes.max(1))) {
                    if let Some(told) = lines.get_mut(*line).and_then(|line| line.told.get_mut(*step)) {
                        *told = teller.tell(scores);
                    }
                }
            };
            head.engine.run([1, 1, BLOCK, width], &mut fill, &mut take)?;
            if let Some(wrong) = wrong {
                return Err(Error::Engine(wrong));
            }
            done += places.len();
        }
        self.waiting.drain(..done * width);
        self.places.drain(..done);
        Ok(())
    }

    /// What all lines say, each with its number.
    pub(super) fn readings(self, alphabet: &Alphabet) -> impl Iterator<Item = (usize, Reading)> {
        self.lines.into_iter().map(|steps| (steps.line, Reading::of(ctc::decode(&steps.told, alphabet, steps.content))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Class 1 or 2, as the second number of a step says; notes the first numbers of all steps that it was asked about.
    struct Tells {
        asked: Arc<Mutex<Vec<Vec<f32>>>>,
        classes: usize,
    }

    impl Engine for Tells {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let mut steps = vec![9.0; shape.iter().product()];
            fill(&mut steps);
            let steps: Vec<&[f32]> = steps.chunks_exact(2).collect();
            self.asked.lock().unwrap().push(steps.iter().map(|step| step[0]).collect());
            let scores =
                |step: &&[f32]| (0..self.classes).map(|class| if class as f32 == step[1] { 9.0 } else { 0.0 }).collect::<Vec<f32>>();
            let answer: Vec<f32> = steps.iter().flat_map(scores).collect();
            take(&[1, shape[2], self.classes], &answer);
            Ok(())
        }

        fn parallel(&self) -> usize {
            1
        }
    }

    fn head(classes: usize) -> (Head, Arc<Mutex<Vec<Vec<f32>>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let engine = Box::new(Tells { asked: Arc::clone(&asked), classes });
        (Head { engine, blank: Blank { weights: vec![1.0, 0.0], bias: 0.0 } }, asked)
    }

    fn text(desk: Desk<'_>) -> Vec<(usize, String)> {
        let alphabet = Alphabet::of_list(["A"]);
        desk.readings(&alphabet).map(|(line, reading)| (line, reading.chars.iter().map(|c| c.ch).collect())).collect()
    }

    #[test]
    fn steps_of_several_lines_are_asked_about_together() {
        let (head, asked) = head(3);
        let mut desk = Desk::new(Some(&head), 3);
        // A certain blank between two letters parts them and is not asked about.
        desk.put(7, 1.0, &[1.0, 1.0, 30.0, 1.0, 2.0, 1.0]);
        desk.ask(false).unwrap();
        assert!(asked.lock().unwrap().is_empty());
        desk.put(5, 1.0, &[3.0, 1.0].repeat(BLOCK));
        desk.ask(false).unwrap();
        assert_eq!(*asked.lock().unwrap(), [[vec![1.0, 2.0], vec![3.0; BLOCK - 2]].concat()]);
        desk.put(6, 1.0, &[24.9, 2.0]);
        desk.ask(true).unwrap();
        // What is not filled is nothing.
        assert_eq!(asked.lock().unwrap()[1], [vec![3.0, 3.0, 24.9], vec![0.0; BLOCK - 3]].concat());
        desk.ask(true).unwrap();
        assert_eq!(asked.lock().unwrap().len(), 2);
        let expected = [(7, "AA"), (5, "A"), (6, " ")].map(|(line, text)| (line, text.to_owned()));
        assert_eq!(text(desk), expected);
    }

    #[test]
    fn without_a_head_the_engine_tells_all_classes() {
        let mut desk = Desk::new(None, 3);
        desk.put(0, 1.0, &[0.0, 9.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 9.0]);
        desk.ask(true).unwrap();
        assert_eq!((desk.width(), text(desk)), (3, vec![(0, "A ".to_owned())]));
    }

    #[test]
    fn a_head_of_another_alphabet_is_an_error() {
        let (head, _) = head(4);
        let mut desk = Desk::new(Some(&head), 3);
        desk.put(0, 1.0, &[1.0, 1.0]);
        assert!(matches!(desk.ask(true), Err(Error::Engine(_))));
    }
}
