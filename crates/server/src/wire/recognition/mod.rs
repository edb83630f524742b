//! The recognition API: `/v1/item/get_item_info` and `/v1/item/get_multiple_items_info`, GET and POST (seed 002).
//!
//! Both give every invoice of the document in reading order. Every outcome is HTTP 200; a refused call has `result` 0, the
//! documented `error` and `message`, and besides them a `hint` that says what is wrong.

mod body;
mod envelope;
mod failure;
mod image_data;
mod parameters;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::get;
use bytes::Bytes;
use recognize::Reading;
use sha1::{Digest, Sha1};

pub use envelope::Identified;

use crate::app::App;
use crate::auth::{Credentials, hex};
use crate::clock;
use crate::memory::Held;
use envelope::{Data, Envelope, Response};
use failure::{Code, Failure};
use parameters::{Call, Input, Parameters};

/// The endpoints.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/item/get_item_info", get(item).post(item))
        .route("/v1/item/get_multiple_items_info", get(item).post(item))
        .layer(super::on_panic(|| Failure::inside().into_response()))
}

async fn item(State(app): State<Arc<App>>, request: Request) -> HttpResponse {
    let began = app.clock.elapsed();
    let outcome = answer(&app, request, began).await;
    let took = app.clock.elapsed().saturating_sub(began);
    match outcome {
        Ok(body) => {
            app.metrics.recognition(0, took);
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(failure) => {
            app.metrics.recognition(failure.code.number(), took);
            tracing::info!(error = failure.code.number(), hint = failure.hint, ms = took.as_millis(), "call refused");
            failure.into_response()
        }
    }
}

async fn answer(app: &Arc<App>, request: Request, began: Duration) -> Result<Vec<u8>, Failure> {
    let (call, mut held) = receive(app, request).await?;
    let credentials = Credentials { app_key: &call.app_key, token: &call.token, timestamp: &call.timestamp };
    let known = app.known(&call.app_key).await.map_err(|error| {
        tracing::warn!(%error, "the apps cannot be read");
        Failure::busy()
    })?;
    credentials.check(known.as_deref(), app.clock.now(), app.settings.window)?;
    let limit = app.settings.limits.file;
    let input = match call.input {
        // Nothing is fetched for a call that would be refused afterwards.
        Input::Url(_) if app.pool.free() == 0 => return Err(Failure::busy()),
        Input::Url(address) => Input::File(app.fetcher.fetch(&address, limit, &mut held).await?),
        here => here,
    };
    let job = Job { input, held, asked: Asked { app: Arc::clone(app), app_key: call.app_key, verbose: call.verbose, began } };
    app.pool.run(app.settings.limits.request_time, move |cancel| job.run(cancel)).await?
}

/// Reads the call; the memory of its body is held as long as the document may be needed.
async fn receive(app: &App, request: Request) -> Result<(Call, Held), Failure> {
    let (parts, body) = request.into_parts();
    let mut parameters = Parameters::default();
    // The body is read even when the query is already wrong: a client that is still sending does not look for the answer.
    let queried = parameters.add_query(parts.uri.query().unwrap_or(""));
    let held = body::read(&mut parameters, &parts.headers, app.intake.open(body)).await?;
    queried?;
    Ok((parameters.call()?, held))
}

/// What a worker does for one call, the answer's text included: what was allocated for the reading is freed where it was, and the runtime's own threads
/// are free for others meanwhile.
struct Job {
    input: Input,
    held: Held,
    asked: Asked,
}

/// Who asked, and for what.
struct Asked {
    app: Arc<App>,
    app_key: String,
    verbose: bool,
    began: Duration,
}

impl Job {
    fn run(self, cancel: Arc<AtomicBool>) -> Result<Vec<u8>, Failure> {
        let Job { input, held, asked } = self;
        let limit = asked.app.settings.limits.file;
        let bytes = match input {
            Input::File(bytes) => bytes,
            Input::Data(text) => {
                let bytes = image_data::decode(&text, limit).map_err(|error| Failure::new(Code::Image, error.to_string()))?;
                Bytes::from(bytes)
            }
            // An address was fetched before the work began.
            Input::Url(_) => return Err(Failure::inside()),
        };
        if bytes.is_empty() {
            return Err(Failure::new(Code::Image, "the document is empty; send the whole file"));
        }
        if bytes.len() > limit {
            return Err(Failure::new(Code::Image, format!("the document is larger than {limit} bytes")));
        }
        let reading = asked.app.reader().read(&bytes, cancel)?;
        let sha1 = hex(&Sha1::digest(&bytes));
        drop((bytes, held));
        asked.answer(sha1, &reading)
    }
}

impl Asked {
    fn answer(&self, sha1: String, reading: &Reading) -> Result<Vec<u8>, Failure> {
        let app = &self.app;
        for found in &reading.results {
            app.metrics.invoice(found.kind.code());
        }
        let took = app.clock.elapsed().saturating_sub(self.began);
        tracing::info!(app = self.app_key, sha1, results = reading.results.len(), ms = took.as_millis(), "call answered");
        let data = Data {
            version: &app.settings.version,
            result: 1,
            timestamp: clock::seconds(app.clock.now()),
            message: "success",
            id: app.ids.next(),
            sha1,
            time_cost: took.as_millis().to_string(),
            identify_results: reading.results.iter().map(|found| Identified::new(found, self.verbose)).collect(),
        };
        serde_json::to_vec(&Envelope { result: 1, response: Response { data } }).map_err(|error| {
            tracing::error!(%error, "an answer could not be written");
            Failure::inside()
        })
    }
}
