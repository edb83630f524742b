//! Files made to cost: every one ends in an error that names the limit, or is read as far as it makes sense.

use std::time::Duration;

use document::budget::Budget;
use document::error::{Error, Limit};

use crate::open;
use crate::writer::{HELVETICA, Pdf, bomb};

fn limit(bytes: &[u8], budget: &Budget) -> Option<Limit> {
    match document::open(bytes, budget) {
        Err(Error::OverBudget { limit, .. }) => Some(limit),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => None,
    }
}

#[test]
fn a_content_stream_that_unpacks_without_end() {
    let mut pdf = Pdf::new();
    let content = pdf.stream("/Filter /FlateDecode", &bomb(300 << 20));
    pdf.page_of(&format!("{content} 0 R"), "", "/MediaBox [0 0 200 100]");
    assert_eq!(limit(&pdf.finish(), &Budget::default()), Some(Limit::Unpacked));
}

#[test]
fn a_bomb_behind_two_filters() {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&bomb(300 << 20)).expect("memory can be written to");
    let twice = encoder.finish().expect("memory can be written to");
    let mut pdf = Pdf::new();
    let content = pdf.stream("/Filter [/FlateDecode /FlateDecode]", &twice);
    pdf.page_of(&format!("{content} 0 R"), "", "/MediaBox [0 0 200 100]");
    assert_eq!(limit(&pdf.finish(), &Budget::default()), Some(Limit::Unpacked));
}

#[test]
fn one_stream_named_a_thousand_times() {
    let mut pdf = Pdf::new();
    let content = pdf.stream("/Filter /FlateDecode", &bomb(1 << 20));
    let contents = format!("[{}]", format!("{content} 0 R ").repeat(1000));
    pdf.page_of(&contents, "", "/MediaBox [0 0 200 100]");
    assert_eq!(limit(&pdf.finish(), &Budget::default()), Some(Limit::Unpacked));
}

#[test]
fn an_object_stream_that_unpacks_without_end() {
    let mut pdf = Pdf::new();
    pdf.page("", "", "/MediaBox [0 0 200 100]");
    pdf.stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &bomb(300 << 20));
    assert_eq!(limit(&pdf.finish(), &Budget::default()), Some(Limit::Unpacked));
}

#[test]
fn forms_that_draw_each_other() {
    // Eight floors of ten calls each: a hundred million forms, and the last one draws itself as well.
    let mut pdf = Pdf::new();
    pdf.page("/X Do", "/XObject << /X 5 0 R >>", "/MediaBox [0 0 200 100]");
    for floor in 0..8 {
        let next = if floor == 7 { 5 } else { 6 + floor };
        let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /XObject << /X {next} 0 R >> >>");
        pdf.stream(&entries, "/X Do ".repeat(10).as_bytes());
    }
    let budget = Budget { time: Duration::from_millis(300), ..Budget::default() };
    assert_eq!(limit(&pdf.finish(), &budget), Some(Limit::Time));
}

#[test]
fn a_form_that_draws_itself() {
    let mut pdf = Pdf::new();
    let resources = format!("/XObject << /X 5 0 R >> /Font << /F1 {HELVETICA} >>");
    pdf.page("/X Do", &resources, "/MediaBox [0 0 200 100]");
    let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << {resources} >>");
    pdf.stream(&entries, b"BT /F1 10 Tf 20 50 Td (once) Tj ET /X Do");
    let pdf = open(&pdf.finish());
    assert_eq!(pdf.pages[0].lines.iter().map(|l| l.text()).collect::<Vec<_>>(), ["once"]);
}

#[test]
fn more_pages_or_characters_than_allowed() {
    let mut pdf = Pdf::new();
    for _ in 0..5 {
        pdf.page("BT /F1 1 Tf 1 1 Td (xxxxxxxxxx) Tj ET", &format!("/Font << /F1 {HELVETICA} >>"), "/MediaBox [0 0 200 100]");
    }
    let bytes = pdf.finish();
    assert_eq!(limit(&bytes, &Budget { pages: 4, ..Budget::default() }), Some(Limit::Pages));
    assert_eq!(limit(&bytes, &Budget { glyphs: 49, ..Budget::default() }), Some(Limit::Glyphs));
    assert_eq!(limit(&bytes, &Budget { glyphs: 50, ..Budget::default() }), None);
    assert_eq!(limit(&bytes, &Budget { bytes: bytes.len() - 1, ..Budget::default() }), Some(Limit::Bytes));
}

#[test]
fn widths_for_four_thousand_million_codes() {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font \
        /Subtype /CIDFontType0 /BaseFont /STSong-Light /W [1 [500] 0 4294967295 500] >>] >>";
    let bytes = Pdf::one_page("BT /F1 10 Tf 20 50 Td <0041> Tj ET", &format!("/Font << /F1 {font} >>"));
    assert!(matches!(document::open(&bytes, &Budget::default()), Err(Error::Damaged { .. })));
}

#[test]
fn arrays_in_arrays() {
    let content = format!("{} TJ", "[".repeat(100_000));
    assert_eq!(open(&Pdf::one_page(&content, "")).pages.len(), 1);
    let mut pdf = Pdf::new();
    pdf.page("", &format!("/Deep {}", "[".repeat(100_000)), "/MediaBox [0 0 200 100]");
    // Such a page cannot be parsed; what matters is that the stack holds.
    let _ = document::open(&pdf.finish(), &Budget::default());
}

#[test]
fn a_picture_that_claims_more_pixels_than_allowed() {
    let mut pdf = Pdf::new();
    pdf.page("/Im Do", "/XObject << /Im 5 0 R >>", "/MediaBox [0 0 200 100]");
    pdf.stream("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceGray", &[0; 16]);
    let bytes = pdf.finish();
    let page = &open(&bytes).pages[0];
    assert!(page.pictures.iter().all(|picture| picture.pixels.is_none()), "its text can still be read");
    assert_eq!(drawn_to(&bytes), Some(Limit::Pixels));
}

#[test]
fn text_that_is_not_there() {
    for bytes in [&b"%PDF-1.7\n"[..], b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<< /Root 1 0 R >>\n"] {
        assert!(matches!(document::open(bytes, &Budget::default()), Err(Error::Damaged { .. })), "{bytes:?}");
    }
}

/// Draws the only page of a file and gives the limit that stopped it.
fn drawn_to(bytes: &[u8]) -> Option<Limit> {
    let budget = Budget { time: Duration::from_secs(2), pixels: 1_000_000, ..Budget::default() };
    match open(bytes).draw(0, 72.0, &budget) {
        Err(Error::OverBudget { limit, .. }) => Some(limit),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => None,
    }
}

#[test]
fn letters_that_are_drawings_of_drawings() {
    let mut pdf = Pdf::new();
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 65 /LastChar 65 \
        /Widths [1000] /Encoding << /Differences [65 /g1] >> /CharProcs << /g1 5 0 R >> /Resources << /XObject << /X 6 0 R >> >> >>";
    pdf.page("BT /F1 10 Tf 20 50 Td (A) Tj ET", &format!("/Font << /F1 {font} >>"), "/MediaBox [0 0 200 100]");
    pdf.stream("", b"1000 0 d0 /X Do");
    for floor in 0..8 {
        let next = 7 + floor;
        let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /XObject << /X {next} 0 R >> >>");
        pdf.stream(&entries, "/X Do ".repeat(10).as_bytes());
    }
    pdf.stream("/Type /XObject /Subtype /Form /BBox [0 0 200 100]", b"0 0 1 1 re f");
    let bytes = pdf.finish();
    assert!(!open(&bytes).pages[0].readable);
    assert_eq!(drawn_to(&bytes), Some(Limit::Time));
}

#[test]
fn a_pattern_of_a_thousand_million_tiles() {
    let mut pdf = Pdf::new();
    pdf.page("/Pattern cs /P scn 0 0 200 100 re f", "/Pattern << /P 5 0 R >>", "/MediaBox [0 0 200 100]");
    pdf.stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 100000 100000] /XStep 3 /YStep 3 /Resources << >>", b"0 0 1 1 re f");
    assert_eq!(drawn_to(&pdf.finish()), Some(Limit::Pixels));
}

#[test]
fn a_common_pattern_is_drawn() {
    let mut pdf = Pdf::new();
    pdf.page("/Pattern cs /P scn 0 0 200 100 re f", "/Pattern << /P 5 0 R >>", "/MediaBox [0 0 200 100]");
    pdf.stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 4 4] /XStep 4 /YStep 4 /Resources << >>", b"0 0 2 2 re f");
    assert_eq!(drawn_to(&pdf.finish()), None);
}

#[test]
fn sheet_upon_sheet() {
    let bytes = Pdf::one_page(&"0 0 200 100 re f ".repeat(1_500), "");
    assert_eq!(drawn_to(&bytes), Some(Limit::Pixels));
}
