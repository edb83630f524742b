//! What can go wrong while a document is made.

/// Why an invoice could not be drawn or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No form of this kind is laid out in this format.
    #[error("no {format} is made of invoices of kind {kind:?}")]
    NoForm {
        /// The kind that was asked for.
        kind: invoice::kind::Kind,
        /// The format that was asked for.
        format: &'static str,
    },
    /// A field that the form cannot do without is absent.
    #[error("the field {field} is needed and absent")]
    Missing {
        /// The field's name in the recognition API.
        field: &'static str,
    },
    /// A field has a value that the form cannot carry.
    #[error("the field {field} cannot be {value:?}")]
    Unfit {
        /// The field's name in the recognition API.
        field: &'static str,
        /// What it was.
        value: String,
    },
    /// Text longer than its place on the form, even at the smallest size.
    #[error("the field {field} does not fit its place on the form")]
    TooLong {
        /// The field's name in the recognition API.
        field: &'static str,
    },
    /// A barcode, a picture or a container could not be encoded.
    #[error("{part} could not be encoded: {reason}")]
    Encode {
        /// Which part of the document.
        part: &'static str,
        /// The encoder's own words.
        reason: String,
    },
}

impl Error {
    /// An encoder's error, as its own words.
    pub(crate) fn encode(part: &'static str, reason: impl ToString) -> Error {
        Error::Encode { part, reason: reason.to_string() }
    }
}
