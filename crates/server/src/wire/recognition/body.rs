//! The four ways in which callers send their parameters: query, urlencoded form, multipart form, JSON.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::BytesMut;

use super::failure::Failure;
use super::parameters::{Parameters, Value};
use crate::fields::Members;
use crate::intake::{self, Incoming};
use crate::memory::Held;

/// Reads the parameters of a body into `parameters`.
///
/// The Content-Type decides; one that is missing or means nothing here is no reason to refuse a body that can be understood.
/// A multipart Content-Type without a boundary is sent by PHP programs that have no body at all.
pub(super) async fn read(parameters: &mut Parameters, headers: &HeaderMap, incoming: Incoming) -> Result<Held, Failure> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if let Ok(boundary) = multer::parse_boundary(content_type) {
        return multipart(parameters, boundary, incoming).await;
    }
    let (body, held) = incoming.collect().await?;
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if body.trim_ascii().is_empty() {
        return Ok(held);
    }
    if essence == "multipart/form-data" {
        return Err(Failure::parameter("the Content-Type multipart/form-data names no boundary; let the HTTP library set the header"));
    }
    if essence == "application/json" || body.trim_ascii_start().starts_with(b"{") {
        json(parameters, &body)?;
    } else {
        for (name, value) in url::form_urlencoded::parse(&body) {
            parameters.add(&name, Value::Text(value.into_owned()))?;
        }
    }
    Ok(held)
}

async fn multipart(parameters: &mut Parameters, boundary: String, mut incoming: Incoming) -> Result<Held, Failure> {
    {
        let mut form = multer::Multipart::new(Box::pin(incoming.pieces()), boundary);
        while let Some(mut part) = form.next_field().await.map_err(|error| broken_form(&error))? {
            let name = part.name().unwrap_or("").to_owned();
            let named = part.file_name().map(|file| !file.is_empty());
            let mut bytes = BytesMut::new();
            while let Some(piece) = part.chunk().await.map_err(|error| broken_form(&error))? {
                bytes.extend_from_slice(&piece);
            }
            let value = match named {
                // A browser sends a part without a name or content for a file that was not chosen.
                Some(false) if bytes.is_empty() => continue,
                None if bytes.is_empty() => continue,
                _ => Value::File(bytes.freeze()),
            };
            parameters.add(&name, value)?;
        }
    }
    Ok(incoming.held())
}

fn broken_form(error: &multer::Error) -> Failure {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<intake::Refused>() {
            return (*refused).into();
        }
        source = inner.source();
    }
    Failure::parameter(format!("the multipart/form-data body is broken: {error}"))
}

fn json(parameters: &mut Parameters, body: &[u8]) -> Result<(), Failure> {
    let Members(members) = serde_json::from_slice::<Members<serde_json::Value>>(body)
        .map_err(|error| Failure::parameter(format!("the JSON body must be one object of texts and numbers: {error}")))?;
    for (name, value) in members {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => parameters.add(&name, Value::Text(text))?,
            serde_json::Value::Number(number) => parameters.add(&name, Value::Text(number.to_string()))?,
            serde_json::Value::Bool(flag) => parameters.add(&name, Value::Text(flag.to_string()))?,
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                // Nothing documented is a list or an object; what is not ours is not our business.
                if ["app_key", "token", "timestamp", "image_url", "image_data", "image_file", "verbose"].contains(&name.as_str()) {
                    return Err(Failure::parameter(format!("{name} must be text or a number")));
                }
            }
        }
    }
    Ok(())
}
