//! Barcodes and QR codes of a picture.

use crate::text::Point;

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode {
    /// Its content.
    pub text: String,
    /// True for two-dimensional codes (QR, Data Matrix, PDF417), false for linear ones.
    pub matrix: bool,
    /// The corners or the ends that the decoder reports, in pixels of the picture given.
    pub points: Vec<Point>,
}
