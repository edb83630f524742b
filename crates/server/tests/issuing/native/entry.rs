use axum::body::Body;
use axum::http::Request;
use issue::secret::Secret;
use issue::surroundings::Clock as _;
use server::wire::native::{Signed, signed_headers};
use std::time::Duration;

use super::{Caller, admit, answered, order, refusal};
use crate::house::{APP, House, SECRET};

/// What a signed request is made of, and what it is sent as.
#[derive(Clone)]
struct Call {
    method: &'static str,
    target: String,
    body: String,
    ahead: i64,
    nonce: String,
    app: &'static str,
    secret: &'static str,
}

impl Call {
    fn get(target: &str) -> Call {
        let (target, nonce) = (target.to_owned(), "nonce-0001".to_owned());
        Call { method: "GET", target, body: String::new(), ahead: 0, nonce, app: APP, secret: SECRET }
    }

    fn post(target: &str, body: String) -> Call {
        Call { method: "POST", body, ..Call::get(target) }
    }

    fn headers(&self, house: &House) -> [(&'static str, String); 4] {
        let timestamp = (house.stage.clock.now().as_second() + self.ahead).to_string();
        let Call { method, target, body, nonce, app, secret, .. } = self;
        let signed = Signed { app, timestamp: &timestamp, nonce, method, target, body: body.as_bytes() };
        signed_headers(&signed, &Secret::new(*secret))
    }

    fn request(&self, headers: &[(&'static str, String)]) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(&self.target).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.body(Body::from(self.body.clone())).unwrap()
    }

    async fn send(&self, house: &House) -> super::Answered {
        answered(house, self.request(&self.headers(house))).await
    }
}

#[tokio::test]
async fn a_signed_request_is_answered() {
    let house = House::build().await;
    assert_eq!(Call::get("/api/v1/orders?limit=1").send(&house).await.0, 200);
    let (status, said) = Call::post("/api/v1/orders", order("S1").to_string()).send(&house).await;
    assert_eq!((status, said["number"].as_str()), (201, Some("S1")));
    // The digits of the signature may be capitals.
    let call = Call { nonce: "nonce-0002".to_owned(), ..Call::get("/api/v1/app") };
    let mut headers = call.headers(&house);
    headers[3].1 = headers[3].1.to_uppercase();
    assert_eq!(answered(&house, call.request(&headers)).await.0, 200);
}

#[tokio::test]
async fn whatever_is_tampered_with_is_refused() {
    let house = House::build().await;
    let honest = Call::post("/api/v1/orders?app=demo", order("T1").to_string());
    let headers = honest.headers(&house);
    let tampered = [
        Call { method: "GET", ..honest.clone() },
        Call { target: "/api/v1/orders".to_owned(), ..honest.clone() },
        Call { target: "/api/v1/orders/T1/retry?app=demo".to_owned(), ..honest.clone() },
        Call { body: order("T1").to_string().replace("10.00", "99.00"), ..honest.clone() },
        Call { body: honest.body.clone() + " ", ..honest.clone() },
        Call { body: String::new(), ..honest.clone() },
    ];
    for call in tampered {
        assert_eq!(refusal(&answered(&house, call.request(&headers)).await), (401, "bad_signature"), "{} {}", call.method, call.target);
    }
    let now = house.stage.clock.now().as_second();
    for (header, value) in [(1, (now + 1).to_string()), (2, "nonce-0009".to_owned()), (3, "0".repeat(64)), (3, String::new())] {
        let mut headers = headers.clone();
        headers[header].1 = value;
        assert_eq!(refusal(&answered(&house, honest.request(&headers)).await), (401, "bad_signature"), "{}", headers[header].0);
    }
    let signature = headers[3].1.clone();
    for at in 0..signature.len() {
        let mut headers = headers.clone();
        let digit = if &signature[at..=at] == "0" { "1" } else { "0" };
        headers[3].1.replace_range(at..=at, digit);
        assert_eq!(refusal(&answered(&house, honest.request(&headers)).await), (401, "bad_signature"), "digit {at}");
    }
    assert_eq!(refusal(&Call { secret: "other-secret", ..honest.clone() }.send(&house).await), (401, "bad_signature"));
    assert_eq!(refusal(&Call { app: "nobody", ..honest.clone() }.send(&house).await), (401, "unknown_app"));
    // Nothing of all that used the nonce up.
    assert_eq!(answered(&house, honest.request(&headers)).await.0, 201);
}

#[tokio::test]
async fn a_clock_may_be_five_minutes_off() {
    let house = House::build().await;
    for (ahead, code) in [(300, "accepted"), (-300, "accepted"), (301, "stale_timestamp"), (-301, "stale_timestamp")] {
        let call = Call { ahead, ..Call::get("/api/v1/orders") };
        assert_eq!(refusal(&call.send(&house).await).1, code, "{ahead}");
    }
    let call = Call::get("/api/v1/orders");
    for wrong in ["", "x", "1767225600.5", "99999999999999999999"] {
        let mut headers = call.headers(&house);
        headers[1].1 = wrong.to_owned();
        assert_eq!(refusal(&answered(&house, call.request(&headers)).await), (401, "stale_timestamp"), "{wrong}");
    }
}

#[tokio::test]
async fn a_request_is_good_once() {
    let house = House::build().await;
    let call = Call::post("/api/v1/orders", order("R1").to_string());
    assert_eq!(call.send(&house).await.0, 201);
    assert_eq!(refusal(&call.send(&house).await), (401, "replayed_nonce"));
    house.stage.clock.forward(Duration::from_secs(250));
    assert_eq!(refusal(&call.send(&house).await), (401, "replayed_nonce"), "another time stamp does not make a nonce fresh");
    let fresh = Call { nonce: "nonce-0002".to_owned(), ..call.clone() };
    assert_eq!(fresh.send(&house).await.0, 200);
    // What only reads may be repeated.
    let read = Call::get("/api/v1/orders");
    assert_eq!((read.send(&house).await.0, read.send(&house).await.0), (200, 200));
    for nonce in ["short", &"x".repeat(65)] {
        let call = Call { nonce: nonce.to_owned(), ..call.clone() };
        assert_eq!(refusal(&call.send(&house).await), (400, "invalid_request"), "{nonce}");
    }
}

#[tokio::test]
async fn the_secret_of_before_is_good_for_a_while() {
    let house = House::build().await;
    house.stage.desk.rotate_secret(&APP.into(), Duration::from_secs(3600)).await.unwrap();
    assert_eq!(Call::get("/api/v1/app").send(&house).await.0, 200);
    house.stage.clock.forward(Duration::from_secs(3600));
    assert_eq!(refusal(&Call::get("/api/v1/app").send(&house).await), (401, "bad_signature"));
}

#[tokio::test]
async fn what_proves_nothing_is_refused() {
    let caller = Caller::demo().await;
    let house = &caller.house;
    let get = |headers: &[(&'static str, &str)]| {
        let mut request = Request::get("/api/v1/orders");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    };
    let key = format!("Bearer {}", caller.key.expose());
    assert_eq!(answered(house, get(&[("authorization", &key)])).await.0, 200);
    assert_eq!(answered(house, get(&[("authorization", &key.replace("Bearer", "bearer"))])).await.0, 200);
    let other = admit(house, "other", false).await;
    let of_another = caller.key.expose().replace("fapiao_demo.", "fapiao_other.");
    for (headers, code) in [
        (vec![], "unauthenticated"),
        (vec![("authorization", "Basic eDp5")], "unauthenticated"),
        (vec![("authorization", &*key), ("authorization", &*key)], "unauthenticated"),
        (vec![("authorization", &*key), ("x-fapiao-app", "demo")], "unauthenticated"),
        (vec![("x-fapiao-app", "demo")], "unauthenticated"),
        (vec![("authorization", "Bearer ")], "unknown_key"),
        (vec![("authorization", "Bearer demo-secret")], "unknown_key"),
        (vec![("authorization", "Bearer fapiao_demo.x")], "unknown_key"),
        (vec![("authorization", "Bearer fapiao_nobody.x")], "unknown_key"),
        (vec![("authorization", &*format!("Bearer {of_another}"))], "unknown_key"),
        (vec![("authorization", &*format!("{key}x"))], "unknown_key"),
    ] {
        assert_eq!(refusal(&answered(house, get(&headers)).await), (401, code), "{headers:?}");
    }
    assert_eq!(answered(house, get(&[("authorization", &format!("Bearer {}", other.expose()))])).await.0, 200);
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there() {
    let caller = Caller::demo().await;
    for path in ["/api/v1", "/api/v1/order", "/api/v2/orders", "/api/v1/orders/1/nothing"] {
        assert_eq!(refusal(&caller.get(path).await), (404, "no_such_page"), "{path}");
    }
    assert_eq!(refusal(&caller.call("DELETE", "/api/v1/orders", None).await), (405, "method_not_allowed"));
    let large = Request::post("/api/v1/orders").header("authorization", format!("Bearer {}", caller.key.expose()));
    let large = large.header("content-type", "application/json").body(Body::from(vec![b' '; 3 << 20])).unwrap();
    assert_eq!(refusal(&answered(&caller.house, large).await), (413, "too_large"));
    let (status, headers, body) = caller.house.send(Request::get("/api/problems").body(Body::empty()).unwrap()).await;
    assert_eq!((status.as_u16(), headers["content-type"].to_str().unwrap()), (200, "text/markdown; charset=utf-8"));
    assert!(String::from_utf8(body).unwrap().contains("`order_differs`"));
}
