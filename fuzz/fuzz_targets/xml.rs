//! Bytes into `document::open`, meant for the XML reader, within a small budget.
#![no_main]

use std::time::Duration;

use document::budget::Budget;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let budget = Budget { time: Duration::from_secs(2), elements: 50_000, ..Budget::default() };
    // A leading `<` makes it XML whatever follows; files in other encodings are tried as they are.
    let _ = document::open(bytes, &budget);
    let _ = document::open(&[b"<".as_slice(), bytes].concat(), &budget);
});
