//! A picture to invoices: read its text and its codes, find the forms.

use image::RgbImage;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::qr;
use ocr::Eyes;
use ocr::barcode::Barcode;

use crate::blanks::Look;
use crate::draft::Draft;
use crate::error::Error;
use crate::layout::Sheet;
use crate::reader::Run;
use crate::{forms, seals, split};

/// Reads the invoices on a picture.
pub(crate) fn read(eyes: &dyn Eyes, picture: &RgbImage, page: usize, run: &Run) -> Result<Vec<Draft>, Error> {
    let text = eyes.read(picture, run.deadline())?;
    run.go_on()?;
    let codes = eyes.barcodes(picture);
    let size = [text.width, text.height];
    let mut sheet = Sheet::from_text(&text, page);
    seals::mark(&mut sheet, picture, text.orientation);
    let mut drafts = Vec::new();
    for part in split::parts(&sheet) {
        let Some(mut form) = forms::read(&part) else { continue };
        let look = Look { eyes, picture, orientation: text.orientation, page };
        look.fill(&mut form.details, std::mem::take(&mut form.blanks), run)?;
        let mut draft = Draft::from_form(form, &part, size);
        draft.orientation = text.orientation;
        if draft.kind.is_some_and(Kind::is_vat) {
            seals::of_picture(&mut draft, &part, picture, text.orientation);
        }
        drafts.push(draft);
    }
    give_codes(&mut drafts, codes, picture, text.orientation);
    if drafts.is_empty() {
        let mut nothing = Draft::nothing(size);
        (nothing.orientation, nothing.page) = (text.orientation, page);
        drafts.push(nothing);
    }
    Ok(drafts)
}

/// Gives each code to the invoice it lies on, or to the only one there is.
fn give_codes(drafts: &mut [Draft], codes: Vec<Barcode>, picture: &RgbImage, orientation: u16) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    for code in codes {
        let count = code.points.len().max(1) as f32;
        let (x, y) = code.points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x / count, y + p.y / count));
        let (x, y) = match orientation {
            90 => (y, width - x),
            180 => (width - x, height - y),
            270 => (height - y, x),
            _ => (x, y),
        };
        let inside = |d: &Draft| {
            // codes stand at a form's corner, outside the text's own extent
            let margin = 0.25 * (d.region[3] - d.region[1]);
            x > d.region[0] - margin && x < d.region[2] + margin && y > d.region[1] - margin && y < d.region[3] + margin
        };
        let at = if drafts.len() == 1 { Some(0) } else { drafts.iter().position(inside) };
        let Some(draft) = at.and_then(|i| drafts.get_mut(i)) else { continue };
        if code.matrix {
            if let Some(reading) = from_qr(&code.text, draft.kind) {
                draft.readings.push(reading);
            }
            draft.extra.qrcode.push(code.text);
        } else {
            draft.extra.barcode.push(code.text);
        }
    }
}

/// What a tax QR code says, as fields. The amount is the net on the forms of the tax-control system and the total on 数电票 and rail.
/// `kind` is what the form says, for codes whose own kind is not known.
pub(crate) fn from_qr(text: &str, kind: Option<Kind>) -> Option<Details> {
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
