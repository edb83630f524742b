//! What the lines say: PP-OCR's recogniser over cut-out lines.

pub mod alphabet;
pub mod ctc;
mod strips;

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
use strips::{NARROWEST, Place, Strip, WIDEST, strips};

/// The recogniser's input height in pixels.
const HEIGHT: u32 = 48;
/// What stands between the lines of a strip and behind them: white.
const BETWEEN: f32 = 1.0;
/// What stands behind a line that is alone on its strip: the mean grey that the model was padded with in training.
const BEHIND: f32 = 0.0;
/// Lines that were read beside others with a mean probability in here are read once more by themselves: on blurred pictures neighbours distract. Below it
/// there is seldom text, above it seldom another answer.
const DOUBT: std::ops::Range<f32> = 0.5..0.9;

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

/// How wide a line is at the recogniser's height.
fn width(quad: &Quad) -> u32 {
    let ratio = quad.length() / quad.height().max(1.0);
    ((ratio * HEIGHT as f32).ceil() as u32).clamp(NARROWEST, WIDEST)
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
    pub(crate) fn read(&self, picture: &RgbImage, quads: &[Quad], deadline: Deadline) -> Result<Vec<Reading>, Error> {
        let widths: Vec<u32> = quads.iter().map(width).collect();
        let mut readings = vec![Reading::default(); quads.len()];
        let shared = strips(&widths);
        for (place, reading) in self.run_all(picture, quads, &shared, deadline)? {
            readings[place.line] = reading;
        }
        let beside_others = shared.iter().filter(|strip| strip.lines.len() > 1).flat_map(|strip| &strip.lines);
        let doubtful = beside_others.filter(|place| DOUBT.contains(&readings[place.line].confidence));
        let alone: Vec<Strip> = doubtful.map(|place| Strip::of(place.line, place.width)).collect();
        for (place, reading) in self.run_all(picture, quads, &alone, deadline)? {
            if reading.confidence > readings[place.line].confidence {
                readings[place.line] = reading;
            }
        }
        Ok(readings)
    }

    /// Reads all lines of some strips, all cores at once. The answers come in no particular order.
    fn run_all(&self, picture: &RgbImage, quads: &[Quad], strips: &[Strip], deadline: Deadline) -> Result<Vec<(Place, Reading)>, Error> {
        let next = AtomicUsize::new(0);
        let readings = Mutex::new(Vec::new());
        let work = || -> Result<(), Error> {
            while let Some(strip) = strips.get(next.fetch_add(1, Ordering::Relaxed)) {
                deadline.check()?;
                let read = self.run(picture, quads, strip)?;
                let mut readings = readings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                readings.extend(strip.lines.iter().copied().zip(read));
            }
            Ok(())
        };
        let workers = self.engine.parallel().min(strips.len());
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

    /// Reads the lines of one strip. The answers are in the order of its lines.
    fn run(&self, picture: &RgbImage, quads: &[Quad], strip: &Strip) -> Result<Vec<Reading>, Error> {
        let cut = |place: &Place| crop(picture, &quads[place.line], place.width, HEIGHT);
        let crops: Vec<RgbImage> = strip.lines.iter().map(cut).collect::<Result<_, _>>()?;
        let (width, height) = (strip.width as usize, HEIGHT as usize);
        let mut fill = |values: &mut [f32]| {
            values.fill(if strip.lines.len() > 1 { BETWEEN } else { BEHIND });
            for (crop, place) in crops.iter().zip(&strip.lines) {
                planes::write(crop, place.left as usize, width, height, values);
            }
        };
        let classes = self.alphabet.classes();
        let mut readings = Vec::with_capacity(crops.len());
        let mut wrong = None;
        let mut take = |shape: &[usize], values: &[f32]| match *shape {
            [1, steps, n] if n == classes && steps > 0 && values.len() == steps * n => {
                let step = |pixel: u32| pixel as f32 * steps as f32 / strip.width as f32;
                for place in &strip.lines {
                    let (from, to) = (step(place.left), step(place.left + place.width));
                    let (first, last) = (from as usize, (to.ceil() as usize).min(steps));
                    let content = (to - from) / last.saturating_sub(first).max(1) as f32;
                    let own = values.get(first * n..last * n).unwrap_or_default();
                    readings.push(Reading::of(ctc::decode(own, &self.alphabet, content)));
                }
            }
            _ => wrong = Some(format!("the recogniser answered in the form {shape:?} to {width} pixels and {classes} classes")),
        };
        self.engine.run([1, 3, height, width], &mut fill, &mut take)?;
        match wrong {
            Some(wrong) => Err(Error::Engine(wrong)),
            None => Ok(readings),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Point;

    #[test]
    fn widths_follow_the_box_and_stay_within_limits() {
        let quad = |w: f32, h: f32| Quad([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| Point { x, y }));
        let cases = [(100.0, 24.0, 200), (0.0, 24.0, 8), (24.0, 0.0, 1152), (1e9, 1.0, WIDEST), (f32::NAN, 1.0, 8)];
        for (w, h, expected) in cases {
            assert_eq!(width(&quad(w, h)), expected, "{w} × {h}");
        }
    }
}
