use serde_json::{Value, json};

use super::{Caller, refusal};

#[tokio::test]
async fn an_app_is_made_and_calls() {
    let boss = Caller::operator().await;
    let asked = json!({"id": "till-1", "name": "收银台", "targets": ["https://till.example/hook"]});
    let (status, made) = boss.post("/api/v1/apps", asked.clone()).await;
    assert_eq!((status, made["secret"].as_str().unwrap().len()), (201, 43));
    assert_eq!(refusal(&boss.post("/api/v1/apps", asked).await), (409, "taken"));
    let (status, key) = boss.post("/api/v1/apps/till-1/keys", json!({"name": "till"})).await;
    assert_eq!(status, 201);
    let text = key["key"].as_str().unwrap().to_owned();
    // Shown once: neither secret nor key is ever seen again.
    for path in ["/api/v1/apps", "/api/v1/apps/till-1"] {
        let shown = boss.get(path).await.1.to_string();
        assert!(shown.contains("till-1") && !shown.contains(made["secret"].as_str().unwrap()) && !shown.contains(&text));
    }
    let Caller { house, .. } = boss;
    let till = Caller { house, key: text.into_secret() };
    let (status, own) = till.get("/api/v1/app").await;
    assert_eq!((status, &own["targets"], &own["keys"][0]["id"]), (200, &json!(["https://till.example/hook"]), &key["id"]));
    for (method, path, body) in [
        ("GET", "/api/v1/apps", None),
        ("POST", "/api/v1/apps", Some(json!({"id": "x", "name": "x"}))),
        ("GET", "/api/v1/apps/till-1", None),
        ("PUT", "/api/v1/apps/till-1", Some(json!({"name": "x", "operator": true}))),
        ("POST", "/api/v1/apps/till-1/rotate", Some(json!({}))),
        ("POST", "/api/v1/apps/till-1/keys", Some(json!({"name": "x"}))),
        ("DELETE", "/api/v1/apps/till-1/keys/1", None),
    ] {
        assert_eq!(refusal(&till.call(method, path, body).await), (403, "forbidden"), "{method} {path}");
    }
}

trait IntoSecret {
    fn into_secret(self) -> issue::secret::Secret;
}

impl IntoSecret for String {
    fn into_secret(self) -> issue::secret::Secret {
        issue::secret::Secret::new(self)
    }
}

#[tokio::test]
async fn an_app_is_changed_and_switched_off() {
    let boss = Caller::operator().await;
    let path = "/api/v1/apps/demo";
    let (status, said) = boss.post(&format!("{path}/rotate"), json!({"overlap_hours": 1})).await;
    assert_eq!((status, said["secret"].as_str().unwrap().len()), (200, 43));
    assert_eq!(said["app"]["earlier_secret_until"], "2026-01-01T01:00:00Z");
    assert_eq!(boss.post(&format!("{path}/rotate"), json!({"overlap_hours": 0})).await.1["app"]["earlier_secret_until"], Value::Null);
    let (_, key) = boss.post(&format!("{path}/keys"), json!({"name": "a"})).await;
    let demo = Caller { key: key["key"].as_str().unwrap().to_owned().into_secret(), house: boss.house };
    assert_eq!(demo.get("/api/v1/app").await.0, 200);
    let boss = Caller { key: super::admit(&demo.house, "chief", true).await, house: demo.house };
    let (status, said) = boss.put(path, json!({"name": "停用", "enabled": false})).await;
    assert_eq!((status, &said["name"], &said["enabled"]), (200, &json!("停用"), &json!(false)));
    boss.forgotten();
    let demo = Caller { key: demo.key, house: boss.house };
    assert_eq!(refusal(&demo.get("/api/v1/app").await), (401, "unknown_key"));
    let boss = Caller { key: boss.key, house: demo.house };
    assert_eq!(boss.put(path, json!({"name": "演示"})).await.0, 200);
    let remove = format!("{path}/keys/{}", key["id"].as_str().unwrap());
    assert_eq!(boss.call("DELETE", &remove, None).await, (204, Value::Null));
    assert_eq!(refusal(&boss.call("DELETE", &remove, None).await), (404, "no_such_key"));
    boss.forgotten();
    let demo = Caller { key: demo.key, house: boss.house };
    assert_eq!(refusal(&demo.get("/api/v1/app").await), (401, "unknown_key"));
}

#[tokio::test]
async fn what_cannot_be_said_of_an_app_is_named() {
    let boss = Caller::operator().await;
    let create = |id: &str, name: &str, target: &str| json!({"id": id, "name": name, "targets": [target]});
    for (body, field) in [
        (create("a b", "x", "https://a.example"), "id"),
        (create("", "x", "https://a.example"), "id"),
        (create("a", "", "https://a.example"), "name"),
        (create("a", "x", "ftp://a.example"), "targets[0]"),
        (create("a", "x", "hello"), "targets[0]"),
        (json!({"id": "a", "name": "x", "targets": vec!["https://a.example"; 6]}), "targets"),
    ] {
        let answer = boss.post("/api/v1/apps", body).await;
        assert_eq!((refusal(&answer), answer.1["field"].as_str()), ((422, "invalid_content"), Some(field)), "{}", answer.1);
    }
    for (method, path, body) in [
        ("GET", "/api/v1/apps/none", None),
        ("GET", "/api/v1/apps/a%00b", None),
        ("PUT", "/api/v1/apps/none", Some(json!({"name": "x"}))),
        ("POST", "/api/v1/apps/none/rotate", Some(json!({}))),
        ("POST", "/api/v1/apps/none/keys", Some(json!({"name": "x"}))),
        ("DELETE", "/api/v1/apps/none/keys/1", None),
    ] {
        assert_eq!(refusal(&boss.call(method, path, body).await), (404, "no_such_app"), "{method} {path}");
    }
    assert_eq!(refusal(&boss.post("/api/v1/apps/boss/rotate", json!({"overlap_hours": 721})).await), (422, "invalid_content"));
    for _ in 1..20 {
        assert_eq!(boss.post("/api/v1/apps/boss/keys", json!({"name": "x"})).await.0, 201);
    }
    assert_eq!(refusal(&boss.post("/api/v1/apps/boss/keys", json!({"name": "x"})).await), (409, "too_many_keys"));
}
