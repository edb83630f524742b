//! HTTP/1.1 by hand, one request per connection.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Break;
use super::platform::Platform;

/// A request.
pub(crate) struct Request {
    /// The path with its query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub(crate) fn query(&self, name: &str) -> String {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map_or(String::new(), |(_, value)| value.into_owned())
    }
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Reply {
        Reply { status: 200, media_type: "application/json;charset=UTF-8", body: value.to_string().into_bytes() }
    }

    pub(crate) fn page(status: u16) -> Reply {
        Reply { status, media_type: "text/html", body: b"<!DOCTYPE html><html><body>error</body></html>".to_vec() }
    }

    fn head(&self) -> Vec<u8> {
        let Reply { status, media_type, body } = self;
        let length = body.len();
        format!("HTTP/1.1 {status} Status\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes()
    }
}

/// Reads a request, has it done, answers or breaks off.
pub(crate) async fn serve(mut stream: TcpStream, platform: Platform) {
    let Some(request) = read(&mut stream).await else { return };
    let how = platform.breaking(&request);
    if how == Some(Break::Before) {
        return;
    }
    let mut reply = match how {
        Some(Break::Code(code, words)) => Reply::json(&serde_json::json!({"code": code, "describe": words, "result": null})),
        _ => platform.answer(&request),
    };
    match how {
        Some(Break::After) => return,
        Some(Break::Hang) => {
            // Until the caller hangs up.
            let _ = stream.read(&mut [0; 1]).await;
            return;
        }
        Some(Break::Page(status)) => reply = Reply::page(status),
        Some(Break::Garbage) => reply.body = b"{\"code\":{}}".to_vec(),
        _ => {}
    }
    let mut bytes = reply.head();
    let half = reply.body.len() / 2;
    bytes.extend_from_slice(if how == Some(Break::Half) { &reply.body[..half] } else { &reply.body });
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
            let mut lines = head.lines();
            let target = lines.next()?.split(' ').nth(1)?.to_owned();
            let headers: Vec<(String, String)> =
                lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let mut request = Request { target, headers, body: bytes.split_off(end + 4) };
            let length = request.header("content-length").parse().unwrap_or(0);
            while request.body.len() < length {
                let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
                request.body.extend_from_slice(&piece[..read]);
            }
            return Some(request);
        }
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    }
}
