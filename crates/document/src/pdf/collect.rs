//! The device that notes what the interpreter paints: glyphs, ruled lines and pictures, in page space.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::kurbo::{Affine, BezPath, Rect as PathRect, Shape};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, Paint, SoftMask};
use image::{Rgba, RgbaImage};

use super::glyph::{self, Reverse};
use super::guard;
use super::halt;
use super::page::PixelAllowance;
use super::rule;
use crate::assemble::Glyph;
use crate::budget::Meter;
use crate::page::{ENOUGH_PIXELS, Picture, Rect, Rim, Rule, may_be_code_or_seal};
use crate::rim;

/// The clock is looked at once in so many calls.
const CALLS_PER_LOOK: u32 = 64;
/// Ruled lines kept of one page; a drawing with more is no table.
const RULES: usize = 20_000;
/// What is left of a rule after cutting has to be this long, in points.
const SHORTEST_CUT: f32 = 1.0;
/// Pictures kept of one page.
const PICTURES: usize = 1_000;
/// A picture that covers more of the page than this is the page itself: it is drawn for reading, not taken out.
const WHOLE_PAGE: f64 = 0.5;

/// What was painted so far. Leaves the interpreter by [`halt`] when the budget is used up.
pub(super) struct Collector<'m> {
    meter: &'m Meter,
    bounds: PathRect,
    clips: Vec<PathRect>,
    reverse: Reverse,
    allowance: &'m mut PixelAllowance,
    calls: u32,
    runs: u32,
    /// Visible glyphs.
    pub(super) glyphs: Vec<Glyph>,
    /// Glyphs of text rendering mode 3, a scanner's text layer.
    pub(super) invisible: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    pub(super) pictures: Vec<Picture>,
    pub(super) rims: Vec<Rim>,
    /// Whether anything was painted that is no picture, text or rectangle.
    pub(super) drawing: bool,
    /// Set where a picture that covers the whole page is wanted, too.
    pub(super) whole: bool,
    /// Set while annotations are painted.
    pub(super) annotation: bool,
}

impl<'m> Collector<'m> {
    /// A device for a page of this size.
    pub(super) fn new(meter: &'m Meter, width: f64, height: f64, allowance: &'m mut PixelAllowance) -> Collector<'m> {
        Collector {
            meter,
            bounds: PathRect::new(0.0, 0.0, width, height),
            clips: Vec::new(),
            reverse: Reverse::default(),
            allowance,
            calls: 0,
            runs: 0,
            glyphs: Vec::new(),
            invisible: Vec::new(),
            rules: Vec::new(),
            pictures: Vec::new(),
            rims: Vec::new(),
            drawing: false,
            whole: false,
            annotation: false,
        }
    }

    fn tick(&mut self) {
        self.calls = self.calls.wrapping_add(1);
        if self.calls % CALLS_PER_LOOK == 1
            && let Err(error) = self.meter.time()
        {
            halt(error);
        }
    }

    fn clip(&self) -> PathRect {
        self.clips.last().copied().unwrap_or(self.bounds)
    }

    /// Cuts the rules noted since there were `from` to what can be seen of them.
    fn cut_rules(&mut self, from: usize) {
        let seen = self.clip().inflate(1.0, 1.0).intersect(self.bounds);
        let cut = |n: f32, low: f64, high: f64| n.clamp(low as f32, high.max(low) as f32);
        for mut rule in self.rules.split_off(from) {
            for end in [&mut rule.from, &mut rule.to] {
                (end.x, end.y) = (cut(end.x, seen.x0, seen.x1), cut(end.y, seen.y0, seen.y1));
            }
            let length = (rule.to.x - rule.from.x).abs().max((rule.to.y - rule.from.y).abs());
            if length >= SHORTEST_CUT && self.rules.len() < RULES {
                self.rules.push(rule);
            }
        }
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.tick();
        self.drawing |= !matches!(mode, DrawMode::Invisible);
        if !matches!(mode, DrawMode::Invisible)
            && let Paint::Color(colour) = &props.paint
            && self.rims.len() < rim::RIMS
        {
            let [red, green, blue, _] = colour.to_rgba().to_rgba8();
            self.rims.extend(rim::of_path(path, props.transform, [red, green, blue]));
        }
        let from = self.rules.len();
        if self.annotation || from >= RULES {
            return;
        }
        match mode {
            DrawMode::Stroke(_) => rule::stroked(path, props.transform, &mut self.rules),
            DrawMode::Fill(_) => rule::filled(path, props.transform, &mut self.rules),
            DrawMode::FillAndStroke(..) => {
                rule::filled(path, props.transform, &mut self.rules);
                rule::stroked(path, props.transform, &mut self.rules);
            }
            DrawMode::Invisible => {}
        }
        if self.rules.len() > from {
            self.cut_rules(from);
        }
    }

    fn draw_rect(&mut self, rect: &PathRect, props: DrawProps<'a>, mode: &DrawMode) {
        self.tick();
        let from = self.rules.len();
        if self.annotation || from >= RULES {
            return;
        }
        match mode {
            DrawMode::Fill(_) => rule::filled_rectangle(rect, props.transform, &mut self.rules),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => rule::stroked_rectangle(rect, props.transform, &mut self.rules),
            DrawMode::Invisible => {}
        }
        if self.rules.len() > from {
            self.cut_rules(from);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.tick();
        // A clip of no area hides everything, and so does one that is not a number.
        let clip = self.clip().intersect(clip.path.bounding_box());
        self.clips.push(clip);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.tick();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.tick();
        if let Err(error) = self.meter.glyphs(run.glyphs().len()) {
            halt(error);
        }
        self.runs = self.runs.wrapping_add(1);
        let clip = self.clip();
        let into = if matches!(mode, DrawMode::Invisible) { &mut self.invisible } else { &mut self.glyphs };
        let from = into.len();
        glyph::place(run, props.transform, self.runs, &mut self.reverse, into);
        let seen = |glyph: &Glyph| {
            let centre = glyph.area.center();
            clip.contains((f64::from(centre.x), f64::from(centre.y)))
        };
        let placed = into.split_off(from);
        into.extend(placed.into_iter().filter(seen));
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.tick();
        let (width, height) = (image.width(), image.height());
        let painted = props.transform.transform_rect_bbox(PathRect::new(0.0, 0.0, f64::from(width), f64::from(height)));
        let visible = painted.intersect(self.clip());
        if visible.is_zero_area() || visible.is_nan() || self.pictures.len() >= PICTURES {
            return;
        }
        let area = Rect { left: visible.x0 as f32, top: visible.y0 as f32, right: visible.x1 as f32, bottom: visible.y1 as f32 };
        let is_looked_at = visible.area() <= WHOLE_PAGE * self.bounds.area() && may_be_code_or_seal(&area);
        let stream = match &image {
            Image::Raster(raster) => raster.stream(),
            Image::Stencil(stencil) => stencil.stream(),
        };
        let wanted = (self.whole || is_looked_at)
            && guard::picture(stream, self.meter).is_ok()
            && self.allowance.take(u64::from(width) * u64::from(height));
        let most = if self.whole { u32::MAX } else { ENOUGH_PIXELS };
        let pixels = if wanted { pixels(&image, props.transform, most) } else { None };
        self.pictures.push(Picture { area, pixels, annotation: self.annotation });
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {}
}

/// The pixels of a picture, turned the way it is painted, no more than so many in a side by leaving out rows and columns. `None` when it cannot be decoded, is
/// a mask, or is painted at a slant.
fn pixels(image: &Image<'_, '_>, transform: Affine, most: u32) -> Option<RgbaImage> {
    let mut decoded = None;
    match image {
        Image::Raster(raster) => raster.with_rgba(
            |color, alpha| {
                let (width, height) = (color.width(), color.height());
                let alpha = alpha.filter(|a| (a.width, a.height) == (width, height));
                let opacity = |at: usize| alpha.as_ref().and_then(|a| a.data.get(at)).copied().unwrap_or(255);
                decoded = match &color {
                    ImageData::Rgb(rgb) => thinned([width, height], most, |at| match rgb.data.get(3 * at..3 * at + 3)? {
                        [red, green, blue] => Some([*red, *green, *blue, opacity(at)]),
                        _ => None,
                    }),
                    ImageData::Luma(luma) => thinned([width, height], most, |at| luma.data.get(at).map(|y| [*y, *y, *y, opacity(at)])),
                };
            },
            None,
        ),
        // A stencil paints its set pixels in one colour and leaves the rest as it was.
        Image::Stencil(stencil) => stencil.with_stencil(
            |mask, paint| {
                let [red, green, blue, _] = match paint {
                    Paint::Color(color) => color.to_rgba().to_rgba8(),
                    Paint::Pattern(_) => [0, 0, 0, 255],
                };
                let pixel = |at: usize| mask.data.get(at).map(|opacity| [red, green, blue, *opacity]);
                decoded = thinned([mask.width, mask.height], most, pixel);
            },
            None,
        ),
    }
    turned(decoded?, transform)
}

/// A picture of the pixels that have these numbers, without as many of its rows and columns as make it no more than `most` in a side. `None` where it ends too
/// early.
fn thinned([width, height]: [u32; 2], most: u32, pixel: impl Fn(usize) -> Option<[u8; 4]>) -> Option<RgbaImage> {
    let every = width.max(height).div_ceil(most).max(1) as usize;
    let (across, down) = (width as usize, height as usize);
    pixel(across.checked_mul(down)?.checked_sub(1)?)?;
    let mut channels = Vec::with_capacity(4 * across.div_ceil(every) * down.div_ceil(every));
    for row in (0..down).step_by(every) {
        channels.extend((0..across).step_by(every).filter_map(|column| pixel(row * across + column)).flatten());
    }
    RgbaImage::from_raw(width.div_ceil(every as u32), height.div_ceil(every as u32), channels)
}

/// Turns and mirrors pixels as the transform from picture to page does; only quarter turns can be followed.
fn turned(pixels: RgbaImage, transform: Affine) -> Option<RgbaImage> {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let small = 0.02 * (a.abs() + b.abs() + c.abs() + d.abs());
    let mut pixels: image::ImageBuffer<Rgba<u8>, Vec<u8>> = pixels;
    if b.abs() <= small && c.abs() <= small {
        if a < 0.0 {
            image::imageops::flip_horizontal_in_place(&mut pixels);
        }
        if d < 0.0 {
            image::imageops::flip_vertical_in_place(&mut pixels);
        }
        return Some(pixels);
    }
    if a.abs() > small || d.abs() > small {
        return None;
    }
    // Rows become columns: a quarter turn clockwise takes right to down and down to left.
    let mut pixels = image::imageops::rotate90(&pixels);
    if b < 0.0 {
        image::imageops::flip_vertical_in_place(&mut pixels);
    }
    if c > 0.0 {
        image::imageops::flip_horizontal_in_place(&mut pixels);
    }
    Some(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_pixels_rows_and_columns_are_left_out() {
        let pixel = |at: usize| (at < 5 * 3).then_some([at as u8, 0, 0, 255]);
        let seen = |width, height, most| {
            let picture = thinned([width, height], most, pixel)?;
            Some((picture.dimensions(), picture.pixels().map(|p| p.0[0]).collect::<Vec<u8>>()))
        };
        assert_eq!(seen(5, 3, 5), Some(((5, 3), (0..15).collect())));
        assert_eq!(seen(5, 3, u32::MAX), Some(((5, 3), (0..15).collect())));
        assert_eq!(seen(5, 3, 4), Some(((3, 2), vec![0, 2, 4, 10, 12, 14])));
        assert_eq!(seen(5, 3, 1), Some(((1, 1), vec![0])));
        // one that ends too early, and one without pixels
        assert_eq!(seen(5, 4, 5), None);
        assert_eq!(seen(0, 3, 5), None);
    }
}
