//! What is kept, and the transactions over it.
//!
//! Every method is one transaction: wholly done and durable (fsync) when it returns, or not done at all. The rules that all
//! stores follow are stated here and tested by `conformance`. Times are whole milliseconds. A store decides nothing: what an
//! order becomes is computed by [`crate::machine`], and committed under the version that it was computed from.

mod callback;
mod party;
mod work;

use async_trait::async_trait;
use jiff::Timestamp;

pub use callback::{Callback, CallbackId, CallbackState, Delivery, NextDelivery};
pub use party::{App, Item, Login, Seller};
pub use work::{
    Acceptance, Change, Claim, Committed, EventRow, Filter, LinkDigest, Linked, Listing, NewOrder, NoticeId, NoticeTaken, Tally, TokenDesk,
    TokenKey,
};

use crate::event::EventId;
use crate::order::{AppId, Entry, InvoiceId, Order, OrderId, OrderNumber, ProviderNumber, TaxId};
use crate::provider::TokenBudget;
use crate::secret::Sealed;

/// The result of a transaction.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why a transaction was not done. Nothing of it is done then, except that after [`StoreError::Unsure`] it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room or no time for it now: answer 503 with Retry-After, accept nothing.
    #[error("the store is busy ({0}); try again in a moment")]
    Busy(&'static str),
    /// The disk is full, or past its watermark.
    #[error("the store has no room left: {0}")]
    Full(String),
    /// What is stored cannot be read by this program.
    #[error("{what} of {place} cannot be read: {why}")]
    Unreadable {
        /// Which row.
        place: String,
        /// Which part.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Something that must be unique is taken: a merchant number within an app.
    #[error("{0} is taken")]
    Taken(String),
    /// The connection broke while it was being committed: it may be done. Every transaction may simply be called again.
    #[error("the store did not confirm: {0}")]
    Unsure(String),
    /// It cannot be done: the engine's own words.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// The store. Adapters: SQLite and PostgreSQL in `store`, [`crate::memory::Memory`] here.
#[async_trait]
pub trait Store: Send + Sync {
    // ---- apps and sellers ----

    /// Writes an app, a new one or over the one of the same id.
    async fn put_app(&self, app: &App) -> Result<()>;
    /// An app.
    async fn app(&self, id: &AppId) -> Result<Option<App>>;
    /// All apps, by id.
    async fn apps(&self) -> Result<Vec<App>>;

    /// Writes a seller, a new one or over the one of the same app and tax id; its login stays as it was when the stored one is
    /// more recent.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when one of its merchant numbers belongs to another seller of the app.
    async fn put_seller(&self, seller: &Seller) -> Result<()>;
    /// A seller.
    async fn seller(&self, app: &AppId, tax_id: &TaxId) -> Result<Option<Seller>>;
    /// The seller with this merchant number at the gate.
    async fn seller_of_merchant(&self, app: &AppId, merchant: &str) -> Result<Option<Seller>>;
    /// The sellers of an app, or of all, by app and tax id.
    async fn sellers(&self, app: Option<&AppId>) -> Result<Vec<Seller>>;
    /// Notes what is known of a seller's login. Does nothing when there is no such seller.
    async fn note_login(&self, app: &AppId, tax_id: &TaxId, login: &Login) -> Result<()>;

    // ---- orders ----

    /// Accepts an order, with its job: `progress` is due, version 1. Of any number of concurrent calls with the same app and
    /// number one is [`Acceptance::Fresh`]; the others get the stored order, told apart by the fingerprint. Adapters may gather
    /// concurrent calls into one commit; an order that cannot be stored must not fail its neighbours.
    ///
    /// # Errors
    /// [`StoreError::Busy`] and [`StoreError::Full`] before anything is stored.
    async fn accept(&self, order: &NewOrder) -> Result<Acceptance>;
    /// An order by the partner's number.
    async fn order(&self, app: &AppId, number: &OrderNumber) -> Result<Option<Order>>;
    /// An order by our id.
    async fn order_by_id(&self, id: OrderId) -> Result<Option<Order>>;
    /// The order that a provider knows under this number, as an order or as one of its red letters. Stores index
    /// [`NewOrder::provider_number`], and the numbers of the reversals in a [`Change`].
    async fn order_by_provider_number(&self, provider: &str, number: &ProviderNumber) -> Result<Option<Order>>;
    /// The order that a provider knows under this serial.
    async fn order_by_serial(&self, provider: &str, serial: &str) -> Result<Option<Order>>;
    /// Orders, newest first.
    async fn list(&self, filter: &Filter) -> Result<Listing>;
    /// How many orders are in each state, and how old the oldest is that waits.
    async fn tally(&self) -> Result<Tally>;
    /// The timeline of an order, oldest first.
    async fn timeline(&self, id: OrderId) -> Result<Vec<Entry>>;

    // ---- work ----

    /// Leases orders whose `due` is not after `claim.now` and whose lease, if any, has ended (`leased_until <= now`): earliest
    /// due first, at most `claim.limit`. Each leased order gets `fence + 1`, `version + 1`, `leased_until = claim.until`, and
    /// is returned as it is then. No order is leased to two at once, on any number of nodes.
    async fn lease(&self, claim: &Claim) -> Result<Vec<Order>>;
    /// When there is next something to lease, orders and callbacks alike, counting ends of leases; none when there is nothing.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
    /// Commits a change in one transaction: the progress, the timeline's entries, the event with its callbacks, under the rule
    /// that the stored version is `change.from`; else nothing is done and the answer is [`Committed::Conflict`].
    async fn commit(&self, change: &Change) -> Result<Committed>;
    /// Commits a provider's notice, and with it the change that it causes, in one transaction. A notice that is known already
    /// ([`NoticeId`]) changes nothing. On a conflict nothing is stored.
    async fn take_notice(&self, notice: &NoticeId, at: Timestamp, claim: &str, change: Option<&Change>) -> Result<NoticeTaken>;

    // ---- callbacks ----

    /// Leases waiting callbacks that are due, under the rules of [`Store::lease`]: each gets `fence + 1` and `due = claim.until`,
    /// at which it is leased again unless it was settled.
    async fn lease_callbacks(&self, claim: &Claim) -> Result<Vec<Callback>>;
    /// Writes down an attempt: appends the delivery, `attempt + 1`, and what becomes of it. False, and nothing done, when the
    /// fence is no longer the callback's.
    async fn settle_callback(&self, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool>;
    /// The callbacks of an order, oldest first.
    async fn callbacks(&self, order: OrderId) -> Result<Vec<Callback>>;
    /// Sends a callback again from `now` on: waiting, attempt 0, `fence + 1`. False when there is no such callback.
    async fn replay(&self, id: CallbackId, now: Timestamp) -> Result<bool>;
    /// Events of an app, or of all, after a place in the feed, oldest first, at most `limit`. Places rise in the order in which
    /// events become visible: a reader that goes on from the last place it saw misses none.
    async fn events(&self, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>>;
    /// One event.
    async fn event(&self, id: EventId) -> Result<Option<EventRow>>;

    // ---- tokens ----

    /// The token of an account, or the right to fetch one: one caller at a time, and no more calls than the budget has. Giving
    /// the right counts as a call, whatever becomes of it.
    async fn token(&self, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk>;
    /// Keeps a token that was fetched under `fence`. False when the right had passed on.
    async fn keep_token(&self, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool>;
    /// Gives the right back after a failure.
    async fn drop_token_right(&self, key: &TokenKey, fence: u64) -> Result<()>;
    /// Forgets a token that the provider refused, unless another has taken its place since (`fence` is the one that it was
    /// given with).
    async fn forget_token(&self, key: &TokenKey, fence: u64) -> Result<()>;

    // ---- links to documents ----

    /// Keeps a link to an invoice's documents. Only the digest of its secret is stored.
    async fn put_link(&self, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<()>;
    /// What a link leads to, while it has not expired.
    async fn follow_link(&self, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>>;
    /// Removes links that have expired; how many.
    async fn sweep_links(&self, now: Timestamp) -> Result<u64>;

    // ---- the store itself ----

    /// Whether it can be written to now: a durable write, for readiness.
    async fn probe(&self, now: Timestamp) -> Result<()>;
}
