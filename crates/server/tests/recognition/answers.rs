//! What a call that succeeds is answered, key by key.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::desk::{INVOICE, ask, image_data, post, signed};

async fn body_for(document: &[u8], more: &str) -> String {
    let (status, body) = ask(post("", "", format!("{}&{}{more}", signed(), image_data(document)))).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::to_string_pretty(&body).unwrap()
}

#[tokio::test]
async fn one_invoice() {
    insta::assert_snapshot!(body_for(INVOICE, "").await);
}

#[tokio::test]
async fn one_invoice_with_sources_and_checks() {
    insta::assert_snapshot!(body_for(INVOICE, "&verbose=1").await);
}

#[tokio::test]
async fn an_invoice_and_a_page_without_one() {
    insta::assert_snapshot!(body_for(b"two", "").await);
}

#[tokio::test]
async fn both_endpoints_and_both_methods() {
    let query = format!("{}&{}", signed(), image_data(b"two"));
    let mut answers = Vec::new();
    for endpoint in ["get_item_info", "get_multiple_items_info"] {
        let uri = format!("/v1/item/{endpoint}");
        answers.push(ask(Request::get(format!("{uri}?{query}")).body(Body::empty()).unwrap()).await);
        answers.push(ask(Request::post(uri).body(Body::from(query.clone())).unwrap()).await);
    }
    assert_eq!(answers[0].1["response"]["data"]["identify_results"].as_array().map(Vec::len), Some(2));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn other_doors() {
    for (path, status, part) in [
        ("/", StatusCode::OK, "/v1/item/get_item_info"),
        ("/livez", StatusCode::OK, "ok"),
        ("/metrics", StatusCode::OK, "fapiao_recognition_places_free"),
        ("/v1/item/else", StatusCode::NOT_FOUND, ""),
    ] {
        let (got, body) = ask(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(got, status, "{path}");
        assert!(body.as_str().unwrap().contains(part), "{path}: {body}");
    }
    let (status, body) = ask(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body, serde_json::json!({"ready": true, "documents": true, "pictures": false, "engine": null}));
    let (status, _) = ask(Request::delete("/v1/item/get_item_info").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}
