//! Every row of the error table.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use server::{Limits, Settings};
use tower::ServiceExt;

use crate::desk::{INVOICE, KEY, NOW, answer, ask, image_data, multipart, post, server, settings, signed, signed_at, signed_parts};

#[tokio::test]
async fn the_table() {
    let mut bodies = Vec::new();
    for (name, query) in [
        ("bad token", format!("app_key={KEY}&timestamp={NOW}&token=00000000000000000000000000000000&image_data=AAAA")),
        ("parameter missing", format!("app_key={KEY}&image_data=AAAA")),
        ("time stamp no number", format!("{}&image_data=AAAA", signed_at("soon"))),
        ("unknown key", format!("app_key=nobody&timestamp={NOW}&token=0&image_data=AAAA")),
        ("too old", format!("{}&image_data=AAAA", signed_at(&(NOW - 601).to_string()))),
        ("too new", format!("{}&image_data=AAAA", signed_at(&(NOW + 601).to_string()))),
        ("unknown format", format!("{}&{}", signed(), image_data(b"ball"))),
        ("damaged picture", format!("{}&{}", signed(), image_data(b"png"))),
        ("damaged OFD", format!("{}&{}", signed(), image_data(b"ofd"))),
        ("too many pages", format!("{}&{}", signed(), image_data(b"pages"))),
        ("damaged PDF", format!("{}&{}", signed(), image_data(b"pdf"))),
        ("encrypted PDF", format!("{}&{}", signed(), image_data(b"locked"))),
        ("not on the internet", format!("{}&image_url=http://10.0.0.1/a.jpg", signed())),
        ("no models", format!("{}&{}", signed(), image_data(b"models"))),
        ("engine", format!("{}&{}", signed(), image_data(b"engine"))),
        ("time for the document", format!("{}&{}", signed(), image_data(b"time"))),
        ("time for the picture", format!("{}&{}", signed(), image_data(b"eyes"))),
        ("panic", format!("{}&{}", signed(), image_data(b"panic"))),
    ] {
        let (status, body) = ask(post("", "", query)).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        bodies.push(format!("{name}: {body}"));
    }
    insta::assert_snapshot!(bodies.join("\n"));
}

/// 8 MB is the limit on the document, whatever carries it.
#[tokio::test]
async fn too_large() {
    let over = vec![b'x'; 8 * 1024 * 1024 + 1];
    let auth = signed();
    let (content_type, form) = multipart(&[signed_parts(&auth), vec![("image_file", Some("a.jpg"), &over)]].concat());
    let (_, far_over) = multipart(&[signed_parts(&auth), vec![("image_file", Some("a.jpg"), &over.repeat(3))]].concat());
    let exact = image_data(&over[1..]);
    for (name, request, expected) in [
        ("a file", post("", &content_type, form), "the document is larger than 8388608 bytes"),
        ("a file far over", post("", &content_type, far_over), "the request is larger than 16777216 bytes"),
        ("base64", post("", "", format!("{auth}&{}", image_data(&over))), "image_data is larger than 8388608 bytes"),
        ("base64 of the largest document", post("", "", format!("{auth}&{exact}")), "the file is none of"),
    ] {
        let (_, body) = ask(request).await;
        assert_eq!((body["error"].as_u64(), body["message"].as_str()), (Some(10006), Some("Invalid image")), "{name}");
        assert!(body["hint"].as_str().unwrap().starts_with(expected), "{name}: {body}");
    }
}

#[tokio::test]
async fn a_full_queue_answers_at_once_and_says_when_to_come_again() {
    let limits = Limits { workers: 1, queue: 0, ..Limits::default() };
    let (server, script) = server(Settings { limits, ..settings() });
    let call = |document| post("", "", format!("{}&{}", signed(), image_data(document)));
    let waiting = tokio::spawn(server.router().oneshot(call(b"wait")));
    script.begun(1).await;

    let refused = server.router().oneshot(call(INVOICE)).await.unwrap();
    assert_eq!(refused.headers().get(RETRY_AFTER).unwrap(), "1");
    let (status, body) = answer(refused).await;
    assert_eq!((status, body["error"].as_u64()), (StatusCode::OK, Some(10000)));

    script.open();
    let (_, body) = answer(waiting.await.unwrap().unwrap()).await;
    assert_eq!(body["result"], 1);
    let (_, body) = answer(server.router().oneshot(call(INVOICE)).await.unwrap()).await;
    assert_eq!(body["result"], 1);
}

#[tokio::test]
async fn memory_for_bodies_that_is_used_up() {
    let limits = Limits { memory: 4096, ..Limits::default() };
    let (server, _) = server(Settings { limits, ..settings() });
    let response = server.router().oneshot(post("", "", "x".repeat(5000))).await.unwrap();
    assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "1");
    assert_eq!(answer(response).await.1["error"], 10000);
}

#[tokio::test]
async fn an_overrun_costs_one_request() {
    let limits = Limits { workers: 1, queue: 1, request_time: Duration::from_millis(30), ..Limits::default() };
    let (server, script) = server(Settings { limits, ..settings() });
    let call = |document| post("", "", format!("{}&{}", signed(), image_data(document)));
    let (_, body) = answer(server.router().oneshot(call(b"wait")).await.unwrap()).await;
    assert_eq!(body["error"], 10000);
    script.cancelled(1).await;
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let (server, _) = server(Settings { limits: Limits { workers: 1, queue: 1, ..Limits::default() }, ..settings() });
    for (document, expected) in [(b"panic".as_slice(), 0), (INVOICE, 1), (b"panic", 0), (INVOICE, 1)] {
        let (_, body) =
            answer(server.router().oneshot(post("", "", format!("{}&{}", signed(), image_data(document)))).await.unwrap()).await;
        assert_eq!(body["result"], expected, "{body}");
    }
}
