use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use issue::conformance::stage::Stage;
use issue::documents::{DocumentError, Documents};
use issue::memory::Memory;
use issue::order::AppId;
use serde_json::{Value, json};

use crate::house::{APP, House, SECRET};

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// A place for documents that is not there.
struct Gone;

#[async_trait::async_trait]
impl Documents for Gone {
    async fn keep(&self, key: &str, _: &[u8]) -> Result<(), DocumentError> {
        Err(DocumentError { key: key.to_owned(), what: "kept", why: "gone".to_owned() })
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        Err(DocumentError { key: key.to_owned(), what: "read", why: "gone".to_owned() })
    }

    async fn probe(&self) -> Result<(), DocumentError> {
        Err(DocumentError { key: String::new(), what: "kept", why: "a private place is gone".to_owned() })
    }
}

#[tokio::test]
async fn ready_as_long_as_an_order_could_be_kept() {
    let (status, _, body) = House::build().await.send(get("/readyz")).await;
    let expected = json!({"ready": true, "documents": true, "pictures": false, "engine": null, "store": true});
    assert_eq!((status, serde_json::from_slice::<Value>(&body).unwrap()), (StatusCode::OK, expected));
    let mut stage = Stage::over(Arc::new(Memory::new())).await;
    stage.desk.documents = Arc::new(Gone);
    let (status, _, body) = House::around(stage).send(get("/readyz")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("\"store\":false") && !body.contains("private"), "{body}");
}

#[tokio::test]
async fn orders_are_counted() {
    let house = House::build().await;
    house.stage.desk.accept(&AppId::from(APP), &Stage::request("M-1", 10)).await.unwrap();
    let (_, _, body) = house.send(get("/metrics")).await;
    let body = String::from_utf8(body).unwrap();
    for line in ["fapiao_orders{state=\"accepted\"} 1", "fapiao_orders{state=\"issued\"} 0", "fapiao_callbacks{state=\"waiting\"} 0"] {
        assert!(body.lines().any(|found| found == line), "{line} is not in\n{body}");
    }
}

/// One id and one secret for all APIs: an app of the store may call the recognition API.
#[tokio::test]
async fn an_app_of_the_store_opens_recognition() {
    let house = House::build().await;
    let call = |key: &str, secret: &str| {
        let now = house.stage.desk.caller.clock.now().as_second().to_string();
        let token = server::token(key, &now, &server::Secret::new(secret));
        let body = format!("app_key={key}&timestamp={now}&token={token}&image_data=aGVsbG8=");
        house.json(crate::house::post("/v1/item/get_item_info", crate::house::FORM, body))
    };
    assert_eq!(call(APP, SECRET).await["result"], 1);
    assert_eq!(call(APP, "another").await["error"], 10002);
    assert_eq!(call("nobody", SECRET).await["error"], 10025);
}
