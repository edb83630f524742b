//! The OpenAPI document, and a fuzzer that holds a real server to it.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{Caller, order};

/// Says that the fuzzer is left out, for machines without it.
const LEFT_OUT: &str = "FAPIAO_TEST_WITHOUT_SCHEMATHESIS";
/// The fuzzer.
const PROGRAM: &str = "FAPIAO_TEST_SCHEMATHESIS";

#[tokio::test]
async fn the_document_tells_every_call() {
    let caller = Caller::demo().await;
    let (status, _, body) = caller.house.send(Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(status.as_u16(), 200);
    let said: Value = serde_json::from_slice(&body).unwrap();
    assert!(said["openapi"].as_str().unwrap().starts_with("3.1"), "{}", said["openapi"]);
    let mut calls: Vec<String> = Vec::new();
    for (path, item) in said["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            calls.push(format!("{} {path}", method.to_uppercase()));
            assert!(call["summary"].is_string() && call["operationId"].is_string(), "{method} {path}");
            for status in ["400", "401", "403", "500", "503"] {
                assert!(call["responses"][status].is_object(), "{method} {path} {status}");
            }
        }
    }
    calls.sort_unstable();
    insta::assert_snapshot!(calls.join("\n"));
    // Each name is of one schema, and every schema that is referred to is there.
    let text = said.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(said["components"]["schemas"][reference].is_object(), "{reference}");
    }
}

/// `make tests` makes the fuzzer ready. A server with orders in every state, on a port of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fuzzer_finds_no_answer_that_the_document_does_not_tell() {
    if std::env::var_os(LEFT_OUT).is_some() {
        println!("skipped: {LEFT_OUT} is set, so the OpenAPI document is not held against a server");
        return;
    }
    let program = std::env::var(PROGRAM).unwrap_or_else(|_| {
        panic!("{PROGRAM} must name the program schemathesis (`make tests` installs it and sets this); {LEFT_OUT}=1 leaves this test out")
    });
    let caller = Caller::operator().await;
    let demo = Caller { key: caller.house.stage.desk.add_key(&"demo".into(), "tests").await.unwrap().1, house: caller.house };
    for number in ["S1", "S2"] {
        demo.post("/api/v1/orders", order(number)).await;
        demo.house.stage.work_for(std::time::Duration::from_secs(600)).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let router = demo.house.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    // Both kinds of caller: most of the document is for one, the rest for the other.
    for key in [&demo.key, &caller.key] {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut command = Command::new(&program);
        command
            .current_dir(folder.path())
            .args(["run", &format!("http://{address}/api/openapi.json")])
            .args(["--header", &format!("Authorization: Bearer {}", key.expose())])
            .args(["--max-examples", "25", "--seed", "1", "--workers", "1", "--no-color", "--phases", "examples,coverage,fuzzing"])
            // What is right by the schema may still be refused for what it means: a sum that does not fit, a seller that is not there.
            .args(["--generation-deterministic", "--exclude-checks", "positive_data_acceptance"])
            .env_remove("PYTHONPATH")
            .env("NO_PROXY", "*");
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
