//! What a PDF carries: attached files, Info entries, signature fields.

use document::error::Format;
use document::payload::{Origin, Payload};

use crate::open;
use crate::writer::{Pdf, utf16};

const XML: &[u8] = b"<EInvoice><Header/></EInvoice>";

fn xml_names(document: &document::Document) -> Vec<String> {
    document
        .payloads
        .iter()
        .filter_map(|payload| match payload {
            Payload::Xml { name, origin: Origin::Attachment, root } => Some(format!("{name}:{}", root.name)),
            _ => None,
        })
        .collect()
}

#[test]
fn embedded_files_annotations_and_associated_files() {
    let mut pdf = Pdf::new();
    let annotation = "/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 10 10] /FS 9 0 R >>]";
    pdf.page("", "", &format!("/MediaBox [0 0 200 100] {annotation}"));
    let file = pdf.stream("/Type /EmbeddedFile", XML);
    let other = pdf.stream("/Type /EmbeddedFile", b"<xbrl/>");
    let third = pdf.stream("/Type /EmbeddedFile", b"<atr/>");
    let first = pdf.add(&format!("<< /Type /Filespec /F (a.xml) /UF <FEFF{}> /EF << /F {file} 0 R >> >>", utf16("发票.xml")));
    let second = pdf.add(&format!("<< /Type /Filespec /F (b.xbrl) /EF << /F {other} 0 R >> >>"));
    assert_eq!(second, 9);
    let third = pdf.add(&format!("<< /Type /Filespec /F (c.xml) /AFRelationship /Data /EF << /UF {third} 0 R >> >>"));
    // The tree names the first file twice, once through a kid that names itself.
    let leaf = pdf.add(&format!("<< /Names [(a) {first} 0 R] /Kids [12 0 R] >>"));
    pdf.add(&format!("<< /Kids [{leaf} 0 R 12 0 R] >>"));
    pdf.catalogue(&format!("/Names << /EmbeddedFiles << /Names [(a) {first} 0 R] /Kids [{leaf} 0 R] >> >> /AF [{third} 0 R {first} 0 R]"));
    let pdf = open(&pdf.finish());
    assert_eq!(xml_names(&pdf), ["发票.xml:EInvoice", "c.xml:atr", "b.xbrl:xbrl"]);
}

#[test]
fn a_pdf_inside_a_pdf_is_opened_and_other_files_passed_over() {
    let inner = Pdf::one_page("", "");
    let mut pdf = Pdf::new();
    pdf.page("", "", "/MediaBox [0 0 200 100]");
    let files: Vec<String> = [("inner.pdf", inner.as_slice()), ("note.txt", b"just text"), ("broken.pdf", b"%PDF-1.7 nothing")]
        .into_iter()
        .map(|(name, bytes)| {
            let stream = pdf.stream("/Type /EmbeddedFile", bytes);
            format!("({name}) << /Type /Filespec /F ({name}) /EF << /F {stream} 0 R >> >>")
        })
        .collect();
    pdf.catalogue(&format!("/Names << /EmbeddedFiles << /Names [{}] >> >>", files.join(" ")));
    let pdf = open(&pdf.finish());
    assert_eq!(pdf.attached.len(), 1);
    assert_eq!((pdf.attached[0].0.as_str(), pdf.attached[0].1.format, pdf.attached[0].1.pages.len()), ("inner.pdf", Format::Pdf, 1));
}

#[test]
fn info_entries_standard_and_other() {
    let mut pdf = Pdf::new();
    pdf.page("", "", "/MediaBox [0 0 200 100]");
    let info = pdf.add(&format!("<< /Producer (Maker \\204 1) /Title <FEFF{}> /InvoiceNumber (00012345) >>", utf16("电子发票")));
    pdf.trailer(&format!("/Info {info} 0 R"));
    let pdf = open(&pdf.finish());
    let Some(Payload::Pairs { info: true, pairs }) = pdf.payloads.first() else { panic!("no Info: {:?}", pdf.payloads) };
    let expected = [("InvoiceNumber", "00012345"), ("Producer", "Maker — 1"), ("Title", "电子发票")];
    assert_eq!(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn signature_fields_are_told_of() {
    let mut pdf = Pdf::new();
    let signature = pdf.add("<< /Type /Sig /Filter /Adobe.PPKLite /Name (Demo Bureau) /M (D:20240101120000+08'00') /Contents <00> >>");
    let field = pdf.add(&format!("<< /FT /Sig /T (SEAL) /V {signature} 0 R >>"));
    let annots = format!(
        "/Annots [<< /Subtype /Widget /Parent {field} 0 R /Rect [10 20 60 70] >> << /Subtype /Widget /FT /Sig /T (empty) /Rect [0 0 9 9] >>]"
    );
    pdf.page("", "", &format!("/MediaBox [0 0 200 100] {annots}"));
    let pdf = open(&pdf.finish());
    assert_eq!(pdf.seals.len(), 1, "a field that nobody signed is no seal");
    let seal = &pdf.seals[0];
    assert_eq!((seal.name.as_str(), seal.signer.as_str(), seal.time.as_str()), ("SEAL", "Demo Bureau", "D:20240101120000+08'00'"));
    let area = seal.area.expect("the widget has a place");
    assert_eq!((area.left, area.top, area.right, area.bottom, seal.page), (10.0, 30.0, 60.0, 80.0, Some(0)));
}
