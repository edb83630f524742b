//! Seals: text that is written in a seal's red is no value of the form, and a seal at the foot is the seller's.
//!
//! The forms' own print is brown or dark red and their values are black or blue, so what is bright red is a seal, and no red text is a
//! value (reference/forms.md). A black value under a seal keeps its dark strokes and stays a value.

mod inks;
mod ring;
pub(crate) mod through;
mod unroll;

use document::page::{Page, Rect};
use image::RgbaImage;
use invoice::details::{Field, Source};
use invoice::kind::Kind;

pub(crate) use self::inks::Inks;

use self::inks::Ink;
use self::ring::Ring;
use crate::draft::Draft;
use crate::error::Error;
use crate::layout::{Sheet, Span, is_chinese};
use crate::look::Look;
use crate::reader::Run;

/// Where on a sheet seals may lie over values: below this share of the text's height. The number of a paper form, printed in red
/// at its top right, is no seal.
const FOOT: f32 = 0.4;
/// So many characters of a seal at most are read by themselves above it.
const LONE: usize = 2;
/// The least share of red pixels in the lower part of a form that shows a seal: the ring alone of the smallest seal allowed.
const LEAST_RED: f32 = 0.004;
/// A form with a smaller share of red pixels in its lower part has no seal there.
const HARDLY_RED: f32 = 0.0005;
/// What the colours of a pixel without colour differ by at most, the noise of its picture with it.
const GREY: u8 = 16;
/// How much one colour of a drawn rim exceeds the others at least.
const RIM: i32 = 80;

/// Marks the spans that are written in the red of a seal, and those beside them whose red is paler.
pub(crate) fn mark(sheet: &mut Sheet, page: &Inks) {
    let (top, bottom) = sheet.spans.iter().fold((f32::MAX, f32::MIN), |(t, b), s| (t.min(s.area.top), b.max(s.area.bottom)));
    let from = top + FOOT * (bottom - top);
    // a seal has no labels with colons, and says no amount
    // its ring is read in ones and twos, and no form has a character or two in its red at the head
    let lone = |s: &Span| s.glyphs.len() <= LONE && s.glyphs.iter().all(|g| is_chinese(g.ch));
    let may_be =
        |s: &Span| !s.vertical && (s.area.center().y > from || lone(s)) && !s.glyphs.iter().any(|g| g.ch == ':') && !says_amount(s);
    let inks: Vec<Ink> = sheet.spans.iter().map(|s| if may_be(s) { page.of(&sheet.pixels(&s.area)) } else { Ink::Other }).collect();
    let red: Vec<Rect> = sheet.spans.iter().zip(&inks).filter(|(_, ink)| **ink == Ink::Red).map(|(s, _)| s.area).collect();
    let beside = |area: &Rect| {
        let reach = 1.5 * area.height();
        red.iter().any(|r| r.top < area.bottom + reach && r.bottom > area.top - reach && r.left < area.right && r.right > area.left)
    };
    for (span, ink) in sheet.spans.iter_mut().zip(inks) {
        span.seal = ink == Ink::Red || ink == Ink::Reddish && beside(&span.area);
    }
}

/// Whether a span is an amount in words, for the most part.
fn says_amount(span: &Span) -> bool {
    let all = span.glyphs.len();
    let capital = span.glyphs.iter().filter(|g| "零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整".contains(g.ch)).count();
    capital >= 4 && capital * 10 >= all * 6
}

/// Brightness from 0 to 2550.
pub(crate) fn light([r, g, b]: [u8; 3]) -> u32 {
    u32::from(r) * 3 + u32::from(g) * 6 + u32::from(b)
}

/// The bright red of a seal; the dark red and the brown of the forms' print are not.
fn is_red([r, g, b]: [u8; 3]) -> bool {
    r > 165 && i32::from(r) - i32::from(g) > 60 && i32::from(r) - i32::from(b) > 50
}

/// The seller's seal on a picture: from the spans in its colour, the red at the form's foot, and what is shaped like a seal. Sets what the kind has
/// of `company_seal`, `stamp_color` and `stamp_info`.
pub(crate) fn of_picture(draft: &mut Draft, sheet: &Sheet, look: &Look, run: &Run) -> Result<(), Error> {
    let Some(kind) = draft.kind.filter(|kind| kind.field("company_seal").is_some()) else { return Ok(()) };
    let region = draft.region;
    let from = region[1] + 0.55 * (region[3] - region[1]);
    let Some(red) = red_share(look, [region[0], from, region[2], region[3] + 0.1 * (region[3] - region[1])]) else { return Ok(()) };
    let inside: Vec<&Span> = sheet.spans.iter().filter(|s| s.seal && sheet.pixels(&s.area)[1] >= from).collect();
    let said = inside.iter().any(|s| s.compact().contains("专用章"));
    let id = inside.iter().map(|s| s.compact()).find(|t| invoice::tax_id::score(t) == Some(invoice::tax_id::Score::Passes));
    // the VAT forms print nothing in red at their foot; on others what is red has to have a seal's shape
    let by_red = said || id.is_some() || kind.is_vat() && red > LEAST_RED;
    let ring = if kind.is_digital() && !by_red { None } else { sellers_ring(sheet, look, region) };
    // the seal of a VAT form is at its foot
    let ring = ring.filter(|ring| by_red || !kind.is_vat() || (ring.area[1] + ring.area[3]) / 2.0 > from);
    let sealed = by_red || ring.is_some();
    // without colours a seal is not told from other print
    if !sealed && untold(kind, red, is_grey(look, region)) {
        // but its own words are read: nothing that is printed at the foot speaks of one
        let names_itself = |s: &Span| s.compact().contains("专用章") && sheet.pixels(&s.area)[1] >= from;
        if let Some(details) = draft.readings.first_mut().filter(|_| kind.is_vat() && sheet.spans.iter().any(names_itself)) {
            details.set("company_seal", Field::new("1", Source::Ocr));
        }
        return Ok(());
    }
    let name = match ring.filter(|_| kind.field("stamp_info").is_some()) {
        Some(ring) => unroll::name(&ring, look.picture, look.orientation, look.eyes, run)?,
        None => None,
    };
    let is_red = by_red || ring.is_none_or(|ring| ring.red);
    let info = [name, id].into_iter().flatten().collect::<Vec<_>>().join(",");
    set(draft, Source::Ocr, sealed, is_red, &info);
    Ok(())
}

/// Whether it cannot be told that a form of this kind has no seal, by the share of red at its foot and whether its picture has no colours. A 数电票 never has one.
fn untold(kind: Kind, red: f32, grey: bool) -> bool {
    !kind.is_vat() && red > HARDLY_RED || !kind.is_digital() && grey
}

/// The share of seal-red pixels in a part of the upright page; nothing where there are no pixels.
fn red_share(look: &Look, area: [f32; 4]) -> Option<f32> {
    let [left, top, right, bottom] = area.map(|v| v.max(0.0) as u32);
    let step = ((right.saturating_sub(left)) / 400).max(1) as usize;
    let (mut red, mut all) = (0_u32, 0_u32);
    for y in (top..bottom).step_by(step) {
        for x in (left..right).step_by(step) {
            if let Some(p) = look.pixel(x, y) {
                all += 1;
                red += u32::from(is_red(p.0));
            }
        }
    }
    (all > 0).then(|| red as f32 / all as f32)
}

/// Whether a part of the upright page has no colours, as copies and scans have none.
fn is_grey(look: &Look, area: [f32; 4]) -> bool {
    let [left, top, right, bottom] = area.map(|v| v.max(0.0) as u32);
    let step = ((right.saturating_sub(left)) / 400).max(1) as usize;
    let places = (top..bottom).step_by(step).flat_map(|y| (left..right).step_by(step).map(move |x| (x, y)));
    let pixels = places.filter_map(|(x, y)| look.pixel(x, y));
    let spread = |[r, g, b]: [u8; 3]| r.max(g).max(b) - r.min(g).min(b);
    let (coloured, all) = pixels.fold((0_u32, 0_u32), |(coloured, all), p| (coloured + u32::from(spread(p.0) > GREY), all + 1));
    coloured * 1000 < all
}

/// The seal of the seller: what is shaped like a seal and is not the 监制章, which stands under the title.
fn sellers_ring(sheet: &Sheet, look: &Look, region: [f32; 4]) -> Option<Ring> {
    let (width, height) = (region[2] - region[0], region[3] - region[1]);
    let around = [region[0] - 0.05 * width, region[1] - 0.1 * height, region[2] + 0.05 * width, region[3] + 0.1 * height];
    let supervision = |ring: &Ring| {
        let [left, top, right, bottom] = ring.area;
        let texts = sheet.spans.iter().filter(|s| {
            let [l, t, r, b] = sheet.pixels(&s.area);
            let (x, y) = ((l + r) / 2.0, (t + b) / 2.0);
            x > left && x < right && y > top && y < bottom
        });
        let text: String = texts.map(Span::compact).collect();
        let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let under_title = y < region[1] + 0.35 * height && (x - region[0] - 0.5 * width).abs() < 0.2 * width;
        ["税务", "监制", "财政"].iter().any(|word| text.contains(word)) || under_title && !text.contains("专用章")
    };
    let rings = ring::rings(look.picture, look.orientation, around);
    rings.into_iter().filter(|ring| !supervision(ring)).max_by(|a, b| (a.area[3] - a.area[1]).total_cmp(&(b.area[3] - b.area[1])))
}

/// The seller's seal on a digital page: a red picture, annotation or rim at the form's foot. `scale` gives pixels for a unit of the page.
pub(crate) fn of_page(draft: &mut Draft, page: &Page, stamped: bool, scale: f32) {
    let Some(kind) = draft.kind.filter(|kind| kind.field("company_seal").is_some()) else { return };
    let [left, top, right, bottom] = draft.region.map(|v| v / scale);
    let low = |area: &Rect| {
        let middle = area.center();
        let level = top + 0.5 * (bottom - top)..=bottom + 0.3 * (bottom - top);
        level.contains(&middle.y) && middle.x > left + 0.4 * (right - left) && middle.x < right + 0.1 * (right - left)
    };
    let pictured = page.pictures.iter().any(|p| low(&p.area) && p.pixels.as_ref().is_some_and(mostly_red));
    let rim = page.rims.iter().find(|rim| low(&rim.area) && (ring::ink(rim.colour, true) > RIM || ring::ink(rim.colour, false) > RIM));
    let sealed = stamped || pictured || rim.is_some();
    let is_red = stamped || pictured || rim.is_none_or(|rim| ring::ink(rim.colour, true) > RIM);
    // a seal may also be a picture that cannot be decoded: only 数电票 are known to have none
    if sealed || kind.is_digital() {
        set(draft, Source::TextLayer, sealed, is_red, "");
    }
}

fn mostly_red(picture: &RgbaImage) -> bool {
    let inked = picture.pixels().filter(|p| p.0[3] > 128 && p.0[..3].iter().any(|c| *c < 200));
    let (red, all) = inked.fold((0_u32, 0_u32), |(red, all), p| (red + u32::from(is_red([p.0[0], p.0[1], p.0[2]])), all + 1));
    all > 100 && red * 2 > all
}

/// Sets `company_seal` and, with a seal, its colour and what was read on it.
fn set(draft: &mut Draft, source: Source, sealed: bool, red: bool, info: &str) {
    let has = |key: &str| draft.kind.is_none_or(|kind| kind.field(key).is_some());
    let kept = ["company_seal", "stamp_color", "stamp_info"].map(has);
    let Some(details) = draft.readings.first_mut() else { return };
    let flag = |on: bool| if on { "1" } else { "0" };
    let values = [("company_seal", flag(sealed)), ("stamp_color", if sealed { flag(red) } else { "" }), ("stamp_info", info)];
    for ((key, value), kept) in values.into_iter().zip(kept) {
        if kept && !value.is_empty() {
            details.set(key, Field::new(value, source));
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::forms::drawn;

    #[test]
    fn without_colours_no_form_on_paper_is_said_to_have_no_seal() {
        for (kind, red, grey, expected) in [
            (Kind::Quota, 0.0, true, true),
            (Kind::Quota, 0.0, false, false),
            (Kind::Quota, 0.001, false, true),
            (Kind::VatOrdinary, 0.0, true, true),
            (Kind::VatOrdinary, 0.001, false, false),
            (Kind::DigitalOrdinary, 0.0, true, false),
        ] {
            assert_eq!(untold(kind, red, grey), expected, "{kind:?} {red} {grey}");
        }
    }

    #[test]
    fn a_character_or_two_of_a_seal_are_told_at_the_head_too() {
        let red = |x: u32, y: u32| if x % 8 < 2 && y % 8 < 4 { Rgb([214, 50, 48]) } else { Rgb([250; 3]) };
        let picture = RgbImage::from_fn(400, 400, red);
        let words = [("核", 300.0, 20.0, 20.0), ("云泽市门票", 20.0, 20.0, 20.0), ("12", 200.0, 20.0, 20.0), ("专用章", 20.0, 300.0, 20.0)];
        let mut sheet = drawn::sheet(&words);
        sheet.scale = 1.0;
        mark(&mut sheet, &Inks::new(&picture, 0));
        assert_eq!(sheet.spans.iter().map(|s| s.seal).collect::<Vec<_>>(), [true, false, false, true]);
    }
}
