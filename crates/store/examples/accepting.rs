//! How many orders a store accepts in a second, each on the disk before its caller is answered.
//!
//! `accepting CALLERS SECONDS [ROUNDS]`: so many callers, each with one order at a time; beside them, in the same run, one commit for
//! each order. SQLite in a temporary folder (of `TMPDIR`), and PostgreSQL where `FAPIAO_DATABASE` names one. Rounds alternate.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures: it prints, and stops where anything goes wrong")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use issue::conformance::sample::{order, to_accept};
use issue::order::{Fingerprint, OrderNumber};
use issue::secret::Secret;
use issue::store::{Acceptance, NewOrder, Store};
use issue::surroundings::{Clock, SystemChance, SystemClock, order_id};
use store::{Postgres, PostgresSettings, Sqlite, SqliteSettings};

/// The next order: with an id as the platform mints it, and a number that rises as a partner's do.
fn next(count: u64) -> NewOrder {
    let now = SystemClock.now();
    let mut order = order(order_id(now, &SystemChance).0, "demo", "");
    order.number = OrderNumber(format!("{}{count:09}", now.as_millisecond()));
    order.fingerprint = Fingerprint::of(order.number.as_str().as_bytes());
    order.accepted_at = now;
    order.progress = issue::order::Progress::accepted(now);
    to_accept(order)
}

/// Memory of this process, in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kibibytes| kibibytes.parse::<u64>().ok()).unwrap_or(0) >> 10
}

async fn measure(name: &str, store: Arc<dyn Store>, callers: usize, time: Duration) {
    let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (store, stop, count) = (Arc::clone(&store), Arc::clone(&stop), Arc::clone(&count));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let order = next(count.fetch_add(1, Ordering::Relaxed));
                    let asked = Instant::now();
                    assert!(matches!(store.accept(&order).await.unwrap(), Acceptance::Fresh(_)));
                    times.push(u32::try_from(asked.elapsed().as_micros()).unwrap());
                }
                times
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| f64::from(times[((times.len() - 1) as f64 * share) as usize]) / 1000.0;
    println!(
        "{name:<34} {:>9.0} orders/s   p50 {:>8.2} ms   p99 {:>8.2} ms   {:>9} orders   {:>4} MiB",
        times.len() as f64 / seconds,
        at(0.5),
        at(0.99),
        times.len(),
        memory()
    );
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1).map(|word| word.parse::<u64>().unwrap());
    let callers = usize::try_from(words.next().unwrap_or(256)).unwrap();
    let time = Duration::from_secs(words.next().unwrap_or(10));
    let rounds = words.next().unwrap_or(1);
    let folder = tempfile::tempdir().unwrap();
    let grouped = Arc::new(Sqlite::open(SqliteSettings::new(folder.path().join("fapiao.db"))).unwrap());
    let database = std::env::var("FAPIAO_DATABASE").ok();
    let postgres = match database {
        Some(url) => Some(Arc::new(Postgres::open(PostgresSettings::new(Secret::new(url))).await.unwrap())),
        None => None,
    };
    for _ in 0..rounds {
        measure(&format!("SQLite, {callers} callers"), Arc::<Sqlite>::clone(&grouped), callers, time).await;
        measure("SQLite, one commit for each order", Arc::<Sqlite>::clone(&grouped), 1, time).await;
        if let Some(postgres) = &postgres {
            measure(&format!("PostgreSQL, {callers} callers"), Arc::<Postgres>::clone(postgres), callers, time).await;
            measure("PostgreSQL, one commit for each", Arc::<Postgres>::clone(postgres), 1, time).await;
        }
    }
}
