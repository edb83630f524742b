//! What a program wrote over a whole page, slantwise and again and again, before it was shown or printed: 仅供报销使用, a name, a day. It is no text of the
//! invoice.

use ocr::text::{Line, Text};

use crate::layout::median;
use crate::repair::away;

/// Lines of such a mark lean by so much against those of the page, in degrees: papers that are laid by hand lean less, lines that run down are at 90.
const LEAST: f32 = 10.0;
const MOST: f32 = 80.0;
/// Among each other they lean alike, but for so many degrees: boxes of short pieces are set a little off.
const ALIKE: f32 = 6.0;
/// So many lines repeat each other.
const SEVERAL: usize = 3;
/// Two are enough where each has so many letters.
const LONG: usize = 4;
/// Of the letters of a piece one in so many may be misread: print lies under them.
const MISREAD: usize = 4;

/// Takes the lines of such a mark out of a text.
pub(crate) fn take_off(text: &mut Text) {
    let leans: Vec<f32> = text.lines.iter().map(lean).collect();
    let across = |line: &&Line| !line.vertical && line.chars.len() > 1;
    let Some(usual) = median(text.lines.iter().filter(across).map(lean)) else { return };
    let slanting: Vec<usize> = (0..leans.len())
        .filter(|at| !text.lines[*at].vertical && (LEAST..MOST).contains(&(leans[*at] - usual).abs()))
        .filter(|at| letters(&text.lines[*at]).len() > 1)
        .collect();
    let alike = |own: usize| -> Vec<usize> { slanting.iter().copied().filter(|at| (leans[*at] - leans[own]).abs() < ALIKE).collect() };
    let Some(group) = slanting.iter().map(|own| alike(*own)).max_by_key(Vec::len) else { return };
    let Some(phrase) = group.iter().map(|at| letters(&text.lines[*at])).max_by_key(Vec::len) else { return };
    let repeated: Vec<char> = phrase.iter().chain(&phrase).copied().collect();
    let parts: Vec<usize> = group
        .iter()
        .copied()
        .filter(|at| {
            let own = letters(&text.lines[*at]);
            away(&own, &repeated) * MISREAD <= own.len()
        })
        .collect();
    let long = parts.len() > 1 && parts.iter().all(|at| letters(&text.lines[*at]).len() >= LONG);
    // the lines of a paper that lies slantwise say different things
    if (parts.len() >= SEVERAL || long) && parts.len() * 3 >= group.len() * 2 {
        let mut number = 0;
        text.lines.retain(|_| {
            number += 1;
            !parts.contains(&(number - 1))
        });
    }
}

/// How a line leans, in degrees clockwise.
fn lean(line: &Line) -> f32 {
    let [from, to, ..] = line.corners;
    (to.y - from.y).atan2(to.x - from.x).to_degrees()
}

fn letters(line: &Line) -> Vec<char> {
    line.chars.iter().map(|c| c.ch).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use ocr::text::{Char, Point};

    use super::*;

    fn line(text: &str, lean: f32) -> Line {
        let (sin, cos) = lean.to_radians().sin_cos();
        let long = 10.0 * text.chars().count() as f32;
        let at = |x: f32, y: f32| Point { x: x * cos - y * sin, y: x * sin + y * cos };
        Line {
            corners: [at(0.0, 0.0), at(long, 0.0), at(long, 10.0), at(0.0, 10.0)],
            chars: text.chars().map(|ch| Char { ch, at: 0.5, confidence: 0.9 }).collect(),
            confidence: 0.9,
            vertical: false,
        }
    }

    #[test]
    fn what_is_written_slantwise_again_and_again_is_no_text_of_the_invoice() {
        let page = [("增值税专用发票", 1.0), ("名称:云泽商贸有限公司", 0.5), ("金额", 0.0), ("¥113.00", -0.5), ("壹佰壹拾叁圆整", 0.0)];
        // what leans, and what is left of it
        type Lines = &'static [(&'static str, f32)];
        let cases: [(Lines, &[&str]); 8] = [
            (&[("仅供报销使用 2026", -25.0), ("供报销使", -23.0), ("使用 2026", -26.0), ("用2026仅供", -24.0)], &[]),
            // one letter of four misread, and a line of something else
            (&[("仅供报销使用", -25.0), ("仅供服销", -23.0), ("仅供报", -26.0), ("发票专用章", -22.0)], &["发票专用章"]),
            (&[("报销使用2026", -24.0), ("报销使用", -23.0)], &[]),
            // once
            (&[("仅供报销使用", -25.0)], &["仅供报销使用"]),
            (&[("使用", -25.0), ("使用", -24.0)], &["使用", "使用"]),
            // a ticket that lies so
            (
                &[("北京市出租汽车专用发票", -20.0), ("发票代码", -20.0), ("发票", -19.0), ("金额35.00元", -20.0)],
                &["北京市出租汽车专用发票", "发票代码", "发票", "金额35.00元"],
            ),
            // not alike, and hardly at all
            (&[("仅供报销使用", -25.0), ("仅供报销使用", 25.0)], &["仅供报销使用", "仅供报销使用"]),
            (&[("仅供报销使用", -5.0), ("仅供报销使用", -5.0)], &["仅供报销使用", "仅供报销使用"]),
        ];
        for (slanting, left) in cases {
            let mut text = Text::default();
            text.lines.extend(page.iter().chain(slanting).map(|(text, lean)| line(text, *lean)));
            take_off(&mut text);
            let rest: Vec<String> = text.lines.iter().skip(page.len()).map(Line::text).collect();
            assert_eq!(rest, left, "{slanting:?}");
        }
    }
}
