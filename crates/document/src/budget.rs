//! How much a document may cost. Every limit is here, in one type.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::error::{Error, Limit};

/// The limits on one document. All of them hold for the document as a whole, attachments and nested archives included.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Bytes of the file.
    pub bytes: usize,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes that may come out of all compressed streams together, counted as they come out.
    pub unpacked: usize,
    /// Unpacked bytes for each packed byte of one entry, above a floor of one MiB.
    pub ratio: usize,
    /// Nesting of elements and of documents inside documents.
    pub depth: usize,
    /// Elements of all XML files together.
    pub elements: usize,
    /// Pages.
    pub pages: usize,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Characters of all pages together.
    pub glyphs: usize,
    /// Wall time.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            bytes: 8 * 1024 * 1024,
            entries: 2_000,
            unpacked: 256 * 1024 * 1024,
            ratio: 1_000,
            depth: 64,
            elements: 500_000,
            pages: 200,
            pixels: 100_000_000,
            glyphs: 2_000_000,
            time: Duration::from_secs(20),
        }
    }
}

/// What one document has spent of its [`Budget`] so far. Every reader of a format takes `&Meter`; nested documents share it.
#[derive(Debug)]
pub struct Meter {
    budget: Budget,
    started: Instant,
    unpacked: Cell<usize>,
    entries: Cell<usize>,
    elements: Cell<usize>,
    glyphs: Cell<usize>,
    pages: Cell<usize>,
}

impl Meter {
    /// A meter at zero whose clock starts now.
    pub fn new(budget: &Budget) -> Meter {
        Meter {
            budget: budget.clone(),
            started: Instant::now(),
            unpacked: Cell::new(0),
            entries: Cell::new(0),
            elements: Cell::new(0),
            glyphs: Cell::new(0),
            pages: Cell::new(0),
        }
    }

    /// The limits.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// An error when the wall time is used up.
    pub fn time(&self) -> Result<(), Error> {
        if self.started.elapsed() > self.budget.time {
            return Err(Error::over(Limit::Time, self.budget.time.as_millis() as u64));
        }
        Ok(())
    }

    /// Notes bytes that came out of a compressed stream.
    pub fn unpacked(&self, bytes: usize) -> Result<(), Error> {
        spend(&self.unpacked, bytes, self.budget.unpacked, Limit::Unpacked)
    }

    /// Bytes that may still come out.
    pub fn unpacked_left(&self) -> usize {
        self.budget.unpacked.saturating_sub(self.unpacked.get())
    }

    /// Notes archive entries.
    pub fn entries(&self, count: usize) -> Result<(), Error> {
        spend(&self.entries, count, self.budget.entries, Limit::Entries)
    }

    /// Notes elements of an XML file.
    pub fn elements(&self, count: usize) -> Result<(), Error> {
        spend(&self.elements, count, self.budget.elements, Limit::Elements)
    }

    /// Notes characters.
    pub fn glyphs(&self, count: usize) -> Result<(), Error> {
        spend(&self.glyphs, count, self.budget.glyphs, Limit::Glyphs)
    }

    /// Notes pages.
    pub fn pages(&self, count: usize) -> Result<(), Error> {
        spend(&self.pages, count, self.budget.pages, Limit::Pages)
    }

    /// An error when a picture of this size is over the budget.
    pub fn pixels(&self, width: u64, height: u64) -> Result<(), Error> {
        if width.saturating_mul(height) > self.budget.pixels {
            return Err(Error::over(Limit::Pixels, self.budget.pixels));
        }
        Ok(())
    }

    /// An error when something is nested deeper than allowed.
    pub fn depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.budget.depth {
            return Err(Error::over(Limit::Depth, self.budget.depth as u64));
        }
        Ok(())
    }
}

fn spend(spent: &Cell<usize>, more: usize, allowed: usize, limit: Limit) -> Result<(), Error> {
    let total = spent.get().saturating_add(more);
    spent.set(total);
    if total > allowed { Err(Error::over(limit, allowed as u64)) } else { Ok(()) }
}
