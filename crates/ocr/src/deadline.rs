//! The moment after which reading gives up.

use std::time::Instant;

use crate::error::Error;

/// A wall-time limit that began when it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    until: Option<Instant>,
    allowed: u64,
}

impl Deadline {
    /// A limit that ends at `until`, or never.
    pub(crate) fn new(until: Option<Instant>) -> Deadline {
        let left = until.map_or(u128::MAX, |until| until.saturating_duration_since(Instant::now()).as_millis());
        Deadline { until, allowed: u64::try_from(left).unwrap_or(u64::MAX) }
    }

    /// # Errors
    /// [`Error::Time`] when the moment is past.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.until {
            Some(until) if Instant::now() >= until => Err(Error::Time(self.allowed)),
            _ => Ok(()),
        }
    }
}
