//! Every file that once did harm, or was made to: each opens or is refused, within its budget, and no page of it hangs when drawn.

use std::path::Path;
use std::time::Duration;

use document::budget::Budget;

#[test]
fn nothing_in_the_corpus_harms() {
    let budget = Budget { time: Duration::from_secs(2), pixels: 4_000_000, unpacked: 64 << 20, ..Budget::default() };
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files = 0;
    for folder in std::fs::read_dir(corpus).expect("the corpus is committed") {
        let folder = folder.expect("the corpus can be listed").path();
        for file in std::fs::read_dir(&folder).expect("the corpus can be listed") {
            let file = file.expect("the corpus can be listed").path();
            let bytes = std::fs::read(&file).expect("the corpus can be read");
            if let Ok(document) = document::open(&bytes, &budget) {
                for page in 0..document.pages.len().min(3) {
                    let _ = document.draw(page, 36.0, &budget);
                }
            }
            files += 1;
        }
    }
    assert!(files >= 25, "only {files} files");
}
