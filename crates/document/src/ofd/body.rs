//! The documents of a package (`OFD.xml`, `Document.xml`; GB/T 33190-2016, 7.4 and 7.5): pages, templates, resources, and where the
//! other parts are.

use std::collections::HashMap;
use std::rc::Rc;

use hayro::kurbo::Rect;
use roxmltree::Node;

use super::content::{attribute, child, children, identifier, objects, style, text_of};
use super::lexical::{number, rectangle};
use super::object::{Object, Resources};
use super::package::{Entry, Package};
use super::tolerate;
use crate::error::{Error, Format};

/// Longest side of a page in millimetres; larger boxes are damage.
const LONGEST: f64 = 20_000.0;

/// One document of a package. A package has one as a rule; the standard allows several.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Folder of `Document.xml`.
    pub(super) home: String,
    /// Names and values of `CustomDatas`, in their order.
    pub(super) pairs: Vec<(String, String)>,
    /// Its pages in order: ID and entry.
    pub(super) pages: Vec<(String, Option<Entry>)>,
    /// Templates by ID.
    templates: HashMap<String, Entry>,
    /// Size of pages that state none.
    area: Option<Rect>,
    /// What objects refer to.
    pub(super) resources: Resources,
    /// Entry of the list of annotations.
    pub(super) annotations: Option<Entry>,
    /// Entry of the list of attachments.
    pub(super) attachments: Option<Entry>,
    /// Entry of the list of custom tags.
    pub(super) custom_tags: Option<Entry>,
    /// Entry of the list of signatures.
    pub(super) signatures: Option<Entry>,
}

/// Page content that was read.
#[derive(Debug, Clone, Default)]
struct Sheet {
    area: Option<Rect>,
    /// Template ID and whether it lies above the content.
    templates: Vec<(String, bool)>,
    objects: Rc<Vec<Object>>,
}

/// A page with its templates, in painting order.
#[derive(Debug, Clone, Default)]
pub(super) struct Composed {
    /// Size in millimetres, where the page, its template or the document states one.
    pub(super) area: Option<Rect>,
    /// Templates behind, the page itself, templates before.
    pub(super) layers: Vec<Rc<Vec<Object>>>,
    /// Which of them is the page itself.
    pub(super) own: usize,
}

/// Reads `OFD.xml` and every document that it names.
pub(super) fn read(package: &Package<'_>) -> Result<Vec<Body>, Error> {
    let missing = || Error::damaged(Format::Ofd, "OFD.xml", "the entry is missing");
    let start = package.start().ok_or_else(missing)?;
    let (roots, encrypted) = package.read_xml(&start, |tree| {
        let root = tree.root_element();
        let bodies: Vec<_> =
            children(root, "DocBody").map(|body| (root_location(body), pairs(body), child(body, "Signatures").map(text_of))).collect();
        Ok((bodies, child(root, "Encryptions").is_some() || tree.descendants().any(|n| n.tag_name().name() == "Encryptions")))
    })?;
    let mut bodies = Vec::new();
    let mut first_fault = None;
    for (location, pairs, signatures) in roots {
        package.meter().time()?;
        let found = location.as_deref().and_then(|location| package.find(start.folder(), "", location));
        let entry = found.or_else(|| package.find(start.folder(), "", "Document.xml"));
        let outcome = match &entry {
            Some(entry) => document(package, entry),
            None => Err(Error::damaged(Format::Ofd, location.unwrap_or_else(|| "OFD.xml, DocRoot".to_owned()), "the entry is missing")),
        };
        match outcome {
            Ok(mut body) => {
                body.pairs = pairs;
                body.signatures = signatures.and_then(|location| package.find(start.folder(), &body.home, &location));
                bodies.push(body);
            }
            Err(fault @ Error::Damaged { .. }) => {
                first_fault.get_or_insert(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
    match first_fault {
        _ if !bodies.is_empty() => Ok(bodies),
        _ if encrypted => Err(Error::Encrypted { format: Format::Ofd }),
        Some(fault) => Err(fault),
        None => Err(Error::damaged(Format::Ofd, "OFD.xml", "it names no document (DocBody)")),
    }
}

fn root_location(body: Node<'_, '_>) -> Option<String> {
    child(body, "DocRoot").map(text_of).filter(|location| !location.is_empty())
}

fn pairs(body: Node<'_, '_>) -> Vec<(String, String)> {
    let datas = child(body, "DocInfo").and_then(|info| child(info, "CustomDatas"));
    let named = |data| attribute(data, "Name").map(|name| (name.trim().to_owned(), text_of(data)));
    datas.map(|datas| children(datas, "CustomData").filter_map(named).collect()).unwrap_or_default()
}

fn document(package: &Package<'_>, entry: &Entry) -> Result<Body, Error> {
    let home = entry.folder().to_owned();
    let (mut body, resources) = package.read_xml(entry, |tree| {
        let root = tree.root_element();
        let find = |location: &str| package.find(&home, &home, location);
        let part = |name| child(root, name).map(text_of).and_then(|location| find(&location));
        let mut body = Body {
            home: home.clone(),
            annotations: part("Annotations"),
            attachments: part("Attachments"),
            custom_tags: part("CustomTags"),
            ..Body::default()
        };
        let mut resources = Vec::new();
        if let Some(data) = child(root, "CommonData") {
            body.area = child(data, "PageArea").and_then(area);
            for template in children(data, "TemplatePage") {
                if let Some(entry) = attribute(template, "BaseLoc").and_then(find) {
                    body.templates.insert(identifier(template, "ID"), entry);
                }
            }
            for name in ["PublicRes", "DocumentRes"] {
                resources.extend(children(data, name).map(text_of).filter_map(|location| find(&location)));
            }
        }
        if let Some(pages) = child(root, "Pages") {
            for page in children(pages, "Page") {
                package.meter().pages(1)?;
                body.pages.push((identifier(page, "ID"), attribute(page, "BaseLoc").and_then(find)));
            }
        }
        Ok((body, resources))
    })?;
    for entry in resources {
        tolerate(read_resources(package, &entry, &body.home, &mut body.resources))?;
    }
    Ok(body)
}

/// `PhysicalBox`, or else `ApplicationBox`, as long as it is a size that paper can have.
fn area(node: Node<'_, '_>) -> Option<Rect> {
    ["PhysicalBox", "ApplicationBox", "ContentBox"]
        .into_iter()
        .filter_map(|name| child(node, name).map(text_of))
        .filter_map(|text| rectangle(&text))
        .find(|area| [area.width(), area.height()].iter().all(|side| (1.0..=LONGEST).contains(side)))
}

fn read_resources(package: &Package<'_>, entry: &Entry, home: &str, resources: &mut Resources) -> Result<(), Error> {
    package.read_xml(entry, |tree| {
        let root = tree.root_element();
        // `BaseLoc` is the folder of the files that this list names.
        let base = attribute(root, "BaseLoc").unwrap_or_default().trim();
        let find = |location: &str| {
            let joined = format!("{}/{location}", base.trim_end_matches(['/', '\\']));
            (!base.is_empty())
                .then(|| package.find(entry.folder(), home, &joined))
                .flatten()
                .or_else(|| package.find(entry.folder(), home, location))
        };
        for node in root.descendants().filter(Node::is_element) {
            let id = identifier(node, "ID");
            match node.tag_name().name() {
                "MultiMedia" => {
                    if let Some(file) = child(node, "MediaFile").and_then(|file| find(&text_of(file))) {
                        resources.media.insert(id, file);
                    }
                }
                "Font" => {
                    if let Some(file) = child(node, "FontFile").and_then(|file| find(&text_of(file))) {
                        resources.fonts.insert(id, file);
                    }
                }
                "DrawParam" => {
                    let parent = attribute(node, "Relative").map(|id| id.trim().to_owned());
                    resources.draw_params.insert(id, (parent, style(node)));
                }
                "CompositeGraphicUnit" => {
                    resources.units.insert(id, Rc::new(objects(node)));
                }
                "ColorSpace" => {
                    let bits =
                        attribute(node, "BitsPerComponent").and_then(number).filter(|bits| (1.0..=16.0).contains(bits)).unwrap_or(8.0);
                    let channels = match attribute(node, "Type").unwrap_or_default().trim().to_ascii_uppercase().as_str() {
                        "GRAY" => 1,
                        "CMYK" => 4,
                        _ => 3,
                    };
                    resources.spaces.insert(id, (channels, bits.exp2() - 1.0));
                }
                _ => {}
            }
        }
        Ok(())
    })
}

/// Reads pages with their templates; a template is parsed once however many pages use it.
#[derive(Debug, Default)]
pub(super) struct Composer {
    templates: HashMap<String, Option<Sheet>>,
}

impl Composer {
    /// One page of `body` with its templates. Errors: those of reading the page's entry, and over budget or encrypted templates; a
    /// template that is missing or damaged leaves the page without it.
    pub(super) fn page(&mut self, package: &Package<'_>, body: &Body, index: usize) -> Result<Composed, Error> {
        let (id, entry) = body.pages.get(index).ok_or_else(|| Error::damaged(Format::Ofd, "Document.xml", "a page is missing"))?;
        let entry = entry.as_ref().ok_or_else(|| Error::damaged(Format::Ofd, format!("page {id}"), "its entry is missing"))?;
        let page = sheet(package, entry)?;
        let mut area = page.area;
        let (mut behind, mut before) = (Vec::new(), Vec::new());
        for (id, above) in &page.templates {
            if let Some(template) = self.template(package, body, id)? {
                area = area.or(template.area);
                if *above { before.push(template.objects) } else { behind.push(template.objects) }
            }
        }
        let own = behind.len();
        let layers = behind.into_iter().chain([page.objects]).chain(before).collect();
        Ok(Composed { area: area.or(body.area), layers, own })
    }

    fn template(&mut self, package: &Package<'_>, body: &Body, id: &str) -> Result<Option<Sheet>, Error> {
        let key = format!("{}\n{id}", body.home);
        if let Some(known) = self.templates.get(&key) {
            return Ok(known.clone());
        }
        let read = match body.templates.get(id) {
            Some(entry) => tolerate(sheet(package, entry))?,
            None => None,
        };
        self.templates.insert(key, read.clone());
        Ok(read)
    }
}

fn sheet(package: &Package<'_>, entry: &Entry) -> Result<Sheet, Error> {
    package.read_xml(entry, |tree| {
        let root = tree.root_element();
        Ok(Sheet {
            area: child(root, "Area").and_then(area),
            templates: children(root, "Template")
                .map(|template| {
                    let above = attribute(template, "ZOrder").is_some_and(|z| z.trim().eq_ignore_ascii_case("Foreground"));
                    (identifier(template, "TemplateID"), above)
                })
                .collect(),
            objects: Rc::new(objects(root)),
        })
    })
}
