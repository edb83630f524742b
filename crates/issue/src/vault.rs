//! Secrets at rest: XChaCha20-Poly1305 under one key of 32 bytes, which stands in a file beside the store, never in it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::secret::{Sealed, Secret, Vault, VaultError};

/// The form of sealed bytes: this byte, 24 of nonce, the encrypted secret with its tag.
const FORM: u8 = 1;
const NONCE: usize = 24;

/// A vault with one key. What it seals is bound to its place: moved to another row it opens no more.
pub struct KeyVault(XChaCha20Poly1305);

impl KeyVault {
    /// With the key that a key file holds: 64 hexadecimal digits, spaces and line ends around them ignored.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn from_key_file(text: &Secret) -> Result<KeyVault, VaultError> {
        let digits = text.expose().trim();
        let wrong = || VaultError { place: "the key file".to_owned(), what: "read as 64 hexadecimal digits" };
        if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut key = zeroize::Zeroizing::new([0_u8; 32]);
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).map_err(|_| wrong())?;
        }
        Ok(KeyVault(XChaCha20Poly1305::new((&*key).into())))
    }

    /// The content of a fresh key file.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn fresh_key_file() -> Result<Secret, VaultError> {
        let mut key = zeroize::Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut *key).map_err(|_| VaultError { place: "the key file".to_owned(), what: "made" })?;
        Ok(Secret::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
    }
}

impl Vault for KeyVault {
    fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, VaultError> {
        let failed = || VaultError { place: place.to_owned(), what: "sealed" };
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| failed())?;
        let payload = Payload { msg: secret.expose().as_bytes(), aad: place.as_bytes() };
        let encrypted = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| failed())?;
        let mut sealed = vec![FORM];
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&encrypted);
        Ok(Sealed(sealed))
    }

    fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        let failed = || VaultError { place: place.to_owned(), what: "opened" };
        let rest = sealed.0.strip_prefix(&[FORM]).ok_or_else(failed)?;
        let (nonce, encrypted) = rest.split_first_chunk::<NONCE>().ok_or_else(failed)?;
        let payload = Payload { msg: encrypted, aad: place.as_bytes() };
        let open = self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| failed())?;
        String::from_utf8(open).map(Secret::new).map_err(|_| failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_where_it_was_sealed_and_nowhere_else() {
        let vault = KeyVault::from_key_file(&KeyVault::fresh_key_file().unwrap()).unwrap();
        let secret = Secret::new("demo-secret");
        let sealed = vault.seal("app/demo/secret", &secret).unwrap();
        assert_eq!(vault.open("app/demo/secret", &sealed).unwrap(), secret);
        assert!(vault.open("app/other/secret", &sealed).is_err());
        assert_ne!(vault.seal("app/demo/secret", &secret).unwrap(), sealed, "no nonce is used twice");
        assert!(!String::from_utf8_lossy(&sealed.0).contains("demo"));
        for at in 0..sealed.0.len() {
            let mut altered = sealed.clone();
            altered.0[at] ^= 1;
            assert!(vault.open("app/demo/secret", &altered).is_err(), "byte {at}");
            assert!(vault.open("app/demo/secret", &Sealed(sealed.0[..at].to_vec())).is_err(), "cut at {at}");
        }
        let other = KeyVault::from_key_file(&KeyVault::fresh_key_file().unwrap()).unwrap();
        assert!(other.open("app/demo/secret", &sealed).is_err());
    }

    #[test]
    fn a_key_file_is_a_key() {
        let key = "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";
        assert!(KeyVault::from_key_file(&Secret::new(format!(" {key}\n"))).is_ok());
        for wrong in ["", &key[1..], "x", &format!("{key}0"), &key.replace('0', "g"), &"é".repeat(32)] {
            assert!(KeyVault::from_key_file(&Secret::new(wrong)).is_err(), "{wrong}");
        }
    }
}
