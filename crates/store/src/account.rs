//! The account of a provider's tokens: who may fetch one, and how many calls are left. The rules are here; the adapters load
//! an account under a lock and keep what became of it.

use issue::provider::TokenBudget;
use issue::secret::Sealed;
use issue::store::{Result, TokenDesk};
use jiff::{SignedDuration, Timestamp};

use crate::row::{json, milliseconds, moment, read};

/// A row of `tokens`.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) fence: i64,
    pub(crate) token: Option<Vec<u8>>,
    pub(crate) token_fence: Option<i64>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) right_until: Option<i64>,
    pub(crate) calls: String,
}

impl Account {
    /// Answers who asks, and notes the right that it gives. The second value says whether the account changed.
    pub(crate) fn ask(&mut self, budget: TokenBudget, now: Timestamp, until: Timestamp) -> Result<(TokenDesk, bool)> {
        let place = || "a token".to_owned();
        let at = milliseconds(now);
        if let (Some(token), Some(fence), Some(expires_at)) = (&self.token, self.token_fence, self.expires_at)
            && expires_at > at
        {
            let expires_at = moment(expires_at, place)?;
            return Ok((TokenDesk::Kept { token: Sealed(token.clone()), fence: fence.unsigned_abs(), expires_at }, false));
        }
        if let Some(until) = self.right_until.filter(|until| *until > at) {
            return Ok((TokenDesk::Busy { until: moment(until, place)? }, false));
        }
        let window = SignedDuration::try_from(budget.window).unwrap_or(SignedDuration::MAX);
        let end = |call: i64| moment(call, place).map(|call| call.checked_add(window).unwrap_or(Timestamp::MAX));
        let mut calls: Vec<i64> = if self.calls.is_empty() { Vec::new() } else { read(&self.calls, "calls", place)? };
        let mut counted = Vec::with_capacity(calls.len() + 1);
        for call in calls.drain(..) {
            if end(call)? > now {
                counted.push(call);
            }
        }
        if counted.len() >= budget.calls as usize {
            let first = counted.first().map(|first| end(*first)).transpose()?;
            return Ok((TokenDesk::Spent { until: first.unwrap_or(Timestamp::MAX) }, false));
        }
        counted.push(at);
        self.calls = json(&counted)?;
        self.fence = self.fence.saturating_add(1);
        self.right_until = Some(milliseconds(until));
        Ok((TokenDesk::Yours { fence: self.fence.unsigned_abs() }, true))
    }
}
