//! One process per file. The lock is the operating system's: it goes with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::open::OpenError;

/// Holds the store's file for this process.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "closing the file gives the lock back")] File);

impl Lock {
    /// Takes the lock of the file beside the store, and writes down who has it.
    pub(super) fn take(store: &Path) -> Result<Lock, OpenError> {
        let path = beside(store);
        let trouble = |what| {
            let path = path.clone();
            move |why| OpenError::File { path, what, why }
        };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(trouble("opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path: store.to_owned(), holder: holder(&mut file) }),
            Err(TryLockError::Error(why)) => return Err(trouble("locked")(why)),
        }
        let name = std::env::current_exe().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        let note = format!("process {} ({})\n", std::process::id(), name.as_deref().unwrap_or("unknown"));
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes())).map_err(trouble("written"))?;
        Ok(Lock(file))
    }
}

fn beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// What the holder wrote down. Where the lock hides the file from us, it is nameless.
fn holder(file: &mut File) -> String {
    let mut note = String::new();
    match file.take(200).read_to_string(&mut note) {
        Ok(_) if !note.trim().is_empty() => note.trim().to_owned(),
        _ => "another process".to_owned(),
    }
}
