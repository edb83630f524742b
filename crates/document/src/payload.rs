//! Structured data that a document carries besides its pages.

use crate::page::Rect;

/// An XML element, owned and without namespaces prefixes: `fp:InvoiceNo` and `InvoiceNo` are both named `InvoiceNo`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Namespace URI, empty where none.
    pub namespace: String,
    /// Attributes as (local name, value), in document order.
    pub attributes: Vec<(String, String)>,
    /// Child elements, in document order.
    pub children: Vec<Element>,
    /// The element's own text (CDATA included), trimmed.
    pub text: String,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// All children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Follows names from child to child; `a/b/c`.
    pub fn find(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |at, name| at.child(name))
    }

    /// The first element of this name anywhere below, in document order, this one included.
    pub fn descendant(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|c| c.descendant(name))
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// One OFD custom tag whose objects were found on the pages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tag {
    /// Names from the root's child down to the tag: `["Buyer", "BuyerName"]`, `["GoodsInfos", "GoodsInfo", "Item"]`.
    pub path: Vec<String>,
    /// For repeated containers (`GoodsInfo`) the running number of the container, from 0; flat repeated siblings have each their own.
    pub group: Option<usize>,
    /// The text of every object the tag points to, in the tag's order; never joined, since `¥` and the digits are often two objects.
    pub values: Vec<String>,
    /// Where those objects stand, in page units, one for each value.
    pub areas: Vec<Rect>,
    /// The page they stand on, from 0.
    pub page: usize,
}

/// Where an XML payload came from, which decides how far it is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The file itself is this XML.
    File,
    /// `original_invoice.xml` of an OFD.
    OriginalInvoice,
    /// Any other attachment of a PDF or an OFD.
    Attachment,
}

/// Structured data.
#[derive(Debug, Clone)]
pub enum Payload {
    /// An XML document: 数电票, 2019 eInvoice, XBRL, or anything else.
    Xml {
        /// The attachment's name, or empty for the file itself.
        name: String,
        /// Where it came from.
        origin: Origin,
        /// The root element.
        root: Element,
    },
    /// OFD custom tags with their values.
    Tags {
        /// The root element's local name (`root`, `eInvoice`…).
        root: String,
        /// The tags in document order.
        tags: Vec<Tag>,
    },
    /// `CustomDatas` of an OFD or the Info dictionary of a PDF: names and values as written.
    Pairs {
        /// True for a PDF's Info dictionary.
        info: bool,
        /// Names and values in document order.
        pairs: Vec<(String, String)>,
    },
}

/// An electronic seal or signature that the document carries. Says what is there, never that it is trusted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seal {
    /// The page it stands on, where known.
    pub page: Option<usize>,
    /// Where it is stamped.
    pub area: Option<Rect>,
    /// Name of the seal or of its owner as the seal's certificate or properties say.
    pub name: String,
    /// Name of the signer's certificate (common name), or empty.
    pub signer: String,
    /// Time of signing as written, or empty.
    pub time: String,
}
