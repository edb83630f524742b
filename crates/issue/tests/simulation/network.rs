//! The network between us, the provider and the partners.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use issue::conformance::oracle::Oracle;
use issue::conformance::surroundings::{Seeded, SetClock};
use issue::provider::{Answer, Call};
use issue::surroundings::Clock;
use issue::transport::{Fault, Transport};
use jiff::{SignedDuration, Timestamp};

/// A message is under way for so long at most.
const DELAY: u64 = 60_000;

/// Gives the simulator its turn: here the process may die.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn plus(at: Timestamp, by: Duration) -> Timestamp {
    at + SignedDuration::try_from(by).unwrap()
}

/// The way to the provider.
pub(crate) struct Net {
    pub(crate) oracle: Arc<Oracle>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) seeded: Arc<Seeded>,
    pub(crate) faults: AtomicBool,
    /// Whether it says "unknown" of what is unknown.
    pub(crate) honest: bool,
    /// Calls that arrive late.
    pub(crate) delayed: Mutex<Vec<(Timestamp, Call)>>,
}

impl Net {
    fn lost(&self) -> Fault {
        if self.honest { Fault::Unknown("timeout".to_owned()) } else { Fault::NotSent("timeout".to_owned()) }
    }

    /// Time passes until a moment; what is under way arrives at its own.
    pub(crate) fn pass_to(&self, moment: Timestamp) {
        let mut delayed = std::mem::take(&mut *self.delayed.lock().unwrap());
        delayed.sort_by_key(|(at, _)| *at);
        let arrived = delayed.partition_point(|(at, _)| *at <= moment);
        for (at, call) in delayed.drain(..arrived) {
            self.clock.forward_to(at);
            self.oracle.handle(&call);
        }
        self.clock.forward_to(moment);
        *self.delayed.lock().unwrap() = delayed;
    }
}

#[async_trait]
impl Transport for Net {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        let begun = self.clock.now();
        Turn(false).await;
        if self.clock.now() > plus(begun, call.time) {
            return Err(Fault::Unknown("timeout".to_owned()));
        }
        let fault = if self.faults.load(Ordering::SeqCst) { self.seeded.below(100) } else { 100 };
        match fault {
            0..8 => return Err(Fault::NotSent("refused".to_owned())),
            8..14 => return Err(self.lost()),
            14..24 => {
                let at = plus(self.clock.now(), Duration::from_millis(self.seeded.below(DELAY)));
                self.delayed.lock().unwrap().push((at, call.clone()));
                return Err(self.lost());
            }
            _ => {}
        }
        let answer = self.oracle.handle(call);
        match fault {
            24..32 => return Err(self.lost()),
            32..36 => return Ok(Answer::new(200, "<html>garbage")),
            36..40 => return Ok(Answer::new(500, "")),
            _ => {}
        }
        Turn(false).await;
        Ok(answer)
    }
}

/// The partners.
pub(crate) struct Partners {
    pub(crate) seeded: Arc<Seeded>,
    pub(crate) faults: AtomicBool,
    /// The ids of the events that they heard of.
    pub(crate) heard: Mutex<HashSet<String>>,
}

#[async_trait]
impl Transport for Partners {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        Turn(false).await;
        let fault = if self.faults.load(Ordering::SeqCst) { self.seeded.below(100) } else { 100 };
        match fault {
            0..10 => return Err(Fault::NotSent("refused".to_owned())),
            10..25 => return Ok(Answer::new(503, "")),
            _ => {}
        }
        self.heard.lock().unwrap().insert(call.header_value("webhook-id").unwrap().to_owned());
        if fault < 35 {
            return Err(Fault::Unknown("reset".to_owned()));
        }
        Turn(false).await;
        Ok(Answer::new(204, ""))
    }
}
