//! The hive, 蜂巢 over 诺诺 (seed 001; reference, issuing §3): `POST /gateway/nuonuo/invoice/rebillingnew`, which has a failed order
//! issued again, `POST /gateway/nuonuo/invoice/billingnew`, which asks for an invoice, and the push of results.
//!
//! Every outcome is HTTP 200; what came of a call stands in its `code`.

mod answer;
mod billing;
mod order;
mod push;
mod sign;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use issue::desk::DeskError;
use issue::machine::Refusal;
use issue::order::{Order, OrderNumber, State as OrderState};
use issue::store::Seller;
use serde_json::value::RawValue;

use answer::{Answer, Failure};
pub(crate) use push::HiveDialect;

use super::Wired;
use super::links::address;
use crate::app::App;
use crate::auth;
use crate::fields::{Fields, Members};
use crate::keys::Known;

/// The endpoints.
pub(crate) fn routes(wired: Arc<Wired>) -> Router<Arc<App>> {
    Router::new()
        .route("/gateway/nuonuo/invoice/rebillingnew", post(again).fallback(post_only))
        .route("/gateway/nuonuo/invoice/billingnew", post(first).fallback(post_only))
        .with_state(wired)
        .layer(super::on_panic(|| Answer::from(Failure::inside()).into_response()))
}

async fn again(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    let began = wired.app.clock.elapsed();
    let outcome = rebilling(&wired, request).await;
    end(&wired, "rebillingnew", began, outcome)
}

async fn first(State(wired): State<Arc<Wired>>, request: Request) -> Response {
    let began = wired.app.clock.elapsed();
    let outcome = billing::answer(&wired, request).await;
    end(&wired, "billingnew", began, outcome)
}

fn end(wired: &Wired, what: &'static str, began: std::time::Duration, outcome: Result<Answer, Failure>) -> Response {
    let answer = outcome.unwrap_or_else(Answer::from);
    let took = wired.app.clock.elapsed().saturating_sub(began);
    wired.app.metrics.wire("hive", &answer.code.to_string(), took);
    tracing::info!(what, code = answer.code, ms = took.as_millis(), "hive answered");
    answer.into_response()
}

/// HTTP's own status for this, with the words of this API in the body.
async fn post_only() -> Response {
    let mut response = Answer::from(Failure::parameter("请求方法须为 POST")).into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// A call whose signature is right.
struct Call {
    known: Arc<Known>,
    seller: Arc<Seller>,
    fields: Fields,
}

/// Reads a call and checks whose it is: the app, its signature, the time, the seller.
async fn signed(wired: &Wired, request: Request) -> Result<Call, Failure> {
    let fields = Fields::read(&wired.app.intake.for_fields(), request).await?;
    let (appid, timestamp, given) = (required(&fields, "appid")?, required(&fields, "timestamp")?, required(&fields, "sign")?);
    let tax_num = required(&fields, "tax_num")?;
    let known = wired.app.known(appid).await?.ok_or_else(Failure::unknown_app)?;
    if !sign::is_signed(fields.pairs(), given, &known) {
        return Err(Failure::bad_signature());
    }
    auth::is_timely(timestamp, wired.app.clock.now(), wired.app.settings.window).map_err(Failure::untimely)?;
    let tax_id = tax_num.trim().to_ascii_uppercase();
    let seller = wired.issuing.desk.seller_of_tax_id(&known.id, &tax_id.as_str().into()).await?;
    let seller = seller.ok_or_else(Failure::no_seller)?;
    Ok(Call { known, seller, fields })
}

fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Failure> {
    let value = fields.text(name).map_err(|_| Failure::parameter(format!("参数 {name} 重复且取值不同")))?;
    value.ok_or_else(|| Failure::parameter(format!("缺少参数 {name}")))
}

/// The members of `request_data`.
fn request_data(fields: &Fields) -> Result<Vec<(String, Box<RawValue>)>, Failure> {
    let text = required(fields, "request_data")?;
    match (serde_json::from_str(text), text.contains(['“', '”'])) {
        (Ok(Members(members)), _) => Ok(members),
        // The documents print their example with the quotes of a word processor, and some programs copy it.
        (Err(_), true) => parsed(&text.replace(['“', '”'], "\"")),
        (Err(_), false) => parsed(text),
    }
}

fn parsed(text: &str) -> Result<Vec<(String, Box<RawValue>)>, Failure> {
    let Members(members) =
        serde_json::from_str(text).map_err(|error| Failure::parameter(format!("request_data 不是 JSON 对象: {error}")))?;
    Ok(members)
}

/// Has a failed order issued again, under the same number.
async fn rebilling(wired: &Wired, request: Request) -> Result<Answer, Failure> {
    let Call { known, seller, fields } = signed(wired, request).await?;
    let members = request_data(&fields)?;
    // The seed writes `orderno`; the order itself was asked for with `orderNo`.
    let number = members.iter().find(|(name, _)| name.eq_ignore_ascii_case("orderno")).map(|(_, value)| order::text(value));
    let number = number.filter(|number| !number.is_empty()).ok_or_else(|| Failure::parameter("request_data 缺少 orderno"))?;
    let number = OrderNumber::new(number);
    let desk = &wired.issuing.desk;
    let order = desk.order(&known.id, &number).await?;
    if *order.seller() != seller.party.tax_id {
        return Err(DeskError::NoOrder.into());
    }
    match order.state() {
        state if state.is_issued() => issued(wired, &order).await,
        OrderState::Failed => match desk.retry(&known.id, &number).await {
            Ok(_) => Ok(Answer::done("重试成功")),
            // It was issued between the two.
            Err(DeskError::Refused(Refusal::Issued)) => issued(wired, &desk.order(&known.id, &number).await?).await,
            Err(error) => Err(error.into()),
        },
        // One that needs attention is asked for still, and a person looks after it: another attempt is theirs to order.
        _ => Err(DeskError::Refused(Refusal::UnderWay).into()),
    }
}

/// The answer for an order that is issued: its number and where its document is.
async fn issued(wired: &Wired, order: &Order) -> Result<Answer, Failure> {
    let links = wired.issuing.desk.links(order).await?;
    let blue = (0_u16..).zip(&order.progress.invoices).find(|(_, invoice)| invoice.reverses.is_none());
    let (number, url) = match blue {
        Some((place, invoice)) => (invoice.number.clone(), address(&links, place, invoice).unwrap_or_default()),
        None => (String::new(), String::new()),
    };
    Ok(Answer::issued(number, url))
}
