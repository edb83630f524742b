use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use super::*;

/// A server that takes one connection and does this with it; how much it had read by then.
fn server(then: fn(&mut TcpStream)) -> (SocketAddr, JoinHandle<usize>) {
    server_of(b"body", then)
}

/// The same, once these bytes were read.
fn server_of(awaited: &'static [u8], then: fn(&mut TcpStream)) -> (SocketAddr, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // A test that goes wrong ends all the same.
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut read = Vec::new();
        let mut piece = [0; 1024];
        while !read.windows(awaited.len()).any(|window| window == awaited) {
            match stream.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(length) => read.extend_from_slice(&piece[..length]),
            }
        }
        then(&mut stream);
        read.len()
    });
    (address, served)
}

async fn carried(then: fn(&mut TcpStream)) -> Result<Answer, Fault> {
    let (address, served) = server(then);
    let mut call = Call::post(format!("http://{address}/services?secret=planted"), "application/json", "body");
    call.time = Duration::from_millis(500);
    call.limit = 1000;
    let result = transport().carry(&call).await;
    // Off this thread, on which the client still closes its connection.
    assert!(tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap() > 0);
    result
}

fn transport() -> Http {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Http::over(Http::builder().tls_certs_only([]).build().unwrap())
}

#[tokio::test]
async fn any_answer_is_an_answer() {
    let answer = carried(|stream| stream.write_all(b"HTTP/1.1 500 No\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc").unwrap()).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.header_value("x-a")), (500, b"abc".as_slice(), Some("b")));
    // A redirect is not followed: the call would be sent twice.
    let answer = carried(|stream| stream.write_all(b"HTTP/1.1 307 No\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n").unwrap()).await;
    assert_eq!(answer.unwrap().status, 307);
}

#[tokio::test]
async fn what_was_read_and_not_answered_is_unknown() {
    let faults: [fn(&mut TcpStream); 5] = [
        |_| {},
        |stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").unwrap(),
        |stream| stream.write_all(b"garbage\r\n\r\n").unwrap(),
        |stream| stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{}", "x".repeat(1001)).as_bytes()).unwrap(),
        // Hangs until the caller gives up.
        |stream| drop(stream.read(&mut [0; 1])),
    ];
    for fault in faults {
        let fault = carried(fault).await.unwrap_err();
        assert!(matches!(fault, Fault::Unknown(_)), "{fault:?}");
        assert!(!fault.to_string().contains("planted"));
    }
}

#[tokio::test]
async fn what_found_nobody_was_not_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // Nothing listens there any more; and TLS with somebody who does not speak it.
    let (plain, served) = server_of(b"\x16", |stream| stream.write_all(b"HTTP/1.1 400 No\r\n\r\n").unwrap());
    for url in [format!("http://{closed}/?planted"), format!("https://{plain}/?planted"), "nonsense planted".to_owned()] {
        let fault = transport().carry(&Call::post(url.clone(), "text/plain", "body")).await.unwrap_err();
        assert!(matches!(fault, Fault::NotSent(_)), "{url} {fault:?}");
        assert!(!fault.to_string().contains("planted"), "{fault}");
    }
    tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap();
}

#[test]
fn dying_after_the_bytes_are_sent_is_a_point_of_its_own() {
    let scenario = fail::FailScenario::setup();
    fail::cfg(crate::crash::SENT, "1*panic->off").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (address, served) = server(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap());
        let call = Call::post(format!("http://{address}/"), "text/plain", "body");
        let died = tokio::spawn(async move { transport().carry(&call).await.map(drop) }).await;
        assert!(died.is_err_and(|error| error.is_panic()));
        assert!(tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap() > 0);
    });
    scenario.teardown();
}

#[test]
fn a_redirect_is_told_from_the_address_that_it_came_from() {
    let answer = |status: u16, to: &str| {
        let mut answer = Answer::new(status, "");
        answer.headers.push(("Location".to_owned(), to.to_owned()));
        answer
    };
    for (status, to, expected) in [
        (302, "https://inv.example.test/fp2/x.pdf", Some("https://inv.example.test/fp2/x.pdf")),
        (301, "/fp2/x.pdf", Some("https://short.example.test/fp2/x.pdf")),
        (307, "//other.example.test/x", Some("https://other.example.test/x")),
        (303, "x?y=1", Some("https://short.example.test/a/x?y=1")),
        (308, "file:///etc/passwd", Some("file:///etc/passwd")),
        (302, "http://[", None),
        (200, "/x", None),
        (304, "/x", None),
    ] {
        assert_eq!(redirected("https://short.example.test/a/b", &answer(status, to)).as_deref(), expected, "{status} {to}");
    }
    assert_eq!(redirected("https://short.example.test/", &Answer::new(302, "")), None);
}
