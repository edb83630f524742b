//! `invoiceCancellation`: voids an invoice of the tax-control system, or a digital one on paper. Digital invoices proper are reversed by a
//! red letter instead (reference, issuing §4.9).

use issue::order::{Invoice, RedReason};
use issue::provider::{Answer, Call, Context, Outcome, Unfit};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::nuonuo::gateway;
use crate::nuonuo::lenient::{Text, structure};
use crate::nuonuo::settings::unfit;

/// The call. `serial` is the platform's of the order.
pub(in crate::nuonuo) fn ask(
    context: &Context<'_>,
    serial: &str,
    invoice: &Invoice,
    reason: RedReason,
    words: &str,
) -> Result<Call, Unfit> {
    if serial.is_empty() || serial.len() > 25 {
        return Err(unfit("void", "the order's serial is missing"));
    }
    // 1 return, 2 mistake, 3 service stopped, 4 others.
    let reason = match reason {
        RedReason::Return => "1",
        RedReason::Mistake => "2",
        RedReason::ServiceStopped => "3",
        RedReason::Allowance => "4",
    };
    let body = json!({
        "invoiceId": serial,
        "invoiceCode": invoice.code,
        "invoiceNo": invoice.number,
        "invalidReason": reason,
        "specificReason": words,
    });
    gateway::call(context, "invoiceCancellation", &body)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Voided {
    #[serde(default)]
    invoice_id: Text,
}

fn serial(result: Option<&RawValue>) -> Option<String> {
    let voided: Voided = structure(result)?;
    voided.invoice_id.filled().map(str::to_owned)
}

/// Reads the answer: it is voided later, which a query tells (status 31, then 3).
pub(in crate::nuonuo) fn read(answer: &Answer) -> Outcome {
    gateway::outcome(answer, serial)
}
