//! The platform behind the stub: orders, red letters, tokens, the session at the bureau, notices.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use issue::conformance::surroundings::SetClock;
use issue::secret::Secret;
use issue::surroundings::Clock;
use jiff::Timestamp;
use providers::nuonuo::{Signed, sign};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::wire::{Reply, Request};
use super::{APP_KEY, APP_SECRET, Break, Plan, RedPlan, State, TOKEN};
use crate::house::dec;

/// How long the bureau takes.
const WORK: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) address: SocketAddr,
}

/// An order that the platform has taken.
pub(crate) struct Entry {
    order: Map<String, Value>,
    plan: Plan,
    serial: String,
    due: Timestamp,
    numbers: Vec<String>,
    sealed: bool,
    told: bool,
    net: Decimal,
    tax: Decimal,
}

/// A red letter's form.
pub(crate) struct Form {
    body: Map<String, Value>,
    plan: RedPlan,
    entered: Timestamp,
    withdrawn: bool,
    net: Decimal,
    tax: Decimal,
}

fn said(code: &str, words: &str) -> Value {
    json!({"code": code, "describe": words, "result": null})
}

fn done(result: Value) -> Value {
    json!({"code": "E0000", "describe": "调用成功", "result": result})
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl Platform {
    /// How the call is broken, if it is.
    pub(crate) fn breaking(&self, request: &Request) -> Option<Break> {
        let name = name(request);
        let mut state = self.state.lock().unwrap();
        let at = state.breaks.iter().position(|(method, _)| *method == name)?;
        // What hangs stays on the list until it is served, so that the caller knows to be hasty.
        state.breaks.remove(at).map(|(_, how)| how)
    }

    pub(crate) fn answer(&self, request: &Request) -> Reply {
        let mut state = self.state.lock().unwrap();
        if request.path().starts_with("/fp2/") {
            return document(&mut state, request.path());
        }
        if request.path() == "/accessToken" {
            return Reply::json(&token(&mut state, request));
        }
        if request.path() != "/open/v1/services" {
            return Reply::page(404);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let name = name(request);
        state.calls.push(name.clone());
        if let Some(refused) = gate(&state, request) {
            return Reply::json(&refused);
        }
        let now = self.clock.now();
        advance(&mut state, now);
        let empty = Map::new();
        let fields = body.as_object().unwrap_or(&empty);
        let seller = request.header("userTax");
        Reply::json(&match name.as_str() {
            "requestBillingNew" => submit(&mut state, fields, seller, now),
            "queryInvoiceResult" => query(&state, fields, now, self.address),
            "reInvoice" => again(&mut state, fields, now),
            "deliveryInvoice" => deliver(&state, fields),
            "invoiceCancellation" => done(json!({"invoiceId": text(fields, "invoiceId")})),
            "saveInvoiceRedConfirm" => enter(&mut state, fields, now),
            "queryInvoiceRedConfirm" => forms(&state, fields, now),
            "confirmInfoCancel" => withdraw(&mut state, fields),
            "confirm" | "refreshInvoiceRedConfirm" => done(Value::Null),
            "fastInvoiceRed" => done(json!({"invoiceSerialNum": "24112400000000000001"})),
            "getCertificationStatus" | "getQrCode" | "verifyComplete" => session(&mut state, &name, fields),
            "getCreditLine" => done(json!({
                "availableCreditLine": "749900.50", "usedCreditLine": 99.5, "totalCreditLine": "750000.00",
                "amountUpdateTime": "2026-01-01 08:00:00", "requestStatus": "1",
            })),
            _ => said("E9338", "未授权的接口"),
        })
    }
}

/// The method without its family; of the other addresses the path.
fn name(request: &Request) -> String {
    let method = request.header("method");
    let name = if method.is_empty() { request.path() } else { method.rsplit('.').next().unwrap() };
    name.to_owned()
}

/// What the gateway looks at before any call.
fn gate(state: &State, request: &Request) -> Option<Value> {
    let (senid, nonce, timestamp) = (request.query("senid"), request.query("nonce"), request.query("timestamp"));
    if request.query("appkey") != APP_KEY {
        return Some(said("070101", "获取app密钥失败"));
    }
    let nonce = nonce.parse().unwrap_or(0);
    let body = std::str::from_utf8(&request.body).unwrap_or_default();
    let signed = Signed { app_key: APP_KEY, senid: &senid, nonce, timestamp: timestamp.parse().unwrap_or(0), body };
    let eight_digits = (10_000_000..100_000_000).contains(&nonce);
    if senid.len() != 32 || !eight_digits || request.header("X-Nuonuo-Sign") != sign(&Secret::new(APP_SECRET), signed) {
        return Some(said("070601", "签名不匹配"));
    }
    (request.header("accessToken") != state.good_token).then(|| said("070302", "accessToken已失效"))
}

fn token(state: &mut State, request: &Request) -> Value {
    let error = |code: &str| json!({"error": code, "error_description": "测试"});
    if !request.header("content-type").starts_with("application/x-www-form-urlencoded") {
        return error("070315");
    }
    state.tokens += 1;
    if state.tokens > 50 {
        return error("070306");
    }
    let fields: std::collections::HashMap<String, String> =
        url::form_urlencoded::parse(&request.body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let is = |name: &str, value: &str| fields.get(name).is_some_and(|given| given == value);
    if !is("client_id", APP_KEY) {
        return error("070304");
    }
    if !is("client_secret", APP_SECRET) || !is("grant_type", "client_credentials") {
        return error("070305");
    }
    state.good_token = format!("{TOKEN}{}", state.tokens);
    json!({"access_token": state.good_token, "expires_in": "86400"})
}

/// Checks and takes an order.
fn submit(state: &mut State, body: &Map<String, Value>, seller: &str, now: Timestamp) -> Value {
    let Some(order) = body.get("order").and_then(Value::as_object) else { return said("E4000", "order不能为空") };
    for name in ["buyerName", "salerTaxNum", "orderNo", "invoiceDate", "clerk", "invoiceType", "invoiceLine"] {
        if text(order, name).is_empty() {
            return said("E4000", &format!("{name}不能为空"));
        }
    }
    if text(order, "orderNo").len() > 20 || text(order, "invoiceDate").len() != 19 {
        return said("E4000", "长度有误");
    }
    if text(order, "salerTaxNum") != seller {
        return said("E9302", "税号不匹配");
    }
    let rows = order.get("invoiceDetail").and_then(Value::as_array).cloned().unwrap_or_default();
    if rows.is_empty() {
        return said("E9122", "明细不能为空");
    }
    let (mut net, mut tax) = (Decimal::ZERO, Decimal::ZERO);
    for row in &rows {
        let row = row.as_object().unwrap();
        let amount = |name: &str| text(row, name).parse::<Decimal>().ok();
        let (Some(row_net), Some(row_tax), Some(gross)) = (amount("taxExcludedAmount"), amount("tax"), amount("taxIncludedAmount")) else {
            return said("E9129", "金额格式有误");
        };
        if row_net + row_tax != gross {
            return said("E9130", "不含税金额加税额不等于含税金额");
        }
        if (row_net * amount("taxRate").unwrap() - row_tax).abs() > dec("0.06") {
            return said("E9131", "税额误差");
        }
        net += row_net;
        tax += row_tax;
    }
    let number = text(order, "orderNo").to_owned();
    if state.orders.contains_key(&number) {
        return said("E9106", "订单编号不能重复");
    }
    if !state.logged_in {
        return said("E9999", "[9999]需要先短信验证登录电子税务局");
    }
    let plan = state.plans.pop_front().unwrap_or(Plan::Issue);
    let serial = format!("26010100{:012}", state.orders.len() + 1);
    let entry =
        Entry { order: order.clone(), plan, serial: serial.clone(), due: later(now, WORK), numbers: Vec::new(), sealed: false, told: false, net, tax };
    let split = matches!(plan, Plan::Split(_));
    state.orders.insert(number, entry);
    // A split order has no one serial.
    if split { done(json!({})) } else { done(json!({"invoiceSerialNum": serial})) }
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap()
}

/// Issues what is due, and makes the red letters of forms that need nothing more.
fn advance(state: &mut State, now: Timestamp) {
    let mut next = state.next_number;
    let mut number = || {
        next += 1;
        format!("26992{next:015}")
    };
    for (order, entry) in &mut state.orders {
        if entry.due > now || !entry.numbers.is_empty() || matches!(entry.plan, Plan::Fail(_)) {
            continue;
        }
        let count = if let Plan::Split(count) = entry.plan { count } else { 1 };
        entry.numbers = (0..count).map(|_| number()).collect();
        entry.sealed = entry.plan != Plan::SealFails;
        state.issued.entry(order.clone()).or_default().extend(entry.numbers.clone());
    }
    for (id, form) in &state.forms {
        if form.is_issued(now) && !state.issued.contains_key(id) {
            state.issued.insert(id.clone(), vec![number()]);
        }
    }
    state.next_number = next;
}

/// What the platform tells of orders; types are as mixed as in real answers.
fn query(state: &State, body: &Map<String, Value>, now: Timestamp, address: SocketAddr) -> Value {
    let numbers: Vec<&str> = body.get("orderNos").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if numbers.is_empty() {
        return said("E9611", "流水号和订单号不能都为空");
    }
    let mut list = Vec::new();
    for number in numbers {
        if let Some(entry) = state.orders.get(number) {
            list.extend(entry.items(number, now, address));
        } else if let (Some(form), Some(issued)) = (state.forms.get(number), state.issued.get(number)) {
            list.push(form.item(number, &issued[0], address));
        }
    }
    if list.is_empty() { said("E9500", "发票不存在") } else { done(list.into()) }
}

impl Entry {
    fn items(&self, order: &str, now: Timestamp, address: SocketAddr) -> Vec<Value> {
        let base = |status: Value, place: usize| {
            json!({
                "serialNo": format!("{}{}", self.serial, if place == 0 { String::new() } else { place.to_string() }),
                "orderNo": order, "status": status, "failCause": null, "productOilFlag": 0, "invoiceItems": null,
                "salerTaxNum": text(&self.order, "salerTaxNum"),
            })
        };
        if self.due > now {
            return vec![base(20.into(), 0)];
        }
        if let Plan::Fail(cause) = self.plan {
            let mut item = base("22".into(), 0);
            item["failCause"] = cause.into();
            item["statusMsg"] = "开票失败".into();
            return vec![item];
        }
        let count = Decimal::from(self.numbers.len());
        let items = self.numbers.iter().enumerate().map(|(place, number)| {
            let mut item = base(if self.sealed { "2" } else { "24" }.into(), place);
            // The parts of a split order are equal here.
            for (name, amount) in [("exTaxAmount", self.net), ("taxAmount", self.tax), ("orderAmount", self.net + self.tax)] {
                item[name] = (amount / count).to_string().into();
            }
            item["invoiceTime"] = self.due.as_millisecond().into();
            item["invoiceCode"] = "".into();
            item["invoiceNo"] = number.as_str().into();
            item["allElectronicInvoiceNumber"] = number.as_str().into();
            item["checkCode"] = Value::Null;
            if self.sealed {
                item["pdfUrl"] = format!("http://{address}/fp2/{number}.pdf").into();
                item["ofdUrl"] = format!("http://{address}/fp2/{number}.ofd").into();
            }
            item
        });
        items.collect()
    }
}

fn again(state: &mut State, body: &Map<String, Value>, now: Timestamp) -> Value {
    let Some(entry) = state.orders.get_mut(text(body, "orderno")) else { return said("E9500", "发票不存在") };
    match entry.plan {
        Plan::SealFails if !entry.numbers.is_empty() && !entry.sealed => entry.sealed = true,
        Plan::Fail(_) if entry.due <= now => {
            entry.plan = Plan::Issue;
            entry.due = later(now, WORK);
        }
        _ if entry.numbers.is_empty() => return said("E9999", "开票中(重试中),请耐心等待开票结果"),
        _ => return said("E9999", "发票已生成,无需再重试开票"),
    }
    done(Value::Null)
}

fn deliver(state: &State, body: &Map<String, Value>) -> Value {
    let known = state.issued.values().flatten().any(|number| number == text(body, "invoiceNum"));
    if known { done(Value::Null) } else { said("E9999", "发票不存在") }
}

fn enter(state: &mut State, body: &Map<String, Value>, now: Timestamp) -> Value {
    for name in ["billId", "blueInvoiceLine", "applySource", "blueElecInvoiceNumber", "sellerTaxNo", "sellerName", "buyerName", "redReason"] {
        if text(body, name).is_empty() {
            return said("E4000", &format!("{name}不能为空"));
        }
    }
    let id = text(body, "billId").to_owned();
    if state.forms.contains_key(&id) {
        return said("E9601", "红字确认单单据编号重复");
    }
    let blue = state.orders.values().find(|entry| entry.numbers.iter().any(|number| number == text(body, "blueElecInvoiceNumber")));
    let Some(blue) = blue else { return said("E9999", "蓝票不存在") };
    let (mut net, mut tax) = (-blue.net, -blue.tax);
    if let Some(rows) = body.get("detail").and_then(Value::as_array) {
        let sum = |name: &str| rows.iter().map(|row| dec(text(row.as_object().unwrap(), name))).sum::<Decimal>();
        (net, tax) = (sum("taxExcludedAmount"), sum("taxAmount"));
    }
    let plan = state.red_plans.pop_front().unwrap_or(RedPlan::Issue);
    state.forms.insert(id.clone(), Form { body: body.clone(), plan, entered: now, withdrawn: false, net, tax });
    done(id.into())
}

impl Form {
    fn is_issued(&self, now: Timestamp) -> bool {
        let issues = matches!(self.plan, RedPlan::Issue | RedPlan::Confirms | RedPlan::Numberless);
        issues && !self.withdrawn && self.status(now) != "02" && later(self.entered, WORK) <= now
    }

    fn status(&self, now: Timestamp) -> &'static str {
        let acted = later(self.entered, Duration::from_secs(3600)) <= now;
        match self.plan {
            _ if self.withdrawn => "08",
            RedPlan::Issue | RedPlan::Numberless => "01",
            RedPlan::Confirms if acted => "04",
            RedPlan::Refuses if acted => "05",
            RedPlan::Expires if later(self.entered, Duration::from_secs(72 * 3600)) <= now => "07",
            _ => "02",
        }
    }

    fn item(&self, order: &str, number: &str, address: SocketAddr) -> Value {
        json!({
            "serialNo": format!("R{order}"), "orderNo": order, "status": 2, "invoiceNo": number, "invoiceType": "2",
            "exTaxAmount": self.net.to_string(), "taxAmount": self.tax.to_string(), "orderAmount": (self.net + self.tax).to_string(),
            "invoiceTime": self.entered.as_millisecond().to_string(),
            "pdfUrl": format!("http://{address}/fp2/{number}.pdf"),
        })
    }
}

fn forms(state: &State, body: &Map<String, Value>, now: Timestamp) -> Value {
    let Some(form) = state.forms.get(text(body, "billId")) else { return done(json!({"total": 0, "list": []})) };
    let number = state.issued.get(text(body, "billId")).map(|numbers| numbers[0].clone());
    let shown = number.clone().filter(|_| form.plan != RedPlan::Numberless);
    let item = json!({
        "billId": text(body, "billId"), "billNo": "99080226010100000001", "billUuid": "322d5d68518944e3a566d1743f7f612f",
        "billStatus": form.status(now), "requestStatus": null, "billMessage": "", "openStatus": u8::from(number.is_some()),
        "applySource": 0, "taxExcludedAmount": form.net.to_string(), "taxAmount": form.tax.to_string(),
        "blueElecInvoiceNumber": text(&form.body, "blueElecInvoiceNumber"), "redInvoiceNumber": shown, "invoiceSerialNum": null,
    });
    done(json!({"total": 1, "list": [item]}))
}

fn withdraw(state: &mut State, body: &Map<String, Value>) -> Value {
    let issued = state.issued.contains_key(text(body, "billId"));
    match state.forms.get_mut(text(body, "billId")) {
        Some(form) if !issued => {
            form.withdrawn = true;
            done(Value::Null)
        }
        _ => said("E9999", "红字确认单不能撤销"),
    }
}

fn session(state: &mut State, name: &str, body: &Map<String, Value>) -> Value {
    let code = json!({"status": "1", "message": "查询成功", "qrCode": "qrcode_id=test", "qrCodeType": 2, "endTime": "2026-01-01 08:05:00"});
    match (name, text(body, "queryType")) {
        ("getCertificationStatus", "2") => done(json!({"certificationStatus": u8::from(state.logged_in).to_string(), "loginType": 1})),
        ("getCertificationStatus", _) => done(json!({"certificationStatus": "1"})),
        ("getQrCode", "0" | "2") => done(json!({"status": "0", "message": "获取二维码中", "qrCode": null})),
        ("getQrCode", "1" | "3") => done(code),
        ("getQrCode", _) => done(json!({"status": "0", "message": "短信发送中"})),
        ("verifyComplete", "0" | "2") => {
            state.logged_in = true;
            done(json!({"status": "0", "message": "登录执行中"}))
        }
        _ => done(json!({"status": if state.logged_in { "1" } else { "2" }, "message": "未登录"})),
    }
}

fn document(state: &mut State, path: &str) -> Reply {
    if state.stale_documents > 0 {
        state.stale_documents -= 1;
        // A stale link answers 200 with a page.
        return Reply::page(200);
    }
    let body = if path.ends_with(".ofd") { b"PK\x03\x04stub".to_vec() } else { b"%PDF-1.7 stub".to_vec() };
    Reply { status: 200, media_type: "application/octet-stream", body }
}

/// The notices of orders that came to an end and were not told yet.
pub(crate) fn notices(state: &Mutex<State>, clock: &SetClock) -> Vec<Vec<u8>> {
    let mut state = state.lock().unwrap();
    advance(&mut state, clock.now());
    let mut bodies = Vec::new();
    for (order, entry) in &mut state.orders {
        let failed = if let Plan::Fail(cause) = entry.plan { Some(cause) } else { None };
        if entry.told || (entry.numbers.is_empty() && !(failed.is_some() && entry.due <= clock.now())) {
            continue;
        }
        entry.told = true;
        let content = match failed {
            Some(cause) => json!({"c_status": "2", "c_fpqqlsh": entry.serial, "c_saletaxnum": text(&entry.order, "salerTaxNum"), "c_errorMessage": cause}),
            None => json!({"c_status": "1", "c_orderno": order, "c_fpqqlsh": entry.serial, "c_fphm": entry.numbers[0], "c_qdbz": 0}),
        };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("operater", "callback").append_pair("orderno", order).append_pair("content", &content.to_string());
        bodies.push(form.finish().into_bytes());
    }
    bodies
}
