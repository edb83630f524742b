//! How the paper lies on a picture: turned a little, seen from a side, so that its lines of text run together towards a point far off, and bent at a
//! crease where it was folded.

use ocr::text::{Point, Text};

use super::slopes::{Fit, Slope};

/// A line tells the angle when it is so many times as long as it is high.
const LONG: f32 = 4.0;
/// The least difference of the angles at the head and at the foot of the text that is worth taking out, in radians.
const APART: f32 = 0.004;
/// The most that the two sides of the text may differ in scale; beyond it the angles are those of something else.
const SEEN_FROM_A_SIDE: f32 = 0.35;

/// The way from a picture to a level sheet: a turn about the origin, then, about a middle, the map that sends the point in which the lines
/// meet to the far left or right: `w = 1 + meet·x`, `x' = x/w`, `y' = (y − rise·x)/w`; last the paper is made flat at its crease:
/// `y'' = y' − step·|x' − crease|`.
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
    /// Where the paper is creased from top to bottom, right of the middle.
    crease: f32,
    /// By how much it rises to both sides of the crease, as a slope.
    step: f32,
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

    /// What is left in the angles when the turn is taken out.
    fn seen_from_a_side(self, runs: &[Run]) -> Option<Lie> {
        let slope = |run: &Run| {
            let (x, y) = turned(run.middle, -self.turn);
            let half = run.long / 2.0;
            Slope { across: (x - half, x + half), y, angle: run.angle - self.turn, weight: run.long * run.long }
        };
        let slopes: Vec<Slope> = runs.iter().map(slope).collect();
        let fit = Fit::of(&slopes)?;
        let middle = |slope: &Slope| (slope.across.0 + slope.across.1) / 2.0;
        let (left, right) = slopes.iter().map(middle).fold((f32::MAX, f32::MIN), |(left, right), x| (left.min(x), right.max(x)));
        let (top, bottom) = fit.heights;
        let scale = fit.growth.abs() * (right - left);
        let meets = (fit.growth * (bottom - top)).abs() >= APART && scale <= SEEN_FROM_A_SIDE && fit.doubt * 3.0 <= fit.growth.abs();
        if !meets && fit.crease.is_none() {
            return None;
        }
        let middle = ((left + right) / 2.0, fit.height);
        let (crease, step) = fit.crease.map_or((0.0, 0.0), |(at, step)| (at - middle.0, step));
        Some(Lie { middle, rise: fit.angle, meet: if meets { fit.growth } else { 0.0 }, crease, step, ..self })
    }

    /// A point of the picture on the level sheet.
    pub(crate) fn level(&self, p: Point) -> (f32, f32) {
        let (x, y) = turned((p.x, p.y), -self.turn);
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        let w = (1.0 + self.meet * x).max(0.1);
        let (x, y) = (x / w, (y - self.rise * x) / w);
        (x + self.middle.0, y - self.step * (x - self.crease).abs() + self.middle.1)
    }

    /// A point of the level sheet on the picture.
    pub(crate) fn pictured(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let (u, v) = (x - self.middle.0, y - self.middle.1);
        let v = v + self.step * (u - self.crease).abs();
        let w = 1.0 / (1.0 - self.meet * u).max(0.1);
        let (x, y) = (u * w, v * w + self.rise * u * w);
        turned((x + self.middle.0, y + self.middle.1), self.turn)
    }
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
            let lie = Lie { turn, middle: (400.0, 480.0), rise, meet, ..Lie::default() };
            let text = seen(&lie, 20);
            let found = Lie::of(&text);
            for line in &text.lines {
                let [a, b] = [found.level(line.corners[0]), found.level(line.corners[1])];
                assert!((a.1 - b.1).abs() < 1.0, "{a:?} and {b:?} of {lie:?} by {found:?}");
            }
        }
    }

    #[test]
    fn a_creased_paper_becomes_flat() {
        let lie = Lie { turn: 0.04, middle: (400.0, 480.0), rise: 0.0, meet: 0.000_05, crease: 20.0, step: 0.012 };
        let text = seen(&lie, 24);
        let found = Lie::of(&text);
        for line in &text.lines {
            let [a, b] = [found.level(line.corners[0]), found.level(line.corners[1])];
            assert!((a.1 - b.1).abs() < 2.0, "{a:?} and {b:?} by {found:?}");
        }
    }

    #[test]
    fn what_is_only_turned_is_only_turned_back() {
        let lie = Lie { turn: 0.03, ..Lie::default() };
        let found = Lie::of(&seen(&lie, 20));
        assert!((found.turn - 0.03).abs() < 1e-3 && found.meet == 0.0, "{found:?}");
        // a few lines tell no more than an angle
        let askew = Lie { turn: 0.03, middle: (400.0, 480.0), meet: 0.000_08, ..Lie::default() };
        assert_eq!(Lie::of(&seen(&askew, 5)).meet, 0.0);
        assert_eq!(Lie::of(&Text::default()), Lie::default());
    }

    proptest! {
        #[test]
        fn there_and_back(x in 0.0_f32..1000.0, y in 0.0_f32..1000.0, turn in -0.2_f32..0.2, meet in -0.000_3_f32..0.000_3, rise in -0.05_f32..0.05,
            crease in -200.0_f32..200.0, step in -0.02_f32..0.02) {
            let lie = Lie { turn, middle: (500.0, 500.0), rise, meet, crease, step };
            let (there_x, there_y) = lie.level(Point { x, y });
            let back = lie.pictured((there_x, there_y));
            prop_assert!((back.0 - x).abs() < 0.5 && (back.1 - y).abs() < 0.5, "{:?}", back);
        }
    }
}
