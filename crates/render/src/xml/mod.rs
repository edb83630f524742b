//! The XML vocabularies of invoices.

pub(crate) mod einvoice;
pub(crate) mod original;
pub(crate) mod xbrl;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::error::Error;

/// An XML document that is being written, indented by two spaces.
pub(crate) struct Xml {
    out: Writer<Vec<u8>>,
    open: Vec<String>,
}

impl Xml {
    /// A document with its declaration.
    pub(crate) fn new() -> Result<Xml, Error> {
        let mut xml = Xml { out: Writer::new_with_indent(Vec::new(), b' ', 2), open: Vec::new() };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(xml)
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Error> {
        self.out.write_event(event).map_err(|e| Error::encode("XML", e))
    }

    /// Opens an element.
    pub(crate) fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<(), Error> {
        self.open.push(name.to_owned());
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))
    }

    /// Closes the innermost open element.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        match self.open.pop() {
            Some(name) => self.event(Event::End(BytesEnd::new(name))),
            None => Err(Error::encode("XML", "an element is closed that was not opened")),
        }
    }

    /// An element with text alone; empty text gives an empty element.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<(), Error> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        if text.is_empty() {
            return self.event(Event::Empty(start));
        }
        self.event(Event::Start(start))?;
        self.event(Event::Text(BytesText::new(text)))?;
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// An element with text and no attributes.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.leaf(name, &[], text)
    }

    /// The bytes, once everything is closed.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Error> {
        while !self.open.is_empty() {
            self.end()?;
        }
        Ok(self.out.into_inner())
    }
}
