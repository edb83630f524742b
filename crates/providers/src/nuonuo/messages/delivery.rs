//! `deliveryInvoice`: has the platform send an invoice to the buyer once more (reference, issuing §4.10).

use issue::order::Invoice;
use issue::provider::{Answer, Call, Context, Outcome, Unfit};
use serde_json::{Map, json};

use crate::nuonuo::gateway::{self, Said};
use crate::nuonuo::settings::unfit;

/// "The invoice was not found", of this call.
const NO_SUCH: &str = "E9999";

/// The call.
pub(in crate::nuonuo) fn ask(context: &Context<'_>, invoice: &Invoice, email: &str, mobile: &str) -> Result<Call, Unfit> {
    if email.is_empty() && mobile.is_empty() {
        return Err(unfit("deliver", "there is neither an email address nor a mobile number"));
    }
    let mut body = Map::new();
    for (name, value) in [
        ("taxnum", context.seller.as_str()),
        ("invoiceCode", &invoice.code),
        ("invoiceNum", &invoice.number),
        ("phone", mobile),
        ("mail", email),
    ] {
        if !value.is_empty() || name == "invoiceCode" {
            body.insert(name.to_owned(), value.into());
        }
    }
    gateway::call(context, "deliveryInvoice", &json!(body))
}

/// Reads the answer.
pub(in crate::nuonuo) fn read(answer: &Answer) -> Outcome {
    match gateway::read(answer) {
        Said::Done(_) => Outcome::Issued { serial: None, invoices: Vec::new() },
        Said::Code(refusal) if refusal.code == NO_SUCH => Outcome::Rejected(refusal.rejection()),
        _ => gateway::outcome(answer, |_| None),
    }
}
