//! 机动车销售统一发票: who bought which vehicle from whom, its price, the tax in it, and the bureau that the seller belongs to.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use super::super::grid::{Grid, Key};
use super::super::signs::extent;
use super::super::{FormReading, counterpart};
use super::{
    Doubtful, astray, faint, grid, head, heading, is_amount, is_said, is_tax_id, is_vin, label, labels, name_and_id, once, section, signed,
    totals,
};
use crate::layout::Sheet;
use crate::layout::gather::{Piece, join};
use crate::layout::label::{Mark, Spelling};
use crate::layout::table::Sort;

pub(super) const TITLE: &str = "机动车销售统一发票";
const COPIES: counterpart::Copies = &["发票联", "抵扣联", "报税联", "注册登记联", "记账联", "存根联"];

/// The labels of the grid, in the wording of 2006, 2014 and 2021 and of the 数电票. Where a label wraps, its first line.
const LABELS: &[Spelling<Key>] = &[
    label("electronic_title", "电子发票(机动车销售统一发票)"),
    label("title", TITLE),
    label("buyer", "购买方名称及身份证号码/组织机构代码"),
    label("buyer", "购买方名称及身份证号码"),
    label("buyer", "购买方名称及"),
    label("buyer", "购买方名称"),
    label("buyer", "购货单位(人)"),
    label("buyer", "购货单位"),
    label("buyer_id", "身份证号码/组织机构代码"),
    label("buyer_id", "纳税人识别号/统一社会信用代码/身份证明号码"),
    label("buyer_id", "统一社会信用代码/纳税人识别号/身份证明号码"),
    label("buyer_id", "社会信用代码/"),
    label("buyer_id", "身份证明号码"),
    label("?tax_id", "统一社会信用代码/纳税人识别号"),
    label("?tax_id", "统一社会信用代码"),
    label("?tax_id", "纳税人识别号"),
    label("car_type", "车辆类型"),
    label("car_model", "厂牌型号"),
    label("origin", "产地"),
    label("certificate_number", "合格证号"),
    label("import", "进口证明书号"),
    label("commodity_number", "商检单号"),
    label("car_engine_code", "发动机号码"),
    label("car_code", "车辆识别代号/车架号码"),
    label("car_code", "车辆识别代号"),
    label("car_code", "车辆识别代码"),
    label("total_cn", "价税合计"),
    label("?figures", "小写"),
    label("seller", "销货单位名称"),
    label("seller", "销售方名称"),
    label("seller", "销售单位名称"),
    label("phone", "电话"),
    label("account", "账号"),
    label("account", "帐号"),
    label("address", "地址"),
    label("seller_bank_account", "开户银行"),
    label("tax_rate", "增值税税率或征收率"),
    label("tax_rate", "增值税税率"),
    label("tax", "增值税税额"),
    label("?tax", "增值税"),
    label("tax_authorities", "主管税务机关及代码"),
    label("tax_authorities", "主管税务机关"),
    label("tax_authorities", "主管税务"),
    label("pretax_amount", "不含税价"),
    label("tax_num", "完税凭证号码"),
    label("tonnage", "吨位"),
    label("max_people_num", "限乘人数"),
    label("seal", "销货单位盖章"),
    label("seal", "销货单位(盖章)"),
    label("issuer", "开票人"),
    label("remark", "备注"),
];

/// Labels that stand in one row behind another.
const PARTNERS: &[(Key, Spelling<Key>)] = &[
    ("car_type", label("car_model", "厂牌型号")),
    ("car_model", label("origin", "产地")),
    ("certificate_number", label("import", "进口证明书号")),
    ("import", label("commodity_number", "商检单号")),
    ("total_cn", label("?figures", "小写")),
    ("pretax_amount", label("?figures", "小写")),
    ("seller", label("phone", "电话")),
    ("?tax_id", label("account", "账号")),
    ("address", label("seller_bank_account", "开户银行")),
    ("tonnage", label("max_people_num", "限乘人数")),
];

/// How labels that wrap are printed in full.
fn whole(key: Key) -> &'static [&'static str] {
    match key {
        "buyer" => &["购买方名称及身份证号码/组织机构代码", "购货单位(人)"],
        "buyer_id" | "buyer_tax_id" | "seller_tax_id" | "?tax_id" => {
            &["纳税人识别号/统一社会信用代码/身份证明号码", "统一社会信用代码/纳税人识别号/身份证明号码", "身份证号码/组织机构代码"]
        }
        "car_code" => &["车辆识别代号/车架号码", "车辆识别代码/车架号码"],
        "tax_rate" => &["增值税税率或征收率"],
        "tax" | "?tax" => &["增值税税额"],
        "tax_authorities" => &["主管税务机关及代码"],
        "tax_num" => &["完税凭证号码"],
        "total_cn" => &["价税合计(大写)"],
        "pretax_amount" => &["不含税价小写"],
        _ => &[],
    }
}

/// Reads the form, or tells that the sheet holds another.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &counterpart::upright(sheet);
    let mut labelled = labels(sheet, LABELS, PARTNERS, whole);
    once(&mut labelled);
    let marks = labelled.marks.clone();
    let rate_below = |mark: &Mark<Key>| {
        let below =
            |area: &Rect| area.top > mark.area.top && area.top < mark.area.bottom + mark.area.height() && area.left < mark.area.right;
        labelled.sheet.spans.iter().any(|s| below(&s.area) && s.area.right > mark.area.left && s.compact().contains('率'))
    };
    let grid = grid(&labelled, |mark| Some(settle(&marks, mark, rate_below(mark))), whole);
    let of_vehicle = ["car_code", "car_engine_code", "certificate_number", "car_model", "tax_authorities"];
    if of_vehicle.iter().filter(|key| grid.has(key)).count() < 3 {
        return None;
    }
    let mut details = Details::new();
    head(&labelled, TITLE, &mut details);
    // here the API tells whether there is the seal, not whose it is
    if let Some(field) = details.get("producer_stamp").cloned() {
        details.set("producer_stamp", Field { value: "1".to_owned(), ..field });
    }
    party(&grid, &mut details);
    for key in ["seller", "address", "seller_bank_account", "car_type", "car_model", "origin"] {
        grid.text(&mut details, key);
    }
    astray(&grid, &mut details, "car_engine_code");
    for key in ["seller_tax_id", "phone", "account", "car_code", "car_engine_code", "certificate_number", "commodity_number", "tax_num"] {
        grid.bare(&mut details, key);
    }
    for key in ["tonnage", "max_people_num"] {
        let number = |piece: &Piece| piece.glyphs.iter().any(|g| g.ch.is_ascii_digit());
        if grid.sheet.source != Source::Ocr || grid.value(key).iter().any(number) {
            grid.bare(&mut details, key);
        }
    }
    totals(&grid, &mut details);
    grid.amount(&mut details, "pretax_amount");
    grid.amount(&mut details, "tax");
    let pieces = grid.value("tax_rate");
    let rate = pieces.iter().find(|p| p.compact().ends_with('%') || invoice::rate::is_untaxed(&p.compact()));
    if let Some(piece) = rate {
        grid.put(&mut details, "tax_rate", &invoice::rate::text(&piece.compact()), std::slice::from_ref(piece));
    }
    authority(&grid, &mut details);
    signed(&grid, &mut details, "issuer");
    counterpart::read(sheet, COPIES, &mut details);
    let heading = heading(&labelled, &details);
    let area = extent(sheet);
    // one digit alone, or a few, which are passed over
    let cells = [("tax_rate", Sort::Rate), ("tonnage", Sort::Number), ("max_people_num", Sort::Number)];
    let missing = cells.into_iter().filter(|(key, _)| !details.has(key));
    let blanks = missing.filter_map(|(key, sort)| grid.blank(key, sort, area.right)).collect();
    let faint = faint(&grid, DOUBTFUL, area.right);
    Some(FormReading { heading, blanks, faint, ..FormReading::new(Kind::VehicleSale, details, area) })
}

/// What is looked at again where it is not what it must be.
const DOUBTFUL: &[Doubtful] = &[
    ("total", is_amount),
    ("pretax_amount", is_amount),
    ("tax", is_amount),
    ("total_cn", is_said),
    ("car_code", is_vin),
    ("seller_tax_id", is_tax_id),
];

/// Which cell a label that several bear belongs to. 增值税 with a word of rates below it is the first line of the rate's label.
fn settle(marks: &[Mark<Key>], mark: &Mark<Key>, rate_below: bool) -> Key {
    match mark.label {
        "?tax" if rate_below => "tax_rate",
        "?tax" => "tax",
        "?tax_id" if section(marks, mark, &["buyer", "seller"]) == Some("seller") => "seller_tax_id",
        "?tax_id" => "buyer_tax_id",
        "?figures" if section(marks, mark, &["total_cn", "pretax_amount"]) == Some("pretax_amount") => "pretax_amount",
        "?figures" => "total",
        key => key,
    }
}

/// The buyer's name, and the number in the same cell or in the one beside it.
fn party(grid: &Grid, details: &mut Details) {
    let ((name, pieces), (id, id_pieces)) = name_and_id(&grid.value("buyer"));
    grid.put(details, "buyer", &name, &pieces);
    grid.put(details, "buyer_id", &id, &id_pieces);
    for key in ["buyer_id", "buyer_tax_id"] {
        let pieces = grid.value(key);
        let text: String = join(pieces.clone(), "").chars().filter(|c| !c.is_whitespace()).collect();
        grid.put(details, "buyer_id", &text, &pieces);
    }
}

/// The bureau and its code, which share a cell: the code is the word of digits.
fn authority(grid: &Grid, details: &mut Details) {
    let pieces = grid.value("tax_authorities");
    let words: Vec<String> = pieces.iter().map(|p| join(vec![p.clone()], "")).collect();
    let (mut name, mut code) = (String::new(), String::new());
    for word in words.iter().flat_map(|w| w.split_whitespace()) {
        // a code may follow the name without a gap
        let at = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
        let (before, after) = word.split_at(at);
        let digits = after.len() >= 6 && after.bytes().all(|b| b.is_ascii_digit());
        name.push_str(if digits { before } else { word });
        code.push_str(if digits { after } else { "" });
    }
    let optical = grid.sheet.source == Source::Ocr;
    // nine or eleven digits are printed; a longer run is no code
    if (6..=15).contains(&code.len()) || !optical {
        grid.put(details, "tax_authorities_code", &code, &pieces);
    }
    grid.put(details, "tax_authorities", name.trim_matches(['/', '(', ')']), &pieces);
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{self, sheet};
    use super::*;

    /// The form of 2014, filled; a value of two lines stands beside a label of three.
    const PAPER: &[(&str, f32, f32, f32)] = &[
        ("机动车销售统一发票", 190.0, 20.0, 18.0),
        ("发票联", 260.0, 46.0, 12.0),
        ("发票代码", 420.0, 30.0, 9.0),
        ("199002399001", 465.0, 30.0, 9.0),
        ("发票号码", 420.0, 45.0, 9.0),
        ("00990017", 465.0, 45.0, 9.0),
        ("开票日期", 30.0, 60.0, 9.0),
        ("2023-05-08", 80.0, 60.0, 9.0),
        ("机打代码", 30.0, 78.0, 9.0),
        ("199002399001", 90.0, 78.0, 9.0),
        ("机打号码", 30.0, 90.0, 9.0),
        ("00990017", 90.0, 90.0, 9.0),
        ("机器编号", 30.0, 102.0, 9.0),
        ("990000000017", 90.0, 102.0, 9.0),
        ("税", 260.0, 78.0, 9.0),
        ("控", 260.0, 90.0, 9.0),
        ("码", 260.0, 102.0, 9.0),
        ("03*+>/98<4-1", 300.0, 78.0, 9.0),
        ("购买方名称及", 30.0, 120.0, 8.0),
        ("身份证号码/", 30.0, 129.0, 8.0),
        ("组织机构代码", 30.0, 138.0, 8.0),
        ("沈乐", 100.0, 122.0, 9.0),
        ("990100199001010017", 100.0, 136.0, 9.0),
        ("纳税人识别号", 330.0, 129.0, 8.0),
        ("车辆类型", 30.0, 158.0, 9.0),
        ("轿车", 100.0, 158.0, 9.0),
        ("厂牌型号", 200.0, 158.0, 9.0),
        ("样张牌YZ7150N4", 250.0, 158.0, 9.0),
        ("产地", 440.0, 158.0, 9.0),
        ("云泽市", 480.0, 158.0, 9.0),
        ("合格证号", 30.0, 182.0, 9.0),
        ("YZ80X1001351257", 100.0, 182.0, 9.0),
        ("进口证明书号", 200.0, 182.0, 9.0),
        ("商检单号", 440.0, 182.0, 9.0),
        ("发动机号码", 30.0, 206.0, 9.0),
        ("YZQ035277", 100.0, 206.0, 9.0),
        ("车辆识别代号/", 270.0, 201.0, 8.0),
        ("车架号码", 270.0, 211.0, 8.0),
        ("L9WHKJA41PA503493", 350.0, 206.0, 9.0),
        ("价税合计", 30.0, 230.0, 9.0),
        ("⊗壹拾万零伍佰圆整", 100.0, 230.0, 9.0),
        ("小写", 400.0, 230.0, 9.0),
        ("¥100500.00", 440.0, 230.0, 9.0),
        ("销货单位名称", 30.0, 254.0, 9.0),
        ("云泽地址汽车销售有限公司", 100.0, 254.0, 9.0),
        ("电话", 400.0, 254.0, 9.0),
        ("0990-1234567", 440.0, 254.0, 9.0),
        ("纳税人识别号", 30.0, 278.0, 9.0),
        ("919999000000000013", 100.0, 278.0, 9.0),
        ("账号", 400.0, 278.0, 9.0),
        ("9900 1234 5678", 440.0, 278.0, 9.0),
        ("地址", 30.0, 302.0, 9.0),
        ("云泽市石桥区青石路1号", 100.0, 302.0, 9.0),
        ("开户银行", 330.0, 302.0, 9.0),
        ("样张银行云泽支行", 390.0, 302.0, 9.0),
        ("增值税税率", 30.0, 322.0, 8.0),
        ("或征收率", 30.0, 331.0, 8.0),
        ("13%", 100.0, 326.0, 9.0),
        ("增值税税额", 180.0, 326.0, 9.0),
        ("¥11561.95", 240.0, 326.0, 9.0),
        ("主管税务", 330.0, 322.0, 8.0),
        ("机关及代码", 330.0, 331.0, 8.0),
        ("云泽市税务局石桥分局", 390.0, 322.0, 9.0),
        ("19900120300", 390.0, 333.0, 9.0),
        ("不含税价", 30.0, 352.0, 9.0),
        ("小写", 80.0, 352.0, 9.0),
        ("¥88938.05", 110.0, 352.0, 9.0),
        ("完税凭证号码", 200.0, 352.0, 9.0),
        ("吨位", 400.0, 352.0, 9.0),
        ("限乘人数", 470.0, 352.0, 9.0),
        ("5", 530.0, 352.0, 9.0),
        ("销货单位盖章", 60.0, 376.0, 9.0),
        ("开票人", 280.0, 376.0, 9.0),
        ("方远", 330.0, 376.0, 9.0),
        ("备注:一车一票", 430.0, 376.0, 9.0),
    ];

    const EXPECTED: &[(&str, &str)] = &[
        ("title", "机动车销售统一发票"),
        ("code", "199002399001"),
        ("number", "00990017"),
        ("machine_code", "199002399001"),
        ("machine_number", "00990017"),
        ("date", "2023年05月08日"),
        ("buyer", "沈乐"),
        ("buyer_id", "990100199001010017"),
        ("car_type", "轿车"),
        ("car_model", "样张牌YZ7150N4"),
        ("origin", "云泽市"),
        ("certificate_number", "YZ80X1001351257"),
        ("commodity_number", ""),
        ("car_engine_code", "YZQ035277"),
        ("car_code", "L9WHKJA41PA503493"),
        ("total", "100500.00"),
        ("total_cn", "壹拾万零伍佰圆整"),
        ("seller", "云泽地址汽车销售有限公司"),
        ("phone", "0990-1234567"),
        ("seller_tax_id", "919999000000000013"),
        ("account", "990012345678"),
        ("address", "云泽市石桥区青石路1号"),
        ("seller_bank_account", "样张银行云泽支行"),
        ("tax_rate", "13%"),
        ("tax", "11561.95"),
        ("tax_authorities", "云泽市税务局石桥分局"),
        ("tax_authorities_code", "19900120300"),
        ("pretax_amount", "88938.05"),
        ("tax_num", ""),
        ("tonnage", ""),
        ("max_people_num", "5"),
        ("issuer", "方远"),
        ("form_name", "发票联"),
        ("electronic_mark", ""),
    ];

    fn assert_fields(words: &[(&str, f32, f32, f32)], source: Source, expected: &[(&str, &str)]) {
        let mut sheet = sheet(words);
        sheet.source = source;
        let reading = read(&sheet).unwrap();
        assert_eq!(reading.kind, Kind::VehicleSale);
        drawn::assert_fields(&reading.details, expected, &format!("{source:?}"));
    }

    #[test]
    fn the_paper_form() {
        assert_fields(PAPER, Source::TextLayer, EXPECTED);
        // the order of the text says nothing
        let mut words = PAPER.to_vec();
        words.reverse();
        assert_fields(&words, Source::Ocr, EXPECTED);
    }

    #[test]
    fn the_number_may_have_a_cell_of_its_own() {
        let words: Vec<_> = PAPER
            .iter()
            .filter(|w| !matches!(w.0, "身份证号码/" | "组织机构代码" | "990100199001010017" | "纳税人识别号" if w.2 < 150.0))
            .map(|w| if w.0 == "购买方名称及" { ("购买方名称", 30.0, 129.0, 8.0) } else { *w })
            .chain([
                ("纳税人识别号/统一社", 330.0, 120.0, 8.0),
                ("会信用代码/身份证明", 330.0, 129.0, 8.0),
                ("号码", 330.0, 138.0, 8.0),
                ("990100199001010017", 430.0, 129.0, 9.0),
            ])
            .collect();
        assert_fields(&words, Source::TextLayer, EXPECTED);
        assert_fields(&words, Source::Ocr, EXPECTED);
    }

    #[test]
    fn the_electronic_form_has_one_number() {
        let words: Vec<_> = PAPER
            .iter()
            .filter(|w| w.2 > 115.0)
            .copied()
            .chain([
                ("电子发票(机动车销售统一发票)", 190.0, 20.0, 18.0),
                ("发票号码:", 400.0, 50.0, 9.0),
                ("25992000000000000017", 450.0, 50.0, 9.0),
                ("开票日期:", 400.0, 65.0, 9.0),
                ("2025年03月09日", 450.0, 65.0, 9.0),
            ])
            .collect();
        let expected = [
            ("title", "电子发票（机动车销售统一发票）"),
            ("code", ""),
            ("number", "25992000000000000017"),
            ("electronic_number", "25992000000000000017"),
            ("electronic_mark", "1"),
            ("date", "2025年03月09日"),
            ("buyer", "沈乐"),
            ("seller_tax_id", "919999000000000013"),
        ];
        assert_fields(&words, Source::TextLayer, &expected);
    }

    #[test]
    fn values_stamped_too_low_are_moved_back() {
        let labels = LABELS.iter().map(|s| s.text).chain([
            "身份证号码/",
            "组织机构代码",
            "车辆识别代号/",
            "车架号码",
            "或征收率",
            "机关及代码",
            "税",
            "控",
            "码",
        ]);
        let printed: Vec<&str> = labels.chain(["发票联", "发票代码", "发票号码", "开票日期", "机打代码", "机打号码", "机器编号"]).collect();
        let moved = |w: &(&'static str, f32, f32, f32)| if printed.contains(&w.0) || w.2 < 70.0 { *w } else { (w.0, w.1, w.2 + 13.0, w.3) };
        let words: Vec<_> = PAPER.iter().filter(|w| w.0 != "备注:一车一票").map(moved).collect();
        let expected: Vec<_> = EXPECTED.iter().filter(|(key, _)| !key.starts_with("machine")).copied().collect();
        assert_fields(&words, Source::Ocr, &expected);
    }

    #[test]
    fn a_row_of_goods_is_no_vehicle_form() {
        let words = [("机动车销售统一发票", 190.0, 20.0, 18.0), ("厂牌型号", 30.0, 60.0, 9.0), ("备注", 30.0, 300.0, 9.0)];
        assert!(read(&sheet(&words)).is_none());
    }
}
