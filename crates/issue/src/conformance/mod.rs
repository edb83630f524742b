//! The suite that every store passes, and orders to test with.

pub mod sample;
