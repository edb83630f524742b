//! `X-Nuonuo-Sign` (reference, issuing §4.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use issue::secret::Secret;
use sha1::Sha1;

/// What goes into a signature besides the secret.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The app's key.
    pub app_key: &'a str,
    /// `senid`: 32 random characters.
    pub senid: &'a str,
    /// `nonce`: a positive integer of eight digits.
    pub nonce: u64,
    /// `timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// The body, exactly as it is sent.
    pub body: &'a str,
}

/// Base64 of the HMAC-SHA1 over the canonical text: the parts of the path `/open/v1/services`, then the parameters, in fixed order, raw.
/// The path stands in it as the platform has it, whatever the address that is called.
pub fn sign(secret: &Secret, signed: Signed<'_>) -> String {
    let Signed { app_key, senid, nonce, timestamp, body } = signed;
    let text = format!("a=services&l=v1&p=open&k={app_key}&i={senid}&n={nonce}&t={timestamp}&f={body}");
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors() {
        let senid = "a".repeat(32);
        let cases = [
            ("secret", "app", senid.as_str(), 1_700_000_000, r#"{"name":"中文"}"#, "4BzcKzrcoqxPis0W/W3X2ae0uIo="),
            ("SECRET", "APPKEY", "SENID", 1_700_000_000, r#"{"a":1}"#, "7iSZiR+0g+376QEJ38xLM+3vGDs="),
        ];
        for (secret, app_key, senid, timestamp, body, signature) in cases {
            let signed = Signed { app_key, senid, nonce: 12_345_678, timestamp, body };
            assert_eq!(sign(&Secret::new(secret), signed), signature);
        }
    }

    #[test]
    fn every_part_counts() {
        let secret = Secret::new("SECRET");
        let signed = Signed { app_key: "APPKEY", senid: "SENID", nonce: 12_345_678, timestamp: 1_700_000_000, body: "{}" };
        let others = [
            Signed { app_key: "APPKEy", ..signed },
            Signed { senid: "SENId", ..signed },
            Signed { nonce: 12_345_679, ..signed },
            Signed { timestamp: 1_700_000_001, ..signed },
            Signed { body: "{ }", ..signed },
        ];
        for other in others {
            assert_ne!(sign(&secret, signed), sign(&secret, other), "{other:?}");
        }
        assert_ne!(sign(&secret, signed), sign(&Secret::new("SECREt"), signed));
    }
}
