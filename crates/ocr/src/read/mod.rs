//! What the lines say: PP-OCR's recogniser over cut-out lines.

pub mod alphabet;
pub mod ctc;
mod plan;
mod sight;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::RgbImage;

use crate::crop::crop;
use crate::deadline::Deadline;
use crate::engine::model::Model;
use crate::engine::{Engine, Load, Loader};
use crate::error::Error;
use crate::planes;
use crate::quad::Quad;
use crate::text::{Char, STARS};
use alphabet::Alphabet;
use ctc::Teller;
use plan::{Batch, Queue, WIDEST, batches};
use sight::{Lines, Sight};

/// The recogniser's input height in pixels.
const HEIGHT: u32 = 48;
/// A line with a number is read again exactly when a character of it is less probable than this: on 500 real lines, 37 were read otherwise in eight bits
/// than in floats, and most of them are such lines.
const DOUBTFUL: f32 = 0.5;

/// What one line says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The characters in the direction of the text.
    pub chars: Vec<Char>,
    /// Their mean probability; 0 without characters.
    pub confidence: f32,
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
    fn of(chars: Vec<Char>) -> Reading {
        let chars = starred(chars);
        let sum: f32 = chars.iter().map(|c| c.confidence).sum();
        let confidence = if chars.is_empty() { 0.0 } else { sum / chars.len() as f32 };
        Reading { chars, confidence }
    }

    /// Whether another look may matter. A wrong digit makes a wrong amount, code or date; words are settled by what they can be, and a cipher is
    /// hardly ever read for certain.
    fn is_doubtful(&self) -> bool {
        let number = self.chars.iter().any(|c| c.ch.is_ascii_digit());
        let cipher = self.chars.iter().any(|c| matches!(c.ch, '<' | '>'));
        number && !cipher && self.chars.iter().any(|c| c.confidence < DOUBTFUL)
    }
}

/// The recogniser.
pub struct Recogniser {
    sight: Sight,
    /// What reads doubtful lines again, when `sight` is not exact.
    exact: Option<Sight>,
    alphabet: Alphabet,
    /// How many callers are being answered.
    callers: AtomicUsize,
}

/// A caller that is being answered. It is counted out even when answering panics.
struct Caller<'a>(&'a AtomicUsize);

impl<'a> Caller<'a> {
    /// Counts a caller in. Returns how many there are, too.
    fn enter(callers: &'a AtomicUsize) -> (Caller<'a>, usize) {
        let before = callers.fetch_add(1, Ordering::Relaxed);
        (Caller(callers), before + 1)
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How wide a line is at the recogniser's height.
fn width(quad: &Quad) -> u32 {
    let ratio = quad.length() / quad.height().max(1.0);
    ((ratio * HEIGHT as f32).ceil() as u32).clamp(8, WIDEST)
}

impl Recogniser {
    /// Loads the model in as many engines as its reading takes.
    ///
    /// # Errors
    /// [`Error::Model`] when it is missing, damaged, or not that of a recogniser.
    pub(crate) fn load(file: &Path, loader: &Loader) -> Result<Recogniser, Error> {
        let model = Model::read(file)?;
        let (alphabet, order, usual) = Alphabet::of_model(file)?.usual_first();
        let (first, second) = order.split_at(usual);
        let parts = model.of_scores()?.in_parts(first, second)?;
        let rounds = parts.iter().all(|part| loader.rounds(part));
        let [own, rest] = &parts;
        let classes = [first.len(), second.len()];
        let sight = Sight::in_parts([loader.load(own, Load::Many)?, loader.load(rest, Load::Many)?], classes);
        let as_it_is = |part| loader.load_as_it_is(part, Load::Many);
        let exact = if rounds { Some(Sight::in_parts([as_it_is(own)?, as_it_is(rest)?], classes)) } else { None };
        Ok(Recogniser { sight, exact, alphabet, callers: AtomicUsize::new(0) })
    }

    /// A recogniser over an engine that has loaded its model without the last softmax ([`Model::of_scores`]).
    pub fn new(engine: Box<dyn Engine>, alphabet: Alphabet) -> Recogniser {
        Recogniser { sight: Sight::whole(engine, alphabet.classes()), exact: None, alphabet, callers: AtomicUsize::new(0) }
    }

    /// The same recogniser, with another engine for the same model that computes exactly: it reads doubtful lines once more.
    #[must_use]
    pub fn with_exact(self, exact: Box<dyn Engine>) -> Recogniser {
        Recogniser { exact: Some(Sight::whole(exact, self.alphabet.classes())), ..self }
    }

    /// Reads the text inside each of `quads`, all cores at once when there is no other caller. The answers are in the order of `quads`.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's, [`Error::Time`] when the time is up.
    pub(crate) fn read(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let mut readings = self.read_by(&self.sight, picture, quads, deadline)?;
        let Some(exact) = &self.exact else { return Ok(readings) };
        let doubtful: Vec<usize> = (0..quads.len()).filter(|&line| readings[line].is_doubtful()).collect();
        let again: Vec<Quad> = doubtful.iter().map(|&line| quads[line]).collect();
        for (line, reading) in doubtful.into_iter().zip(self.read_by(exact, picture, &again, deadline)?) {
            readings[line] = reading;
        }
        Ok(readings)
    }

    fn read_by(&self, sight: &Sight, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let widths: Vec<u32> = quads.iter().map(width).collect();
        let batches = batches(&widths);
        // Callers share the cores: lines of two pictures in turn on one core would be two forms of input in turn.
        let (_caller, callers) = Caller::enter(&self.callers);
        let workers = (sight.parallel() / callers).max(1).min(batches.len());
        let queue = Queue::new(&batches, workers);
        let readings = Mutex::new(vec![Reading::default(); quads.len()]);
        let work = |worker| -> Result<(), Error> {
            let (mut teller, mut lines) = (Teller::default(), Lines::default());
            let mut seen = Vec::new();
            while let Some(batch) = queue.next(worker) {
                deadline.check()?;
                seen.extend(self.look(sight, picture, quads, batch, &mut teller, &mut lines)?);
            }
            let told = sight.tell(lines, deadline, &mut teller)?;
            let mut readings = readings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for ((line, content), steps) in seen.into_iter().zip(told) {
                if let Some(place) = readings.get_mut(line) {
                    *place = Reading::of(ctc::decode(&steps, &self.alphabet, content));
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let work = &work;
            let others: Vec<_> = (1..workers).map(|worker| scope.spawn(move || work(worker))).collect();
            let mut result = work(0);
            for other in others {
                // A panic of a worker is this call's panic: the scope would raise it in any case.
                result = result.and(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            result
        })?;
        Ok(readings.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Looks at the lines of a batch. Returns the number of each, and which share of its steps its picture covers.
    fn look(
        &self,
        sight: &Sight,
        picture: &RgbImage,
        quads: &[Quad],
        batch: &Batch,
        teller: &mut Teller,
        lines: &mut Lines,
    ) -> Result<Vec<(usize, f32)>, Error> {
        let crops: Vec<RgbImage> =
            batch.lines.iter().map(|&(line, width)| crop(picture, &quads[line], width, HEIGHT)).collect::<Result<_, _>>()?;
        let (width, height) = (batch.width as usize, HEIGHT as usize);
        let mut fill = |values: &mut [f32]| {
            // Zero is the mean grey that the model was padded with in training.
            values.fill(0.0);
            for (crop, planes) in crops.iter().zip(values.chunks_exact_mut(3 * width * height)) {
                planes::write(crop, width, height, planes);
            }
        };
        sight.look([batch.room, 3, height, width], crops.len(), &mut fill, teller, lines)?;
        Ok(batch.lines.iter().zip(&crops).map(|((line, _), crop)| (*line, crop.width() as f32 / width as f32)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Point;

    /// Says one class with one probability of every line, or fails.
    struct Says(Option<(usize, f32)>);

    impl Engine for Says {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let (class, probability) = self.0.ok_or_else(|| Error::Engine("not to be asked".to_owned()))?;
            fill(&mut vec![0.0; shape.iter().product()]);
            let mut step = [(1.0 - probability) / 4.0; 5];
            step[class] = probability;
            take(&[shape[0], 1, step.len()], &step.map(f32::ln).repeat(shape[0]));
            Ok(())
        }

        fn parallel(&self) -> usize {
            1
        }
    }

    #[test]
    fn doubtful_numbers_are_read_again_exactly() {
        let alphabet = || Alphabet::of_list(["1", "2", "票"]);
        let (picture, quads) = (RgbImage::new(200, 60), [Quad::of_bounds([10.0, 10.0, 150.0, 50.0])]);
        let read = |fast, exact| {
            let recogniser = Recogniser::new(Box::new(Says(fast)), alphabet()).with_exact(Box::new(Says(exact)));
            let readings = recogniser.read(&picture, &quads, Deadline::new(None))?;
            Ok::<String, Error>(readings[0].chars.iter().map(|c| c.ch).collect())
        };
        assert_eq!(read(Some((1, 0.4)), Some((2, 0.9))).unwrap(), "2");
        assert_eq!(read(Some((1, 0.9)), None).unwrap(), "1");
        assert_eq!(read(Some((3, 0.4)), None).unwrap(), "票");
        assert!(read(Some((1, 0.4)), None).is_err());
    }

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
    fn callers_are_counted_while_they_are_answered() {
        let callers = AtomicUsize::new(0);
        let (first, one) = Caller::enter(&callers);
        let (_second, two) = Caller::enter(&callers);
        drop(first);
        assert_eq!((one, two, Caller::enter(&callers).1), (1, 2, 2));
        let panicked = std::panic::catch_unwind(|| {
            let _caller = Caller::enter(&callers);
            panic!("while a line is read");
        });
        assert!(panicked.is_err() && callers.load(Ordering::Relaxed) == 1);
    }

    #[test]
    fn widths_follow_the_box_and_stay_within_limits() {
        let quad = |w: f32, h: f32| Quad([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| Point { x, y }));
        let cases = [(100.0, 24.0, 200), (0.0, 24.0, 8), (24.0, 0.0, 1152), (1e9, 1.0, WIDEST), (f32::NAN, 1.0, 8)];
        for (w, h, expected) in cases {
            assert_eq!(width(&quad(w, h)), expected, "{w} × {h}");
        }
    }
}
