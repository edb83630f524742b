//! Which files to read.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// True when it was named, false when a folder that was named holds it.
    pub(crate) named: bool,
    /// Why it could not even be listed.
    pub(crate) error: Option<String>,
}

/// Endings of the names of documents that can be read.
const DOCUMENTS: [&str; 13] = ["pdf", "ofd", "xml", "xbrl", "zip", "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif"];

impl Listed {
    /// Whether its name says that it is a document: one that holds something else was damaged or is another's, and is not passed over.
    pub(crate) fn is_called_document(&self) -> bool {
        let ending = self.path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        DOCUMENTS.contains(&ending.as_str())
    }
}

/// Files as they were named, and those of folders and their folders in the order of their names. Hidden files in folders are
/// left out; a file that comes up twice is read once.
pub(crate) fn list(paths: &[PathBuf]) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| !is_hidden(entry));
            for entry in entries {
                match entry {
                    Ok(entry) if entry.file_type().is_file() => {
                        listed.push(Listed { path: entry.into_path(), named: false, error: None });
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let path = error.path().unwrap_or(path).to_owned();
                        listed.push(Listed { path, named: false, error: Some(error.to_string()) });
                    }
                }
            }
        } else {
            listed.push(Listed { path: path.clone(), named: true, error: None });
        }
    }
    let mut seen = std::collections::HashSet::new();
    listed.retain(|file| seen.insert(file.path.clone()));
    listed
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && Path::new(entry.file_name()).file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_the_order_of_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("b/.git")).unwrap();
        for name in ["c.pdf", "a.pdf", "b/z.xml", "b/.hidden.xml", "b/.git/x", "10.ofd"] {
            std::fs::write(at(name), "").unwrap();
        }
        let listed = list(&[at("c.pdf"), folder.path().to_owned(), at("missing.pdf")]);
        let names: Vec<_> =
            listed.iter().map(|file| (file.path.strip_prefix(folder.path()).unwrap().to_str().unwrap(), file.named)).collect();
        assert_eq!(names, [("c.pdf", true), ("10.ofd", false), ("a.pdf", false), ("b/z.xml", false), ("missing.pdf", true)]);
    }
}
