//! Checks of sums and products.

use rust_decimal::Decimal;

use super::{Outcome, cell, read};
use crate::details::{Details, Row};
use crate::kind::Kind;
use crate::{amount, rate, words};

pub(super) fn check(kind: Kind, details: &Details, outcomes: &mut Vec<Outcome>) {
    let total = read(details, "total");
    let net = read(details, "pretax_amount");
    let tax = read(details, "tax");
    // On air itineraries `tax` is one of the parts of the fare's identity.
    if let (Some(net), Some(tax), Some(total)) = (net, tax, total)
        && kind != Kind::Air
    {
        outcomes.extend(net.checked_add(tax).map(|sum| Outcome::same("net_tax_total", "net + tax, total", sum, total)));
    }
    if let (Some(said), Some(total)) = (words::parse(details.text("total_cn")), total) {
        outcomes.push(Outcome::same("words", "in words, total", said, total));
    }
    match kind {
        Kind::Air => outcomes.extend(air(details, total)),
        Kind::RideItinerary | Kind::VatRoll => {
            outcomes.extend(column(details, "items_sum", "total", "rows, total", total));
            rows(details, outcomes);
        }
        Kind::VehicleSale => {
            if let (Some(net), Some(tax), Some(rate)) = (net, tax, rate::parse(details.text("tax_rate")))
                && let Some(expected) = net.checked_mul(rate).map(amount::to_cents)
            {
                // the net is rounded from the price with tax: a cent more or less
                let detail = format!("{} at {}, tax {}", amount::plain(net), details.text("tax_rate"), amount::plain(tax));
                outcomes.push(Outcome::new("net_tax", amount::within(expected, tax, 1), detail));
            }
        }
        Kind::TaxCertificate => outcomes.extend(column(details, "items_sum", "actual_paid_amount", "rows, total", total)),
        kind if kind.is_vat() || matches!(kind, Kind::SalesList | Kind::MachinePrinted) => {
            outcomes.extend(column(details, "items_sum", "total", "rows, net", net));
            outcomes.extend(column(details, "items_tax", "tax", "rows' tax, tax", tax));
            rows(details, outcomes);
        }
        _ => {}
    }
}

/// The sum of a column of the rows, if every row has it.
fn column(details: &Details, name: &'static str, key: &str, what: &str, expected: Option<Decimal>) -> Option<Outcome> {
    let rows = details.rows("items");
    let expected = expected.filter(|_| !rows.is_empty())?;
    let cells: Option<Vec<Decimal>> = rows.iter().map(|row| cell(row, key)).collect();
    Some(Outcome::same(name, what, amount::sum(cells?)?, expected))
}

fn rows(details: &Details, outcomes: &mut Vec<Outcome>) {
    // With 差额征税 the tax is on a part of the amount only.
    let whole = !details.has("deduction") && !details.text("service_type").starts_with("差额征税");
    for (index, row) in details.rows("items").iter().enumerate() {
        outcomes.extend(price(index, row));
        if whole {
            outcomes.extend(tax(index, row));
        }
    }
}

/// Quantity × price against the amount, as exactly as the printed decimals allow.
fn price(index: usize, row: &Row) -> Option<Outcome> {
    let (quantity, price, total) = (cell(row, "quantity")?, cell(row, "price")?, cell(row, "total")?);
    let product = quantity.checked_mul(price)?;
    // Both factors are rounded where their printed decimals end, the product at the cent; a whole quantity is a count.
    let half = |number: Decimal| Decimal::try_new(5, number.scale() + 1).unwrap_or_default();
    let of_price = quantity.abs().checked_mul(half(price))?;
    let of_quantity = if quantity.fract().is_zero() { Decimal::ZERO } else { price.abs().checked_mul(half(quantity))? };
    let slack = amount::sum([of_price, of_quantity, Decimal::new(1, 2)])?;
    let passed = product.checked_sub(total)?.abs() <= slack;
    let detail = format!("row {}: {} × {}, amount {}", index + 1, amount::plain(quantity), amount::plain(price), amount::plain(total));
    Some(Outcome::new("row_price", passed, detail))
}

/// Amount × rate against the tax: both are rounded to cents, so one cent between them is possible.
fn tax(index: usize, row: &Row) -> Option<Outcome> {
    let (total, printed, tax) = (cell(row, "total")?, &row.get("tax_rate")?.value, cell(row, "tax")?);
    let expected = amount::to_cents(total.checked_mul(rate::parse(printed)?)?);
    let detail = format!("row {}: {} at {printed}, tax {}", index + 1, amount::plain(total), amount::plain(tax));
    Some(Outcome::new("row_tax", amount::within(expected, tax, 1), detail))
}

/// The air itinerary's identity (reference/recognition.md §4.3); insurance is not part of it. On paper the other taxes are the
/// only ones, and stand in `tax`.
fn air(details: &Details, total: Option<Decimal>) -> Option<Outcome> {
    let fare = read(details, "fare")?;
    let parts = ["fuel_surcharge", "tax", "caac_development_fund", "other_taxes"].into_iter();
    let parts = parts.filter(|key| details.has(key)).map(|key| read(details, key)).collect::<Option<Vec<_>>>()?;
    let sum = amount::sum(parts.into_iter().chain([fare]))?;
    Some(Outcome::same("air_identity", "parts, total", sum, total?))
}
