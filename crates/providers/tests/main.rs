//! The providers in a whole platform: store, worker, desk, and the other side of the wire.

mod conformance;
mod house;
mod nuonuo;
mod sandbox;
mod stub;
