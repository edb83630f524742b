//! Characters: encodings, fonts without ToUnicode, bold by striking twice, layers that cannot be seen.

use skrifa::MetadataProvider;

use crate::writer::{HELVETICA, Pdf, chinese, hex, utf16};
use crate::{lines, open};

fn font(body: &str) -> String {
    format!("/Font << /F1 {body} >>")
}

#[test]
fn simple_font() {
    let pdf = open(&Pdf::one_page("BT /F1 10 Tf 20 50 Td (Total 12.50) Tj ET", &font(HELVETICA)));
    assert_eq!(lines(&pdf, 0), ["Total 12.50"]);
    let line = &pdf.pages[0].lines[0];
    assert!(pdf.pages[0].readable);
    assert_eq!((line.size, line.area.left), (10.0, 20.0));
    // The baseline is 50 points above the lower edge of a page of 100.
    assert!(line.area.top < 50.0 && line.area.bottom > 50.0, "{:?}", line.area);
    // The digits of Helvetica are 0.556 em wide.
    let digit = line.chars.iter().find(|c| c.ch == '1').expect("the digit is there").area;
    assert!((digit.width() - 5.56).abs() < 0.02, "{digit:?}");
}

#[test]
fn predefined_cmaps_of_fonts_that_are_not_embedded() {
    let (gbk, _, _) = encoding_rs::GBK.encode("价税合计");
    let table = [
        ("UniGB-UCS2-H", utf16("价税合计")),
        ("UniGB-UTF16-H", utf16("价税合计")),
        ("GBK-EUC-H", hex(&gbk)),
        ("GBKp-EUC-H", hex(&gbk)),
        ("GBK2K-H", hex(&gbk)),
        ("GB-EUC-H", hex(&gbk)),
    ];
    for (encoding, codes) in table {
        let content = format!("BT /F1 10 Tf 20 50 Td <{codes}> Tj ET");
        let pdf = open(&Pdf::one_page(&content, &font(&chinese(encoding))));
        assert_eq!(lines(&pdf, 0), ["价税合计"], "{encoding}");
        let boxes: Vec<f32> = pdf.pages[0].lines[0].chars.iter().map(|c| c.area.left).collect();
        assert_eq!(boxes, [20.0, 30.0, 40.0, 50.0], "{encoding}");
    }
}

#[test]
fn a_substitute_font_keeps_the_stated_widths() {
    let widths = "500 ".repeat(95);
    let body = format!(
        "<< /Type /Font /Subtype /TrueType /BaseFont /SimSun /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths [{widths}] \
         /FontDescriptor << /Type /FontDescriptor /FontName /SimSun /Flags 32 >> >>"
    );
    let pdf = open(&Pdf::one_page("BT /F1 10 Tf 20 50 Td (1il.50) Tj ET", &font(&body)));
    assert_eq!(lines(&pdf, 0), ["1il.50"]);
    for (index, letter) in pdf.pages[0].lines[0].chars.iter().enumerate() {
        let left = 20.0 + 5.0 * index as f32;
        assert!((letter.area.left - left).abs() < 0.01 && (letter.area.right - left - 5.0).abs() < 0.01, "{letter:?}");
    }
}

#[test]
fn to_unicode_decides() {
    let mut pdf = Pdf::new();
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def \
        1 begincodespacerange <00> <FF> endcodespacerange \
        3 beginbfchar <01> <53D1> <02> <7968> <03> <00660069> endbfchar endcmap end end";
    let map = pdf.stream("", map.as_bytes());
    let body = format!(
        "<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar 1 /LastChar 3 /Widths [1000 1000 600] /ToUnicode {map} 0 R >>"
    );
    pdf.page("BT /F1 10 Tf 20 50 Td <010203> Tj ET", &font(&body), "/MediaBox [0 0 200 100]");
    let pdf = open(&pdf.finish());
    // A glyph of two characters gives each half of its box.
    assert_eq!(lines(&pdf, 0), ["发票fi"]);
    let chars = &pdf.pages[0].lines[0].chars;
    assert!((chars[2].area.width() - chars[3].area.width()).abs() < 0.01 && chars[2].area.right <= chars[3].area.left + 0.01);
}

#[test]
fn embedded_font_without_to_unicode_is_read_by_its_own_cmap() {
    let data = mupdf_fonts_droid::find_by_name("Droid Sans Fallback Full", false, false).expect("the font is there").data;
    let droid = skrifa::FontRef::new(data).expect("the font is whole");
    let codes: String = "金额".chars().map(|ch| format!("{:04X}", droid.charmap().map(ch).expect("in the font").to_u32())).collect();
    let mut pdf = Pdf::new();
    let program = pdf.stream("", data);
    let descriptor = pdf.add(&format!("<< /Type /FontDescriptor /FontName /Droid /Flags 4 /FontFile2 {program} 0 R >>"));
    let body = format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /Droid /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 \
         /BaseFont /Droid /CIDToGIDMap /Identity /DW 1000 /FontDescriptor {descriptor} 0 R \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
    );
    pdf.page(&format!("BT /F1 10 Tf 20 50 Td <{codes}> Tj ET"), &font(&body), "/MediaBox [0 0 200 100]");
    assert_eq!(lines(&open(&pdf.finish()), 0), ["金额"]);
}

#[test]
fn text_without_any_map_is_unknown_and_not_readable() {
    let body = "<< /Type /Font /Subtype /Type0 /BaseFont /Nameless /Encoding /Identity-H /DescendantFonts [<< /Type /Font \
        /Subtype /CIDFontType2 /BaseFont /Nameless /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>";
    let pdf = open(&Pdf::one_page("BT /F1 10 Tf 20 50 Td <00010002> Tj ET", &font(body)));
    assert_eq!(lines(&pdf, 0), ["\u{FFFD}\u{FFFD}"]);
    assert!(!pdf.pages[0].readable);
}

#[test]
fn struck_twice_for_bold() {
    let content =
        "BT /F1 10 Tf 20 50 Td (Amount 11) Tj ET BT /F1 10 Tf 20.3 50 Td (Amount 11) Tj ET BT 2 Tr /F1 10 Tf 20 20 Td (fill) Tj ET";
    assert_eq!(lines(&open(&Pdf::one_page(content, &font(HELVETICA))), 0), ["Amount 11", "fill"]);
}

#[test]
fn invisible_text_counts_only_where_there_is_no_other() {
    let hidden = "BT 3 Tr /F1 10 Tf 20 50 Td (scanned layer) Tj ET ";
    assert_eq!(lines(&open(&Pdf::one_page(hidden, &font(HELVETICA))), 0), ["scanned layer"]);
    let both = format!("{hidden} BT 0 Tr /F1 10 Tf 20 20 Td (seen) Tj ET");
    assert_eq!(lines(&open(&Pdf::one_page(&both, &font(HELVETICA))), 0), ["seen"]);
}

#[test]
fn a_scan_with_a_text_layer_is_not_readable() {
    let image = "/XObject << /Im 5 0 R >>";
    let mut pdf = Pdf::new();
    pdf.page(
        "q 200 0 0 100 0 0 cm /Im Do Q BT 3 Tr /F1 10 Tf 20 50 Td (what another program read off a scan) Tj ET",
        &format!("{} {image}", font(HELVETICA)),
        "/MediaBox [0 0 200 100]",
    );
    pdf.stream("/Type /XObject /Subtype /Image /Width 2 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", &[0, 255]);
    let pdf = open(&pdf.finish());
    assert_eq!(pdf.pages[0].pictures.len(), 1);
    assert_eq!(pdf.pages[0].lines.len(), 1);
    assert!(!pdf.pages[0].readable);
}

#[test]
fn text_that_cannot_be_seen_is_dropped() {
    let outside = "BT /F1 10 Tf 20 500 Td (above the page) Tj ET BT /F1 10 Tf -300 50 Td (left of it) Tj ET ";
    let clipped = "q 0 0 10 10 re W n BT /F1 10 Tf 100 50 Td (outside the clip) Tj ET Q BT /F1 10 Tf 20 50 Td (here) Tj ET";
    assert_eq!(lines(&open(&Pdf::one_page(&format!("{outside}{clipped}"), &font(HELVETICA))), 0), ["here"]);
}

#[test]
fn vertical_writing_is_a_column() {
    let content = format!("BT /F1 10 Tf 50 90 Td <{}> Tj ET", utf16("购买方"));
    assert_eq!(lines(&open(&Pdf::one_page(&content, &font(&chinese("UniGB-UCS2-V")))), 0), ["购买方"]);
}

#[test]
fn annotations_are_notes_but_typed_fields_are_text() {
    let mut pdf = Pdf::new();
    let annots = "/Annots [<< /Type /Annot /Subtype /Stamp /Rect [10 10 110 30] /AP << /N 5 0 R >> >> \
        << /Type /Annot /Subtype /Widget /FT /Tx /Rect [10 60 110 80] /AP << /N 6 0 R >> >>]";
    pdf.page("", "", &format!("/MediaBox [0 0 200 100] {annots}"));
    let form = |text: &str| format!("BT /F1 10 Tf 2 5 Td ({text}) Tj ET");
    let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << {} >>", font(HELVETICA));
    assert_eq!(pdf.stream(&entries, form("stamp").as_bytes()), 5);
    assert_eq!(pdf.stream(&entries, form("typed").as_bytes()), 6);
    let pdf = open(&pdf.finish());
    assert_eq!(lines(&pdf, 0), ["typed"]);
    assert_eq!(pdf.pages[0].notes.iter().map(|l| l.text()).collect::<Vec<_>>(), ["stamp"]);
}
