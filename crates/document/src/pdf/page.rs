//! One PDF page as a [`Page`].

use hayro_interpret::kurbo::Rect as PathRect;
use hayro_interpret::util::TransformExt;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RenderContent, interpret_page};
use hayro_syntax::object::{Array, Dict, Name, Rect as PdfRect};
use hayro_syntax::page::Page as PdfPage;

use super::collect::Collector;
use super::sign::inherited;
use crate::assemble::{Glyph, assemble};
use crate::budget::Meter;
use crate::error::Error;
use crate::page::{Line, Page, Rect};

/// Pixels of pictures kept of one page, and of all pages together.
const PIXELS_OF_PAGE: u64 = 4_000_000;
const PIXELS_OF_DOCUMENT: u64 = 16_000_000;
/// A page with a picture over much of it and fewer characters than this is a scan with a stamp of the program that made it.
const FEW_CHARACTERS: usize = 20;
/// How much of the page a picture has to cover to be what the page is about.
const MUCH_OF_PAGE: f32 = 0.25;
/// One character in so many may be unknown in text that can be trusted.
const UNKNOWN_ONE_IN: usize = 20;

/// How many pixels may still be taken out of a document.
#[derive(Debug)]
pub(super) struct PixelAllowance {
    page: u64,
    document: u64,
}

impl Default for PixelAllowance {
    fn default() -> Self {
        PixelAllowance { page: PIXELS_OF_PAGE, document: PIXELS_OF_DOCUMENT }
    }
}

impl PixelAllowance {
    /// So many, all of them for one page.
    pub(super) fn of_page(pixels: u64) -> PixelAllowance {
        PixelAllowance { page: pixels, document: pixels }
    }

    /// Takes so many pixels if they are there.
    pub(super) fn take(&mut self, pixels: u64) -> bool {
        let allowed = pixels <= self.page && pixels <= self.document;
        if allowed {
            self.page -= pixels;
            self.document -= pixels;
        }
        allowed
    }
}

/// Reads one page: its text, rules and pictures, then those of its annotations.
pub(super) fn read(page: &PdfPage<'_>, meter: &Meter, allowance: &mut PixelAllowance) -> Result<Page, Error> {
    allowance.page = PIXELS_OF_PAGE;
    let (width, height) = page.render_dimensions();
    let cache = InterpreterCache::new();
    let bounds = PathRect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut collector = Collector::new(meter, f64::from(width), f64::from(height), allowance);
    let interpret = |content: RenderContent, collector: &mut Collector<'_>| {
        let settings = InterpreterSettings { render_content: content, ..InterpreterSettings::default() };
        let mut context = Context::new(page.initial_transform(true).to_kurbo(), bounds, &cache, page.xref(), settings);
        interpret_page(page, &mut context, collector);
    };
    interpret(RenderContent::PAGE, &mut collector);
    let mut glyphs = std::mem::take(&mut collector.glyphs);
    let mut invisible = std::mem::take(&mut collector.invisible);
    let mut notes = Vec::new();
    if page.raw().contains_key("Annots") {
        collector.annotation = true;
        interpret(RenderContent::ANNOTATIONS, &mut collector);
        notes = std::mem::take(&mut collector.glyphs);
        // What was typed into the fields of a form is part of the form.
        let fields = typed_fields(page);
        let typed = |glyph: &Glyph| fields.iter().any(|field| field.holds(glyph.area.center()));
        glyphs.extend(notes.iter().copied().filter(typed));
        notes.retain(|glyph| !typed(glyph));
    }
    let (rules, pictures) = (std::mem::take(&mut collector.rules), std::mem::take(&mut collector.pictures));
    let rims = std::mem::take(&mut collector.rims);
    let layer_only = glyphs.is_empty();
    let text = if layer_only { std::mem::take(&mut invisible) } else { glyphs };
    let lines = assemble(text, &rules);
    let covered = pictures.iter().filter(|p| !p.annotation).map(|p| p.area.width() * p.area.height()).fold(0.0, f32::max);
    let scan = covered > MUCH_OF_PAGE * width * height;
    Ok(Page { width, height, readable: is_readable(&lines, scan, layer_only), lines, notes: assemble(notes, &[]), rules, pictures, rims })
}

/// A page of which only the size is known.
pub(super) fn unread(page: &PdfPage<'_>) -> Page {
    let (width, height) = page.render_dimensions();
    Page { width, height, ..Page::default() }
}

/// True when the text can be trusted: there is some, at most 5 % of it unknown, and it is not merely what another program read off
/// a scan, or its name printed on one.
fn is_readable(lines: &[Line], scan: bool, layer_only: bool) -> bool {
    let characters = || lines.iter().flat_map(|line| &line.chars).filter(|c| c.ch != ' ');
    let count = characters().count();
    let unknown = characters().filter(|c| c.ch == super::glyph::UNKNOWN).count();
    count > 0 && unknown * UNKNOWN_ONE_IN <= count && !(scan && (layer_only || count < FEW_CHARACTERS))
}

/// Where the text and choice fields of a form stand (ISO 32000-1, 12.7.4).
fn typed_fields(page: &PdfPage<'_>) -> Vec<Rect> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    annotations
        .iter::<Dict<'_>>()
        .filter(|a| a.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Widget"))
        .filter(|a| inherited(a, |d| d.get::<Name<'_>>("FT")).is_some_and(|kind| matches!(kind.as_ref(), b"Tx" | b"Ch")))
        .filter_map(|a| a.get::<PdfRect>("Rect"))
        .map(|rect| on_page(page, rect))
        .collect()
}

/// A rectangle of default user space in page space.
pub(super) fn on_page(page: &PdfPage<'_>, rect: PdfRect) -> Rect {
    let rect = PathRect::new(rect.x0, rect.y0, rect.x1, rect.y1);
    let rect = page.initial_transform(true).to_kurbo().transform_rect_bbox(rect);
    Rect { left: rect.x0 as f32, top: rect.y0 as f32, right: rect.x1 as f32, bottom: rect.y1 as f32 }
}
