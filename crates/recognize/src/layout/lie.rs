//! How the paper lies on a picture: turned a little, and seen from a side, so that its lines of text run together towards a point far off.

use ocr::text::{Point, Text};

/// Lines that must agree before they may tell more than one angle.
const LINES: usize = 8;
/// A line tells the angle when it is so many times as long as it is high.
const LONG: f32 = 4.0;
/// The least difference of the angles at the head and at the foot of the text that is worth taking out, in radians.
const APART: f32 = 0.004;
/// The most that the two sides of the text may differ in scale; beyond it the angles are those of something else.
const SEEN_FROM_A_SIDE: f32 = 0.35;

/// The way from a picture to a level sheet: a turn about the origin, then, about a middle, the map that sends the point in which the lines
/// meet to the far left or right: `w = 1 + meet·x`, `x' = x/w`, `y' = (y − rise·x)/w`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Lie {
    /// The clockwise angle in radians by which the text slopes.
    turn: f32,
    /// The middle of the text, after the turn.
    middle: (f32, f32),
    /// The slope that is left on the middle's height.
    rise: f32,
    /// By how much the slope grows with each unit down the sheet.
    meet: f32,
}

/// A line: its middle, its angle, its length.
struct Run {
    middle: (f32, f32),
    angle: f32,
    long: f32,
}

impl Lie {
    /// How the paper with this text lies.
    pub(crate) fn of(text: &Text) -> Lie {
        let runs = runs(text);
        let turn = median(&runs);
        let turn = if turn.abs() < 0.002 { 0.0 } else { turn };
        let level = Lie { turn, ..Lie::default() };
        level.seen_from_a_side(&runs).unwrap_or(level)
    }

    /// A line through the angles over the heights, by least squares; lines that lie far off it are something else's and left out.
    fn seen_from_a_side(self, runs: &[Run]) -> Option<Lie> {
        let mut points: Vec<(f32, f32, f32)> = runs
            .iter()
            .map(|run| {
                let (_, y) = turned(run.middle, -self.turn);
                // the ends of a line are off by as much whatever its length: twice as long is twice as right
                (y, run.angle - self.turn, run.long * run.long)
            })
            .collect();
        let mut fit = fitted(&points)?;
        for off in [0.03, 0.015] {
            points.retain(|(y, angle, _)| (angle - fit.at(*y)).abs() < off);
            if points.len() < LINES {
                return None;
            }
            fit = fitted(&points)?;
        }
        let (top, bottom) = points.iter().fold((f32::MAX, f32::MIN), |(top, bottom), (y, _, _)| (top.min(*y), bottom.max(*y)));
        let ends: Vec<f32> = runs.iter().map(|run| turned(run.middle, -self.turn).0).collect();
        let (left, right) = ends.iter().fold((f32::MAX, f32::MIN), |(left, right), x| (left.min(*x), right.max(*x)));
        let scale = fit.growth.abs() * (right - left);
        if (fit.growth * (bottom - top)).abs() < APART || scale > SEEN_FROM_A_SIDE || fit.doubt * 3.0 > fit.growth.abs() {
            return None;
        }
        Some(Lie { middle: ((left + right) / 2.0, fit.height), rise: fit.angle, meet: fit.growth, ..self })
    }

    /// A point of the picture on the level sheet.
    pub(crate) fn level(&self, p: Point) -> (f32, f32) {
        let (x, y) = turned((p.x, p.y), -self.turn);
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        let w = (1.0 + self.meet * x).max(0.1);
        (x / w + self.middle.0, (y - self.rise * x) / w + self.middle.1)
    }

    /// A point of the level sheet on the picture.
    pub(crate) fn pictured(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let (u, v) = (x - self.middle.0, y - self.middle.1);
        let w = 1.0 / (1.0 - self.meet * u).max(0.1);
        let (x, y) = (u * w, v * w + self.rise * u * w);
        turned((x + self.middle.0, y + self.middle.1), self.turn)
    }
}

/// Angles over heights: `angle + growth · (y − height)`.
struct Fit {
    height: f32,
    angle: f32,
    growth: f32,
    /// How far off the growth may well be.
    doubt: f32,
}

impl Fit {
    fn at(&self, y: f32) -> f32 {
        self.angle + self.growth * (y - self.height)
    }
}

fn fitted(points: &[(f32, f32, f32)]) -> Option<Fit> {
    let weight: f32 = points.iter().map(|p| p.2).sum();
    if points.len() < LINES || weight <= 0.0 {
        return None;
    }
    let mean = |of: &dyn Fn(&(f32, f32, f32)) -> f32| points.iter().map(|p| of(p) * p.2).sum::<f32>() / weight;
    let (height, angle) = (mean(&|p| p.0), mean(&|p| p.1));
    let spread = mean(&|p| (p.0 - height).powi(2));
    if spread < 1.0 {
        return None;
    }
    let growth = mean(&|p| (p.0 - height) * (p.1 - angle)) / spread;
    let rest = mean(&|p| (p.1 - angle - growth * (p.0 - height)).powi(2));
    // as many lines as would weigh as much if all were of one length
    let count = weight * weight / points.iter().map(|p| p.2 * p.2).sum::<f32>();
    Some(Fit { height, angle, growth, doubt: (rest / spread / (count - 2.0).max(1.0)).sqrt() })
}

fn runs(text: &Text) -> Vec<Run> {
    let run = |line: &ocr::text::Line| {
        let [a, b, c, d] = line.corners;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let (tall, long) = ((d.x - a.x).hypot(d.y - a.y), dx.hypot(dy));
        let middle = ((a.x + b.x + c.x + d.x) / 4.0, (a.y + b.y + c.y + d.y) / 4.0);
        (long > LONG * tall && dx > 0.0).then(|| Run { middle, angle: dy.atan2(dx), long })
    };
    text.lines.iter().filter(|line| !line.vertical).filter_map(run).collect()
}

/// The angle that half of the length of all lines does not exceed.
fn median(runs: &[Run]) -> f32 {
    let mut angles: Vec<(f32, f32)> = runs.iter().map(|run| (run.angle, run.long)).collect();
    angles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = angles.iter().map(|a| a.1).sum::<f32>() / 2.0;
    let mut weight = 0.0;
    let middle = angles.iter().find(|(_, long)| {
        weight += long;
        weight >= half
    });
    middle.map_or(0.0, |(angle, _)| *angle)
}

fn turned((x, y): (f32, f32), by: f32) -> (f32, f32) {
    let (sin, cos) = by.sin_cos();
    (x * cos - y * sin, x * sin + y * cos)
}

#[cfg(test)]
mod tests {
    use ocr::text::{Char, Line};
    use proptest::prelude::*;

    use super::*;

    /// Lines of text on a sheet that lies so.
    fn seen(lie: &Lie, rows: usize) -> Text {
        let corner = |x: f32, y: f32| {
            let (x, y) = lie.pictured((x, y));
            Point { x, y }
        };
        let line = |row: usize| {
            let (left, top) = (60.0 + 137.0 * (row % 4) as f32, 80.0 + 40.0 * row as f32);
            let right = left + 300.0;
            let corners = [corner(left, top), corner(right, top), corner(right, top + 24.0), corner(left, top + 24.0)];
            Line { corners, chars: vec![Char { ch: '1', at: 0.5, confidence: 1.0 }], confidence: 1.0, vertical: false }
        };
        Text { width: 1000, height: 1000, lines: (0..rows).map(line).collect(), ..Text::default() }
    }

    #[test]
    fn what_is_seen_from_a_side_becomes_level() {
        for (turn, rise, meet) in [(0.05, 0.0, 0.000_08), (-0.1, 0.01, -0.000_06), (0.0, 0.0, 0.000_05)] {
            let lie = Lie { turn, middle: (400.0, 480.0), rise, meet };
            let text = seen(&lie, 20);
            let found = Lie::of(&text);
            for line in &text.lines {
                let [a, b] = [found.level(line.corners[0]), found.level(line.corners[1])];
                assert!((a.1 - b.1).abs() < 1.0, "{a:?} and {b:?} of {lie:?} by {found:?}");
            }
        }
    }

    #[test]
    fn what_is_only_turned_is_only_turned_back() {
        let lie = Lie { turn: 0.03, ..Lie::default() };
        let found = Lie::of(&seen(&lie, 20));
        assert!((found.turn - 0.03).abs() < 1e-3 && found.meet == 0.0, "{found:?}");
        // a few lines tell no more than an angle
        let askew = Lie { turn: 0.03, middle: (400.0, 480.0), rise: 0.0, meet: 0.000_08 };
        assert_eq!(Lie::of(&seen(&askew, 5)).meet, 0.0);
        assert_eq!(Lie::of(&Text::default()), Lie::default());
    }

    proptest! {
        #[test]
        fn there_and_back(x in 0.0_f32..1000.0, y in 0.0_f32..1000.0, turn in -0.2_f32..0.2, meet in -0.000_3_f32..0.000_3, rise in -0.05_f32..0.05) {
            let lie = Lie { turn, middle: (500.0, 500.0), rise, meet };
            let (there_x, there_y) = lie.level(Point { x, y });
            let back = lie.pictured((there_x, there_y));
            prop_assert!((back.0 - x).abs() < 0.5 && (back.1 - y).abs() < 0.5, "{:?}", back);
        }
    }
}
