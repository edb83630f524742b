//! Moving the write-ahead log into the file.
//!
//! A thread moves it while the writer goes on; that is where nearly all of the work is done. It cannot catch up with a writer
//! that never rests, so when the log has grown on, the writer moves the little that is left between two groups: then the log
//! begins anew from its start, over space that it has already.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::SqliteSettings;
use crate::open::OpenError;

/// Pages (of 4 KiB) in the log at which the thread begins, at which the writer ends it, and at which somebody should know.
const BEGIN: i64 = 4 << 10;
const END: i64 = 10 << 10;
const LONG: i64 = 128 << 10;

/// The thread.
pub(super) struct Checkpoints {
    ask: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn start(db: Connection) -> Checkpoints {
        // One place: while one is under way another may be asked for, no more.
        let (ask, asked) = sync_channel(1);
        let spawned = std::thread::Builder::new().name("store-checkpoints".to_owned()).spawn(move || serve(&db, &asked));
        // Without the thread the writer does it all.
        let thread = spawned.inspect_err(|why| tracing::warn!(%why, "checkpoints have no thread of their own")).ok();
        Checkpoints { ask: Some(ask), thread }
    }

    /// Looks at the log after a group.
    pub(super) fn tend(&self, db: &Connection) {
        let Ok((log, moved)) = state(db) else { return };
        if log - moved < BEGIN && log < END {
            return;
        }
        if log < END {
            // It is at work already when there is no place.
            let _ = self.ask.as_ref().map(|ask| ask.try_send(()));
            return;
        }
        if log > LONG {
            tracing::warn!(pages = log, "a reader holds the log of the store: it grows");
        }
        if moved < log {
            passive(db);
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoints of the store have panicked");
        }
    }
}

fn serve(db: &Connection, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        passive(db);
    }
}

/// Moves what it can without holding anybody up.
fn passive(db: &Connection) {
    fail::fail_point!(issue::crash::CHECKPOINT);
    let moved = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(why) = moved {
        // Nothing is lost: it is all in the log, and tried again after the next group.
        tracing::warn!(%why, "the log of the store could not be moved");
    }
}

/// Pages in the log, and how many of them are moved.
fn state(db: &Connection) -> rusqlite::Result<(i64, i64)> {
    db.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_row([], |row| Ok((row.get(1)?, row.get(2)?)))
}

/// Grows the log's file with zeros. SQLite reads a log as far as its frames check, and writes over what comes then.
pub(super) fn grow(settings: &SqliteSettings) -> Result<(), OpenError> {
    let mut name = settings.path.as_os_str().to_owned();
    name.push("-wal");
    let path = PathBuf::from(name);
    let zeros = vec![0; 1 << 20];
    let grown = (|| {
        let mut log = OpenOptions::new().append(true).create(false).open(&path)?;
        let mut length = log.metadata()?.len();
        if length >= settings.log {
            return Ok(());
        }
        while length < settings.log {
            log.write_all(&zeros)?;
            length += zeros.len() as u64;
        }
        log.sync_all()
    })();
    match grown {
        Ok(()) => Ok(()),
        // It is only speed: a disk with so little room has other worries.
        Err(why) if why.kind() == std::io::ErrorKind::StorageFull || why.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(why) => Err(OpenError::File { path, what: "grown", why }),
    }
}
