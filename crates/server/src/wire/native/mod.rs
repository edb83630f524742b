//! The native API (docs/api/native.md): `/api/v1/…`, JSON, signed requests or bearer keys, refusals by RFC 9457, OpenAPI 3.1 at
//! `/api/openapi.json`, made from the same types that are read and written.

mod amount;
mod apps;
mod entry;
mod events;
mod named;
mod nonce;
mod order;
mod problem;
mod reading;
mod recognitions;
mod sellers;
mod signature;
mod specification;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use issue::desk::Desk;

pub use entry::signed_headers;
pub use signature::Signed;

use super::Wired;
use crate::app::App;
use nonce::Nonces;
use problem::{Code, Problem};

/// Where the OpenAPI document is.
pub const OPENAPI: &str = "/api/openapi.json";

/// What the routes share.
struct Native {
    wired: Arc<Wired>,
    nonces: Nonces,
}

impl Native {
    fn desk(&self) -> &Desk {
        &self.wired.issuing.desk
    }
}

/// The routes.
pub(crate) fn routes(wired: Arc<Wired>) -> Router<Arc<App>> {
    let native = Arc::new(Native { wired, nonces: Nonces::default() });
    let (calls, mut openapi) = utoipa_axum::router::OpenApiRouter::new()
        .merge(order::routes())
        .merge(events::routes())
        .merge(sellers::routes())
        .merge(apps::routes())
        .merge(recognitions::routes())
        .split_for_parts();
    specification::complete(&mut openapi);
    let openapi =
        openapi.to_json().map(bytes::Bytes::from).map_err(|error| tracing::error!(%error, "the OpenAPI document cannot be written"));
    let described = move || {
        let openapi = openapi.clone();
        async move { openapi.map(|json| ([(CONTENT_TYPE, "application/json")], json)).map_err(|()| Problem::inside()) }
    };
    let no_page = || async { Problem::from(Code::NoPage) };
    calls
        .route_layer(from_fn_with_state(Arc::clone(&native), entry::enter))
        // `enter` has taken the body in within its limits.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .route(OPENAPI, get(described))
        .route(problem::PATH, get(|| async { ([(CONTENT_TYPE, "text/markdown; charset=utf-8")], problem::table()) }))
        .route("/api/{*rest}", any(no_page))
        .method_not_allowed_fallback(|| async { Problem::from(Code::Method) })
        .layer(axum::middleware::map_response(private))
        .layer(super::on_panic(|| Problem::inside().into_response()))
        .with_state(native)
}

/// Answers are for whoever asked, and as of now.
async fn private(mut response: axum::response::Response) -> axum::response::Response {
    response.headers_mut().entry(CACHE_CONTROL).or_insert(axum::http::HeaderValue::from_static("no-store"));
    response
}
