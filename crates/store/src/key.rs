//! The key file: made at the first start, read by nobody else, and known again by its store.
//!
//! What is sealed with it, and how, says [`issue::vault`]. A store remembers one sealed text of its own, so that a program with
//! another key file is told at its start, not at the first order.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use issue::secret::{Sealed, Secret, Vault, VaultError};
use issue::store::StoreError;
use issue::vault::KeyVault;

/// What a store's own text is sealed for, and the text.
const PLACE: &str = "store/key_check";
const TEXT: &str = "this store's secrets are sealed with this key";

/// The key.
pub struct KeyFile {
    path: PathBuf,
    vault: KeyVault,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the key file {} cannot be {what}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// `read`, `made`.
        what: &'static str,
        /// Why.
        why: std::io::Error,
    },
    /// It is no key file.
    #[error("{} is no key file: 64 hexadecimal digits are", path.display())]
    NoKey {
        /// Which.
        path: PathBuf,
    },
    /// Others may read it.
    #[error("the key file {} may be read by others (mode {mode:03o}): chmod 600 it", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The store has secrets, and the file is gone.
    #[error("the secrets of {store} are sealed, and its key file {} is not there: put it back", path.display())]
    Missing {
        /// Which.
        path: PathBuf,
        /// Which store.
        store: String,
    },
    /// It is the key of another store.
    #[error("the key file {} is not the one that the secrets of {store} are sealed with: put that one back", path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Which store.
        store: String,
    },
    /// The system gives no randomness.
    #[error("no key can be made: {0}")]
    Chance(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A store that remembers which key its secrets are sealed with.
#[async_trait]
pub trait Keyed: Send + Sync {
    /// The text that was sealed when the store was first used.
    async fn key_check(&self) -> issue::store::Result<Option<Sealed>>;
    /// Keeps it, unless there is one already: then false.
    async fn put_key_check(&self, sealed: &Sealed) -> issue::store::Result<bool>;
    /// The store's name, for people.
    fn name(&self) -> String;
}

impl KeyFile {
    /// The key of a store: read, or made at the store's first start, with mode 0600.
    ///
    /// # Errors
    /// When the file is not this store's, is gone while the store has secrets, or may be read by others.
    pub async fn of(path: &Path, store: &dyn Keyed) -> Result<KeyFile, KeyError> {
        let check = store.key_check().await?;
        let key = match (KeyFile::read(path)?, &check) {
            (Some(key), _) => key,
            (None, Some(_)) => return Err(KeyError::Missing { path: path.to_owned(), store: store.name() }),
            (None, None) => KeyFile::make(path)?,
        };
        let check = match check {
            Some(check) => check,
            None => {
                let sealed = key.seal(PLACE, &Secret::new(TEXT)).map_err(|why| KeyError::Chance(why.to_string()))?;
                // Of several nodes that start at once one is first; the others must have its key.
                if store.put_key_check(&sealed).await? {
                    return Ok(key);
                }
                store.key_check().await?.unwrap_or(sealed)
            }
        };
        match key.open(PLACE, &check) {
            Ok(text) if text.expose() == TEXT => Ok(key),
            _ => Err(KeyError::Wrong { path: path.to_owned(), store: store.name() }),
        }
    }

    /// Reads a key file; none when there is none.
    ///
    /// # Errors
    /// When it cannot be read, is no key file, or may be read by others.
    pub fn read(path: &Path) -> Result<Option<KeyFile>, KeyError> {
        let trouble = |why| KeyError::File { path: path.to_owned(), what: "read", why };
        let text = match fs::read_to_string(path) {
            Ok(text) => Secret::new(text),
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) if why.kind() == ErrorKind::InvalidData => return Err(KeyError::NoKey { path: path.to_owned() }),
            Err(why) => return Err(trouble(why)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path).map_err(trouble)?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::Open { path: path.to_owned(), mode });
            }
        }
        let vault = KeyVault::from_key_file(&text).map_err(|_| KeyError::NoKey { path: path.to_owned() })?;
        Ok(Some(KeyFile { path: path.to_owned(), vault }))
    }

    /// Makes a key file, which must not be there.
    ///
    /// # Errors
    /// When it is there, or cannot be written.
    pub fn make(path: &Path) -> Result<KeyFile, KeyError> {
        let text = KeyVault::fresh_key_file().map_err(|why| KeyError::Chance(why.to_string()))?;
        let vault = KeyVault::from_key_file(&text).map_err(|why| KeyError::Chance(why.to_string()))?;
        let trouble = |why| KeyError::File { path: path.to_owned(), what: "made", why };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(trouble)?;
        file.write_all(text.expose().as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(trouble)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        crate::documents::sync_folder(folder).map_err(trouble)?;
        Ok(KeyFile { path: path.to_owned(), vault })
    }
}

impl Vault for KeyFile {
    fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, VaultError> {
        self.vault.seal(place, secret)
    }

    fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        self.vault.open(place, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (tempfile::TempDir, KeyFile) {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyFile::make(&folder.path().join("key")).unwrap();
        (folder, key)
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_file_that_was_read_again() {
        let (folder, key) = made();
        let secret = Secret::new("demo-secret 密");
        let sealed = key.seal("app/demo/secret", &secret).unwrap();
        let again = KeyFile::read(&folder.path().join("key")).unwrap().unwrap();
        assert_eq!(again.open("app/demo/secret", &sealed).unwrap(), secret);
        let (_other, stranger) = made();
        let refused = stranger.open("app/demo/secret", &sealed).unwrap_err();
        assert!(refused.to_string().contains("key file"), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, key) = made();
        let path = folder.path().join("key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!format!("{key:?}").contains(text.trim()));
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(KeyFile::read(&path), Err(KeyError::Open { mode: found, .. }) if found == mode));
        }
    }

    #[test]
    fn a_file_is_never_made_twice_nor_guessed() {
        let (folder, _key) = made();
        let path = folder.path().join("key");
        assert!(matches!(KeyFile::make(&path), Err(KeyError::File { .. })));
        assert!(KeyFile::read(&folder.path().join("other")).unwrap().is_none());
        for text in ["", "\n", "0011", "-----BEGIN"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(KeyFile::read(&path), Err(KeyError::NoKey { .. })), "{text}");
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyError::NoKey { .. })));
    }
}
