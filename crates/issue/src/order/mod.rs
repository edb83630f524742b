//! Orders: what a partner asked for, and where it stands.

mod content;
mod id;
mod invoice;
mod reversal;
mod state;
mod timeline;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use content::{AskedRow, Buyer, Content, Form, Goods, Party, People, Request, Row, RowKind, Totals, Untaxed};
pub use id::{AppId, Fingerprint, InvoiceId, NoId, OrderId, OrderNumber, ProviderNumber, TaxId};
pub use invoice::{Document, Format, Invoice, Source};
pub use reversal::{Extent, Phase, RedReason, RedRow, Reversal, ReversalRequest, rows_on};
pub use state::{Progress, Reason, State};
pub use timeline::Entry;

/// Where events are told: an address, and the dialect in which it is spoken to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `native`, `gate`, `hive`: which [`crate::callback::Dialect`] makes the message.
    pub dialect: String,
    /// Where it is sent.
    pub url: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Partners put keys into query strings.
        let place = self.url.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("Target").field("dialect", &self.dialect).field("url", &place).finish()
    }
}

/// An order. All but `progress` is written once, when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Our id.
    pub id: OrderId,
    /// Whose order it is.
    pub app: AppId,
    /// The partner's number; unique for ever within the app.
    pub number: OrderNumber,
    /// The provider that the order belongs to. It never changes: another provider would not know what this one did.
    pub provider: String,
    /// Of what was asked for.
    pub fingerprint: Fingerprint,
    /// What is issued.
    pub content: Content,
    /// Where this order's events go, besides the app's own addresses.
    pub notify: Vec<Target>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Where it stands.
    pub progress: Progress,
}

impl Order {
    /// The state.
    pub fn state(&self) -> State {
        self.progress.state
    }

    /// The number under which the provider knows it.
    pub fn provider_number(&self) -> ProviderNumber {
        ProviderNumber::of_order(&self.app, &self.number)
    }

    /// The number under which the provider knows the red letter at `place` among its reversals.
    pub fn reversal_number(&self, place: u16) -> ProviderNumber {
        ProviderNumber::of_reversal(&self.app, &self.number, place)
    }

    /// The seller's tax id.
    pub fn seller(&self) -> &TaxId {
        &self.content.seller.tax_id
    }
}
