//! What the house asks of every file, as far as a program can see it. CONTRIBUTING.md gives the reasons.

mod commands;
mod length;
mod links;
mod names;
mod promises;
mod text;

use std::path::Path;
use std::process::Command;
use std::{fmt, fs};

use anyhow::{Context, Result, ensure};

/// One file of the repository.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root of the repository, with `/`.
    pub(crate) path: String,
    /// Size in bytes.
    pub(crate) size: u64,
    /// Its text; `None` when it is not UTF-8.
    pub(crate) text: Option<String>,
}

impl File {
    /// Whether the name ends in `.extension`.
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }

    /// Lines with their numbers from 1; none when it is no text.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.iter().flat_map(|text| text.lines()).enumerate().map(|(at, line)| (at + 1, line))
    }

    /// A finding about this file as a whole (`line` 0) or one of its lines.
    fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }
}

/// Something that the house does not want.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// What all checks find in these files.
pub(crate) fn findings(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(files.iter().flat_map(length::findings));
    found.extend(files.iter().flat_map(names::findings));
    found.extend(files.iter().flat_map(text::findings));
    found.extend(links::findings(files));
    found.extend(commands::findings(files));
    found.extend(promises::findings(files));
    found
}

/// Every file that git tracks or would track, below the current folder.
pub(crate) fn files() -> Result<Vec<File>> {
    let listed =
        Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output().context("git ls-files")?;
    ensure!(listed.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr).trim());
    let paths = String::from_utf8(listed.stdout).context("a file's name is not UTF-8")?;
    let mut files = Vec::new();
    for path in paths.split('\0').filter(|path| !path.is_empty()) {
        // A file that was removed but not yet committed is still listed.
        let Ok(bytes) = fs::read(path) else { continue };
        files.push(File { path: path.to_owned(), size: bytes.len() as u64, text: String::from_utf8(bytes).ok() });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(files)
}

#[cfg(test)]
pub(crate) fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), size: text.len() as u64, text: Some(text.to_owned()) }
}

#[cfg(test)]
pub(crate) fn said(found: impl IntoIterator<Item = Finding>) -> Vec<String> {
    found.into_iter().map(|finding| finding.to_string()).collect()
}
