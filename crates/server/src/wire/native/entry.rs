//! The door: who calls, proved by a bearer key or by a signature, before anything else of a call is looked at.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use issue::access::AccessKey;
use issue::order::AppId;

use super::Native;
use super::nonce::Seen;
use super::problem::{Code, Problem};
use super::signature::{self, Signed};
use crate::auth;
use crate::keys::Known;

/// Seconds that the time stamp of a signed request may be from now, either way.
pub(super) const WINDOW: i64 = 300;
/// Characters of a nonce.
const NONCE: std::ops::RangeInclusive<usize> = 8..=64;

/// Headers of a signed request.
pub(super) const APP: &str = "x-fapiao-app";
pub(super) const TIMESTAMP: &str = "x-fapiao-timestamp";
pub(super) const NONCE_HEADER: &str = "x-fapiao-nonce";
pub(super) const SIGNATURE: &str = "x-fapiao-signature";

/// Who calls.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// For whom: the caller's own app, or, when an operator acts for another, that one.
    pub(super) app: AppId,
    /// Whether the caller is an operator.
    pub(super) operator: bool,
}

impl Caller {
    /// Only operators go on.
    pub(super) fn operator(&self) -> Result<(), Problem> {
        if self.operator { Ok(()) } else { Err(Code::Forbidden.into()) }
    }
}

/// Lets a call in, or answers it.
pub(super) async fn enter(State(native): State<Arc<Native>>, request: Request, next: Next) -> Response {
    let app = &native.wired.app;
    let began = app.clock.elapsed();
    let path = format!("{} {}", request.method(), request.uri().path());
    let response = match admitted(&native, request).await {
        // The body's share of memory is given back when the call is answered.
        Ok((request, held)) => {
            let response = next.run(request).await;
            drop(held);
            response
        }
        Err(problem) => problem.into_response(),
    };
    let took = app.clock.elapsed().saturating_sub(began);
    let code = response.extensions().get::<Code>().map_or("ok", |code| code.name());
    app.metrics.wire("native", code, took);
    tracing::info!(path, status = response.status().as_u16(), code, ms = took.as_millis(), "native API answered");
    response
}

async fn admitted(native: &Native, request: Request) -> Result<(Request, crate::memory::Held), Problem> {
    let wired = &native.wired;
    let (mut parts, body) = request.into_parts();
    // Documents are large, everything else is fields.
    let intake = if parts.uri.path() == super::recognitions::PATH { wired.app.intake.clone() } else { wired.app.intake.for_fields() };
    let proof = Proof::of(&parts.headers)?;
    let known = match &proof {
        // A key is believed before the body is read.
        Proof::Bearer(key) => keyed(native, key).await?,
        Proof::Signature(given) => given.known(native).await?,
    };
    let (bytes, held) = intake.open(body).collect().await?;
    if let Proof::Signature(given) = &proof {
        given.check(native, &parts, &known, &bytes)?;
    }
    let caller = acting(native, &parts, &known).await?;
    parts.extensions.insert(caller);
    Ok((Request::from_parts(parts, Body::from(bytes)), held))
}

/// What a caller shows.
enum Proof {
    Bearer(String),
    Signature(Given),
}

/// The headers of a signed request.
struct Given {
    app: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

impl Proof {
    fn of(headers: &HeaderMap) -> Result<Proof, Problem> {
        let bearer = text(headers, AUTHORIZATION.as_str())?;
        let signed = [APP, TIMESTAMP, NONCE_HEADER, SIGNATURE].map(|name| text(headers, name));
        match bearer {
            Some(_) if signed.iter().any(|header| !matches!(header, Ok(None))) => {
                Err(Problem::new(Code::Unauthenticated, "send either a bearer key or a signature"))
            }
            Some(said) => {
                let key = said.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key.trim());
                let key = key.ok_or_else(|| Problem::new(Code::Unauthenticated, "Authorization must be `Bearer <key>`"))?;
                Ok(Proof::Bearer(key.to_owned()))
            }
            None => {
                let [app, timestamp, nonce, signature] = signed;
                let (app, timestamp, nonce, signature) = (app?, timestamp?, nonce?, signature?);
                if [&app, &timestamp, &nonce, &signature].iter().all(|header| header.is_none()) {
                    return Err(Code::Unauthenticated.into());
                }
                let there = |header: Option<String>, name: &str| {
                    header.ok_or_else(|| Problem::new(Code::Unauthenticated, format!("the header {name} is missing")))
                };
                Ok(Proof::Signature(Given {
                    app: there(app, APP)?,
                    timestamp: there(timestamp, TIMESTAMP)?,
                    nonce: there(nonce, NONCE_HEADER)?,
                    signature: there(signature, SIGNATURE)?,
                }))
            }
        }
    }
}

/// The text of a header; one that is there twice means nothing.
fn text(headers: &HeaderMap, name: &str) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match value.to_str() {
        Ok(text) if values.next().is_none() => Ok(Some(text.to_owned())),
        _ => Err(Problem::new(Code::Unauthenticated, format!("the header {name} must be there once, as plain text"))),
    }
}

async fn keyed(native: &Native, key: &str) -> Result<Arc<Known>, Problem> {
    let app = AccessKey::app_of(key).ok_or(Code::UnknownKey)?;
    let known = native.wired.issuing.known(app).await?.ok_or(Code::UnknownKey)?;
    // Every key is tried: which of them fits is not told by the time that it takes.
    let fits = known.keys.iter().fold(false, |fits, kept| fits | kept.fits(key));
    if fits { Ok(known) } else { Err(Code::UnknownKey.into()) }
}

impl Given {
    async fn known(&self, native: &Native) -> Result<Arc<Known>, Problem> {
        let at: i64 = self.timestamp.parse().map_err(|_| Problem::new(Code::Stale, "the time stamp must be whole seconds since 1970"))?;
        if native.wired.issuing.now().as_second().abs_diff(at) > WINDOW.unsigned_abs() {
            return Err(Code::Stale.into());
        }
        Ok(native.wired.issuing.known(&self.app).await?.ok_or(Code::UnknownApp)?)
    }

    fn check(&self, native: &Native, parts: &Parts, known: &Known, body: &[u8]) -> Result<(), Problem> {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let Given { app, timestamp, nonce, .. } = self;
        let canonical = Signed { app, timestamp, nonce, method: parts.method.as_str(), target, body }.canonical();
        if !known.signed(&self.signature, |secret| signature::sign(&canonical, secret)) {
            return Err(Code::BadSignature.into());
        }
        if !NONCE.contains(&nonce.len()) {
            return Err(Problem::new(Code::Request, "a nonce has 8 to 64 characters").at(NONCE_HEADER));
        }
        // Reading twice does no harm, and programs that only read need not fill the server's memory.
        if parts.method == Method::GET || parts.method == Method::HEAD {
            return Ok(());
        }
        match native.nonces.note(app, nonce, native.wired.issuing.now()) {
            Seen::Fresh => Ok(()),
            Seen::Again => Err(Code::Replayed.into()),
            Seen::Full => Err(Code::Busy.into()),
        }
    }
}

/// For whom the call is: an operator may name another app in the query (`app=`), which is signed with the rest of it.
async fn acting(native: &Native, parts: &Parts, known: &Known) -> Result<Caller, Problem> {
    let query = parts.uri.query().unwrap_or("");
    let mut named = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "app").map(|(_, app)| app);
    let caller = Caller { app: known.id.clone(), operator: known.operator };
    let Some(app) = named.next() else { return Ok(caller) };
    if named.next().is_some() {
        return Err(Problem::new(Code::Request, "there is more than one").at("app"));
    }
    if app == known.id.as_str() {
        return Ok(caller);
    }
    caller.operator()?;
    let app = AppId::new(app);
    if native.wired.issuing.desk.caller.store.app(&app).await?.is_none() {
        return Err(Problem::new(Code::NoApp, app.to_string()));
    }
    Ok(Caller { app, ..caller })
}

/// How an app proves itself, for tests of other modules and for programs that call this API from Rust.
pub fn signed_headers(signed: &Signed<'_>, secret: &auth::Secret) -> [(&'static str, String); 4] {
    [
        (APP, signed.app.to_owned()),
        (TIMESTAMP, signed.timestamp.to_owned()),
        (NONCE_HEADER, signed.nonce.to_owned()),
        (SIGNATURE, signed.sign(secret)),
    ]
}
