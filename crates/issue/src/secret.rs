//! What must not be printed: secrets, sealed secrets, personal data.

use std::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret in the clear: an app's signing secret, a provider's app secret, an access token. Its `Debug` shows that there is
/// one and nothing of it, its memory is wiped when it goes, and it is compared in constant time. It is not serialisable:
/// what a store keeps is [`Sealed`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text, for signing and sending. Never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// An encrypted secret: opaque bytes as a [`Vault`] made them. This is all that a store sees of a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Seals and opens secrets. The place (`"app/demo/secret"`) is bound into the sealed bytes: what was sealed for one row opens
/// for no other.
pub trait Vault: Send + Sync {
    /// Encrypts for a place.
    ///
    /// # Errors
    /// When there is no randomness or no key.
    fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, VaultError>;

    /// Decrypts what was sealed for the same place.
    ///
    /// # Errors
    /// When the bytes were not sealed by this key for this place.
    fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, VaultError>;
}

/// A secret that could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret of {place} could not be {what}; check that the key file is the one it was sealed with")]
pub struct VaultError {
    /// Which secret.
    pub place: String,
    /// `sealed` or `opened`.
    pub what: &'static str,
}

/// Personal data for a log: the first and the last character stay, `张*`, `1***8`, nothing of up to two characters but the first.
pub fn masked(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    match characters.next_back() {
        None => "*".to_owned(),
        Some(_) if characters.as_str().is_empty() => format!("{first}*"),
        Some(last) => format!("{first}***{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_printed() {
        let secret = Secret::new("whsec_planted");
        assert!(!format!("{secret:?} {:?}", Sealed(b"planted".to_vec())).contains("planted"));
        assert_eq!(secret.expose(), "whsec_planted");
        assert_eq!(secret, Secret::new("whsec_planted"));
        assert_ne!(secret, Secret::new("whsec_plante"));
    }

    #[test]
    fn personal_data_is_masked() {
        for (text, shown) in [("", ""), ("张", "*"), ("张三", "张*"), ("13812345678", "1***8"), ("a@b.cn", "a***n")] {
            assert_eq!(masked(text), shown);
        }
    }
}
