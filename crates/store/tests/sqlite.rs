//! SQLite: the suite, and what can happen to a file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "this is a test")]

use std::fs;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use futures_util::future::join_all;
use issue::conformance::sample::{app, at, new_order, seller};
use issue::order::{AppId, OrderNumber, TaxId};
use issue::store::{Acceptance, Claim, Store, StoreError};
use store::{OpenError, Sqlite, SqliteSettings};

fn settings(folder: &Path) -> SqliteSettings {
    SqliteSettings { log: 0, spare: 0, ..SqliteSettings::new(folder.join("fapiao.db")) }
}

fn open(folder: &Path) -> Sqlite {
    Sqlite::open(settings(folder)).unwrap()
}

fn fresh(acceptance: Result<Acceptance, StoreError>) -> bool {
    matches!(acceptance, Ok(Acceptance::Fresh(_)))
}

fn claim(limit: usize) -> Claim {
    Claim { worker: "w".to_owned(), now: at(0), until: at(1000), limit }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_a_store() {
    for case in issue::conformance::cases() {
        let folder = tempfile::tempdir().unwrap();
        println!("{}", case.name);
        case.run(Arc::new(open(folder.path()))).await;
    }
}

#[tokio::test]
async fn what_was_accepted_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.put_app(&app("demo")).await.unwrap();
    store.put_seller(&seller("demo")).await.unwrap();
    for id in 0..20 {
        assert!(fresh(store.accept(&new_order(id, "demo", &id.to_string())).await));
    }
    let leased = store.lease(&claim(5)).await.unwrap();
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.order_by_id(leased[0].id).await.unwrap().as_ref(), Some(&leased[0]));
    assert_eq!(store.lease(&claim(100)).await.unwrap().len(), 15);
    assert_eq!(store.apps().await.unwrap(), [app("demo")]);
    assert_eq!(store.seller(&AppId::from("demo"), &TaxId::from(issue::conformance::sample::SELLER)).await.unwrap(), Some(seller("demo")));
    assert_eq!(store.examine().await.unwrap(), [""; 0]);
    #[cfg(unix)]
    for name in ["fapiao.db", "fapiao.db-wal"] {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(folder.path().join(name)).unwrap());
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_was_waiting_is_done_before_the_file_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let waiting: Vec<_> = (0..200)
        .map(|id| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.accept(&new_order(id, "demo", &id.to_string())).await.map(drop) })
        })
        .collect();
    // Nobody listens any more, but what was begun is stored or not: never half.
    let done = join_all(waiting).await;
    assert!(done.into_iter().all(|done| done.unwrap().is_ok()));
    drop(store);
    assert_eq!(open(folder.path()).tally().await.unwrap().orders, [(issue::order::State::Accepted, 200)]);
}

#[tokio::test]
async fn a_second_one_is_told_who_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refused = Sqlite::open(settings(folder.path())).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    let said = refused.to_string();
    assert!(said.contains(&format!("process {}", std::process::id())) && said.contains("fapiao.db"), "{said}");
    drop(store);
    open(folder.path());
}

/// Not a test: a process of its own that accepts orders and says the number of each one, until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the work of a process that another test starts"]
async fn accepting() {
    let Ok(folder) = std::env::var("FAPIAO_TEST_FOLDER") else { return };
    let store = Arc::new(open(Path::new(&folder)));
    let callers = (0..16_u64).map(|caller| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for count in 0..100_000 {
                let id = caller << 32 | count;
                store.accept(&new_order(u128::from(id), "demo", &id.to_string())).await.unwrap();
                println!("answer:{id}");
            }
        })
    });
    join_all(callers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_had_accepted_is_there() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "accepting", "--ignored", "--nocapture", "--test-threads=1"])
            .env("FAPIAO_TEST_FOLDER", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut answered = lines.map_while(Result::ok).filter_map(|line| Some(line.split_once("answer:")?.1.parse::<u64>().unwrap()));
        let mut accepted: Vec<u64> = answered.by_ref().take(200).collect();
        let refused = Sqlite::open(settings(folder.path())).unwrap_err();
        assert!(refused.to_string().contains(&format!("process {}", child.id())), "{refused}");
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died counts as well; the last line may be cut.
        accepted.extend(answered);
        let store = open(folder.path());
        assert_eq!(store.examine().await.unwrap(), [""; 0]);
        for id in &accepted {
            let order = store.order(&AppId::from("demo"), &OrderNumber(id.to_string())).await.unwrap();
            assert_eq!(order, Some(new_order(u128::from(*id), "demo", &id.to_string()).order));
        }
        let leased = store.lease(&claim(usize::MAX)).await.unwrap();
        assert!(leased.len() >= accepted.len());
    }
}

#[tokio::test]
async fn a_file_of_another_kind_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fapiao.db");
    let noise: Vec<u8> = (0..8192_u32).map(|at| (at * 7 % 251) as u8).collect();
    fs::write(&path, &noise).unwrap();
    let refused = Sqlite::open(settings(folder.path())).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), noise);
    // A file that some other program keeps.
    fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)").unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Sqlite::open(settings(folder.path())).unwrap_err();
    assert!(refused.to_string().contains("another program"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fapiao.db");
    let store = open(folder.path());
    let orders: Vec<_> = (0..400).map(|id| new_order(id, "demo", &id.to_string())).collect();
    assert!(join_all(orders.iter().map(|order| store.accept(order))).await.into_iter().all(fresh));
    drop(store);
    // All but the first pages, which say what it is, is written over.
    let length = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(40 * 4096)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length).unwrap() - 40 * 4096]).unwrap();
    drop(file);
    let store = open(folder.path());
    assert!(!store.examine().await.unwrap_or_else(|why| vec![why.to_string()]).is_empty());
    let mut failures = 0;
    for order in &orders {
        match store.order(&order.order.app, &order.order.number).await {
            Ok(Some(found)) => assert_eq!(found, order.order),
            Ok(None) => failures += 1,
            Err(why) => {
                assert!(matches!(why, StoreError::Failed(_) | StoreError::Unreadable { .. }), "{why}");
                failures += 1;
            }
        }
    }
    assert!(failures > 0);
}

/// Changes the file of a store that is closed.
fn with_file(folder: &Path, sql: &str) {
    rusqlite::Connection::open(folder.join("fapiao.db")).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn later_and_changed_schemas_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    with_file(folder.path(), "INSERT INTO migrations VALUES (99, 'later', 'x')");
    let refused = Sqlite::open(settings(folder.path())).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { applied: 99, known: 1, .. }), "{refused}");
    with_file(folder.path(), "DELETE FROM migrations WHERE id = 99; UPDATE migrations SET checksum = 'y'");
    let refused = Sqlite::open(settings(folder.path())).unwrap_err();
    assert!(matches!(refused, OpenError::Foreign { id: 1, .. }), "{refused}");
}

#[tokio::test]
async fn a_full_file_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let small = SqliteSettings { largest: Some(512 << 10), ..settings(folder.path()) };
    let store = Sqlite::open(small).unwrap();
    let (mut stored, mut refused) = (Vec::new(), 0);
    for id in 0..1000 {
        let order = new_order(id, "demo", &id.to_string());
        match store.accept(&order).await {
            Ok(Acceptance::Fresh(order)) => stored.push(order),
            Err(StoreError::Full(_)) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(stored.len() > 50 && refused > 50, "{} stored, {refused} refused", stored.len());
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.examine().await.unwrap(), [""; 0]);
    assert_eq!(store.tally().await.unwrap().orders[0].1, stored.len() as u64);
    for order in &stored {
        assert_eq!(store.order(&order.app, &order.number).await.unwrap().as_ref(), Some(order));
    }
    // With room again, it goes on.
    assert!(fresh(store.accept(&new_order(5000, "demo", "5000")).await));
}

#[tokio::test]
async fn below_the_spare_room_orders_are_refused_and_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(fresh(store.accept(&new_order(1, "demo", "1")).await));
    drop(store);
    let store = Sqlite::open(SqliteSettings { spare: u64::MAX, ..settings(folder.path()) }).unwrap();
    assert!(matches!(store.accept(&new_order(2, "demo", "2")).await, Err(StoreError::Full(_))));
    assert!(matches!(store.probe(at(0)).await, Err(StoreError::Full(_))));
    assert_eq!(store.lease(&claim(10)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn too_many_waiting_orders_are_busy() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(SqliteSettings { waiting: 4, ..settings(folder.path()) }).unwrap();
    let orders: Vec<_> = (0..64).map(|id| new_order(id, "demo", &id.to_string())).collect();
    // Polled in turn, the first four have the places before any can be answered.
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    let stored = accepted.iter().filter(|accepted| matches!(accepted, Ok(Acceptance::Fresh(_)))).count();
    let busy = accepted.iter().filter(|accepted| matches!(accepted, Err(StoreError::Busy(_)))).count();
    assert_eq!(stored + busy, 64);
    assert!(stored >= 4 && busy > 0, "{stored} stored, {busy} busy");
    assert_eq!(store.tally().await.unwrap().orders[0].1, stored as u64);
    // An order that is larger than all places is refused as well, not waited for.
    let mut large = new_order(100, "demo", "100");
    large.order.content.remark = "长".repeat(20_000);
    assert!(matches!(store.accept(&large).await, Err(StoreError::Busy(_))));
}

#[tokio::test]
async fn one_that_cannot_be_stored_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut orders: Vec<_> = (0..100).map(|id| new_order(id, "demo", &id.to_string())).collect();
    // An id that is taken under another number.
    orders[50].order.id = orders[3].order.id;
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    for (place, accepted) in accepted.into_iter().enumerate() {
        assert_eq!(matches!(&accepted, Err(StoreError::Failed(_))), place == 50, "{place}: {accepted:?}");
    }
    assert_eq!(store.tally().await.unwrap().orders[0].1, 99);
    assert_eq!(store.order(&AppId::from("demo"), &OrderNumber::from("50")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_is_whole_while_the_store_works() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    for id in 0..50 {
        store.accept(&new_order(id, "demo", &id.to_string())).await.unwrap();
    }
    let kept = tempfile::tempdir().unwrap();
    let target: PathBuf = kept.path().join("fapiao.db");
    let writing = Arc::clone(&store);
    let more = tokio::spawn(async move {
        for id in 50..300 {
            writing.accept(&new_order(id, "demo", &id.to_string())).await.unwrap();
        }
    });
    store.snapshot(&target).await.unwrap();
    more.await.unwrap();
    assert!(matches!(store.snapshot(&target).await, Err(store::snapshot::SnapshotError::Exists(_))));
    // The store is still open here, and its snapshot is opened as one.
    let found = open(kept.path());
    assert_eq!(found.examine().await.unwrap(), [""; 0]);
    let tally = found.tally().await.unwrap();
    assert!((50..=300).contains(&tally.orders[0].1), "{tally:?}");
    for id in 0..50 {
        assert_eq!(found.order_by_id(issue::order::OrderId(id)).await.unwrap(), Some(new_order(id, "demo", &id.to_string()).order));
    }
    let names: Vec<_> = fs::read_dir(kept.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{names:?}");
    let nothing = store::snapshot::take(&kept.path().join("none.db"), &kept.path().join("other.db")).unwrap_err();
    assert!(matches!(nothing, store::snapshot::SnapshotError::Open(_)), "{nothing}");
}

#[tokio::test]
async fn a_grown_log_is_read_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(SqliteSettings { log: 4 << 20, ..settings(folder.path()) }).unwrap();
    let log = folder.path().join("fapiao.db-wal");
    assert!(fs::metadata(&log).unwrap().len() >= 4 << 20);
    for id in 0..30 {
        assert!(fresh(store.accept(&new_order(id, "demo", &id.to_string())).await));
    }
    // As after a crash: file and log are taken as they lie there, and read by another process.
    let crashed = tempfile::tempdir().unwrap();
    for name in ["fapiao.db", "fapiao.db-wal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let found = open(crashed.path());
    assert_eq!(found.tally().await.unwrap().orders[0].1, 30);
    assert_eq!(found.examine().await.unwrap(), [""; 0]);
}
