//! Checks of codes, numbers, days and ids against each other.

use super::{Outcome, read};
use crate::details::Details;
use crate::kind::Kind;
use crate::qr::{Checksum, Meaning, Payload};
use crate::{amount, date, number, region, tax_id, vin};

pub(super) fn check(kind: Kind, details: &Details, codes: &[Payload], outcomes: &mut Vec<Outcome>) {
    for payload in codes {
        qr(kind, details, payload, outcomes);
    }
    let code = number::code(details.text("code"));
    let digital = number::digital(details.text("number")).or_else(|| number::digital(details.text("electronic_number")));
    if let Some(said) = code.as_ref().and_then(|code| code.kind) {
        outcomes.push(kinds("kind_digits", kind, said));
    }
    if let Some(said) = Kind::from_title(details.text("title")) {
        outcomes.push(kinds("title", kind, said));
    }
    let pairs = [("code", "code_confirm"), ("number", "number_confirm"), ("code", "machine_code"), ("number", "machine_number")];
    // on goods and services invoices the machine's code is that of the machine
    for (form, stamp) in pairs.into_iter().filter(|(_, stamp)| !stamp.starts_with("machine") || is_vehicle(kind)) {
        if details.has(form) && details.has(stamp) {
            outcomes.push(text("confirm", form, details.text(form), details.text(stamp)));
        }
    }
    if is_vehicle(kind)
        && let Some(score) = vin::score(details.text("car_code"))
    {
        outcomes.push(Outcome::new("vin", score != tax_id::Score::Fails, details.text("car_code").to_owned()));
    }
    let issued = date::parse(details.text("date"));
    if let (Some(code), Some(issued)) = (&code, issued) {
        // Forms are printed for a year and used up in the next few.
        let passed = (0..=5).contains(&(i32::from(issued.year()) - i32::from(code.year)));
        outcomes.push(Outcome::new("code_year", passed, format!("code of {}, issued {}", code.year, issued.year())));
    }
    // On tickets the date is that of travel, not of issue.
    if let (Some(digital), Some(issued)) = (&digital, issued)
        && kind.is_digital()
    {
        let passed = i32::from(issued.year()) == i32::from(digital.year);
        outcomes.push(Outcome::new("number_year", passed, format!("number of {}, issued {}", digital.year, issued.year())));
    }
    let numbered = region::of_code(details.text("code"));
    if let (Some(numbered), Some(titled)) = (numbered, region::of_text(details.text("title"))) {
        outcomes.push(text("region", "code, title", numbered.province, titled.province));
    }
    for key in ["seller_tax_id", "buyer_tax_id", "company_tax_id", "auction_tax_id"] {
        if let Some(score) = tax_id::score(details.text(key)) {
            outcomes.push(Outcome::new("tax_id", score != tax_id::Score::Fails, format!("{key} {}", details.text(key))));
        }
    }
}

fn is_vehicle(kind: Kind) -> bool {
    matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale)
}

fn qr(kind: Kind, details: &Details, payload: &Payload, outcomes: &mut Vec<Outcome>) {
    match payload.checksum {
        Checksum::Absent => {}
        Checksum::Fits => outcomes.push(Outcome::new("qr_checksum", true, "fits".to_owned())),
        Checksum::Differs => outcomes.push(Outcome::new("qr_checksum", false, "does not fit".to_owned())),
    }
    if let Some(said) = payload.kind() {
        outcomes.push(kinds("qr_kind", kind, said));
    }
    if !payload.code.is_empty() && details.has("code") {
        outcomes.push(text("qr_code", "QR, print", &payload.code, details.text("code")));
    }
    // Tickets print their own number besides that of the e-invoice.
    let number = if payload.number.len() > 8 && details.has("electronic_number") { "electronic_number" } else { "number" };
    if details.has(number) {
        outcomes.push(text("qr_number", "QR, print", &payload.number, details.text(number)));
    }
    let day = if details.has("date_of_issue") { "date_of_issue" } else { "date" };
    if let (Some(said), Some(printed)) = (payload.date, date::parse(details.text(day)))
        && (kind != Kind::Train || day == "date_of_issue")
    {
        outcomes.push(text("qr_date", "QR, print", &date::text(said), &date::text(printed)));
    }
    if !payload.check_code.is_empty() && details.has("check_code") && kind != Kind::Air {
        outcomes.push(text("qr_check_code", "QR, print", &payload.check_code, details.text("check_code")));
    }
    let key = match payload.meaning() {
        Some(Meaning::Net) => "pretax_amount",
        Some(Meaning::Total) => "total",
        None => return,
    };
    if let (Some(said), Some(printed)) = (payload.amount, read(details, key)) {
        let detail = format!("QR {}, {key} {}", amount::plain(said), amount::plain(printed));
        outcomes.push(Outcome::new("qr_amount", said == printed, detail));
    }
}

/// Two kinds; those that share a type code are one here, since codes, titles and QR codes do not tell them apart.
fn kinds(name: &'static str, kind: Kind, said: Kind) -> Outcome {
    Outcome::new(name, kind.code() == said.code(), format!("says {}, read as {}", said.name(), kind.name()))
}

fn text(name: &'static str, what: &str, left: &str, right: &str) -> Outcome {
    Outcome::new(name, left == right, format!("{what}: {left} and {right}"))
}
