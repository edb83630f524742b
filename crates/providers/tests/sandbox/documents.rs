//! What the sandbox draws is what our own reader reads, field by field.

use invoice::kind::Kind;
use issue::order::{AskedRow, Extent, Form, Format, Goods, Order, Request, Row, RowKind, State, Untaxed};
use recognize::{Found, Options, Reader};
use serde_json::json;

use crate::house::{House, dec, request};
use crate::sandbox::with;

/// No eyes: digital documents are read from their data and their text, never from a picture of them.
fn reader() -> Reader {
    Reader::new(Err(ocr::error::Error::Engine("no eyes".to_owned())))
}

async fn read(house: &House, order: &Order, place: usize, format: Format) -> Found {
    let key = &order.progress.invoices[place].document(format).unwrap_or_else(|| panic!("no {format:?}")).key;
    let bytes = house.document(key).await;
    assert!(format.fits(&bytes));
    let mut reading = reader().read(&bytes, &Options::default()).unwrap();
    assert_eq!(reading.results.len(), 1);
    reading.results.remove(0)
}

/// Every field that the content says.
fn assert_says(found: &Found, order: &Order, place: usize, rows: &[Row], sign: i64) {
    let (content, invoice) = (&order.content, &order.progress.invoices[place]);
    let kind = if content.form == Form::Special { Kind::DigitalSpecial } else { Kind::DigitalOrdinary };
    assert_eq!(found.kind, kind);
    let text = |key: &str| found.details.text(key).to_owned();
    let folded = |text: &str| invoice::fold::compact(text);
    assert_eq!(text("number"), invoice.number);
    assert_eq!(text("date"), "2026年01月01日");
    assert_eq!(folded(&text("buyer")), folded(&content.buyer.name));
    assert_eq!(text("buyer_tax_id"), content.buyer.tax_id.as_ref().map(ToString::to_string).unwrap_or_default());
    assert_eq!(folded(&text("seller")), folded(&content.seller.name));
    assert_eq!(text("seller_tax_id"), content.seller.tax_id.as_str());
    let amount = |key: &str| invoice::amount::parse(&text(key));
    assert_eq!((amount("pretax_amount"), amount("total")), (invoice.net, invoice.gross), "{}", text("total"));
    assert_eq!(invoice::words::parse(&text("total_cn")), invoice.gross);
    assert_eq!(text("issuer"), content.people.issuer);
    let items = found.details.rows("items");
    assert_eq!(items.len(), rows.len());
    for (item, row) in items.iter().zip(rows) {
        let cell = |key: &str| item.get(key).map_or("", |field| field.value.as_str());
        let sign = rust_decimal::Decimal::from(sign);
        assert!(folded(cell("name")).ends_with(&format!("*{}", folded(&row.name))), "{}", cell("name"));
        assert_eq!(cell("specification"), row.specification);
        assert_eq!(cell("unit"), row.unit);
        assert_eq!(invoice::amount::parse(cell("total")), Some(row.net * sign));
        assert_eq!(invoice::amount::parse(cell("quantity")), row.quantity.map(|quantity| quantity * sign));
        match row.untaxed {
            Some(Untaxed::Exempt) => assert_eq!(cell("tax_rate"), "免税"),
            _ => {
                assert_eq!(invoice::rate::parse(cell("tax_rate")), Some(row.rate));
                assert_eq!(invoice::amount::parse(cell("tax")), Some(row.tax * sign));
            }
        }
    }
}

async fn issued(request: Request) -> (House, Order) {
    let house = with(json!({})).await;
    house.accept_as(request).await;
    let order = house.settle("1").await;
    assert_eq!(order.state(), State::Issued, "{:?}", order.progress.reason);
    (house, order)
}

#[tokio::test]
async fn an_invoice_is_read_back_from_each_of_its_documents() {
    for form in [Form::Ordinary, Form::Special] {
        let mut asked = request("1");
        asked.form = form;
        let (house, order) = issued(asked).await;
        for format in [Format::Xml, Format::Ofd, Format::Pdf] {
            let found = read(&house, &order, 0, format).await;
            assert_says(&found, &order, 0, &order.content.rows, 1);
            let remark = found.details.text("remark");
            assert!(remark.contains("车牌") && remark.contains("样A00001"), "{format:?} {remark}");
            assert!(found.details.text("seller_bank_account").contains("1234567890123456"), "{format:?} {remark}");
        }
    }
}

#[tokio::test]
async fn discounts_exemptions_people_and_many_rows_are_read_back() {
    let mut asked = request("1");
    asked.buyer.tax_id = None;
    asked.buyer.person = true;
    asked.buyer.name = "个人".to_owned();
    let row = |name: &str, gross: &str, kind| AskedRow {
        name: name.to_owned(),
        tax_code: "1060512990000000000".to_owned(),
        rate: Some(dec("0.13")),
        gross: Some(dec(gross)),
        kind,
        ..AskedRow::default()
    };
    let mut rows = vec![row("样品垃圾袋", "113.00", RowKind::Discounted), row("样品垃圾袋", "-11.30", RowKind::Discount)];
    rows.push(AskedRow { rate: Some(dec("0")), untaxed: Some(Untaxed::Exempt), ..row("样品生菜", "20.00", RowKind::Plain) });
    for at in 0..9 {
        rows.push(row(&format!("样品第{at}号"), "22.60", RowKind::Plain));
    }
    asked.goods = Goods::Rows(rows);
    let (house, order) = issued(asked).await;
    for format in [Format::Xml, Format::Ofd, Format::Pdf] {
        let found = read(&house, &order, 0, format).await;
        assert_says(&found, &order, 0, &order.content.rows, 1);
    }
}

#[tokio::test]
async fn a_red_letter_is_read_back() {
    let (house, _) = issued(request("1")).await;
    house.reverse("1", Extent::Whole).await;
    let order = house.settle("1").await;
    assert_eq!(order.state(), State::Reversed);
    for format in [Format::Xml, Format::Ofd, Format::Pdf] {
        let found = read(&house, &order, 1, format).await;
        assert_says(&found, &order, 1, &order.content.rows, -1);
        assert!(found.details.text("remark").contains(&order.progress.invoices[0].number), "{format:?}");
    }
}

#[tokio::test]
async fn a_split_order_has_each_of_its_rows_once() {
    let house = with(json!({"switches": ["split"]})).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    for place in 0..2 {
        let found = read(&house, &order, place, Format::Pdf).await;
        assert_says(&found, &order, place, &order.content.rows[place..=place], 1);
    }
}

/// 测试样张 stands across the page: drawn in the light grey that nothing else on an invoice has, and not as text, which a reader would
/// take for a field's. (`render` tests the words themselves.)
#[tokio::test]
async fn the_page_says_that_it_is_none() {
    let (house, order) = issued(request("1")).await;
    let invoice = &order.progress.invoices[0];
    let bytes = house.document(&invoice.document(Format::Pdf).unwrap().key).await;
    let document = document::open(&bytes, &document::budget::Budget::default()).unwrap();
    let text: String = document.pages[0].lines.iter().map(|line| line.text()).collect();
    assert!(!text.contains("测试"), "{text}");
    let picture = document.draw(0, 100.0, &document::budget::Budget::default()).unwrap();
    let tint = picture.pixels().filter(|pixel| pixel.0 == [242, 243, 246]).count();
    assert!(tint * 100 > picture.pixels().len(), "{tint} of {}", picture.pixels().len());
}
