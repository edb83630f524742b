//! The vocabulary of Chinese invoices: kinds, fields, money, dates, numbers, tax ids, QR text, amounts in words, regions and
//! the checks between them. Pure: no input, no output, no clock.
#![forbid(unsafe_code)]

pub mod details;
pub mod kind;
