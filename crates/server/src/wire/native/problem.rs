//! Refusals as RFC 9457 has them (`application/problem+json`), and the one table of their codes.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use issue::accept::Invalid;
use issue::desk::{AppError, DeskError};
use issue::machine::Refusal;
use issue::store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::intake;
use crate::pool;

/// The media type of a refusal.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";
/// Where the table of codes is served.
pub(super) const PATH: &str = "/api/problems";
/// Seconds after which a caller that was told to wait may try again.
const RETRY: u64 = 1;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $name:literal $status:ident $title:literal $cure:literal;)*) => {
        /// The codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code { $($(#[$doc])* $code),* }

        impl Code {
            /// All of them, in the order of the table.
            const ALL: &[Code] = &[$(Code::$code),*];

            /// Name, status, title, and what the caller does about it.
            fn entry(self) -> (&'static str, StatusCode, &'static str, &'static str) {
                match self { $(Code::$code => ($name, StatusCode::$status, $title, $cure)),* }
            }
        }
    };
}

codes! {
    Request = "invalid_request" BAD_REQUEST "请求无法理解" "Correct the request: `detail` and `field` say where.";
    Unauthenticated = "unauthenticated" UNAUTHORIZED "缺少凭证" "Send a bearer key, or sign the request.";
    UnknownKey = "unknown_key" UNAUTHORIZED "密钥无效" "The key is not known, was removed, or its app is switched off.";
    UnknownApp = "unknown_app" UNAUTHORIZED "应用不存在或已停用" "Check `X-Fapiao-App`.";
    BadSignature = "bad_signature" UNAUTHORIZED "签名错误" "Compare the canonical string with the one in the documentation.";
    Stale = "stale_timestamp" UNAUTHORIZED "时间戳超出允许范围" "Set the clock; sign with seconds since 1970, at most 300 s away.";
    Replayed = "replayed_nonce" UNAUTHORIZED "随机数重复" "Sign every request with a nonce of its own.";
    Forbidden = "forbidden" FORBIDDEN "无权访问" "Only an operator's app may do this.";
    NoPage = "no_such_page" NOT_FOUND "地址不存在" "Check the address.";
    NoOrder = "no_such_order" NOT_FOUND "订单不存在" "Check the order number; it must be an order of this app.";
    NoInvoice = "no_such_invoice" NOT_FOUND "发票或文件不存在" "Check the place and the format; documents come after `issued`.";
    NoSeller = "no_such_seller" NOT_FOUND "销售方不存在" "Check the tax id; it must be a seller of this app.";
    NoApp = "no_such_app" NOT_FOUND "应用不存在" "Check the id.";
    NoKey = "no_such_key" NOT_FOUND "密钥不存在" "Check the key's id.";
    NoCallback = "no_such_callback" NOT_FOUND "回调不存在" "Check the callback's id.";
    Method = "method_not_allowed" METHOD_NOT_ALLOWED "方法不支持" "Use one of the methods in the header Allow.";
    OrderDiffers = "order_differs" CONFLICT "订单号已存在,且内容不一致" "The order that is stored stays as it is. Use another number for another order.";
    UnderWay = "under_way" CONFLICT "处理中" "Wait for its end.";
    AlreadyIssued = "already_issued" CONFLICT "发票已开具" "Nothing is left to retry; ask for the order.";
    NotIssued = "not_issued" CONFLICT "发票尚未开具" "Only an issued invoice can be reversed.";
    AlreadyReversed = "already_reversed" CONFLICT "发票已全额红冲" "Nothing is left to reverse.";
    NoReversal = "no_reversal" CONFLICT "没有进行中的红冲" "There is no reversal to withdraw.";
    NeedsLogin = "needs_login" CONFLICT "销售方需先登录电子税务局" "Have the seller log in, then retry.";
    Taken = "taken" CONFLICT "已被占用" "Choose another one: `detail` says what is taken.";
    TooManyKeys = "too_many_keys" CONFLICT "密钥过多" "Remove a key first.";
    TooLarge = "too_large" PAYLOAD_TOO_LARGE "请求过大" "Send less at once.";
    MediaType = "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "请求格式不支持" "Send application/json.";
    Content = "invalid_content" UNPROCESSABLE_ENTITY "内容不可用" "Correct the field that `field` names.";
    UnknownSeller = "unknown_seller" UNPROCESSABLE_ENTITY "销售方不存在" "Add the seller first.";
    Unfit = "unfit_for_provider" UNPROCESSABLE_ENTITY "开票服务商无法处理" "Correct what `detail` names.";
    Rejected = "rejected_by_provider" UNPROCESSABLE_ENTITY "开票服务商拒绝" "`detail` has the provider's words.";
    Unsupported = "unsupported_by_provider" UNPROCESSABLE_ENTITY "开票服务商不支持" "This provider has no such service.";
    NotReversible = "not_reversible" UNPROCESSABLE_ENTITY "红冲内容有误" "Correct what `detail` names.";
    Unreadable = "unreadable_document" UNPROCESSABLE_ENTITY "文件无法识别" "Send a whole document of a supported format.";
    Inside = "internal" INTERNAL_SERVER_ERROR "服务器内部错误" "The server's log says why. Every call may be repeated as it was.";
    NoAnswer = "provider_unreachable" BAD_GATEWAY "开票服务商无应答" "Try again later.";
    Busy = "busy" SERVICE_UNAVAILABLE "系统繁忙" "Nothing was done. Repeat the call after the seconds in Retry-After.";
    NoRoom = "no_room" SERVICE_UNAVAILABLE "存储空间不足" "Nothing was done. The operator has to make room.";
    Unsure = "unsure" SERVICE_UNAVAILABLE "结果未确认" "It may have been done. Repeat the call as it was: nothing is done twice.";
    NoModels = "no_models" SERVICE_UNAVAILABLE "未安装识别模型" "The server reads digital documents only; the operator has to install the models.";
    Overrun = "overrun" GATEWAY_TIMEOUT "处理超时" "Send fewer pages at once.";
}

impl Code {
    /// The name.
    pub(super) fn name(self) -> &'static str {
        self.entry().0
    }
}

/// The table of codes as Markdown, for the documentation and for whoever follows a problem's `type`.
pub(super) fn table() -> String {
    let mut text = "| code | status | title | what to do |\n|---|---|---|---|\n".to_owned();
    for code in Code::ALL {
        let (name, status, title, cure) = code.entry();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{name}` | {} | {title} | {cure} |", status.as_u16());
    }
    text
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: Code,
    detail: Cow<'static, str>,
    field: Option<String>,
}

/// Why a call was refused (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    /// Where the code is explained: `/api/problems#<code>`.
    r#type: String,
    /// What is wrong, the same for every problem of this code.
    title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The code: what programs tell problems apart by.
    code: &'a str,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schema(required = false)]
    detail: &'a str,
    /// Which part of the request: `rows[2].net`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl Problem {
    pub(super) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem { code, detail: detail.into(), field: None }
    }

    /// About one part of the request.
    pub(super) fn at(self, field: impl Into<String>) -> Problem {
        Problem { field: Some(field.into()), ..self }
    }

    /// One part of the content cannot be used.
    pub(super) fn content(field: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(Code::Content, detail).at(field)
    }

    /// The server is at fault; its log says how.
    pub(super) fn inside() -> Problem {
        Problem::new(Code::Inside, "")
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Problem {
        Problem::new(code, "")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (name, status, title, _) = self.code.entry();
        let body = Body {
            r#type: format!("{PATH}#{name}"),
            title,
            status: status.as_u16(),
            code: name,
            detail: &self.detail,
            field: self.field.as_deref(),
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self.code);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::Taken(what) => return Problem::new(Code::Taken, what),
            StoreError::Busy(_) => Code::Busy,
            StoreError::Full(_) => Code::NoRoom,
            StoreError::Unsure(_) => Code::Unsure,
            StoreError::Unreadable { .. } | StoreError::Failed(_) => {
                tracing::error!(%error, "the store failed a call of the native API");
                Code::Inside
            }
        }
        .into()
    }
}

impl From<Invalid> for Problem {
    fn from(Invalid { field, problem }: Invalid) -> Problem {
        // An order for an amount only has one field for it here; that its net and tax follow from it is our affair.
        let field = if field.starts_with("amount.") { "amount".to_owned() } else { field };
        Problem::content(field, problem.to_string())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let code = match &refusal {
            Refusal::Stale => return Problem::inside(),
            Refusal::UnderWay => Code::UnderWay,
            Refusal::Issued => Code::AlreadyIssued,
            Refusal::NotIssued => Code::NotIssued,
            Refusal::Reversed => Code::AlreadyReversed,
            Refusal::NoReversal => Code::NoReversal,
            Refusal::NeedsLogin { .. } => Code::NeedsLogin,
            Refusal::NotReversible { .. } => Code::NotReversible,
        };
        Problem::new(code, refusal.to_string())
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Problem {
        match error {
            DeskError::Invalid(invalid) => invalid.into(),
            DeskError::Unfit(unfit) => Problem::new(Code::Unfit, format!("{}: {}", unfit.what, unfit.why)),
            DeskError::NoSeller(tax_id) => Problem::new(Code::NoSeller, tax_id.to_string()),
            DeskError::NoOrder => Code::NoOrder.into(),
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::Rejected(rejection) => Problem::new(Code::Rejected, rejection.text),
            DeskError::NoAnswer(text) => Problem::new(Code::NoAnswer, text),
            DeskError::Unsupported => Code::Unsupported.into(),
            DeskError::Store(error) => error.into(),
            DeskError::Document(error) => {
                tracing::error!(%error, "a document cannot be read");
                Problem::inside()
            }
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        let said = error.to_string();
        match error {
            AppError::Id => Problem::content("id", said),
            AppError::Name => Problem::content("name", said),
            AppError::Exists(id) => Problem::new(Code::Taken, format!("app {id}")),
            AppError::NoApp(_) => Problem::new(Code::NoApp, said),
            AppError::NoKey(_) => Problem::new(Code::NoKey, said),
            AppError::Keys => Problem::new(Code::TooManyKeys, said),
            AppError::Vault(error) => {
                tracing::error!(%error, "a secret cannot be sealed");
                Problem::inside()
            }
            AppError::Store(error) => error.into(),
        }
    }
}

impl From<intake::Refused> for Problem {
    fn from(refused: intake::Refused) -> Problem {
        let code = match refused {
            intake::Refused::TooLarge(_) => Code::TooLarge,
            intake::Refused::Full(_) => return Code::Busy.into(),
            intake::Refused::Slow | intake::Refused::Broken => Code::Request,
        };
        Problem::new(code, refused.to_string())
    }
}

impl From<pool::Refused> for Problem {
    fn from(refused: pool::Refused) -> Problem {
        match refused {
            pool::Refused::Full => Code::Busy.into(),
            pool::Refused::Overrun(_) => Code::Overrun.into(),
            pool::Refused::Panicked => Problem::inside(),
        }
    }
}

impl From<recognize::Error> for Problem {
    fn from(error: recognize::Error) -> Problem {
        use document::error::{Error as Document, Limit};
        use ocr::error::Error as Ocr;
        match &error {
            recognize::Error::Document(Document::OverBudget { limit: Limit::Time, .. }) | recognize::Error::Ocr(Ocr::Time(_)) => {
                Code::Overrun.into()
            }
            recognize::Error::Document(_) => Problem::new(Code::Unreadable, error.to_string()),
            recognize::Error::Ocr(Ocr::NoModels { .. }) => Code::NoModels.into(),
            _ => {
                tracing::error!(%error, "a document could not be read");
                Problem::inside()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_one_name_and_a_status_of_refusal() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let status = code.entry().1;
            assert!(status.is_client_error() || status.is_server_error(), "{code:?}");
        }
    }

    #[test]
    fn the_documentation_has_the_table() {
        let page = include_str!("../../../../../docs/api/native.md");
        assert!(page.contains(&table()), "docs/api/native.md must hold this table:\n{}", table());
    }
}
