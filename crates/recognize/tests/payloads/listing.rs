//! Names and values: custom data, Info entries, and XML with Chinese or pinyin elements.

use document::payload::Payload;
use insta::assert_json_snapshot;
use invoice::kind::Kind;
use recognize::payloads::map;

use crate::{column, mapped, payload, text, view};

fn pairs(info: bool, list: &[(&str, &str)]) -> Payload {
    Payload::Pairs { info, pairs: list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect() }
}

#[test]
fn custom_data_of_a_vat_invoice() {
    let read = map(&pairs(
        false,
        &[
            ("template-version", "1.0"),
            ("发票代码", "033009900911"),
            ("发票号码", "99000017"),
            ("合计税额", "***"),
            ("合计金额", "181.14"),
            ("开票日期", "2020年11月12日"),
            ("校验码", "00000 11111 22222 33333"),
            ("购买方纳税人识别号", "91990000MA0SAMPLE8"),
            ("销售方名称", "样张有限公司"),
            ("价税合计", "181.14"),
        ],
    ));
    assert_json_snapshot!(view(&read.expect("an invoice")));
}

#[test]
fn custom_data_of_a_digital_invoice_names_no_total_and_no_kind() {
    let read =
        map(&pairs(false, &[("发票号码", "26990000000000000017"), ("合计金额", "4197.17"), ("合计税额", "251.83")])).expect("an invoice");
    assert_eq!(read.kind, None);
    assert_eq!((text(&read, "pretax_amount"), text(&read, "tax")), ("4197.17", "251.83"));
    assert!(!read.details.has("total"));
}

#[test]
fn info_entries_of_a_digital_pdf() {
    let list = [
        ("Producer", "样张"),
        ("InvoiceNumber", "26990000000000000017"),
        ("SellerIdNum", "91990000MA0SAMPLE7"),
        ("IssueTime", "2026-03-05"),
        ("TotalAmWithoutTax", "300.00"),
        ("TotalTax-includedAmount", "327.00"),
        ("TotalTaxAm", "27.00"),
    ];
    let read = map(&pairs(true, &list)).expect("an invoice");
    assert_eq!((text(&read, "date"), text(&read, "total")), ("2026年03月05日", "327.00"));
}

#[test]
fn pairs_without_an_invoice_number_give_nothing() {
    for list in [
        &[("Producer", "样张"), ("Title", "发票号码")][..],
        &[("发票号码", "见附件"), ("合计金额", "1.00")],
        &[("InvoiceNumber", "INV-17")],
        &[],
    ] {
        assert_eq!(map(&pairs(true, list)), None, "{list:?}");
    }
}

const RED: &str = "<发票><发票类型>电子发票（普通发票）</发票类型><发票号码>26990000000000000017</发票号码><开票日期>2026-09-18</开票日期>\
    <购买方名称>样张贸易有限公司</购买方名称><购买方纳税人识别号>91990000MA0SAMPLE8</购买方纳税人识别号>\
    <销售方名称>样张五金有限公司</销售方名称><销售方纳税人识别号>91990000MA0SAMPLE7</销售方纳税人识别号>\
    <明细><项目><项目名称>*样张*甲</项目名称><规格型号>1号</规格型号><单位>件</单位><数量>-2</数量><单价>100</单价><金额>-200.00</金额>\
    <税率>0.06</税率><税额>-12.00</税额></项目></明细>\
    <合计金额>-200.00</合计金额><合计税额>-12.00</合计税额><价税合计>-212.00</价税合计>\
    <被红冲蓝字发票号码>26990000000000000009</被红冲蓝字发票号码><备注>红冲：样张退回</备注></发票>";

#[test]
fn chinese_elements_of_a_red_letter_invoice() {
    assert_json_snapshot!(view(&mapped(RED)));
}

#[test]
fn chinese_elements_without_type_or_number() {
    let untyped = mapped(&RED.replace("电子发票（普通发票）", ""));
    assert_eq!(untyped.kind, None);
    assert_eq!(map(&payload(&RED.replace(">26990000000000000017<", ">待开<"))), None);
    assert_eq!(map(&payload("<回单><流水号>26990000000000000017</流水号><金额>1.00</金额></回单>")), None);
}

/// A pinyin export whose row has these elements for quantity and rate.
fn pinyin(row: &str) -> String {
    format!(
        "<business><FPXX><FPDM>033009900911</FPDM><FPHM>99000017</FPHM><KPRQ>20210607101112</KPRQ><XSF_MC>样张五金有限公司</XSF_MC>\
         <XSF_NSRSBH>91990000MA0SAMPLE7</XSF_NSRSBH><GMF_MC>样张贸易有限公司</GMF_MC><HJJE>100.00</HJJE><HJSE>3.00</HJSE><JSHJ>103.00</JSHJ>\
         <KPR>样张甲</KPR><BZ>样张备注</BZ><XMXXS><XMXX><XMMC>*样张*甲</XMMC><DW>件</DW>{row}<XMJE>100.00</XMJE><SE>3.00</SE></XMXX></XMXXS></FPXX></business>"
    )
}

#[test]
fn pinyin_elements() {
    let read = mapped(&pinyin("<XMSL>4</XMSL><XMDJ>25</XMDJ><SL>0.03</SL>"));
    assert_eq!(read.kind, Some(Kind::VatElectronic));
    assert_json_snapshot!(view(&read));
}

#[test]
fn sl_is_quantity_or_rate_by_its_neighbours() {
    for (row, quantity, rate) in [
        ("<XMSL>4</XMSL><SL>0.03</SL>", "4", "3%"),
        ("<SL>4</SL><SLV>0.03</SLV>", "4", "3%"),
        ("<SL>4</SL>", "", ""),
        ("<XMSL>4</XMSL><SLV>3%</SLV>", "4", "3%"),
    ] {
        let read = mapped(&pinyin(row));
        assert_eq!(column(&read, "items", "quantity"), [quantity], "{row}");
        assert_eq!(column(&read, "items", "tax_rate"), [rate], "{row}");
    }
}

#[test]
fn requests_to_issue_have_no_number_and_give_nothing() {
    let request = pinyin("").replace("<FPHM>99000017</FPHM>", "");
    assert_eq!(map(&payload(&request)), None);
}
