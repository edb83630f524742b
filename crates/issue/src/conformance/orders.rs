//! Accepting, finding, listing.

use std::sync::Arc;

use futures_util::future::join_all;
use rust_decimal::Decimal;
use serde_json::json;

use super::sample::{at, new_order, order, to_accept};
use crate::order::{AppId, Fingerprint, OrderId, OrderNumber, ProviderNumber, State, Target};
use crate::store::{Acceptance, Change, Claim, Filter, NewOrder, Store};

fn fresh(acceptance: &Acceptance) -> bool {
    matches!(acceptance, Acceptance::Fresh(_))
}

pub(super) async fn one_of_many_is_fresh(store: Arc<dyn Store>) {
    let orders: Vec<NewOrder> = (0..64).map(|id| new_order(id, "demo", "1")).collect();
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    let accepted: Vec<Acceptance> = accepted.into_iter().map(Result::unwrap).collect();
    assert_eq!(accepted.iter().filter(|acceptance| fresh(acceptance)).count(), 1);
    // All answers tell of the one that is stored.
    let stored = accepted[0].order().clone();
    for acceptance in &accepted {
        assert_eq!(acceptance.order(), &stored);
        assert!(!matches!(acceptance, Acceptance::Differs(_)));
    }
    assert_eq!(store.order(&AppId::from("demo"), &OrderNumber::from("1")).await.unwrap(), Some(stored));
    assert_eq!(store.timeline(accepted[0].order().id).await.unwrap().len(), 1);
}

pub(super) async fn other_content_is_told(store: Arc<dyn Store>) {
    let first = new_order(1, "demo", "1");
    assert!(fresh(&store.accept(&first).await.unwrap()));
    let mut second = new_order(2, "demo", "1");
    second.order.fingerprint = Fingerprint::of(b"something else");
    second.order.content.rows[0].gross = Decimal::ONE;
    assert_eq!(store.accept(&second).await.unwrap(), Acceptance::Differs(first.order.clone()));
    // The stored one is as it was, and nothing of the other is there.
    assert_eq!(store.order_by_id(OrderId(1)).await.unwrap(), Some(first.order));
    assert_eq!(store.order_by_id(OrderId(2)).await.unwrap(), None);
}

pub(super) async fn numbers_are_of_an_app(store: Arc<dyn Store>) {
    for (id, app, number) in [(1, "demo", "1"), (2, "other", "1"), (3, "demo", "2"), (4, "demo", "A"), (5, "demo", "a"), (6, "demo", "a ")]
    {
        assert!(fresh(&store.accept(&new_order(id, app, number)).await.unwrap()), "{app} {number}");
    }
    // Cases and spaces tell numbers apart.
    let found = store.order(&AppId::from("demo"), &OrderNumber::from("a")).await.unwrap();
    assert_eq!(found.unwrap().id, OrderId(5));
}

pub(super) async fn whole_orders_come_back(store: Arc<dyn Store>) {
    let mut order = order(u128::MAX, "demo", "20240122150518179381");
    order.notify = vec![Target { dialect: "gate".to_owned(), url: "https://partner.invalid/notify".to_owned() }];
    order.content.extras = json!({"extensionNumber": "0", "nested": {"list": [1, "2", null]}}).as_object().unwrap().clone();
    order.content.rows[0].quantity = Some(Decimal::from_str_exact("0.12345678").unwrap());
    order.content.rows[0].net = Decimal::from_str_exact("79228162514264337593543950.33").unwrap();
    store.accept(&to_accept(order.clone())).await.unwrap();
    let found = store.order_by_id(order.id).await.unwrap().unwrap();
    assert_eq!(found, order);
    // Decimals come back digit for digit.
    assert_eq!(found.content.rows[0].net.to_string(), "79228162514264337593543950.33");
    assert_eq!(found.content.rows[0].gross.to_string(), "100.00");
}

pub(super) async fn unread_text_comes_back(store: Arc<dyn Store>) {
    // What no partner should send, and some partner will.
    for (id, text) in ["'; DROP TABLE orders; --", "%_\\", "𠮷野家 é ﷽ 👨‍👩‍👧", "line\nbreak\ttab", "\u{feff}"].into_iter().enumerate()
    {
        let mut order = order(id as u128, "demo", text);
        order.content.buyer.name = text.to_owned();
        assert!(fresh(&store.accept(&to_accept(order.clone())).await.unwrap()), "{text:?}");
        assert_eq!(store.order(&order.app, &order.number).await.unwrap(), Some(order), "{text:?}");
    }
    let filter = Filter { number_prefix: Some("%".to_owned()), limit: 10, ..Filter::default() };
    assert_eq!(store.list(&filter).await.unwrap().orders.len(), 1);
}

pub(super) async fn orders_are_found_by_every_number(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let order = new.order;
    assert_eq!(store.order_by_provider_number("sandbox", &new.provider_number).await.unwrap(), Some(order.clone()));
    assert_eq!(store.order_by_provider_number("nuonuo", &new.provider_number).await.unwrap(), None);
    assert_eq!(store.order_by_provider_number("sandbox", &ProviderNumber("0".to_owned())).await.unwrap(), None);
    assert_eq!(store.order_by_serial("sandbox", "S1").await.unwrap(), None);
    let mut progress = order.progress.clone();
    progress.version = 2;
    progress.serial = Some("S1".to_owned());
    let red = order.reversal_number(0);
    let change = Change {
        order: order.id,
        from: 1,
        progress,
        entries: Vec::new(),
        event: None,
        callbacks: Vec::new(),
        reversal_numbers: vec![red.clone()],
    };
    store.commit(&change).await.unwrap();
    let found = store.order_by_serial("sandbox", "S1").await.unwrap().unwrap();
    assert_eq!((found.id, found.progress.version), (order.id, 2));
    assert_eq!(store.order_by_serial("nuonuo", "S1").await.unwrap(), None);
    assert_eq!(store.order_by_provider_number("sandbox", &red).await.unwrap(), Some(found));
}

pub(super) async fn orders_are_listed_in_pages(store: Arc<dyn Store>) {
    for id in 0..7 {
        let mut order = order(id, if id == 6 { "other" } else { "demo" }, &format!("N{id}"));
        order.accepted_at = at(i64::try_from(id).unwrap() * 10);
        if id % 2 == 1 {
            order.progress.state = State::NeedsAttention;
        }
        store.accept(&to_accept(order)).await.unwrap();
    }
    let page = |filter: Filter| {
        let store = Arc::clone(&store);
        async move {
            let listing = store.list(&filter).await.unwrap();
            (listing.orders.iter().map(|order| order.id.0).collect::<Vec<_>>(), listing.next)
        }
    };
    let demo = Filter { app: Some(AppId::from("demo")), limit: 4, ..Filter::default() };
    assert_eq!(page(demo.clone()).await, (vec![5, 4, 3, 2], Some(OrderId(2))));
    assert_eq!(page(Filter { after: Some(OrderId(2)), ..demo.clone() }).await, (vec![1, 0], None));
    assert_eq!(page(Filter { limit: 6, ..demo.clone() }).await, (vec![5, 4, 3, 2, 1, 0], None));
    assert_eq!(page(Filter { limit: 0, ..Filter::default() }).await, (vec![6], Some(OrderId(6))));
    let attention = Filter { states: vec![State::NeedsAttention, State::Failed], limit: 10, ..Filter::default() };
    assert_eq!(page(attention).await, (vec![5, 3, 1], None));
    let time = Filter { since: Some(at(10)), before: Some(at(30)), limit: 10, ..Filter::default() };
    assert_eq!(page(time).await, (vec![2, 1], None));
    let prefix = Filter { number_prefix: Some("N6".to_owned()), limit: 10, ..Filter::default() };
    assert_eq!(page(prefix).await, (vec![6], None));
    let seller = Filter { seller: Some("91110000MA00FAPA1B".into()), limit: 10, ..Filter::default() };
    assert_eq!(page(seller).await, (Vec::new(), None));
}

pub(super) async fn the_tally_counts(store: Arc<dyn Store>) {
    assert_eq!(store.tally().await.unwrap(), crate::store::Tally::default());
    for id in 0..5 {
        let mut order = order(id, "demo", &id.to_string());
        order.progress.waiting_since = at(100 - i64::try_from(id).unwrap());
        if id >= 3 {
            order.progress.state = State::Issued;
            order.progress.due = None;
        }
        store.accept(&to_accept(order)).await.unwrap();
    }
    let tally = store.tally().await.unwrap();
    let mut orders = tally.orders;
    orders.sort();
    assert_eq!(orders, [(State::Accepted, 3), (State::Issued, 2)]);
    assert_eq!(tally.oldest_waiting, Some(at(98)));
}

pub(super) async fn many_are_accepted_at_once(store: Arc<dyn Store>) {
    // Half of them twice, in one go: a group commit has both in it.
    let orders: Vec<NewOrder> = (0..300).map(|id| new_order(id, "demo", &(id % 200).to_string())).collect();
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    let fresh = accepted.iter().filter(|acceptance| fresh(acceptance.as_ref().unwrap())).count();
    assert_eq!(fresh, 200);
    let claim = Claim { worker: "w".to_owned(), now: at(0), until: at(1000), limit: 1000 };
    assert_eq!(store.lease(&claim).await.unwrap().len(), 200);
}
