//! What the APIs that issue share: the desk, the apps of its store, whether it is ready.

use std::sync::Arc;
use std::time::Duration;

use issue::desk::{Desk, DeskError};
use issue::store::{StoreError, Tally};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::keys::{Keys, Known};

/// For how long what a probe found is told again: whoever asks for readiness must not make the disk work.
const PROBED: Duration = Duration::from_secs(1);
/// For how long a count of orders is told again.
const COUNTED: Duration = Duration::from_secs(10);
/// A probe that takes longer has failed: the store is stuck.
const PROBE_TIME: Duration = Duration::from_secs(5);

/// The issuing half of a server: with it the gate, the hive, links to documents and providers' notices are served, and the apps
/// of the store may call the recognition API too.
pub struct Issuing {
    /// What does it.
    pub(crate) desk: Desk,
    /// `data_node` in the gate's answers: which server answered.
    pub(crate) node: String,
    /// The word in the address of notices that only providers know.
    pub(crate) notices: String,
    keys: Keys,
    probed: Mutex<Option<(Timestamp, Option<String>)>>,
    counted: Mutex<Option<(Timestamp, Tally)>>,
}

impl Issuing {
    /// Over a desk. `node` names this server in answers of the gate. `notices` is the word in the address at which providers give
    /// notice (`/notice/<word>/<provider>`, see [`crate::notice_word`]).
    pub fn new(desk: Desk, node: impl Into<String>, notices: impl Into<String>) -> Issuing {
        Issuing {
            desk,
            node: node.into(),
            notices: notices.into(),
            keys: Keys::default(),
            probed: Mutex::default(),
            counted: Mutex::default(),
        }
    }

    pub(crate) async fn known(&self, key: &str) -> Result<Option<Arc<Known>>, StoreError> {
        self.keys.find(&self.desk.caller, key).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.desk.caller.clock.now()
    }

    /// How many orders are in each state. Counting is work for the store: a count is told again for a while.
    pub(crate) async fn tally(&self) -> Result<Tally, DeskError> {
        let mut counted = self.counted.lock().await;
        let now = self.now();
        if let Some((at, tally)) = &*counted
            && now.duration_since(*at).unsigned_abs() < COUNTED
        {
            return Ok(tally.clone());
        }
        let tally = self.desk.tally().await?;
        *counted = Some((now, tally.clone()));
        Ok(tally)
    }

    /// Why no order could be accepted now; none when one could.
    pub(crate) async fn trouble(&self) -> Option<String> {
        let mut probed = self.probed.lock().await;
        let now = self.now();
        if let Some((at, found)) = &*probed
            && now.duration_since(*at).unsigned_abs() < PROBED
        {
            return found.clone();
        }
        let probe = async {
            self.desk.caller.store.probe(now).await.map_err(|error| error.to_string())?;
            self.desk.documents.probe().await.map_err(|error| error.to_string())
        };
        let outcome = tokio::time::timeout(PROBE_TIME, probe).await;
        let found = outcome.unwrap_or_else(|_| Err(format!("no answer within {} s", PROBE_TIME.as_secs()))).err();
        if let Some(trouble) = &found {
            tracing::warn!(trouble, "not ready");
        }
        *probed = Some((now, found.clone()));
        found
    }
}
