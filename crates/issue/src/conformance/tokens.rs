//! Access tokens and their budget.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::sample::at;
use crate::provider::TokenBudget;
use crate::secret::Sealed;
use crate::store::{Store, TokenDesk, TokenKey};

const BUDGET: TokenBudget = TokenBudget { calls: 3, window: Duration::from_secs(1) };

fn key(account: &str) -> TokenKey {
    TokenKey { provider: "nuonuo".to_owned(), account: account.to_owned() }
}

async fn yours(store: &dyn Store, now: i64) -> u64 {
    match store.token(&key("a"), BUDGET, at(now), at(now + 10)).await.unwrap() {
        TokenDesk::Yours { fence } => fence,
        other => panic!("{other:?}"),
    }
}

pub(super) async fn one_fetches_the_token(store: Arc<dyn Store>) {
    let key = key("a");
    let asked = join_all((0..16).map(|_| store.token(&key, BUDGET, at(0), at(10)))).await;
    let asked: Vec<TokenDesk> = asked.into_iter().map(Result::unwrap).collect();
    let fences: Vec<u64> =
        asked.iter().filter_map(|desk| if let TokenDesk::Yours { fence } = desk { Some(*fence) } else { None }).collect();
    assert_eq!(fences.len(), 1);
    assert_eq!(asked.iter().filter(|desk| **desk == TokenDesk::Busy { until: at(10) }).count(), 15);
    let token = Sealed(vec![0, 1, 255]);
    assert!(store.keep_token(&key, fences[0], &token, at(100)).await.unwrap());
    let kept = TokenDesk::Kept { token, fence: fences[0], expires_at: at(100) };
    assert_eq!(store.token(&key, BUDGET, at(99), at(110)).await.unwrap(), kept);
    // Accounts have nothing to do with each other.
    assert!(matches!(store.token(&self::key("b"), BUDGET, at(99), at(110)).await.unwrap(), TokenDesk::Yours { .. }));
    // It has expired: somebody fetches another one.
    assert!(matches!(store.token(&key, BUDGET, at(100), at(110)).await.unwrap(), TokenDesk::Yours { .. }));
}

pub(super) async fn a_stale_token_is_not_kept(store: Arc<dyn Store>) {
    let first = yours(&*store, 0).await;
    let second = yours(&*store, 10).await;
    assert!(second > first);
    assert!(!store.keep_token(&key("a"), first, &Sealed(vec![1]), at(100)).await.unwrap());
    assert!(store.keep_token(&key("a"), second, &Sealed(vec![2]), at(100)).await.unwrap());
}

pub(super) async fn the_budget_is_kept(store: Arc<dyn Store>) {
    for now in [0, 100, 200] {
        let fence = yours(&*store, now).await;
        store.drop_token_right(&key("a"), fence).await.unwrap();
    }
    assert_eq!(store.token(&key("a"), BUDGET, at(300), at(310)).await.unwrap(), TokenDesk::Spent { until: at(1000) });
    assert_eq!(store.token(&key("a"), BUDGET, at(999), at(1009)).await.unwrap(), TokenDesk::Spent { until: at(1000) });
    // The first call has left the window.
    yours(&*store, 1000).await;
}

pub(super) async fn a_refused_token_is_forgotten(store: Arc<dyn Store>) {
    let first = yours(&*store, 0).await;
    store.keep_token(&key("a"), first, &Sealed(vec![1]), at(1000)).await.unwrap();
    store.forget_token(&key("a"), first).await.unwrap();
    let second = yours(&*store, 20).await;
    store.keep_token(&key("a"), second, &Sealed(vec![2]), at(1000)).await.unwrap();
    // Somebody who was given the first one says so late: the second stays.
    store.forget_token(&key("a"), first).await.unwrap();
    assert!(matches!(store.token(&key("a"), BUDGET, at(30), at(40)).await.unwrap(), TokenDesk::Kept { .. }));
}

pub(super) async fn a_dead_fetcher_is_replaced(store: Arc<dyn Store>) {
    let first = yours(&*store, 0).await;
    assert_eq!(store.token(&key("a"), BUDGET, at(9), at(19)).await.unwrap(), TokenDesk::Busy { until: at(10) });
    let second = yours(&*store, 10).await;
    // Giving back a right that has passed on changes nothing.
    store.drop_token_right(&key("a"), first).await.unwrap();
    assert_eq!(store.token(&key("a"), BUDGET, at(11), at(21)).await.unwrap(), TokenDesk::Busy { until: at(20) });
    store.drop_token_right(&key("a"), second).await.unwrap();
    yours(&*store, 12).await;
}
