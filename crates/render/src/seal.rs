//! Seals, drawn as outlines. What they say shows at first sight that the document is a specimen.

use std::f32::consts::{FRAC_PI_2, PI};

use crate::error::Error;
use crate::sheet::{Colour, Path};
use crate::typeface::{Placing, outline};

/// The red of official seals.
pub(crate) const RED: Colour = [220, 38, 38];

/// Half axes of the ellipse of 监制章 and 发票专用章: 30 mm by 20 mm, and 40 mm by 30 mm (forms of the State Taxation Administration).
const SUPERVISION: (f32, f32) = (15.0, 10.0);
const COMPANY: (f32, f32) = (20.0, 15.0);

/// The ellipse that stands under the title, around `(x, y)`.
pub(crate) fn supervision(x: f32, y: f32) -> Result<Vec<Path>, Error> {
    let (rx, ry) = SUPERVISION;
    let mut letters = Path { fill: Some(RED), ..Path::default() };
    arc("样张票样监制章", (x, y), (rx - 3.4, ry - 3.4), 2.7, -0.86 * PI, -0.14 * PI, false, &mut letters)?;
    row("样张专用章", x, y + 1.1, 3.2, &mut letters)?;
    arc("SPECIMEN", (x, y), (rx - 1.6, ry - 1.6), 2.2, 0.76 * PI, 0.24 * PI, true, &mut letters)?;
    Ok(vec![Path::ellipse(x, y, rx, ry, 0.6, RED), Path::ellipse(x, y, rx - 0.9, ry - 0.9, 0.25, RED), letters])
}

/// The same ellipse with the bureau's name in its middle, as it is printed on paper.
pub(crate) fn supervision_by(bureau: &str, x: f32, y: f32) -> Result<Vec<Path>, Error> {
    let (rx, ry) = SUPERVISION;
    let mut letters = Path { fill: Some(RED), ..Path::default() };
    arc("样张专用章", (x, y), (rx - 3.4, ry - 3.4), 2.7, -0.86 * PI, -0.14 * PI, false, &mut letters)?;
    row(bureau, x, y + 1.1, 3.2, &mut letters)?;
    arc("SPECIMEN", (x, y), (rx - 1.6, ry - 1.6), 2.2, 0.76 * PI, 0.24 * PI, true, &mut letters)?;
    Ok(vec![Path::ellipse(x, y, rx, ry, 0.6, RED), Path::ellipse(x, y, rx - 0.9, ry - 0.9, 0.25, RED), letters])
}

/// The seller's ellipse around `(x, y)`: its name along the upper arc, its tax id in the middle.
pub(crate) fn company(name: &str, tax_id: &str, x: f32, y: f32) -> Result<Vec<Path>, Error> {
    company_of(1.0, name, tax_id, x, y)
}

/// The same in another size, as small forms bear it.
pub(crate) fn company_of(scale: f32, name: &str, tax_id: &str, x: f32, y: f32) -> Result<Vec<Path>, Error> {
    let (rx, ry) = (COMPANY.0 * scale, COMPANY.1 * scale);
    let mut letters = Path { fill: Some(RED), ..Path::default() };
    let size = (42.0 / name.chars().count().max(8) as f32).min(3.4) * scale;
    arc(name, (x, y), (rx - 4.4 * scale, ry - 4.4 * scale), size, -1.04 * PI, 0.04 * PI, false, &mut letters)?;
    row(tax_id, x, y + 1.0 * scale, 2.6 * scale, &mut letters)?;
    row("样张专用章", x, y + 8.6 * scale, 3.4 * scale, &mut letters)?;
    Ok(vec![Path::ellipse(x, y, rx, ry, 0.8 * scale, RED), letters])
}

/// A round stamp of an office around `(x, y)`, 38 mm across: what it is for along the upper arc, 样张专用章 in the middle.
pub(crate) fn round(words: &str, x: f32, y: f32) -> Result<Vec<Path>, Error> {
    let radius = 19.0;
    let mut letters = Path { fill: Some(RED), ..Path::default() };
    arc(words, (x, y), (radius - 6.0, radius - 6.0), 4.2, -0.95 * PI, -0.05 * PI, false, &mut letters)?;
    row("样张专用章", x, y + 1.6, 4.4, &mut letters)?;
    row("SPECIMEN", x, y + 9.5, 3.4, &mut letters)?;
    Ok(vec![Path::ellipse(x, y, radius, radius, 1.0, RED), letters])
}

/// Words in light print across a page of this size.
pub(crate) fn tint(words: &str, width: f32, height: f32) -> Result<Path, Error> {
    let mut letters = Path { fill: Some([242, 243, 246]), ..Path::default() };
    let (size, turn) = (width / 9.0, -0.38);
    let length: f32 = words.chars().map(|c| natural(c) * size).sum();
    let (sin, cos) = f32::sin_cos(turn);
    let (mut x, mut y) = (width / 2.0 - length / 2.0 * cos + size * 0.35 * sin, height / 2.0 - length / 2.0 * sin + size * 0.35 * cos);
    for ch in words.chars() {
        outline(ch, Placing { x, y, width: size, height: size, turn }, &mut letters)?;
        x += natural(ch) * size * cos;
        y += natural(ch) * size * sin;
    }
    Ok(letters)
}

fn natural(ch: char) -> f32 {
    crate::typeface::glyph(ch).map_or(1.0, |g| g.advance)
}

/// Text along a straight line with its middle at `x`.
fn row(words: &str, x: f32, y: f32, size: f32, path: &mut Path) -> Result<(), Error> {
    let length: f32 = words.chars().map(|c| natural(c) * size).sum();
    let mut x = x - length / 2.0;
    for ch in words.chars() {
        outline(ch, Placing { x, y, width: size, height: size, turn: 0.0 }, path)?;
        x += natural(ch) * size;
    }
    Ok(())
}

/// Text along an ellipse from one angle to another (clockwise from the right), letters standing outwards, or inwards along its foot.
#[allow(clippy::too_many_arguments, reason = "an arc has a centre, two radii, two ends, a size and a side")]
fn arc(
    words: &str,
    (x, y): (f32, f32),
    (rx, ry): (f32, f32),
    size: f32,
    from: f32,
    to: f32,
    foot: bool,
    path: &mut Path,
) -> Result<(), Error> {
    let count = words.chars().count().max(2);
    for (i, ch) in words.chars().enumerate() {
        let angle = from + (to - from) * i as f32 / (count - 1) as f32;
        let (sin, cos) = angle.sin_cos();
        // The normal of an ellipse is not its radius: letters lean with the curve.
        let normal = f32::atan2(sin / ry, cos / rx);
        let turn = if foot { normal - FRAC_PI_2 } else { normal + FRAC_PI_2 };
        let half = natural(ch) * size / 2.0;
        let (px, py) = (x + rx * cos, y + ry * sin);
        let placing = Placing { x: px - half * turn.cos(), y: py - half * turn.sin(), width: size, height: size, turn };
        outline(ch, placing, path)?;
    }
    Ok(())
}
