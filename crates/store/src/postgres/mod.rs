//! The store over PostgreSQL: one database, any number of equal nodes.
//!
//! Every transaction is one statement where it can be, so that it takes one round trip and holds no lock longer than that.
//! Accepted orders are gathered into batches ([`batch`]), leases skip rows that another node has locked, and events get their
//! place in the feed only when they are visible ([`outbox`]).

mod address;
mod batch;
mod links;
mod migrate;
mod orders;
mod outbox;
mod parties;
mod query;
mod tls;
mod tokens;
mod work;

use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use issue::event::EventId;
use issue::order::{AppId, Entry, InvoiceId, Order, OrderId, OrderNumber, ProviderNumber, TaxId};
use issue::provider::TokenBudget;
use issue::secret::{Sealed, Secret};
use issue::store::{
    Acceptance, App, Callback, CallbackId, Change, Claim, Committed, Delivery, EventRow, Filter, LinkDigest, Linked, Listing, Login,
    NewOrder, NextDelivery, NoticeId, NoticeTaken, Result, Seller, Store, StoreError, Tally, TokenDesk, TokenKey,
};
use jiff::Timestamp;

use crate::key::Keyed;
use crate::open::OpenError;
use crate::row::{ChangeRow, milliseconds};
use batch::Batches;

/// How long a connection is made, and how long one of the pool is waited for.
const CONNECT: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(10);

/// What every connection is told. A commit that is acknowledged has to be on the disk, whatever the server's default says.
const SESSION: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; \
    SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// How a PostgreSQL store is opened.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    /// `postgres://user:password@host/database`. TLS with `sslmode=require` (the certificate is checked in any case), with
    /// `sslrootcert=FILE` where the system does not know the authority. Tables are made in the first schema of `search_path`.
    pub url: Secret,
    /// Connections of this node.
    pub connections: usize,
    /// Of these, how many carry batches of accepted orders at once.
    pub batches: usize,
    /// Orders that may wait for their commit; more are refused as busy. A large order counts as several (one for each 4 KiB).
    pub waiting: usize,
}

impl PostgresSettings {
    /// For a server: 12 connections, 3 batches, 8192 waiting.
    pub fn new(url: Secret) -> PostgresSettings {
        PostgresSettings { url, connections: 12, batches: 3, waiting: 8192 }
    }
}

/// The store.
#[derive(Debug)]
pub struct Postgres {
    pool: Pool,
    batches: Batches,
    name: String,
}

impl Postgres {
    /// Connects, and migrates the database; of several nodes that do so at once, one migrates and the others wait.
    ///
    /// # Errors
    /// When the address cannot be used, the database refuses, or was migrated by a later or another program.
    pub async fn open(settings: PostgresSettings) -> std::result::Result<Postgres, OpenError> {
        let address = address::Address::of(&settings.url)?;
        let name = address.name.clone();
        let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let mut config = address.config;
        config.connect_timeout(CONNECT).application_name("fapiao").keepalives_idle(Duration::from_secs(60));
        let manager = match address.tls {
            Some(tls) => Manager::from_config(config, tls, recycle),
            None => Manager::from_config(config, tokio_postgres::NoTls, recycle),
        };
        let session = Hook::async_fn(|client, _| Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) }));
        let pool = Pool::builder(manager)
            .max_size(settings.connections.max(settings.batches + 1))
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(CONNECT + PATIENCE))
            .runtime(Runtime::Tokio1)
            .post_create(session)
            .build()
            .map_err(|why| OpenError::Engine { place: name.clone(), why: why.to_string() })?;
        migrate::migrate(&pool, &name).await?;
        let batches = Batches::start(&pool, settings.batches, settings.waiting);
        Ok(Postgres { pool, batches, name })
    }

    async fn client(&self) -> Result<Client> {
        client(&self.pool).await
    }
}

/// A connection of the pool.
async fn client(pool: &Pool) -> Result<Client> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(why) | PoolError::PostCreateHook(HookError::Backend(why)) if why.as_db_error().is_some() => query::failed(why),
        PoolError::Timeout(_) => StoreError::Busy("all connections to the database are at work"),
        PoolError::Backend(why) => {
            tracing::warn!(%why, "the database does not answer");
            StoreError::Busy("the database does not answer")
        }
        other => StoreError::Failed(other.to_string()),
    })
}

#[async_trait]
impl Keyed for Postgres {
    async fn key_check(&self) -> Result<Option<Sealed>> {
        tokens::key_check(&self.client().await?).await
    }

    async fn put_key_check(&self, sealed: &Sealed) -> Result<bool> {
        tokens::put_key_check(&self.client().await?, sealed).await
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

#[async_trait]
impl Store for Postgres {
    async fn put_app(&self, app: &App) -> Result<()> {
        parties::put_app(&self.client().await?, app).await
    }

    async fn app(&self, id: &AppId) -> Result<Option<App>> {
        parties::app(&self.client().await?, id).await
    }

    async fn apps(&self) -> Result<Vec<App>> {
        parties::apps(&self.client().await?).await
    }

    async fn put_seller(&self, seller: &Seller) -> Result<()> {
        parties::put_seller(&mut self.client().await?, seller).await
    }

    async fn seller(&self, app: &AppId, tax_id: &TaxId) -> Result<Option<Seller>> {
        parties::seller(&self.client().await?, app, tax_id).await
    }

    async fn seller_of_merchant(&self, app: &AppId, merchant: &str) -> Result<Option<Seller>> {
        parties::seller_of_merchant(&self.client().await?, app, merchant).await
    }

    async fn sellers(&self, app: Option<&AppId>) -> Result<Vec<Seller>> {
        parties::sellers(&self.client().await?, app).await
    }

    async fn note_login(&self, app: &AppId, tax_id: &TaxId, login: &Login) -> Result<()> {
        parties::note_login(&self.client().await?, app, tax_id, login).await
    }

    async fn accept(&self, order: &NewOrder) -> Result<Acceptance> {
        let row = orders::NewRow::of(order)?;
        let Some(stored) = self.batches.accept(row).await? else { return Ok(Acceptance::Fresh(order.order.clone())) };
        let known = stored.order()?;
        let same = known.fingerprint == order.order.fingerprint;
        Ok(if same { Acceptance::Known(known) } else { Acceptance::Differs(known) })
    }

    async fn order(&self, app: &AppId, number: &OrderNumber) -> Result<Option<Order>> {
        orders::by_number(&self.client().await?, app, number).await
    }

    async fn order_by_id(&self, id: OrderId) -> Result<Option<Order>> {
        orders::by_id(&self.client().await?, id).await
    }

    async fn order_by_provider_number(&self, provider: &str, number: &ProviderNumber) -> Result<Option<Order>> {
        orders::by_provider_number(&self.client().await?, provider, number).await
    }

    async fn order_by_serial(&self, provider: &str, serial: &str) -> Result<Option<Order>> {
        orders::by_serial(&self.client().await?, provider, serial).await
    }

    async fn list(&self, filter: &Filter) -> Result<Listing> {
        orders::list(&self.client().await?, filter).await
    }

    async fn tally(&self) -> Result<Tally> {
        orders::tally(&self.client().await?).await
    }

    async fn timeline(&self, id: OrderId) -> Result<Vec<Entry>> {
        orders::timeline(&self.client().await?, id).await
    }

    async fn lease(&self, claim: &Claim) -> Result<Vec<Order>> {
        work::lease(&self.client().await?, claim).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        work::next_due(&self.client().await?).await
    }

    async fn commit(&self, change: &Change) -> Result<Committed> {
        let row = ChangeRow::of(change)?;
        work::commit(&self.client().await?, &row).await
    }

    async fn take_notice(&self, notice: &NoticeId, at: Timestamp, claim: &str, change: Option<&Change>) -> Result<NoticeTaken> {
        let change = change.map(ChangeRow::of).transpose()?;
        work::take_notice(&mut self.client().await?, notice, milliseconds(at), claim, change.as_ref()).await
    }

    async fn lease_callbacks(&self, claim: &Claim) -> Result<Vec<Callback>> {
        outbox::lease(&self.client().await?, claim).await
    }

    async fn settle_callback(&self, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool> {
        outbox::settle(&mut self.client().await?, id, fence, delivery, next).await
    }

    async fn callbacks(&self, order: OrderId) -> Result<Vec<Callback>> {
        outbox::of_order(&self.client().await?, order).await
    }

    async fn replay(&self, id: CallbackId, now: Timestamp) -> Result<bool> {
        outbox::replay(&mut self.client().await?, id, now).await
    }

    async fn events(&self, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>> {
        outbox::events(&mut self.client().await?, app, after, limit).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventRow>> {
        outbox::event(&mut self.client().await?, id).await
    }

    async fn token(&self, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk> {
        tokens::ask(&mut self.client().await?, key, budget, now, until).await
    }

    async fn keep_token(&self, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool> {
        tokens::keep(&self.client().await?, key, fence, token, expires_at).await
    }

    async fn drop_token_right(&self, key: &TokenKey, fence: u64) -> Result<()> {
        tokens::drop_right(&self.client().await?, key, fence).await
    }

    async fn forget_token(&self, key: &TokenKey, fence: u64) -> Result<()> {
        tokens::forget(&self.client().await?, key, fence).await
    }

    async fn put_link(&self, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<()> {
        links::put(&self.client().await?, link, invoice, expires_at).await
    }

    async fn follow_link(&self, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>> {
        links::follow(&self.client().await?, link, now).await
    }

    async fn sweep_links(&self, now: Timestamp) -> Result<u64> {
        links::sweep(&self.client().await?, now).await
    }

    async fn probe(&self, now: Timestamp) -> Result<()> {
        tokens::probe(&self.client().await?, now).await
    }
}
