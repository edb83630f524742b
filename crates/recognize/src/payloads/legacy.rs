//! The 2019 vocabulary of VAT e-invoices: `eInvoice` with `fp:` children or without a prefix, as a file of its own or as
//! `original_invoice.xml` of an OFD (reference documents.md §1.2, recognition.md §4.2).

use document::payload::Element;
use invoice::details::Source;

use super::draft::{Column, Draft, Shape};
use super::{Mapped, numbers, remark};

/// Fields of the invoice and of its parties. The same names are the leaves of OFD custom tags.
pub(super) const FIELDS: [Column; 20] = [
    ("InvoiceCode", "code", Shape::Id),
    ("InvoiceNo", "number", Shape::Id),
    ("IssueDate", "date", Shape::Date),
    ("InvoiceCheckCode", "check_code", Shape::Id),
    ("MachineNo", "machine_code", Shape::Id),
    ("TaxControlCode", "ciphertext", Shape::Cipher),
    ("BuyerName", "buyer", Shape::Line),
    ("BuyerTaxID", "buyer_tax_id", Shape::Id),
    ("BuyerAddrTel", "buyer_addr_tel", Shape::Line),
    ("BuyerFinancialAccount", "buyer_bank_account", Shape::Line),
    ("SellerName", "seller", Shape::Line),
    ("SellerTaxID", "seller_tax_id", Shape::Id),
    ("SellerAddrTel", "seller_addr_tel", Shape::Line),
    ("SellerFinancialAccount", "seller_bank_account", Shape::Line),
    ("TaxExclusiveTotalAmount", "pretax_amount", Shape::Amount),
    ("TaxTotalAmount", "tax", Shape::Amount),
    ("TaxInclusiveTotalAmount", "total", Shape::Amount),
    ("InvoiceClerk", "issuer", Shape::Line),
    ("Payee", "receiptor", Shape::Line),
    ("Checker", "reviewer", Shape::Line),
];
/// The columns of an item.
pub(super) const ITEM: [Column; 8] = [
    ("Item", "name", Shape::Line),
    ("Specification", "specification", Shape::Line),
    ("MeasurementDimension", "unit", Shape::Line),
    ("Quantity", "quantity", Shape::Amount),
    ("Price", "price", Shape::Amount),
    ("Amount", "total", Shape::Amount),
    ("TaxScheme", "tax_rate", Shape::Rate),
    ("TaxAmount", "tax", Shape::Amount),
];

/// A 2019 e-invoice, whatever its root is called, or `None` when the root has no invoice number and no amount of that
/// vocabulary.
pub(super) fn map(invoice: &Element) -> Option<Mapped> {
    let amounts = ["TaxExclusiveTotalAmount", "TaxInclusiveTotalAmount"];
    if invoice.child("InvoiceNo").is_none() || !amounts.iter().any(|name| invoice.child(name).is_some()) {
        return None;
    }
    let mut draft = Draft::new(Source::OriginalInvoice);
    draft.fill(invoice, &FIELDS);
    for party in ["Buyer", "Seller"].into_iter().filter_map(|name| invoice.child(name)) {
        draft.fill(party, &FIELDS);
    }
    let note = invoice.child("Note").map_or("", |e| e.text.as_str());
    draft.set("remark", Shape::Note, note);
    if draft.is_empty() {
        return None;
    }
    let goods = invoice.child("GoodsInfos").unwrap_or(invoice);
    draft.items(goods.all("GoodsInfo").map(|g| draft.row(g, &ITEM)).filter(|row| !row.is_empty()).collect());
    remark::marks(&mut draft, note);
    draft.words();
    let qr = invoice.child("GraphCode").map(|e| e.text.clone());
    let kind = numbers::kind(&mut draft, qr.as_deref());
    Some(draft.finish(kind, qr))
}
