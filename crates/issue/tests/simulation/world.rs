//! The world of one episode, and what happens in it.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use issue::callback::{Dialect, Sender, native::Native};
use issue::caller::{Caller, Registry, app_secret_place};
use issue::conformance::oracle::{Oracle, OracleCodec};
use issue::conformance::sample::{SELLER, app, at, seller};
use issue::conformance::surroundings::{GlassVault, Seeded, SetClock};
use issue::desk::Desk;
use issue::links::Links;
use issue::machine::pace::Pace;
use issue::memory::{Memory, MemoryDocuments};
use issue::order::{
    AppId, Buyer, Extent, Goods, Order, OrderNumber, ProviderNumber, RedReason, RedRow, Request, ReversalRequest, State, Target, TaxId,
};
use issue::provider::RawNotice;
use issue::secret::{Secret, Vault};
use issue::store::{Filter, Store};
use issue::surroundings::Clock;
use issue::worker::{Habits, Worker};
use rust_decimal::Decimal;
use tokio::sync::Notify;

use crate::network::{Net, Partners};

/// Orders of an episode.
const ORDERS: u64 = 8;
/// Rounds in which everything has to come to rest.
const ROUNDS: u64 = 20_000;

/// A future of this program: nothing in it waits for anything but the simulator.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits here")
}

pub(crate) struct World {
    pub(crate) clock: Arc<SetClock>,
    pub(crate) store: Arc<Memory>,
    pub(crate) oracle: Arc<Oracle>,
    pub(crate) partners: Arc<Partners>,
    pub(crate) documents: Arc<MemoryDocuments>,
    pub(crate) desk: Desk,
    /// Steps taken.
    pub(crate) taken: u64,
    /// The numbers of the orders that were accepted: the partner's ledger.
    pub(crate) ledger: Vec<OrderNumber>,
    net: Arc<Net>,
    seeded: Arc<Seeded>,
    worker: Worker,
    sender: Sender,
    tasks: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
    notices: u64,
}

impl World {
    pub(crate) fn new(seed: u64, honest: bool, pace: Pace) -> World {
        let clock = Arc::new(SetClock::at(at(0)));
        let seeded = Arc::new(Seeded::from(seed));
        let store = Arc::new(Memory::new());
        let mut oracle = Oracle::new(clock.clone(), seed ^ 1);
        (oracle.lag, oracle.work, oracle.whims) = (Duration::from_secs(20), Duration::from_secs(90), true);
        let oracle = Arc::new(oracle);
        let net = Arc::new(Net {
            oracle: oracle.clone(),
            clock: clock.clone(),
            seeded: seeded.clone(),
            faults: AtomicBool::new(true),
            honest,
            delayed: Mutex::default(),
        });
        let partners = Arc::new(Partners { seeded: seeded.clone(), faults: AtomicBool::new(true), heard: Mutex::default() });
        let caller = Caller {
            registry: Registry::default().with(Arc::new(OracleCodec::default()), net.clone()),
            store: store.clone(),
            vault: Arc::new(GlassVault),
            clock: clock.clone(),
            chance: Arc::new(Seeded::from(seed ^ 2)),
            notice_base: None,
        };
        let documents = Arc::new(MemoryDocuments::new());
        let (wake, tell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let links =
            Arc::new(Links::new(store.clone(), Secret::new("key"), "https://invoices.invalid/d/", Duration::from_secs(30 * 86_400)));
        let habits = Habits { pace: pace.clone(), ..Habits::default() };
        let worker = Worker { caller: caller.clone(), documents: documents.clone(), habits, wake: wake.clone(), tell: tell.clone() };
        let sender = Sender {
            store: store.clone(),
            transport: partners.clone(),
            dialects: vec![Arc::new(Native) as Arc<dyn Dialect>],
            vault: Arc::new(GlassVault),
            links: links.clone(),
            clock: clock.clone(),
            chance: Arc::new(Seeded::from(seed ^ 3)),
            at_once: 8,
            look: Duration::from_secs(1),
            tell: tell.clone(),
        };
        let login_memory = Duration::from_secs(600);
        let desk = Desk { caller, documents: documents.clone(), links, pace, login_memory, sellers: Arc::default(), wake, tell };
        let mut demo = app("demo");
        demo.secret = GlassVault.seal(&app_secret_place(&demo.id), &Secret::new("demo-secret")).unwrap();
        demo.targets = vec![Target { dialect: "native".to_owned(), url: "https://partner.invalid/hook".to_owned() }];
        now(store.put_app(&demo)).unwrap();
        now(store.put_seller(&seller("demo"))).unwrap();
        World {
            clock,
            store,
            oracle,
            partners,
            documents,
            desk,
            taken: 0,
            ledger: Vec::new(),
            net,
            seeded,
            worker,
            sender,
            tasks: Vec::new(),
            notices: 0,
        }
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) {
        self.taken += 1;
        match self.seeded.below(100) {
            0..2 => self.accept(),
            2..4 => self.ask_again(),
            4..6 => self.reverse(),
            6 => self.withdraw(),
            7..9 => self.notice(),
            9..13 => self.die(),
            13..22 => self.pass(),
            22..30 => self.lease(),
            _ => self.poll(),
        }
    }

    fn demo() -> AppId {
        AppId::from("demo")
    }

    /// One of the orders that were accepted.
    fn any(&self) -> Option<OrderNumber> {
        let count = self.ledger.len() as u64;
        (count > 0).then(|| self.ledger[self.seeded.below(count) as usize].clone())
    }

    pub(crate) fn order(&self, number: &OrderNumber) -> Order {
        now(self.desk.order(&World::demo(), number)).unwrap()
    }

    fn accept(&mut self) {
        // A number may come again: the partner heard no answer.
        let number = OrderNumber::new(self.seeded.below(ORDERS).to_string());
        let request = Request {
            number: number.clone(),
            seller: TaxId::from(SELLER),
            form: issue::order::Form::Ordinary,
            buyer: Buyer { name: "测试购买方".to_owned(), ..Buyer::default() },
            goods: Goods::Amount(Decimal::new(10_000, 2)),
            remark: String::new(),
            people: issue::order::People::default(),
            extras: serde_json::Map::new(),
            notify: Vec::new(),
        };
        now(self.desk.accept(&World::demo(), &request)).unwrap();
        if !self.ledger.contains(&number) {
            self.ledger.push(number);
        }
    }

    fn ask_again(&mut self) {
        if let Some(number) = self.any() {
            let before = self.order(&number).state();
            let retried = now(self.desk.retry(&World::demo(), &number));
            let may = matches!(before, State::Failed | State::NeedsAttention);
            assert!(may || retried.is_err(), "{before:?} was retried");
        }
    }

    fn reverse(&mut self) {
        let Some(number) = self.any() else { return };
        let part = RedRow { row: 0, quantity: None, net: Decimal::new(3000, 2), tax: Decimal::new(270, 2) };
        let extent = if self.seeded.percent(50) { Extent::Whole } else { Extent::Part(vec![part]) };
        let request = ReversalRequest { invoice: None, extent, reason: RedReason::Return };
        // Refusals are the machine's affair.
        let _ = now(self.desk.reverse(&World::demo(), &number, request));
    }

    fn withdraw(&mut self) {
        if let Some(number) = self.any() {
            let _ = now(self.desk.withdraw(&World::demo(), &number, None));
        }
    }

    /// A notice, true or not, new or repeated.
    fn notice(&mut self) {
        let Some(number) = self.any() else { return };
        self.notices += self.seeded.below(2);
        let number = ProviderNumber::of_order(&World::demo(), &number);
        let raw = RawNotice {
            path: String::new(),
            media_type: "text/plain".to_owned(),
            body: format!("number={number}&{}", self.notices).into_bytes(),
        };
        let reply = now(self.desk.notice("sandbox", &raw)).unwrap();
        assert_eq!(reply.body, "stored");
    }

    /// A process dies: whatever it was doing ends where it is.
    fn die(&mut self) {
        let count = self.tasks.len() as u64;
        if count > 0 {
            drop(self.tasks.swap_remove(self.seeded.below(count) as usize));
        }
    }

    fn pass(&mut self) {
        let now = self.clock.now();
        let moment = match self::now(self.store.next_due()).unwrap() {
            Some(next) if self.seeded.percent(20) => next.min(now + Duration::from_secs(600)),
            _ => now + Duration::from_millis(self.seeded.below(20_000)),
        };
        self.net.pass_to(moment);
    }

    fn lease(&mut self) {
        let limit = 1 + self.seeded.below(3) as usize;
        for order in now(self.worker.lease(limit)).unwrap() {
            self.tasks.push(Box::pin(self.worker.clone().work(order)));
        }
        for callback in now(self.sender.lease(limit)).unwrap() {
            self.tasks.push(Box::pin(self.sender.clone().send(callback)));
        }
    }

    fn poll(&mut self) {
        let count = self.tasks.len() as u64;
        if count == 0 {
            return self.lease();
        }
        let at = self.seeded.below(count) as usize;
        if self.tasks[at].as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            drop(self.tasks.swap_remove(at));
        }
    }

    /// The faults end and time passes: everything has to come to its end. What needs attention gets it.
    pub(crate) fn rest(&mut self) -> Result<(), String> {
        self.net.faults.store(false, Ordering::SeqCst);
        self.partners.faults.store(false, Ordering::SeqCst);
        for _ in 0..ROUNDS {
            self.taken += 1;
            if !self.tasks.is_empty() {
                self.poll();
                continue;
            }
            self.lease();
            if !self.tasks.is_empty() {
                continue;
            }
            let waiting = self.waiting();
            for number in waiting.iter().filter(|number| self.order(number).state() == State::NeedsAttention) {
                now(self.desk.retry(&World::demo(), number)).map_err(|error| format!("{number} cannot be retried: {error}"))?;
            }
            match now(self.store.next_due()).unwrap() {
                Some(next) => self.net.pass_to(next),
                None if waiting.is_empty() => return Ok(()),
                None => return Err(format!("{waiting:?} wait and nothing is due")),
            }
        }
        let waiting: Vec<Order> = self.waiting().iter().map(|number| self.order(number)).collect();
        let callbacks: Vec<_> = self.ledger.iter().flat_map(|number| now(self.store.callbacks(self.order(number).id)).unwrap()).collect();
        let callbacks = callbacks
            .iter()
            .filter(|callback| callback.due.is_some())
            .map(|callback| format!("{} {:?}", callback.id, callback.deliveries.last()));
        Err(format!("no rest: {waiting:#?} {:#?} {} tasks", callbacks.collect::<Vec<_>>(), self.tasks.len()))
    }

    /// Orders that have not come to an end.
    fn waiting(&self) -> Vec<OrderNumber> {
        let all = now(self.store.list(&Filter { limit: 1000, ..Filter::default() })).unwrap().orders;
        let numbers: HashSet<OrderNumber> = all.iter().map(|order| order.number.clone()).collect();
        assert_eq!(numbers.len(), self.ledger.len());
        all.into_iter().filter(|order| !order.state().is_settled()).map(|order| order.number).collect()
    }
}
