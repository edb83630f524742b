//! Custom tags: an XML tree whose elements name what the objects of the pages mean.

use crate::error::Error;
use crate::xml::Xml;
use crate::xml::original;

use super::NAMESPACE;
use super::content::Tagged;

/// The vocabularies that issuing systems use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `ofd:root` of 数电票: items are flat, repeated siblings.
    Platform,
    /// `fp:eInvoice` of the tax control system: one `GoodsInfo` for each item.
    TaxControl,
}

/// A tag's element and the element around it, if any.
const CONTAINERS: [(&str, &str); 8] = [
    ("BuyerName", "Buyer"),
    ("BuyerTaxID", "Buyer"),
    ("BuyerAddrTel", "Buyer"),
    ("BuyerFinancialAccount", "Buyer"),
    ("SellerName", "Seller"),
    ("SellerTaxID", "Seller"),
    ("SellerAddrTel", "Seller"),
    ("SellerFinancialAccount", "Seller"),
];

impl Dialect {
    fn prefix(self) -> &'static str {
        match self {
            Dialect::Platform => "ofd",
            Dialect::TaxControl => "fp",
        }
    }

    fn root(self) -> &'static str {
        match self {
            Dialect::Platform => "root",
            Dialect::TaxControl => "eInvoice",
        }
    }

    fn namespace(self) -> &'static str {
        match self {
            Dialect::Platform => NAMESPACE,
            Dialect::TaxControl => original::NAMESPACE,
        }
    }
}

/// The list that points to the tag file.
pub(super) fn list(dialect: Dialect) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("ofd:CustomTags", &[("xmlns:ofd", NAMESPACE)])?;
    xml.start("ofd:CustomTag", &[("TypeID", dialect.root())])?;
    xml.text("ofd:FileLoc", "CustomTag.xml")?;
    xml.finish()
}

/// A tag under way: the elements around it, its name, its objects as page and number.
struct Entry {
    containers: Vec<String>,
    name: &'static str,
    row: Option<usize>,
    objects: Vec<(u32, u32)>,
}

/// Writes the tag file. Objects of one tag and row, on however many lines, are one element with several references.
pub(super) fn write(dialect: Dialect, tagged: &[(u32, Tagged)]) -> Result<Vec<u8>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    for (page, (tag, object)) in tagged {
        if let Some(entry) = entries.iter_mut().find(|e| e.name == tag.name && e.row == tag.row) {
            // Every page repeats head and totals; the first one is what the tag means.
            if entry.row.is_some() || entry.objects.iter().all(|(p, _)| p == page) {
                entry.objects.push((*page, *object));
            }
            continue;
        }
        let containers = match (tag.row, CONTAINERS.iter().find(|(name, _)| *name == tag.name)) {
            (_, Some((_, container))) => vec![(*container).to_owned()],
            (Some(_), None) if dialect == Dialect::TaxControl => vec!["GoodsInfos".to_owned(), "GoodsInfo".to_owned()],
            _ => Vec::new(),
        };
        entries.push(Entry { containers, name: tag.name, row: tag.row, objects: vec![(*page, *object)] });
    }
    // Elements of one container stand together, rows in their order, plain elements first.
    entries.sort_by_key(|e| (e.row, e.containers.clone()));
    tree(dialect, &entries)
}

fn tree(dialect: Dialect, entries: &[Entry]) -> Result<Vec<u8>, Error> {
    let prefix = dialect.prefix();
    let root = format!("{prefix}:{}", dialect.root());
    let namespace = format!("xmlns:{prefix}");
    let mut xml = Xml::new()?;
    xml.start(&root, &[(&namespace, dialect.namespace()), ("version", "1.0")])?;
    let mut around: (Vec<String>, Option<usize>) = (Vec::new(), None);
    for entry in entries {
        let here = (entry.containers.clone(), entry.row);
        if here.0 != around.0 || (here.1 != around.1 && !here.0.is_empty()) {
            // `GoodsInfos` stays open from one `GoodsInfo` to the next.
            let kept = usize::from(here.0.len() > 1 && here.0 == around.0);
            for _ in kept..around.0.len() {
                xml.end()?;
            }
            for container in &here.0[kept..] {
                xml.start(&format!("{prefix}:{container}"), &[])?;
            }
        }
        around = here;
        xml.start(&format!("{prefix}:{}", entry.name), &[])?;
        for (page, object) in &entry.objects {
            xml.leaf(&format!("{prefix}:ObjectRef"), &[("PageRef", &page.to_string())], &object.to_string())?;
        }
        xml.end()?;
    }
    xml.finish()
}
