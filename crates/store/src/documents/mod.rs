//! Where documents are kept: a [`Folder`] of this machine, or a [`Bucket`] that several reach.

mod bucket;
mod folder;

use issue::documents::DocumentError;

pub use bucket::{Bucket, BucketError, BucketSettings};
pub use folder::Folder;
pub(crate) use folder::sync_folder;

/// Keys are relative paths of `[0-9a-z.-]` in one or more steps, as [`issue::documents::key`] makes them. Another one is never
/// looked for: it could lead out of the place.
fn checked(key: &str, what: &'static str) -> Result<(), DocumentError> {
    let plain = |step: &str| {
        !step.is_empty() && !step.starts_with('.') && step.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'z' | b'.' | b'-'))
    };
    if key.len() <= 512 && key.split('/').all(plain) {
        return Ok(());
    }
    Err(DocumentError { key: key.to_owned(), what, why: "it is no key of a document".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_lead_elsewhere_are_refused() {
        for key in ["", "/", "/a", "a/", "a//b", "..", "a/../b", ".a", "a/.b", "a\\b", "A", "a b", "a\0", "é", &"a".repeat(513)] {
            assert!(checked(key, "kept").is_err(), "{key:?}");
        }
        for key in ["a", "01981234/0198123456787abc0000000000000000/2-0123456789abcdef.pdf"] {
            assert!(checked(key, "kept").is_ok(), "{key:?}");
        }
    }
}
