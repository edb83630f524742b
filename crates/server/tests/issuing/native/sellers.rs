use serde_json::{Value, json};

use super::{Caller, refusal};
use crate::house::SELLER;

const OTHER: &str = "91110000MA00FAPB0X";

fn seller() -> Value {
    json!({
        "name": "北京样张科技有限公司", "provider": "sandbox", "merchants": ["7000000001"], "secret": "planted-secret",
        "settings": {"delay": "0s"}, "item": {"name": "停车费", "tax_code": "3040502020200000000", "rate": "0.09"},
        "people": {"issuer": "测试员"},
    })
}

#[tokio::test]
async fn a_seller_is_added_changed_and_shown_without_its_secret() {
    let caller = Caller::demo().await;
    let path = format!("/api/v1/sellers/{OTHER}");
    assert_eq!(refusal(&caller.get(&path).await), (404, "no_such_seller"));
    let (status, added) = caller.put(&path, seller()).await;
    assert_eq!((status, added["has_secret"].as_bool(), added["enabled"].as_bool()), (201, Some(true), Some(true)), "{added}");
    assert!(!added.to_string().contains("planted-secret"));
    assert_eq!((&added["login"], &added["item"]["rate"]), (&json!({"state": "unknown"}), &json!("0.09")));
    // What is not said of the secret leaves it; another provider does not get it.
    let mut changed = seller();
    changed.as_object_mut().unwrap().remove("secret");
    changed["enabled"] = json!(false);
    let (status, said) = caller.put(&path, changed).await;
    assert_eq!((status, said["has_secret"].as_bool(), said["enabled"].as_bool()), (200, Some(true), Some(false)));
    assert_eq!(caller.get(&path).await, (200, said));
    let (_, all) = caller.get("/api/v1/sellers").await;
    let ids: Vec<&str> = all["sellers"].as_array().unwrap().iter().map(|seller| seller["tax_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [SELLER, OTHER]);
}

#[tokio::test]
async fn settings_that_cannot_be_are_named() {
    let caller = Caller::demo().await;
    let path = format!("/api/v1/sellers/{OTHER}");
    let item = |field: &str, value: Value| {
        let mut item = seller()["item"].clone();
        item[field] = value;
        item
    };
    for (field, value, code, named) in [
        ("name", json!(" "), (422, "invalid_content"), "name"),
        ("name", json!("x".repeat(101)), (422, "invalid_content"), "name"),
        ("address", json!("a\u{0}"), (422, "invalid_content"), "address"),
        ("merchants", json!([""]), (422, "invalid_content"), "merchants[0]"),
        ("settings", json!({"a": ["\u{0}"]}), (422, "invalid_content"), "settings"),
        ("people", json!({"issuer": "x".repeat(21)}), (422, "invalid_content"), "people.issuer"),
        ("item", item("tax_code", json!("1")), (422, "invalid_content"), "item.tax_code"),
        ("item", item("rate", json!("1")), (422, "invalid_content"), "item.rate"),
        ("item", item("untaxed", json!("exempt")), (422, "invalid_content"), "item.untaxed"),
        ("item", item("name", json!("")), (422, "invalid_content"), "item.name"),
        ("item", item("rate", json!(0.09)), (400, "invalid_request"), "item.rate"),
    ] {
        let mut body = seller();
        body[field] = value;
        let answer = caller.put(&path, body).await;
        assert_eq!((refusal(&answer), answer.1["field"].as_str()), (code, Some(named)), "{}", answer.1);
    }
    for tax_id in ["1", "91110000ma00fapb0x", "9111%200000"] {
        assert_eq!(refusal(&caller.put(&format!("/api/v1/sellers/{tax_id}"), seller()).await), (422, "invalid_content"), "{tax_id}");
    }
    let mut nobody = seller();
    nobody["provider"] = json!("nobody");
    assert_eq!(refusal(&caller.put(&path, nobody).await), (422, "rejected_by_provider"));
    let mut taken = seller();
    taken["merchants"] = json!(["6262666666"]);
    assert_eq!(refusal(&caller.put(&path, taken).await), (409, "taken"));
    assert_eq!(refusal(&caller.get(&path).await), (404, "no_such_seller"), "nothing was stored");
}

#[tokio::test]
async fn logins_and_credit_lines_are_asked_for() {
    let caller = Caller::demo().await;
    let path = format!("/api/v1/sellers/{SELLER}");
    assert_eq!(caller.post(&format!("{path}/login"), json!({"step": "status"})).await, (200, json!({"result": "logged_in"})));
    assert_eq!(caller.get(&path).await.1["login"]["state"], "present");
    for step in [json!({"step": "login_code", "renew": true}), json!({"step": "submit_sms", "code": "123456"}), json!({"step": "scanned"})]
    {
        assert_eq!(caller.post(&format!("{path}/login"), step.clone()).await.0, 200, "{step}");
    }
    assert_eq!(refusal(&caller.post(&format!("{path}/login"), json!({"step": "dance"})).await), (400, "invalid_request"));
    assert_eq!(refusal(&caller.get(&format!("{path}/credit")).await), (422, "unsupported_by_provider"));
    assert_eq!(refusal(&caller.get(&format!("/api/v1/sellers/{OTHER}/credit")).await), (404, "no_such_seller"));
    assert_eq!(refusal(&caller.post(&format!("/api/v1/sellers/{OTHER}/login"), json!({"step": "status"})).await), (404, "no_such_seller"));
}
