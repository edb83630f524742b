//! A server for tests: a recogniser that does as the document says, a clock that stands still, ids that repeat.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use document::error::{Error as DocumentError, Format, Limit};
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use recognize::{Check, Error, Extra, Found, Options, Reading};
use server::{Clock, Ids, Policy, Recognize, Secret, Server, Settings};
use tower::ServiceExt;

pub(crate) const KEY: &str = "c5ed72329fece2fe0010a437505b01cb";
pub(crate) const SECRET: &str = "an-invented-secret";
/// The time at which the clock stands.
pub(crate) const NOW: u64 = 1_700_000_000;
/// A document that holds one invoice.
pub(crate) const INVOICE: &[u8] = b"invoice";

/// Reads documents that are commands.
#[derive(Default)]
pub(crate) struct Script {
    gate: Mutex<Gate>,
    changed: Condvar,
}

#[derive(Default)]
struct Gate {
    /// Readings of `wait` that have begun.
    begun: usize,
    /// Readings of `wait` that ended because nobody wanted them any more.
    cancelled: usize,
    open: bool,
}

impl Script {
    /// Lets all readings of `wait` end.
    pub(crate) fn open(&self) {
        self.gate.lock().unwrap().open = true;
        self.changed.notify_all();
    }

    /// Returns when that many readings of `wait` have begun.
    pub(crate) async fn begun(self: &Arc<Self>, count: usize) {
        self.until(move |gate| gate.begun >= count).await;
    }

    /// Returns when that many readings of `wait` were cancelled.
    pub(crate) async fn cancelled(self: &Arc<Self>, count: usize) {
        self.until(move |gate| gate.cancelled >= count).await;
    }

    async fn until(self: &Arc<Self>, holds: impl Fn(&Gate) -> bool + Send + 'static) {
        let script = Arc::clone(self);
        let wait = move || drop(script.changed.wait_while(script.gate.lock().unwrap(), |gate| !holds(gate)).unwrap());
        tokio::task::spawn_blocking(wait).await.unwrap();
    }

    fn wait(&self, options: &Options) -> Result<Reading, Error> {
        let cancel = options.cancel.as_ref().expect("the server always gives a flag");
        let mut gate = self.gate.lock().unwrap();
        gate.begun += 1;
        self.changed.notify_all();
        loop {
            if gate.open {
                return Ok(Reading { results: vec![invoice()] });
            }
            if cancel.load(Ordering::Relaxed) {
                gate.cancelled += 1;
                self.changed.notify_all();
                return Err(Error::Cancelled);
            }
            // The flag has no bell, so it is looked at every few milliseconds.
            gate = self.changed.wait_timeout(gate, Duration::from_millis(5)).unwrap().0;
        }
    }
}

impl Recognize for Script {
    fn read(&self, bytes: &[u8], options: &Options) -> Result<Reading, Error> {
        let command = std::str::from_utf8(bytes).unwrap_or("");
        let damaged = |format| Err(DocumentError::damaged(format, "byte 17", "the end is missing").into());
        match command {
            "invoice" => Ok(Reading { results: vec![invoice()] }),
            "two" => Ok(Reading { results: vec![invoice(), Found { page: 1, ..nothing() }] }),
            "wait" => self.wait(options),
            "panic" => panic!("on purpose"),
            "png" => damaged(Format::Png),
            "ofd" => damaged(Format::Ofd),
            "pdf" => damaged(Format::Pdf),
            "locked" => Err(DocumentError::Encrypted { format: Format::Pdf }.into()),
            "pages" => Err(DocumentError::over(Limit::Pages, 200).into()),
            "time" => Err(DocumentError::over(Limit::Time, 20_000).into()),
            "models" => Err(ocr::error::Error::NoModels { searched: "/srv/private/models".to_owned() }.into()),
            "engine" => Err(ocr::error::Error::Engine("a private address".to_owned()).into()),
            "eyes" => Err(ocr::error::Error::Time(20_000).into()),
            _ => Err(DocumentError::Unknown { begins: "62616c6c".to_owned() }.into()),
        }
    }
}

/// An invented invoice.
pub(crate) fn invoice() -> Found {
    let mut details = Details::new();
    for (key, value) in [
        ("number", "24112000000000000001"),
        ("date", "2024年01月02日"),
        ("pretax_amount", "100.00"),
        ("tax", "6.00"),
        ("total", "106.00"),
        ("seller", "北京样张科技有限公司"),
        ("electronic_mark", "1"),
    ] {
        details.set(key, Field::new(value, Source::EInvoiceXml));
    }
    let seen =
        Field { value: "张三".to_owned(), source: Source::Ocr, confidence: 0.987_654, page: 0, area: Some([10.2, 20.7, 30.1, 40.0]) };
    details.set("issuer", seen);
    let row = [("name", "*信息技术服务*样张"), ("total", "100.00"), ("tax_rate", "6%"), ("tax", "6.00")];
    let row = row.into_iter().map(|(key, value)| (key.to_owned(), Field::new(value, Source::EInvoiceXml))).collect();
    details.rows_mut("items").push(row);
    Found {
        kind: Kind::DigitalSpecial,
        orientation: 90,
        image_size: [1240, 877],
        page: 0,
        region: [0, 0, 1240, 877],
        details,
        extra: Extra { qrcode: vec!["01,31,,24112000000000000001,106.00,20240102,,ABCD".to_owned()], ..Extra::default() },
        checks: vec![Check { name: "net_tax_total", passed: true, detail: "100.00 + 6.00 = 106.00".to_owned() }],
    }
}

/// What a document without an invoice gives.
pub(crate) fn nothing() -> Found {
    Found {
        kind: Kind::Other,
        orientation: 0,
        image_size: [600, 800],
        page: 0,
        region: [0, 0, 600, 800],
        details: Details::new(),
        extra: Extra::default(),
        checks: Vec::new(),
    }
}

/// A clock that stands still for the time of day, and goes 7 ms further each time the time passed is asked for.
#[derive(Default)]
pub(crate) struct Still {
    asked: AtomicU64,
}

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(7 * self.asked.fetch_add(1, Ordering::Relaxed))
    }
}

/// Always the same id.
pub(crate) struct Same;

impl Ids for Same {
    fn next(&self) -> String {
        "0123456789abcdef0123456789abcdef".to_owned()
    }
}

/// Settings with one app, and fetching from this machine allowed.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings { version: "1.2.3".to_owned(), fetch: Policy::with_loopback(), ..Settings::default() };
    settings.apps.add(KEY, Secret::new(SECRET));
    settings
}

/// A server with these settings.
pub(crate) fn server(settings: Settings) -> (Server, Arc<Script>) {
    let script = Arc::new(Script::default());
    let recognizer: Arc<dyn Recognize> = script.clone();
    (Server::with(settings, recognizer, Arc::new(Still::default()), Arc::new(Same)).unwrap(), script)
}

/// The three parameters that every call has, in a form.
pub(crate) fn signed() -> String {
    signed_at(&NOW.to_string())
}

/// The same for any time stamp.
pub(crate) fn signed_at(timestamp: &str) -> String {
    let token = server::token(KEY, timestamp, &Secret::new(SECRET));
    format!("app_key={KEY}&timestamp={timestamp}&token={token}")
}

/// The answer of a server with the usual settings.
pub(crate) async fn ask(request: Request<Body>) -> (StatusCode, serde_json::Value) {
    answer(server(settings()).0.router().oneshot(request).await.unwrap()).await
}

/// Status and body of an answer.
pub(crate) async fn answer(response: Response) -> (StatusCode, serde_json::Value) {
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into()))
}

/// A POST of this body.
pub(crate) fn post(query: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    let uri = format!("/v1/item/get_item_info?{query}");
    let mut request = Request::post(uri);
    if !content_type.is_empty() {
        request = request.header("content-type", content_type);
    }
    request.body(body.into()).unwrap()
}

/// A multipart body with these parts (name, file name, content) and its Content-Type.
pub(crate) fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let boundary = "----an-invented-boundary";
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// `signed()` as parts of a multipart body.
pub(crate) fn signed_parts(pairs: &str) -> Vec<(&str, Option<&str>, &[u8])> {
    pairs.split('&').map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (name, None, value.as_bytes())).collect()
}

/// A document as `image_data`, ready for a form.
pub(crate) fn image_data(document: &[u8]) -> String {
    use base64::Engine;
    let text = base64::prelude::BASE64_STANDARD.encode(document);
    let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("image_data", &text).finish();
    form
}
