//! The points at which a test ends the process: between any two things that must not come apart.
//!
//! With the feature `crash` each is a failpoint of the crate `fail` (`FAILPOINTS="cp5=1*off->panic"` in the environment and
//! `fail::FailScenario::setup()` in the program, where a panic ends the process at once); without it they are not there. Stores
//! and servers have points of their own under the names that stand here.

use std::time::Duration;

/// After a request was authenticated and checked, before the order is stored.
pub const CHECKED: &str = "cp1";
/// In the store: after the rows are written, before their commit.
pub const WRITTEN: &str = "cp2";
/// After the commit of an order, before it is answered.
pub const ACCEPTED: &str = "cp3";
/// After a lease, before the intent is committed.
pub const LEASED: &str = "cp4";
/// After the intent is committed, before the provider is connected to.
pub const INTENT: &str = "cp5";
/// After the bytes of a call are sent, before its answer is read.
pub const SENT: &str = "cp6";
/// After the answer is read, before what it means is committed.
pub const ANSWERED: &str = "cp7";
/// After the state and its callbacks are committed, before a callback is sent.
pub const COMMITTED: &str = "cp8";
/// After a callback was confirmed, before that is written down.
pub const CONFIRMED: &str = "cp9";
/// In the store: while its log is checkpointed.
pub const CHECKPOINT: &str = "cp10";
/// In the store: in the middle of a migration.
pub const MIGRATION: &str = "cp11";
/// In the server: while it drains before it ends.
pub const DRAIN: &str = "cp12";

/// All of them.
pub const POINTS: [&str; 12] =
    [CHECKED, WRITTEN, ACCEPTED, LEASED, INTENT, SENT, ANSWERED, COMMITTED, CONFIRMED, CHECKPOINT, MIGRATION, DRAIN];

/// Not a point but a lie: with it an order is answered first and stored a moment later. Whatever looks for lost orders has to
/// find those that this loses.
pub const ANSWERED_FIRST: &str = "answered_first";

/// A waiting time as it is, or, with the feature `crash`, divided by `FAPIAO_HASTE`: a test that ends processes by the hundred
/// does not wait for minutes.
pub fn hurried(time: Duration) -> Duration {
    #[cfg(feature = "crash")]
    {
        static HASTE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
        let haste = || std::env::var("FAPIAO_HASTE").ok().and_then(|text| text.parse().ok()).filter(|by| *by > 0);
        time / *HASTE.get_or_init(|| haste().unwrap_or(1))
    }
    #[cfg(not(feature = "crash"))]
    time
}
