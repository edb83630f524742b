//! Why a store could not be opened.

use std::path::PathBuf;

/// A store that could not be opened. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process works on it.
    #[error("{} is in use by {holder}; a SQLite store belongs to one process (use PostgreSQL for several)", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// Who has it, as it says itself.
        holder: String,
    },
    /// The file or a folder cannot be read or written.
    #[error("{} cannot be {what}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// `opened`, `made`, `locked` ….
        what: &'static str,
        /// Why.
        why: std::io::Error,
    },
    /// It is not a store, or no whole one.
    #[error("{place} is damaged or is no store of Fapiao ({why}); put back a snapshot")]
    Damaged {
        /// Which.
        place: String,
        /// What was found.
        why: String,
    },
    /// A later program has written to it.
    #[error("{place} was migrated by a later version of this program (to {applied:04}; this one knows {known:04}); start that version")]
    Newer {
        /// Which.
        place: String,
        /// Its last migration.
        applied: i64,
        /// Our last one.
        known: i64,
    },
    /// Its migrations are not ours.
    #[error("{place} was made by another program: its migration {id:04} is {found}, ours is {ours}")]
    Foreign {
        /// Which.
        place: String,
        /// Which migration.
        id: i64,
        /// Its name and the beginning of its checksum there.
        found: String,
        /// The same here.
        ours: String,
    },
    /// The address of the database says something that cannot be done.
    #[error("the address of the database cannot be used: {0}")]
    Address(String),
    /// The database does not answer, or refuses.
    #[error("the database {place} cannot be used: {why}")]
    Engine {
        /// Which; without its password.
        place: String,
        /// Its words.
        why: String,
    },
    /// There is no room for it.
    #[error("{place} has no room left: {why}")]
    Full {
        /// Which.
        place: String,
        /// The engine's words.
        why: String,
    },
}
