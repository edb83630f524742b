//! The one typeface that everything is drawn in: Droid Sans Fallback Full, which has all of GB2312 and travels with the program.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use crate::error::Error;
use crate::sheet::{Path, Step};

const NAME: &str = "Droid Sans Fallback Full";

/// The font, read once.
struct Typeface {
    font: FontRef<'static>,
    data: &'static [u8],
}

static TYPEFACE: LazyLock<Option<Typeface>> = LazyLock::new(|| {
    let data = mupdf_fonts_droid::find_by_name(NAME, false, false)?.data;
    Some(Typeface { font: FontRef::new(data).ok()?, data })
});

fn typeface() -> Result<&'static Typeface, Error> {
    TYPEFACE.as_ref().ok_or_else(|| Error::encode("text", "the built-in font cannot be read"))
}

/// The bytes of the font file.
pub(crate) fn data() -> Result<&'static [u8], Error> {
    Ok(typeface()?.data)
}

/// A character's glyph and its natural advance as a share of the type size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) id: u32,
    pub(crate) advance: f32,
}

/// Finds a character's glyph.
pub(crate) fn glyph(ch: char) -> Result<Glyph, Error> {
    let face = typeface()?;
    let id = face.font.charmap().map(ch).ok_or_else(|| Error::encode("text", format!("no glyph for {ch:?}")))?;
    let metrics = GlyphMetrics::new(&face.font, Size::new(1.0), LocationRef::default());
    Ok(Glyph { id: id.to_u32(), advance: metrics.advance_width(id).unwrap_or(1.0) })
}

/// Where an outline goes: from the font's frame (y upwards, size 1) to the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placing {
    /// Baseline origin on the page.
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Type size across and along the height.
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// Clockwise turn in radians.
    pub(crate) turn: f32,
}

impl Placing {
    fn put(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x * self.width, -y * self.height);
        let (sin, cos) = self.turn.sin_cos();
        (self.x + x * cos - y * sin, self.y + x * sin + y * cos)
    }
}

struct Pen<'a> {
    steps: &'a mut Vec<Step>,
    placing: Placing,
}

impl OutlinePen for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.placing.put(x, y);
        self.steps.push(Step::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.placing.put(x, y);
        self.steps.push(Step::Line(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.placing.put(cx, cy), self.placing.put(x, y));
        self.steps.push(Step::Quad(cx, cy, x, y));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let ((ax, ay), (bx, by), (x, y)) = (self.placing.put(ax, ay), self.placing.put(bx, by), self.placing.put(x, y));
        self.steps.push(Step::Cubic(ax, ay, bx, by, x, y));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}

/// Adds a character's outline to a path, for text that is a drawing and not text: seals, tints.
pub(crate) fn outline(ch: char, placing: Placing, path: &mut Path) -> Result<(), Error> {
    let face = typeface()?;
    let id = GlyphId::new(glyph(ch)?.id);
    if let Some(glyph) = face.font.outline_glyphs().get(id) {
        let settings = DrawSettings::unhinted(Size::new(1.0), LocationRef::default());
        let mut pen = Pen { steps: &mut path.steps, placing };
        glyph.draw(settings, &mut pen).map_err(|e| Error::encode("text", e))?;
    }
    Ok(())
}
