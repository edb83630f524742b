//! Outlines of path objects (`AbbreviatedData`, GB/T 33190-2016, 9.3), and the ruled lines among them.

use hayro::kurbo::{Affine, Arc, BezPath, ParamCurve, PathEl, PathSeg, Point, Rect, Shape, SvgArc, Vec2};

use super::lexical::number;
use super::object::{Common, PathObject};
use crate::page::{self, Rule};

/// Letters of the operators.
const OPERATORS: &str = "SMLQBAC";
/// A filled bar up to this thick, in points, is a ruled line: 0.7 mm. Frames of invoices are 0.1 to 0.5 mm.
const THICKEST: f64 = 2.0;
/// Shorter lines, in points, are parts of letters and logos.
const SHORTEST: f64 = 3.0;
/// How far the ends of an upright or level line may be off, in points.
const SLANT: f64 = 0.5;

/// Reads an outline; reading ends where it stops making sense, and what was read stays.
pub(super) fn parse(data: &str) -> BezPath {
    let mut path = BezPath::new();
    let mut tokens = Tokens { rest: data };
    let mut at = Point::ORIGIN;
    let mut begun = false;
    while let Some(operator) = tokens.operator() {
        let step = match operator {
            'S' | 'M' => tokens.points::<1>().map(|[to]| {
                path.move_to(to);
                to
            }),
            'C' if begun => {
                path.close_path();
                Some(at)
            }
            'L' if begun => tokens.points::<1>().map(|[to]| {
                path.line_to(to);
                to
            }),
            'Q' if begun => tokens.points::<2>().map(|[control, to]| {
                path.quad_to(control, to);
                to
            }),
            'B' if begun => tokens.points::<3>().map(|[first, second, to]| {
                path.curve_to(first, second, to);
                to
            }),
            'A' if begun => tokens.arc(at).map(|(arc, to)| {
                match Arc::from_svg_arc(&arc) {
                    Some(arc) => arc.to_cubic_beziers(0.01, |a, b, c| path.curve_to(a, b, c)),
                    None => path.line_to(to),
                }
                to
            }),
            _ => None,
        };
        let Some(to) = step else { break };
        at = to;
        begun = true;
    }
    path
}

struct Tokens<'a> {
    rest: &'a str,
}

impl Tokens<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }

    fn operator(&mut self) -> Option<char> {
        self.skip();
        let operator = self.rest.chars().next().filter(|&c| OPERATORS.contains(c))?;
        self.rest = &self.rest[1..];
        Some(operator)
    }

    fn number(&mut self) -> Option<f64> {
        self.skip();
        let end = self.rest.find(|c: char| c.is_whitespace() || c == ',' || OPERATORS.contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        number(word)
    }

    fn points<const N: usize>(&mut self) -> Option<[Point; N]> {
        let mut out = [Point::ORIGIN; N];
        for point in &mut out {
            *point = Point::new(self.number()?, self.number()?);
        }
        Some(out)
    }

    /// `A rx ry angle large sweep x y`.
    fn arc(&mut self, from: Point) -> Option<(SvgArc, Point)> {
        let radii = Vec2::new(self.number()?, self.number()?);
        let x_rotation = self.number()?.to_radians();
        let (large_arc, sweep) = (self.number()? != 0.0, self.number()? != 0.0);
        let [to] = self.points()?;
        Some((SvgArc { from, to, radii, x_rotation, large_arc, sweep }, to))
    }
}

/// The box that an object is cut to, in the space that `around` leads to: its boundary and the boxes of its clips.
pub(super) fn clip_box(common: &Common, around: Affine) -> Option<Rect> {
    let mut clip = common.boundary.filter(|b| b.area() > 0.0).map(|b| around.transform_rect_bbox(b));
    let corner = common.boundary.map_or(Affine::IDENTITY, |b| Affine::translate((b.x0, b.y0)));
    for areas in &common.clips {
        let union = areas.iter().map(|area| (around * corner * area).bounding_box()).reduce(|a, b| a.union(b));
        if let Some(union) = union {
            clip = Some(clip.map_or(union, |clip| clip.intersect(union)));
        }
    }
    clip
}

/// The ruled lines that a path object draws, in points: level and upright strokes, the sides of stroked rectangles, and thin filled bars.
/// `around` leads from the space around the object to points.
pub(super) fn rules(common: &Common, object: &PathObject, around: Affine, out: &mut Vec<Rule>) {
    let transform = around * common.placement();
    // A stroke stands with half of its width outside of the outline; producers make the boundary fit the outline.
    let clip = clip_box(common, around).map(|clip| clip.inflate(THICKEST / 2.0, THICKEST / 2.0));
    if object.stroke {
        for segment in object.path.segments() {
            if let PathSeg::Line(line) = segment {
                let (from, to) = (transform * line.start(), transform * line.end());
                push(Rect::from_points(from, to), SLANT, clip, out);
            }
        }
    } else if object.fill {
        let clip = clip_box(common, around);
        for bar in subpaths(&object.path) {
            let bar = transform.transform_rect_bbox(bar);
            push(clip.map_or(bar, |clip| bar.intersect(clip)), THICKEST, None, out);
        }
    }
}

/// The boxes of an outline's closed parts.
fn subpaths(path: &BezPath) -> Vec<Rect> {
    let mut boxes = Vec::new();
    let mut current: Option<Rect> = None;
    for element in path.elements() {
        let (begins, points) = match *element {
            PathEl::MoveTo(p) => (true, [p, p, p]),
            PathEl::LineTo(p) => (false, [p, p, p]),
            PathEl::QuadTo(a, p) => (false, [a, a, p]),
            PathEl::CurveTo(a, b, p) => (false, [a, b, p]),
            PathEl::ClosePath => continue,
        };
        if begins {
            boxes.extend(current.take());
        }
        for point in points {
            current = Some(current.map_or(Rect::from_points(point, point), |c| c.union_pt(point)));
        }
    }
    boxes.extend(current);
    boxes
}

/// Notes a box as a ruled line when it is long, and no thicker than allowed.
fn push(bar: Rect, thickest: f64, clip: Option<Rect>, out: &mut Vec<Rule>) {
    let middle = bar.center();
    let level = bar.width() >= bar.height();
    let (thick, long) = if level { (bar.height(), bar.width()) } else { (bar.width(), bar.height()) };
    if thick > thickest || long < SHORTEST.max(thick * 3.0) {
        return;
    }
    let mut line = if level { Rect::new(bar.x0, middle.y, bar.x1, middle.y) } else { Rect::new(middle.x, bar.y0, middle.x, bar.y1) };
    if let Some(clip) = clip {
        if line.x0 > clip.x1 || line.x1 < clip.x0 || line.y0 > clip.y1 || line.y1 < clip.y0 {
            return;
        }
        line = line.intersect(clip);
    }
    let point = |x: f64, y: f64| page::Point { x: x as f32, y: y as f32 };
    out.push(Rule { from: point(line.x0, line.y0), to: point(line.x1, line.y1) });
}
