//! The objects of a page, a template or an annotation.

use crate::error::Error;
use crate::sheet::{Colour, Mark, Page, Path, Picture, Run, Step, Tag, Text};
use crate::xml::Xml;

use super::{COLOURS, NAMESPACE, Package, font_id};

/// A tagged text and the number of its object.
pub(super) type Tagged = (Tag, u32);

/// A `Page` element that is being written.
pub(super) struct Content {
    xml: Xml,
}

impl Content {
    /// A page of this size, lying on a template if it has one.
    pub(super) fn new(page: &Page, template: Option<u32>) -> Result<Content, Error> {
        let mut xml = Xml::new()?;
        xml.start("ofd:Page", &[("xmlns:ofd", NAMESPACE)])?;
        xml.start("ofd:Area", &[])?;
        xml.text("ofd:PhysicalBox", &numbers(&[0.0, 0.0, page.width, page.height]))?;
        xml.end()?;
        if let Some(template) = template {
            xml.leaf("ofd:Template", &[("TemplateID", &template.to_string()), ("ZOrder", "Background")], "")?;
        }
        xml.start("ofd:Content", &[])?;
        Ok(Content { xml })
    }

    /// Adds a layer of marks and gives the numbers of those that carry a tag.
    pub(super) fn layer(&mut self, package: &mut Package, marks: &[Mark]) -> Result<Vec<Tagged>, Error> {
        let id = package.number().to_string();
        self.xml.start("ofd:Layer", &[("ID", &id)])?;
        let mut tagged = Vec::new();
        for mark in marks {
            let id = object(&mut self.xml, package, mark, (0.0, 0.0))?;
            if let (Mark::Text(Text { tag: Some(tag), .. }), Some(id)) = (mark, id) {
                tagged.push((*tag, id));
            }
        }
        self.xml.end()?;
        Ok(tagged)
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, Error> {
        self.xml.finish()
    }
}

/// What lies over a page: its notes, each as a watermark annotation.
pub(super) fn annotations(package: &mut Package, page: &Page) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:PageAnnot", &[("xmlns:ofd", NAMESPACE)])?;
    // A seal is a picture, as issuing systems have it.
    for note in &page.notes {
        let note = match note {
            Mark::Seal(outlines) => Mark::Picture(stamp(outlines)?),
            note => note.clone(),
        };
        annotation(&mut xml, package, &note)?;
    }
    xml.finish()
}

fn annotation(xml: &mut Xml, package: &mut Package, mark: &Mark) -> Result<(), Error> {
    let [left, top, right, bottom] = bounds(mark);
    let id = package.number().to_string();
    xml.start("ofd:Annot", &[("Type", "Watermark"), ("ID", &id), ("Subtype", "Watermark")])?;
    xml.start("ofd:Appearance", &[("Boundary", &numbers(&[left, top, right - left, bottom - top]))])?;
    object(xml, package, mark, (left, top))?;
    xml.end()?;
    xml.end()
}

/// A seal as a picture with nothing but its red.
fn stamp(outlines: &[Path]) -> Result<Picture, Error> {
    let area = around(outlines);
    Ok(Picture { area, png: crate::picture::stamp(outlines, area)? })
}

/// What holds all of these outlines.
fn around(outlines: &[Path]) -> [f32; 4] {
    let all = outlines.iter().map(path_bounds);
    all.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]).unwrap_or_default()
}

/// Left, top, right, bottom of a mark.
fn bounds(mark: &Mark) -> [f32; 4] {
    match mark {
        Mark::Seal(outlines) => around(outlines),
        Mark::Path(path) => path_bounds(path),
        Mark::Picture(picture) => picture.area,
        Mark::Text(text) => match text.run {
            Run::Turned => [text.x - text.size * 0.15, text.y, text.x + text.size * 0.9, text.y + text.width()],
            Run::Down(step) => {
                let height = step * text.content.chars().count().saturating_sub(1) as f32;
                [text.x, text.y - text.size * 0.9, text.x + text.size, text.y + height + text.size * 0.2]
            }
            Run::Across => [text.x, text.y - text.size * 0.9, text.x + text.width(), text.y + text.size * 0.2],
        },
    }
}

fn path_bounds(path: &Path) -> [f32; 4] {
    let mut area = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    let mut see = |x: f32, y: f32| area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
    for step in &path.steps {
        match *step {
            Step::Move(x, y) | Step::Line(x, y) => see(x, y),
            Step::Quad(a, b, x, y) => {
                see(a, b);
                see(x, y);
            }
            Step::Cubic(a, b, c, d, x, y) => {
                see(a, b);
                see(c, d);
                see(x, y);
            }
            Step::Close => {}
        }
    }
    let half = path.stroke.map_or(0.0, |(_, width)| width / 2.0);
    [area[0] - half, area[1] - half, area[2] + half, area[3] + half]
}

/// Writes one object relative to an origin and gives its number; nothing is written for empty text.
fn object(xml: &mut Xml, package: &mut Package, mark: &Mark, origin: (f32, f32)) -> Result<Option<u32>, Error> {
    let [left, top, right, bottom] = bounds(mark);
    let boundary = numbers(&[left - origin.0, top - origin.1, right - left, bottom - top]);
    match mark {
        Mark::Text(text) if text.content.is_empty() => Ok(None),
        Mark::Text(text) => {
            let id = package.number();
            text_object(xml, text, id, &boundary, (left, top))?;
            Ok(Some(id))
        }
        // On a page itself a seal has no place; annotations have made it a picture.
        Mark::Seal(_) => Ok(None),
        Mark::Path(path) if path.steps.is_empty() => Ok(None),
        Mark::Path(path) => {
            let id = package.number();
            path_object(xml, path, id, &boundary, (left, top))?;
            Ok(Some(id))
        }
        Mark::Picture(Picture { png, .. }) => {
            let (resource, id) = (package.picture(png), package.number());
            let matrix = numbers(&[right - left, 0.0, 0.0, bottom - top, 0.0, 0.0]);
            let (id_text, resource) = (id.to_string(), resource.to_string());
            let attributes = [("ID", id_text.as_str()), ("CTM", &matrix), ("Boundary", &boundary), ("ResourceID", &resource)];
            xml.leaf("ofd:ImageObject", &attributes, "")?;
            Ok(Some(id))
        }
    }
}

fn text_object(xml: &mut Xml, text: &Text, id: u32, boundary: &str, (left, top): (f32, f32)) -> Result<(), Error> {
    let (id, font, size) = (id.to_string(), font_id(text.face).to_string(), number(text.size));
    // Turned text is written across and turned by its matrix, a quarter clockwise.
    let matrix = numbers(&[0.0, 1.0, -1.0, 0.0, text.size * 1.05, 0.0]);
    let mut attributes = vec![("ID", id.as_str()), ("Boundary", boundary), ("Font", &font), ("Size", &size)];
    if text.run == Run::Turned {
        attributes.push(("CTM", &matrix));
    }
    xml.start("ofd:TextObject", &attributes)?;
    colour(xml, "ofd:FillColor", text.colour)?;
    let (x, y) = match text.run {
        Run::Turned => (0.0, text.size * 0.9),
        _ => (text.x - left, text.y - top),
    };
    let (x, y) = (number(x), number(y));
    let gaps = &text.advances[..text.advances.len().saturating_sub(1)];
    let deltas = match text.run {
        Run::Down(step) => ("DeltaY", runs(&vec![step; gaps.len()])),
        _ => ("DeltaX", runs(gaps)),
    };
    let mut attributes = vec![("X", x.as_str()), ("Y", &y)];
    if !gaps.is_empty() {
        attributes.push((deltas.0, &deltas.1));
    }
    xml.leaf("ofd:TextCode", &attributes, &text.content)?;
    xml.end()
}

fn path_object(xml: &mut Xml, path: &Path, id: u32, boundary: &str, (left, top): (f32, f32)) -> Result<(), Error> {
    let id = id.to_string();
    let width = path.stroke.map(|(_, width)| number(width));
    let mut attributes = vec![("ID", id.as_str()), ("Boundary", boundary)];
    if let Some(width) = &width {
        attributes.push(("LineWidth", width));
    } else {
        attributes.push(("Stroke", "false"));
    }
    if path.fill.is_some() {
        attributes.push(("Fill", "true"));
    }
    xml.start("ofd:PathObject", &attributes)?;
    if let Some((stroke, _)) = path.stroke {
        colour(xml, "ofd:StrokeColor", stroke)?;
    }
    if let Some(fill) = path.fill {
        colour(xml, "ofd:FillColor", fill)?;
    }
    let mut data = String::new();
    let mut put = |letter: &str, points: &[f32]| {
        data.push_str(letter);
        for (i, value) in points.iter().enumerate() {
            data.push(' ');
            data.push_str(&number(value - if i % 2 == 0 { left } else { top }));
        }
        data.push(' ');
    };
    for step in &path.steps {
        match *step {
            Step::Move(x, y) => put("M", &[x, y]),
            Step::Line(x, y) => put("L", &[x, y]),
            Step::Quad(a, b, x, y) => put("Q", &[a, b, x, y]),
            Step::Cubic(a, b, c, d, x, y) => put("B", &[a, b, c, d, x, y]),
            Step::Close => put("C", &[]),
        }
    }
    xml.leaf("ofd:AbbreviatedData", &[], data.trim_end())?;
    xml.end()
}

fn colour(xml: &mut Xml, element: &str, [r, g, b]: Colour) -> Result<(), Error> {
    xml.leaf(element, &[("Value", &format!("{r} {g} {b}")), ("ColorSpace", &COLOURS.to_string())], "")
}

/// A length with at most four decimals.
fn number(value: f32) -> String {
    let rounded = (f64::from(value) * 10_000.0).round() / 10_000.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

fn numbers(values: &[f32]) -> String {
    values.iter().map(|v| number(*v)).collect::<Vec<_>>().join(" ")
}

/// A list of advances, runs of equal ones shortened to `g count value` as the standard allows.
fn runs(values: &[f32]) -> String {
    let written: Vec<String> = values.iter().map(|v| number(*v)).collect();
    let parts: Vec<String> = written
        .chunk_by(|a, b| a == b)
        .map(|run| if run.len() > 1 { format!("g {} {}", run.len(), run[0]) } else { run[0].clone() })
        .collect();
    parts.join(" ")
}
