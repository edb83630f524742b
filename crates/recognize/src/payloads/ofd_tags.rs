//! Custom tags of an OFD: names of the invoice's vocabulary that point to the text objects of the pages (reference
//! documents.md §1.2, recognition.md §4.2). Dialects:
//!
//! 1. `root` (数电票): the names of 2019, items as flat repeated siblings;
//! 2. `eInvoice` (VAT e-invoices of 2020): the same names, items in `GoodsInfo` containers;
//! 3. the paths of the 数电票 XML (`EInvoiceData/SellerInformation/SellerName`), some with `ObjectData` at the end.
//!
//! The last names of the paths are unlike enough to read all three with one table.

use document::page::Rect;
use document::payload::Tag;
use indexmap::IndexMap;
use invoice::details::{Row, Source};
use invoice::kind::Kind;

use super::draft::{Column, Draft, Shape};
use super::rows::{self, Cell};
use super::{Mapped, einvoice, legacy, numbers, remark};

/// Names of the 数电票 XML that the 2019 vocabulary does not have.
const DIGITAL: [Column; 14] = [
    ("InvoiceNumber", "number", Shape::Id),
    ("EIid", "number", Shape::Id),
    ("IssueTime", "date", Shape::Date),
    ("RequestTime", "date", Shape::Date),
    ("SellerIdNum", "seller_tax_id", Shape::Id),
    ("BuyerIdNum", "buyer_tax_id", Shape::Id),
    ("TotalAmWithoutTax", "pretax_amount", Shape::Amount),
    ("TotalTaxAm", "tax", Shape::Amount),
    ("TotalTax-includedAmount", "total", Shape::Amount),
    ("TotalTaxincludedAmount", "total", Shape::Amount),
    ("TotalTax-includedAmountInChinese", "total_cn", Shape::Line),
    ("Drawer", "issuer", Shape::Line),
    ("Note", "remark", Shape::Note),
    ("Remark", "remark", Shape::Note),
];
/// Containers of one item each.
const CONTAINERS: [&str; 2] = ["GoodsInfo", "IssuItemInformation"];

/// The invoice that the tags describe, or `None` when they name no invoice.
pub(super) fn map(tags: &[Tag]) -> Option<Mapped> {
    let mut draft = Draft::new(Source::OfdTags);
    for tag in tags {
        let Some(name) = name(tag) else { continue };
        let known = legacy::FIELDS.iter().chain(&DIGITAL).find(|(known, ..)| *known == name);
        if let Some((_, key, shape)) = known
            && draft.text(key).is_empty()
            && let Some(value) = shape.read(&text(tag, *shape))
        {
            draft.put(key, draft.placed(value, tag.page, area(tag)));
        }
    }
    if draft.text("number").is_empty() {
        return None;
    }
    draft.items(items(tags, &draft));
    let note = draft.text("remark").to_owned();
    remark::marks(&mut draft, &note);

    let label = tags.iter().find(|t| t.path.iter().any(|p| p == "GeneralOrSpecialVAT"));
    let label = label.map_or(String::new(), |t| t.values.concat());
    let kind = numbers::kind(&mut draft, None).or_else(|| einvoice::kind(label.trim(), &label));
    if kind.is_some_and(|k| matches!(k, Kind::DigitalSpecial | Kind::DigitalOrdinary)) {
        kind.into_iter().for_each(|k| draft.title(k));
    }
    if numbers::is_digital(draft.text("number")) {
        remark::parties(&mut draft, &note);
        draft.mark("electronic_mark");
    }
    let page = tags.iter().filter(|t| name(t).is_some_and(|n| n == "InvoiceNo" || n == "InvoiceNumber")).map(|t| t.page).min();
    Some(Mapped { page, ..draft.finish(kind, None) })
}

/// The name that says what the tag is: the last of its path, but `ObjectData` is not one.
fn name(tag: &Tag) -> Option<&str> {
    tag.path.iter().rev().map(String::as_str).find(|n| *n != "ObjectData")
}

/// The text of a tag's objects in one. The parts of a date stand apart, those of anything else are pieces of one text: the
/// currency sign and the digits, the lines of a wrapped name.
fn text(tag: &Tag, shape: Shape) -> String {
    let between = match shape {
        Shape::Date => " ",
        Shape::Cipher => "\n",
        _ => "",
    };
    tag.values.iter().map(|v| v.trim()).filter(|v| !v.is_empty()).collect::<Vec<_>>().join(between)
}

/// Where a tag's objects stand, all of them.
fn area(tag: &Tag) -> Rect {
    tag.areas.iter().copied().reduce(|a, b| a.union(&b)).unwrap_or_default()
}

/// The items, from containers where there are any, else from flat siblings by their places.
fn items(tags: &[Tag], draft: &Draft) -> Vec<Row> {
    let columns: Vec<Column> = legacy::ITEM.iter().chain(&einvoice::ITEM).copied().collect();
    let column = |tag: &Tag| name(tag).and_then(|n| columns.iter().find(|(known, ..)| *known == n)).copied();
    let cells = || tags.iter().filter_map(|t| Some((t, column(t)?)));
    if cells().any(|(t, _)| in_container(t)) {
        let mut rows: IndexMap<usize, Row> = IndexMap::new();
        for (tag, (_, key, shape)) in cells().filter(|(t, _)| in_container(t)) {
            if let Some(value) = shape.read(&text(tag, shape)) {
                let row = rows.entry(tag.group.unwrap_or(0)).or_default();
                row.entry(key.to_owned()).or_insert_with(|| draft.placed(value, tag.page, area(tag)));
            }
        }
        return rows.into_values().collect();
    }
    let mut grid: IndexMap<&str, (Shape, Vec<Cell<'_>>)> = IndexMap::new();
    grid.insert("name", (Shape::Line, Vec::new()));
    for (tag, (_, key, shape)) in cells() {
        let lines = tag.values.iter().map(String::as_str).zip(tag.areas.iter().copied()).filter(|(v, _)| !v.trim().is_empty());
        let cell = Cell { page: tag.page, lines: lines.collect() };
        grid.entry(key).or_insert_with(|| (shape, Vec::new())).1.push(cell);
    }
    let Some(anchor) = grid.get_index_of("total") else { return Vec::new() };
    let columns: Vec<Vec<Cell<'_>>> = grid.values().map(|(_, cells)| cells.clone()).collect();
    let keys: Vec<(&str, Shape)> = grid.iter().map(|(key, (shape, _))| (*key, *shape)).collect();
    let read = |row: Vec<Option<rows::Joined>>| -> Row {
        let cells = keys.iter().zip(row).filter_map(|((key, shape), cell)| {
            let cell = cell?;
            Some(((*key).to_owned(), draft.placed(shape.read(&cell.text)?, cell.page, cell.area)))
        });
        cells.collect()
    };
    rows::join(&columns, anchor).into_iter().map(read).filter(|row| !row.is_empty()).collect()
}

/// True for a tag inside the container of an item whose number is known.
fn in_container(tag: &Tag) -> bool {
    tag.group.is_some() && tag.path.iter().any(|p| CONTAINERS.contains(&p.as_str()))
}
