//! Eyes that note what they are asked and how long they take: where a reading's time goes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use image::RgbImage;
use ocr::Eyes;
use ocr::barcode::Barcode;
use ocr::error::Error;
use ocr::text::{Line, Text};
use serde_json::{Value, json};

/// Eyes that note what they are asked.
pub(crate) struct Watched<E> {
    eyes: E,
    noted: Mutex<Vec<Value>>,
}

impl<E: Eyes> Watched<E> {
    /// The same eyes, watched.
    pub(crate) fn new(eyes: E) -> Watched<E> {
        Watched { eyes, noted: Mutex::default() }
    }

    /// What was noted since the last time, in the order of the looks.
    pub(crate) fn noted(&self) -> Vec<Value> {
        std::mem::take(&mut *self.notes())
    }

    fn notes(&self) -> MutexGuard<'_, Vec<Value>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T>(&self, look: &str, picture: &RgbImage, answer: impl FnOnce() -> T, count: impl FnOnce(&T) -> usize) -> T {
        let began = Instant::now();
        let answer = answer();
        let ms = began.elapsed().as_secs_f64() * 1000.0;
        let (width, height) = picture.dimensions();
        self.notes().push(json!({ "look": look, "size": [width, height], "found": count(&answer), "ms": (ms * 10.0).round() / 10.0 }));
        answer
    }
}

impl<E: Eyes> Eyes for Watched<E> {
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error> {
        let lines = |text: &Result<Text, Error>| text.as_ref().map_or(0, |text| text.lines.len());
        self.note("whole", picture, || self.eyes.read(picture, deadline), lines)
    }

    fn read_part(&self, part: &RgbImage, height: f32, known: &[[f32; 4]], deadline: Option<Instant>) -> Result<Vec<Line>, Error> {
        let lines = |lines: &Result<Vec<Line>, Error>| lines.as_ref().map_or(0, Vec::len);
        self.note("part", part, || self.eyes.read_part(part, height, known, deadline), lines)
    }

    fn read_boxes(
        &self,
        picture: &RgbImage,
        orientation: u16,
        boxes: &[[f32; 4]],
        deadline: Option<Instant>,
    ) -> Result<Vec<Option<Line>>, Error> {
        self.note("boxes", picture, || self.eyes.read_boxes(picture, orientation, boxes, deadline), |_| boxes.len())
    }

    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode> {
        self.note("codes", picture, || self.eyes.barcodes(picture), Vec::len)
    }
}
