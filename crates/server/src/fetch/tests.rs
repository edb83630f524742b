use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use futures_util::stream;

use super::*;
use crate::memory::Memory;

/// Serves `router` on a free port of this machine; gives the address to put before a path.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

async fn fetch(fetcher: &Fetcher, address: &str, limit: usize) -> Result<Bytes, Error> {
    fetcher.fetch(address, limit, &mut Memory::new(1 << 20).begin()).await
}

fn fetcher() -> Fetcher {
    Fetcher::new(Policy::with_loopback()).unwrap()
}

#[tokio::test]
async fn a_document() {
    let base = serve(Router::new().route("/a.jpg", get(|| async { "bytes" }))).await;
    assert_eq!(fetch(&fetcher(), &format!("{base}/a.jpg"), 5).await, Ok(Bytes::from_static(b"bytes")));
}

#[tokio::test]
async fn nothing_of_ours_goes_along() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = Arc::clone(&seen);
    let router = Router::new().route(
        "/",
        get(move |headers: axum::http::HeaderMap| async move {
            keep.lock().unwrap().extend(headers.keys().map(|name| name.as_str().to_owned()));
        }),
    );
    let base = serve(router).await;
    fetch(&fetcher(), &base, 5).await.unwrap();
    let mut names = seen.lock().unwrap().clone();
    names.sort();
    assert_eq!(names, ["accept", "host", "user-agent"]);
}

#[tokio::test]
async fn what_is_out_of_bounds_is_never_connected_to() {
    let touched: Arc<Mutex<bool>> = Arc::default();
    let touch = Arc::clone(&touched);
    let base = serve(Router::new().route("/", get(move || async move { *touch.lock().unwrap() = true }))).await;
    let port = base.rsplit(':').next().unwrap();
    let strict = Fetcher::new(Policy { ports: Vec::new(), ..Policy::default() }).unwrap();
    for address in [
        base.clone(),
        format!("http://localhost:{port}/"),
        format!("http://localhost.:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://[::1]:{port}/"),
    ] {
        // A name that this system does not resolve fails, all others are out of bounds.
        let outcome = fetch(&strict, &address, 5).await;
        assert!(matches!(outcome, Err(Error::Forbidden(Forbidden::Address) | Error::Failed)), "{address}: {outcome:?}");
    }
    assert!(!*touched.lock().unwrap());
}

#[tokio::test]
async fn addresses_that_are_none() {
    for (address, expected) in [
        ("", Error::NotAnAddress),
        ("a.jpg", Error::NotAnAddress),
        ("http://", Error::NotAnAddress),
        ("file:///etc/passwd", Error::Forbidden(Forbidden::Scheme)),
    ] {
        assert_eq!(fetch(&fetcher(), address, 5).await, Err(expected), "{address}");
    }
}

#[tokio::test]
async fn redirects_are_judged_one_by_one() {
    let router = Router::new()
        .route("/0", get(|| async { "here" }))
        .route("/{hops}", get(|axum::extract::Path(hops): axum::extract::Path<u32>| async move { Redirect::to(&format!("/{}", hops - 1)) }))
        .route("/to/private", get(|| async { Redirect::temporary("http://10.0.0.1/") }))
        .route("/to/metadata", get(|| async { Redirect::permanent("http://[::ffff:169.254.169.254]/latest/") }))
        .route("/to/file", get(|| async { Redirect::to("file:///etc/passwd") }))
        .route("/to/login", get(|| async { Redirect::to("http://user:pass@127.0.0.1/") }))
        .route("/to/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/to/itself", get(|| async { Redirect::to("/to/itself") }));
    let base = serve(router).await;
    for (path, expected) in [
        ("/0", Ok(Bytes::from_static(b"here"))),
        ("/3", Ok(Bytes::from_static(b"here"))),
        ("/4", Err(Error::Redirects)),
        ("/to/itself", Err(Error::Redirects)),
        ("/to/private", Err(Error::Forbidden(Forbidden::Address))),
        ("/to/metadata", Err(Error::Forbidden(Forbidden::Address))),
        ("/to/file", Err(Error::Forbidden(Forbidden::Scheme))),
        ("/to/login", Err(Error::Forbidden(Forbidden::Login))),
        ("/to/nowhere", Err(Error::Failed)),
    ] {
        assert_eq!(fetch(&fetcher(), &format!("{base}{path}"), 10).await, expected, "{path}");
    }
}

#[tokio::test]
async fn bodies_over_the_limit() {
    let endless = || async {
        let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 1000])));
        Body::from_stream(pieces).into_response()
    };
    let router = Router::new().route("/six", get(|| async { "sixsix" })).route("/endless", get(endless));
    let base = serve(router).await;
    for path in ["/six", "/endless"] {
        assert_eq!(fetch(&fetcher(), &format!("{base}{path}"), 5).await, Err(Error::TooLarge(5)), "{path}");
    }
    assert_eq!(fetch(&fetcher(), &format!("{base}/six"), 6).await, Ok(Bytes::from_static(b"sixsix")));
}

#[tokio::test]
async fn no_memory_for_what_is_fetched() {
    let base = serve(Router::new().route("/", get(|| async { "x".repeat(5000) }))).await;
    let memory = Memory::new(4096);
    assert_eq!(fetcher().fetch(&base, 9000, &mut memory.begin()).await, Err(Error::Full(Full)));
    assert_eq!(memory.free(), 4096);
}

#[tokio::test]
async fn bad_answers_tell_the_caller_nothing() {
    let router = Router::new()
        .route("/404", get(|| async { (StatusCode::NOT_FOUND, "secret of the other side") }))
        .route("/500", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "secret of the other side") }));
    let base = serve(router).await;
    let mut refused = vec![fetch(&fetcher(), &format!("{base}/404"), 50).await, fetch(&fetcher(), &format!("{base}/500"), 50).await];
    // A port on which nobody listens any more.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    refused.push(fetch(&fetcher(), &format!("http://{closed}/"), 50).await);
    assert!(refused.iter().all(|outcome| *outcome == Err(Error::Failed)), "{refused:?}");
}

#[tokio::test]
async fn an_answer_that_never_comes() {
    let base = serve(Router::new().route("/", get(std::future::pending::<()>))).await;
    let impatient = Fetcher { time: Duration::from_millis(50), ..fetcher() };
    assert_eq!(fetch(&impatient, &base, 5).await, Err(Error::Time));
}

#[tokio::test]
async fn an_authority_that_is_none() {
    assert!(
        Fetcher::new(Policy {
            authority: Some(b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_vec()),
            ..Policy::default()
        })
        .is_err()
    );
}
