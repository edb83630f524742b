//! Rows of the outbox: an event on its way to one target.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Event, EventId};
use crate::order::{NoId, Target};

/// The id of a callback: the event, and which of its targets. Its text is `<event>_<place>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallbackId {
    /// What is told.
    pub event: EventId,
    /// Which target, from 0.
    pub place: u16,
}

impl fmt::Display for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.event, self.place)
    }
}

impl FromStr for CallbackId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<CallbackId, NoId> {
        let wrong = || NoId { kind: "callback id", text: text.to_owned() };
        let (event, place) = text.rsplit_once('_').ok_or_else(wrong)?;
        Ok(CallbackId { event: event.parse().map_err(|_| wrong())?, place: place.parse().map_err(|_| wrong())? })
    }
}

/// How a callback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// It will be sent when it is due.
    Waiting,
    /// The target confirmed it.
    Delivered,
    /// No attempt is left; it can be replayed by hand.
    GivenUp,
}

impl CallbackState {
    /// The name in APIs and stores.
    pub fn name(self) -> &'static str {
        match self {
            CallbackState::Waiting => "waiting",
            CallbackState::Delivered => "delivered",
            CallbackState::GivenUp => "given_up",
        }
    }
}

/// A callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Its id.
    pub id: CallbackId,
    /// What is told.
    pub event: Event,
    /// To whom.
    pub target: Target,
    /// How it stands.
    pub state: CallbackState,
    /// Attempts of the present series; a replay begins a new one.
    pub attempt: u32,
    /// Rises with every lease.
    pub fence: u64,
    /// When it is sent next; none when it is not waiting.
    pub due: Option<Timestamp>,
    /// The last attempts, oldest first, at most [`Callback::REMEMBERED`].
    pub deliveries: Vec<Delivery>,
}

impl Callback {
    /// Attempts that are remembered.
    pub const REMEMBERED: usize = 20;

    /// A callback that was not sent yet.
    pub fn waiting(event: &Event, place: u16, target: Target) -> Callback {
        Callback {
            id: CallbackId { event: event.id, place },
            event: event.clone(),
            target,
            state: CallbackState::Waiting,
            attempt: 0,
            fence: 0,
            due: Some(event.at),
            deliveries: Vec::new(),
        }
    }

    /// Writes an attempt down, and what becomes of the callback. Stores that keep a callback whole settle it by this.
    pub fn settle(&mut self, delivery: Delivery, next: NextDelivery) {
        self.attempt = self.attempt.saturating_add(1);
        self.deliveries.push(delivery);
        let beyond = self.deliveries.len().saturating_sub(Callback::REMEMBERED);
        self.deliveries.drain(..beyond);
        (self.state, self.due) = match next {
            NextDelivery::Delivered => (CallbackState::Delivered, None),
            NextDelivery::At(at) => (CallbackState::Waiting, Some(at)),
            NextDelivery::GivenUp => (CallbackState::GivenUp, None),
        };
    }

    /// Begins anew from a moment on: whatever a sender of before reports is void.
    pub fn replay(&mut self, now: Timestamp) {
        self.state = CallbackState::Waiting;
        self.attempt = 0;
        self.fence = self.fence.saturating_add(1);
        self.due = Some(now);
    }
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// When.
    pub at: Timestamp,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// What came of it, in a few words; never the body of the answer.
    pub text: String,
}

/// What becomes of a callback after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextDelivery {
    /// It was confirmed.
    Delivered,
    /// It is sent again then.
    At(Timestamp),
    /// No attempt is left, or the target wants no more.
    GivenUp,
}
