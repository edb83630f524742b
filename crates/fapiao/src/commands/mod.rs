//! The commands, one module each.

pub(crate) mod app;
pub(crate) mod callback;
pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod order;
pub(crate) mod read;
pub(crate) mod seller;
pub(crate) mod serve;
pub(crate) mod snapshot;

/// Exit code when something that was asked for could not be read.
pub(crate) const FAILED: u8 = 1;
/// Exit code when the command itself could not be carried out.
pub(crate) const USAGE: u8 = 2;
