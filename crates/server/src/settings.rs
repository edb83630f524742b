//! What a server is told when it starts.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::auth::Apps;
use crate::fetch::Policy;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may call.
    pub apps: Apps,
    /// How far a time stamp may be from now, in either direction. The seed does not say; 600 s.
    pub window: Duration,
    /// What a caller may use up.
    pub limits: Limits,
    /// Which addresses an `image_url` may lead to.
    pub fetch: Policy,
    /// The `version` of every answer.
    pub version: String,
    /// What reads pictures (the engine's name), or `None` when only digital documents can be read. For `/readyz` and `/`.
    pub pictures: Option<String>,
}

impl Default for Settings {
    /// No apps; the limits of the seed; the public internet only.
    fn default() -> Settings {
        Settings {
            apps: Apps::new(),
            window: Duration::from_secs(600),
            limits: Limits::default(),
            fetch: Policy::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pictures: None,
        }
    }
}

/// What callers may use up.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a document, 8 MiB (seed 002, section 2.1).
    pub file: usize,
    /// Bytes of all request bodies and fetched documents that are held at one time, 256 MiB.
    pub memory: usize,
    /// Connections that are open at one time, 1024; more wait to be accepted.
    pub connections: usize,
    /// Documents that are recognised at one time: the number of cores.
    pub workers: usize,
    /// Documents that may wait for a worker, 64.
    pub queue: usize,
    /// For the headers of a request, 30 s. A connection that is kept open is closed after the same time of silence.
    pub header_time: Duration,
    /// Between two pieces of a request body, 10 s.
    pub idle_time: Duration,
    /// For a whole request body, 120 s.
    pub body_time: Duration,
    /// For reading one document, 20 s.
    pub reading_time: Duration,
    /// For waiting for a worker and reading, 60 s.
    pub request_time: Duration,
    /// For requests that are under way when the server is told to stop, 30 s.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file: 8 * 1024 * 1024,
            memory: 256 * 1024 * 1024,
            connections: 1024,
            workers: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            queue: 64,
            header_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(10),
            body_time: Duration::from_secs(120),
            reading_time: Duration::from_secs(20),
            request_time: Duration::from_secs(60),
            drain_time: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// Bytes of a request body: the document in base64 is a third larger, percent-encoding and the envelope add to it.
    pub(crate) fn body(&self) -> usize {
        self.file.saturating_mul(2)
    }
}
