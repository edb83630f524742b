//! The workers that recognise: as many as there are cores, a bounded number of pieces of work waiting, the rest refused at once.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

/// A bounded pool of workers, each a thread of its own: who is done takes the next piece of work at once, without waiting for a turn of the runtime, and
/// keeps what its thread has warmed up.
///
/// A piece of work holds a place from the moment it is accepted until it has really finished. While it waits for
/// its turn the caller may go away: dropping the future frees the place at once. While it runs, dropping the future raises
/// the flag that was handed to the work, and the place is free when the work has seen it.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    places: Arc<Semaphore>,
    door: Arc<Door>,
}

/// Why a piece of work gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// All places are taken.
    #[error("all places are taken")]
    Full,
    /// It was not done in the time allowed, waiting included.
    #[error("not done within {0:?}")]
    Overrun(Duration),
    /// It panicked. The worker lives on.
    #[error("the work panicked")]
    Panicked,
}

type Work = Box<dyn FnOnce() + Send>;

/// Work that waits, first come first served.
#[derive(Default)]
struct Line {
    waiting: VecDeque<(u64, Work)>,
    /// The number of the next piece.
    next: u64,
    closed: bool,
}

/// The line and the workers' bell.
#[derive(Default)]
struct Queue {
    line: Mutex<Line>,
    bell: Condvar,
}

impl Queue {
    /// Nothing that holds the lock can panic half way.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, work: Work) -> u64 {
        let mut line = self.line();
        let number = line.next;
        line.next += 1;
        line.waiting.push_back((number, work));
        drop(line);
        self.bell.notify_one();
        number
    }

    /// The next piece, or nothing when the pool is gone.
    fn take(&self) -> Option<Work> {
        let mut line = self.line();
        loop {
            if let Some((_, work)) = line.waiting.pop_front() {
                return Some(work);
            }
            if line.closed {
                return None;
            }
            line = self.bell.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a piece out that nobody waits for any more, if it has not begun.
    fn forget(&self, number: u64) {
        let mut line = self.line();
        let at = line.waiting.iter().position(|(own, _)| *own == number);
        let work = at.and_then(|at| line.waiting.remove(at));
        drop(line);
        // what it holds may be large: not under the lock
        drop(work);
    }
}

/// The way in. The workers end when the last one is gone.
struct Door(Arc<Queue>);

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("waiting", &self.0.line().waiting.len()).finish()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.line().closed = true;
        self.0.bell.notify_all();
    }
}

impl Pool {
    /// A pool of `workers` (at least one) with `waiting` places before them.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn new(workers: usize, waiting: usize) -> std::io::Result<Pool> {
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS / 2);
        let places = workers + waiting.min(Semaphore::MAX_PERMITS / 2);
        let pool = Pool { places: Arc::new(Semaphore::new(places)), door: Arc::new(Door(Arc::default())) };
        for _ in 0..workers {
            let queue = Arc::clone(&pool.door.0);
            std::thread::Builder::new().name("recognition".to_owned()).spawn(move || {
                while let Some(work) = queue.take() {
                    work();
                }
            })?;
        }
        Ok(pool)
    }

    /// Places that are free: 0 when the next piece of work would be refused.
    pub(crate) fn free(&self) -> usize {
        self.places.available_permits()
    }

    /// Does `work` on a worker when its turn comes, first come first served, and gives its result.
    ///
    /// `work` gets a flag that is raised when nobody waits for the result any more. `limit` covers waiting and working.
    pub(crate) async fn run<T, F>(&self, limit: Duration, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: FnOnce(Arc<AtomicBool>) -> T + Send + 'static,
    {
        // The semaphore is never closed, so the only refusal is for want of a place.
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Refused::Full)?;
        let (answer, answered) = oneshot::channel();
        let flag = Arc::<AtomicBool>::default();
        let raised = Arc::clone(&flag);
        let number = self.door.0.push(Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(|| work(raised)));
            drop(place);
            let _ = answer.send(result);
        }));
        let _waiter = Waiter { queue: &self.door.0, number, flag };
        match tokio::time::timeout(limit, answered).await {
            Ok(Ok(Ok(result))) => Ok(result),
            Ok(Ok(Err(_)) | Err(_)) => Err(Refused::Panicked),
            Err(_) => Err(Refused::Overrun(limit)),
        }
    }
}

/// Who waits for a piece of work. When dropped, the piece leaves the line, or its flag is raised.
struct Waiter<'a> {
    queue: &'a Queue,
    number: u64,
    flag: Arc<AtomicBool>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.flag.store(true, Ordering::Relaxed);
        self.queue.forget(self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Starts work that runs until it is told to stop; returns when it is running.
    async fn occupy(pool: &Pool) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<bool, Refused>>) {
        let (release, released) = mpsc::channel::<()>();
        let (running, runs) = tokio::sync::oneshot::channel();
        let pool = pool.clone();
        let task = tokio::spawn(async move {
            pool.run(LONG, move |flag| {
                let _ = running.send(());
                let _ = released.recv();
                flag.load(Ordering::Relaxed)
            })
            .await
        });
        runs.await.unwrap();
        (release, task)
    }

    #[tokio::test]
    async fn results_come_back() {
        assert_eq!(Pool::new(2, 2).unwrap().run(LONG, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_pool_answers_at_once() {
        let pool = Pool::new(1, 0).unwrap();
        let (release, task) = occupy(&pool).await;
        assert_eq!(pool.run(LONG, |_| ()).await, Err(Refused::Full));
        drop(release);
        assert_eq!(task.await.unwrap(), Ok(false));
        assert_eq!(pool.run(LONG, |_| ()).await, Ok(()));
    }

    #[tokio::test]
    async fn one_who_goes_away_while_waiting_frees_the_place() {
        let pool = Pool::new(1, 1).unwrap();
        let (release, task) = occupy(&pool).await;
        {
            let mut waiting = std::pin::pin!(pool.run(LONG, |_| panic!("never runs")));
            // Polled once: it has its place and waits for its turn.
            assert_eq!(waiting.as_mut().now_or_never(), None::<Result<(), Refused>>);
            assert_eq!(pool.free(), 0);
            assert_eq!(pool.run(LONG, |_| ()).await, Err(Refused::Full));
        }
        assert_eq!(pool.free(), 1);
        drop(release);
        assert_eq!(task.await.unwrap(), Ok(false));
    }

    #[tokio::test]
    async fn one_who_goes_away_while_served_raises_the_flag() {
        let pool = Pool::new(1, 0).unwrap();
        let (seen, sees) = tokio::sync::oneshot::channel();
        let (running, runs) = tokio::sync::oneshot::channel();
        let task = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(LONG, move |flag| {
                    let _ = running.send(());
                    while !flag.load(Ordering::Relaxed) {
                        std::thread::yield_now();
                    }
                    let _ = seen.send(());
                })
                .await
            }
        });
        runs.await.unwrap();
        task.abort();
        sees.await.unwrap();
        // The place is free once the work has really ended.
        while pool.free() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(LONG, |_| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn work_is_done_in_its_order() {
        let pool = Pool::new(1, 8).unwrap();
        let (release, task) = occupy(&pool).await;
        let order: Arc<Mutex<Vec<u8>>> = Arc::default();
        let mut waiting: Vec<_> = (0..6)
            .map(|number| {
                let order = Arc::clone(&order);
                Box::pin(pool.run(LONG, move |_| order.lock().unwrap().push(number)))
            })
            .collect();
        assert!(waiting.iter_mut().all(|one| one.as_mut().now_or_never().is_none()));
        // one of them goes away
        drop(waiting.remove(2));
        drop(release);
        for one in waiting {
            one.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 3, 4, 5]);
        assert_eq!(task.await.unwrap(), Ok(false));
    }

    #[tokio::test]
    async fn a_panic_costs_one_piece_of_work() {
        let pool = Pool::new(1, 0).unwrap();
        let outcome = pool.run(LONG, |_| -> () { panic!("on purpose") }).await;
        assert_eq!(outcome, Err(Refused::Panicked));
        assert_eq!(pool.run(LONG, |_| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn an_overrun_is_told_and_the_work_is_told_too() {
        let pool = Pool::new(1, 0).unwrap();
        let limit = Duration::from_millis(10);
        let outcome = pool
            .run(limit, |flag| {
                while !flag.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
            })
            .await;
        assert_eq!(outcome, Err(Refused::Overrun(limit)));
    }
}
