//! The door: bytes in, invoices out.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::Error;
use crate::found::Reading;

/// How one document is to be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Limits for the document.
    pub budget: document::budget::Budget,
    /// Set by the caller to give up: the reader looks at it between steps.
    pub cancel: Option<Arc<AtomicBool>>,
}

/// Reads documents. Cheap to share between threads; one reading runs on the thread that calls it.
pub struct Reader {}

impl Reader {
    /// A reader that can read pictures with these eyes, or digital documents only without them (the error says why).
    pub fn new(eyes: Result<Arc<dyn ocr::Eyes>, ocr::error::Error>) -> Reader {
        let _ = eyes;
        Reader {}
    }

    /// Reads every invoice in a file.
    pub fn read(&self, bytes: &[u8], options: &Options) -> Result<Reading, Error> {
        let _ = (bytes, options);
        Err(Error::Cancelled)
    }
}
