//! Documents of issued invoices, at links that nobody can guess and that expire: `/d/<secret>`, with the ending of a format behind
//! it where one is asked for.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use issue::order::{Format, Invoice};
use issue::store::LinkDigest;
use jiff::Timestamp;

use super::Wired;
use crate::app::App;

/// Where links lead, on this server.
pub const PATH: &str = "/d/";

/// The route.
pub(crate) fn routes(wired: Arc<Wired>) -> Router<Arc<App>> {
    Router::new().route("/d/{name}", get(serve)).with_state(wired)
}

/// The address of an invoice's document for people: its link, with the ending that programs look for.
pub(crate) fn address(links: &[(u16, String)], place: u16, invoice: &Invoice) -> Option<String> {
    let (_, link) = links.iter().find(|(of, _)| *of == place)?;
    Some(format!("{link}.{}", invoice.readable()?.format.name()))
}

/// The address of one format of an invoice's documents.
pub(crate) fn address_of(links: &[(u16, String)], place: u16, invoice: &Invoice, format: Format) -> Option<String> {
    let (_, link) = links.iter().find(|(of, _)| *of == place)?;
    invoice.document(format).map(|_| format!("{link}.{}", format.name()))
}

async fn serve(State(wired): State<Arc<Wired>>, Path(name): Path<String>) -> Response {
    let (secret, format) = match name.rsplit_once('.') {
        None => (name.as_str(), None),
        Some((secret, ending)) => match [Format::Pdf, Format::Ofd, Format::Xml].into_iter().find(|format| format.name() == ending) {
            Some(format) => (secret, Some(format)),
            None => return page(StatusCode::NOT_FOUND, "链接不存在 / no such link"),
        },
    };
    let desk = &wired.issuing.desk;
    match desk.served(secret, format).await {
        Ok(Some(served)) => {
            let mut response = served.bytes.into_response();
            let headers = response.headers_mut();
            let name = HeaderValue::from_str(&format!("inline; filename=\"{}\"", served.name));
            let mut put = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
            put(CONTENT_TYPE, served.format.media_type());
            // Whoever has the link may read the invoice: it is kept out of shared caches and of other sites' logs.
            put(CACHE_CONTROL, "private, max-age=3600");
            put(REFERRER_POLICY, "no-referrer");
            put(X_CONTENT_TYPE_OPTIONS, "nosniff");
            // An XML is shown by browsers; nothing in it may run.
            put(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; style-src 'unsafe-inline'");
            if let Ok(name) = name {
                headers.insert(CONTENT_DISPOSITION, name);
            }
            response
        }
        Ok(None) => missing(&wired, secret, format).await,
        Err(error) => {
            tracing::error!(%error, "a document cannot be served");
            page(StatusCode::SERVICE_UNAVAILABLE, "文件暂时无法读取,请稍后重试 / the document cannot be read now, try again later")
        }
    }
}

/// Why there is nothing: the link is good and the format is not there, it has expired, or it never was one.
async fn missing(wired: &Wired, secret: &str, format: Option<Format>) -> Response {
    let desk = &wired.issuing.desk;
    let now = wired.issuing.now();
    // The store tells of a link until it is swept, if it is asked as of a time at which the link was good.
    let linked = desk.caller.store.follow_link(&LinkDigest::of(secret), Timestamp::UNIX_EPOCH).await;
    match linked {
        Ok(Some(linked)) if linked.expires_at <= now => page(
            StatusCode::GONE,
            "链接已过期,请重新查询订单以获取新链接 / the link has expired; ask for the order again to get another one",
        ),
        Ok(Some(_)) if format.is_some() => {
            page(StatusCode::NOT_FOUND, "该发票没有此格式的文件 / the invoice has no document of this format")
        }
        Ok(_) => page(StatusCode::NOT_FOUND, "链接不存在 / no such link"),
        Err(error) => {
            tracing::error!(%error, "a link cannot be followed");
            page(StatusCode::SERVICE_UNAVAILABLE, "文件暂时无法读取,请稍后重试 / the document cannot be read now, try again later")
        }
    }
}

fn page(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], format!("{text}\n")).into_response()
}
