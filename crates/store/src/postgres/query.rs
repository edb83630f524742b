//! Asking the database: prepared statements, and what its errors mean.

use deadpool_postgres::GenericClient;
use issue::store::{Result, StoreError};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, ToSql};
use uuid::Uuid;

/// Values of a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// All rows of a statement.
pub(super) async fn rows(client: &impl GenericClient, sql: &str, values: Values<'_>) -> Result<Vec<Row>> {
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    client.query(&statement, values).await.map_err(failed)
}

/// The one row of a statement, or none.
pub(super) async fn row(client: &impl GenericClient, sql: &str, values: Values<'_>) -> Result<Option<Row>> {
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    client.query_opt(&statement, values).await.map_err(failed)
}

/// How many rows a statement changed.
pub(super) async fn execute(client: &impl GenericClient, sql: &str, values: Values<'_>) -> Result<u64> {
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    client.execute(&statement, values).await.map_err(failed)
}

/// A column.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T> {
    row.try_get(at).map_err(failed)
}

/// A column that holds an id.
pub(super) fn id(row: &Row, at: usize) -> Result<u128> {
    get::<Uuid>(row, at).map(|id| id.as_u128())
}

/// Text that PostgreSQL can hold: all but the character NUL.
pub(super) fn storable(text: &str) -> Result<()> {
    if text.contains('\0') { Err(StoreError::Failed("a name or number holds the character NUL".to_owned())) } else { Ok(()) }
}

/// What an error means. The server's detail is left out: it repeats values.
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        // No answer: a statement that had been sent may be done.
        return StoreError::Unsure(error.to_string());
    };
    let code = said.code();
    match code.code() {
        "53100" => StoreError::Full(said.message().to_owned()),
        // Out of memory or of connections, starting up.
        "53000" | "53200" | "53300" | "57P03" => StoreError::Busy("the database has no room for it now"),
        // Cancelled, no lock in time, deadlock, not serialisable.
        "57014" | "55P03" | "40P01" | "40001" => StoreError::Busy("the database was held up"),
        "25006" => StoreError::Busy("the database is read-only now"),
        "57P01" | "57P02" | "40003" => StoreError::Unsure(said.message().to_owned()),
        // A value that is too long for an index, or holds what no text may.
        _ if *code == SqlState::PROGRAM_LIMIT_EXCEEDED => StoreError::Failed("a name or number is too long".to_owned()),
        _ => StoreError::Failed(format!("{} ({})", said.message(), code.code())),
    }
}
