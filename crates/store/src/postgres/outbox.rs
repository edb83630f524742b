//! Callbacks and events.
//!
//! Numbers of a sequence become visible in another order than they were drawn: a reader of the feed that goes on from the last
//! one it saw would miss an event whose transaction was slower. So an event is stored without a place. Whoever reads the feed
//! first gives places, under a lock and after the fact, to what has become visible since.

use deadpool_postgres::{Client, GenericClient};
use issue::event::{Event, EventId};
use issue::order::{AppId, OrderId};
use issue::store::{Callback, CallbackId, Claim, Delivery, EventRow, NextDelivery, Result, StoreError};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::orders::key;
use super::query::{execute, failed, get, id, row, rows};
use crate::row::{CallbackColumns, StoredCallback, milliseconds, read};

/// A callback, its event beside it: `callbacks AS c`, `events AS e`.
const COLUMNS: &str = "c.order_id, c.version, c.place, e.event, c.target, c.state, c.attempt, c.fence, c.due, c.deliveries";
const BESIDE: &str = "JOIN events AS e ON e.order_id = c.order_id AND e.version = c.version";

/// Events that get their places in one transaction.
const NUMBERED: i64 = 10_000;

fn stored(row: &Row) -> Result<StoredCallback> {
    Ok(StoredCallback {
        order: id(row, 0)?,
        version: get(row, 1)?,
        place: get(row, 2)?,
        event: get(row, 3)?,
        target: get(row, 4)?,
        state: get(row, 5)?,
        attempt: get(row, 6)?,
        fence: get(row, 7)?,
        due: get(row, 8)?,
        deliveries: get(row, 9)?,
    })
}

pub(super) async fn lease(client: &impl GenericClient, claim: &Claim) -> Result<Vec<Callback>> {
    let sql = format!(
        "WITH free AS (SELECT order_id, version, place FROM callbacks WHERE due <= $2 ORDER BY due LIMIT $3 FOR UPDATE SKIP LOCKED), \
         c AS (UPDATE callbacks AS own SET fence = fence + 1, due = $1 FROM free \
         WHERE own.order_id = free.order_id AND own.version = free.version AND own.place = free.place RETURNING own.*) \
         SELECT {COLUMNS} FROM c {BESIDE}"
    );
    let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
    let leased = rows(client, &sql, &[&milliseconds(claim.until), &milliseconds(claim.now), &limit]).await?;
    leased.iter().map(|row| stored(row)?.callback()).collect()
}

/// A callback, locked until the transaction ends.
async fn locked(client: &impl GenericClient, id: CallbackId) -> Result<Option<Callback>> {
    let sql =
        format!("SELECT {COLUMNS} FROM callbacks AS c {BESIDE} WHERE c.order_id = $1 AND c.version = $2 AND c.place = $3 FOR UPDATE OF c");
    let version = i64::try_from(id.event.version).unwrap_or(-1);
    let found = row(client, &sql, &[&key(id.event.order), &version, &i64::from(id.place)]).await?;
    found.map(|row| stored(&row)?.callback()).transpose()
}

async fn write(client: &impl GenericClient, callback: &Callback) -> Result<()> {
    let row = CallbackColumns::of(callback)?;
    let sql = "UPDATE callbacks SET state = $4, attempt = $5, fence = $6, due = $7, deliveries = $8 \
               WHERE order_id = $1 AND version = $2 AND place = $3";
    let key = key(row.order);
    execute(client, sql, &[&key, &row.version, &row.place, &row.state, &row.attempt, &row.fence, &row.due, &row.deliveries]).await?;
    Ok(())
}

pub(super) async fn settle(client: &mut Client, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool> {
    let whole = client.transaction().await.map_err(failed)?;
    let Some(mut callback) = locked(&whole, id).await?.filter(|callback| callback.fence == fence) else { return Ok(false) };
    callback.settle(delivery.clone(), next);
    write(&whole, &callback).await?;
    whole.commit().await.map_err(failed)?;
    Ok(true)
}

pub(super) async fn replay(client: &mut Client, id: CallbackId, now: Timestamp) -> Result<bool> {
    let whole = client.transaction().await.map_err(failed)?;
    let Some(mut callback) = locked(&whole, id).await? else { return Ok(false) };
    callback.replay(now);
    write(&whole, &callback).await?;
    whole.commit().await.map_err(failed)?;
    Ok(true)
}

pub(super) async fn of_order(client: &impl GenericClient, order: OrderId) -> Result<Vec<Callback>> {
    let sql = format!("SELECT {COLUMNS} FROM callbacks AS c {BESIDE} WHERE c.order_id = $1 ORDER BY c.version, c.place");
    rows(client, &sql, &[&key(order)]).await?.iter().map(|row| stored(row)?.callback()).collect()
}

/// Gives places to events that have none.
async fn number(client: &mut Client) -> Result<()> {
    loop {
        let outstanding = row(client, "SELECT 1 FROM events WHERE place IS NULL LIMIT 1", &[]).await?;
        if outstanding.is_none() {
            return Ok(());
        }
        let whole = client.transaction().await.map_err(failed)?;
        let last = row(&whole, "SELECT last FROM feed FOR UPDATE", &[]).await?;
        let last: i64 = get(&last.ok_or_else(|| StoreError::Failed("the feed has no row".to_owned()))?, 0)?;
        // Only now, with the lock, is looked at what is visible: the next one to number sees all of it numbered.
        let sql = "WITH new AS (SELECT seq, row_number() OVER (ORDER BY seq) AS place \
                   FROM (SELECT seq FROM events WHERE place IS NULL ORDER BY seq LIMIT $2) AS first) \
                   UPDATE events SET place = $1 + new.place FROM new WHERE events.seq = new.seq";
        let numbered = execute(&whole, sql, &[&last, &NUMBERED]).await?;
        let last = last.saturating_add(i64::try_from(numbered).unwrap_or(i64::MAX));
        execute(&whole, "UPDATE feed SET last = $1", &[&last]).await?;
        whole.commit().await.map_err(failed)?;
    }
}

fn event_row(row: &Row) -> Result<EventRow> {
    let place: i64 = get(row, 0)?;
    let event: Event = read(get(row, 1)?, "event", || format!("place {place} of the feed"))?;
    Ok(EventRow { place: place.unsigned_abs(), event })
}

pub(super) async fn events(client: &mut Client, app: Option<&AppId>, after: u64, limit: usize) -> Result<Vec<EventRow>> {
    number(client).await?;
    let (after, limit) = (i64::try_from(after).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    let found = match app {
        Some(app) => {
            let sql = "SELECT place, event FROM events WHERE app = $3 AND place > $1 ORDER BY place LIMIT $2";
            rows(client, sql, &[&after, &limit, &app.0.replace('\0', "\u{fffd}")]).await?
        }
        None => rows(client, "SELECT place, event FROM events WHERE place > $1 ORDER BY place LIMIT $2", &[&after, &limit]).await?,
    };
    found.iter().map(event_row).collect()
}

pub(super) async fn event(client: &mut Client, id: EventId) -> Result<Option<EventRow>> {
    number(client).await?;
    let version = i64::try_from(id.version).unwrap_or(-1);
    let sql = "SELECT place, event FROM events WHERE order_id = $1 AND version = $2 AND place IS NOT NULL";
    row(client, sql, &[&key(id.order), &version]).await?.as_ref().map(event_row).transpose()
}
