//! Over real connections: what only a socket shows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use server::{Limits, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::desk::{INVOICE, Script, image_data, server, settings, signed};

/// A server that listens.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) script: Arc<Script>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Listening {
    pub(crate) async fn start(settings: Settings) -> Listening {
        let (server, script) = server(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.serve(listener, async {
            let _ = stopped.await;
        }));
        Listening { address, script, stop, served }
    }

    /// Sends bytes as they are and gives everything that comes back until the server closes, or `wanted` is in it.
    pub(crate) async fn exchange(&self, request: &[u8], wanted: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A server that has heard enough closes while we still send.
        let _ = stream.write_all(request).await;
        read_until(&mut stream, wanted).await
    }
}

/// Everything that comes until the other side closes or `wanted` is in it.
pub(crate) async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        answer.extend_from_slice(&piece[..count]);
        if !wanted.is_empty() && String::from_utf8_lossy(&answer).contains(wanted) {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// A place from which `image_url` can be fetched; gives the address before the path.
pub(crate) async fn documents() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/dist/img/sample.jpg", get(|| async { INVOICE }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

fn call(body: &str) -> Vec<u8> {
    format!("POST /v1/item/get_item_info HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn waiting_call() -> Vec<u8> {
    call(&format!("{}&{}", signed(), image_data(b"wait")))
}

#[tokio::test]
async fn a_client_that_goes_away_stops_the_reading_and_frees_its_place() {
    let limits = Limits { workers: 1, queue: 1, ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let mut running = TcpStream::connect(server.address).await.unwrap();
    running.write_all(&waiting_call()).await.unwrap();
    server.script.begun(1).await;
    drop(running);
    server.script.cancelled(1).await;
    let answer = server.exchange(&call(&format!("{}&{}", signed(), image_data(INVOICE))), "identify_results").await;
    assert!(answer.contains("\"result\":1"), "{answer}");
}

#[tokio::test]
async fn requests_under_way_are_finished_when_the_server_stops() {
    let server = Listening::start(settings()).await;
    let mut running = TcpStream::connect(server.address).await.unwrap();
    running.write_all(&waiting_call()).await.unwrap();
    server.script.begun(1).await;
    server.stop.send(()).unwrap();
    server.script.open();
    let answer = read_until(&mut running, "").await;
    assert!(answer.contains("\"result\":1"), "{answer}");
    server.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let limits = Limits { drain_time: Duration::from_millis(20), ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let mut running = TcpStream::connect(server.address).await.unwrap();
    running.write_all(&waiting_call()).await.unwrap();
    server.script.begun(1).await;
    server.stop.send(()).unwrap();
    server.served.await.unwrap().unwrap();
    server.script.open();
}

#[tokio::test]
async fn headers_that_never_end() {
    let server = Listening::start(settings()).await;
    let fields = |count: usize| (0..count).map(|n| format!("X-{n}: {n}\r\n")).collect::<String>();
    let long = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(200_000));
    let many = format!("GET /livez HTTP/1.1\r\nHost: x\r\n{}\r\n", fields(500));
    for request in [long, many] {
        let answer = server.exchange(request.as_bytes(), "").await;
        assert!(answer.starts_with("HTTP/1.1 431 ") || answer.is_empty(), "{answer}");
    }
    assert!(server.exchange(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn headers_that_do_not_come() {
    let limits = Limits { header_time: Duration::from_millis(30), ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let answer = server.exchange(b"GET /livez HTTP/1.1\r\nHost:", "").await;
    assert!(answer.starts_with("HTTP/1.1 408 ") || answer.is_empty(), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come() {
    let limits = Limits { idle_time: Duration::from_millis(30), ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let answer = server.exchange(b"POST /v1/item/get_item_info HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", "").await;
    assert!(answer.contains("\"error\":10003") && answer.contains("too slowly"), "{answer}");
}

#[tokio::test]
async fn a_body_without_end() {
    let limits = Limits { file: 1000, ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let mut request = b"POST /v1/item/get_item_info HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..100 {
        request.extend(b"1000\r\n");
        request.extend([b'x'; 0x1000]);
        request.extend(b"\r\n");
    }
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let (mut reads, mut writes) = stream.split();
    let mut answer = String::new();
    let sending = async {
        let _ = writes.write_all(&request).await;
        std::future::pending::<()>().await
    };
    let reading = async {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = reads.read(&mut piece).await {
            answer.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
    };
    tokio::select! { () = sending => {}, () = reading => {} }
    assert!(answer.contains("\"error\":10006"), "{answer}");
}

/// A body over the limit is heard out before the answer, so that a client which sends first and reads later gets it.
#[tokio::test]
async fn a_body_over_the_limit_still_gets_its_answer() {
    let limits = Limits { file: 1_000_000, ..Limits::default() };
    let server = Listening::start(Settings { limits, ..settings() }).await;
    let answer = server.exchange(&call(&"x".repeat(5_000_000)), "Invalid image").await;
    assert!(answer.contains("\"error\":10006"), "{answer}");
}
