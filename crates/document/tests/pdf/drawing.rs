//! Drawing pages.

use document::budget::Budget;
use document::error::Error;

use crate::open;
use crate::writer::{HELVETICA, Pdf, chinese, utf16};

/// How many pixels are dark.
fn ink(picture: &image::RgbImage) -> usize {
    picture.pixels().filter(|p| p.0.iter().all(|c| *c < 128)).count()
}

#[test]
fn size_follows_the_resolution() {
    let pdf = open(&Pdf::one_page("0 0 100 100 re f", ""));
    let picture = pdf.draw(0, 144.0, &Budget::default()).expect("the page draws");
    assert_eq!(picture.dimensions(), (400, 200));
    assert_eq!((picture.get_pixel(10, 100).0, picture.get_pixel(390, 100).0), ([0; 3], [255; 3]), "left half black on white");
    assert_eq!(pdf.draw(1, 72.0, &Budget::default()).err(), Some(Error::NoPage { page: 1, pages: 1 }));
}

#[test]
fn a_turned_page_is_drawn_upright() {
    let mut pdf = Pdf::new();
    pdf.page("0 0 100 100 re f", "", "/MediaBox [0 0 200 100] /Rotate 90");
    let picture = open(&pdf.finish()).draw(0, 72.0, &Budget::default()).expect("the page draws");
    assert_eq!(picture.dimensions(), (100, 200));
    assert_eq!((picture.get_pixel(50, 10).0, picture.get_pixel(50, 190).0), ([0; 3], [255; 3]));
}

#[test]
fn a_page_that_is_one_picture_is_that_picture() {
    let table = [
        // the page's entries, what it paints, and the picture's size with the greys of its corners, or that of the page where it is drawn
        ("as it is", "", "q 180 0 0 90 10 5 cm /Im Do Q", (4, 2), Some([0, 255])),
        ("turned with its page", "/Rotate 90", "q 180 0 0 90 10 5 cm /Im Do Q", (2, 4), Some([0, 255])),
        ("on white", "", "1 g 0 0 200 100 re f q 180 0 0 90 10 5 cm /Im Do Q", (4, 2), Some([0, 255])),
        (
            "with text that another program read off it",
            "",
            "q 180 0 0 90 10 5 cm /Im Do Q BT 3 Tr /F1 10 Tf 20 50 Td (AB) Tj ET",
            (4, 2),
            Some([0, 255]),
        ),
        ("beside another", "", "q 90 0 0 45 10 5 cm /Im Do Q q 90 0 0 45 100 5 cm /Im Do Q", (200, 100), None),
        ("with text", "", "q 180 0 0 90 10 5 cm /Im Do Q BT /F1 10 Tf 20 50 Td (AB) Tj ET", (200, 100), None),
        ("with a line", "", "q 180 0 0 90 10 5 cm /Im Do Q 0 50 m 200 50 l S", (200, 100), None),
        ("with a shape", "", "q 180 0 0 90 10 5 cm /Im Do Q 0 0 m 50 80 l 90 20 l f", (200, 100), None),
        ("stretched", "", "q 180 0 0 40 10 5 cm /Im Do Q", (200, 100), None),
        ("aslant", "", "q 160 20 -10 80 20 5 cm /Im Do Q", (200, 100), None),
        (
            "with a stamp",
            "/Annots [ << /Type /Annot /Subtype /Text /Rect [0 0 9 9] >> ]",
            "q 180 0 0 90 10 5 cm /Im Do Q",
            (200, 100),
            None,
        ),
    ];
    for (what, entries, content, size, corners) in table {
        let mut pdf = Pdf::new();
        let resources = format!("/XObject << /Im 5 0 R >> /Font << /F1 {HELVETICA} >>");
        pdf.page(content, &resources, &format!("/MediaBox [0 0 200 100] {entries}"));
        let picture = "/Type /XObject /Subtype /Image /Width 4 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray";
        pdf.stream(picture, &[0, 0, 255, 255, 0, 0, 255, 255]);
        let drawn = open(&pdf.finish()).draw(0, 72.0, &Budget::default()).expect(what);
        assert_eq!(drawn.dimensions(), size, "{what}");
        if let Some(greys) = corners {
            let (right, bottom) = (size.0 - 1, size.1 - 1);
            assert_eq!([drawn.get_pixel(0, 0), drawn.get_pixel(right, bottom)].map(|p| p.0[0]), greys, "{what}");
        }
    }
}

#[test]
fn chinese_text_without_a_font_is_drawn_with_ours() {
    let content = format!("BT /F1 40 Tf 20 30 Td <{}> Tj ET", utf16("发票"));
    let pdf = open(&Pdf::one_page(&content, &format!("/Font << /F1 {} >>", chinese("UniGB-UCS2-H"))));
    let picture = pdf.draw(0, 72.0, &Budget::default()).expect("the page draws");
    assert!(ink(&picture) > 200, "{}", ink(&picture));
}

#[test]
fn latin_text_without_a_font_is_drawn_too() {
    let pdf = open(&Pdf::one_page("BT /F1 40 Tf 20 30 Td (Total) Tj ET", &format!("/Font << /F1 {HELVETICA} >>")));
    assert!(ink(&pdf.draw(0, 72.0, &Budget::default()).expect("the page draws")) > 200);
}

#[test]
fn pixels_over_the_budget_lower_the_resolution() {
    let pdf = open(&Pdf::one_page("0 0 100 100 re f", ""));
    let budget = Budget { pixels: 5_000, ..Budget::default() };
    let picture = pdf.draw(0, 600.0, &budget).expect("the page draws");
    assert!(picture.width() * picture.height() <= 5_000 && picture.width() >= 98, "{:?}", picture.dimensions());
}

#[test]
fn a_page_of_any_size_draws() {
    for size in ["[0 0 1000000 1000000]", "[0 0 1000000 1]", "[0 0 0.001 0.001]", "[0 0 0 0]", "[10 10 -5 -5]", "[0 0 14400 14400]"] {
        let mut pdf = Pdf::new();
        pdf.page("0 0 100 100 re f", "", &format!("/MediaBox {size}"));
        let pdf = open(&pdf.finish());
        let picture = pdf.draw(0, 300.0, &Budget { pixels: 1_000_000, ..Budget::default() }).expect(size);
        assert!(picture.width() > 0 && u64::from(picture.width()) * u64::from(picture.height()) <= 1_000_000, "{size}");
    }
}
