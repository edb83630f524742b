//! 二手车销售统一发票: who sold which vehicle to whom and for how much, through which dealer, auctioneer or market.

use invoice::details::Details;
use invoice::kind::Kind;

use super::super::grid::Key;
use super::super::labelled::Labelled;
use super::super::signs::extent;
use super::super::{FormReading, counterpart};
use super::{
    Doubtful, faint, grid, head, heading, is_amount, is_said, is_tax_id, is_vin, label, labels, name_and_id, once, section, signed, totals,
};
use crate::layout::Sheet;
use crate::layout::label::{Mark, Spelling};

pub(super) const TITLE: &str = "二手车销售统一发票";
const COPIES: counterpart::Copies = &["发票联", "转移登记联", "出入库联", "记账联", "存根联"];

/// The labels of the grid. Those that several sections have are told apart by the section that they stand in.
const LABELS: &[Spelling<Key>] = &[
    label("electronic_title", "电子发票(二手车销售统一发票)"),
    label("title", TITLE),
    label("buyer", "买方单位/个人"),
    label("buyer_address", "买方单位/个人住址"),
    label("buyer_address", "买方单位/个人地址"),
    label("seller", "卖方单位/个人"),
    label("seller_address", "卖方单位/个人住址"),
    label("seller_address", "卖方单位/个人地址"),
    label("?id", "单位代码/身份证号码"),
    label("?id", "单位代码/身份证号"),
    label("?id", "单位代码/身份证明号码"),
    label("?id", "统一社会信用代码/身份证号码"),
    label("?id", "统一社会信用代码/身份证明号码"),
    label("?id", "单位代码/"),
    label("?id", "统一社会信用代码/"),
    label("?phone", "电话"),
    label("license_plate", "车牌照号"),
    label("license_plate", "车牌号码"),
    label("registration_number", "登记证号"),
    label("car_type", "车辆类型"),
    label("car_code", "车架号/车辆识别代码"),
    label("car_code", "车辆识别代号/车架号码"),
    label("car_code", "车架号/"),
    label("car_code", "车辆识别代号/"),
    label("car_model", "厂牌型号"),
    label("destination_department_of_motor_vehicles", "转入地车辆管理所名称"),
    label("destination_department_of_motor_vehicles", "转入地车辆车管所名称"),
    label("destination_department_of_motor_vehicles", "转入地车辆管理所"),
    label("destination_department_of_motor_vehicles", "转入地车辆"),
    label("total_cn", "车价合计"),
    label("total", "小写"),
    label("auction_company", "经营、拍卖单位"),
    label("auction_company", "经营拍卖单位"),
    label("auction_address", "经营、拍卖单位地址"),
    label("auction_address", "经营拍卖单位地址"),
    label("?tax_id", "统一社会信用代码/纳税人识别号"),
    label("?tax_id", "纳税人识别号"),
    label("?bank", "开户银行、账号"),
    label("?bank", "开户银行、帐号"),
    label("?bank", "开户银行及账号"),
    label("?bank", "开户银行账号"),
    label("?bank", "开户行、账号"),
    label("?bank", "开户银行"),
    label("company_name", "二手车市场"),
    label("?address", "地址"),
    label("remark", "备注"),
    label("seal", "开票单位(盖章)"),
    label("seal", "开票单位"),
    label("issuer", "开票人"),
];

/// Labels that stand in one row behind another.
const PARTNERS: &[(Key, Spelling<Key>)] = &[
    ("buyer_address", label("?phone", "电话")),
    ("seller_address", label("?phone", "电话")),
    ("auction_address", label("?phone", "电话")),
    ("?address", label("?phone", "电话")),
    ("license_plate", label("registration_number", "登记证号")),
    ("registration_number", label("car_type", "车辆类型")),
    ("car_code", label("car_model", "厂牌型号")),
    ("total_cn", label("total", "小写")),
];

/// How labels that wrap are printed in full.
fn whole(key: Key) -> &'static [&'static str] {
    match key {
        "buyer_id" | "seller_id" | "?id" => {
            &["单位代码/身份证号码", "单位代码/身份证明号码", "统一社会信用代码/身份证明号码", "统一社会信用代码/身份证号码"]
        }
        "car_code" => &["车架号/车辆识别代码", "车辆识别代号/车架号码"],
        "destination_department_of_motor_vehicles" => &["转入地车辆管理所名称", "转入地车辆车管所名称"],
        "total_cn" => &["车价合计(大写)"],
        "auction_address" => &["经营、拍卖单位地址"],
        "auction_bank_account" | "company_bank_account" | "?bank" => &["开户银行、账号", "开户银行及账号"],
        "auction_tax_id" | "company_tax_id" | "?tax_id" => &["统一社会信用代码/纳税人识别号"],
        _ => &[],
    }
}

/// Reads the form, or tells that the sheet holds another.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &counterpart::upright(sheet);
    let mut labelled = labels(sheet, LABELS, PARTNERS, whole);
    sides(&mut labelled);
    once(&mut labelled);
    let marks = labelled.marks.clone();
    let grid = grid(&labelled, |mark| settle(&marks, mark), whole);
    let of_form = ["buyer", "seller", "license_plate", "registration_number", "destination_department_of_motor_vehicles", "company_name"];
    if of_form.iter().filter(|key| grid.has(key)).count() < 3 {
        return None;
    }
    let mut details = Details::new();
    head(&labelled, TITLE, &mut details);
    // a number that was read with the name before it, its label unread
    for (key, id_key) in [("buyer", "buyer_id"), ("seller", "seller_id")] {
        let ((name, pieces), (id, id_pieces)) = name_and_id(&grid.value(key));
        if grid.value(id_key).is_empty() && !name.is_empty() && !id.is_empty() {
            grid.put(&mut details, key, &name, &pieces);
            grid.put(&mut details, id_key, &id, &id_pieces);
        }
    }
    for key in [
        "buyer",
        "buyer_address",
        "seller",
        "seller_address",
        "car_type",
        "car_model",
        "destination_department_of_motor_vehicles",
        "auction_company",
        "auction_address",
        "auction_bank_account",
        "company_name",
        "company_address",
        "company_bank_account",
        "remark",
    ] {
        grid.text(&mut details, key);
    }
    for key in [
        "buyer_id",
        "buyer_tel",
        "seller_id",
        "seller_tel",
        "license_plate",
        "registration_number",
        "car_code",
        "auction_tax_id",
        "auction_phone",
        "company_tax_id",
        "company_phone",
    ] {
        grid.bare(&mut details, key);
    }
    totals(&grid, &mut details);
    signed(&grid, &mut details, "issuer");
    counterpart::read(sheet, COPIES, &mut details);
    let heading = heading(&labelled, &details);
    let area = extent(sheet);
    let faint = faint(&grid, DOUBTFUL, area.right);
    Some(FormReading { heading, faint, ..FormReading::new(Kind::UsedVehicleSale, details, area) })
}

/// What is looked at again where it is not what it must be.
const DOUBTFUL: &[Doubtful] =
    &[("total", is_amount), ("total_cn", is_said), ("car_code", is_vin), ("auction_tax_id", is_tax_id), ("company_tax_id", is_tax_id)];

/// 买 and 卖 look alike, and the labels of buyer and seller differ in that alone: one that was misread as another character is told by the order of the rows.
fn sides(labelled: &mut Labelled<Key>) {
    const ROWS: [Key; 4] = ["buyer", "buyer_address", "seller", "seller_address"];
    let row = |m: &Mark<Key>| ROWS.iter().position(|key| *key == m.label);
    let first = |m: &Mark<Key>| m.at.first().map(|at| labelled.sheet.spans[at.span].glyphs[at.glyph].ch);
    let (known, doubtful): (Vec<usize>, Vec<usize>) = (0..labelled.marks.len())
        .filter(|at| row(&labelled.marks[*at]).is_some())
        .partition(|at| matches!(first(&labelled.marks[*at]), Some('买' | '卖')));
    let height = |at: usize| labelled.marks[at].area.center().y;
    let known: Vec<(usize, f32)> = known.into_iter().filter_map(|at| Some((row(&labelled.marks[at])?, height(at)))).collect();
    let settled = doubtful.into_iter().filter_map(|at| {
        let own = row(&labelled.marks[at])?;
        let in_order = |place: &usize| known.iter().all(|(other, y)| other != place && (other < place) == (*y < height(at)));
        // names are in the first row of a party, addresses in the second
        let mut fits = [own % 2, own % 2 + 2].into_iter().filter(in_order);
        Some((at, fits.next().filter(|_| fits.next().is_none())?))
    });
    for (at, place) in settled.collect::<Vec<_>>() {
        labelled.marks[at].label = ROWS[place];
    }
}

/// Which cell a label that several sections have belongs to; nothing for one that stands in no section.
fn settle(marks: &[Mark<Key>], mark: &Mark<Key>) -> Option<Key> {
    if !mark.label.starts_with(super::SHARED) {
        return Some(mark.label);
    }
    // the dealer's own row of address counts as the dealer, and an unread first row of a party is told by its second
    let anchors = ["buyer", "buyer_address", "seller", "seller_address", "auction_company", "auction_address", "company_name"];
    let section = section(marks, mark, &anchors)?;
    Some(match (mark.label, section) {
        ("?id", "buyer" | "buyer_address") => "buyer_id",
        ("?id", "seller" | "seller_address") => "seller_id",
        ("?phone", "buyer" | "buyer_address") => "buyer_tel",
        ("?phone", "seller" | "seller_address") => "seller_tel",
        ("?phone", "auction_company" | "auction_address") => "auction_phone",
        ("?phone", "company_name") => "company_phone",
        ("?tax_id" | "?id", "auction_company" | "auction_address") => "auction_tax_id",
        ("?tax_id" | "?id", "company_name") => "company_tax_id",
        ("?bank", "auction_company" | "auction_address") => "auction_bank_account",
        ("?bank", "company_name") => "company_bank_account",
        ("?address", "auction_company") => "auction_address",
        ("?address", "company_name") => "company_address",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;

    use super::super::super::drawn::{self, sheet};
    use super::*;

    const PAPER: &[(&str, f32, f32, f32)] = &[
        ("二手车销售统一发票", 190.0, 20.0, 18.0),
        ("第二联转移登记联", 420.0, 15.0, 9.0),
        ("发票代码", 420.0, 30.0, 9.0),
        ("099002300017", 465.0, 30.0, 9.0),
        ("发票号码", 420.0, 45.0, 9.0),
        ("00990018", 465.0, 45.0, 9.0),
        ("开票日期:2023年5月8日", 30.0, 60.0, 9.0),
        ("机打代码", 30.0, 78.0, 9.0),
        ("099002300017", 90.0, 78.0, 9.0),
        ("机打号码", 30.0, 90.0, 9.0),
        ("00990018", 90.0, 90.0, 9.0),
        ("机器编号", 30.0, 102.0, 9.0),
        ("990000000018", 90.0, 102.0, 9.0),
        ("买方单位/个人", 30.0, 122.0, 9.0),
        ("云泽样张有限公司", 110.0, 122.0, 9.0),
        ("单位代码/", 330.0, 117.0, 8.0),
        ("身份证号码", 330.0, 127.0, 8.0),
        ("919999000000000013", 400.0, 122.0, 9.0),
        ("买方单位/个人住址", 30.0, 142.0, 9.0),
        ("云泽市石桥区青石路1号", 120.0, 142.0, 9.0),
        ("电话", 330.0, 142.0, 9.0),
        ("0990-1111111", 400.0, 142.0, 9.0),
        ("卖方单位/个人", 30.0, 162.0, 9.0),
        ("沈乐", 110.0, 162.0, 9.0),
        ("单位代码/身份证号码", 300.0, 162.0, 9.0),
        ("990100199001010017", 400.0, 162.0, 9.0),
        ("卖方单位/个人住址", 30.0, 182.0, 9.0),
        ("北屿市望川区文渊路2号", 120.0, 182.0, 9.0),
        ("电话", 330.0, 182.0, 9.0),
        ("13900000000", 400.0, 182.0, 9.0),
        ("车牌照号", 30.0, 202.0, 9.0),
        ("样A99001", 110.0, 202.0, 9.0),
        ("登记证号", 200.0, 202.0, 9.0),
        ("990027731473", 260.0, 202.0, 9.0),
        ("车辆类型", 380.0, 202.0, 9.0),
        ("小型轿车", 440.0, 202.0, 9.0),
        ("车架号/", 30.0, 217.0, 8.0),
        ("车辆识别代码", 30.0, 227.0, 8.0),
        ("L9WHKJA41PA503493", 110.0, 222.0, 9.0),
        ("厂牌型号", 210.0, 222.0, 9.0),
        ("样张牌YZ7150N4", 260.0, 222.0, 9.0),
        ("转入地车辆", 380.0, 217.0, 8.0),
        ("管理所名称", 380.0, 227.0, 8.0),
        ("云泽市车辆管理所", 440.0, 222.0, 9.0),
        ("车价合计(大写)", 30.0, 242.0, 9.0),
        ("⊗捌万捌仟圆整", 110.0, 242.0, 9.0),
        ("小写:¥88000.00", 380.0, 242.0, 9.0),
        ("经营、拍卖单位", 30.0, 262.0, 9.0),
        ("云泽拾光拍卖有限公司", 110.0, 262.0, 9.0),
        ("经营、拍卖单位地址", 30.0, 282.0, 9.0),
        ("云泽市柳湖区梧桐巷3号", 125.0, 282.0, 9.0),
        ("纳税人识别号", 330.0, 282.0, 9.0),
        ("919999000000000021", 400.0, 282.0, 9.0),
        ("开户银行、账号", 30.0, 302.0, 9.0),
        ("样张银行云泽支行 9900111122223333", 110.0, 302.0, 9.0),
        ("电话", 330.0, 302.0, 9.0),
        ("0990-2222222", 400.0, 302.0, 9.0),
        ("二手车市场", 30.0, 322.0, 9.0),
        ("二手车市场(云泽)管理有限公司", 110.0, 322.0, 9.0),
        ("纳税人识别号", 330.0, 322.0, 9.0),
        ("919999000000000039", 400.0, 322.0, 9.0),
        ("地址", 30.0, 342.0, 9.0),
        ("云泽市沙渡区白沙中路4号", 110.0, 342.0, 9.0),
        ("开户银行、账号", 30.0, 362.0, 9.0),
        ("中样银行青岬支行 9900444455556666", 110.0, 362.0, 9.0),
        ("电话", 330.0, 362.0, 9.0),
        ("0990-3333333", 400.0, 362.0, 9.0),
        ("备注", 30.0, 382.0, 9.0),
        ("开票单位(盖章)", 60.0, 402.0, 9.0),
        ("开票人", 330.0, 402.0, 9.0),
        ("袁小满", 380.0, 402.0, 9.0),
    ];

    const EXPECTED: &[(&str, &str)] = &[
        ("title", "二手车销售统一发票"),
        ("code", "099002300017"),
        ("number", "00990018"),
        ("machine_code", "099002300017"),
        ("machine_number", "00990018"),
        ("machine_id", "990000000018"),
        ("date", "2023年05月08日"),
        ("total", "88000.00"),
        ("total_cn", "捌万捌仟圆整"),
        ("buyer", "云泽样张有限公司"),
        ("buyer_id", "919999000000000013"),
        ("buyer_address", "云泽市石桥区青石路1号"),
        ("buyer_tel", "0990-1111111"),
        ("seller", "沈乐"),
        ("seller_id", "990100199001010017"),
        ("seller_address", "北屿市望川区文渊路2号"),
        ("seller_tel", "13900000000"),
        ("license_plate", "样A99001"),
        ("registration_number", "990027731473"),
        ("car_type", "小型轿车"),
        ("car_code", "L9WHKJA41PA503493"),
        ("car_model", "样张牌YZ7150N4"),
        ("destination_department_of_motor_vehicles", "云泽市车辆管理所"),
        ("auction_company", "云泽拾光拍卖有限公司"),
        ("auction_address", "云泽市柳湖区梧桐巷3号"),
        ("auction_tax_id", "919999000000000021"),
        ("auction_bank_account", "样张银行云泽支行 9900111122223333"),
        ("auction_phone", "0990-2222222"),
        ("company_name", "二手车市场(云泽)管理有限公司"),
        ("company_tax_id", "919999000000000039"),
        ("company_address", "云泽市沙渡区白沙中路4号"),
        ("company_bank_account", "中样银行青岬支行 9900444455556666"),
        ("company_phone", "0990-3333333"),
        ("remark", ""),
        ("issuer", "袁小满"),
        ("form_type", "第二联"),
        ("form_name", "转移登记联"),
    ];

    #[test]
    fn the_paper_form() {
        for source in [Source::TextLayer, Source::Ocr] {
            let mut sheet = sheet(PAPER);
            sheet.source = source;
            let reading = read(&sheet).unwrap();
            assert_eq!(reading.kind, Kind::UsedVehicleSale);
            drawn::assert_fields(&reading.details, EXPECTED, &format!("{source:?}"));
        }
    }

    #[test]
    fn a_party_whose_label_lost_its_first_character_is_told_by_the_order_of_the_rows() {
        let rows = |labels: [&'static str; 4]| {
            let words: Vec<(&str, f32, f32, f32)> =
                labels.into_iter().enumerate().map(|(row, text)| (text, 20.0, 20.0 + 30.0 * row as f32, 10.0)).collect();
            let mut sheet = sheet(&words);
            sheet.source = invoice::details::Source::Ocr;
            let mut labelled = labels_of(&sheet);
            sides(&mut labelled);
            labelled.marks.iter().map(|m| m.label).collect::<Vec<_>>()
        };
        let all = ["buyer", "buyer_address", "seller", "seller_address"];
        for labels in [
            ["买方单位/个人", "买方单位/个人住址", "要方单位/个人", "携方单位/个人住址"],
            ["要方单位/个人", "要方单位/个人住址", "卖方单位/个人", "卖方单位/个人住址"],
            ["买方单位/个人", "要方单位/个人住址", "要方单位/个人", "卖方单位/个人住址"],
        ] {
            assert_eq!(rows(labels), all, "{labels:?}");
        }
    }

    fn labels_of(sheet: &Sheet) -> Labelled<Key> {
        labels(sheet, LABELS, PARTNERS, whole)
    }

    #[test]
    fn a_name_that_runs_into_its_label_is_no_end_of_a_longer_one() {
        let words: Vec<_> = PAPER
            .iter()
            .filter(|w| w.0 != "云泽样张有限公司")
            .map(|w| if w.0 == "买方单位/个人" { ("买方单位/个人 方子墨", w.1, w.2, w.3) } else { *w })
            .collect();
        let mut sheet = sheet(&words);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!((details.text("buyer"), details.text("buyer_address")), ("方子墨", "云泽市石桥区青石路1号"));
    }

    #[test]
    fn what_is_not_filled_in_is_absent() {
        let words: Vec<_> =
            PAPER.iter().filter(|w| !(w.2 > 250.0 && w.2 < 360.0 && w.1 > 100.0 && !w.0.contains(['电', '纳']))).copied().collect();
        let details = read(&sheet(&words)).unwrap().details;
        for key in ["auction_company", "auction_address", "auction_tax_id", "auction_phone", "company_name", "company_tax_id"] {
            assert_eq!(details.text(key), "", "{key}");
        }
        assert_eq!(details.text("company_phone"), "0990-3333333");
    }
}
