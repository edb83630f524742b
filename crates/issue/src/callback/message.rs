//! The message of the native API: what is told of an order, in the API's own words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::order::{Format, Invoice, Phase, Reason, State};

/// An event as JSON. Without the buyer's data: a partner has those, and messages go through more hands than answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `order.issued` …, see [`crate::event::Kind::name`].
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened to which order.
    pub data: Data,
}

/// The order of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// Our id of it.
    pub id: String,
    /// The partner's number.
    pub number: String,
    /// The seller's tax id.
    pub seller: String,
    /// The state after the event.
    pub state: State,
    /// Why it failed or waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Its invoices, red letters among them.
    pub invoices: Vec<MessageInvoice>,
    /// Its reversals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reversals: Vec<MessageReversal>,
}

/// An invoice of a [`Message`]. Amounts are plain strings in yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageInvoice {
    /// Invoice code; empty on digital invoices.
    pub code: String,
    /// Invoice number.
    pub number: String,
    /// Check code; empty when there is none.
    pub check_code: String,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<Timestamp>,
    /// Net.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<String>,
    /// Tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<String>,
    /// Total with tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross: Option<String>,
    /// For a red letter: the place in this list of the invoice that it reverses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverses: Option<u16>,
    /// For a reversed invoice: the places in this list of its red letters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reversed_by: Vec<u16>,
    /// Where its documents are, for a while; none while there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The formats that are there.
    pub formats: Vec<Format>,
}

/// A reversal of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReversal {
    /// The place of the invoice.
    pub invoice: u16,
    /// Where it stands.
    pub phase: Phase,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Reason>,
    /// The place of the red letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red: Option<u16>,
}

/// The message of an event.
pub fn message(event: &Event, links: &[(u16, String)]) -> Message {
    let invoices = event.invoices.iter().zip(0_u16..).map(|(of, place)| invoice(of, place, links)).collect();
    let reversals = event.reversals.iter().map(|reversal| MessageReversal {
        invoice: reversal.invoice,
        phase: reversal.phase,
        waits_for: reversal.waits_for.clone(),
        failure: reversal.failure.clone(),
        red: reversal.red,
    });
    Message {
        kind: event.kind.name().to_owned(),
        timestamp: event.at,
        data: Data {
            id: event.id.order.to_string(),
            number: event.number.to_string(),
            seller: event.seller.to_string(),
            state: event.state,
            reason: event.reason.clone(),
            accepted_at: event.accepted_at,
            invoices,
            reversals: reversals.collect(),
        },
    }
}

fn invoice(invoice: &Invoice, place: u16, links: &[(u16, String)]) -> MessageInvoice {
    let plain = |amount: Option<rust_decimal::Decimal>| amount.map(invoice::amount::plain);
    MessageInvoice {
        code: invoice.code.clone(),
        number: invoice.number.clone(),
        check_code: invoice.check_code.clone(),
        issued_at: invoice.issued_at,
        net: plain(invoice.net),
        tax: plain(invoice.tax),
        gross: plain(invoice.gross),
        reverses: invoice.reverses,
        reversed_by: invoice.reversed_by.clone(),
        url: links.iter().find(|(of, _)| *of == place).map(|(_, url)| url.clone()),
        formats: invoice.documents.iter().map(|document| document.format).collect(),
    }
}
