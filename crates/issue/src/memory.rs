//! A store in memory: the oracle of the adapters, for tests and simulations. It forgets everything with its process.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::documents::{DocumentError, Documents};
use crate::event::EventId;
use crate::order::{AppId, Entry, InvoiceId, Order, OrderId, OrderNumber, ProviderNumber, TaxId};
use crate::provider::TokenBudget;
use crate::secret::Sealed;
use crate::store::{
    Acceptance, App, Callback, CallbackId, CallbackState, Change, Claim, Committed, Delivery, EventRow, Filter, LinkDigest, Linked,
    Listing, Login, NewOrder, NextDelivery, NoticeId, NoticeTaken, Result, Seller, Store, StoreError, Tally, TokenDesk, TokenKey,
};

/// The store.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    apps: BTreeMap<AppId, App>,
    sellers: BTreeMap<(AppId, TaxId), Seller>,
    orders: BTreeMap<OrderId, Order>,
    by_number: HashMap<(AppId, OrderNumber), OrderId>,
    by_provider_number: HashMap<(String, ProviderNumber), OrderId>,
    by_serial: HashMap<(String, String), OrderId>,
    /// When each order that is due can be leased.
    due: BTreeSet<(Timestamp, OrderId)>,
    timelines: HashMap<OrderId, Vec<Entry>>,
    events: Vec<EventRow>,
    callbacks: BTreeMap<CallbackId, Callback>,
    callbacks_due: BTreeSet<(Timestamp, CallbackId)>,
    notices: HashSet<NoticeId>,
    tokens: HashMap<TokenKey, Account>,
    links: HashMap<LinkDigest, Linked>,
}

#[derive(Debug, Default)]
struct Account {
    fence: u64,
    token: Option<(Sealed, u64, Timestamp)>,
    right_until: Option<Timestamp>,
    calls: Vec<Timestamp>,
}

/// When an order can be leased: when it is due and no lease holds it.
fn ready(order: &Order) -> Option<Timestamp> {
    let progress = &order.progress;
    progress.due.map(|due| progress.leased_until.map_or(due, |until| until.max(due)))
}

impl Tables {
    fn put(&mut self, order: Order) {
        if let Some(was) = self.orders.get(&order.id).and_then(ready) {
            self.due.remove(&(was, order.id));
        }
        if let Some(ready) = ready(&order) {
            self.due.insert((ready, order.id));
        }
        if let Some(serial) = &order.progress.serial {
            self.by_serial.insert((order.provider.clone(), serial.clone()), order.id);
        }
        self.orders.insert(order.id, order);
    }

    fn put_callback(&mut self, callback: Callback) {
        if let Some(was) = self.callbacks.get(&callback.id).and_then(|callback| callback.due) {
            self.callbacks_due.remove(&(was, callback.id));
        }
        if let Some(due) = callback.due {
            self.callbacks_due.insert((due, callback.id));
        }
        self.callbacks.insert(callback.id, callback);
    }

    fn commit(&mut self, change: &Change) -> Result<Committed> {
        let Some(order) = self.orders.get(&change.order).filter(|order| order.progress.version == change.from) else {
            return Ok(Committed::Conflict);
        };
        let mut order = order.clone();
        order.progress = change.progress.clone();
        for number in &change.reversal_numbers {
            self.by_provider_number.insert((order.provider.clone(), number.clone()), order.id);
        }
        self.put(order);
        self.timelines.entry(change.order).or_default().extend(change.entries.iter().cloned());
        if let Some(event) = &change.event {
            let place = self.events.len() as u64 + 1;
            self.events.push(EventRow { place, event: event.clone() });
        }
        for callback in &change.callbacks {
            self.put_callback(callback.clone());
        }
        Ok(Committed::Done)
    }
}

impl Memory {
    /// An empty store.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Every transaction leaves the tables whole, so a panic elsewhere has not broken them.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for Memory {
    async fn put_app(&self, app: &App) -> Result<()> {
        self.tables().apps.insert(app.id.clone(), app.clone());
        Ok(())
    }

    async fn app(&self, id: &AppId) -> Result<Option<App>> {
        Ok(self.tables().apps.get(id).cloned())
    }

    async fn apps(&self) -> Result<Vec<App>> {
        Ok(self.tables().apps.values().cloned().collect())
    }

    async fn put_seller(&self, seller: &Seller) -> Result<()> {
        let mut tables = self.tables();
        let others = tables.sellers.values().filter(|known| known.app == seller.app && known.party.tax_id != seller.party.tax_id);
        let taken: Vec<&String> = others.flat_map(|other| &other.merchants).collect();
        if let Some(merchant) = seller.merchants.iter().find(|merchant| taken.contains(merchant)) {
            return Err(StoreError::Taken(format!("merchant {merchant}")));
        }
        let mut seller = seller.clone();
        let key = (seller.app.clone(), seller.party.tax_id.clone());
        if let Some(known) = tables.sellers.get(&key)
            && seen(&known.login) > seen(&seller.login)
        {
            seller.login = known.login.clone();
        }
        tables.sellers.insert(key, seller);
        Ok(())
    }

    async fn seller(&self, app: &AppId, tax_id: &TaxId) -> Result<Option<Seller>> {
        Ok(self.tables().sellers.get(&(app.clone(), tax_id.clone())).cloned())
    }

    async fn seller_of_merchant(&self, app: &AppId, merchant: &str) -> Result<Option<Seller>> {
        let tables = self.tables();
        let mut of = tables.sellers.values().filter(|seller| seller.app == *app);
        Ok(of.find(|seller| seller.merchants.iter().any(|known| known == merchant)).cloned())
    }

    async fn sellers(&self, app: Option<&AppId>) -> Result<Vec<Seller>> {
        Ok(self.tables().sellers.values().filter(|seller| app.is_none_or(|app| seller.app == *app)).cloned().collect())
    }

    async fn note_login(&self, app: &AppId, tax_id: &TaxId, login: &Login) -> Result<()> {
        if let Some(seller) = self.tables().sellers.get_mut(&(app.clone(), tax_id.clone())) {
            seller.login = login.clone();
        }
        Ok(())
    }

    async fn accept(&self, new: &NewOrder) -> Result<Acceptance> {
        let mut tables = self.tables();
        let order = &new.order;
        let key = (order.app.clone(), order.number.clone());
        if let Some(known) = tables.by_number.get(&key).and_then(|id| tables.orders.get(id)) {
            let same = known.fingerprint == order.fingerprint;
            let known = known.clone();
            return Ok(if same { Acceptance::Known(known) } else { Acceptance::Differs(known) });
        }
        tables.by_number.insert(key, order.id);
        tables.by_provider_number.insert((order.provider.clone(), new.provider_number.clone()), order.id);
        tables.put(order.clone());
        tables.timelines.insert(order.id, vec![new.entry.clone()]);
        Ok(Acceptance::Fresh(order.clone()))
    }

    async fn order(&self, app: &AppId, number: &OrderNumber) -> Result<Option<Order>> {
        let tables = self.tables();
        Ok(tables.by_number.get(&(app.clone(), number.clone())).and_then(|id| tables.orders.get(id)).cloned())
    }

    async fn order_by_id(&self, id: OrderId) -> Result<Option<Order>> {
        Ok(self.tables().orders.get(&id).cloned())
    }

    async fn order_by_provider_number(&self, provider: &str, number: &ProviderNumber) -> Result<Option<Order>> {
        let tables = self.tables();
        let id = tables.by_provider_number.get(&(provider.to_owned(), number.clone()));
        Ok(id.and_then(|id| tables.orders.get(id)).cloned())
    }

    async fn order_by_serial(&self, provider: &str, serial: &str) -> Result<Option<Order>> {
        let tables = self.tables();
        Ok(tables.by_serial.get(&(provider.to_owned(), serial.to_owned())).and_then(|id| tables.orders.get(id)).cloned())
    }

    async fn list(&self, filter: &Filter) -> Result<Listing> {
        let tables = self.tables();
        let limit = filter.limit.max(1);
        let fits = |order: &&Order| {
            filter.app.as_ref().is_none_or(|app| order.app == *app)
                && filter.seller.as_ref().is_none_or(|seller| order.seller() == seller)
                && (filter.states.is_empty() || filter.states.contains(&order.state()))
                && filter.number_prefix.as_ref().is_none_or(|prefix| order.number.as_str().starts_with(prefix))
                && filter.since.is_none_or(|since| order.accepted_at >= since)
                && filter.before.is_none_or(|before| order.accepted_at < before)
                && filter.after.is_none_or(|after| order.id < after)
        };
        let mut orders: Vec<Order> = tables.orders.values().rev().filter(fits).take(limit + 1).cloned().collect();
        let more = orders.len() > limit;
        orders.truncate(limit);
        let next = orders.last().filter(|_| more).map(|order| order.id);
        Ok(Listing { orders, next })
    }

    async fn tally(&self) -> Result<Tally> {
        let tables = self.tables();
        let mut states = BTreeMap::new();
        for order in tables.orders.values() {
            *states.entry(order.state()).or_insert(0) += 1;
        }
        let waiting = tables.orders.values().filter(|order| !order.state().is_settled());
        let callbacks = |state| tables.callbacks.values().filter(|callback| callback.state == state).count() as u64;
        Ok(Tally {
            orders: states.into_iter().collect(),
            oldest_waiting: waiting.map(|order| order.progress.waiting_since).min(),
            callbacks_waiting: callbacks(CallbackState::Waiting),
            callbacks_given_up: callbacks(CallbackState::GivenUp),
        })
    }

    async fn timeline(&self, id: OrderId) -> Result<Vec<Entry>> {
        Ok(self.tables().timelines.get(&id).cloned().unwrap_or_default())
    }

    async fn lease(&self, claim: &Claim) -> Result<Vec<Order>> {
        let mut tables = self.tables();
        let due: Vec<OrderId> =
            tables.due.iter().take_while(|(ready, _)| *ready <= claim.now).take(claim.limit).map(|(_, id)| *id).collect();
        let mut leased = Vec::with_capacity(due.len());
        for id in due {
            let Some(mut order) = tables.orders.get(&id).cloned() else { continue };
            order.progress.fence += 1;
            order.progress.version += 1;
            order.progress.leased_until = Some(claim.until);
            tables.put(order.clone());
            leased.push(order);
        }
        Ok(leased)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        let tables = self.tables();
        let orders = tables.due.first().map(|(ready, _)| *ready);
        let callbacks = tables.callbacks_due.first().map(|(due, _)| *due);
        Ok(orders.into_iter().chain(callbacks).min())
    }

    async fn commit(&self, change: &Change) -> Result<Committed> {
        self.tables().commit(change)
    }

    async fn take_notice(&self, notice: &NoticeId, _at: Timestamp, _claim: &str, change: Option<&Change>) -> Result<NoticeTaken> {
        let mut tables = self.tables();
        if tables.notices.contains(notice) {
            return Ok(NoticeTaken::Known);
        }
        if let Some(change) = change
            && tables.commit(change)? == Committed::Conflict
        {
            return Ok(NoticeTaken::Conflict);
        }
        tables.notices.insert(notice.clone());
        Ok(NoticeTaken::Fresh)
    }

    async fn lease_callbacks(&self, claim: &Claim) -> Result<Vec<Callback>> {
        let mut tables = self.tables();
        let due = tables.callbacks_due.iter().take_while(|(due, _)| *due <= claim.now).take(claim.limit);
        let due: Vec<CallbackId> = due.map(|(_, id)| *id).collect();
        let mut leased = Vec::with_capacity(due.len());
        for id in due {
            let Some(mut callback) = tables.callbacks.get(&id).cloned() else { continue };
            callback.fence += 1;
            callback.due = Some(claim.until);
            tables.put_callback(callback.clone());
            leased.push(callback);
        }
        Ok(leased)
    }

    async fn settle_callback(&self, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool> {
        let mut tables = self.tables();
        let Some(mut callback) = tables.callbacks.get(&id).filter(|callback| callback.fence == fence).cloned() else { return Ok(false) };
        callback.settle(delivery.clone(), next);
        tables.put_callback(callback);
        Ok(true)
    }

    async fn callbacks(&self, order: OrderId) -> Result<Vec<Callback>> {
        Ok(self.tables().callbacks.values().filter(|callback| callback.id.event.order == order).cloned().collect())
    }

    async fn replay(&self, id: CallbackId, now: Timestamp) -> Result<bool> {
        let mut tables = self.tables();
        let Some(mut callback) = tables.callbacks.get(&id).cloned() else { return Ok(false) };
        callback.replay(now);
        tables.put_callback(callback);
        Ok(true)
    }

    async fn events(&self, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>> {
        let tables = self.tables();
        let later = tables.events.iter().filter(|row| row.place > after && app.is_none_or(|app| row.event.app == *app));
        Ok(later.take(limit).cloned().collect())
    }

    async fn event(&self, id: EventId) -> Result<Option<EventRow>> {
        Ok(self.tables().events.iter().find(|row| row.event.id == id).cloned())
    }

    async fn token(&self, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk> {
        let mut tables = self.tables();
        let account = tables.tokens.entry(key.clone()).or_default();
        if let Some((token, fence, expires_at)) = &account.token
            && *expires_at > now
        {
            return Ok(TokenDesk::Kept { token: token.clone(), fence: *fence, expires_at: *expires_at });
        }
        if let Some(until) = account.right_until.filter(|until| *until > now) {
            return Ok(TokenDesk::Busy { until });
        }
        let window = SignedDuration::try_from(budget.window).unwrap_or(SignedDuration::MAX);
        account.calls.retain(|call| call.checked_add(window).unwrap_or(Timestamp::MAX) > now);
        if account.calls.len() >= budget.calls as usize {
            let first = account.calls.first().and_then(|first| first.checked_add(window).ok());
            return Ok(TokenDesk::Spent { until: first.unwrap_or(Timestamp::MAX) });
        }
        account.calls.push(now);
        account.fence += 1;
        account.right_until = Some(until);
        Ok(TokenDesk::Yours { fence: account.fence })
    }

    async fn keep_token(&self, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool> {
        let mut tables = self.tables();
        let Some(account) = tables.tokens.get_mut(key).filter(|account| account.fence == fence && account.right_until.is_some()) else {
            return Ok(false);
        };
        account.token = Some((token.clone(), fence, expires_at));
        account.right_until = None;
        Ok(true)
    }

    async fn drop_token_right(&self, key: &TokenKey, fence: u64) -> Result<()> {
        if let Some(account) = self.tables().tokens.get_mut(key).filter(|account| account.fence == fence) {
            account.right_until = None;
        }
        Ok(())
    }

    async fn forget_token(&self, key: &TokenKey, fence: u64) -> Result<()> {
        if let Some(account) = self.tables().tokens.get_mut(key)
            && account.token.as_ref().is_some_and(|(_, of, _)| *of == fence)
        {
            account.token = None;
        }
        Ok(())
    }

    async fn put_link(&self, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<()> {
        let mut tables = self.tables();
        let number = tables.orders.get(&invoice.order).map(|order| order.number.clone());
        let number = number.ok_or_else(|| StoreError::Failed(format!("there is no order {}", invoice.order)))?;
        tables.links.insert(*link, Linked { invoice, expires_at, number });
        Ok(())
    }

    async fn follow_link(&self, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>> {
        Ok(self.tables().links.get(link).filter(|linked| linked.expires_at > now).cloned())
    }

    async fn sweep_links(&self, now: Timestamp) -> Result<u64> {
        let mut tables = self.tables();
        let before = tables.links.len();
        tables.links.retain(|_, linked| linked.expires_at > now);
        Ok((before - tables.links.len()) as u64)
    }

    async fn probe(&self, _now: Timestamp) -> Result<()> {
        Ok(())
    }
}

/// Documents in memory.
#[derive(Debug, Default)]
pub struct MemoryDocuments(Mutex<HashMap<String, Vec<u8>>>);

impl MemoryDocuments {
    /// An empty place.
    pub fn new() -> MemoryDocuments {
        MemoryDocuments::default()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Documents for MemoryDocuments {
    async fn keep(&self, key: &str, bytes: &[u8]) -> std::result::Result<(), DocumentError> {
        self.kept().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn read(&self, key: &str) -> std::result::Result<Option<Vec<u8>>, DocumentError> {
        Ok(self.kept().get(key).cloned())
    }

    async fn probe(&self) -> std::result::Result<(), DocumentError> {
        Ok(())
    }
}

/// When something was last seen of a login.
fn seen(login: &Login) -> Option<Timestamp> {
    match login {
        Login::Unknown => None,
        Login::Present { seen_at } | Login::Missing { seen_at, .. } => Some(*seen_at),
    }
}
