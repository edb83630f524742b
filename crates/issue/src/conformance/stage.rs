//! Everything put together on one stage: desk and worker over any store, with the oracle as the provider.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::oracle::{Oracle, OracleCodec};
use super::sample::{SELLER, app, at, seller};
use super::surroundings::{GlassVault, Seeded, SetClock};
use crate::caller::{Caller, Registry, app_secret_place};
use crate::desk::Desk;
use crate::links::Links;
use crate::machine::pace::Pace;
use crate::memory::MemoryDocuments;
use crate::order::{AppId, Buyer, Form, Goods, Order, OrderNumber, People, Request, TaxId};
use crate::secret::{Secret, Vault};
use crate::store::Store;
use crate::surroundings::Clock;
use crate::transport::Transport;
use crate::worker::{Habits, Worker};
use rust_decimal::Decimal;

/// The stage.
#[derive(Clone)]
pub struct Stage {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<SetClock>,
    /// The provider.
    pub oracle: Arc<Oracle>,
    /// The documents.
    pub documents: Arc<MemoryDocuments>,
    /// The desk.
    pub desk: Desk,
    /// The worker.
    pub worker: Worker,
}

impl Stage {
    /// With the oracle reached by `way` of it: itself, or something that loses calls.
    pub async fn with(store: Arc<dyn Store>, codec: OracleCodec, way: impl FnOnce(Arc<Oracle>) -> Arc<dyn Transport>) -> Stage {
        let clock = Arc::new(SetClock::at(at(0)));
        let oracle = Arc::new(Oracle::new(clock.clone(), 1));
        let caller = Caller {
            registry: Registry::default().with(Arc::new(codec), way(oracle.clone())),
            store: store.clone(),
            vault: Arc::new(GlassVault),
            clock: clock.clone(),
            chance: Arc::new(Seeded::from(2)),
            notice_base: Some("https://fapiao.invalid/notice/".to_owned()),
        };
        let documents = Arc::new(MemoryDocuments::new());
        let (wake, tell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let base = "https://fapiao.invalid/d/";
        let links = Arc::new(Links::new(store.clone(), Secret::new("key"), base, Duration::from_secs(30 * 86_400)));
        let habits = Habits::default();
        let worker = Worker { caller: caller.clone(), documents: documents.clone(), habits, wake: wake.clone(), tell: tell.clone() };
        let login_memory = Duration::from_secs(600);
        let desk =
            Desk { caller, documents: documents.clone(), links, pace: Pace::default(), login_memory, sellers: Arc::default(), wake, tell };
        let mut demo = app("demo");
        demo.secret = GlassVault.seal(&app_secret_place(&demo.id), &Secret::new("demo-secret")).unwrap();
        store.put_app(&demo).await.unwrap();
        store.put_seller(&seller("demo")).await.unwrap();
        Stage { store, clock, oracle, documents, desk, worker }
    }

    /// With a provider that is reached without fail.
    pub async fn over(store: Arc<dyn Store>) -> Stage {
        Stage::with(store, OracleCodec::default(), |oracle| oracle).await
    }

    /// The app of the stage.
    pub fn demo() -> AppId {
        AppId::from("demo")
    }

    /// What is asked for: an amount in yuan.
    pub fn request(number: &str, yuan: i64) -> Request {
        Request {
            number: OrderNumber::from(number),
            seller: TaxId::from(SELLER),
            form: Form::Ordinary,
            buyer: Buyer { name: "测试购买方".to_owned(), ..Buyer::default() },
            goods: Goods::Amount(Decimal::new(yuan, 0)),
            remark: String::new(),
            people: People::default(),
            extras: serde_json::Map::new(),
            notify: Vec::new(),
        }
    }

    /// An order as it stands.
    pub async fn order(&self, number: &str) -> Order {
        self.desk.order(&Stage::demo(), &OrderNumber::from(number)).await.unwrap()
    }

    /// Works on what is due now, once.
    pub async fn work(&self) {
        for order in self.worker.lease(100).await.unwrap() {
            self.worker.clone().work(order).await;
        }
    }

    /// Works while there is anything to do within this time.
    pub async fn work_for(&self, time: Duration) {
        let end = crate::machine::pace::later(self.clock.now(), time);
        loop {
            self.work().await;
            // Callbacks are no affair of the worker: what is due now and not its own is passed over.
            let next = self.next().await.filter(|next| *next <= end);
            let Some(next) = next else { break };
            self.clock.forward_to(next);
        }
        self.clock.forward_to(end);
    }

    async fn next(&self) -> Option<jiff::Timestamp> {
        let orders = self.store.list(&crate::store::Filter { limit: 10_000, ..Default::default() }).await.unwrap().orders;
        let ready =
            orders.iter().filter_map(|order| Some(order.progress.due?.max(order.progress.leased_until.unwrap_or(jiff::Timestamp::MIN))));
        ready.min()
    }
}
