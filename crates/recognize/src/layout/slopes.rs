//! The slopes of the lines of a text, and what they say of the paper: straight lines through them by least squares, with a step where the paper is
//! creased.

/// Lines that must agree before they may tell more than one angle.
pub(super) const LINES: usize = 8;
/// Lines further off the first fit than this are of something else, in radians.
const ASTRAY: f32 = 0.03;
/// How near to the fit the lines must lie that settle it, in radians, one pass after the other.
const NEAR: [f32; 2] = [0.015, 0.01];
/// A step smaller than this is not worth taking out, in radians.
const STEP: f32 = 0.003;
/// How many times its doubt a step must be.
const SURE: f32 = 5.0;
/// A crease must leave less than this share of what the lines are off without one.
const BETTER: f32 = 0.85;
/// Where a crease is looked for, in shares of the width of the text.
const CREASES: (f32, f32) = (0.25, 0.75);
/// How much better a crease must be for each place that it is further from the middle.
const ASIDE: f32 = 0.02;
/// In how many places.
const PLACES: usize = 11;

/// A line of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slope {
    /// Where it begins and ends, across.
    pub(super) across: (f32, f32),
    /// Its height.
    pub(super) y: f32,
    /// Its angle in radians.
    pub(super) angle: f32,
    /// How much it says: the ends of a line are off by as much whatever its length, so twice as long is twice as right.
    pub(super) weight: f32,
}

/// Angles over heights: `angle + growth · (y − height)`, with `step` added right of the crease and taken away left of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) height: f32,
    pub(super) angle: f32,
    pub(super) growth: f32,
    /// How far off the growth may well be.
    pub(super) doubt: f32,
    /// Where the paper is creased from top to bottom, and the step of the angles there.
    pub(super) crease: Option<(f32, f32)>,
    /// How far off the step may well be.
    step_doubt: f32,
    /// How far the lines lie off, root of the mean square.
    rest: f32,
    /// Between which heights they lie.
    pub(super) heights: (f32, f32),
}

impl Fit {
    /// What the slopes say, if enough of them agree.
    pub(super) fn of(slopes: &[Slope]) -> Option<Fit> {
        let mut near = slopes.to_vec();
        for _ in 0..2 {
            let fit = fitted(&near, None)?;
            near = slopes.iter().filter(|slope| fit.off(slope) < ASTRAY).copied().collect();
        }
        let plain = settled(&near, None);
        let (left, right) = near.iter().fold((f32::MAX, f32::MIN), |(l, r), s| (l.min(s.across.0), r.max(s.across.1)));
        let place = |i: usize| left + (right - left) * (CREASES.0 + (CREASES.1 - CREASES.0) * i as f32 / (PLACES - 1) as f32);
        // papers are folded in the middle: another place has to say more
        let worth = |(i, fit): &(usize, Fit)| fit.rest * (1.0 + ASIDE * i.abs_diff(PLACES / 2) as f32);
        let creased = (0..PLACES).filter_map(|i| Some((i, settled(&near, Some(place(i)))?)));
        let creased = creased.min_by(|a, b| worth(a).total_cmp(&worth(b))).map(|(_, fit)| fit);
        let sure = |fit: &Fit| {
            let step = fit.crease.map_or(0.0, |(_, step)| step.abs());
            step >= STEP && step > SURE * fit.step_doubt && plain.is_none_or(|plain| fit.rest < BETTER * plain.rest)
        };
        creased.filter(sure).or(plain)
    }

    /// How far a line lies off.
    fn off(&self, slope: &Slope) -> f32 {
        let step = self.crease.map_or(0.0, |(at, step)| step * side(slope, at));
        (slope.angle - self.angle - self.growth * (slope.y - self.height) - step).abs()
    }
}

/// On which side of a crease a line lies: −1 left of it, 1 right of it, in between where it crosses it.
fn side(slope: &Slope, crease: f32) -> f32 {
    let (from, to) = slope.across;
    ((from + to - 2.0 * crease) / (to - from).max(1e-3)).clamp(-1.0, 1.0)
}

fn settled(slopes: &[Slope], crease: Option<f32>) -> Option<Fit> {
    let mut fit = fitted(slopes, crease)?;
    for off in NEAR {
        let near: Vec<Slope> = slopes.iter().filter(|slope| fit.off(slope) < off).copied().collect();
        fit = fitted(&near, crease)?;
    }
    Some(fit)
}

fn fitted(slopes: &[Slope], crease: Option<f32>) -> Option<Fit> {
    let weight: f32 = slopes.iter().map(|s| s.weight).sum();
    if slopes.len() < LINES || weight <= 0.0 {
        return None;
    }
    let mean = |of: &dyn Fn(&Slope) -> f32| slopes.iter().map(|s| of(s) * s.weight).sum::<f32>() / weight;
    let height = mean(&|s| s.y);
    let steps = |s: &Slope| crease.map_or(0.0, |at| side(s, at));
    let (angle, step) = (mean(&|s| s.angle), mean(&steps));
    // the means are taken out, what is left is two equations at most
    let (yy, ys, ss) =
        (mean(&|s| (s.y - height).powi(2)), mean(&|s| (s.y - height) * (steps(s) - step)), mean(&|s| (steps(s) - step).powi(2)));
    let (ya, sa) = (mean(&|s| (s.y - height) * (s.angle - angle)), mean(&|s| (steps(s) - step) * (s.angle - angle)));
    let spread = yy * ss - ys * ys;
    let folded = crease.is_some();
    if yy < 1.0 || folded && spread < 1e-3 * yy {
        return None;
    }
    let (growth, rise) = if folded { ((ya * ss - sa * ys) / spread, (sa * yy - ya * ys) / spread) } else { (ya / yy, 0.0) };
    let crease = crease.map(|at| (at, rise));
    let heights = slopes.iter().fold((f32::MAX, f32::MIN), |(top, bottom), s| (top.min(s.y), bottom.max(s.y)));
    let fit = Fit { height, angle: angle - rise * step, growth, doubt: 0.0, crease, step_doubt: 0.0, rest: 0.0, heights };
    let rest = mean(&|s| fit.off(s).powi(2));
    // as many lines as would weigh as much if all were of one length
    let count = weight * weight / slopes.iter().map(|s| s.weight * s.weight).sum::<f32>();
    let each = rest / (count - if folded { 3.0 } else { 2.0 }).max(1.0);
    let (doubt, step_doubt) = if folded { (each * ss / spread, each * yy / spread) } else { (each / yy, 0.0) };
    Some(Fit { doubt: doubt.sqrt(), step_doubt: step_doubt.sqrt(), rest: rest.sqrt(), ..fit })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines in two columns, whose angles follow from their places.
    fn slopes(rows: usize, angle: impl Fn(f32, f32) -> f32) -> Vec<Slope> {
        let slope = |i: usize| {
            let (from, y) = (if i.is_multiple_of(2) { 40.0 } else { 560.0 }, 50.0 + 30.0 * (i / 2) as f32);
            // the ends of a line are found to a pixel or so
            let jitter = 0.001 * ((i * 7 % 5) as f32 - 2.0) / 2.0;
            Slope { across: (from, from + 400.0), y, angle: angle(from + 200.0, y) + jitter, weight: 160_000.0 }
        };
        (0..rows * 2).map(slope).collect()
    }

    #[test]
    fn a_crease_is_a_step_of_the_angles() {
        let fit = Fit::of(&slopes(12, |x, y| 0.01 + 5e-5 * y + if x > 500.0 { 0.01 } else { -0.01 })).unwrap();
        let (at, step) = fit.crease.unwrap();
        assert!((at - 500.0).abs() < 60.0 && (step - 0.01).abs() < 0.001, "{fit:?}");
        assert!((fit.growth - 5e-5).abs() < 1e-5, "{fit:?}");
    }

    #[test]
    fn lines_that_run_straight_have_no_crease() {
        for growth in [0.0, 4e-5] {
            let fit = Fit::of(&slopes(12, |_, y| growth * y)).unwrap();
            assert!(fit.crease.is_none() && (fit.growth - growth).abs() < 1e-5, "{fit:?}");
        }
    }

    #[test]
    fn a_few_lines_and_lines_of_one_height_say_nothing() {
        assert!(Fit::of(&slopes(3, |_, _| 0.0)).is_none());
        assert!(Fit::of(&[]).is_none());
        let level: Vec<Slope> = slopes(12, |_, _| 0.0).into_iter().map(|s| Slope { y: 10.0, ..s }).collect();
        assert!(Fit::of(&level).is_none());
    }
}
