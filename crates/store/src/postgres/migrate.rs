//! Migrating a database, under a lock: of several nodes that start at once, one does it.

use deadpool_postgres::Pool;

use crate::migration::{Applied, Migration, outstanding};
use crate::open::OpenError;

const MIGRATIONS: &[Migration] = &[Migration { id: 1, name: "orders", sql: include_str!("../../migrations/postgres/0001_orders.sql") }];

/// The advisory lock of migrations: `fapiao` in bytes.
const LOCK: i64 = 0x6661_7069_616f;

pub(super) async fn migrate(pool: &Pool, name: &str) -> Result<(), OpenError> {
    let engine = |why: tokio_postgres::Error| {
        // The outer text alone says little: "db error".
        let said = why.as_db_error().map(|said| format!("{} ({})", said.message(), said.code().code()));
        OpenError::Engine { place: name.to_owned(), why: said.unwrap_or_else(|| causes(&why)) }
    };
    let mut client = pool.get().await.map_err(|why| match why {
        deadpool_postgres::PoolError::Backend(why) => engine(why),
        other => OpenError::Engine { place: name.to_owned(), why: causes(&other) },
    })?;
    let encoding: String = client.query_one("SHOW server_encoding", &[]).await.and_then(|row| row.try_get(0)).map_err(engine)?;
    if encoding != "UTF8" {
        let why = format!("its encoding is {encoding}; create the database with ENCODING 'UTF8'");
        return Err(OpenError::Engine { place: name.to_owned(), why });
    }
    let fsync: String = client.query_one("SHOW fsync", &[]).await.and_then(|row| row.try_get(0)).map_err(engine)?;
    if fsync != "on" {
        tracing::warn!("the database runs with fsync off: accepted orders are lost when the power goes");
    }
    // All of it is one transaction: a migration is whole, or nothing of it is there.
    let change = client.transaction().await.map_err(engine)?;
    change.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(engine)?;
    change
        .batch_execute("CREATE TABLE IF NOT EXISTS migrations (id bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)")
        .await
        .map_err(engine)?;
    let rows = change.query("SELECT id, name, checksum FROM migrations ORDER BY id", &[]).await.map_err(engine)?;
    let applied = rows.iter().map(|row| Ok(Applied { id: row.try_get(0)?, name: row.try_get(1)?, checksum: row.try_get(2)? }));
    let applied = applied.collect::<Result<Vec<Applied>, tokio_postgres::Error>>().map_err(engine)?;
    for migration in outstanding(name, &applied, MIGRATIONS)? {
        change.batch_execute(migration.sql).await.map_err(engine)?;
        fail::fail_point!(issue::crash::MIGRATION);
        change
            .execute("INSERT INTO migrations VALUES ($1, $2, $3)", &[&migration.id, &migration.name, &migration.checksum()])
            .await
            .map_err(engine)?;
    }
    change.commit().await.map_err(engine)
}

/// An error with all that it came from.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    text
}
