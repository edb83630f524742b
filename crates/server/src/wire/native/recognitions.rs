//! Reading a document.

use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use recognize::Reading;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Native;
use super::entry::Caller;
use super::problem::{Body as ProblemBody, Code, Problem};
use super::reading::Asked;
use crate::auth::hex;
use crate::wire::recognition::Identified;

/// Where it is: the one address that takes large bodies.
pub(super) const PATH: &str = "/api/v1/recognitions";

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Arc<Native>> {
    OpenApiRouter::new().routes(routes!(recognize))
}

/// How much is told.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wordy {
    /// Whether each result also says where its fields came from and which cross-checks were made.
    #[serde(default)]
    verbose: bool,
}

/// What was found in a document.
#[derive(Serialize, ToSchema)]
struct Recognition<'a> {
    /// Of the document's bytes, in hexadecimal.
    sha256: String,
    /// The invoices in reading order, each as the recognition API prints it (docs/kinds.md has the fields).
    #[schema(value_type = Vec<Object>)]
    results: Vec<Identified<'a>>,
}

/// Read a document
///
/// A photo, a scan, a PDF, an OFD or an XML; its bytes are the body, its format is told by them.
#[utoipa::path(
    post, path = "/api/v1/recognitions", tag = "recognitions",
    params(Wordy),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The document"),
    responses(
        (status = 200, description = "What was found", body = Recognition),
        (status = 422, description = "unreadable_document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 504, description = "overrun", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn recognize(
    State(native): State<Arc<Native>>,
    _caller: Caller,
    Asked(wordy): Asked<Wordy>,
    document: Bytes,
) -> Result<axum::Json<serde_json::Value>, Problem> {
    let app = &native.wired.app;
    if document.is_empty() {
        return Err(Problem::new(Code::Unreadable, "the document is empty; send the whole file"));
    }
    if document.len() > app.settings.limits.file {
        return Err(Problem::new(Code::TooLarge, format!("the document is larger than {} bytes", app.settings.limits.file)));
    }
    let reader = app.reader();
    let work = move |cancel| {
        let sha256 = hex(&Sha256::digest(&document));
        reader.read(&document, cancel).map(|reading| (sha256, reading))
    };
    let (sha256, Reading { results, .. }) = app.pool.run(app.settings.limits.request_time, work).await??;
    for found in &results {
        app.metrics.invoice(found.kind.code());
    }
    let recognition = Recognition { sha256, results: results.iter().map(|found| Identified::new(found, wordy.verbose)).collect() };
    serde_json::to_value(&recognition).map(axum::Json).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::inside()
    })
}
