//! Batches of accepted orders: whatever is waiting goes into one statement, one round trip, one fsync.
//!
//! A few batches are under way at once; while they are, the next one gathers. A batch that the database refuses is stored one
//! by one, so that an order that cannot be stored fails alone.

use std::sync::Arc;

use deadpool_postgres::Pool;
use issue::store::{Result, StoreError};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::orders::{self, NewRow};
use crate::row::StoredOrder;

/// Orders of a batch.
const BATCH: usize = 512;
/// What counts as one waiting order.
const UNIT: usize = 4096;

/// An order that waits.
struct Waiting {
    row: NewRow,
    answer: oneshot::Sender<Result<Option<StoredOrder>>>,
    /// Held until it is answered.
    _permit: OwnedSemaphorePermit,
}

/// The way into the batches.
#[derive(Debug)]
pub(super) struct Batches {
    queue: mpsc::Sender<Waiting>,
    places: Arc<Semaphore>,
}

impl Batches {
    /// Starts so many tasks on the present runtime; they end when this is dropped and the queue is empty.
    pub(super) fn start(pool: &Pool, tasks: usize, waiting: usize) -> Batches {
        let waiting = waiting.clamp(1, Semaphore::MAX_PERMITS >> 1);
        let (queue, waiters) = mpsc::channel(waiting);
        let waiters = Arc::new(Mutex::new(waiters));
        for _ in 0..tasks.max(1) {
            tokio::spawn(serve(pool.clone(), Arc::clone(&waiters)));
        }
        Batches { queue, places: Arc::new(Semaphore::new(waiting)) }
    }

    /// Accepts an order: none when it is fresh, else the stored one.
    pub(super) async fn accept(&self, row: NewRow) -> Result<Option<StoredOrder>> {
        let units = u32::try_from(1 + row.bytes() / UNIT).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.places).try_acquire_many_owned(units);
        let permit = permit.map_err(|_| StoreError::Busy("too many orders are waiting to be stored"))?;
        let (answer, answered) = oneshot::channel();
        let stopped = |_| StoreError::Failed("the batches have stopped".to_owned());
        self.queue.send(Waiting { row, answer, _permit: permit }).await.map_err(stopped)?;
        answered.await.map_err(|_| StoreError::Unsure("the batches have stopped".to_owned()))?
    }
}

async fn serve(pool: Pool, waiters: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut batch = Vec::with_capacity(BATCH);
    // One gathers at a time; the others are at the database, or wait for their turn to gather.
    while waiters.lock().await.recv_many(&mut batch, BATCH).await > 0 {
        // Nodes that store the same orders at once take their locks in the same order.
        batch.sort_unstable_by(|a, b| a.row.key().cmp(&b.row.key()));
        store(&pool, &mut batch).await;
    }
}

async fn store(pool: &Pool, batch: &mut Vec<Waiting>) {
    let client = match super::client(pool).await {
        Ok(client) => client,
        Err(why) => return batch.drain(..).for_each(|waiting| tell(waiting, Err(why.clone()))),
    };
    let rows: Vec<&NewRow> = batch.iter().map(|waiting| &waiting.row).collect();
    match orders::accept(&client, &rows).await {
        Ok(stored) => batch.drain(..).zip(stored).for_each(|(waiting, stored)| tell(waiting, stored)),
        // What the database did not confirm is not tried again, and where there is no room or no time there is none for one.
        Err(why @ (StoreError::Full(_) | StoreError::Unsure(_) | StoreError::Busy(_))) => {
            batch.drain(..).for_each(|waiting| tell(waiting, Err(why.clone())))
        }
        Err(why) if batch.len() == 1 => batch.drain(..).for_each(|waiting| tell(waiting, Err(why.clone()))),
        Err(_) => {
            for waiting in batch.drain(..) {
                let stored = orders::accept(&client, &[&waiting.row]).await;
                let stored = stored.and_then(|mut stored| stored.pop().unwrap_or_else(|| Err(StoreError::Failed("no answer".to_owned()))));
                tell(waiting, stored);
            }
        }
    }
}

fn tell(waiting: Waiting, stored: Result<Option<StoredOrder>>) {
    // A caller that went away is not told; what it asked for is done all the same.
    let _ = waiting.answer.send(stored);
}
