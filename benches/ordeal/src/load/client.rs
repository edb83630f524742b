//! Clients of one thread: each keeps its connection and has one request at a time.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::gate::Partner;

/// Orders of all measurements of this process have numbers of their own.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// What is asked, over and over.
#[derive(Clone)]
pub(super) struct Asked(Kind);

#[derive(Clone)]
enum Kind {
    Echo,
    Obtain { partner: Partner, from: u64 },
    Detail { partner: Partner, from: u64, count: u64 },
}

impl Asked {
    /// A form of an order's length, given back.
    pub(super) fn echo() -> Asked {
        Asked(Kind::Echo)
    }

    /// An invoice for a fresh order.
    pub(super) fn obtain(partner: Partner) -> Asked {
        Asked(Kind::Obtain { partner, from: NEXT.load(Ordering::Relaxed) })
    }

    /// How one of the orders stands that were asked for before.
    pub(super) fn detail(partner: Partner, (from, count): (u64, u64)) -> Asked {
        Asked(Kind::Detail { partner, from, count })
    }

    /// The numbers that were asked for: the first, and how many.
    pub(super) fn count(&self) -> (u64, u64) {
        match self.0 {
            Kind::Obtain { from, .. } => (from, NEXT.load(Ordering::Relaxed).saturating_sub(from)),
            Kind::Detail { from, count, .. } => (from, count),
            Kind::Echo => (0, 0),
        }
    }

    /// The next request, and what its answer must contain.
    fn next(&self, turn: u64) -> (String, &'static [u8]) {
        match &self.0 {
            Kind::Echo => (posted(&format!("{turn:0>400}")), b""),
            Kind::Obtain { partner, .. } => {
                let number = format!("L{:012}", NEXT.fetch_add(1, Ordering::Relaxed));
                (posted(&partner.asking(&number, "")), b"\"code\":\"1000\"")
            }
            Kind::Detail { partner, from, count } => {
                // Anywhere among them, not one behind the other.
                let number = format!("L{:012}", from + turn.wrapping_mul(0x9e37_79b9_7f4a_7c15).checked_rem(*count).unwrap_or(0));
                let head = format!("GET /gate/1.0/invoice/detail?{} HTTP/1.1\r\nhost: bench\r\n\r\n", partner.asking_after(&number));
                (head, b"\"code\":\"1001\"")
            }
        }
    }
}

fn posted(form: &str) -> String {
    let length = form.len();
    let head = "POST /gate/1.0/invoice/obtain HTTP/1.1\r\nhost: bench\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    format!("{head}content-length: {length}\r\n\r\n{form}")
}

/// What was measured.
#[derive(Default)]
pub(super) struct Measured {
    /// Microseconds of each right answer, sorted.
    times: Vec<u32>,
    seconds: f64,
    /// Answers that were not right.
    pub(super) failed: usize,
}

impl Measured {
    pub(super) fn answers(&self) -> usize {
        self.times.len()
    }

    pub(super) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    /// The time within which such a share of the answers came, in milliseconds.
    pub(super) fn at(&self, share: f64) -> f64 {
        let place = (self.times.len().saturating_sub(1) as f64 * share) as usize;
        f64::from(self.times.get(place).copied().unwrap_or(0)) / 1000.0
    }
}

/// So many clients, for so long.
pub(super) async fn measure(server: SocketAddr, clients: usize, time: Duration, asked: &Asked) -> Measured {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for client in 0..clients {
        let asked = asked.clone();
        running.spawn(async move {
            let (mut times, mut failed, mut turn) = (Vec::new(), 0, client as u64 * 1_000_003);
            let mut wire = Wire::to(server).await;
            while begun.elapsed() < time {
                let (request, expected) = asked.next(turn);
                turn += 1;
                let asking = Instant::now();
                let right = match &mut wire {
                    Ok(wire) => wire.ask(request.as_bytes(), expected).await,
                    Err(_) => Err(io::ErrorKind::NotConnected.into()),
                };
                match right {
                    Ok(true) => times.push(u32::try_from(asking.elapsed().as_micros()).unwrap_or(u32::MAX)),
                    Ok(false) => failed += 1,
                    Err(_) => {
                        failed += 1;
                        tokio::time::sleep(Duration::from_millis(10)).await;
                        wire = Wire::to(server).await;
                    }
                }
            }
            (times, failed)
        });
    }
    let mut measured = Measured::default();
    while let Some(done) = running.join_next().await {
        let (times, failed) = done.unwrap_or_default();
        measured.times.extend(times);
        measured.failed += failed;
    }
    measured.seconds = begun.elapsed().as_secs_f64();
    measured.times.sort_unstable();
    measured
}

struct Wire {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Wire {
    async fn to(server: SocketAddr) -> io::Result<Wire> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream, bytes: Vec::with_capacity(2048) })
    }

    /// Whether the answer, read whole, is 200 and contains this.
    async fn ask(&mut self, request: &[u8], expected: &[u8]) -> io::Result<bool> {
        self.stream.write_all(request).await?;
        self.bytes.clear();
        loop {
            if self.stream.read_buf(&mut self.bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(length) = self.length()
                && self.bytes.len() >= length
            {
                let has = |part: &[u8]| part.is_empty() || self.bytes.windows(part.len()).any(|window| window == part);
                return Ok(self.bytes.starts_with(b"HTTP/1.1 200") && has(expected));
            }
        }
    }

    /// Bytes of the whole answer, once its head is there.
    fn length(&self) -> Option<usize> {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        let line = head.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))?;
        Some(end + line.1.trim().parse::<usize>().ok()?)
    }
}
