//! XML of any vocabulary: bytes to text to tree.
//!
//! A document type declaration is refused, so no entity is ever expanded. What is well formed is read as it stands; what is
//! not is mended in the few ways in which real files are broken (see [`repair`]) and read once more.

mod encoding;
mod markup;
mod repair;

use roxmltree::{Node, ParsingOptions};

use crate::budget::Meter;
use crate::error::{Error, Format};
use crate::payload::Element;

pub(crate) use roxmltree::Document as Tree;

/// Reads an XML file into an owned tree. Takes the file's bytes in any of the encodings that [`encoding::decode`] knows.
///
/// Errors: [`Error::Damaged`] with line and column for what is no XML even after mending, and for a document type
/// declaration; [`Error::OverBudget`] for too many elements or too deep nesting.
pub(crate) fn parse(bytes: &[u8], meter: &Meter) -> Result<Element, Error> {
    read(bytes, meter, |tree| Ok(Element::from(tree.root_element())))
}

/// Parses an XML file and hands the tree, which borrows from the decoded text, to `take`. Errors as [`parse`], and those of `take`.
pub(crate) fn read<T>(bytes: &[u8], meter: &Meter, take: impl FnOnce(&Tree<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let decoded = encoding::decode(bytes);
    // Padding after the root element: white space, and the zero bytes that fixed-size buffers leave behind.
    let text = decoded.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).trim_end_matches(['\0', ' ', '\t', '\r', '\n', '\u{1a}']);
    markup::guard(text, meter)?;
    let fault = match Tree::parse_with_options(text, options()) {
        Ok(tree) => return take(&tree),
        Err(fault) => fault,
    };
    let mended = repair::repair(text);
    match Tree::parse_with_options(&mended, options()) {
        Ok(tree) => take(&tree),
        // The first fault is the one whose place can be found in the file.
        Err(_) => Err(damaged(fault.pos().row, fault.pos().col, &fault.to_string())),
    }
}

fn options<'input>() -> ParsingOptions<'input> {
    ParsingOptions { allow_dtd: false, ..ParsingOptions::default() }
}

fn damaged(line: u32, column: u32, what: &str) -> Error {
    Error::damaged(Format::Xml, format!("line {line}, column {column}"), what)
}

impl From<Node<'_, '_>> for Element {
    /// Copies an element with all below it. As deep as the tree, which `markup::guard` has bounded.
    fn from(node: Node<'_, '_>) -> Element {
        let mut text = String::new();
        let mut children = Vec::new();
        for child in node.children() {
            if child.is_element() {
                children.push(Element::from(child));
            } else if child.is_text() {
                text.push_str(child.text().unwrap_or_default());
            }
        }
        let trimmed = text.trim();
        if trimmed.len() != text.len() {
            text = trimmed.to_owned();
        }
        Element {
            name: node.tag_name().name().to_owned(),
            namespace: node.tag_name().namespace().unwrap_or_default().to_owned(),
            attributes: node.attributes().map(|a| (a.name().to_owned(), a.value().to_owned())).collect(),
            children,
            text,
        }
    }
}
