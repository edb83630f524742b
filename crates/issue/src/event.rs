//! Events: what partners are told. Each is a row of the same commit as the change that it tells.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::order::{AppId, Invoice, NoId, OrderId, OrderNumber, Progress, Reason, Reversal, State, TaxId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The invoice is issued and its documents are kept.
    Issued,
    /// It failed, with a reason.
    Failed,
    /// A person has to look.
    NeedsAttention,
    /// A red letter is issued; the state says whether a part or the whole is reversed.
    Reversed,
    /// A reversal failed: the invoice stands.
    ReversalFailed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::Issued, Kind::Failed, Kind::NeedsAttention, Kind::Reversed, Kind::ReversalFailed];

    /// The name in APIs: `order.issued` ….
    pub fn name(self) -> &'static str {
        match self {
            Kind::Issued => "order.issued",
            Kind::Failed => "order.failed",
            Kind::NeedsAttention => "order.needs_attention",
            Kind::Reversed => "order.reversed",
            Kind::ReversalFailed => "order.reversal_failed",
        }
    }
}

/// The id of an event: the order and the version that the order had after it. So it is unique and the same however often it is
/// told. Its text is `evt_<order>_<version>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventId {
    /// The order.
    pub order: OrderId,
    /// Its version.
    pub version: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "evt_{}_{}", self.order, self.version)
    }
}

impl FromStr for EventId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<EventId, NoId> {
        let wrong = || NoId { kind: "event id", text: text.to_owned() };
        let (order, version) = text.strip_prefix("evt_").and_then(|rest| rest.split_once('_')).ok_or_else(wrong)?;
        Ok(EventId { order: order.parse().map_err(|_| wrong())?, version: version.parse().map_err(|_| wrong())? })
    }
}

/// An event, with the order as it was then: a message that is sent late says what it would have said in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub kind: Kind,
    /// Whose order it is.
    pub app: AppId,
    /// The partner's number.
    pub number: OrderNumber,
    /// The seller's tax id.
    pub seller: TaxId,
    /// When it happened.
    pub at: Timestamp,
    /// When the order had been accepted.
    pub accepted_at: Timestamp,
    /// The state then.
    pub state: State,
    /// The reason, where there was one.
    pub reason: Option<Reason>,
    /// The invoices then.
    pub invoices: Vec<Invoice>,
    /// The reversals then.
    pub reversals: Vec<Reversal>,
}

impl Event {
    /// The event of an order that has just come to this progress.
    pub fn of(order: &crate::order::Order, progress: &Progress, kind: Kind) -> Event {
        Event {
            id: EventId { order: order.id, version: progress.version },
            kind,
            app: order.app.clone(),
            number: order.number.clone(),
            seller: order.seller().clone(),
            at: progress.changed_at,
            accepted_at: order.accepted_at,
            state: progress.state,
            reason: progress.reason.clone(),
            invoices: progress.invoices.clone(),
            reversals: progress.reversals.clone(),
        }
    }
}
