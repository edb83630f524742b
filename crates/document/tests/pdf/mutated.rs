//! Changed, cut and doubled bytes: a document or an error, never a panic, and never over the budget.

use std::time::Duration;

use document::budget::Budget;
use proptest::prelude::*;

use crate::writer::{HELVETICA, Pdf, chinese, utf16};

/// A page that uses most of what a PDF has: two fonts, a form, a picture, rules, an annotation, an attachment, Info.
fn fixture() -> Vec<u8> {
    let mut pdf = Pdf::new();
    let resources = format!("/Font << /F1 {HELVETICA} /F2 {} >> /XObject << /Im 5 0 R /Fm 6 0 R >>", chinese("UniGB-UCS2-H"));
    let content = format!(
        "q 20 0 0 20 10 10 cm /Im Do Q /Fm Do BT /F1 10 Tf 20 50 Td [(Total) -500 (12.50)] TJ /F2 9 Tf 0 20 Td <{}> Tj ET \
         10 10 180 80 re S 100 10 m 100 90 l S",
        utf16("价税合计")
    );
    pdf.page(
        &content,
        &resources,
        "/MediaBox [0 0 200 100] /Annots [<< /Type /Annot /Subtype /Stamp /Rect [0 0 50 20] /AP << /N 6 0 R >> >>]",
    );
    pdf.stream("/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray", &[0, 255, 255, 0]);
    pdf.stream("/Type /XObject /Subtype /Form /BBox [0 0 200 100]", b"BT /F1 8 Tf 120 80 Td (form) Tj ET");
    let file = pdf.stream("/Type /EmbeddedFile", b"<a/>");
    pdf.catalogue(&format!("/Names << /EmbeddedFiles << /Names [(a) << /F (a.xml) /EF << /F {file} 0 R >> >>] >> >>"));
    let info = pdf.add("<< /Title (Fixture) >>");
    pdf.trailer(&format!("/Info {info} 0 R"));
    pdf.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn mutations(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        digits in prop::collection::vec((any::<prop::sample::Index>(), b'0'..=b'9'), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        doubled in prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>())),
    ) {
        let mut bytes = fixture();
        for (place, value) in &changes {
            let at = place.index(bytes.len());
            bytes[at] = *value;
        }
        // A changed digit is a changed number, length or reference: the file still parses and means something else.
        let numbers: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
        for (place, digit) in digits.iter().filter(|_| !numbers.is_empty()) {
            bytes[numbers[place.index(numbers.len())]] = *digit;
        }
        if let Some((from, to)) = doubled {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(from..from, piece);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let budget = Budget { time: Duration::from_secs(5), unpacked: 16 << 20, pixels: 1_000_000, ..Budget::default() };
        if let Ok(document) = document::open(&bytes, &budget) {
            prop_assert!(document.pages.len() <= budget.pages);
        }
    }
}
