//! Characters of the cipher (密码区), which no word tells the recogniser. It is made of digits and `+-*/<>` alone: what looks like one of these is it.
//! `/` is taken for `1`. What leans is a stroke: printed ones lean by a good part of their height, a `1` stands upright, and its flag even pulls its top to the
//! left.

use document::page::Rect;
use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::forms::vat::is_cipher;
use crate::layout::lie::Lie;
use crate::layout::{Sheet, Span, median};
use crate::look::pixel;
use crate::seals::light;

/// How far a stroke leans at least, sideways for each step down.
const LEANS: f32 = 0.2;
/// The height of a character's ink, as a share of its line's box.
const HEIGHT: std::ops::Range<f32> = 0.4..1.1;
/// Fewer pixels of height show nothing.
const LEAST: u32 = 7;
/// A larger window is no character's.
const LARGEST: u32 = 10_000;

/// A line with fewer characters is none of a cipher, whatever it is made of.
const LINE: usize = 16;
/// So much of a line must be of the cipher's own characters before others are taken for them, in tenths.
const OWN: usize = 8;

/// So many signs that hardly anything else has.
const SIGNS: usize = 3;

/// Whether it is one of the characters that ciphers are made of.
pub(crate) fn is_own(ch: char) -> bool {
    ch.is_ascii_digit() || is_sign(ch)
}

/// Whether it is one of those besides digits.
pub(crate) fn is_sign(ch: char) -> bool {
    matches!(ch, '<' | '>' | '+' | '-' | '*' | '/')
}

/// The character of a cipher that another one looks like: a small mark can only be its `-`.
fn meant(ch: char) -> Option<char> {
    match ch {
        ch if is_own(ch) => Some(ch),
        '.' | '_' | ',' | '·' | '~' | '—' | '–' | '一' | '=' | '\'' => Some('-'),
        '±' | '十' | '†' => Some('+'),
        '×' | '✱' | '＊' | '大' | '米' | '※' => Some('*'),
        'o' | 'O' => Some('0'),
        'l' | 'I' | '|' => Some('1'),
        '‹' | '«' => Some('<'),
        '›' | '»' => Some('>'),
        _ => None,
    }
}

/// A text as a line of a cipher, without white space, if it is as long as one and made of nothing but its characters and such as look like them.
pub(crate) fn line(text: &str) -> Option<String> {
    let own: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let meant: String = own.iter().map(|c| meant(*c)).collect::<Option<_>>()?;
    let same = own.iter().zip(meant.chars()).filter(|(own, meant)| **own == *meant).count();
    // days and measures have dashes and strokes too
    let signs = own.iter().filter(|c| "<>+*".contains(**c)).count();
    (signs >= SIGNS && same * 10 >= own.len() * OWN && is_cipher(&meant)).then_some(meant)
}

/// Makes the characters of a cipher of those in its lines that look like them, and a `/` of each `1` that leans as one.
pub(crate) fn settle(sheet: &mut Sheet, picture: &RgbImage, orientation: u16) {
    let lie = sheet.lie;
    for span in sheet.spans.iter_mut().filter(|s| !s.vertical) {
        if span.glyphs.len() >= LINE && line(&span.compact()).is_some() {
            for glyph in &mut span.glyphs {
                glyph.ch = meant(glyph.ch).unwrap_or(glyph.ch);
            }
        }
    }
    for span in sheet.spans.iter_mut().filter(|s| !s.vertical && is_cipher(&s.compact())) {
        let step = advance(span);
        for at in 0..span.glyphs.len() {
            if span.glyphs[at].ch != '1' {
                continue;
            }
            let middle = span.glyphs[at].middle();
            let window = Rect { left: middle - 0.75 * step, right: middle + 0.75 * step, ..span.area };
            let ink = window_ink(picture, orientation, &lie, &window);
            if ink.and_then(|ink| lean(&ink, span.height())).is_some_and(|lean| lean > LEANS) {
                span.glyphs[at].ch = '/';
            }
        }
    }
}

/// The usual distance from one character to the next.
fn advance(span: &Span) -> f32 {
    median(span.glyphs.windows(2).map(|pair| pair[1].middle() - pair[0].middle())).unwrap_or(span.height() / 2.0)
}

/// The dark pixels (255) of a part of the sheet, as it lies level.
fn window_ink(picture: &RgbImage, orientation: u16, lie: &Lie, window: &Rect) -> Option<GrayImage> {
    let (w, h) = (window.width().round().max(0.0) as u32, window.height().round().max(0.0) as u32);
    if w < 3 || h < LEAST || w.checked_mul(h)? > LARGEST {
        return None;
    }
    let at = |x: u32, y: u32| {
        let (x, y) = lie.pictured((window.left + x as f32 + 0.5, window.top + y as f32 + 0.5));
        (x >= 0.0 && y >= 0.0).then(|| pixel(picture, orientation, x as u32, y as u32)).flatten()
    };
    let lights: Vec<u32> = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).map(|(x, y)| at(x, y).map_or(2550, |p| light(p.0))).collect();
    let mut sorted = lights.clone();
    sorted.sort_unstable();
    let (dark, paper) = (sorted[sorted.len() / 20], sorted[sorted.len() * 3 / 4]);
    // too little contrast to tell ink from paper
    if paper < dark + 300 {
        return None;
    }
    let edge = (dark + paper) / 2;
    Some(GrayImage::from_fn(w, h, |x, y| Luma([if lights[(y * w + x) as usize] < edge { 255 } else { 0 }])))
}

/// How far the character in the middle of a window leans to the right, sideways for each step up; nothing where there is none that is thin
/// and as high as a character of a line with a box of this height.
fn lean(ink: &GrayImage, height: f32) -> Option<f32> {
    let labels = connected_components(ink, Connectivity::Eight, Luma([0]));
    let (w, h) = ink.dimensions();
    let count = labels.pixels().map(|p| p.0[0]).max()?;
    let mut best: Option<(f32, Vec<(f32, f32)>)> = None;
    for label in 1..=count {
        let pixels: Vec<(u32, u32)> = labels.enumerate_pixels().filter(|(_, _, l)| l.0[0] == label).map(|(x, y, _)| (x, y)).collect();
        let (top, bottom) = pixels.iter().fold((h, 0), |(t, b), p| (t.min(p.1), b.max(p.1 + 1)));
        let tall = bottom.saturating_sub(top);
        // what reaches out of the window is a neighbour
        if tall < LEAST || !HEIGHT.contains(&(tall as f32 / height)) || pixels.iter().any(|p| p.0 == 0 || p.0 + 1 == w) {
            continue;
        }
        // thin: no loops and no second stroke
        if pixels.len() as f32 > 0.35 * (tall * tall) as f32 {
            continue;
        }
        let middle = pixels.iter().map(|p| p.0 as f32).sum::<f32>() / pixels.len() as f32;
        let off = (middle + 0.5 - w as f32 / 2.0).abs();
        if best.as_ref().is_none_or(|(nearest, _)| off < *nearest) {
            best = Some((off, rows(&pixels, top, bottom)));
        }
    }
    let (_, rows) = best?;
    let (a, _) = crate::forms::vat::registration::line(&rows)?;
    Some(-a)
}

/// The middle of the ink of each row: height, and how far to the right.
fn rows(pixels: &[(u32, u32)], top: u32, bottom: u32) -> Vec<(f32, f32)> {
    let row = |y: u32| {
        let xs: Vec<f32> = pixels.iter().filter(|p| p.1 == y).map(|p| p.0 as f32).collect();
        (!xs.is_empty()).then(|| (y as f32, xs.iter().sum::<f32>() / xs.len() as f32))
    };
    (top..bottom).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use ocr::text::{Char, Line, Point, Text};

    use super::*;

    /// A line of characters 12 wide and 24 high, drawn as what the second text says.
    fn drawn_line(text: &str, strokes: &str) -> (Sheet, RgbImage) {
        let count = text.chars().count() as f32;
        let chars = text.chars().enumerate().map(|(i, ch)| Char { ch, at: (i as f32 + 0.5) / count, confidence: 1.0 }).collect();
        let (right, bottom) = (20.0 + 12.0 * count, 44.0);
        let corners = [(20.0, 20.0), (right, 20.0), (right, bottom), (20.0, bottom)].map(|(x, y)| Point { x, y });
        let lines = vec![Line { corners, chars, confidence: 1.0, vertical: false }];
        let sheet = Sheet::from_text(&Text { width: 400, height: 80, lines, ..Text::default() }, 0);
        let mut picture = RgbImage::from_pixel(400, 80, Rgb([240, 240, 235]));
        let span = &sheet.spans[0];
        for (glyph, shape) in span.glyphs.iter().zip(strokes.chars()) {
            for step in 0..16 {
                let up = step as f32 - 8.0;
                let lean = match shape {
                    '/' => 0.4 * up,
                    'i' => 0.08 * up,
                    _ => 0.0,
                };
                let (x, y) = ((glyph.middle() + lean) as u32, (span.area.center().y - up) as u32);
                picture.put_pixel(x, y, Rgb([40, 40, 40]));
                picture.put_pixel(x + 1, y, Rgb([40, 40, 40]));
            }
        }
        (sheet, picture)
    }

    #[test]
    fn what_looks_like_a_character_of_a_cipher_is_it() {
        let cases = [
            ("9/<6--*_*6*5/<<21*2<-719838", Some("9/<6--*-*6*5/<<21*2<-719838")),
            (".<0<5*4+<70461<874>±595/+41", Some("-<0<5*4+<70461<874>+595/+41")),
            ("0- - 779<<83- >>66776191/- *>50", Some("0--779<<83->>66776191/-*>50")),
            // amounts, dates, names with stars
            ("1,204.50", None),
            ("2024.01.02-2024.02.02", None),
            ("2024-01-02/2024-02-02", None),
            ("*电子元件*0603X7R*100", None),
        ];
        for (text, expected) in cases {
            assert_eq!(line(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_leans_is_a_stroke() {
        let cases = [
            ("<>+-*1<>+", "<>+-*/<>+", "<>+-*/<>+"),
            ("<>+-*1<>+", "<>+-*|<>+", "<>+-*1<>+"),
            // on paper that hangs a little
            ("<>+-*1<>+", "<>+-*i<>+", "<>+-*1<>+"),
            // no cipher
            ("123451789", "/////////", "123451789"),
        ];
        for (read, strokes, expected) in cases {
            let (mut sheet, picture) = drawn_line(read, strokes);
            settle(&mut sheet, &picture, 0);
            assert_eq!(sheet.spans[0].compact(), expected, "{strokes}");
        }
    }
}
