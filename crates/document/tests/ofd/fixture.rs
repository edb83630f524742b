//! Packages written entry by entry, with invented content.

use std::io::{Cursor, Write};
use std::time::Duration;

use document::budget::Budget;
use document::error::Error;
use document::page::Line;
use document::payload::{Payload, Tag};
use document::{Document, open};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The namespace that the standard gives.
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";

/// A package as a list of entries.
#[derive(Clone, Default)]
pub(crate) struct Package {
    entries: Vec<(String, Vec<u8>)>,
}

impl Package {
    /// An invoice of one page: labels and ruled lines in a template, values on the page, tags, data and an annotation.
    pub(crate) fn invoice() -> Package {
        Package::default()
            .with("OFD.xml", ofd_xml("<ofd:CustomData Name=\"发票号码\">26990000000000000017</ofd:CustomData><ofd:CustomData Name=\"合计金额\">100.00</ofd:CustomData>", ""))
            .with(
                "Doc_0/Document.xml",
                document_xml(
                    "<ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:TemplatePage ID=\"2\" BaseLoc=\"Tpls/Tpl_0/Content.xml\"/>",
                    "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>",
                    "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>",
                ),
            )
            .with("Doc_0/PublicRes.xml", wrap("Res", "<ofd:Fonts><ofd:Font ID=\"3\" FontName=\"宋体\"/></ofd:Fonts>"))
            .with(
                "Doc_0/Tpls/Tpl_0/Content.xml",
                page_xml(
                    "",
                    concat!(
                        "<ofd:TextObject ID=\"10\" Boundary=\"70 10 80 8\" Font=\"3\" Size=\"6\"><ofd:TextCode X=\"0\" Y=\"6\" DeltaX=\"g 3 6\">测试发票</ofd:TextCode></ofd:TextObject>",
                        "<ofd:TextObject ID=\"11\" Boundary=\"10 30 30 5\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 4 3.175\">发票号码：</ofd:TextCode></ofd:TextObject>",
                        "<ofd:PathObject ID=\"12\" Boundary=\"5 40 200 0.4\" LineWidth=\"0.25\"><ofd:AbbreviatedData>M 0 0.2 L 200 0.2</ofd:AbbreviatedData></ofd:PathObject>",
                    ),
                ),
            )
            .with(
                "Doc_0/Pages/Page_0/Content.xml",
                page_xml(
                    "<ofd:Template TemplateID=\"2\" ZOrder=\"Background\"/>",
                    concat!(
                        "<ofd:TextObject ID=\"20\" Boundary=\"50 30 60 5\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 19 1.5875\">26990000000000000017</ofd:TextCode></ofd:TextObject>",
                        "<ofd:TextObject ID=\"21\" Boundary=\"50 60 60 5\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 7 3.175\">演示购买方公司甲</ofd:TextCode></ofd:TextObject>",
                        "<ofd:TextObject ID=\"22\" Boundary=\"150 90 10 5\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"4\">¥</ofd:TextCode></ofd:TextObject>",
                        "<ofd:TextObject ID=\"23\" Boundary=\"152 90 30 5\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 5 1.5875\">106.00</ofd:TextCode></ofd:TextObject>",
                    ),
                ),
            )
            .with("Doc_0/Tags/CustomTags.xml", wrap("CustomTags", "<ofd:CustomTag TypeID=\"root\"><ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag>"))
            .with(
                "Doc_0/Tags/CustomTag.xml",
                wrap(
                    "root",
                    "<ofd:InvoiceNo><ofd:ObjectRef PageRef=\"1\">20</ofd:ObjectRef></ofd:InvoiceNo><ofd:Buyer><ofd:BuyerName><ofd:ObjectRef PageRef=\"1\">21</ofd:ObjectRef></ofd:BuyerName></ofd:Buyer><ofd:TaxInclusiveTotalAmount><ofd:ObjectRef PageRef=\"1\">22</ofd:ObjectRef><ofd:ObjectRef PageRef=\"1\">23</ofd:ObjectRef></ofd:TaxInclusiveTotalAmount>",
                ),
            )
            .with("Doc_0/Annots/Annotations.xml", wrap("Annotations", "<ofd:Page PageID=\"1\"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>"))
            .with(
                "Doc_0/Annots/Page_0/Annotation.xml",
                wrap(
                    "PageAnnot",
                    "<ofd:Annot Type=\"Watermark\" ID=\"90\"><ofd:Appearance Boundary=\"206 30 3.2 22\"><ofd:TextObject ID=\"91\" Boundary=\"0 0 3.2 22\" CTM=\"0 1 -1 0 3.2 0\" Font=\"3\" Size=\"3.175\"><ofd:TextCode X=\"0\" Y=\"2.8\" DeltaX=\"g 5 3.175\">下载次数：3</ofd:TextCode></ofd:TextObject></ofd:Appearance></ofd:Annot>",
                ),
            )
    }

    /// A package of one page of 210 × 140 mm with these objects on it and nothing else.
    pub(crate) fn page(objects: &str) -> Package {
        Package::default()
            .with("OFD.xml", ofd_xml("", ""))
            .with(
                "Doc_0/Document.xml",
                document_xml(
                    "<ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
                    "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>",
                    "",
                ),
            )
            .with("Doc_0/PublicRes.xml", wrap("Res", ""))
            .with("Doc_0/Pages/Page_0/Content.xml", page_xml("", objects))
    }

    /// With this entry, in place of one of the same name.
    pub(crate) fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Package {
        let content = content.into();
        match self.entries.iter_mut().find(|(known, _)| known == path) {
            Some(entry) => entry.1 = content,
            None => self.entries.push((path.to_owned(), content)),
        }
        self
    }

    /// Without this entry.
    pub(crate) fn without(mut self, path: &str) -> Package {
        let before = self.entries.len();
        self.entries.retain(|(known, _)| known != path);
        assert_eq!(self.entries.len() + 1, before, "the fixture has no {path}");
        self
    }

    /// With this change to the text of an entry, which must contain `from`.
    pub(crate) fn replace(self, path: &str, from: &str, to: &str) -> Package {
        let text = self.text(path);
        assert!(text.contains(from), "{path} of the fixture has no {from}");
        let text = text.replace(from, to);
        self.with(path, text)
    }

    /// With all names changed.
    pub(crate) fn rename(mut self, change: impl Fn(&str) -> String) -> Package {
        for (path, _) in &mut self.entries {
            *path = change(path);
        }
        self
    }

    /// With the content of all entries changed.
    pub(crate) fn map(mut self, change: impl Fn(&[u8]) -> Vec<u8>) -> Package {
        for (_, content) in &mut self.entries {
            *content = change(content);
        }
        self
    }

    /// An entry as text.
    pub(crate) fn text(&self, path: &str) -> String {
        let (_, content) = self.entries.iter().find(|(known, _)| known == path).expect("the fixture has the entry");
        String::from_utf8(content.clone()).expect("the fixture's entries are text")
    }

    /// The zip.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in &self.entries {
            writer.start_file(path.as_str(), SimpleFileOptions::default()).expect("writing to memory");
            writer.write_all(content).expect("writing to memory");
        }
        writer.finish().expect("writing to memory").into_inner()
    }

    /// Opened with the usual limits.
    pub(crate) fn open(&self) -> Result<Document, Error> {
        open(&self.bytes(), &budget())
    }

    /// Opened; fails the test where it cannot be.
    pub(crate) fn opened(&self) -> Document {
        self.open().expect("the package opens")
    }
}

/// The usual limits without the one on time, which would make a busy machine fail.
pub(crate) fn budget() -> Budget {
    Budget { time: Duration::from_secs(3600), ..Budget::default() }
}

/// An element of the standard's namespace as a whole file.
pub(crate) fn wrap(name: &str, inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:{name} xmlns:ofd=\"{NAMESPACE}\">{inside}</ofd:{name}>")
}

/// `OFD.xml` with these `CustomData` elements, and this at the end of its `DocBody`.
pub(crate) fn ofd_xml(datas: &str, end: &str) -> String {
    wrap(
        "OFD",
        &format!(
            "<ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef</ofd:DocID><ofd:CustomDatas>{datas}</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{end}</ofd:DocBody>"
        ),
    )
}

/// `Document.xml` with this in `CommonData`, in `Pages`, and after them.
pub(crate) fn document_xml(common: &str, pages: &str, end: &str) -> String {
    wrap(
        "Document",
        &format!("<ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{end}"),
    )
}

/// A page with this before its content, and these objects in one layer.
pub(crate) fn page_xml(before: &str, objects: &str) -> String {
    wrap("Page", &format!("{before}<ofd:Content><ofd:Layer ID=\"5\">{objects}</ofd:Layer></ofd:Content>"))
}

/// A text object of 10-point-high letters at (x, y), with these attributes and content of its `TextCode`.
pub(crate) fn text_object(id: u32, x: f64, y: f64, code: &str) -> String {
    format!("<ofd:TextObject ID=\"{id}\" Boundary=\"{x} {y} 60 10\" Font=\"3\" Size=\"4\">{code}</ofd:TextObject>")
}

/// The texts of lines, in their order.
pub(crate) fn texts(lines: &[Line]) -> Vec<String> {
    lines.iter().map(Line::text).collect()
}

/// The texts of a page's lines.
pub(crate) fn page_texts(document: &Document, page: usize) -> Vec<String> {
    texts(&document.pages[page].lines)
}

/// All tags of a document.
pub(crate) fn tags(document: &Document) -> Vec<&Tag> {
    let tags = document.payloads.iter().filter_map(|payload| match payload {
        Payload::Tags { tags, .. } => Some(tags),
        _ => None,
    });
    tags.flatten().collect()
}

/// The values of the tag with this path.
pub(crate) fn tag_values(document: &Document, path: &[&str]) -> Vec<String> {
    tags(document).into_iter().filter(|tag| tag.path == path).flat_map(|tag| tag.values.clone()).collect()
}
