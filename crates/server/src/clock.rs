//! The time of day and identifiers, as arguments: a test says what they are and then compares whole answers.

use std::time::{Duration, Instant, SystemTime};

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time of day, for time stamps.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment, never going back, for measuring how long something took.
    fn elapsed(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose [`elapsed`](Clock::elapsed) counts from here.
    pub fn start() -> SystemClock {
        SystemClock { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Seconds since 1970-01-01 00:00:00 UTC; 0 before.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Where identifiers come from.
pub trait Ids: Send + Sync + 'static {
    /// One that was never given before: 32 lower-case hexadecimal digits.
    fn next(&self) -> String;
}

/// Random identifiers, UUID version 4.
#[derive(Debug, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
}
