//! Several invoices on one sheet, each turned its own way: pasted together from the pictures of the specimens, and read with the models when they
//! are there.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::budget::Budget;
use image::{Rgb, RgbImage, imageops};
use recognize::{Options, Reader};

fn reader() -> Option<Reader> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let options = ocr::Options { models: ocr::models::find(Some(&models)).or_else(|_| ocr::models::find(None)).ok(), ..Default::default() };
    match ocr::Reader::load(&options) {
        Ok(eyes) => Some(Reader::new(Ok(Arc::new(eyes)))),
        Err(_) => {
            println!("skipped: the models are not there (make models)");
            None
        }
    }
}

fn specimen(name: &str) -> RgbImage {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specimens").join(name);
    image::open(path).expect("the specimen is a picture").to_rgb8()
}

/// A specimen, how far it lies turned clockwise, and where its top left corner is.
type Laid = (&'static str, u16, i64, i64);

/// The places of the specimens on the sheet that they are laid on, and the sheet as a file.
fn laid(width: u32, height: u32, specimens: &[Laid]) -> (Vec<[i64; 4]>, Vec<u8>) {
    let mut sheet = RgbImage::from_pixel(width, height, Rgb([252, 252, 250]));
    let places = specimens.iter().map(|&(name, turn, x, y)| {
        let picture = specimen(name);
        let turned = match turn {
            90 => imageops::rotate90(&picture),
            180 => imageops::rotate180(&picture),
            270 => imageops::rotate270(&picture),
            _ => picture,
        };
        imageops::overlay(&mut sheet, &turned, x, y);
        [x, y, x + i64::from(turned.width()), y + i64::from(turned.height())]
    });
    let places = places.collect();
    let mut bytes = Cursor::new(Vec::new());
    sheet.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture can be written");
    (places, bytes.into_inner())
}

#[test]
fn invoices_that_lie_this_way_and_that_are_read_one_by_one() {
    let Some(reader) = reader() else { return };
    let specimens: [Laid; 3] = [("digital-ordinary.png", 0, 30, 40), ("paper-special.png", 90, 1400, 60), ("electronic.jpg", 180, 60, 980)];
    let (places, bytes) = laid(2300, 1860, &specimens);
    // a busy machine may take its time
    let budget = Budget { time: std::time::Duration::from_secs(600), ..Budget::default() };
    let found = reader.read(&bytes, &Options { budget, ..Options::default() }).expect("the sheet can be read").results;
    let seen: Vec<(&str, u16, &str)> = found.iter().map(|f| (f.kind.code(), f.orientation, f.details.text("number"))).collect();
    assert_eq!(seen, [("10108", 0, "24992117150174790845"), ("10100", 90, "89977594"), ("10102", 180, "41932721")]);
    for (result, place) in found.iter().zip(places) {
        assert_eq!(result.image_size, [2300, 1860], "as laid, where no way is upright for all");
        let [left, top, right, bottom] = result.region.map(i64::from);
        let inside = left >= place[0] - 5 && top >= place[1] - 5 && right <= place[2] + 5 && bottom <= place[3] + 5;
        let area = (right - left) * (bottom - top);
        assert!(inside && area * 2 > (place[2] - place[0]) * (place[3] - place[1]), "{:?} on {place:?}", result.region);
    }
}
