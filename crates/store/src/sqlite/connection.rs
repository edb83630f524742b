//! Connections: how each is set up, what their errors mean, migrations, and whether a file is a store at all.

use std::path::Path;
use std::time::Duration;

use issue::store::{Result, StoreError};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::SqliteSettings;
use crate::migration::{Applied, Migration, outstanding};
use crate::open::OpenError;

/// Marks a file as a store of this program: `fapi`.
const APPLICATION: i64 = 0x6661_7069;

const MIGRATIONS: &[Migration] = &[Migration { id: 1, name: "orders", sql: include_str!("../../migrations/sqlite/0001_orders.sql") }];

/// Statements that are kept prepared on a connection; there are some forty.
const STATEMENTS: usize = 64;
/// KiB of pages that the writer keeps, and a reader. More would cost: SQLite walks through all of them after a commit that split a page
/// (its place holder for the split, page 262 145, counts as one to throw away).
const WRITER_PAGES: i64 = 12 << 10;
const READER_PAGES: i64 = 2 << 10;
/// How long a lock of another connection is waited for. Only another program holds one for so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connection that writes, on a file that is migrated.
pub(super) fn writing(settings: &SqliteSettings) -> std::result::Result<Connection, OpenError> {
    let path = &settings.path;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    private(path)?;
    let mut db = Connection::open_with_flags(path, flags).map_err(|why| refused(path, why))?;
    identify(&db, path)?;
    prepare(&db, WRITER_PAGES).and_then(|()| log_ahead(&db)).map_err(|why| refused(path, why))?;
    if let Some(largest) = settings.largest {
        limit(&db, largest).map_err(|why| refused(path, why))?;
    }
    migrate(&mut db, path)?;
    Ok(db)
}

/// Makes the file, where it is not there, for its owner alone: it holds personal data. SQLite gives its log the same mode.
fn private(path: &Path) -> std::result::Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(why) if why.kind() != std::io::ErrorKind::AlreadyExists => Err(OpenError::File { path: path.to_owned(), what: "made", why }),
        _ => Ok(()),
    }
}

/// A connection that reads.
pub(super) fn reading(path: &Path) -> std::result::Result<Connection, OpenError> {
    let db = opened_for_reading(path)?;
    db.pragma_update(None, "query_only", true).map_err(|why| refused(path, why))?;
    Ok(db)
}

/// A connection that moves the log into the file.
pub(super) fn checkpointing(path: &Path) -> std::result::Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|why| refused(path, why))?;
    prepare(&db, READER_PAGES).map_err(|why| refused(path, why))?;
    Ok(db)
}

/// A connection to a store that is there already. It must be able to write beside the file (the log's index), not into it.
pub(crate) fn opened_for_reading(path: &Path) -> std::result::Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|why| refused(path, why))?;
    prepare(&db, READER_PAGES).map_err(|why| refused(path, why))?;
    Ok(db)
}

fn prepare(db: &Connection, pages: i64) -> rusqlite::Result<()> {
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "cache_size", -pages)?;
    db.pragma_update(None, "mmap_size", 0)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    // The default of many builds is NORMAL, which loses acknowledged commits when the power goes.
    db.pragma_update(None, "synchronous", "FULL")
}

/// Write-ahead log, whatever the file had.
fn log_ahead(db: &Connection) -> rusqlite::Result<()> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) }
}

fn limit(db: &Connection, largest: u64) -> rusqlite::Result<()> {
    let page: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = i64::try_from(largest).unwrap_or(i64::MAX) / page.max(1);
    db.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))
}

/// Whether it is a store: an empty file, or one that carries our mark.
pub(crate) fn identify(db: &Connection, path: &Path) -> std::result::Result<(), OpenError> {
    let wrong = |why: &str| OpenError::Damaged { place: path.display().to_string(), why: why.to_owned() };
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(|why| refused(path, why))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(|why| refused(path, why))?;
    match (application, tables) {
        (APPLICATION, _) | (0, 0) => Ok(()),
        _ => Err(wrong("it is the SQLite file of another program")),
    }
}

fn migrate(db: &mut Connection, path: &Path) -> std::result::Result<(), OpenError> {
    let engine = |why| refused(path, why);
    let applied = applied(db).map_err(engine)?;
    for migration in outstanding(&path.display().to_string(), &applied, MIGRATIONS)? {
        let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(engine)?;
        change.pragma_update(None, "application_id", APPLICATION).map_err(engine)?;
        change
            .execute_batch(
                "CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
            )
            .map_err(engine)?;
        change.execute_batch(migration.sql).map_err(engine)?;
        fail::fail_point!(issue::crash::MIGRATION);
        change
            .execute("INSERT INTO migrations VALUES (?1, ?2, ?3)", (migration.id, migration.name, migration.checksum()))
            .map_err(engine)?;
        change.commit().map_err(engine)?;
    }
    Ok(())
}

fn applied(db: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let known: Option<i64> =
        db.query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'", [], |row| row.get(0)).optional()?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let mut select = db.prepare("SELECT id, name, checksum FROM migrations ORDER BY id")?;
    let rows = select.query_map([], |row| Ok(Applied { id: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? }))?;
    rows.collect()
}

/// What SQLite finds wrong with the file.
pub(super) fn examine(db: &Connection) -> Result<Vec<String>> {
    let mut select = db.prepare("PRAGMA integrity_check(20)").map_err(failed)?;
    let lines = select.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
    let lines: Vec<String> = lines.collect::<rusqlite::Result<_>>().map_err(failed)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// What an error while opening means.
pub(super) fn refused(path: &Path, error: rusqlite::Error) -> OpenError {
    let place = path.display().to_string();
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged { place, why },
        Some(ErrorCode::DiskFull) => OpenError::Full { place, why },
        _ => OpenError::Engine { place, why },
    }
}

/// What an error in a transaction means. Nothing of it was done.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy("the file is locked"),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Failed(format!("the file is damaged ({error}); stop, and put back a snapshot"))
        }
        _ => StoreError::Failed(error.to_string()),
    }
}

/// What an error of COMMIT itself means: when the disk did not confirm, the group may be in the log all the same.
pub(super) fn unconfirmed(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => StoreError::Unsure(error.to_string()),
        _ => failed(error),
    }
}
