//! How long the machine waits for what.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::crash::hurried;
use crate::surroundings::milliseconds;

/// Waiting times and limits. The defaults suit a tax bureau's platform behind a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// First pause between questions about an order; it doubles up to `ask_longest`.
    pub ask: Duration,
    /// Longest pause between questions.
    pub ask_longest: Duration,
    /// First pause before an attempt that was surely not sent, or refused for now, is made again; it doubles up to `send_longest`.
    pub send: Duration,
    /// Longest pause between such attempts.
    pub send_longest: Duration,
    /// Between the two "not found" that allow a new attempt. Longer than a call may be on its way, and longer than the provider
    /// may take to know an order that it accepted.
    pub quiet: Duration,
    /// After so long without an end an order needs attention.
    pub patience: Duration,
    /// The same for a reversal, whose confirmation by the other side may take 72 hours (reference, issuing §4.12).
    pub reversal_patience: Duration,
    /// Pause between questions about an order that needs attention.
    pub attention: Duration,
    /// After so many refusals for now in a row the refusal is final.
    pub refusals: u32,
    /// After so many tries to fetch documents, a missing one is given up if each invoice has one that can be read.
    pub fetches: u32,
}

impl Default for Pace {
    fn default() -> Pace {
        let seconds = |seconds: u64| hurried(Duration::from_secs(seconds));
        let minutes = |minutes: u64| seconds(minutes * 60);
        Pace {
            ask: seconds(2),
            ask_longest: minutes(5),
            send: seconds(5),
            send_longest: minutes(10),
            quiet: minutes(5),
            patience: minutes(24 * 60),
            reversal_patience: minutes(4 * 24 * 60),
            attention: minutes(60),
            refusals: 10,
            fetches: 8,
        }
    }
}

impl Pace {
    /// The pause before the next question after so many.
    pub(crate) fn asking(&self, tries: u32) -> Duration {
        doubled(self.ask, self.ask_longest, tries)
    }

    /// The pause before the next sending after so many.
    pub(crate) fn sending(&self, tries: u32) -> Duration {
        doubled(self.send, self.send_longest, tries)
    }
}

fn doubled(first: Duration, longest: Duration, times: u32) -> Duration {
    first.saturating_mul(1 << times.min(20)).min(longest)
}

/// A moment so much later, in whole milliseconds; the end of time at the latest.
pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    milliseconds(at.checked_add(by).unwrap_or(Timestamp::MAX))
}

/// Whether so much time has passed since.
pub(crate) fn passed(since: Timestamp, by: Duration, now: Timestamp) -> bool {
    now >= later(since, by)
}
