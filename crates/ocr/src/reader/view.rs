//! How a page is seen in a picture.

use image::{RgbImage, imageops};

use crate::deadline::Deadline;
use crate::orient::Turn;
use crate::quad::Quad;
use crate::text::Point;

/// A picture, and how its page is seen in it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) picture: &'a RgbImage,
    /// The same picture under even light, where lines are looked for on it: they are read as they are, as what makes print brighter makes noise brighter.
    pub(super) even: Option<&'a RgbImage>,
    pub(super) turn: Turn,
    pub(super) deadline: Deadline,
}

impl<'a> View<'a> {
    /// The picture on which lines are looked for.
    pub(super) fn shown(&self) -> &'a RgbImage {
        self.even.unwrap_or(self.picture)
    }

    /// Width and height of the upright page.
    pub(super) fn size(&self) -> (f32, f32) {
        let (width, height) = (self.picture.width() as f32, self.picture.height() as f32);
        if self.turn.is_sideways() { (height, width) } else { (width, height) }
    }

    /// The picture's longer side.
    pub(super) fn longest(&self) -> f32 {
        self.picture.width().max(self.picture.height()) as f32
    }

    /// The same picture, its page taken to stand on its head.
    pub(super) fn opposite(self) -> Self {
        View { turn: self.turn.opposite(), ..self }
    }

    /// A box of the page as it lies on the picture, its corners in the direction of the text.
    pub(super) fn on_picture(&self, quad: &Quad) -> Quad {
        let (width, height) = self.size();
        quad.map(|p| self.turn.apply(p, width, height))
    }

    /// A box on the page of another view of the same picture, as this one sees it.
    pub(super) fn seen_by(&self, other: View<'_>, quad: &Quad) -> Quad {
        let ((width, height), (own_width, own_height)) = (other.size(), self.size());
        quad.map(|p| self.turn.undo(other.turn.apply(p, width, height), own_width, own_height))
    }

    /// The same boxes on the page of the opposite view.
    pub(super) fn flipped(&self, boxes: &[Quad]) -> Vec<Quad> {
        let (width, height) = self.size();
        boxes.iter().map(|quad| quad.map(|p| Turn::Half.apply(p, width, height)).ordered()).collect()
    }
}

/// The pixels of an area of the upright page on this picture of it, and where their top left corner is in the picture; nothing where it holds none.
pub(super) fn cut(view: View<'_>, picture: &RgbImage, area: [f32; 4]) -> Option<(RgbImage, [u32; 2])> {
    let (width, height) = view.size();
    let part = Quad::of_bounds(area).map(|p| view.turn.apply(p, width, height)).bounds();
    let (w, h) = picture.dimensions();
    let [left, top] = [part[0].max(0.0) as u32, part[1].max(0.0) as u32];
    let right = (part[2].max(0.0).ceil() as u32).clamp(left.min(w), w);
    let bottom = (part[3].max(0.0).ceil() as u32).clamp(top.min(h), h);
    let holds = right > left && bottom > top;
    holds.then(|| (imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image(), [left, top]))
}

/// Where a point of a part, as it was seen, is on the whole page turned the same way.
pub(super) fn on_page(p: Point, part: View<'_>, whole: View<'_>, [left, top]: [u32; 2]) -> Point {
    let ((width, height), (page_width, page_height)) = (part.size(), whole.size());
    let p = part.turn.apply(p, width, height);
    whole.turn.undo(Point { x: p.x + left as f32, y: p.y + top as f32 }, page_width, page_height)
}

#[cfg(test)]
mod tests {
    use super::super::tests::boxed;
    use super::*;

    #[test]
    fn a_part_is_cut_out_and_placed_where_it_was() {
        let picture = RgbImage::new(400, 300);
        for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
            let whole = View { picture: &picture, even: None, turn, deadline: Deadline::new(None) };
            let (cut, corner) = cut(whole, &picture, [50.0, 60.0, 150.0, 200.0]).unwrap();
            let part = View { picture: &cut, ..whole };
            let place = on_page(Point { x: 0.0, y: 0.0 }, part, whole, corner);
            assert_eq!((place.x, place.y, part.size()), (50.0, 60.0, (100.0, 140.0)), "{turn:?}");
        }
        let whole = View { picture: &picture, even: None, turn: Turn::None, deadline: Deadline::new(None) };
        assert!(super::cut(whole, &picture, [500.0, 0.0, 600.0, 50.0]).is_none());
    }

    #[test]
    fn a_box_is_seen_by_another_view_where_it_lies() {
        let picture = RgbImage::new(400, 300);
        let view = |turn| View { picture: &picture, even: None, turn, deadline: Deadline::new(None) };
        // the top left corner of the page that lies on its side is the top right one of the picture
        let seen = view(Turn::None).seen_by(view(Turn::Quarter), &boxed(0.0, 0.0, 40.0, 10.0));
        assert_eq!(seen.bounds(), [390.0, 0.0, 400.0, 40.0]);
        let seen = view(Turn::Quarter).seen_by(view(Turn::ThreeQuarters), &boxed(0.0, 0.0, 40.0, 10.0));
        assert_eq!(seen.bounds(), [260.0, 390.0, 300.0, 400.0]);
    }
}
