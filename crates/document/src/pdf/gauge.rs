//! What drawing a page would cost, found out by going through it once without painting.
//!
//! The renderer cannot be stopped once it runs, and a page can ask it for almost anything: letters that are drawings of drawings,
//! patterns of a thousand million tiles, a thousand sheets of white over each other.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Rect as PathRect, Shape};
use hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask};

use super::guard;
use super::halt;
use crate::budget::Meter;
use crate::error::{Error, Limit};

/// Drawing operations of one page.
const OPERATIONS: u64 = 2_000_000;
/// How often the whole page may be painted over.
const COATS: f64 = 1_000.0;
/// Layers and masks as large as the page, which are allocated.
const LAYERS: u64 = 2_000;
/// Pixels of all pictures on the page, as they are stored.
const PICTURE_PIXELS: u64 = 400_000_000;
/// The clock is looked at once in so many operations.
const CALLS_PER_LOOK: u64 = 64;

/// A device that adds up and leaves the interpreter by [`halt`] when it is too much.
pub(super) struct Gauge<'m> {
    meter: &'m Meter,
    canvas: PathRect,
    /// Operations stand for this many, inside the tiles of a pattern.
    times: u64,
    operations: u64,
    painted: f64,
    layers: u64,
    picture_pixels: u64,
}

impl<'m> Gauge<'m> {
    /// A gauge for a canvas of this many pixels.
    pub(super) fn new(meter: &'m Meter, width: f64, height: f64) -> Gauge<'m> {
        let canvas = PathRect::new(0.0, 0.0, width, height);
        Gauge { meter, canvas, times: 1, operations: 0, painted: 0.0, layers: 0, picture_pixels: 0 }
    }

    fn count(&mut self, operations: u64) {
        let before = self.operations;
        self.operations = self.operations.saturating_add(operations.saturating_mul(self.times));
        if self.operations > OPERATIONS {
            halt(Error::over(Limit::Time, self.meter.budget().time.as_millis() as u64));
        }
        if before / CALLS_PER_LOOK != self.operations / CALLS_PER_LOOK
            && let Err(error) = self.meter.time()
        {
            halt(error);
        }
    }

    /// Adds what a shape covers of the canvas, and gives it.
    fn cover(&mut self, bounds: PathRect, transform: Affine) -> PathRect {
        self.count(1);
        let bounds = transform.transform_rect_bbox(bounds).inflate(1.0, 1.0).intersect(self.canvas);
        self.painted += bounds.area().max(0.0) * self.times as f64;
        if self.painted.is_nan() || self.painted > COATS * self.canvas.area().max(1.0) {
            halt(Error::over(Limit::Pixels, self.meter.budget().pixels));
        }
        bounds
    }

    fn paint(&mut self, bounds: PathRect, transform: Affine, paint: &Paint<'_>, stroke: bool) {
        let bounds = self.cover(bounds, transform);
        if let Paint::Pattern(pattern) = paint
            && let Pattern::Tiling(tiling) = pattern.as_ref()
        {
            self.tile(tiling, bounds, stroke);
        }
    }

    /// Goes through one tile, for as many as the renderer would paint.
    fn tile(&mut self, tiling: &TilingPattern<'_>, bounds: PathRect, stroke: bool) {
        let allowed = self.meter.budget().pixels;
        let too_much = || halt(Error::over(Limit::Pixels, allowed));
        let area = tiling.matrix.inverse().transform_rect_bbox(bounds);
        let [a, b, c, d, ..] = tiling.matrix.as_coeffs();
        let along = |cell: f64, step: f32, visible: f64, scale: f64| {
            let step = f64::from(step.abs());
            (((cell.min(visible) + cell) / step).ceil() + 1.0, visible.min(step).max(visible.min(cell)) * scale)
        };
        let (across, width) = along(tiling.bbox.width(), tiling.x_step, area.width(), a.hypot(b));
        let (down, height) = along(tiling.bbox.height(), tiling.y_step, area.height(), c.hypot(d));
        let (tiles, pixels) = (across * down, width * height);
        // Written so that what is not a number is too much.
        if !(tiles <= OPERATIONS as f64 && pixels <= 4.0 * self.canvas.area() + 1_000_000.0) {
            too_much();
        }
        self.layers = self.layers.saturating_add(self.times);
        if self.layers > LAYERS {
            too_much();
        }
        let times = self.times;
        self.times = times.saturating_mul(tiles as u64);
        self.count(1);
        tiling.interpret(self, tiling.matrix, stroke);
        self.times = times;
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask {
            self.layer();
            mask.interpret(self);
        }
    }

    fn layer(&mut self) {
        self.count(1);
        self.layers = self.layers.saturating_add(self.times);
        if self.layers > LAYERS {
            halt(Error::over(Limit::Pixels, self.meter.budget().pixels));
        }
    }
}

impl<'a> Device<'a> for Gauge<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(path.elements().len() as u64 / 8);
        self.mask(props.soft_mask.as_ref());
        self.paint(path.bounding_box(), props.transform, &props.paint, matches!(mode, DrawMode::Stroke(_)));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.count(1 + clip.path.elements().len() as u64 / 8);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.mask(mask.as_ref());
        if opacity < 1.0 || mask.is_some() || blend != BlendMode::Normal { self.layer() } else { self.count(1) }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Invisible) {
            self.count(1);
            return;
        }
        self.count(run.glyphs().len() as u64);
        self.mask(props.soft_mask.as_ref());
        for glyph in run.glyphs() {
            match &**glyph {
                Glyph::Outline(_) => {
                    let em = PathRect::new(0.0, -250.0, 1000.0, 1000.0);
                    self.paint(em, props.transform * glyph.transform(), &props.paint, matches!(mode, DrawMode::Stroke(_)));
                }
                Glyph::Type3(drawing) => drawing.interpret(self, props.transform, glyph.transform(), &props.paint),
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.mask(props.soft_mask.as_ref());
        let stream = match &image {
            Image::Raster(raster) => raster.stream(),
            Image::Stencil(stencil) => stencil.stream(),
        };
        if let Err(error) = guard::picture(stream, self.meter) {
            halt(error);
        }
        let (width, height) = (u64::from(image.width()), u64::from(image.height()));
        self.picture_pixels = self.picture_pixels.saturating_add(width.saturating_mul(height).saturating_mul(self.times));
        if self.picture_pixels > PICTURE_PIXELS {
            halt(Error::over(Limit::Pixels, self.meter.budget().pixels));
        }
        let bounds = PathRect::new(0.0, 0.0, width as f64, height as f64);
        match &image {
            Image::Raster(_) => {
                self.cover(bounds, props.transform);
            }
            Image::Stencil(stencil) => {
                let mut paint = None;
                stencil.with_stencil(|_, with| paint = Some(with.clone()), Some((1, 1)));
                if let Some(paint) = paint {
                    self.paint(bounds, props.transform, &paint, false);
                }
            }
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
