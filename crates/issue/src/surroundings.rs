//! The clock and the chance, which come in from outside: the machine and the codecs have neither.

use jiff::Timestamp;

use crate::order::OrderId;

/// Tells the time. Everything here counts in whole milliseconds, and so may every store.
pub trait Clock: Send + Sync {
    /// Now, in whole milliseconds.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine that the program runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        milliseconds(Timestamp::now())
    }
}

/// The same moment without what is finer than a millisecond.
pub fn milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Unpredictable bytes: ids, nonces, the secrets in links, jitter.
pub trait Chance: Send + Sync {
    /// Sixteen bytes that nobody can guess.
    fn bytes(&self) -> [u8; 16];
}

/// The randomness of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // Every system this runs on has randomness; one that has none must not go on with guessable ids.
        #[allow(clippy::expect_used, reason = "without randomness nothing may go on")]
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}

/// Mints the id of an order: sortable by time, unguessable within a millisecond.
pub fn order_id(now: Timestamp, chance: &dyn Chance) -> OrderId {
    let mut bytes = chance.bytes();
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&milliseconds[2..]);
    OrderId(u128::from_be_bytes(bytes))
}
