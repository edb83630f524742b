//! The store over SQLite: one file, one process, one writer.
//!
//! The file is in WAL mode with `synchronous=FULL`: a commit has reached the disk when it returns. A thread of its own writes;
//! it takes whatever is waiting and commits it as one group, so that a hundred callers share one fsync. Readers have
//! connections of their own and never wait for it.

mod checkpoint;
mod connection;
mod links;
mod lock;
mod orders;
mod outbox;
mod parties;
mod readers;
mod tokens;
mod work;
mod writer;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use issue::event::EventId;
use issue::order::{AppId, Entry, InvoiceId, Order, OrderId, OrderNumber, ProviderNumber, TaxId};
use issue::provider::TokenBudget;
use issue::secret::Sealed;
use issue::store::{
    Acceptance, App, Callback, CallbackId, Change, Claim, Committed, Delivery, EventRow, Filter, LinkDigest, Linked, Listing, Login,
    NewOrder, NextDelivery, NoticeId, NoticeTaken, Result, Seller, Store, StoreError, Tally, TokenDesk, TokenKey,
};
use jiff::Timestamp;

use crate::key::Keyed;
use crate::open::OpenError;
use crate::row::milliseconds;
pub(crate) use connection::{identify, opened_for_reading};
use readers::Readers;
use writer::Writer;

/// How a SQLite store is opened.
#[derive(Debug, Clone)]
pub struct SqliteSettings {
    /// The file. It is made when it is not there; its folder must be.
    pub path: PathBuf,
    /// Connections that read.
    pub readers: usize,
    /// Orders that may wait for their commit; more are refused as busy. A large order counts as several (one for each 4 KiB).
    pub waiting: usize,
    /// Bytes that the write-ahead log is grown to beforehand: appending to a file costs more than writing over it. 0 for a
    /// program that writes little.
    pub log: u64,
    /// Bytes that stay free on the disk: below, no order is accepted, while those that are under way go on.
    pub spare: u64,
    /// Bytes that the file may grow to; none for as far as the disk goes.
    pub largest: Option<u64>,
}

impl SqliteSettings {
    /// For a server: 4 readers, 8192 waiting, a log of 80 MiB, 64 MiB spare.
    pub fn new(path: impl Into<PathBuf>) -> SqliteSettings {
        SqliteSettings { path: path.into(), readers: 4, waiting: 8192, log: 80 << 20, spare: 64 << 20, largest: None }
    }

    /// For a command that does one thing: nothing is grown beforehand.
    pub fn small(path: impl Into<PathBuf>) -> SqliteSettings {
        SqliteSettings { readers: 1, log: 0, ..SqliteSettings::new(path) }
    }
}

/// The store. It belongs to one process; dropping it finishes what is waiting and gives the file back.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Opens the file, or makes it, takes it for this process, and migrates it.
    ///
    /// # Errors
    /// When another process has it, when it is damaged or of a later program, when it cannot be read or written.
    pub fn open(settings: SqliteSettings) -> std::result::Result<Sqlite, OpenError> {
        let lock = lock::Lock::take(&settings.path)?;
        let db = connection::writing(&settings)?;
        checkpoint::grow(&settings)?;
        let readers = Readers::open(&settings.path, settings.readers)?;
        let checkpoints = connection::checkpointing(&settings.path)?;
        let path = settings.path.clone();
        let writer = Writer::start(settings, db, checkpoints, lock)?;
        Ok(Sqlite { path, writer, readers })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks over every page of the file; empty when it is sound, else what is wrong with it. Reads all of it.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub async fn examine(&self) -> Result<Vec<String>> {
        self.readers.run(connection::examine).await
    }

    /// Writes the store as it is now to another file, while it goes on working; see [`crate::snapshot`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn snapshot(&self, target: &Path) -> std::result::Result<(), crate::snapshot::SnapshotError> {
        let (from, target) = (self.path.clone(), target.to_owned());
        let done = tokio::task::spawn_blocking(move || crate::snapshot::take(&from, &target)).await;
        done.unwrap_or_else(|why| Err(crate::snapshot::SnapshotError::Engine { place: self.path.clone(), why: why.to_string() }))
    }
}

#[async_trait]
impl Keyed for Sqlite {
    async fn key_check(&self) -> Result<Option<Sealed>> {
        self.readers.look_up(tokens::key_check).await
    }

    async fn put_key_check(&self, sealed: &Sealed) -> Result<bool> {
        let sealed = sealed.clone();
        self.writer.run(move |db| tokens::put_key_check(db, &sealed)).await
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn put_app(&self, app: &App) -> Result<()> {
        let (id, body) = (app.id.0.clone(), crate::row::json(app)?);
        self.writer.run(move |db| parties::put_app(db, &id, &body)).await
    }

    async fn app(&self, id: &AppId) -> Result<Option<App>> {
        let id = id.0.clone();
        self.readers.look_up(move |db| parties::app(db, &id)).await
    }

    async fn apps(&self) -> Result<Vec<App>> {
        self.readers.run(parties::apps).await
    }

    async fn put_seller(&self, seller: &Seller) -> Result<()> {
        let seller = seller.clone();
        self.writer.run(move |db| parties::put_seller(db, &seller)).await?
    }

    async fn seller(&self, app: &AppId, tax_id: &TaxId) -> Result<Option<Seller>> {
        let (app, tax_id) = (app.0.clone(), tax_id.0.clone());
        self.readers.look_up(move |db| parties::seller(db, &app, &tax_id)).await
    }

    async fn seller_of_merchant(&self, app: &AppId, merchant: &str) -> Result<Option<Seller>> {
        let (app, merchant) = (app.0.clone(), merchant.to_owned());
        self.readers.look_up(move |db| parties::seller_of_merchant(db, &app, &merchant)).await
    }

    async fn sellers(&self, app: Option<&AppId>) -> Result<Vec<Seller>> {
        let app = app.map(|app| app.0.clone());
        self.readers.run(move |db| parties::sellers(db, app.as_deref())).await
    }

    async fn note_login(&self, app: &AppId, tax_id: &TaxId, login: &Login) -> Result<()> {
        let (app, tax_id, login) = (app.0.clone(), tax_id.0.clone(), login.clone());
        self.writer.run(move |db| parties::note_login(db, &app, &tax_id, &login)).await
    }

    async fn accept(&self, order: &NewOrder) -> Result<Acceptance> {
        let row = orders::NewRow::of(order)?;
        let stored = self.writer.accept(row).await?;
        let Some(stored) = stored else { return Ok(Acceptance::Fresh(order.order.clone())) };
        let known = stored.order()?;
        let same = known.fingerprint == order.order.fingerprint;
        Ok(if same { Acceptance::Known(known) } else { Acceptance::Differs(known) })
    }

    async fn order(&self, app: &AppId, number: &OrderNumber) -> Result<Option<Order>> {
        let (app, number) = (app.0.clone(), number.0.clone());
        self.readers.look_up(move |db| orders::by_number(db, &app, &number)).await
    }

    async fn order_by_id(&self, id: OrderId) -> Result<Option<Order>> {
        self.readers.look_up(move |db| orders::by_id(db, id)).await
    }

    async fn order_by_provider_number(&self, provider: &str, number: &ProviderNumber) -> Result<Option<Order>> {
        let (provider, number) = (provider.to_owned(), number.0.clone());
        self.readers.look_up(move |db| orders::by_provider_number(db, &provider, &number)).await
    }

    async fn order_by_serial(&self, provider: &str, serial: &str) -> Result<Option<Order>> {
        let (provider, serial) = (provider.to_owned(), serial.to_owned());
        self.readers.look_up(move |db| orders::by_serial(db, &provider, &serial)).await
    }

    async fn list(&self, filter: &Filter) -> Result<Listing> {
        let filter = filter.clone();
        self.readers.run(move |db| orders::list(db, &filter)).await
    }

    async fn tally(&self) -> Result<Tally> {
        self.readers.run(orders::tally).await
    }

    async fn timeline(&self, id: OrderId) -> Result<Vec<Entry>> {
        self.readers.run(move |db| orders::timeline(db, id)).await
    }

    async fn lease(&self, claim: &Claim) -> Result<Vec<Order>> {
        let claim = claim.clone();
        let leased = self.writer.run(move |db| work::lease(db, &claim)).await?;
        let mut leased = leased.into_iter().map(crate::row::StoredOrder::order).collect::<Result<Vec<Order>>>()?;
        leased.sort_unstable_by_key(|order| (order.progress.due, order.id));
        Ok(leased)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.readers.look_up(work::next_due).await
    }

    async fn commit(&self, change: &Change) -> Result<Committed> {
        let row = crate::row::ChangeRow::of(change)?;
        self.writer.run(move |db| work::commit(db, &row)).await
    }

    async fn take_notice(&self, notice: &NoticeId, at: Timestamp, claim: &str, change: Option<&Change>) -> Result<NoticeTaken> {
        let (notice, claim) = (notice.clone(), claim.to_owned());
        let change = change.map(crate::row::ChangeRow::of).transpose()?;
        self.writer.run(move |db| work::take_notice(db, &notice, milliseconds(at), &claim, change.as_ref())).await
    }

    async fn lease_callbacks(&self, claim: &Claim) -> Result<Vec<Callback>> {
        let claim = claim.clone();
        let leased = self.writer.run(move |db| outbox::lease(db, &claim)).await?;
        leased.into_iter().map(crate::row::StoredCallback::callback).collect()
    }

    async fn settle_callback(&self, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool> {
        let delivery = delivery.clone();
        self.writer.run(move |db| outbox::settle(db, id, fence, &delivery, next)).await
    }

    async fn callbacks(&self, order: OrderId) -> Result<Vec<Callback>> {
        self.readers.run(move |db| outbox::of_order(db, order)).await
    }

    async fn replay(&self, id: CallbackId, now: Timestamp) -> Result<bool> {
        self.writer.run(move |db| outbox::replay(db, id, now)).await
    }

    async fn events(&self, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>> {
        let app = app.map(|app| app.0.clone());
        self.readers.run(move |db| outbox::events(db, app.as_deref(), after, limit)).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventRow>> {
        self.readers.look_up(move |db| outbox::event(db, id)).await
    }

    async fn token(&self, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk> {
        let key = key.clone();
        self.writer.run(move |db| tokens::ask(db, &key, budget, now, until)).await
    }

    async fn keep_token(&self, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool> {
        let (key, token) = (key.clone(), token.clone());
        self.writer.run(move |db| tokens::keep(db, &key, fence, &token, expires_at)).await
    }

    async fn drop_token_right(&self, key: &TokenKey, fence: u64) -> Result<()> {
        let key = key.clone();
        self.writer.run(move |db| tokens::drop_right(db, &key, fence)).await
    }

    async fn forget_token(&self, key: &TokenKey, fence: u64) -> Result<()> {
        let key = key.clone();
        self.writer.run(move |db| tokens::forget(db, &key, fence)).await
    }

    async fn put_link(&self, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<()> {
        let link = *link;
        let known = self.writer.run(move |db| links::put(db, &link, invoice, expires_at)).await?;
        if known { Ok(()) } else { Err(StoreError::Failed(format!("there is no order {}", invoice.order))) }
    }

    async fn follow_link(&self, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>> {
        let link = *link;
        self.readers.look_up(move |db| links::follow(db, &link, now)).await
    }

    async fn sweep_links(&self, now: Timestamp) -> Result<u64> {
        self.writer.run(move |db| links::sweep(db, now)).await
    }

    async fn probe(&self, now: Timestamp) -> Result<()> {
        self.writer.room()?;
        self.writer.run(move |db| tokens::probe(db, now)).await
    }
}
