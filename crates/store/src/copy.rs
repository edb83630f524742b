//! Copies of a SQLite store, made while it works.
//!
//! A copy is the store as one moment had it, whole and compact, however much is written meanwhile, by this process or by
//! another. It holds no documents and no key: those are files of their own, and whoever keeps the copy keeps them too, the key
//! apart from the rest. For PostgreSQL there is `pg_dump`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::open::OpenError;
use crate::sqlite::{identify, opened_for_reading};

/// A copy that was not made. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is something in its place.
    #[error("{} is there already; a copy never replaces anything", .0.display())]
    Exists(PathBuf),
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The engine's words.
    #[error("{} could not be copied: {why}", place.display())]
    Engine {
        /// The store.
        place: PathBuf,
        /// Why.
        why: String,
    },
    /// The copy cannot be written.
    #[error("{} cannot be {what}: {why}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// `synced`, `named` ….
        what: &'static str,
        /// Why.
        why: std::io::Error,
    },
}

/// Copies the store at `source` to the file `target`, which must not be there. The copy appears under its name when it is
/// whole and on the disk.
///
/// # Errors
/// When it cannot be read or written.
pub fn copy(source: &Path, target: &Path) -> Result<(), CopyError> {
    if target.exists() {
        return Err(CopyError::Exists(target.to_owned()));
    }
    let db = opened_for_reading(source)?;
    identify(&db, source)?;
    let mut partial = target.as_os_str().to_owned();
    partial.push(".part");
    let partial = PathBuf::from(partial);
    let done = write(&db, source, &partial, target);
    if done.is_err() {
        // It may not be there; the error that counts is the first one.
        let _ = fs::remove_file(&partial);
    }
    done
}

fn write(db: &rusqlite::Connection, source: &Path, partial: &Path, target: &Path) -> Result<(), CopyError> {
    match fs::remove_file(partial) {
        Ok(()) => {}
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => return Err(CopyError::File { path: partial.to_owned(), what: "removed", why }),
    }
    let name = partial.to_str().ok_or_else(|| CopyError::Engine { place: source.to_owned(), why: "the name of the copy is no text".to_owned() })?;
    db.execute("VACUUM INTO ?1", [name]).map_err(|why| CopyError::Engine { place: source.to_owned(), why: why.to_string() })?;
    let trouble = |path: &Path, what| {
        let path = path.to_owned();
        move |why| CopyError::File { path, what, why }
    };
    File::options().write(true).open(partial).and_then(|file| file.sync_all()).map_err(trouble(partial, "synced"))?;
    // A hard link fails when somebody was quicker, which a rename would not notice.
    fs::hard_link(partial, target).or_else(|_| fs::rename(partial, target)).map_err(trouble(target, "named"))?;
    match fs::remove_file(partial) {
        Ok(()) => {}
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => return Err(CopyError::File { path: partial.to_owned(), what: "removed", why }),
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    crate::documents::sync_folder(folder).map_err(trouble(folder, "synced"))
}
