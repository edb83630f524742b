//! Words that do not belong into a file that others read.

use super::{File, Finding};

/// Work that is not done belongs into the list of issues.
const UNDONE: &[&str] = &["TODO", "FIXME", "HACK"];
/// Places of one machine. Written in two halves, or this file would be the first to be named.
const PLACES: &[&str] = &[
    concat!("/", "root/"),
    concat!("/", "work/"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
    concat!("/", "tmp/t-"),
    concat!("C:", "\\Users\\"),
];
/// Hosts of package registries: the clients know them, and each machine may have its own.
const HOSTS: &[&str] = &[
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("registry.npmjs", ".org"),
    concat!("deb.debian", ".org"),
];

pub(super) fn findings(file: &File) -> Vec<Finding> {
    // Cargo.lock is written by cargo; what a fuzzer or a damaged document holds is nobody's prose.
    if file.path.ends_with("Cargo.lock") || file.path.contains("/corpus/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, line) in file.lines() {
        found.extend(
            UNDONE
                .iter()
                .filter(|word| has_word(line, word) && !is_this_list(file))
                .map(|word| file.finding(at, format!("{word}: what is not done belongs into an issue"))),
        );
        found.extend(
            PLACES.iter().filter(|place| line.contains(**place)).map(|place| file.finding(at, format!("{place}: a place of one machine"))),
        );
        found.extend(HOSTS.iter().filter(|host| line.contains(**host)).map(|host| file.finding(at, format!("{host}: a registry's host"))));
    }
    found
}

/// This file has to name the words.
fn is_this_list(file: &File) -> bool {
    file.path == "xtask/src/house/text.rs"
}

/// Whether `word` stands in `line` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| !joined(line[..at].chars().next_back()) && !joined(line[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{file, said};

    #[test]
    fn undone_work_is_named() {
        for (line, wrong) in
            [("// TODO: later", true), ("FIXME", true), ("let mastodon = TODOS;", false), ("HACKED", false), ("a (HACK)", true)]
        {
            assert_eq!(!said(findings(&file("a.rs", line))).is_empty(), wrong, "{line}");
        }
    }

    #[test]
    fn places_and_hosts_are_named_with_their_line() {
        let home = concat!("see /", "root/notes");
        assert_eq!(
            said(findings(&file("docs/a.md", &format!("one\n{home}\n")))),
            [format!("docs/a.md:2: {}: a place of one machine", concat!("/", "root/"))]
        );
        let host = concat!("https://pypi", ".org/simple");
        assert_eq!(said(findings(&file("Makefile", host))).len(), 1);
        assert_eq!(said(findings(&file("Cargo.lock", host))), Vec::<String>::new());
    }
}
