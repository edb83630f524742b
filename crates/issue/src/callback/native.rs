//! The native dialect: the Standard Webhooks specification (standard-webhooks/spec), symmetric signatures.
//!
//! The signing secret is the app's secret: its bytes as they are, or, when it begins with `whsec_`, what the base64 behind that
//! stands for. A receiver that uses one of the specification's libraries gives it `whsec_` and the base64 of the secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Dialect, Heard, Saying, heard_by_status, message};
use crate::provider::{Answer, Call};
use crate::secret::Secret;

/// The dialect.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native;

impl Dialect for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn say(&self, saying: &Saying<'_>) -> Result<Option<Call>, String> {
        let event = &saying.callback.event;
        let body = serde_json::to_vec(&message(event, saying.links)).map_err(|error| error.to_string())?;
        let id = event.id.to_string();
        let timestamp = saying.now.as_second();
        // During a change of secrets a message is signed with both, so that receivers can change theirs when they like.
        let secrets = [Some(saying.secret), saying.earlier_secret];
        let signatures: Result<Vec<String>, String> =
            secrets.into_iter().flatten().map(|secret| sign(secret, &id, timestamp, &body)).collect();
        let call = Call::post(&saying.callback.target.url, "application/json", body)
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signatures?.join(" "));
        Ok(Some(call))
    }

    fn heard(&self, answer: &Answer) -> Heard {
        heard_by_status(answer)
    }
}

/// The signature of a message: `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`.
///
/// # Errors
/// When a secret begins with `whsec_` and the rest is no base64.
pub fn sign(secret: &Secret, id: &str, timestamp: i64, body: &[u8]) -> Result<String, String> {
    let key = match secret.expose().strip_prefix("whsec_") {
        Some(coded) => STANDARD.decode(coded).map_err(|_| "the secret behind whsec_ is no base64".to_owned())?,
        None => secret.expose().as_bytes().to_vec(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| error.to_string())?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}
