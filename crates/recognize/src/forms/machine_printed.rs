//! 通用机打发票 and its electronic successors (浙江通用（电子）发票, 广东通用机打发票（电子）): each province and trade has its own sheet, flat or
//! on a roll, so that nothing but the labels tells what is what (reference forms.md, Others).

use document::page::Rect;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::region;

use super::goods::{self, Head};
use super::grid::{Key, money};
use super::labelled::Labelled;
use super::signs::{Sign, extent, sign};
use super::{FormReading, slip, supervision};
use crate::blanks::Blank;
use crate::layout::Sheet;
use crate::layout::label::{Mark, Spelling};
use crate::layout::table::{Column, Sort, assign};

const fn label(key: Key, text: &'static str) -> Spelling<Key> {
    Spelling { label: key, text }
}

/// The title, which other forms may bear as well: the words of tickets speak against this one.
pub(crate) const SIGNS: &[Sign] = &[
    sign("机打发票", 1.0),
    sign("通用机打发票", 1.0),
    sign("通用(电子)发票", 1.5),
    sign("机打电子发票", 1.5),
    sign("机打号码", 0.4),
    sign("收款单位", 0.3),
    sign("付款单位", 0.3),
    sign("收款方名称", 0.5),
    sign("付款方名称", 0.5),
    sign("出租汽车", -1.0),
    sign("上车", -0.6),
    sign("下车", -0.6),
    sign("里程", -0.3),
    sign("乘车日期", -1.0),
    sign("座号", -0.5),
    sign("入口", -0.5),
    sign("出口", -0.5),
    sign("通用定额", -1.0),
];

/// How the titles end; those that say most first.
const TITLES: &[&str] = &["机打电子发票", "机打发票", "通用(电子)发票", "通用电子发票"];

const LABELS: &[Spelling<Key>] = &[
    label("code", "发票代码"),
    label("number", "发票号码"),
    label("machine", "机打代码"),
    label("machine", "机打号码"),
    label("machine", "机打票号"),
    label("machine", "机器编号"),
    label("machine", "机器编码"),
    label("machine", "税控码"),
    label("machine", "税控装置号"),
    label("machine", "防伪码"),
    label("machine", "发票密码"),
    label("machine", "密码"),
    label("machine", "行业分类"),
    label("machine", "行业类别"),
    label("check_code", "校验码"),
    label("date", "开票日期"),
    label("date", "开票时间"),
    label("date", "打印日期"),
    label("date", "打印时间"),
    label("date", "交易日期"),
    label("date", "日期"),
    label("time", "时间"),
    label("buyer", "购买方名称"),
    label("buyer", "购货方名称"),
    label("buyer", "购货单位"),
    label("buyer", "购买方"),
    label("buyer", "付款方名称"),
    label("buyer", "付款方"),
    label("buyer", "付款单位名称"),
    label("buyer", "付款单位"),
    label("buyer", "付款户名"),
    label("buyer", "付款人名称"),
    label("buyer", "付款人"),
    label("buyer", "客户名称"),
    label("buyer", "顾客名称"),
    label("buyer", "用户名称"),
    label("seller", "销售方名称"),
    label("seller", "销货方名称"),
    label("seller", "销货单位名称"),
    label("seller", "销货单位"),
    label("seller", "收款方名称"),
    label("seller", "收款方"),
    label("seller", "收款单位名称"),
    label("seller", "收款单位"),
    label("seller", "开票单位"),
    label("seller", "经营单位"),
    label("seller", "加油站名称"),
    label("seller", "销售单位"),
    label("buyer_tax_id", "购买方纳税人识别号"),
    label("buyer_tax_id", "购买方税号"),
    label("buyer_tax_id", "付款方纳税人识别号"),
    label("buyer_tax_id", "付款方识别号"),
    label("buyer_tax_id", "付款方税号"),
    label("buyer_tax_id", "付款单位税号"),
    label("buyer_tax_id", "付款方证件号码"),
    label("seller_tax_id", "销售方纳税人识别号"),
    label("seller_tax_id", "销售方税号"),
    label("seller_tax_id", "收款方纳税人识别号"),
    label("seller_tax_id", "收款方识别号"),
    label("seller_tax_id", "收款方税号"),
    label("seller_tax_id", "收款单位税号"),
    label("seller_tax_id", "税务登记号"),
    label("tax_id", "统一社会信用代码/纳税人识别号"),
    label("tax_id", "纳税人识别号"),
    label("tax_id", "识别号"),
    label("tax_id", "税号"),
    label("addr_tel", "地址、电话"),
    label("addr_tel", "地址电话"),
    label("addr_tel", "地址及电话"),
    label("seller_addr_tel", "收款方地址、电话"),
    label("seller_addr_tel", "收款方地址电话"),
    label("seller_addr_tel", "销售方地址、电话"),
    label("seller_addr_tel", "销售方地址电话"),
    label("buyer_addr_tel", "付款方地址、电话"),
    label("buyer_addr_tel", "付款方地址电话"),
    label("buyer_addr_tel", "购买方地址、电话"),
    label("bank_account", "开户行及账号"),
    label("bank_account", "开户银行及账号"),
    label("seller_bank_account", "收款方开户行及账号"),
    label("seller_bank_account", "收款方银行及账号"),
    label("seller_bank_account", "销售方开户行及账号"),
    label("buyer_bank_account", "付款方开户行及账号"),
    label("buyer_bank_account", "付款方银行及账号"),
    label("buyer_bank_account", "购买方开户行及账号"),
    label("name", "货物或应税劳务、服务名称"),
    label("name", "货物或应税劳务名称"),
    label("name", "货物(劳务)名称"),
    label("name", "货物名称"),
    label("name", "商品名称"),
    label("name", "项目名称"),
    label("name", "项目内容"),
    label("name", "开票项目"),
    label("name", "经营项目"),
    label("name", "服务项目"),
    label("name", "收费项目"),
    label("name", "品名及规格"),
    label("name", "品名规格"),
    label("name", "品名"),
    label("name", "项目"),
    label("oil", "油品名称"),
    label("oil", "油品"),
    label("gun", "枪号"),
    label("other", "商品代码"),
    label("other", "商品编码"),
    label("other", "序号"),
    label("specification", "规格型号"),
    label("specification", "规格"),
    label("unit", "计量单位"),
    label("unit", "单位"),
    label("quantity", "数量(升)"),
    label("quantity", "数量"),
    label("litres", "升数"),
    label("litres", "加油量"),
    label("price", "单价(元)"),
    label("price", "单价"),
    label("amount", "金额(元)"),
    label("amount", "金额"),
    label("tax_rate", "税率/征收率"),
    label("tax_rate", "税率"),
    label("tax", "税额"),
    label("words", "合计金额(大写)"),
    label("words", "合计人民币(大写)"),
    label("words", "金额合计(大写)"),
    label("words", "价税合计(大写)"),
    label("words", "合计(大写)"),
    label("words", "大写合计"),
    label("words", "合计大写"),
    label("words", "人民币大写"),
    label("words", "金额大写"),
    label("words", "(大写)"),
    label("words", "大写"),
    label("figures", "合计金额(小写)"),
    label("figures", "合计人民币(小写)"),
    label("figures", "金额合计(小写)"),
    label("figures", "合计(小写)"),
    label("figures", "小写合计"),
    label("figures", "合计小写"),
    label("figures", "金额小写"),
    label("figures", "(小写)"),
    label("figures", "小写"),
    label("gross", "价税合计"),
    label("sum", "合计人民币"),
    label("sum", "金额合计"),
    label("sum", "合计金额"),
    label("sum", "总金额"),
    label("sum", "总计"),
    label("sum", "合计"),
    label("remark", "备注"),
    label("hand", "开票人"),
    label("hand", "收款人"),
    label("hand", "收款员"),
    label("hand", "复核人"),
    label("hand", "复核"),
    label("hand", "开票单位(盖章)"),
    label("hand", "销货单位章"),
    label("hand", "收款单位(盖章)"),
    label("hand", "收款方(盖章)"),
    label("hand", "手写无效"),
    label("hand", "手开无效"),
];

/// The fields that a head's column holds.
fn head(key: Key) -> Option<Head> {
    let (key, sort) = match key {
        "name" | "oil" => ("name", Sort::Text),
        "specification" => ("specification", Sort::Code),
        "unit" => ("unit", Sort::Unit),
        "quantity" | "litres" => ("quantity", Sort::Number),
        "price" => ("price", Sort::Number),
        "amount" => ("total", Sort::Money),
        "tax_rate" => ("tax_rate", Sort::Rate),
        "tax" => ("tax", Sort::Money),
        "gun" | "other" => ("", Sort::Code),
        _ => return None,
    };
    Some(Head { key, sort })
}

/// Reads the invoice, or tells that the sheet holds another form.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let labelled = Labelled::new(sheet, LABELS);
    let title = slip::title(&labelled.sheet, TITLES);
    let printed = ["code", "number", "machine", "buyer", "seller"].iter().filter(|key| labelled.first(key).is_some()).count();
    if title.is_none() && printed < 4 {
        return None;
    }
    let mut details = Details::new();
    if let Some(title) = &title {
        labelled.put_printed(&mut details, "title", &title.text, Some(&title.area));
    }
    slip::digits(&labelled, &mut details, "code", &[12, 10]);
    slip::digits(&labelled, &mut details, "number", &[8, 20]);
    slip::digits(&labelled, &mut details, "check_code", &[20]);
    slip::day(&labelled, &mut details, "date");
    for mark in labelled.all("time") {
        let pieces = slip::wrapped(&labelled, mark);
        labelled.put(&mut details, "time", &slip::clock(&slip::text(&pieces)).unwrap_or_default(), &pieces);
    }
    parties(&labelled, &mut details);
    let mut heads = goods::heads(&labelled, head);
    goods::halves(&labelled.sheet, &mut heads);
    let blanks = items(&labelled, &heads, &mut details);
    sums(&labelled, &heads, &mut details);
    slip::totals(&labelled, &mut details);
    if let Some(mark) = labelled.all("remark").last() {
        let pieces = slip::wrapped(&labelled, mark);
        labelled.put(&mut details, "remark", &slip::text(&pieces), &pieces);
    }
    marks(&labelled, &mut details);
    supervision::put(sheet, &mut details);
    let heading = if let Some(title) = title { title.heading } else { slip::above(&labelled) };
    Some(FormReading { heading, blanks, ..FormReading::new(Kind::MachinePrinted, details, extent(sheet)) })
}

/// Names, tax ids, addresses and accounts of buyer and seller.
fn parties(labelled: &Labelled<Key>, details: &mut Details) {
    for mark in &labelled.marks {
        let Some(key) = party(labelled, mark) else { continue };
        let pieces = slip::wrapped(labelled, mark);
        let value = if key.ends_with("_tax_id") { slip::bare(&pieces) } else { slip::text(&pieces) };
        // the form may offer both (付款单位(个人): …)
        let value = value.trim_start_matches("(个人)").trim_start_matches([':', ' ']);
        let value = match key {
            "buyer" | "seller" => slip::named(value).0,
            "buyer_tax_id" | "seller_tax_id" => slip::tax_id(value),
            _ => value,
        };
        // a seal's label (收款单位(盖章)) leads no name
        if !value.starts_with(['(', '章']) {
            labelled.put(details, key, value, &pieces);
        }
    }
}

/// The field that a label of a party leads. Labels that do not say whose they are belong to the party named last above or left of them.
fn party(labelled: &Labelled<Key>, mark: &Mark<Key>) -> Option<Key> {
    let own = match mark.label {
        "tax_id" => ["buyer_tax_id", "seller_tax_id"],
        "addr_tel" => ["buyer_addr_tel", "seller_addr_tel"],
        "bank_account" => ["buyer_bank_account", "seller_bank_account"],
        key if key.starts_with("buyer") || key.starts_with("seller") => return Some(key),
        _ => return None,
    };
    let height = mark.area.height();
    let before = |m: &&Mark<Key>| matches!(m.label, "buyer" | "seller") && m.area.center().y < mark.area.center().y + 0.6 * height;
    let beside =
        |m: &Mark<Key>| (m.area.left - mark.area.left).abs() < 6.0 * height || m.area.center().y > mark.area.center().y - 0.6 * height;
    // a label in the same column goes before one further right
    let nearest = labelled.marks.iter().filter(before).max_by(|a, b| beside(a).cmp(&beside(b)).then(a.area.top.total_cmp(&b.area.top)))?;
    Some(own[usize::from(nearest.label == "seller")])
}

/// The rows of the table; without a table, the one row that labels beside values make.
///
/// Gives the cells of the table in which nothing was read.
fn items(labelled: &Labelled<Key>, heads: &[Column], details: &mut Details) -> Vec<Blank> {
    if heads.is_empty() {
        let mut row = Row::new();
        for mark in &labelled.marks {
            let Some(head) = head(mark.label).filter(|h| !h.key.is_empty()) else { continue };
            let pieces = slip::wrapped(labelled, mark);
            let text = slip::text(&pieces);
            let value = match head.sort {
                Sort::Number | Sort::Money => money(&slip::bare(&pieces).replace(['升', 'L'], "")).unwrap_or_default(),
                _ => text,
            };
            if !value.is_empty() && !row.contains_key(head.key) {
                row.insert(head.key.to_owned(), labelled.sheet.field(&value, &pieces));
            }
        }
        if row.contains_key("name") {
            details.rows_mut("items").push(row);
        }
        return Vec::new();
    }
    let below = heads.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max);
    let ends = labelled.marks.iter().filter(|m| head(m.label).is_none() && m.area.top > below);
    let end = ends.map(|m| m.area.top).fold(f32::MAX, f32::min);
    let (rows, blanks) = goods::rows(&labelled.sheet, heads, end);
    *details.rows_mut("items") = rows;
    blanks
}

/// Net and tax, which stand under their columns in the row of 合计, where the form has taxes.
fn sums(labelled: &Labelled<Key>, heads: &[Column], details: &mut Details) {
    if let Some(mark) = labelled.all("gross").last() {
        let pieces = slip::wrapped(labelled, mark);
        if let Some((value, piece)) = pieces.iter().find_map(|p| Some((money(&p.compact())?, p))) {
            labelled.put(details, "total", &value, std::slice::from_ref(piece));
        }
    }
    let columns: Vec<Column> = heads.iter().filter(|c| matches!(c.key, "total" | "tax")).cloned().collect();
    let Some(mark) = labelled.all("sum").find(|m| heads.iter().any(|c| m.area.top > c.head.bottom)) else { return };
    if columns.len() < 2 {
        return;
    }
    let height = mark.area.height();
    let part = Rect { left: mark.area.right, top: mark.area.top - 0.5 * height, right: f32::MAX, bottom: mark.area.bottom + 0.5 * height };
    let mut line: Vec<_> = labelled.sheet.gather(&part, 1.0).into_iter().filter(|p| money(&p.compact()).is_some()).collect();
    line.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    for (to, piece) in assign(&line, &columns).into_iter().zip(&line) {
        let key = if columns[to].key == "tax" { "tax" } else { "pretax_amount" };
        labelled.put(details, key, &money(&piece.compact()).unwrap_or_default(), std::slice::from_ref(piece));
    }
}

/// What the form is besides: electronic, for fuel, for a toll, and of which region's electronic invoices.
fn marks(labelled: &Labelled<Key>, details: &mut Details) {
    let names: String = details.rows("items").iter().filter_map(|r| r.get("name")).map(|f| f.value.as_str()).collect();
    let seller = details.text("seller").to_owned();
    let fuel = slip::is_fuel(&names) || labelled.first("oil").is_some() || labelled.first("litres").is_some() && seller.contains('油');
    let title = details.text("title").to_owned();
    let mut set = |key: &str, value: &str| details.set(key, Field::new(value, Source::Derived));
    if fuel {
        set("category", "oil");
    }
    if title.contains("通行费") || names.contains("通行费") {
        set("transit_mark", "1");
    }
    if title.contains("电子") {
        set("electronic_mark", "1");
        if let Some(area) = area(&title, details.text("code")) {
            details.set("area", Field::new(area, Source::Derived));
        }
    }
}

/// The regions that have electronic invoices of their own, as the recognition API names them.
fn area(title: &str, code: &str) -> Option<&'static str> {
    let region = region::of_text(title).or_else(|| region::of_code(code))?;
    Some(match (region.province, region.city) {
        ("广东省", Some("深圳市")) => "SHEN_ZHEN",
        ("广东省", _) => "GUANG_DONG",
        ("浙江省", _) => "ZHE_JIANG",
        ("云南省", _) => "YUN_NAN",
        ("北京市", _) => "BEI_JING",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::*;

    fn assert_read(words: &[(&str, f32, f32, f32)], expected: &[(&str, &str)], rows: &[&[(&str, &str)]]) {
        for source in [Source::TextLayer, Source::Ocr] {
            let mut sheet = sheet(words);
            sheet.source = source;
            let details = read(&sheet).unwrap().details;
            for (key, value) in expected {
                assert_eq!(details.text(key), *value, "{source:?} {key}");
            }
            let found: Vec<Vec<(&str, &str)>> =
                details.rows("items").iter().map(|r| r.iter().map(|(k, f)| (k.as_str(), f.value.as_str())).collect()).collect();
            assert_eq!(found.len(), rows.len(), "{found:?}");
            for (row, cells) in found.iter().zip(rows) {
                for cell in *cells {
                    assert!(row.contains(cell), "{source:?} {cell:?} in {row:?}");
                }
            }
        }
    }

    #[test]
    fn a_flat_sheet() {
        let words = [
            ("云泽省国家税务局通用机打发票", 180.0, 20.0, 14.0),
            ("发票联", 250.0, 42.0, 12.0),
            ("发票代码", 400.0, 30.0, 9.0),
            ("199002399002", 445.0, 30.0, 9.0),
            ("发票号码", 400.0, 44.0, 9.0),
            ("00990020", 445.0, 44.0, 9.0),
            ("客户名称:北屿样张有限公司", 30.0, 70.0, 9.0),
            ("开票日期:2015年5月8日", 300.0, 70.0, 9.0),
            ("商品代码", 30.0, 90.0, 9.0),
            ("品名", 150.0, 90.0, 9.0),
            ("数量", 290.0, 90.0, 9.0),
            ("单价", 360.0, 90.0, 9.0),
            ("金额", 440.0, 90.0, 9.0),
            ("990001", 30.0, 110.0, 9.0),
            ("陶瓷茶具", 150.0, 110.0, 9.0),
            ("2", 295.0, 110.0, 9.0),
            ("64.50", 360.0, 110.0, 9.0),
            ("129.00", 440.0, 110.0, 9.0),
            ("合计金额", 30.0, 180.0, 9.0),
            ("(大写)", 36.0, 192.0, 9.0),
            ("壹佰贰拾玖元整", 150.0, 186.0, 9.0),
            ("小写", 390.0, 186.0, 9.0),
            ("¥129.00", 440.0, 186.0, 9.0),
            ("开票人:沈乐", 30.0, 210.0, 9.0),
            ("收款人:方远", 150.0, 210.0, 9.0),
        ];
        assert_read(
            &words,
            &[
                ("title", "云泽省国家税务局通用机打发票"),
                ("code", "199002399002"),
                ("number", "00990020"),
                ("date", "2015年05月08日"),
                ("buyer", "北屿样张有限公司"),
                ("total", "129.00"),
                ("total_cn", "壹佰贰拾玖元整"),
                ("category", ""),
                ("electronic_mark", ""),
            ],
            &[&[("name", "陶瓷茶具"), ("quantity", "2"), ("price", "64.50"), ("total", "129.00")]],
        );
    }

    #[test]
    fn a_roll_of_a_filling_station() {
        let words = [
            ("云泽市国家税务局通用机打发票", 20.0, 20.0, 9.0),
            ("发票代码 199002399003", 20.0, 40.0, 9.0),
            ("发票号码 00990021", 20.0, 54.0, 9.0),
            ("机打号码:00990021", 20.0, 74.0, 8.0),
            ("收款单位:云泽拾光石油销售有限公司", 20.0, 86.0, 8.0),
            ("税号:919999000000000013", 20.0, 98.0, 8.0),
            ("开票日期:2016-05-08 12:22:22", 20.0, 110.0, 8.0),
            ("付款单位:个人", 20.0, 122.0, 8.0),
            ("油品:95号汽油", 20.0, 134.0, 8.0),
            ("枪号:03", 110.0, 134.0, 8.0),
            ("升数:40.99", 20.0, 146.0, 8.0),
            ("单价:7.32", 110.0, 146.0, 8.0),
            ("金额:300.05", 20.0, 158.0, 8.0),
            ("小写合计:¥300.05", 20.0, 174.0, 8.0),
            ("大写合计:叁佰元零伍分", 20.0, 186.0, 8.0),
            ("税控码:9900 0000 1111 2222", 20.0, 198.0, 8.0),
        ];
        assert_read(
            &words,
            &[
                ("seller", "云泽拾光石油销售有限公司"),
                ("seller_tax_id", "919999000000000013"),
                ("buyer", "个人"),
                ("buyer_tax_id", ""),
                ("date", "2016年05月08日"),
                ("time", "12:22:22"),
                ("total", "300.05"),
                ("total_cn", "叁佰元零伍分"),
                ("category", "oil"),
            ],
            &[&[("name", "95号汽油"), ("quantity", "40.99"), ("price", "7.32"), ("total", "300.05")]],
        );
    }

    #[test]
    fn an_electronic_one_of_zhejiang() {
        let words = [
            ("浙江通用(电子)发票", 200.0, 20.0, 16.0),
            ("发票代码:199002399004", 400.0, 20.0, 9.0),
            ("发票号码:00990022", 400.0, 34.0, 9.0),
            ("开票日期:2021年05月08日", 400.0, 48.0, 9.0),
            ("校验码:52657910788452871589", 400.0, 62.0, 9.0),
            ("购买方名称:北屿样张有限公司", 30.0, 80.0, 9.0),
            ("纳税人识别号:919999000000000021", 30.0, 94.0, 9.0),
            ("项目名称", 60.0, 114.0, 9.0),
            ("规格型号", 160.0, 114.0, 9.0),
            ("单位", 230.0, 114.0, 9.0),
            ("数量", 290.0, 114.0, 9.0),
            ("单价", 360.0, 114.0, 9.0),
            ("金额", 440.0, 114.0, 9.0),
            ("餐饮费", 60.0, 132.0, 9.0),
            ("次", 235.0, 132.0, 9.0),
            ("1", 295.0, 132.0, 9.0),
            ("170.00", 360.0, 132.0, 9.0),
            ("170.00", 440.0, 132.0, 9.0),
            ("合计(大写)", 60.0, 200.0, 9.0),
            ("壹佰柒拾圆整", 130.0, 200.0, 9.0),
            ("(小写)", 360.0, 200.0, 9.0),
            ("¥170.00", 400.0, 200.0, 9.0),
            ("销售方名称:云泽样张饭店", 30.0, 220.0, 9.0),
            ("纳税人识别号:919999000000000013", 30.0, 234.0, 9.0),
        ];
        assert_read(
            &words,
            &[
                ("title", "浙江通用（电子）发票"),
                ("electronic_mark", "1"),
                ("area", "ZHE_JIANG"),
                ("buyer_tax_id", "919999000000000021"),
                ("seller", "云泽样张饭店"),
                ("seller_tax_id", "919999000000000013"),
                ("total", "170.00"),
                ("total_cn", "壹佰柒拾圆整"),
            ],
            &[&[("name", "餐饮费"), ("unit", "次"), ("quantity", "1"), ("price", "170.00"), ("total", "170.00")]],
        );
    }

    #[test]
    fn a_head_of_which_one_character_was_passed_over_heads_its_column() {
        let form = |heads: &[(&'static str, f32)]| {
            let mut words = vec![("浙江通用(电子)发票", 200.0, 20.0, 16.0), ("发票代码:199002399004", 400.0, 20.0, 9.0)];
            words.extend(heads.iter().map(|(text, x)| (*text, *x, 114.0, 9.0)));
            words.extend([("餐饮费", 60.0, 132.0, 9.0), ("次", 235.0, 132.0, 9.0), ("2", 295.0, 132.0, 9.0)]);
            words.extend([("85.00", 364.0, 132.0, 9.0), ("170.00", 450.0, 132.0, 9.0), ("合计(大写)", 60.0, 200.0, 9.0)]);
            let mut sheet = sheet(&words);
            sheet.source = Source::Ocr;
            let details = read(&sheet).unwrap().details;
            let cell = |key: &str| details.rows("items").first().and_then(|row| row.get(key)).map_or(String::new(), |f| f.value.clone());
            ["quantity", "price", "total"].map(cell)
        };
        let name = [("项目名称", 60.0), ("单位", 230.0), ("数量", 290.0)];
        for rest in
            [&[("单", 350.0), ("价", 380.0), ("金", 430.0)][..], &[("价", 380.0), ("金额", 440.0)], &[("单", 350.0), ("金额", 440.0)]]
        {
            assert_eq!(form(&[&name[..], rest].concat()), ["2", "85.00", "170.00"], "{rest:?}");
        }
        // before the columns that stand before it
        assert_eq!(form(&[&[("金", 40.0)], &name[..], &[("单价", 350.0)]].concat())[2], "");
    }

    #[test]
    fn regions_with_electronic_invoices() {
        for (title, expected) in [
            ("浙江通用（电子）发票", Some("ZHE_JIANG")),
            ("宁波通用（电子）发票", Some("ZHE_JIANG")),
            ("广东通用机打发票（电子）", Some("GUANG_DONG")),
            ("深圳通用机打发票（电子）", Some("SHEN_ZHEN")),
            ("湖南省通用机打发票（电子）", None),
        ] {
            assert_eq!(area(title, ""), expected, "{title}");
        }
    }
}
