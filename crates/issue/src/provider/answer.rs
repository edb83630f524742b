//! What an answer means.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::order::{Reason, Source};
use crate::secret::Secret;

/// How a call that changes something ended. The type decides what is done next, never the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider has it and will tell its end: ask.
    Accepted {
        /// The provider's serial, if it gave one.
        serial: Option<String>,
    },
    /// Done at once.
    Issued {
        /// The provider's serial, if it gave one.
        serial: Option<String>,
        /// The invoices; several when the provider split the order. Empty for calls that make none.
        invoices: Vec<ProviderInvoice>,
    },
    /// Refused for certain: nothing was issued by this call.
    Rejected(Rejection),
    /// For certain not a byte of it reached the provider: it may be sent again.
    NotSent {
        /// Why.
        text: String,
    },
    /// It may or may not have been done.
    Unknown {
        /// Why that cannot be told.
        text: String,
    },
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {text}")]
pub struct Rejection {
    /// The provider's code.
    pub code: String,
    /// The provider's words.
    pub text: String,
    /// The same call may succeed later without anybody changing anything (busy, over a rate, in maintenance).
    pub retryable: bool,
    /// The seller has to log in first.
    pub needs_login: bool,
}

impl Rejection {
    /// A refusal that stays one.
    pub fn final_one(code: impl Into<String>, text: impl Into<String>) -> Rejection {
        Rejection { code: code.into(), text: text.into(), retryable: false, needs_login: false }
    }

    /// As the reason of an order's failure.
    pub fn reason(&self) -> Reason {
        Reason { code: self.code.clone(), text: self.text.clone(), needs_login: self.needs_login }
    }
}

/// How an order stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The provider does not know it.
    NotFound,
    /// It has it and works on it.
    Pending {
        /// The provider's serial, if it gave one.
        serial: Option<String>,
    },
    /// It is issued; documents are being made.
    Sealing {
        /// The provider's serial, if it gave one.
        serial: Option<String>,
        /// The invoices so far.
        invoices: Vec<ProviderInvoice>,
    },
    /// It is issued but its documents could not be made: re-issue under the same number, never a new order.
    SealFailed {
        /// The invoices so far.
        invoices: Vec<ProviderInvoice>,
        /// Why.
        text: String,
    },
    /// Issued.
    Issued {
        /// The provider's serial, if it gave one.
        serial: Option<String>,
        /// The invoices, all of them when the order was split.
        invoices: Vec<ProviderInvoice>,
    },
    /// It failed: nothing was issued.
    Failed(Rejection),
    /// The question itself was refused or its answer makes no sense: nothing is known that was not before.
    Unclear {
        /// Why.
        text: String,
        /// The seller has to log in before it can be answered.
        needs_login: bool,
    },
}

/// An invoice as the provider tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderInvoice {
    /// Invoice code; empty on digital invoices.
    pub code: String,
    /// Invoice number.
    pub number: String,
    /// Check code.
    pub check_code: String,
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// Net, in yuan.
    pub net: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// Total with tax.
    pub gross: Option<Decimal>,
    /// Its documents, the original voucher first.
    pub sources: Vec<Source>,
}

/// How a red letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedStanding {
    /// The provider does not know it.
    NotFound,
    /// It has it.
    Pending {
        /// The id of the confirmation form, once known.
        serial: Option<String>,
        /// What it waits for, in words: the buyer's confirmation, the bureau ….
        waits_for: String,
    },
    /// The red letter is issued. Without sources its documents are asked for by [`super::Provider::query`] with its number.
    Issued {
        /// The id of the confirmation form.
        serial: Option<String>,
        /// The red letter, amounts negative.
        invoice: Box<ProviderInvoice>,
    },
    /// Refused, expired, failed or withdrawn: the invoice stands.
    Failed(Rejection),
    /// Nothing is known that was not before.
    Unclear {
        /// Why.
        text: String,
        /// The seller has to log in before it can be answered.
        needs_login: bool,
    },
}

/// An access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// Until when it is good; the codec takes a margin off.
    pub expires_at: Timestamp,
    /// The seller's secret as it is from then on, where the answer changed it: what fetched this token may fetch no other.
    pub renewed: Option<Secret>,
}

/// No token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no access token: {rejection}")]
pub struct TokenFailure {
    /// What the provider said.
    pub rejection: Rejection,
}
