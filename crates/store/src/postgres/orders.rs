//! Orders: accepted, found, listed, counted.

use std::collections::{HashMap, HashSet};

use deadpool_postgres::GenericClient;
use issue::order::{AppId, Entry, Order, OrderId, OrderNumber, ProviderNumber};
use issue::store::{Filter, Listing, NewOrder, Result, StoreError, Tally};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::query::{Values, get, id, row, rows, storable};
use crate::row::{ProgressRow, StoredOrder, body, json, milliseconds, moment, named, page, read};
use crate::search::{Search, Value};

/// The columns of a [`StoredOrder`].
pub(super) const COLUMNS: &str = "id, app, number, provider, fingerprint, accepted_at, version, fence, leased_until, body, progress";

/// A row of [`COLUMNS`].
pub(super) fn stored(row: &Row) -> Result<StoredOrder> {
    Ok(StoredOrder {
        id: id(row, 0)?,
        app: get(row, 1)?,
        number: get(row, 2)?,
        provider: get(row, 3)?,
        fingerprint: get(row, 4)?,
        accepted_at: get(row, 5)?,
        version: get(row, 6)?,
        fence: get(row, 7)?,
        leased_until: get(row, 8)?,
        body: get(row, 9)?,
        progress: get(row, 10)?,
    })
}

/// The key of an order.
pub(super) fn key(id: OrderId) -> Uuid {
    Uuid::from_u128(id.0)
}

/// An order to accept, written out by whoever brings it.
#[derive(Debug)]
pub(super) struct NewRow {
    id: Uuid,
    app: String,
    number: String,
    provider: String,
    seller: String,
    fingerprint: [u8; 32],
    accepted_at: i64,
    body: String,
    progress: ProgressRow,
    provider_number: String,
    entry: String,
}

impl NewRow {
    pub(super) fn of(new: &NewOrder) -> Result<NewRow> {
        let order = &new.order;
        for text in [&order.app.0, &order.number.0, &order.provider, &order.seller().0] {
            storable(text)?;
        }
        Ok(NewRow {
            id: key(order.id),
            app: order.app.0.clone(),
            number: order.number.0.clone(),
            provider: order.provider.clone(),
            seller: order.seller().0.clone(),
            fingerprint: order.fingerprint.0,
            accepted_at: milliseconds(order.accepted_at),
            body: body(order)?,
            progress: ProgressRow::of(&order.progress)?,
            provider_number: new.provider_number.0.clone(),
            entry: json(&new.entry)?,
        })
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.body.len() + self.progress.json.len() + self.entry.len() + self.number.len() + 200
    }

    /// What is unique of it.
    pub(super) fn key(&self) -> (&str, &str) {
        (&self.app, &self.number)
    }
}

const ACCEPT: &str = "WITH fresh AS (\
    INSERT INTO orders (id, app, number, provider, seller, fingerprint, accepted_at, state, version, fence, due, leased_until, ready, \
    waiting_since, serial, body, progress) \
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::text[], $9::bigint[], \
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $16::text[], $17::text[]) \
    ON CONFLICT ON CONSTRAINT orders_by_number DO NOTHING RETURNING id\
    ), numbered AS (\
    INSERT INTO provider_numbers (number, provider, order_id) \
    SELECT number, provider, id FROM unnest($1::uuid[], $4::text[], $18::text[]) AS new (id, provider, number) JOIN fresh USING (id)\
    ), told AS (\
    INSERT INTO timeline (order_id, version, place, entry) \
    SELECT id, version, 0, entry FROM unnest($1::uuid[], $9::bigint[], $19::text[]) AS new (id, version, entry) JOIN fresh USING (id)\
    ) SELECT id FROM fresh";

/// Stores orders: for each none when it is fresh, else the one that has its number. All fresh ones of them, or none.
pub(super) async fn accept(client: &impl GenericClient, new: &[&NewRow]) -> Result<Vec<Result<Option<StoredOrder>>>> {
    let ids: Vec<Uuid> = new.iter().map(|row| row.id).collect();
    let apps: Vec<&str> = new.iter().map(|row| row.app.as_str()).collect();
    let numbers: Vec<&str> = new.iter().map(|row| row.number.as_str()).collect();
    let providers: Vec<&str> = new.iter().map(|row| row.provider.as_str()).collect();
    let sellers: Vec<&str> = new.iter().map(|row| row.seller.as_str()).collect();
    let fingerprints: Vec<&[u8]> = new.iter().map(|row| row.fingerprint.as_slice()).collect();
    let accepted: Vec<i64> = new.iter().map(|row| row.accepted_at).collect();
    let states: Vec<&str> = new.iter().map(|row| row.progress.state).collect();
    let versions: Vec<i64> = new.iter().map(|row| row.progress.version).collect();
    let fences: Vec<i64> = new.iter().map(|row| row.progress.fence).collect();
    let due: Vec<Option<i64>> = new.iter().map(|row| row.progress.due).collect();
    let leased: Vec<Option<i64>> = new.iter().map(|row| row.progress.leased_until).collect();
    let ready: Vec<Option<i64>> = new.iter().map(|row| row.progress.ready).collect();
    let waiting: Vec<Option<i64>> = new.iter().map(|row| row.progress.waiting_since).collect();
    let serials: Vec<Option<&str>> = new.iter().map(|row| row.progress.serial.as_deref()).collect();
    let bodies: Vec<&str> = new.iter().map(|row| row.body.as_str()).collect();
    let progress: Vec<&str> = new.iter().map(|row| row.progress.json.as_str()).collect();
    let provider_numbers: Vec<&str> = new.iter().map(|row| row.provider_number.as_str()).collect();
    let entries: Vec<&str> = new.iter().map(|row| row.entry.as_str()).collect();
    let values: Values<'_> = &[
        &ids,
        &apps,
        &numbers,
        &providers,
        &sellers,
        &fingerprints,
        &accepted,
        &states,
        &versions,
        &fences,
        &due,
        &leased,
        &ready,
        &waiting,
        &serials,
        &bodies,
        &progress,
        &provider_numbers,
        &entries,
    ];
    fail::fail_point!(issue::crash::WRITTEN);
    let inserted = rows(client, ACCEPT, values).await?;
    let fresh = inserted.iter().map(|row| get::<Uuid>(row, 0)).collect::<Result<HashSet<Uuid>>>()?;
    if fresh.len() == new.len() {
        return Ok(new.iter().map(|_| Ok(None)).collect());
    }
    // A statement of its own: it sees what other nodes committed while the first one waited for them.
    let taken = new.iter().filter(|row| !fresh.contains(&row.id));
    let (apps, numbers): (Vec<&str>, Vec<&str>) = taken.map(|row| row.key()).unzip();
    let sql = format!("SELECT {COLUMNS} FROM orders WHERE (app, number) IN (SELECT * FROM unnest($1::text[], $2::text[]))");
    let mut known = HashMap::new();
    for row in rows(client, &sql, &[&apps, &numbers]).await? {
        let row = stored(&row)?;
        known.insert((row.app.clone(), row.number.clone()), row);
    }
    let answers = new.iter().map(|row| {
        if fresh.contains(&row.id) {
            return Ok(None);
        }
        let found = known.get(&(row.app.clone(), row.number.clone())).cloned();
        found.map(Some).ok_or_else(|| StoreError::Failed("an order is neither stored nor known".to_owned()))
    });
    Ok(answers.collect())
}

async fn one(client: &impl GenericClient, rest: &str, values: Values<'_>) -> Result<Option<Order>> {
    let found = row(client, &format!("SELECT {COLUMNS} FROM orders WHERE {rest}"), values).await?;
    found.map(|row| stored(&row)?.order()).transpose()
}

pub(super) async fn by_number(client: &impl GenericClient, app: &AppId, number: &OrderNumber) -> Result<Option<Order>> {
    if storable(&app.0).and(storable(&number.0)).is_err() {
        return Ok(None);
    }
    one(client, "app = $1 AND number = $2", &[&app.0, &number.0]).await
}

pub(super) async fn by_id(client: &impl GenericClient, id: OrderId) -> Result<Option<Order>> {
    one(client, "id = $1", &[&key(id)]).await
}

pub(super) async fn by_provider_number(client: &impl GenericClient, provider: &str, number: &ProviderNumber) -> Result<Option<Order>> {
    if storable(provider).and(storable(&number.0)).is_err() {
        return Ok(None);
    }
    let of = "id = (SELECT order_id FROM provider_numbers WHERE number = $1 AND provider = $2)";
    one(client, of, &[&number.0, &provider]).await
}

pub(super) async fn by_serial(client: &impl GenericClient, provider: &str, serial: &str) -> Result<Option<Order>> {
    if storable(provider).and(storable(serial)).is_err() {
        return Ok(None);
    }
    // Serials are the provider's: should it give one twice, the later order is meant.
    one(client, "serial = $1 AND provider = $2 ORDER BY id DESC LIMIT 1", &[&serial, &provider]).await
}

pub(super) async fn list(client: &impl GenericClient, filter: &Filter) -> Result<Listing> {
    let search = Search::of(filter, COLUMNS, '$');
    let values: Vec<Box<dyn ToSql + Sync + Send>> = search
        .values
        .into_iter()
        .map(|value| -> Box<dyn ToSql + Sync + Send> {
            match value {
                Value::Text(text) => Box::new(text.replace('\0', "\u{fffd}")),
                Value::Number(number) => Box::new(number),
                Value::Id(id) => Box::new(Uuid::from_u128(id)),
            }
        })
        .collect();
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
    let found = rows(client, &search.sql, &values).await?;
    let orders = found.iter().map(|row| stored(row)?.order()).collect::<Result<Vec<Order>>>()?;
    Ok(page(orders, filter.limit))
}

pub(super) async fn tally(client: &impl GenericClient) -> Result<Tally> {
    let mut orders = Vec::new();
    for row in rows(client, "SELECT state, count(*) FROM orders GROUP BY state", &[]).await? {
        orders.push((named(get(&row, 0)?)?, get::<i64>(&row, 1)?.unsigned_abs()));
    }
    let sql = "SELECT (SELECT min(waiting_since) FROM orders WHERE waiting_since IS NOT NULL), \
               (SELECT count(*) FROM callbacks WHERE due IS NOT NULL), (SELECT count(*) FROM callbacks WHERE state = 'given_up')";
    let rest = row(client, sql, &[]).await?.ok_or_else(|| StoreError::Failed("the database counts nothing".to_owned()))?;
    Ok(Tally {
        orders,
        oldest_waiting: get::<Option<i64>>(&rest, 0)?.map(|at| moment(at, || "an order".to_owned())).transpose()?,
        callbacks_waiting: get::<i64>(&rest, 1)?.unsigned_abs(),
        callbacks_given_up: get::<i64>(&rest, 2)?.unsigned_abs(),
    })
}

pub(super) async fn timeline(client: &impl GenericClient, id: OrderId) -> Result<Vec<Entry>> {
    let entries = rows(client, "SELECT entry FROM timeline WHERE order_id = $1 ORDER BY version, place", &[&key(id)]).await?;
    entries.iter().map(|row| read(get(row, 0)?, "timeline", || format!("order {id}"))).collect()
}
