//! What reading costs inside one process, without a server around it: for each file the median time of one reading, or,
//! with `--seconds`, how many files per second a number of threads read together.
//!
//! Prints one JSON object a line, for a picture with each look that the last reading took at it. Loading the models does not count, nor does the
//! first reading of each file.

mod watched;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use ocr::Eyes;
use recognize::{Options, Reader};
use serde_json::json;
use watched::Watched;

/// The allocator of the program that is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Readings of one file that are timed, at most.
const READINGS: usize = 500;

/// Measure reading inside one process.
#[derive(Parser)]
#[command(name = "inside")]
struct Arguments {
    /// Threads that read at the same time when `--seconds` is given
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Count files per second for so long instead of timing each file
    #[arg(long)]
    seconds: Option<u64>,
    /// How often each file is read at least
    #[arg(long, default_value_t = 10)]
    least: usize,
    /// For how many seconds each file is read over and over
    #[arg(long, default_value_t = 2)]
    patience: u64,
    /// Files to read
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let eyes = ocr::Reader::load(&ocr::Options::default()).map(|eyes| Arc::new(Watched::new(eyes)));
    let watched = eyes.as_ref().ok().cloned();
    let reader = Reader::new(eyes.map(|eyes| eyes as Arc<dyn Eyes>));
    let mut files = Vec::new();
    for path in &arguments.files {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        reader.read(&bytes, &Options::default()).with_context(|| path.display().to_string())?;
        files.push((path, bytes));
    }
    if let Some(seconds) = arguments.seconds {
        let (read, took) = together(&reader, &files, arguments.threads, Duration::from_secs(seconds))?;
        println!("{}", json!({ "threads": arguments.threads, "per_second": read as f64 / took.as_secs_f64() }));
        return Ok(());
    }
    for (path, bytes) in &files {
        let noted = || watched.as_ref().map(|eyes| eyes.noted()).unwrap_or_default();
        let median = alone(&reader, bytes, arguments.least.max(1), Duration::from_secs(arguments.patience), || drop(noted()))?;
        println!("{}", json!({ "file": path, "bytes": bytes.len(), "median_ms": median.as_secs_f64() * 1000.0, "looks": noted() }));
    }
    Ok(())
}

/// Median time of one reading on one thread, of as many as `patience` allows and of at least so many.
/// `before` is called before each.
fn alone(reader: &Reader, bytes: &[u8], least: usize, patience: Duration, before: impl Fn()) -> Result<Duration> {
    let began = Instant::now();
    let mut times = Vec::new();
    while times.len() < least || (times.len() < READINGS && began.elapsed() < patience) {
        before();
        let start = Instant::now();
        reader.read(bytes, &Options::default())?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

/// Files read by all threads together, each taking the next one in turn, and the time until the last of them was done.
fn together(reader: &Reader, files: &[(&PathBuf, Vec<u8>)], threads: usize, length: Duration) -> Result<(usize, Duration)> {
    let (turn, read) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let began = Instant::now();
    let failed = std::thread::scope(|scope| {
        let work = || -> Result<()> {
            while began.elapsed() < length {
                let (_, bytes) = &files[turn.fetch_add(1, Ordering::Relaxed) % files.len()];
                reader.read(bytes, &Options::default())?;
                read.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .filter_map(|thread| {
                thread.join().map_or_else(|_| Some("a thread panicked".to_owned()), |done| done.err().map(|e| e.to_string()))
            })
            .next()
    });
    if let Some(reason) = failed {
        bail!(reason);
    }
    Ok((read.into_inner(), began.elapsed()))
}
