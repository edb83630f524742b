//! The ways in which a call arrives, good and bad.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use server::Secret;
use tower::ServiceExt;

use crate::desk::{INVOICE, KEY, NOW, SECRET, answer, ask, image_data, multipart, post, server, settings, signed, signed_at, signed_parts};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The error code of an answer; 0 when it is an invoice.
fn code(body: &serde_json::Value) -> u64 {
    match body["result"].as_u64() {
        Some(1) => {
            assert_eq!(body["response"]["data"]["identify_results"][0]["type"], "10107", "{body}");
            0
        }
        _ => body["error"].as_u64().unwrap(),
    }
}

#[tokio::test]
async fn every_encoding() {
    let (auth, data) = (signed(), image_data(INVOICE));
    let token = ::server::token(KEY, &NOW.to_string(), &Secret::new(SECRET));
    let base64 = BASE64_STANDARD.encode(INVOICE);
    let whole = format!(r#"{{"app_key":"{KEY}","timestamp":"{NOW}","token":"{token}","image_data":"{base64}"}}"#);
    let number = format!(r#"{{"app_key":"{KEY}","timestamp":{NOW},"token":"{token}","image_data":"{base64}","verbose":true,"type":0}}"#);
    let (form, file) = multipart(&[signed_parts(&auth), vec![("image_file", Some("a.pdf"), INVOICE)]].concat());
    let (_, file_only) = multipart(&[("image_file", Some("a.pdf"), INVOICE)]);
    let (_, unchosen) = multipart(
        &[signed_parts(&auth), vec![("image_file", Some(""), b""), ("image_url", None, b""), ("image_data", None, base64.as_bytes())]]
            .concat(),
    );
    let cases: Vec<(&str, String, &str, Vec<u8>)> = vec![
        ("query only", format!("{auth}&{data}"), "", vec![]),
        ("query only, as PHP sends it", format!("{auth}&{data}"), "multipart/form-data", vec![]),
        ("urlencoded", String::new(), FORM, format!("{auth}&{data}").into()),
        (
            "urlencoded with a character set",
            String::new(),
            "application/x-www-form-urlencoded; charset=UTF-8",
            format!("{auth}&{data}").into(),
        ),
        ("urlencoded without saying so", String::new(), "", format!("{auth}&{data}").into()),
        ("urlencoded, credentials in the query", auth.clone(), FORM, data.clone().into()),
        ("urlencoded, base64 not encoded again", String::new(), FORM, format!("{auth}&image_data={base64}").into()),
        ("multipart", String::new(), &form, file),
        ("multipart, credentials in the query", auth.clone(), &form, file_only),
        ("multipart of a browser", String::new(), &form, unchosen),
        ("JSON", String::new(), JSON, whole.clone().into()),
        ("JSON with a number", String::new(), JSON, number.into()),
        ("JSON without saying so", String::new(), "text/plain", whole.clone().into()),
        ("JSON, credentials in the query", auth.clone(), JSON, format!(r#"{{"image_data":"{base64}","image_url":null}}"#).into()),
        ("JSON, credentials twice", auth.clone(), "application/json;charset=utf-8", whole.into()),
    ];
    for (name, query, content_type, body) in cases {
        let (_, body) = ask(post(&query, content_type, body)).await;
        assert_eq!(code(&body), 0, "{name}: {body}");
    }
}

#[tokio::test]
async fn a_time_stamp_kept_as_a_floating_number() {
    for timestamp in [format!("{NOW}.0"), format!("{NOW}.731")] {
        let token = ::server::token(KEY, &timestamp, &Secret::new(SECRET));
        let json = format!(
            r#"{{"app_key":"{KEY}","timestamp":{timestamp},"token":"{token}","image_data":"{}"}}"#,
            BASE64_STANDARD.encode(INVOICE)
        );
        let (_, body) = ask(post("", JSON, json)).await;
        assert_eq!(code(&body), 0, "{timestamp}: {body}");
    }
}

#[tokio::test]
async fn bad_bodies() {
    let (auth, data) = (signed(), image_data(INVOICE));
    let (form, whole) = multipart(&[signed_parts(&auth), vec![("image_file", Some("a.pdf"), INVOICE)]].concat());
    let cut = |by: usize| whole[..whole.len() - by].to_vec();
    let (_, empty) = multipart(&[signed_parts(&auth), vec![("image_file", Some("a.pdf"), b"")]].concat());
    let (_, latin) = multipart(&[signed_parts(&auth), vec![("app_key", None, &[0xff, 0xfe])]].concat());
    let overflow = signed_at("99999999999999999999999999");
    let milliseconds = signed_at(&format!("{NOW}000"));
    let cases: Vec<(&str, String, &str, Vec<u8>, u64)> = vec![
        ("no parameters", String::new(), "", vec![], 10003),
        ("no document", auth.clone(), "", vec![], 10003),
        ("two documents", format!("{auth}&{data}&image_url=http://a.example/b.jpg"), "", vec![], 10003),
        (
            "a document in the body and one in the query",
            format!("{auth}&image_url=http://a.example/b.jpg"),
            FORM,
            data.clone().into(),
            10003,
        ),
        ("one key in the query, another in the body", format!("{auth}&{data}"), FORM, b"app_key=another".to_vec(), 10003),
        ("a parameter twice", format!("{auth}&{data}&token=x"), "", vec![], 10003),
        ("a file in a form that holds none", auth.clone(), FORM, b"image_file=%FF%D8".to_vec(), 10003),
        ("an empty file", String::new(), &form, empty, 10006),
        ("multipart that ends in the last boundary", String::new(), &form, cut(6), 10003),
        ("multipart that ends in the document", String::new(), &form, cut(40), 10003),
        ("multipart that ends in a header", String::new(), &form, whole[..80].to_vec(), 10003),
        ("multipart that is none", String::new(), &form, b"nothing of the kind".to_vec(), 10003),
        ("multipart without a boundary", String::new(), "multipart/form-data", whole.clone(), 10003),
        ("multipart with text that is none", String::new(), &form, latin, 10003),
        ("JSON that breaks off", auth.clone(), JSON, b"{\"image_data\":\"aW52".to_vec(), 10003),
        ("JSON that is a list", auth.clone(), JSON, b"[]".to_vec(), 10003),
        ("JSON that is a text", auth.clone(), JSON, b"\"image_data\"".to_vec(), 10003),
        ("JSON with a list for a text", auth.clone(), JSON, b"{\"image_data\":[1,2]}".to_vec(), 10003),
        ("JSON with an object for a text", auth.clone(), JSON, b"{\"image_data\":{\"a\":1}}".to_vec(), 10003),
        ("JSON with a key twice", auth.clone(), JSON, b"{\"image_data\":\"AAAA\",\"image_data\":\"BBBB\"}".to_vec(), 10003),
        ("JSON nested without end", auth.clone(), JSON, b"{\"a\":".repeat(100_000), 10003),
        ("JSON in another encoding", auth.clone(), JSON, vec![0xff, 0xfe, 0x7b, 0x00], 10003),
        ("a time stamp beyond all time", format!("{overflow}&{data}"), "", vec![], 10026),
        ("a time stamp in milliseconds", format!("{milliseconds}&{data}"), "", vec![], 10026),
        ("not base64", format!("{auth}&image_data=%E5%8F%91"), "", vec![], 10006),
        ("an address that is none", format!("{auth}&image_url=sample.jpg"), "", vec![], 10400),
        ("an address of a file", format!("{auth}&image_url=file:///etc/passwd"), "", vec![], 10400),
        ("an address of another network", format!("{auth}&image_url=http://169.254.169.254/"), "", vec![], 10400),
    ];
    for (name, query, content_type, body, expected) in cases {
        let (status, answer) = ask(post(&query, content_type, body)).await;
        assert_eq!((status.as_u16(), code(&answer)), (200, expected), "{name}: {answer}");
        assert!(answer["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{name}: {answer}");
    }
}

/// Bytes that look a little like a body.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "app_key",
        "token",
        "image_url",
        "image_data",
        "image_file",
        "=",
        "&",
        "%",
        "%FF",
        "{",
        "}",
        "[",
        "\"",
        ":",
        ",",
        "null",
        "1e999",
        "\r\n",
        "\r\n\r\n",
        "--edge",
        "--edge--",
        "Content-Disposition: form-data; name=\"",
        "filename=\"",
        "data:",
        "×tamp=",
        "\u{0}",
    ]);
    prop::collection::vec(prop_oneof![word.prop_map(|word| word.as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..6)], 0..40)
        .prop_map(|parts| parts.concat())
}

/// One server for all cases: making one reads the certificate authorities of the system.
static ROUTER: LazyLock<axum::Router> = LazyLock::new(|| server(settings()).0.router());

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a body holds, the answer is HTTP 200 with a documented error.
    #[test]
    fn noise_is_refused_and_nothing_breaks(
        body in noise(),
        signed_in_query in any::<bool>(),
        content_type in prop::sample::select(vec![FORM, JSON, "multipart/form-data; boundary=edge", "multipart/form-data", "text/plain", ""]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let query = if signed_in_query { signed() } else { String::new() };
        let asked = async { answer(ROUTER.clone().oneshot(post(&query, content_type, body)).await.unwrap()).await };
        let (status, refused) = runtime.block_on(asked);
        prop_assert_eq!(status.as_u16(), 200);
        prop_assert!([10002, 10003, 10006, 10025, 10400].contains(&code(&refused)), "{}", refused);
    }
}
