//! A stub of 诺诺's platform that behaves as its documents say, over real HTTP, and can be told each fault.
//!
//! It answers one request per connection and writes every answer itself, so that it can break off wherever it is told to.

mod platform;
mod wire;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use issue::conformance::surroundings::SetClock;
use issue::provider::Provider;
use issue::secret::Secret;
use issue::transport::Http;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::house::Other;

pub(crate) const APP_KEY: &str = "test-app";
pub(crate) const APP_SECRET: &str = "test-app-secret";
pub(crate) const TOKEN: &str = "test-token-";

/// What happens to a call on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The connection ends before anything is done.
    Before,
    /// It is done, and the connection ends without an answer.
    After,
    /// It is done, and half of the answer comes.
    Half,
    /// It is done, and nothing comes until the caller gives up.
    Hang,
    /// It is done, and a page of some proxy comes with this status.
    Page(u16),
    /// It is done, and something else than an envelope comes.
    Garbage,
    /// Nothing is done, and this code comes.
    Code(&'static str, &'static str),
}

/// What becomes of the next order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It is issued.
    Issue,
    /// It fails with this cause.
    Fail(&'static str),
    /// It is issued, but cannot be sealed.
    SealFails,
    /// It is issued as so many invoices.
    Split(usize),
}

/// What becomes of the next red letter's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedPlan {
    /// No confirmation is needed.
    Issue,
    /// The buyer confirms after a while.
    Confirms,
    /// The buyer refuses after a while.
    Refuses,
    /// Nobody does anything for 72 hours.
    Expires,
    /// It is issued, and the form never says the number.
    Numberless,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) orders: HashMap<String, platform::Entry>,
    pub(crate) forms: HashMap<String, platform::Form>,
    /// Invoices that were really issued, by order number.
    pub(crate) issued: HashMap<String, Vec<String>>,
    pub(crate) tokens: u32,
    /// The only token that is good.
    pub(crate) good_token: String,
    pub(crate) breaks: VecDeque<(&'static str, Break)>,
    pub(crate) plans: VecDeque<Plan>,
    pub(crate) red_plans: VecDeque<RedPlan>,
    pub(crate) logged_in: bool,
    /// Documents that come as a page for so many times.
    pub(crate) stale_documents: u32,
    pub(crate) next_number: u64,
    /// The methods that were called.
    pub(crate) calls: Vec<String>,
}

pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<SetClock>,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Stub {
    pub(crate) async fn start(clock: Arc<SetClock>) -> Arc<Stub> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { logged_in: true, ..State::default() }));
        let platform = platform::Platform { state: state.clone(), clock: clock.clone(), address };
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(wire::serve(stream, platform.clone()));
            }
        });
        Arc::new(Stub { address, clock, state, serving })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Breaks the next calls of a method.
    pub(crate) fn break_next(&self, method: &'static str, how: Break) {
        self.state().breaks.push_back((method, how));
    }

    pub(crate) fn plan(&self, plan: Plan) {
        self.state().plans.push_back(plan);
    }

    pub(crate) fn plan_red(&self, plan: RedPlan) {
        self.state().red_plans.push_back(plan);
    }

    /// How many calls of a method were seen.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|name| *name == method).count()
    }

    pub(crate) fn settings(&self) -> Value {
        json!({
            "app_key": APP_KEY,
            "gateway": format!("http://{}/open/v1/services", self.address),
            "tokens": format!("http://{}/accessToken", self.address),
            "extension_number": "923",
            "ele_account": "13800000000",
            "document_hosts": ["127.0.0.1"],
        })
    }

    /// As the other side of a house.
    pub(crate) fn other(self: &Arc<Stub>) -> Other {
        let (counted, noticed) = (self.clone(), self.clone());
        Other {
            provider: Arc::new(providers::nuonuo::Nuonuo) as Arc<dyn Provider>,
            transport: Arc::new(Hasty(http(), self.state.clone())),
            settings: self.settings(),
            secret: Some(Secret::new(APP_SECRET)),
            issued: Box::new(move |number| counted.state().issued.get(number.as_str()).cloned().unwrap_or_default()),
            notices: Box::new(move || noticed.due_notices()),
        }
    }

    fn due_notices(&self) -> Vec<issue::provider::RawNotice> {
        let bodies = platform::notices(&self.state, &self.clock);
        let media_type = "application/x-www-form-urlencoded";
        bodies.into_iter().map(|body| issue::provider::RawNotice { path: String::new(), media_type: media_type.to_owned(), body }).collect()
    }
}

fn http() -> Http {
    // Tests may install it more than once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Http::over(Http::builder().tls_certs_only([]).build().unwrap())
}

/// HTTP that gives a call up after a moment when the stub was told to hang, and only then: a slow machine must not look like a broken
/// platform.
struct Hasty(Http, Arc<Mutex<State>>);

#[async_trait::async_trait]
impl issue::transport::Transport for Hasty {
    async fn carry(&self, call: &issue::provider::Call) -> Result<issue::provider::Answer, issue::transport::Fault> {
        let mut call = call.clone();
        let method = call.header_value("method").unwrap_or_default().to_owned();
        if self.1.lock().unwrap().breaks.iter().any(|(name, how)| *how == Break::Hang && method.ends_with(name)) {
            call.time = std::time::Duration::from_millis(300);
        }
        self.0.carry(&call).await
    }
}
