//! Red letters (红字发票): the reversal of an invoice, wholly or in part.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Reason;

/// Why an invoice is reversed. Providers number these differently (reference, issuing §4.12): each codec maps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedReason {
    /// 销货退回
    Return,
    /// 开票有误
    Mistake,
    /// 服务中止
    ServiceStopped,
    /// 销售折让
    Allowance,
}

/// What is to be reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalRequest {
    /// The place of the invoice among the order's invoices; none for every invoice that can still be reversed.
    pub invoice: Option<u16>,
    /// How much of it; a part needs `invoice`, unless the order has only one.
    pub extent: Extent,
    /// Why.
    pub reason: RedReason,
}

/// How much of an invoice is reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// All of it.
    Whole,
    /// Some rows, each wholly or in part.
    Part(Vec<RedRow>),
}

/// A row of a partial red letter. Amounts are given positive here; codecs turn them round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedRow {
    /// Which row of the order's content, from 0. Discount rows are not reversed by themselves.
    pub row: u16,
    /// Quantity that is reversed, where the row has one.
    pub quantity: Option<Decimal>,
    /// Net amount that is reversed, in yuan.
    pub net: Decimal,
    /// Its tax.
    pub tax: Decimal,
}

/// Where a reversal stands. The same rules as for issuing: intent first, query before sending again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// To be sent.
    Asked,
    /// The intent is committed; nobody has told the end of the call yet.
    Sending,
    /// It was sent and its fate is unknown.
    Unknown,
    /// The provider has it: a confirmation of the other side, or the issuing of the red letter, is awaited.
    Waiting,
    /// It is to be withdrawn.
    Withdrawing,
    /// The red letter exists; its documents are being fetched.
    Sealing,
    /// The red letter is issued.
    Done,
    /// Refused, expired or withdrawn; the invoice stands.
    Failed,
}

impl Phase {
    /// All of them.
    pub const ALL: [Phase; 8] =
        [Phase::Asked, Phase::Sending, Phase::Unknown, Phase::Waiting, Phase::Withdrawing, Phase::Sealing, Phase::Done, Phase::Failed];

    /// The name in APIs and documents.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Asked => "asked",
            Phase::Sending => "sending",
            Phase::Unknown => "unknown",
            Phase::Waiting => "waiting",
            Phase::Withdrawing => "withdrawing",
            Phase::Sealing => "sealing",
            Phase::Done => "done",
            Phase::Failed => "failed",
        }
    }

    /// True when nothing more happens by itself.
    pub fn is_settled(self) -> bool {
        matches!(self, Phase::Done | Phase::Failed)
    }
}

/// A reversal of one invoice of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The place of the invoice that is reversed.
    pub invoice: u16,
    /// How much of it.
    pub extent: Extent,
    /// Why.
    pub reason: RedReason,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub asked_at: Timestamp,
    /// Attempts whose intent was committed.
    pub attempt: u32,
    /// When the intent of the last attempt was committed, while its fate is open.
    pub sent_at: Option<Timestamp>,
    /// The provider has acknowledged it.
    pub registered: bool,
    /// The first "not found" since `sent_at`.
    pub missed_at: Option<Timestamp>,
    /// The provider's id of the confirmation form (红字确认单), once known.
    pub serial: Option<String>,
    /// What it waits for, in words: the buyer's confirmation, the bureau ….
    pub waits_for: Option<String>,
    /// Why it failed.
    pub failure: Option<Reason>,
    /// The place of the red letter among the order's invoices.
    pub red: Option<u16>,
}
