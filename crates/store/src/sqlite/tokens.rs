//! Tokens, and the rows that there is one of.

use issue::provider::TokenBudget;
use issue::secret::Sealed;
use issue::store::{Result, TokenDesk, TokenKey};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::connection::failed;
use crate::account::Account;
use crate::row::milliseconds;

fn load(db: &Connection, key: &TokenKey) -> Result<Account> {
    let found = db
        .prepare_cached("SELECT fence, token, token_fence, expires_at, right_until, calls FROM tokens WHERE provider = ?1 AND account = ?2")
        .and_then(|mut select| {
            let account = |row: &rusqlite::Row<'_>| {
                Ok(Account {
                    fence: row.get(0)?,
                    token: row.get(1)?,
                    token_fence: row.get(2)?,
                    expires_at: row.get(3)?,
                    right_until: row.get(4)?,
                    calls: row.get(5)?,
                })
            };
            select.query_row((&key.provider, &key.account), account).optional()
        })
        .map_err(failed)?;
    Ok(found.unwrap_or_default())
}

pub(super) fn ask(db: &Connection, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk> {
    let mut account = load(db, key)?;
    let (desk, changed) = account.ask(budget, now, until)?;
    if changed {
        db.prepare_cached(
            "INSERT INTO tokens (provider, account, fence, right_until, calls) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (provider, account) DO UPDATE SET fence = excluded.fence, right_until = excluded.right_until, calls = excluded.calls",
        )
        .and_then(|mut put| put.execute(params![key.provider, key.account, account.fence, account.right_until, account.calls]))
        .map_err(failed)?;
    }
    Ok(desk)
}

fn update(db: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<bool> {
    let changed = db.prepare_cached(sql).and_then(|mut update| update.execute(values)).map_err(failed)?;
    Ok(changed > 0)
}

/// A fence as it is stored; one out of range is nobody's.
fn fenced(fence: u64) -> i64 {
    i64::try_from(fence).unwrap_or(-1)
}

pub(super) fn keep(db: &Connection, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE tokens SET token = ?4, token_fence = ?3, expires_at = ?5, right_until = NULL \
               WHERE provider = ?1 AND account = ?2 AND fence = ?3 AND right_until IS NOT NULL";
    update(db, sql, params![key.provider, key.account, fenced(fence), token.0, milliseconds(expires_at)])
}

pub(super) fn drop_right(db: &Connection, key: &TokenKey, fence: u64) -> Result<()> {
    let sql = "UPDATE tokens SET right_until = NULL WHERE provider = ?1 AND account = ?2 AND fence = ?3";
    update(db, sql, params![key.provider, key.account, fenced(fence)]).map(drop)
}

pub(super) fn forget(db: &Connection, key: &TokenKey, fence: u64) -> Result<()> {
    let sql =
        "UPDATE tokens SET token = NULL, token_fence = NULL, expires_at = NULL WHERE provider = ?1 AND account = ?2 AND token_fence = ?3";
    update(db, sql, params![key.provider, key.account, fenced(fence)]).map(drop)
}

pub(super) fn key_check(db: &Connection) -> Result<Option<Sealed>> {
    let sealed = db.query_row("SELECT sealed FROM key_check", [], |row| row.get(0)).optional().map_err(failed)?;
    Ok(sealed.map(Sealed))
}

pub(super) fn put_key_check(db: &Connection, sealed: &Sealed) -> Result<bool> {
    update(db, "INSERT INTO key_check (one, sealed) VALUES (1, ?1) ON CONFLICT DO NOTHING", [&sealed.0])
}

pub(super) fn probe(db: &Connection, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO probe (one, at) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET at = excluded.at";
    update(db, sql, [milliseconds(now)]).map(drop)
}
