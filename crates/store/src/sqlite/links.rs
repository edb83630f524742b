//! Links to documents.

use issue::order::InvoiceId;
use issue::store::{LinkDigest, Linked, Result};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::connection::failed;
use super::orders::key;
use crate::row::{linked, milliseconds};

/// False when there is no such order.
pub(super) fn put(db: &Connection, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<bool> {
    let put = db
        .prepare_cached(
            "INSERT INTO links (digest, order_id, place, expires_at) SELECT ?1, id, ?3, ?4 FROM orders WHERE id = ?2 \
             ON CONFLICT (digest) DO UPDATE SET order_id = excluded.order_id, place = excluded.place, expires_at = excluded.expires_at",
        )
        .and_then(|mut put| put.execute(params![link.0, key(invoice.order), invoice.place, milliseconds(expires_at)]))
        .map_err(failed)?;
    Ok(put > 0)
}

pub(super) fn follow(db: &Connection, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>> {
    let found = db
        .prepare_cached(
            "SELECT l.order_id, l.place, l.expires_at, o.number FROM links AS l JOIN orders AS o ON o.id = l.order_id \
             WHERE l.digest = ?1 AND l.expires_at > ?2",
        )
        .and_then(|mut select| {
            let linked = |row: &rusqlite::Row<'_>| {
                Ok((u128::from_be_bytes(row.get(0)?), row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, String>(3)?))
            };
            select.query_row((link.0, milliseconds(now)), linked).optional()
        })
        .map_err(failed)?;
    found.map(|(order, place, expires_at, number)| linked(order, place, expires_at, number)).transpose()
}

pub(super) fn sweep(db: &Connection, now: Timestamp) -> Result<u64> {
    let swept = db
        .prepare_cached("DELETE FROM links WHERE expires_at <= ?1")
        .and_then(|mut delete| delete.execute([milliseconds(now)]))
        .map_err(failed)?;
    Ok(swept as u64)
}
