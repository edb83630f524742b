//! Encryption: an empty user password is no obstacle, another one is an error that says so.

use document::budget::Budget;
use document::error::{Error, Format};

use crate::{lines, open};

/// Files of the same one-page document, encrypted by pypdf.
const EMPTY: [(&str, &[u8]); 3] = [
    ("RC4 128", include_bytes!("../corpus/pdf/encrypted-rc4-owner.pdf")),
    ("AES 128", include_bytes!("../corpus/pdf/encrypted-aes128-owner.pdf")),
    ("AES 256", include_bytes!("../corpus/pdf/encrypted-aes256-owner.pdf")),
];

#[test]
fn an_empty_user_password_opens() {
    for (method, bytes) in EMPTY {
        assert_eq!(lines(&open(bytes), 0), ["Invoice 00012345"], "{method}");
    }
}

#[test]
fn another_user_password_does_not() {
    let bytes = include_bytes!("../corpus/pdf/encrypted-aes256-user.pdf");
    assert_eq!(document::open(bytes, &Budget::default()).err(), Some(Error::Encrypted { format: Format::Pdf }));
}
