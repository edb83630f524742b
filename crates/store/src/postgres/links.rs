//! Links to documents.

use deadpool_postgres::GenericClient;
use issue::order::InvoiceId;
use issue::store::{LinkDigest, Linked, Result, StoreError};
use jiff::Timestamp;

use super::orders::key;
use super::query::{execute, get, id, row};
use crate::row::{linked, milliseconds};

pub(super) async fn put(client: &impl GenericClient, link: &LinkDigest, invoice: InvoiceId, expires_at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO links (digest, order_id, place, expires_at) SELECT $1, id, $3, $4 FROM orders WHERE id = $2 \
               ON CONFLICT (digest) DO UPDATE SET order_id = excluded.order_id, place = excluded.place, expires_at = excluded.expires_at";
    let digest = link.0.as_slice();
    let (key, place, expires_at) = (key(invoice.order), i64::from(invoice.place), milliseconds(expires_at));
    match execute(client, sql, &[&digest, &key, &place, &expires_at]).await? {
        0 => Err(StoreError::Failed(format!("there is no order {}", invoice.order))),
        _ => Ok(()),
    }
}

pub(super) async fn follow(client: &impl GenericClient, link: &LinkDigest, now: Timestamp) -> Result<Option<Linked>> {
    let sql = "SELECT l.order_id, l.place, l.expires_at, o.number FROM links AS l JOIN orders AS o ON o.id = l.order_id \
               WHERE l.digest = $1 AND l.expires_at > $2";
    let found = row(client, sql, &[&link.0.as_slice(), &milliseconds(now)]).await?;
    found.map(|row| linked(id(&row, 0)?, get(&row, 1)?, get(&row, 2)?, get(&row, 3)?)).transpose()
}

pub(super) async fn sweep(client: &impl GenericClient, now: Timestamp) -> Result<u64> {
    execute(client, "DELETE FROM links WHERE expires_at <= $1", &[&milliseconds(now)]).await
}
