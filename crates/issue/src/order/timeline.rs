//! What happened to an order, for the people who look after it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;

/// One line of an order's timeline. Written in the same commit as what it tells, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The version of the order that this belongs to.
    pub version: u64,
    /// What happened, in one word of [`crate::machine`]'s table: `leased`, `answered`, `found`, `notice`, `retry` ….
    pub what: String,
    /// The state after it.
    pub state: State,
    /// The attempt it belongs to, 0 before the first.
    pub attempt: u32,
    /// In a sentence, with personal data masked and no secret.
    pub text: String,
}
