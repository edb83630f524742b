//! Real files, where they are there. Nothing of them is kept.

use std::path::Path;

use document::payload::Element;

use crate::root;

#[test]
fn every_sample_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/xml");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: samples not there");
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let root = root(std::fs::read(&path).expect("the sample can be read"));
        assert!(leaves(&root) >= 10, "{}: {} values", path.display(), leaves(&root));
        assert!(!has_lost_characters(&root), "{}", path.display());
    }
}

fn leaves(element: &Element) -> usize {
    let own = usize::from(element.children.is_empty() && !element.text.is_empty());
    own + element.children.iter().map(leaves).sum::<usize>()
}

fn has_lost_characters(element: &Element) -> bool {
    element.text.contains('\u{FFFD}') || element.children.iter().any(has_lost_characters)
}
