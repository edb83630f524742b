//! What a file is, told by its content alone: never by its name or its Content-Type.

use crate::error::{Error, Format};

/// How far into a file a PDF header may stand (ISO 32000-1, annex H, implementation note 13).
const PDF_HEADER_WITHIN: usize = 1024;

/// Tells the format. A zip is looked into: one with `OFD.xml` at its root, in any case of letters, is an OFD.
/// Errors: [`Error::Empty`], and [`Error::Unknown`] for everything that is none of the formats (HTML included).
pub(crate) fn sniff(bytes: &[u8]) -> Result<Format, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    let format = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Format::Tiff),
        // The size of the header that follows a bitmap's file header: 12 (OS/2) or 40 to 124 (Windows).
        [b'B', b'M', _, _, _, _, _, _, _, _, _, _, _, _, 12 | 40..=124, 0, 0, 0, ..] => Some(Format::Bmp),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(crate::archive::format(bytes)),
        _ => None,
    };
    if let Some(format) = format {
        return Ok(format);
    }
    if is_markup(bytes) {
        return if is_html(bytes) { Err(Error::Html) } else { Ok(Format::Xml) };
    }
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    if head.windows(5).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    Err(unknown(bytes))
}

/// The error for a file of no known format.
pub(crate) fn unknown(bytes: &[u8]) -> Error {
    let begins: Vec<String> = bytes.iter().take(8).map(|b| format!("{b:02X}")).collect();
    Error::Unknown { begins: begins.join(" ") }
}

/// True when the first letter is `<`, after a byte order mark and white space, in UTF-8, an ASCII-compatible encoding or UTF-16.
fn is_markup(bytes: &[u8]) -> bool {
    letters(bytes, 1) == "<"
}

/// True for a web page: what a server sends in place of the document when it is not logged in or the link is old.
fn is_html(bytes: &[u8]) -> bool {
    let start = letters(bytes, 15);
    start.starts_with("<html") || start.starts_with("<!doctype html") || start.starts_with("<head") || start.starts_with("<body")
}

/// The first `count` ASCII letters in lower case, without byte order mark, leading white space and the zero bytes of UTF-16.
fn letters(bytes: &[u8], count: usize) -> String {
    let bytes = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] | [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => rest,
        _ => bytes,
    };
    bytes
        .iter()
        .filter(|&&b| b != 0)
        .skip_while(|b| b.is_ascii_whitespace())
        .take(count)
        .map(|&b| char::from(b).to_ascii_lowercase())
        .collect()
}
