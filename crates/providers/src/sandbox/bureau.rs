//! The bureau as others see it: a transport to a pretended platform in this process.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use issue::order::ProviderNumber;
use issue::provider::{Answer, Call, RawNotice};
use issue::surroundings::Clock;
use issue::transport::{Fault, Transport};
use jiff::Timestamp;

use super::book::{Book, BookError};
use super::desk::{Desk, Done};
use super::message::{Letter, Refused, Told};
use super::paper;

/// A pretended tax bureau with its own order book. It does what is due when it is next asked, by the clock it was given: it has no
/// thread and never waits.
pub struct Bureau {
    clock: Arc<dyn Clock>,
    desk: Mutex<Desk>,
}

impl Bureau {
    /// A bureau whose book is gone when this process ends.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Bureau {
        Bureau { clock, desk: Mutex::new(Desk::new(Book::in_memory())) }
    }

    /// A bureau with its book in this file, which is begun when it is not there.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is no such book.
    pub fn open(clock: Arc<dyn Clock>, path: &Path) -> Result<Bureau, BookError> {
        Ok(Bureau { clock, desk: Mutex::new(Desk::new(Book::open(path)?)) })
    }

    /// The numbers of the invoices that were really issued under an order's or red letter's number: what a test counts by.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub fn issued(&self, number: &ProviderNumber) -> Result<Vec<String>, BookError> {
        let now = self.clock.now();
        let entry = self.desk().entry(None, number, now)?;
        Ok(entry.map(|entry| entry.invoices.into_iter().map(|invoice| invoice.number).collect()).unwrap_or_default())
    }

    /// Takes the notices that are due. Whoever runs the bureau carries them to where notices are received, as the platform would by
    /// HTTP; those that nobody takes are forgotten in the end.
    ///
    /// # Errors
    /// When the book cannot be read or written.
    pub fn notices(&self) -> Result<Vec<RawNotice>, BookError> {
        let now = self.clock.now();
        let notices = self.desk().notices(now)?;
        let raw = notices.iter().map(|notice| {
            let body = serde_json::to_vec(notice).unwrap_or_default();
            RawNotice { path: String::new(), media_type: "application/json".to_owned(), body }
        });
        Ok(raw.collect())
    }

    /// When the next notice is due; none when none waits.
    pub fn next_notice(&self) -> Option<Timestamp> {
        self.desk().next_notice()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        // The book is written after every decision: a panic between leaves nothing half done.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Bureau {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        let Ok(letter) = serde_json::from_slice::<Letter>(&call.body) else {
            return Ok(Answer::new(400, &b"no letter"[..]));
        };
        let now = self.clock.now();
        let done = self.desk().answer(&letter, now);
        let done = done.unwrap_or_else(|error| {
            tracing::error!(%error, "the sandbox's order book failed");
            Done::Fault(Fault::Unknown("the sandbox's order book failed".to_owned()))
        });
        match done {
            Done::Told(told) => Ok(Answer::new(200, json(&told))),
            Done::Raw(answer) => Ok(answer),
            Done::Fault(fault) => Err(fault),
            Done::Paper { content, invoice, format } => {
                let drawn = tokio::task::spawn_blocking(move || paper::draw(&content, &invoice, format)).await;
                match drawn {
                    Ok(Ok(bytes)) => Ok(Answer::new(200, bytes)),
                    Ok(Err(error)) => Ok(Answer::new(500, error.to_string())),
                    Err(_) => Ok(Answer::new(500, &b"the document could not be drawn"[..])),
                }
            }
        }
    }
}

fn json(told: &Told) -> Vec<u8> {
    let failed = || serde_json::to_vec(&Told::Refused(Refused::new("SB1500", "内部错误"))).unwrap_or_default();
    serde_json::to_vec(told).unwrap_or_else(|_| failed())
}
