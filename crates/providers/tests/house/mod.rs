//! A platform with one app, one seller and one provider, whose clock is moved by hand.

use std::sync::Arc;
use std::time::Duration;

use issue::caller::{Caller, Registry, seller_secret_place};
use issue::conformance::sample;
use issue::conformance::surroundings::{GlassVault, Seeded, SetClock};
use issue::desk::Desk;
use issue::documents::Documents;
use issue::links::Links;
use issue::machine::pace::Pace;
use issue::memory::{Memory, MemoryDocuments};
use issue::order::{
    AppId, AskedRow, Buyer, Extent, Form, Goods, Order, OrderNumber, People, ProviderNumber, RedReason, Request, ReversalRequest, TaxId,
};
use issue::provider::{Context, Provider, RawNotice};
use issue::secret::{Secret, Vault};
use issue::store::{Seller, Store};
use issue::surroundings::{Chance, Clock};
use issue::transport::Transport;
use issue::worker::{Habits, Worker};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use tokio::sync::Notify;

/// The invoices that were really issued under a number, by their numbers.
pub(crate) type Issued = Box<dyn Fn(&ProviderNumber) -> Vec<String> + Send + Sync>;
/// The notices that are due.
pub(crate) type Notices = Box<dyn Fn() -> Vec<RawNotice> + Send + Sync>;

/// The other side.
pub(crate) struct Other {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) settings: Value,
    pub(crate) secret: Option<Secret>,
    pub(crate) issued: Issued,
    pub(crate) notices: Notices,
}

pub(crate) struct House {
    pub(crate) clock: Arc<SetClock>,
    pub(crate) store: Arc<Memory>,
    pub(crate) documents: Arc<MemoryDocuments>,
    pub(crate) worker: Worker,
    pub(crate) desk: Desk,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) issued: Issued,
    pub(crate) notices: Notices,
    pub(crate) seller: Seller,
}

pub(crate) fn app() -> AppId {
    AppId::from("demo")
}

pub(crate) fn number(text: &str) -> OrderNumber {
    OrderNumber::from(text)
}

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn clock() -> Arc<SetClock> {
    Arc::new(SetClock::at(sample::at(0)))
}

impl House {
    pub(crate) async fn new(clock: Arc<SetClock>, other: Other) -> House {
        let store = Arc::new(Memory::new());
        let documents = Arc::new(MemoryDocuments::new());
        let (vault, chance) = (Arc::new(GlassVault), Arc::new(Seeded::from(7)));
        let mut seller = Seller {
            provider: other.provider.name().to_owned(),
            settings: other.settings.as_object().cloned().unwrap_or_default(),
            ..sample::seller("demo")
        };
        seller.party.address = "云泽市石桥区青石路1号".to_owned();
        seller.party.telephone = "0990-12345678".to_owned();
        seller.party.bank = "样张银行云泽支行".to_owned();
        seller.party.account = "1234567890123456".to_owned();
        seller.secret = other.secret.as_ref().map(|secret| vault.seal(&seller_secret_place(&seller), secret).unwrap());
        store.put_app(&sample::app("demo")).await.unwrap();
        store.put_seller(&seller).await.unwrap();
        let caller = Caller {
            registry: Registry::default().with(other.provider.clone(), other.transport.clone()),
            store: store.clone(),
            vault,
            clock: clock.clone(),
            chance,
            notice_base: Some("https://fapiao.example.test/notices/".to_owned()),
        };
        let (wake, tell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let worker = Worker {
            caller: caller.clone(),
            documents: documents.clone(),
            habits: Habits::default(),
            wake: wake.clone(),
            tell: tell.clone(),
        };
        let links = Links::new(store.clone(), Secret::new("key"), "https://fapiao.example.test/d/", Duration::from_secs(3600));
        let desk = Desk {
            caller,
            documents: documents.clone(),
            links: Arc::new(links),
            pace: Pace::default(),
            login_memory: Duration::from_secs(600),
            sellers: Arc::default(),
            wake,
            tell,
        };
        let house =
            House { clock, store, documents, worker, desk, provider: other.provider, issued: other.issued, notices: other.notices, seller };
        house.desk.check_seller(&house.seller).unwrap();
        house
    }

    /// Accepts an order of two rows.
    pub(crate) async fn accept(&self, text: &str) -> Order {
        self.accept_as(request(text)).await
    }

    pub(crate) async fn accept_as(&self, request: Request) -> Order {
        self.desk.accept(&app(), &request).await.unwrap().order().clone()
    }

    pub(crate) async fn order(&self, text: &str) -> Order {
        self.desk.order(&app(), &number(text)).await.unwrap()
    }

    /// Works until nothing is due any more, or only a person can help; the clock moves to whatever is due next.
    pub(crate) async fn settle(&self, text: &str) -> Order {
        for _ in 0..2000 {
            for order in self.worker.lease(8).await.unwrap() {
                self.worker.clone().work(order).await;
            }
            let order = self.order(text).await;
            if order.state().is_settled() {
                return order;
            }
            match self.store.next_due().await.unwrap() {
                Some(due) => self.clock.forward_to(due),
                None => return order,
            }
        }
        panic!("no end: {:#?}", self.desk.dossier(&app(), &number(text)).await.unwrap());
    }

    /// Works once on what is due now.
    pub(crate) async fn work(&self) -> usize {
        let leased = self.worker.lease(8).await.unwrap();
        let count = leased.len();
        for order in leased {
            self.worker.clone().work(order).await;
        }
        count
    }

    pub(crate) async fn reverse(&self, text: &str, extent: Extent) -> Order {
        let request = ReversalRequest { invoice: Some(0), extent, reason: RedReason::Return };
        self.desk.reverse(&app(), &number(text), request).await.unwrap()
    }

    /// How many invoices really exist under the number that the provider knows the order by.
    pub(crate) fn count(&self, order: &Order) -> usize {
        (self.issued)(&order.provider_number()).len()
    }

    /// The same of a red letter.
    pub(crate) fn red_count(&self, order: &Order, place: u16) -> usize {
        (self.issued)(&order.reversal_number(place)).len()
    }

    pub(crate) async fn document(&self, key: &str) -> Vec<u8> {
        self.documents.read(key).await.unwrap().unwrap()
    }

    /// Changes the seller's settings for its provider.
    pub(crate) async fn set(&self, name: &str, value: Value) {
        let mut seller = self.seller.clone();
        seller.settings.insert(name.to_owned(), value);
        self.store.put_seller(&seller).await.unwrap();
    }

    /// Calls the provider, past the worker.
    pub(crate) fn with_context<T>(&self, with: impl FnOnce(&Context<'_>) -> T) -> T {
        let secret = self.seller.secret.as_ref().map(|sealed| GlassVault.open(&seller_secret_place(&self.seller), sealed).unwrap());
        let token = Secret::new("token");
        with(&Context {
            seller: &self.seller.party.tax_id,
            settings: &self.seller.settings,
            secret: secret.as_ref(),
            token: Some(&token),
            now: self.clock.now(),
            nonce: Seeded::from(9).bytes(),
            notice_url: None,
        })
    }
}

/// An order of two rows, 150.00 in all.
pub(crate) fn request(text: &str) -> Request {
    let row = |name: &str, tax_code: &str, gross: &str, rate: &str| AskedRow {
        name: name.to_owned(),
        tax_code: tax_code.to_owned(),
        unit: "次".to_owned(),
        quantity: Some(Decimal::ONE),
        price: Some(dec(gross)),
        price_with_tax: true,
        rate: Some(dec(rate)),
        gross: Some(dec(gross)),
        ..AskedRow::default()
    };
    Request {
        number: number(text),
        seller: TaxId::from(sample::SELLER),
        form: Form::Ordinary,
        buyer: Buyer {
            name: "云泽墨竹商贸有限公司".to_owned(),
            tax_id: Some(TaxId::from("91990100MA0000001X")),
            email: "buyer@example.test".to_owned(),
            ..Buyer::default()
        },
        goods: Goods::Rows(vec![
            row("停车费", "3040502020200000000", "100.00", "0.09"),
            row("充电服务费", "3040801010000000000", "50.00", "0.06"),
        ]),
        remark: "车牌 样A00001".to_owned(),
        people: People { issuer: "林一诺".to_owned(), ..People::default() },
        extras: Map::new(),
        notify: Vec::new(),
    }
}
