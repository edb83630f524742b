//! The real models: run where they have been fetched into the repository's `models` folder, skipped with a message elsewhere.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "a skipped test says why")]

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage, imageops};
use ocr::engine::eight_bit::Sums;
use ocr::engine::model::Model;
use ocr::engine::{Choice, Precision, openvino};
use ocr::text::Text;
use ocr::{Eyes, Options, Reader, models};

/// Digits in the 5 × 7 dots of character displays, one row of dots per number, the leftmost dot in the highest of five bits.
const DIGITS: [[u8; 7]; 10] = [
    [14, 17, 17, 17, 17, 17, 14],
    [4, 12, 4, 4, 4, 4, 14],
    [14, 17, 1, 2, 4, 8, 31],
    [31, 2, 4, 2, 1, 17, 14],
    [2, 6, 10, 18, 31, 2, 2],
    [31, 16, 30, 1, 1, 17, 14],
    [6, 8, 16, 30, 17, 17, 14],
    [31, 1, 2, 4, 8, 8, 8],
    [14, 17, 17, 14, 17, 17, 14],
    [14, 17, 17, 15, 1, 2, 12],
];

/// Draws digits, each dot four pixels wide, blurred as print is.
fn draw(page: &mut RgbImage, digits: &str, left: u32, top: u32) {
    for (i, digit) in digits.chars().filter_map(|c| c.to_digit(10)).enumerate() {
        for (row, dots) in DIGITS[digit as usize].into_iter().enumerate() {
            for column in (0..5).filter(|column| dots >> (4 - column) & 1 == 1) {
                for (x, y) in (0..4).flat_map(|x| (0..4).map(move |y| (x, y))) {
                    let at = (left + i as u32 * 24 + column * 4 + x, top + row as u32 * 4 + y);
                    page.put_pixel(at.0, at.1, Rgb([25; 3]));
                }
            }
        }
    }
}

const NUMBERS: [&str; 5] = ["25117000000123456789", "9137845026", "20260131", "46680101683432298457", "160924"];

fn page() -> RgbImage {
    let mut page = RgbImage::from_pixel(900, 620, Rgb([250, 250, 246]));
    for (i, number) in NUMBERS.iter().enumerate() {
        draw(&mut page, number, 80 + 40 * i as u32, 60 + 100 * i as u32);
    }
    imageops::blur(&page, 0.8)
}

/// The folder of the models, or nothing and a message.
fn folder() -> Option<PathBuf> {
    let folder = models::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"))).ok();
    if folder.is_none() {
        eprintln!("skipped: models not there");
    }
    folder
}

fn reader(engine: Choice) -> Option<Reader> {
    let models = folder()?;
    if engine == Choice::OpenVino && !models.join(openvino::FOLDER).is_dir() {
        eprintln!("skipped: OpenVINO's libraries not there");
        return None;
    }
    Some(Reader::load(&Options { models: Some(models), engine, ..Options::default() }).unwrap())
}

fn texts(text: &Text) -> Vec<String> {
    text.lines.iter().map(|line| line.text().replace(' ', "")).collect()
}

#[test]
fn each_engine_reads_what_was_drawn() {
    for (engine, name) in [(Choice::OpenVino, "OpenVINO"), (Choice::Rten, "rten")] {
        let Some(reader) = reader(engine) else { continue };
        assert_eq!(reader.engine_name(), name);
        let text = reader.read(&page(), None).unwrap();
        assert_eq!((text.orientation, text.width, text.height), (0, 900, 620));
        assert_eq!(texts(&text), NUMBERS, "{name}");
        for (i, line) in text.lines.iter().enumerate() {
            let [start, ..] = line.corners;
            let (x, y) = (80.0 + 40.0 * i as f32, 60.0 + 100.0 * i as f32);
            assert!((start.x - x).abs() < 20.0 && (start.y - y).abs() < 20.0, "{name}: {:?}", line.corners);
            assert!(line.chars.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
    }
}

#[test]
fn each_precision_reads_what_was_drawn() {
    if reader(Choice::OpenVino).is_none() {
        return;
    }
    for precision in [Precision::Int8, Precision::F32] {
        let options = Options { models: folder(), engine: Choice::OpenVino, precision, ..Options::default() };
        let text = Reader::load(&options).unwrap().read(&page(), None).unwrap();
        assert_eq!(texts(&text), NUMBERS, "{precision:?}");
    }
}

#[test]
fn the_ranges_are_those_of_the_models_that_are_fetched() {
    let Some(folder) = folder() else { return };
    for file in [models::DETECTOR, models::RECOGNISER] {
        let model = Model::read(&folder.join(file)).unwrap();
        assert!(model.is_measured(), "{file}: measure its ranges with the example `ranges`");
        let rounded = model.eight_bit(Sums::Narrow).unwrap();
        assert!(rounded.graph().len() > model.graph().len(), "{file}");
    }
}

#[test]
fn a_forced_engine_that_is_not_there_is_an_error() {
    let Some(folder) = folder() else { return };
    let models = tempfile::tempdir().unwrap();
    for file in [models::DETECTOR, models::RECOGNISER, models::QUICK_RECOGNISER, models::QUICK_SETTINGS] {
        std::fs::copy(folder.join(file), models.path().join(file)).unwrap();
    }
    let options = |engine| Options { models: Some(models.path().to_owned()), engine, ..Options::default() };
    assert!(Reader::load(&options(Choice::OpenVino)).is_err());
    assert_eq!(Reader::load(&options(Choice::Auto)).unwrap().engine_name(), "rten");
    std::fs::write(models.path().join(models::DETECTOR), "no model").unwrap();
    let error = Reader::load(&options(Choice::Auto)).err().unwrap().to_string();
    assert!(error.contains(models::DETECTOR) && error.contains("make models"), "{error}");
}

#[test]
fn real_documents_read_the_same_whichever_way_they_lie() {
    let Some(reader) = reader(Choice::Auto) else { return };
    for file in ["image-27.png", "image-21.jpg"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/image").join(file);
        let Ok(picture) = image::ImageReader::open(path) else {
            eprintln!("skipped: samples not there");
            return;
        };
        let picture = picture.with_guessed_format().unwrap().decode().unwrap().to_rgb8();
        let upright = reader.read(&picture, None).unwrap();
        assert!(upright.orientation == 0 && upright.lines.len() >= 15, "{file}");
        for (degrees, turned) in
            [(90, imageops::rotate90(&picture)), (180, imageops::rotate180(&picture)), (270, imageops::rotate270(&picture))]
        {
            let text = reader.read(&turned, None).unwrap();
            assert_eq!((text.orientation, text.width, text.height), (degrees, upright.width, upright.height), "{file}");
            // which of the two widths a sign has, two models may see differently
            let narrow = |text: &Text| texts(text).into_iter().map(|line| line.replace('：', ":").replace('￥', "¥")).collect::<Vec<_>>();
            let known = narrow(&upright);
            let same = narrow(&text).iter().filter(|line| known.contains(line)).count();
            assert!(same * 10 >= known.len() * 8, "{file} turned by {degrees}: {same} of {} lines", known.len());
        }
    }
}
