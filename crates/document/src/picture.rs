//! Pictures: JPEG, PNG, WebP, BMP, TIFF (first picture) and GIF (first frame) to upright RGB.

use std::io::Cursor;

use image::error::{ImageError, LimitErrorKind};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use crate::budget::Meter;
use crate::error::{Error, Format, Limit};
use crate::page::Page;
use crate::{Document, Source};

/// Bytes that decoding may hold for each pixel allowed: RGBA at 8 bits. A picture of 16 bits may have half as many pixels.
const BYTES_PER_PIXEL: u64 = 4;

/// Opens a picture of the format that its content told: one page of its size in pixels, without text. The size is checked before
/// anything is decoded; EXIF orientation is applied; transparency is laid over white. For a JPEG of 8 bits, which is what cameras
/// make, there is never more than one copy of the pixels, and a second only while a quarter turn is made.
pub(crate) fn open(bytes: &[u8], format: Format, meter: &Meter) -> Result<Document, Error> {
    let pixels = decode(bytes, format, meter)?;
    let page = Page { width: pixels.width() as f32, height: pixels.height() as f32, ..Page::default() };
    Ok(Document { pages: vec![page], source: Source::Picture(pixels), ..Document::empty(format) })
}

/// Decodes a picture to upright RGB.
pub(crate) fn decode(bytes: &[u8], format: Format, meter: &Meter) -> Result<RgbImage, Error> {
    let encoding = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
        Format::Tiff => ImageFormat::Tiff,
        Format::Gif => ImageFormat::Gif,
        Format::Pdf | Format::Ofd | Format::Xml | Format::Zip => return Err(crate::sniff::unknown(bytes)),
    };
    if format == Format::Jpeg && is_truncated(bytes) {
        return Err(Error::damaged(format, "end of file", "the picture stops before its end marker"));
    }
    let refused = |error: ImageError| refused(format, meter, error);
    let most = meter.budget().pixels.saturating_mul(BYTES_PER_PIXEL);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), encoding);
    let mut limits = Limits::default();
    limits.max_alloc = Some(most.saturating_mul(2));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    meter.pixels(u64::from(width), u64::from(height))?;
    if decoder.total_bytes() > most {
        return Err(Error::over(Limit::Pixels, meter.budget().pixels));
    }
    if width == 0 || height == 0 {
        return Err(Error::damaged(format, "header", "the picture has no area"));
    }
    // An orientation that cannot be read leaves the picture as it is.
    let orientation = decoder.orientation().ok();
    let picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let mut picture = DynamicImage::ImageRgb8(over_white(picture));
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture.into_rgb8())
}

/// True for a JPEG whose last scan (SOS, FF DA) is not followed by an end (EOI, FF D9). Decoders fill the missing rest with grey
/// without a word. Neither marker can occur in a scan's own data (ITU-T T.81, B.1.1.5); a thumbnail's stand before the first scan.
fn is_truncated(bytes: &[u8]) -> bool {
    let last = |marker: &[u8]| memchr::memmem::rfind(bytes, marker);
    last(&[0xFF, 0xD9]) < last(&[0xFF, 0xDA])
}

/// Eight bits of red, green and blue; what is transparent shows white.
fn over_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let blend = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u16::from(channel), u16::from(alpha));
        ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let mut out = RgbImage::new(picture.width(), picture.height());
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [blend(red, alpha), blend(green, alpha), blend(blue, alpha)];
    }
    out
}

fn refused(format: Format, meter: &Meter, error: ImageError) -> Error {
    match error {
        ImageError::Limits(limit) if !matches!(limit.kind(), LimitErrorKind::Unsupported { .. }) => {
            Error::over(Limit::Pixels, meter.budget().pixels)
        }
        ImageError::Unsupported(what) => Error::damaged(format, "header", format!("this kind of it cannot be read ({what})")),
        ImageError::IoError(what) => Error::damaged(format, "pixels", format!("it stops early ({what})")),
        other => Error::damaged(format, "pixels", other.to_string()),
    }
}
