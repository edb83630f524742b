//! What a page is painted on: paths, letters and pictures in pixels, within bounds of memory.

use std::sync::Arc;

use fast_image_resize::images::Image as Resized;
use fast_image_resize::{PixelType, Resizer};
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape, Stroke};
use hayro::vello_cpu::color::AlphaColor;
use hayro::vello_cpu::peniko::{Fill, ImageAlphaType, ImageSampler};
use hayro::vello_cpu::{Image, ImageSource, PixelMetadata, Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use image::{DynamicImage, RgbImage, RgbaImage};

/// Pixels of outline that are held before they are painted: what is held costs some four bytes for each.
const HELD: f64 = 8.0e6;
/// Pixels of outline of one path above which it is no drawing but an attack, and is left out.
const LONGEST_OUTLINE: f64 = 5.0e7;
/// Coordinates beyond this, in pixels, are not given to the rasteriser.
const FURTHEST: f64 = 1.0e7;

/// A canvas of pixels.
pub(super) struct Canvas {
    context: RenderContext,
    pixmap: Pixmap,
    /// Pixels of outline that the context holds.
    held: f64,
    /// Clips that are in force, with what leads from each to pixels.
    clips: Vec<(BezPath, Affine)>,
}

impl Canvas {
    /// A white canvas of this many pixels.
    pub(super) fn white(width: u16, height: u16) -> Canvas {
        let mut canvas = Canvas::transparent(width, height);
        canvas.pixmap.data_as_u8_slice_mut().fill(255);
        canvas
    }

    /// A transparent canvas of this many pixels.
    pub(super) fn transparent(width: u16, height: u16) -> Canvas {
        let pixmap = Pixmap::new(width, height);
        Canvas { context: RenderContext::new(width, height), pixmap, held: 0.0, clips: Vec::new() }
    }

    /// Everything that was painted, with what shines through.
    pub(super) fn into_rgba(mut self) -> Option<RgbaImage> {
        self.flush();
        let (width, height) = (u32::from(self.pixmap.width()), u32::from(self.pixmap.height()));
        RgbaImage::from_raw(width, height, self.pixmap.take_rgba8(ImageAlphaType::Alpha))
    }

    /// Everything that was painted, on a canvas that was white.
    pub(super) fn into_rgb(self) -> Option<RgbImage> {
        Some(DynamicImage::ImageRgba8(self.into_rgba()?).into_rgb8())
    }

    fn flush(&mut self) {
        // Nothing can be painted inside clips: they are undone, and then put in force again.
        for _ in &self.clips {
            self.context.pop_clip();
        }
        self.context.flush();
        let settings = RasterizerSettings { target_init: TargetInit::SrcOver, ..RasterizerSettings::default() };
        self.context.render_with(&mut self.pixmap, &mut Resources::default(), settings);
        self.context.reset();
        self.held = 0.0;
        for (path, transform) in &self.clips {
            self.context.set_transform(*transform);
            self.context.push_clip_path(path);
        }
    }

    /// Cuts what follows to the inside of a path, until [`Canvas::uncut`]. A path that cannot be painted cuts to nothing.
    pub(super) fn cut(&mut self, path: &BezPath, transform: Affine) {
        self.make_room();
        let (path, transform) = match self.accept(path, transform, 0.0) {
            Some(()) => (path.clone(), transform),
            None => (BezPath::new(), Affine::IDENTITY),
        };
        self.context.set_transform(transform);
        self.context.push_clip_path(&path);
        self.clips.push((path, transform));
    }

    /// Undoes the last cut.
    pub(super) fn uncut(&mut self) {
        if self.clips.pop().is_some() {
            self.context.pop_clip();
        }
    }

    /// Fills the inside of a path.
    pub(super) fn fill(&mut self, path: &BezPath, transform: Affine, [r, g, b, a]: [u8; 4], even_odd: bool) {
        self.make_room();
        if self.accept(path, transform, 0.0).is_none() {
            return;
        }
        self.context.set_transform(transform);
        self.context.set_paint(AlphaColor::from_rgba8(r, g, b, a));
        self.context.set_fill_rule(if even_odd { Fill::EvenOdd } else { Fill::NonZero });
        self.context.fill_path(path);
    }

    /// Strokes a path with lines of this width in the path's own space.
    pub(super) fn stroke(&mut self, path: &BezPath, transform: Affine, [r, g, b, a]: [u8; 4], width: f64) {
        self.make_room();
        if self.accept(path, transform, width).is_none() {
            return;
        }
        self.context.set_transform(transform);
        self.context.set_paint(AlphaColor::from_rgba8(r, g, b, a));
        self.context.set_stroke(Stroke::new(width));
        self.context.stroke_path(path);
    }

    /// Paints a picture into the unit square that `transform` leads from.
    pub(super) fn picture(&mut self, picture: RgbaImage, transform: Affine, alpha: u8) {
        self.make_room();
        if self.accept(&Rect::new(0.0, 0.0, 1.0, 1.0).to_path(0.1), transform, 0.0).is_none() {
            return;
        }
        let [a, b, c, d, _, _] = transform.as_coeffs();
        let Some(picture) = shrink(picture, a.hypot(b), c.hypot(d)) else { return };
        let (Ok(width), Ok(height)) = (u16::try_from(picture.width()), u16::try_from(picture.height())) else { return };
        let pixmap = Pixmap::from_parts(picture.into_raw(), width, height, PixelMetadata::new(ImageAlphaType::Alpha, true));
        let (width, height) = (f64::from(width), f64::from(height));
        self.context.set_transform(transform * Affine::scale_non_uniform(1.0 / width, 1.0 / height));
        self.context.set_paint_transform(Affine::IDENTITY);
        let sampler = ImageSampler { alpha: f32::from(alpha) / 255.0, ..ImageSampler::default() };
        self.context.set_paint(Image { image: ImageSource::Pixmap(Arc::new(pixmap)), sampler });
        self.context.fill_rect(&Rect::new(0.0, 0.0, width, height));
        // The context holds the picture's pixels until it is painted.
        self.held += width * height;
    }

    fn make_room(&mut self) {
        if self.held > HELD {
            self.flush();
        }
    }

    /// Counts a path that touches the canvas; `None` for one that does not, or that is out of all proportion.
    fn accept(&mut self, path: &BezPath, transform: Affine, width: f64) -> Option<()> {
        let scale = transform.determinant().abs().sqrt();
        let margin = width * scale.max(1.0);
        let mut reach: Option<Rect> = None;
        let mut length = 0.0;
        let mut last = Point::ORIGIN;
        for element in path.elements() {
            let (points, count) = match *element {
                PathEl::MoveTo(p) | PathEl::LineTo(p) => ([p, p, p], 1),
                PathEl::QuadTo(a, p) => ([a, p, p], 2),
                PathEl::CurveTo(a, b, p) => ([a, b, p], 3),
                PathEl::ClosePath => continue,
            };
            for point in points.iter().take(count).map(|p| transform * *p) {
                if !(point.x.abs() <= FURTHEST && point.y.abs() <= FURTHEST) {
                    return None;
                }
                reach = Some(reach.map_or(Rect::from_points(point, point), |r| r.union_pt(point)));
                length += last.distance(point);
                last = point;
            }
        }
        let canvas = Rect::new(0.0, 0.0, f64::from(self.pixmap.width()), f64::from(self.pixmap.height()));
        let reach = reach?.inflate(margin, margin);
        let touches = reach.x0 <= canvas.x1 && reach.x1 >= canvas.x0 && reach.y0 <= canvas.y1 && reach.y1 >= canvas.y0;
        let cost = length * if width > 0.0 { 2.0 } else { 1.0 };
        if !touches || cost > LONGEST_OUTLINE || !margin.is_finite() || margin > FURTHEST {
            return None;
        }
        self.held += cost;
        Some(())
    }
}

/// Scales a picture down to the pixels that it will cover, so that none of its own are skipped. `None` when it covers none.
fn shrink(picture: RgbaImage, across: f64, down: f64) -> Option<RgbaImage> {
    if !(across.is_finite() && down.is_finite()) || across < 0.5 || down < 0.5 {
        return None;
    }
    let side = |length: f64, has: u32| (length.ceil() as u32).clamp(1, has);
    let (width, height) = (side(across, picture.width()), side(down, picture.height()));
    if (width, height) == picture.dimensions() {
        return Some(picture);
    }
    let source = DynamicImage::ImageRgba8(picture);
    let mut resized = Resized::new(width, height, PixelType::U8x4);
    Resizer::new().resize(&source, &mut resized, None).ok()?;
    RgbaImage::from_raw(width, height, resized.into_vec())
}
