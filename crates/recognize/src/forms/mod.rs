//! The printed forms, one file each: how to recognise it, where its fields are relative to its printed labels.

mod air;
mod beside;
#[cfg(test)]
mod drawn;
mod rail;
pub(crate) mod vat;

use document::page::Rect;
use invoice::details::Details;
use invoice::kind::Kind;

use crate::blanks::Blank;

/// What a form's reader read from a sheet.
#[derive(Debug, Clone)]
pub(crate) struct FormReading {
    /// Which kind it is, as far as the form itself tells.
    pub(crate) kind: Kind,
    /// The fields.
    pub(crate) details: Details,
    /// The part of the sheet that the form covers, in sheet units.
    pub(crate) area: Rect,
    /// Running page and count of pages that belong to one invoice, where printed (共 N 页 第 M 页).
    pub(crate) pages: Option<(u32, u32)>,
    /// Cells of its table in which nothing was read.
    pub(crate) blanks: Vec<Blank>,
    /// Where its title must stand, in sheet units, when it was not read.
    pub(crate) heading: Option<Rect>,
    /// True for a list of goods that belongs to an invoice on an earlier page.
    pub(crate) list: bool,
}

/// Reads whichever form is on a sheet.
pub(crate) fn read(sheet: &crate::layout::Sheet) -> Option<FormReading> {
    // the tickets are asked first: their rows of prices look like the columns of a VAT form, their own heads and titles like nothing else
    air::read(sheet).or_else(|| rail::read(sheet)).or_else(|| vat::read(sheet))
}
