//! The workers that recognise: as many at once as there are cores, a bounded number waiting, the rest refused at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

/// A bounded pool of blocking workers.
///
/// A piece of work holds a place from the moment it is accepted until its thread has really finished. While it waits for
/// its turn the caller may go away: dropping the future frees the place at once. While it runs, dropping the future raises
/// the flag that was handed to the work, and the place is free when the work has seen it.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    places: Arc<Semaphore>,
    workers: Arc<Semaphore>,
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

impl Pool {
    /// A pool of `workers` (at least one) with `waiting` places before them.
    pub(crate) fn new(workers: usize, waiting: usize) -> Pool {
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS / 2);
        let places = workers + waiting.min(Semaphore::MAX_PERMITS / 2);
        Pool { places: Arc::new(Semaphore::new(places)), workers: Arc::new(Semaphore::new(workers)) }
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
        // Neither semaphore is ever closed, so the only refusal is for want of a place.
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Refused::Full)?;
        let abandoned = Abandon(Arc::default());
        let flag = Arc::clone(&abandoned.0);
        let turn = async {
            let turn = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| Refused::Full)?;
            let job = move || {
                let result = work(flag);
                drop((turn, place));
                result
            };
            tokio::task::spawn_blocking(job).await.map_err(|_| Refused::Panicked)
        };
        tokio::time::timeout(limit, turn).await.unwrap_or(Err(Refused::Overrun(limit)))
    }
}

/// Raises its flag when dropped.
struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
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
        assert_eq!(Pool::new(2, 2).run(LONG, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_pool_answers_at_once() {
        let pool = Pool::new(1, 0);
        let (release, task) = occupy(&pool).await;
        assert_eq!(pool.run(LONG, |_| ()).await, Err(Refused::Full));
        drop(release);
        assert_eq!(task.await.unwrap(), Ok(false));
        assert_eq!(pool.run(LONG, |_| ()).await, Ok(()));
    }

    #[tokio::test]
    async fn one_who_goes_away_while_waiting_frees_the_place() {
        let pool = Pool::new(1, 1);
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
        let pool = Pool::new(1, 0);
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
    async fn a_panic_costs_one_piece_of_work() {
        let pool = Pool::new(1, 0);
        let outcome = pool.run(LONG, |_| -> () { panic!("on purpose") }).await;
        assert_eq!(outcome, Err(Refused::Panicked));
        assert_eq!(pool.run(LONG, |_| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn an_overrun_is_told_and_the_work_is_told_too() {
        let pool = Pool::new(1, 0);
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
