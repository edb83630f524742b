//! Bytes into `document::open`, meant for the PDF reader, within a small budget; the first pages are drawn small.
#![no_main]

use std::time::Duration;

use document::budget::Budget;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let budget = Budget { time: Duration::from_secs(2), pixels: 250_000, unpacked: 16 << 20, pages: 10, ..Budget::default() };
    if let Ok(document) = document::open(bytes, &budget) {
        for page in 0..document.pages.len().min(2) {
            let _ = document.draw(page, 36.0, &budget);
        }
    }
});
