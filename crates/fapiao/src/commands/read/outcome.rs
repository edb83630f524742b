//! What came of one file.

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::Duration;

use recognize::{Error, Found, Options, Reader, Reading};

use super::files::Listed;

/// The largest file that is read, 64 MiB: the 8 MB of the recognition API are for strangers, this is for one's own files.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;
/// How long one file may take: a person who reads a folder of crowded sheets on a slow machine waits for them, a hostile file still ends.
const PATIENCE: Duration = Duration::from_secs(120);

/// One file and what came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Where the file is.
    pub(crate) path: PathBuf,
    result: Result<Vec<Found>, String>,
}

impl Outcome {
    /// The invoices in it.
    pub(crate) fn found(&self) -> &[Found] {
        self.result.as_deref().unwrap_or_default()
    }

    /// Why it could not be read.
    pub(crate) fn error(&self) -> Option<&str> {
        self.result.as_ref().err().map(String::as_str)
    }
}

/// Reads one file. `None` for a file of a folder that is no document at all: a folder may hold other things.
pub(crate) fn read(reader: &Reader, file: &Listed) -> Option<Outcome> {
    let result = match &file.error {
        Some(error) => Err(error.clone()),
        None => match bytes(&file.path) {
            Err(error) => Err(error.to_string()),
            Ok(bytes) if bytes.len() > LARGEST => Err(format!("the file is larger than {LARGEST} bytes")),
            Ok(bytes) => match recognise(reader, &bytes) {
                Err(Some(Error::Document(document::error::Error::Unknown { .. }))) if !file.named && !file.is_called_document() => {
                    return None;
                }
                Err(Some(error)) => Err(error.to_string()),
                Err(None) => Err("the program failed on this file; please report it".to_owned()),
                Ok(reading) => Ok(reading.results),
            },
        },
    };
    Some(Outcome { path: file.path.clone(), result })
}

/// A panic costs one file, not the rest.
fn recognise(reader: &Reader, bytes: &[u8]) -> Result<Reading, Option<Error>> {
    let mut options = Options::default();
    options.budget.bytes = LARGEST;
    options.budget.time = PATIENCE;
    std::panic::catch_unwind(AssertUnwindSafe(|| reader.read(bytes, &options))).map_err(|_| None)?.map_err(Some)
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
