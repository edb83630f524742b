//! Places: crop box and rotation, ruled lines, pictures.

use document::page::{Rect, Turn};

use crate::writer::{HELVETICA, Pdf};
use crate::{lines, open};

const FONT: &str = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";

fn text_box(entries: &str) -> (f32, f32, Rect, Turn) {
    let mut pdf = Pdf::new();
    pdf.page("BT /F1 10 Tf 50 40 Td (X) Tj ET", FONT, entries);
    let pdf = open(&pdf.finish());
    let page = &pdf.pages[0];
    (page.width, page.height, page.lines[0].area, page.lines[0].turn)
}

#[test]
fn crop_box_moves_and_rotation_turns() {
    let (width, height, plain, turn) = text_box("/MediaBox [0 0 200 100]");
    assert_eq!((width, height, turn), (200.0, 100.0, Turn::None));
    assert_eq!(plain.left, 50.0);
    let (width, height, cropped, _) = text_box("/MediaBox [0 0 200 100] /CropBox [30 10 150 90]");
    assert_eq!((width, height), (120.0, 80.0));
    assert_eq!((cropped.left, cropped.top), (plain.left - 30.0, plain.top - 10.0));
    let table = [(90, Turn::Quarter), (180, Turn::Half), (270, Turn::ThreeQuarters), (-90, Turn::ThreeQuarters), (360, Turn::None)];
    for (rotate, expected) in table {
        let (width, height, area, turn) = text_box(&format!("/MediaBox [0 0 200 100] /Rotate {rotate}"));
        assert_eq!(turn, expected, "{rotate}");
        let centre = plain.center();
        let (x, y) = match expected {
            Turn::None => (centre.x, centre.y),
            Turn::Quarter => (100.0 - centre.y, centre.x),
            Turn::Half => (200.0 - centre.x, 100.0 - centre.y),
            Turn::ThreeQuarters => (centre.y, 200.0 - centre.x),
        };
        assert!((area.center().x - x).abs() < 0.01 && (area.center().y - y).abs() < 0.01, "{rotate}: {area:?}");
        assert_eq!(if rotate % 180 == 0 { (width, height) } else { (height, width) }, (200.0, 100.0), "{rotate}");
    }
}

#[test]
fn text_turned_back_on_a_turned_page_is_upright() {
    let mut pdf = Pdf::new();
    pdf.page("BT /F1 10 Tf 0 1 -1 0 50 20 Tm (UP) Tj ET", &format!("/Font << /F1 {HELVETICA} >>"), "/MediaBox [0 0 200 100] /Rotate 90");
    let pdf = open(&pdf.finish());
    assert_eq!(lines(&pdf, 0), ["UP"]);
    assert_eq!(pdf.pages[0].lines[0].turn, Turn::None);
}

/// Rules as rounded numbers: x and y of both ends.
fn rules(content: &str) -> Vec<[i32; 4]> {
    let pdf = open(&Pdf::one_page(content, ""));
    let round = |n: f32| n.round() as i32;
    pdf.pages[0].rules.iter().map(|r| [round(r.from.x), round(r.from.y), round(r.to.x), round(r.to.y)]).collect()
}

#[test]
fn ruled_lines() {
    let table: [(&str, &str, Vec<[i32; 4]>); 9] = [
        ("a stroke", "10 50 m 190 50 l S", vec![[10, 50, 190, 50]]),
        ("drawn from right to left", "190 50 m 10 50 l S", vec![[10, 50, 190, 50]]),
        ("two strokes of one path", "10 50 m 190 50 l 20 10 m 20 90 l S", vec![[10, 50, 190, 50], [20, 10, 20, 90]]),
        ("a stroked rectangle", "10 10 100 50 re S", vec![[10, 90, 110, 90], [110, 40, 110, 90], [10, 40, 110, 40], [10, 40, 10, 90]]),
        ("a thin filled bar", "10 50 100 0.5 re f", vec![[10, 50, 110, 50]]),
        ("two thin bars in one path", "10 50 100 0.5 re 10 20 0.5 60 re f", vec![[10, 50, 110, 50], [10, 20, 10, 80]]),
        ("a filled box is no line", "10 50 100 30 re f", vec![]),
        ("neither is a slanted stroke, a curve or a dot", "10 10 m 90 60 l S 10 10 m 20 40 50 40 60 10 c S 5 5 m 6 5 l S", vec![]),
        ("cut at the page's edge", "-50 50 m 400 50 l S", vec![[0, 50, 200, 50]]),
    ];
    for (what, content, expected) in table {
        let mut found = rules(content);
        let mut expected = expected;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn columns_are_divided_by_their_rule() {
    let content = "BT /F1 10 Tf 20 50 Td (AB) Tj ET BT /F1 10 Tf 35 50 Td (CD) Tj ET 34.2 0 m 34.2 100 l S";
    let pdf = open(&Pdf::one_page(content, &format!("/Font << /F1 {HELVETICA} >>")));
    assert_eq!(lines(&pdf, 0), ["AB", "CD"]);
}

/// A picture of two pixels, black and white, painted by this matrix.
fn painted(matrix: &str) -> document::page::Picture {
    let mut pdf = Pdf::new();
    pdf.page(&format!("q {matrix} cm /Im Do Q"), "/XObject << /Im 5 0 R >>", "/MediaBox [0 0 200 100]");
    pdf.stream("/Type /XObject /Subtype /Image /Width 2 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", &[0, 255]);
    open(&pdf.finish()).pages.remove(0).pictures.remove(0)
}

#[test]
fn pictures_come_with_their_pixels_as_painted() {
    let table = [
        ("as it is", "40 0 0 20 10 30", (2, 1), [0, 255]),
        ("mirrored", "-40 0 0 20 50 30", (2, 1), [255, 0]),
        ("turned a quarter clockwise", "0 -40 20 0 10 70", (1, 2), [0, 255]),
        ("turned a quarter the other way", "0 40 -20 0 30 30", (1, 2), [255, 0]),
        ("turned by half", "-40 0 0 -20 50 50", (2, 1), [255, 0]),
    ];
    for (what, matrix, size, greys) in table {
        let picture = painted(matrix);
        let pixels = picture.pixels.expect("the picture is small enough");
        assert_eq!(pixels.dimensions(), size, "{what}");
        assert_eq!(pixels.pixels().map(|p| p.0[0]).collect::<Vec<_>>(), greys, "{what}");
        assert!(!picture.annotation);
    }
    let area = painted("40 0 0 20 10 30").area;
    assert_eq!((area.left, area.top, area.right, area.bottom), (10.0, 50.0, 50.0, 70.0));
}
