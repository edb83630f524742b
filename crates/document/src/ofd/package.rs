//! The package: a zip whose entries are found by the loose paths that real files write, and read within the budget.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::budget::Meter;
use crate::error::{Error, Format, Limit};
use crate::xml::{self, Tree};

/// Bytes that may come out of one entry (reference: limits of OFD readers).
const ENTRY: usize = 64 * 1024 * 1024;
/// Unpacked bytes below which the ratio of an entry does not matter.
const RATIO_FLOOR: usize = 1024 * 1024;
/// Name of the entry that makes a zip an OFD.
const ROOT: &str = "ofd.xml";

/// An open package.
pub(super) struct Package<'a> {
    archive: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
    /// Folded path to index in the archive.
    names: HashMap<String, usize>,
    /// Folder that `OFD.xml` stands in, folded, with a slash at its end unless it is empty.
    root: String,
    meter: &'a Meter,
}

/// An entry that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Folded path.
    path: String,
    index: usize,
}

impl Entry {
    /// The folder that it stands in, folded, with a slash at its end.
    pub(super) fn folder(&self) -> &str {
        &self.path[..self.path.rfind('/').map_or(0, |slash| slash + 1)]
    }

    /// Its file name in lower case.
    pub(super) fn file_name(&self) -> &str {
        &self.path[self.folder().len()..]
    }
}

impl<'a> Package<'a> {
    /// Reads the directory of the zip. Errors: [`Error::Damaged`] when it is no zip or holds no `OFD.xml`;
    /// [`Error::OverBudget`] for too many entries.
    pub(super) fn open(bytes: &'a [u8], meter: &'a Meter) -> Result<Package<'a>, Error> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|fault| failed("the zip's directory", &fault))?;
        meter.entries(archive.len())?;
        let mut names = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            if let Ok(entry) = archive.by_index_data(index) {
                names.insert(fold("", &entry_name(entry.name_raw())), index);
            }
        }
        let root = names
            .keys()
            .filter_map(|path| path.strip_suffix(ROOT).filter(|folder| folder.is_empty() || folder.ends_with('/')))
            .min_by_key(|folder| (folder.matches('/').count(), *folder))
            .map(str::to_owned)
            .ok_or_else(|| Error::damaged(Format::Ofd, "OFD.xml", "the entry is missing"))?;
        Ok(Package { archive: RefCell::new(archive), names, root, meter })
    }

    /// What this document may cost.
    pub(super) fn meter(&self) -> &'a Meter {
        self.meter
    }

    /// The root entry, `OFD.xml`.
    pub(super) fn start(&self) -> Option<Entry> {
        self.at(format!("{}{ROOT}", self.root))
    }

    /// Finds an entry by a location (`ST_Loc`, GB/T 33190-2016, 7.3) written in a file of the folder `from`: absolute, or relative to
    /// that folder, to the document's folder `home`, or to the package; at last by the only entry whose path ends in it. Case, back-slashes and
    /// `.` do not matter, and `..` never leaves the package.
    pub(super) fn find(&self, from: &str, home: &str, location: &str) -> Option<Entry> {
        let location = location.trim();
        if location.is_empty() {
            return None;
        }
        let folders = if location.starts_with(['/', '\\']) { [self.root.as_str(), from, home] } else { [from, home, self.root.as_str()] };
        if let Some(entry) = folders.into_iter().find_map(|folder| self.at(fold(folder, location))) {
            return Some(entry);
        }
        let suffix = format!("/{}", fold("", location));
        let mut matches = self.names.keys().filter(|path| path.ends_with(&suffix));
        match (matches.next(), matches.next()) {
            (Some(path), None) => self.at(path.clone()),
            _ => None,
        }
    }

    /// All entries below a folder of this name (`attachs`, in lower case), wherever it is, in the order of the archive.
    pub(super) fn below(&self, folder: &str) -> Vec<Entry> {
        let middle = format!("/{folder}/");
        let mut entries: Vec<Entry> = self
            .names
            .iter()
            .filter(|(path, _)| format!("/{path}").contains(&middle) && !path.ends_with('/'))
            .map(|(path, &index)| Entry { path: path.clone(), index })
            .collect();
        entries.sort_by_key(|entry| entry.index);
        entries
    }

    fn at(&self, path: String) -> Option<Entry> {
        self.names.get(&path).map(|&index| Entry { path, index })
    }

    /// Unpacks an entry. Errors: [`Error::Encrypted`]; [`Error::OverBudget`] for the ratio or the sum of bytes that really came out;
    /// [`Error::Damaged`] with the entry's path.
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>, Error> {
        self.meter.time()?;
        let mut archive = self.archive.borrow_mut();
        let file = archive.by_index(entry.index).map_err(|fault| failed(&entry.path, &fault))?;
        let budget = self.meter.budget();
        let packed = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
        let by_ratio = packed.saturating_mul(budget.ratio).max(RATIO_FLOOR);
        let left = self.meter.unpacked_left().min(ENTRY);
        let limit = by_ratio.min(left);
        let mut bytes = Vec::with_capacity(usize::try_from(file.size()).unwrap_or(0).min(limit).min(RATIO_FLOOR));
        let outcome = file.take(limit as u64 + 1).read_to_end(&mut bytes);
        self.meter.unpacked(bytes.len().min(limit))?;
        if bytes.len() > limit {
            return Err(if by_ratio < left {
                Error::over(Limit::Ratio, budget.ratio as u64)
            } else {
                Error::over(Limit::Unpacked, ENTRY.min(budget.unpacked) as u64)
            });
        }
        outcome.map_err(|fault| Error::damaged(Format::Ofd, &entry.path, fault.to_string()))?;
        Ok(bytes)
    }

    /// Reads an entry as XML. Errors as [`Package::read`] and [`xml::read`], with the entry's path as the place.
    pub(super) fn read_xml<T>(&self, entry: &Entry, take: impl FnOnce(&Tree<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let bytes = self.read(entry)?;
        xml::read(&bytes, self.meter, take).map_err(|fault| match fault {
            Error::Damaged { format: Format::Xml, place, what } => Error::damaged(Format::Ofd, format!("{}, {place}", entry.path), what),
            other => other,
        })
    }
}

/// An entry's name as text: UTF-8, or what Chinese tools on Windows write.
fn entry_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// A location in a folder as a path without `.`, `..`, doubled or leading slashes, in lower case.
fn fold(folder: &str, location: &str) -> String {
    let whole = format!("{folder}/{location}").replace('\\', "/").to_lowercase();
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/').map(str::trim) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn failed(place: &str, fault: &ZipError) -> Error {
    match fault {
        ZipError::InvalidPassword => Error::Encrypted { format: Format::Ofd },
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED || text.contains("encrypt") => {
            Error::Encrypted { format: Format::Ofd }
        }
        fault => Error::damaged(Format::Ofd, place, fault.to_string()),
    }
}
