//! Reading the fields that a form needs out of [`Details`].

use invoice::details::{Details, Row};
use invoice::kind::Kind;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::error::Error;

/// An invoice to be drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) kind: Kind,
    pub(crate) details: &'a Details,
}

impl<'a> Subject<'a> {
    /// The field's text, or the empty string.
    pub(crate) fn text(&self, key: &str) -> &'a str {
        self.details.text(key)
    }

    /// The field's text, which must be there.
    pub(crate) fn need(&self, key: &'static str) -> Result<&'a str, Error> {
        match self.details.text(key) {
            "" => Err(Error::Missing { field: key }),
            text => Ok(text),
        }
    }

    /// True for a flag that is set.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.details.text(key) == "1"
    }

    /// The rows of a list.
    pub(crate) fn rows(&self, key: &str) -> &'a [Row] {
        self.details.rows(key)
    }

    /// A field that is a day and must be there.
    pub(crate) fn day(&self, key: &'static str) -> Result<Date, Error> {
        day(key, self.need(key)?)
    }

    /// A field that is a number and must be there.
    pub(crate) fn amount(&self, key: &'static str) -> Result<Decimal, Error> {
        amount(key, self.need(key)?)
    }
}

/// The day that a text gives; any other text is an error that names the field.
pub(crate) fn day(field: &'static str, text: &str) -> Result<Date, Error> {
    invoice::date::parse(text).ok_or_else(|| Error::Unfit { field, value: text.to_owned() })
}

/// The number that a text gives; any other text is an error that names the field.
pub(crate) fn amount(field: &'static str, text: &str) -> Result<Decimal, Error> {
    invoice::amount::parse(text).ok_or_else(|| Error::Unfit { field, value: text.to_owned() })
}

/// The cell of a row, or the empty string.
pub(crate) fn cell<'a>(row: &'a Row, key: &str) -> &'a str {
    row.get(key).map_or("", |f| f.value.as_str())
}

/// A day as XML has it, `YYYY-MM-DD`.
pub(crate) fn dashed(day: Date) -> String {
    day.strftime("%Y-%m-%d").to_string()
}

/// A day without marks, `YYYYMMDD`.
pub(crate) fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// A party's address and telephone, or bank and account, which the recognition API joins with a space: the part before the last space
/// and the part after it; all of it is the first part where there is no space.
pub(crate) fn halves(joined: &str) -> (&str, &str) {
    joined.rsplit_once(' ').unwrap_or((joined, ""))
}
