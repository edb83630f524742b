//! The rims of seals that are drawn as lines: ellipses and circles of a size that seals have.

use hayro::kurbo::{Affine, BezPath, PathEl, Rect as PathRect, Shape};

use crate::page::{Rect, Rim};

/// The shortest and the longest side of a seal, in points: 15 mm, half of what a 发票专用章 is high, to 60 mm, that of the largest seal of an office.
const SIDES: std::ops::RangeInclusive<f64> = 42.0..=170.0;
/// A rim is drawn with at most this many strokes; letters and drawings have more.
const STROKES: usize = 48;
/// How far from the ellipse inside its box, as a share of the radius, the ends of its strokes may lie. A second, inner rim in the same path does.
const OFF: std::ops::RangeInclusive<f64> = 0.7..=1.05;
/// Rims kept of one page.
pub(crate) const RIMS: usize = 100;

/// The rim that a path draws, if it is one. `onto` leads to points of the page.
pub(crate) fn of_path(path: &BezPath, onto: Affine, colour: [u8; 3]) -> Option<Rim> {
    let elements = path.elements();
    let curves = elements.iter().filter(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..))).count();
    let straight = elements.iter().filter(|e| matches!(e, PathEl::LineTo(_))).count();
    if curves < 2 || straight > curves || elements.len() > STROKES {
        return None;
    }
    let bounds: PathRect = (onto * path).bounding_box();
    if !SIDES.contains(&bounds.width()) || !SIDES.contains(&bounds.height()) {
        return None;
    }
    let round = elements.iter().filter_map(PathEl::end_point).all(|end| {
        let from = (onto * end) - bounds.center();
        OFF.contains(&(from.x / (bounds.width() / 2.0)).hypot(from.y / (bounds.height() / 2.0)))
    });
    let area = Rect { left: bounds.x0 as f32, top: bounds.y0 as f32, right: bounds.x1 as f32, bottom: bounds.y1 as f32 };
    round.then_some(Rim { area, colour })
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::{Circle, Ellipse, RoundedRect};

    use super::*;

    #[test]
    fn ellipses_of_the_size_of_seals_are_rims_and_other_shapes_are_not() {
        let ellipse = |rx: f64, ry: f64| Ellipse::new((200.0, 100.0), (rx, ry), 0.0).to_path(0.1);
        let cases = [
            (ellipse(56.0, 42.0), true),
            (Circle::new((200.0, 100.0), 57.0).to_path(0.1), true),
            (ellipse(5.0, 5.0), false),
            (ellipse(300.0, 120.0), false),
            (PathRect::new(100.0, 100.0, 200.0, 160.0).to_path(0.1), false),
            (RoundedRect::new(100.0, 100.0, 220.0, 180.0, 10.0).to_path(0.1), false),
            (BezPath::new(), false),
        ];
        for (path, expected) in cases {
            assert_eq!(of_path(&path, Affine::IDENTITY, [220, 38, 38]).is_some(), expected, "{path:?}");
        }
        let rim = of_path(&ellipse(28.0, 21.0), Affine::scale(2.0), [220, 38, 38]).unwrap();
        assert!((rim.area.left - 344.0).abs() < 0.5 && (rim.area.bottom - 242.0).abs() < 0.5, "{rim:?}");
    }
}
