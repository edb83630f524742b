//! Apps and sellers.

use deadpool_postgres::{Client, GenericClient};
use issue::order::{AppId, TaxId};
use issue::store::{App, Login, Result, Seller, StoreError};

use super::query::{Values, execute, failed, get, row, rows, storable};
use crate::row::{json, read, seen};

pub(super) async fn put_app(client: &impl GenericClient, app: &App) -> Result<()> {
    storable(&app.id.0)?;
    let sql = "INSERT INTO apps (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    execute(client, sql, &[&app.id.0, &json(app)?]).await?;
    Ok(())
}

pub(super) async fn app(client: &impl GenericClient, id: &AppId) -> Result<Option<App>> {
    if storable(&id.0).is_err() {
        return Ok(None);
    }
    let body = row(client, "SELECT body FROM apps WHERE id = $1", &[&id.0]).await?;
    body.map(|row| read(get(&row, 0)?, "settings", || format!("app {id}"))).transpose()
}

pub(super) async fn apps(client: &impl GenericClient) -> Result<Vec<App>> {
    let found = rows(client, "SELECT id, body FROM apps ORDER BY id", &[]).await?;
    found.iter().map(|row| read(get(row, 1)?, "settings", || format!("app {}", row.get::<_, &str>(0)))).collect()
}

pub(super) async fn put_seller(client: &mut Client, seller: &Seller) -> Result<()> {
    let (app, tax_id) = (&seller.app.0, &seller.party.tax_id.0);
    for text in [app, tax_id].into_iter().chain(&seller.merchants) {
        storable(text)?;
    }
    let (body, login) = (json(seller)?, json(&seller.login)?);
    let whole = client.transaction().await.map_err(failed)?;
    // Two that take the same merchant number at once: one of an app's sellers is written at a time.
    execute(&whole, "SELECT pg_advisory_xact_lock(hashtext('sellers'), hashtext($1))", &[app]).await?;
    let sql = "SELECT merchant FROM merchants WHERE app = $1 AND merchant = ANY($2) AND tax_id <> $3 LIMIT 1";
    if let Some(taken) = row(&whole, sql, &[app, &seller.merchants, tax_id]).await? {
        return Err(StoreError::Taken(format!("merchant {}", get::<&str>(&taken, 0)?)));
    }
    execute(&whole, "DELETE FROM merchants WHERE app = $1 AND tax_id = $2", &[app, tax_id]).await?;
    // Named twice, it is one all the same.
    let sql = "INSERT INTO merchants (app, merchant, tax_id) SELECT $1, merchant, $3 FROM unnest($2::text[]) AS new (merchant) ON CONFLICT DO NOTHING";
    execute(&whole, sql, &[app, &seller.merchants, tax_id]).await?;
    // The more recent login stays: of the same moment, the one that is being written.
    let sql = "INSERT INTO sellers AS s (app, tax_id, body, login, login_seen) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (app, tax_id) DO UPDATE SET body = excluded.body, \
         login = CASE WHEN coalesce(s.login_seen, -1) > coalesce(excluded.login_seen, -1) THEN s.login ELSE excluded.login END, \
         login_seen = CASE WHEN coalesce(s.login_seen, -1) > coalesce(excluded.login_seen, -1) THEN s.login_seen ELSE excluded.login_seen END";
    execute(&whole, sql, &[app, tax_id, &body, &login, &seen(&seller.login)]).await?;
    whole.commit().await.map_err(failed)
}

async fn many(client: &impl GenericClient, rest: &str, values: Values<'_>) -> Result<Vec<Seller>> {
    let found = rows(client, &format!("SELECT app, tax_id, body, login FROM sellers {rest}"), values).await?;
    found.iter().map(|row| crate::row::seller(get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?)).collect()
}

pub(super) async fn seller(client: &impl GenericClient, app: &AppId, tax_id: &TaxId) -> Result<Option<Seller>> {
    if storable(&app.0).and(storable(&tax_id.0)).is_err() {
        return Ok(None);
    }
    Ok(many(client, "WHERE app = $1 AND tax_id = $2", &[&app.0, &tax_id.0]).await?.pop())
}

pub(super) async fn seller_of_merchant(client: &impl GenericClient, app: &AppId, merchant: &str) -> Result<Option<Seller>> {
    if storable(&app.0).and(storable(merchant)).is_err() {
        return Ok(None);
    }
    let of = "WHERE app = $1 AND tax_id = (SELECT tax_id FROM merchants WHERE app = $1 AND merchant = $2)";
    Ok(many(client, of, &[&app.0, &merchant]).await?.pop())
}

pub(super) async fn sellers(client: &impl GenericClient, app: Option<&AppId>) -> Result<Vec<Seller>> {
    match app {
        Some(app) if storable(&app.0).is_err() => Ok(Vec::new()),
        Some(app) => many(client, "WHERE app = $1 ORDER BY app, tax_id", &[&app.0]).await,
        None => many(client, "ORDER BY app, tax_id", &[]).await,
    }
}

pub(super) async fn note_login(client: &impl GenericClient, app: &AppId, tax_id: &TaxId, login: &Login) -> Result<()> {
    if storable(&app.0).and(storable(&tax_id.0)).is_err() {
        return Ok(());
    }
    let sql = "UPDATE sellers SET login = $3, login_seen = $4 WHERE app = $1 AND tax_id = $2";
    execute(client, sql, &[&app.0, &tax_id.0, &json(login)?, &seen(login)]).await?;
    Ok(())
}
