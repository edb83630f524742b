//! Drawing a PDF page, for pages whose text cannot be read.

use std::sync::Arc;

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::font::{FallbackFontQuery, FontData, FontQuery};
use hayro_interpret::hayro_cmap::CidFamily;
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::util::TransformExt;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::page::Page;
use image::RgbImage;

use super::gauge::Gauge;
use super::{PdfSource, contained, scan};
use crate::budget::{Budget, Meter};
use crate::error::{Error, Format};

/// Pixels of a drawn page.
const PIXELS: f64 = 25_000_000.0;
/// Pixels along one side: the canvas counts them in 16 bits.
const SIDE: f64 = 65_000.0;
/// Points of an inch.
const POINTS: f32 = 72.0;

/// Draws a page upright over white at `dpi`, or at less where that would be more pixels than the budget, or 25 million. Of a scan, a page that is one picture and
/// nothing else, the picture is given as it is: drawn at any other resolution it would show no more, and drawn at its own it would be blurred.
pub(crate) fn draw(source: &PdfSource, page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
    let pages = source.0.pages();
    let pdf_page = pages.get(page).ok_or(Error::NoPage { page, pages: pages.len() })?;
    let (width, height) = pdf_page.render_dimensions();
    let scale = scale(f64::from(width), f64::from(height), f64::from(dpi / POINTS), PIXELS.min(budget.pixels as f64));
    let place = format!("page {}", page + 1);
    let meter = Meter::new(budget);
    contained(&place, || {
        gauged(pdf_page, scale, &meter)?;
        if let Some(picture) = scan::picture(pdf_page, &meter, PIXELS.min(budget.pixels as f64) as u64) {
            return Ok(picture);
        }
        let settings = InterpreterSettings { font_resolver: Arc::new(|query| Some(font(query))), ..InterpreterSettings::default() };
        // Sides are rounded down to whole pixels and must not come to none.
        let at_least = |side: f32| scale.max(1.001 / f64::from(side)) as f32;
        let pixmap = PixmapSettings { x_scale: at_least(width), y_scale: at_least(height), bg_color: WHITE };
        let pixmap = hayro::render(pdf_page, &RenderCache::new(), &settings, &RenderSettings::default(), &pixmap);
        // The background is opaque, so every pixel is, and its colours are what they say.
        let channels = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        let picture = RgbImage::from_raw(u32::from(pixmap.width()), u32::from(pixmap.height()), channels);
        picture.ok_or_else(|| Error::damaged(Format::Pdf, &place, "it has no area"))
    })
}

/// Goes through the page once to see that drawing it ends; the error says what there is too much of.
fn gauged(page: &Page<'_>, scale: f64, meter: &Meter) -> Result<(), Error> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width) * scale, f64::from(height) * scale);
    let mut gauge = Gauge::new(meter, width, height);
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let canvas = Rect::new(0.0, 0.0, width, height);
    let cache = InterpreterCache::new();
    interpret_page(page, &mut Context::new(transform, canvas, &cache, page.xref(), InterpreterSettings::default()), &mut gauge);
    meter.time()
}

/// The wanted scale, or the largest at which the page fits.
fn scale(width: f64, height: f64, wanted: f64, pixels: f64) -> f64 {
    let fits = (pixels / (width * height)).sqrt().min(SIDE / width).min(SIDE / height);
    if wanted.is_finite() && wanted > 0.0 { wanted.min(fits) } else { fits.min(1.0) }
}

/// The font for text whose own is not embedded: Droid Sans Fallback Full for Chinese, Japanese and Korean, else the standard font
/// that is nearest to it.
fn font(query: &FontQuery) -> (FontData, u32) {
    match query {
        FontQuery::Fallback(query) if is_cjk(query) => match mupdf_fonts_droid::find_by_name("Droid Sans Fallback Full", false, false) {
            Some(font) => (Arc::new(font.data), 0),
            None => query.pick_standard_font().get_font_data(),
        },
        FontQuery::Fallback(query) => query.pick_standard_font().get_font_data(),
        FontQuery::Standard(font) => font.get_font_data(),
    }
}

fn is_cjk(query: &FallbackFontQuery) -> bool {
    use CidFamily::{AdobeCNS1, AdobeGB1, AdobeJapan1, AdobeKorea1};
    let collection = query.character_collection.as_ref().map(|c| &c.family);
    if matches!(collection, Some(AdobeGB1 | AdobeCNS1 | AdobeJapan1 | AdobeKorea1)) {
        return true;
    }
    // Names of Chinese fonts, in Chinese or as Windows and macOS spell them.
    const NAMES: [&str; 10] = ["song", "hei", "kai", "fang", "ming", "simsun", "simhei", "yahei", "gothic", "gb2312"];
    let names = [&query.post_script_name, &query.font_name, &query.font_family];
    names.into_iter().flatten().any(|name| {
        let name = name.to_ascii_lowercase();
        !name.is_ascii() || NAMES.iter().any(|n| name.contains(n))
    })
}
