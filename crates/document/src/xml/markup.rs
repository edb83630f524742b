//! The pieces of markup that a text is made of, found in one pass and without a parser's opinion on whether they fit together.

use crate::budget::Meter;
use crate::error::Error;

/// Attributes of one element: real ones have a dozen, and the parser compares each with all before it.
const ATTRIBUTES: usize = 256;
/// Namespaces declared on one element and those around it, for the same reason. XBRL roots declare some thirty.
const NAMESPACES: usize = 256;
/// After how many elements the clock is looked at.
const CLOCK_EVERY: usize = 4096;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Piece<'a> {
    /// Characters between tags, as they stand.
    Text(&'a str),
    /// What stands inside `<![CDATA[` and `]]>`.
    CData(&'a str),
    /// What stands between `<` and `>` of a tag.
    Tag(&'a str),
    /// A comment.
    Comment,
    /// A processing instruction or the XML declaration.
    Instruction,
    /// A document type declaration.
    DocumentType,
}

/// Walks through the pieces of a text. A `<` that begins no markup is text, which matters for the cipher areas
/// of invoices whose `<` were not escaped.
#[derive(Debug, Clone)]
pub(crate) struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// Begins at the start of `text`.
    pub(crate) fn of(text: &'a str) -> Pieces<'a> {
        Pieces { text, at: 0 }
    }

    /// Takes everything up to `end`, without it, and passes over `end`; everything that is left where there is no `end`.
    fn until(&mut self, skip: usize, end: &str) -> &'a str {
        let rest = &self.text[self.at + skip..];
        let inside = rest.find(end).unwrap_or(rest.len());
        self.at = (self.at + skip + inside + end.len()).min(self.text.len());
        &rest[..inside]
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        if !begins_markup(rest) {
            let mut end = 0;
            loop {
                end += rest[end..].find('<').unwrap_or(rest.len() - end);
                if end == rest.len() || begins_markup(&rest[end..]) {
                    break;
                }
                end += 1;
            }
            self.at += end;
            return Some(Piece::Text(&rest[..end]));
        }
        Some(if rest.starts_with("<!--") {
            self.until(4, "-->");
            Piece::Comment
        } else if rest.starts_with("<![CDATA[") {
            Piece::CData(self.until(9, "]]>"))
        } else if rest.starts_with("<?") {
            self.until(2, "?>");
            Piece::Instruction
        } else if rest.starts_with("<!") {
            self.until(2, ">");
            Piece::DocumentType
        } else {
            let inside = tag_end(&rest[1..]);
            self.at = (self.at + 1 + inside + 1).min(self.text.len());
            Piece::Tag(&rest[1..1 + inside])
        })
    }
}

fn begins_markup(text: &str) -> bool {
    let Some(after) = text.strip_prefix('<') else { return false };
    match after.strip_prefix('/') {
        Some(name) => begins_name(name),
        None => after.starts_with(['!', '?']) || begins_name(after),
    }
}

fn begins_name(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b) if b.is_ascii() => b.is_ascii_alphabetic() || matches!(b, b':' | b'_'),
        _ => text.starts_with(char::is_alphabetic),
    }
}

/// Where the `>` of a tag stands, quoted values passed over.
fn tag_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'"', b'\'', b'>', &bytes[at..]) {
        at += found;
        if bytes[at] == b'>' {
            return at;
        }
        let Some(closing) = memchr::memchr(bytes[at], &bytes[at + 1..]) else { break };
        at += closing + 2;
    }
    text.len()
}

/// The attributes of a tag as (name with prefix, value as it stands); what is not written `name="value"` is passed over.
pub(crate) fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.find(|c: char| c.is_whitespace()).map_or("", |i| &tag[i..]);
    std::iter::from_fn(move || {
        let equals = rest.find('=')?;
        let name = rest[..equals].trim().rsplit(char::is_whitespace).next().unwrap_or_default();
        let after = rest[equals + 1..].trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            rest = after;
            return Some(("", ""));
        };
        let value = &after[1..];
        let end = value.find(quote).unwrap_or(value.len());
        rest = value.get(end + 1..).unwrap_or_default();
        Some((name, &value[..end]))
    })
    .filter(|(name, _)| !name.is_empty())
}

/// Refuses what would cost a parser more than its size says: a document type, nesting, elements, attributes and
/// namespaces beyond their limits.
pub(crate) fn guard(text: &str, meter: &Meter) -> Result<(), Error> {
    let mut open: Vec<usize> = Vec::new();
    let mut namespaces = 0;
    let mut elements = 0;
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::DocumentType => {
                return Err(fault(text, pieces.at, "it has a document type declaration (<!DOCTYPE>), which is not accepted"));
            }
            Piece::Tag(tag) if tag.starts_with('/') => namespaces -= open.pop().unwrap_or(0),
            Piece::Tag(tag) => {
                if elements % CLOCK_EVERY == 0 {
                    meter.time()?;
                }
                elements += 1;
                meter.elements(1)?;
                // Every attribute has its sign; one inside a value only makes the tag look longer.
                let mut all = memchr::memchr_iter(b'=', tag.as_bytes()).count();
                if all > ATTRIBUTES {
                    all = attributes(tag).count();
                }
                let declared = match all {
                    0 => 0,
                    _ if !tag.contains("xmlns") => 0,
                    _ => attributes(tag).filter(|(name, _)| name.starts_with("xmlns")).count(),
                };
                if all > ATTRIBUTES || namespaces + declared > NAMESPACES {
                    return Err(fault(text, pieces.at, "an element has too many attributes or namespaces"));
                }
                meter.depth(open.len() + 1)?;
                if !tag.ends_with('/') {
                    open.push(declared);
                    namespaces += declared;
                }
            }
            Piece::Text(_) | Piece::CData(_) | Piece::Comment | Piece::Instruction => {}
        }
    }
    if elements == 0 {
        return Err(fault(text, 0, "it holds no element"));
    }
    Ok(())
}

fn fault(text: &str, at: usize, what: &str) -> Error {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    super::damaged(line, column, what)
}
