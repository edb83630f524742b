//! The vocabulary of Chinese invoices: kinds, fields, money, dates, numbers, tax ids, QR text, amounts in words, regions and
//! the checks between them. Pure: no input, no output, no clock.
//!
//! Functions named `parse` read one printed form as a whole and give `None` when the text is anything else: what cannot be
//! read with certainty is absent. Functions named `text` write the form that the recognition API gives. Where optical
//! recognition confuses characters, a separate `repair` mends them, and only when exactly one reading is possible.
#![forbid(unsafe_code)]

pub mod agreement;
pub mod amount;
pub mod check;
pub mod class;
pub mod date;
pub mod details;
pub mod fold;
pub mod kind;
pub mod number;
pub mod qr;
pub mod rate;
pub mod region;
pub mod tax_id;
pub mod vin;
pub mod words;
