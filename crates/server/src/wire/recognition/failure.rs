//! The error table of the recognition API.

use std::time::Duration;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::auth;
use crate::fetch;
use crate::intake;
use crate::pool;

/// When a caller that found all places taken may try again: a document takes well under a second.
const RETRY: Duration = Duration::from_secs(1);

/// The documented errors that this server gives (reference: recognition §1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The server is at fault, or has no place free.
    Internal,
    /// The token is wrong.
    Authenticate,
    /// A parameter is missing, given twice, or not what it should be.
    Parameter,
    /// The document is damaged, of a format that is not supported, or too large.
    Image,
    /// The app key is not known.
    AppKey,
    /// The time stamp is too far from now.
    Token,
    /// The document is a PDF and cannot be read.
    Pdf,
    /// The document could not be fetched from its address.
    Download,
}

impl Code {
    /// The number and the message, as documented.
    fn documented(self) -> (u16, &'static str) {
        match self {
            Code::Internal => (10000, "Internal error"),
            Code::Authenticate => (10002, "Authenticate failed"),
            Code::Parameter => (10003, "Invalid parameter"),
            Code::Image => (10006, "Invalid image"),
            Code::AppKey => (10025, "Invalid app key"),
            Code::Token => (10026, "Expired token"),
            Code::Pdf => (10300, "pdf convert failed"),
            Code::Download => (10400, "download image file failed"),
        }
    }

    /// The number.
    pub(crate) fn number(self) -> u16 {
        self.documented().0
    }
}

/// A call that was refused. `message` is always the documented text; `hint` says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) hint: String,
    retry: Option<Duration>,
}

impl Failure {
    pub(crate) fn new(code: Code, hint: impl Into<String>) -> Failure {
        Failure { code, hint: hint.into(), retry: None }
    }

    /// A parameter is wrong.
    pub(crate) fn parameter(hint: impl Into<String>) -> Failure {
        Failure::new(Code::Parameter, hint)
    }

    /// The server cannot take the call now.
    pub(crate) fn busy() -> Failure {
        let hint = "the server is busy; try again after the seconds that the header Retry-After names";
        Failure { retry: Some(RETRY), ..Failure::new(Code::Internal, hint) }
    }

    /// The program failed in a way that is not the caller's doing; the log says how.
    pub(crate) fn inside() -> Failure {
        Failure::new(Code::Internal, "reading failed inside the server; the server's log says why")
    }
}

#[derive(Serialize)]
struct Body<'a> {
    result: u8,
    error: u16,
    message: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    hint: &'a str,
}

/// Business errors are HTTP 200: the clients in use look at the status first and give up on any other. This holds for a full
/// queue too, which says so besides in the header `Retry-After`.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (error, message) = self.code.documented();
        let mut response = Json(Body { result: 0, error, message, hint: &self.hint }).into_response();
        if let Some(retry) = self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry.as_secs()));
        }
        response
    }
}

impl From<auth::Refused> for Failure {
    fn from(refused: auth::Refused) -> Failure {
        use auth::Refused::*;
        match refused {
            UnknownKey => Failure::new(Code::AppKey, "no app has this app_key"),
            BadToken => Failure::new(
                Code::Authenticate,
                "token must be md5(app_key + \"+\" + timestamp + \"+\" + secret) in hexadecimal, over the timestamp as it is sent",
            ),
            NoTime => Failure::parameter("timestamp must be the number of seconds since 1970-01-01 00:00:00 UTC"),
            Expired => Failure::new(
                Code::Token,
                "timestamp is too far from the server's time; it is in seconds (not milliseconds) since 1970-01-01 00:00:00 UTC",
            ),
        }
    }
}

impl From<intake::Refused> for Failure {
    fn from(refused: intake::Refused) -> Failure {
        use intake::Refused::*;
        match refused {
            TooLarge(_) => Failure::new(Code::Image, refused.to_string()),
            Full(_) => Failure::busy(),
            Slow | Broken => Failure::parameter(refused.to_string()),
        }
    }
}

impl From<fetch::Error> for Failure {
    fn from(error: fetch::Error) -> Failure {
        let code = match error {
            fetch::Error::Full(_) => return Failure::busy(),
            fetch::Error::TooLarge(_) => Code::Image,
            _ => Code::Download,
        };
        Failure::new(code, error.to_string())
    }
}

impl From<pool::Refused> for Failure {
    fn from(refused: pool::Refused) -> Failure {
        match refused {
            pool::Refused::Full => Failure::busy(),
            pool::Refused::Overrun(limit) => {
                Failure::new(Code::Internal, format!("the document was not read within {} seconds", limit.as_secs()))
            }
            pool::Refused::Panicked => Failure::inside(),
        }
    }
}

impl From<recognize::Error> for Failure {
    fn from(error: recognize::Error) -> Failure {
        use document::error::{Error as Document, Limit};
        match &error {
            recognize::Error::Document(Document::OverBudget { limit: Limit::Time, .. }) => {
                Failure::new(Code::Internal, "the document took longer than the time allowed; send fewer pages at once")
            }
            recognize::Error::Document(_) if error.is_pdf() => Failure::new(Code::Pdf, error.to_string()),
            recognize::Error::Document(_) => Failure::new(Code::Image, error.to_string()),
            recognize::Error::Ocr(ocr_error) => {
                tracing::error!(error = %ocr_error, "a picture could not be read");
                match ocr_error {
                    // The folders that were searched are the operator's business: they are in the log.
                    ocr::error::Error::NoModels { .. } => Failure::new(
                        Code::Internal,
                        "this server has no recognition models and reads digital documents only; its operator must run `make models`",
                    ),
                    ocr::error::Error::Time(_) => Failure::new(Code::Internal, ocr_error.to_string()),
                    _ => Failure::inside(),
                }
            }
            _ => Failure::inside(),
        }
    }
}
