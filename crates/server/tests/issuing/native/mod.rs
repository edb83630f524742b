//! The native API from outside.

mod apps;
mod entry;
mod events;
mod orders;
mod schema;
mod sellers;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use issue::desk::AppSettings;
use issue::order::AppId;
use issue::secret::Secret;
use serde_json::{Value, json};

use crate::house::{APP, House, SELLER};

/// A caller with a bearer key.
struct Caller {
    house: House,
    key: Secret,
}

/// What was answered: the status, and the JSON or nothing.
type Answered = (u16, Value);

impl Caller {
    /// The demo app of a fresh house.
    async fn demo() -> Caller {
        let house = House::build().await;
        let (_, key) = house.stage.desk.add_key(&APP.into(), "tests").await.unwrap();
        Caller { house, key }
    }

    /// An operator in a fresh house.
    async fn operator() -> Caller {
        let house = House::build().await;
        let key = admit(&house, "boss", true).await;
        Caller { house, key }
    }

    async fn get(&self, path: &str) -> Answered {
        self.call("GET", path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answered {
        self.call("POST", path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Answered {
        self.call("PUT", path, Some(body)).await
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answered {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.key.expose()));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        answered(&self.house, request.unwrap()).await
    }

    /// Lets the time pass for which an app's keys are remembered.
    fn forgotten(&self) {
        self.house.stage.clock.forward(Duration::from_secs(3));
    }
}

/// An app without sellers, and a key of it.
async fn admit(house: &House, id: &str, operator: bool) -> Secret {
    let settings = AppSettings { name: id.to_owned(), targets: Vec::new(), enabled: true, operator };
    let id = AppId::from(id);
    house.stage.desk.create_app(&id, settings).await.unwrap();
    house.stage.desk.add_key(&id, "tests").await.unwrap().1
}

/// Sends a request; a refusal has the form of one.
async fn answered(house: &House, request: Request<Body>) -> Answered {
    let (status, headers, body) = house.send(request).await;
    let media_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap());
    let said: Value = if body.is_empty() || !media_type.contains("json") { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    if status.is_client_error() || status.is_server_error() {
        assert_eq!(media_type, "application/problem+json");
        assert_eq!(said["status"], status.as_u16());
        assert_eq!(said["type"], format!("/api/problems#{}", said["code"].as_str().unwrap()));
        assert!(!said["title"].as_str().unwrap().is_empty());
        assert_eq!(headers.contains_key("retry-after"), status == StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(headers.contains_key("www-authenticate"), status == StatusCode::UNAUTHORIZED);
    }
    (status.as_u16(), said)
}

/// An order of 10.00.
fn order(number: &str) -> Value {
    json!({"number": number, "seller": SELLER, "buyer": {"name": "张三", "person": true}, "amount": "10.00"})
}

/// The status and the code of a refusal.
fn refusal((status, said): &Answered) -> (u16, &str) {
    (*status, said["code"].as_str().unwrap_or("accepted"))
}
