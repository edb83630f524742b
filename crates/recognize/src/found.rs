//! What comes out of a document: the invoices found in it.

use invoice::details::Details;
use invoice::kind::Kind;

/// One invoice.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which kind it is.
    pub kind: Kind,
    /// By how many degrees clockwise it lay turned on the page given: 0, 90, 180 or 270.
    pub orientation: u16,
    /// Width and height in pixels of the page drawn upright.
    pub image_size: [u32; 2],
    /// The page it begins on, from 0.
    pub page: usize,
    /// Left, top, right, bottom in pixels of the upright page.
    pub region: [i32; 4],
    /// Its fields.
    pub details: Details,
    /// What the recognition API calls `extra`.
    pub extra: Extra,
    /// The cross-checks that were made.
    pub checks: Vec<Check>,
}

/// Readings that are offered besides the fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra {
    /// Other readings of the check code.
    pub check_code_candidates: Vec<String>,
    /// Their last six digits.
    pub check_code_last_six: Vec<String>,
    /// Other readings of the number where print and stamp disagree.
    pub number_order_error: Vec<String>,
    /// Texts of the QR codes that lie on this invoice.
    pub qrcode: Vec<String>,
    /// Texts of the linear barcodes.
    pub barcode: Vec<String>,
}

/// One cross-check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name: `items_sum`, `net_tax_total`, `words`, `qr_number`, `qr_amount`, `kind_digits`, `tax_id`, `source`…
    pub name: &'static str,
    /// Whether it held.
    pub passed: bool,
    /// What was compared, in a short sentence.
    pub detail: String,
}

/// The outcome of reading one file.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Every invoice found, in reading order; never empty: a document without any gives one of kind 其他.
    pub results: Vec<Found>,
}
