//! Draws pages: for reading by eye what has no text, and for showing. Pictures, paths, then letters with the fonts that the package
//! embeds and, for all others, Droid Sans Fallback, in the order in which the page paints them.

use std::collections::HashMap;
use std::rc::Rc;

use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};
use image::{RgbImage, RgbaImage};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::body::{self, Body, Composed, Composer};
use super::canvas::Canvas;
use super::lexical::POINTS;
use super::object::{Common, PathObject, Style, TextObject};
use super::package::Package;
use super::walk::{Visitor, Walk};
use super::{annotation, image as pictures, seal, sheet, text, tolerate};
use crate::budget::{Budget, Meter};
use crate::error::{Error, Format, Limit};

/// Pixels of a drawn page: more serves nobody and costs four bytes each.
const LARGEST: f64 = 25_000_000.0;
/// The lowest resolution, in dots per inch, that letters can be told at.
const COARSEST: f64 = 72.0;
/// Longest side in pixels, which the rasteriser counts in sixteen bits.
const LONGEST: f64 = 65_000.0;
/// Width of lines without one, in millimetres (GB/T 33190-2016, 8.2).
const LINE_WIDTH: f64 = 0.353;
/// Seals whose picture is an OFD with seals of its own.
const SEALS_IN_SEALS: usize = 2;
/// Resolution of a seal's picture, in dots per inch: its colour and shape can be told, and it costs a millisecond at most.
const SEAL_DPI: f64 = 100.0;
/// Longest side of a seal's picture in pixels: ten inches.
const LARGEST_SEAL: f64 = 1_000.0;
/// Outlines of one drawing that are kept for letters that come again.
const OUTLINES: usize = 20_000;

/// Draws page `page` (from 0, over all documents of the package) of an OFD over white.
///
/// Errors: those of opening it; [`Error::NoPage`]; [`Error::OverBudget`] when it is too large at 72 dpi, or costs more time than allowed.
pub(super) fn draw(bytes: &[u8], page: usize, dpi: f32, budget: &Budget) -> Result<RgbImage, Error> {
    let meter = Meter::new(budget);
    let package = Package::open(bytes, &meter)?;
    let bodies = body::read(&package)?;
    let pages = bodies.iter().map(|body| body.pages.len()).sum();
    let (body, index) = locate(&bodies, page).ok_or(Error::NoPage { page, pages })?;
    let composed = Composer::default().page(&package, body, index)?;
    let size = sheet::size(&package, body, &composed)?;
    let largest = LARGEST.min(budget.pixels as f64);
    let scale = scale(size, f64::from(dpi), largest)?;
    let (width, height) = (pixels(size.0 * scale), pixels(size.1 * scale));
    let mut canvas = Canvas::white(width, height);
    // From millimetres to pixels.
    paint(&package, body, index, &composed, Affine::scale(scale * POINTS), &mut canvas, 0)?;
    canvas.into_rgb().ok_or_else(|| Error::damaged(Format::Ofd, "page", "it has no size"))
}

/// Draws the first page of an OFD that is a seal's picture, over nothing, in the size in millimetres that it is stamped in. `None` when it has no page.
///
/// Errors: those of opening it, and [`Error::OverBudget`], all of it counted by `meter`.
pub(super) fn seal_picture(bytes: &[u8], (width, height): (f64, f64), meter: &Meter) -> Result<Option<RgbaImage>, Error> {
    let scale = SEAL_DPI / 72.0 * POINTS;
    let (across, down) = (width * scale, height * scale);
    let in_proportion = (1.0..=LARGEST_SEAL).contains(&across) && (1.0..=LARGEST_SEAL).contains(&down);
    let package = Package::open(bytes, meter)?;
    let bodies = body::read(&package)?;
    let Some((body, index)) = locate(&bodies, 0).filter(|_| in_proportion) else { return Ok(None) };
    let composed = Composer::default().page(&package, body, index)?;
    let size = sheet::size(&package, body, &composed)?;
    let mut canvas = Canvas::transparent(pixels(across), pixels(down));
    let fit = Affine::scale_non_uniform(across * POINTS / size.0, down * POINTS / size.1);
    paint(&package, body, index, &composed, fit, &mut canvas, 1)?;
    Ok(canvas.into_rgba())
}

/// The document and the page in it that a number over all documents means.
fn locate(bodies: &[Body], page: usize) -> Option<(&Body, usize)> {
    let mut left = page;
    for body in bodies {
        if left < body.pages.len() {
            return Some((body, left));
        }
        left -= body.pages.len();
    }
    None
}

/// Pixels for each point: as asked, or as many fewer as the limits want.
fn scale((width, height): (f64, f64), dpi: f64, largest: f64) -> Result<f64, Error> {
    let asked = (dpi.clamp(1.0, 2400.0)) / 72.0;
    let by_area = (largest / (width * height)).sqrt();
    let by_side = LONGEST / width.max(height);
    let scale = asked.min(by_area).min(by_side);
    // Asked for less than the coarsest, less is given.
    if scale.is_finite() && scale >= asked.min(COARSEST / 72.0) { Ok(scale) } else { Err(Error::over(Limit::Pixels, largest as u64)) }
}

fn pixels(length: f64) -> u16 {
    length.round().clamp(1.0, f64::from(u16::MAX)) as u16
}

/// Paints a page with its annotations and seals. `onto` leads from millimetres to pixels.
fn paint(
    package: &Package<'_>,
    body: &Body,
    index: usize,
    composed: &Composed,
    onto: Affine,
    canvas: &mut Canvas,
    nested: usize,
) -> Result<(), Error> {
    let walk = Walk { resources: &body.resources, meter: package.meter() };
    let mut painter = Painter { package, body, onto, canvas, files: HashMap::new(), outlines: HashMap::new() };
    for layer in &composed.layers {
        walk.walk(layer, Affine::IDENTITY, &mut painter)?;
    }
    let (id, _) = &body.pages[index];
    for (around, objects) in annotation::read(package, body)?.remove(id).unwrap_or_default() {
        walk.walk(&objects, around, &mut painter)?;
    }
    for signature in seal::read(package, body)? {
        let Some((kind, bytes)) = &signature.picture else { continue };
        for stamp in signature.stamps.iter().filter(|stamp| stamp.page == *id) {
            painter.canvas.cut(&stamp.shown().to_path(0.1), onto);
            if kind == "ofd" {
                tolerate(painter.seal(bytes, stamp.boundary, nested))?;
            } else if let Some(picture) = pictures::decode(bytes, package.meter().budget().pixels) {
                let square = Affine::translate((stamp.boundary.x0, stamp.boundary.y0))
                    * Affine::scale_non_uniform(stamp.boundary.width(), stamp.boundary.height());
                painter.canvas.picture(picture, onto * square, 255);
            }
            painter.canvas.uncut();
        }
    }
    Ok(())
}

struct Painter<'a, 'p> {
    package: &'a Package<'p>,
    body: &'a Body,
    onto: Affine,
    canvas: &'a mut Canvas,
    /// Embedded font files by font ID; `None` where there is none that can be read.
    files: HashMap<String, Option<Rc<Vec<u8>>>>,
    /// Letters by font ID (empty for the fallback) and glyph number, in font units.
    outlines: HashMap<(String, u32), Rc<BezPath>>,
}

impl Painter<'_, '_> {
    /// Cuts to an object's clips and, where a margin is given, its boundary; gives how many cuts have to be undone.
    fn cut(&mut self, common: &Common, around: Affine, margin: Option<f64>) -> usize {
        let corner = common.boundary.map_or(Affine::IDENTITY, |b| Affine::translate((b.x0, b.y0)));
        let mut cuts = 0;
        if let (Some(margin), Some(area)) = (margin, common.boundary) {
            self.canvas.cut(&area.inflate(margin, margin).to_path(0.1), self.onto * around);
            cuts += 1;
        }
        for areas in &common.clips {
            let union: BezPath = areas.iter().flat_map(|area| area.elements().iter().copied()).collect();
            self.canvas.cut(&union, self.onto * around * corner);
            cuts += 1;
        }
        cuts
    }

    fn uncut(&mut self, cuts: usize) {
        for _ in 0..cuts {
            self.canvas.uncut();
        }
    }

    /// A colour with the object's opacity; black where none is given.
    fn color(&self, color: Option<&super::object::Color>, alpha: Option<u8>) -> [u8; 4] {
        let [r, g, b, a] = color.map_or([0, 0, 0, 255], |color| self.body.resources.rgba(color));
        [r, g, b, (u16::from(a) * u16::from(alpha.unwrap_or(255)) / 255) as u8]
    }

    /// Paints the first page of an OFD that is a seal's picture into `area`.
    fn seal(&mut self, bytes: &[u8], area: Rect, nested: usize) -> Result<(), Error> {
        if nested >= SEALS_IN_SEALS {
            return Ok(());
        }
        let package = Package::open(bytes, self.package.meter())?;
        let bodies = body::read(&package)?;
        let Some((body, index)) = locate(&bodies, 0) else { return Ok(()) };
        let composed = Composer::default().page(&package, body, index)?;
        let (width, height) = sheet::size(&package, body, &composed)?;
        let fit = Affine::scale_non_uniform(area.width() * POINTS / width, area.height() * POINTS / height);
        paint(&package, body, index, &composed, self.onto * Affine::translate((area.x0, area.y0)) * fit, self.canvas, nested + 1)
    }

    fn file(&mut self, font: &str) -> Result<Option<Rc<Vec<u8>>>, Error> {
        if let Some(known) = self.files.get(font) {
            return Ok(known.clone());
        }
        let file = match self.body.resources.fonts.get(font) {
            Some(entry) => tolerate(self.package.read(entry))?.filter(|bytes| FontRef::new(bytes).is_ok()).map(Rc::new),
            None => None,
        };
        self.files.insert(font.to_owned(), file.clone());
        Ok(file)
    }

    /// The outline of a letter, scaled to an em of one: from the embedded font by its own glyph number or by its character, else
    /// from the fallback.
    fn outline(&mut self, font: &str, file: Option<&[u8]>, glyph: Option<u32>, ch: char) -> Option<Rc<BezPath>> {
        let embedded = file.and_then(|bytes| FontRef::new(bytes).ok()).and_then(|face| {
            let id = glyph.map(GlyphId::new).or_else(|| face.charmap().map(ch)).filter(|id| id.to_u32() != 0)?;
            Some((font, face, id))
        });
        let (key, face, id) = match embedded {
            Some(found) => found,
            None => {
                let fallback = mupdf_fonts_droid::find_by_name("Droid Sans Fallback Full", false, false)?;
                let face = FontRef::new(fallback.data).ok()?;
                let id = face.charmap().map(ch)?;
                ("", face, id)
            }
        };
        let key = (key.to_owned(), id.to_u32());
        if let Some(known) = self.outlines.get(&key) {
            return Some(known.clone());
        }
        let mut pen = Pen(BezPath::new());
        face.outline_glyphs().get(id)?.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut pen).ok()?;
        let em = f64::from(face.metrics(Size::unscaled(), LocationRef::default()).units_per_em.max(1));
        pen.0.apply_affine(Affine::scale_non_uniform(1.0 / em, -1.0 / em));
        let outline = Rc::new(pen.0);
        if self.outlines.len() < OUTLINES {
            self.outlines.insert(key, outline.clone());
        }
        Some(outline)
    }
}

impl Visitor for Painter<'_, '_> {
    fn text(&mut self, common: &Common, object: &TextObject, around: Affine, inherited: &Style) -> Result<(), Error> {
        if !object.visible || common.transparent() {
            return Ok(());
        }
        let meter = self.package.meter();
        let placed = text::place(object, meter.budget().glyphs.saturating_add(1));
        meter.glyphs(placed.len())?;
        let file = self.file(&object.font)?;
        let numbers = object.glyph_numbers();
        let style = self.body.resources.resolve(common, inherited);
        let cuts = self.cut(common, around, None);
        let color = self.color(style.fill.as_ref(), common.alpha);
        let transform = self.onto * around * common.placement();
        for letter in &placed {
            let Some(outline) =
                self.outline(&object.font, file.as_deref().map(Vec::as_slice), numbers.get(&letter.index).copied(), letter.ch)
            else {
                continue;
            };
            let size = Affine::scale_non_uniform(object.size * object.h_scale, object.size);
            self.canvas.fill(&outline, transform * text::letter_space(letter, object) * size, color, false);
        }
        self.uncut(cuts);
        meter.time()
    }

    fn path(&mut self, common: &Common, object: &PathObject, around: Affine, inherited: &Style) -> Result<(), Error> {
        if common.transparent() || object.path.elements().is_empty() {
            return Ok(());
        }
        let style = self.body.resources.resolve(common, inherited);
        let width = style.line_width.unwrap_or(LINE_WIDTH).max(0.0);
        let cuts = self.cut(common, around, Some(width));
        let transform = self.onto * around * common.placement();
        // A path without a colour to fill it with is filled with nothing (GB/T 33190-2016, 9.1).
        if object.fill && style.fill.is_some() {
            self.canvas.fill(&object.path, transform, self.color(style.fill.as_ref(), common.alpha), object.even_odd);
        }
        if object.stroke {
            self.canvas.stroke(&object.path, transform, self.color(style.stroke.as_ref(), common.alpha), width);
        }
        self.uncut(cuts);
        self.package.meter().time()
    }

    fn image(&mut self, common: &Common, resource: &str, around: Affine) -> Result<(), Error> {
        let Some(own) = pictures::placement(common).filter(|_| !common.transparent()) else { return Ok(()) };
        let Some(entry) = self.body.resources.media.get(resource) else { return Ok(()) };
        let meter = self.package.meter();
        let picture = tolerate(self.package.read(entry))?.and_then(|bytes| pictures::decode(&bytes, meter.budget().pixels));
        if let Some(picture) = picture {
            let cuts = self.cut(common, around, None);
            self.canvas.picture(picture, self.onto * around * own, common.alpha.unwrap_or(255));
            self.uncut(cuts);
        }
        meter.time()
    }
}

/// Takes an outline from skrifa.
struct Pen(BezPath);

fn point(x: f32, y: f32) -> Point {
    Point::new(f64::from(x), f64::from(y))
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(point(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(point(x, y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.0.quad_to(point(cx0, cy0), point(x, y));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.curve_to(point(cx0, cy0), point(cx1, cy1), point(x, y));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}
