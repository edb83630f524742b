//! Request bodies: read piece by piece, never more than allowed, never slower than allowed, never without memory.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout, timeout_at};

use crate::memory::{Full, Held, Memory};
use crate::settings::Limits;

/// A body over the limit is read on, and thrown away, up to this many times the limit: a client that is still sending does not
/// look for the answer, and a connection that is cut takes the answer with it.
const DRAIN: usize = 8;
/// Bytes of a body of fields.
const FIELDS: usize = 2 << 20;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Over the limit.
    #[error("the request is larger than {0} bytes")]
    TooLarge(usize),
    /// No memory is left for it.
    #[error(transparent)]
    Full(#[from] Full),
    /// It does not come.
    #[error("the request body came too slowly")]
    Slow,
    /// It broke off.
    #[error("the request body broke off")]
    Broken,
}

/// The limits on each body; one for the server.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    memory: Memory,
    body: usize,
    idle_time: Duration,
    body_time: Duration,
}

impl Intake {
    pub(crate) fn new(limits: &Limits, memory: Memory) -> Intake {
        Intake { memory, body: limits.body(), idle_time: limits.idle_time, body_time: limits.body_time }
    }

    /// The same for bodies of fields, which are small: 2 MiB, room for an order of two thousand rows.
    pub(crate) fn for_fields(&self) -> Intake {
        Intake { body: self.body.min(FIELDS), ..self.clone() }
    }

    /// Begins to read a body.
    pub(crate) fn open(&self, body: Body) -> Incoming {
        Incoming {
            held: self.memory.begin(),
            intake: self.clone(),
            pieces: body.into_data_stream(),
            read: 0,
            deadline: Instant::now() + self.body_time,
        }
    }
}

/// A body that is being read.
pub(crate) struct Incoming {
    intake: Intake,
    pieces: BodyDataStream,
    read: usize,
    deadline: Instant,
    held: Held,
}

impl Incoming {
    /// The next piece, or `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Refused> {
        let Some(piece) = self.wait().await? else { return Ok(None) };
        self.read += piece.len();
        if self.read > self.intake.body {
            self.drain().await;
            return Err(Refused::TooLarge(self.intake.body));
        }
        self.held.grow(piece.len())?;
        Ok(Some(piece))
    }

    async fn wait(&mut self) -> Result<Option<Bytes>, Refused> {
        let piece = timeout_at(self.deadline, timeout(self.intake.idle_time, self.pieces.next()));
        match piece.await {
            Ok(Ok(None)) => Ok(None),
            Ok(Ok(Some(Ok(piece)))) => Ok(Some(piece)),
            Ok(Ok(Some(Err(_)))) => Err(Refused::Broken),
            Ok(Err(_)) | Err(_) => Err(Refused::Slow),
        }
    }

    async fn drain(&mut self) {
        self.held.clear();
        let most = self.intake.body.saturating_mul(DRAIN);
        while self.read < most {
            match self.wait().await {
                Ok(Some(piece)) => self.read += piece.len(),
                Ok(None) | Err(_) => break,
            }
        }
    }

    /// The whole body, with the memory that is set aside for it.
    pub(crate) async fn collect(mut self) -> Result<(Bytes, Held), Refused> {
        let mut body = BytesMut::new();
        while let Some(piece) = self.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok((body.freeze(), self.held))
    }

    /// The body piece by piece.
    pub(crate) fn pieces(&mut self) -> impl Stream<Item = Result<Bytes, Refused>> + Send {
        stream::try_unfold(self, |incoming| async move { Ok(incoming.next().await?.map(|piece| (piece, incoming))) })
    }

    /// Ends reading and keeps the memory set aside for what was read.
    pub(crate) fn held(self) -> Held {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake(file: usize, memory: usize) -> Intake {
        Intake::new(&Limits { file, ..Limits::default() }, Memory::new(memory))
    }

    fn body(pieces: &'static [&'static [u8]]) -> Body {
        Body::from_stream(stream::iter(pieces.iter().map(|piece| Ok::<_, std::io::Error>(Bytes::from_static(piece)))))
    }

    #[tokio::test]
    async fn a_whole_body() {
        let intake = intake(4, 4096);
        let (bytes, held) = intake.open(body(&[b"abc", b"", b"defgh"])).collect().await.unwrap();
        assert_eq!(bytes, "abcdefgh");
        assert_eq!(intake.memory.free(), 3072);
        drop(held);
        assert_eq!(intake.memory.free(), 4096);
    }

    #[tokio::test]
    async fn one_byte_too_many() {
        let intake = intake(4, 4096);
        let refused = intake.open(body(&[b"abc", b"defghi"])).collect().await.unwrap_err();
        assert_eq!(refused, Refused::TooLarge(8));
        assert_eq!(intake.memory.free(), 4096);
    }

    #[tokio::test]
    async fn all_bodies_share_the_memory() {
        let intake = intake(4096, 2048);
        let (_, held) = intake.open(body(&[&[0; 1500]])).collect().await.unwrap();
        assert_eq!(intake.open(body(&[b"x"])).collect().await.unwrap_err(), Refused::Full(Full));
        drop(held);
        assert!(intake.open(body(&[b"x"])).collect().await.is_ok());
    }

    #[tokio::test]
    async fn an_endless_body_is_given_up() {
        let intake = intake(1024, 4096);
        let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 512]))));
        assert_eq!(intake.open(endless).collect().await.unwrap_err(), Refused::TooLarge(2048));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_body_is_given_up() {
        let intake = intake(4, 4096);
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(intake.open(silent).collect().await.unwrap_err(), Refused::Slow);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_given_up() {
        let intake = intake(8_000_000, 4096);
        let drips = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
        });
        assert_eq!(intake.open(Body::from_stream(drips)).collect().await.unwrap_err(), Refused::Slow);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off() {
        let broken = Body::from_stream(stream::iter([Ok(Bytes::from_static(b"x")), Err(std::io::Error::other("reset"))]));
        assert_eq!(intake(8_000_000, 4096).open(broken).collect().await.unwrap_err(), Refused::Broken);
    }
}
