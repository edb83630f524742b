//! XML whose elements are the initials of the Chinese names in pinyin: `FPHM` 发票号码, `KPRQ` 开票日期, `HJJE` 合计金额. The
//! tax-control systems and the platforms around them export invoices in this way (reference documents.md §1.3).

use document::payload::Element;
use invoice::details::Row;

use super::draft::{Column, Draft, Shape};
use super::{Mapped, chinese, numbers};

const FIELDS: [Column; 46] = [
    ("FPDM", "code", Shape::Id),
    ("FP_DM", "code", Shape::Id),
    ("FPHM", "number", Shape::Id),
    ("FP_HM", "number", Shape::Id),
    ("KPRQ", "date", Shape::Date),
    ("JYM", "check_code", Shape::Id),
    ("JQBH", "machine_code", Shape::Id),
    ("FPMW", "ciphertext", Shape::Cipher),
    ("FP_MW", "ciphertext", Shape::Cipher),
    ("MMQ", "ciphertext", Shape::Cipher),
    ("GFMC", "buyer", Shape::Line),
    ("GMFMC", "buyer", Shape::Line),
    ("GMF_MC", "buyer", Shape::Line),
    ("GHFMC", "buyer", Shape::Line),
    ("GFSH", "buyer_tax_id", Shape::Id),
    ("GMFSBH", "buyer_tax_id", Shape::Id),
    ("GMFNSRSBH", "buyer_tax_id", Shape::Id),
    ("GMF_NSRSBH", "buyer_tax_id", Shape::Id),
    ("GFDZDH", "buyer_addr_tel", Shape::Line),
    ("GMFDZDH", "buyer_addr_tel", Shape::Line),
    ("GMF_DZDH", "buyer_addr_tel", Shape::Line),
    ("GFYHZH", "buyer_bank_account", Shape::Line),
    ("GMFYHZH", "buyer_bank_account", Shape::Line),
    ("GMF_YHZH", "buyer_bank_account", Shape::Line),
    ("XFMC", "seller", Shape::Line),
    ("XSFMC", "seller", Shape::Line),
    ("XSF_MC", "seller", Shape::Line),
    ("XHFMC", "seller", Shape::Line),
    ("XFSH", "seller_tax_id", Shape::Id),
    ("XSFSBH", "seller_tax_id", Shape::Id),
    ("XSFNSRSBH", "seller_tax_id", Shape::Id),
    ("XSF_NSRSBH", "seller_tax_id", Shape::Id),
    ("XFDZDH", "seller_addr_tel", Shape::Line),
    ("XSFDZDH", "seller_addr_tel", Shape::Line),
    ("XSF_DZDH", "seller_addr_tel", Shape::Line),
    ("XFYHZH", "seller_bank_account", Shape::Line),
    ("XSFYHZH", "seller_bank_account", Shape::Line),
    ("XSF_YHZH", "seller_bank_account", Shape::Line),
    ("HJJE", "pretax_amount", Shape::Amount),
    ("HJSE", "tax", Shape::Amount),
    ("JSHJ", "total", Shape::Amount),
    ("JSHJDX", "total_cn", Shape::Line),
    ("KPR", "issuer", Shape::Line),
    ("SKR", "receiptor", Shape::Line),
    ("FHR", "reviewer", Shape::Line),
    ("BZ", "remark", Shape::Note),
];
const ITEM: [Column; 13] = [
    ("XMMC", "name", Shape::Line),
    ("SPMC", "name", Shape::Line),
    ("HWMC", "name", Shape::Line),
    ("GGXH", "specification", Shape::Line),
    ("DW", "unit", Shape::Line),
    ("XMSL", "quantity", Shape::Amount),
    ("SPSL", "quantity", Shape::Amount),
    ("XMDJ", "price", Shape::Amount),
    ("DJ", "price", Shape::Amount),
    ("XMJE", "total", Shape::Amount),
    ("JE", "total", Shape::Amount),
    ("SLV", "tax_rate", Shape::Rate),
    ("SE", "tax", Shape::Amount),
];

/// An invoice in pinyin elements, or `None` when there is no invoice number among them.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    chinese::tabular(root, &FIELDS, row).map(|(mut draft, _)| {
        let kind = numbers::kind(&mut draft, None);
        if numbers::is_digital(draft.text("number")) {
            draft.mark("electronic_mark");
        }
        draft.finish(kind, None)
    })
}

/// A row. `SL` is 数量 or 税率: beside a quantity of its own name it is the rate, beside a rate the quantity, and alone it is
/// not told.
fn row(at: &Element, draft: &Draft) -> Row {
    let mut row = draft.row(at, &ITEM);
    let either = at.child("SL").map_or("", |e| e.text.as_str());
    let (key, shape) = match (row.contains_key("quantity"), row.contains_key("tax_rate")) {
        (true, false) => ("tax_rate", Shape::Rate),
        (false, true) => ("quantity", Shape::Amount),
        _ => return row,
    };
    if let Some(value) = shape.read(either) {
        row.insert(key.to_owned(), draft.field(value));
    }
    row
}
