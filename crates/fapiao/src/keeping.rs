//! What is kept, opened: orders, keys, documents.

use std::sync::Arc;

use anyhow::Context;
use issue::documents::Documents;
use issue::secret::Secret;
use issue::store::Store;
use store::{Bucket, Folder, KeyFile, Keyed, Postgres, PostgresSettings, Sqlite, SqliteSettings};

use crate::config::Config;
use crate::place::Place;

/// For whom it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A server, which writes a lot.
    Server,
    /// A command that does one thing.
    Command,
}

/// Everything that is kept.
pub(crate) struct Keeping {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) vault: Arc<KeyFile>,
    pub(crate) documents: Arc<dyn Documents>,
    /// The text of the key file: what links and the address of notices are made of.
    pub(crate) key: Secret,
    /// Where the orders are, for people.
    pub(crate) name: String,
}

impl Keeping {
    /// Opens, or makes, what the settings name.
    pub(crate) async fn open(config: &Config, place: &Place, reader: Reader) -> anyhow::Result<Keeping> {
        place.make()?;
        let documents: Arc<dyn Documents> = match &config.bucket {
            Some(bucket) => Arc::new(Bucket::open(&bucket.settings()?)?),
            None => {
                let folder = place.documents();
                Arc::new(Folder::open(&folder).with_context(|| format!("the folder of documents {} cannot be used", folder.display()))?)
            }
        };
        let (store, keyed): (Arc<dyn Store>, Arc<dyn Keyed>) = match &config.database {
            Some(url) => {
                let store = Arc::new(Postgres::open(PostgresSettings::new(Secret::new(url.clone()))).await?);
                (store.clone(), store)
            }
            None => {
                let settings = match reader {
                    Reader::Server => SqliteSettings::new(place.orders()),
                    Reader::Command => SqliteSettings::small(place.orders()),
                };
                let store = Arc::new(tokio::task::spawn_blocking(|| Sqlite::open(settings)).await??);
                (store.clone(), store)
            }
        };
        let path = place.key();
        let vault = Arc::new(KeyFile::of(&path, &*keyed).await?);
        let key = std::fs::read_to_string(&path).with_context(|| format!("the key file {} cannot be read", path.display()))?;
        Ok(Keeping { store, vault, documents, key: Secret::new(key), name: keyed.name() })
    }
}
