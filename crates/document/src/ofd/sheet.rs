//! Graphic objects to a page: characters to lines, paths to ruled lines, pictures to pixels.

use std::collections::HashMap;

use ::image::RgbaImage;
use hayro::kurbo::{Affine, Rect};

use super::body::{Body, Composed};
use super::draw;
use super::image;
use super::lexical::POINTS;
use super::object::{Common, PathObject, Resources, Style, TextObject};
use super::outline;
use super::package::Package;
use super::seal::Signature;
use super::text;
use super::tolerate;
use super::walk::{Visitor, Walk};
use crate::Document;
use crate::assemble::{Glyph, assemble};
use crate::budget::Meter;
use crate::error::Error;
use crate::page::{Page, Picture, Rim, Rule, may_be_code_or_seal};
use crate::payload::Seal;
use crate::rim;

/// Ruled lines of one page; real ones have some dozens.
const RULES: usize = 20_000;
/// Pixels of all pictures of a document together that are decoded when it is opened.
const PIXELS: u64 = 4_000_000;
/// How far, in points, a letter's middle may be off the page and still count.
const OFF_PAGE: f32 = 1.0;
/// Share of unknown characters above which a page's text is not to be trusted.
const UNKNOWN: f32 = 0.05;
/// A page without a size and without content is drawn on A4, in points.
const A4: (f32, f32) = ((210.0 * POINTS) as f32, (297.0 * POINTS) as f32);

/// The text of a text object and where it stands, for custom tags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// Its characters.
    pub(super) text: String,
    /// The box around them, in points.
    pub(super) area: crate::page::Rect,
}

/// The text objects of one page by ID.
pub(super) type Values = HashMap<String, Value>;

/// What of the pixel allowance is left, over all pages.
#[derive(Debug)]
pub(super) struct PixelPurse(u64);

impl Default for PixelPurse {
    fn default() -> Self {
        PixelPurse(PIXELS)
    }
}

impl PixelPurse {
    /// Decodes a picture from what is left.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> Option<RgbaImage> {
        let pixels = image::decode(bytes, self.0)?;
        self.0 = self.0.saturating_sub(u64::from(pixels.width()) * u64::from(pixels.height()));
        Some(pixels)
    }

    /// The part of a stamp's pixels that is shown, copied from what is left.
    fn part(&mut self, pixels: &RgbaImage, whole: Rect, shown: Rect) -> Option<RgbaImage> {
        let cost = u64::from(pixels.width()) * u64::from(pixels.height());
        self.0 = self.0.checked_sub(cost)?;
        if shown == whole {
            return Some(pixels.clone());
        }
        let (width, height) = (f64::from(pixels.width()), f64::from(pixels.height()));
        let left = ((shown.x0 - whole.x0) / whole.width() * width).round() as u32;
        let top = ((shown.y0 - whole.y0) / whole.height() * height).round() as u32;
        let right = ((shown.x1 - whole.x0) / whole.width() * width).round() as u32;
        let bottom = ((shown.y1 - whole.y0) / whole.height() * height).round() as u32;
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        (width > 0 && height > 0).then(|| ::image::imageops::crop_imm(pixels, left, top, width, height).to_image())
    }
}

/// Collects what stands on a page.
struct Collector<'a> {
    meter: &'a Meter,
    glyphs: Vec<Glyph>,
    hidden: Vec<Glyph>,
    resources: &'a Resources,
    rules: Vec<Rule>,
    rims: Vec<Rim>,
    pictures: Vec<(Affine, String)>,
    values: Values,
    run: u32,
}

impl<'a> Collector<'a> {
    fn new(meter: &'a Meter, resources: &'a Resources) -> Collector<'a> {
        Collector {
            meter,
            resources,
            glyphs: Vec::new(),
            hidden: Vec::new(),
            rules: Vec::new(),
            rims: Vec::new(),
            pictures: Vec::new(),
            values: Values::new(),
            run: 0,
        }
    }
}

impl Visitor for Collector<'_> {
    fn text(&mut self, common: &Common, object: &TextObject, around: Affine, _: &Style) -> Result<(), Error> {
        let placed = text::place(object, self.meter.budget().glyphs.saturating_add(1));
        self.meter.glyphs(placed.len())?;
        self.run += 1;
        let run = self.run;
        let glyphs: Vec<Glyph> = placed.iter().map(|p| text::glyph(p, object, common, around, run)).collect();
        if !common.id.is_empty() {
            let area = glyphs.iter().filter(|g| !g.ch.is_whitespace()).map(|g| g.area).reduce(|a, b| a.union(&b));
            if let Some(area) = area {
                let text = placed.iter().map(|p| p.ch).collect();
                self.values.entry(common.id.clone()).or_insert(Value { text, area });
            }
        }
        let shown = object.visible && !common.transparent();
        if shown {
            self.glyphs.extend(glyphs)
        } else {
            self.hidden.extend(glyphs)
        }
        Ok(())
    }

    fn path(&mut self, common: &Common, path: &PathObject, around: Affine, inherited: &Style) -> Result<(), Error> {
        if (path.stroke || path.fill) && self.rims.len() < rim::RIMS && !common.transparent() {
            let style = self.resources.resolve(common, inherited);
            let colour = if path.stroke { style.stroke } else { style.fill };
            if let Some(colour) = colour {
                let [red, green, blue, _] = self.resources.rgba(&colour);
                let onto = Affine::scale(POINTS) * around * common.placement();
                self.rims.extend(rim::of_path(&path.path, onto, [red, green, blue]));
            }
        }
        if self.rules.len() < RULES && !common.transparent() {
            outline::rules(common, path, Affine::scale(POINTS) * around, &mut self.rules);
        }
        Ok(())
    }

    fn image(&mut self, common: &Common, resource: &str, around: Affine) -> Result<(), Error> {
        if let Some(own) = image::placement(common) {
            self.pictures.push((Affine::scale(POINTS) * around * own, resource.to_owned()));
        }
        Ok(())
    }
}

/// Collects what is on the page itself and its templates. The page's own objects come first: where a template uses an ID again, the page's is meant.
fn collect<'a>(package: &'a Package<'_>, body: &'a Body, composed: &Composed) -> Result<Collector<'a>, Error> {
    let walk = Walk { resources: &body.resources, meter: package.meter() };
    let mut found = Collector::new(package.meter(), &body.resources);
    let (templates, own) = composed.layers.split_at(composed.own);
    for layer in own.iter().chain(templates) {
        walk.walk(layer, Affine::IDENTITY, &mut found)?;
    }
    Ok(found)
}

/// Width and height in points: as stated, or as far as the content reaches.
pub(super) fn size(package: &Package<'_>, body: &Body, composed: &Composed) -> Result<(f64, f64), Error> {
    match composed.area {
        Some(area) => Ok((area.width() * POINTS, area.height() * POINTS)),
        None => {
            let (width, height) = extent(&collect(package, body, composed)?);
            Ok((f64::from(width), f64::from(height)))
        }
    }
}

/// Builds a page from its objects, and the values that custom tags may point to.
pub(super) fn page(package: &Package<'_>, body: &Body, composed: &Composed, purse: &mut PixelPurse) -> Result<(Page, Values), Error> {
    let found = collect(package, body, composed)?;
    let (width, height) = match composed.area {
        Some(area) => ((area.width() * POINTS) as f32, (area.height() * POINTS) as f32),
        None => extent(&found),
    };
    let on_page = |glyph: &Glyph| {
        let middle = glyph.area.center();
        (-OFF_PAGE..=width + OFF_PAGE).contains(&middle.x) && (-OFF_PAGE..=height + OFF_PAGE).contains(&middle.y)
    };
    // Text behind a scan is all that can be read of it; beside text that can be seen it is a leftover.
    let mut glyphs = if found.glyphs.iter().any(|g| !g.ch.is_whitespace()) { found.glyphs } else { found.hidden };
    glyphs.retain(on_page);
    let letters = glyphs.iter().filter(|g| !g.ch.is_whitespace()).count();
    let unknown = glyphs.iter().filter(|g| g.ch == char::REPLACEMENT_CHARACTER).count();
    let page = Page {
        width,
        height,
        lines: assemble(glyphs, &found.rules),
        notes: Vec::new(),
        pictures: pictures(package, body, found.pictures, false, purse)?,
        rules: found.rules,
        rims: found.rims,
        readable: letters > 0 && unknown as f32 <= letters as f32 * UNKNOWN,
    };
    Ok((page, found.values))
}

/// Adds an annotation's appearance to a page: its text to the notes, its pictures as annotation pictures. `around` leads from the
/// appearance to millimetres of the page.
pub(super) fn annotate(
    package: &Package<'_>,
    body: &Body,
    appearances: &[(Affine, Vec<super::object::Object>)],
    page: &mut Page,
    purse: &mut PixelPurse,
) -> Result<(), Error> {
    let walk = Walk { resources: &body.resources, meter: package.meter() };
    let mut found = Collector::new(package.meter(), &body.resources);
    for (around, objects) in appearances {
        walk.walk(objects, *around, &mut found)?;
    }
    page.notes.extend(assemble(found.glyphs, &[]));
    page.rims.append(&mut found.rims);
    page.pictures.extend(pictures(package, body, found.pictures, true, purse)?);
    Ok(())
}

/// Adds the seals of a document to it, and their pictures to its pages, of which the first has the number `first_page`. Errors: over budget
/// for a picture that is an OFD itself.
pub(super) fn stamp(
    package: &Package<'_>,
    body: &Body,
    signatures: &[Signature],
    first_page: usize,
    document: &mut Document,
    purse: &mut PixelPurse,
) -> Result<(), Error> {
    for signature in signatures {
        let seal =
            Seal { page: None, area: None, name: signature.name.clone(), signer: signature.signer.clone(), time: signature.time.clone() };
        let Some(first) = signature.stamps.first() else {
            document.seals.push(seal);
            continue;
        };
        let pixels = match &signature.picture {
            Some((kind, bytes)) if kind == "ofd" => {
                let size = (first.boundary.width(), first.boundary.height());
                tolerate(draw::seal_picture(bytes, size, package.meter()))?.flatten()
            }
            Some((_, bytes)) => purse.decode(bytes),
            None => None,
        };
        for stamp in &signature.stamps {
            let page = body.pages.iter().position(|(id, _)| *id == stamp.page).map(|index| first_page + index);
            let shown = stamp.shown();
            let area = text::rect(Affine::scale(POINTS).transform_rect_bbox(shown));
            document.seals.push(Seal { page, area: Some(area), ..seal.clone() });
            if let Some(page) = page.and_then(|page| document.pages.get_mut(page)) {
                let pixels = pixels.as_ref().and_then(|pixels| purse.part(pixels, stamp.boundary, shown));
                page.pictures.push(Picture { area, pixels, annotation: true });
            }
        }
    }
    Ok(())
}

fn pictures(
    package: &Package<'_>,
    body: &Body,
    found: Vec<(Affine, String)>,
    annotation: bool,
    purse: &mut PixelPurse,
) -> Result<Vec<Picture>, Error> {
    let mut out = Vec::with_capacity(found.len());
    for (transform, resource) in found {
        let area = text::rect(image::painted_area(transform));
        let bytes = match body.resources.media.get(&resource).filter(|_| may_be_code_or_seal(&area)) {
            Some(entry) => tolerate(package.read(entry))?,
            None => None,
        };
        let pixels = bytes.and_then(|bytes| purse.decode(&bytes)).map(|pixels| image::painted(pixels, transform));
        out.push(Picture { area, pixels, annotation });
    }
    Ok(out)
}

/// Size of a page that states none: as far as its content reaches.
fn extent(found: &Collector<'_>) -> (f32, f32) {
    let glyphs = found.glyphs.iter().chain(&found.hidden).map(|g| (g.area.right, g.area.bottom));
    let rules = found.rules.iter().map(|r| (r.to.x, r.to.y));
    let pictures =
        found.pictures.iter().map(|(transform, _)| image::painted_area(*transform)).map(|Rect { x1, y1, .. }| (x1 as f32, y1 as f32));
    let (width, height) = glyphs.chain(rules).chain(pictures).fold((0.0_f32, 0.0_f32), |(w, h), (x, y)| (w.max(x), h.max(y)));
    if width > 0.0 && height > 0.0 { (width, height) } else { A4 }
}
