//! `einv`: the accounting instance of a 数电票, flat facts under the names of the 数电票 XML. The receiver's entries in its
//! books are left alone, and so is the accounting entity, which is not always the buyer.

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::super::draft::{Column, Draft, Shape};
use super::super::{Mapped, einvoice, remark};

const FIELDS: [Column; 16] = [
    ("InvoiceNumber", "number", Shape::Id),
    ("EIid", "number", Shape::Id),
    ("IssueTime", "date", Shape::Date),
    ("RequestTime", "date", Shape::Date),
    ("SellerName", "seller", Shape::Line),
    ("SellerIdNum", "seller_tax_id", Shape::Id),
    ("BuyerName", "buyer", Shape::Line),
    ("BuyerIdNum", "buyer_tax_id", Shape::Id),
    ("TotalAmWithoutTax", "pretax_amount", Shape::Amount),
    ("TotalTaxAm", "tax", Shape::Amount),
    ("TotalTax-includedAmount", "total", Shape::Amount),
    ("TotalTaxIncludedAmount", "total", Shape::Amount),
    ("TotalTax-includedAmountInChinese", "total_cn", Shape::Line),
    ("TotalTaxIncludedAmountInChinese", "total_cn", Shape::Line),
    ("Drawer", "issuer", Shape::Line),
    ("Remark", "remark", Shape::Note),
];
const TUPLES: [&str; 2] = ["IssuItemInformationTuple", "IssuItemInformation"];

/// The accounting instance of a 数电票.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    let mut draft = Draft::new(Source::Xbrl);
    draft.fill(root, &FIELDS);
    if draft.text("number").is_empty() {
        return None;
    }
    einvoice::party(&mut draft, root, "Seller", "seller");
    einvoice::party(&mut draft, root, "Buyer", "buyer");
    let tuple = TUPLES.into_iter().find(|t| root.child(t).is_some()).unwrap_or(TUPLES[0]);
    draft.items(super::rows(root, tuple, &einvoice::ITEM, &draft));
    let note = root.child("Remark").map_or("", |e| e.text.as_str());
    remark::marks(&mut draft, note);
    remark::parties(&mut draft, note);
    draft.mark("electronic_mark");
    draft.words();
    let kind = kind(root);
    if let Some(kind) = kind {
        draft.title(kind);
    }
    Some(draft.finish(kind, None))
}

/// The kind by the label, where the instance has one, else by the entry point that it was made for (`einv_spcl_…`,
/// `einv_ord_…`). The common entry point does not say it.
fn kind(root: &Element) -> Option<Kind> {
    let label = root.child("GeneralOrSpecialVAT").or_else(|| root.child("EInvoiceType")).map_or("", |e| e.text.as_str());
    let entry = || root.child("schemaRef").and_then(|e| e.attribute("href")).unwrap_or("");
    einvoice::kind(label, label).or_else(|| match entry() {
        e if e.contains("einv_spcl") => Some(Kind::DigitalSpecial),
        e if e.contains("einv_ord") => Some(Kind::DigitalOrdinary),
        _ => None,
    })
}
