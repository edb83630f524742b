//! The platform that issues: desk, workers, senders and the sandbox, put together and kept running.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use issue::callback::Sender;
use issue::caller::{Caller, Registry};
use issue::desk::Desk;
use issue::links::Links;
use issue::machine::pace::Pace;
use issue::provider::{Answer, Call, Method};
use issue::surroundings::{Chance, Clock, SystemChance, SystemClock};
use issue::transport::{Fault, Http, Transport};
use issue::worker::{Habits, Worker};
use jiff::{SignedDuration, Timestamp};
use providers::sandbox::{self, Bureau};
use server::Policy;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::keeping::Keeping;
use crate::place::Place;

/// For how long a login that was seen missing counts as missing, before a retry asks the provider anew.
const LOGIN_MEMORY: Duration = Duration::from_secs(10 * 60);
/// The longest pause between looks at what is due: other servers on the database accept orders too.
const LOOK: Duration = Duration::from_secs(1);
/// Between sweeps of links; and how long an expired one is remembered, so that who follows it hears that it has expired.
const SWEEP: Duration = Duration::from_secs(3600);
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Between looks at what the sandbox has to tell.
const TOLD: Duration = Duration::from_millis(500);

/// How it is reached.
pub(crate) struct Addresses {
    /// What links to documents begin with, without a slash at its end.
    pub(crate) base: String,
    /// The word in the address of notices.
    pub(crate) word: String,
    /// Whether providers can reach it: else they are only asked.
    pub(crate) noticed: bool,
}

/// Where addresses that others choose may lead.
pub(crate) struct Reach {
    /// Those of callbacks, which partners choose.
    pub(crate) callbacks: Policy,
    /// Those of documents, and where they redirect to, which providers choose. On any port: bureaus offer some on their own.
    pub(crate) documents: Policy,
}

/// The way to providers over HTTP: calls go where the operator's settings say, and documents are fetched from where the answers
/// say, within bounds. Nothing but documents is asked for with GET.
struct Reached {
    calls: Http,
    documents: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Reached {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        match call.method {
            Method::Get => self.documents.carry(call).await,
            Method::Post => self.calls.carry(call).await,
        }
    }
}

/// Everything that issues, not yet running.
pub(crate) struct Platform {
    pub(crate) desk: Desk,
    worker: Worker,
    sender: Sender,
    bureau: Arc<Bureau>,
}

impl Platform {
    /// Puts it together.
    pub(crate) fn build(config: &Config, place: &Place, keeping: &Keeping, reach: &Reach, at: &Addresses) -> anyhow::Result<Platform> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        // First, since it chooses the TLS that all clients of this process use.
        let guarded = server::guarded_transport(&reach.callbacks)?;
        let documents = server::guarded_transport(&reach.documents)?;
        let bureau = Arc::new(Bureau::open(clock.clone(), &place.sandbox())?);
        let http: Arc<dyn Transport> = Arc::new(Reached { calls: Http::new()?, documents });
        let registry = providers::all().into_iter().fold(Registry::default(), |registry, provider| {
            let transport = if provider.name() == sandbox::NAME { bureau.clone() as Arc<dyn Transport> } else { http.clone() };
            registry.with(provider, transport)
        });
        let caller = Caller {
            registry,
            store: keeping.store.clone(),
            vault: keeping.vault.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            notice_base: at.noticed.then(|| format!("{}/notice/{}/", at.base, at.word)),
        };
        let (wake, tell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let life = Duration::from_secs(config.issuing.link_days.max(1) * 86_400);
        let links = Arc::new(Links::new(keeping.store.clone(), keeping.key.clone(), format!("{}{}", at.base, server::LINKS_PATH), life));
        let habits = Habits {
            name: format!("{}/{}", config.node, std::process::id()),
            at_once: config.issuing.orders_at_once.max(1),
            look: LOOK,
            ..Habits::default()
        };
        let worker =
            Worker { caller: caller.clone(), documents: keeping.documents.clone(), habits, wake: wake.clone(), tell: tell.clone() };
        let sender = Sender {
            store: keeping.store.clone(),
            transport: guarded,
            dialects: server::dialects(),
            vault: keeping.vault.clone(),
            links: links.clone(),
            clock,
            chance,
            at_once: config.issuing.callbacks_at_once.max(1),
            look: LOOK,
            tell: tell.clone(),
        };
        let documents = keeping.documents.clone();
        let desk =
            Desk { caller, documents, links, pace: Pace::default(), login_memory: LOGIN_MEMORY, sellers: Arc::default(), wake, tell };
        Ok(Platform { desk, worker, sender, bureau })
    }

    /// Starts to work.
    pub(crate) fn start(self) -> Running {
        let mut tasks = JoinSet::new();
        let stops: [Arc<Notify>; 4] = std::array::from_fn(|_| Arc::new(Notify::new()));
        let [worker, sender, telling, sweeping] = stops.clone();
        tasks.spawn(self.worker.run(worker));
        tasks.spawn(self.sender.run(sender));
        tasks.spawn(tell(self.desk.clone(), self.bureau, telling));
        tasks.spawn(sweep(self.desk, sweeping));
        Running { stops, tasks }
    }
}

/// A platform at work.
pub(crate) struct Running {
    stops: [Arc<Notify>; 4],
    tasks: JoinSet<()>,
}

impl Running {
    /// Lets it finish what it has begun, for so long at most. What is not finished is taken up at the next start, or by another
    /// server, when its lease ends.
    pub(crate) async fn stop(mut self, time: Duration) {
        // A permit is kept for whoever does not wait at this moment.
        self.stops.iter().for_each(|stop| stop.notify_one());
        fail::fail_point!(issue::crash::DRAIN);
        let finished = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(time, finished).await.is_err() {
            tracing::warn!("stopped with orders or callbacks under way; they are taken up again");
        }
    }
}

/// Carries the sandbox's notices to where notices are received, as a platform would over HTTP.
async fn tell(desk: Desk, bureau: Arc<Bureau>, stop: Arc<Notify>) {
    let mut stopping = std::pin::pin!(stop.notified());
    loop {
        match bureau.notices() {
            Ok(notices) => {
                for raw in notices {
                    // One that is not stored is lost, as others are: the order is asked for all the same.
                    let _ = desk.notice(sandbox::NAME, &raw).await;
                }
            }
            Err(error) => tracing::warn!(%error, "the sandbox's notices cannot be read"),
        }
        let now = SystemClock.now();
        let next = bureau.next_notice().and_then(|next| Duration::try_from(next.duration_since(now)).ok());
        let pause = next.map_or(TOLD, |next| next.clamp(Duration::from_millis(20), TOLD));
        tokio::select! {
            () = &mut stopping => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Removes links that have expired long ago.
async fn sweep(desk: Desk, stop: Arc<Notify>) {
    let mut stopping = std::pin::pin!(stop.notified());
    loop {
        let before = SystemClock.now().checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        match desk.caller.store.sweep_links(before).await {
            Ok(0) => {}
            Ok(links) => tracing::debug!(links, "expired links were removed"),
            Err(error) => tracing::warn!(%error, "expired links could not be removed"),
        }
        tokio::select! {
            () = &mut stopping => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
