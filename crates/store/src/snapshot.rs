//! Snapshots of a SQLite store, taken while it works.
//!
//! A snapshot is the store as one moment had it, whole and compact, however much is written meanwhile, by this process or by
//! another. It holds no documents and no key: those are files of their own, and whoever keeps the snapshot keeps them too, the key
//! apart from the rest. For PostgreSQL there is `pg_dump`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::open::OpenError;
use crate::sqlite::{identify, opened_for_reading};

/// A snapshot that was not taken. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// There is something in its place.
    #[error("{} is there already; a snapshot never replaces anything", .0.display())]
    Exists(PathBuf),
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The engine's words.
    #[error("{} could not be read out: {why}", place.display())]
    Engine {
        /// The store.
        place: PathBuf,
        /// Why.
        why: String,
    },
    /// The snapshot cannot be written.
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

/// Writes the store at `source` to the file `target`, which must not be there. The snapshot appears under its name when it is
/// whole and on the disk.
///
/// # Errors
/// When it cannot be read or written.
pub fn take(source: &Path, target: &Path) -> Result<(), SnapshotError> {
    if target.exists() {
        return Err(SnapshotError::Exists(target.to_owned()));
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

fn write(db: &rusqlite::Connection, source: &Path, partial: &Path, target: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(partial) {
        Ok(()) => {}
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => return Err(SnapshotError::File { path: partial.to_owned(), what: "removed", why }),
    }
    let name = partial
        .to_str()
        .ok_or_else(|| SnapshotError::Engine { place: source.to_owned(), why: "the name of the snapshot is no text".to_owned() })?;
    db.execute("VACUUM INTO ?1", [name]).map_err(|why| SnapshotError::Engine { place: source.to_owned(), why: why.to_string() })?;
    let trouble = |path: &Path, what| {
        let path = path.to_owned();
        move |why| SnapshotError::File { path, what, why }
    };
    File::options().write(true).open(partial).and_then(|file| file.sync_all()).map_err(trouble(partial, "synced"))?;
    // A hard link fails when somebody was quicker, which a rename would not notice.
    fs::hard_link(partial, target).or_else(|_| fs::rename(partial, target)).map_err(trouble(target, "named"))?;
    match fs::remove_file(partial) {
        Ok(()) => {}
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => return Err(SnapshotError::File { path: partial.to_owned(), what: "removed", why }),
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    crate::documents::sync_folder(folder).map_err(trouble(folder, "synced"))
}
