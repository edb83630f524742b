//! Keys that an app may call with instead of a signature: shown once, kept as a digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::order::AppId;
use crate::secret::Secret;
use crate::surroundings::Chance;

/// How a key begins, so that programs that look for secrets in files find it.
const BEGINS: &str = "fapiao_";
/// The longest id of an app that keys can be made for.
const LONGEST: usize = 64;

/// A bearer key of an app, as it is kept: enough to know it again, not enough to call with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Its id, 8 hexadecimal digits, for people.
    pub id: String,
    /// What it is for, for people.
    pub name: String,
    /// SHA-256 of the whole key. A key has 256 bits of chance: nothing slower is needed.
    digest: [u8; 32],
    /// Since when it is there.
    pub created_at: Timestamp,
}

impl AccessKey {
    /// Makes a key: what is kept, and the key itself, which is shown once. Its text is `fapiao_<app>.<43 characters>`.
    pub fn mint(app: &AppId, name: &str, now: Timestamp, chance: &dyn Chance) -> (AccessKey, Secret) {
        let key = Secret::new(format!("{BEGINS}{app}.{}", fresh_secret(chance).expose()));
        let id = chance.bytes()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        (AccessKey { id, name: name.to_owned(), digest: digest(key.expose()), created_at: now }, key)
    }

    /// Whether a key is this one; in constant time.
    pub fn fits(&self, key: &str) -> bool {
        self.digest.ct_eq(&digest(key)).into()
    }

    /// The app that a key says it belongs to. Nothing is proved by that.
    pub fn app_of(key: &str) -> Option<&str> {
        let (app, rest) = key.strip_prefix(BEGINS)?.rsplit_once('.')?;
        (!app.is_empty() && !rest.is_empty()).then_some(app)
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A fresh secret: 32 bytes of chance as 43 characters of `A-Za-z0-9_-`.
pub fn fresh_secret(chance: &dyn Chance) -> Secret {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
    bytes[..16].copy_from_slice(&chance.bytes());
    bytes[16..].copy_from_slice(&chance.bytes());
    Secret::new(URL_SAFE_NO_PAD.encode(*bytes))
}

/// Whether this can be the id of an app that is made here: 1 to 64 characters of `A-Za-z0-9_-`, which need no escaping anywhere.
pub fn is_app_id(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::SystemChance;

    #[test]
    fn a_key_is_known_again_and_is_not_kept() {
        let app = AppId::from("demo_1");
        let (kept, key) = AccessKey::mint(&app, "till", Timestamp::UNIX_EPOCH, &SystemChance);
        assert_eq!(AccessKey::app_of(key.expose()), Some("demo_1"));
        assert!(kept.fits(key.expose()));
        let secret = key.expose().rsplit_once('.').unwrap().1;
        assert_eq!(secret.len(), 43);
        assert!(!serde_json::to_string(&kept).unwrap().contains(secret));
        for at in 0..key.expose().len() {
            let mut other = key.expose().as_bytes().to_vec();
            other[at] ^= 1;
            assert!(!kept.fits(&String::from_utf8(other).unwrap()), "character {at}");
        }
        let (_, other) = AccessKey::mint(&app, "till", Timestamp::UNIX_EPOCH, &SystemChance);
        assert!(!kept.fits(other.expose()));
        for wrong in ["", "fapiao_", "fapiao_.x", "fapiao_demo.", "demo.x", "fapiao_demo"] {
            assert_eq!(AccessKey::app_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_need_no_escaping() {
        for (id, right) in [("demo", true), ("A-1_b", true), ("", false), ("a b", false), ("a.b", false), ("应用", false), ("a/b", false)]
        {
            assert_eq!(is_app_id(id), right, "{id}");
        }
        assert!(!is_app_id(&"a".repeat(65)));
    }
}
