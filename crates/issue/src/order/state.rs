//! The states of an order, and where an order stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Invoice, Reversal};

/// The state of an order. docs/orders.md draws how they follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Stored, nothing is outstanding at the provider; an attempt will be made when it is due.
    Accepted,
    /// The intent to send is committed; the call is under way or nobody has told its end yet.
    Issuing,
    /// It was sent and its fate is unknown: it will be asked for, never sent again.
    Unknown,
    /// It is being asked for, again and again: the provider has it, or may have it.
    Querying,
    /// The invoice exists and its documents are being made, sealed or fetched.
    Sealing,
    /// Issued, documents kept. Terminal, but for a reversal.
    Issued,
    /// Refused for good, with the reason. Only an explicit retry leaves it.
    Failed,
    /// Waited too long: a person has to look. Still asked for at long intervals, never dropped.
    NeedsAttention,
    /// A red letter is on its way.
    Reversing,
    /// A part was reversed; the invoice stands for the rest.
    PartlyReversed,
    /// Wholly reversed. Terminal.
    Reversed,
}

impl State {
    /// All of them, in the order of an order's life.
    pub const ALL: [State; 11] = [
        State::Accepted,
        State::Issuing,
        State::Unknown,
        State::Querying,
        State::Sealing,
        State::Issued,
        State::Failed,
        State::NeedsAttention,
        State::Reversing,
        State::PartlyReversed,
        State::Reversed,
    ];

    /// The name in APIs, stores and documents.
    pub fn name(self) -> &'static str {
        match self {
            State::Accepted => "accepted",
            State::Issuing => "issuing",
            State::Unknown => "unknown",
            State::Querying => "querying",
            State::Sealing => "sealing",
            State::Issued => "issued",
            State::Failed => "failed",
            State::NeedsAttention => "needs_attention",
            State::Reversing => "reversing",
            State::PartlyReversed => "partly_reversed",
            State::Reversed => "reversed",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// True when nothing more happens by itself.
    pub fn is_settled(self) -> bool {
        matches!(self, State::Issued | State::Failed | State::PartlyReversed | State::Reversed)
    }

    /// True when the invoice was issued, whatever became of it since.
    pub fn is_issued(self) -> bool {
        matches!(self, State::Issued | State::Reversing | State::PartlyReversed | State::Reversed)
    }
}

/// Why an order failed, waits, or wants attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The provider's code, or ours in lower case: `unknown_outcome`, `too_old`, `not_sent`, `document_damaged` ….
    pub code: String,
    /// In the words of whoever said it; shown to the partner.
    pub text: String,
    /// The seller has to log in at the tax bureau's platform (税号登录) before a retry can help.
    pub needs_login: bool,
}

impl Reason {
    /// A reason of ours.
    pub fn new(code: &str, text: impl Into<String>) -> Reason {
        Reason { code: code.to_owned(), text: text.into(), needs_login: false }
    }
}

/// Where an order stands: everything that changes after it was accepted. The machine makes one of these of another; a store
/// keeps it whole (as JSON, with the fields it searches by in columns of their own).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The state.
    pub state: State,
    /// Counts every commit of this order, from 1. A change is committed only on the version it was computed from.
    pub version: u64,
    /// Rises with every lease. What a worker reports under an older token is void.
    pub fence: u64,
    /// Until when the holder of `fence` may work; none when nobody does.
    pub leased_until: Option<Timestamp>,
    /// When there is next something to do; none when there is nothing. This is the order's job: it exists as long as the
    /// order is not settled, in the order's own row.
    pub due: Option<Timestamp>,
    /// Attempts at issuing whose intent was committed, from 0.
    pub attempt: u32,
    /// When the intent of the last attempt was committed, while its fate is open.
    pub sent_at: Option<Timestamp>,
    /// The provider has acknowledged the order: a new attempt is a re-issue, and "not found" is not believed.
    pub registered: bool,
    /// The provider has acknowledged the last attempt: what it says of the order is about this attempt, not an earlier one.
    #[serde(default)]
    pub acknowledged: bool,
    /// The provider's serial of the order (发票流水号), once it gave one.
    pub serial: Option<String>,
    /// The first "not found" since `sent_at`; a second one after the quiet period allows a new attempt.
    pub missed_at: Option<Timestamp>,
    /// Tries of the present step, for growing pauses. 0 when the step is fresh.
    pub tries: u32,
    /// Since when the order waits for its end; an explicit retry starts anew.
    pub waiting_since: Timestamp,
    /// Why it failed or waits.
    pub reason: Option<Reason>,
    /// Its invoices: none before issuing, several when it was split, and the red letters behind them.
    pub invoices: Vec<Invoice>,
    /// Its reversals, oldest first.
    pub reversals: Vec<Reversal>,
    /// When the last change was committed.
    pub changed_at: Timestamp,
    /// When the state became issued.
    pub issued_at: Option<Timestamp>,
}

impl Progress {
    /// Of an order that was just accepted: due at once.
    pub fn accepted(now: Timestamp) -> Progress {
        Progress {
            state: State::Accepted,
            version: 1,
            fence: 0,
            leased_until: None,
            due: Some(now),
            attempt: 0,
            sent_at: None,
            registered: false,
            acknowledged: false,
            serial: None,
            missed_at: None,
            tries: 0,
            waiting_since: now,
            reason: None,
            invoices: Vec::new(),
            reversals: Vec::new(),
            changed_at: now,
            issued_at: None,
        }
    }
}
