//! What handlers are given: the body as JSON, the query, parts of the path. What cannot be read is a problem.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::entry::Caller;
use super::problem::{Code, Problem};

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Problem> {
        // The door puts it there; a route without the door is a mistake of ours.
        parts.extensions.get().cloned().ok_or_else(Problem::inside)
    }
}

/// A body of JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Problem> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if media_type != "application/json" {
            return Err(Code::MediaType.into());
        }
        let body = bytes::Bytes::from_request(request, state).await.map_err(|error| Problem::new(Code::Request, error.to_string()))?;
        let mut json = serde_json::Deserializer::from_slice(&body);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let field = error.path().to_string();
            let problem = Problem::new(Code::Request, error.inner().to_string());
            if field == "." { problem } else { problem.at(field) }
        })?;
        json.end().map_err(|error| Problem::new(Code::Request, error.to_string()))?;
        Ok(Json(read))
    }
}

/// The query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Problem> {
        let Query(query) = Query::from_request_parts(parts, state).await.map_err(|error| Problem::new(Code::Request, error.body_text()))?;
        Ok(Asked(query))
    }
}

/// Parts of the path. One that is not what it should be names nothing that is there.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named<T>, Problem> {
        let Path(named) = Path::from_request_parts(parts, state).await.map_err(|error| Problem::new(Code::NoPage, error.body_text()))?;
        Ok(Named(named))
    }
}
