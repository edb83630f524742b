//! The desk: what the APIs call. It checks, asks the machine, and commits; workers do the rest.

mod apps;
mod provider;
mod sellers;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::accept::{self, Invalid};
use crate::caller::{CallError, Caller};
use crate::documents::{DocumentError, Documents};
use crate::links::Links;
use crate::machine::pace::{Pace, passed};
use crate::machine::{self, Event, Refusal};
use crate::order::{AppId, Entry, Order, OrderNumber, Progress, Request, ReversalRequest, State, TaxId};
use crate::provider::{Rejection, Unfit};
use crate::store::{
    Acceptance, Callback, CallbackId, Committed, EventRow, Filter, Linked, Listing, Login, NewOrder, Seller, Store, StoreError, Tally,
};
use crate::surroundings::order_id;

pub use apps::{AppError, AppSettings};
pub use sellers::Sellers;

/// Tries at a change that others keep being first at.
const TRIES: usize = 64;

/// Why the desk does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The request cannot be accepted.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The provider cannot carry it.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The app has no such seller, or the seller's provider is not here.
    #[error("销售方 {0} 不存在")]
    NoSeller(TaxId),
    /// There is no such order of this app.
    #[error("订单不存在")]
    NoOrder,
    /// The machine refuses.
    #[error(transparent)]
    Refused(Refusal),
    /// The provider refuses.
    #[error(transparent)]
    Rejected(Rejection),
    /// The provider was not reached, or did not answer.
    #[error("服务商无应答: {0}")]
    NoAnswer(String),
    /// The provider has no such service.
    #[error("该服务商不支持此操作")]
    Unsupported,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl From<CallError> for DeskError {
    fn from(error: CallError) -> DeskError {
        match error {
            CallError::Unfit(unfit) => DeskError::Unfit(unfit),
            CallError::NoToken(rejection) => DeskError::Rejected(rejection),
            CallError::NotSent(text) | CallError::Unknown(text) => DeskError::NoAnswer(text),
        }
    }
}

/// An order with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// The order.
    pub order: Order,
    /// What happened, oldest first.
    pub timeline: Vec<Entry>,
    /// What was told to whom.
    pub callbacks: Vec<Callback>,
}

/// A document that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its format.
    pub format: crate::order::Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// A name for the file: the partner's order number and the format's ending.
    pub name: String,
}

/// The desk.
#[derive(Clone)]
pub struct Desk {
    /// The way to the providers, with the store and the clock.
    pub caller: Caller,
    /// Where documents are.
    pub documents: Arc<dyn Documents>,
    /// Links to documents.
    pub links: Arc<Links>,
    /// Waiting times.
    pub pace: Pace,
    /// For how long a login that was seen missing counts as known to be missing; after it a retry asks the provider anew.
    pub login_memory: Duration,
    /// Sellers that were asked for lately.
    pub sellers: Arc<Sellers>,
    /// Wakes the workers.
    pub wake: Arc<Notify>,
    /// Wakes the senders.
    pub tell: Arc<Notify>,
}

impl Desk {
    fn store(&self) -> &dyn Store {
        &*self.caller.store
    }

    fn now(&self) -> Timestamp {
        self.caller.clock.now()
    }

    /// Accepts an order of an app that has proved who it is. When this returns the order is stored durably.
    ///
    /// # Errors
    /// When it cannot be accepted; nothing is stored then. After [`StoreError::Unsure`] it may be: asking again tells.
    pub async fn accept(&self, app: &AppId, request: &Request) -> Result<Acceptance, DeskError> {
        accept::number(&request.number)?;
        // The seller's settings may have changed since: an order that is there already is answered as it was accepted.
        let fingerprint = accept::fingerprint(request);
        let Some(seller) = self.seller_of_tax_id(app, &request.seller).await? else {
            return self.known(app, request, fingerprint).await?.ok_or_else(|| DeskError::NoSeller(request.seller.clone()));
        };
        let content = match self.content(request, &seller) {
            Ok(content) => content,
            Err(error) => return self.known(app, request, fingerprint).await?.ok_or(error),
        };
        let now = self.now();
        let id = order_id(now, &*self.caller.chance);
        let order = Order {
            id,
            app: app.clone(),
            number: request.number.clone(),
            provider: seller.provider.clone(),
            fingerprint,
            content,
            notify: request.notify.clone(),
            accepted_at: now,
            progress: Progress::accepted(now),
        };
        let entry = Entry { at: now, version: 1, what: "accepted".to_owned(), state: State::Accepted, attempt: 0, text: String::new() };
        fail::fail_point!(crate::crash::CHECKED);
        let accepted = NewOrder { provider_number: order.provider_number(), order, entry };
        #[cfg(feature = "crash")]
        if fail::eval(crate::crash::ANSWERED_FIRST, |_| ()).is_some() {
            return Ok(self.answered_first(accepted));
        }
        let acceptance = self.store().accept(&accepted).await?;
        fail::fail_point!(crate::crash::ACCEPTED);
        if matches!(acceptance, Acceptance::Fresh(_)) {
            self.wake.notify_one();
        }
        Ok(acceptance)
    }

    /// What no platform may do; see [`crate::crash::ANSWERED_FIRST`].
    #[cfg(feature = "crash")]
    fn answered_first(&self, accepted: NewOrder) -> Acceptance {
        let (desk, order) = (self.clone(), accepted.order.clone());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let _ = desk.store().accept(&accepted).await;
            desk.wake.notify_one();
        });
        Acceptance::Fresh(order)
    }

    fn content(&self, request: &Request, seller: &Seller) -> Result<crate::order::Content, DeskError> {
        let content = accept::complete(request, seller)?;
        let provider = self.caller.registry.provider(&seller.provider);
        let provider = provider.ok_or_else(|| DeskError::NoSeller(seller.party.tax_id.clone()))?;
        provider.check_content(&content)?;
        Ok(content)
    }

    /// The order that has this number already.
    async fn known(&self, app: &AppId, request: &Request, fingerprint: crate::order::Fingerprint) -> Result<Option<Acceptance>, DeskError> {
        let known = self.store().order(app, &request.number).await?;
        Ok(known.map(|order| if order.fingerprint == fingerprint { Acceptance::Known(order) } else { Acceptance::Differs(order) }))
    }

    /// How an order stands.
    ///
    /// # Errors
    /// [`DeskError::NoOrder`].
    pub async fn order(&self, app: &AppId, number: &OrderNumber) -> Result<Order, DeskError> {
        self.store().order(app, number).await?.ok_or(DeskError::NoOrder)
    }

    /// All that is known of an order.
    ///
    /// # Errors
    /// [`DeskError::NoOrder`].
    pub async fn dossier(&self, app: &AppId, number: &OrderNumber) -> Result<Dossier, DeskError> {
        let order = self.order(app, number).await?;
        let (timeline, callbacks) = (self.store().timeline(order.id).await?, self.store().callbacks(order.id).await?);
        Ok(Dossier { order, timeline, callbacks })
    }

    /// Orders, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self, filter: &Filter) -> Result<Listing, DeskError> {
        Ok(self.store().list(filter).await?)
    }

    /// Orders that a person has to look after.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn attention(&self, app: Option<&AppId>, after: Option<crate::order::OrderId>, limit: usize) -> Result<Listing, DeskError> {
        self.list(&Filter { app: app.cloned(), states: vec![State::NeedsAttention], after, limit, ..Filter::default() }).await
    }

    /// How many orders are in each state.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tally(&self) -> Result<Tally, DeskError> {
        Ok(self.store().tally().await?)
    }

    /// Another attempt for an order that failed, or that needs attention. The order as it stands then.
    ///
    /// # Errors
    /// [`DeskError::Refused`] with [`Refusal::UnderWay`], [`Refusal::Issued`] or [`Refusal::NeedsLogin`].
    pub async fn retry(&self, app: &AppId, number: &OrderNumber) -> Result<Order, DeskError> {
        let order = self.order(app, number).await?;
        let login_missing = match self.store().seller(app, order.seller()).await? {
            Some(seller) => self.login_missing(&seller),
            None => None,
        };
        let order = self.change(order, &Event::Retry { login_missing }).await?;
        self.wake.notify_one();
        Ok(order)
    }

    fn login_missing(&self, seller: &Seller) -> Option<String> {
        match &seller.login {
            Login::Missing { seen_at, text } if !passed(*seen_at, self.login_memory, self.now()) => Some(text.clone()),
            _ => None,
        }
    }

    /// Reverses an issued order, wholly or in part. The order as it stands then.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is nothing, or not so much, to reverse.
    pub async fn reverse(&self, app: &AppId, number: &OrderNumber, request: ReversalRequest) -> Result<Order, DeskError> {
        let order = self.order(app, number).await?;
        let order = self.change(order, &Event::Reverse(request)).await?;
        self.wake.notify_one();
        Ok(order)
    }

    /// Takes a reversal back that is not issued yet: the one at `reversal`, or the one under way.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is none, or it is being sent right now.
    pub async fn withdraw(&self, app: &AppId, number: &OrderNumber, reversal: Option<u16>) -> Result<Order, DeskError> {
        let order = self.order(app, number).await?;
        let order = self.change(order, &Event::Withdraw { reversal }).await?;
        self.wake.notify_one();
        Ok(order)
    }

    /// Applies an event to an order, on whatever version it has by the time that nobody is first.
    async fn change(&self, mut order: Order, event: &Event) -> Result<Order, DeskError> {
        for _ in 0..TRIES {
            let step = machine::step(&order, event, self.now(), &self.pace).map_err(DeskError::Refused)?;
            let told = step.tell.is_some();
            let after = Order { progress: step.progress.clone(), ..order.clone() };
            let Some(change) = crate::worker::change(self.store(), &order, step).await? else { return Ok(after) };
            if self.store().commit(&change).await? == Committed::Done {
                if told {
                    self.tell.notify_one();
                }
                return Ok(after);
            }
            order = self.store().order_by_id(order.id).await?.ok_or(DeskError::NoOrder)?;
        }
        Err(DeskError::Store(StoreError::Busy("the order keeps changing")))
    }

    /// Events after a place in the feed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(&self, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>, DeskError> {
        Ok(self.store().events(app, after, limit).await?)
    }

    /// Sends a callback again, of an order of this app.
    ///
    /// # Errors
    /// [`DeskError::NoOrder`] when the app has no such callback.
    pub async fn replay(&self, app: &AppId, id: CallbackId) -> Result<(), DeskError> {
        let order = self.store().order_by_id(id.event.order).await?;
        if order.is_none_or(|order| order.app != *app) || !self.store().replay(id, self.now()).await? {
            return Err(DeskError::NoOrder);
        }
        self.tell.notify_one();
        Ok(())
    }

    /// Links to an order's documents, each with the place of its invoice.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn links(&self, order: &Order) -> Result<Vec<(u16, String)>, DeskError> {
        Ok(self.links.of_order(order, self.now()).await?)
    }

    /// The document behind a link: in the format asked for, else the one for people. None when the link is not, or no longer,
    /// good.
    ///
    /// # Errors
    /// When the store or the document cannot be read.
    pub async fn served(&self, secret: &str, format: Option<crate::order::Format>) -> Result<Option<Served>, DeskError> {
        let Some(Linked { invoice, number, .. }) = self.links.follow(secret, self.now()).await? else { return Ok(None) };
        let Some(order) = self.store().order_by_id(invoice.order).await? else { return Ok(None) };
        let Some(of) = order.progress.invoices.get(usize::from(invoice.place)) else { return Ok(None) };
        let document = match format {
            Some(format) => of.document(format),
            None => of.readable(),
        };
        let Some(document) = document else { return Ok(None) };
        let Some(bytes) = self.documents.read(&document.key).await? else { return Ok(None) };
        let plain: String = number.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' }).collect();
        let name = format!("{plain}-{}.{}", invoice.place, document.format.name());
        Ok(Some(Served { format: document.format, bytes, name }))
    }
}

#[cfg(test)]
mod tests;
