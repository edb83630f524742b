//! The models, loaded when the first picture asks for them: a folder of XML needs none.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use image::RgbImage;
use ocr::Eyes;
use ocr::barcode::Barcode;
use ocr::error::Error;
use ocr::text::{Line, Text};

use crate::config::Config;

/// Loads the models on first use.
struct Lazy {
    options: ocr::Options,
    reader: OnceLock<Result<ocr::Reader, Error>>,
}

impl Lazy {
    fn reader(&self) -> Result<&ocr::Reader, Error> {
        self.reader.get_or_init(|| ocr::Reader::load(&self.options)).as_ref().map_err(Clone::clone)
    }
}

impl Eyes for Lazy {
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error> {
        self.reader()?.read(picture, deadline)
    }

    fn read_part(&self, part: &RgbImage, height: f32, known: &[[f32; 4]], deadline: Option<Instant>) -> Result<Vec<Line>, Error> {
        self.reader()?.read_part(part, height, known, deadline)
    }

    fn read_boxes(
        &self,
        picture: &RgbImage,
        orientation: u16,
        boxes: &[[f32; 4]],
        deadline: Option<Instant>,
    ) -> Result<Vec<Option<Line>>, Error> {
        self.reader()?.read_boxes(picture, orientation, boxes, deadline)
    }

    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode> {
        ocr::barcode::read(picture)
    }
}

/// A reader that loads the models when it needs them.
pub(crate) fn lazy(config: &Config) -> recognize::Reader {
    recognize::Reader::new(Ok(Arc::new(Lazy { options: config.eyes(), reader: OnceLock::new() })))
}

/// A reader that has the models, with its engine's name; or one without, with the reason.
pub(crate) fn eager(config: &Config) -> (recognize::Reader, Result<&'static str, Error>) {
    match ocr::Reader::load(&config.eyes()) {
        Ok(eyes) => {
            let engine = eyes.engine_name();
            (recognize::Reader::new(Ok(Arc::new(eyes))), Ok(engine))
        }
        Err(error) => (recognize::Reader::new(Err(error.clone())), Err(error)),
    }
}
