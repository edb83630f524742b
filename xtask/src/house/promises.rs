//! Tests that docs/guarantees.md names as showing a promise: each must be a function of the file that it links to.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{File, Finding};

const PAGE: &str = "docs/guarantees.md";

pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, target) in named(page.text.as_deref().unwrap_or_default()) {
        let path = target.trim_start_matches("../");
        let text = files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref());
        // Tests are functions, or cases of a macro, which stand there with their arguments.
        if !text.is_some_and(|text| text.contains(&format!("fn {name}("))) {
            found.push(page.finding(0, format!("{path} has no test {name}")));
        }
    }
    found
}

/// The text and the target of every link to a source file.
fn named(text: &str) -> Vec<(String, String)> {
    let (mut all, mut open) = (Vec::new(), None);
    for event in Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.ends_with(".rs") => open = Some((String::new(), dest_url.to_string())),
            Event::Text(words) => open.iter_mut().for_each(|(name, _)| name.push_str(&words)),
            Event::End(TagEnd::Link) => all.extend(open.take()),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{file, said};

    #[test]
    fn tests_that_are_not_there_are_named() {
        let page = "| G1 | [it_holds](../crates/a/src/b.rs), [it_is_gone](../crates/a/src/b.rs) [web](https://example.test) |";
        let files = [file(PAGE, page), file("crates/a/src/b.rs", "async fn it_holds() {}\nfn it_is_gone_too() {}")];
        assert_eq!(said(findings(&files)), ["docs/guarantees.md: crates/a/src/b.rs has no test it_is_gone"]);
        assert_eq!(said(findings(&files[1..])), [""; 0]);
    }
}
