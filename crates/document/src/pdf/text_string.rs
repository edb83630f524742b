//! Text strings outside content streams (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding.

/// The characters of a text string. Bytes that PDFDocEncoding leaves undefined become U+FFFD. Strings of Chinese producers that
/// are in GBK against the standard cannot be told from PDFDocEncoding and come out as the standard says.
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| pdf_doc(*byte)).collect(),
    }
}

/// PDFDocEncoding (ISO 32000-1, annex D.3): Latin-1 but for these two ranges.
fn pdf_doc(byte: u8) -> char {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const SIGNS: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž',
        'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
    ];
    match byte {
        0x18..=0x1F => ACCENTS[usize::from(byte - 0x18)],
        0x80..=0xA0 => SIGNS[usize::from(byte - 0x80)],
        0x7F | 0xAD => '\u{FFFD}',
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn text_strings() {
        let table: [(&[u8], &str); 7] = [
            (b"Plain", "Plain"),
            (b"\xFE\xFF\x53\xD1\x79\x68", "发票"),
            (b"\xFF\xFE\xD1\x53\x68\x79", "发票"),
            (b"\xEF\xBB\xBF\xE5\x8F\x91", "发"),
            (b"\xA0 5 \x84 caf\xE9", "€ 5 — café"),
            (b"\x18\x1F", "˘˜"),
            (b"", ""),
        ];
        for (bytes, expected) in table {
            assert_eq!(decode(bytes), expected, "{bytes:x?}");
        }
    }
}
