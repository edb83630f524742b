//! What has to be true when everything has come to rest.

use issue::documents::Documents;
use issue::order::{Order, Phase, ProviderNumber, State};
use issue::store::{CallbackState, Store};

use crate::world::{World, now};

macro_rules! hold {
    ($condition:expr, $($text:tt)*) => {
        if !$condition {
            return Err(format!($($text)*));
        }
    };
}

pub(crate) fn check(world: &World) -> Result<(), String> {
    for (number, count) in world.oracle.issued() {
        if count > 1 {
            let number = ProviderNumber(number);
            let order = now(world.store.order_by_provider_number("sandbox", &number)).unwrap();
            let story = order.map(|order| (order.progress.reversals.clone(), timeline(world, &order)));
            return Err(format!("{number} was issued {count} times: {story:#?}"));
        }
    }
    for number in &world.ledger {
        let order = world.order(number);
        ends(world, &order).map_err(|broken| format!("order {number} ({:?}): {broken}\n{:#?}", order.state(), timeline(world, &order)))?;
    }
    told(world)
}

fn timeline(world: &World, order: &Order) -> Vec<String> {
    let entries = now(world.store.timeline(order.id)).unwrap();
    entries.into_iter().map(|entry| format!("{} {} {} {:?} {}", entry.version, entry.at, entry.what, entry.state, entry.text)).collect()
}

/// Each order is where the provider's books say it is.
fn ends(world: &World, order: &Order) -> Result<(), String> {
    let issued = world.oracle.issued_of(&order.provider_number());
    let progress = &order.progress;
    match order.state() {
        State::Failed => hold!(issued == 0, "it failed and was issued"),
        state => {
            hold!(state.is_issued(), "it did not end");
            hold!(issued == 1, "it is issued and the provider knows nothing of it");
            hold!(!progress.invoices.is_empty(), "it has no invoices");
        }
    }
    for invoice in &progress.invoices {
        hold!(invoice.documents.len() == invoice.sources.len(), "{} lacks documents", invoice.number);
        for document in &invoice.documents {
            let bytes = now(world.documents.read(&document.key)).unwrap();
            hold!(bytes.is_some_and(|bytes| bytes.starts_with(b"%PDF-")), "{} is not kept", document.key);
        }
    }
    for (reversal, place) in progress.reversals.iter().zip(0..) {
        let red = world.oracle.issued_of(&order.reversal_number(place));
        match reversal.phase {
            Phase::Done => {
                hold!(red == 1, "red letter {place} is done and the provider knows nothing of it");
                let letter = reversal.red.and_then(|red| progress.invoices.get(usize::from(red)));
                hold!(letter.is_some_and(|letter| letter.reverses == Some(reversal.invoice)), "red letter {place} is not linked");
                let blue = &progress.invoices[usize::from(reversal.invoice)];
                hold!(reversal.red.is_some_and(|red| blue.reversed_by.contains(&red)), "red letter {place} is not linked back");
            }
            Phase::Failed => hold!(red == 0, "red letter {place} failed and was issued"),
            phase => hold!(false, "red letter {place} is {phase:?}"),
        }
    }
    monotonic(world, order)
}

/// G6: what was issued stays issued, and what failed goes on only by a retry.
fn monotonic(world: &World, order: &Order) -> Result<(), String> {
    let mut issued = false;
    let mut before = State::Accepted;
    for entry in now(world.store.timeline(order.id)).unwrap() {
        issued |= entry.state.is_issued();
        hold!(!issued || entry.state.is_issued() || entry.state == State::NeedsAttention, "{:?} after it was issued", entry.state);
        hold!(
            before != State::Failed
                || matches!(entry.state, State::Failed | State::Accepted) && (entry.state == before || entry.what == "retry"),
            "{} led from failed to {:?}",
            entry.what,
            entry.state
        );
        before = entry.state;
    }
    Ok(())
}

/// G7: every event was heard, and its row says so.
fn told(world: &World) -> Result<(), String> {
    let heard = world.partners.heard.lock().unwrap();
    for row in now(world.store.events(None, 0, usize::MAX)).unwrap() {
        hold!(heard.contains(&row.event.id.to_string()), "{} was not heard", row.event.id);
    }
    for number in &world.ledger {
        let order = world.order(number);
        for callback in now(world.store.callbacks(order.id)).unwrap() {
            hold!(callback.state == CallbackState::Delivered, "{} is {:?}", callback.id, callback.state);
        }
        // Every end was told.
        let events = now(world.store.events(None, 0, usize::MAX)).unwrap();
        hold!(events.iter().any(|row| row.event.id.order == order.id), "nobody was told of {number}");
    }
    Ok(())
}
