//! SQLite on a disk whose power fails, whose syncs fail, that is full, and whose last writes are garbled.
//!
//! A killed process loses nothing that it wrote: the system still has it. What a power failure leaves is shown by `power/disk.c`,
//! which undoes in a process of its own whatever was not synced. It is compiled here, with the C compiler that the build needs
//! anyway.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "this is a test")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use futures_util::future::join_all;
use issue::conformance::sample::new_order;
use issue::order::OrderId;
use issue::store::Store;
use store::{Sqlite, SqliteSettings};

fn settings(folder: &Path, log: u64) -> SqliteSettings {
    SqliteSettings { log, spare: 0, ..SqliteSettings::new(folder.join("fapiao.db")) }
}

/// Bytes of a log that is grown beforehand: written over, not appended to, and moved into the file several times a round.
const GROWN: u64 = 5 << 20;

/// Not a test: a process of its own that accepts orders and says the number of each one that was confirmed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the work of a process that another test starts"]
async fn accepting() {
    let Ok(folder) = std::env::var("FAPIAO_TEST_FOLDER") else { return };
    let store = Arc::new(Sqlite::open(settings(Path::new(&folder), GROWN)).unwrap());
    println!("open");
    let callers = (0..16_u64).map(|caller| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for count in 0..1_000_000 {
                let id = caller << 32 | count;
                match store.accept(&new_order(u128::from(id), "demo", &id.to_string())).await {
                    Ok(_) => println!("answer:{id}"),
                    Err(_) => println!("refused:{id}"),
                }
            }
        })
    });
    join_all(callers).await;
}

/// The disk, compiled.
fn disk(folder: &Path) -> PathBuf {
    let (source, library) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/disk.c"), folder.join("disk.so"));
    let done = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).args(["-ldl", "-lpthread"]).status();
    assert!(done.unwrap().success(), "disk.c does not compile");
    library
}

/// What a round leaves: the orders that were confirmed, and how many were refused.
struct Round {
    confirmed: Vec<u64>,
    refused: usize,
}

/// Lets a process accept on such a disk until it has said so much, then cuts the power.
fn until_power_fails(folder: &Path, mood: &[(&str, &str)], lines: usize) -> Round {
    let off = folder.join("off");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "accepting", "--ignored", "--nocapture", "--test-threads=1"])
        .env("FAPIAO_TEST_FOLDER", folder)
        .env("LD_PRELOAD", disk(folder))
        .env("DISK_OFF", &off)
        .envs(mood.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut all: Vec<String> = said.by_ref().filter(|line| line.contains("answer:") || line.contains("refused:")).take(lines).collect();
    fs::write(&off, "").unwrap();
    // What it had said before the power failed counts as well.
    all.extend(said);
    child.wait().unwrap();
    fs::remove_file(off).unwrap();
    // Several may stand on a line that was cut off by the test's own.
    let of = |word: &str| all.iter().filter_map(|line| line.split_once(word)?.1.trim().parse().ok()).collect::<Vec<u64>>();
    Round { confirmed: of("answer:"), refused: of("refused:").len() }
}

/// Which of these orders are gone; all of them when there is no store any more.
async fn lost(folder: &Path, confirmed: &[u64]) -> usize {
    let Ok(store) = Sqlite::open(settings(folder, 0)) else { return confirmed.len() };
    let mut lost = 0;
    for id in confirmed {
        lost += usize::from(!matches!(store.order_by_id(OrderId(u128::from(*id))).await, Ok(Some(_))));
    }
    lost
}

async fn is_whole(folder: &Path) -> bool {
    Sqlite::open(settings(folder, 0)).unwrap().examine().await.unwrap().is_empty()
}

#[tokio::test]
async fn what_was_confirmed_outlives_a_power_failure() {
    for lines in [1, 300, 3000] {
        let folder = tempfile::tempdir().unwrap();
        let round = until_power_fails(folder.path(), &[], lines);
        assert!(round.confirmed.len() >= lines && round.refused == 0, "{} {}", round.confirmed.len(), round.refused);
        assert_eq!(lost(folder.path(), &round.confirmed).await, 0);
        assert!(is_whole(folder.path()).await);
    }
}

/// The control: a disk that confirms what it has not done, as a store does that does not wait for it.
#[tokio::test]
async fn a_disk_that_lies_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let round = until_power_fails(folder.path(), &[("DISK_LIES", "1")], 300);
    assert!(lost(folder.path(), &round.confirmed).await > 0);
}

#[tokio::test]
async fn what_the_disk_does_not_confirm_is_not_answered() {
    for fails in ["12", "40"] {
        let folder = tempfile::tempdir().unwrap();
        // sixteen callers: at most sixteen orders share a sync, so that so many answers take more than forty
        let round = until_power_fails(folder.path(), &[("DISK_FAILS", fails)], 1000);
        assert!(round.refused > 0, "nothing failed");
        assert_eq!(lost(folder.path(), &round.confirmed).await, 0);
        assert!(is_whole(folder.path()).await);
    }
}

#[tokio::test]
async fn a_disk_that_is_full_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let full = (GROWN + (3 << 20)).to_string();
    let round = until_power_fails(folder.path(), &[("DISK_FULL", &full)], 5000);
    assert!(round.refused > 0 && !round.confirmed.is_empty(), "{} {}", round.confirmed.len(), round.refused);
    assert_eq!(lost(folder.path(), &round.confirmed).await, 0);
    assert!(is_whole(folder.path()).await);
}

/// Power fails while a commit is being written: any part of it may be on the disk, and anything in place of the rest.
#[tokio::test]
async fn a_garbled_end_of_the_log_costs_nothing_that_was_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("fapiao.db-wal");
    let store = Sqlite::open(settings(folder.path(), 0)).unwrap();
    for id in 0..20 {
        store.accept(&new_order(id, "demo", &id.to_string())).await.unwrap();
    }
    let confirmed = fs::metadata(&log).unwrap().len();
    for id in 20..25 {
        store.accept(&new_order(id, "demo", &id.to_string())).await.unwrap();
    }
    let (file, bytes) = (fs::read(folder.path().join("fapiao.db")).unwrap(), fs::read(&log).unwrap());
    assert!(bytes.len() as u64 > confirmed + 4096);
    let ends = (confirmed..bytes.len() as u64).step_by(1531);
    for (at, end) in ends.map(|end| usize::try_from(end).unwrap()).enumerate() {
        let mut left = bytes[..end].to_vec();
        match at % 3 {
            0 => {}
            1 => left.resize(bytes.len(), 0),
            _ => left.extend((end..bytes.len()).map(|at| (at.wrapping_mul(167) >> 3) as u8)),
        }
        let after = tempfile::tempdir().unwrap();
        fs::write(after.path().join("fapiao.db"), &file).unwrap();
        fs::write(after.path().join("fapiao.db-wal"), left).unwrap();
        let all: Vec<u64> = (0..20).collect();
        assert_eq!(lost(after.path(), &all).await, 0, "cut at {end} of {}", bytes.len());
        assert!(is_whole(after.path()).await, "cut at {end}");
    }
}
