//! Apps, which only operators make and change; and what an app may know of itself.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use issue::access::AccessKey;
use issue::desk::AppSettings;
use issue::order::{AppId, Target};
use issue::store::App;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Native;
use super::entry::Caller;
use super::order::native as native_target;
use super::problem::{Body as ProblemBody, Code, Problem};
use super::reading::{Json, Named};

/// Hours that two secrets are valid side by side, unless the caller says otherwise.
const OVERLAP: u16 = 24;
/// The most: 30 days.
const LONGEST: u16 = 720;
/// Addresses of an app.
const TARGETS: usize = 5;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Arc<Native>> {
    OpenApiRouter::new()
        .routes(routes!(whoami))
        .routes(routes!(list, create))
        .routes(routes!(get, put))
        .routes(routes!(rotate))
        .routes(routes!(add_key))
        .routes(routes!(remove_key))
}

/// What is said about an app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppRequest {
    /// Its name, for people.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where all of its orders' events go, by the Standard Webhooks specification.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["https://example.com/fapiao"]))]
    targets: Vec<String>,
    /// Whether it may call.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    /// Whether it may make and change apps, and act for others.
    #[serde(default)]
    operator: bool,
}

/// An app to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppCreation {
    /// Its id: the gate's `app_id`, the hive's `appid`, the recognition API's `app_key`.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: String,
    /// Its name, for people.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where all of its orders' events go.
    #[serde(default)]
    #[schema(max_items = 5)]
    targets: Vec<String>,
    /// Whether it may make and change apps, and act for others.
    #[serde(default)]
    operator: bool,
}

fn yes() -> bool {
    true
}

/// The targets, checked; those in the words of other APIs stay as they are.
fn targets(urls: Vec<String>, present: &[Target]) -> Result<Vec<Target>, Problem> {
    if urls.len() > TARGETS {
        return Err(Problem::content("targets", format!("{TARGETS} at most")));
    }
    let checked = urls.into_iter().enumerate().map(|(place, url)| {
        let parsed = url::Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if parsed.is_none() || url.chars().count() > 2000 || url.contains(char::is_control) {
            return Err(Problem::content(format!("targets[{place}]"), "格式不正确"));
        }
        Ok(present.iter().find(|target| target.url == url).cloned().unwrap_or_else(|| native_target(url)))
    });
    checked.collect()
}

/// An app.
#[derive(Serialize, ToSchema)]
#[schema(as = App)]
struct AppBody {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Where all of its orders' events go.
    targets: Vec<String>,
    /// Whether it may call.
    enabled: bool,
    /// Whether it may make and change apps, and act for others.
    operator: bool,
    /// Its bearer keys.
    keys: Vec<KeyBody>,
    /// Until when the secret before the present one is valid.
    earlier_secret_until: Option<Timestamp>,
    /// Since when it is there.
    created_at: Timestamp,
}

/// A bearer key, without the key itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
struct KeyBody {
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
    /// Since when it is there.
    created_at: Timestamp,
}

impl From<AccessKey> for KeyBody {
    fn from(key: AccessKey) -> KeyBody {
        KeyBody { id: key.id, name: key.name, created_at: key.created_at }
    }
}

impl From<App> for AppBody {
    fn from(app: App) -> AppBody {
        AppBody {
            id: app.id.0,
            name: app.name,
            targets: app.targets.into_iter().map(|target| target.url).collect(),
            enabled: app.enabled,
            operator: app.operator,
            keys: app.keys.into_iter().map(Into::into).collect(),
            earlier_secret_until: app.earlier_secret.map(|(_, until)| until),
            created_at: app.created_at,
        }
    }
}

/// An app with a fresh secret.
#[derive(Serialize, ToSchema)]
struct AppWithSecret {
    /// The app.
    app: AppBody,
    /// Its secret. It is shown this once.
    secret: String,
}

/// A fresh key.
#[derive(Serialize, ToSchema)]
struct KeyWithText {
    /// What is kept of it.
    #[serde(flatten)]
    kept: KeyBody,
    /// The key itself, for `Authorization: Bearer`. It is shown this once.
    key: String,
}

/// Apps.
#[derive(Serialize, ToSchema)]
struct AppList {
    /// By id.
    apps: Vec<AppBody>,
}

/// Look at the app that calls
#[utoipa::path(
    get, path = "/api/v1/app", tag = "apps",
    responses(
        (status = 200, description = "The app", body = AppBody),
        (status = 404, description = "no_such_app", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn whoami(State(native): State<Arc<Native>>, caller: Caller) -> Result<axum::Json<AppBody>, Problem> {
    Ok(axum::Json(native.desk().app(&caller.app).await?.into()))
}

/// List apps
#[utoipa::path(get, path = "/api/v1/apps", tag = "apps", responses((status = 200, description = "The apps", body = AppList)))]
async fn list(State(native): State<Arc<Native>>, caller: Caller) -> Result<axum::Json<AppList>, Problem> {
    caller.operator()?;
    let apps = native.desk().caller.store.apps().await?;
    Ok(axum::Json(AppList { apps: apps.into_iter().map(Into::into).collect() }))
}

/// Make an app
#[utoipa::path(
    post, path = "/api/v1/apps", tag = "apps",
    request_body = AppCreation,
    responses(
        (status = 201, description = "It is made", body = AppWithSecret),
        (status = 409, description = "taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn create(State(native): State<Arc<Native>>, caller: Caller, Json(body): Json<AppCreation>) -> Result<Response, Problem> {
    caller.operator()?;
    let AppCreation { id, name, targets: urls, operator } = body;
    let settings = AppSettings { name, targets: targets(urls, &[])?, enabled: true, operator };
    let (app, secret) = native.desk().create_app(&AppId::new(id), settings).await?;
    let made = AppWithSecret { app: app.into(), secret: secret.expose().to_owned() };
    Ok((StatusCode::CREATED, axum::Json(made)).into_response())
}

/// Look at an app
#[utoipa::path(
    get, path = "/api/v1/apps/{id}", tag = "apps",
    params(("id" = String, Path, description = "The app's id")),
    responses(
        (status = 200, description = "The app", body = AppBody),
        (status = 404, description = "no_such_app", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn get(State(native): State<Arc<Native>>, caller: Caller, Named(id): Named<String>) -> Result<axum::Json<AppBody>, Problem> {
    caller.operator()?;
    Ok(axum::Json(native.desk().app(&there(id)?).await?.into()))
}

/// Change an app
///
/// An app that is switched off may still call for some seconds.
#[utoipa::path(
    put, path = "/api/v1/apps/{id}", tag = "apps",
    params(("id" = String, Path, description = "The app's id")),
    request_body = AppRequest,
    responses(
        (status = 200, description = "It is changed", body = AppBody),
        (status = 404, description = "no_such_app", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn put(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(id): Named<String>,
    Json(body): Json<AppRequest>,
) -> Result<axum::Json<AppBody>, Problem> {
    caller.operator()?;
    let id = there(id)?;
    let present = native.desk().app(&id).await?;
    let AppRequest { name, targets: urls, enabled, operator } = body;
    let settings = AppSettings { name, targets: targets(urls, &present.targets)?, enabled, operator };
    Ok(axum::Json(native.desk().change_app(&id, settings).await?.into()))
}

/// For how long the present secret stays valid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct RotationRequest {
    /// Hours that both secrets are valid; 0 ends the present one at once.
    #[schema(minimum = 0, maximum = 720, default = 24)]
    overlap_hours: u16,
}

impl Default for RotationRequest {
    fn default() -> RotationRequest {
        RotationRequest { overlap_hours: OVERLAP }
    }
}

/// Give an app another secret
///
/// Requests may be signed with either for a while; callbacks are signed with both.
#[utoipa::path(
    post, path = "/api/v1/apps/{id}/rotate", tag = "apps",
    params(("id" = String, Path, description = "The app's id")),
    request_body = RotationRequest,
    responses(
        (status = 200, description = "The app with its fresh secret", body = AppWithSecret),
        (status = 404, description = "no_such_app", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn rotate(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(id): Named<String>,
    Json(body): Json<RotationRequest>,
) -> Result<axum::Json<AppWithSecret>, Problem> {
    caller.operator()?;
    if body.overlap_hours > LONGEST {
        return Err(Problem::content("overlap_hours", "720 at most"));
    }
    let overlap = Duration::from_secs(u64::from(body.overlap_hours) * 3600);
    let (app, secret) = native.desk().rotate_secret(&there(id)?, overlap).await?;
    Ok(axum::Json(AppWithSecret { app: app.into(), secret: secret.expose().to_owned() }))
}

/// A key to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyRequest {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Give an app a bearer key
#[utoipa::path(
    post, path = "/api/v1/apps/{id}/keys", tag = "apps",
    params(("id" = String, Path, description = "The app's id")),
    request_body = KeyRequest,
    responses(
        (status = 201, description = "The key", body = KeyWithText),
        (status = 404, description = "no_such_app", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "too_many_keys", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn add_key(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(id): Named<String>,
    Json(body): Json<KeyRequest>,
) -> Result<Response, Problem> {
    caller.operator()?;
    let (kept, key) = native.desk().add_key(&there(id)?, &body.name).await?;
    Ok((StatusCode::CREATED, axum::Json(KeyWithText { kept: kept.into(), key: key.expose().to_owned() })).into_response())
}

/// Take a bearer key away
///
/// It may still be good for some seconds.
#[utoipa::path(
    delete, path = "/api/v1/apps/{id}/keys/{key}", tag = "apps",
    params(("id" = String, Path, description = "The app's id"), ("key" = String, Path, description = "The key's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "no_such_app, no_such_key", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn remove_key(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named((id, key)): Named<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.operator()?;
    native.desk().remove_key(&there(id)?, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An app's id out of a path. What cannot be stored is no app's.
fn there(id: String) -> Result<AppId, Problem> {
    if id.contains(char::is_control) { Err(Code::NoApp.into()) } else { Ok(AppId::new(id)) }
}
