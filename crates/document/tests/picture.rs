//! Pictures of every format, orientation and pixel type, most of them made on the spot.

use std::io::Cursor;

use document::budget::Budget;
use document::error::{Error, Format, Limit};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageBuffer, ImageEncoder, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba};
use proptest::prelude::*;

const CMYK: &[u8] = include_bytes!("corpus/picture/cmyk.jpg");
const GREY: &[u8] = include_bytes!("corpus/picture/grey.jpg");
const PALETTE_PNG: &[u8] = include_bytes!("corpus/picture/palette.png");
const PALETTE_GIF: &[u8] = include_bytes!("corpus/picture/palette.gif");
const PROGRESSIVE: &[u8] = include_bytes!("corpus/picture/progressive.jpg");

/// Three by two pixels, all different.
fn chart() -> RgbImage {
    let colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255]];
    RgbImage::from_fn(3, 2, |x, y| Rgb(colours[(y * 3 + x) as usize]))
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("the fixture can be written");
    bytes.into_inner()
}

fn pixels(bytes: &[u8]) -> RgbImage {
    let document = document::open(bytes, &Budget::default()).expect("the picture opens");
    assert!(document.format.is_picture());
    assert_eq!(document.pages.len(), 1);
    let size = (document.pages[0].width as u32, document.pages[0].height as u32);
    let pixels = document.into_picture().expect("it is a picture");
    assert_eq!(size, pixels.dimensions());
    pixels
}

fn near(found: Rgb<u8>, expected: [u8; 3], slack: u8) -> bool {
    found.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= slack)
}

#[test]
fn formats_are_told_by_content() {
    let table = [
        (ImageFormat::Png, Format::Png),
        (ImageFormat::WebP, Format::WebP),
        (ImageFormat::Bmp, Format::Bmp),
        (ImageFormat::Tiff, Format::Tiff),
        (ImageFormat::Gif, Format::Gif),
        (ImageFormat::Jpeg, Format::Jpeg),
    ];
    for (encoding, expected) in table {
        let bytes = encoded(chart(), encoding);
        let document = document::open(&bytes, &Budget::default()).expect("the picture opens");
        assert_eq!(document.format, expected);
        let pixels = document.picture().expect("it is a picture");
        assert_eq!(pixels.dimensions(), (3, 2), "{expected:?}");
        if expected != Format::Jpeg {
            assert_eq!(*pixels, chart(), "{expected:?}");
        }
        assert_eq!(document.draw(0, 300.0, &Budget::default()).expect("a picture is drawn as it is").dimensions(), (3, 2));
    }
}

/// An EXIF block with nothing but an orientation, in the given byte order.
fn exif(orientation: u16, big: bool) -> Vec<u8> {
    let two = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut block = if big { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(two(42));
    block.extend(four(8));
    block.extend(two(1));
    block.extend(two(0x0112));
    block.extend(two(3));
    block.extend(four(1));
    block.extend(two(orientation));
    block.extend([0; 2]);
    block.extend(four(0));
    block
}

#[test]
fn exif_orientations() {
    // A wide picture, dark on the left and darker still at the top left, as the camera stored it; where the dark corner is and what
    // shape the picture has once it stands upright (EXIF 2.3, 4.6.4 A, tag 0x0112).
    let mut stored = RgbImage::from_pixel(64, 32, Rgb([255; 3]));
    for (x, y, pixel) in stored.enumerate_pixels_mut() {
        if x < 16 && y < 16 {
            *pixel = Rgb([0; 3]);
        }
    }
    let table = [
        (1, (64, 32), (0, 0)),
        (2, (64, 32), (1, 0)),
        (3, (64, 32), (1, 1)),
        (4, (64, 32), (0, 1)),
        (5, (32, 64), (0, 0)),
        (6, (32, 64), (1, 0)),
        (7, (32, 64), (1, 1)),
        (8, (32, 64), (0, 1)),
    ];
    for big in [false, true] {
        for (orientation, size, corner) in table {
            let mut bytes = Vec::new();
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
            encoder.set_exif_metadata(exif(orientation, big)).expect("JPEG holds EXIF");
            encoder.encode_image(&stored).expect("the fixture can be written");
            let upright = pixels(&bytes);
            assert_eq!(upright.dimensions(), size, "orientation {orientation}");
            for right in [0, 1] {
                for bottom in [0, 1] {
                    let at = |side: u32, far: u32| if far == 1 { side - 4 } else { 4 };
                    let dark = upright.get_pixel(at(size.0, right), at(size.1, bottom)).0[0] < 64;
                    assert_eq!(dark, (right, bottom) == corner, "orientation {orientation}, big {big}, corner {right} {bottom}");
                }
            }
        }
    }
}

#[test]
fn an_orientation_that_makes_no_sense_is_passed_over() {
    for orientation in [0, 9, 0xFFFF] {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(exif(orientation, true)).expect("JPEG holds EXIF");
        encoder.encode_image(&chart()).expect("the fixture can be written");
        assert_eq!(pixels(&bytes).dimensions(), (3, 2));
    }
}

#[test]
fn pixel_types() {
    let white = [255; 3];
    let grey16: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(2, 2, Luma([0x8000]));
    let rgb16: ImageBuffer<Rgb<u16>, Vec<u16>> = ImageBuffer::from_pixel(2, 2, Rgb([0xFFFF, 0, 0x8000]));
    let clear: ImageBuffer<Rgba<u8>, Vec<u8>> = ImageBuffer::from_pixel(2, 2, Rgba([0, 0, 0, 0]));
    let half: ImageBuffer<Rgba<u8>, Vec<u8>> = ImageBuffer::from_pixel(2, 2, Rgba([0, 0, 0, 128]));
    let clear16: ImageBuffer<LumaA<u16>, Vec<u16>> = ImageBuffer::from_pixel(2, 2, LumaA([0, 0]));
    let table: [(&str, DynamicImage, [u8; 3]); 6] = [
        ("grey of 16 bits", grey16.into(), [128; 3]),
        ("colour of 16 bits", rgb16.into(), [255, 0, 128]),
        ("transparent shows white", clear.into(), white),
        ("half transparent black", half.into(), [127; 3]),
        ("transparent grey of 16 bits", clear16.into(), white),
        ("grey", ImageBuffer::<Luma<u8>, Vec<u8>>::from_pixel(2, 2, Luma([7])).into(), [7; 3]),
    ];
    for (what, picture, expected) in table {
        let found = *pixels(&encoded(picture, ImageFormat::Png)).get_pixel(1, 1);
        assert!(near(found, expected, 1), "{what}: {found:?}");
    }
}

#[test]
fn a_palette_with_a_transparent_colour() {
    for bytes in [PALETTE_PNG, PALETTE_GIF] {
        let found = pixels(bytes);
        assert_eq!((found.get_pixel(0, 0).0, found.get_pixel(1, 0).0), ([10, 20, 30], [255; 3]));
    }
}

#[test]
fn jpegs_of_other_kinds() {
    let cmyk = pixels(CMYK);
    let (cyan, black) = (*cmyk.get_pixel(4, 8), *cmyk.get_pixel(28, 8));
    assert!(near(cyan, [0, 255, 255], 12), "cyan ink: {cyan:?}");
    assert!(near(black, [0, 0, 0], 12), "black ink: {black:?}");
    assert!(near(*pixels(GREY).get_pixel(8, 4), [128; 3], 2));
    assert!(near(*pixels(PROGRESSIVE).get_pixel(8, 8), [200, 0, 0], 12));
}

#[test]
fn size_is_checked_before_decoding() {
    let over = |bytes: &[u8], budget: &Budget| document::open(bytes, budget).err();
    let allowed = Budget { pixels: 5, ..Budget::default() };
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Gif] {
        assert_eq!(over(&encoded(chart(), format), &allowed), Some(Error::over(Limit::Pixels, 5)), "{format:?}");
    }
    // A header of 60 000 by 60 000 pixels with no pixels behind it.
    let mut huge = encoded(chart(), ImageFormat::Bmp);
    huge[18..22].copy_from_slice(&60_000u32.to_le_bytes());
    huge[22..26].copy_from_slice(&60_000u32.to_le_bytes());
    assert_eq!(over(&huge, &Budget::default()), Some(Error::over(Limit::Pixels, 100_000_000)));
}

#[test]
fn damaged_pictures_are_errors_that_say_where() {
    let whole = encoded(RgbImage::from_fn(64, 64, |x, y| Rgb([(x * 4) as u8, (y * 4) as u8, 99])), ImageFormat::Jpeg);
    let cut = &whole[..whole.len() - 20];
    let Err(Error::Damaged { format: Format::Jpeg, place, .. }) = document::open(cut, &Budget::default()) else {
        panic!("a JPEG that was cut has to be refused")
    };
    assert_eq!(place, "end of file");
    let png = encoded(chart(), ImageFormat::Png);
    assert!(matches!(document::open(&png[..png.len() - 30], &Budget::default()), Err(Error::Damaged { format: Format::Png, .. })));
    // Twelve bits for each colour: the frame header says so in the byte behind its length.
    let mut twelve = whole.clone();
    let frame = twelve.windows(2).position(|w| w == [0xFF, 0xC0]).expect("a baseline frame");
    twelve[frame + 4] = 12;
    assert!(matches!(document::open(&twelve, &Budget::default()), Err(Error::Damaged { format: Format::Jpeg, .. })));
}

#[test]
fn what_is_no_picture() {
    assert_eq!(document::open(b"", &Budget::default()).err(), Some(Error::Empty));
    assert!(matches!(document::open(b"hello", &Budget::default()), Err(Error::Unknown { begins }) if begins == "68 65 6C 6C 6F"));
    for page in ["<!DOCTYPE html><html></html>", "\u{FEFF} \n<HTML><body>login</body></HTML>"] {
        assert_eq!(document::open(page.as_bytes(), &Budget::default()).err(), Some(Error::Html));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Changed bytes give a picture or an error, never a panic.
    #[test]
    fn mutations(which in 0..6usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Gif];
        let mut bytes = encoded(chart(), formats[which]);
        for (place, value) in &changes {
            let at = place.index(bytes.len());
            bytes[at] = *value;
        }
        let keep = cut.index(bytes.len() * 2).min(bytes.len());
        let _ = document::open(&bytes[..keep], &Budget { pixels: 1_000_000, ..Budget::default() });
    }
}
