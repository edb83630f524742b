//! What the bureau writes down of an order or a red letter.

use std::collections::BTreeMap;
use std::time::Duration;

use issue::order::{Extent, ProviderNumber, TaxId};
use issue::provider::Answer;
use issue::transport::Fault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::book::Place;
use super::desk::Done;
use super::message::{Letter, Numbered, Stage};
use super::switch::{Switch, Switches};

/// What [`Switch::Slow`] multiplies the delay by, and how much longer than the bureau a buyer takes.
const SLOW: u32 = 30;

/// An order or a red letter in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    seller: TaxId,
    /// The seller's switches as they were at the last call.
    switches: Switches,
    /// Those of the order's remark.
    remark: Switches,
    /// How many times each has worked.
    hits: BTreeMap<Switch, u32>,
    delay_ms: u64,
    notice: bool,
    pub(super) stage: Stage,
    pub(super) content: Option<Place>,
    pub(super) invoices: Vec<Numbered>,
    /// Of a red letter: what it reverses.
    pub(super) red: Option<Red>,
    /// Of an order: the numbers of the red letters that were asked for.
    pub(super) reds: Vec<ProviderNumber>,
}

/// What a red letter reverses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Red {
    pub(super) invoice: String,
    pub(super) extent: Extent,
}

impl Entry {
    pub(super) fn untaken(letter: &Letter) -> Entry {
        Entry {
            seller: letter.seller.clone(),
            switches: letter.switches.clone(),
            remark: Switches::default(),
            hits: BTreeMap::new(),
            delay_ms: letter.delay_ms,
            notice: letter.notice,
            stage: Stage::Untaken,
            content: None,
            invoices: Vec::new(),
            red: None,
            reds: Vec::new(),
        }
    }

    pub(super) fn seller(&self) -> &TaxId {
        &self.seller
    }

    /// Takes over the switches of the order's remark.
    pub(super) fn heed(&mut self, remark: Switches) {
        self.remark = remark;
    }

    /// Whether a switch is on.
    pub(super) fn has(&self, switch: Switch) -> bool {
        self.switches.has(switch) || self.remark.has(switch)
    }

    /// Whether notices are wanted.
    pub(super) fn notices(&self) -> bool {
        self.notice
    }

    /// Takes over what the seller's settings say now.
    pub(super) fn meet(&mut self, letter: &Letter) {
        self.switches = letter.switches.clone();
        self.delay_ms = letter.delay_ms;
        self.notice |= letter.notice;
    }

    /// Whether a switch is on and works this time too; the time is counted.
    pub(super) fn hit(&mut self, switch: Switch) -> bool {
        let Some(times) = self.remark.times(switch).or_else(|| self.switches.times(switch)) else { return false };
        let hits = self.hits.entry(switch).or_default();
        let works = *hits < times;
        *hits = hits.saturating_add(u32::from(works));
        works
    }

    /// When a buyer has decided about something that begins now.
    pub(super) fn decided(&self, now: Timestamp) -> Timestamp {
        let delay = Duration::from_millis(self.delay_ms).saturating_mul(SLOW);
        now.checked_add(delay).unwrap_or(Timestamp::MAX)
    }

    /// When something that begins now is done.
    pub(super) fn due(&mut self, now: Timestamp) -> Timestamp {
        let delay = Duration::from_millis(self.delay_ms);
        let delay = if self.hit(Switch::Slow) { delay.saturating_mul(SLOW) } else { delay };
        now.checked_add(delay).unwrap_or(Timestamp::MAX)
    }

    /// Faults after the work was done: the answer is lost in one way or another.
    pub(super) fn lost(&mut self) -> Option<Done> {
        if self.hit(Switch::TimeoutAfter) {
            return Some(Done::Fault(Fault::Unknown("timed out".to_owned())));
        }
        if self.hit(Switch::LostAnswer) {
            return Some(Done::Fault(Fault::Unknown("the connection was reset".to_owned())));
        }
        if self.hit(Switch::Garbage) {
            return Some(Done::Raw(Answer::new(200, &b"{\"told\":"[..])));
        }
        self.hit(Switch::ServerError).then(|| Done::Raw(Answer::new(500, &b"internal error"[..])))
    }

    /// Faults before anything is done.
    pub(super) fn unreached(&mut self) -> Option<Done> {
        if self.hit(Switch::Unreachable) {
            return Some(Done::Fault(Fault::NotSent("connection refused".to_owned())));
        }
        self.hit(Switch::TimeoutBefore).then(|| Done::Fault(Fault::Unknown("timed out".to_owned())))
    }
}
