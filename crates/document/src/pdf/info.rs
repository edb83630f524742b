//! The document information dictionary (ISO 32000-1, 14.3.3), with the entries that producers add to it.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, MaybeRef, Object, ObjectIdentifier};

use super::text_string;
use crate::payload::Payload;

/// The names and texts of the Info dictionary, by name. `None` when there is none.
pub(super) fn pairs(pdf: &Pdf) -> Option<Payload> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if let Some(info) = dictionary(pdf) {
        for (key, value) in info.entries() {
            let value = match value {
                MaybeRef::NotRef(value) => Some(value),
                MaybeRef::Ref(_) => info.get::<Object<'_>>(key.as_ref()),
            };
            let text = match value {
                Some(Object::String(text)) => text_string::decode(text.as_bytes()),
                Some(Object::Name(name)) => String::from_utf8_lossy(name.as_ref()).into_owned(),
                _ => continue,
            };
            pairs.push((String::from_utf8_lossy(key.as_ref()).into_owned(), text));
        }
    } else {
        let known = pdf.metadata();
        let texts = [
            ("Title", &known.title),
            ("Author", &known.author),
            ("Subject", &known.subject),
            ("Keywords", &known.keywords),
            ("Creator", &known.creator),
            ("Producer", &known.producer),
        ];
        pairs.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_string(), text_string::decode(text.as_deref()?)))));
    }
    (!pairs.is_empty()).then_some(Payload::Pairs { info: true, pairs })
}

/// The dictionary that the last trailer names. hayro keeps only the standard entries of it and gives no way to the trailer, so
/// the reference is read from the file: a trailer, or the dictionary of a cross-reference stream, is never packed.
fn dictionary(pdf: &Pdf) -> Option<Dict<'_>> {
    let bytes = pdf.data().as_ref();
    let found = memchr::memmem::rfind(bytes, b"/Info")?;
    let after = &bytes[found + b"/Info".len()..];
    let text = std::str::from_utf8(&after[..after.iter().take(32).position(|b| *b == b'R')?]).ok()?;
    let mut numbers = text.split_ascii_whitespace().map(str::parse);
    let (Some(Ok(number)), Some(Ok(generation)), None) = (numbers.next(), numbers.next(), numbers.next()) else {
        return None;
    };
    pdf.xref().get::<Dict<'_>>(ObjectIdentifier::new(number, generation as i32))
}
