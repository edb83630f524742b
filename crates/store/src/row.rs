//! What an order is as a row: the columns that are searched by, and JSON for the rest. The same for both engines.

use issue::event::{Event, EventId};
use issue::order::{AppId, Content, Fingerprint, InvoiceId, Order, OrderId, OrderNumber, Progress, State, Target};
use issue::store::{Callback, CallbackId, CallbackState, Change, Linked, Listing, Login, Result, Seller, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The columns that change with an order's progress.
#[derive(Debug)]
pub(crate) struct ProgressRow {
    pub(crate) state: &'static str,
    pub(crate) version: i64,
    pub(crate) fence: i64,
    pub(crate) due: Option<i64>,
    pub(crate) leased_until: Option<i64>,
    pub(crate) ready: Option<i64>,
    pub(crate) waiting_since: Option<i64>,
    pub(crate) serial: Option<String>,
    pub(crate) json: String,
}

impl ProgressRow {
    pub(crate) fn of(progress: &Progress) -> Result<ProgressRow> {
        let due = progress.due.map(milliseconds);
        let leased_until = progress.leased_until.map(milliseconds);
        Ok(ProgressRow {
            state: progress.state.name(),
            version: counter(progress.version)?,
            fence: counter(progress.fence)?,
            due,
            leased_until,
            ready: due.map(|due| leased_until.map_or(due, |until| until.max(due))),
            waiting_since: (!progress.state.is_settled()).then(|| milliseconds(progress.waiting_since)),
            serial: progress.serial.clone(),
            json: json(progress)?,
        })
    }
}

/// What is written once, when an order is accepted.
#[derive(Serialize)]
struct Body<'a> {
    content: &'a Content,
    notify: &'a [Target],
}

#[derive(Deserialize)]
struct ReadBody {
    content: Content,
    notify: Vec<Target>,
}

/// The JSON of what is written once.
pub(crate) fn body(order: &Order) -> Result<String> {
    json(&Body { content: &order.content, notify: &order.notify })
}

/// A row of `orders` as it was read; decoded by whoever asked for it, not by the thread that read it.
#[derive(Debug, Clone)]
pub(crate) struct StoredOrder {
    pub(crate) id: u128,
    pub(crate) app: String,
    pub(crate) number: String,
    pub(crate) provider: String,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) accepted_at: i64,
    pub(crate) version: i64,
    pub(crate) fence: i64,
    pub(crate) leased_until: Option<i64>,
    pub(crate) body: String,
    pub(crate) progress: String,
}

impl StoredOrder {
    /// The order. Version, fence and lease are those of the columns: leasing leaves the JSON as it is.
    pub(crate) fn order(self) -> Result<Order> {
        let id = OrderId(self.id);
        let place = || format!("order {id}");
        let body: ReadBody = read(&self.body, "content", place)?;
        let mut progress: Progress = read(&self.progress, "progress", place)?;
        progress.version = self.version.unsigned_abs();
        progress.fence = self.fence.unsigned_abs();
        progress.leased_until = self.leased_until.map(|at| moment(at, place)).transpose()?;
        let fingerprint = <[u8; 32]>::try_from(self.fingerprint.as_slice());
        let fingerprint = fingerprint.map_err(|_| unreadable(place(), "fingerprint", "it has not 32 bytes"))?;
        Ok(Order {
            id,
            app: AppId(self.app),
            number: OrderNumber(self.number),
            provider: self.provider,
            fingerprint: Fingerprint(fingerprint),
            content: body.content,
            notify: body.notify,
            accepted_at: moment(self.accepted_at, place)?,
            progress,
        })
    }
}

/// A change of an order, written out by whoever brings it.
#[derive(Debug)]
pub(crate) struct ChangeRow {
    pub(crate) order: OrderId,
    pub(crate) from: i64,
    pub(crate) progress: ProgressRow,
    pub(crate) entries: Vec<String>,
    pub(crate) reversal_numbers: Vec<String>,
    pub(crate) event: Option<EventColumns>,
    pub(crate) callbacks: Vec<CallbackColumns>,
}

impl ChangeRow {
    pub(crate) fn of(change: &Change) -> Result<ChangeRow> {
        // The text of an event is kept once, for the feed and for all of its callbacks.
        if let Some(other) = change.callbacks.iter().find(|callback| change.event.as_ref() != Some(&callback.event)) {
            return Err(StoreError::Failed(format!("the callback {} tells of another event than its change", other.id)));
        }
        Ok(ChangeRow {
            order: change.order,
            // A version that cannot be stored is nobody's.
            from: i64::try_from(change.from).unwrap_or(-1),
            progress: ProgressRow::of(&change.progress)?,
            entries: change.entries.iter().map(json).collect::<Result<_>>()?,
            reversal_numbers: change.reversal_numbers.iter().map(|number| number.0.clone()).collect(),
            event: change.event.as_ref().map(EventColumns::of).transpose()?,
            callbacks: change.callbacks.iter().map(CallbackColumns::of).collect::<Result<_>>()?,
        })
    }
}

/// A row of `events`.
#[derive(Debug)]
pub(crate) struct EventColumns {
    pub(crate) order: OrderId,
    pub(crate) version: i64,
    pub(crate) app: String,
    pub(crate) json: String,
}

impl EventColumns {
    fn of(event: &Event) -> Result<EventColumns> {
        Ok(EventColumns { order: event.id.order, version: counter(event.id.version)?, app: event.app.0.clone(), json: json(event)? })
    }
}

/// A row of `callbacks`.
#[derive(Debug)]
pub(crate) struct CallbackColumns {
    pub(crate) order: OrderId,
    pub(crate) version: i64,
    pub(crate) place: i64,
    pub(crate) target: String,
    pub(crate) state: &'static str,
    pub(crate) attempt: i64,
    pub(crate) fence: i64,
    pub(crate) due: Option<i64>,
    pub(crate) deliveries: String,
}

impl CallbackColumns {
    pub(crate) fn of(callback: &Callback) -> Result<CallbackColumns> {
        Ok(CallbackColumns {
            order: callback.id.event.order,
            version: counter(callback.id.event.version)?,
            place: i64::from(callback.id.place),
            target: json(&callback.target)?,
            state: callback.state.name(),
            attempt: i64::from(callback.attempt),
            fence: counter(callback.fence)?,
            due: callback.due.map(milliseconds),
            deliveries: json(&callback.deliveries)?,
        })
    }
}

/// A row of `callbacks` with the event that it tells.
#[derive(Debug)]
pub(crate) struct StoredCallback {
    pub(crate) order: u128,
    pub(crate) version: i64,
    pub(crate) place: i64,
    pub(crate) event: String,
    pub(crate) target: String,
    pub(crate) state: String,
    pub(crate) attempt: i64,
    pub(crate) fence: i64,
    pub(crate) due: Option<i64>,
    pub(crate) deliveries: String,
}

impl StoredCallback {
    pub(crate) fn callback(self) -> Result<Callback> {
        let event = EventId { order: OrderId(self.order), version: self.version.unsigned_abs() };
        let place = || format!("callback {event}_{}", self.place);
        let number = u16::try_from(self.place).map_err(|_| unreadable(place(), "place", "it is out of range"))?;
        let state = match self.state.as_str() {
            "waiting" => CallbackState::Waiting,
            "delivered" => CallbackState::Delivered,
            "given_up" => CallbackState::GivenUp,
            other => return Err(unreadable(place(), "state", &format!("{other:?} is none"))),
        };
        Ok(Callback {
            id: CallbackId { event, place: number },
            event: read(&self.event, "event", place)?,
            target: read(&self.target, "target", place)?,
            state,
            attempt: u32::try_from(self.attempt).unwrap_or(u32::MAX),
            fence: self.fence.unsigned_abs(),
            due: self.due.map(|at| moment(at, place)).transpose()?,
            deliveries: read(&self.deliveries, "deliveries", place)?,
        })
    }
}

/// A row of `sellers`: the login stands apart from the body.
pub(crate) fn seller(app: &str, tax_id: &str, body: &str, login: &str) -> Result<Seller> {
    let place = || format!("seller {tax_id} of app {app}");
    let mut seller: Seller = read(body, "settings", place)?;
    seller.login = read(login, "login", place)?;
    Ok(seller)
}

/// When something was last seen of a login.
pub(crate) fn seen(login: &Login) -> Option<i64> {
    match login {
        Login::Unknown => None,
        Login::Present { seen_at } | Login::Missing { seen_at, .. } => Some(milliseconds(*seen_at)),
    }
}

/// The orders of a page, of which one more than the limit was looked for.
pub(crate) fn page(mut orders: Vec<Order>, limit: usize) -> Listing {
    let more = orders.len() > limit.max(1);
    orders.truncate(limit.max(1));
    let next = orders.last().filter(|_| more).map(|order| order.id);
    Listing { orders, next }
}

/// The state of this name.
pub(crate) fn named(name: &str) -> Result<State> {
    State::named(name).ok_or_else(|| unreadable("an order".to_owned(), "state", &format!("{name:?} is none")))
}

/// What a row of `links` leads to.
pub(crate) fn linked(order: u128, place: i64, expires_at: i64, number: String) -> Result<Linked> {
    let of = || format!("a link to order {}", OrderId(order));
    let place = u16::try_from(place).map_err(|_| unreadable(of(), "place", "it is out of range"))?;
    let invoice = InvoiceId { order: OrderId(order), place };
    Ok(Linked { invoice, expires_at: moment(expires_at, of)?, number: OrderNumber(number) })
}

/// As JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|why| StoreError::Failed(format!("it cannot be written as JSON: {why}")))
}

/// Back from JSON.
pub(crate) fn read<T: DeserializeOwned>(text: &str, what: &'static str, place: impl FnOnce() -> String) -> Result<T> {
    serde_json::from_str(text).map_err(|why| unreadable(place(), what, &why.to_string()))
}

/// Milliseconds since 1970.
pub(crate) fn milliseconds(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// Back from milliseconds.
pub(crate) fn moment(at: i64, place: impl FnOnce() -> String) -> Result<Timestamp> {
    Timestamp::from_millisecond(at).map_err(|why| unreadable(place(), "time", &why.to_string()))
}

/// Counters are kept as signed numbers.
pub(crate) fn counter(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|_| StoreError::Failed(format!("the counter {count} is out of range")))
}

pub(crate) fn unreadable(place: String, what: &'static str, why: &str) -> StoreError {
    StoreError::Unreadable { place, what, why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use issue::conformance::sample::{at, order};

    use super::*;

    fn stored(order: &Order) -> StoredOrder {
        let row = ProgressRow::of(&order.progress).unwrap();
        StoredOrder {
            id: order.id.0,
            app: order.app.0.clone(),
            number: order.number.0.clone(),
            provider: order.provider.clone(),
            fingerprint: order.fingerprint.0.to_vec(),
            accepted_at: milliseconds(order.accepted_at),
            version: row.version,
            fence: row.fence,
            leased_until: row.leased_until,
            body: body(order).unwrap(),
            progress: row.json,
        }
    }

    #[test]
    fn an_order_comes_back_with_the_lease_of_its_columns() {
        let mut order = order(7, "demo", "1");
        let mut row = stored(&order);
        (row.version, row.fence, row.leased_until) = (9, 4, Some(milliseconds(at(50))));
        (order.progress.version, order.progress.fence, order.progress.leased_until) = (9, 4, Some(at(50)));
        assert_eq!(row.order().unwrap(), order);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let order = order(7, "demo", "1");
        type Damage = fn(&mut StoredOrder);
        let cases: [(Damage, &str); 4] = [
            (|row| row.body.truncate(20), "content"),
            (|row| row.progress = row.progress.replace("accepted", "eaten"), "progress"),
            (|row| row.fingerprint.truncate(31), "fingerprint"),
            (|row| row.accepted_at = i64::MAX, "time"),
        ];
        for (damage, part) in cases {
            let mut row = stored(&order);
            damage(&mut row);
            match row.order().unwrap_err() {
                StoreError::Unreadable { place, what, .. } => assert_eq!((place, what), (format!("order {}", order.id), part)),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn an_order_is_ready_when_it_is_due_and_no_lease_holds_it() {
        let mut progress = order(7, "demo", "1").progress;
        for (due, until, ready) in
            [(None, Some(5), None), (Some(5), None, Some(5)), (Some(5), Some(4), Some(5)), (Some(5), Some(6), Some(6))]
        {
            (progress.due, progress.leased_until) = (due.map(at), until.map(at));
            assert_eq!(ProgressRow::of(&progress).unwrap().ready, ready.map(|ready| milliseconds(at(ready))));
        }
    }
}
