//! The key file, and secrets sealed with it (XChaCha20-Poly1305).
//!
//! A sealed secret is one byte of format, four bytes that tell keys apart, a nonce of 24 bytes, and the ciphertext with its
//! tag. The place of the secret is authenticated with it: what was sealed for one row opens for no other. A store remembers one
//! sealed text of its own, so that a program with another key file is told at its start, not at the first order.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use issue::secret::{Sealed, Secret, Vault, VaultError};
use issue::store::StoreError;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// First word of a key file.
const WORD: &str = "fapiao-key";
/// First byte of a sealed secret.
const FORMAT: u8 = 1;
const KEY: usize = 32;
const NONCE: usize = 24;
/// What a store's own text is sealed for, and the text.
const PLACE: &str = "store/key_check";
const TEXT: &str = "this store's secrets are sealed with this key";

/// The key.
pub struct KeyFile {
    path: PathBuf,
    cipher: XChaCha20Poly1305,
    /// The beginning of the key's SHA-256.
    mark: [u8; 4],
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
    #[error("{} is no key file: {why}", path.display())]
    NoKey {
        /// Which.
        path: PathBuf,
        /// Why.
        why: &'static str,
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
            Ok(text) => Zeroizing::new(text),
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) if why.kind() == ErrorKind::InvalidData => return Err(KeyError::NoKey { path: path.to_owned(), why: "it is not text" }),
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
        let wrong = |why| KeyError::NoKey { path: path.to_owned(), why };
        let encoded = text.trim().strip_prefix(WORD).ok_or_else(|| wrong("it does not begin with `fapiao-key`"))?;
        let key = Zeroizing::new(STANDARD.decode(encoded.trim()).map_err(|_| wrong("its key is not Base64"))?);
        KeyFile::with(path, &key).ok_or_else(|| wrong("its key has not 32 bytes")).map(Some)
    }

    /// Makes a key file, which must not be there.
    ///
    /// # Errors
    /// When it is there, or cannot be written.
    pub fn make(path: &Path) -> Result<KeyFile, KeyError> {
        let mut key = Zeroizing::new([0; KEY]);
        getrandom::fill(&mut *key).map_err(|why| KeyError::Chance(why.to_string()))?;
        let trouble = |why| KeyError::File { path: path.to_owned(), what: "made", why };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(trouble)?;
        let text = Zeroizing::new(format!("{WORD} {}\n", *Zeroizing::new(STANDARD.encode(*key))));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(trouble)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        crate::documents::sync_folder(folder).map_err(trouble)?;
        KeyFile::with(path, &*key).ok_or(KeyError::NoKey { path: path.to_owned(), why: "its key has not 32 bytes" })
    }

    fn with(path: &Path, key: &[u8]) -> Option<KeyFile> {
        let key = Key::try_from(key).ok()?;
        let digest = Sha256::digest(key);
        Some(KeyFile { path: path.to_owned(), cipher: XChaCha20Poly1305::new(&key), mark: [digest[0], digest[1], digest[2], digest[3]] })
    }
}

impl Vault for KeyFile {
    fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, VaultError> {
        let failed = || VaultError { place: place.to_owned(), what: "sealed" };
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| failed())?;
        let payload = Payload { msg: secret.expose().as_bytes(), aad: place.as_bytes() };
        let ciphertext = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| failed())?;
        let mut sealed = Vec::with_capacity(1 + self.mark.len() + NONCE + ciphertext.len());
        sealed.push(FORMAT);
        sealed.extend(self.mark);
        sealed.extend(nonce);
        sealed.extend(ciphertext);
        Ok(Sealed(sealed))
    }

    fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        let failed = || VaultError { place: place.to_owned(), what: "opened" };
        let (head, rest) = sealed.0.split_at_checked(1 + self.mark.len()).ok_or_else(failed)?;
        if head[0] != FORMAT || head[1..] != self.mark {
            return Err(failed());
        }
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or_else(failed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| failed())?;
        let opened = self.cipher.decrypt(&nonce, Payload { msg: ciphertext, aad: place.as_bytes() }).map_err(|_| failed())?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| failed())
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
    fn what_is_sealed_is_opened_for_its_place_alone() {
        let (folder, key) = made();
        let secret = Secret::new("demo-secret 密");
        let sealed = key.seal("app/demo/secret", &secret).unwrap();
        assert!(!sealed.0.windows(4).any(|bytes| bytes == b"demo"));
        assert_eq!(key.open("app/demo/secret", &sealed).unwrap(), secret);
        assert!(key.open("app/other/secret", &sealed).is_err());
        // Sealed twice, it looks different.
        assert_ne!(key.seal("app/demo/secret", &secret).unwrap(), sealed);
        let again = KeyFile::read(&folder.path().join("key")).unwrap().unwrap();
        assert_eq!(again.open("app/demo/secret", &sealed).unwrap(), secret);
        let (_other, stranger) = made();
        let refused = stranger.open("app/demo/secret", &sealed).unwrap_err();
        assert!(refused.to_string().contains("key file"), "{refused}");
    }

    #[test]
    fn every_byte_is_guarded() {
        let (_folder, key) = made();
        let sealed = key.seal("p", &Secret::new("secret")).unwrap();
        for at in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[at] ^= 1;
            assert!(key.open("p", &changed).is_err(), "byte {at}");
            let cut = Sealed(sealed.0[..at].to_vec());
            assert!(key.open("p", &cut).is_err(), "cut at {at}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, key) = made();
        let path = folder.path().join("key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!format!("{key:?}").contains(text.trim().split(' ').next_back().unwrap()));
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
        for text in ["", "fapiao-key", "fapiao-key AAAA", "fapiao-key ***", "-----BEGIN"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(KeyFile::read(&path), Err(KeyError::NoKey { .. })), "{text}");
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyError::NoKey { .. })));
    }
}
