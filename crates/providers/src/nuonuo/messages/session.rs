//! The seller's login at the tax bureau's platform and its credit line (reference, issuing §4.11).

use issue::provider::{Answer, Call, Context, Credit, LoginReading, LoginStep, QrCode, Rejection, Unfit};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::nuonuo::gateway::{self, Refusal, Told};
use crate::nuonuo::lenient::Text;
use crate::nuonuo::settings::Settings;

/// The body of a step: the account, what is asked, and more.
fn body(context: &Context<'_>, query_type: &str, more: &[(&str, &str)]) -> Result<Map<String, Value>, Unfit> {
    let settings = Settings::read(context.settings)?;
    let fields = [
        ("extensionNumber", settings.extension_number.as_str()),
        ("deptId", &settings.department_id),
        ("clerkId", &settings.clerk_id),
        ("queryType", query_type),
    ];
    let fields = fields.iter().chain(more).filter(|(_, value)| !value.is_empty());
    Ok(fields.map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect())
}

/// `getCertificationStatus`: 2 asks for the login, 1 for the identity, 0 has the identity looked up anew at the bureau.
pub(in crate::nuonuo) fn certification(context: &Context<'_>, query_type: &str) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let body = body(context, query_type, &[("eleAccount", &settings.ele_account)])?;
    gateway::call(context, "getCertificationStatus", &body)
}

fn qr_code(context: &Context<'_>, query_type: &str) -> Result<Call, Unfit> {
    gateway::call(context, "getQrCode", &body(context, query_type, &[])?)
}

fn verify(context: &Context<'_>, query_type: &str, more: &[(&str, &str)]) -> Result<Call, Unfit> {
    gateway::call(context, "verifyComplete", &body(context, query_type, more)?)
}

/// A step of the login.
pub(in crate::nuonuo) fn step(context: &Context<'_>, step: &LoginStep) -> Result<Call, Unfit> {
    match step {
        LoginStep::Status => certification(context, "2"),
        LoginStep::LoginCode { renew: true } => qr_code(context, "2"),
        LoginStep::LoginCode { renew: false } => qr_code(context, "3"),
        LoginStep::IdentityCode { renew: true } => qr_code(context, "0"),
        LoginStep::IdentityCode { renew: false } => qr_code(context, "1"),
        LoginStep::SendSms => qr_code(context, "4"),
        LoginStep::SubmitSms(code) => verify(context, "2", &[("verifyCode", code.expose())]),
        LoginStep::Scanned => verify(context, "0", &[]),
    }
}

/// Asks for the end of what was begun: whether a message was sent (`SendSms`), whether the login came about (`Scanned`, `SubmitSms`).
pub(in crate::nuonuo) fn end(context: &Context<'_>, of: &LoginStep) -> Result<Call, Unfit> {
    match of {
        LoginStep::SendSms => qr_code(context, "5"),
        LoginStep::Scanned => verify(context, "1", &[]),
        LoginStep::SubmitSms(_) => verify(context, "3", &[]),
        LoginStep::IdentityCode { .. } => certification(context, "1"),
        LoginStep::Status | LoginStep::LoginCode { .. } => certification(context, "2"),
    }
}

/// What any of the three calls gives.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct State {
    certification_status: Text,
    status: Text,
    message: Text,
    qr_code: Text,
    qr_code_type: Text,
    end_time: Text,
}

fn scan_with(kind: &str) -> &'static str {
    match kind {
        "1" => "微信或支付宝",
        "2" => "电子税务局App",
        "3" => "电子营业执照App或小程序",
        "4" => "电子税务局App（实人认证）",
        "5" | "6" => "个人所得税App",
        _ => "电子税务局App",
    }
}

/// Reads the answer to [`step`] or [`end`].
pub(in crate::nuonuo) fn read(step: &LoginStep, answer: &Answer) -> LoginReading {
    let state: State = match gateway::told(answer) {
        Told::Result(state) => state,
        Told::Code(refusal) => return LoginReading::Rejected(refusal.rejection()),
        Told::Nothing(text) => return LoginReading::Unclear { text },
    };
    let message = |otherwise: &str| state.message.filled().unwrap_or(otherwise).to_owned();
    if let LoginStep::Status = step {
        return match state.certification_status.as_str() {
            "1" => LoginReading::LoggedIn,
            "0" => LoginReading::LoggedOut { text: message("未登录电子税务局") },
            other => LoginReading::Unclear { text: format!("诺诺: 登录状态 {other}") },
        };
    }
    if let Some(text) = state.qr_code.filled() {
        return LoginReading::Code(QrCode {
            text: text.to_owned(),
            scan_with: scan_with(state.qr_code_type.as_str()).to_owned(),
            expires_at: state.end_time.moment(),
        });
    }
    let confirms = matches!(step, LoginStep::Scanned | LoginStep::SubmitSms(_));
    match state.status.as_str() {
        "1" if confirms => LoginReading::LoggedIn,
        "2" => LoginReading::Rejected(Rejection::final_one("2", message("登录失败"))),
        // A code that is being fetched, a message on its way: to be asked for again.
        _ => LoginReading::Working,
    }
}

/// `getCreditLine`: what the platform knows (`renew` false), or has it looked up at the bureau (at most 20 times a day).
pub(in crate::nuonuo) fn credit(context: &Context<'_>, renew: bool) -> Result<Call, Unfit> {
    gateway::call(context, "getCreditLine", &body(context, if renew { "0" } else { "1" }, &[])?)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct CreditLine {
    available_credit_line: Text,
    used_credit_line: Text,
    total_credit_line: Text,
    amount_update_time: Text,
    request_status: Text,
    message: Text,
}

/// Reads the answer to [`credit`].
pub(in crate::nuonuo) fn read_credit(answer: &Answer) -> Result<Credit, Rejection> {
    let line: CreditLine = match gateway::told(answer) {
        Told::Result(line) => line,
        Told::Code(refusal) => return Err(refusal.rejection()),
        Told::Nothing(text) => return Err(Rejection { retryable: true, ..Rejection::final_one("unclear", text) }),
    };
    let credit = Credit {
        total: line.total_credit_line.decimal(),
        used: line.used_credit_line.decimal(),
        available: line.available_credit_line.decimal(),
        at: line.amount_update_time.moment(),
    };
    if credit.available.is_none() && line.request_status.as_str() == "2" {
        let refusal = Refusal { code: "2".to_owned(), text: line.message.as_str().to_owned() };
        return Err(refusal.rejection());
    }
    Ok(credit)
}
