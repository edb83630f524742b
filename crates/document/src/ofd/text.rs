//! Text objects to placed characters.

use hayro::kurbo::{Affine, Point, Rect, Vec2};
use unicode_width::UnicodeWidthChar;

use super::lexical::POINTS;
use super::object::{Common, TextCode, TextObject};
use crate::assemble::Glyph;
use crate::page::{self, Turn};

/// Height of letters above the baseline as a share of their size: that of SimSun, which most invoices name and none embeds.
const ASCENT: f64 = 0.86;
/// Depth below it.
const DESCENT: f64 = 0.14;
/// An offset up to this many times the letter's own width is its advance; a larger one leaves a gap behind the letter.
const ADVANCE: f64 = 1.25;

/// A character with its place in the text object's own space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// The character; U+FFFD for one of a private use area, which means something in its own font only.
    pub(super) ch: char,
    /// Which character of the text object it is, for glyph transforms.
    pub(super) index: usize,
    /// Start of its baseline in millimetres.
    pub(super) origin: Point,
    /// Its advance in millimetres.
    pub(super) advance: f64,
}

/// Places all characters of a text object. At most `limit` of them are placed.
pub(super) fn place(object: &TextObject, limit: usize) -> Vec<Placed> {
    let mut out = Vec::new();
    let mut index = 0;
    let mut start = Point::ORIGIN;
    let mut pen = Point::ORIGIN;
    for code in &object.codes {
        // A coordinate that is left out is that of the run before (GB/T 33190-2016, 11.3); without any the text goes on at the pen.
        match (code.x, code.y) {
            (None, None) => start = pen,
            (x, y) => start = Point::new(x.unwrap_or(start.x), y.unwrap_or(start.y)),
        }
        pen = place_code(object, code, start, &mut index, limit, &mut out);
        if out.len() >= limit {
            break;
        }
    }
    out
}

fn place_code(object: &TextObject, code: &TextCode, start: Point, index: &mut usize, limit: usize, out: &mut Vec<Placed>) -> Point {
    let forward = quarter(object.read_direction);
    let explicit = !code.delta_x.is_empty() || !code.delta_y.is_empty();
    let mut delta_x = code.delta_x.iter();
    let mut delta_y = code.delta_y.iter();
    let characters = written(code);
    let last_letter = characters.iter().rposition(|c| !c.is_whitespace()).unwrap_or(0);
    let mut seen_letter = false;
    let mut pen = start;
    for (i, &ch) in characters.iter().enumerate() {
        let width = width(ch, object);
        let step = if i + 1 == characters.len() {
            forward * width
        } else {
            match (delta_x.next(), delta_y.next()) {
                (None, None) => forward * width,
                (x, y) if explicit => Vec2::new(x.unwrap_or(0.0), y.unwrap_or(0.0)),
                _ => forward * width,
            }
        };
        let along = step.dot(forward);
        let advance = if along > 0.0 && along <= width * ADVANCE { along } else { width };
        seen_letter |= !ch.is_whitespace();
        // Spaces around the text take their offsets and are no letters.
        if seen_letter && i <= last_letter && !ch.is_control() && out.len() < limit {
            out.push(Placed { ch: meaning(ch), index: *index, origin: pen, advance });
        }
        *index += 1;
        pen += step;
    }
    pen
}

/// The characters of a run that have a place: line breaks and the indentation around them come from pretty-printing, unless
/// the offsets count them.
fn written(code: &TextCode) -> Vec<char> {
    let all = code.text.chars();
    if !code.text.contains(['\n', '\r']) {
        return all.collect();
    }
    let offsets = code.delta_x.count().max(code.delta_y.count());
    if offsets > 0 && offsets + 1 == all.clone().count() as u64 {
        return all.collect();
    }
    let mut out: Vec<char> = Vec::new();
    let mut lines = code.text.split(['\n', '\r']).peekable();
    let mut first = true;
    while let Some(line) = lines.next() {
        let line = if first { line } else { line.trim_start_matches([' ', '\t']) };
        let line = if lines.peek().is_some() { line.trim_end_matches([' ', '\t']) } else { line };
        out.extend(line.chars());
        first = false;
    }
    out
}

/// Width of a letter in millimetres: one em for what East Asian fonts draw full width, half an em for the rest.
fn width(ch: char, object: &TextObject) -> f64 {
    let cells = ch.width_cjk().unwrap_or(0).min(2);
    object.size * object.h_scale * cells as f64 / 2.0
}

fn meaning(ch: char) -> char {
    match ch {
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}' => char::REPLACEMENT_CHARACTER,
        ch => ch,
    }
}

/// The unit step of a direction counted in quarter turns clockwise from "to the right".
fn quarter(turns: u8) -> Vec2 {
    match turns {
        1 => Vec2::new(0.0, 1.0),
        2 => Vec2::new(-1.0, 0.0),
        3 => Vec2::new(0.0, -1.0),
        _ => Vec2::new(1.0, 0.0),
    }
}

/// From a letter's own space (baseline to the right, millimetres) to that of its text object.
pub(super) fn letter_space(placed: &Placed, object: &TextObject) -> Affine {
    let turn = f64::from(object.char_direction) * std::f64::consts::FRAC_PI_2;
    Affine::translate(placed.origin.to_vec2()) * Affine::rotate(turn)
}

/// A placed character as a glyph of the page. `around` leads from the space around the object to millimetres of the page.
pub(super) fn glyph(placed: &Placed, object: &TextObject, common: &Common, around: Affine, run: u32) -> Glyph {
    let transform = Affine::scale(POINTS) * around * common.placement() * letter_space(placed, object);
    // The advance belongs to the direction of reading; across it a letter is as wide as it is.
    let sideways = object.read_direction % 2 != object.char_direction % 2;
    let advance = if sideways { width(placed.ch, object) } else { placed.advance };
    let letter = Rect::new(0.0, -ASCENT * object.size, advance, DESCENT * object.size);
    let area = transform.transform_rect_bbox(letter);
    let origin = transform * Point::ORIGIN;
    let [a, b, c, d, _, _] = transform.as_coeffs();
    Glyph {
        ch: placed.ch,
        area: rect(area),
        origin: page::Point { x: origin.x as f32, y: origin.y as f32 },
        size: (object.size * c.hypot(d)) as f32,
        turn: turn(a, b),
        run,
    }
}

/// Which way the direction (a, b) points, y downwards.
fn turn(a: f64, b: f64) -> Turn {
    match (a.abs() >= b.abs(), a >= 0.0, b >= 0.0) {
        (true, true, _) => Turn::None,
        (true, false, _) => Turn::Half,
        (false, _, true) => Turn::Quarter,
        (false, _, false) => Turn::ThreeQuarters,
    }
}

/// A rectangle of the page's contract.
pub(super) fn rect(area: Rect) -> page::Rect {
    page::Rect { left: area.x0 as f32, top: area.y0 as f32, right: area.x1 as f32, bottom: area.y1 as f32 }
}
