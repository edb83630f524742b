//! XML whose elements are named in Chinese, as the printed form names them: 发票号码, 购买方名称, 价税合计. Platforms export
//! 数电票, red-letter ones among them, in this way; the names are those of the Ministry of Finance's element list.

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::draft::{Column, Draft, Shape};
use super::{Mapped, einvoice, numbers, remark};

const FIELDS: [Column; 44] = [
    ("发票代码", "code", Shape::Id),
    ("发票号码", "number", Shape::Id),
    ("数电票号码", "number", Shape::Id),
    ("数电发票号码", "number", Shape::Id),
    ("电子发票号码", "number", Shape::Id),
    ("开票日期", "date", Shape::Date),
    ("开票时间", "date", Shape::Date),
    ("校验码", "check_code", Shape::Id),
    ("机器编号", "machine_code", Shape::Id),
    ("密码区", "ciphertext", Shape::Cipher),
    ("购买方名称", "buyer", Shape::Line),
    ("购方名称", "buyer", Shape::Line),
    ("购买方纳税人识别号", "buyer_tax_id", Shape::Id),
    ("购买方统一社会信用代码", "buyer_tax_id", Shape::Id),
    ("购方识别号", "buyer_tax_id", Shape::Id),
    ("购方税号", "buyer_tax_id", Shape::Id),
    ("购买方地址电话", "buyer_addr_tel", Shape::Line),
    ("购买方地址、电话", "buyer_addr_tel", Shape::Line),
    ("购买方开户行及账号", "buyer_bank_account", Shape::Line),
    ("销售方名称", "seller", Shape::Line),
    ("销方名称", "seller", Shape::Line),
    ("销售方纳税人识别号", "seller_tax_id", Shape::Id),
    ("销售方统一社会信用代码", "seller_tax_id", Shape::Id),
    ("销方识别号", "seller_tax_id", Shape::Id),
    ("销方税号", "seller_tax_id", Shape::Id),
    ("销售方地址电话", "seller_addr_tel", Shape::Line),
    ("销售方地址、电话", "seller_addr_tel", Shape::Line),
    ("销售方开户行及账号", "seller_bank_account", Shape::Line),
    ("合计金额", "pretax_amount", Shape::Amount),
    ("金额合计", "pretax_amount", Shape::Amount),
    ("不含税金额", "pretax_amount", Shape::Amount),
    ("合计税额", "tax", Shape::Amount),
    ("税额合计", "tax", Shape::Amount),
    ("价税合计", "total", Shape::Amount),
    ("价税合计小写", "total", Shape::Amount),
    ("价税合计大写", "total_cn", Shape::Line),
    ("开票人", "issuer", Shape::Line),
    ("收款人", "receiptor", Shape::Line),
    ("复核人", "reviewer", Shape::Line),
    ("复核", "reviewer", Shape::Line),
    ("备注", "remark", Shape::Note),
    ("标题", "title", Shape::Line),
    ("发票标题", "title", Shape::Line),
    ("特定业务", "service_type", Shape::Line),
];
const ITEM: [Column; 15] = [
    ("项目名称", "name", Shape::Line),
    ("货物或应税劳务名称", "name", Shape::Line),
    ("货物或应税劳务、服务名称", "name", Shape::Line),
    ("商品名称", "name", Shape::Line),
    ("规格型号", "specification", Shape::Line),
    ("单位", "unit", Shape::Line),
    ("计量单位", "unit", Shape::Line),
    ("数量", "quantity", Shape::Amount),
    ("单价", "price", Shape::Amount),
    ("金额", "total", Shape::Amount),
    ("税率", "tax_rate", Shape::Rate),
    ("税率征收率", "tax_rate", Shape::Rate),
    ("征收率", "tax_rate", Shape::Rate),
    ("税额", "tax", Shape::Amount),
    ("明细税额", "tax", Shape::Amount),
];
/// Elements that name the kind.
const KINDS: [&str; 4] = ["发票类型", "发票种类", "票种", "发票类型名称"];

/// An invoice in Chinese elements, or `None` when there is no invoice number among them.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    tabular(root, &FIELDS, |at, draft| draft.row(at, &ITEM)).map(|(mut draft, note)| {
        let named = KINDS.iter().find_map(|name| root.descendant(name)).map_or("", |e| e.text.as_str());
        let kind = numbers::kind(&mut draft, None).or_else(|| {
            let digital = numbers::is_digital(draft.text("number"));
            einvoice::kind("", named).filter(|_| digital)
        });
        if kind.is_some_and(|k| matches!(k, Kind::DigitalSpecial | Kind::DigitalOrdinary)) {
            kind.into_iter().for_each(|k| draft.title(k));
        }
        if numbers::is_digital(draft.text("number")) {
            draft.mark("electronic_mark");
            remark::parties(&mut draft, &note);
        }
        draft.finish(kind, None)
    })
}

/// What a vocabulary without fixed containers has in common with others of its sort: fields anywhere outside the rows, rows
/// wherever an element has a name and an amount of an item. Gives the fields and the remark as it is written, or `None`
/// without a number that is one.
pub(super) fn tabular(
    root: &Element,
    fields: &[Column],
    row: impl Fn(&Element, &Draft) -> invoice::details::Row,
) -> Option<(Draft, String)> {
    let leaves = leaves(root);
    let number = leaves.iter().find_map(|e| {
        let (_, _, shape) = fields.iter().find(|(name, key, _)| *key == "number" && *name == e.name)?;
        shape.read(&e.text).filter(|n| numbers::is_number(n))
    })?;
    let source = if numbers::is_digital(&number) { Source::EInvoiceXml } else { Source::OriginalInvoice };
    let mut draft = Draft::new(source);
    let mut note = String::new();
    for leaf in &leaves {
        if let Some((_, key, shape)) = fields.iter().find(|(name, ..)| *name == leaf.name) {
            draft.set_if_absent(key, *shape, &leaf.text);
            if *key == "remark" && note.is_empty() {
                note.clone_from(&leaf.text);
            }
        }
    }
    let amounts = ["pretax_amount", "tax", "total"];
    if !amounts.iter().any(|key| !draft.text(key).is_empty()) {
        return None;
    }
    let mut rows = Vec::new();
    collect(root, &|at| row(at, &draft), &mut rows);
    draft.items(rows);
    remark::marks(&mut draft, &note);
    draft.words();
    Some((draft, note))
}

/// The elements without children, in document order.
fn leaves(root: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        if element.children.is_empty() {
            found.push(element);
        }
        open.extend(element.children.iter().rev());
    }
    found
}

/// Rows: of every element whose children name an item and its amount.
fn collect(at: &Element, row: &dyn Fn(&Element) -> invoice::details::Row, rows: &mut Vec<invoice::details::Row>) {
    let mut open = vec![at];
    while let Some(element) = open.pop() {
        let found = row(element);
        if found.contains_key("name") && found.contains_key("total") {
            rows.push(found);
        }
        open.extend(element.children.iter().rev().filter(|c| !c.children.is_empty()));
    }
}
