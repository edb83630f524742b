use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use issue::conformance::oracle::Fate;
use issue::order::{AppId, OrderNumber, ProviderNumber};
use serde_json::{Value, json};

use super::{Caller, admit, answered, order, refusal};
use crate::house::{House, SELLER};

const MINUTE: Duration = Duration::from_secs(60);

fn what(said: &Value) -> Vec<&str> {
    said["timeline"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_order_is_asked_for_and_issued_once() {
    let caller = Caller::demo().await;
    let (status, first) = caller.post("/api/v1/orders", order("P/1 停车")).await;
    assert_eq!((status, first["state"].as_str(), first["totals"]["gross"].as_str()), (201, Some("accepted"), Some("10.00")));
    assert_eq!(what(&first), ["accepted"]);
    // Again, with the number written otherwise: the same order.
    let mut again = order("P/1 停车");
    again["amount"] = json!("10.0");
    assert_eq!(caller.post("/api/v1/orders", again).await, (200, first.clone()));
    let mut other = order("P/1 停车");
    other["amount"] = json!("10.01");
    let differs = caller.post("/api/v1/orders", other).await;
    assert_eq!((refusal(&differs), differs.1["field"].as_str()), ((409, "order_differs"), Some("number")));

    caller.house.stage.work_for(10 * MINUTE).await;
    let path = "/api/v1/orders/P%2F1%20%E5%81%9C%E8%BD%A6";
    let (status, issued) = caller.get(path).await;
    assert_eq!((status, issued["state"].as_str(), issued["id"].as_str()), (200, Some("issued"), first["id"].as_str()));
    assert_eq!(issued["invoices"].as_array().unwrap().len(), 1);
    assert!(what(&issued).starts_with(&["accepted", "leased"]), "{issued}");
    assert_eq!(caller.post("/api/v1/orders", order("P/1 停车")).await, (200, issued.clone()));
    let number = ProviderNumber::of_order(&AppId::from("demo"), &OrderNumber::from("P/1 停车"));
    assert_eq!(caller.house.stage.oracle.issued_of(&number), 1);

    // Its document, by the API and by the link.
    let key = format!("Bearer {}", caller.key.expose());
    let request = Request::get(format!("{path}/invoices/0/pdf")).header("authorization", key).body(Body::empty()).unwrap();
    let (status, headers, bytes) = caller.house.send(request).await;
    assert_eq!((status.as_u16(), headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert!(bytes.starts_with(b"%PDF-"));
    let link = issued["invoices"][0]["url"].as_str().unwrap().strip_prefix("https://fapiao.invalid").unwrap().to_owned();
    let (status, _, linked) = caller.house.send(Request::get(link).body(Body::empty()).unwrap()).await;
    assert_eq!((status.as_u16(), linked == bytes), (200, true));
    for missing in ["0/ofd", "1/pdf"] {
        assert_eq!(refusal(&caller.get(&format!("{path}/invoices/{missing}")).await), (404, "no_such_invoice"), "{missing}");
    }
    for nowhere in ["0/doc", "x/pdf", "70000/pdf", "-1/pdf"] {
        assert_eq!(refusal(&caller.get(&format!("{path}/invoices/{nowhere}")).await), (404, "no_such_page"), "{nowhere}");
    }
    let deliver = format!("{path}/invoices/0/deliver");
    assert_eq!(caller.post(&deliver, json!({"email": "a@example.com"})).await.0, 204);
    assert_eq!(refusal(&caller.post(&deliver, json!({})).await), (422, "invalid_content"));
    assert_eq!(refusal(&caller.post(&format!("{path}/invoices/1/deliver"), json!({"mobile": "1"})).await), (404, "no_such_invoice"));
}

#[tokio::test]
async fn rows_are_completed_and_shown() {
    let caller = Caller::demo().await;
    let mut asked = order("ROWS");
    asked.as_object_mut().unwrap().remove("amount");
    asked["rows"] = json!([{"name": "咨询", "tax_code": "3040502020200000000", "rate": "0.06", "net": "100.00"}]);
    asked["remark"] = json!("车牌 京A00000");
    asked["notify"] = json!(["https://partner.example/hook"]);
    let (status, said) = caller.post("/api/v1/orders", asked).await;
    assert_eq!(status, 201, "{said}");
    let row = &said["rows"][0];
    assert_eq!((&row["net"], &row["tax"], &row["gross"]), (&json!("100.00"), &json!("6.00"), &json!("106.00")));
    assert_eq!((&said["notify"], &said["remark"]), (&json!(["https://partner.example/hook"]), &json!("车牌 京A00000")));
}

#[tokio::test]
async fn what_cannot_be_accepted_is_named() {
    let caller = Caller::demo().await;
    let changed = |field: &str, value: Value| {
        let mut asked = order("W1");
        match value {
            Value::Null => drop(asked.as_object_mut().unwrap().remove(field)),
            value => asked[field] = value,
        }
        asked
    };
    let no_tax_id = json!({"name": "甲公司"});
    let mut special = changed("buyer", no_tax_id);
    special["form"] = json!("special");
    for (asked, code, field) in [
        (changed("number", json!("")), (422, "invalid_content"), "number"),
        (changed("number", json!("x".repeat(65))), (422, "invalid_content"), "number"),
        (changed("number", json!("a\u{0}b")), (422, "invalid_content"), "number"),
        (changed("buyer", json!({"name": " "})), (422, "invalid_content"), "buyer.name"),
        (special, (422, "invalid_content"), "buyer.tax_id"),
        (changed("amount", Value::Null), (422, "invalid_content"), "amount"),
        (changed("rows", json!([])), (422, "invalid_content"), "amount"),
        (changed("amount", json!("0")), (422, "invalid_content"), "amount"),
        (changed("amount", json!("1.001")), (422, "invalid_content"), "amount"),
        (changed("notify", json!(["ftp://a"])), (422, "invalid_content"), "notify[0]"),
        (
            changed("notify", json!(["https://a", "https://a", "https://a", "https://a", "https://a", "https://a"])),
            (422, "invalid_content"),
            "notify",
        ),
        (changed("seller", json!("91110000MA00FAPA00")), (422, "unknown_seller"), "seller"),
        (changed("amount", json!(10)), (400, "invalid_request"), "amount"),
        (changed("amount", json!("1e3")), (400, "invalid_request"), "amount"),
        (changed("form", json!("other")), (400, "invalid_request"), "form"),
        (changed("buyer", json!({"name": "a", "age": 3})), (400, "invalid_request"), "buyer.age"),
        (changed("colour", json!("red")), (400, "invalid_request"), "colour"),
    ] {
        let answer = caller.post("/api/v1/orders", asked).await;
        assert_eq!((refusal(&answer), answer.1["field"].as_str()), (code, Some(field)), "{}", answer.1);
    }
    assert_eq!(refusal(&caller.post("/api/v1/orders", json!([])).await), (400, "invalid_request"));
    assert_eq!(refusal(&caller.post("/api/v1/orders", changed("number", Value::Null)).await), (400, "invalid_request"));
    let key = format!("Bearer {}", caller.key.expose());
    for (media_type, body, code) in [
        ("text/plain", order("W1").to_string(), (415, "unsupported_media_type")),
        ("application/json; charset=utf-8", order("W1").to_string() + "x", (400, "invalid_request")),
        ("application/json", "{".to_owned(), (400, "invalid_request")),
    ] {
        let request = Request::post("/api/v1/orders").header("authorization", &key).header("content-type", media_type);
        assert_eq!(refusal(&answered(&caller.house, request.body(Body::from(body)).unwrap()).await), code);
    }
    let (_, listed) = caller.get("/api/v1/orders").await;
    assert_eq!(listed, json!({"orders": [], "next": null}), "nothing was stored");
}

#[tokio::test]
async fn a_failed_order_goes_again() {
    let caller = Caller::demo().await;
    caller.house.destine("F1", [Fate::Refuses]);
    caller.post("/api/v1/orders", order("F1")).await;
    assert_eq!(refusal(&caller.post("/api/v1/orders/F1/retry", json!({})).await), (409, "under_way"));
    caller.house.stage.work_for(MINUTE).await;
    let (_, failed) = caller.get("/api/v1/orders/F1").await;
    assert_eq!(failed["state"], "failed");
    assert!(!failed["reason"]["text"].as_str().unwrap().is_empty());
    // No body is needed.
    let (status, again) = caller.call("POST", "/api/v1/orders/F1/retry", None).await;
    assert_eq!((status, again["state"].as_str()), (202, Some("accepted")));
    caller.house.stage.work_for(10 * MINUTE).await;
    assert_eq!(refusal(&caller.post("/api/v1/orders/F1/retry", json!({})).await), (409, "already_issued"));

    caller.house.destine("F2", [Fate::WantsLogin]);
    caller.post("/api/v1/orders", order("F2")).await;
    caller.house.stage.work().await;
    assert_eq!(refusal(&caller.post("/api/v1/orders/F2/retry", json!({})).await), (409, "needs_login"));
    for (path, body) in [("retry", json!({})), ("reverse", json!({"reason": "mistake"})), ("withdraw", json!({}))] {
        assert_eq!(refusal(&caller.post(&format!("/api/v1/orders/none/{path}"), body).await), (404, "no_such_order"), "{path}");
    }
    for number in ["none", "a%00b", "%20", &"x".repeat(65)] {
        assert_eq!(refusal(&caller.get(&format!("/api/v1/orders/{number}")).await), (404, "no_such_order"), "{number}");
    }
}

#[tokio::test]
async fn an_issued_order_is_reversed() {
    let caller = Caller::demo().await;
    caller.post("/api/v1/orders", order("R1")).await;
    assert_eq!(refusal(&caller.post("/api/v1/orders/R1/reverse", json!({"reason": "mistake"})).await), (409, "not_issued"));
    caller.house.stage.work_for(10 * MINUTE).await;
    assert_eq!(refusal(&caller.post("/api/v1/orders/R1/withdraw", json!({})).await), (409, "no_reversal"));
    assert_eq!(refusal(&caller.post("/api/v1/orders/R1/reverse", json!({"reason": "boredom"})).await), (400, "invalid_request"));
    let too_much = json!({"reason": "allowance", "rows": [{"row": 0, "net": "99.00", "tax": "8.91"}]});
    assert_eq!(refusal(&caller.post("/api/v1/orders/R1/reverse", too_much).await), (422, "not_reversible"));
    let (status, said) = caller.post("/api/v1/orders/R1/reverse", json!({"reason": "return"})).await;
    assert_eq!((status, said["state"].as_str(), said["reversals"][0]["phase"].as_str()), (202, Some("reversing"), Some("asked")));
    let (status, said) = caller.post("/api/v1/orders/R1/withdraw", json!({"reversal": 0})).await;
    assert_eq!((status, said["reversals"][0]["phase"].as_str()), (202, Some("failed")), "{said}");
    assert_eq!(caller.post("/api/v1/orders/R1/reverse", json!({"reason": "return", "invoice": 0})).await.0, 202);
    caller.house.stage.work_for(60 * MINUTE).await;
    let (_, reversed) = caller.get("/api/v1/orders/R1").await;
    assert_eq!(reversed["state"], "reversed", "{reversed}");
    assert_eq!((&reversed["invoices"][1]["reverses"], &reversed["invoices"][0]["reversed_by"]), (&json!(0), &json!([1])));
    assert_eq!(refusal(&caller.post("/api/v1/orders/R1/reverse", json!({"reason": "return"})).await), (409, "already_reversed"));
}

#[tokio::test]
async fn orders_are_listed_page_by_page() {
    let caller = Caller::demo().await;
    for number in ["A1", "A2", "B1", "A3"] {
        caller.house.stage.clock.forward(MINUTE);
        assert_eq!(caller.post("/api/v1/orders", order(number)).await.0, 201);
    }
    let numbers = |said: &Value| -> Vec<String> {
        said["orders"].as_array().unwrap().iter().map(|order| order["number"].as_str().unwrap().to_owned()).collect()
    };
    let (_, first) = caller.get("/api/v1/orders?number_prefix=A&limit=2").await;
    assert_eq!(numbers(&first), ["A3", "A2"]);
    let (_, second) = caller.get(&format!("/api/v1/orders?number_prefix=A&limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!((numbers(&second), &second["next"]), (vec!["A1".to_owned()], &Value::Null));
    let accepted = |number: &str| {
        let path = format!("/api/v1/orders/{number}");
        let caller = &caller;
        async move { caller.get(&path).await.1["accepted_at"].as_str().unwrap().to_owned() }
    };
    let (since, before) = (accepted("A2").await, accepted("A3").await);
    assert_eq!(numbers(&caller.get(&format!("/api/v1/orders?since={since}&before={before}")).await.1), ["B1", "A2"]);
    assert_eq!(numbers(&caller.get(&format!("/api/v1/orders?seller={SELLER}&state=accepted,issued")).await.1).len(), 4);
    for (query, expected) in [("seller=91110000MA00FAPA00", 0), ("state=issued", 0), ("state=", 4), ("limit=200", 4)] {
        assert_eq!(numbers(&caller.get(&format!("/api/v1/orders?{query}")).await.1).len(), expected, "{query}");
    }
    for query in ["state=nothing", "limit=0", "limit=201", "limit=x", "cursor=x", "since=yesterday", "seller=%00", "number_prefix=%00"] {
        assert_eq!(refusal(&caller.get(&format!("/api/v1/orders?{query}")).await), (400, "invalid_request"), "{query}");
    }
}

#[tokio::test]
async fn what_waits_too_long_is_listed_with_its_reason() {
    let caller = Caller::demo().await;
    assert_eq!(caller.get("/api/v1/attention").await.1["orders"], json!([]));
    caller.house.destine("OLD", [Fate::RefusesForNow; 9]);
    caller.post("/api/v1/orders", order("OLD")).await;
    caller.house.stage.work().await;
    caller.house.age("OLD").await;
    caller.house.stage.work().await;
    let (status, said) = caller.get("/api/v1/attention?limit=1").await;
    assert_eq!(status, 200);
    let listed = &said["orders"][0];
    assert_eq!((listed["number"].as_str(), listed["state"].as_str()), (Some("OLD"), Some("needs_attention")), "{said}");
    assert!(listed["reason"]["text"].is_string() && listed["waiting_since"].is_string());
    assert_eq!(refusal(&caller.get("/api/v1/attention?limit=0").await), (400, "invalid_request"));
}

#[tokio::test]
async fn two_apps_do_not_see_each_other() {
    let caller = Caller::demo().await;
    caller.post("/api/v1/orders", order("MINE")).await;
    caller.house.stage.work_for(10 * MINUTE).await;
    let other = Caller { key: admit(&caller.house, "other", false).await, house: House::around(caller.house.stage.clone()) };
    assert_eq!(refusal(&other.get("/api/v1/orders/MINE").await), (404, "no_such_order"));
    assert_eq!(refusal(&other.get("/api/v1/orders/MINE/invoices/0/pdf").await), (404, "no_such_order"));
    assert_eq!(refusal(&other.post("/api/v1/orders/MINE/retry", json!({})).await), (404, "no_such_order"));
    assert_eq!(refusal(&other.post("/api/v1/orders/MINE/reverse", json!({"reason": "mistake"})).await), (404, "no_such_order"));
    assert_eq!(other.get("/api/v1/orders").await.1["orders"], json!([]));
    assert_eq!(other.get("/api/v1/attention").await.1["orders"], json!([]));
    assert_eq!(other.get("/api/v1/events").await.1["events"], json!([]));
    assert_eq!(other.get("/api/v1/sellers").await.1["sellers"], json!([]));
    assert_eq!(refusal(&other.get(&format!("/api/v1/sellers/{SELLER}")).await), (404, "no_such_seller"));
    // Its seller is not the other's either, and its number is free there.
    assert_eq!(refusal(&other.post("/api/v1/orders", order("MINE")).await), (422, "unknown_seller"));
    // Nobody acts for another but an operator.
    assert_eq!(refusal(&other.get("/api/v1/orders?app=demo").await), (403, "forbidden"));
    assert_eq!(refusal(&other.get("/api/v1/orders?app=other&app=demo").await), (400, "invalid_request"));
    let boss = Caller { key: admit(&caller.house, "boss", true).await, house: House::around(caller.house.stage.clone()) };
    assert_eq!(boss.get("/api/v1/orders/MINE?app=demo").await.0, 200);
    assert_eq!(refusal(&boss.get("/api/v1/orders/MINE").await), (404, "no_such_order"));
    assert_eq!(refusal(&boss.get("/api/v1/orders?app=nobody").await), (404, "no_such_app"));
}
