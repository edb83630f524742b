//! The other side of the provider: a platform that speaks 诺诺's words and counts what it really issued.
//!
//! It is harsher than any real one. It refuses no number that it knows, so whatever is sent twice is issued twice; it loses its own
//! answers, answers rubbish after the deed, knows an order only a while after it took it, and tells of it once, twice, or never.
//! Invoices are counted by the order's memo, which is the partner's number: whatever numbers are invented on the way do not matter.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::chance::Chance;
use crate::http::{self, Reply, Request, Service};

/// How long it works on an order at most, and how long an order that it took may be unknown to it, in milliseconds.
const WORK: u64 = 400;
const LAG: u64 = 300;

struct Entry {
    failed: bool,
    numbers: Vec<String>,
    known_from: Instant,
    ready_from: Instant,
    gross: String,
    net: String,
    tax: String,
}

#[derive(Default)]
struct Books {
    entries: HashMap<String, Entry>,
    /// Invoices by the partner's number.
    issued: HashMap<String, Vec<String>>,
    next: u64,
}

/// The platform.
pub(crate) struct Oracle {
    books: Mutex<Books>,
    chance: Chance,
    address: OnceLock<SocketAddr>,
}

impl Oracle {
    /// Starts it.
    pub(crate) fn start(seed: u64) -> Result<(Arc<Oracle>, Service)> {
        let oracle = Arc::new(Oracle { books: Mutex::default(), chance: Chance::of(seed), address: OnceLock::new() });
        let answering = Arc::clone(&oracle);
        let service = Service::start(move |request| answering.answer(request))?;
        let _ = oracle.address.set(service.address);
        Ok((oracle, service))
    }

    /// The settings of a seller that issues here, as `fapiao seller add --setting` takes them.
    pub(crate) fn settings(at: SocketAddr) -> [String; 4] {
        [
            "app_key=ordeal".to_owned(),
            format!("gateway=http://{at}/open/v1/services"),
            format!("tokens=http://{at}/accessToken"),
            "document_hosts=[\"127.0.0.1\"]".to_owned(),
        ]
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The invoices that were really issued for a partner's number.
    pub(crate) fn issued(&self, number: &str) -> Vec<String> {
        self.books().issued.get(number).cloned().unwrap_or_default()
    }

    /// All numbers for which anything was issued.
    pub(crate) fn numbers(&self) -> Vec<String> {
        self.books().issued.keys().cloned().collect()
    }

    fn answer(&self, request: &Request) -> Reply {
        if request.target.starts_with("/fp2/") {
            let stale = self.chance.percent(3);
            return Some((200, "application/octet-stream", if stale { b"<html>404</html>".to_vec() } else { b"%PDF-1.7 ordeal".to_vec() }));
        }
        if request.target.starts_with("/accessToken") {
            return json_reply(&json!({"access_token": "ordeal", "expires_in": "86400"}));
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let method = request.header("method");
        match method.rsplit('.').next().unwrap_or_default() {
            "requestBillingNew" => self.submitted(&body["order"]),
            "queryInvoiceResult" if self.chance.percent(4) => Some((500, "text/html", b"<html>500</html>".to_vec())),
            "queryInvoiceResult" => json_reply(&self.told(body["orderNos"][0].as_str().unwrap_or_default())),
            _ => json_reply(&json!({"code": "E9338", "describe": "未授权的接口", "result": null})),
        }
    }

    fn submitted(&self, order: &Value) -> Reply {
        let fate = self.chance.below(100);
        match fate {
            // Nothing is done, and nothing is said.
            0..4 => return None,
            4..7 => return json_reply(&json!({"code": "E9121", "describe": "商品编码错误", "result": null})),
            _ => {}
        }
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        let number = text("orderNo");
        self.take(order, &number, fate < 12);
        self.tell(&number, &text("callBackUrl"));
        match self.chance.below(100) {
            // It is done, and nobody is told so.
            0..5 => None,
            5..8 => Some((502, "text/html", b"<html>bad gateway</html>".to_vec())),
            8..10 => Some((200, "application/json", b"{\"code\":".to_vec())),
            _ => json_reply(&json!({"code": "E0000", "describe": "同步成功", "result": {"invoiceSerialNum": format!("S{number}")}})),
        }
    }

    fn take(&self, order: &Value, number: &str, failed: bool) {
        let now = Instant::now();
        let after = |longest: u64| now + Duration::from_millis(self.chance.below(longest));
        let (known_from, ready_from) = (after(LAG), after(WORK));
        let row = |name: &str| order["invoiceDetail"][0][name].as_str().unwrap_or_default().to_owned();
        let mut books = self.books();
        books.next += 1;
        let invoice = format!("26993{:015}", books.next);
        if !failed {
            books.issued.entry(order["remark"].as_str().unwrap_or_default().to_owned()).or_default().push(invoice.clone());
        }
        let entry = books.entries.entry(number.to_owned()).or_insert_with(|| Entry {
            failed,
            numbers: Vec::new(),
            known_from,
            ready_from: ready_from.max(known_from),
            gross: row("taxIncludedAmount"),
            net: row("taxExcludedAmount"),
            tax: row("tax"),
        });
        if !failed {
            (entry.failed, entry.ready_from) = (false, ready_from.max(known_from));
            entry.numbers.push(invoice);
        }
    }

    fn told(&self, number: &str) -> Value {
        let (books, now) = (self.books(), Instant::now());
        let Some(entry) = books.entries.get(number).filter(|entry| entry.known_from <= now) else {
            return json!({"code": "E9500", "describe": "发票不存在", "result": null});
        };
        let item = |status: &str| json!({"serialNo": format!("S{number}"), "orderNo": number, "status": status});
        let items = match entry {
            Entry { ready_from, .. } if *ready_from > now => vec![item("20")],
            Entry { failed: true, .. } => {
                let mut item = item("22");
                item["failCause"] = "发票开具失败".into();
                vec![item]
            }
            Entry { numbers, gross, net, tax, .. } => {
                let at = self.address.get().map(SocketAddr::to_string).unwrap_or_default();
                let invoice = |invoice: &String| {
                    let mut item = item("2");
                    item["allElectronicInvoiceNumber"] = invoice.as_str().into();
                    item["pdfUrl"] = format!("http://{at}/fp2/{invoice}.pdf").into();
                    for (name, amount) in [("orderAmount", gross), ("exTaxAmount", net), ("taxAmount", tax)] {
                        item[name] = amount.as_str().into();
                    }
                    item
                };
                numbers.iter().map(invoice).collect()
            }
        };
        json!({"code": "E0000", "describe": "查询成功", "result": items})
    }

    /// Tells of an order once it has ended, perhaps twice, perhaps never.
    fn tell(&self, number: &str, url: &str) {
        let times = match self.chance.below(10) {
            0..4 => 0,
            4..8 => 1,
            _ => 2,
        };
        let Some((address, path)) = place(url) else { return };
        let content = json!({"c_orderno": number, "c_status": "1", "c_fpqqlsh": format!("S{number}")}).to_string();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("operater", "callback").append_pair("orderno", number).append_pair("content", &content);
        let (form, pause) = (form.finish(), Duration::from_millis(self.chance.below(WORK)));
        if times > 0 {
            std::thread::spawn(move || {
                for _ in 0..times {
                    std::thread::sleep(pause);
                    // Lost when the other side is just being killed; it asks by itself.
                    let _ = http::call(address, &format!("POST {path}"), form.as_bytes());
                }
            });
        }
    }
}

fn place(url: &str) -> Option<(SocketAddr, String)> {
    let url = Url::parse(url).ok()?;
    let address = format!("{}:{}", url.host_str()?, url.port()?).parse().ok()?;
    Some((address, url.path().to_owned()))
}

fn json_reply(value: &Value) -> Reply {
    Some((200, "application/json;charset=UTF-8", value.to_string().into_bytes()))
}
