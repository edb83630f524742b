//! What the lines say: PP-OCR's recogniser over cut-out lines.

pub mod alphabet;
pub mod ctc;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::RgbImage;

use crate::crop::crop;
use crate::deadline::Deadline;
use crate::engine::Engine;
use crate::error::Error;
use crate::planes;
use crate::quad::Quad;
use crate::text::Char;
use alphabet::Alphabet;

/// The recogniser's input height in pixels.
const HEIGHT: u32 = 48;
/// The narrowest input: narrower lines are padded to it.
const NARROWEST: u32 = 64;
/// The widest input: longer lines are squeezed into it.
const WIDEST: u32 = 3200;
/// Lines up to this width are read several at once: alone they are too little work to be worth a run.
const NARROW: u32 = 320;
/// How many narrow lines are read at once.
const TOGETHER: usize = 4;

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

impl Reading {
    fn of(chars: Vec<Char>) -> Reading {
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
    engine: Box<dyn Engine>,
    /// What reads doubtful lines again, when `engine` is not exact.
    exact: Option<Box<dyn Engine>>,
    alphabet: Alphabet,
}

/// Lines that are read in one run: their numbers and their widths in pixels.
#[derive(Debug, PartialEq)]
struct Batch {
    width: u32,
    lines: Vec<(usize, u32)>,
}

/// How wide a line is at the recogniser's height.
fn width(quad: &Quad) -> u32 {
    let ratio = quad.length() / quad.height().max(1.0);
    ((ratio * HEIGHT as f32).ceil() as u32).clamp(8, WIDEST)
}

/// The input width for a line of that width. There are few of them: on each of its streams an engine prepares itself for every shape that it has not
/// seen before, at the cost of some 250 pixels of width, and forgets the oldest when there are too many to be kept.
fn bucket(width: u32) -> u32 {
    let step = match width {
        ..=640 => 64,
        641..=1536 => 128,
        _ => 256,
    };
    width.next_multiple_of(step).clamp(NARROWEST, WIDEST)
}

/// Groups lines of one input width, widest first, so that the last runs are the shortest.
fn batches(widths: &[u32]) -> Vec<Batch> {
    let mut lines: Vec<(usize, u32)> = widths.iter().copied().enumerate().collect();
    lines.sort_by_key(|&(_, width)| std::cmp::Reverse(width));
    let mut batches = Vec::new();
    for like in lines.chunk_by(|a, b| bucket(a.1) == bucket(b.1)) {
        let width = like.first().map_or(NARROWEST, |&(_, width)| bucket(width));
        let mut rest = like;
        while !rest.is_empty() {
            let count = if width <= NARROW && rest.len() >= TOGETHER { TOGETHER } else { 1 };
            let (now, later) = rest.split_at(count);
            batches.push(Batch { width, lines: now.to_vec() });
            rest = later;
        }
    }
    batches
}

impl Recogniser {
    /// A recogniser over an engine that has loaded its model.
    pub fn new(engine: Box<dyn Engine>, alphabet: Alphabet) -> Recogniser {
        Recogniser { engine, exact: None, alphabet }
    }

    /// The same recogniser, with another engine for the same model that computes exactly: it reads doubtful lines once more.
    #[must_use]
    pub fn with_exact(self, exact: Box<dyn Engine>) -> Recogniser {
        Recogniser { exact: Some(exact), ..self }
    }

    /// Reads the text inside each of `quads`, all cores at once. The answers are in the order of `quads`.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's, [`Error::Time`] when the time is up.
    pub(crate) fn read(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let mut readings = self.read_by(self.engine.as_ref(), picture, quads, deadline)?;
        let Some(exact) = &self.exact else { return Ok(readings) };
        let doubtful: Vec<usize> = (0..quads.len()).filter(|&line| readings[line].is_doubtful()).collect();
        let again: Vec<Quad> = doubtful.iter().map(|&line| quads[line]).collect();
        for (line, reading) in doubtful.into_iter().zip(self.read_by(exact.as_ref(), picture, &again, deadline)?) {
            readings[line] = reading;
        }
        Ok(readings)
    }

    fn read_by(&self, engine: &dyn Engine, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let widths: Vec<u32> = quads.iter().map(width).collect();
        let batches = batches(&widths);
        let next = AtomicUsize::new(0);
        let readings = Mutex::new(vec![Reading::default(); quads.len()]);
        let work = || -> Result<(), Error> {
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                deadline.check()?;
                let read = self.run(engine, picture, quads, batch)?;
                let mut readings = readings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for ((line, _), reading) in batch.lines.iter().zip(read) {
                    if let Some(place) = readings.get_mut(*line) {
                        *place = reading;
                    }
                }
            }
            Ok(())
        };
        let workers = engine.parallel().min(batches.len());
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            let mut result = work();
            for other in others {
                // A panic of a worker is this call's panic: the scope would raise it in any case.
                result = result.and(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            result
        })?;
        Ok(readings.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn run(&self, engine: &dyn Engine, picture: &RgbImage, quads: &[Quad], batch: &Batch) -> Result<Vec<Reading>, Error> {
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
        let classes = self.alphabet.classes();
        let mut readings = Vec::with_capacity(crops.len());
        let mut wrong = None;
        let mut take = |shape: &[usize], values: &[f32]| match *shape {
            [lines, steps, n] if lines == crops.len() && n == classes && steps > 0 && values.len() == lines * steps * n => {
                for (crop, steps) in crops.iter().zip(values.chunks_exact(steps * n)) {
                    let content = crop.width() as f32 / width as f32;
                    readings.push(Reading::of(ctc::decode(steps, &self.alphabet, content)));
                }
            }
            _ => wrong = Some(format!("the recogniser answered in the form {shape:?} to {} lines of {classes} classes", crops.len())),
        };
        engine.run([crops.len(), 3, height, width], &mut fill, &mut take)?;
        match wrong {
            Some(wrong) => Err(Error::Engine(wrong)),
            None => Ok(readings),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Point;

    /// Says one class with one probability of every line, or fails.
    struct Says(Option<(usize, f32)>);

    impl Engine for Says {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let (class, probability) = self.0.ok_or_else(|| Error::Engine("not to be asked".to_owned()))?;
            fill(&mut vec![0.0; shape.iter().product()]);
            let mut step = [0.0; 5];
            step[class] = probability;
            take(&[shape[0], 1, step.len()], &step.repeat(shape[0]));
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
    fn lines_are_padded_to_few_widths() {
        let cases =
            [(8, 64), (64, 64), (65, 128), (192, 192), (193, 256), (640, 640), (641, 768), (1537, 1792), (3073, WIDEST), (WIDEST, WIDEST)];
        for (width, expected) in cases {
            assert_eq!(bucket(width), expected, "{width}");
        }
        let all: std::collections::BTreeSet<u32> = (8..=WIDEST).map(bucket).collect();
        assert!(all.len() <= 25 && all.last() == Some(&WIDEST), "{all:?}");
    }

    #[test]
    fn narrow_lines_are_read_together_and_wide_ones_alone() {
        let batch = |width, lines: &[(usize, u32)]| Batch { width, lines: lines.to_vec() };
        let expected = [
            batch(768, &[(2, 700)]),
            batch(768, &[(4, 690)]),
            batch(128, &[(0, 90), (1, 90), (3, 90), (5, 90)]),
            batch(128, &[(6, 80)]),
            batch(128, &[(8, 80)]),
            batch(128, &[(9, 80)]),
            batch(64, &[(7, 20)]),
        ];
        assert_eq!(batches(&[90, 90, 700, 90, 690, 90, 80, 20, 80, 80]), expected);
        assert_eq!(batches(&[]), []);
    }

    #[test]
    fn widths_follow_the_box_and_stay_within_limits() {
        let quad = |w: f32, h: f32| Quad([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| Point { x, y }));
        let cases = [(100.0, 24.0, 200), (0.0, 24.0, 8), (24.0, 0.0, 1152), (1e9, 1.0, WIDEST), (f32::NAN, 1.0, 8)];
        for (w, h, expected) in cases {
            assert_eq!(width(&quad(w, h)), expected, "{w} × {h}");
        }
    }

    proptest! {
        #[test]
        fn every_line_is_in_one_batch_that_holds_it(widths in proptest::collection::vec(8..=WIDEST, 0..200)) {
            let batches = batches(&widths);
            let mut lines: Vec<(usize, u32)> = batches.iter().flat_map(|batch| batch.lines.clone()).collect();
            lines.sort_unstable();
            prop_assert_eq!(lines, widths.iter().copied().enumerate().collect::<Vec<_>>());
            prop_assert!(batches.iter().all(|batch| batch.lines.iter().all(|line| line.1 <= batch.width)));
            prop_assert!(batches.windows(2).all(|pair| pair[0].width >= pair[1].width));
        }
    }
}
