//! Orders: accepted, found, listed, counted.

use issue::order::{Entry, Order, OrderId};
use issue::store::{Filter, Listing, NewOrder, Result, Tally};
use rusqlite::types::Value as Column;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::connection::failed;
use crate::row::{ProgressRow, StoredOrder, body, json, milliseconds, moment, named, page, read};
use crate::search::{Search, Value};

/// The columns of a [`StoredOrder`].
pub(super) const COLUMNS: &str = "id, app, number, provider, fingerprint, accepted_at, version, fence, leased_until, body, progress";

/// A row of [`COLUMNS`].
pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<StoredOrder> {
    Ok(StoredOrder {
        id: u128::from_be_bytes(row.get(0)?),
        app: row.get(1)?,
        number: row.get(2)?,
        provider: row.get(3)?,
        fingerprint: row.get(4)?,
        accepted_at: row.get(5)?,
        version: row.get(6)?,
        fence: row.get(7)?,
        leased_until: row.get(8)?,
        body: row.get(9)?,
        progress: row.get(10)?,
    })
}

/// The key of an order.
pub(super) fn key(id: OrderId) -> [u8; 16] {
    id.0.to_be_bytes()
}

/// An order to accept, written out by whoever brings it: the writer only binds it.
#[derive(Debug)]
pub(super) struct NewRow {
    id: [u8; 16],
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
}

/// Stores an order; the one that has its number, when that is taken.
pub(super) fn accept(db: &Connection, row: &NewRow) -> Result<Option<StoredOrder>> {
    let progress = &row.progress;
    let mut insert = db
        .prepare_cached(
            "INSERT INTO orders (id, app, number, provider, seller, fingerprint, accepted_at, state, version, fence, due, leased_until, \
             ready, waiting_since, serial, body, progress) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT (app, number) DO NOTHING",
        )
        .map_err(failed)?;
    let inserted = insert.execute(params![
        row.id,
        row.app,
        row.number,
        row.provider,
        row.seller,
        row.fingerprint,
        row.accepted_at,
        progress.state,
        progress.version,
        progress.fence,
        progress.due,
        progress.leased_until,
        progress.ready,
        progress.waiting_since,
        progress.serial,
        row.body,
        progress.json
    ]);
    if inserted.map_err(failed)? == 0 {
        let mut select = db.prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE app = ?1 AND number = ?2")).map_err(failed)?;
        return select.query_row((&row.app, &row.number), stored).map(Some).map_err(failed);
    }
    db.prepare_cached("INSERT INTO provider_numbers (number, provider, order_id) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute((&row.provider_number, &row.provider, row.id)))
        .map_err(failed)?;
    db.prepare_cached("INSERT INTO timeline (order_id, version, place, entry) VALUES (?1, ?2, 0, ?3)")
        .and_then(|mut insert| insert.execute((row.id, progress.version, &row.entry)))
        .map_err(failed)?;
    Ok(None)
}

fn one(db: &Connection, rest: &str, values: impl rusqlite::Params) -> Result<Option<Order>> {
    let mut select = db.prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE {rest}")).map_err(failed)?;
    select.query_row(values, stored).optional().map_err(failed)?.map(StoredOrder::order).transpose()
}

pub(super) fn by_number(db: &Connection, app: &str, number: &str) -> Result<Option<Order>> {
    one(db, "app = ?1 AND number = ?2", (app, number))
}

pub(super) fn by_id(db: &Connection, id: OrderId) -> Result<Option<Order>> {
    one(db, "id = ?1", [key(id)])
}

pub(super) fn by_provider_number(db: &Connection, provider: &str, number: &str) -> Result<Option<Order>> {
    one(db, "id = (SELECT order_id FROM provider_numbers WHERE number = ?1 AND provider = ?2)", (number, provider))
}

pub(super) fn by_serial(db: &Connection, provider: &str, serial: &str) -> Result<Option<Order>> {
    // Serials are the provider's: should it give one twice, the later order is meant.
    one(db, "serial = ?1 AND provider = ?2 ORDER BY id DESC LIMIT 1", (serial, provider))
}

pub(super) fn list(db: &Connection, filter: &Filter) -> Result<Listing> {
    let search = Search::of(filter, COLUMNS, '?');
    let values = search.values.into_iter().map(|value| match value {
        Value::Text(text) => Column::Text(text),
        Value::Number(number) => Column::Integer(number),
        Value::Id(id) => Column::Blob(id.to_be_bytes().to_vec()),
    });
    let mut select = db.prepare(&search.sql).map_err(failed)?;
    let rows = select.query_map(params_from_iter(values), stored).map_err(failed)?;
    let orders = rows.map(|row| row.map_err(failed)?.order()).collect::<Result<Vec<Order>>>()?;
    Ok(page(orders, filter.limit))
}

pub(super) fn tally(db: &Connection) -> Result<Tally> {
    let mut select = db.prepare_cached("SELECT state, count(*) FROM orders GROUP BY state").map_err(failed)?;
    let states = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).map_err(failed)?;
    let mut orders = Vec::new();
    for state in states {
        let (name, count) = state.map_err(failed)?;
        orders.push((named(&name)?, count.unsigned_abs()));
    }
    let number =
        |sql: &str| db.prepare_cached(sql).and_then(|mut select| select.query_row([], |row| row.get::<_, Option<i64>>(0))).map_err(failed);
    let oldest = number("SELECT min(waiting_since) FROM orders WHERE waiting_since IS NOT NULL")?;
    let waiting = number("SELECT count(*) FROM callbacks WHERE due IS NOT NULL")?;
    let given_up = number("SELECT count(*) FROM callbacks WHERE state = 'given_up'")?;
    Ok(Tally {
        orders,
        oldest_waiting: oldest.map(|at| moment(at, || "an order".to_owned())).transpose()?,
        callbacks_waiting: waiting.unwrap_or(0).unsigned_abs(),
        callbacks_given_up: given_up.unwrap_or(0).unsigned_abs(),
    })
}

pub(super) fn timeline(db: &Connection, id: OrderId) -> Result<Vec<Entry>> {
    let mut select = db.prepare_cached("SELECT entry FROM timeline WHERE order_id = ?1 ORDER BY version, place").map_err(failed)?;
    let entries = select.query_map([key(id)], |row| row.get::<_, String>(0)).map_err(failed)?;
    entries.map(|entry| read(&entry.map_err(failed)?, "timeline", || format!("order {id}"))).collect()
}
