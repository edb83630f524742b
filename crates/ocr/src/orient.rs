//! Which way up the page is.

use crate::quad::Quad;
use crate::text::Point;

/// A text box this many times as high as long holds text that runs down.
pub(crate) const TALL: f32 = 1.5;

/// By how much a picture had been turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Turn {
    /// Not at all: it stands upright.
    #[default]
    None,
    /// 90 degrees.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees.
    ThreeQuarters,
}

impl Turn {
    /// Degrees clockwise.
    pub(crate) fn degrees(self) -> u16 {
        match self {
            Turn::None => 0,
            Turn::Quarter => 90,
            Turn::Half => 180,
            Turn::ThreeQuarters => 270,
        }
    }

    /// The turn by so many degrees; other angles than 90, 180 and 270 are none.
    pub(crate) fn of_degrees(degrees: u16) -> Turn {
        [Turn::Quarter, Turn::Half, Turn::ThreeQuarters].into_iter().find(|turn| turn.degrees() == degrees).unwrap_or_default()
    }

    /// The same, upside down.
    #[must_use]
    pub(crate) fn opposite(self) -> Turn {
        match self {
            Turn::None => Turn::Half,
            Turn::Quarter => Turn::ThreeQuarters,
            Turn::Half => Turn::None,
            Turn::ThreeQuarters => Turn::Quarter,
        }
    }

    /// This turn and a quarter more.
    #[must_use]
    pub(crate) fn and_quarter(self) -> Turn {
        Turn::of_degrees((self.degrees() + 90) % 360)
    }

    /// Whether width and height change places.
    pub(crate) fn is_sideways(self) -> bool {
        matches!(self, Turn::Quarter | Turn::ThreeQuarters)
    }

    /// Where a point of the upright page, which is `width` × `height` large, is in the turned picture.
    pub(crate) fn apply(self, p: Point, width: f32, height: f32) -> Point {
        match self {
            Turn::None => p,
            Turn::Quarter => Point { x: height - p.y, y: p.x },
            Turn::Half => Point { x: width - p.x, y: height - p.y },
            Turn::ThreeQuarters => Point { x: p.y, y: width - p.x },
        }
    }

    /// Where a point of the turned picture is on the upright page, which is `width` × `height` large.
    pub(crate) fn undo(self, p: Point, width: f32, height: f32) -> Point {
        match self {
            Turn::None => p,
            Turn::Quarter => Point { x: p.y, y: height - p.x },
            Turn::Half => Point { x: width - p.x, y: height - p.y },
            Turn::ThreeQuarters => Point { x: width - p.y, y: p.x },
        }
    }
}

/// Whether most of the text, by its length, runs up or down the picture instead of across.
pub(crate) fn is_sideways<'a>(boxes: impl IntoIterator<Item = &'a Quad>) -> bool {
    let (mut across, mut down) = (0.0, 0.0);
    for quad in boxes {
        // Short boxes of one or two characters say nothing.
        if quad.length() >= 2.0 * quad.height() {
            across += quad.length();
        } else if quad.height() >= 2.0 * quad.length() {
            down += quad.height();
        }
    }
    down > across
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Turn; 4] = [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters];

    #[test]
    fn the_top_left_corner_goes_round_clockwise() {
        let corners = ALL.map(|turn| turn.apply(Point::default(), 200.0, 100.0));
        let expected = [(0.0, 0.0), (100.0, 0.0), (200.0, 100.0), (0.0, 200.0)].map(|(x, y)| Point { x, y });
        assert_eq!(corners, expected);
    }

    #[test]
    fn turning_agrees_with_turning_the_picture() {
        use image::{Rgb, RgbImage, imageops};
        let page = RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8, y as u8, 0]));
        let turned = [page.clone(), imageops::rotate90(&page), imageops::rotate180(&page), imageops::rotate270(&page)];
        for (turn, picture) in ALL.into_iter().zip(turned) {
            for (x, y, pixel) in page.enumerate_pixels() {
                let p = turn.apply(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 }, 7.0, 5.0);
                assert_eq!(picture.get_pixel(p.x as u32, p.y as u32), pixel, "{turn:?}");
            }
        }
    }

    #[test]
    fn undoing_a_turn_leads_back() {
        let p = Point { x: 30.0, y: 20.0 };
        for turn in ALL {
            assert_eq!(turn.undo(turn.apply(p, 200.0, 100.0), 200.0, 100.0), p, "{turn:?}");
        }
    }

    #[test]
    fn opposite_is_two_quarters_away() {
        for turn in ALL {
            assert_eq!((turn.degrees() + 180) % 360, turn.opposite().degrees());
            assert_eq!(turn.and_quarter().and_quarter(), turn.opposite());
        }
    }

    #[test]
    fn long_boxes_decide() {
        let across = Quad([(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0)].map(|(x, y)| Point { x, y }));
        let down = Quad([(0.0, 0.0), (20.0, 0.0), (20.0, 90.0), (0.0, 90.0)].map(|(x, y)| Point { x, y }));
        let square = Quad([(0.0, 0.0), (20.0, 0.0), (20.0, 24.0), (0.0, 24.0)].map(|(x, y)| Point { x, y }));
        assert!(!is_sideways([]));
        assert!(!is_sideways([&across, &down]));
        assert!(is_sideways([&across, &down, &down]));
        assert!(!is_sideways([&square, &square, &square]));
    }
}
