//! The gate (seed 000; reference, issuing §2): `GET /gate/1.0/invoice/detail`, the same under `/gate/1.0/invoice/invoice`,
//! `POST /gate/1.0/invoice/obtain`, and the callback that tells the end of an order.
//!
//! Every outcome is HTTP 200; what came of a call stands in its `code`.

mod callback;
mod detail;
mod envelope;
mod failure;
mod obtain;
mod sign;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use issue::order::{AppId, Order, State as OrderState};
use issue::store::Seller;

pub(crate) use callback::GateDialect;
use envelope::{Envelope, Payload};
use failure::{Code, Failure};

use super::Wired;
use crate::app::App;
use crate::fields::Fields;
use crate::keys::Known;

/// Digits of a `seqno`.
const SEQNO: usize = 16;

/// The endpoints.
pub(crate) fn routes(wired: Arc<Wired>) -> Router<Arc<App>> {
    Router::new()
        .route("/gate/1.0/invoice/detail", get(detail).fallback(get_only))
        .route("/gate/1.0/invoice/invoice", get(detail).fallback(get_only))
        .route("/gate/1.0/invoice/obtain", post(obtain).fallback(post_only))
        .with_state(wired)
        .layer(super::on_panic(|| Envelope::refused("", "", "", &Failure::inside()).into_response()))
}

async fn detail(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    let call = Begun::of(&wired, &request);
    let outcome = detail::answer(&wired, request).await;
    call.end(&wired, outcome)
}

async fn obtain(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    let call = Begun::of(&wired, &request);
    let outcome = obtain::answer(&wired, request).await;
    call.end(&wired, outcome)
}

async fn get_only(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    other_method(&wired, &request, "GET")
}

async fn post_only(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    other_method(&wired, &request, "POST")
}

/// HTTP's own status for this, with the words of this API in the body.
fn other_method(wired: &Wired, request: &Request, right: &'static str) -> Response {
    let failure = Failure::parameter(format!("请求方法须为 {right}"));
    let mut response = Begun::of(wired, request).end(wired, Err(failure));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(right));
    response
}

/// What a call is answered with.
struct Answered {
    code: Code,
    message: &'static str,
    hint: String,
    payload: Payload,
}

/// A call that has begun.
struct Begun {
    at: std::time::Duration,
    seqno: String,
    path: String,
}

impl Begun {
    fn of(wired: &Wired, request: &Request) -> Begun {
        let mut seqno = wired.app.ids.next();
        seqno.truncate(SEQNO);
        Begun { at: wired.app.clock.elapsed(), seqno, path: format!("{} {}", request.method(), request.uri().path()) }
    }

    fn end(self, wired: &Wired, outcome: Result<Answered, Failure>) -> Response {
        let took = wired.app.clock.elapsed().saturating_sub(self.at);
        let node = &wired.issuing.node;
        let code = outcome.as_ref().map_or_else(|failure| failure.code, |answered| answered.code);
        wired.app.metrics.wire("gate", code.text(), took);
        tracing::info!(path = self.path, code = code.text(), seqno = self.seqno, ms = took.as_millis(), "gate answered");
        match outcome {
            Ok(Answered { code, message, hint, payload }) => {
                let time_cost = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                Envelope::answered(&self.seqno, node, code, message, &hint, time_cost, payload).into_response()
            }
            Err(failure) => Envelope::refused(&self.seqno, node, &self.path, &failure).into_response(),
        }
    }
}

/// Reads a call and checks whose it is.
async fn signed(wired: &Wired, request: Request) -> Result<(Arc<Known>, Fields), Failure> {
    let whole = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let fields = Fields::read(&wired.app.intake.for_fields(), request).await?;
    let app_id = required(&fields, "app_id")?;
    let known =
        wired.app.known(app_id).await.map_err(Failure::from)?.ok_or_else(|| Failure::new(Code::Config, "应用不存在或已停用", ""))?;
    let body = fields.json.as_deref().and_then(|json| std::str::from_utf8(json).ok());
    let is_signed = match (optional(&fields, "sign")?, whole, body) {
        (Some(given), _, _) => sign::is_signed(fields.pairs(), given, &known),
        (None, Some(given), Some(body)) => sign::is_body_signed(body, &given, &known),
        (None, _, _) => return Err(Failure::missing("sign")),
    };
    if !is_signed {
        let hint = "sign = MD5(按参数名排序的 k=v 以 & 连接, 末尾加 &app_secret=密钥), 空值不参与, UTF-8, 值不做 URL 编码";
        return Err(Failure::new(Code::Refused, "签名错误", hint));
    }
    Ok((known, fields))
}

fn optional<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, Failure> {
    fields.text(name).map_err(|_| Failure::parameter(format!("参数 {name} 重复且取值不同")))
}

fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Failure> {
    optional(fields, name)?.ok_or_else(|| Failure::missing(name))
}

/// The seller of a merchant number, which must be the app's.
async fn seller(wired: &Wired, app: &AppId, merchant: &str) -> Result<Arc<Seller>, Failure> {
    let found = wired.issuing.desk.seller_of_merchant(app, merchant).await?;
    found.ok_or_else(|| Failure::new(Code::Refused, "商户号不存在或不属于该应用", format!("merchant={merchant}")))
}

/// `status` of an order (design §4).
fn status(state: OrderState) -> i8 {
    match state {
        OrderState::Accepted | OrderState::NeedsAttention => 0,
        OrderState::Issuing | OrderState::Unknown | OrderState::Querying | OrderState::Sealing => 1,
        OrderState::Issued | OrderState::Reversing | OrderState::PartlyReversed | OrderState::Reversed => 2,
        OrderState::Failed => -1,
    }
}

/// `status_desc` of an order: the reason, where there is one.
fn status_desc(order: &Order) -> String {
    let reason = order.progress.reason.as_ref().map(|reason| reason.text.as_str()).filter(|text| !text.is_empty());
    describe(order.progress.state, reason, blue_invoices(&order.progress.invoices).count())
}

fn describe(state: OrderState, reason: Option<&str>, invoices: usize) -> String {
    let said = match state {
        OrderState::Failed => return reason.unwrap_or("开票失败").to_owned(),
        OrderState::Accepted => "等待接口开票",
        OrderState::NeedsAttention => "等待人工处理",
        OrderState::Issuing | OrderState::Unknown | OrderState::Querying | OrderState::Sealing => "开票中",
        OrderState::Issued if invoices > 1 => return format!("开票成功(共{invoices}张)"),
        OrderState::Issued => "开票成功",
        OrderState::Reversing => "开票成功(红冲中)",
        OrderState::PartlyReversed => "开票成功(已部分红冲)",
        OrderState::Reversed => "开票成功(已红冲)",
    };
    match reason {
        Some(reason) if !state.is_issued() => format!("{said}: {reason}"),
        _ => said.to_owned(),
    }
}

/// The invoices that are no red letters, each with its place.
fn blue_invoices(invoices: &[issue::order::Invoice]) -> impl Iterator<Item = (u16, &issue::order::Invoice)> {
    (0_u16..).zip(invoices).filter(|(_, invoice)| invoice.reverses.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Design §4, the table of states.
    #[test]
    fn every_state_has_its_status() {
        let expected = [0, 1, 1, 1, 1, 2, -1, 0, 2, 2, 2];
        for (state, expected) in OrderState::ALL.into_iter().zip(expected) {
            assert_eq!(status(state), expected, "{state:?}");
            assert!(!describe(state, None, 1).is_empty());
        }
        assert_eq!(describe(OrderState::Failed, Some("第三方开票失败"), 0), "第三方开票失败");
        assert_eq!(describe(OrderState::Accepted, Some("连接失败"), 0), "等待接口开票: 连接失败");
        assert_eq!(describe(OrderState::Issued, Some("从前的原因"), 1), "开票成功");
        assert_eq!(describe(OrderState::Issued, None, 3), "开票成功(共3张)");
    }
}
