//! Halves of one paper: parts of which each was read as a form, and which read together are one that says what either says.

use document::page::Rect;

use super::{Block, Part, worth};
use crate::forms::FormReading;
use crate::layout::median;

/// What two papers do not share: where both of two parts say one of these, and say it differently, they are two papers.
const OWN: &[&str] = &["number", "code", "check_code", "date", "time", "pretax_amount", "tax", "total", "buyer_tax_id", "seller_tax_id"];
/// Papers lie over their neighbours by no more than their blank rims: the boxes around two of them that lie aslant share less than this of the smaller one.
const OVERLAP: f32 = 0.2;
/// Of two parts below each other the narrower shares so much of its width with the other at least, and is so wide beside it.
const ALIKE: f32 = 0.8;
/// The parts of one paper are no farther from each other than so many heights of its letters.
const FAR: f32 = 10.0;

/// Whether two parts may be halves of one paper: of one kind, and either they lie in each other and contradict each other in nothing, or one lies below the
/// other, as wide as that, and says neither its name nor its day, which no paper leaves out.
pub(super) fn may_be(blocks: &[Block], a: &Part, b: &Part) -> bool {
    let Some((one, other)) = a.reading.as_ref().zip(b.reading.as_ref()).filter(|(one, other)| are_alike(one, other)) else { return false };
    let Some((first, second)) = extent(blocks, a).zip(extent(blocks, b)) else { return false };
    let agree = OWN.iter().all(|key| !both_say(one, other, key) || one.details.text(key) == other.details.text(key));
    (agree && overlap(&first, &second) >= OVERLAP)
        || (worth::is_nameless(one) != worth::is_nameless(other) && are_stacked(&first, &second, FAR * letters(blocks, a, b)))
}

/// Whether what was read of both together says what either says; of one without name and day the other's name and day, and as much as either.
pub(super) fn are(together: &FormReading, a: &FormReading, b: &FormReading) -> bool {
    let names = |of: &FormReading| worth::named(of).all(|(key, value)| together.details.text(key) == value);
    let most = worth::fields(a).max(worth::fields(b));
    are_alike(together, a) && (says(together, a) && says(together, b) || names(a) && names(b) && worth::fields(together) >= most)
}

/// Whether what was read of several parts together says of what two papers do not share all that one of them says alone.
pub(super) fn says(together: &FormReading, alone: &FormReading) -> bool {
    are_alike(together, alone) && OWN.iter().all(|key| !alone.details.has(key) || alone.details.text(key) == together.details.text(key))
}

/// How far two parts are from each other, unless it is farther than the parts of one paper are.
pub(super) fn gap(blocks: &[Block], a: &Part, b: &Part) -> Option<f32> {
    let (first, second) = extent(blocks, a).zip(extent(blocks, b))?;
    let across = (first.left.max(second.left) - first.right.min(second.right)).max(0.0);
    let down = (first.top.max(second.top) - first.bottom.min(second.bottom)).max(0.0);
    let gap = across.hypot(down);
    (gap <= FAR * letters(blocks, a, b)).then_some(gap)
}

/// How high the letters of two parts usually are.
fn letters(blocks: &[Block], a: &Part, b: &Part) -> f32 {
    median(a.lines.iter().chain(&b.lines).filter_map(|line| blocks.get(*line)).map(|block| block.height)).unwrap_or_default()
}

fn are_alike(a: &FormReading, b: &FormReading) -> bool {
    a.kind == b.kind || a.kind.is_vat() && b.kind.is_vat()
}

fn both_say(a: &FormReading, b: &FormReading, key: &str) -> bool {
    a.details.has(key) && b.details.has(key)
}

fn extent(blocks: &[Block], part: &Part) -> Option<Rect> {
    part.lines.iter().filter_map(|line| blocks.get(*line)).map(|block| block.area).reduce(|a, b| a.union(&b))
}

/// Which share of the smaller of two boxes lies in the other.
fn overlap(a: &Rect, b: &Rect) -> f32 {
    let shared = |low: f32, high: f32| (high - low).max(0.0);
    let both = shared(a.left.max(b.left), a.right.min(b.right)) * shared(a.top.max(b.top), a.bottom.min(b.bottom));
    both / (a.width() * a.height()).min(b.width() * b.height()).max(1.0)
}

/// Whether one of two boxes is below the other, no farther than this, and as wide.
fn are_stacked(a: &Rect, b: &Rect, far: f32) -> bool {
    let (narrow, wide) = (a.width().min(b.width()), a.width().max(b.width()));
    let shared = a.right.min(b.right) - a.left.max(b.left);
    let gap = a.top.max(b.top) - a.bottom.min(b.bottom);
    shared >= ALIKE * narrow && narrow >= ALIKE * wide && gap <= far
}

#[cfg(test)]
mod tests {
    use invoice::kind::Kind;

    use super::super::laid::{page, reading};
    use super::*;
    use crate::forms::drawn;

    const HEAD: &[(&str, &str)] = &[("number", "96132160"), ("code", "9900221320"), ("date", "2022年08月10日")];
    const SIDE: &[(&str, &str)] = &[("code", "9900221320"), ("buyer_tax_id", "91997568QTWGW4YD63")];
    const OTHER: &[(&str, &str)] = &[("code", "9900221321"), ("buyer_tax_id", "91997568QTWGW4YD63")];
    const TOP: &[(&str, &str)] = &[("date", "2022年06月28日"), ("time", "10:21:20"), ("store_name", "北屿渔家饭店"), ("total", "10.18")];
    const FOOT: &[(&str, &str)] = &[("total", "22.62"), ("subtotal", "22.62")];
    const WHOLE: &[(&str, &str)] = &[("date", "2022年06月29日"), ("total", "22.62")];

    #[test]
    fn parts_in_each_other_or_a_foot_below_may_be_halves() {
        // lines of 100 by 10, 15 apart; where the second part begins
        let (vat, till) = (Kind::VatOrdinary, Kind::Receipt);
        let cases = [
            ("in each other", (vat, HEAD), (vat, SIDE), (10.0, 60.0), true),
            ("one is told another kind of VAT form", (vat, HEAD), (Kind::VatSpecial, SIDE), (10.0, 60.0), true),
            ("beside each other", (vat, HEAD), (vat, SIDE), (95.0, 60.0), false),
            ("of two codes", (vat, HEAD), (vat, OTHER), (10.0, 60.0), false),
            ("of two kinds", (vat, HEAD), (till, SIDE), (10.0, 60.0), false),
            ("a foot below", (till, TOP), (till, FOOT), (2.0, 120.0), true),
            ("a foot far below", (till, TOP), (till, FOOT), (2.0, 260.0), false),
            ("a foot in another column", (till, TOP), (till, FOOT), (60.0, 120.0), false),
            ("a paper with a day of its own", (till, TOP), (till, WHOLE), (2.0, 120.0), false),
        ];
        for (what, first, second, (x, y), expected) in cases {
            let blocks = page(&[(0.0, 0.0, 7), (x, y, 7)]);
            let part = |(kind, fields): (Kind, &[(&str, &str)]), lines: std::ops::Range<usize>| Part {
                lines: lines.collect(),
                sheet: drawn::sheet(&[]),
                reading: Some(reading(kind, fields)),
            };
            let (a, b) = (part(first, 0..7), part(second, 7..14));
            assert_eq!((may_be(&blocks, &a, &b), may_be(&blocks, &b, &a)), (expected, expected), "{what}");
        }
    }

    #[test]
    fn halves_say_together_what_either_says() {
        let vat = |fields: &[&[(&str, &str)]]| reading(Kind::VatOrdinary, &fields.concat());
        let till = |fields: &[&[(&str, &str)]]| reading(Kind::Receipt, &fields.concat());
        assert!(are(&vat(&[HEAD, SIDE]), &vat(&[HEAD]), &vat(&[SIDE])));
        assert!(!are(&vat(&[HEAD, OTHER]), &vat(&[HEAD]), &vat(&[SIDE])));
        assert!(!are(&till(&[HEAD, SIDE]), &vat(&[HEAD]), &vat(&[SIDE])));
        // the sum at the foot is the one
        assert!(are(&till(&[TOP, FOOT]), &till(&[TOP]), &till(&[FOOT])));
        assert!(!are(&till(&[FOOT]), &till(&[TOP]), &till(&[FOOT])));
        assert!(!are(&till(&[WHOLE]), &till(&[TOP]), &till(&[FOOT])));
    }
}
