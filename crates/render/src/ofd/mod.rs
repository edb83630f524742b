//! A drawing as OFD (GB/T 33190-2016): the form in templates, the values on the pages, seals as annotations, custom tags that name the
//! values, custom data, attachments.

mod content;
mod tags;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::Error;
use crate::pdf::Attachment;
use crate::sheet::{Face, Page};
use crate::xml::Xml;
use content::Content;
pub(crate) use tags::Dialect;

/// The standard's namespace.
const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// Numbers of the resources that every document has; objects are numbered after them.
const COLOURS: u32 = 2;
const FIRST_OBJECT: u32 = 100;

/// Number of a typeface among the resources.
fn font_id(face: Face) -> u32 {
    match face {
        Face::Kai => 5,
        Face::Song => 6,
        Face::Courier => 7,
    }
}

/// What an OFD has besides its pages.
#[derive(Debug, Clone)]
pub(crate) struct Extras {
    /// Names the document: hexadecimal, made from the invoice's number.
    pub(crate) id: String,
    /// `YYYY-MM-DD`.
    pub(crate) created: String,
    pub(crate) data: Vec<(&'static str, String)>,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) attachments: Vec<Attachment>,
    /// What stands in light print across each page.
    pub(crate) across: Option<String>,
}

/// Numbers and pictures that the parts of one document share.
struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    next: u32,
    /// Pictures by their bytes, so that one seal is one file.
    pictures: BTreeMap<Arc<Vec<u8>>, Resource>,
}

/// A picture's number and the name of its file.
#[derive(Debug, Clone)]
struct Resource {
    id: u32,
    file: String,
}

impl Package {
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        // A fixed time: the same invoice gives the same bytes.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
        self.zip.start_file(path, options).map_err(|e| Error::encode("OFD", e))?;
        self.zip.write_all(bytes).map_err(|e| Error::encode("OFD", e))
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn picture(&mut self, png: &Arc<Vec<u8>>) -> u32 {
        if let Some(known) = self.pictures.get(png) {
            return known.id;
        }
        let id = self.number();
        self.pictures.insert(png.clone(), Resource { id, file: format!("image_{id}.png") });
        id
    }
}

/// Writes pages as an OFD. The same pages give the same bytes.
pub(crate) fn write(pages: &[Page], extras: &Extras) -> Result<Vec<u8>, Error> {
    let mut package = Package { zip: ZipWriter::new(Cursor::new(Vec::new())), next: FIRST_OBJECT, pictures: BTreeMap::new() };
    package.file("OFD.xml", &root(extras)?)?;
    let mut numbers = Vec::with_capacity(pages.len());
    let mut tagged = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let (template, id) = (package.number(), package.number());
        let mut printed = Content::new(page, None)?;
        if let Some(words) = &extras.across {
            // Under everything: what is drawn first lies lowest.
            printed.layer(&mut package, &[crate::seal::tint(words, page.width, page.height)?.into()])?;
        }
        printed.layer(&mut package, &page.printed)?;
        package.file(&format!("Doc_0/Tpls/Tpl_{at}/Content.xml"), &printed.finish()?)?;
        let mut filled = Content::new(page, Some(template))?;
        tagged.extend(filled.layer(&mut package, &page.filled)?.into_iter().map(|t| (id, t)));
        package.file(&format!("Doc_0/Pages/Page_{at}/Content.xml"), &filled.finish()?)?;
        let notes = content::annotations(&mut package, page)?;
        package.file(&format!("Doc_0/Annots/Page_{at}/Annotation.xml"), &notes)?;
        numbers.push((template, id));
    }
    package.file("Doc_0/Annots/Annotations.xml", &annotation_list(&numbers)?)?;
    if let Some(dialect) = extras.dialect {
        package.file("Doc_0/Tags/CustomTags.xml", &tags::list(dialect)?)?;
        package.file("Doc_0/Tags/CustomTag.xml", &tags::write(dialect, &tagged)?)?;
    }
    if !extras.attachments.is_empty() {
        let list = attachment_list(&mut package, extras)?;
        package.file("Doc_0/Attachs/Attachments.xml", &list)?;
        for attachment in &extras.attachments {
            package.file(&format!("Doc_0/Attachs/{}", attachment.name), &attachment.data)?;
        }
    }
    package.file("Doc_0/PublicRes.xml", &public_resources()?)?;
    let pictures = std::mem::take(&mut package.pictures);
    package.file("Doc_0/DocumentRes.xml", &document_resources(pictures.values())?)?;
    for (png, resource) in &pictures {
        package.file(&format!("Doc_0/Res/{}", resource.file), png)?;
    }
    let document = document(package.next, &numbers, extras)?;
    package.file("Doc_0/Document.xml", &document)?;
    let out = package.zip.finish().map_err(|e| Error::encode("OFD", e))?;
    Ok(out.into_inner())
}

fn root(extras: &Extras) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:OFD", &[("xmlns:ofd", NAMESPACE), ("DocType", "OFD"), ("Version", "1.1")])?;
    xml.start("ofd:DocBody", &[])?;
    xml.start("ofd:DocInfo", &[])?;
    xml.text("ofd:DocID", &extras.id)?;
    xml.text("ofd:CreationDate", &extras.created)?;
    xml.text("ofd:Creator", "Fapiao")?;
    xml.start("ofd:CustomDatas", &[])?;
    for (name, value) in &extras.data {
        xml.leaf("ofd:CustomData", &[("Name", name)], value)?;
    }
    xml.end()?;
    xml.end()?;
    xml.text("ofd:DocRoot", "Doc_0/Document.xml")?;
    xml.finish()
}

fn document(last: u32, pages: &[(u32, u32)], extras: &Extras) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:Document", &[("xmlns:ofd", NAMESPACE)])?;
    xml.start("ofd:CommonData", &[])?;
    xml.text("ofd:MaxUnitID", &last.to_string())?;
    xml.text("ofd:PublicRes", "PublicRes.xml")?;
    xml.text("ofd:DocumentRes", "DocumentRes.xml")?;
    for (at, (template, _)) in pages.iter().enumerate() {
        let location = format!("Tpls/Tpl_{at}/Content.xml");
        xml.leaf("ofd:TemplatePage", &[("ID", &template.to_string()), ("BaseLoc", &location)], "")?;
    }
    xml.end()?;
    xml.start("ofd:Pages", &[])?;
    for (at, (_, page)) in pages.iter().enumerate() {
        let location = format!("Pages/Page_{at}/Content.xml");
        xml.leaf("ofd:Page", &[("ID", &page.to_string()), ("BaseLoc", &location)], "")?;
    }
    xml.end()?;
    xml.text("ofd:Annotations", "Annots/Annotations.xml")?;
    if !extras.attachments.is_empty() {
        xml.text("ofd:Attachments", "Attachs/Attachments.xml")?;
    }
    if extras.dialect.is_some() {
        xml.text("ofd:CustomTags", "Tags/CustomTags.xml")?;
    }
    xml.finish()
}

fn annotation_list(pages: &[(u32, u32)]) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:Annotations", &[("xmlns:ofd", NAMESPACE)])?;
    for (at, (_, page)) in pages.iter().enumerate() {
        xml.start("ofd:Page", &[("PageID", &page.to_string())])?;
        xml.text("ofd:FileLoc", &format!("Page_{at}/Annotation.xml"))?;
        xml.end()?;
    }
    xml.finish()
}

fn attachment_list(package: &mut Package, extras: &Extras) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:Attachments", &[("xmlns:ofd", NAMESPACE)])?;
    for attachment in &extras.attachments {
        let (name, format) = attachment.name.rsplit_once('.').unwrap_or((&attachment.name, ""));
        let id = package.number().to_string();
        let attributes = [("ID", id.as_str()), ("Name", name), ("Format", format), ("CreationDate", &extras.created), ("Visible", "false")];
        xml.start("ofd:Attachment", &attributes)?;
        xml.text("ofd:FileLoc", &attachment.name)?;
        xml.end()?;
    }
    xml.finish()
}

fn public_resources() -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:Res", &[("xmlns:ofd", NAMESPACE)])?;
    xml.start("ofd:ColorSpaces", &[])?;
    xml.leaf("ofd:ColorSpace", &[("ID", &COLOURS.to_string()), ("Type", "RGB")], "")?;
    xml.end()?;
    xml.start("ofd:Fonts", &[])?;
    for (face, name, family) in [(Face::Kai, "楷体", "楷体"), (Face::Song, "宋体", "SimSun"), (Face::Courier, "Courier New", "Courier New")]
    {
        let id = font_id(face).to_string();
        xml.leaf("ofd:Font", &[("ID", &id), ("FontName", name), ("FamilyName", family)], "")?;
    }
    xml.finish()
}

fn document_resources<'a>(pictures: impl Iterator<Item = &'a Resource>) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:Res", &[("xmlns:ofd", NAMESPACE), ("BaseLoc", "Res")])?;
    xml.start("ofd:MultiMedias", &[])?;
    for picture in pictures {
        xml.start("ofd:MultiMedia", &[("ID", &picture.id.to_string()), ("Type", "Image"), ("Format", "PNG")])?;
        xml.text("ofd:MediaFile", &picture.file)?;
        xml.end()?;
    }
    xml.finish()
}
