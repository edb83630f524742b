//! Connections that read. A reader sees what was committed before it began, and never waits for the writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use issue::store::{Result, StoreError};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::reading;
use crate::open::OpenError;

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections.
#[derive(Debug)]
pub(super) struct Readers {
    idle: Arc<Idle>,
    free: Arc<Semaphore>,
}

#[derive(Debug)]
struct Idle {
    path: PathBuf,
    connections: Mutex<Vec<Connection>>,
}

impl Idle {
    /// An idle connection; a fresh one when a reader has panicked and taken its own with it.
    fn take(&self) -> Result<Connection> {
        let idle = self.connections.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| reading(&self.path).map_err(|why| StoreError::Failed(why.to_string())), Ok)
    }

    fn put_back(&self, db: Connection) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(db);
    }
}

impl Readers {
    /// So many connections, at least one.
    pub(super) fn open(path: &Path, count: usize) -> std::result::Result<Readers, OpenError> {
        let count = count.max(1);
        let connections = (0..count).map(|_| reading(path)).collect::<std::result::Result<Vec<_>, OpenError>>()?;
        let idle = Idle { path: path.to_owned(), connections: Mutex::new(connections) };
        Ok(Readers { idle: Arc::new(idle), free: Arc::new(Semaphore::new(count)) })
    }

    /// The right to one of the connections.
    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let free = tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        free.map_err(|_| StoreError::Busy("all readers are at work"))?.map_err(|why| StoreError::Failed(why.to_string()))
    }

    /// Looks up what a key leads to: some pages of an index and a row. It is done where it is called, for handing it to another
    /// thread would cost several times as much as the reading does.
    pub(super) async fn look_up<T>(&self, read: impl FnOnce(&Connection) -> Result<T> + Send) -> Result<T> {
        let _permit = self.permit().await?;
        let db = self.idle.take()?;
        let found = read(&db);
        self.idle.put_back(db);
        found
    }

    /// Reads more than a few rows, on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(&self, read: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let permit = self.permit().await?;
        let idle = Arc::clone(&self.idle);
        let reading = tokio::task::spawn_blocking(move || {
            let db = idle.take()?;
            let found = read(&db);
            idle.put_back(db);
            drop(permit);
            found
        });
        reading.await.map_err(|why| StoreError::Failed(format!("a reader stopped: {why}")))?
    }
}
