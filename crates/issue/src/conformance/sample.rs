//! Orders, apps and sellers to test with. Nobody and nothing in them exists.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Map;

use crate::order::{
    AppId, Buyer, Content, Entry, Fingerprint, Form, Order, OrderId, OrderNumber, Party, People, Progress, Row, RowKind, State, TaxId,
};
use crate::provider::{ProviderInvoice, Rejection};
use crate::secret::Sealed;
use crate::store::{App, Item, Login, NewOrder, Seller};

/// 2026-01-01T00:00:00Z and so many milliseconds.
pub fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_767_225_600_000 + milliseconds).unwrap_or_default()
}

/// An app of this id.
pub fn app(id: &str) -> App {
    App::made(AppId::from(id), format!("测试应用{id}"), Sealed(format!("sealed {id}").into_bytes()), at(0))
}

/// The tax id of [`seller`].
pub const SELLER: &str = "91110000MA00FAPA0T";

/// A seller of an app.
pub fn seller(app: &str) -> Seller {
    Seller {
        app: AppId::from(app),
        party: party(),
        merchants: vec!["6262666666".to_owned()],
        provider: "sandbox".to_owned(),
        settings: Map::new(),
        secret: None,
        item: Some(Item {
            name: "停车费".to_owned(),
            tax_code: "3040502020200000000".to_owned(),
            rate: Decimal::new(9, 2),
            untaxed: None,
            unit: String::new(),
            specification: String::new(),
        }),
        people: People { issuer: "测试员".to_owned(), ..People::default() },
        login: Login::Unknown,
        enabled: true,
    }
}

fn party() -> Party {
    Party { tax_id: TaxId::from(SELLER), name: "演示停车场管理有限公司".to_owned(), ..Party::default() }
}

/// One row of 100.00 with 9 % in it, and a quantity of 2.
pub fn content() -> Content {
    let row = Row {
        name: "停车费".to_owned(),
        tax_code: "3040502020200000000".to_owned(),
        specification: String::new(),
        unit: "次".to_owned(),
        quantity: Some(Decimal::TWO),
        price: Some(Decimal::new(50, 0)),
        price_with_tax: true,
        rate: Decimal::new(9, 2),
        untaxed: None,
        net: Decimal::new(9174, 2),
        tax: Decimal::new(826, 2),
        gross: Decimal::new(10000, 2),
        kind: RowKind::Plain,
    };
    Content {
        form: Form::Ordinary,
        buyer: Buyer {
            name: "测试购买方有限公司".to_owned(), tax_id: Some(TaxId::from("91110000MA00FAPA1B")), ..Buyer::default()
        },
        seller: party(),
        rows: vec![row],
        remark: String::new(),
        people: People { issuer: "测试员".to_owned(), ..People::default() },
        extras: Map::new(),
    }
}

/// An accepted order, due at `at(0)`.
pub fn order(id: u128, app: &str, number: &str) -> Order {
    Order {
        id: OrderId(id),
        app: AppId::from(app),
        number: OrderNumber::from(number),
        provider: "sandbox".to_owned(),
        fingerprint: Fingerprint::of(number.as_bytes()),
        content: content(),
        notify: Vec::new(),
        accepted_at: at(0),
        progress: Progress::accepted(at(0)),
    }
}

/// The same, to be accepted.
pub fn new_order(id: u128, app: &str, number: &str) -> NewOrder {
    to_accept(order(id, app, number))
}

/// What a store takes for an order.
pub fn to_accept(order: Order) -> NewOrder {
    let entry =
        Entry { at: order.accepted_at, version: 1, what: "accepted".to_owned(), state: State::Accepted, attempt: 0, text: String::new() };
    NewOrder { provider_number: order.provider_number(), order, entry }
}

/// An invoice with a PDF, as a provider tells of it.
pub fn told(number: &str) -> ProviderInvoice {
    let source = crate::order::Source { format: crate::order::Format::Pdf, url: format!("https://provider.invalid/{number}.pdf") };
    ProviderInvoice { number: number.to_owned(), sources: vec![source], ..ProviderInvoice::default() }
}

/// A refusal for good.
pub fn rejection() -> Rejection {
    Rejection::final_one("E9121", "商品编码错误")
}
