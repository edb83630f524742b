//! A whole server for tests: a clock that is set by hand, ids that repeat, a partner that listens.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use issue::callback::Sender;
use issue::caller::app_secret_place;
use issue::conformance::oracle::Fate;
use issue::conformance::sample;
use issue::conformance::stage::Stage;
use issue::conformance::surroundings::{GlassVault, Seeded};
use issue::memory::Memory;
use issue::order::{AppId, OrderNumber, ProviderNumber};
use issue::provider::{Answer, Call};
use issue::secret::{Secret, Vault};
use issue::store::{App, Change, Committed, Seller};
use issue::surroundings::Clock as _;
use issue::transport::{Fault, Transport};
use md5::{Digest, Md5};
use recognize::{Options, Reading};
use serde_json::Value;
use server::{Clock, Ids, Issuing, Recognize, Server, Settings};
use tower::ServiceExt;

/// The demo app of the stage, its secret, its seller and its merchant number.
pub(crate) const APP: &str = "demo";
pub(crate) const SECRET: &str = "demo-secret";
pub(crate) const SELLER: &str = sample::SELLER;
pub(crate) const MERCHANT: &str = "6262666666";
/// The word in the address of notices.
pub(crate) const WORD: &str = "known-to-providers";
/// `data_node`.
pub(crate) const NODE: &str = "CN-South/HS3-3";

/// A partner that answers what it is told to and remembers what it heard.
#[derive(Default)]
pub(crate) struct Partner {
    pub(crate) answers: Mutex<Vec<Result<Answer, Fault>>>,
    pub(crate) heard: Mutex<Vec<Call>>,
}

#[async_trait::async_trait]
impl Transport for Partner {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        self.heard.lock().unwrap().push(call.clone());
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() { Ok(Answer::new(200, "")) } else { answers.remove(0) }
    }
}

pub(crate) struct House {
    pub(crate) stage: Stage,
    pub(crate) partner: Arc<Partner>,
    pub(crate) sender: Sender,
    pub(crate) router: Router,
}

impl House {
    pub(crate) async fn build() -> House {
        let stage = Stage::over(Arc::new(Memory::new())).await;
        House::around(stage)
    }

    pub(crate) fn around(stage: Stage) -> House {
        let partner = Arc::new(Partner::default());
        let sender = Sender {
            store: stage.store.clone(),
            transport: partner.clone(),
            dialects: server::dialects(),
            vault: Arc::new(GlassVault),
            links: stage.desk.links.clone(),
            clock: stage.clock.clone(),
            chance: Arc::new(Seeded::from(1)),
            at_once: 8,
            look: Duration::from_secs(1),
            tell: stage.desk.tell.clone(),
        };
        let hands = Hands(stage.clone());
        let server = Server::with(Settings::default(), Arc::new(Blind), Arc::new(hands), Arc::new(Same)).unwrap();
        let router = server.with_issuing(Issuing::new(stage.desk.clone(), NODE, WORD)).router();
        House { stage, partner, sender, router }
    }

    /// An app with a seller under this merchant number.
    pub(crate) async fn admit(&self, app: &str, secret: &str, earlier: Option<&str>, merchant: &str) {
        let id = AppId::from(app);
        let seal = |secret: &str| GlassVault.seal(&app_secret_place(&id), &Secret::new(secret)).unwrap();
        let later = self.stage.clock.now() + Duration::from_secs(3600);
        let app = App { secret: seal(secret), earlier_secret: earlier.map(|earlier| (seal(earlier), later)), ..sample::app(app) };
        self.stage.store.put_app(&app).await.unwrap();
        let seller = Seller { merchants: vec![merchant.to_owned()], ..sample::seller(app.id.as_str()) };
        self.stage.store.put_seller(&seller).await.unwrap();
    }

    /// What becomes of an order of the demo app when it comes to the provider.
    pub(crate) fn destine(&self, number: &str, fates: impl IntoIterator<Item = Fate>) {
        let number = ProviderNumber::of_order(&AppId::from(APP), &OrderNumber::from(number));
        self.stage.oracle.destine(&number, fates);
    }

    /// As if an order had waited for three days, looked after all the time, and were due now.
    pub(crate) async fn age(&self, number: &str) {
        let order = self.stage.order(number).await;
        let now = self.stage.clock.now();
        let (from, mut progress) = (order.progress.version, order.progress.clone());
        progress.waiting_since = now - Duration::from_secs(3 * 86_400);
        (progress.version, progress.due, progress.leased_until) = (from + 1, Some(now), None);
        let (entries, callbacks, reversal_numbers) = (Vec::new(), Vec::new(), Vec::new());
        let change = Change { order: order.id, from, progress, entries, event: None, callbacks, reversal_numbers };
        assert_eq!(self.stage.store.commit(&change).await.unwrap(), Committed::Done);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, body.to_vec())
    }

    /// The JSON of an answer, which is HTTP 200.
    pub(crate) async fn json(&self, request: Request<Body>) -> Value {
        let (status, headers, body) = self.send(request).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/json"));
        serde_json::from_slice(&body).unwrap()
    }

    /// Sends the callbacks that are due, and gives them.
    pub(crate) async fn callbacks(&self) -> Vec<Call> {
        for callback in self.sender.lease(100).await.unwrap() {
            self.sender.clone().send(callback).await;
        }
        std::mem::take(&mut *self.partner.heard.lock().unwrap())
    }
}

/// The stage's clock, for the server; it goes 7 ms further each time the time passed is asked for.
struct Hands(Stage);

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        let now = self.0.clock.now();
        SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap())
    }

    fn elapsed(&self) -> Duration {
        use std::sync::atomic::{AtomicU64, Ordering};
        static ASKED: AtomicU64 = AtomicU64::new(0);
        Duration::from_millis(7 * ASKED.fetch_add(1, Ordering::Relaxed))
    }
}

/// Always the same id.
struct Same;

impl Ids for Same {
    fn next(&self) -> String {
        "79bf5a170965c38b79bf5a170965c38b".to_owned()
    }
}

/// Reads nothing.
struct Blind;

impl Recognize for Blind {
    fn read(&self, _: &[u8], _: &Options) -> Result<Reading, recognize::Error> {
        Ok(Reading { results: Vec::new() })
    }
}

pub(crate) fn md5_hex(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A form body of these pairs.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A form, or multipart where a boundary is named, posted to a path.
pub(crate) fn post(path: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", content_type).body(body.into()).unwrap()
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// These pairs as multipart, with its media type.
pub(crate) fn multipart(pairs: &[(&str, &str)]) -> (String, String) {
    let parts = pairs.iter().map(|(name, value)| format!("--e\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    ("multipart/form-data; boundary=e".to_owned(), parts.collect::<String>() + "--e--\r\n")
}
