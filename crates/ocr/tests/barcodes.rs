//! Codes that rxing itself draws, put where documents carry them, are found and read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use image::{Rgb, RgbImage, imageops};
use ocr::barcode::{self, Barcode};
use proptest::prelude::*;
use rxing::{BarcodeFormat, MultiFormatWriter, Writer};

const INVOICE: &str = "01,10,011002200111,12345678,3465.00,20260131,12345678901234567890,A1B2,";
const WHITE: Rgb<u8> = Rgb([255; 3]);

/// Draws a code at `left`, `top`, each module `scale` pixels large; a linear one 60 pixels high.
fn draw(page: &mut RgbImage, content: &str, format: BarcodeFormat, [left, top]: [u32; 2], scale: u32) {
    let matrix = format == BarcodeFormat::QR_CODE;
    let bits = MultiFormatWriter.encode(content, &format, 0, if matrix { 0 } else { 1 }).unwrap();
    let rows = if matrix { bits.getHeight() * scale } else { 60 };
    for y in 0..rows {
        for x in 0..bits.getWidth() * scale {
            if bits.get(x / scale, if matrix { y / scale } else { 0 }) {
                page.put_pixel(left + x, top + y, Rgb([20, 10, 30]));
            }
        }
    }
}

fn texts(codes: &[Barcode]) -> Vec<&str> {
    codes.iter().map(|code| code.text.as_str()).collect()
}

#[test]
fn a_qr_code_is_read_wherever_it_stands() {
    let places = [
        ("top left", [40, 30]),
        ("top right", [950, 30]),
        ("bottom right", [950, 560]),
        ("bottom left", [40, 560]),
        ("middle", [500, 320]),
    ];
    for (name, place) in places {
        let mut page = RgbImage::from_pixel(1200, 800, WHITE);
        draw(&mut page, INVOICE, BarcodeFormat::QR_CODE, place, 4);
        let codes = barcode::read(&page);
        assert_eq!(texts(&codes), [INVOICE], "{name}");
        assert!(codes[0].matrix);
        for p in &codes[0].points {
            let [x, y] = place.map(|v| v as f32);
            assert!((x - 10.0..x + 220.0).contains(&p.x) && (y - 10.0..y + 220.0).contains(&p.y), "{name}: {p:?}");
        }
    }
}

#[test]
fn a_qr_code_is_read_whichever_way_the_page_lies() {
    let mut page = RgbImage::from_pixel(1200, 800, WHITE);
    draw(&mut page, INVOICE, BarcodeFormat::QR_CODE, [40, 30], 4);
    for picture in [imageops::rotate90(&page), imageops::rotate180(&page), imageops::rotate270(&page)] {
        assert_eq!(texts(&barcode::read(&picture)), [INVOICE]);
    }
}

#[test]
fn a_code_of_a_very_large_picture_is_read() {
    // The second is too small for a look at the whole: scaled down, its modules are less than two pixels large.
    for (scale, [left, top]) in [(20, [300, 200]), (5, [5600, 3600])] {
        let mut page = RgbImage::from_pixel(6000, 4000, WHITE);
        draw(&mut page, INVOICE, BarcodeFormat::QR_CODE, [left, top], scale);
        let codes = barcode::read(&page);
        assert_eq!(texts(&codes), [INVOICE]);
        let (left, top, size) = (left as f32, top as f32, 60.0 * scale as f32);
        let near = |p: &ocr::text::Point| (left..left + size).contains(&p.x) && (top..top + size).contains(&p.y);
        assert!(codes[0].points.iter().all(near), "{:?}", codes[0].points);
    }
}

#[test]
fn all_codes_of_a_page_are_read_once() {
    let mut page = RgbImage::from_pixel(1200, 1600, WHITE);
    draw(&mut page, INVOICE, BarcodeFormat::QR_CODE, [40, 30], 4);
    draw(&mut page, "second", BarcodeFormat::QR_CODE, [40, 900], 4);
    let mut found = barcode::read(&page);
    found.sort_by(|a, b| a.text.cmp(&b.text));
    assert_eq!(texts(&found), [INVOICE, "second"]);
}

#[test]
fn linear_codes_are_read_and_short_ones_are_not() {
    let cases = [
        (BarcodeFormat::CODE_128, "12345678901234567890", true),
        (BarcodeFormat::CODE_39, "FP20260131", true),
        (BarcodeFormat::ITF, "0123456789", true),
        (BarcodeFormat::ITF, "1234", false),
        (BarcodeFormat::EAN_13, "6901234567892", false),
    ];
    for (format, content, wanted) in cases {
        let mut page = RgbImage::from_pixel(1200, 800, WHITE);
        draw(&mut page, content, format, [300, 370], 3);
        let codes = barcode::read(&page);
        assert_eq!(texts(&codes), if wanted { vec![content] } else { vec![] }, "{format:?}");
        assert!(codes.iter().all(|code| !code.matrix));
    }
}

#[test]
fn pictures_of_any_size_without_codes_have_none() {
    for (width, height) in [(0, 0), (0, 7), (1, 1), (1, 4000), (4000, 1), (3, 3), (41, 40)] {
        assert!(barcode::read(&RgbImage::from_pixel(width, height, WHITE)).is_empty(), "{width} × {height}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damage_never_panics(seed in any::<u64>(), share in 0.0f64..0.6, width in 30u32..300, height in 30u32..300) {
        let mut page = RgbImage::from_pixel(width.max(180), height.max(180), WHITE);
        draw(&mut page, INVOICE, BarcodeFormat::QR_CODE, [0, 0], 3);
        // Speckles from a linear congruential generator (Knuth's MMIX constants), so that the case is told by its seed.
        let mut state = seed;
        for pixel in page.pixels_mut() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if ((state >> 33) as f64) < share * f64::from(1u32 << 31) {
                *pixel = Rgb([(state >> 40) as u8; 3]);
            }
        }
        for code in barcode::read(&page) {
            prop_assert!(code.matrix || code.text.chars().count() >= 6);
        }
    }
}
