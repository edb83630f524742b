//! The client programs that callers have, one language each, with nothing changed but host and keys: what their HTTP
//! libraries put on the wire is replayed byte for byte, and a Python program runs as a process of its own.

use std::process::Command;
use std::sync::Arc;

use server::{Policy, RandomIds, Secret, Server, Settings, SystemClock};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::connection::{Listening, documents, read_until};
use crate::desk::{KEY, NOW, SECRET, Script, settings};

fn token() -> String {
    server::token(KEY, &NOW.to_string(), &Secret::new(SECRET))
}

fn assert_answered(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"identify_results\":[{\"type\":\"10107\""), "{answer}");
}

/// okhttp 3.11 with a `FormBody`: values percent-encoded, this order of headers.
#[tokio::test]
async fn java() {
    let (server, documents) = (Listening::start(settings()).await, documents().await);
    let url = documents.replace(':', "%3A").replace('/', "%2F");
    let body = format!("app_key={KEY}&timestamp={NOW}&token={}&image_url={url}%2Fdist%2Fimg%2Fsample.jpg", token());
    let request = format!(
        "POST /v1/item/get_item_info HTTP/1.1\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\
         Host: {}\r\n\
         Connection: Keep-Alive\r\n\
         Accept-Encoding: gzip\r\n\
         User-Agent: okhttp/3.11.0\r\n\
         \r\n{body}",
        body.len(),
        server.address
    );
    assert_answered(&server.exchange(request.as_bytes(), "barcode").await);
}

/// curl through PHP: everything in the query, unescaped, a multipart header without a boundary and no body. The second form
/// is how the example reads where `&times` was turned into a multiplication sign on its way to the reader.
#[tokio::test]
async fn php() {
    let (server, documents) = (Listening::start(settings()).await, documents().await);
    for stamp in ["&timestamp", "×tamp"] {
        let request = format!(
            "POST /v1/item/get_item_info?app_key={KEY}{stamp}={NOW}&token={}&image_url={documents}/dist/img/sample.jpg HTTP/1.1\r\n\
             Host: {}\r\n\
             Accept: */*\r\n\
             Content-Type: multipart/form-data\r\n\
             \r\n",
            token(),
            server.address
        );
        assert_answered(&server.exchange(request.as_bytes(), "barcode").await);
    }
}

/// `NSURLSession`: everything in the query, a POST with an empty body.
#[tokio::test]
async fn objective_c() {
    let (server, documents) = (Listening::start(settings()).await, documents().await);
    for stamp in ["&timestamp", "%C3%97tamp"] {
        let request = format!(
            "POST /v1/item/get_item_info?app_key={KEY}{stamp}={NOW}&token={}&image_url={documents}/dist/img/sample.jpg HTTP/1.1\r\n\
             Host: {}\r\n\
             Accept: */*\r\n\
             Content-Length: 0\r\n\
             Connection: keep-alive\r\n\
             User-Agent: Sample/1 CFNetwork/1410.1 Darwin/22.6.0\r\n\
             \r\n",
            token(),
            server.address
        );
        assert_answered(&server.exchange(request.as_bytes(), "barcode").await);
    }
}

/// `HttpWebRequest`: asks before it sends the body; the address in the form is not escaped.
#[tokio::test]
async fn c_sharp() {
    let (server, documents) = (Listening::start(settings()).await, documents().await);
    let body = format!("app_key={KEY}&timestamp={NOW}&token={}&image_url={documents}/dist/img/sample.jpg", token());
    let head = format!(
        "POST /v1/item/get_item_info HTTP/1.1\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\
         Host: {}\r\n\
         Content-Length: {}\r\n\
         Expect: 100-continue\r\n\
         Connection: Keep-Alive\r\n\
         \r\n",
        server.address,
        body.len()
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read_until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).await.unwrap();
    assert_answered(&read_until(&mut stream, "barcode").await);
}

/// A Python program with `requests`, the machine's own clock, and one call in each encoding.
#[tokio::test]
async fn python() {
    let python = std::env::var("FAPIAO_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ready = Command::new(&python).args(["-c", "import requests"]).output().is_ok_and(|out| out.status.success());
    if !ready {
        println!("skipped: {python} has no requests; set FAPIAO_TEST_PYTHON to one that has (make test does)");
        return;
    }
    let mut settings = Settings { fetch: Policy::with_loopback(), ..Settings::default() };
    settings.apps.add(KEY, Secret::new(SECRET));
    let server = Server::with(settings, Arc::new(Script::default()), Arc::new(SystemClock::start()), Arc::new(RandomIds)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(server.serve(listener, std::future::pending()));

    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recognition/client.py");
    let image_url = format!("{}/dist/img/sample.jpg", documents().await);
    let run = move || Command::new(python).args([program, &host, KEY, SECRET, &image_url]).env("NO_PROXY", "*").output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().collect::<Vec<_>>(), ["form 10107", "query 10107", "multipart 10107", "json 10107"]);
}
