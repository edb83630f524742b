//! The memory that is set aside for documents on their way in: request bodies and what is fetched for them. All of it together
//! is bounded, whatever the number of callers.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The unit in which memory is set aside, in bytes.
const UNIT: usize = 1024;

/// All memory for documents; one for the server.
#[derive(Debug, Clone)]
pub(crate) struct Memory(Arc<Semaphore>);

/// No memory is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no memory is left for the document")]
pub(crate) struct Full;

impl Memory {
    /// That many bytes.
    pub(crate) fn new(bytes: usize) -> Memory {
        Memory(Arc::new(Semaphore::new((bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Nothing yet for one document.
    pub(crate) fn begin(&self) -> Held {
        Held { memory: self.clone(), bytes: 0, permit: None }
    }

    /// Bytes that are free.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.0.available_permits() * UNIT
    }
}

/// Memory set aside for one document, given back when dropped.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Memory,
    bytes: usize,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Sets more aside; never waits.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let units = (self.bytes + bytes).div_ceil(UNIT) - self.bytes.div_ceil(UNIT);
        let units = u32::try_from(units).map_err(|_| Full)?;
        let more = Arc::clone(&self.memory.0).try_acquire_many_owned(units).map_err(|_| Full)?;
        self.bytes += bytes;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }

    /// Gives all of it back.
    pub(crate) fn clear(&mut self) {
        self.bytes = 0;
        self.permit = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_given_back() {
        let memory = Memory::new(4096);
        let mut one = memory.begin();
        assert_eq!(one.grow(1), Ok(()));
        assert_eq!(memory.free(), 3072);
        assert_eq!(one.grow(1023), Ok(()));
        assert_eq!(memory.free(), 3072);
        assert_eq!(one.grow(1), Ok(()));
        assert_eq!(memory.free(), 2048);
        let mut other = memory.begin();
        assert_eq!(other.grow(2049), Err(Full));
        assert_eq!(other.grow(2048), Ok(()));
        assert_eq!(one.grow(1023), Ok(()));
        assert_eq!(one.grow(1), Err(Full));
        other.clear();
        assert_eq!(one.grow(1), Ok(()));
        drop((one, other));
        assert_eq!(memory.free(), 4096);
    }
}
