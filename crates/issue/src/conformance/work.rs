//! Leases, changes, notices.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;

use super::sample::{at, new_order, order, to_accept};
use crate::order::{Entry, Order, OrderId, Progress, State};
use crate::store::{Change, Claim, Committed, NoticeId, NoticeTaken, Store};

fn claim(now: i64, until: i64, limit: usize) -> Claim {
    Claim { worker: "w".to_owned(), now: at(now), until: at(until), limit }
}

fn ids(orders: &[Order]) -> Vec<u128> {
    orders.iter().map(|order| order.id.0).collect()
}

/// A change of an order: the next version, in this state, due then.
fn change(order: &Order, state: State, due: Option<i64>) -> Change {
    let from = order.progress.version;
    let progress = Progress { state, version: from + 1, due: due.map(at), leased_until: None, ..order.progress.clone() };
    let entry = Entry { at: at(1), version: from + 1, what: "leased".to_owned(), state, attempt: 0, text: "测试".to_owned() };
    Change { order: order.id, from, progress, entries: vec![entry], event: None, callbacks: Vec::new(), reversal_numbers: Vec::new() }
}

async fn due_at(store: &dyn Store, id: u128, due: i64) {
    let mut order = order(id, "demo", &id.to_string());
    order.progress.due = Some(at(due));
    store.accept(&to_accept(order)).await.unwrap();
}

pub(super) async fn what_is_due_is_leased_once(store: Arc<dyn Store>) {
    due_at(&*store, 1, 100).await;
    assert_eq!(store.lease(&claim(99, 200, 10)).await.unwrap(), []);
    let leased = store.lease(&claim(100, 200, 10)).await.unwrap();
    assert_eq!(ids(&leased), [1]);
    let progress = &leased[0].progress;
    assert_eq!((progress.fence, progress.version, progress.leased_until), (1, 2, Some(at(200))));
    assert_eq!((progress.state, progress.due), (State::Accepted, Some(at(100))));
    // What is read then is what was leased.
    assert_eq!(store.order_by_id(OrderId(1)).await.unwrap().as_ref(), leased.first());
    assert_eq!(store.lease(&claim(150, 250, 10)).await.unwrap(), []);
}

pub(super) async fn the_earliest_due_come_first(store: Arc<dyn Store>) {
    for (id, due) in [(1, 30), (2, 10), (3, 20), (4, 40)] {
        due_at(&*store, id, due).await;
    }
    let mut first = ids(&store.lease(&claim(50, 200, 2)).await.unwrap());
    first.sort_unstable();
    assert_eq!(first, [2, 3]);
    let mut second = ids(&store.lease(&claim(50, 200, 2)).await.unwrap());
    second.sort_unstable();
    assert_eq!(second, [1, 4]);
}

pub(super) async fn a_lease_ends(store: Arc<dyn Store>) {
    due_at(&*store, 1, 0).await;
    let first = store.lease(&claim(0, 100, 10)).await.unwrap().remove(0);
    assert_eq!(store.lease(&claim(99, 200, 10)).await.unwrap(), []);
    let second = store.lease(&claim(100, 200, 10)).await.unwrap().remove(0);
    assert_eq!((second.progress.fence, second.progress.version), (2, 3));
    // The first holder comes back late: its change is of a version that is gone.
    assert_eq!(store.commit(&change(&first, State::Issuing, Some(0))).await.unwrap(), Committed::Conflict);
    assert_eq!(store.order_by_id(OrderId(1)).await.unwrap(), Some(second));
}

pub(super) async fn leases_are_disjoint(store: Arc<dyn Store>) {
    for id in 0..100 {
        due_at(&*store, id, 0).await;
    }
    let claims: Vec<Claim> = (0..20).map(|_| claim(0, 100, 7)).collect();
    let leased = join_all(claims.iter().map(|claim| store.lease(claim))).await;
    let leased: Vec<Order> = leased.into_iter().flat_map(Result::unwrap).collect();
    let different: BTreeSet<OrderId> = leased.iter().map(|order| order.id).collect();
    assert_eq!(different.len(), leased.len());
    let rest = store.lease(&claim(0, 100, 1000)).await.unwrap();
    assert_eq!(leased.len() + rest.len(), 100);
}

pub(super) async fn a_change_is_whole(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let mut change = change(&new.order, State::Querying, Some(500));
    change.progress.tries = 3;
    change.progress.registered = true;
    change.progress.reason = Some(crate::order::Reason { needs_login: true, ..crate::order::Reason::new("E", "原因") });
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Done);
    let stored = store.order_by_id(OrderId(1)).await.unwrap().unwrap();
    assert_eq!(stored, Order { progress: change.progress, ..new.order });
    let timeline = store.timeline(OrderId(1)).await.unwrap();
    assert_eq!(timeline, [new.entry, change.entries[0].clone()]);
}

pub(super) async fn a_change_of_another_version_is_none(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let mut wrong = change(&new.order, State::Failed, None);
    for from in [0, 2, u64::from(u32::MAX)] {
        wrong.from = from;
        assert_eq!(store.commit(&wrong).await.unwrap(), Committed::Conflict, "{from}");
    }
    wrong.from = 1;
    wrong.order = OrderId(2);
    assert_eq!(store.commit(&wrong).await.unwrap(), Committed::Conflict);
    assert_eq!(store.order_by_id(OrderId(1)).await.unwrap(), Some(new.order));
    assert_eq!(store.timeline(OrderId(1)).await.unwrap(), [new.entry]);
}

pub(super) async fn one_of_many_changes_is_done(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let changes: Vec<Change> = (0..32).map(|at| change(&new.order, State::Querying, Some(at))).collect();
    let committed = join_all(changes.iter().map(|change| store.commit(change))).await;
    let done = committed.into_iter().filter(|committed| *committed.as_ref().unwrap() == Committed::Done).count();
    assert_eq!(done, 1);
    assert_eq!(store.timeline(OrderId(1)).await.unwrap().len(), 2);
}

pub(super) async fn a_released_order_is_leased_again(store: Arc<dyn Store>) {
    due_at(&*store, 1, 0).await;
    let leased = store.lease(&claim(0, 1000, 10)).await.unwrap().remove(0);
    store.commit(&change(&leased, State::Querying, Some(50))).await.unwrap();
    assert_eq!(store.lease(&claim(49, 1000, 10)).await.unwrap(), []);
    let again = store.lease(&claim(50, 1000, 10)).await.unwrap().remove(0);
    assert_eq!((again.progress.fence, again.progress.version), (2, 4));
}

pub(super) async fn settled_orders_are_not_leased(store: Arc<dyn Store>) {
    due_at(&*store, 1, 0).await;
    let leased = store.lease(&claim(0, 1000, 10)).await.unwrap().remove(0);
    store.commit(&change(&leased, State::Failed, None)).await.unwrap();
    assert_eq!(store.lease(&claim(1_000_000, 2_000_000, 10)).await.unwrap(), []);
    assert_eq!(store.next_due().await.unwrap(), None);
}

pub(super) async fn a_notice_is_taken_once(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let notice = NoticeId::of("sandbox", "/", b"orderno=1");
    let hint = change(&new.order, State::Accepted, Some(0));
    assert_eq!(store.take_notice(&notice, at(5), "已开票", Some(&hint)).await.unwrap(), NoticeTaken::Fresh);
    let order = store.order_by_id(OrderId(1)).await.unwrap().unwrap();
    assert_eq!(order.progress.version, 2);
    let again = change(&order, State::Accepted, Some(0));
    assert_eq!(store.take_notice(&notice, at(6), "已开票", Some(&again)).await.unwrap(), NoticeTaken::Known);
    assert_eq!(store.order_by_id(OrderId(1)).await.unwrap(), Some(order));
    // Another one of the same order is another one; one about nothing is stored too.
    let other = NoticeId::of("sandbox", "/", b"orderno=1&again=1");
    assert_eq!(store.take_notice(&other, at(7), "已开票", Some(&again)).await.unwrap(), NoticeTaken::Fresh);
    let stray = NoticeId::of("sandbox", "/", b"orderno=2");
    assert_eq!(store.take_notice(&stray, at(8), "无此单", None).await.unwrap(), NoticeTaken::Fresh);
    assert_eq!(store.take_notice(&stray, at(9), "无此单", None).await.unwrap(), NoticeTaken::Known);
}

pub(super) async fn a_notice_in_conflict_is_not_taken(store: Arc<dyn Store>) {
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let notice = NoticeId::of("sandbox", "/", b"orderno=1");
    let mut stale = change(&new.order, State::Accepted, Some(0));
    stale.from = 9;
    assert_eq!(store.take_notice(&notice, at(5), "", Some(&stale)).await.unwrap(), NoticeTaken::Conflict);
    stale.from = 1;
    assert_eq!(store.take_notice(&notice, at(5), "", Some(&stale)).await.unwrap(), NoticeTaken::Fresh);
}

pub(super) async fn the_next_due_is_told(store: Arc<dyn Store>) {
    assert_eq!(store.next_due().await.unwrap(), None);
    due_at(&*store, 1, 70).await;
    due_at(&*store, 2, 50).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(50)));
    let leased = store.lease(&claim(50, 90, 10)).await.unwrap();
    assert_eq!(ids(&leased), [2]);
    assert_eq!(store.next_due().await.unwrap(), Some(at(70)));
    store.lease(&claim(70, 95, 10)).await.unwrap();
    // Both are leased: the first lease to end is next.
    assert_eq!(store.next_due().await.unwrap(), Some(at(90)));
}
