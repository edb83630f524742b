//! `image_data`: base64 as it arrives from clients in use, which is not always as it left them.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// Why there are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Error {
    /// Not base64.
    #[error("image_data is not base64")]
    NotBase64,
    /// More bytes than allowed.
    #[error("image_data is larger than {0} bytes")]
    TooLarge(usize),
}

/// Decodes base64, at most `limit` bytes. Tolerated, since clients in use send it (reference: recognition §1.3):
/// a `data:…,` prefix; a `+` that a form turned into a space (at either end only where it completes a group of four, else it
/// is white space); line breaks; a second percent-encoding; the URL-safe alphabet;
/// padding that is missing.
pub(super) fn decode(text: &str, limit: usize) -> Result<Vec<u8>, Error> {
    let text = if text.contains('%') { percent_encoding::percent_decode_str(text).decode_utf8_lossy() } else { Cow::Borrowed(text) };
    let text = match text.trim_start().get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("data:") => text.split_once(',').ok_or(Error::NotBase64)?.1,
        _ => &text,
    };
    let text = text.trim_matches(['\r', '\n', '\t']);
    let whole = |text: &str| text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n' | b'\t')).count() % 4 == 0;
    let text = if !whole(text.trim()) && whole(text) { text } else { text.trim() };
    let mut symbols = Vec::with_capacity(text.len());
    symbols.extend(text.trim_end_matches('=').bytes().filter(|byte| !matches!(byte, b'\r' | b'\n' | b'\t')).map(|byte| match byte {
        b' ' | b'-' => b'+',
        b'_' => b'/',
        other => other,
    }));
    if symbols.len() / 4 > limit / 3 + 1 {
        return Err(Error::TooLarge(limit));
    }
    let bytes = ENGINE.decode(symbols).map_err(|_| Error::NotBase64)?;
    if bytes.len() > limit { Err(Error::TooLarge(limit)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_in_use() {
        // fb ff be 3e is "+/++Pg==" in base64: both odd symbols and padding.
        let bytes: &[u8] = &[0xfb, 0xff, 0xbe, 0x3e];
        let cases = [
            "+/++Pg==",
            "+/++Pg",
            "+/++Pg=",
            " /  Pg==",
            "-_--Pg==",
            "-_--Pg",
            "+/+\r\n+Pg==\r\n",
            "\n+/++\nPg==",
            "%2B%2F%2B%2BPg%3D%3D",
            "data:image/png;base64,+/++Pg==",
            "DATA:application/octet-stream;base64,+/++Pg",
            "data:;base64, /  Pg==",
            "data%3Aimage%2Fpng%3Bbase64%2C%2B%2F%2B%2BPg==",
        ];
        for text in cases {
            assert_eq!(decode(text, 100).as_deref(), Ok(bytes), "{text:?}");
        }
        // White space round whole groups is white space.
        assert_eq!(decode("  AAAA ", 100), Ok(vec![0, 0, 0]));
    }

    #[test]
    fn what_is_refused() {
        for text in ["发票", "<html>", "a", "data:image/png;base64", "%%%", "iVBOR*"] {
            assert_eq!(decode(text, 100), Err(Error::NotBase64), "{text:?}");
        }
    }

    #[test]
    fn the_limit_is_on_what_comes_out() {
        let text = BASE64_STANDARD.encode([7; 99]);
        assert_eq!(decode(&text, 99).map(|bytes| bytes.len()), Ok(99));
        assert_eq!(decode(&text, 98), Err(Error::TooLarge(98)));
        assert_eq!(decode(&"A".repeat(1000), 98), Err(Error::TooLarge(98)));
    }

    proptest! {
        /// Whatever a form does to base64, the bytes come back.
        #[test]
        fn survives_a_form(bytes in proptest::collection::vec(any::<u8>(), 0..200), line in 1usize..80) {
            let text = BASE64_STANDARD.encode(&bytes);
            prop_assert_eq!(decode(&text.replace('+', " "), 200), Ok(bytes.clone()));
            let lines: Vec<&str> = text.as_bytes().chunks(line).map(|l| std::str::from_utf8(l).unwrap()).collect();
            prop_assert_eq!(decode(&lines.join("\r\n"), 200), Ok(bytes.clone()));
            prop_assert_eq!(decode(&BASE64_URL_SAFE_NO_PAD.encode(&bytes), 200), Ok(bytes.clone()));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = decode(&text, 50);
        }
    }
}
