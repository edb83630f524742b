use std::sync::Arc;

use axum::http::StatusCode;
use issue::caller::Registry;
use issue::conformance::oracle::OracleCodec;
use issue::conformance::stage::Stage;
use issue::memory::Memory;
use issue::order::{AppId, State};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::house::{APP, FORM, House, WORD, post};

#[tokio::test]
async fn a_notice_is_stored_and_then_confirmed() {
    let house = House::build().await;
    house.stage.desk.accept(&AppId::from(APP), &Stage::request("N-1", 10)).await.unwrap();
    house.stage.work().await;
    let order = house.stage.order("N-1").await;
    assert_eq!(order.state(), State::Querying);
    let number = order.provider_number();
    let (status, _, body) = house.send(post(&format!("/notice/{WORD}/sandbox"), FORM, format!("number={number}"))).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, &b"stored"[..]));
    // It is believed only after the provider was asked, which is due now.
    assert_eq!(house.stage.order("N-1").await.state(), State::Querying);
    house.stage.work().await;
    assert_eq!(house.stage.order("N-1").await.state(), State::Issued);
    let timeline = house.stage.store.timeline(order.id).await.unwrap();
    assert!(timeline.iter().any(|entry| entry.what == "notice" || entry.text.contains("已开票")), "{timeline:?}");
    let (status, ..) = house.send(post(&format!("/notice/{WORD}/sandbox/some/path"), FORM, format!("number={number}"))).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn only_who_knows_the_word_is_heard() {
    let house = House::build().await;
    for path in ["/notice/guess/sandbox".to_owned(), format!("/notice/{WORD}/nobody"), "/notice/sandbox".to_owned()] {
        let (status, ..) = house.send(post(&path, FORM, "number=1")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn the_word_is_made_of_the_key() {
    let word = server::notice_word(&issue::secret::Secret::new("a key"));
    assert_eq!(word.len(), 32);
    assert_eq!(word, server::notice_word(&issue::secret::Secret::new("a key")));
    assert_ne!(word, server::notice_word(&issue::secret::Secret::new("another key")));
}

/// 诺诺 comes again only where it hears nothing: what is not stored is not answered.
#[tokio::test]
async fn what_is_not_stored_is_not_answered() {
    let mut stage = Stage::over(Arc::new(Memory::new())).await;
    let oracle = stage.oracle.clone();
    stage.desk.caller.registry =
        Registry::default().with(Arc::new(OracleCodec::default()), oracle.clone()).with(providers::named("nuonuo").unwrap(), oracle);
    let house = House::around(stage);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let exchange = async |body: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!(
            "POST /notice/{WORD}/nuonuo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    let stored = exchange("operater=callback&orderno=20240122150518179381&content=%7B%7D").await;
    assert!(stored.starts_with("HTTP/1.1 200 ") && stored.ends_with(r#"{"status":"0000","message":"同步成功"}"#), "{stored}");
    assert_eq!(exchange("operater=callback").await, "", "the connection just ends");
    serving.abort();
}
