//! Signed requests: HMAC-SHA256 over a canonical string. docs/api/native.md writes it down for callers.

use hmac::{Hmac, KeyInit, Mac};
use issue::secret::Secret;
use sha2::{Digest, Sha256};

use crate::auth::hex;

/// The first line of the canonical string: the algorithm, so that a signature is never taken for one of another.
const ALGORITHM: &str = "FAPIAO-HMAC-SHA256";

/// What is signed of a request.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The app's id, as in `X-Fapiao-App`.
    pub app: &'a str,
    /// Seconds since 1970, as in `X-Fapiao-Timestamp`.
    pub timestamp: &'a str,
    /// As in `X-Fapiao-Nonce`.
    pub nonce: &'a str,
    /// The method in capitals.
    pub method: &'a str,
    /// The path with its query, as it stands in the request line.
    pub target: &'a str,
    /// The body; empty when there is none.
    pub body: &'a [u8],
}

impl Signed<'_> {
    /// The canonical string: seven lines without a line end behind the last. None of them can hold a line end, since none of
    /// them could stand in a header or in a request line with one.
    pub fn canonical(&self) -> String {
        let Signed { app, timestamp, nonce, method, target, body } = self;
        format!("{ALGORITHM}\n{app}\n{timestamp}\n{nonce}\n{method}\n{target}\n{}", hex(&Sha256::digest(body)))
    }

    /// The signature: the HMAC-SHA256 of the canonical string under the app's secret, in lower-case hexadecimal.
    pub fn sign(&self, secret: &Secret) -> String {
        sign(&self.canonical(), secret)
    }
}

/// Of a canonical string.
pub(super) fn sign(canonical: &str, secret: &Secret) -> String {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("a key of any length");
    mac.update(canonical.as_bytes());
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of docs/api/native.md; its signature was computed with `openssl dgst -sha256 -hmac demo-secret`.
    #[test]
    fn the_example_of_the_documentation() {
        let signed = Signed {
            app: "demo",
            timestamp: "1767225600",
            nonce: "5f0c6a2e9b",
            method: "GET",
            target: "/api/v1/orders?state=failed&limit=10",
            body: b"",
        };
        let page = include_str!("../../../../../docs/api/native.md");
        let signature = signed.sign(&Secret::new("demo-secret"));
        assert!(page.contains(&signed.canonical()), "{}", signed.canonical());
        assert!(page.contains(&signature), "{signature}");
    }

    #[test]
    fn every_part_is_signed() {
        let one = Signed { app: "a", timestamp: "1", nonce: "n", method: "GET", target: "/", body: b"" };
        let secret = Secret::new("s");
        let signatures = [
            one.sign(&secret),
            one.sign(&Secret::new("t")),
            Signed { app: "b", ..one }.sign(&secret),
            Signed { timestamp: "2", ..one }.sign(&secret),
            Signed { nonce: "m", ..one }.sign(&secret),
            Signed { method: "POST", ..one }.sign(&secret),
            Signed { target: "/?", ..one }.sign(&secret),
            Signed { body: b"{}", ..one }.sign(&secret),
        ];
        let all: std::collections::BTreeSet<&String> = signatures.iter().collect();
        assert_eq!(all.len(), signatures.len());
    }
}
