//! One sheet of text with places, whatever it came from: a text layer or a picture that was read. Forms are written against this.

pub(crate) mod gather;
pub(crate) mod label;
pub(crate) mod lie;
pub(crate) mod rows;
mod slopes;
pub(crate) mod table;

use document::page::{Line, Page, Rect, Turn};
use invoice::details::Source;

use self::lie::Lie;

/// One character: its extent along the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// The character, folded by [`fold`].
    pub(crate) ch: char,
    /// Left edge.
    pub(crate) left: f32,
    /// Right edge.
    pub(crate) right: f32,
    /// From 0 to 1.
    pub(crate) confidence: f32,
    /// True once it was told to belong to a printed label.
    pub(crate) label: bool,
}

impl Glyph {
    /// The middle of its extent.
    pub(crate) fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }
}

/// A run of characters without a wide gap: a label, a value, a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    /// Its characters from left to right, or from top to bottom when vertical.
    pub(crate) glyphs: Vec<Glyph>,
    /// The box around them.
    pub(crate) area: Rect,
    /// Mean confidence.
    pub(crate) confidence: f32,
    /// Runs down the page (the side labels of forms). Such spans never hold values.
    pub(crate) vertical: bool,
    /// Written in the colour of a seal, on a page where that can be told.
    pub(crate) seal: bool,
    /// By how much it slopes against the lines of its sheet, clockwise, in radians: 0 where it is too short to tell.
    pub(crate) lean: f32,
}

impl Span {
    /// Its characters without white space.
    pub(crate) fn compact(&self) -> String {
        self.glyphs.iter().map(|g| g.ch).filter(|c| !c.is_whitespace()).collect()
    }

    /// Height of its box, the measure of distances near it.
    pub(crate) fn height(&self) -> f32 {
        self.area.height().max(1e-3)
    }
}

/// A ruled line of the form, upright or level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ruling {
    /// True for an upright line.
    pub(crate) upright: bool,
    /// Its x when upright, its y when level.
    pub(crate) at: f32,
    /// Where it begins along its direction.
    pub(crate) from: f32,
    /// Where it ends.
    pub(crate) to: f32,
}

/// A page, or the part of one that holds a single invoice.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// Its text.
    pub(crate) spans: Vec<Span>,
    /// Its ruled lines, where they are known.
    pub(crate) rulings: Vec<Ruling>,
    /// The page, from 0.
    pub(crate) page: usize,
    /// Text layer or OCR.
    pub(crate) source: Source,
    /// The part of the page it covers.
    pub(crate) area: Rect,
    /// Pixels of the upright page for one unit of this sheet.
    pub(crate) scale: f32,
    /// How the paper lies on its picture, which was taken out.
    pub(crate) lie: Lie,
    /// How the values were moved back onto the form, if they were.
    pub(crate) moved: Option<Moved>,
}

/// How a stamped layer lies against the printed one: a value belongs at (x, y) and stands at (x + this x, y × stretch + this y).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moved {
    /// To the right.
    pub(crate) x: f32,
    /// Stretch of heights.
    pub(crate) stretch: f32,
    /// Downwards, after the stretch.
    pub(crate) y: f32,
}

/// The middle one of some measures, of an even number of them the upper.
pub(crate) fn median(measures: impl IntoIterator<Item = f32>) -> Option<f32> {
    let mut measures: Vec<f32> = measures.into_iter().collect();
    let middle = measures.len() / 2;
    (middle < measures.len()).then(|| *measures.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// The height of a line's box against its letters', with the margin that boxes have.
const HIGHEST: f32 = 1.5;
/// A line tells how it slopes when it is so many times as long as it is high.
const SLOPES: f32 = 3.0;
/// Lines of less than so many letters do not tell how wide a letter is.
const LETTERS: f32 = 2.0;

/// Whether it is a Chinese character (CJK Unified Ideographs, the block that invoices are printed in).
pub(crate) fn is_chinese(ch: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&ch)
}

/// Folds a character to the form that labels and values are compared in: full-width ASCII and brackets become ASCII.
pub(crate) fn fold(ch: char) -> char {
    match ch {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(ch as u32 - 0xfee0).unwrap_or(ch),
        '￥' => '¥',
        '〈' => '<',
        '〉' => '>',
        '∶' | '︰' | '﹕' => ':',
        _ => ch,
    }
}

impl Sheet {
    /// The text layer of a page, in points.
    pub(crate) fn from_page(page: &Page, index: usize, dpi: f32) -> Sheet {
        let spans = page
            .lines
            .iter()
            .filter(|l| l.turn == Turn::None && !l.chars.is_empty())
            .flat_map(level)
            .map(|line| {
                let vertical = line.chars.len() > 1 && line.area.height() > 1.6 * line.size && line.area.width() < 1.6 * line.size;
                Span {
                    glyphs: line
                        .chars
                        .iter()
                        .map(|c| Glyph {
                            ch: fold(c.ch),
                            left: if vertical { c.area.top } else { c.area.left },
                            right: if vertical { c.area.bottom } else { c.area.right },
                            confidence: 1.0,
                            label: false,
                        })
                        .collect(),
                    area: line.area,
                    confidence: 1.0,
                    vertical,
                    seal: false,
                    lean: 0.0,
                }
            })
            .collect();
        let rulings = page
            .rules
            .iter()
            .filter_map(|r| {
                let (dx, dy) = ((r.to.x - r.from.x).abs(), (r.to.y - r.from.y).abs());
                if dx.max(dy) < 6.0 {
                    None
                } else if dx <= 0.02 * dy {
                    Some(Ruling { upright: true, at: (r.from.x + r.to.x) / 2.0, from: r.from.y.min(r.to.y), to: r.from.y.max(r.to.y) })
                } else if dy <= 0.02 * dx {
                    Some(Ruling { upright: false, at: (r.from.y + r.to.y) / 2.0, from: r.from.x.min(r.to.x), to: r.from.x.max(r.to.x) })
                } else {
                    None
                }
            })
            .collect();
        Sheet {
            spans,
            rulings,
            page: index,
            source: Source::TextLayer,
            area: Rect { left: 0.0, top: 0.0, right: page.width, bottom: page.height },
            scale: dpi / 72.0,
            lie: Lie::default(),
            moved: None,
        }
    }

    /// What was read from a picture, in its pixels, with a small slope and the view from a side taken out.
    pub(crate) fn from_text(text: &ocr::text::Text, index: usize) -> Sheet {
        let lie = Lie::of(text);
        let spans = spans(text, &lie);
        Sheet {
            spans,
            rulings: Vec::new(),
            page: index,
            source: Source::Ocr,
            area: Rect { left: 0.0, top: 0.0, right: text.width as f32, bottom: text.height as f32 },
            scale: 1.0,
            lie,
            moved: None,
        }
    }

    /// A box of this sheet in pixels of the upright page.
    pub(crate) fn pixels(&self, area: &Rect) -> [f32; 4] {
        if self.lie == Lie::default() {
            return [area.left * self.scale, area.top * self.scale, area.right * self.scale, area.bottom * self.scale];
        }
        let corners = [(area.left, area.top), (area.right, area.top), (area.right, area.bottom), (area.left, area.bottom)];
        let corners = corners.map(|corner| self.lie.pictured(corner));
        let (xs, ys) = (corners.map(|c| c.0), corners.map(|c| c.1));
        let low = |v: [f32; 4]| v.into_iter().fold(f32::MAX, f32::min) * self.scale;
        let high = |v: [f32; 4]| v.into_iter().fold(f32::MIN, f32::max) * self.scale;
        [low(xs), low(ys), high(xs), high(ys)]
    }
}

/// The spans of a text, levelled.
pub(crate) fn spans(text: &ocr::text::Text, lie: &Lie) -> Vec<Span> {
    let nowhere = Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
    let around = |line: &ocr::text::Line| {
        let corners = line.corners.map(|corner| lie.level(corner));
        corners.iter().fold(nowhere, |area, (x, y)| area.union(&Rect { left: *x, top: *y, right: *x, bottom: *y }))
    };
    let lines: Vec<(&ocr::text::Line, Rect)> =
        text.lines.iter().filter(|line| !line.chars.is_empty()).map(|line| (line, around(line))).collect();
    let level: Vec<Rect> = lines.iter().filter(|(line, _)| !line.vertical).map(|(_, area)| *area).collect();
    lines
        .iter()
        .map(|(line, around)| {
            let reaches = !line.vertical && level.iter().any(|other| reaches_into(around, other));
            let area = if reaches { trimmed(*around, &line.chars) } else { *around };
            let (begin, length) = if line.vertical { (area.top, area.height()) } else { (area.left, area.width()) };
            let places: Vec<f32> = line.chars.iter().map(|c| begin + c.at * length).collect();
            let glyphs = line
                .chars
                .iter()
                .enumerate()
                .map(|(i, c)| {
                    // a glyph reaches half way to its neighbours, but no further than half a line's height
                    let reach = if line.vertical { area.width() } else { area.height() } * 0.5;
                    let before = if i == 0 { places[i] - begin } else { (places[i] - places[i - 1]) / 2.0 };
                    let after = if i + 1 == places.len() { begin + length - places[i] } else { (places[i + 1] - places[i]) / 2.0 };
                    Glyph {
                        ch: fold(c.ch),
                        left: places[i] - before.clamp(0.0, reach),
                        right: places[i] + after.clamp(0.0, reach),
                        confidence: c.confidence,
                        label: false,
                    }
                })
                .collect();
            Span { glyphs, area, confidence: line.confidence, vertical: line.vertical, seal: false, lean: lean(line, lie) }
        })
        .collect()
}

/// By how much a line slopes on the levelled sheet.
fn lean(line: &ocr::text::Line, lie: &Lie) -> f32 {
    let [a, b, _, d] = line.corners.map(|corner| lie.level(corner));
    let (long, high) = ((b.0 - a.0).hypot(b.1 - a.1), (d.0 - a.0).hypot(d.1 - a.1));
    if line.vertical || long < SLOPES * high { 0.0 } else { (b.1 - a.1).atan2(b.0 - a.0) }
}

/// Whether the box of a line reaches into that of the line above or below: boxes of small print are higher than its lines are apart.
fn reaches_into(area: &Rect, other: &Rect) -> bool {
    let shared = area.right.min(other.right) - area.left.max(other.left);
    let (low, apart) = (area.height().min(other.height()), (area.center().y - other.center().y).abs());
    let into = (area.height() + other.height()) / 2.0 - apart;
    shared > 0.3 * area.width().min(other.width()) && apart > 0.3 * low && into > 0.1 * low
}

/// The box of a line, no higher than its letters can be. How wide the letters
/// are tells how high they are at most; a Chinese character is as wide as it is high, others are half as wide.
fn trimmed(area: Rect, chars: &[ocr::text::Char]) -> Rect {
    let width: f32 = chars.iter().map(|c| if c.ch.is_ascii() { 0.5 } else { 1.0 }).sum();
    let most = HIGHEST * area.width() / width.max(0.5);
    if width < LETTERS || area.height() <= most {
        return area;
    }
    let middle = area.center().y;
    Rect { top: middle - most / 2.0, bottom: middle + most / 2.0, ..area }
}

/// 小计 above 合计, each with its two characters far apart, looks like two columns: such a column is its characters one by one.
fn level(line: &Line) -> Vec<Line> {
    let totals = line.chars.len() > 1 && line.area.height() > 1.6 * line.size && line.chars.iter().all(|c| "小合计".contains(c.ch));
    if !totals {
        return vec![line.clone()];
    }
    line.chars.iter().map(|c| Line { chars: vec![*c], area: c.area, ..line.clone() }).collect()
}

impl Sheet {
    /// What stands above a form's table and within some twenty of its lines: its own head, not that of a form further up.
    pub(crate) fn above(&self, header: &Rect) -> Sheet {
        let mut near = self.clone();
        let reach = header.top - 20.0 * header.height();
        near.spans.retain(|s| s.area.top > reach && s.area.right > header.left - 2.0 * header.height() && s.area.left < header.right);
        near
    }
}
