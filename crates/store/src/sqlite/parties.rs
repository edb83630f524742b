//! Apps and sellers.

use issue::store::{App, Login, Result, Seller, StoreError};
use rusqlite::{Connection, OptionalExtension, params};

use super::connection::failed;
use crate::row::{json, read, seen};

pub(super) fn put_app(db: &Connection, id: &str, body: &str) -> Result<()> {
    db.prepare_cached("INSERT INTO apps (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body")
        .and_then(|mut put| put.execute((id, body)))
        .map_err(failed)?;
    Ok(())
}

pub(super) fn app(db: &Connection, id: &str) -> Result<Option<App>> {
    let body = db
        .prepare_cached("SELECT body FROM apps WHERE id = ?1")
        .and_then(|mut select| select.query_row([id], |row| row.get::<_, String>(0)).optional())
        .map_err(failed)?;
    body.map(|body| read(&body, "settings", || format!("app {id}"))).transpose()
}

pub(super) fn apps(db: &Connection) -> Result<Vec<App>> {
    let mut select = db.prepare_cached("SELECT id, body FROM apps ORDER BY id").map_err(failed)?;
    let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).map_err(failed)?;
    rows.map(|row| row.map_err(failed).and_then(|(id, body)| read(&body, "settings", || format!("app {id}")))).collect()
}

/// Writes a seller, unless one of its merchant numbers is taken, which is decided before anything is written.
pub(super) fn put_seller(db: &Connection, seller: &Seller) -> Result<Result<()>> {
    let (app, tax_id) = (&seller.app.0, &seller.party.tax_id.0);
    let (body, login) = (json(seller)?, json(&seller.login)?);
    for merchant in &seller.merchants {
        let owner: Option<String> = db
            .prepare_cached("SELECT tax_id FROM merchants WHERE app = ?1 AND merchant = ?2")
            .and_then(|mut select| select.query_row((app, merchant), |row| row.get(0)).optional())
            .map_err(failed)?;
        if owner.is_some_and(|owner| owner != *tax_id) {
            return Ok(Err(StoreError::Taken(format!("merchant {merchant}"))));
        }
    }
    db.prepare_cached("DELETE FROM merchants WHERE app = ?1 AND tax_id = ?2")
        .and_then(|mut delete| delete.execute((app, tax_id)))
        .map_err(failed)?;
    for merchant in &seller.merchants {
        // Named twice, it is one all the same.
        db.prepare_cached("INSERT INTO merchants (app, merchant, tax_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .and_then(|mut insert| insert.execute((app, merchant, tax_id)))
            .map_err(failed)?;
    }
    // The more recent login stays: of the same moment, the one that is being written.
    db.prepare_cached(
        "INSERT INTO sellers (app, tax_id, body, login, login_seen) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (app, tax_id) DO UPDATE SET body = excluded.body, \
         login = CASE WHEN coalesce(login_seen, -1) > coalesce(excluded.login_seen, -1) THEN login ELSE excluded.login END, \
         login_seen = CASE WHEN coalesce(login_seen, -1) > coalesce(excluded.login_seen, -1) THEN login_seen ELSE excluded.login_seen END",
    )
    .and_then(|mut put| put.execute(params![app, tax_id, body, login, seen(&seller.login)]))
    .map_err(failed)?;
    Ok(Ok(()))
}

fn many(db: &Connection, rest: &str, values: impl rusqlite::Params) -> Result<Vec<Seller>> {
    let mut select = db.prepare_cached(&format!("SELECT app, tax_id, body, login FROM sellers {rest}")).map_err(failed)?;
    let rows = select
        .query_map(values, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
        })
        .map_err(failed)?;
    rows.map(|row| row.map_err(failed).and_then(|(app, tax_id, body, login)| crate::row::seller(&app, &tax_id, &body, &login))).collect()
}

pub(super) fn seller(db: &Connection, app: &str, tax_id: &str) -> Result<Option<Seller>> {
    Ok(many(db, "WHERE app = ?1 AND tax_id = ?2", (app, tax_id))?.pop())
}

pub(super) fn seller_of_merchant(db: &Connection, app: &str, merchant: &str) -> Result<Option<Seller>> {
    let of = "WHERE app = ?1 AND tax_id = (SELECT tax_id FROM merchants WHERE app = ?1 AND merchant = ?2)";
    Ok(many(db, of, (app, merchant))?.pop())
}

pub(super) fn sellers(db: &Connection, app: Option<&str>) -> Result<Vec<Seller>> {
    match app {
        Some(app) => many(db, "WHERE app = ?1 ORDER BY app, tax_id", [app]),
        None => many(db, "ORDER BY app, tax_id", []),
    }
}

pub(super) fn note_login(db: &Connection, app: &str, tax_id: &str, login: &Login) -> Result<()> {
    let text = json(login)?;
    db.prepare_cached("UPDATE sellers SET login = ?3, login_seen = ?4 WHERE app = ?1 AND tax_id = ?2")
        .and_then(|mut update| update.execute((app, tax_id, text, seen(login))))
        .map_err(failed)?;
    Ok(())
}
