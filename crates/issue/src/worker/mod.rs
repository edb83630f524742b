//! The executor: lease what is due, commit what the machine decides, do the call, commit what the answer means.

mod fetch;
mod task;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::caller::Caller;
use crate::crash::hurried;
use crate::documents::Documents;
use crate::event;
use crate::machine::pace::{Pace, later};
use crate::machine::{self, Event, Refusal, Report, Step, Task};
use crate::order::{Order, Target};
use crate::store::{Callback, Change, Claim, Committed, Login, Store, StoreError};

/// Steps in one lease: more than any order takes, fewer than a loop that never ends.
const STEPS: usize = 32;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct Habits {
    /// Its name, for people.
    pub name: String,
    /// How long an order is leased. Longer than the longest call by far.
    pub lease: Duration,
    /// Orders that are worked on at once.
    pub at_once: usize,
    /// The longest pause between looks at the store: other processes accept orders too.
    pub look: Duration,
    /// Waiting times of orders.
    pub pace: Pace,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits {
            name: "worker".to_owned(),
            lease: hurried(Duration::from_secs(120)),
            at_once: 64,
            look: Duration::from_secs(1),
            pace: Pace::default(),
        }
    }
}

/// Works on orders. Any number of workers, in any number of processes on one store, get along.
#[derive(Clone)]
pub struct Worker {
    /// The way to the providers, with the store and the clock.
    pub caller: Caller,
    /// Where documents are kept.
    pub documents: Arc<dyn Documents>,
    /// How it works.
    pub habits: Habits,
    /// Told when there may be something to do at once.
    pub wake: Arc<Notify>,
    /// Told when there may be callbacks to send.
    pub tell: Arc<Notify>,
}

impl Worker {
    fn store(&self) -> &dyn Store {
        &*self.caller.store
    }

    fn now(&self) -> Timestamp {
        self.caller.clock.now()
    }

    /// Works until `stop` is told, then finishes what it has leased.
    pub async fn run(self, stop: Arc<Notify>) {
        let mut working = FuturesUnordered::new();
        let mut stopping = std::pin::pin!(stop.notified());
        loop {
            let free = self.habits.at_once.saturating_sub(working.len());
            if free > 0 {
                match self.lease(free).await {
                    Ok(leased) => working.extend(leased.into_iter().map(|order| tokio::spawn(self.clone().work(order)))),
                    Err(error) => tracing::warn!(%error, worker = self.habits.name, "no orders could be leased"),
                }
            }
            let pause = self.pause(working.len()).await;
            tokio::select! {
                () = &mut stopping => break,
                () = self.wake.notified() => {}
                // A worker that panicked has left its order leased: it is leased again when that ends.
                Some(_) = working.next() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while working.next().await.is_some() {}
    }

    /// Until when there is nothing to do here: the next due, or the next look.
    async fn pause(&self, busy: usize) -> Duration {
        if busy >= self.habits.at_once {
            return self.habits.look;
        }
        let until = match self.store().next_due().await {
            Ok(Some(due)) => Duration::try_from(due.duration_since(self.now())).unwrap_or(Duration::ZERO),
            Ok(None) | Err(_) => self.habits.look,
        };
        // What is due and was not leased is held by others: not too hasty.
        until.clamp(Duration::from_millis(20), self.habits.look)
    }

    /// Leases what is due, at most so many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lease(&self, limit: usize) -> Result<Vec<Order>, StoreError> {
        let now = self.now();
        let claim = Claim { worker: self.habits.name.clone(), now, until: later(now, self.habits.lease), limit };
        self.store().lease(&claim).await
    }

    /// Works on a leased order until the lease is given back. Errors end it early: the lease ends by itself and the order is
    /// taken up again.
    pub async fn work(self, order: Order) {
        let id = order.id;
        if let Err(error) = self.follow(order).await {
            tracing::warn!(%error, order = %id, "an order was left for its next lease");
        }
    }

    async fn follow(&self, mut order: Order) -> Result<(), StoreError> {
        let mut report = Report::Leased;
        for _ in 0..STEPS {
            let Some((after, task)) = self.commit(order, report).await? else { return Ok(()) };
            order = after;
            let Some(task) = task else { return Ok(()) };
            report = self.perform(&order, task).await?;
            fail::fail_point!(crate::crash::ANSWERED);
        }
        tracing::error!(order = %order.id, "an order takes no end in one lease");
        Ok(())
    }

    /// Takes the machine's step on a report and commits it. None when the lease has passed on. When another change came first
    /// the report is weighed anew on what is stored.
    async fn commit(&self, mut order: Order, report: Report) -> Result<Option<(Order, Option<Task>)>, StoreError> {
        let fence = order.progress.fence;
        let event = Event::Report { fence, report };
        loop {
            let step = match machine::step(&order, &event, self.now(), &self.habits.pace) {
                Ok(step) => step,
                Err(Refusal::Stale) => return Ok(None),
                Err(refusal) => {
                    tracing::error!(order = %order.id, %refusal, "a report was refused");
                    return Ok(None);
                }
            };
            let task = step.task;
            fail::fail_point!(crate::crash::LEASED);
            match self.keep(&order, step).await? {
                Some(after) => return Ok(Some((after, task))),
                None => match self.store().order_by_id(order.id).await? {
                    Some(stored) => order = stored,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Commits a step. None on a conflict.
    async fn keep(&self, order: &Order, step: Step) -> Result<Option<Order>, StoreError> {
        let login = step.login.clone();
        let told = step.tell.is_some();
        let after = Order { progress: step.progress.clone(), ..order.clone() };
        if let Some(change) = change(self.store(), order, step).await?
            && self.store().commit(&change).await? == Committed::Conflict
        {
            return Ok(None);
        }
        if told {
            self.tell.notify_one();
        }
        if let Some(login) = login {
            self.note_login(&after, &login).await?;
        }
        Ok(Some(after))
    }

    async fn note_login(&self, order: &Order, login: &Login) -> Result<(), StoreError> {
        self.store().note_login(&order.app, order.seller(), login).await
    }
}

/// What a store commits for a step: none when nothing changed.
///
/// # Errors
/// When the app, whose addresses are told, cannot be read.
pub async fn change(store: &dyn Store, order: &Order, step: Step) -> Result<Option<Change>, StoreError> {
    let from = order.progress.version;
    if step.progress.version == from {
        return Ok(None);
    }
    let event = step.tell.map(|kind| event::Event::of(order, &step.progress, kind));
    let mut callbacks = Vec::new();
    if let Some(event) = &event {
        for (target, place) in targets(store, order).await?.into_iter().zip(0..) {
            callbacks.push(Callback::waiting(event, place, target));
        }
    }
    let known = order.progress.reversals.len();
    let added = (known..step.progress.reversals.len()).filter_map(|place| u16::try_from(place).ok());
    let reversal_numbers = added.map(|place| order.reversal_number(place)).collect();
    Ok(Some(Change { order: order.id, from, progress: step.progress, entries: step.entries, event, callbacks, reversal_numbers }))
}

/// Where an order's events go: its own addresses, then the app's, each once.
async fn targets(store: &dyn Store, order: &Order) -> Result<Vec<Target>, StoreError> {
    let mut targets = order.notify.clone();
    if let Some(app) = store.app(&order.app).await? {
        for target in app.targets {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

#[cfg(test)]
mod tests;
