//! Commands that the documents tell the reader to type: each must be there.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{File, Finding};

pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let Some(makefile) = files.iter().find(|file| file.path == "Makefile") else { return Vec::new() };
    let targets: Vec<_> = makefile.lines().filter_map(|(_, line)| target(line)).collect();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is("md")) {
        for named in code(file).iter().filter_map(|line| line.trim_start().trim_start_matches("$ ").strip_prefix("make ")) {
            let words = named.split(|c: char| c.is_whitespace() || c == ';').filter(|word| !word.is_empty() && !word.contains('='));
            for word in words.take_while(|word| !word.starts_with('#') && *word != "&&").filter(|word| !targets.contains(word)) {
                found.push(file.finding(0, format!("`make {named}`: the Makefile has no target {word}")));
            }
        }
    }
    found
}

/// The target that a line of a Makefile begins, if it does.
fn target(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    (plain && !rest.starts_with('=')).then_some(name)
}

/// Lines of code in the page, fenced, indented or within a sentence.
fn code(file: &File) -> Vec<String> {
    let mut lines = Vec::new();
    let mut inside = false;
    for event in Parser::new(file.text.as_deref().unwrap_or_default()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => inside = true,
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside => lines.extend(text.lines().map(str::to_owned)),
            Event::Code(text) => lines.push(text.to_string()),
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{file, said};

    #[test]
    fn targets_that_are_not_there_are_named() {
        let files = [
            file("Makefile", "SECONDS ?= 60\nrun: build ## serve\n\techo make: no\nbuild:\nfuzz:\n"),
            file(
                "README.md",
                "Type `make run`.\n\n```sh\nmake build   # first\nmake fuzz SECONDS=600 && ls\n$ make walk\n```\n\nWe make no promise.",
            ),
        ];
        assert_eq!(said(findings(&files)), ["README.md: `make walk`: the Makefile has no target walk"]);
    }
}
