//! What the lines say: PP-OCR's recogniser over cut-out lines.

pub mod alphabet;
pub mod ctc;
mod glance;
mod plan;
mod reading;
mod sight;
mod spacing;

pub use reading::Reading;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::RgbImage;

use crate::crop::crop;
use crate::deadline::Deadline;
use crate::engine::model::Model;
use crate::engine::{Engine, Load, Loader};
use crate::error::Error;
use crate::models;
use crate::planes;
use crate::quad::Quad;
use alphabet::Alphabet;
use ctc::{Teller, Told};
use plan::{Batch, Queue, WIDEST, batches};
use sight::{Lines, Sight};

/// The recogniser's input height in pixels.
const HEIGHT: u32 = 48;
/// The recogniser.
pub struct Recogniser {
    /// What reads lines first, if anything does.
    quick: Option<Quick>,
    sight: Sight,
    /// What reads doubtful lines again, when `sight` is not exact.
    exact: Option<Sight>,
    alphabet: Alphabet,
    /// How many callers are being answered.
    callers: AtomicUsize,
}

/// A small model that reads most of what is printed as well as the large one, and tells where it does not.
struct Quick {
    sight: Sight,
    alphabet: Alphabet,
}

impl Quick {
    fn of(engine: Box<dyn Engine>, alphabet: Alphabet) -> Quick {
        let sight = Sight::whole(engine, alphabet.classes()).watching(alphabet.classes_of(&glance::PARTING));
        Quick { sight, alphabet }
    }

    fn load(folder: &Path, loader: &Loader) -> Result<Quick, Error> {
        let alphabet = Alphabet::of_settings(&folder.join(models::QUICK_SETTINGS))?;
        let model = Model::read(&folder.join(models::QUICK_RECOGNISER))?.of_scores()?;
        // In eight bits it leaves more in doubt, and the closer look costs more than that spares.
        let engine = loader.load_as_it_is(&model, Load::Many)?;
        Ok(Quick::of(engine, alphabet))
    }
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
    /// Loads the models in as many engines as their reading takes.
    ///
    /// # Errors
    /// [`Error::Model`] when one is missing, damaged, or not that of a recogniser.
    pub(crate) fn load(folder: &Path, loader: &Loader) -> Result<Recogniser, Error> {
        let file = folder.join(models::RECOGNISER);
        let model = Model::read(&file)?;
        let (alphabet, order, usual) = Alphabet::of_model(&file)?.usual_first();
        let (first, second) = order.split_at(usual);
        let parts = model.of_scores()?.in_parts(first, second)?;
        let rounds = parts.iter().all(|part| loader.rounds(part));
        let [own, rest] = &parts;
        let classes = [first.len(), second.len()];
        let sight = Sight::in_parts([loader.load(own, Load::Many)?, loader.load(rest, Load::Many)?], classes);
        let as_it_is = |part| loader.load_as_it_is(part, Load::Many);
        let exact = if rounds { Some(Sight::in_parts([as_it_is(own)?, as_it_is(rest)?], classes)) } else { None };
        Ok(Recogniser { quick: Some(Quick::load(folder, loader)?), sight, exact, alphabet, callers: AtomicUsize::new(0) })
    }

    /// A recogniser over an engine that has loaded its model without the last softmax ([`Model::of_scores`]).
    pub fn new(engine: Box<dyn Engine>, alphabet: Alphabet) -> Recogniser {
        let sight = Sight::whole(engine, alphabet.classes());
        Recogniser { quick: None, sight, exact: None, alphabet, callers: AtomicUsize::new(0) }
    }

    /// The same recogniser, with another engine for the same model that computes exactly: it reads doubtful lines once more.
    #[must_use]
    pub fn with_exact(self, exact: Box<dyn Engine>) -> Recogniser {
        Recogniser { exact: Some(Sight::whole(exact, self.alphabet.classes())), ..self }
    }

    /// The same recogniser, with an engine for a smaller model, without its last softmax too, that reads lines first: only what it leaves in doubt is
    /// looked at closely.
    #[must_use]
    pub fn with_quick(self, engine: Box<dyn Engine>, alphabet: Alphabet) -> Recogniser {
        Recogniser { quick: Some(Quick::of(engine, alphabet)), ..self }
    }

    /// Reads the text inside each of `quads`, all cores at once when there is no other caller. The answers are in the order of `quads`.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's, [`Error::Time`] when the time is up.
    pub(crate) fn read(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let mut readings = self.glance(picture, quads, deadline)?;
        self.settle(picture, quads, &mut readings.iter_mut().collect::<Vec<_>>(), deadline)?;
        Ok(readings)
    }

    /// Reads the same at a glance: what that leaves in doubt is for [`Recogniser::settle`].
    ///
    /// # Errors
    /// As of [`Recogniser::read`].
    pub(crate) fn glance(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let Some(Quick { sight, alphabet }) = &self.quick else {
            let mut readings = self.read_by(&self.sight, picture, quads, deadline, |_, steps, content| self.told(steps, content))?;
            let doubtful = (0..readings.len()).filter(|line| readings.get(*line).is_some_and(Reading::is_doubtful)).collect::<Vec<_>>();
            if let Some(exact) = &self.exact {
                self.read_again(exact, picture, quads, &mut readings.iter_mut().collect::<Vec<_>>(), &doubtful, deadline)?;
            }
            return Ok(readings);
        };
        let ratio = |line: usize| quads.get(line).map_or(0.0, |quad| quad.length() / quad.height().max(1.0));
        self.read_by(sight, picture, quads, deadline, |line, steps, content| Reading::at_a_glance(steps, alphabet, content, ratio(line)))
    }

    /// Looks closer at what a glance at `quads` has left in doubt.
    ///
    /// # Errors
    /// As of [`Recogniser::read`].
    pub(crate) fn settle(
        &self,
        picture: &RgbImage,
        quads: &[Quad],
        readings: &mut [&mut Reading],
        deadline: Deadline,
    ) -> Result<(), Error> {
        let parts = quads.iter().zip(&*readings).flat_map(|(quad, seen)| seen.doubts.iter().map(|part| quad.part(part.from, part.to)));
        let parts: Vec<Quad> = parts.collect();
        let mut closer = self.read_by(&self.sight, picture, &parts, deadline, |_, steps, content| self.told(steps, content))?.into_iter();
        let mut again = Vec::new();
        for (line, reading) in readings.iter_mut().enumerate() {
            // the same look at the same line would find the same
            let settles = self.exact.is_none() && reading.is_all_doubt();
            let own: Vec<Reading> = closer.by_ref().take(reading.doubts.len()).collect();
            let (settled, is_settled) = std::mem::take(*reading).settled(own);
            **reading = settled;
            if !is_settled && !settles {
                again.push(line);
            }
        }
        self.read_again(self.exact.as_ref().unwrap_or(&self.sight), picture, quads, readings, &again, deadline)
    }

    /// Reads some of the lines, by their numbers, once more and whole.
    fn read_again(
        &self,
        sight: &Sight,
        picture: &RgbImage,
        quads: &[Quad],
        readings: &mut [&mut Reading],
        again: &[usize],
        deadline: Deadline,
    ) -> Result<(), Error> {
        let lines: Vec<Quad> = again.iter().filter_map(|line| quads.get(*line)).copied().collect();
        let read = self.read_by(sight, picture, &lines, deadline, |_, steps, content| self.told(steps, content))?;
        for (line, read) in again.iter().zip(read) {
            if let Some(reading) = readings.get_mut(*line) {
                **reading = read;
            }
        }
        Ok(())
    }

    /// What the steps of the large model say.
    fn told(&self, steps: &[Told], content: f32) -> Reading {
        Reading::of(ctc::decode(steps, &self.alphabet, content))
    }

    /// What a model tells of the text inside each of `quads`. `read` makes it of a line's number, what its steps tell, and the share of them that its
    /// picture covers.
    fn read_by<T: Clone + Default + Send>(
        &self,
        sight: &Sight,
        picture: &RgbImage,
        quads: &[Quad],
        deadline: Deadline,
        read: impl Fn(usize, &[Told], f32) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let widths: Vec<u32> = quads.iter().map(width).collect();
        let batches = batches(&widths);
        // Callers share the cores: lines of two pictures in turn on one core would be two forms of input in turn.
        let (_caller, callers) = Caller::enter(&self.callers);
        let workers = (sight.parallel() / callers).max(1).min(batches.len());
        let queue = Queue::new(&batches, workers);
        let readings = Mutex::new(vec![T::default(); quads.len()]);
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
                    *place = read(line, &steps, content);
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
    fn what_a_quick_look_is_sure_of_is_looked_at_no_closer() {
        let alphabet = || Alphabet::of_list(["1", "2", "票"]);
        let (picture, quads) = (RgbImage::new(200, 60), [Quad::of_bounds([10.0, 10.0, 150.0, 50.0])]);
        let read = |quick, own| {
            let recogniser = Recogniser::new(Box::new(Says(own)), alphabet()).with_quick(Box::new(Says(quick)), alphabet());
            let readings = recogniser.read(&picture, &quads, Deadline::new(None))?;
            Ok::<String, Error>(readings[0].chars.iter().map(|c| c.ch).collect())
        };
        assert_eq!(read(Some((1, 0.95)), None).unwrap(), "1");
        assert_eq!(read(Some((1, 0.8)), Some((2, 0.9))).unwrap(), "2");
        assert!(read(Some((1, 0.8)), None).is_err());
        assert!(read(None, Some((1, 0.95))).is_err());
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
