//! Walks through graphic objects in painting order, blocks and composite units resolved.

use hayro::kurbo::Affine;

use super::object::{Color, Common, Object, PathObject, Resources, Style, TextObject};
use crate::budget::Meter;
use crate::error::Error;

/// How many drawing parameters may inherit from each other.
const INHERITANCE: usize = 16;

/// What is done with each object. `around` leads from the space around the object to millimetres of the page;
/// `inherited` is what the layer's drawing parameters say.
pub(super) trait Visitor {
    /// A text object.
    fn text(&mut self, common: &Common, text: &TextObject, around: Affine, inherited: &Style) -> Result<(), Error>;
    /// A path object.
    fn path(&mut self, common: &Common, path: &PathObject, around: Affine, inherited: &Style) -> Result<(), Error>;
    /// A picture, by the ID of its resource.
    fn image(&mut self, common: &Common, resource: &str, around: Affine) -> Result<(), Error>;
}

/// A way through the objects of one document.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    /// What objects refer to.
    pub(super) resources: &'a Resources,
    /// What it may cost.
    pub(super) meter: &'a Meter,
}

impl Walk<'_> {
    /// Shows `objects` to the visitor. Errors: over budget for composite units inside each other and for the number of objects
    /// that they multiply to; and the visitor's.
    pub(super) fn walk(&self, objects: &[Object], around: Affine, visitor: &mut impl Visitor) -> Result<(), Error> {
        self.step(objects, around, &Style::default(), 0, visitor)
    }

    fn step(&self, objects: &[Object], around: Affine, inherited: &Style, depth: usize, visitor: &mut impl Visitor) -> Result<(), Error> {
        self.meter.depth(depth)?;
        self.meter.time()?;
        for object in objects {
            match object {
                Object::Text(common, text) => visitor.text(common, text, around, inherited)?,
                Object::Path(common, path) => visitor.path(common, path, around, inherited)?,
                Object::Image(common, resource) => visitor.image(common, resource, around)?,
                Object::Block(draw_param, inside) => {
                    let style = over(inherited, &self.resources.style(draw_param.as_deref()));
                    self.step(inside, around, &style, depth + 1, visitor)?;
                }
                Object::Composite(common, resource) => {
                    if let Some(unit) = self.resources.units.get(resource) {
                        // Each use of a unit costs as its elements did when they were read.
                        self.meter.elements(unit.len() + 1)?;
                        let style = self.resources.resolve(common, inherited);
                        self.step(unit, around * common.placement(), &style, depth + 1, visitor)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What `upper` says, and `lower` where it says nothing.
fn over(lower: &Style, upper: &Style) -> Style {
    Style {
        stroke: upper.stroke.clone().or_else(|| lower.stroke.clone()),
        fill: upper.fill.clone().or_else(|| lower.fill.clone()),
        line_width: upper.line_width.or(lower.line_width),
    }
}

impl Resources {
    /// What drawing parameters say, those that they inherit from included.
    fn style(&self, id: Option<&str>) -> Style {
        let mut style = Style::default();
        let mut next = id;
        for _ in 0..INHERITANCE {
            let Some((parent, own)) = next.and_then(|id| self.draw_params.get(id)) else { break };
            style = over(own, &style);
            next = parent.as_deref();
        }
        style
    }

    /// Colours and width that an object is drawn with: its own, its drawing parameters', its layer's.
    pub(super) fn resolve(&self, common: &Common, inherited: &Style) -> Style {
        over(&over(inherited, &self.style(common.draw_param.as_deref())), &common.style)
    }

    /// A colour as red, green, blue and opacity. Without a colour space the number of values tells (GB/T 33190-2016, 8.3.1).
    pub(super) fn rgba(&self, color: &Color) -> [u8; 4] {
        let space = color.space.as_ref().and_then(|id| self.spaces.get(id)).copied();
        let (channels, full) = space.filter(|(channels, _)| *channels == color.values.len()).unwrap_or((color.values.len(), 255.0));
        let value = |i: usize| color.values.get(i).map_or(0.0, |v| (v / full).clamp(0.0, 1.0));
        let [r, g, b] = match channels {
            1 => [value(0); 3],
            3 => [value(0), value(1), value(2)],
            4 => [0, 1, 2].map(|i| (1.0 - value(i)) * (1.0 - value(3))),
            _ => [0.0; 3],
        };
        let byte = |v: f64| (v * 255.0).round() as u8;
        [byte(r), byte(g), byte(b), color.alpha]
    }
}
