//! A clock that is set by hand, chance from a seed, a vault that hides nothing.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::secret::{Sealed, Secret, Vault, VaultError};
use crate::surroundings::{Chance, Clock};

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// It stands at this moment.
    pub fn at(moment: Timestamp) -> SetClock {
        SetClock(AtomicI64::new(moment.as_millisecond()))
    }

    /// Moves it forward.
    pub fn forward(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Moves it to a moment, never back.
    pub fn forward_to(&self, moment: Timestamp) {
        self.0.fetch_max(moment.as_millisecond(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Repeatable chance: SplitMix64, whose whole state is one number.
#[derive(Debug)]
pub struct Seeded(AtomicU64);

impl Seeded {
    /// From a seed.
    pub fn from(seed: u64) -> Seeded {
        Seeded(AtomicU64::new(seed))
    }

    /// The next number.
    pub fn number(&self) -> u64 {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub fn below(&self, bound: u64) -> u64 {
        self.number() % bound.max(1)
    }

    /// True in so many of a hundred.
    pub fn percent(&self, of: u64) -> bool {
        self.below(100) < of
    }
}

impl Chance for Seeded {
    fn bytes(&self) -> [u8; 16] {
        (u128::from(self.number()) << 64 | u128::from(self.number())).to_be_bytes()
    }
}

/// A vault for tests: what it seals can be read by anybody, but is bound to its place.
#[derive(Debug, Default)]
pub struct GlassVault;

impl Vault for GlassVault {
    fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, VaultError> {
        Ok(Sealed(format!("{place}\n{}", secret.expose()).into_bytes()))
    }

    fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        let text = String::from_utf8_lossy(&sealed.0);
        let open = text.strip_prefix(&format!("{place}\n"));
        open.map(Secret::new).ok_or_else(|| VaultError { place: place.to_owned(), what: "opened" })
    }
}
