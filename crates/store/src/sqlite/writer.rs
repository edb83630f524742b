//! The thread that writes: whatever is waiting becomes one group, one commit, one fsync.
//!
//! While the disk confirms a group the next one gathers, so no caller waits for company. A group that fails is undone and each
//! of its transactions is done alone: one that cannot be stored fails by itself. Nobody is answered before the commit returned.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use issue::store::{Result, StoreError};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::SqliteSettings;
use super::checkpoint::Checkpoints;
use super::connection::{failed, unconfirmed};
use super::lock::Lock;
use super::orders::{self, NewRow};
use crate::open::OpenError;
use crate::row::StoredOrder;

/// Transactions of a group, and bytes of orders in it: what is undone when it fails, and waited for by the last one.
const GROUP: usize = 1024;
const GROUP_BYTES: usize = 8 << 20;
/// Places in the queue that orders cannot take: leases and changes of orders that are under way go on when no more are accepted.
const KEPT: usize = 256;
/// What counts as one waiting order.
const UNIT: usize = 4096;
/// How often free space is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A transaction that waits.
trait Work: Send {
    /// Does it, within the group's transaction. It is done again, alone, when the group failed.
    fn run(&mut self, db: &Connection) -> Result<()>;
    /// Tells the caller. The outcome is the commit's; without a failure the result of the last run goes out.
    fn answer(self: Box<Self>, outcome: Result<()>);
    /// Bytes that it writes, roughly.
    fn bytes(&self) -> usize;
}

struct Call<T, F> {
    run: F,
    result: Option<T>,
    answer: oneshot::Sender<Result<T>>,
    bytes: usize,
    /// Held until it is answered.
    _permit: Option<OwnedSemaphorePermit>,
}

impl<T: Send, F: FnMut(&Connection) -> Result<T> + Send> Work for Call<T, F> {
    fn run(&mut self, db: &Connection) -> Result<()> {
        self.result = None;
        self.result = Some((self.run)(db)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let Call { result, answer, .. } = *self;
        let missing = || StoreError::Failed("it was not run".to_owned());
        // A caller that went away is not told; what it asked for is done all the same.
        let _ = answer.send(outcome.and_then(|()| result.ok_or_else(missing)));
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The way to the thread.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
    places: Arc<Semaphore>,
    room: Arc<Room>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("places", &self.places.available_permits()).finish_non_exhaustive()
    }
}

impl Writer {
    /// Starts the thread. It has the lock until it has closed the file.
    pub(super) fn start(
        settings: SqliteSettings,
        db: Connection,
        checkpoints: Connection,
        lock: Lock,
    ) -> std::result::Result<Writer, OpenError> {
        let waiting = settings.waiting.clamp(1, Semaphore::MAX_PERMITS >> 1);
        let (queue, waiters) = mpsc::channel(waiting + KEPT);
        let room = Arc::new(Room { path: settings.path.clone(), spare: settings.spare, low: AtomicBool::new(false) });
        room.look();
        let watched = Arc::clone(&room);
        let spawned = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || {
            let checkpoints = Checkpoints::start(checkpoints);
            serve(&db, waiters, &checkpoints, &watched);
            // First the checkpoints, then the file, then the lock.
            drop(checkpoints);
            if let Err((_, why)) = db.close() {
                tracing::warn!(%why, "the store was not closed cleanly");
            }
            drop(lock);
        });
        let thread = spawned.map_err(|why| OpenError::File { path: settings.path, what: "given a thread", why })?;
        Ok(Writer { queue: Some(queue), thread: Some(thread), places: Arc::new(Semaphore::new(waiting)), room })
    }

    /// Whether an order may be accepted, as far as the disk goes.
    pub(super) fn room(&self) -> Result<()> {
        if !self.room.low.load(Ordering::Relaxed) || self.room.look() {
            return Ok(());
        }
        Err(StoreError::Full(format!("less than {} MiB are free at {}", self.room.spare >> 20, self.room.path.display())))
    }

    /// A transaction. It waits for its place.
    pub(super) async fn run<T, F>(&self, run: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T> + Send + 'static,
    {
        self.send(run, 0, None).await
    }

    /// Accepts an order: none when it is fresh, else the stored one. Refused when too many wait or no room is left.
    pub(super) async fn accept(&self, row: NewRow) -> Result<Option<StoredOrder>> {
        self.room()?;
        let bytes = row.bytes();
        let units = u32::try_from(1 + bytes / UNIT).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.places).try_acquire_many_owned(units);
        let permit = permit.map_err(|_| StoreError::Busy("too many orders are waiting to be stored"))?;
        self.send(move |db| orders::accept(db, &row), bytes, Some(permit)).await
    }

    async fn send<T, F>(&self, run: F, bytes: usize, permit: Option<OwnedSemaphorePermit>) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T> + Send + 'static,
    {
        let stopped = || StoreError::Failed("the writer has stopped".to_owned());
        let (answer, answered) = oneshot::channel();
        let call = Box::new(Call { run, result: None, answer, bytes, _permit: permit });
        self.queue.as_ref().ok_or_else(stopped)?.send(call).await.map_err(|_| stopped())?;
        // It was queued, and may be done: whether it was is not known when the thread is gone.
        answered.await.map_err(|_| StoreError::Unsure("the writer has stopped".to_owned()))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The queue closes, what is in it is done, the file is closed and given back.
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the store has panicked");
        }
    }
}

/// The free space of the disk.
struct Room {
    path: PathBuf,
    spare: u64,
    low: AtomicBool,
}

impl Room {
    /// Looks at it; true when there is enough. A file system that does not say has enough: SQLite tells when it is full.
    fn look(&self) -> bool {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let free = fs4::available_space(folder.unwrap_or_else(|| std::path::Path::new("."))).unwrap_or(u64::MAX);
        let enough = free >= self.spare;
        if self.low.swap(!enough, Ordering::Relaxed) == enough {
            tracing::warn!(free, spare = self.spare, "orders are {} accepted", if enough { "again" } else { "no longer" });
        }
        enough
    }
}

fn serve(db: &Connection, mut queue: mpsc::Receiver<Box<dyn Work>>, checkpoints: &Checkpoints, room: &Room) {
    let mut group = Vec::with_capacity(GROUP);
    let mut looked = Instant::now();
    while let Some(first) = queue.blocking_recv() {
        let mut bytes = first.bytes();
        group.push(first);
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(next) = queue.try_recv() else { break };
            bytes += next.bytes();
            group.push(next);
        }
        commit(db, &mut group);
        checkpoints.tend(db);
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            room.look();
        }
    }
}

/// Commits a group and answers all of it.
fn commit(db: &Connection, group: &mut Vec<Box<dyn Work>>) {
    match together(db, group) {
        Ok(()) => group.drain(..).for_each(|work| work.answer(Ok(()))),
        // What the disk did not confirm is not tried again; a full disk does not become larger, nor a lock shorter.
        Err(why @ (StoreError::Full(_) | StoreError::Unsure(_) | StoreError::Busy(_))) => {
            group.drain(..).for_each(|work| work.answer(Err(why.clone())))
        }
        Err(why) if group.len() == 1 => group.drain(..).for_each(|work| work.answer(Err(why.clone()))),
        Err(_) => {
            for mut work in group.drain(..) {
                let outcome = together(db, std::slice::from_mut(&mut work));
                work.answer(outcome);
            }
        }
    }
}

/// All of it in one transaction, or none.
fn together(db: &Connection, group: &mut [Box<dyn Work>]) -> Result<()> {
    db.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([])).map_err(failed)?;
    let done = group.iter_mut().try_for_each(|work| work.run(db)).and_then(|()| {
        fail::fail_point!(issue::crash::WRITTEN);
        db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).map_err(unconfirmed)?;
        Ok(())
    });
    // SQLite has undone it already after some errors.
    if done.is_err()
        && !db.is_autocommit()
        && let Err(why) = db.execute_batch("ROLLBACK")
    {
        tracing::error!(%why, "a group could not be undone");
    }
    done
}
