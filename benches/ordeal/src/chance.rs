//! Chance that can be repeated: the same seed, the same choices.

use std::sync::atomic::{AtomicU64, Ordering};

/// SplitMix64: every call takes the next number of the sequence, whichever thread it comes from.
#[derive(Debug)]
pub(crate) struct Chance(AtomicU64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(AtomicU64::new(seed))
    }

    /// A number below `limit`; 0 when that is 0.
    pub(crate) fn below(&self, limit: u64) -> u64 {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).checked_rem(limit).unwrap_or(0)
    }

    /// True so many times out of a hundred.
    pub(crate) fn percent(&self, share: u64) -> bool {
        self.below(100) < share
    }
}
