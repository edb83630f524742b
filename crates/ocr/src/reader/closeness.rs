//! How closely a picture is looked at, told by the boxes that a first look saw.

use crate::patches;
use crate::quad::Quad;

/// The longer side at which the detector first looks at a picture.
pub(super) const SIDE: f32 = 960.0;
/// The longer side at which the detector looks again at least: where small lines touch each other, boxes hold several, and tell less of how small they are.
const CLOSE: f32 = 1680.0;
/// The longer side at which the detector looks at most.
pub(super) const CLOSEST: f32 = 2048.0;
/// Every form has more lines than this. Where fewer were seen on a picture that is large enough for a closer look, a patterned ground hides the rest.
const FEW: usize = 8;
/// The boxes of text take at least this share of where there is any: 0.14 and more on a page or a ticket, 0.15 and more on sheets of several. Where they take
/// less, a ground may hide most of them: on chequered cloths it is 0.01 to 0.12.
const COVERED: f32 = 0.12;
/// Text whose boxes are thinner than this in the detector's input is too small: boxes are missed or run into each other.
const SMALL: f32 = 14.0;
/// The same on pictures that may be a sheet of several papers.
const SMALL_ON_SHEET: f32 = 16.0;
/// Print is of several sizes where a tenth of the boxes is thinner than this share of the usual thickness. Sheets of eight receipts of one kind have
/// 0.86 and more, those of several kinds 0.64 to 0.82.
const MIXED: f32 = 0.84;
/// Around what was seen of a page, a look at that part alone takes in so much of the picture's longer side.
const MARGIN: f32 = 0.02;
/// A part is looked at by itself where it is seen so much larger then.
const WORTH: f32 = 1.25;
/// How thick boxes shall be when the detector looks again.
pub(super) const READABLE: f32 = 20.0;
/// No letters are as high as this share of a picture's longer side.
const THICKEST: f32 = 0.2;

/// At how many pixels in its longer side the detector has to look again at a picture whose text it saw too small, if looking closer helps.
pub(super) fn closer(boxes: &[Quad], longest: f32) -> Option<f32> {
    let thickness = thickness(boxes, longest)?;
    let side = (SIDE * READABLE / thickness.max(1.0)).max(CLOSE).min(longest).min(CLOSEST);
    ((thickness < SMALL || may_be_sheet(boxes, longest)) && side > 1.2 * SIDE).then_some(side)
}

/// The part of a picture that is written on, where that is so much smaller than the picture and its print so small that it is worth a look by itself: an invoice
/// in one half of a scanned page, or photographed from afar. Print that asks for a closer look may have been missed elsewhere.
pub(super) fn written(boxes: &[Quad], longest: f32) -> Option<[f32; 4]> {
    let small =
        boxes.len() >= FEW && closer(boxes, longest).is_none() && thickness(boxes, longest).is_some_and(|thickness| thickness < READABLE);
    let area = boxes.iter().map(Quad::bounds).filter(|_| small).reduce(patches::union)?;
    let margin = MARGIN * longest;
    let area = [area[0] - margin, area[1] - margin, area[2] + margin, area[3] + margin];
    ((area[2] - area[0]).max(area[3] - area[1]) * WORTH <= longest).then_some(area)
}

/// How thick boxes are at the detector's first look.
fn thickness(boxes: &[Quad], longest: f32) -> Option<f32> {
    median(boxes.iter().map(|quad| quad.thickness() * SIDE / longest).collect())
}

/// Whether a picture may be a sheet of several papers.
pub(super) fn may_be_sheet(boxes: &[Quad], longest: f32) -> bool {
    shows_much(boxes, longest) && is_mixed(boxes) && patches::lie_about(boxes)
}

/// Whether the print is of several sizes, as where papers of several kinds lie together: the smallest of it is smaller than most boxes tell.
fn is_mixed(boxes: &[Quad]) -> bool {
    let mut all: Vec<f32> = boxes.iter().map(Quad::thickness).collect();
    all.sort_by(f32::total_cmp);
    let (small, usual) = (all.get(all.len() / 10), all.get(all.len() / 2));
    small.zip(usual).is_some_and(|(small, usual)| *small < MIXED * usual)
}

/// Whether a picture is so large, and its text so small beside it, that it may be a sheet of several papers.
fn shows_much(boxes: &[Quad], longest: f32) -> bool {
    longest >= CLOSE && thickness(boxes, longest).is_some_and(|thickness| thickness < SMALL_ON_SHEET)
}

/// Whether a patterned ground hides most of the text, of which more can be seen from nearby.
pub(super) fn are_hidden(boxes: &[Quad], longest: f32) -> bool {
    longest > 1.2 * SIDE && (run_together(boxes, longest) || are_few(boxes, longest) || are_sparse(boxes))
}

/// Whether boxes are so thick that lines ran into each other: on a chequered cloth, whose squares pass for letters as small as they are at first
/// sight, everything hangs together.
fn run_together(boxes: &[Quad], longest: f32) -> bool {
    boxes.iter().any(|quad| quad.thickness() > THICKEST * longest)
}

/// Whether so little was seen on a large picture that its ground hides the rest: on a chequered cloth small print of many papers is lost at first sight, and
/// no two squares need pass for one box.
fn are_few(boxes: &[Quad], longest: f32) -> bool {
    longest > CLOSE && boxes.len() < FEW
}

/// Whether boxes lie as far from each other as those that are left of papers on a ground that hides the others.
fn are_sparse(boxes: &[Quad]) -> bool {
    let extent = boxes.iter().map(Quad::bounds).reduce(patches::union);
    let text: f32 = boxes.iter().map(|quad| quad.length() * quad.height()).sum();
    extent.is_some_and(|[left, top, right, bottom]| text < COVERED * (right - left) * (bottom - top))
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// How much a picture may be shrunken so that the detector can still tell lines of these boxes apart.
pub(super) fn readable_scale(boxes: &[Quad]) -> Option<f32> {
    median(boxes.iter().map(Quad::thickness).collect()).map(|thickness| READABLE / thickness.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::tests::boxed;
    use super::*;
    use crate::text::Point;

    #[test]
    fn a_box_as_thick_as_no_letters_are_calls_for_a_closer_look() {
        let line = boxed(10.0, 10.0, 800.0, 50.0);
        let cloth = boxed(0.0, 0.0, 2500.0, 1900.0);
        assert!(run_together(&[line, cloth], 3700.0));
        assert!(!run_together(&[line], 3700.0));
    }

    #[test]
    fn a_ground_that_hides_most_of_the_text_calls_for_a_closer_look() {
        let line = boxed(10.0, 10.0, 800.0, 50.0);
        // titles alone; the lines of one small ticket; a picture that shows no more when it is looked at closer
        assert!(are_few(&[line; 4], 4000.0) && are_few(&[], 4000.0));
        assert!(!are_few(&[line; 8], 4000.0) && !are_few(&[line; 4], 1600.0));
        // rows so far from each other
        let rows = |apart: f32| (0..12u8).map(|row| line.map(|p| Point { y: p.y + apart * f32::from(row), ..p })).collect::<Vec<Quad>>();
        assert!(are_sparse(&rows(400.0)) && !are_sparse(&rows(300.0)) && !are_sparse(&[]));
        assert!(are_hidden(&rows(400.0), 4000.0) && !are_hidden(&rows(400.0), 1100.0) && !are_hidden(&rows(60.0), 4000.0));
    }

    #[test]
    fn a_written_part_that_is_much_smaller_than_the_picture_is_looked_at_by_itself() {
        // how thick nine boxes are, how far they reach to the right, the longer side of the picture, and what is looked at
        let cases = [
            (30.0, 900.0, 1800.0, Some([64.0, 64.0, 936.0, 966.0])),
            (30.0, 1500.0, 1800.0, None),
            // large enough as it is, and so small that some of it may have been missed
            (60.0, 900.0, 1800.0, None),
            (18.0, 900.0, 1800.0, None),
        ];
        for (thickness, right, longest, expected) in cases {
            let boxes: Vec<Quad> = (1..10u8).map(f32::from).map(|row| boxed(100.0, 100.0 * row, right, 100.0 * row + thickness)).collect();
            assert_eq!(written(&boxes, longest), expected, "{thickness} {right} {longest}");
        }
        assert_eq!(written(&[boxed(100.0, 100.0, 900.0, 130.0); 3], 1800.0), None);
    }

    #[test]
    fn small_text_calls_for_a_closer_look() {
        // how thick the boxes are on a picture of this size, and how closely it is looked at again
        let cases = [
            (40.0, 4000.0, Some(SIDE * READABLE / 9.6)),
            (30.0, 4000.0, Some(CLOSEST)),
            (18.0, 1240.0, Some(1240.0)),
            (20.0, 1240.0, None),
            (26.0, 1690.0, None),
            // there is hardly more to see
            (14.0, 1100.0, None),
        ];
        for (thickness, longest, side) in cases {
            let boxes: Vec<Quad> = (0..9u8).map(f32::from).map(|row| boxed(0.0, 100.0 * row, 900.0, 100.0 * row + thickness)).collect();
            assert_eq!(closer(&boxes, longest).map(f32::round), side.map(f32::round), "{thickness} of {longest}");
        }
        assert_eq!(closer(&[], 4000.0), None);
    }

    #[test]
    fn smaller_print_on_a_sheet_calls_for_a_closer_look() {
        let row = |(at, thickness): (u8, f32)| boxed(0.0, 100.0 * f32::from(at), 900.0, 100.0 * f32::from(at) + thickness);
        // those of the smaller print lie on another paper
        let lean = |quad: Quad| quad.map(|p| Point { x: p.x, y: p.y + 0.04 * p.x });
        let sheet = |small: f32, usual: f32| -> Vec<Quad> {
            (0..10).map(|at| if at < 2 { lean(row((at, small))) } else { row((at, usual)) }).collect()
        };
        // the thickness of a fifth of the boxes and of the others, the longer side, and how closely is looked
        let cases = [
            (40.0, 58.0, 3629.0, Some(CLOSE)),
            (54.0, 58.0, 3629.0, None),
            (40.0, 64.0, 3629.0, None),
            (20.0, 28.0, 1690.0, Some(CLOSE)),
            (20.0, 26.0, 1600.0, None),
        ];
        for (small, usual, longest, side) in cases {
            assert_eq!(closer(&sheet(small, usual), longest), side, "{small} and {usual} of {longest}");
        }
        let page: Vec<Quad> = (0..10).map(|at| row((at, if at < 2 { 40.0 } else { 58.0 }))).collect();
        assert_eq!(closer(&page, 3629.0), None);
    }
}
