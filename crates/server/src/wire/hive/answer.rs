//! The answers of the hive, key by key as seed 001 prints them.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use issue::accept::{Invalid, Problem};
use issue::desk::DeskError;
use issue::machine::Refusal;
use issue::store::StoreError;
use serde::Serialize;

use crate::auth;
use crate::fields::Broken;
use crate::intake;

/// It went well.
const DONE: i32 = 0;
/// The invoice is issued: its number and document come with the answer.
const ISSUED: i32 = 100;
/// The seed documents 0 and 100 and calls every other number a failure; these are ours.
mod failures {
    pub(super) const UNDER_WAY: i32 = 1;
    pub(super) const NO_ORDER: i32 = 2;
    pub(super) const NEEDS_LOGIN: i32 = 3;
    pub(super) const PARAMETER: i32 = 400;
    pub(super) const APP: i32 = 401;
    pub(super) const REFUSED: i32 = 403;
    pub(super) const TIME: i32 = 408;
    pub(super) const DIFFERS: i32 = 409;
    pub(super) const UNFIT: i32 = 422;
    pub(super) const INSIDE: i32 = 500;
    pub(super) const BUSY: i32 = 503;
}
use failures::*;

/// The whole body.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    pub(super) code: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_down_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_no: Option<String>,
    pub(super) message: String,
}

impl Answer {
    /// It went well.
    pub(super) fn done(message: &str) -> Answer {
        Answer { code: DONE, invoice_down_url: None, invoice_no: None, message: message.to_owned() }
    }

    /// The invoice is issued.
    pub(super) fn issued(invoice_no: String, invoice_down_url: String) -> Answer {
        let message = Refusal::Issued.to_string();
        Answer { code: ISSUED, invoice_down_url: Some(invoice_down_url), invoice_no: Some(invoice_no), message }
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Answer {
        Answer { code: failure.code, invoice_down_url: None, invoice_no: None, message: failure.message }
    }
}

/// HTTP 200 whatever the code: the clients in use look at the status first. A busy server says so besides in `Retry-After`.
impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Json(&self).into_response();
        if self.code == BUSY {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
        }
        response
    }
}

/// A call that was refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    code: i32,
    message: String,
}

impl Failure {
    fn new(code: i32, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into() }
    }

    /// A parameter is missing, or not what it should be.
    pub(super) fn parameter(message: impl Into<String>) -> Failure {
        Failure::new(PARAMETER, message)
    }

    pub(super) fn unknown_app() -> Failure {
        Failure::new(APP, "appid 不存在或已停用")
    }

    pub(super) fn bad_signature() -> Failure {
        Failure::new(REFUSED, "签名错误: sign = md5(密钥 + 按参数名排序的 参数名参数值 依次相连 + 密钥), 小写十六进制, UTF-8")
    }

    pub(super) fn untimely(refused: auth::Refused) -> Failure {
        match refused {
            auth::Refused::NoTime => Failure::parameter("timestamp 须为 1970 年起的秒数"),
            _ => Failure::new(TIME, "timestamp 与服务器时间相差过大 (单位为秒)"),
        }
    }

    pub(super) fn no_seller() -> Failure {
        Failure::new(REFUSED, "销售方税号 tax_num 不存在或不属于该应用")
    }

    pub(super) fn differs() -> Failure {
        Failure::new(DIFFERS, "订单号已存在,且内容不一致")
    }

    pub(super) fn inside() -> Failure {
        Failure::new(INSIDE, "服务器内部错误; 同一订单号可以安全重试")
    }

    fn busy() -> Failure {
        Failure::new(BUSY, "系统繁忙,请稍后重试")
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Failure {
        match broken {
            Broken::Intake(intake::Refused::Full(_)) => Failure::busy(),
            other => Failure::parameter(format!("请求无法读取: {other}")),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        tracing::warn!(%error, "the store failed a call of the hive");
        match error {
            StoreError::Busy(_) | StoreError::Full(_) => Failure::busy(),
            _ => Failure::inside(),
        }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Failure {
        match error {
            DeskError::Invalid(Invalid { problem: Problem::SellerDisabled, .. }) => {
                Failure::new(REFUSED, Problem::SellerDisabled.to_string())
            }
            DeskError::Invalid(invalid) => Failure::parameter(format!("{} {}", super::order::called(&invalid.field), invalid.problem)),
            DeskError::Unfit(unfit) => Failure::new(UNFIT, unfit.why),
            DeskError::Rejected(rejection) => Failure::new(UNFIT, rejection.text),
            DeskError::NoSeller(_) => Failure::no_seller(),
            DeskError::NoOrder => Failure::new(NO_ORDER, error.to_string()),
            DeskError::Refused(Refusal::NeedsLogin { text }) => Failure::new(NEEDS_LOGIN, text),
            DeskError::Refused(refusal) => Failure::new(UNDER_WAY, refusal.to_string()),
            DeskError::Store(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a call of the hive failed");
                Failure::inside()
            }
        }
    }
}
