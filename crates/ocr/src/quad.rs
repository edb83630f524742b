//! The rectangle around one line of text, at any angle.

use crate::text::Point;

/// Four corners in the direction of the text: start of its top edge, end of it, end of the bottom edge, start of it.
/// Coordinates are continuous: a pixel covers the square from its index to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quad(pub [Point; 4]);

/// The distance of two points.
fn distance(a: Point, b: Point) -> f32 {
    (b.x - a.x).hypot(b.y - a.y)
}

impl Quad {
    /// The upright rectangle with these bounds: left, top, right, bottom. The text in it runs from left to right.
    pub fn of_bounds([left, top, right, bottom]: [f32; 4]) -> Quad {
        Quad([(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y }))
    }

    /// How long the text runs: the longer of the top and bottom edges, in pixels.
    pub fn length(&self) -> f32 {
        let [a, b, c, d] = self.0;
        distance(a, b).max(distance(d, c))
    }

    /// How high the text stands: the longer of the two sides, in pixels.
    pub fn height(&self) -> f32 {
        let [a, b, c, d] = self.0;
        distance(a, d).max(distance(b, c))
    }

    /// The smaller of length and height.
    pub fn thickness(&self) -> f32 {
        self.length().min(self.height())
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        let sum = self.0.iter().fold(Point::default(), |sum, p| Point { x: sum.x + p.x, y: sum.y + p.y });
        Point { x: sum.x / 4.0, y: sum.y / 4.0 }
    }

    /// The point at the shares `along` (from start to end) and `down` (from top to bottom), each from 0 to 1.
    pub fn at(&self, along: f32, down: f32) -> Point {
        let [a, b, c, d] = self.0;
        let blend = |a: f32, b: f32, c: f32, d: f32| (1.0 - down) * (a + along * (b - a)) + down * (d + along * (c - d));
        Point { x: blend(a.x, b.x, c.x, d.x), y: blend(a.y, b.y, c.y, d.y) }
    }

    /// The part of it between two shares of its length.
    #[must_use]
    pub fn part(&self, from: f32, to: f32) -> Quad {
        Quad([self.at(from, 0.0), self.at(to, 0.0), self.at(to, 1.0), self.at(from, 1.0)])
    }

    /// The upright rectangle around it: left, top, right, bottom.
    pub fn bounds(&self) -> [f32; 4] {
        self.0.iter().fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |[l, t, r, b], p| [l.min(p.x), t.min(p.y), r.max(p.x), b.max(p.y)])
    }

    /// A rectangle grown by `by` pixels on every side. A side without length has no direction: it stays.
    #[must_use]
    pub fn grown(&self, by: f32) -> Quad {
        let [a, b, _, d] = self.0;
        let unit = |from: Point, to: Point| {
            let length = distance(from, to);
            if length > 0.0 { ((to.x - from.x) / length * by, (to.y - from.y) / length * by) } else { (0.0, 0.0) }
        };
        let (along, down) = (unit(a, b), unit(a, d));
        let signs = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        let mut corners = self.0;
        for (corner, (u, v)) in corners.iter_mut().zip(signs) {
            corner.x += u * along.0 + v * down.0;
            corner.y += u * along.1 + v * down.1;
        }
        Quad(corners)
    }

    /// Every corner changed by `change`.
    #[must_use]
    pub fn map(&self, change: impl FnMut(Point) -> Point) -> Quad {
        Quad(self.0.map(change))
    }

    /// The same rectangle, its corners in the order in which a reader of an upright page sees them: the top edge is the one that runs most nearly
    /// from left to right, however long the others are.
    #[must_use]
    pub fn ordered(&self) -> Quad {
        let middle = self.centre();
        let mut corners = self.0;
        let around = |p: &Point| (p.y - middle.y).atan2(p.x - middle.x);
        corners.sort_by(|a, b| around(a).total_cmp(&around(b)));
        let rightwards = |start: &usize| {
            let (a, b) = (corners[*start], corners[(start + 1) % 4]);
            (b.x - a.x) / distance(a, b).max(f32::MIN_POSITIVE)
        };
        let start = (0..4).max_by(|a, b| rightwards(a).total_cmp(&rightwards(b))).unwrap_or(0);
        corners.rotate_left(start);
        Quad(corners)
    }

    /// The same rectangle read a quarter turn on: the text's start is where its top right corner was, as for letters that lie on their left side
    /// once the top of a column has been made the start of a line.
    #[must_use]
    pub fn quarter_turned(&self) -> Quad {
        let [a, b, c, d] = self.0;
        Quad([b, c, d, a])
    }

    /// The same rectangle read upside down.
    #[must_use]
    pub fn half_turned(&self) -> Quad {
        let [a, b, c, d] = self.0;
        Quad([c, d, a, b])
    }

    /// Whether its edges are parallel to the picture's, to within `tolerance` pixels over their whole length.
    pub fn is_level(&self, tolerance: f32) -> bool {
        let [a, b, c, d] = self.0;
        let near = |m: f32, n: f32| (m - n).abs() <= tolerance;
        (near(a.y, b.y) && near(c.y, d.y) && near(a.x, d.x) && near(b.x, c.x))
            || (near(a.x, b.x) && near(c.x, d.x) && near(a.y, d.y) && near(b.y, c.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(corners: [(f32, f32); 4]) -> Quad {
        Quad(corners.map(|(x, y)| Point { x, y }))
    }

    #[test]
    fn measures_of_a_level_rectangle() {
        let q = quad([(10.0, 20.0), (110.0, 20.0), (110.0, 50.0), (10.0, 50.0)]);
        assert_eq!((q.length(), q.height(), q.thickness()), (100.0, 30.0, 30.0));
        assert_eq!(q.centre(), Point { x: 60.0, y: 35.0 });
        assert_eq!(q.bounds(), [10.0, 20.0, 110.0, 50.0]);
        assert_eq!(q.at(0.25, 0.5), Point { x: 35.0, y: 35.0 });
        assert!(q.is_level(0.5));
    }

    #[test]
    fn a_part_is_what_lies_between_two_shares_of_its_length() {
        let part = quad([(10.0, 10.0), (110.0, 20.0), (110.0, 60.0), (10.0, 40.0)]).part(0.25, 0.5);
        assert_eq!(part, quad([(35.0, 12.5), (60.0, 15.0), (60.0, 50.0), (35.0, 45.0)]));
    }

    #[test]
    fn growing_moves_every_side_outwards() {
        let q = quad([(10.0, 20.0), (110.0, 20.0), (110.0, 50.0), (10.0, 50.0)]).grown(5.0);
        assert_eq!(q, quad([(5.0, 15.0), (115.0, 15.0), (115.0, 55.0), (5.0, 55.0)]));
        let tilted = quad([(0.0, 0.0), (30.0, 40.0), (22.0, 46.0), (-8.0, 6.0)]);
        let grown = tilted.grown(10.0);
        assert!((grown.length() - (tilted.length() + 20.0)).abs() < 1e-3);
        assert!((grown.height() - (tilted.height() + 20.0)).abs() < 1e-3);
        assert!(!tilted.is_level(0.5));
    }

    #[test]
    fn ordering_finds_the_reader_s_corners_from_any_start() {
        let upright = quad([(10.0, 22.0), (110.0, 20.0), (111.0, 50.0), (11.0, 52.0)]);
        assert_eq!(upright.quarter_turned().ordered(), upright);
        assert_eq!(upright.half_turned().ordered(), upright);
        assert_eq!(upright.half_turned().half_turned(), upright);
    }

    #[test]
    fn what_runs_down_askew_is_high_and_not_long() {
        for degrees in [-40.0_f32, -12.0, -7.0, 0.0, 7.0, 12.0, 40.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            for (long, high) in [(400.0, 30.0), (30.0, 400.0)] {
                let corners = [(0.0, 0.0), (long, 0.0), (long, high), (0.0, high)];
                let askew = quad(corners.map(|(x, y)| (x * cos - y * sin, x * sin + y * cos)));
                for start in [askew, askew.quarter_turned(), askew.half_turned()] {
                    assert_eq!(start.ordered(), askew, "{long} × {high} at {degrees}");
                }
            }
        }
    }
}
