//! Pictures of a package to pixels.

use std::io::Cursor;

use ::image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbaImage, imageops};
use hayro::kurbo::{Affine, Rect};

use super::object::Common;

/// First bytes of a JBIG2 file (ITU-T T.88, annex D.4.1).
const JBIG2: [u8; 8] = [0x97, b'J', b'B', b'2', 0x0D, 0x0A, 0x1A, 0x0A];

/// Decodes a picture of at most `pixels` pixels: PNG, JPEG, BMP, GIF, TIFF or WebP told by its content, and what is none
/// of them as JBIG2. `None` when it is larger, damaged, or of another encoding.
pub(super) fn decode(bytes: &[u8], pixels: u64) -> Option<RgbaImage> {
    let fits = |(width, height): (u32, u32)| width > 0 && height > 0 && u64::from(width) * u64::from(height) <= pixels;
    let settings = hayro_jbig2::DecodeSettings::default();
    if bytes.starts_with(&JBIG2) {
        let file = hayro_jbig2::File::new(bytes, &settings).ok()?;
        return jbig2(file.page(0)?, fits);
    }
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    if reader.format().is_none() {
        return jbig2(hayro_jbig2::Page::new_embedded(bytes, None, &settings).ok()?, fits);
    }
    let mut decoder = reader.into_decoder().ok()?;
    if !fits(decoder.dimensions()) {
        return None;
    }
    let mut limits = Limits::no_limits();
    // Sixteen bits in four channels, and as much again for the decoder itself.
    limits.max_alloc = Some(pixels.saturating_mul(16).max(1 << 20));
    decoder.set_limits(limits).ok()?;
    Some(DynamicImage::from_decoder(decoder).ok()?.into_rgba8())
}

fn jbig2(page: hayro_jbig2::Page<'_>, fits: impl Fn((u32, u32)) -> bool) -> Option<RgbaImage> {
    if !fits((page.width(), page.height())) {
        return None;
    }
    Some(DynamicImage::from_decoder(page).ok()?.into_rgba8())
}

/// From the unit square that a picture fills to the space around the object: its matrix, or its boundary where it has none.
pub(super) fn placement(common: &Common) -> Option<Affine> {
    match (common.ctm, common.boundary) {
        (None, None) => None,
        (None, Some(boundary)) => Some(common.placement() * Affine::scale_non_uniform(boundary.width(), boundary.height())),
        (Some(_), _) => Some(common.placement()),
    }
}

/// Where the unit square comes to stand, and the picture turned and mirrored as it is painted. Other angles than right ones are rounded.
pub(super) fn painted(pixels: RgbaImage, transform: Affine) -> RgbaImage {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let lies = a.abs() < b.abs();
    let mut out = pixels;
    if lies {
        out = imageops::flip_horizontal(&imageops::rotate90(&out));
    }
    let (across, down) = if lies { (c, b) } else { (a, d) };
    if across < 0.0 {
        imageops::flip_horizontal_in_place(&mut out);
    }
    if down < 0.0 {
        imageops::flip_vertical_in_place(&mut out);
    }
    out
}

/// The box of the painted unit square.
pub(super) fn painted_area(transform: Affine) -> Rect {
    transform.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0))
}
