//! The bureau's order book: a file of lines that is only ever added to, or the same in memory.
//!
//! The bureau keeps its book apart from the platform's store, as a real one does: it is what the platform is measured against. What is
//! kept in memory is where each entry stands, not the entry.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why the book could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The file.
    #[error("the sandbox's order book: {0}")]
    File(#[from] std::io::Error),
    /// A line in it.
    #[error("the sandbox's order book, at byte {at}: {why}")]
    Line {
        /// Where it begins.
        at: u64,
        /// What is wrong.
        why: serde_json::Error,
    },
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    at: u64,
    length: u32,
}

/// A line.
#[derive(Serialize, Deserialize)]
struct Line<K, V> {
    /// What it is about; the last line about something is what holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<K>,
    v: V,
}

enum Medium {
    Memory(Vec<u8>),
    File(File),
}

/// The book.
pub(super) struct Book {
    medium: Medium,
    end: u64,
    places: HashMap<u128, Place>,
}

impl Book {
    /// A book that is gone when this process ends.
    pub(super) fn in_memory() -> Book {
        Book { medium: Medium::Memory(Vec::new()), end: 0, places: HashMap::new() }
    }

    /// Opens the book in this file, or begins it. A last line that was torn when the process died is cut off.
    pub(super) fn open(path: &Path) -> Result<Book, BookError> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let (mut end, mut places) = (0, HashMap::new());
        let mut lines = BufReader::new(&file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = lines.read_until(b'\n', &mut line)?;
            if !line.ends_with(b"\n") {
                break;
            }
            let read: Line<String, serde::de::IgnoredAny> = serde_json::from_slice(&line).map_err(|why| BookError::Line { at: end, why })?;
            if let Some(key) = read.k {
                places.insert(digest(&key), Place { at: end, length: length as u32 });
            }
            end += length as u64;
        }
        drop(lines);
        file.set_len(end)?;
        Ok(Book { medium: Medium::File(file), end, places })
    }

    /// What the last line about `key` says.
    pub(super) fn get<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, BookError> {
        match self.places.get(&digest(key)).copied() {
            Some(place) => self.at(place).map(Some),
            None => Ok(None),
        }
    }

    /// What stands at a place.
    pub(super) fn at<T: DeserializeOwned>(&mut self, place: Place) -> Result<T, BookError> {
        let read = |bytes: &[u8]| -> Result<T, BookError> {
            let line: Line<serde::de::IgnoredAny, T> =
                serde_json::from_slice(bytes).map_err(|why| BookError::Line { at: place.at, why })?;
            Ok(line.v)
        };
        match &mut self.medium {
            Medium::Memory(bytes) => {
                let from = place.at as usize;
                read(bytes.get(from..from + place.length as usize).unwrap_or_default())
            }
            Medium::File(file) => {
                let mut bytes = vec![0; place.length as usize];
                file.seek(SeekFrom::Start(place.at))?;
                file.read_exact(&mut bytes)?;
                read(&bytes)
            }
        }
    }

    /// Writes a line about `key`. It survives the end of this process, not that of the machine: the bureau is a pretended one.
    pub(super) fn put<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), BookError> {
        let place = self.write(&Line { k: Some(key), v: value })?;
        self.places.insert(digest(key), place);
        Ok(())
    }

    /// Writes a line that is found by its place alone.
    pub(super) fn add<T: Serialize>(&mut self, value: &T) -> Result<Place, BookError> {
        self.write(&Line { k: None::<&str>, v: value })
    }

    fn write<T: Serialize>(&mut self, line: &Line<&str, T>) -> Result<Place, BookError> {
        let mut bytes = serde_json::to_vec(line).map_err(|why| BookError::Line { at: self.end, why })?;
        bytes.push(b'\n');
        match &mut self.medium {
            Medium::Memory(all) => all.extend_from_slice(&bytes),
            Medium::File(file) => {
                if let Err(error) = file.write_all(&bytes) {
                    // Half a line must not stand before the next one.
                    file.set_len(self.end)?;
                    return Err(error.into());
                }
            }
        }
        let place = Place { at: self.end, length: bytes.len() as u32 };
        self.end += bytes.len() as u64;
        Ok(place)
    }
}

/// Half of a SHA-256: no two keys of one book share it.
fn digest(key: &str) -> u128 {
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    hash[..16].iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_read_back_without_its_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bureau.jsonl");
        let mut book = Book::open(&path).unwrap();
        let place = book.add(&"loose").unwrap();
        book.put("a", &1).unwrap();
        book.put("b", &place).unwrap();
        book.put("a", &2).unwrap();
        drop(book);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"k\":\"a\",\"v\":").unwrap();
        let mut book = Book::open(&path).unwrap();
        assert_eq!(book.get::<u32>("a").unwrap(), Some(2));
        let place: Place = book.get("b").unwrap().unwrap();
        assert_eq!(book.at::<String>(place).unwrap(), "loose");
        book.put("a", &3).unwrap();
        assert_eq!(Book::open(&path).unwrap().get::<u32>("a").unwrap(), Some(3));
        assert_eq!(book.get::<u32>("c").unwrap(), None);
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bureau.jsonl");
        std::fs::write(&path, "{\"k\":\"a\",\"v\":1}\nnothing\n").unwrap();
        let error = Book::open(&path).err().unwrap();
        assert!(matches!(error, BookError::Line { at: 16, .. }), "{error}");
    }

    #[test]
    fn memory_is_a_book_too() {
        let mut book = Book::in_memory();
        book.put("a", &"x").unwrap();
        book.put("a", &"y").unwrap();
        assert_eq!(book.get::<String>("a").unwrap().as_deref(), Some("y"));
    }
}
