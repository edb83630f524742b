//! Real documents, where they are at hand: every PDF and picture opens, and the labels that every form has are read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use document::Document;
use document::budget::Budget;

/// The files of one kind, or none with a message where the samples are not there.
#[expect(clippy::print_stderr, reason = "a test that was skipped has to say so")]
fn samples(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples").join(kind);
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: samples not there");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    files
}

fn open(file: &Path) -> Document {
    let bytes = std::fs::read(file).expect("the sample can be read");
    // How long it takes is for the bench to say.
    let budget = Budget { time: Duration::from_secs(600), ..Budget::default() };
    document::open(&bytes, &budget).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn every_pdf_opens_and_its_labels_are_read() {
    for file in samples("pdf") {
        let document = open(&file);
        for (index, page) in document.pages.iter().enumerate() {
            if !page.readable {
                continue;
            }
            let text: String = page.lines.iter().map(|line| line.text().replace(' ', "") + "\n").collect();
            let labels = ["开票日期", "填开日期", "行程"];
            assert!(labels.iter().any(|label| text.contains(label)), "{} page {index}:\n{text}", file.display());
            assert!(!text.contains('\u{FFFD}'), "{} page {index}", file.display());
            for line in &page.lines {
                let area = line.area;
                assert!(area.left <= area.right && area.top <= area.bottom, "{}: {line:?}", file.display());
                assert!(
                    area.right > 0.0 && area.left < page.width && area.bottom > 0.0 && area.top < page.height,
                    "{}: {line:?}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn pages_of_pictures_alone_are_left_to_the_eye() {
    for file in samples("pdf") {
        let document = open(&file);
        for page in document.pages.iter().filter(|page| !page.readable) {
            assert!(!page.pictures.is_empty(), "{}: neither text nor picture", file.display());
        }
    }
}

#[test]
fn every_picture_opens() {
    for file in samples("image") {
        let document = open(&file);
        let picture = document.picture().expect("it is a picture");
        assert!(picture.width() > 100 && picture.height() > 100, "{}", file.display());
    }
}
