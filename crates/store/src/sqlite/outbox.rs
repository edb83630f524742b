//! Callbacks and events.

use issue::event::{Event, EventId};
use issue::order::OrderId;
use issue::store::{Callback, CallbackId, Claim, Delivery, EventRow, NextDelivery, Result};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::failed;
use super::orders::key;
use crate::row::{CallbackColumns, StoredCallback, counter, milliseconds, read};

/// A callback, its event beside it: `callbacks AS c`, `events AS e`.
const COLUMNS: &str = "c.order_id, c.version, c.place, e.event, c.target, c.state, c.attempt, c.fence, c.due, c.deliveries";
const FROM: &str = "callbacks AS c JOIN events AS e ON e.order_id = c.order_id AND e.version = c.version";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredCallback> {
    Ok(StoredCallback {
        order: u128::from_be_bytes(row.get(0)?),
        version: row.get(1)?,
        place: row.get(2)?,
        event: row.get(3)?,
        target: row.get(4)?,
        state: row.get(5)?,
        attempt: row.get(6)?,
        fence: row.get(7)?,
        due: row.get(8)?,
        deliveries: row.get(9)?,
    })
}

pub(super) fn lease(db: &Connection, claim: &Claim) -> Result<Vec<StoredCallback>> {
    let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
    let mut select =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE c.due <= ?1 ORDER BY c.due LIMIT ?2")).map_err(failed)?;
    let due = select.query_map((milliseconds(claim.now), limit), stored).map_err(failed)?;
    let mut due: Vec<StoredCallback> = due.collect::<rusqlite::Result<_>>().map_err(failed)?;
    let mut update = db
        .prepare_cached("UPDATE callbacks SET fence = ?4, due = ?5 WHERE order_id = ?1 AND version = ?2 AND place = ?3")
        .map_err(failed)?;
    for callback in &mut due {
        callback.fence += 1;
        callback.due = Some(milliseconds(claim.until));
        update
            .execute(params![callback.order.to_be_bytes(), callback.version, callback.place, callback.fence, callback.due])
            .map_err(failed)?;
    }
    Ok(due)
}

fn one(db: &Connection, id: CallbackId) -> Result<Option<Callback>> {
    let mut select = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE c.order_id = ?1 AND c.version = ?2 AND c.place = ?3"))
        .map_err(failed)?;
    let found = select.query_row((key(id.event.order), counter(id.event.version)?, id.place), stored).optional().map_err(failed)?;
    found.map(StoredCallback::callback).transpose()
}

fn write(db: &Connection, callback: &Callback) -> Result<()> {
    let row = CallbackColumns::of(callback)?;
    db.prepare_cached(
        "UPDATE callbacks SET state = ?4, attempt = ?5, fence = ?6, due = ?7, deliveries = ?8 \
         WHERE order_id = ?1 AND version = ?2 AND place = ?3",
    )
    .and_then(|mut update| {
        update.execute(params![key(row.order), row.version, row.place, row.state, row.attempt, row.fence, row.due, row.deliveries])
    })
    .map_err(failed)?;
    Ok(())
}

pub(super) fn settle(db: &Connection, id: CallbackId, fence: u64, delivery: &Delivery, next: NextDelivery) -> Result<bool> {
    let Some(mut callback) = one(db, id)?.filter(|callback| callback.fence == fence) else { return Ok(false) };
    callback.settle(delivery.clone(), next);
    write(db, &callback)?;
    Ok(true)
}

pub(super) fn replay(db: &Connection, id: CallbackId, now: Timestamp) -> Result<bool> {
    let Some(mut callback) = one(db, id)? else { return Ok(false) };
    callback.replay(now);
    write(db, &callback)?;
    Ok(true)
}

pub(super) fn of_order(db: &Connection, order: OrderId) -> Result<Vec<Callback>> {
    let mut select =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE c.order_id = ?1 ORDER BY c.version, c.place")).map_err(failed)?;
    let callbacks = select.query_map([key(order)], stored).map_err(failed)?;
    callbacks.map(|callback| callback.map_err(failed)?.callback()).collect()
}

fn row(place: i64, event: &str) -> Result<EventRow> {
    let event: Event = read(event, "event", || format!("place {place} of the feed"))?;
    Ok(EventRow { place: place.unsigned_abs(), event })
}

pub(super) fn events(db: &Connection, app: Option<&str>, after: u64, limit: usize) -> Result<Vec<EventRow>> {
    let of = if app.is_some() { "app = ?3 AND" } else { "?3 IS NULL AND" };
    let mut select =
        db.prepare_cached(&format!("SELECT place, event FROM events WHERE {of} place > ?1 ORDER BY place LIMIT ?2")).map_err(failed)?;
    let (after, limit) = (i64::try_from(after).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = select.query_map((after, limit, app), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).map_err(failed)?;
    rows.map(|found| found.map_err(failed).and_then(|(place, event)| row(place, &event))).collect()
}

pub(super) fn event(db: &Connection, id: EventId) -> Result<Option<EventRow>> {
    let found = db
        .prepare_cached("SELECT place, event FROM events WHERE order_id = ?1 AND version = ?2")
        .and_then(|mut select| {
            let version = i64::try_from(id.version).unwrap_or(-1);
            select.query_row((key(id.order), version), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).optional()
        })
        .map_err(failed)?;
    found.map(|(place, event)| row(place, &event)).transpose()
}
