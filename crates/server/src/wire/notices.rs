//! What providers tell us: `POST /notice/<word>/<provider>`. The word is known to providers alone, since their notices carry no
//! signature (reference, issuing §4.13); what they say is a hint all the same, and is asked for before it is believed.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::stream;
use hmac::{Hmac, KeyInit, Mac};
use issue::provider::RawNotice;
use issue::secret::Secret;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::Wired;
use crate::app::App;
use crate::auth::hex;

/// The routes.
pub(crate) fn routes(wired: Arc<Wired>) -> Router<Arc<App>> {
    Router::new()
        .route("/notice/{word}/{provider}", post(take))
        .route("/notice/{word}/{provider}/{*path}", post(take_below))
        .with_state(wired)
}

/// The word in the address of notices: the same as long as the key is.
pub fn notice_word(key: &Secret) -> String {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("a key of any length");
    mac.update(b"address of notices");
    hex(&mac.finalize().into_bytes()[..16])
}

async fn take(State(wired): State<Arc<Wired>>, Path((word, provider)): Path<(String, String)>, request: Request) -> Response {
    notice(&wired, &word, &provider, String::new(), request).await
}

async fn take_below(
    State(wired): State<Arc<Wired>>,
    Path((word, provider, path)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    notice(&wired, &word, &provider, path, request).await
}

async fn notice(wired: &Wired, word: &str, provider: &str, path: String, request: Request) -> Response {
    let nothing = || StatusCode::NOT_FOUND.into_response();
    if !bool::from(word.as_bytes().ct_eq(wired.issuing.notices.as_bytes())) {
        return nothing();
    }
    let (parts, body) = request.into_parts();
    let media_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let (bytes, held) = match wired.app.intake.for_fields().open(body).collect().await {
        Ok(read) => read,
        Err(refused) => {
            tracing::warn!(provider, %refused, "a notice could not be read");
            return silence();
        }
    };
    let raw = RawNotice { path, media_type, body: bytes.to_vec() };
    let reply = wired.issuing.desk.notice(provider, &raw).await;
    drop(held);
    let Some(reply) = reply else { return nothing() };
    wired.app.metrics.wire("notice", &reply.status.to_string(), std::time::Duration::ZERO);
    match StatusCode::from_u16(reply.status) {
        Ok(status) if !status.is_server_error() => (status, [(CONTENT_TYPE, reply.media_type)], reply.body).into_response(),
        _ => silence(),
    }
}

/// Ends the connection without an answer. A provider that hears a clear answer, even a refusal, does not come again; one that
/// hears nothing does (reference, issuing §4.13).
fn silence() -> Response {
    let broken = stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("the notice is not stored")) });
    (StatusCode::SERVICE_UNAVAILABLE, Body::from_stream(broken)).into_response()
}
