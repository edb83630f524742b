//! Tokens, and the rows that there is one of.

use deadpool_postgres::{Client, GenericClient};
use issue::provider::TokenBudget;
use issue::secret::Sealed;
use issue::store::{Result, TokenDesk, TokenKey};
use jiff::Timestamp;

use super::query::{execute, failed, get, row, storable};
use crate::account::Account;
use crate::row::milliseconds;

pub(super) async fn ask(client: &mut Client, key: &TokenKey, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<TokenDesk> {
    storable(&key.provider).and(storable(&key.account))?;
    let whole = client.transaction().await.map_err(failed)?;
    // Now there is a row, and a row can be locked.
    let sql = "INSERT INTO tokens (provider, account, fence, calls) VALUES ($1, $2, 0, '[]') ON CONFLICT DO NOTHING";
    execute(&whole, sql, &[&key.provider, &key.account]).await?;
    let sql =
        "SELECT fence, token, token_fence, expires_at, right_until, calls FROM tokens WHERE provider = $1 AND account = $2 FOR UPDATE";
    let mut account = match row(&whole, sql, &[&key.provider, &key.account]).await? {
        None => Account::default(),
        Some(row) => Account {
            fence: get(&row, 0)?,
            token: get(&row, 1)?,
            token_fence: get(&row, 2)?,
            expires_at: get(&row, 3)?,
            right_until: get(&row, 4)?,
            calls: get(&row, 5)?,
        },
    };
    let (desk, changed) = account.ask(budget, now, until)?;
    if changed {
        let sql = "UPDATE tokens SET fence = $3, right_until = $4, calls = $5 WHERE provider = $1 AND account = $2";
        execute(&whole, sql, &[&key.provider, &key.account, &account.fence, &account.right_until, &account.calls]).await?;
    }
    whole.commit().await.map_err(failed)?;
    Ok(desk)
}

/// A fence as it is stored; one out of range is nobody's.
fn fenced(fence: u64) -> i64 {
    i64::try_from(fence).unwrap_or(-1)
}

pub(super) async fn keep(client: &impl GenericClient, key: &TokenKey, fence: u64, token: &Sealed, expires_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE tokens SET token = $4, token_fence = $3, expires_at = $5, right_until = NULL \
               WHERE provider = $1 AND account = $2 AND fence = $3 AND right_until IS NOT NULL";
    let kept = execute(client, sql, &[&key.provider, &key.account, &fenced(fence), &token.0, &milliseconds(expires_at)]).await?;
    Ok(kept > 0)
}

pub(super) async fn drop_right(client: &impl GenericClient, key: &TokenKey, fence: u64) -> Result<()> {
    let sql = "UPDATE tokens SET right_until = NULL WHERE provider = $1 AND account = $2 AND fence = $3";
    execute(client, sql, &[&key.provider, &key.account, &fenced(fence)]).await.map(drop)
}

pub(super) async fn forget(client: &impl GenericClient, key: &TokenKey, fence: u64) -> Result<()> {
    let sql =
        "UPDATE tokens SET token = NULL, token_fence = NULL, expires_at = NULL WHERE provider = $1 AND account = $2 AND token_fence = $3";
    execute(client, sql, &[&key.provider, &key.account, &fenced(fence)]).await.map(drop)
}

pub(super) async fn key_check(client: &impl GenericClient) -> Result<Option<Sealed>> {
    let found = row(client, "SELECT sealed FROM key_check", &[]).await?;
    found.map(|row| get(&row, 0).map(Sealed)).transpose()
}

pub(super) async fn put_key_check(client: &impl GenericClient, sealed: &Sealed) -> Result<bool> {
    let sql = "INSERT INTO key_check (one, sealed) VALUES (1, $1) ON CONFLICT DO NOTHING";
    Ok(execute(client, sql, &[&sealed.0]).await? > 0)
}

pub(super) async fn probe(client: &impl GenericClient, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO probe (one, at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at";
    execute(client, sql, &[&milliseconds(now)]).await.map(drop)
}
