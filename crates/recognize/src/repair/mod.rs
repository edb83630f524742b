//! Repairs: a digit that OCR confused, an amount whose point was lost. Made only when exactly one reading satisfies the checks,
//! only on what was read from a picture, and each is reported.

mod rows;
mod totals;
mod years;

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::{amount, rate, tax_id};
use rust_decimal::Decimal;

pub(crate) use totals::away;

use crate::found::Check;
use crate::{chassis, levied, masks, price, rests, unsure};

/// Repairs what the checks allow; says what was changed.
pub(crate) fn repair(details: &mut Details, kind: Kind) -> Vec<Check> {
    let mut done = Vec::new();
    let doubts = unsure::doubts(details, kind);
    for key in ["buyer_tax_id", "seller_tax_id", "company_tax_id", "auction_tax_id"] {
        if let Some(field) = optical(details, key)
            && tax_id::score(&field.value) == Some(tax_id::Score::Fails)
            && let Some(right) = tax_id::repair(&field.value)
        {
            change(details, key, &right, "its check character", &mut done);
        }
    }
    if kind.is_digital() {
        years::year(details, &mut done);
    } else if kind.is_vat() || kind == Kind::Taxi {
        years::printed_year(details, kind, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale) {
        chassis::settle(details, &mut done);
    }
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale | Kind::VatRoll | Kind::MachinePrinted) {
        totals::said(details);
    }
    if kind == Kind::VatRoll || kind == Kind::MachinePrinted && !details.has("tax") {
        totals::slip(details, &mut done);
    }
    if kind == Kind::VehicleSale {
        price::settle(details, &mut done);
        totals::settle(details, &mut done);
    }
    if kind == Kind::TaxCertificate {
        levied::settle(details, &mut done);
    }
    if kind.is_vat() {
        details.rows_mut("items").iter_mut().for_each(|row| rows::cents(row, &mut done));
        totals::sums(details, &mut done);
        totals::settle(details, &mut done);
        rests::lone(details, &mut done);
        rows::settle(details, &mut done);
        rests::settle(details, &mut done);
        rows::units(details, &mut done);
        rows::sizes(details, &mut done);
        rows::volumes(details, &mut done);
    }
    masks::count(details, kind, &mut done);
    rows::brackets(details, &mut done);
    if matches!(kind, Kind::VehicleSale | Kind::UsedVehicleSale | Kind::TaxCertificate) || kind.is_vat() {
        totals::unsaid(details, &mut done);
    }
    if kind.is_vat() {
        // words that the total settled speak for it now
        totals::settle(details, &mut done);
    }
    unsure::leave_out(details, doubts, &mut done);
    done
}

pub(crate) fn optical<'a>(details: &'a Details, key: &str) -> Option<&'a Field> {
    details.get(key).filter(|f| f.source == Source::Ocr)
}

fn money(text: &str) -> Option<Decimal> {
    if rate::is_untaxed(text) { Some(Decimal::ZERO) } else { amount::parse(text) }
}

pub(crate) fn two(value: Decimal) -> String {
    let mut value = value;
    value.rescale(2);
    amount::plain(value)
}

pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

pub(crate) fn change(details: &mut Details, key: &str, to: &str, by: &str, done: &mut Vec<Check>) {
    if let Some(field) = details.get(key).cloned() {
        done.push(note(key, &field.value, to, by));
        details.set(key, Field { value: to.to_owned(), ..field });
    }
}

/// A repair, for people to see.
pub(crate) fn note(key: &str, from: &str, to: &str, by: &str) -> Check {
    Check { name: "repair", passed: true, detail: format!("{key}: read as {from}, {to} by {by}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn details(fields: &[(&str, &str)]) -> Details {
        let mut details = Details::new();
        for (key, value) in fields {
            details.set(key, Field::new(*value, Source::Ocr));
        }
        details
    }

    #[test]
    fn ids_of_all_parties_have_a_check_character() {
        for key in ["buyer_tax_id", "seller_tax_id", "company_tax_id", "auction_tax_id"] {
            let mut read = details(&[(key, "91997192GXND5MM598")]);
            repair(&mut read, Kind::UsedVehicleSale);
            assert_eq!(read.text(key), "91997192GXND5MM59B");
        }
    }
}
