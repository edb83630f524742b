//! Pages that are one scanned picture.

use hayro_interpret::kurbo::Rect as PathRect;
use hayro_interpret::util::TransformExt;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::page::Page as PdfPage;
use image::{Rgb, RgbImage, RgbaImage};

use super::collect::Collector;
use super::page::PixelAllowance;
use crate::budget::Meter;

/// By this factor the sides of a picture's pixels may differ where it is painted.
const UNEVEN: f32 = 1.05;

/// The picture of a page that shows nothing else, over white and upright as the page is; nothing where anything else is painted, where the picture is cut off,
/// lies at a slant or has more than `most` pixels. What another program read off a scan and laid over it cannot be seen.
pub(super) fn picture(page: &PdfPage<'_>, meter: &Meter, most: u64) -> Option<RgbImage> {
    if page.raw().contains_key("Annots") {
        return None;
    }
    let (width, height) = page.render_dimensions();
    let cache = InterpreterCache::new();
    let bounds = PathRect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut allowance = PixelAllowance::of_page(most);
    let mut collector = Collector::new(meter, f64::from(width), f64::from(height), &mut allowance);
    collector.whole = true;
    let transform = page.initial_transform(true).to_kurbo();
    interpret_page(page, &mut Context::new(transform, bounds, &cache, page.xref(), InterpreterSettings::default()), &mut collector);
    let bare = collector.glyphs.is_empty() && collector.rules.is_empty() && !collector.drawing;
    let mut pictures = std::mem::take(&mut collector.pictures).into_iter();
    let (Some(one), None) = (pictures.next().filter(|_| bare), pictures.next()) else { return None };
    let (across, down) = (one.area.width(), one.area.height());
    let pixels = one.pixels?;
    // pixels that are not as high as wide, as those of a fax, and a part of a picture: it is drawn
    let sides = across * pixels.height() as f32 / (down * pixels.width() as f32);
    (sides.max(1.0 / sides) < UNEVEN).then(|| over_white(&pixels))
}

fn over_white(pixels: &RgbaImage) -> RgbImage {
    let blend = |channel: u8, opacity: u8| {
        let (channel, opacity) = (u32::from(channel), u32::from(opacity));
        ((channel * opacity + 255 * (255 - opacity)) / 255) as u8
    };
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, opacity] = pixels.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| blend(channel, opacity)))
    })
}
