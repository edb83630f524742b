//! Names that say nothing of what is inside.

use super::{File, Finding};

/// Folders and source files are named after what they hold, never so.
const EMPTY: &[&str] = &["common", "core", "helper", "helpers", "misc", "shared", "stuff", "types", "util", "utils"];
/// Words of history: what a thing was before is told by git.
const HISTORY: &[&str] = &["backup", "copy", "new", "old", "tmp"];

pub(super) fn findings(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let parts: Vec<_> = file.path.split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        if last && !(file.is("rs") || file.is("py")) {
            continue;
        }
        let stem = if last { part.split('.').next().unwrap_or(part) } else { part };
        if EMPTY.contains(&stem) {
            found.push(file.finding(0, format!("`{stem}` says nothing: name it after what it holds")));
        }
        let mut words = stem.split(['_', '-']);
        if let Some(word) = words.find(|word| HISTORY.contains(word)) {
            found.push(file.finding(0, format!("`{stem}`: `{word}` is history, not a name")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{file, said};

    #[test]
    fn names_say_what_is_inside() {
        for (path, wrong) in [
            ("crates/common/src/lib.rs", true),
            ("crates/document/src/utils.rs", true),
            ("crates/document/src/types/page.rs", true),
            ("crates/document/src/new_reader.rs", true),
            ("scripts/helpers.py", true),
            ("crates/document/src/page.rs", false),
            ("crates/document/src/renewal.rs", false),
            ("docs/common.md", false),
        ] {
            assert_eq!(!said(findings(&file(path, ""))).is_empty(), wrong, "{path}");
        }
    }
}
