//! Bytes into `document::open`, meant for the zip reader, within a small budget.
#![no_main]

use std::time::Duration;

use document::budget::Budget;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let budget = Budget { time: Duration::from_secs(2), pixels: 1_000_000, unpacked: 16 << 20, ..Budget::default() };
    let _ = document::open(bytes, &budget);
});
