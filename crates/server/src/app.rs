//! What all calls share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use issue::store::StoreError;
use recognize::{Options, Reading};
use tokio::sync::watch;

use crate::clock::{Clock, Ids};
use crate::fetch::Fetcher;
use crate::intake::Intake;
use crate::issuing::Issuing;
use crate::keys::Known;
use crate::metrics::Metrics;
use crate::pool::Pool;
use crate::recognizer::Recognize;
use crate::settings::Settings;

/// The state behind the routes.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) recognizer: Arc<dyn Recognize>,
    pub(crate) pool: Pool,
    pub(crate) intake: Intake,
    pub(crate) fetcher: Fetcher,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) metrics: Metrics,
    /// What issues, where this server does.
    pub(crate) issuing: OnceLock<Arc<Issuing>>,
    /// True once the server was told to stop.
    pub(crate) stopping: watch::Sender<bool>,
}

impl App {
    /// The app of this key, of the settings or of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn known(&self, key: &str) -> Result<Option<Arc<Known>>, StoreError> {
        if let Some(issuing) = self.issuing.get()
            && let Some(known) = issuing.known(key).await?
        {
            return Ok(Some(known));
        }
        Ok(self.settings.apps.known(key).map(Arc::new))
    }

    /// What a worker needs to read one document.
    pub(crate) fn reader(&self) -> Reader {
        let mut options = Options::default();
        options.budget.bytes = self.settings.limits.file;
        options.budget.time = self.settings.limits.reading_time;
        Reader { recognizer: Arc::clone(&self.recognizer), options }
    }
}

/// The recogniser with the limits of this server.
pub(crate) struct Reader {
    recognizer: Arc<dyn Recognize>,
    options: Options,
}

impl Reader {
    pub(crate) fn read(mut self, bytes: &[u8], cancel: Arc<AtomicBool>) -> Result<Reading, recognize::Error> {
        self.options.cancel = Some(cancel);
        self.recognizer.read(bytes, &self.options)
    }
}
