//! Lines that were read one way but stand among lines that lie another way: labels at the side of a form that lies turned, and columns of it that were taken
//! for lines of the papers beside it.

use document::page::Rect;
use image::RgbImage;
use ocr::text::{Line, Point, Text};

use crate::place;

/// So far around a line its neighbours stand, in heights of its letters: lines of one paper are nearer to each other, papers farther apart.
const NEAR: f32 = 3.0;
/// The same where it does not stand in the midst of others: the last line of a form may stand so far from the rest of it.
const FAR: f32 = 8.0;
/// Of a long line only so many letters count: the rest of it is farther off.
const COUNTED: usize = 10;
/// It is a stray among so many times more letters that lie another way than its own, at least so many.
const MORE: usize = 3;
const LEAST: usize = 8;

/// A line as it lies on the picture given.
struct Lying {
    /// The number of its text.
    text: usize,
    /// The number of the line in it.
    line: usize,
    area: Rect,
    height: f32,
    count: usize,
}

/// Takes strays out of the texts of one picture, each of which lies its own way, and gives those to the text they stand in that are upright labels there.
pub(crate) fn settle(texts: &mut [Text], picture: &RgbImage) {
    if texts.len() < 2 {
        return;
    }
    let all: Vec<Lying> = texts.iter().enumerate().flat_map(|(at, text)| lying(at, text, picture)).collect();
    let hosts: Vec<(usize, usize, usize)> =
        all.iter().filter_map(|own| host(own, &all, texts.len()).map(|host| (own.text, own.line, host))).collect();
    let mut taken: Vec<(Line, u16, usize)> = Vec::new();
    for (at, text) in texts.iter_mut().enumerate() {
        let orientation = text.orientation;
        let mut number = 0;
        text.lines.retain(|line| {
            let host = hosts.iter().find(|(text, line, _)| (*text, *line) == (at, number)).map(|(.., host)| *host);
            number += 1;
            taken.extend(host.map(|host| (line.clone(), orientation, host)));
            host.is_none()
        });
    }
    for (line, orientation, host) in taken {
        let Some(text) = texts.get_mut(host) else { continue };
        let direction = (orientation + if line.vertical { 90 } else { 0 }) % 360;
        let vertical = match (direction + 360 - text.orientation) % 360 {
            0 => false,
            90 => true,
            _ => continue,
        };
        let corners = line.corners.map(|p| moved(p, picture, orientation, text.orientation));
        let own = around(&corners);
        let known = text.lines.iter().any(|other| {
            let other = around(&other.corners);
            other.holds(own.center()) || own.holds(other.center())
        });
        if !known {
            text.lines.push(Line { corners, vertical, ..line });
        }
    }
}

/// The lines of a text as they lie on the picture.
fn lying<'a>(at: usize, text: &'a Text, picture: &'a RgbImage) -> impl Iterator<Item = Lying> + 'a {
    let far = |a: Point, b: Point| (b.x - a.x).hypot(b.y - a.y);
    text.lines.iter().enumerate().map(move |(number, line)| {
        let Rect { left, top, right, bottom } = around(&line.corners);
        let [left, top, right, bottom] = place::on_picture([left, top, right, bottom], picture, text.orientation);
        let [a, b, _, d] = line.corners;
        let height = far(a, b).min(far(a, d));
        Lying { text: at, line: number, area: Rect { left, top, right, bottom }, height, count: line.chars.len().min(COUNTED) }
    })
}

/// The text that a line stands in, where it is not its own.
fn host(own: &Lying, all: &[Lying], texts: usize) -> Option<usize> {
    let mut near = vec![Around::default(); texts];
    for other in all.iter().filter(|other| (other.text, other.line) != (own.text, own.line)) {
        near[other.text].add(own, other);
    }
    let host = (0..texts).filter(|text| *text != own.text).max_by_key(|text| near[*text].near)?;
    let there = &near[host];
    let alike = own.count + if there.surrounds() { near[own.text].near } else { near[own.text].far };
    (there.near >= LEAST && there.near >= MORE * alike).then_some(host)
}

/// What stands around a line.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    /// How many letters near it.
    near: usize,
    /// And farther off as well.
    far: usize,
    /// On which sides: left, above, right, below.
    sides: [bool; 4],
}

impl Around {
    fn add(&mut self, own: &Lying, other: &Lying) {
        let apart = own.area.gap(&other.area);
        if apart <= FAR * own.height {
            self.far += other.count;
            let (a, b) = (own.area, other.area);
            let (beside, level) = (a.top < b.bottom && b.top < a.bottom, a.left < b.right && b.left < a.right);
            let (from, to) = (a.center(), b.center());
            let sides = [beside && to.x < from.x, level && to.y < from.y, beside && to.x > from.x, level && to.y > from.y];
            self.sides.iter_mut().zip(sides).for_each(|(all, side)| *all |= side);
        }
        if apart <= NEAR * own.height {
            self.near += other.count;
        }
    }

    /// Whether it stands on three sides and more.
    fn surrounds(&self) -> bool {
        self.sides.iter().filter(|side| **side).count() > 2
    }
}

/// A point of one page of the picture on another, by how each is turned in it.
fn moved(p: Point, picture: &RgbImage, from: u16, to: u16) -> Point {
    let [x, y, ..] = place::on_picture([p.x, p.y, p.x, p.y], picture, from);
    let (x, y) = place::on_page((x, y), picture, to);
    Point { x, y }
}

fn around(corners: &[Point; 4]) -> Rect {
    let nowhere = Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
    corners.iter().fold(nowhere, |area, p| area.union(&Rect { left: p.x, top: p.y, right: p.x, bottom: p.y }))
}

#[cfg(test)]
mod tests {
    use ocr::text::Char;

    use super::*;

    /// Lines of this many letters, 10 high and as wide as they need, with their top left corners at these places.
    fn text(orientation: u16, lines: &[Laid]) -> Text {
        let line = |&(x, y, count): &Laid| {
            let (right, bottom) = (x + 10.0 * count as f32, y + 10.0);
            let corners = [(x, y), (right, y), (right, bottom), (x, bottom)].map(|(x, y)| Point { x, y });
            Line { corners, chars: vec![Char { ch: '文', at: 0.5, confidence: 1.0 }; count], confidence: 1.0, vertical: false }
        };
        Text { orientation, width: 1000, height: 1000, lines: lines.iter().map(line).collect(), turned: Vec::new() }
    }

    /// A line's place and its letters.
    type Laid = (f32, f32, usize);

    /// A form of five rows of thirty letters.
    const FORM: [Laid; 5] = [(100.0, 100.0, 30), (100.0, 120.0, 30), (100.0, 160.0, 30), (100.0, 180.0, 30), (100.0, 200.0, 30)];

    #[test]
    fn a_line_in_the_midst_of_others_is_none_of_its_own_text() {
        // where it stands on the picture, 1000 by 1000, in a text that is turned by a quarter; how many lines that keeps, and how many labels the form gets
        let cases: [(&str, &[Laid], usize, usize); 5] = [
            // its page has the picture's right side for its top
            ("a column between the rows", &[(140.0, 800.0, 2)], 0, 1),
            ("a label at the side", &[(120.0, 590.0, 7)], 0, 1),
            ("a line far off", &[(120.0, 100.0, 7)], 1, 0),
            ("a paper beside the form", &[(110.0, 580.0, 9), (110.0, 560.0, 9), (110.0, 540.0, 9)], 3, 0),
            ("a paper whose last line stands apart from it", &[(110.0, 580.0, 9), (110.0, 505.0, 20), (110.0, 490.0, 20)], 3, 0),
        ];
        for (what, lines, kept, labels) in cases {
            let mut texts = [text(0, &FORM), text(90, lines)];
            settle(&mut texts, &RgbImage::new(1000, 1000));
            assert_eq!((texts[1].lines.len(), texts[0].lines.len()), (kept, FORM.len() + labels), "{what}");
            assert!(texts[0].lines[FORM.len()..].iter().all(|line| line.vertical), "{what}");
        }
    }

    #[test]
    fn what_would_stand_on_its_head_is_no_label() {
        let mut texts = [text(0, &FORM), text(270, &[(840.0, 180.0, 2)]), text(180, &[(700.0, 855.0, 4)])];
        settle(&mut texts, &RgbImage::new(1000, 1000));
        assert_eq!(texts.map(|text| text.lines.len()), [FORM.len(), 0, 0]);
        // one text alone has no others to stand in
        let mut alone = [text(0, &FORM)];
        settle(&mut alone, &RgbImage::new(1000, 1000));
        assert_eq!(alone[0].lines.len(), FORM.len());
    }
}
