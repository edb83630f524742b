//! Apps and their secrets, wherever they are kept: one id and one secret for all APIs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use std::sync::Arc;

use issue::access::AccessKey;
use issue::caller::{Caller, app_secret_place};
use issue::order::AppId;
use issue::secret::Secret;
use issue::store::StoreError;
use jiff::Timestamp;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::auth::hex;

/// For how long an app that was found is not asked for again: opening its secret for every call would cost more than the call.
/// An app that is switched off may still call for as long.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Apps that are remembered.
const MOST: usize = 10_000;

/// An app that may call.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its id.
    pub(crate) id: AppId,
    /// Its secret, and the one before it while that is valid.
    pub(crate) secrets: Vec<Secret>,
    /// Its bearer keys.
    pub(crate) keys: Vec<AccessKey>,
    /// Whether it is an operator.
    pub(crate) operator: bool,
}

impl Known {
    /// An app that has nothing but these secrets.
    pub(crate) fn of(id: impl Into<AppId>, secrets: Vec<Secret>) -> Known {
        Known { id: id.into(), secrets, keys: Vec::new(), operator: false }
    }

    /// Whether one of its secrets makes this signature; in constant time, whatever the case of the hexadecimal digits.
    pub(crate) fn signed(&self, given: &str, sign: impl Fn(&Secret) -> String) -> bool {
        let given = given.to_ascii_lowercase();
        // Every secret is tried: which of them fits is not told by the time that it takes.
        self.secrets.iter().fold(false, |fits, secret| {
            let expected = sign(secret).to_ascii_lowercase();
            fits | bool::from(expected.as_bytes().ct_eq(given.as_bytes()))
        })
    }
}

/// The MD5 of these parts, in lower-case hexadecimal.
pub(crate) fn md5_of<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    hex(&md5.finalize())
}

/// The apps of a store.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<String, (Timestamp, Arc<Known>)>>);

impl Keys {
    /// The app of this key, when there is one that may call.
    ///
    /// # Errors
    /// When the store cannot be read, or the app's secret cannot be opened.
    pub(crate) async fn find(&self, caller: &Caller, key: &str) -> Result<Option<Arc<Known>>, StoreError> {
        let now = caller.clock.now();
        if let Some((since, known)) = self.remembered().get(key)
            && now.duration_since(*since).unsigned_abs() < REMEMBERED
        {
            return Ok(Some(Arc::clone(known)));
        }
        let id = AppId::from(key);
        let Some(app) = caller.store.app(&id).await?.filter(|app| app.enabled) else { return Ok(None) };
        let place = app_secret_place(&id);
        let earlier = app.earlier_secret.as_ref().filter(|(_, until)| *until > now).map(|(sealed, _)| sealed);
        let secrets: Result<Vec<Secret>, _> =
            [Some(&app.secret), earlier].into_iter().flatten().map(|sealed| caller.vault.open(&place, sealed)).collect();
        let secrets = secrets.map_err(|error| {
            tracing::error!(%error, "an app's secret cannot be opened");
            StoreError::Failed(error.to_string())
        })?;
        let known = Arc::new(Known { id, secrets, keys: app.keys, operator: app.operator });
        let mut remembered = self.remembered();
        if remembered.len() >= MOST {
            remembered.clear();
        }
        remembered.insert(key.to_owned(), (now, Arc::clone(&known)));
        Ok(Some(known))
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, Arc<Known>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
