//! Orders: asked for, looked at, retried, reversed.

mod asked;
mod shown;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use issue::accept;
use issue::desk::{DeskError, Dossier};
use issue::order::{Order, OrderId, OrderNumber, State as OrderState, TaxId};
use issue::store::{Acceptance, Filter, Listing};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use asked::{DeliveryBody, OrderRequest, ReversalBody, WithdrawalBody};
pub(super) use asked::{PeopleBody, native};
pub(super) use shown::{CallbackBody, InvoiceBody, PartyBody, ReasonBody};
use shown::{OrderBody, OrderSummary};

use super::Native;
use super::entry::Caller;
use super::named::FormatName;
use super::problem::{Body as ProblemBody, Code, Problem};
use super::reading::{Asked, Json, Named};

/// Orders of a page, unless the caller asks for another number.
const PAGE: u16 = 50;
/// The most.
const MOST: u16 = 200;
/// What needs no escaping in a part of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Arc<Native>> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get))
        .routes(routes!(attention))
        .routes(routes!(retry))
        .routes(routes!(reverse))
        .routes(routes!(withdraw))
        .routes(routes!(document))
        .routes(routes!(deliver))
}

/// A number out of a path. What cannot be a number is no order's.
fn number(text: String) -> Result<OrderNumber, Problem> {
    let number = OrderNumber::new(text);
    accept::number(&number).map_err(|_| Code::NoOrder)?;
    Ok(number)
}

/// An order as it is shown now.
async fn shown(native: &Native, order: Order) -> Result<OrderBody, Problem> {
    let desk = native.desk();
    let store = &desk.caller.store;
    let (timeline, callbacks) = (store.timeline(order.id).await?, store.callbacks(order.id).await?);
    let links = desk.links(&order).await?;
    Ok(OrderBody::of(Dossier { order, timeline, callbacks }, &links))
}

/// Ask for an invoice
///
/// The same order again, under the same number, is answered as it stands now (200) and issued once. The same number with other
/// content is refused (409). When this answers, the order is stored durably.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders",
    request_body = OrderRequest,
    responses(
        (status = 201, description = "Accepted", body = OrderBody, headers(("location" = String, description = "Where it is"))),
        (status = 200, description = "It was accepted before, with the same content", body = OrderBody),
        (status = 409, description = "order_differs", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content, unknown_seller, unfit_for_provider", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn create(State(native): State<Arc<Native>>, caller: Caller, Json(asked): Json<OrderRequest>) -> Result<Response, Problem> {
    let request = asked.request()?;
    let accepted = native.desk().accept(&caller.app, &request).await.map_err(|error| match error {
        DeskError::NoSeller(tax_id) => Problem::new(Code::UnknownSeller, tax_id.to_string()).at("seller"),
        other => other.into(),
    })?;
    match accepted {
        Acceptance::Fresh(order) => {
            let place = format!("/api/v1/orders/{}", utf8_percent_encode(order.number.as_str(), PLAIN));
            let body = shown(&native, order).await?;
            Ok((StatusCode::CREATED, [(LOCATION, place)], axum::Json(body)).into_response())
        }
        Acceptance::Known(order) => Ok(axum::Json(shown(&native, order).await?).into_response()),
        Acceptance::Differs(order) => Err(Problem::new(Code::OrderDiffers, format!("accepted at {}", order.accepted_at)).at("number")),
    }
}

/// Look at an order
///
/// With its whole timeline, its invoices and its callbacks.
#[utoipa::path(
    get, path = "/api/v1/orders/{number}", tag = "orders",
    params(("number" = String, Path, description = "Your number of the order")),
    responses(
        (status = 200, description = "The order", body = OrderBody),
        (status = 404, description = "no_such_order", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn get(State(native): State<Arc<Native>>, caller: Caller, Named(named): Named<String>) -> Result<axum::Json<OrderBody>, Problem> {
    let order = native.desk().order(&caller.app, &number(named)?).await?;
    Ok(axum::Json(shown(&native, order).await?))
}

/// Which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// States, with commas between them: `failed,needs_attention`.
    state: Option<String>,
    /// Only of this seller.
    seller: Option<String>,
    /// Only with a number that begins so.
    number_prefix: Option<String>,
    /// Only accepted at or after this moment (RFC 3339).
    since: Option<Timestamp>,
    /// Only accepted before this moment.
    before: Option<Timestamp>,
    #[serde(flatten)]
    #[param(ignore)]
    page: Page,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Orders of a page: 1 to 200, else 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
struct OrderList {
    /// The orders.
    orders: Vec<OrderSummary>,
    /// The `cursor` of the next page; none at the end.
    next: Option<String>,
}

impl From<Listing> for OrderList {
    fn from(listing: Listing) -> OrderList {
        OrderList { orders: listing.orders.into_iter().map(Into::into).collect(), next: listing.next.map(|id| id.to_string()) }
    }
}

/// How many at most, from 1 to `most`.
pub(super) fn limit(asked: Option<&str>, usual: u16, most: u16) -> Result<usize, Problem> {
    let Some(asked) = asked else { return Ok(usize::from(usual)) };
    let limit: Option<u16> = asked.parse().ok().filter(|limit| (1..=most).contains(limit));
    limit.map(usize::from).ok_or_else(|| Problem::new(Code::Request, format!("a whole number from 1 to {most}")).at("limit"))
}

impl Page {
    fn read(&self) -> Result<(Option<OrderId>, usize), Problem> {
        let cursor = self.cursor.as_deref().map(str::parse::<OrderId>).transpose();
        let cursor = cursor.map_err(|_| Problem::new(Code::Request, "this is no cursor").at("cursor"))?;
        Ok((cursor, limit(self.limit.as_deref(), PAGE, MOST)?))
    }
}

/// List orders
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders",
    params(Which, Page),
    responses((status = 200, description = "A page of orders, newest first", body = OrderList))
)]
async fn list(State(native): State<Arc<Native>>, caller: Caller, Asked(which): Asked<Which>) -> Result<axum::Json<OrderList>, Problem> {
    let (after, limit) = which.page.read()?;
    let names = which.state.as_deref().unwrap_or("").split(',').filter(|name| !name.is_empty());
    let states: Option<Vec<OrderState>> = names.map(OrderState::named).collect();
    let filter = Filter {
        app: Some(caller.app),
        seller: which.seller.map(TaxId::new),
        states: states.ok_or_else(|| Problem::new(Code::Request, "this is no state").at("state"))?,
        number_prefix: which.number_prefix,
        since: which.since,
        before: which.before,
        after,
        limit,
    };
    for (field, text) in [("seller", filter.seller.as_ref().map(TaxId::as_str)), ("number_prefix", filter.number_prefix.as_deref())] {
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(Problem::new(Code::Request, "it holds a character that nothing has").at(field));
        }
    }
    Ok(axum::Json(native.desk().list(&filter).await?.into()))
}

/// List orders that a person has to look after
///
/// Each with the reason and since when it waits.
#[utoipa::path(
    get, path = "/api/v1/attention", tag = "orders",
    params(Page),
    responses((status = 200, description = "A page of orders, newest first", body = OrderList))
)]
async fn attention(State(native): State<Arc<Native>>, caller: Caller, Asked(page): Asked<Page>) -> Result<axum::Json<OrderList>, Problem> {
    let (after, limit) = page.read()?;
    Ok(axum::Json(native.desk().attention(Some(&caller.app), after, limit).await?.into()))
}

/// Try a failed order again
///
/// Under the same number, so that it is never issued twice.
#[utoipa::path(
    post, path = "/api/v1/orders/{number}/retry", tag = "orders",
    params(("number" = String, Path, description = "Your number of the order")),
    responses(
        (status = 202, description = "It goes again", body = OrderBody),
        (status = 404, description = "no_such_order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "under_way, already_issued, needs_login", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn retry(State(native): State<Arc<Native>>, caller: Caller, Named(named): Named<String>) -> Result<Response, Problem> {
    let order = native.desk().retry(&caller.app, &number(named)?).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(shown(&native, order).await?)).into_response())
}

/// Reverse an issued order
///
/// By red letters (红冲), wholly or in part.
#[utoipa::path(
    post, path = "/api/v1/orders/{number}/reverse", tag = "orders",
    params(("number" = String, Path, description = "Your number of the order")),
    request_body = ReversalBody,
    responses(
        (status = 202, description = "The reversal is on its way", body = OrderBody),
        (status = 404, description = "no_such_order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "under_way, not_issued, already_reversed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "not_reversible", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn reverse(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(named): Named<String>,
    Json(body): Json<ReversalBody>,
) -> Result<Response, Problem> {
    let order = native.desk().reverse(&caller.app, &number(named)?, body.into()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(shown(&native, order).await?)).into_response())
}

/// Take a reversal back that is not issued yet
#[utoipa::path(
    post, path = "/api/v1/orders/{number}/withdraw", tag = "orders",
    params(("number" = String, Path, description = "Your number of the order")),
    request_body = WithdrawalBody,
    responses(
        (status = 202, description = "It is being withdrawn", body = OrderBody),
        (status = 404, description = "no_such_order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "no_reversal, under_way", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "not_reversible", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn withdraw(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(named): Named<String>,
    Json(body): Json<WithdrawalBody>,
) -> Result<Response, Problem> {
    let order = native.desk().withdraw(&caller.app, &number(named)?, body.reversal).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(shown(&native, order).await?)).into_response())
}

/// Download a document
///
/// As it was kept when the invoice was issued.
#[utoipa::path(
    get, path = "/api/v1/orders/{number}/invoices/{place}/{format}", tag = "orders",
    params(
        ("number" = String, Path, description = "Your number of the order"),
        ("place" = u16, Path, description = "Which of its invoices, from 0"),
        ("format" = FormatName, Path, description = "Which document"),
    ),
    responses(
        (status = 200, description = "The document", content((Vec<u8> = "application/pdf"), (Vec<u8> = "application/ofd"), (Vec<u8> = "application/xml"))),
        (status = 404, description = "no_such_order, no_such_invoice", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn document(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named((named, place, format)): Named<(String, u16, FormatName)>,
) -> Result<Response, Problem> {
    let order = native.desk().order(&caller.app, &number(named)?).await?;
    let invoice = order.progress.invoices.get(usize::from(place));
    let document = invoice.and_then(|invoice| invoice.document(format.into())).ok_or(Code::NoInvoice)?;
    let bytes = native.desk().documents.read(&document.key).await.map_err(DeskError::from)?.ok_or_else(|| {
        tracing::error!(key = document.key, "a document that was kept is not there");
        Problem::inside()
    })?;
    let name = format!("attachment; filename=\"{}-{place}.{}\"", order.id, document.format.name());
    let mut response = bytes.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(document.format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Have the provider send an invoice to the buyer once more
#[utoipa::path(
    post, path = "/api/v1/orders/{number}/invoices/{place}/deliver", tag = "orders",
    params(("number" = String, Path, description = "Your number of the order"), ("place" = u16, Path, description = "Which of its invoices, from 0")),
    request_body = DeliveryBody,
    responses(
        (status = 204, description = "The provider sends it"),
        (status = 404, description = "no_such_order, no_such_invoice", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content, rejected_by_provider, unsupported_by_provider", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "provider_unreachable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn deliver(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named((named, place)): Named<(String, u16)>,
    Json(body): Json<DeliveryBody>,
) -> Result<StatusCode, Problem> {
    if body.email.is_empty() && body.mobile.is_empty() {
        return Err(Problem::content("email", "either email or mobile is needed"));
    }
    let number = number(named)?;
    let order = native.desk().order(&caller.app, &number).await?;
    if order.progress.invoices.get(usize::from(place)).is_none() {
        return Err(Code::NoInvoice.into());
    }
    native.desk().deliver(&caller.app, &number, place, &body.email, &body.mobile).await?;
    Ok(StatusCode::NO_CONTENT)
}
