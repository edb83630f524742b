//! Lines of text side by side on strips.
//!
//! What the recogniser costs grows with the width it is given, and an engine prepares itself for every width that it has not seen before, on each of
//! its streams, at the cost of reading several lines. So short lines share a strip, with room between them in which nothing is read, and strips have one
//! of few widths.

/// The narrowest line: less is stretched to it.
pub(super) const NARROWEST: u32 = 8;
/// The widest line: more is squeezed into it.
pub(super) const WIDEST: u32 = 3200;
/// The recogniser answers once for so many pixels. Lines start at a multiple of it, so that no answer belongs to two of them.
const STEP: u32 = 8;
/// Room between two lines.
const GAP: u32 = 8;
/// How wide the strips of short lines are at most. Wide ones cost less for each pixel; with many of them the cores end at the same time.
const FULL: u32 = 640;
/// Lines up to this width open a strip of half that width: they come last, when little work is left to share.
const SHORT: u32 = 160;

/// A line's place on its strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The line's number.
    pub(super) line: usize,
    /// Where it starts, in pixels.
    pub(super) left: u32,
    /// How wide it is, in pixels.
    pub(super) width: u32,
}

/// Lines that are read in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strip {
    /// In pixels, padding included.
    pub(super) width: u32,
    /// From the left.
    pub(super) lines: Vec<Place>,
}

impl Strip {
    /// A strip of one line. Its width is one of every second that shared strips have: a new width costs more than padding.
    pub(super) fn of(line: usize, width: u32) -> Strip {
        Strip { width: fitting(width.next_multiple_of(128)), lines: vec![Place { line, left: 0, width }] }
    }
}

/// The width of a strip that is filled so far.
fn fitting(filled: u32) -> u32 {
    let step = match filled {
        ..=FULL => 64,
        ..=1536 => 128,
        _ => 256,
    };
    filled.next_multiple_of(step).min(WIDEST)
}

/// Spreads lines of these widths over strips, the widest strips first: each line goes where there is room, or opens a strip.
pub(super) fn strips(widths: &[u32]) -> Vec<Strip> {
    /// A strip that may have room left.
    struct Open {
        lines: Vec<Place>,
        filled: u32,
        most: u32,
    }
    let mut order: Vec<(usize, u32)> = widths.iter().map(|&width| width.clamp(NARROWEST, WIDEST)).enumerate().collect();
    order.sort_by_key(|&(_, width)| std::cmp::Reverse(width));
    let mut open: Vec<Open> = Vec::new();
    for (line, width) in order {
        let start = |strip: &Open| (strip.filled + GAP).next_multiple_of(STEP);
        match open.iter_mut().find(|strip| start(strip) + width <= strip.most) {
            Some(strip) => {
                let left = start(strip);
                strip.lines.push(Place { line, left, width });
                strip.filled = left + width;
            }
            None => {
                let most = if width <= SHORT { FULL / 2 } else { fitting(width).max(FULL) };
                open.push(Open { lines: vec![Place { line, left: 0, width }], filled: width, most });
            }
        }
    }
    let mut strips: Vec<Strip> = open.into_iter().map(|strip| Strip { width: fitting(strip.filled), lines: strip.lines }).collect();
    strips.sort_by_key(|strip| std::cmp::Reverse(strip.width));
    strips
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(line: usize, left: u32, width: u32) -> Place {
        Place { line, left, width }
    }

    #[test]
    fn short_lines_share_a_strip_and_long_ones_have_their_own() {
        let expected = [
            Strip { width: 768, lines: vec![place(2, 0, 700), place(6, 712, 20)] },
            Strip { width: 640, lines: vec![place(4, 0, 520), place(0, 528, 90)] },
            Strip { width: 320, lines: vec![place(1, 0, 90), place(3, 104, 90), place(5, 208, 88)] },
        ];
        assert_eq!(strips(&[90, 90, 700, 90, 520, 88, 20]), expected);
        assert_eq!(strips(&[]), []);
    }

    #[test]
    fn strips_have_few_widths() {
        let cases = [(8, 64), (64, 64), (65, 128), (640, 640), (641, 768), (1537, 1792), (3073, WIDEST), (WIDEST, WIDEST)];
        for (filled, expected) in cases {
            assert_eq!(fitting(filled), expected, "{filled}");
        }
        let all: std::collections::BTreeSet<u32> = (NARROWEST..=WIDEST).map(fitting).collect();
        assert!(all.len() <= 25, "{all:?}");
    }

    proptest! {
        #[test]
        fn every_line_stands_on_one_strip_clear_of_others(widths in proptest::collection::vec(0..4000u32, 0..200)) {
            let strips = strips(&widths);
            let mut lines: Vec<(usize, u32)> = strips.iter().flat_map(|strip| strip.lines.iter().map(|place| (place.line, place.width))).collect();
            lines.sort_unstable();
            prop_assert_eq!(lines, widths.iter().map(|width| (*width).clamp(NARROWEST, WIDEST)).enumerate().collect::<Vec<_>>());
            for strip in &strips {
                prop_assert!(strip.lines.iter().all(|place| place.left % STEP == 0));
                prop_assert!(strip.lines.last().is_some_and(|last| last.left + last.width <= strip.width));
                prop_assert!(strip.lines.windows(2).all(|pair| pair[0].left + pair[0].width + GAP <= pair[1].left));
            }
            prop_assert!(strips.windows(2).all(|pair| pair[0].width >= pair[1].width));
        }
    }
}
