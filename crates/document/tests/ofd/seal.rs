//! Electronic seals, built as GB/T 38540-2020 (version 4) and GM/T 0031-2014 (version 1) lay them out.

use std::io::Cursor;

use document::payload::Seal;
use image::{ImageFormat, Rgba, RgbaImage};

use crate::fixture::{Package, document_xml, ofd_xml, page_xml, wrap};

const VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";
const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";

/// One DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        256..=65_535 => out.extend([0x82, (length >> 8) as u8, length as u8]),
        _ => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

fn integer(n: u8) -> Vec<u8> {
    der(0x02, &[n])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    der(0x04, bytes)
}

fn utf8(text: &str) -> Vec<u8> {
    der(0x0C, text.as_bytes())
}

fn ia5(text: &str) -> Vec<u8> {
    der(0x16, text.as_bytes())
}

fn time(text: &str) -> Vec<u8> {
    der(0x18, text.as_bytes())
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    der(0x03, &[&[0], bytes].concat())
}

/// 1.2.156.10197.1.501, SM2 with SM3.
fn sm2() -> Vec<u8> {
    der(0x06, &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75])
}

/// A certificate whose subject has this common name, with a key and a signature of zeros.
fn certificate(common_name: &str) -> Vec<u8> {
    let name = |cn: &str| sequence(&[der(0x31, &sequence(&[der(0x06, &[0x55, 0x04, 0x03]), utf8(cn)]))]);
    let utc = |text: &str| der(0x17, text.as_bytes());
    let curve = der(0x06, &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D]);
    let key = sequence(&[sequence(&[der(0x06, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]), curve]), bits(&[4; 65])]);
    let signed = sequence(&[
        der(0xA0, &integer(2)),
        integer(7),
        sequence(&[sm2()]),
        name("测试根证书"),
        sequence(&[utc("260101000000Z"), utc("360101000000Z")]),
        name(common_name),
        key,
    ]);
    sequence(&[signed, sequence(&[sm2()]), bits(&[0; 64])])
}

fn picture(color: [u8; 4]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbaImage::from_pixel(30, 20, Rgba(color)).write_to(&mut out, ImageFormat::Png).expect("writing to memory");
    out.into_inner()
}

fn info(kind: &str, data: &[u8]) -> Vec<u8> {
    sequence(&[
        sequence(&[ia5("ES"), integer(4), ia5("TEST")]),
        ia5("99000000000001"),
        sequence(&[
            integer(3),
            utf8("演示发票专用章"),
            integer(1),
            sequence(&[octets(&certificate("演示销售方"))]),
            time("20260101000000Z"),
        ]),
        sequence(&[ia5(kind), octets(data), integer(30), integer(20)]),
    ])
}

fn version_4(kind: &str, data: &[u8]) -> Vec<u8> {
    let seal = sequence(&[info(kind, data), octets(&certificate("演示制章人")), sm2(), bits(&[0; 64])]);
    let to_sign = sequence(&[integer(4), seal, time("20260102030405Z"), bits(&[0; 32]), ia5("/Doc_0/Signs/Sign_0/Signature.xml")]);
    sequence(&[to_sign, octets(&certificate("演示销售方有限公司")), sm2(), bits(&[0; 64])])
}

fn version_1(kind: &str, data: &[u8]) -> Vec<u8> {
    let seal = sequence(&[info(kind, data), sequence(&[octets(&certificate("演示制章人")), sm2(), bits(&[0; 64])])]);
    let to_sign = sequence(&[
        integer(1),
        seal,
        bits(b"20260102030405Z"),
        bits(&[0; 32]),
        ia5("/Doc_0/Signs/Sign_0/Signature.xml"),
        octets(&certificate("演示销售方有限公司")),
        sm2(),
    ]);
    sequence(&[to_sign, bits(&[0; 64])])
}

/// CMS `SignedData` with the identifiers of GM/T 0010, as rail tickets have it.
fn signed_data() -> Vec<u8> {
    let kind = |last: u8| der(0x06, &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, last]);
    let data = sequence(&[integer(1), der(0x31, &[]), sequence(&[kind(1)]), der(0xA0, &certificate("演示铁路客票")), der(0x31, &[])]);
    sequence(&[kind(2), der(0xA0, &data)])
}

fn sealed(value: Vec<u8>, stamps: &str) -> Package {
    Package::invoice()
        .replace("OFD.xml", "</ofd:DocBody>", "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>")
        .with("Doc_0/Signs/Signatures.xml", wrap("Signatures", "<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID=\"1\" Type=\"Seal\" BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/>"))
        .with(
            SIGNATURE,
            wrap(
                "Signature",
                &format!(
                    "<ofd:SignedInfo><ofd:Provider ProviderName=\"test\"/><ofd:SignatureDateTime>20260102030405Z</ofd:SignatureDateTime>{stamps}</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue>"
                ),
            ),
        )
        .with(VALUE, value)
}

const STAMP: &str = "<ofd:StampAnnot ID=\"1\" PageRef=\"1\" Boundary=\"90 5 30 20\"/>";

fn seals(package: &Package) -> Vec<Seal> {
    package.opened().seals
}

#[test]
fn a_seal_says_who_when_and_where() {
    for value in [version_4("png", &picture([200, 0, 0, 255])), version_1("PNG", &picture([200, 0, 0, 255]))] {
        let document = sealed(value, STAMP).opened();
        let [seal] = document.seals.as_slice() else { panic!("{:?}", document.seals) };
        assert_eq!(
            (seal.name.as_str(), seal.signer.as_str(), seal.time.as_str()),
            ("演示发票专用章", "演示销售方有限公司", "20260102030405Z")
        );
        assert_eq!(seal.page, Some(0));
        let area = seal.area.expect("it is stamped somewhere");
        let points = 72.0 / 25.4;
        assert!((area.left - 90.0 * points).abs() < 0.01 && (area.bottom - 25.0 * points).abs() < 0.01);
        // Its picture is on the page, and is no part of it.
        let stamp = document.pages[0].pictures.last().expect("the stamp has a picture");
        assert!(stamp.annotation && stamp.area == area);
        let pixels = stamp.pixels.as_ref().expect("the picture is small");
        assert_eq!((pixels.dimensions(), pixels.get_pixel(3, 3).0), ((30, 20), [200, 0, 0, 255]));
    }
}

#[test]
fn the_time_in_the_value_stands_in_for_a_missing_one() {
    let package = sealed(version_4("png", &picture([200, 0, 0, 255])), STAMP).replace(
        SIGNATURE,
        "<ofd:SignatureDateTime>20260102030405Z</ofd:SignatureDateTime>",
        "",
    );
    assert_eq!(seals(&package)[0].time, "20260102030405Z");
}

#[test]
fn a_signature_without_a_stamp_has_no_place() {
    let found = seals(&sealed(signed_data(), ""));
    assert_eq!(found, [Seal { signer: "演示铁路客票".to_owned(), time: "20260102030405Z".to_owned(), ..Seal::default() }]);
}

#[test]
fn a_seal_over_the_edges_is_stamped_in_parts() {
    let stamps = "<ofd:StampAnnot PageRef=\"1\" Boundary=\"195 50 30 20\" Clip=\"0 0 15 20\"/><ofd:StampAnnot PageRef=\"404\" Boundary=\"180 50 30 20\" Clip=\"15 0 15 20\"/>";
    let document = sealed(version_4("png", &picture([200, 0, 0, 255])), stamps).opened();
    let pages: Vec<Option<usize>> = document.seals.iter().map(|seal| seal.page).collect();
    assert_eq!(pages, [Some(0), None]);
    let stamp = document.pages[0].pictures.last().expect("one part is on the page");
    assert_eq!(stamp.pixels.as_ref().map(|p| p.dimensions()), Some((15, 20)));
    assert!((stamp.area.right - 210.0 * 72.0 / 25.4).abs() < 0.01);
}

#[test]
fn what_cannot_be_read_leaves_what_can() {
    let whole = version_4("png", &picture([200, 0, 0, 255]));
    // A bare signature of two numbers, garbage, nothing, an indefinite length, every truncation.
    let mut broken = vec![sequence(&[integer(5), integer(6)]), b"not DER".to_vec(), vec![], vec![0x30, 0x80, 0x02, 0x01, 0x01, 0, 0]];
    broken.extend((0..whole.len()).step_by(97).map(|cut| whole[..cut].to_vec()));
    for value in broken {
        let found = seals(&sealed(value.clone(), STAMP));
        let [seal] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((seal.page, seal.time.as_str(), seal.name.as_str()), (Some(0), "20260102030405Z", ""), "{value:02X?}");
    }
    let without = sealed(whole, STAMP).without(VALUE);
    assert_eq!(seals(&without)[0].page, Some(0));
    assert!(seals(&without.without(SIGNATURE)).is_empty());
}

#[test]
fn the_seal_file_stands_in_for_an_unreadable_value() {
    let seal = sequence(&[info("png", &picture([200, 0, 0, 255])), octets(&certificate("演示制章人")), sm2(), bits(&[0; 64])]);
    let package = sealed(b"broken".to_vec(), &format!("<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal>{STAMP}"))
        .with("Doc_0/Signs/Sign_0/Seal.esl", seal);
    assert_eq!(seals(&package)[0].name, "演示发票专用章");
}

#[test]
fn a_seal_that_is_an_ofd_is_drawn_alone_and_with_the_page() {
    let square = "<ofd:PathObject ID=\"1\" Boundary=\"0 0 20 20\" Stroke=\"false\" Fill=\"true\"><ofd:FillColor Value=\"200 0 0\"/><ofd:AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>";
    let inner = Package::default()
        .with("OFD.xml", ofd_xml("", ""))
        .with(
            "Doc_0/Document.xml",
            document_xml(
                "<ofd:PageArea><ofd:PhysicalBox>0 0 30 20</ofd:PhysicalBox></ofd:PageArea>",
                "<ofd:Page ID=\"1\" BaseLoc=\"Content.xml\"/>",
                "",
            ),
        )
        .with("Doc_0/Content.xml", page_xml("", square));
    let document = sealed(version_4("ofd", &inner.bytes()), STAMP).opened();
    assert_eq!(document.seals[0].name, "演示发票专用章");
    let stamp = document.pages[0].pictures.last().and_then(|picture| picture.pixels.as_ref()).expect("the stamp has pixels");
    // 30 × 20 mm at 100 dpi; what is not stamped shines through.
    assert_eq!(stamp.dimensions(), (118, 79));
    assert_eq!((stamp.get_pixel(20, 40).0, stamp.get_pixel(100, 40).0[3]), ([200, 0, 0, 255], 0));
    let drawn = document.draw(0, 72.0, &crate::fixture::budget()).expect("it can be drawn");
    let pixel = |x: f32, y: f32| drawn.get_pixel((x * 72.0 / 25.4) as u32, (y * 72.0 / 25.4) as u32).0;
    assert_eq!(pixel(100.0, 15.0), [200, 0, 0]);
    assert_eq!(pixel(130.0, 22.0), [255, 255, 255]);
}
