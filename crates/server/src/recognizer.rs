//! What the server asks to read documents.

use recognize::{Error, Options, Reading};

/// Reads documents: [`recognize::Reader`], or a fake in a test.
pub trait Recognize: Send + Sync + 'static {
    /// Reads every invoice in a file, on the thread that calls it, for as long as it takes.
    ///
    /// # Errors
    /// When the file cannot be used, a picture cannot be read, or `options.cancel` was raised.
    fn read(&self, bytes: &[u8], options: &Options) -> Result<Reading, Error>;
}

impl Recognize for recognize::Reader {
    fn read(&self, bytes: &[u8], options: &Options) -> Result<Reading, Error> {
        recognize::Reader::read(self, bytes, options)
    }
}
