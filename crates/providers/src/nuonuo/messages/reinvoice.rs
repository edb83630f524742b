//! `reInvoice`: issues again what failed, seals again what could not be sealed, under the same number (reference, issuing §4.8).

use issue::provider::{Answer, Call, Context, Inquiry, Outcome, Unfit};
use serde_json::{Map, json};

use crate::nuonuo::gateway;

/// The call. The serial counts more than the order's number, where both are given.
pub(in crate::nuonuo) fn ask(context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
    let mut body = Map::new();
    if let Some(serial) = inquiry.serial {
        body.insert("fpqqlsh".to_owned(), serial.into());
    }
    body.insert("orderno".to_owned(), inquiry.number.as_str().into());
    gateway::call(context, "reInvoice", &json!(body))
}

/// What the platform says to an order that is issued, or on its way: it has it.
const UNDER_WAY: [&str; 3] = ["无需再重试", "无需重复", "耐心等待"];

/// Reads the answer.
pub(in crate::nuonuo) fn read(answer: &Answer) -> Outcome {
    if let gateway::Said::Code(refusal) = gateway::read(answer)
        && UNDER_WAY.iter().any(|words| refusal.text.contains(words))
    {
        return Outcome::Accepted { serial: None };
    }
    gateway::outcome(answer, |_| None)
}
