//! The providers in a whole platform: store, worker, desk, and the other side of the wire.
#![allow(clippy::unwrap_used, reason = "these are tests, with helpers that fail by panicking as tests do")]

mod conformance;
mod house;
mod nuonuo;
mod sandbox;
mod stub;
