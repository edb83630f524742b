//! A call to a provider, and its answer, as plain data.

use std::fmt;
use std::time::Duration;

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

/// An HTTP call, complete with its signature: a transport adds nothing to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The address with its query.
    pub url: String,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, exactly as signed.
    pub body: Vec<u8>,
    /// For everything together. Shorter than a lease.
    pub time: Duration,
    /// Bytes that an answer may have; more is a fault.
    pub limit: usize,
}

impl Call {
    /// Time for a call that names no other.
    pub const TIME: Duration = Duration::from_secs(30);
    /// Bytes of an answer, for a call that names no other.
    pub const LIMIT: usize = 4 << 20;

    /// A GET.
    pub fn get(url: impl Into<String>) -> Call {
        Call { method: Method::Get, url: url.into(), headers: Vec::new(), body: Vec::new(), time: Call::TIME, limit: Call::LIMIT }
    }

    /// A POST.
    pub fn post(url: impl Into<String>, media_type: &str, body: impl Into<Vec<u8>>) -> Call {
        let mut call = Call::get(url).header("content-type", media_type);
        call.method = Method::Post;
        call.body = body.into();
        call
    }

    /// With one header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Call {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The first value of a header, whatever its case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// The place only: queries, headers and bodies carry keys, signatures and personal data.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.url.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("Call").field("method", &self.method).field("url", &place).field("bytes", &self.body.len()).finish()
    }
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, headers: Vec::new(), body: body.into() }
    }

    /// True for 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header, whatever its case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &self.body.len()).finish()
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
