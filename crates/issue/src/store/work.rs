//! What the transactions take and give.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Callback;
use crate::event::Event;
use crate::order::{AppId, Entry, InvoiceId, Order, OrderId, OrderNumber, Progress, ProviderNumber, State, TaxId};
use crate::secret::Sealed;

/// An order to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The order, with [`Progress::accepted`].
    pub order: Order,
    /// [`Order::provider_number`], to be found by.
    pub provider_number: ProviderNumber,
    /// The first entry of its timeline.
    pub entry: Entry,
}

/// What became of an order that was to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// It is stored: answer "accepted".
    Fresh(Order),
    /// It was there already with the same content; this is the stored one.
    Known(Order),
    /// The number is taken by an order with other content, which is left as it is.
    Differs(Order),
}

impl Acceptance {
    /// The order that is stored.
    pub fn order(&self) -> &Order {
        match self {
            Acceptance::Fresh(order) | Acceptance::Known(order) | Acceptance::Differs(order) => order,
        }
    }
}

/// A claim for work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who claims, for people.
    pub worker: String,
    /// Now.
    pub now: Timestamp,
    /// Until when it is leased.
    pub until: Timestamp,
    /// At most so many.
    pub limit: usize,
}

/// A change of one order, committed as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which order.
    pub order: OrderId,
    /// The version that this was computed from: the order's must still be this one.
    pub from: u64,
    /// Where it stands after it; its version is `from + 1`.
    pub progress: Progress,
    /// What is added to the timeline.
    pub entries: Vec<Entry>,
    /// What partners are told, if anything.
    pub event: Option<Event>,
    /// To whom; rows of the outbox.
    pub callbacks: Vec<Callback>,
    /// Numbers that the provider will know red letters of this order by, to be found by; those of reversals that this change adds.
    pub reversal_numbers: Vec<ProviderNumber>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Done.
    Done,
    /// Another change was first: read the order again and decide anew.
    Conflict,
}

/// A provider's notice is told from another by the SHA-256 over provider, path and body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeId {
    /// From whom.
    pub provider: String,
    /// The digest.
    pub digest: [u8; 32],
}

impl NoticeId {
    /// Of a notice.
    pub fn of(provider: &str, path: &str, body: &[u8]) -> NoticeId {
        let mut sha = Sha256::new();
        for part in [provider.as_bytes(), path.as_bytes(), body] {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part);
        }
        NoticeId { provider: provider.to_owned(), digest: sha.finalize().into() }
    }
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeTaken {
    /// Stored, with its change.
    Fresh,
    /// It was stored before: nothing was done.
    Known,
    /// The change conflicted: nothing was done; decide anew.
    Conflict,
}

/// Which orders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only of this app.
    pub app: Option<AppId>,
    /// Only of this seller.
    pub seller: Option<TaxId>,
    /// Only in one of these states; empty for all.
    pub states: Vec<State>,
    /// Only with a number that begins so.
    pub number_prefix: Option<String>,
    /// Only accepted at or after this moment.
    pub since: Option<Timestamp>,
    /// Only accepted before this moment.
    pub before: Option<Timestamp>,
    /// Goes on after (older than) this order.
    pub after: Option<OrderId>,
    /// At most so many; 0 counts as 1.
    pub limit: usize,
}

/// A page of orders, newest first (by id, descending).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The orders.
    pub orders: Vec<Order>,
    /// The id to go on after; none at the end.
    pub next: Option<OrderId>,
}

/// Orders by state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Each state that occurs, with how many.
    pub orders: Vec<(State, u64)>,
    /// `waiting_since` of the oldest order that is not settled.
    pub oldest_waiting: Option<Timestamp>,
    /// Callbacks that wait.
    pub callbacks_waiting: u64,
    /// Callbacks that were given up.
    pub callbacks_given_up: u64,
}

/// An event in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place: from 1, rising.
    pub place: u64,
    /// The event.
    pub event: Event,
}

/// Whose token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenKey {
    /// The provider.
    pub provider: String,
    /// The account, from [`crate::provider::Provider::token_account`].
    pub account: String,
}

/// A token, or what to do to get one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenDesk {
    /// It is there and has not expired.
    Kept {
        /// The token.
        token: Sealed,
        /// What it was given with.
        fence: u64,
        /// Until when it is good.
        expires_at: Timestamp,
    },
    /// It is the caller's turn to fetch one.
    Yours {
        /// Under which it is kept.
        fence: u64,
    },
    /// Somebody else is fetching one.
    Busy {
        /// Until when at the latest.
        until: Timestamp,
    },
    /// The budget is spent.
    Spent {
        /// When the next call is allowed.
        until: Timestamp,
    },
}

/// The digest of a link's secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkDigest(pub [u8; 32]);

impl LinkDigest {
    /// Of the text that stands in the link.
    pub fn of(secret: &str) -> LinkDigest {
        LinkDigest(Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Debug for LinkDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkDigest({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Until when.
    pub expires_at: Timestamp,
    /// The partner's number of its order, for the name of the file.
    pub number: OrderNumber,
}
