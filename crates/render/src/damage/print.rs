//! The smallest print of a form, which decides how near a camera has to come for a person to read it in full.

use crate::sheet::{Mark, Page};

/// The smallest national set of dotted type for reading (GB/T 5199) has 15 by 16 dots for a character of GB 2312: in fewer, dense ones such as 雁, 渊 and 嶂
/// lose strokes and are guessed rather than read.
const CHINESE: f32 = 16.0;
/// Digits and letters fill some seven tenths of their size: at this size they are 8 pixels high, with room between their strokes.
const PLAIN: f32 = 11.0;
/// Blur with a deviation of one of those 16 rows leaves strokes on every second row apart; more runs them together.
const BLUR: f32 = 1.0 / CHINESE;

/// Sizes of the smallest values on a page, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Print {
    /// Of those with Chinese characters.
    chinese: Option<f32>,
    /// Of those with letters and digits alone.
    plain: Option<f32>,
}

impl Print {
    /// The smallest print among what was filled in. Labels are the same on every copy of a form and need not be read to know its values.
    pub(crate) fn of(page: &Page) -> Print {
        let mut print = Print::default();
        for mark in &page.filled {
            let Mark::Text(text) = mark else { continue };
            let chinese = text.content.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let known = if chinese { &mut print.chinese } else { &mut print.plain };
            if !text.content.trim().is_empty() {
                *known = Some(known.map_or(text.size, |least| least.min(text.size)));
            }
        }
        print
    }

    /// The smallest print of two pages.
    pub(crate) fn and(self, other: Print) -> Print {
        let least = |a: Option<f32>, b: Option<f32>| a.into_iter().chain(b).reduce(f32::min);
        Print { chinese: least(self.chinese, other.chinese), plain: least(self.plain, other.plain) }
    }

    /// The least dots per inch at which a person reads it.
    pub(crate) fn least_dpi(self) -> f32 {
        let dpi = |size: Option<f32>, pixels: f32| size.map_or(0.0, |size| pixels * 25.4 / size);
        dpi(self.chinese, CHINESE).max(dpi(self.plain, PLAIN))
    }

    /// The most that a picture of so many dots per inch may be blurred (deviation in pixels).
    pub(super) fn most_blur(self, dpi: f32) -> Option<f32> {
        self.chinese.map(|size| size * dpi / 25.4 * BLUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Face, Text};

    fn page(values: &[(f32, &str)]) -> Page {
        let mut page = Page::new(210.0, 297.0);
        page.print(Text::new(Face::Song, 1.0, "发票联"));
        for (size, value) in values {
            page.fill(Text::new(Face::Song, *size, *value));
        }
        page
    }

    #[test]
    fn of_two_pages_the_smaller_print_counts() {
        let [chinese, plain] = [&[(3.0, "雁洲市")][..], &[(2.0, "198.20")]].map(|values| Print::of(&page(values)));
        assert_eq!(chinese.and(plain), Print { chinese: Some(3.0), plain: Some(2.0) });
        assert_eq!(chinese.and(Print::of(&page(&[(2.5, "临岚")]))), Print { chinese: Some(2.5), plain: None });
        assert_eq!(chinese.and(Print::default()), chinese);
    }

    #[test]
    fn the_smallest_value_decides_how_near_a_camera_comes() {
        // Values, the least dots per inch, the most blur at 150 of them.
        for (values, dpi, blur) in [
            (vec![], 0.0, None),
            (vec![(2.54, "雁洲市")], 160.0, Some(0.9375)),
            (vec![(5.08, "雁洲市"), (2.54, "临岚")], 160.0, Some(0.9375)),
            (vec![(2.54, "¥198.20")], 110.0, None),
            (vec![(2.54, "198.20"), (5.08, "雁洲市")], 110.0, Some(1.875)),
            (vec![(1.0, " "), (2.54, "雁洲市")], 160.0, Some(0.9375)),
        ] {
            let print = Print::of(&page(&values));
            assert!((print.least_dpi() - dpi).abs() < 0.01, "{values:?}: {}", print.least_dpi());
            assert_eq!(print.most_blur(150.0).map(|b| (b * 10_000.0).round()), blur.map(|b: f32| (b * 10_000.0).round()), "{values:?}");
        }
    }
}
