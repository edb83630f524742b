//! Cross-checks: what must agree on an invoice if it was read right (design.md §3, reference/recognition.md §6 item 2).
//!
//! A check is made only where everything that it compares was read; what is missing is neither right nor wrong.

mod arithmetic;
mod identity;

use rust_decimal::Decimal;

use crate::details::{Details, Row};
use crate::kind::Kind;
use crate::qr::Payload;
use crate::{amount, rate};

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name: one of those in the documentation of [`all`].
    pub name: &'static str,
    /// Whether it held.
    pub passed: bool,
    /// What was compared with what.
    pub detail: String,
}

impl Outcome {
    fn new(name: &'static str, passed: bool, detail: String) -> Outcome {
        Outcome { name, passed, detail }
    }

    /// Two amounts that must be the same to the cent.
    fn same(name: &'static str, what: &str, left: Decimal, right: Decimal) -> Outcome {
        Outcome::new(name, left == right, format!("{what}: {} and {}", amount::plain(left), amount::plain(right)))
    }
}

/// Makes every check that the kind and what was read allow. `codes` are the QR codes that lie on the invoice.
///
/// | name | compares |
/// |---|---|
/// | `items_sum` | the rows' amounts with the net (with the total where the kind has no net) |
/// | `items_tax` | the rows' taxes with the tax |
/// | `row_price` | quantity × price with the row's amount |
/// | `row_tax` | the row's amount × rate with its tax |
/// | `net_tax_total` | net + tax with the total |
/// | `words` | the amount in words with the total |
/// | `air_identity` | fare, fuel surcharge, tax, development fund and other taxes with the total |
/// | `qr_code`, `qr_number`, `qr_date`, `qr_amount`, `qr_check_code` | the QR code with the print |
/// | `qr_kind`, `qr_checksum` | the QR code with the kind, and with itself |
/// | `kind_digits` | the kind's digits of the code with the kind |
/// | `title` | the kind named by the title with the kind |
/// | `confirm` | code and number as printed with the form against those stamped by the machine |
/// | `code_year`, `number_year` | the year in the code or 数电 number with the day of issue |
/// | `region` | the province in the code or 数电 number with the one in the title |
/// | `net_tax` | net × rate with the tax, where the form has one rate |
/// | `vin` | the check character of a vehicle's number, where its maker must have one |
/// | `tax_id` | check digits of the tax ids; some real ids fail |
pub fn all(kind: Kind, details: &Details, codes: &[Payload]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    arithmetic::check(kind, details, &mut outcomes);
    identity::check(kind, details, codes, &mut outcomes);
    outcomes
}

/// An amount that was read; stars and 免税 in the place of a tax are no tax, nor is what an air ticket is exempt from (EXEMPTYQ).
fn read(details: &Details, key: &str) -> Option<Decimal> {
    number(details.text(key), key)
}

fn cell(row: &Row, key: &str) -> Option<Decimal> {
    number(&row.get(key)?.value, key)
}

fn number(text: &str, key: &str) -> Option<Decimal> {
    let none = match key {
        "tax" | "sub_tax" => rate::is_untaxed(text),
        "fuel_surcharge" | "caac_development_fund" => text.starts_with("EXEMPT"),
        _ => false,
    };
    if none { Some(Decimal::ZERO) } else { amount::parse(text) }
}
