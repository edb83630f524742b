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
/// Lines are padded to a multiple of this many pixels, so that the engine sees few different shapes.
const STEP: u32 = 32;
/// The narrowest input: narrower lines are padded to it.
const NARROWEST: u32 = 64;
/// The widest input: longer lines are squeezed into it.
const WIDEST: u32 = 3200;
/// At most this many lines at once…
const LINES: usize = 8;
/// …and at most this many columns of pixels in all of them together.
const COLUMNS: u32 = 2560;

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
}

/// The recogniser.
pub struct Recogniser {
    engine: Box<dyn Engine>,
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
    (ratio * HEIGHT as f32).ceil().clamp(8.0, WIDEST as f32) as u32
}

/// The input width for a line of that width.
fn bucket(width: u32) -> u32 {
    width.next_multiple_of(STEP).max(NARROWEST)
}

/// Groups lines of like width, widest first, so that the last runs are the shortest.
fn batches(widths: &[u32]) -> Vec<Batch> {
    let mut order: Vec<usize> = (0..widths.len()).collect();
    order.sort_by_key(|&line| std::cmp::Reverse(widths[line]));
    let mut batches: Vec<Batch> = Vec::new();
    for line in order {
        let wanted = bucket(widths[line]);
        match batches.last_mut() {
            Some(batch)
                if batch.width == wanted && batch.lines.len() < LINES && (batch.lines.len() as u32 + 1) * batch.width <= COLUMNS =>
            {
                batch.lines.push((line, widths[line]));
            }
            _ => batches.push(Batch { width: wanted, lines: vec![(line, widths[line])] }),
        }
    }
    batches
}

impl Recogniser {
    /// A recogniser over an engine that has loaded its model.
    pub fn new(engine: Box<dyn Engine>, alphabet: Alphabet) -> Recogniser {
        Recogniser { engine, alphabet }
    }

    /// Reads the text inside each of `quads`, all cores at once. The answers are in the order of `quads`.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a recogniser's, [`Error::Time`] when the time is up.
    pub fn read(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let widths: Vec<u32> = quads.iter().map(width).collect();
        let batches = batches(&widths);
        let next = AtomicUsize::new(0);
        let readings = Mutex::new(vec![Reading::default(); quads.len()]);
        let work = || -> Result<(), Error> {
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                deadline.check()?;
                let read = self.run(picture, quads, batch)?;
                let mut readings = readings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for ((line, _), reading) in batch.lines.iter().zip(read) {
                    if let Some(place) = readings.get_mut(*line) {
                        *place = reading;
                    }
                }
            }
            Ok(())
        };
        let workers = self.engine.parallel().min(batches.len());
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

    fn run(&self, picture: &RgbImage, quads: &[Quad], batch: &Batch) -> Result<Vec<Reading>, Error> {
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
        self.engine.run([crops.len(), 3, height, width], &mut fill, &mut take)?;
        match wrong {
            Some(wrong) => Err(Error::Engine(wrong)),
            None => Ok(readings),
        }
    }
}
