//! Telling partners: rows of the outbox, sent at least once until they are confirmed.
//!
//! Each API speaks its own [`Dialect`]; the one of the native API, the Standard Webhooks, is [`native`]. Delivery is the same for
//! all: ten attempts over 75 hours, with jitter both ways, Retry-After honoured, replay by hand.

mod message;
pub mod native;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::caller::app_secret_place;
use crate::crash::hurried;
use crate::links::Links;
use crate::machine::pace::later;
use crate::provider::{Answer, Call};
use crate::secret::{Secret, Vault};
use crate::store::{App, Callback, CallbackState, Claim, Delivery, NextDelivery, Store, StoreError};
use crate::surroundings::{Chance, Clock};
use crate::transport::Transport;

pub use message::{Data, Message, MessageInvoice, MessageReversal, message};

/// Pauses after each attempt: 75.6 hours in all (the schedule that the Standard Webhooks specification gives).
pub const SCHEDULE: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(14 * 3600),
    Duration::from_secs(20 * 3600),
    Duration::from_secs(24 * 3600),
];
/// Attempts in all.
pub const ATTEMPTS: u32 = SCHEDULE.len() as u32 + 1;
/// The most by which chance moves an attempt, in either direction: all attempts take 75 hours at least.
const JITTER: Duration = Duration::from_secs(30 * 60);
/// The longest that a Retry-After is honoured.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Until a target has to have answered.
const TIME: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read: an answer says yes or no.
const LIMIT: usize = 64 << 10;
/// How long a callback is leased: longer than a delivery takes.
const LEASE: Duration = Duration::from_secs(60);

/// What a dialect may use to make a message.
pub struct Saying<'a> {
    /// What is told, and to whom.
    pub callback: &'a Callback,
    /// The app.
    pub app: &'a App,
    /// The app's secret.
    pub secret: &'a Secret,
    /// The app's secret before this one, while it is valid.
    pub earlier_secret: Option<&'a Secret>,
    /// Links to the documents, each with the place of its invoice.
    pub links: &'a [(u16, String)],
    /// Merchant numbers of the order's seller at the gate.
    pub merchants: &'a [String],
    /// Now.
    pub now: Timestamp,
}

/// How an API tells of events.
pub trait Dialect: Send + Sync {
    /// The name in [`crate::order::Target::dialect`].
    fn name(&self) -> &'static str;

    /// The message, signed. None when this API has no words for the event: it counts as told.
    ///
    /// # Errors
    /// With why it cannot be made.
    fn say(&self, saying: &Saying<'_>) -> Result<Option<Call>, String>;

    /// Whether the target confirmed it.
    fn heard(&self, answer: &Answer) -> Heard;
}

/// What the target's answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Confirmed.
    Yes,
    /// Not: again later, no sooner than the target asks (Retry-After).
    No {
        /// Why, in a few words.
        text: String,
        /// How long the target asks to wait.
        wait: Option<Duration>,
    },
    /// The target wants no more.
    NeverAgain,
}

/// Sends callbacks. Any number of senders, in any number of processes, get along.
#[derive(Clone)]
pub struct Sender {
    /// The outbox.
    pub store: Arc<dyn Store>,
    /// Carries them; it guards where connections go, since partners choose the addresses.
    pub transport: Arc<dyn Transport>,
    /// What is spoken.
    pub dialects: Vec<Arc<dyn Dialect>>,
    /// Opens secrets.
    pub vault: Arc<dyn Vault>,
    /// Links to documents.
    pub links: Arc<Links>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub chance: Arc<dyn Chance>,
    /// Callbacks that are sent at once.
    pub at_once: usize,
    /// The longest pause between looks at the outbox.
    pub look: Duration,
    /// Told when there may be something to send.
    pub tell: Arc<Notify>,
}

impl Sender {
    /// Sends until `stop` is told, then finishes what it has leased.
    pub async fn run(self, stop: Arc<Notify>) {
        let mut sending = FuturesUnordered::new();
        let mut stopping = std::pin::pin!(stop.notified());
        loop {
            let free = self.at_once.saturating_sub(sending.len());
            if free > 0 {
                match self.lease(free).await {
                    Ok(leased) => sending.extend(leased.into_iter().map(|callback| tokio::spawn(self.clone().send(callback)))),
                    Err(error) => tracing::warn!(%error, "no callbacks could be leased"),
                }
            }
            tokio::select! {
                () = &mut stopping => break,
                () = self.tell.notified() => {}
                Some(_) = sending.next() => {}
                () = tokio::time::sleep(self.look) => {}
            }
        }
        while sending.next().await.is_some() {}
    }

    /// Leases callbacks that are due, at most so many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lease(&self, limit: usize) -> Result<Vec<Callback>, StoreError> {
        let now = self.clock.now();
        self.store.lease_callbacks(&Claim { worker: "sender".to_owned(), now, until: later(now, hurried(LEASE)), limit }).await
    }

    /// Sends a leased callback once and writes down what came of it.
    pub async fn send(self, callback: Callback) {
        fail::fail_point!(crate::crash::COMMITTED);
        let (id, fence) = (callback.id, callback.fence);
        let result = match self.deliver(&callback).await {
            Ok(delivered) => {
                let now = self.clock.now();
                let next = self.next(&callback, &delivered.heard, now);
                let delivery = Delivery { at: now, status: delivered.status, text: delivered.text() };
                self.store.settle_callback(id, fence, &delivery, next).await
            }
            Err(error) => Err(error),
        };
        // Not written down: it is sent again when its lease ends.
        if let Err(error) = result {
            tracing::warn!(%error, callback = %id, "a callback was left for its next lease");
        }
    }

    async fn deliver(&self, callback: &Callback) -> Result<Delivered, StoreError> {
        let no = |text: String| Delivered { status: None, heard: Heard::No { text, wait: None } };
        let Some(dialect) = self.dialects.iter().find(|dialect| dialect.name() == callback.target.dialect) else {
            return Ok(no(format!("there is no dialect {}", callback.target.dialect)));
        };
        let Some(app) = self.store.app(&callback.event.app).await? else {
            return Ok(Delivered { status: None, heard: Heard::NeverAgain });
        };
        let now = self.clock.now();
        let place = app_secret_place(&app.id);
        let earlier = app.earlier_secret.as_ref().filter(|(_, until)| *until > now).map(|(sealed, _)| sealed);
        let opened = self.vault.open(&place, &app.secret);
        let (secret, earlier) = match (opened, earlier.map(|sealed| self.vault.open(&place, sealed)).transpose()) {
            (Ok(secret), Ok(earlier)) => (secret, earlier),
            (Err(error), _) | (_, Err(error)) => return Ok(no(error.to_string())),
        };
        let links = self.links.of_invoices(callback.event.id.order, &callback.event.invoices, now).await?;
        let seller = self.store.seller(&callback.event.app, &callback.event.seller).await?;
        let saying = Saying {
            callback,
            app: &app,
            secret: &secret,
            earlier_secret: earlier.as_ref(),
            links: &links,
            merchants: seller.as_ref().map_or(&[], |seller| &seller.merchants),
            now,
        };
        let mut call = match dialect.say(&saying) {
            Ok(Some(call)) => call,
            Ok(None) => return Ok(Delivered { status: None, heard: Heard::Yes }),
            Err(why) => return Ok(no(why)),
        };
        (call.time, call.limit) = (hurried(TIME), LIMIT);
        let delivered = match self.transport.carry(&call).await {
            Ok(answer) => Delivered { status: Some(answer.status), heard: dialect.heard(&answer) },
            Err(fault) => no(fault.to_string()),
        };
        if delivered.heard == Heard::Yes {
            fail::fail_point!(crate::crash::CONFIRMED);
        }
        Ok(delivered)
    }

    /// What becomes of a callback after its earlier attempts and this one.
    fn next(&self, callback: &Callback, heard: &Heard, now: Timestamp) -> NextDelivery {
        let wait = match heard {
            Heard::Yes => return NextDelivery::Delivered,
            Heard::NeverAgain => return NextDelivery::GivenUp,
            Heard::No { wait, .. } => wait.unwrap_or_default().min(LONGEST),
        };
        let Some(due) = due(callback, now, self.chance.bytes()[0]) else { return NextDelivery::GivenUp };
        NextDelivery::At(due.max(later(now, wait)))
    }
}

/// When the attempt after this one is due: none when this is the last.
///
/// It is counted from the first attempt of the series, a little sooner or later by chance, so that what failed together does not
/// come again together, and that all attempts together still take what the schedule says: chance does not add up. An attempt that
/// comes late (nobody was there to make it) is followed by nine tenths of its pause at least.
fn due(callback: &Callback, now: Timestamp, chance: u8) -> Option<Timestamp> {
    let attempt = callback.attempt as usize;
    let pause = hurried(*SCHEDULE.get(attempt)?);
    let first = callback.deliveries.len().checked_sub(attempt).and_then(|first| callback.deliveries.get(first));
    let first = first.map_or(now, |delivery| delivery.at);
    let passed: Duration = SCHEDULE.iter().take(attempt).copied().map(hurried).sum();
    let nominal = later(first, passed + pause);
    let jitter = (pause / 10).min(JITTER);
    // In whole milliseconds, as all times are.
    let spread = u64::try_from((jitter * 2).as_millis()).unwrap_or(u64::MAX) / 255 * u64::from(chance);
    let around = nominal.checked_sub(SignedDuration::try_from(jitter).ok()?).ok()?;
    Some(later(around, Duration::from_millis(spread)).max(later(now, pause - jitter)))
}

struct Delivered {
    status: Option<u16>,
    heard: Heard,
}

impl Delivered {
    fn text(&self) -> String {
        match &self.heard {
            Heard::Yes => "confirmed".to_owned(),
            Heard::NeverAgain => "the target wants no more".to_owned(),
            Heard::No { text, .. } => text.clone(),
        }
    }
}

/// Reads an answer by its status alone, as the Standard Webhooks do: 2xx confirms, 410 wants no more, Retry-After is honoured.
pub fn heard_by_status(answer: &Answer) -> Heard {
    if answer.is_success() {
        return Heard::Yes;
    }
    if answer.status == 410 {
        return Heard::NeverAgain;
    }
    Heard::No { text: format!("HTTP {}", answer.status), wait: retry_after(answer) }
}

/// The seconds of a Retry-After. Its other form, a date, is left: clocks differ.
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    answer.header_value("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// Whether a callback still waits after so many attempts, for people.
pub fn attempts_left(callback: &Callback) -> u32 {
    if callback.state == CallbackState::Waiting { ATTEMPTS.saturating_sub(callback.attempt) } else { 0 }
}

#[cfg(test)]
mod tests;
