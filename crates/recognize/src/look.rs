//! The picture that a form stands on, for second looks at it. All places are in pixels of the upright page.

use document::page::Rect;
use image::{Rgb, RgbImage};
use ocr::Eyes;
use ocr::text::{Line, Point};

use crate::error::Error;
use crate::reader::Run;

/// The least sides of a part that is looked at.
const NARROWEST: u32 = 16;
const LOWEST: u32 = 8;

/// A picture and the eyes that look at it.
pub(crate) struct Look<'a> {
    pub(crate) eyes: &'a dyn Eyes,
    pub(crate) picture: &'a RgbImage,
    /// How the upright page lies in it, in degrees.
    pub(crate) orientation: u16,
    /// The number of the page in its document.
    pub(crate) page: usize,
}

/// What was read in a part of a picture.
pub(crate) struct Part {
    pub(crate) lines: Vec<Line>,
    /// What was looked at.
    pub(crate) area: Rect,
}

impl Look<'_> {
    /// A pixel, if there is one.
    pub(crate) fn pixel(&self, x: u32, y: u32) -> Option<Rgb<u8>> {
        pixel(self.picture, self.orientation, x, y)
    }

    /// The colour between the four pixels around a place, of which (0, 0) is the middle of the first; white outside of the picture.
    pub(crate) fn between(&self, x: f32, y: f32) -> Rgb<u8> {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let inside = |x: f32, y: f32| (x >= 0.0 && y >= 0.0).then(|| self.pixel(x as u32, y as u32)).flatten();
        let corners =
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(dx, dy)| inside(left + dx, top + dy).map_or([255; 3], |p| p.0));
        let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        let channel =
            |c: usize| corners.iter().zip(weights).map(|(corner, weight)| f32::from(corner[c]) * weight).sum::<f32>().round() as u8;
        Rgb([channel(0), channel(1), channel(2)])
    }

    /// Reads a part of the page in its red plane, in which seals are as light as the paper and dark letters stay: its lines of about this height, but not
    /// those in the areas `known`. Nothing where the part is too small, or has more than `most` pixels.
    pub(crate) fn read_in_red(&self, part: &Rect, height: f32, known: &[Rect], most: u32, run: &Run) -> Result<Option<Part>, Error> {
        let (width, tall) = match self.orientation {
            90 | 270 => (self.picture.height(), self.picture.width()),
            _ => self.picture.dimensions(),
        };
        let (left, top) = (part.left.max(0.0) as u32, part.top.max(0.0) as u32);
        let (right, bottom) = ((part.right.max(0.0) as u32).min(width), (part.bottom.max(0.0) as u32).min(tall));
        let (w, h) = (right.saturating_sub(left), bottom.saturating_sub(top));
        if w < NARROWEST || h < LOWEST || w.saturating_mul(h) > most {
            return Ok(None);
        }
        run.go_on()?;
        let red = |x: u32, y: u32| self.pixel(left + x, top + y).map_or(255, |p| p.0[0]);
        let plane = RgbImage::from_fn(w, h, |x, y| Rgb([red(x, y); 3]));
        let area = Rect { left: left as f32, top: top as f32, right: right as f32, bottom: bottom as f32 };
        let inside = |known: &Rect| [known.left - area.left, known.top - area.top, known.right - area.left, known.bottom - area.top];
        let known: Vec<[f32; 4]> = known.iter().map(inside).collect();
        let mut lines = self.eyes.read_part(&plane, height, &known, run.deadline())?;
        for line in &mut lines {
            line.corners = line.corners.map(|p| Point { x: p.x + area.left, y: p.y + area.top });
        }
        Ok(Some(Part { lines, area }))
    }
}

/// A pixel of the upright page, if there is one.
pub(crate) fn pixel(picture: &RgbImage, orientation: u16, x: u32, y: u32) -> Option<Rgb<u8>> {
    let (width, height) = picture.dimensions();
    let (x, y) = match orientation {
        90 => (width.checked_sub(1 + y)?, x),
        180 => (width.checked_sub(1 + x)?, height.checked_sub(1 + y)?),
        270 => (y, height.checked_sub(1 + x)?),
        _ => (x, y),
    };
    picture.get_pixel_checked(x, y).copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Instant;

    use ocr::barcode::Barcode;
    use ocr::text::Text;

    use super::*;
    use crate::reader::Options;

    /// Eyes that see one line over each part, as wide and as high as the part, and nothing else.
    pub(crate) struct Dim;

    impl Eyes for Dim {
        fn read(&self, _: &RgbImage, _: Option<Instant>) -> Result<Text, ocr::error::Error> {
            Ok(Text::default())
        }

        fn read_part(&self, part: &RgbImage, _: f32, known: &[[f32; 4]], _: Option<Instant>) -> Result<Vec<Line>, ocr::error::Error> {
            let (right, bottom) = (part.width() as f32, part.height() as f32);
            let corners = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)].map(|(x, y)| Point { x, y });
            // a character for each known area: where that begins, and how light the first pixel is
            let chars =
                known.iter().map(|area| ocr::text::Char { ch: '一', at: area[0], confidence: f32::from(part.get_pixel(0, 0).0[1]) });
            Ok(vec![Line { corners, chars: chars.collect(), confidence: 1.0, vertical: false }])
        }

        fn read_boxes(&self, _: &RgbImage, _: u16, boxes: &[[f32; 4]], _: Option<Instant>) -> Result<Vec<Option<Line>>, ocr::error::Error> {
            Ok(vec![None; boxes.len()])
        }

        fn barcodes(&self, _: &RgbImage) -> Vec<Barcode> {
            Vec::new()
        }
    }

    #[test]
    fn a_part_is_read_in_red_at_its_place() {
        // its first row lies along the right side of the picture
        let picture = RgbImage::from_fn(100, 200, |x, y| Rgb([if (x, y) == (69, 40) { 77 } else { 200 }, 10, 10]));
        let look = Look { eyes: &Dim, picture: &picture, orientation: 90, page: 0 };
        let options = Options::default();
        let run = Run::begun(&options);
        let rect = |[left, top, right, bottom]: [f32; 4]| Rect { left, top, right, bottom };
        let read = |part: [f32; 4], most| look.read_in_red(&rect(part), 12.0, &[rect([50.0, 30.0, 60.0, 40.0])], most, &run).unwrap();
        let part = read([40.0, 30.0, 300.0, 60.0], 10_000).unwrap();
        assert_eq!(part.area, rect([40.0, 30.0, 200.0, 60.0]));
        let [from, _, to, _] = part.lines[0].corners;
        assert_eq!((from.x, from.y, to.x, to.y), (40.0, 30.0, 200.0, 60.0));
        // the known area within the part, and the red of its first pixel in place of its green
        assert_eq!(part.lines[0].chars.iter().map(|c| (c.at, c.confidence)).collect::<Vec<_>>(), [(10.0, 77.0)]);
        assert!(read([40.0, 30.0, 300.0, 60.0], 1_000).is_none() && read([40.0, 30.0, 50.0, 60.0], 10_000).is_none());
        assert!(read([-90.0, -90.0, -10.0, -10.0], 10_000).is_none());
    }

    #[test]
    fn colours_between_pixels() {
        let picture = RgbImage::from_fn(2, 1, |x, _| Rgb([if x == 0 { 100 } else { 200 }, 0, 0]));
        let look = Look { eyes: &Dim, picture: &picture, orientation: 0, page: 0 };
        for (x, y, expected) in [(0.0, 0.0, 100), (0.5, 0.0, 150), (1.0, 0.0, 200), (0.0, 0.5, 178), (-9.0, 0.0, 255)] {
            assert_eq!(look.between(x, y).0[0], expected, "{x} {y}");
        }
    }
}
