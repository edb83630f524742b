//! Mends what real files do wrong so that a strict parser takes them.

use super::markup::{Piece, Pieces, attributes};

/// Rewrites a text that a strict parser refused:
/// * all prefixes go, declared or not: `<:eInvoice xmlns:="">`, and `ofd:ObjectRef` in a tag file that declares no `ofd`
///   (reference: tag files of OFD invoices by several producers);
/// * `&` that begins no reference, and `<` that begins no markup, are escaped;
/// * characters that XML 1.0 forbids are dropped, and so are comments, the declaration and an attribute given twice.
///
/// Namespaces declared without a prefix stay. What is broken in any other way stays broken.
pub(super) fn repair(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in Pieces::of(text) {
        match piece {
            Piece::Text(text) => escape(text, &mut out),
            Piece::CData(text) => {
                out.push_str("<![CDATA[");
                out.extend(text.chars().filter(|&c| is_allowed(c)));
                out.push_str("]]>");
            }
            Piece::Tag(tag) => rewrite(tag, &mut out),
            Piece::Comment | Piece::Instruction | Piece::DocumentType => {}
        }
    }
    out
}

fn rewrite(tag: &str, out: &mut String) {
    let closes = tag.starts_with('/');
    let tag = tag.trim_start_matches('/');
    let empty = !closes && tag.ends_with('/');
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    out.push('<');
    if closes {
        out.push('/');
    }
    out.push_str(local(name));
    if !closes {
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in attributes(tag) {
            let declares = name == "xmlns" || name.starts_with("xmlns:");
            if (declares && (name != "xmlns" || value.is_empty())) || seen.contains(&local(name)) || local(name).is_empty() {
                continue;
            }
            seen.push(local(name));
            out.push(' ');
            out.push_str(local(name));
            out.push_str("=\"");
            escape(&value.replace('"', "&quot;"), out);
            out.push('"');
        }
    }
    if empty {
        out.push('/');
    }
    out.push('>');
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').find(|part| !part.is_empty()).unwrap_or_default()
}

fn escape(text: &str, out: &mut String) {
    for (i, c) in text.char_indices() {
        match c {
            '&' if !begins_reference(&text[i + 1..]) => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            c if is_allowed(c) => out.push(c),
            _ => {}
        }
    }
}

/// True where what follows an `&` is one of the five entities of XML or a number of an allowed character.
fn begins_reference(text: &str) -> bool {
    // The longest, `#x10FFFF`, has eight characters.
    let Some(end) = text.bytes().take(9).position(|b| b == b';') else {
        return false;
    };
    let name = &text[..end];
    let number = match name.strip_prefix('#').map(|digits| (digits, digits.strip_prefix('x'))) {
        Some((_, Some(hexadecimal))) => u32::from_str_radix(hexadecimal, 16).ok(),
        Some((decimal, None)) => decimal.parse().ok(),
        None => return matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    };
    number.and_then(char::from_u32).is_some_and(is_allowed)
}

/// XML 1.0, production 2.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
