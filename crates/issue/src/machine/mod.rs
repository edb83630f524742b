//! The machine: pure, (state, event, now) → (state, effects).
//!
//! [`table`] decides every pair of state and signal, [`phase`] every pair of a reversal's phase and signal; `apply` and
//! `reversal` carry the decisions out on a copy of the order's progress. Nothing here knows a clock, a store or a network: the
//! worker and the desk hand events in, commit what comes out, and only then do the [`Task`].

mod apply;
pub mod pace;
pub mod page;
pub mod phase;
mod reversal;
pub mod table;

use jiff::Timestamp;

use crate::event::Kind;
use crate::order::{Document, Entry, Order, Progress, ReversalRequest};
use crate::provider::{Outcome, RedStanding, Standing};
use crate::store::Login;
use pace::Pace;
use table::Signal;

/// What happens to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A worker reports, under the fencing token of its lease.
    Report {
        /// The token.
        fence: u64,
        /// What it reports.
        report: Report,
    },
    /// The provider gave notice. Nothing of it is believed; it is asked.
    Noticed {
        /// What it claims, for the timeline.
        claim: String,
    },
    /// Somebody asks for another attempt.
    Retry {
        /// What the seller has to do first, when its login is known to be missing.
        login_missing: Option<String>,
    },
    /// Somebody asks for a reversal.
    Reverse(ReversalRequest),
    /// Somebody takes a reversal back; without a place, the one under way.
    Withdraw {
        /// Its place among the order's reversals.
        reversal: Option<u16>,
    },
}

/// What a worker reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// It has leased the order and asks what to do.
    Leased,
    /// The answer to [`Task::Issue`] or [`Task::Reissue`].
    Answered(Outcome),
    /// The answer to [`Task::Query`].
    Found(Standing),
    /// What came of [`Task::Fetch`].
    Fetched(Fetched),
    /// The answer to [`Task::Reverse`].
    RedAnswered(u16, Outcome),
    /// The answer to [`Task::QueryReversal`] or [`Task::FindRed`].
    RedFound(u16, RedStanding),
    /// The answer to [`Task::Withdraw`].
    Withdrew(u16, Outcome),
    /// What came of [`Task::FetchRed`].
    RedFetched(u16, Fetched),
}

/// Documents that were fetched, checked and kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetched {
    /// Each with the place of its invoice.
    pub documents: Vec<(u16, Document)>,
    /// Why one is missing; none when none is.
    pub missing: Option<String>,
}

/// What the worker does after the step is committed, in the same lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// [`crate::provider::Provider::issue`].
    Issue,
    /// [`crate::provider::Provider::reissue`].
    Reissue,
    /// [`crate::provider::Provider::query`].
    Query,
    /// Fetch and keep the documents of the order's invoices.
    Fetch,
    /// [`crate::provider::Provider::reverse`] for the reversal at this place.
    Reverse(u16),
    /// [`crate::provider::Provider::query_reversal`].
    QueryReversal(u16),
    /// [`crate::provider::Provider::withdraw`].
    Withdraw(u16),
    /// [`crate::provider::Provider::query`] with the red letter's number, for its documents.
    FindRed(u16),
    /// Fetch and keep the documents of the red letter of the reversal at this place.
    FetchRed(u16),
}

/// A step: what is committed as one, and what is done then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the order stands after it. Its version is one more than before, or the same when nothing changed and nothing need
    /// be committed.
    pub progress: Progress,
    /// Lines for the timeline.
    pub entries: Vec<Entry>,
    /// What partners are told.
    pub tell: Option<Kind>,
    /// What to do next; without one the lease was given back.
    pub task: Option<Task>,
    /// What this showed about the seller's login.
    pub login: Option<Login>,
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The worker's lease has passed on.
    #[error("the lease has passed on")]
    Stale,
    /// It is under way.
    #[error("开票中(重试中),请耐心等待开票结果")]
    UnderWay,
    /// It is issued.
    #[error("发票已经生成,不需要重复提交")]
    Issued,
    /// It is not issued.
    #[error("发票尚未开具,不能红冲")]
    NotIssued,
    /// It is wholly reversed.
    #[error("发票已全额红冲")]
    Reversed,
    /// There is no reversal under way.
    #[error("没有进行中的红冲")]
    NoReversal,
    /// The seller has to log in first.
    #[error("{text}")]
    NeedsLogin {
        /// What has to be done.
        text: String,
    },
    /// The reversal does not fit the invoice.
    #[error("红冲内容有误: {why}")]
    NotReversible {
        /// Why.
        why: String,
    },
}

/// Takes one step.
///
/// # Errors
/// When the event is refused; nothing changes then.
pub fn step(order: &Order, event: &Event, now: Timestamp, pace: &Pace) -> Result<Step, Refusal> {
    if let Event::Report { fence, .. } = event
        && (*fence != order.progress.fence || order.progress.leased_until.is_none())
    {
        return Err(Refusal::Stale);
    }
    let waiting_since = patient(order, event, now, pace);
    let signal = signal(order, waiting_since, event, now, pace);
    let mut draft = apply::Draft::of(order, signal, now, pace);
    draft.progress.waiting_since = waiting_since;
    draft.apply(table::rule(order.progress.state, signal), event)?;
    Ok(draft.finish())
}

/// Since when the patience with an order counts. Time in which nobody was there to work on it (the platform was down) does not:
/// an order that is leased long after it was due is worked on before a person is called.
fn patient(order: &Order, event: &Event, now: Timestamp, pace: &Pace) -> Timestamp {
    let Progress { due, waiting_since, .. } = order.progress;
    match (event, due) {
        (Event::Report { report: Report::Leased, .. }, Some(due)) if pace::passed(due, pace.ask_longest, now) => {
            waiting_since.checked_add(now.duration_since(due)).unwrap_or(now).min(now)
        }
        _ => waiting_since,
    }
}

/// Which signal an event is.
fn signal(order: &Order, waiting_since: Timestamp, event: &Event, now: Timestamp, pace: &Pace) -> Signal {
    let report = match event {
        Event::Report { report, .. } => report,
        Event::Noticed { .. } => return Signal::Noticed,
        Event::Retry { .. } => return Signal::Retry,
        Event::Reverse(_) => return Signal::Reverse,
        Event::Withdraw { .. } => return Signal::Withdraw,
    };
    match report {
        Report::Leased => {
            let patience = if order.progress.state.is_issued() { pace.reversal_patience } else { pace.patience };
            if pace::passed(waiting_since, patience, now) { Signal::TooOld } else { Signal::Leased }
        }
        Report::Answered(outcome) => answered(outcome),
        Report::Found(standing) => match standing {
            Standing::NotFound => Signal::NotFound,
            Standing::Pending { .. } => Signal::FoundPending,
            Standing::Sealing { .. } => Signal::FoundSealing,
            Standing::SealFailed { .. } => Signal::FoundSealFailed,
            // Issued without an invoice says nothing.
            Standing::Issued { invoices, .. } if invoices.is_empty() => Signal::Unclear,
            Standing::Issued { .. } => Signal::FoundIssued,
            Standing::Failed(_) => Signal::FoundFailed,
            Standing::Unclear { .. } => Signal::Unclear,
        },
        Report::Fetched(_) => Signal::Fetched,
        Report::RedAnswered(..) | Report::RedFound(..) | Report::Withdrew(..) | Report::RedFetched(..) => Signal::Red,
    }
}

/// Which signal the end of a sending is.
fn answered(outcome: &Outcome) -> Signal {
    match outcome {
        Outcome::Accepted { .. } => Signal::Accepted,
        Outcome::Issued { invoices, .. } if invoices.is_empty() => Signal::Accepted,
        Outcome::Issued { .. } => Signal::Issued,
        Outcome::Rejected(rejection) if rejection.retryable && !rejection.needs_login => Signal::RejectedForNow,
        Outcome::Rejected(_) => Signal::Rejected,
        Outcome::NotSent { .. } => Signal::NotSent,
        Outcome::Unknown { .. } => Signal::NoAnswer,
    }
}

#[cfg(test)]
mod tests;
