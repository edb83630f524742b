//! Why a document gave no result at all.

/// What went wrong, in terms of whose doing it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be used; the message says why and what to do.
    #[error(transparent)]
    Document(#[from] document::error::Error),
    /// A picture (or a page without text) has to be read by eye, and that failed: no models, or an engine's trouble.
    #[error(transparent)]
    Ocr(#[from] ocr::error::Error),
    /// The caller went away.
    #[error("the request was cancelled")]
    Cancelled,
}

impl Error {
    /// True when the file is a PDF and the PDF is what is at fault.
    pub fn is_pdf(&self) -> bool {
        use document::error::{Error as E, Format};
        matches!(self, Error::Document(E::Damaged { format: Format::Pdf, .. } | E::Encrypted { format: Format::Pdf }))
    }

    /// True when the file is at fault rather than this program.
    pub fn is_input(&self) -> bool {
        matches!(self, Error::Document(_))
    }
}
