//! Where the lines of text are: PP-OCR's detector, a segmentation network with differentiable binarisation (DB).

pub mod boxes;
mod sheet;

use std::ops::Range;
use std::path::Path;

use image::{RgbImage, imageops};

use crate::crop::scaled;
use crate::engine::model::Model;
use crate::engine::tiles::{self, TILE};
use crate::engine::{Engine, Load, Loader};
use crate::error::Error;
use crate::orient::Turn;
use crate::planes;
use crate::quad::Quad;
use crate::text::Point;
use boxes::Map;
use sheet::Sheet;

/// The network halves its input five times: both sides are multiples of this.
const STRIDE: f32 = 32.0;

/// Inputs of more pixels are looked at in parts: a run holds some 170 bytes for each pixel. A form on the screen, 1680 pixels wide, is none of these.
const AT_ONCE: usize = 1_550_000;
/// Of so many pixels each at most, and what it sees of its neighbours.
const PART: usize = 1_200_000;
/// How far, in pixels of the input, a part reaches over its neighbours: what the network takes into account around a pixel. A multiple of [`STRIDE`].
const OVERLAP: usize = 128;

/// Scores up to here are probabilities below a ten-thousandth: they are taken for none.
const FAINT: f32 = -9.2;

/// The detector.
pub struct Detector {
    engine: Box<dyn Engine>,
}

/// The detector's input size for a picture whose longer side shall have `side` pixels.
fn input_size(width: u32, height: u32, side: f32) -> (u32, u32) {
    let scale = side / width.max(height).max(1) as f32;
    let fit = |length: u32| ((length as f32 * scale / STRIDE).round().max(1.0) * STRIDE) as u32;
    (fit(width), fit(height))
}

impl Detector {
    /// Loads the model.
    ///
    /// # Errors
    /// [`Error::Model`] when it is missing, damaged, or not that of a detector.
    pub(crate) fn load(file: &Path, loader: &Loader) -> Result<Detector, Error> {
        Ok(Detector::new(loader.load(&Model::read(file)?.of_tiles()?, Load::Single)?))
    }

    /// A detector over an engine that has loaded its model, as it is or in tiles ([`Model::of_tiles`]).
    pub fn new(engine: Box<dyn Engine>) -> Detector {
        Detector { engine }
    }

    /// Finds the lines of text of a picture that has been turned by `turn`, looking at it with `side` pixels in its longer side.
    /// The boxes are in pixels of the upright page.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails or its output has another form than a detector's.
    pub(crate) fn detect(&self, picture: &RgbImage, turn: Turn, side: f32) -> Result<Vec<Quad>, Error> {
        let input = Input::of(picture, turn, side)?;
        Ok(self.boxes(&input.picture)?.iter().filter_map(|quad| input.place(quad)).collect())
    }

    /// Finds the lines of text of several small pictures, each as of [`Detector::detect`], by as few looks as hold them.
    ///
    /// # Errors
    /// As of [`Detector::detect`].
    pub(crate) fn detect_all(&self, wanted: &[(&RgbImage, Turn, f32)]) -> Result<Vec<Vec<Quad>>, Error> {
        let inputs: Vec<Input> = wanted.iter().map(|(picture, turn, side)| Input::of(picture, *turn, *side)).collect::<Result<_, _>>()?;
        let pictures: Vec<&RgbImage> = inputs.iter().map(|input| &input.picture).collect();
        let mut found = vec![Vec::new(); inputs.len()];
        let mut first = 0;
        while let Some(rest) = pictures.get(first..).filter(|rest| !rest.is_empty()) {
            let count = sheet::together(rest, AT_ONCE);
            let sheet = Sheet::of(rest.get(..count).unwrap_or_default());
            for (number, quad) in self.boxes(&sheet.picture)?.iter().filter_map(|quad| sheet.place(quad)) {
                if let (Some(input), Some(found)) = (inputs.get(first + number), found.get_mut(first + number)) {
                    found.extend(input.place(&quad));
                }
            }
            first += count;
        }
        Ok(found)
    }

    /// The boxes of an input, in its pixels.
    fn boxes(&self, input: &RgbImage) -> Result<Vec<Quad>, Error> {
        let (width, height) = (input.width() as usize, input.height() as usize);
        let mut found = Vec::new();
        if width * height <= AT_ONCE {
            self.look(input, &mut |values| found = boxes::boxes(Map { values, width, height }))?;
        } else {
            found = boxes::boxes(Map { values: &self.look_in_parts(input)?, width, height });
        }
        Ok(found.into_iter().map(|found| found.quad).collect())
    }

    /// Gives `take` the probability of every pixel, row by row.
    fn look(&self, input: &RgbImage, take: &mut dyn FnMut(&[f32])) -> Result<(), Error> {
        let (width, height) = (input.width() as usize, input.height() as usize);
        let mut wrong = None;
        let mut check = |shape: &[usize], values: &[f32]| match *shape {
            [1, 1, rows, columns] if [rows, columns] == [height, width] && values.len() == width * height => take(values),
            [1, channels, rows, columns]
                if [channels, rows * TILE, columns * TILE] == [TILE * TILE, height, width] && values.len() == width * height =>
            {
                take(&probabilities(values, columns));
            }
            _ => wrong = Some(format!("the detector answered in the form {shape:?} to {width} × {height} pixels")),
        };
        self.engine.run([1, 3, height, width], &mut |values| planes::write(input, width, height, values), &mut check)?;
        wrong.map_or(Ok(()), |wrong| Err(Error::Engine(wrong)))
    }

    /// The probability of every pixel of a large input, looked at part by part along its longer side.
    fn look_in_parts(&self, input: &RgbImage) -> Result<Vec<f32>, Error> {
        let (width, height) = (input.width() as usize, input.height() as usize);
        let mut map = vec![0.0; width * height];
        let tall = height > width;
        for (own, seen) in parts(width.max(height), (width * height).div_ceil(PART)) {
            let (start, length) = (seen.start as u32, seen.len() as u32);
            let part = if tall {
                imageops::crop_imm(input, 0, start, input.width(), length).to_image()
            } else {
                imageops::crop_imm(input, start, 0, length, input.height()).to_image()
            };
            let (columns, rows) = if tall { (0..width, own.clone()) } else { (own.clone(), 0..height) };
            // Where the part's pixels lie in the whole.
            let (left, top) = if tall { (0, seen.start) } else { (seen.start, 0) };
            self.look(&part, &mut |values| {
                for row in rows.clone() {
                    let from = (row - top) * part.width() as usize;
                    let (whole, piece) =
                        (row * width + columns.start..row * width + columns.end, from + columns.start - left..from + columns.end - left);
                    if let (Some(whole), Some(piece)) = (map.get_mut(whole), values.get(piece)) {
                        whole.copy_from_slice(piece);
                    }
                }
            })?;
        }
        Ok(map)
    }
}

/// A picture as the detector looks at it, and the size of the upright page that it shows.
struct Input {
    picture: RgbImage,
    page: [f32; 2],
}

impl Input {
    fn of(picture: &RgbImage, turn: Turn, side: f32) -> Result<Input, Error> {
        let (width, height) = input_size(picture.width(), picture.height(), side);
        let [page_width, page_height] = [picture.width() as f32, picture.height() as f32];
        let small = scaled(picture, [0.0, 0.0, page_width, page_height], width, height)?;
        let small = match turn {
            Turn::None => small,
            Turn::Quarter => imageops::rotate270(&small),
            Turn::Half => imageops::rotate180(&small),
            Turn::ThreeQuarters => imageops::rotate90(&small),
        };
        Ok(Input { picture: small, page: if turn.is_sideways() { [page_height, page_width] } else { [page_width, page_height] } })
    }

    /// A box of this input in pixels of the page, unless it is too thin for text.
    fn place(&self, quad: &Quad) -> Option<Quad> {
        let [width, height] = self.page;
        let (sx, sy) = (width / self.picture.width() as f32, height / self.picture.height() as f32);
        let quad = quad.map(|p| Point { x: (p.x * sx).clamp(0.0, width), y: (p.y * sy).clamp(0.0, height) });
        (quad.thickness() > 3.0).then_some(quad)
    }
}

/// The probability of every pixel, row by row, from scores in tiles of which `columns` lie side by side.
fn probabilities(scores: &[f32], columns: usize) -> Vec<f32> {
    let mut map = vec![0.0; scores.len()];
    let channel = scores.len() / (TILE * TILE);
    let width = columns * TILE;
    for (scores, (x, y)) in scores.chunks_exact(channel.max(1)).zip((0..TILE * TILE).map(tiles::place)) {
        for (scores, rows) in scores.chunks_exact(columns.max(1)).zip(map.chunks_exact_mut((width * TILE).max(1))) {
            let places = rows.iter_mut().skip(y * width + x).step_by(TILE);
            scores.iter().zip(places).filter(|(score, _)| **score > FAINT).for_each(|(score, place)| *place = 1.0 / (1.0 + (-score).exp()));
        }
    }
    map
}

/// Divides a length that is a multiple of [`STRIDE`] into `count` parts: what each is to tell of, and what it is to see.
fn parts(length: usize, count: usize) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let stride = STRIDE as usize;
    let step = length.div_ceil(count.max(1)).next_multiple_of(stride).max(stride);
    (0..length).step_by(step).map(move |start| {
        let end = (start + step).min(length);
        (start..end, start.saturating_sub(OVERLAP)..(end + OVERLAP).min(length))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Answers with the red of each pixel.
    struct Red;

    impl Engine for Red {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let [_, _, height, width] = shape;
            let neighbours = (2 * OVERLAP + STRIDE as usize) * height.max(width);
            assert!(height * width <= AT_ONCE.max(PART + neighbours), "{width} × {height} at once");
            let mut planes = vec![0.0; 3 * height * width];
            fill(&mut planes);
            take(&[1, 1, height, width], &planes[2 * height * width..]);
            Ok(())
        }

        fn parallel(&self) -> usize {
            1
        }
    }

    /// Answers in tiles with the scores whose probabilities are what [`Red`] answers, brought between 0 and 1.
    struct Tiles;

    impl Engine for Tiles {
        fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
            let [_, _, height, width] = shape;
            let mut planes = vec![0.0; 3 * height * width];
            fill(&mut planes);
            let red = &planes[2 * height * width..];
            let score = |x: usize, y: usize| {
                let probability = red[y * width + x] / 2.0 + 0.5;
                (probability / (1.0 - probability)).ln()
            };
            let (rows, columns) = (height / TILE, width / TILE);
            let tile = |channel: usize, at: usize| {
                let (x, y) = tiles::place(channel);
                score(at % columns * TILE + x, at / columns * TILE + y)
            };
            let scores: Vec<f32> = (0..TILE * TILE * rows * columns).map(|at| tile(at / (rows * columns), at % (rows * columns))).collect();
            take(&[1, TILE * TILE, rows, columns], &scores);
            Ok(())
        }

        fn parallel(&self) -> usize {
            1
        }
    }

    #[test]
    fn scores_in_tiles_become_the_probability_of_every_pixel() {
        let input = RgbImage::from_fn(96, 64, |x, y| image::Rgb([((x * 7 + y * 13) % 256) as u8, 0, 0]));
        let mut map = Vec::new();
        Detector::new(Box::new(Tiles)).look(&input, &mut |values| map = values.to_vec()).unwrap();
        let expected = input.pixels().map(|pixel| f32::from(pixel.0[0]) / 255.0);
        assert!(map.len() == 96 * 64 && map.iter().zip(expected).all(|(is, should)| (is - should).abs() < 1e-4));
    }

    #[test]
    fn a_large_input_is_put_together_from_its_parts() {
        for (width, height) in [(2048, 1536), (1536, 2048), (2048, 2048)] {
            let input = RgbImage::from_fn(width, height, |x, y| image::Rgb([((x * 7 + y * 13) % 256) as u8, 0, 0]));
            let map = Detector::new(Box::new(Red)).look_in_parts(&input).unwrap();
            let expected = input.pixels().map(|pixel| f32::from(pixel.0[0]) / 127.5 - 1.0);
            assert!(map.iter().copied().eq(expected), "{width} × {height}");
        }
    }

    #[test]
    fn pictures_looked_at_together_have_the_boxes_that_each_has_alone() {
        let text = |width, height, lines: u32| {
            let line = move |y: u32| y % 40 >= 12 && y % 40 < 28 && y / 40 < lines;
            RgbImage::from_fn(width, height, move |x, y| image::Rgb([if line(y) && x > 20 && x < width - 20 { 250 } else { 0 }, 0, 0]))
        };
        let pictures = [text(320, 160, 3), text(1200, 640, 9), text(200, 320, 0), text(160, 192, 4), text(1600, 900, 20)];
        let turns = [Turn::None, Turn::Half, Turn::None, Turn::Quarter, Turn::None];
        let wanted = pictures.iter().zip(turns).map(|(picture, turn)| (picture, turn, picture.width().max(picture.height()) as f32));
        let wanted: Vec<_> = wanted.collect();
        let detector = Detector::new(Box::new(Red));
        let sorted = |mut boxes: Vec<Quad>| {
            boxes.sort_by(|a, b| (a.bounds()[1], a.bounds()[0]).partial_cmp(&(b.bounds()[1], b.bounds()[0])).unwrap());
            boxes
        };
        let together = detector.detect_all(&wanted).unwrap();
        assert_eq!(together.iter().map(Vec::len).collect::<Vec<_>>(), [3, 9, 0, 4, 20]);
        for ((picture, turn, side), boxes) in wanted.into_iter().zip(together) {
            assert_eq!(sorted(boxes), sorted(detector.detect(picture, turn, side).unwrap()), "{turn:?}");
        }
        assert!(detector.detect_all(&[]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn parts_tell_of_everything_once_and_see_what_is_around(strides in 1_usize..80, count in 0_usize..9) {
            let length = strides * STRIDE as usize;
            let mut end = 0;
            for (own, seen) in parts(length, count) {
                prop_assert_eq!(own.start, end);
                end = own.end;
                prop_assert!(seen.start <= own.start && own.end <= seen.end && seen.end <= length);
                prop_assert_eq!(seen.len() % STRIDE as usize, 0);
                prop_assert!(seen.start == 0 || seen.start + OVERLAP == own.start);
                prop_assert!(seen.end == length || own.end + OVERLAP == seen.end);
            }
            prop_assert_eq!(end, length);
        }
    }
}
