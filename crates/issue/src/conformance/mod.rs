//! The suite that every store passes, and orders to test with.
//!
//! ```ignore
//! #[tokio::test]
//! async fn it_is_a_store() {
//!     for case in issue::conformance::cases() {
//!         case.run(fresh_store().await).await;
//!     }
//! }
//! ```
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "this is a test that other crates call: it fails by panicking")]

pub mod oracle;
mod orders;
mod outbox;
mod parties;
pub mod sample;
pub mod stage;
pub mod surroundings;
mod tokens;
mod work;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::store::Store;

/// A case: given an empty store of its own, it panics where the store breaks the contract.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    run: fn(Arc<dyn Store>) -> BoxFuture<'static, ()>,
}

impl Case {
    /// Runs it on an empty store.
    pub async fn run(self, store: Arc<dyn Store>) {
        (self.run)(store).await;
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! cases {
    ($($module:ident: $($name:ident),+;)+) => {
        vec![$($(Case { name: stringify!($name), run: |store| Box::pin($module::$name(store)) }),+),+]
    };
}

/// All cases.
pub fn cases() -> Vec<Case> {
    cases! {
        parties: apps_are_kept, sellers_are_kept, merchants_are_unique, the_later_login_stays;
        orders: one_of_many_is_fresh, other_content_is_told, numbers_are_of_an_app, whole_orders_come_back, unread_text_comes_back,
            orders_are_found_by_every_number, orders_are_listed_in_pages, the_tally_counts, many_are_accepted_at_once;
        work: what_is_due_is_leased_once, the_earliest_due_come_first, a_lease_ends, leases_are_disjoint, a_change_is_whole,
            a_change_of_another_version_is_none, one_of_many_changes_is_done, a_released_order_is_leased_again,
            settled_orders_are_not_leased, a_notice_is_taken_once, a_notice_in_conflict_is_not_taken, the_next_due_is_told;
        outbox: callbacks_come_with_their_change, a_callback_is_leased_once, a_stale_sender_is_void, a_callback_is_given_up_and_replayed,
            deliveries_are_remembered, events_are_fed_in_order, links_expire;
        tokens: one_fetches_the_token, a_stale_token_is_not_kept, the_budget_is_kept, a_refused_token_is_forgotten, a_dead_fetcher_is_replaced;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    #[tokio::test]
    async fn memory_is_a_store() {
        let cases = cases();
        assert!(cases.len() >= 20);
        for case in cases {
            case.run(Arc::new(Memory::new())).await;
        }
    }
}
