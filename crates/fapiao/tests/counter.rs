//! Apps, sellers, orders and callbacks on the command line: beside the server, before it, and while it runs.
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

mod process;

use std::path::Path;
use std::process::{Command, Output};

use process::Running;

const SELLER: &str = "91110000MA00FAPB0X";

fn fapiao(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fapiao"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAPIAO_")) {
        command.env_remove(name);
    }
    command.args(arguments).args(["--data", data.to_str().unwrap()]).output().unwrap()
}

/// What a command that went well says.
fn said(data: &Path, arguments: &[&str]) -> String {
    let output = fapiao(data, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that went wrong says.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = fapiao(data, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// The word behind a label.
fn word<'a>(text: &'a str, label: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(label)).unwrap_or_else(|| panic!("{label} is not in\n{text}")).trim()
}

fn call(server: &Running, key: &str, method: &str, path: &str, body: &str) -> String {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}");
    server.exchange(format!("{head}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
}

/// Asks until the answer says it; each question is answered, so the server's own pace is what this waits for.
fn ask_until(server: &Running, key: &str, path: &str, text: &str) -> String {
    let began = std::time::Instant::now();
    loop {
        let answer = call(server, key, "GET", path, "");
        if answer.contains(text) {
            return answer;
        }
        assert!(began.elapsed().as_secs() < 60, "{text} never came: {answer}");
    }
}

#[test]
fn from_an_empty_folder_to_an_issued_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(refused(data, &["order", "list"]).contains("fapiao app create"));
    let made = said(data, &["app", "create", "till", "--name", "收银台", "--operator", "--target", "https://till.invalid/hook"]);
    let secret = word(&made, "secret").to_owned();
    let key = word(&said(data, &["app", "key", "till", "--name", "front desk"]), "key").to_owned();
    let listed = said(data, &["app", "list"]);
    assert!(listed.contains("收银台") && listed.contains("front desk") && listed.contains("https://till.invalid/hook"), "{listed}");
    assert!(!listed.contains(&secret) && !listed.contains(&key), "what is shown once is not shown again");

    assert!(refused(data, &["seller", "add", SELLER]).contains("--name"));
    assert!(refused(data, &["seller", "add", SELLER, "--name", "样张", "--provider", "nobody"]).contains("there is no provider nobody"));
    let item = ["--item", "停车费", "--tax-code", "3040502020200000000", "--rate", "0.09"];
    let add =
        ["seller", "add", SELLER, "--name", "样张停车", "--provider", "sandbox", "--merchant", "7000000001", "--setting", "delay_ms=0"];
    assert!(said(data, &[&add[..], &item[..]].concat()).contains("7000000001"));
    // What is not given stays.
    let changed = said(data, &["seller", "add", SELLER, "--address", "示范路1号"]);
    assert!(changed.contains("样张停车") && changed.contains("停车费 0.09"), "{changed}");

    let server = Running::start(&["--data", data.to_str().unwrap()]);
    let held = refused(data, &["order", "list"]);
    assert!(held.contains("/api/v1") && held.lines().count() == 1, "{held}");
    let asked = format!(r#"{{"number":"A1","seller":"{SELLER}","buyer":{{"name":"张三","person":true}},"amount":"10.00"}}"#);
    let answer = call(&server, &key, "POST", "/api/v1/orders", &asked);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    ask_until(&server, &key, "/api/v1/orders/A1", r#""state":"issued""#);
    assert_eq!(server.stop(), Some(0));

    let shown = said(data, &["order", "show", "A1"]);
    for part in ["issued", "张三", "accepted", "pdf", "https://till.invalid/hook", "order.issued"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert!(said(data, &["order", "list", "--state", "issued", "--number", "A"]).contains("A1"));
    assert!(!said(data, &["order", "list", "--state", "failed"]).contains("A1"));
    assert!(refused(data, &["order", "list", "--state", "lost"]).contains("needs_attention"));
    assert!(refused(data, &["order", "retry", "A1"]).contains("发票已经生成"));
    assert!(refused(data, &["order", "show", "A2"]).contains("订单不存在"));
    exported(data);
    let callbacks = said(data, &["callback", "list", "A1"]);
    let id = callbacks.split_whitespace().find(|word| word.starts_with("evt_")).unwrap();
    assert!(said(data, &["callback", "replay", id]).contains("sent again"));
    assert!(refused(data, &["callback", "replay", "evt_1"]).contains("callback id"));
    assert!(said(data, &["order", "reverse", "A1", "--reason", "mistake"]).contains("reversing"));

    let rotated = said(data, &["app", "rotate", "till", "--overlap", "1"]);
    assert!(word(&rotated, "secret") != secret && rotated.contains("valid until"));
    let listed = said(data, &["app", "list"]);
    let key_id = listed.split_whitespace().find(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit())).unwrap();
    assert!(said(data, &["app", "unkey", "till", key_id]).contains("gone"));
    said(data, &["app", "set", "till", "--name", "收银台二"]);
    assert!(said(data, &["app", "list"]).contains("收银台二"));
    said(data, &["app", "create", "other"]);
    assert!(refused(data, &["order", "list"]).contains("--app"));
    assert!(!said(data, &["order", "list", "--app", "other"]).contains("A1"));
    let server = Running::start(&["--data", data.to_str().unwrap()]);
    assert!(call(&server, &key, "GET", "/api/v1/app", "").contains("unknown_key"));
}

/// The order as a line of a table for the books, with its documents beside it.
fn exported(data: &Path) {
    let (table, documents) = (data.join("books.csv"), data.join("books"));
    let (table, documents) = (table.to_str().unwrap(), documents.to_str().unwrap());
    said(data, &["export", table, "--documents", documents]);
    let mut csv = csv::Reader::from_path(table).unwrap();
    let heads: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let lines: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 1);
    let value = |name: &str| lines[0][heads.iter().position(|head| head == name).unwrap()].to_owned();
    for (name, expected) in [
        ("app", "till"),
        ("order", "A1"),
        ("state", "issued"),
        ("seller_tax_id", SELLER),
        ("buyer", "张三"),
        ("net", "9.17"),
        ("tax", "0.83"),
        ("total", "10.00"),
        ("reverses", ""),
    ] {
        assert_eq!(value(name), expected, "{name}");
    }
    let formats = value("documents");
    assert!(formats.contains("pdf") && formats.contains("xml"), "{formats}");
    for format in formats.split(' ') {
        let file = Path::new(documents).join(format!("{}.{format}", value("invoice_number")));
        assert!(std::fs::metadata(&file).is_ok_and(|file| file.len() > 0), "{}", file.display());
    }
    for none in [&["--app", "other"][..], &["--state", "failed"], &["--until", "2020-01-01"], &["--seller", "91110000MA00FAPA0T"]] {
        let left = said(data, &[&["export", "-"], none].concat());
        assert_eq!(left.lines().count(), 1, "only the heads with {none:?}: {left}");
    }
    assert!(refused(data, &["export", "-", "--state", "lost"]).contains("there is no state lost"));
    assert!(refused(data, &["export", "-", "--since", "yesterday"]).contains("--since"));
}
