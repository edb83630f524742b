//! Ruled lines out of painted paths: strokes, sides of stroked rectangles, thin filled bars.

use hayro_interpret::kurbo::Rect as PathRect;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point as PathPoint, Shape};

use crate::page::{Point, Rule};

/// Shorter strokes are parts of drawings and letters, not of a table, in points.
const SHORTEST: f64 = 3.0;
/// A filled bar is a line up to this width, in points.
const THICKEST: f64 = 2.5;
/// ... and when it is at least this many times longer than wide.
const SLENDER: f64 = 3.0;
/// Ends of a line that is level or upright differ across it by at most this, in points.
const STRAIGHT: f64 = 0.5;

/// The lines of a stroked path, in page space. Only level and upright ones count; curves do not.
pub(super) fn stroked(path: &BezPath, transform: Affine, rules: &mut Vec<Rule>) {
    let mut start = PathPoint::ZERO;
    let mut at = PathPoint::ZERO;
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => (start, at) = (transform * to, transform * to),
            PathEl::LineTo(to) => {
                rules.extend(straight(at, transform * to));
                at = transform * to;
            }
            PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => at = transform * to,
            PathEl::ClosePath => {
                rules.extend(straight(at, start));
                at = start;
            }
        }
    }
}

/// The thin bars of a filled path, in page space: every closed part is looked at on its own.
pub(super) fn filled(path: &BezPath, transform: Affine, rules: &mut Vec<Rule>) {
    let mut part: Vec<PathPoint> = Vec::new();
    let mut curved = false;
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => {
                rules.extend(bar(&part).filter(|_| !curved));
                part.clear();
                curved = false;
                part.push(transform * to);
            }
            PathEl::LineTo(to) => part.push(transform * to),
            PathEl::QuadTo(..) | PathEl::CurveTo(..) => curved = true,
            PathEl::ClosePath => {}
        }
    }
    rules.extend(bar(&part).filter(|_| !curved));
}

/// The bar that a filled rectangle is, in page space.
pub(super) fn filled_rectangle(rect: &PathRect, transform: Affine, rules: &mut Vec<Rule>) {
    rules.extend(thin(transform.transform_rect_bbox(*rect)));
}

/// The sides of a stroked rectangle, in page space.
pub(super) fn stroked_rectangle(rect: &PathRect, transform: Affine, rules: &mut Vec<Rule>) {
    stroked(&rect.to_path(0.1), transform, rules);
}

fn bar(points: &[PathPoint]) -> Option<Rule> {
    if !(4..=5).contains(&points.len()) {
        return None;
    }
    let first = PathRect::from_points(points[0], points[0]);
    let bounds = points.iter().fold(first, |bounds, point| bounds.union_pt(*point));
    // Every corner lies on the bounds: a rectangle, not a triangle or a slanted bar.
    let near = |a: f64, b: f64| (a - b).abs() <= STRAIGHT / 2.0;
    let on_corner = |p: &PathPoint| (near(p.x, bounds.x0) || near(p.x, bounds.x1)) && (near(p.y, bounds.y0) || near(p.y, bounds.y1));
    points.iter().all(on_corner).then(|| thin(bounds)).flatten()
}

fn thin(bounds: PathRect) -> Option<Rule> {
    let (width, height) = (bounds.width(), bounds.height());
    let (long, short) = (width.max(height), width.min(height));
    if short > THICKEST || long < short * SLENDER {
        return None;
    }
    let centre = bounds.center();
    if width >= height {
        straight(PathPoint::new(bounds.x0, centre.y), PathPoint::new(bounds.x1, centre.y))
    } else {
        straight(PathPoint::new(centre.x, bounds.y0), PathPoint::new(centre.x, bounds.y1))
    }
}

/// A level or upright line between two points, left or top end first.
fn straight(one: PathPoint, other: PathPoint) -> Option<Rule> {
    let (dx, dy) = ((other.x - one.x).abs(), (other.y - one.y).abs());
    let is_straight = dx.min(dy) <= STRAIGHT && dx.max(dy) >= SHORTEST && dx.is_finite() && dy.is_finite();
    if !is_straight {
        return None;
    }
    let (from, to) = if one.x + one.y <= other.x + other.y { (one, other) } else { (other, one) };
    let point = |p: PathPoint| Point { x: p.x as f32, y: p.y as f32 };
    Some(Rule { from: point(from), to: point(to) })
}
