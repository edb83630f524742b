//! The codes of the gate.

use std::borrow::Cow;

use issue::accept::{Invalid, Problem};
use issue::desk::DeskError;
use issue::store::StoreError;

use crate::fields::Broken;
use crate::intake;

/// The codes that this server gives (reference, issuing §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Accepted, under way.
    Accepted,
    /// It went well; for `obtain`: the invoice is issued.
    Done,
    /// There is no such order.
    NoOrder,
    /// Try again in a moment.
    Busy,
    /// A field is missing, or not what it should be.
    Parameter,
    /// The app is not known, or the merchant lacks a setting.
    Config,
    /// Not allowed: the signature, the merchant, an order number that is taken.
    Refused,
    /// Whoever issues for this merchant cannot carry it.
    Downstream,
    /// This server is at fault.
    Inside,
}

impl Code {
    /// As it is written.
    pub(super) fn text(self) -> &'static str {
        match self {
            Code::Accepted => "1000",
            Code::Done => "1001",
            Code::NoOrder => "1002",
            Code::Busy => "1003",
            Code::Parameter => "1400",
            Code::Config => "1401",
            Code::Refused => "1403",
            Code::Downstream => "1405",
            Code::Inside => "500",
        }
    }
}

/// A call that was refused. `message` is for whoever called; `hint` says what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) message: Cow<'static, str>,
    pub(super) hint: Cow<'static, str>,
}

impl Failure {
    pub(super) fn new(code: Code, message: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Failure {
        Failure { code, message: message.into(), hint: hint.into() }
    }

    /// A field is not what it should be.
    pub(super) fn parameter(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure::new(Code::Parameter, message, "")
    }

    /// A field is missing.
    pub(super) fn missing(name: &str) -> Failure {
        Failure::parameter(format!("缺少参数 {name}"))
    }

    /// This server is at fault; its log says how.
    pub(super) fn inside() -> Failure {
        Failure::new(Code::Inside, "服务器内部错误", "请凭 seqno 联系服务方; 同一订单号可以安全重试")
    }

    fn busy() -> Failure {
        Failure::new(Code::Busy, "系统繁忙,请稍后重试", "订单未受理; 请在 Retry-After 秒后以同一订单号重试")
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Failure {
        match broken {
            Broken::Intake(intake::Refused::Full(_)) => Failure::busy(),
            other => Failure::new(Code::Parameter, "请求无法读取", other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        tracing::warn!(%error, "the store failed a call of the gate");
        match error {
            StoreError::Busy(_) | StoreError::Full(_) => Failure::busy(),
            _ => Failure::inside(),
        }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Failure {
        match error {
            DeskError::Invalid(invalid) => invalid.into(),
            DeskError::Unfit(unfit) => Failure::new(Code::Downstream, format!("开票通道不支持: {}", unfit.why), ""),
            DeskError::Rejected(rejection) => Failure::new(Code::Downstream, rejection.text, ""),
            DeskError::NoSeller(_) => Failure::new(Code::Config, "商户未配置开票通道", ""),
            DeskError::Store(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a call of the gate failed");
                Failure::inside()
            }
        }
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Failure {
        let Invalid { field, problem } = invalid;
        match problem {
            Problem::NoDefault => Failure::new(Code::Config, "商户未配置开票项目", format!("销售方设置缺少 {field}")),
            Problem::SellerDisabled => Failure::new(Code::Config, "商户已停用", ""),
            problem => Failure::parameter(format!("参数 {} {problem}", called(&field))),
        }
    }
}

/// What the gate calls a part of a request.
fn called(field: &str) -> &str {
    match field {
        "number" => "obtain_order",
        "amount" | "goods" => "value",
        "buyer.name" => "buyer_name",
        "buyer.tax_id" => "buyer_tax_no",
        "buyer.address" => "buyer_address",
        "buyer.telephone" => "buyer_telephone",
        "buyer.bank" => "buyer_bank_name",
        "buyer.account" => "buyer_bank_account",
        "buyer.email" => "buyer_email",
        "buyer.mobile" => "buyer_mobile",
        "remark" => "extra.memo",
        "notify[0]" => "notify_url",
        other => other,
    }
}
