//! The invoices of an order and their documents.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An issued invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Invoice code; empty on digital invoices.
    pub code: String,
    /// Invoice number: twenty digits on digital invoices.
    pub number: String,
    /// Check code (校验码), where there is one.
    pub check_code: String,
    /// When it was issued, as the provider says.
    pub issued_at: Option<Timestamp>,
    /// Net, in yuan; negative on a red letter. None when the provider did not say.
    pub net: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// Total with tax.
    pub gross: Option<Decimal>,
    /// For a red letter: the place of the invoice it reverses.
    pub reverses: Option<u16>,
    /// For an invoice that was reversed, wholly or in part: the places of its red letters.
    #[serde(default)]
    pub reversed_by: Vec<u16>,
    /// Where the provider offers its documents.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The documents that are kept.
    #[serde(default)]
    pub documents: Vec<Document>,
}

impl Invoice {
    /// The document of a format.
    pub fn document(&self, format: Format) -> Option<&Document> {
        self.documents.iter().find(|document| document.format == format)
    }

    /// The document that a person should get: the PDF, else the OFD, else the XML.
    pub fn readable(&self) -> Option<&Document> {
        [Format::Pdf, Format::Ofd, Format::Xml].into_iter().find_map(|format| self.document(format))
    }
}

/// Formats of an invoice's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The structured original.
    Xml,
    /// The layout document (版式文件).
    Ofd,
    /// For people.
    Pdf,
}

impl Format {
    /// The name, which is also the ending of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Xml => "xml",
            Format::Ofd => "ofd",
            Format::Pdf => "pdf",
        }
    }

    /// The media type it is served as.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xml => "application/xml",
            Format::Ofd => "application/ofd",
            Format::Pdf => "application/pdf",
        }
    }

    /// Whether bytes begin as this format does. A page of HTML, which is what stale links answer with (reference, issuing
    /// §5), never does.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Format::Pdf => bytes.starts_with(b"%PDF-"),
            Format::Ofd => bytes.starts_with(b"PK\x03\x04"),
            Format::Xml => {
                let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
                let html = |name: &[u8]| bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
                bytes.starts_with(b"<") && !html(b"<!doctype html") && !html(b"<html")
            }
        }
    }
}

/// Where a document can be fetched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What is there.
    pub format: Format,
    /// The address. Whoever has it can read the invoice: it is not printed.
    pub url: String,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("format", &self.format).finish_non_exhaustive()
    }
}

/// A document that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its format.
    pub format: Format,
    /// Where [`crate::documents::Documents`] keeps it.
    pub key: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// When it was fetched.
    pub kept_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_is_no_document() {
        let cases: [(Format, &[u8], bool); 9] = [
            (Format::Pdf, b"%PDF-1.7\n", true),
            (Format::Pdf, b"<html><body>404", false),
            (Format::Ofd, b"PK\x03\x04rest", true),
            (Format::Ofd, b"%PDF-1.7", false),
            (Format::Xml, b"<?xml version=\"1.0\"?><EInvoice/>", true),
            (Format::Xml, b"\xef\xbb\xbf\n<EInvoice/>", true),
            (Format::Xml, b"<!DOCTYPE HTML><html>", false),
            (Format::Xml, b"<HTML>", false),
            (Format::Xml, b"", false),
        ];
        for (format, bytes, fits) in cases {
            assert_eq!(format.fits(bytes), fits, "{format:?} {bytes:?}");
        }
    }
}
