//! The answer of the gate, key by key as seed 000 prints it.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::failure::{Code, Failure};

/// The whole body, in the seed's three shapes: answered with a payload, no such order with an empty one, refused with the path.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    hint: &'a str,
    seqno: &'a str,
    data_node: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_cost: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Payload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip)]
    retry: bool,
}

/// What stands in the answer.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Payload {
    /// Of a query.
    Detail(Box<Detail>),
    /// Of an order that was accepted.
    Obtained {
        /// Our serial of the order: 24 digits.
        obtain_serial: String,
    },
}

/// How an order stands. `status` is a number, as in the examples; the table calls it a text.
#[derive(Serialize, Default)]
pub(super) struct Detail {
    pub(super) merchant: String,
    pub(super) status: i8,
    pub(super) status_desc: String,
    pub(super) invoice_code: String,
    pub(super) invoice_no: String,
    pub(super) verify_code: String,
    pub(super) invoice_url: String,
    /// When the order was accepted, `2020-06-10T13:44:25Z`. Not there when there is no order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invoice_time: Option<String>,
}

impl<'a> Envelope<'a> {
    pub(super) fn answered(
        seqno: &'a str,
        data_node: &'a str,
        code: Code,
        message: &'a str,
        hint: &'a str,
        time_cost: u64,
        payload: Payload,
    ) -> Envelope<'a> {
        Envelope {
            code: code.text(),
            message,
            hint,
            seqno,
            data_node,
            time_cost: Some(time_cost),
            payload: Some(payload),
            path: None,
            retry: false,
        }
    }

    pub(super) fn refused(seqno: &'a str, data_node: &'a str, path: &'a str, failure: &'a Failure) -> Envelope<'a> {
        Envelope {
            code: failure.code.text(),
            message: &failure.message,
            hint: &failure.hint,
            seqno,
            data_node,
            time_cost: None,
            payload: None,
            path: Some(path),
            retry: failure.code == Code::Busy,
        }
    }
}

/// HTTP 200 whatever the code: the clients in use look at the status first. A busy server says so besides in `Retry-After`.
impl IntoResponse for Envelope<'_> {
    fn into_response(self) -> Response {
        let mut response = Json(&self).into_response();
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
        }
        response
    }
}
