//! The feed of events, and callbacks sent again by hand.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use issue::desk::DeskError;
use issue::event::Event;
use issue::order::Reversal;
use issue::store::CallbackId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Native;
use super::entry::Caller;
use super::named::{EventName, PhaseName, StateName};
use super::order::{CallbackBody, InvoiceBody, ReasonBody, limit};
use super::problem::{Body as ProblemBody, Code, Problem};
use super::reading::{Asked, Named};

/// Events of a page, unless the caller asks for another number.
const PAGE: u16 = 100;
/// The most.
const MOST: u16 = 500;
/// Places are whole numbers that every program holds exactly.
const LAST: u64 = (1 << 53) - 1;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Arc<Native>> {
    OpenApiRouter::new().routes(routes!(feed)).routes(routes!(replay))
}

/// From where on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct After {
    /// `next` of the page before; 0 for the beginning.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9007199254740991_u64)]
    after: Option<String>,
    /// Events of a page: 1 to 500, else 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    limit: Option<String>,
}

/// A page of the feed, oldest first.
#[derive(Serialize, ToSchema)]
struct Feed {
    /// The events.
    events: Vec<EventBody>,
    /// Go on after this place: whoever does so misses none.
    next: u64,
}

/// An event. `type`, `timestamp` and `data` are what native callbacks tell.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
struct EventBody {
    /// Its place in the feed.
    place: u64,
    /// Its id: the `webhook-id` of its callbacks.
    id: String,
    #[serde(flatten)]
    message: MessageBody,
}

/// What is told of an order.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub(super) struct MessageBody {
    /// What happened.
    r#type: EventName,
    /// When.
    timestamp: Timestamp,
    /// To which order, as it stood then.
    data: MessageData,
}

/// The order of an event, as it stood then.
#[derive(Serialize, ToSchema)]
struct MessageData {
    /// Our id of it.
    id: String,
    /// Your number.
    number: String,
    /// The seller's tax id.
    seller: String,
    /// The state after the event.
    state: StateName,
    /// Why it failed or waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonBody>,
    /// When it was accepted.
    accepted_at: Timestamp,
    /// Its invoices, red letters among them.
    invoices: Vec<InvoiceBody>,
    /// Its reversals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    reversals: Vec<MessageReversal>,
}

/// A reversal of a message.
#[derive(Serialize, ToSchema)]
struct MessageReversal {
    /// The place of the invoice.
    invoice: u16,
    /// Where it stands.
    phase: PhaseName,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<ReasonBody>,
    /// The place of the red letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    red: Option<u16>,
}

impl From<&Reversal> for MessageReversal {
    fn from(reversal: &Reversal) -> MessageReversal {
        MessageReversal {
            invoice: reversal.invoice,
            phase: reversal.phase.into(),
            waits_for: reversal.waits_for.clone(),
            failure: reversal.failure.as_ref().map(Into::into),
            red: reversal.red,
        }
    }
}

impl MessageBody {
    /// What is told of an event.
    pub(super) fn of(event: &Event, links: &[(u16, String)]) -> MessageBody {
        MessageBody {
            r#type: event.kind.into(),
            timestamp: event.at,
            data: MessageData {
                id: event.id.order.to_string(),
                number: event.number.to_string(),
                seller: event.seller.to_string(),
                state: event.state.into(),
                reason: event.reason.as_ref().map(Into::into),
                accepted_at: event.accepted_at,
                invoices: InvoiceBody::all(&event.invoices, links),
                reversals: event.reversals.iter().map(Into::into).collect(),
            },
        }
    }
}

/// Read the feed of events
///
/// Oldest first, after a place. Places rise in the order in which events can be seen: whoever goes on from `next` misses none.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "events",
    params(After),
    responses((status = 200, description = "A page of the feed", body = Feed))
)]
async fn feed(State(native): State<Arc<Native>>, caller: Caller, Asked(from): Asked<After>) -> Result<axum::Json<Feed>, Problem> {
    let after = from.after.as_deref().unwrap_or("0").parse().ok().filter(|after| *after <= LAST);
    let after: u64 = after.ok_or_else(|| Problem::new(Code::Request, "a whole number from 0 to 2^53 - 1").at("after"))?;
    let rows = native.desk().events(Some(&caller.app), after, limit(from.limit.as_deref(), PAGE, MOST)?).await?;
    let next = rows.last().map_or(after, |row| row.place);
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let links = native.desk().links.of_invoices(row.event.id.order, &row.event.invoices, native.wired.issuing.now()).await?;
        events.push(EventBody { place: row.place, id: row.event.id.to_string(), message: MessageBody::of(&row.event, &links) });
    }
    Ok(axum::Json(Feed { events, next }))
}

/// Send a callback again
///
/// A series of attempts begins anew, with the same id and the same content.
#[utoipa::path(
    post, path = "/api/v1/callbacks/{id}/replay", tag = "events",
    params(("id" = String, Path, description = "The callback's id")),
    responses(
        (status = 202, description = "It is sent again", body = CallbackBody),
        (status = 404, description = "no_such_callback", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn replay(State(native): State<Arc<Native>>, caller: Caller, Named(id): Named<String>) -> Result<Response, Problem> {
    let id: CallbackId = id.parse().map_err(|_| Code::NoCallback)?;
    native.desk().replay(&caller.app, id).await.map_err(|error| match error {
        DeskError::NoOrder => Code::NoCallback.into(),
        other => Problem::from(other),
    })?;
    let callbacks = native.desk().caller.store.callbacks(id.event.order).await?;
    let callback = callbacks.into_iter().find(|callback| callback.id == id).ok_or(Code::NoCallback)?;
    Ok((StatusCode::ACCEPTED, axum::Json(CallbackBody::from(callback))).into_response())
}

#[cfg(test)]
mod tests {
    use issue::conformance::sample;
    use issue::event::{EventId, Kind};
    use issue::order::{Extent, Format, Invoice, Order, Phase, Reason, RedReason, State as OrderState};
    use rust_decimal::Decimal;

    use super::*;

    /// What the feed tells is what callbacks tell.
    #[test]
    fn the_feed_and_the_callbacks_say_the_same() {
        let order: Order = sample::new_order(1, "demo", "N1").order;
        let mut event = Event::of(&order, &order.progress, Kind::Failed);
        event.reason = Some(Reason::new("E1", "拒绝"));
        event.state = OrderState::PartlyReversed;
        let document =
            issue::order::Document { format: Format::Pdf, key: "k".to_owned(), length: 1, sha256: String::new(), kept_at: sample::at(0) };
        event.invoices = vec![Invoice {
            code: String::new(),
            number: "24990000000000000001".to_owned(),
            check_code: String::new(),
            issued_at: Some(sample::at(1)),
            net: Some(Decimal::new(-9174, 2)),
            tax: None,
            gross: Some(Decimal::new(10000, 2)),
            reverses: Some(3),
            reversed_by: vec![1],
            sources: Vec::new(),
            documents: vec![document],
        }];
        event.reversals = vec![Reversal {
            invoice: 0,
            extent: Extent::Whole,
            reason: RedReason::Mistake,
            phase: Phase::Waiting,
            asked_at: sample::at(2),
            attempt: 1,
            sent_at: None,
            registered: false,
            missed_at: None,
            serial: None,
            waits_for: Some("购方确认".to_owned()),
            failure: Some(Reason::new("E2", "拒绝")),
            red: Some(2),
        }];
        assert_eq!(event.id, EventId { order: order.id, version: 1 });
        let links = [(0, "https://fapiao.invalid/d/x".to_owned())];
        let told = serde_json::to_value(issue::callback::message(&event, &links)).unwrap();
        assert_eq!(serde_json::to_value(MessageBody::of(&event, &links)).unwrap(), told);
    }
}
