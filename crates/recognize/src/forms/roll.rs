//! 增值税普通发票(卷票): narrow and long, 57 or 76 mm wide (State Taxation Administration, announcement 82 of 2016). Code and number are
//! printed with the paper; the machine prints lines of label and value, a table whose names may have lines of their own, and the total.

use invoice::details::Details;
use invoice::kind::Kind;

use super::goods::{self, Head};
use super::grid::Key;
use super::labelled::Labelled;
use super::signs::{Sign, extent, sign};
use super::{FormReading, slip, supervision};
use crate::layout::Sheet;
use crate::layout::label::{Mark, Spelling};
use crate::layout::table::Sort;

const fn label(key: Key, text: &'static str) -> Spelling<Key> {
    Spelling { label: key, text }
}

/// The words of the title, and those of the lines that the machine prints.
pub(crate) const SIGNS: &[Sign] =
    &[sign("(卷票)", 1.5), sign("机打号码", 0.4), sign("合计金额(小写)", 0.3), sign("收款员", 0.3), sign("机打发票", -1.0)];

const LABELS: &[Spelling<Key>] = &[
    label("code", "发票代码"),
    label("number", "发票号码"),
    label("code_confirm", "机打代码"),
    label("number_confirm", "机打号码"),
    label("machine", "机器编号"),
    label("machine", "机器编码"),
    label("seller", "销售方名称"),
    label("seller", "销售方"),
    label("seller", "收款单位"),
    label("tax_id", "纳税人识别号"),
    label("tax_id", "税号"),
    label("seller_tax_id", "销售方纳税人识别号"),
    label("seller_tax_id", "销售方税号"),
    label("date", "开票日期"),
    label("payee", "收款员"),
    label("payee", "收款人"),
    label("buyer", "购买方名称"),
    label("buyer", "付款单位"),
    label("buyer_tax_id", "购买方纳税人识别号"),
    label("buyer_tax_id", "购买方税号"),
    label("name", "项目"),
    label("name", "项目名称"),
    label("name", "品名"),
    label("quantity", "数量"),
    label("price", "单价"),
    label("total", "金额"),
    label("figures", "合计金额(小写)"),
    label("figures", "合计(小写)"),
    label("figures", "小写合计"),
    label("words", "合计金额(大写)"),
    label("words", "合计(大写)"),
    label("words", "大写合计"),
    label("sum", "合计金额"),
    label("sum", "合计"),
    label("check_code", "校验码"),
    label("remark", "备注"),
];

fn head(key: Key) -> Option<Head> {
    let sort = match key {
        "name" => Sort::Text,
        "quantity" | "price" => Sort::Number,
        "total" => Sort::Money,
        _ => return None,
    };
    Some(Head { key, sort })
}

/// Reads the slip, or tells that the sheet holds another form.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let labelled = Labelled::new(sheet, LABELS);
    let title = slip::title(&labelled.sheet, &["增值税普通发票"]);
    let mut details = Details::new();
    for (key, lengths) in [("code", &[12][..]), ("number", &[8]), ("code_confirm", &[12]), ("number_confirm", &[8]), ("check_code", &[20])]
    {
        slip::digits(&labelled, &mut details, key, lengths);
    }
    let named = title.as_ref().is_some_and(|title| title.text.contains('卷'));
    let coded = invoice::number::code(details.text("code")).and_then(|c| c.kind) == Some(Kind::VatRoll);
    let own = ["number_confirm", "machine", "seller", "payee", "buyer"];
    let printed = own.iter().filter(|key| labelled.first(key).is_some()).count();
    // the words on it tell it where neither its title nor its code could be read
    if !named && !coded && printed < 4 || printed == 0 {
        return None;
    }
    if let Some(title) = &title {
        labelled.put_printed(&mut details, "title", &title.text, Some(&title.area));
    }
    slip::day(&labelled, &mut details, "date");
    details.remove("time");
    for key in ["seller", "buyer"] {
        if let Some(mark) = labelled.first(key) {
            let pieces = slip::wrapped(&labelled, mark);
            labelled.put(&mut details, key, slip::named(&slip::text(&pieces)).0, &pieces);
        }
    }
    for mark in labelled.marks.iter().filter(|m| matches!(m.label, "tax_id" | "seller_tax_id" | "buyer_tax_id")) {
        let key = party(&labelled, mark);
        let pieces = slip::wrapped(&labelled, mark);
        labelled.put(&mut details, key, slip::tax_id(&slip::bare(&pieces)), &pieces);
    }
    slip::totals(&labelled, &mut details);
    let heads = goods::heads(&labelled, head);
    let below = heads.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max);
    let end = labelled.marks.iter().filter(|m| head(m.label).is_none() && m.area.top > below).map(|m| m.area.top);
    let (rows, blanks) = goods::rows(&labelled.sheet, &heads, end.fold(f32::MAX, f32::min));
    let fuel = rows.iter().filter_map(|r| r.get("name")).any(|name| slip::is_fuel(&name.value));
    *details.rows_mut("items") = rows;
    if fuel {
        labelled.put_printed(&mut details, "category", "oil", None);
    }
    supervision::put(sheet, &mut details);
    // these titles name the roll
    let heading = match title {
        Some(title) if title.text.contains('卷') => title.heading,
        Some(title) => Some(slip::around(&title.area)),
        None => slip::above(&labelled),
    };
    Some(FormReading { heading, blanks, ..FormReading::new(Kind::VatRoll, details, extent(sheet)) })
}

/// Whose tax id a label leads: that of the party named last above it.
fn party(labelled: &Labelled<Key>, mark: &Mark<Key>) -> Key {
    if mark.label != "tax_id" {
        return mark.label;
    }
    let above = labelled.marks.iter().filter(|m| matches!(m.label, "seller" | "buyer") && m.area.top <= mark.area.top);
    match above.max_by(|a, b| a.area.top.total_cmp(&b.area.top)).map(|m| m.label) {
        Some("buyer") => "buyer_tax_id",
        _ => "seller_tax_id",
    }
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;

    use super::super::drawn::sheet;
    use super::*;

    const SLIP: &[(&str, f32, f32, f32)] = &[
        ("云泽增值税普通发票(卷票)", 20.0, 20.0, 10.0),
        ("发票联", 60.0, 40.0, 10.0),
        ("发票代码 099002300107", 20.0, 56.0, 9.0),
        ("发票号码 00990019", 20.0, 70.0, 9.0),
        ("机打号码:00990019", 20.0, 90.0, 8.0),
        ("机器编号:990000000019", 20.0, 102.0, 8.0),
        ("销售方名称:云泽拾光能源有限公司石桥", 20.0, 114.0, 8.0),
        ("第三加油站", 20.0, 126.0, 8.0),
        ("纳税人识别号:919999000000000013", 20.0, 138.0, 8.0),
        ("开票日期:2023-05-08", 20.0, 150.0, 8.0),
        ("收款员:沈乐", 110.0, 150.0, 8.0),
        ("购买方名称:北屿样张有限公司", 20.0, 162.0, 8.0),
        ("纳税人识别号:919999000000000021", 20.0, 174.0, 8.0),
        ("项目", 20.0, 190.0, 8.0),
        ("数量", 70.0, 190.0, 8.0),
        ("单价", 105.0, 190.0, 8.0),
        ("金额", 140.0, 190.0, 8.0),
        ("*汽油*95号车用汽油(VIB)", 20.0, 202.0, 8.0),
        ("40.99", 70.0, 214.0, 8.0),
        ("7.32", 105.0, 214.0, 8.0),
        ("300.05", 140.0, 214.0, 8.0),
        ("*润滑油*机油", 20.0, 226.0, 8.0),
        ("1", 70.0, 238.0, 8.0),
        ("99.95", 105.0, 238.0, 8.0),
        ("99.95", 140.0, 238.0, 8.0),
        ("合计金额(小写):¥400.00", 20.0, 254.0, 8.0),
        ("合计金额(大写):肆佰圆整", 20.0, 266.0, 8.0),
        ("校验码:52657 91078 84528 71589", 20.0, 280.0, 8.0),
    ];

    #[test]
    fn a_slip_of_a_filling_station() {
        for source in [Source::TextLayer, Source::Ocr] {
            let mut sheet = sheet(SLIP);
            sheet.source = source;
            let reading = read(&sheet).unwrap();
            for (key, value) in [
                ("title", "云泽增值税普通发票（卷票）"),
                ("code", "099002300107"),
                ("number", "00990019"),
                ("number_confirm", "00990019"),
                ("code_confirm", ""),
                ("date", "2023年05月08日"),
                ("seller", "云泽拾光能源有限公司石桥第三加油站"),
                ("seller_tax_id", "919999000000000013"),
                ("buyer", "北屿样张有限公司"),
                ("buyer_tax_id", "919999000000000021"),
                ("total", "400.00"),
                ("total_cn", "肆佰圆整"),
                ("check_code", "52657910788452871589"),
                ("category", "oil"),
            ] {
                assert_eq!(reading.details.text(key), value, "{source:?} {key}");
            }
            let cell = |row: usize, key: &str| reading.details.rows("items")[row].get(key).map_or("", |f| f.value.as_str());
            assert_eq!(reading.details.rows("items").len(), 2);
            assert_eq!(
                [cell(0, "name"), cell(0, "quantity"), cell(0, "price"), cell(0, "total")],
                ["*汽油*95号车用汽油(VIB)", "40.99", "7.32", "300.05"]
            );
            assert_eq!([cell(1, "name"), cell(1, "quantity"), cell(1, "total")], ["*润滑油*机油", "1", "99.95"]);
        }
    }

    #[test]
    fn other_invoices_are_none() {
        let words = [("增值税普通发票", 20.0, 20.0, 10.0), ("发票代码 099002300104", 20.0, 40.0, 9.0), ("合计", 20.0, 80.0, 9.0)];
        assert!(read(&sheet(&words)).is_none());
    }
}
