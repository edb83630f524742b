//! Barcodes and QR codes of a picture.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{GrayImage, RgbImage};
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::oned::MultiFormatOneDReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader};

use crate::text::Point;

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode {
    /// Its content.
    pub text: String,
    /// True for two-dimensional codes (QR, Data Matrix, PDF417), false for linear ones.
    pub matrix: bool,
    /// The corners or the ends that the decoder reports, in pixels of the picture given.
    pub points: Vec<Point>,
}

/// The whole picture is scaled down to this many pixels in its longer side: enough for the codes of a page that fills it.
const WHOLE: u32 = 2000;
/// The share of width and height that a corner takes in.
const CORNER: f32 = 0.4;
/// Corners are scaled down to this many pixels in their longer side, which is at least twice as close as the whole.
const CLOSE: u32 = 1600;
/// Linear codes with fewer characters are taken for accidents: two digits of ITF are found in any table.
const SHORTEST: usize = 6;

/// Reads the codes of a picture: QR codes, and one linear code (Code 128, Code 39 or ITF). Of a picture that is too large to be looked at whole in all
/// its detail, the corners are looked at closer when no QR code was found: codes stand at the top left of invoices and at the bottom right of train tickets.
/// Whether a content means anything is for the caller to say.
pub fn read(picture: &RgbImage) -> Vec<Barcode> {
    let (width, height) = (picture.width(), picture.height());
    let Some(whole) = Grey::of(picture, [0, 0, width, height], WHOLE) else { return Vec::new() };
    let mut codes = whole.qr();
    if codes.is_empty() && width.max(height) > WHOLE {
        let share = |length: u32| (length as f32 * CORNER).ceil() as u32;
        let (w, h) = (share(width), share(height));
        let corners = [(0, 0), (width - w, height - h), (width - w, 0), (0, height - h)];
        let close = corners.into_iter().filter_map(|(left, top)| Grey::of(picture, [left, top, w, h], CLOSE));
        codes = close.map(|corner| corner.qr()).find(|codes| !codes.is_empty()).unwrap_or_default();
    }
    codes.extend(whole.linear());
    codes
}

/// Reads the QR codes of a small picture that is likely to be nothing but one, as it is.
pub fn matrices(picture: GrayImage) -> Vec<Barcode> {
    let (width, height) = picture.dimensions();
    Grey { values: picture.into_raw(), width, height, origin: (0.0, 0.0), scale: (1.0, 1.0) }.qr()
}

/// How light a colour is, by ITU-R BT.601.
pub fn luma([red, green, blue]: [u8; 3]) -> u8 {
    // in 256ths
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

/// A part of a picture in grey, scaled down.
struct Grey {
    values: Vec<u8>,
    width: u32,
    height: u32,
    /// Where its top left corner is in the picture.
    origin: (f32, f32),
    /// How many of the picture's pixels one of its pixels covers.
    scale: (f32, f32),
}

impl Grey {
    /// The part at left, top, width, height, with at most `side` pixels in its longer side. Nothing for a part without pixels.
    fn of(picture: &RgbImage, [left, top, width, height]: [u32; 4], side: u32) -> Option<Grey> {
        let shrink = (side as f32 / width.max(height) as f32).min(1.0);
        let fit = |length: u32| ((length as f32 * shrink).round() as u32).max(1);
        let (w, h) = (fit(width), fit(height));
        let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).ok()?;
        let mut target = Image::new(w, h, PixelType::U8x3);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Box))
            .crop(left.into(), top.into(), width.into(), height.into())
            .use_alpha(false);
        Resizer::new().resize(&source, &mut target, &options).ok()?;
        let values = target.buffer().chunks_exact(3).map(|p| luma([p[0], p[1], p[2]])).collect();
        let scale = (width as f32 / w as f32, height as f32 / h as f32);
        Some(Grey { values, width: w, height: h, origin: (left as f32, top as f32), scale })
    }

    fn bitmap(&self) -> Option<BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>> {
        let source = Luma8LuminanceSource::new(self.values.clone(), self.width, self.height).ok()?;
        Some(BinaryBitmap::new(HybridBinarizer::new(source)))
    }

    fn qr(&self) -> Vec<Barcode> {
        let hints = hints(&[BarcodeFormat::QR_CODE]);
        let found = self.bitmap().and_then(|mut bitmap| QrReader.decode_multiple_with_hints(&mut bitmap, &hints).ok());
        found.unwrap_or_default().iter().map(|result| self.barcode(result)).collect()
    }

    fn linear(&self) -> Option<Barcode> {
        let hints = hints(&[BarcodeFormat::CODE_128, BarcodeFormat::CODE_39, BarcodeFormat::ITF]);
        let result = MultiFormatOneDReader::new(&hints).decode_with_hints(&mut self.bitmap()?, &hints).ok()?;
        Some(self.barcode(&result)).filter(|code| code.text.chars().count() >= SHORTEST)
    }

    fn barcode(&self, result: &RXingResult) -> Barcode {
        let place = |x: f32, y: f32| Point { x: self.origin.0 + x * self.scale.0, y: self.origin.1 + y * self.scale.1 };
        Barcode {
            text: result.getText().to_owned(),
            matrix: *result.getBarcodeFormat() == BarcodeFormat::QR_CODE,
            points: result.getPoints().iter().map(|p| place(p.x, p.y)).collect(),
        }
    }
}

fn hints(formats: &[BarcodeFormat]) -> DecodeHints {
    DecodeHints { PossibleFormats: Some(formats.iter().copied().collect()), TryHarder: Some(true), ..DecodeHints::default() }
}
