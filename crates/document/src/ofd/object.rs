//! The graphic objects of a page (GB/T 33190-2016, chapters 8 to 13), as written: millimetres, nothing placed yet.

use std::collections::HashMap;
use std::rc::Rc;

use hayro::kurbo::{Affine, BezPath, Rect};

use super::lexical::Deltas;

/// What a page, a template, an annotation or a composite unit is made of, in painting order.
#[derive(Debug, Clone)]
pub(super) enum Object {
    /// Text.
    Text(Common, TextObject),
    /// Lines and areas.
    Path(Common, PathObject),
    /// A picture, by the ID of its resource.
    Image(Common, String),
    /// A composite unit, by the ID of its resource.
    Composite(Common, String),
    /// A layer or a block, with the ID of its drawing parameters.
    Block(Option<String>, Vec<Object>),
}

/// What all objects have.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    /// Its ID; empty where it has none.
    pub(super) id: String,
    /// Where it stands in the space around it, and what it is cut to.
    pub(super) boundary: Option<Rect>,
    /// From its own space to that of its boundary's top left corner.
    pub(super) ctm: Option<Affine>,
    /// Its drawing parameters' ID.
    pub(super) draw_param: Option<String>,
    /// Colours and widths of its own.
    pub(super) style: Style,
    /// Opacity, 0 to 255.
    pub(super) alpha: Option<u8>,
    /// Areas that it is cut to: the union of each inner list, the intersection of all.
    pub(super) clips: Vec<Vec<BezPath>>,
}

impl Common {
    /// From the object's own space to the space around it.
    pub(super) fn placement(&self) -> Affine {
        let corner = self.boundary.map_or(Affine::IDENTITY, |b| Affine::translate((b.x0, b.y0)));
        corner * self.ctm.unwrap_or(Affine::IDENTITY)
    }

    /// True when nothing of it can be seen.
    pub(super) fn transparent(&self) -> bool {
        self.alpha == Some(0)
    }
}

/// Colours and widths, from an object or from drawing parameters; `None` is inherited.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    /// Colour of strokes.
    pub(super) stroke: Option<Color>,
    /// Colour of areas and letters.
    pub(super) fill: Option<Color>,
    /// Width of strokes in millimetres.
    pub(super) line_width: Option<f64>,
}

/// A colour as written: its values and the ID of its colour space.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Color {
    /// One value for each channel, 0 to 255 unless the space says fewer bits.
    pub(super) values: Vec<f64>,
    /// Colour space.
    pub(super) space: Option<String>,
    /// Opacity, 0 to 255.
    pub(super) alpha: u8,
}

/// `CT_Text`.
#[derive(Debug, Clone, Default)]
pub(super) struct TextObject {
    /// Font resource.
    pub(super) font: String,
    /// Size in millimetres.
    pub(super) size: f64,
    /// Width of letters as a share of the font's.
    pub(super) h_scale: f64,
    /// Which way the text runs, in quarter turns clockwise.
    pub(super) read_direction: u8,
    /// Which way each letter is turned, in quarter turns clockwise.
    pub(super) char_direction: u8,
    /// Whether letters are filled; stroked letters alone are drawn filled all the same.
    pub(super) visible: bool,
    /// Its runs.
    pub(super) codes: Vec<TextCode>,
    /// Glyph numbers that take the place of characters, for drawing with the embedded font alone.
    pub(super) transforms: Vec<GlyphTransform>,
}

impl TextObject {
    /// Glyph numbers by the number of the character that they take the place of. Where several characters share a glyph, or one has
    /// several, its characters are drawn as characters.
    pub(super) fn glyph_numbers(&self) -> HashMap<usize, u32> {
        let one_to_one = self.transforms.iter().filter(|t| t.characters == t.glyphs.len());
        one_to_one.flat_map(|t| t.glyphs.iter().enumerate().map(move |(i, &glyph)| (t.position.saturating_add(i), glyph))).collect()
    }
}

/// `CT_CGTransform` (GB/T 33190-2016, 11.4): characters to glyph numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct GlyphTransform {
    /// First character, counted over the whole text object.
    pub(super) position: usize,
    /// How many characters.
    pub(super) characters: usize,
    /// Glyph numbers.
    pub(super) glyphs: Vec<u32>,
}

/// `TextCode`.
#[derive(Debug, Clone, Default)]
pub(super) struct TextCode {
    /// Where the first character's baseline starts, where given.
    pub(super) x: Option<f64>,
    /// The same.
    pub(super) y: Option<f64>,
    /// Offsets to the right.
    pub(super) delta_x: Deltas,
    /// Offsets downwards.
    pub(super) delta_y: Deltas,
    /// The characters as they stand in the file.
    pub(super) text: String,
}

/// `CT_Path`.
#[derive(Debug, Clone, Default)]
pub(super) struct PathObject {
    /// The outline.
    pub(super) path: BezPath,
    /// Whether the outline is drawn.
    pub(super) stroke: bool,
    /// Whether the inside is drawn.
    pub(super) fill: bool,
    /// Even-odd rule in place of non-zero.
    pub(super) even_odd: bool,
}

/// What objects refer to by ID.
#[derive(Debug, Clone, Default)]
pub(super) struct Resources {
    /// Pictures and other media: where the file is.
    pub(super) media: HashMap<String, super::package::Entry>,
    /// Embedded font files.
    pub(super) fonts: HashMap<String, super::package::Entry>,
    /// Drawing parameters, with the ID of those that they inherit from.
    pub(super) draw_params: HashMap<String, (Option<String>, Style)>,
    /// Composite units.
    pub(super) units: HashMap<String, Rc<Vec<Object>>>,
    /// Colour spaces: how many channels and the value of full intensity.
    pub(super) spaces: HashMap<String, (usize, f64)>,
}
