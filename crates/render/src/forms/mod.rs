//! One module per form: where its labels and fields stand.

mod air;
mod air_paper;
mod cells;
mod digital;
mod machine;
mod passage;
mod quota;
mod rail;
mod receipt;
mod reimbursable;
mod rides;
mod road;
pub(crate) mod slip;
mod table;
mod tax_certificate;
mod tax_control;
mod taxi;
mod train;
mod vehicle;

use invoice::kind::Kind;

use crate::error::Error;
use crate::reading::Subject;
use crate::sheet::Page;

pub(crate) use taxi::CITIES;

/// Lays the invoice out on its form.
pub(crate) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    match subject.kind {
        Kind::DigitalSpecial | Kind::DigitalOrdinary => digital::lay(subject),
        Kind::VatSpecial | Kind::VatOrdinary | Kind::VatElectronic | Kind::VatToll | Kind::VatBlockChain => tax_control::lay(subject),
        Kind::Bus => passage::bus(subject),
        Kind::Ferry => passage::ferry(subject),
        Kind::Quota => quota::lay(subject),
        Kind::Receipt => receipt::lay(subject),
        Kind::Reimbursable => reimbursable::lay(subject),
        Kind::VehicleSale | Kind::UsedVehicleSale => vehicle::lay(subject),
        Kind::VatRoll | Kind::MachinePrinted => machine::lay(subject),
        Kind::Air if subject.details.has("electronic_number") => air::lay(subject),
        Kind::Air => air_paper::lay(subject),
        Kind::TaxCertificate => tax_certificate::lay(subject),
        Kind::RideItinerary => rides::lay(subject),
        Kind::Train if subject.flag("electronic_mark") => rail::lay(subject),
        Kind::Train => train::lay(subject),
        Kind::Taxi => taxi::lay(subject),
        Kind::Toll => road::lay(subject),
        kind => Err(Error::NoForm { kind, format: "form" }),
    }
}

/// Whether the invoice is a printed form on paper that a machine has filled in: not an electronic document, whose labels and values are one print.
pub(crate) fn on_paper(subject: Subject<'_>) -> bool {
    let electronic = match subject.kind {
        Kind::DigitalSpecial | Kind::DigitalOrdinary | Kind::VatElectronic | Kind::VatToll | Kind::VatBlockChain => true,
        _ => subject.flag("electronic_mark"),
    };
    !electronic
}
