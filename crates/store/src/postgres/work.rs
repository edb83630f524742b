//! Leases, changes, notices.

use deadpool_postgres::{Client, GenericClient};
use issue::order::Order;
use issue::store::{Claim, Committed, NoticeId, NoticeTaken, Result, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

use super::orders::{COLUMNS, key, stored};
use super::query::{Values, execute, failed, get, row, rows, storable};
use crate::row::{ChangeRow, milliseconds, moment};

pub(super) async fn lease(client: &impl GenericClient, claim: &Claim) -> Result<Vec<Order>> {
    let columns = COLUMNS.split(", ").map(|column| format!("o.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH free AS (SELECT id FROM orders WHERE ready <= $2 ORDER BY ready LIMIT $3 FOR UPDATE SKIP LOCKED) \
         UPDATE orders AS o SET fence = fence + 1, version = version + 1, leased_until = $1, ready = greatest(due, $1) \
         FROM free WHERE o.id = free.id RETURNING {columns}"
    );
    let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
    let leased = rows(client, &sql, &[&milliseconds(claim.until), &milliseconds(claim.now), &limit]).await?;
    let mut leased = leased.iter().map(|row| stored(row)?.order()).collect::<Result<Vec<Order>>>()?;
    leased.sort_unstable_by_key(|order| (order.progress.due, order.id));
    Ok(leased)
}

pub(super) async fn next_due(client: &impl GenericClient) -> Result<Option<Timestamp>> {
    let sql =
        "SELECT least((SELECT min(ready) FROM orders WHERE ready IS NOT NULL), (SELECT min(due) FROM callbacks WHERE due IS NOT NULL))";
    let first = row(client, sql, &[]).await?.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten();
    first.map(|at| moment(at, || "what is due".to_owned())).transpose()
}

const COMMIT: &str = "WITH done AS (\
    UPDATE orders SET state = $3, version = $4, fence = $5, due = $6, leased_until = $7, ready = $8, waiting_since = $9, serial = $10, \
    progress = $11 WHERE id = $1 AND version = $2 RETURNING id, provider, version\
    ), told AS (\
    INSERT INTO timeline (order_id, version, place, entry) \
    SELECT done.id, done.version, new.place - 1, new.entry FROM done, unnest($12::text[]) WITH ORDINALITY AS new (entry, place)\
    ), numbered AS (\
    INSERT INTO provider_numbers (number, provider, order_id) SELECT new.number, done.provider, done.id FROM done, unnest($13::text[]) AS new (number) \
    ON CONFLICT DO NOTHING\
    ), happened AS (\
    INSERT INTO events (order_id, version, app, event) SELECT new.id, new.version, new.app, new.event \
    FROM done, unnest($14::uuid[], $15::bigint[], $16::text[], $17::text[]) AS new (id, version, app, event)\
    ), outgoing AS (\
    INSERT INTO callbacks (order_id, version, place, target, state, attempt, fence, due, deliveries) \
    SELECT new.* FROM done, unnest($18::uuid[], $19::bigint[], $20::bigint[], $21::text[], $22::text[], $23::bigint[], $24::bigint[], \
    $25::bigint[], $26::text[]) AS new\
    ) SELECT count(*) FROM done";

/// Commits a change, in one statement.
pub(super) async fn commit(client: &impl GenericClient, change: &ChangeRow) -> Result<Committed> {
    let progress = &change.progress;
    if let Some(serial) = &progress.serial {
        storable(serial)?;
    }
    let event = change.event.as_slice();
    let event_ids: Vec<Uuid> = event.iter().map(|event| key(event.order)).collect();
    let event_versions: Vec<i64> = event.iter().map(|event| event.version).collect();
    let event_apps: Vec<&str> = event.iter().map(|event| event.app.as_str()).collect();
    let events: Vec<&str> = event.iter().map(|event| event.json.as_str()).collect();
    let callbacks = &change.callbacks;
    let ids: Vec<Uuid> = callbacks.iter().map(|callback| key(callback.order)).collect();
    let versions: Vec<i64> = callbacks.iter().map(|callback| callback.version).collect();
    let places: Vec<i64> = callbacks.iter().map(|callback| callback.place).collect();
    let targets: Vec<&str> = callbacks.iter().map(|callback| callback.target.as_str()).collect();
    let states: Vec<&str> = callbacks.iter().map(|callback| callback.state).collect();
    let attempts: Vec<i64> = callbacks.iter().map(|callback| callback.attempt).collect();
    let fences: Vec<i64> = callbacks.iter().map(|callback| callback.fence).collect();
    let due: Vec<Option<i64>> = callbacks.iter().map(|callback| callback.due).collect();
    let deliveries: Vec<&str> = callbacks.iter().map(|callback| callback.deliveries.as_str()).collect();
    let id = key(change.order);
    let values: Values<'_> = &[
        &id,
        &change.from,
        &progress.state,
        &progress.version,
        &progress.fence,
        &progress.due,
        &progress.leased_until,
        &progress.ready,
        &progress.waiting_since,
        &progress.serial,
        &progress.json,
        &change.entries,
        &change.reversal_numbers,
        &event_ids,
        &event_versions,
        &event_apps,
        &events,
        &ids,
        &versions,
        &places,
        &targets,
        &states,
        &attempts,
        &fences,
        &due,
        &deliveries,
    ];
    let done = row(client, COMMIT, values).await?.map(|row| get::<i64>(&row, 0)).transpose()?;
    Ok(if done == Some(1) { Committed::Done } else { Committed::Conflict })
}

pub(super) async fn take_notice(
    client: &mut Client,
    notice: &NoticeId,
    at: i64,
    claim: &str,
    change: Option<&ChangeRow>,
) -> Result<NoticeTaken> {
    storable(&notice.provider)?;
    let whole = client.transaction().await.map_err(failed)?;
    // Of two nodes that are told the same, the second waits here for the first.
    let sql = "INSERT INTO notices (provider, digest, at, claim) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let claim = claim.replace('\0', "\u{fffd}");
    let digest = notice.digest.as_slice();
    if execute(&whole, sql, &[&notice.provider, &digest, &at, &claim]).await? == 0 {
        return Ok(NoticeTaken::Known);
    }
    if let Some(change) = change
        && commit(&whole, change).await? == Committed::Conflict
    {
        whole.rollback().await.map_err(undone)?;
        return Ok(NoticeTaken::Conflict);
    }
    whole.commit().await.map_err(failed)?;
    Ok(NoticeTaken::Fresh)
}

/// A rollback that got no answer: the connection is gone, and the transaction with it.
fn undone(error: tokio_postgres::Error) -> StoreError {
    tracing::warn!(why = %error, "a transaction was undone by the end of its connection");
    StoreError::Busy("the database does not answer")
}
