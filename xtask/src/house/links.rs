//! Links between the documents: none leads nowhere, and every page is reached.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser, Tag};

use super::{File, Finding};

/// Where a reader begins.
const FIRST: &str = "README.md";

pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let known: BTreeSet<&str> = files.iter().flat_map(|file| with_folders(&file.path)).collect();
    let mut found = Vec::new();
    let mut leads = BTreeMap::<&str, Vec<String>>::new();
    for file in files.iter().filter(|file| file.is("md")) {
        for (line, target) in links(file) {
            if known.contains(target.as_str()) {
                leads.entry(&file.path).or_default().push(target);
            } else {
                found.push(file.finding(line, format!("the link to {target} leads nowhere")));
            }
        }
    }
    let mut reached = BTreeSet::from([FIRST.to_owned()]);
    let mut waiting = vec![FIRST.to_owned()];
    while let Some(page) = waiting.pop() {
        for target in leads.get(page.as_str()).into_iter().flatten() {
            if reached.insert(target.clone()) {
                waiting.push(target.clone());
            }
        }
    }
    let pages = files.iter().filter(|file| file.is("md") && (file.path.starts_with("docs/") || !file.path.contains('/')));
    found
        .extend(pages.filter(|page| !reached.contains(&page.path)).map(|page| page.finding(0, format!("no link leads here from {FIRST}"))));
    found
}

/// The file's path and every folder above it.
fn with_folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

/// Line and target (a path from the root) of each link or picture that names no other host and no place in the page itself.
fn links(file: &File) -> Vec<(usize, String)> {
    let text = file.text.as_deref().unwrap_or_default();
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let targets = Parser::new(text).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some((range.start, dest_url)),
        _ => None,
    });
    targets
        .filter(|(_, target)| !target.contains("://") && !target.starts_with(['#', '/']) && !target.starts_with("mailto:"))
        .map(|(at, target)| {
            let path = target.split('#').next().unwrap_or_default();
            (text[..at].matches('\n').count() + 1, resolve(folder, path))
        })
        .collect()
}

/// `path` as seen from `folder`, with `.` and `..` taken out.
fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{file, said};

    #[test]
    fn pages_that_are_linked_and_reached_are_right() {
        let files = [
            file("README.md", "[a](docs/a.md#part) [web](https://example.test/x) [here](#top) [specimens](specimens/)"),
            file("docs/a.md", "![b](../docs/deep/b.md)"),
            file("docs/deep/b.md", "[root](../../README.md)"),
            file("specimens/x.pdf", ""),
        ];
        assert_eq!(said(findings(&files)), Vec::<String>::new());
    }

    #[test]
    fn dead_links_and_lonely_pages_are_named() {
        let files = [file("README.md", "one\n\n[gone](docs/gone.md)\n"), file("docs/lonely.md", ""), file("crates/a/README.md", "")];
        assert_eq!(
            said(findings(&files)),
            ["README.md:3: the link to docs/gone.md leads nowhere", "docs/lonely.md: no link leads here from README.md"]
        );
    }
}
