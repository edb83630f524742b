//! Orders for invoices: accepted once, issued once, told until heard.
//!
//! The [`machine`] is pure: (state, event, now) → (state, effects). [`provider`] and [`transport`] are the way to whoever issues,
//! [`store`] and [`documents`] what is kept; the crates above implement them. Clock and chance come in as arguments
//! ([`surroundings`]).

pub mod accept;
pub mod access;
pub mod callback;
pub mod caller;
pub mod crash;
pub mod desk;
pub mod documents;
pub mod event;
pub mod links;
pub mod machine;
pub mod memory;
pub mod order;
pub mod provider;
pub mod secret;
pub mod store;
pub mod surroundings;
pub mod transport;
pub mod vault;
pub mod worker;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
