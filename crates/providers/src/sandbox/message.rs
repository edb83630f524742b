//! What the codec and the bureau say to each other.

use issue::order::{Content, Extent, Format, ProviderNumber, RedReason, TaxId};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::switch::Switches;

/// A call to the bureau.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) seller: TaxId,
    pub(super) switches: Switches,
    /// How long the bureau takes.
    pub(super) delay_ms: u64,
    /// Whether it gives notice.
    pub(super) notice: bool,
    pub(super) asked: Asked,
}

/// What is asked of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asked {
    Issue { number: ProviderNumber, content: Box<Content> },
    Query { number: ProviderNumber },
    Reissue { number: ProviderNumber },
    Deliver { invoice: String, email: String, mobile: String },
    Reverse { number: ProviderNumber, blue: ProviderNumber, invoice: String, extent: Extent, reason: RedReason },
    QueryRed { number: ProviderNumber },
    Withdraw { number: ProviderNumber },
    Login { step: Step },
    Credit,
    Document { number: ProviderNumber, place: u16, format: Format },
}

/// Steps of the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    Status,
    Code,
    Sms,
    Submit,
    Scanned,
}

/// What the bureau answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// It has it.
    Accepted { serial: String },
    /// Done.
    Done,
    Refused(Refused),
    NotFound,
    Standing(Standing),
    LoggedIn,
    LoggedOut,
    Code { text: String, expires_at: Timestamp },
    Credit { total: Decimal, used: Decimal, at: Timestamp },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) code: String,
    pub(super) text: String,
    pub(super) for_now: bool,
    pub(super) needs_login: bool,
}

impl Refused {
    pub(super) fn new(code: &str, text: &str) -> Refused {
        Refused { code: code.to_owned(), text: text.to_owned(), for_now: false, needs_login: false }
    }
}

/// How an order or a red letter stands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) serial: String,
    pub(super) stage: Stage,
    pub(super) invoices: Vec<Numbered>,
}

/// How far the bureau is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// It never took it; only its switches were counted.
    Untaken,
    /// It is at work until `due`.
    Working { due: Timestamp },
    /// The buyer's confirmation is awaited until `due`.
    Confirming { due: Timestamp },
    /// Issued; documents are being sealed until `due`.
    Sealing { due: Timestamp },
    /// Issued; sealing failed.
    SealFailed,
    /// Issued.
    Issued,
    /// Nothing was issued.
    Failed(Refused),
}

/// An invoice with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbered {
    pub(super) number: String,
    pub(super) issued_at: Timestamp,
    pub(super) net: Decimal,
    pub(super) tax: Decimal,
    pub(super) gross: Decimal,
    /// Which rows of the order it has: from, and to without it.
    pub(super) rows: (u16, u16),
}

/// A notice.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Notice {
    pub(super) number: ProviderNumber,
    pub(super) serial: String,
    pub(super) claim: String,
}
