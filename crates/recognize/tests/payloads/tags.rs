//! OFD custom tags.

use document::page::Rect;
use document::payload::{Payload, Tag};
use insta::assert_json_snapshot;
use invoice::kind::Kind;
use recognize::payloads::{Mapped, map};

use crate::{column, text, view};

/// The place of an object in the table: a column's left edge and the top of its line.
fn at(left: f32, top: f32) -> Rect {
    Rect { left, top, right: left + 60.0, bottom: top + 12.0 }
}

/// A tag whose objects stand there.
fn tag(path: &str, values: &[(&str, Rect)]) -> Tag {
    Tag {
        path: path.split('/').map(str::to_owned).collect(),
        group: None,
        values: values.iter().map(|(v, _)| (*v).to_owned()).collect(),
        areas: values.iter().map(|(_, a)| *a).collect(),
        page: 0,
    }
}

fn grouped(path: &str, group: usize, value: &str) -> Tag {
    Tag { group: Some(group), ..tag(path, &[(value, at(0.0, 100.0))]) }
}

fn read(root: &str, tags: Vec<Tag>) -> Option<Mapped> {
    map(&Payload::Tags { root: root.to_owned(), tags })
}

/// The tags of a 数电票 above and below its table.
fn frame() -> Vec<Tag> {
    let amount = |path: &str, digits: &str, top: f32| tag(path, &[("¥", at(300.0, top)), (digits, at(310.0, top))]);
    vec![
        tag("InvoiceNo", &[("26990000000000000017", at(480.0, 30.0))]),
        tag("IssueDate", &[("2026年03月05日 ", at(480.0, 45.0))]),
        tag("Buyer/BuyerName", &[("样张贸易有限", at(50.0, 90.0)), ("公司", at(50.0, 102.0))]),
        tag("Buyer/BuyerTaxID", &[("91990000MA0SAMPLE8", at(150.0, 120.0))]),
        tag("Seller/SellerName", &[("样张软件有限公司", at(350.0, 90.0))]),
        tag("Seller/SellerTaxID", &[("91990000MA0SAMPLE7", at(450.0, 120.0))]),
        amount("TaxExclusiveTotalAmount", "300.00", 260.0),
        amount("TaxTotalAmount", "18.00", 261.0),
        amount("TaxInclusiveTotalAmount", "318.00", 280.0),
        tag("InvoiceClerk", &[("样张甲", at(90.0, 360.0))]),
        tag("InvoiceClerk", &[("样张甲", at(90.0, 800.0))]),
        tag("Note", &[("收款人:样张乙;复核", at(40.0, 300.0)), ("人:样张丙;", at(40.0, 312.0))]),
    ]
}

#[test]
fn every_field_of_a_digital_invoice() {
    let mut tags = frame();
    tags.extend([
        tag("Item", &[("*信息技术服务*", at(10.0, 160.0)), ("样张维护费", at(10.0, 172.0))]),
        tag("Specification", &[("2026", at(110.0, 160.0))]),
        tag("MeasurementDimension", &[("项", at(160.0, 160.0))]),
        tag("Quantity", &[("1", at(200.0, 160.0))]),
        tag("Price", &[("300", at(250.0, 160.0))]),
        tag("Amount", &[("300.00", at(320.0, 160.0))]),
        tag("TaxScheme", &[("6%", at(400.0, 160.0))]),
        tag("TaxAmount", &[("18.00", at(470.0, 160.0))]),
    ]);
    assert_json_snapshot!(view(&read("root", tags).expect("an invoice")));
}

#[test]
fn fields_know_where_they_stand() {
    let read = read("root", frame()).expect("an invoice");
    assert_eq!(read.page, Some(0));
    let area = |key: &str| read.details.get(key).and_then(|f| f.area);
    assert_eq!(area("buyer"), Some([50.0, 90.0, 110.0, 114.0]));
    assert_eq!(area("total"), Some([300.0, 280.0, 370.0, 292.0]));
}

#[test]
fn a_lone_currency_sign_is_no_total() {
    let mut tags = frame();
    tags.retain(|t| t.path != ["TaxInclusiveTotalAmount"]);
    tags.push(tag("TaxInclusiveTotalAmount", &[("¥", at(300.0, 280.0))]));
    assert!(!read("root", tags).expect("an invoice").details.has("total"));
}

#[test]
fn flat_cells_are_joined_to_rows_by_their_height() {
    let cell = |name: &str, text: &str, left: f32, top: f32| tag(name, &[(text, at(left, top))]);
    let mut tags = frame();
    // the tags come column by column, the second row is a discount without quantity and unit
    tags.extend([
        tag("Item", &[("*样张*甲", at(10.0, 160.0)), ("加长型", at(10.0, 172.0))]),
        cell("Item", "*样张*甲", 10.0, 184.0),
        cell("Item", "*样张*乙", 10.0, 196.0),
        cell("Quantity", "3", 200.0, 196.5),
        cell("Quantity", "2", 200.0, 159.0),
        cell("MeasurementDimension", "件", 160.0, 160.0),
        cell("Amount", "-10.00", 320.0, 184.0),
        cell("Amount", "210.00", 320.0, 160.0),
        cell("Amount", "100.00", 320.0, 196.0),
        cell("TaxScheme", "6%", 400.0, 160.0),
        cell("TaxScheme", "6%", 400.0, 184.0),
        cell("TaxScheme", "免税", 400.0, 196.0),
        cell("TaxAmount", "12.60", 470.0, 160.0),
        cell("TaxAmount", "-0.60", 470.0, 184.0),
        cell("TaxAmount", "***", 470.0, 196.0),
    ]);
    let read = read("root", tags).expect("an invoice");
    for (key, expected) in [
        ("name", ["*样张*甲加长型", "*样张*甲", "*样张*乙"]),
        ("unit", ["件", "", ""]),
        ("quantity", ["2", "", "3"]),
        ("total", ["210.00", "-10.00", "100.00"]),
        ("tax_rate", ["6%", "6%", "免税"]),
        ("tax", ["12.60", "-0.60", "***"]),
    ] {
        assert_eq!(column(&read, "items", key), expected, "{key}");
    }
    assert_eq!(text(&read, "item_names"), "*样张*甲加长型,*样张*甲,*样张*乙");
}

#[test]
fn lines_of_a_name_that_are_tagged_apart_are_joined() {
    let cell = |name: &str, text: &str, top: f32| tag(name, &[(text, at(10.0, top))]);
    // rows hang from their first line
    let hanging = [("*样张*甲", 160.0), ("加长型", 172.0), ("*样张*乙", 184.0), ("红色", 196.0)];
    // cells are centred in rows of two lines
    let centred = [("*样张*甲", 154.0), ("加长型", 166.0), ("*样张*乙", 178.0), ("红色", 190.0)];
    for lines in [hanging, centred] {
        let mut tags = frame();
        tags.extend(lines.iter().map(|(text, top)| cell("Item", text, *top)));
        tags.extend([cell("Amount", "100.00", 160.0), cell("Amount", "200.00", 184.0)]);
        let read = read("root", tags).expect("an invoice");
        assert_eq!(column(&read, "items", "name"), ["*样张*甲加长型", "*样张*乙红色"], "{lines:?}");
    }
}

#[test]
fn rows_go_on_over_pages() {
    let cell = |name: &str, text: &str, page: usize, top: f32| Tag { page, ..tag(name, &[(text, at(10.0, top))]) };
    let mut tags = frame();
    for (page, tops) in [(0, [160.0, 172.0]), (1, [80.0, 92.0])] {
        for (i, top) in tops.into_iter().enumerate() {
            tags.push(cell("Amount", &format!("{page}{i}.00"), page, top));
            tags.push(cell("Item", &format!("*样张*{page}{i}"), page, top));
        }
    }
    tags.push(cell("Quantity", "7", 1, 80.0));
    let read = read("root", tags).expect("an invoice");
    assert_eq!(column(&read, "items", "name"), ["*样张*00", "*样张*01", "*样张*10", "*样张*11"]);
    assert_eq!(column(&read, "items", "quantity"), ["", "", "7", ""]);
    assert_eq!(read.details.rows("items")[2]["total"].page, 1);
}

#[test]
fn a_2020_invoice_has_containers() {
    let field = |path: &str, value: &str| tag(path, &[(value, at(10.0, 10.0))]);
    let goods = |group: usize, amount: &str| -> Vec<Tag> {
        let cells = [("Item", "*样张*甲"), ("Amount", amount), ("TaxScheme", "6%"), ("TaxAmount", "6.00")];
        cells.into_iter().map(|(name, value)| grouped(&format!("GoodsInfos/GoodsInfo/{name}"), group, value)).collect()
    };
    let mut tags = vec![
        field("InvoiceCode", "015009900913"),
        field("InvoiceNo", "99000017"),
        tag("IssueDate", &[("2021", at(0.0, 0.0)), ("06", at(9.0, 0.0)), ("07", at(18.0, 0.0))]),
        field("InvoiceCheckCode", "00000 11111 22222 33333"),
        tag("TaxControlCode", &[("0+-*", at(0.0, 0.0)), ("1<>/", at(0.0, 9.0))]),
        field("Seller/SellerAddrTel", "样张路1号 000-1"),
        field("Payee", "样张乙"),
    ];
    tags.extend(goods(0, "100.00"));
    tags.extend(goods(1, "200.00"));
    let read = read("eInvoice", tags).expect("an invoice");
    assert_eq!(read.kind, Some(Kind::VatSpecial));
    for (key, value) in [
        ("title", "内蒙古增值税电子专用发票"),
        ("date", "2021年06月07日"),
        ("check_code", "00000111112222233333"),
        ("ciphertext", "0+-*,1<>/"),
        ("receiptor", "样张乙"),
    ] {
        assert_eq!(text(&read, key), value, "{key}");
    }
    assert_eq!(column(&read, "items", "total"), ["100.00", "200.00"]);
}

#[test]
fn paths_of_the_xml_are_a_dialect_too() {
    let field = |path: &str, value: &str| tag(path, &[(value, at(10.0, 10.0))]);
    let read = read(
        "EInvoice",
        vec![
            field("TaxSupervisionInfo/InvoiceNumber", "26990000000000000017"),
            field("TaxSupervisionInfo/IssueTime/ObjectData", "2026年03月05日"),
            field("Header/InherentLabel/GeneralOrSpecialVAT/LabelName", "普通发票"),
            field("EInvoiceData/SellerInformation/SellerName/ObjectData", "样张软件有限公司"),
            field("EInvoiceData/BasicInformation/TotalAmWithoutTax", "¥300.00"),
            field("EInvoiceData/BasicInformation/TotalTax-includedAmount", "¥"),
            field("EInvoiceData/IssuItemInformation/ItemName", "*样张*甲"),
            field("EInvoiceData/IssuItemInformation/Amount", "300.00"),
            field("EInvoiceData/IssuItemInformation/TaxRate", "6%"),
        ],
    )
    .expect("an invoice");
    assert_eq!((read.kind, text(&read, "title")), (Some(Kind::DigitalOrdinary), "电子发票（普通发票）"));
    assert_eq!((text(&read, "date"), text(&read, "pretax_amount")), ("2026年03月05日", "300.00"));
    assert_eq!(column(&read, "items", "tax_rate"), ["6%"]);
    assert!(!read.details.has("total"));
}

#[test]
fn tags_without_an_invoice_number_give_nothing() {
    assert_eq!(read("root", Vec::new()), None);
    assert_eq!(read("root", vec![tag("Note", &[("样张", at(0.0, 0.0))])]), None);
    assert_eq!(read("root", vec![tag("InvoiceNo", &[])]), None);
}
