//! The cross-checks of crate `invoice`, as results carry them.

use invoice::details::Details;
use invoice::kind::Kind;
use invoice::qr::{self, Qr};

use crate::found::{Check, Extra};

/// Every check that the fields allow.
pub(crate) fn checks(details: &Details, kind: Kind, extra: &Extra) -> Vec<Check> {
    let codes: Vec<qr::Payload> = extra
        .qrcode
        .iter()
        .filter_map(|text| match qr::parse(text) {
            Qr::Invoice(payload) => Some(payload),
            _ => None,
        })
        .collect();
    invoice::check::all(kind, details, &codes)
        .into_iter()
        .map(|outcome| Check { name: outcome.name, passed: outcome.passed, detail: outcome.detail })
        .collect()
}
