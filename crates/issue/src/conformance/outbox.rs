//! Events, callbacks, links.

use std::sync::Arc;

use futures_util::future::join_all;

use super::sample::{at, new_order};
use crate::event::{Event, EventId, Kind};
use crate::order::{AppId, InvoiceId, Order, OrderId, OrderNumber, Reason, State, Target};
use crate::store::{Callback, CallbackId, CallbackState, Change, Claim, Committed, Delivery, LinkDigest, NextDelivery, Store};

fn claim(now: i64, until: i64, limit: usize) -> Claim {
    Claim { worker: "w".to_owned(), now: at(now), until: at(until), limit }
}

fn target(place: u16) -> Target {
    Target { dialect: "native".to_owned(), url: format!("https://partner.invalid/{place}") }
}

fn delivery(milliseconds: i64, status: Option<u16>) -> Delivery {
    Delivery { at: at(milliseconds), status, text: "测试".to_owned() }
}

/// The order fails at a moment, which is told to so many targets.
fn failing(order: &Order, moment: i64, targets: u16) -> Change {
    let from = order.progress.version;
    let mut progress = order.progress.clone();
    progress.state = State::Failed;
    progress.version = from + 1;
    progress.due = None;
    progress.reason = Some(Reason::new("E1", "失败"));
    progress.changed_at = at(moment);
    let event = Event::of(order, &progress, Kind::Failed);
    let callbacks = (0..targets).map(|place| Callback::waiting(&event, place, target(place))).collect();
    Change { order: order.id, from, progress, entries: Vec::new(), event: Some(event), callbacks, reversal_numbers: Vec::new() }
}

/// Accepts an order and has it fail.
async fn failed(store: &dyn Store, id: u128, moment: i64, targets: u16) -> Event {
    let new = new_order(id, "demo", &id.to_string());
    store.accept(&new).await.unwrap();
    let change = failing(&new.order, moment, targets);
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Done);
    change.event.unwrap()
}

pub(super) async fn callbacks_come_with_their_change(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let mut change = failing(&new.order, 10, 2);
    change.from = 5;
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Conflict);
    assert_eq!(store.callbacks(OrderId(1)).await.unwrap(), []);
    assert_eq!(store.events(None, 0, 10).await.unwrap(), []);
    change.from = 1;
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Done);
    assert_eq!(store.callbacks(OrderId(1)).await.unwrap(), change.callbacks);
    let rows = store.events(None, 0, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.event.clone()).collect::<Vec<_>>(), change.event.into_iter().collect::<Vec<_>>());
    assert_eq!(store.tally().await.unwrap().callbacks_waiting, 2);
}

pub(super) async fn a_callback_is_leased_once(store: Arc<dyn Store>) {
    for id in 0..10 {
        failed(&*store, id, 10, 3).await;
    }
    assert_eq!(store.lease_callbacks(&claim(9, 100, 100)).await.unwrap(), []);
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    let claims: Vec<Claim> = (0..10).map(|_| claim(10, 100, 4)).collect();
    let leased = join_all(claims.iter().map(|claim| store.lease_callbacks(claim))).await;
    let mut leased: Vec<CallbackId> = leased.into_iter().flat_map(Result::unwrap).map(|callback| callback.id).collect();
    let count = leased.len();
    leased.sort_unstable();
    leased.dedup();
    assert_eq!(leased.len(), count);
    let rest = store.lease_callbacks(&claim(10, 100, 100)).await.unwrap();
    assert_eq!(count + rest.len(), 30);
    assert!(rest.iter().all(|callback| callback.fence == 1 && callback.due == Some(at(100)) && callback.attempt == 0));
    // A sender that died: they are leased again.
    assert_eq!(store.lease_callbacks(&claim(99, 200, 100)).await.unwrap(), []);
    assert_eq!(store.lease_callbacks(&claim(100, 200, 100)).await.unwrap().len(), 30);
}

pub(super) async fn a_stale_sender_is_void(store: Arc<dyn Store>) {
    failed(&*store, 1, 10, 1).await;
    let first = store.lease_callbacks(&claim(10, 20, 1)).await.unwrap().remove(0);
    let second = store.lease_callbacks(&claim(20, 30, 1)).await.unwrap().remove(0);
    assert_eq!(second.fence, first.fence + 1);
    assert!(!store.settle_callback(first.id, first.fence, &delivery(21, Some(200)), NextDelivery::Delivered).await.unwrap());
    assert_eq!(store.callbacks(OrderId(1)).await.unwrap().first(), Some(&second));
    assert!(store.settle_callback(second.id, second.fence, &delivery(22, Some(204)), NextDelivery::Delivered).await.unwrap());
    let callback = store.callbacks(OrderId(1)).await.unwrap().remove(0);
    assert_eq!((callback.state, callback.due, callback.attempt), (CallbackState::Delivered, None, 1));
    assert_eq!(callback.deliveries, [delivery(22, Some(204))]);
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(store.tally().await.unwrap().callbacks_waiting, 0);
    let nobody = CallbackId { place: 9, ..second.id };
    assert!(!store.settle_callback(nobody, 1, &delivery(22, None), NextDelivery::Delivered).await.unwrap());
}

pub(super) async fn a_callback_is_given_up_and_replayed(store: Arc<dyn Store>) {
    failed(&*store, 1, 10, 1).await;
    let first = store.lease_callbacks(&claim(10, 20, 1)).await.unwrap().remove(0);
    store.settle_callback(first.id, first.fence, &delivery(11, None), NextDelivery::At(at(500))).await.unwrap();
    assert_eq!(store.lease_callbacks(&claim(499, 600, 1)).await.unwrap(), []);
    let second = store.lease_callbacks(&claim(500, 600, 1)).await.unwrap().remove(0);
    assert_eq!((second.attempt, second.fence), (1, 2));
    store.settle_callback(second.id, second.fence, &delivery(501, Some(500)), NextDelivery::GivenUp).await.unwrap();
    assert_eq!(store.tally().await.unwrap().callbacks_given_up, 1);
    assert_eq!(store.lease_callbacks(&claim(1_000_000, 1_000_100, 1)).await.unwrap(), []);
    assert!(store.replay(first.id, at(2_000_000)).await.unwrap());
    let again = store.lease_callbacks(&claim(2_000_000, 2_000_100, 1)).await.unwrap().remove(0);
    assert_eq!((again.state, again.attempt, again.deliveries.len()), (CallbackState::Waiting, 0, 2));
    assert!(again.fence > second.fence + 1);
    assert!(!store.replay(CallbackId { place: 7, ..first.id }, at(0)).await.unwrap());
}

pub(super) async fn deliveries_are_remembered(store: Arc<dyn Store>) {
    failed(&*store, 1, 10, 1).await;
    let many = Callback::REMEMBERED + 3;
    for round in 0..many {
        let now = 10 + i64::try_from(round).unwrap();
        let callback = store.lease_callbacks(&claim(now, now + 1, 1)).await.unwrap().remove(0);
        store.settle_callback(callback.id, callback.fence, &delivery(now, None), NextDelivery::At(at(now + 1))).await.unwrap();
    }
    let callback = store.callbacks(OrderId(1)).await.unwrap().remove(0);
    assert_eq!((callback.deliveries.len(), callback.attempt as usize), (Callback::REMEMBERED, many));
    assert_eq!(callback.deliveries.last().unwrap().at, at(10 + i64::try_from(many).unwrap() - 1));
}

pub(super) async fn events_are_fed_in_order(store: Arc<dyn Store>) {
    let mut told = Vec::new();
    for id in 0..5 {
        told.push(failed(&*store, id, 10, 0).await);
    }
    let rows = store.events(None, 0, 3).await.unwrap();
    let next = store.events(None, rows[2].place, 100).await.unwrap();
    let all: Vec<Event> = rows.iter().chain(&next).map(|row| row.event.clone()).collect();
    assert_eq!(all, told);
    assert!(rows[0].place > 0 && rows.is_sorted_by(|a, b| a.place < b.place));
    assert_eq!(store.events(Some(&AppId::from("other")), 0, 10).await.unwrap(), []);
    assert_eq!(store.events(Some(&AppId::from("demo")), 0, 10).await.unwrap().len(), 5);
    assert_eq!(store.event(told[1].id).await.unwrap().unwrap(), rows[1]);
    assert_eq!(store.event(EventId { version: 99, ..told[1].id }).await.unwrap(), None);
}

pub(super) async fn links_expire(store: Arc<dyn Store>) {
    store.accept(&new_order(1, "demo", "N1")).await.unwrap();
    let invoice = InvoiceId { order: OrderId(1), place: 2 };
    let link = LinkDigest::of("secret");
    assert_eq!(store.follow_link(&link, at(0)).await.unwrap(), None);
    store.put_link(&link, invoice, at(100)).await.unwrap();
    let linked = store.follow_link(&link, at(99)).await.unwrap().unwrap();
    assert_eq!((linked.invoice, linked.number), (invoice, OrderNumber::from("N1")));
    assert_eq!(store.follow_link(&LinkDigest::of("Secret"), at(99)).await.unwrap(), None);
    assert_eq!(store.follow_link(&link, at(100)).await.unwrap(), None);
    store.put_link(&LinkDigest::of("another"), invoice, at(200)).await.unwrap();
    assert_eq!(store.sweep_links(at(100)).await.unwrap(), 1);
    assert!(store.follow_link(&LinkDigest::of("another"), at(150)).await.unwrap().is_some());
}
