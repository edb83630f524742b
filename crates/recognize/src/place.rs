//! Places on a picture that was turned: between the picture as it was given and the page upright.

use image::RgbImage;

use crate::draft::Draft;

/// A point of the picture given, on the page that was turned clockwise by `orientation` in it.
pub(crate) fn on_page((x, y): (f32, f32), picture: &RgbImage, orientation: u16) -> (f32, f32) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    match orientation {
        90 => (y, width - x),
        180 => (width - x, height - y),
        270 => (height - y, x),
        _ => (x, y),
    }
}

/// A box of the page that was turned clockwise by `orientation`, on the picture given.
pub(crate) fn on_picture([left, top, right, bottom]: [f32; 4], picture: &RgbImage, orientation: u16) -> [f32; 4] {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    match orientation {
        90 => [width - bottom, left, width - top, right],
        180 => [width - right, height - bottom, width - left, height - top],
        270 => [top, height - right, bottom, height - left],
        _ => [left, top, right, bottom],
    }
}

/// Brings the invoices of one picture into one frame, and into reading order. Where all lie the same way this is the page upright; where they
/// do not, no way is upright for all, and it is the picture as it was given.
pub(crate) fn together(drafts: &mut [Draft], picture: &RgbImage) {
    let first = drafts.first().map_or(0, |d| d.orientation);
    if drafts.iter().any(|d| d.orientation != first) {
        for draft in drafts.iter_mut() {
            let turned = draft.orientation;
            draft.region = on_picture(draft.region, picture, turned);
            draft.image_size = [picture.width(), picture.height()];
            for field in draft.readings.iter_mut().flat_map(|r| r.every_mut()) {
                field.area = field.area.map(|area| on_picture(area, picture, turned));
            }
        }
    }
    for draft in drafts.iter_mut() {
        let [width, height] = draft.image_size.map(|side| side as f32);
        let [left, top, right, bottom] = draft.region;
        draft.region = [left.clamp(0.0, width), top.clamp(0.0, height), right.clamp(0.0, width), bottom.clamp(0.0, height)];
    }
    in_order(drafts);
}

/// Brings what was read on a picture that had been scaled to `from` pixels back to the size `to` that it had, both width and height as given.
pub(crate) fn scaled(drafts: &mut [Draft], from: (u32, u32), to: (u32, u32)) {
    let factor = |to: u32, from: u32| to as f32 / from.max(1) as f32;
    let (across, down) = (factor(to.0, from.0), factor(to.1, from.1));
    for draft in drafts {
        let sideways = draft.image_size == [from.1, from.0] && draft.image_size != [from.0, from.1];
        let (x, y) = if sideways { (down, across) } else { (across, down) };
        let larger = |[left, top, right, bottom]: [f32; 4]| [left * x, top * y, right * x, bottom * y];
        draft.image_size = if sideways { [to.1, to.0] } else { [to.0, to.1] };
        draft.region = larger(draft.region);
        for field in draft.readings.iter_mut().flat_map(|reading| reading.every_mut()) {
            field.area = field.area.map(larger);
        }
    }
}

/// Reading order: by rows from the top, each row from the left. Two are in one row when the middle of each is between the top and the bottom of the
/// row's first.
fn in_order(drafts: &mut [Draft]) {
    let middle = |d: &Draft| (d.region[1] + d.region[3]) / 2.0;
    drafts.sort_by(|a, b| a.region[1].total_cmp(&b.region[1]));
    let mut rest = drafts;
    while let Some(first) = rest.first() {
        let bottom = first.region[3];
        let level = middle(first);
        // those that begin above the first one's middle, and whose own middle it reaches
        let count = rest.iter().take_while(|d| d.region[1] < level && middle(d) < bottom).count().max(1);
        let (row, after) = rest.split_at_mut(count);
        row.sort_by(|a, b| a.region[0].total_cmp(&b.region[0]));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_come_back_to_where_their_points_were() {
        let picture = RgbImage::new(300, 200);
        let given = [40.0, 50.0, 110.0, 80.0];
        for orientation in [0, 90, 180, 270] {
            let (a, b) = (on_page((given[0], given[1]), &picture, orientation), on_page((given[2], given[3]), &picture, orientation));
            let on_page = [a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)];
            assert_eq!(on_picture(on_page, &picture, orientation), given, "{orientation}");
        }
    }

    fn draft(region: [f32; 4], orientation: u16) -> Draft {
        Draft { region, orientation, image_size: [200, 300], ..Draft::default() }
    }

    #[test]
    fn tickets_that_lie_the_same_way_stay_on_the_page_upright() {
        let mut drafts =
            [draft([150.0, 12.0, 190.0, 60.0], 90), draft([10.0, 10.0, 90.0, 60.0], 90), draft([10.0, 100.0, 90.0, 150.0], 90)];
        together(&mut drafts, &RgbImage::new(300, 200));
        assert_eq!(drafts.map(|d| (d.region[0], d.region[1])), [(10.0, 10.0), (150.0, 12.0), (10.0, 100.0)]);
    }

    #[test]
    fn tickets_that_lie_differently_are_placed_on_the_picture() {
        let mut drafts = [draft([10.0, 20.0, 90.0, 60.0], 90), draft([0.0, 10.0, 50.0, 60.0], 0)];
        together(&mut drafts, &RgbImage::new(300, 200));
        assert_eq!(drafts.each_ref().map(|d| d.region), [[0.0, 10.0, 50.0, 60.0], [240.0, 10.0, 280.0, 90.0]]);
        assert!(drafts.iter().all(|d| d.image_size == [300, 200]));
    }

    #[test]
    fn a_picture_that_was_read_smaller_has_its_own_size() {
        let mut drafts = [draft([10.0, 20.0, 90.0, 60.0], 0), draft([10.0, 20.0, 90.0, 60.0], 90)];
        (drafts[0].image_size, drafts[1].image_size) = ([150, 100], [100, 150]);
        scaled(&mut drafts, (150, 100), (300, 200));
        assert_eq!(drafts.each_ref().map(|d| d.region), [[20.0, 40.0, 180.0, 120.0]; 2]);
        assert_eq!(drafts.each_ref().map(|d| d.image_size), [[300, 200], [200, 300]]);
    }
}
