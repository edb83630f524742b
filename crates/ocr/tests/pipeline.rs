//! The way from a picture to lines, with engines whose answers are known: a detector that takes every coloured pixel for text, and a recogniser that
//! reads colours as letters and trusts itself only when a line's dark edge is above.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage, imageops};
use imageproc::geometric_transformations::{Border, Interpolation, rotate_about_center};
use ocr::detect::Detector;
use ocr::engine::Engine;
use ocr::error::Error;
use ocr::read::Recogniser;
use ocr::read::alphabet::Alphabet;
use ocr::text::Text;
use ocr::{Eyes, Reader};

const WHITE: Rgb<u8> = Rgb([255; 3]);
const DARK: Rgb<u8> = Rgb([0; 3]);
const LETTERS: [(char, Rgb<u8>); 3] = [('A', Rgb([255, 0, 0])), ('B', Rgb([0, 255, 0])), ('C', Rgb([0, 0, 255]))];

/// Every pixel that is not near white is text. Keeps the sizes that it was asked for.
struct Colours {
    sizes: Arc<Mutex<Vec<[usize; 4]>>>,
    /// Whether it passes over lines of the letter C that stand on their heads.
    shy: bool,
}

/// Whether a pixel of text is in a line that stands on its head and begins with blue: up to the next white one it is blue above and dark below.
fn is_blue_on_its_head(at: usize, width: usize, height: usize, pixel: impl Fn(usize) -> [f32; 3], text: impl Fn(usize) -> bool) -> bool {
    let (x, y) = (at % width, at / width);
    let top = (0..=y).rev().take_while(|y| text(y * width + x)).last();
    let bottom = (y..height).take_while(|y| text(y * width + x)).last();
    let [above, below] = [top, bottom].map(|end| pixel(end.unwrap_or(y) * width + x));
    above[0] > 0.2 && above[1] < 0.2 && above[2] < 0.2 && below.iter().all(|v| *v < 0.2)
}

impl Engine for Colours {
    fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
        self.sizes.lock().unwrap().push(shape);
        let [_, _, height, width] = shape;
        let mut planes = vec![0.0; 3 * height * width];
        fill(&mut planes);
        let text = |i: usize| (0..3).any(|plane| planes[plane * height * width + i] < 0.0);
        let pixel = |i: usize| [0, 1, 2].map(|plane| planes[plane * height * width + i]);
        let seen = |i: usize| text(i) && !(self.shy && is_blue_on_its_head(i, width, height, pixel, text));
        let map: Vec<f32> = (0..height * width).map(|i| if seen(i) { 0.95 } else { 0.02 }).collect();
        take(&[1, 1, height, width], &map);
        Ok(())
    }

    fn parallel(&self) -> usize {
        1
    }
}

/// Reads the colour at two heights of a line, one step per eight pixels.
struct Letters;

impl Letters {
    const CLASSES: usize = LETTERS.len() + 2;

    /// The letter's class of a pixel, or nothing where it is white, dark, or padding.
    fn class(pixel: [f32; 3]) -> Option<usize> {
        let [blue, green, red] = pixel.map(|v| v > 0.2);
        match (red, green, blue) {
            (true, false, false) => Some(1),
            (false, true, false) => Some(2),
            (false, false, true) => Some(3),
            _ => None,
        }
    }
}

impl Engine for Letters {
    fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
        let [lines, _, height, width] = shape;
        let mut values = vec![0.0; shape.iter().product()];
        fill(&mut values);
        let steps = width / 8;
        let mut answer = Vec::new();
        for planes in values.chunks_exact(3 * height * width) {
            for step in 0..steps {
                let pixel = |y: usize| [0, 1, 2].map(|plane| planes[plane * height * width + y * width + step * 8 + 4]);
                let (class, probability) = match (Self::class(pixel(18)), Self::class(pixel(30))) {
                    (_, Some(class)) => (class, 0.96),
                    (Some(class), None) => (class, 0.6),
                    (None, None) => (0, 0.99),
                };
                let mut row = vec![(1.0 - probability) / (Self::CLASSES - 1) as f32; Self::CLASSES];
                row[class] = probability;
                answer.extend(row.into_iter().map(f32::ln));
            }
        }
        take(&[lines, steps, Self::CLASSES], &answer);
        Ok(())
    }

    fn parallel(&self) -> usize {
        2
    }
}

/// A reader over the two, and the sizes at which its detector looked.
fn reader() -> (Reader, Arc<Mutex<Vec<[usize; 4]>>>) {
    reader_with(false)
}

/// The same with a detector that is shy, or not.
fn reader_with(shy: bool) -> (Reader, Arc<Mutex<Vec<[usize; 4]>>>) {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let detector = Detector::new(Box::new(Colours { sizes: Arc::clone(&sizes), shy }));
    let recogniser = Recogniser::new(Box::new(Letters), Alphabet::of_list(["A", "B", "C"]));
    (Reader::of(detector, recogniser), sizes)
}

/// Draws a line: its upper third dark, below it one coloured block per letter.
fn draw(page: &mut RgbImage, text: &str, left: u32, top: u32, letter: u32, height: u32) {
    for (i, ch) in text.chars().enumerate() {
        let colour = LETTERS.iter().find(|(letter, _)| *letter == ch).unwrap().1;
        for y in 0..height {
            for x in 0..letter {
                page.put_pixel(left + i as u32 * letter + x, top + y, if y < height / 3 { DARK } else { colour });
            }
        }
    }
}

fn page() -> RgbImage {
    let mut page = RgbImage::from_pixel(960, 640, WHITE);
    draw(&mut page, "ABC", 100, 80, 60, 24);
    draw(&mut page, "CABAC", 500, 84, 60, 24);
    draw(&mut page, "BACACB", 100, 300, 60, 24);
    draw(&mut page, "CBABC", 120, 500, 60, 24);
    page
}

fn texts(text: &Text) -> Vec<String> {
    text.lines.iter().map(|line| line.text()).collect()
}

#[test]
fn lines_come_in_reading_order_with_their_places() {
    let (reader, _) = reader();
    let text = reader.read(&page(), None).unwrap();
    assert_eq!((text.orientation, text.width, text.height), (0, 960, 640));
    assert_eq!(texts(&text), ["ABC", "CABAC", "BACACB", "CBABC"]);
    let first = &text.lines[0];
    // The box is grown by area · 1.6 ⁄ perimeter = 180 · 24 · 1.6 ⁄ 408 = 16.9 on every side.
    let expected = [(83.1, 63.1), (296.9, 63.1), (296.9, 120.9), (83.1, 120.9)];
    for (is, (x, y)) in first.corners.iter().zip(expected) {
        assert!((is.x - x).abs() < 1.5 && (is.y - y).abs() < 1.5, "{:?}", first.corners);
    }
    assert!(!first.vertical && (first.confidence - 0.96).abs() < 1e-3);
    // Letters stand 60 pixels apart in a box 213.8 long, the first with its middle 46.9 from its start.
    for (i, ch) in first.chars.iter().enumerate() {
        assert!((ch.at - (46.9 + 60.0 * i as f32) / 213.8).abs() < 0.03, "{ch:?}");
    }
}

#[test]
fn turned_pictures_are_read_as_if_upright() {
    let (reader, _) = reader();
    let upright = reader.read(&page(), None).unwrap();
    let turned = [(90, imageops::rotate90(&page())), (180, imageops::rotate180(&page())), (270, imageops::rotate270(&page()))];
    for (degrees, picture) in turned {
        let text = reader.read(&picture, None).unwrap();
        assert_eq!((text.orientation, text.width, text.height), (degrees, 960, 640));
        assert_eq!(texts(&text), texts(&upright), "turned by {degrees}");
        for (line, other) in text.lines.iter().zip(&upright.lines) {
            for (a, b) in line.corners.iter().zip(other.corners) {
                assert!((a.x - b.x).abs() < 3.0 && (a.y - b.y).abs() < 3.0, "turned by {degrees}: {line:?}");
            }
        }
    }
}

#[test]
fn skewed_pages_are_read() {
    let (reader, _) = reader();
    for degrees in [-8.0f32, -3.0, 0.7, 5.0, 10.0] {
        let skewed = rotate_about_center(&page(), degrees.to_radians(), Interpolation::Bilinear, Border::Constant(WHITE));
        let text = reader.read(&skewed, None).unwrap();
        assert_eq!(text.orientation, 0);
        let mut read = texts(&text);
        read.sort();
        assert_eq!(read, ["ABC", "BACACB", "CABAC", "CBABC"], "{degrees}");
        for line in &text.lines {
            let [a, b, ..] = line.corners;
            let angle = (b.y - a.y).atan2(b.x - a.x).to_degrees();
            assert!((angle - degrees).abs() < 1.5, "{degrees}: {angle}");
        }
    }
}

#[test]
fn a_label_that_runs_down_is_told_apart() {
    let mut label = RgbImage::from_pixel(240, 24, WHITE);
    draw(&mut label, "CABA", 0, 0, 60, 24);
    // Its dark edge to the right: turned left by a quarter it is read from its start.
    let label = imageops::rotate90(&label);
    let mut page = page();
    imageops::replace(&mut page, &label, 850, 250);
    let text = reader().0.read(&page, None).unwrap();
    let vertical: Vec<_> = text.lines.iter().filter(|line| line.vertical).collect();
    assert_eq!(vertical.len(), 1);
    assert_eq!((text.orientation, vertical[0].text().as_str()), (0, "CABA"));
    let [start, end, ..] = vertical[0].corners;
    assert!(end.y - start.y > 200.0 && (end.x - start.x).abs() < 2.0, "{:?}", vertical[0].corners);
}

#[test]
fn a_ticket_on_its_side_is_found_whichever_way_the_page_lies() {
    const TICKET: [&str; 5] = ["ABCA", "BCAB", "CABC", "ACBA", "BACB"];
    let mut ticket = RgbImage::from_pixel(240, 320, WHITE);
    for (row, text) in TICKET.iter().enumerate() {
        draw(&mut ticket, text, 0, 20 + 64 * row as u32, 60, 24);
    }
    let mut page = RgbImage::from_pixel(960, 960, WHITE);
    for (row, text) in ["ABCABCAB", "CBACBACB", "ABCABCAB", "CBACBACB"].iter().enumerate() {
        draw(&mut page, text, 80, 80 + 64 * row as u32, 60, 24);
    }
    imageops::replace(&mut page, &imageops::rotate90(&ticket), 620, 680);
    let cases = [(0, page.clone(), 90), (180, imageops::rotate180(&page), 270)];
    for (orientation, picture, turned) in cases {
        let text = reader().0.read(&picture, None).unwrap();
        assert_eq!((text.orientation, text.lines.len()), (orientation, 4));
        let on_its_side: Vec<(u16, Vec<String>)> = text.turned.iter().map(|part| (part.orientation, texts(part))).collect();
        assert_eq!(on_its_side, [(turned, TICKET.map(str::to_owned).to_vec())], "page turned by {orientation}");
    }
}

#[test]
fn a_small_ticket_on_its_head_is_looked_at_until_all_of_it_was_seen() {
    // as it stands two lines are seen; the first look around them reaches some of the others, the next ones the rest
    const TICKET: [&str; 7] = ["ABAB", "BABA", "CCCC", "CCCC", "CCCC", "CCCC", "CCCC"];
    let mut ticket = RgbImage::from_pixel(160, 460, WHITE);
    for (text, top) in TICKET.iter().zip([10, 60, 130, 210, 290, 370, 440]) {
        draw(&mut ticket, text, 0, top, 40, 16);
    }
    let mut page = RgbImage::from_pixel(960, 960, WHITE);
    for (row, text) in ["ABCABCAB", "CBACBACB", "ABCABCAB", "CBACBACB"].iter().enumerate() {
        draw(&mut page, text, 80, 80 + 64 * row as u32, 60, 24);
    }
    imageops::replace(&mut page, &imageops::rotate180(&ticket), 80, 450);
    // where one paper lies on its side, others may stand on their heads
    let mut beside = RgbImage::from_pixel(240, 320, WHITE);
    for (row, text) in ["ABCA", "BCAB", "CABC", "ACBA", "BACB"].iter().enumerate() {
        draw(&mut beside, text, 0, 20 + 64 * row as u32, 60, 24);
    }
    imageops::replace(&mut page, &imageops::rotate90(&beside), 620, 680);
    let text = reader_with(true).0.read(&page, None).unwrap();
    let on_its_head = text.turned.iter().find(|part| part.orientation == 180).map(texts);
    // one letter again and again is read as one
    assert_eq!(on_its_head, Some(TICKET.map(|text| if text == "CCCC" { "C" } else { text }.to_owned()).to_vec()));
}

#[test]
fn small_text_is_looked_at_again() {
    let mut page = RgbImage::from_pixel(2400, 1600, WHITE);
    for row in 0..12 {
        draw(&mut page, "ABCAB", 200 + row * 20, 100 + row * 110, 40, 13);
    }
    let (reader, sizes) = reader();
    let text = reader.read(&page, None).unwrap();
    assert_eq!(texts(&text), vec!["ABCAB"; 12]);
    let longest: Vec<usize> = sizes.lock().unwrap().iter().map(|shape| shape[3]).collect();
    // Once at first, then closer, in parts that overlap.
    let (first, closer) = longest.split_first().unwrap();
    assert!(*first == 960 && closer.len() > 1 && closer.iter().sum::<usize>() > 1200, "{longest:?}");
}

#[test]
fn what_is_written_on_in_one_half_of_a_page_is_looked_at_by_itself() {
    let mut page = RgbImage::from_pixel(1240, 1754, WHITE);
    for row in 0..12 {
        draw(&mut page, "ABCAB", 200 + row * 20, 100 + row * 60, 40, 12);
    }
    // how the page lies, the turn that is told, and in which forms the detector sees it and its written part, once more where it lies on its side
    let whole: [(RgbImage, u16, &[[usize; 2]]); 2] =
        [(page.clone(), 0, &[[960, 672], [960, 640]]), (imageops::rotate90(&page), 90, &[[672, 960], [640, 960], [960, 640]])];
    for (page, orientation, forms) in whole {
        let (reader, sizes) = reader();
        let text = reader.read(&page, None).unwrap();
        assert_eq!((texts(&text), text.orientation), (vec!["ABCAB".to_owned(); 12], orientation));
        // of the upright page, wherever the part lay
        let [first, last] = [&text.lines[0], &text.lines[11]].map(|line| line.corners[0]);
        assert!((last.x - first.x - 220.0).abs() < 3.0 && (last.y - first.y - 660.0).abs() < 3.0, "{first:?} {last:?}");
        assert!((first.x - 191.0).abs() < 3.0 && (first.y - 91.0).abs() < 3.0, "{first:?}");
        assert_eq!(sizes.lock().unwrap().iter().map(|shape| [shape[2], shape[3]]).collect::<Vec<_>>(), forms);
    }
}

#[test]
fn a_part_is_looked_at_as_closely_as_its_lines_need_and_known_lines_are_not_read() {
    let part = imageops::crop_imm(&page(), 0, 40, 480, 320).to_image();
    // how high its lines are said to be, what is known, what is read, and how closely the detector looks
    type Known = &'static [[f32; 4]];
    let cases: [(f32, Known, &[&str], usize); 4] = [
        (24.0, &[], &["ABC", "BACACB"], 576),
        (24.0, &[[90.0, 30.0, 290.0, 75.0]], &["BACACB"], 576),
        (14.0, &[], &["ABC", "BACACB"], 960),
        (400.0, &[], &["ABC", "BACACB"], 320),
    ];
    for (height, known, expected, side) in cases {
        let (reader, sizes) = reader();
        let lines = reader.read_part(&part, height, known, None).unwrap();
        assert_eq!(lines.iter().map(|line| line.text()).collect::<Vec<_>>(), expected, "{height}");
        assert_eq!(sizes.lock().unwrap().iter().map(|shape| shape[3]).collect::<Vec<_>>(), [side], "{height}");
    }
    assert!(reader().0.read_part(&RgbImage::new(0, 0), 24.0, &[], None).unwrap().is_empty());
}

#[test]
fn pictures_without_text_have_no_lines() {
    let (reader, _) = reader();
    for (width, height) in [(0, 0), (1, 1), (1, 3000), (3000, 2), (640, 480)] {
        let text = reader.read(&RgbImage::from_pixel(width, height, WHITE), None).unwrap();
        assert_eq!((text.lines.len(), text.width, text.height), (0, width, height));
    }
}

#[test]
fn an_old_deadline_ends_the_reading() {
    let past = Instant::now() - Duration::from_secs(1);
    assert!(matches!(reader().0.read(&page(), Some(past)), Err(Error::Time(0))));
    let far = Instant::now() + Duration::from_secs(3600);
    assert!(reader().0.read(&page(), Some(far)).is_ok());
}

/// Answers in a form that neither a detector nor a recogniser has.
struct Odd;

impl Engine for Odd {
    fn run(&self, _: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
        fill(&mut []);
        take(&[2, 2], &[0.0; 4]);
        Ok(())
    }

    fn parallel(&self) -> usize {
        2
    }
}

#[test]
fn models_of_another_kind_are_an_error() {
    let colours = || Box::new(Colours { sizes: Arc::default(), shy: false });
    let recogniser = |engine| Recogniser::new(engine, Alphabet::of_list(["A", "B", "C"]));
    let no_detector = Reader::of(Detector::new(Box::new(Odd)), recogniser(Box::new(Letters)));
    let no_recogniser = Reader::of(Detector::new(colours()), recogniser(Box::new(Odd)));
    let other_alphabet = Reader::of(Detector::new(colours()), Recogniser::new(Box::new(Letters), Alphabet::of_list(["A"])));
    for reader in [no_detector, no_recogniser, other_alphabet] {
        assert!(matches!(reader.read(&page(), None), Err(Error::Engine(_))));
    }
}

#[test]
fn many_callers_get_their_own_answers() {
    let (reader, _) = reader();
    let other = imageops::rotate180(&page());
    std::thread::scope(|scope| {
        for i in 0..8 {
            let (reader, other) = (&reader, &other);
            scope.spawn(move || {
                let text = if i % 2 == 0 { reader.read(&page(), None) } else { reader.read(other, None) }.unwrap();
                assert_eq!(text.orientation, if i % 2 == 0 { 0 } else { 180 });
                assert_eq!(texts(&text), ["ABC", "CABAC", "BACACB", "CBABC"]);
            });
        }
    });
}
