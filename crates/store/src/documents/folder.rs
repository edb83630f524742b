//! Documents in a folder.
//!
//! A document is written beside its place, synced, and moved there: it is whole or not there, also when the power goes. The
//! documents of an order lie together, the orders in 256 folders by a hash, so that no folder grows without bounds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use issue::documents::{DocumentError, Documents};
use sha2::{Digest, Sha256};

use super::checked;

/// Where documents are written before they are moved.
const INCOMING: &str = ".incoming";
/// What lies there so long belongs to a process that is gone.
const STALE: Duration = Duration::from_secs(86_400);

/// The folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens the folder, or makes it, and clears away what a process that ended had begun to write.
    ///
    /// # Errors
    /// When it cannot be made or written to.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Folder> {
        let root = root.into();
        let incoming = root.join(INCOMING);
        fs::create_dir_all(&incoming)?;
        for entry in fs::read_dir(&incoming)? {
            let entry = entry?;
            let stale = entry.metadata()?.modified()?.elapsed().is_ok_and(|age| age > STALE);
            if stale && let Err(why) = fs::remove_file(entry.path()) {
                tracing::warn!(%why, "a document that was half written could not be cleared away");
            }
        }
        sync_folder(&root)?;
        Ok(Folder { root })
    }

    /// The file of a key.
    fn place(&self, key: &str) -> PathBuf {
        let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.root.join(format!("{:02x}", Sha256::digest(folder.as_bytes())[0])).join(key)
    }

    fn write(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let mut chance = [0; 16];
        getrandom::fill(&mut chance).map_err(io::Error::other)?;
        let partial = self.root.join(INCOMING).join(format!("{:032x}", u128::from_be_bytes(chance)));
        let place = self.place(key);
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            let folder = place.parent().unwrap_or(&self.root);
            self.make(folder)?;
            fs::rename(&partial, &place)?;
            sync_folder(folder)
        })();
        if written.is_err() {
            // It may not be there; the error that counts is the first one.
            let _ = fs::remove_file(&partial);
        }
        written
    }

    /// Makes a folder below the root, and syncs every one that got an entry.
    fn make(&self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|step| *step != self.root && !step.exists()).collect();
        for step in missing.into_iter().rev() {
            match fs::create_dir(step) {
                Err(why) if why.kind() != ErrorKind::AlreadyExists => return Err(why),
                _ => sync_folder(step.parent().unwrap_or(&self.root))?,
            }
        }
        Ok(())
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static) -> io::Result<T> {
        let folder = self.clone();
        tokio::task::spawn_blocking(move || work(&folder)).await.unwrap_or_else(|why| Err(io::Error::other(why)))
    }
}

/// What was renamed into a folder is there after a power cut only when the folder was synced. Where folders cannot be opened
/// (Windows), the file system sees to it.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[async_trait]
impl Documents for Folder {
    async fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), DocumentError> {
        checked(key, "kept")?;
        let (owned, bytes) = (key.to_owned(), bytes.to_vec());
        let kept = self.blocking(move |folder| folder.write(&owned, &bytes)).await;
        kept.map_err(|why| DocumentError { key: key.to_owned(), what: "kept", why: why.to_string() })
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        checked(key, "read")?;
        let place = self.place(key);
        match self.blocking(move |_| fs::read(place)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(DocumentError { key: key.to_owned(), what: "read", why: why.to_string() }),
        }
    }

    async fn probe(&self) -> Result<(), DocumentError> {
        let written = self.blocking(|folder| {
            let probe = folder.root.join(INCOMING).join(format!("probe-{}", std::process::id()));
            let mut file = File::create(&probe)?;
            file.write_all(b"probe")?;
            file.sync_all()?;
            fs::remove_file(&probe)
        });
        written.await.map_err(|why| DocumentError { key: self.root.display().to_string(), what: "kept", why: why.to_string() })
    }
}
