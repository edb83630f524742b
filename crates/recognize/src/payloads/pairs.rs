//! Names and values: `CustomDatas` of an OFD, the Info dictionary of a PDF (reference documents.md §1.2, recognition.md §4.1,
//! §4.2). 合计金额 is the net amount there, not the total.

use invoice::details::Source;

use super::draft::{Column, Draft, Shape};
use super::{Mapped, numbers};

const FIELDS: [Column; 25] = [
    ("发票代码", "code", Shape::Id),
    ("发票号码", "number", Shape::Id),
    ("开票日期", "date", Shape::Date),
    ("校验码", "check_code", Shape::Id),
    ("机器编号", "machine_code", Shape::Id),
    ("合计金额", "pretax_amount", Shape::Amount),
    ("合计税额", "tax", Shape::Amount),
    ("价税合计", "total", Shape::Amount),
    ("购买方名称", "buyer", Shape::Line),
    ("购买方纳税人识别号", "buyer_tax_id", Shape::Id),
    ("销售方名称", "seller", Shape::Line),
    ("销售方纳税人识别号", "seller_tax_id", Shape::Id),
    ("InvoiceCode", "code", Shape::Id),
    ("InvoiceNumber", "number", Shape::Id),
    ("InvoiceNo", "number", Shape::Id),
    ("IssueTime", "date", Shape::Date),
    ("IssueDate", "date", Shape::Date),
    ("TotalAmWithoutTax", "pretax_amount", Shape::Amount),
    ("TotalTaxAm", "tax", Shape::Amount),
    ("TotalTax-includedAmount", "total", Shape::Amount),
    ("BuyerName", "buyer", Shape::Line),
    ("BuyerIdNum", "buyer_tax_id", Shape::Id),
    ("SellerName", "seller", Shape::Line),
    ("SellerIdNum", "seller_tax_id", Shape::Id),
    ("Drawer", "issuer", Shape::Line),
];

/// The invoice that the pairs describe, or `None` when they have no invoice number: every producer writes pairs of its own.
pub(super) fn map(pairs: &[(String, String)]) -> Option<Mapped> {
    let mut draft = Draft::new(Source::CustomData);
    for (name, value) in pairs {
        if let Some((_, key, shape)) = FIELDS.iter().find(|(known, ..)| *known == name.trim()) {
            draft.set_if_absent(key, *shape, value);
        }
    }
    if !numbers::is_number(draft.text("number")) {
        return None;
    }
    let kind = numbers::kind(&mut draft, None);
    if numbers::is_digital(draft.text("number")) {
        draft.mark("electronic_mark");
    }
    Some(draft.finish(kind, None))
}
