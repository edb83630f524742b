//! How much a document may cost. Every limit is here, in one type.

use std::time::{Duration, Instant};

use crate::error::{Error, Limit};

/// The limits on one document. All of them hold for the document as a whole, attachments and nested archives included.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Bytes of the file.
    pub bytes: usize,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes that may come out of all compressed streams together, counted as they come out.
    pub unpacked: usize,
    /// Unpacked bytes for each packed byte of one entry, above a floor of one MiB.
    pub ratio: usize,
    /// Nesting of elements and of documents inside documents.
    pub depth: usize,
    /// Pages.
    pub pages: usize,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Characters of all pages together.
    pub glyphs: usize,
    /// Wall time.
    pub time: Duration,
    /// When the clock started; set by [`Budget::start`].
    pub started: Option<Instant>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            bytes: 8 * 1024 * 1024,
            entries: 2_000,
            unpacked: 256 * 1024 * 1024,
            ratio: 1_000,
            depth: 64,
            pages: 200,
            pixels: 100_000_000,
            glyphs: 2_000_000,
            time: Duration::from_secs(20),
            started: None,
        }
    }
}

impl Budget {
    /// The same limits with the clock running from now.
    pub fn start(&self) -> Budget {
        Budget { started: Some(Instant::now()), ..self.clone() }
    }

    /// An error when the wall time is used up.
    pub fn check_time(&self) -> Result<(), Error> {
        match self.started {
            Some(at) if at.elapsed() > self.time => Err(Error::over(Limit::Time, self.time.as_millis() as u64)),
            _ => Ok(()),
        }
    }
}
