//! A picture to lines of text and barcodes.

pub mod barcode;
pub mod error;
pub mod text;
