//! Bytes to text: which encoding an XML file is in.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a file its XML declaration may reach.
const DECLARATION_WITHIN: usize = 256;

/// Decodes a file as XML 1.0 appendix F says: byte order mark, then UTF-16 told by its zero bytes, then the encoding that the
/// declaration names, then UTF-8. Two habits of real files come before the declaration's word: text that is UTF-8 throughout and
/// has characters of three bytes (all Chinese ones) is UTF-8 whatever it declares, and text that is called UTF-8, is
/// not, and is faultless GB18030 is that. Bytes that still fit nowhere become U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(encoding) = utf_16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let utf_8 = std::str::from_utf8(bytes);
    let declared = declared(bytes).filter(|&encoding| encoding != UTF_16LE && encoding != UTF_16BE);
    match (utf_8, declared) {
        (Ok(text), None) => Cow::Borrowed(text),
        (Ok(text), Some(encoding)) if encoding == UTF_8 || text.is_ascii() || text.chars().any(|c| c.len_utf8() == 3) => {
            Cow::Borrowed(text)
        }
        (_, Some(encoding)) if encoding != UTF_8 => encoding.decode_without_bom_handling(bytes).0,
        _ => {
            GB18030.decode_without_bom_handling_and_without_replacement(bytes).unwrap_or_else(|| UTF_8.decode_without_bom_handling(bytes).0)
        }
    }
}

/// UTF-16 without a byte order mark: an ASCII character at the start beside a zero byte.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [first, 0, ..] if first.is_ascii() && *first != 0 => Some(UTF_16LE),
        [0, second, ..] if second.is_ascii() && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding that the XML declaration names, where it is one that is known.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
    let head: String = head.iter().map(|&b| if b.is_ascii() { b as char } else { '?' }).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration[declaration.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    Encoding::for_label(label.as_bytes())
}
