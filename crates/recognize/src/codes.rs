//! QR codes and barcodes: which invoice each belongs to, and what a tax QR code says of it.

use document::page::{ENOUGH_PIXELS, Page, Picture};
use image::{GrayImage, Luma, RgbImage, RgbaImage};
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::qr;
use ocr::barcode::{self, Barcode};

use crate::draft::Draft;
use crate::place;

/// The sides that a QR code may have on a digital page, in points: from the smallest that a telephone reads to a fifth of a page.
const SIDE: std::ops::RangeInclusive<f32> = 25.0..=160.0;
/// The most pixels in a side that are looked at: enough for the codes that most invoices carry, then for the largest.
const PIXELS: [u32; 2] = [ENOUGH_PIXELS / 2, ENOUGH_PIXELS];

/// Reads the QR codes that stand as pictures on a digital page, which cost little beside drawing the page.
/// Each goes to the invoice it lies on; an invoice that has one already keeps it.
pub(crate) fn of_page(drafts: &mut [Draft], page: &Page, dpi: f32) {
    let scale = dpi / 72.0;
    for picture in page.pictures.iter().filter(|p| may_be_code(p)) {
        let centre = picture.area.center();
        let Some(draft) = owner(drafts, |_| (centre.x * scale, centre.y * scale)) else { continue };
        let Some(pixels) = picture.pixels.as_ref() else { continue };
        let mut ways = PIXELS.map(|most| pixels.width().max(pixels.height()).max(1).div_ceil(most)).to_vec();
        ways.dedup();
        let codes = ways.into_iter().map(|every| barcode::matrices(on_paper(pixels, every))).find(|codes| !codes.is_empty());
        codes.into_iter().flatten().for_each(|code| give(draft, code));
    }
}

fn may_be_code(picture: &Picture) -> bool {
    let (width, height) = (picture.area.width(), picture.area.height());
    SIDE.contains(&width) && SIDE.contains(&height) && (width - height).abs() < 0.1 * width
}

/// One in so many of a picture's rows and columns, in grey on white paper with the quiet zone around it that a code needs to be found.
fn on_paper(pixels: &RgbaImage, every: u32) -> GrayImage {
    let (width, height) = (pixels.width() / every, pixels.height() / every);
    let quiet = width.max(height) / 10 + 8;
    let mut paper = GrayImage::from_pixel(width + 2 * quiet, height + 2 * quiet, Luma([255]));
    let (from, to) = (pixels.width() as usize * 4, paper.width() as usize);
    let rows = pixels.as_raw().chunks_exact(from.max(4)).step_by(every as usize).take(height as usize);
    for (row, target) in rows.zip(paper.chunks_exact_mut(to).skip(quiet as usize)) {
        let places = target.iter_mut().skip(quiet as usize).take(width as usize);
        for (pixel, place) in row.chunks_exact(4).step_by(every as usize).zip(places) {
            let (grey, alpha) = (u32::from(barcode::luma([pixel[0], pixel[1], pixel[2]])), u32::from(pixel[3]));
            *place = ((grey * alpha + 255 * (255 - alpha)) / 255) as u8;
        }
    }
    paper
}

/// The invoice that a place belongs to: the only one, or the one whose surroundings hold it. `place` gives the place in pixels of an invoice's upright page.
fn owner(drafts: &mut [Draft], place: impl Fn(&Draft) -> (f32, f32)) -> Option<&mut Draft> {
    let outside = |d: &Draft| {
        let (x, y) = place(d);
        let away = |from: f32, to: f32, at: f32| (from - at).max(at - to).max(0.0);
        away(d.region[0], d.region[2], x).max(away(d.region[1], d.region[3], y))
    };
    if drafts.len() == 1 {
        return drafts.first_mut();
    }
    // codes stand at a form's corner, outside the text's own extent
    let near = |d: &&mut Draft| outside(d) < 0.25 * (d.region[3] - d.region[1]);
    drafts.iter_mut().filter(near).min_by(|a, b| outside(a).total_cmp(&outside(b)))
}

/// Adds a code and what it says to an invoice.
fn give(draft: &mut Draft, code: Barcode) {
    if code.matrix {
        if let Some(reading) = from_qr(&code.text, draft.kind) {
            draft.readings.push(reading);
        }
        draft.extra.qrcode.push(code.text);
    } else {
        draft.extra.barcode.push(code.text);
    }
}

/// Gives each code that was read from a picture to the invoice whose number it says, else to the one it lies on, or to the only one there is: where papers
/// lie close to each other, it may lie in the box around another's text as well.
pub(crate) fn of_picture(drafts: &mut [Draft], codes: Vec<Barcode>, picture: &RgbImage) {
    for code in codes {
        let count = code.points.len().max(1) as f32;
        let middle = code.points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x / count, y + p.y / count));
        let draft = match drafts.iter().position(|draft| is_named(draft, &code)) {
            Some(at) => drafts.get_mut(at),
            None => owner(drafts, |d| place::on_page(middle, picture, d.orientation)),
        };
        if let Some(draft) = draft {
            give(draft, code);
        }
    }
}

/// Whether a code says the number that was read on an invoice.
fn is_named(draft: &Draft, code: &Barcode) -> bool {
    let qr::Qr::Invoice(payload) = qr::parse(&code.text) else { return false };
    let says = |details: &Details| ["number", "electronic_number"].iter().any(|key| details.text(key) == payload.number);
    code.matrix && !payload.number.is_empty() && draft.readings.iter().any(says)
}

/// What a tax QR code says, as fields. The amount is the net on the forms of the tax-control system and the total on 数电票 and rail.
/// `kind` is what the form says, for codes whose own kind is not known.
fn from_qr(text: &str, kind: Option<Kind>) -> Option<Details> {
    let qr::Qr::Invoice(payload) = qr::parse(text) else { return None };
    let mut details = Details::new();
    let mut set = |key: &str, value: String| details.set(key, Field::new(value, Source::QrCode));
    set("code", payload.code.clone());
    // the number of an air itinerary's ticket is another one than that of its invoice
    set(if kind == Some(Kind::Air) { "electronic_number" } else { "number" }, payload.number.clone());
    if kind.is_none_or(Kind::is_vat) {
        set("check_code", payload.check_code.clone());
    }
    if let Some(day) = payload.date.filter(|_| kind.is_none_or(Kind::is_vat)) {
        set("date", invoice::date::text(day));
    }
    if let (Some(amount), Some(meaning)) = (payload.amount, payload.meaning()) {
        let key = match meaning {
            qr::Meaning::Net => "pretax_amount",
            qr::Meaning::Total => "total",
        };
        set(key, invoice::amount::plain(invoice::amount::to_cents(amount)));
    }
    Some(details)
}

#[cfg(test)]
mod tests {
    use ocr::text::Point;

    use super::*;

    #[test]
    fn a_code_goes_to_the_invoice_whose_number_it_says() {
        let draft = |number: &str, region: [f32; 4]| {
            let mut details = Details::new();
            details.set("number", Field::new(number, Source::Ocr));
            Draft { kind: Some(Kind::DigitalOrdinary), readings: vec![details], region, ..Draft::default() }
        };
        let code = |number: &str| Barcode {
            text: format!("01,32,,{number},120.00,20250309,,1A2B,"),
            matrix: true,
            points: vec![Point { x: 150.0, y: 150.0 }],
        };
        // the first one's box reaches over the code of the second
        for (number, owner) in [("25999900000000000025", 1), ("25999900000000000017", 0), ("25999900000000000033", 0)] {
            let mut drafts =
                [draft("25999900000000000017", [0.0, 0.0, 200.0, 200.0]), draft("25999900000000000025", [100.0, 100.0, 400.0, 400.0])];
            of_picture(&mut drafts, vec![code(number)], &RgbImage::new(500, 500));
            assert_eq!(drafts.iter().position(|draft| draft.readings.len() > 1), Some(owner), "{number}");
        }
    }
}
