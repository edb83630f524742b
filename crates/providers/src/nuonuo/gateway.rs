//! The one address of all calls: how they are signed, and the envelope of their answers (reference, issuing §4.2, §4.5).

use issue::provider::{Answer, Call, Context, Outcome, Rejection, Unfit};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::code::{self, Meaning};
use super::lenient::{Text, structure};
use super::settings::{Keys, Settings, unfit};
use super::sign::{Signed, sign};

/// A signed call of a method with this body.
pub(super) fn call<T: Serialize>(context: &Context<'_>, method: &str, body: &T) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let keys = Keys::of(context)?;
    let token = context.token.ok_or_else(|| unfit("call", "there is no access token"))?;
    let body = serde_json::to_string(body).map_err(|error| unfit("call", error.to_string()))?;
    let senid: String = context.nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    // Eight digits, the first of them not nought.
    let nonce = 10_000_000 + context.nonce.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)) % 90_000_000;
    let timestamp = context.now.as_second();
    let signature = sign(&keys.app_secret, Signed { app_key: &settings.app_key, senid: &senid, nonce, timestamp, body: &body });
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("senid", &senid)
        .append_pair("nonce", &nonce.to_string())
        .append_pair("timestamp", &timestamp.to_string())
        .append_pair("appkey", &settings.app_key)
        .finish();
    let call = Call::post(format!("{}?{query}", settings.gateway()), "application/json;charset=UTF-8", body)
        .header("X-Nuonuo-Sign", signature)
        .header("accessToken", token.expose())
        .header("userTax", context.seller.as_str())
        .header("method", settings.method(method));
    Ok(call)
}

/// The envelope.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    code: Text,
    #[serde(default)]
    describe: Text,
    #[serde(default)]
    result: Option<Box<RawValue>>,
}

/// What an answer says.
pub(super) enum Said {
    /// It was accepted: the code for success, and the result.
    Done(Option<Box<RawValue>>),
    /// A code for something else.
    Code(Refusal),
    /// Nothing that can be understood.
    Nothing(String),
}

/// A code for something else than success, with the platform's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) text: String,
}

impl Refusal {
    /// As a refusal that our side acts on.
    pub(super) fn rejection(&self) -> Rejection {
        code::rejection(&self.code, &self.text)
    }
}

/// Reads an envelope. HTTP statuses are undocumented: what is not 2xx is not read.
pub(super) fn read(answer: &Answer) -> Said {
    if !answer.is_success() {
        return Said::Nothing(format!("诺诺: HTTP {}", answer.status));
    }
    let envelope: Envelope = match serde_json::from_slice(&answer.body) {
        Ok(envelope) => envelope,
        Err(error) => return Said::Nothing(format!("诺诺: 应答无法解析 (第{}列)", error.column())),
    };
    match envelope.code.as_str() {
        "" => Said::Nothing("诺诺: 应答无code".to_owned()),
        // Red-letter lists answer with the second one, as seen by others.
        "E0000" | "0000" => Said::Done(envelope.result),
        code => Said::Code(Refusal { code: code.to_owned(), text: envelope.describe.as_str().to_owned() }),
    }
}

/// The result of a call that tells something: read, or why not.
pub(super) enum Told<T> {
    /// The result.
    Result(T),
    /// A code for something else.
    Code(Refusal),
    /// Nothing that can be understood.
    Nothing(String),
}

/// Reads an answer whose result is a structure.
pub(super) fn told<T: serde::de::DeserializeOwned>(answer: &Answer) -> Told<T> {
    match read(answer) {
        Said::Done(result) => match structure(result.as_deref()) {
            Some(result) => Told::Result(result),
            None => Told::Nothing("诺诺: 应答的result无法解析".to_owned()),
        },
        Said::Code(refusal) => Told::Code(refusal),
        Said::Nothing(text) => Told::Nothing(text),
    }
}

/// How a call that changes something ended. `serial` finds the platform's serial in the result.
pub(super) fn outcome(answer: &Answer, serial: impl FnOnce(Option<&RawValue>) -> Option<String>) -> Outcome {
    match read(answer) {
        Said::Done(result) => Outcome::Accepted { serial: serial(result.as_deref()) },
        Said::Nothing(text) => Outcome::Unknown { text },
        Said::Code(refusal) => match code::meaning(&refusal.code) {
            Meaning::Known => Outcome::Accepted { serial: None },
            Meaning::Refused { .. } => Outcome::Rejected(refusal.rejection()),
            // Whoever wants a login first has not begun.
            Meaning::Unsure if code::needs_login(&refusal.text) => Outcome::Rejected(refusal.rejection()),
            Meaning::Unsure => Outcome::Unknown { text: format!("诺诺 {}: {}", refusal.code, refusal.text) },
        },
    }
}
