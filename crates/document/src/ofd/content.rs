//! Content as XML to graphic objects.

use hayro::kurbo::{Affine, BezPath};
use roxmltree::Node;

use super::lexical::{Deltas, boolean, matrix, number, parts, rectangle};
use super::object::{Color, Common, GlyphTransform, Object, PathObject, Style, TextCode, TextObject};
use super::outline;

/// Child elements of a name, whatever their namespace: real files differ in it.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The first child element of a name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// An element's own text, trimmed.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    characters(node).trim().to_owned()
}

/// An element's own text with CDATA, as it stands.
fn characters(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

/// An attribute by its local name.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|a| a.name() == name).map(|a| a.value())
}

/// The objects below a page's `Content`, a layer, a block, a composite unit's content or an annotation's appearance. Invisible objects
/// and unknown elements are left out.
pub(super) fn objects(parent: Node<'_, '_>) -> Vec<Object> {
    let mut out = Vec::new();
    for node in parent.children().filter(Node::is_element) {
        if attribute(node, "Visible").and_then(boolean) == Some(false) {
            continue;
        }
        match node.tag_name().name() {
            "TextObject" => out.push(Object::Text(common(node), text(node))),
            "PathObject" => out.push(Object::Path(common(node), path(node))),
            "ImageObject" => out.push(Object::Image(common(node), identifier(node, "ResourceID"))),
            "CompositeObject" | "CompositeGraphicUnit" => out.push(Object::Composite(common(node), identifier(node, "ResourceID"))),
            "Layer" | "PageBlock" | "Content" => {
                out.push(Object::Block(attribute(node, "DrawParam").map(|id| id.trim().to_owned()), objects(node)));
            }
            _ => {}
        }
    }
    out
}

/// An attribute that holds an ID; empty where it is missing.
pub(super) fn identifier(node: Node<'_, '_>, name: &str) -> String {
    attribute(node, name).unwrap_or_default().trim().to_owned()
}

fn common(node: Node<'_, '_>) -> Common {
    Common {
        id: identifier(node, "ID"),
        boundary: attribute(node, "Boundary").and_then(rectangle),
        ctm: attribute(node, "CTM").and_then(matrix),
        draw_param: attribute(node, "DrawParam").map(|id| id.trim().to_owned()),
        style: style(node),
        alpha: attribute(node, "Alpha").and_then(number).map(level),
        clips: child(node, "Clips").map(|clips| clip_areas(clips, attribute(node, "CTM").and_then(matrix))).unwrap_or_default(),
    }
}

/// Colours and widths of an object or of drawing parameters.
pub(super) fn style(node: Node<'_, '_>) -> Style {
    Style {
        stroke: child(node, "StrokeColor").map(color),
        fill: child(node, "FillColor").map(color),
        line_width: attribute(node, "LineWidth").and_then(number),
    }
}

fn color(node: Node<'_, '_>) -> Color {
    // A gradient is drawn in its first colour; a pattern in black.
    let solid = attribute(node, "Value").is_some();
    let first = if solid { None } else { node.descendants().find(|n| n.tag_name().name() == "Color" && attribute(*n, "Value").is_some()) };
    let values = attribute(first.unwrap_or(node), "Value").unwrap_or_default();
    Color {
        values: parts(values).take(4).filter_map(channel).collect(),
        space: attribute(first.unwrap_or(node), "ColorSpace").map(|id| id.trim().to_owned()),
        alpha: attribute(node, "Alpha").and_then(number).map_or(255, level),
    }
}

/// One value of a colour: decimal, or hexadecimal behind `#`.
fn channel(part: &str) -> Option<f64> {
    match part.strip_prefix('#') {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(f64::from),
        None => number(part),
    }
}

fn level(value: f64) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

/// The areas of `Clips` in the space of the object's own coordinates' parent, that is of its boundary's corner (GB/T 33190-2016, 8.4).
fn clip_areas(clips: Node<'_, '_>, ctm: Option<Affine>) -> Vec<Vec<BezPath>> {
    // TransFlag says whether the object's own matrix moves the clip with it; it does unless told otherwise.
    let moved = attribute(clips, "TransFlag").and_then(boolean) != Some(false);
    let outer = if moved { ctm.unwrap_or(Affine::IDENTITY) } else { Affine::IDENTITY };
    children(clips, "Clip")
        .map(|clip| {
            children(clip, "Area")
                .flat_map(|area| {
                    let own = attribute(area, "CTM").and_then(matrix).unwrap_or(Affine::IDENTITY);
                    children(area, "Path").map(move |path| (outer * own, path))
                })
                .map(|(transform, node)| {
                    let common = common(node);
                    let mut outline = path(node).path;
                    outline.apply_affine(transform * common.placement());
                    outline
                })
                .collect()
        })
        .filter(|areas: &Vec<BezPath>| !areas.is_empty())
        .collect()
}

fn path(node: Node<'_, '_>) -> PathObject {
    PathObject {
        path: child(node, "AbbreviatedData").map(|data| outline::parse(&characters(data))).unwrap_or_default(),
        stroke: attribute(node, "Stroke").and_then(boolean).unwrap_or(true),
        fill: attribute(node, "Fill").and_then(boolean).unwrap_or(false),
        even_odd: attribute(node, "Rule").is_some_and(|rule| rule.trim().eq_ignore_ascii_case("Even-Odd")),
    }
}

fn text(node: Node<'_, '_>) -> TextObject {
    TextObject {
        font: identifier(node, "Font"),
        size: attribute(node, "Size").and_then(number).filter(|size| *size > 0.0).unwrap_or(DEFAULT_SIZE),
        h_scale: attribute(node, "HScale").and_then(number).filter(|scale| *scale > 0.0).unwrap_or(1.0),
        read_direction: direction(node, "ReadDirection"),
        char_direction: direction(node, "CharDirection"),
        visible: attribute(node, "Fill").and_then(boolean).unwrap_or(true) || attribute(node, "Stroke").and_then(boolean).unwrap_or(false),
        codes: children(node, "TextCode").map(code).collect(),
        transforms: children(node, "CGTransform").map(glyph_transform).collect(),
    }
}

/// Size of letters in millimetres where a text object has lost it: 9 points, the size of most values on invoices.
const DEFAULT_SIZE: f64 = 3.175;

fn direction(node: Node<'_, '_>, name: &str) -> u8 {
    attribute(node, name).and_then(number).map_or(0, |degrees| (degrees / 90.0).round().rem_euclid(4.0) as u8)
}

fn code(node: Node<'_, '_>) -> TextCode {
    TextCode {
        x: attribute(node, "X").and_then(number),
        y: attribute(node, "Y").and_then(number),
        delta_x: attribute(node, "DeltaX").map(Deltas::parse).unwrap_or_default(),
        delta_y: attribute(node, "DeltaY").map(Deltas::parse).unwrap_or_default(),
        text: characters(node),
    }
}

fn glyph_transform(node: Node<'_, '_>) -> GlyphTransform {
    let count = |name| attribute(node, name).and_then(|n| n.trim().parse().ok());
    GlyphTransform {
        position: count("CodePosition").unwrap_or(0),
        characters: count("CodeCount").unwrap_or(1),
        glyphs: child(node, "Glyphs").map(|list| parts(&characters(list)).filter_map(|n| n.parse().ok()).collect()).unwrap_or_default(),
    }
}
