//! Custom tags (GB/T 33190-2016, 17): names for text objects. Three dialects and a malformed one are met on invoices; all of them
//! are elements of any name whose `ObjectRef` children point to objects.

use super::body::Body;
use super::content::{attribute, child, children, text_of};
use super::package::{Entry, Package};
use super::sheet::Values;
use super::tolerate;
use crate::error::Error;
use crate::payload::{Element, Payload, Tag};
use crate::xml;

/// The element that points to an object: `PageRef` is a page's ID, its text an object's.
const REFERENCE: &str = "ObjectRef";

/// Reads a document's tag files and looks their objects up. `values` has one map for each page of the body, of which the first has the number
/// `first_page`. Damaged and empty files give nothing.
pub(super) fn read(package: &Package<'_>, body: &Body, values: &[Values], first_page: usize) -> Result<Vec<Payload>, Error> {
    let mut payloads = Vec::new();
    for entry in files(package, body)? {
        let bytes = package.read(&entry)?;
        let Some(root) = tolerate(xml::parse(&bytes, package.meter()))? else { continue };
        let mut tags = Vec::new();
        let mut reader = Reader { body, values, first_page, tags: &mut tags };
        reader.children(&root, &mut Vec::new(), None);
        if !tags.is_empty() {
            payloads.push(Payload::Tags { root: root.name, tags });
        }
    }
    Ok(payloads)
}

/// The tag files that the list names; the list itself where it is one.
fn files(package: &Package<'_>, body: &Body) -> Result<Vec<Entry>, Error> {
    let Some(list) = &body.custom_tags else { return Ok(Vec::new()) };
    let listed = package.read_xml(list, |tree| {
        let root = tree.root_element();
        if root.tag_name().name() != "CustomTags" {
            return Ok(vec![list.clone()]);
        }
        let locations = children(root, "CustomTag")
            .filter_map(|tag| child(tag, "FileLoc").map(text_of).or_else(|| attribute(tag, "FileLoc").map(str::to_owned)));
        Ok(locations.filter_map(|location| package.find(list.folder(), &body.home, &location)).collect())
    });
    Ok(tolerate(listed)?.unwrap_or_default())
}

struct Reader<'a> {
    body: &'a Body,
    values: &'a [Values],
    first_page: usize,
    tags: &'a mut Vec<Tag>,
}

impl<'a> Reader<'a> {
    /// Notes the tags below an element. The group is that of the outermost element of its name that stands beside others of its name.
    fn children(&mut self, element: &Element, path: &mut Vec<String>, group: Option<usize>) {
        let mut numbers: std::collections::HashMap<&str, (usize, usize)> = std::collections::HashMap::new();
        for child in &element.children {
            numbers.entry(&child.name).or_default().1 += 1;
        }
        for child in element.children.iter().filter(|child| child.name != REFERENCE) {
            let Some((number, of)) = numbers.get_mut(child.name.as_str()) else { continue };
            let group = group.or((*of > 1).then_some(*number));
            *number += 1;
            path.push(child.name.clone());
            self.tag(child, path, group);
            self.children(child, path, group);
            path.pop();
        }
    }

    /// Notes one tag, or one for each page that its objects stand on.
    fn tag(&mut self, element: &Element, path: &[String], group: Option<usize>) {
        let begins = self.tags.len();
        for reference in element.children.iter().filter(|child| child.name == REFERENCE) {
            let Some((page, value)) = self.find(reference) else { continue };
            let page = self.first_page + page;
            let tag = match self.tags[begins..].iter_mut().find(|tag| tag.page == page) {
                Some(tag) => tag,
                None => {
                    self.tags.push(Tag { path: path.to_vec(), group, page, ..Tag::default() });
                    let last = self.tags.len() - 1;
                    &mut self.tags[last]
                }
            };
            tag.values.push(value.text.clone());
            tag.areas.push(value.area);
        }
    }

    /// The text object that a reference points to, and its page in the body. Where the page is not named, or has no such object, the
    /// object's ID alone must tell: it is unique in a document (GB/T 33190-2016, 7.3).
    fn find(&self, reference: &Element) -> Option<(usize, &'a super::sheet::Value)> {
        let values = self.values;
        let id = reference.text.as_str();
        let page_id = reference.attribute("PageRef").unwrap_or_default().trim();
        let named = self.body.pages.iter().position(|(id, _)| id == page_id);
        let there = named.and_then(|page| Some((page, values.get(page)?.get(id)?)));
        there.or_else(|| {
            let mut all = values.iter().enumerate().filter_map(|(page, values)| Some((page, values.get(id)?)));
            all.next().filter(|_| all.next().is_none())
        })
    }
}
