use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use issue::conformance::oracle::Fate;
use serde_json::{Value, json};

use super::{Caller, admit, answered, order, refusal};
use crate::house::House;

#[tokio::test]
async fn the_feed_tells_what_callbacks_tell() {
    let caller = Caller::demo().await;
    assert_eq!(caller.get("/api/v1/events").await, (200, json!({"events": [], "next": 0})));
    let mut asked = order("E1");
    asked["notify"] = json!(["https://partner.example/hook"]);
    caller.post("/api/v1/orders", asked).await;
    caller.house.destine("E2", [Fate::Refuses]);
    caller.post("/api/v1/orders", order("E2")).await;
    caller.house.stage.work_for(Duration::from_secs(600)).await;
    let (_, first) = caller.get("/api/v1/events?limit=1").await;
    let (_, second) = caller.get(&format!("/api/v1/events?limit=5&after={}", first["next"])).await;
    let told: Vec<&Value> = first["events"].as_array().unwrap().iter().chain(second["events"].as_array().unwrap()).collect();
    let mut kinds: Vec<(&str, &str)> =
        told.iter().map(|event| (event["data"]["number"].as_str().unwrap(), event["type"].as_str().unwrap())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("E1", "order.issued"), ("E2", "order.failed")]);
    let issued = told.iter().find(|event| event["type"] == "order.issued").unwrap();

    let sent = caller.house.callbacks().await;
    assert_eq!(sent.len(), 1);
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    for part in ["type", "timestamp", "data"] {
        assert_eq!(body[part], issued[part], "{part}");
    }
    assert_eq!(sent[0].header_value("webhook-id"), issued["id"].as_str());
    for query in ["after=-1", "after=x", "after=9007199254740992", "limit=0", "limit=501"] {
        assert_eq!(refusal(&caller.get(&format!("/api/v1/events?{query}")).await), (400, "invalid_request"), "{query}");
    }
}

#[tokio::test]
async fn a_callback_is_sent_again_by_hand() {
    let caller = Caller::demo().await;
    let mut asked = order("C1");
    asked["notify"] = json!(["https://partner.example/hook"]);
    caller.post("/api/v1/orders", asked).await;
    caller.house.stage.work_for(Duration::from_secs(600)).await;
    assert_eq!(caller.house.callbacks().await.len(), 1);
    let (_, said) = caller.get("/api/v1/orders/C1").await;
    let callback = &said["callbacks"][0];
    assert_eq!((callback["state"].as_str(), &callback["deliveries"][0]["status"]), (Some("delivered"), &json!(200)), "{callback}");
    let path = format!("/api/v1/callbacks/{}/replay", callback["id"].as_str().unwrap());
    let other = Caller { key: admit(&caller.house, "other", false).await, house: House::around(caller.house.stage.clone()) };
    assert_eq!(refusal(&other.post(&path, json!({})).await), (404, "no_such_callback"));
    assert!(caller.house.callbacks().await.is_empty());
    let (status, said) = caller.call("POST", &path, None).await;
    assert_eq!((status, said["state"].as_str(), said["attempt"].as_u64()), (202, Some("waiting"), Some(0)));
    assert_eq!(caller.house.callbacks().await.len(), 1);
    for id in ["x", "evt_0", &format!("{}9", callback["id"].as_str().unwrap())] {
        assert_eq!(refusal(&caller.post(&format!("/api/v1/callbacks/{id}/replay"), json!({})).await), (404, "no_such_callback"), "{id}");
    }
}

#[tokio::test]
async fn a_document_is_read() {
    let caller = Caller::demo().await;
    let read = |body: &'static str, query: &str| {
        let request =
            Request::post(format!("/api/v1/recognitions{query}")).header("authorization", format!("Bearer {}", caller.key.expose()));
        request.header("content-type", "application/octet-stream").body(Body::from(body)).unwrap()
    };
    let (status, said) = answered(&caller.house, read("abc", "?verbose=true")).await;
    assert_eq!(status, 200);
    assert_eq!(said, json!({"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "results": []}));
    assert_eq!(refusal(&answered(&caller.house, read("", "")).await), (422, "unreadable_document"));
    assert_eq!(refusal(&answered(&caller.house, read("abc", "?verbose=perhaps")).await), (400, "invalid_request"));
    let large = Request::post("/api/v1/recognitions").header("authorization", format!("Bearer {}", caller.key.expose()));
    let large = large.body(Body::from(vec![0; (8 << 20) + 1])).unwrap();
    assert_eq!(refusal(&answered(&caller.house, large).await), (413, "too_large"));
}
