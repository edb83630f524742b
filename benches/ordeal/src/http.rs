//! HTTP/1.1 for a harness: one request for each connection, everything bounded in time.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Until a connection is given up.
const TIME: Duration = Duration::from_secs(10);
/// Bytes of a body.
const LIMIT: u64 = 8 << 20;

/// A request that came in.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// The fields of a form.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// What goes back; none breaks the connection off.
pub(crate) type Reply = Option<(u16, &'static str, Vec<u8>)>;

/// A server that answers each connection on a thread of its own, until it is dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Service {
    /// Serves on a free port of this machine.
    pub(crate) fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Service> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, stop, answer) = (listener.local_addr()?, Arc::new(AtomicBool::new(false)), Arc::new(answer));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), answer) = (stream, Arc::clone(&answer)) else { continue };
                std::thread::spawn(move || {
                    // A caller that was killed in the middle is what this is about.
                    let _ = serve(stream, &*answer);
                });
            }
        });
        Ok(Service { address, stop })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&Request) -> Reply) -> io::Result<()> {
    let mut reader = bounded(stream)?;
    let (first, headers) = head(&mut reader)?;
    let mut words = first.split(' ');
    let mut request = Request {
        method: words.next().unwrap_or_default().to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
        headers,
        body: Vec::new(),
    };
    let length: u64 = request.header("content-length").parse().unwrap_or(0);
    reader.by_ref().take(length.min(LIMIT)).read_to_end(&mut request.body)?;
    if (request.body.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let Some((status, media_type, body)) = answer(&request) else { return Ok(()) };
    let head =
        format!("HTTP/1.1 {status} Status\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut stream = reader.into_inner();
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)?;
    stream.flush()
}

fn bounded(stream: TcpStream) -> io::Result<BufReader<TcpStream>> {
    stream.set_read_timeout(Some(TIME))?;
    stream.set_write_timeout(Some(TIME))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

/// The first line, and the headers.
fn head(reader: &mut BufReader<TcpStream>) -> io::Result<(String, Vec<(String, String)>)> {
    let mut line = || {
        let mut line = String::new();
        match reader.by_ref().take(64 << 10).read_line(&mut line)? {
            0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            _ => Ok(line.trim_end().to_owned()),
        }
    };
    let first = line()?;
    let mut headers = Vec::new();
    loop {
        let next = line()?;
        match next.split_once(':') {
            Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            None => return Ok((first, headers)),
        }
    }
}

/// Sends a request; the status and the whole body, or an error when anything of it is missing.
pub(crate) fn call(address: SocketAddr, head: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let mut reader = bounded(TcpStream::connect_timeout(&address, TIME)?)?;
    let length = body.len();
    let request = format!("{head} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n");
    let stream = reader.get_mut();
    stream.write_all(request.as_bytes())?;
    stream.write_all(b"content-type: application/x-www-form-urlencoded\r\n\r\n")?;
    stream.write_all(body)?;
    let (first, headers) = self::head(&mut reader)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: u64 = length.and_then(|(_, value)| value.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let mut body = Vec::new();
    reader.take(length.min(LIMIT)).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((status, body))
}
