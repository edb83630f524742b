//! One module per group of calls: what is sent, and what its result says.

pub(super) mod billing;
pub(super) mod cancellation;
pub(super) mod delivery;
pub(super) mod red;
pub(super) mod reinvoice;
pub(super) mod result;
pub(super) mod session;
