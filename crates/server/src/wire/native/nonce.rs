//! Nonces that were seen: a signed request is good once.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Seconds that a nonce is remembered at least: as long as its time stamp may be good, which can be that far ahead.
const LIFE: i64 = 2 * super::entry::WINDOW;
/// Nonces of one generation; they take some 20 MiB.
const MOST: usize = 1_000_000;

/// What a nonce is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Seen for the first time, and remembered.
    Fresh,
    /// Seen before.
    Again,
    /// There is no room to remember it: it must not be believed now.
    Full,
}

/// The nonces of the last minutes, on this server. Several servers do not know one another's: there the number of an order is
/// what nothing gets past twice.
#[derive(Default)]
pub(super) struct Nonces {
    /// Keyed by chance, so that nobody can choose nonces that collide.
    hasher: RandomState,
    seen: Mutex<Generations>,
}

/// Two generations: while one is filled, the other is remembered still.
#[derive(Default)]
struct Generations {
    since: i64,
    present: HashSet<u64>,
    earlier: HashSet<u64>,
}

impl Nonces {
    /// Takes note of an app's nonce.
    pub(super) fn note(&self, app: &str, nonce: &str, now: Timestamp) -> Seen {
        let digest = self.hasher.hash_one((app, nonce));
        let now = now.as_second();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now.abs_diff(seen.since) >= 2 * LIFE.unsigned_abs() {
            *seen = Generations { since: now, ..Generations::default() };
        } else if now - seen.since >= LIFE {
            seen.earlier = std::mem::take(&mut seen.present);
            seen.since = now;
        }
        if seen.earlier.contains(&digest) || seen.present.contains(&digest) {
            Seen::Again
        } else if seen.present.len() >= MOST {
            Seen::Full
        } else {
            seen.present.insert(digest);
            Seen::Fresh
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_once_for_as_long_as_its_time_stamp() {
        let nonces = Nonces::default();
        let note = |app: &str, nonce: &str, second: i64| nonces.note(app, nonce, Timestamp::from_second(second).unwrap());
        assert_eq!(note("demo", "a", 10_000), Seen::Fresh);
        assert_eq!(note("other", "a", 10_000), Seen::Fresh);
        for second in [10_000, 10_299, 10_599, 10_600] {
            assert_eq!(note("demo", "a", second), Seen::Again, "{second}");
        }
        // Of the second half of a generation.
        assert_eq!(note("demo", "b", 11_190), Seen::Fresh);
        assert_eq!(note("demo", "b", 11_789), Seen::Again);
        assert_eq!(note("demo", "a", 13_000), Seen::Fresh);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let nonces = Nonces::default();
        nonces.seen.lock().unwrap().present = (0..MOST as u64).collect();
        nonces.seen.lock().unwrap().since = 1;
        assert_eq!(nonces.note("demo", "a", Timestamp::from_second(2).unwrap()), Seen::Full);
    }
}
