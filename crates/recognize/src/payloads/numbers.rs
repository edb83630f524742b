//! What codes, numbers and QR texts say about the kind of an invoice, and the title and marks that follow.

use invoice::kind::Kind;
use invoice::qr::Qr;
use invoice::{number, qr, rate, region};

use super::draft::{Draft, Shape};

/// The planned cities, whose tax bureaus issue under the city's name: first four digits of GB/T 2260.
const PLANNED_CITIES: [&str; 5] = ["2102", "3302", "3502", "3702", "4403"];
/// What follows the short name in the full names of provinces and cities.
const SUFFIXES: [&str; 6] = ["壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"];

/// True for a number that an invoice can have: 8 digits with a code, or the 20 digits of a 数电票.
pub(super) fn is_number(text: &str) -> bool {
    number::legacy(text).is_some() || is_digital(text)
}

/// True for the 20-digit number of a 数电票.
pub(super) fn is_digital(text: &str) -> bool {
    number::digital(text).is_some()
}

/// The kind by the code's own digits, or by the QR text where the code does not say it. Sets what follows from it: the marks
/// and the title. `None` where neither says it.
pub(super) fn kind(draft: &mut Draft, qr: Option<&str>) -> Option<Kind> {
    let code = number::code(draft.text("code"));
    let payload = match qr.map(qr::parse) {
        Some(Qr::Invoice(payload)) => Some(payload),
        _ => None,
    };
    let kind = code.as_ref().and_then(|c| c.kind).or_else(|| payload.as_ref().and_then(|p| p.kind()))?;
    let electronic = code.is_some_and(|c| c.electronic) || payload.is_some_and(|p| ["10", "20"].contains(&p.kind_code.as_str()));
    if electronic {
        draft.mark("electronic_mark");
    }
    match kind {
        Kind::VatBlockChain => draft.mark("block_chain"),
        Kind::VatToll => toll(draft),
        _ => {}
    }
    match kind {
        Kind::VatSpecial if electronic => title(draft, "增值税电子专用发票"),
        Kind::VatSpecial => title(draft, "增值税专用发票"),
        Kind::VatElectronic | Kind::VatToll => title(draft, "增值税电子普通发票"),
        Kind::VatOrdinary => title(draft, "增值税普通发票"),
        Kind::VatBlockChain => title(draft, "电子普通发票"),
        other => draft.title(other),
    }
    Some(kind)
}

/// The mark of a toll invoice: 1 for one with 通行费 at its top left, whose tax can be deducted; 2 for one without, which is
/// issued for money loaded on a card and charges no tax (seed 002; rules of the Ministry of Transport).
fn toll(draft: &mut Draft) {
    let untaxed = draft.item_rows().iter().any(|row| row.get("tax_rate").is_some_and(|r| rate::is_untaxed(&r.value)));
    draft.set("transit_mark", Shape::Id, if untaxed { "2" } else { "1" });
}

/// Sets the title of an invoice of the tax-control system, the short name of its province or planned city and the name of
/// the type, unless there is one.
pub(super) fn title(draft: &mut Draft, name: &str) {
    let code = draft.text("code");
    let Some(region) = region::of_code(code) else { return };
    let planned = number::code(code).is_some_and(|c| PLANNED_CITIES.contains(&c.region.as_str()));
    let place = region.city.filter(|_| planned).unwrap_or(region.province);
    let short = SUFFIXES.iter().find_map(|suffix| place.strip_suffix(suffix)).unwrap_or(place);
    if draft.text("title").is_empty() {
        draft.derive("title", &format!("{short}{name}"));
    }
}
