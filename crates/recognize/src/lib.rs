//! Documents and pictures to invoices: split the page, tell the kind, read the form, map the payloads, fuse the sources,
//! cross-check and repair.
#![forbid(unsafe_code)]

pub mod error;
pub mod found;
pub mod payloads;
pub mod reader;

mod blanks;
mod chassis;
mod check;
mod cipher;
mod closer;
mod codes;
mod derive;
mod doubts;
mod draft;
mod forms;
mod fuse;
mod heading;
mod join;
mod layout;
mod levied;
mod levy;
mod look;
mod masks;
mod overprint;
mod picture;
mod pieces;
mod place;
mod price;
mod product;
mod repair;
mod rests;
mod script;
mod seals;
mod split;
mod strays;
mod unsure;
mod watermark;

pub use error::Error;
pub use found::{Check, Extra, Found, Reading};
pub use reader::{Options, Reader};
