//! Leases, changes, notices.

use issue::store::{Claim, Committed, NoticeId, NoticeTaken, Result};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::connection::failed;
use super::orders::{COLUMNS, key, stored};
use crate::row::{ChangeRow, StoredOrder, milliseconds, moment};

pub(super) fn lease(db: &Connection, claim: &Claim) -> Result<Vec<StoredOrder>> {
    let mut update = db
        .prepare_cached(&format!(
            "UPDATE orders SET fence = fence + 1, version = version + 1, leased_until = ?1, ready = max(due, ?1) WHERE place IN \
             (SELECT place FROM orders WHERE ready <= ?2 ORDER BY ready LIMIT ?3) RETURNING {COLUMNS}"
        ))
        .map_err(failed)?;
    let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
    let leased = update.query_map((milliseconds(claim.until), milliseconds(claim.now), limit), stored).map_err(failed)?;
    leased.collect::<rusqlite::Result<_>>().map_err(failed)
}

pub(super) fn next_due(db: &Connection) -> Result<Option<Timestamp>> {
    let first =
        |sql: &str| db.prepare_cached(sql).and_then(|mut select| select.query_row([], |row| row.get::<_, Option<i64>>(0))).map_err(failed);
    let orders = first("SELECT min(ready) FROM orders WHERE ready IS NOT NULL")?;
    let callbacks = first("SELECT min(due) FROM callbacks WHERE due IS NOT NULL")?;
    orders.into_iter().chain(callbacks).min().map(|at| moment(at, || "what is due".to_owned())).transpose()
}

pub(super) fn commit(db: &Connection, change: &ChangeRow) -> Result<Committed> {
    let id = key(change.order);
    let progress = &change.progress;
    let mut update = db
        .prepare_cached(
            "UPDATE orders SET state = ?3, version = ?4, fence = ?5, due = ?6, leased_until = ?7, ready = ?8, waiting_since = ?9, \
             serial = ?10, progress = ?11 WHERE id = ?1 AND version = ?2 RETURNING provider",
        )
        .map_err(failed)?;
    let updated: Option<String> = update
        .query_row(
            params![
                id,
                change.from,
                progress.state,
                progress.version,
                progress.fence,
                progress.due,
                progress.leased_until,
                progress.ready,
                progress.waiting_since,
                progress.serial,
                progress.json
            ],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed)?;
    let Some(provider) = updated else { return Ok(Committed::Conflict) };
    for (place, entry) in (0_i64..).zip(&change.entries) {
        db.prepare_cached("INSERT INTO timeline (order_id, version, place, entry) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute((id, progress.version, place, entry)))
            .map_err(failed)?;
    }
    for number in &change.reversal_numbers {
        db.prepare_cached("INSERT INTO provider_numbers (number, provider, order_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .and_then(|mut insert| insert.execute((number, &provider, id)))
            .map_err(failed)?;
    }
    if let Some(event) = &change.event {
        db.prepare_cached("INSERT INTO events (order_id, version, app, event) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute((key(event.order), event.version, &event.app, &event.json)))
            .map_err(failed)?;
    }
    for callback in &change.callbacks {
        db.prepare_cached(
            "INSERT INTO callbacks (order_id, version, place, target, state, attempt, fence, due, deliveries) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                key(callback.order),
                callback.version,
                callback.place,
                callback.target,
                callback.state,
                callback.attempt,
                callback.fence,
                callback.due,
                callback.deliveries
            ])
        })
        .map_err(failed)?;
    }
    Ok(Committed::Done)
}

pub(super) fn take_notice(db: &Connection, notice: &NoticeId, at: i64, claim: &str, change: Option<&ChangeRow>) -> Result<NoticeTaken> {
    // It is the only writer: nothing comes between looking and writing.
    let known: Option<i64> = db
        .prepare_cached("SELECT 1 FROM notices WHERE provider = ?1 AND digest = ?2")
        .and_then(|mut select| select.query_row((&notice.provider, notice.digest), |row| row.get(0)).optional())
        .map_err(failed)?;
    if known.is_some() {
        return Ok(NoticeTaken::Known);
    }
    if let Some(change) = change
        && commit(db, change)? == Committed::Conflict
    {
        return Ok(NoticeTaken::Conflict);
    }
    db.prepare_cached("INSERT INTO notices (provider, digest, at, claim) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut insert| insert.execute((&notice.provider, notice.digest, at, claim)))
        .map_err(failed)?;
    Ok(NoticeTaken::Fresh)
}
