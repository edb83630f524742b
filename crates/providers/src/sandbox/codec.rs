//! The codec of the sandbox.

use std::time::Duration;

use issue::order::{Content, Format, Invoice, ProviderNumber, Source};
use issue::provider::{
    Answer, Call, Context, Credit, Hint, Inquiry, Issue, LoginReading, LoginStep, Outcome, Provider, ProviderInvoice, QrCode, RawNotice,
    RedLetter, RedStanding, Rejection, Reply, Standing, Token, TokenBudget, TokenFailure, Unfit,
};
use serde_json::{Map, Value};

use super::desk::KNOWN;
use super::message::{Asked, Letter, Notice, Numbered, Refused, Stage, Standing as Stands, Step, Told};
use super::switch::Switches;
use super::{NAME, SCHEME, paper};

/// How long the bureau takes when the settings name no time.
const DELAY: u64 = 2_000;
/// The longest that it may be told to take: an hour.
const LONGEST_DELAY: u64 = 3_600_000;

/// The sandbox's codec.
///
/// A seller's settings: `delay_ms`, how long issuing takes (2000); `switches`, the faults to show ([`super::Switch`]).
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

fn unfit(what: &'static str, why: impl Into<String>) -> Unfit {
    Unfit { provider: NAME, what, why: why.into() }
}

/// The delay and the switches of a seller's settings.
fn settings(settings: &Map<String, Value>) -> Result<(u64, Switches), Unfit> {
    let delay = match settings.get("delay_ms") {
        None | Some(Value::Null) => DELAY,
        Some(delay) => delay
            .as_u64()
            .filter(|delay| *delay <= LONGEST_DELAY)
            .ok_or_else(|| unfit("be set up", format!("delay_ms is a number of milliseconds up to {LONGEST_DELAY}, not {delay}")))?,
    };
    let switches = Switches::of_settings(settings).map_err(|entry| {
        let names: Vec<&str> = super::Switch::ALL.iter().map(|switch| switch.name()).collect();
        unfit("be set up", format!("{entry} is no switch; there are {}", names.join(", ")))
    })?;
    Ok((delay, switches))
}

fn call(context: &Context<'_>, asked: Asked) -> Result<Call, Unfit> {
    let (delay_ms, switches) = settings(context.settings)?;
    let letter = Letter { seller: context.seller.clone(), switches, delay_ms, notice: context.notice_url.is_some(), asked };
    let body = serde_json::to_vec(&letter).map_err(|error| unfit("write a letter", error.to_string()))?;
    Ok(Call::post(format!("{SCHEME}bureau"), "application/json", body))
}

fn rejection(refused: Refused) -> Rejection {
    Rejection { code: refused.code, text: refused.text, retryable: refused.for_now, needs_login: refused.needs_login }
}

/// What an answer tells; else why it tells nothing.
fn told(answer: &Answer) -> Result<Told, String> {
    if !answer.is_success() {
        return Err(format!("status {}", answer.status));
    }
    serde_json::from_slice(&answer.body).map_err(|error| format!("the answer cannot be read: {error}"))
}

/// The end of a call that changes something.
fn outcome(answer: &Answer) -> Outcome {
    match told(answer) {
        Ok(Told::Accepted { serial }) => Outcome::Accepted { serial: Some(serial) },
        Ok(Told::Done | Told::LoggedIn) => Outcome::Issued { serial: None, invoices: Vec::new() },
        // It has it already: to be asked for.
        Ok(Told::Refused(refused)) if refused.code == KNOWN => Outcome::Accepted { serial: None },
        Ok(Told::Refused(refused)) => Outcome::Rejected(rejection(refused)),
        Ok(_) => Outcome::Unknown { text: "the answer is to another question".to_owned() },
        Err(text) => Outcome::Unknown { text },
    }
}

/// An invoice with the addresses of its documents.
fn invoice(number: &ProviderNumber, place: usize, numbered: Numbered, with_documents: bool) -> ProviderInvoice {
    let formats = if with_documents { &[Format::Xml, Format::Ofd, Format::Pdf][..] } else { &[] };
    let sources = formats.iter().map(|format| Source {
        format: *format,
        url: format!("{SCHEME}documents/{number}/{place}.{}", format.name()),
    });
    ProviderInvoice {
        code: String::new(),
        number: numbered.number,
        check_code: String::new(),
        issued_at: Some(numbered.issued_at),
        net: Some(numbered.net),
        tax: Some(numbered.tax),
        gross: Some(numbered.gross),
        sources: sources.collect(),
    }
}

fn invoices(number: &ProviderNumber, numbered: Vec<Numbered>, with_documents: bool) -> Vec<ProviderInvoice> {
    numbered.into_iter().enumerate().map(|(place, numbered)| invoice(number, place, numbered, with_documents)).collect()
}

/// The order, place and format that an address of a document names.
fn document(url: &str) -> Option<Asked> {
    let (number, file) = url.strip_prefix(SCHEME)?.strip_prefix("documents/")?.split_once('/')?;
    let (place, ending) = file.split_once('.')?;
    let format = [Format::Xml, Format::Ofd, Format::Pdf].into_iter().find(|format| format.name() == ending)?;
    Some(Asked::Document { number: ProviderNumber(number.to_owned()), place: place.parse().ok()?, format })
}

impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, given: &Map<String, Value>, _has_secret: bool) -> Result<(), Unfit> {
        if let Some(name) = given.keys().find(|name| !matches!(name.as_str(), "delay_ms" | "switches")) {
            return Err(unfit("be set up", format!("it has no setting {name}; it has delay_ms and switches")));
        }
        settings(given).map(|_| ())
    }

    fn check_content(&self, content: &Content) -> Result<(), Unfit> {
        paper::unfit(content).map_or(Ok(()), |why| Err(unfit("issue", why)))
    }

    fn token_account(&self, _context: &Context<'_>) -> Option<String> {
        None
    }

    fn token_budget(&self) -> TokenBudget {
        TokenBudget { calls: u32::MAX, window: Duration::from_secs(1) }
    }

    fn authenticate(&self, _context: &Context<'_>) -> Result<Call, Unfit> {
        Err(unfit("authenticate", "it knows no tokens"))
    }

    fn token(&self, _context: &Context<'_>, _answer: &Answer) -> Result<Token, TokenFailure> {
        Err(TokenFailure { rejection: Rejection::final_one("no_token", "the sandbox knows no tokens") })
    }

    fn issue(&self, context: &Context<'_>, issue: &Issue<'_>) -> Result<Call, Unfit> {
        self.check_content(issue.content)?;
        call(context, Asked::Issue { number: issue.number.clone(), content: Box::new(issue.content.clone()) })
    }

    fn issued(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn query(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        call(context, Asked::Query { number: inquiry.number.clone() })
    }

    fn found(&self, _context: &Context<'_>, inquiry: &Inquiry<'_>, answer: &Answer) -> Standing {
        let unclear = |text: String| Standing::Unclear { text, needs_login: false };
        let standing = match told(answer) {
            Ok(Told::NotFound) => return Standing::NotFound,
            Ok(Told::Standing(standing)) => standing,
            Ok(_) => return unclear("the answer is to another question".to_owned()),
            Err(text) => return unclear(text),
        };
        let Stands { serial, stage, invoices: numbered } = standing;
        if serial != super::desk::serial(inquiry.number) {
            return unclear("the answer is about another order".to_owned());
        }
        let serial = Some(serial);
        match stage {
            Stage::Untaken => Standing::NotFound,
            Stage::Working { .. } | Stage::Confirming { .. } => Standing::Pending { serial },
            Stage::Sealing { .. } => Standing::Sealing { serial, invoices: invoices(inquiry.number, numbered, false) },
            Stage::SealFailed => {
                Standing::SealFailed { invoices: invoices(inquiry.number, numbered, false), text: "签章失败（沙箱）".to_owned() }
            }
            Stage::Issued => Standing::Issued { serial, invoices: invoices(inquiry.number, numbered, true) },
            Stage::Failed(refused) => Standing::Failed(rejection(refused)),
        }
    }

    fn reissue(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        call(context, Asked::Reissue { number: inquiry.number.clone() })
    }

    fn reissued(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn deliver(&self, context: &Context<'_>, invoice: &Invoice, email: &str, mobile: &str) -> Result<Call, Unfit> {
        if email.is_empty() && mobile.is_empty() {
            return Err(unfit("deliver", "there is neither an email address nor a mobile number"));
        }
        let (invoice, email, mobile) = (invoice.number.clone(), email.to_owned(), mobile.to_owned());
        call(context, Asked::Deliver { invoice, email, mobile })
    }

    fn delivered(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn reverse(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        call(context, Asked::Reverse {
            number: red.number.clone(),
            blue: red.blue_number.clone(),
            invoice: red.blue.number.clone(),
            extent: red.extent.clone(),
            reason: red.reason,
        })
    }

    fn reversed(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn query_reversal(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        call(context, Asked::QueryRed { number: red.number.clone() })
    }

    fn found_reversal(&self, _context: &Context<'_>, red: &RedLetter<'_>, answer: &Answer) -> RedStanding {
        let unclear = |text: String| RedStanding::Unclear { text, needs_login: false };
        let Stands { serial, stage, invoices: numbered } = match told(answer) {
            Ok(Told::NotFound) => return RedStanding::NotFound,
            Ok(Told::Standing(standing)) => standing,
            Ok(_) => return unclear("the answer is to another question".to_owned()),
            Err(text) => return unclear(text),
        };
        if serial != super::desk::serial(red.number) {
            return unclear("the answer is about another red letter".to_owned());
        }
        let serial = Some(serial);
        let pending = |waits_for: &str| RedStanding::Pending { serial: serial.clone(), waits_for: waits_for.to_owned() };
        let made = |with_documents| invoices(red.number, numbered, with_documents).into_iter().next();
        match stage {
            Stage::Untaken => RedStanding::NotFound,
            Stage::Working { .. } => pending("等待开具红字发票"),
            Stage::Confirming { .. } => pending("等待购方确认"),
            Stage::Failed(refused) => RedStanding::Failed(rejection(refused)),
            // A red letter whose documents are still to be sealed is issued; its documents are asked for.
            Stage::Sealing { .. } | Stage::SealFailed | Stage::Issued => match made(stage == Stage::Issued) {
                Some(invoice) => RedStanding::Issued { serial, invoice: Box::new(invoice) },
                None => unclear("a red letter without an invoice".to_owned()),
            },
        }
    }

    fn withdraw(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        call(context, Asked::Withdraw { number: red.number.clone() })
    }

    fn withdrawn(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn login(&self, context: &Context<'_>, step: &LoginStep) -> Result<Option<Call>, Unfit> {
        let step = match step {
            LoginStep::Status => Step::Status,
            LoginStep::LoginCode { .. } | LoginStep::IdentityCode { .. } => Step::Code,
            LoginStep::SendSms => Step::Sms,
            LoginStep::SubmitSms(_) => Step::Submit,
            LoginStep::Scanned => Step::Scanned,
        };
        call(context, Asked::Login { step }).map(Some)
    }

    fn login_read(&self, _context: &Context<'_>, _step: &LoginStep, answer: &Answer) -> LoginReading {
        match told(answer) {
            Ok(Told::LoggedIn) => LoginReading::LoggedIn,
            Ok(Told::LoggedOut) => LoginReading::LoggedOut { text: "需要登录电子税务局（沙箱）".to_owned() },
            Ok(Told::Done) => LoginReading::Working,
            Ok(Told::Code { text, expires_at }) => {
                LoginReading::Code(QrCode { text, scan_with: "任意扫码应用（沙箱）".to_owned(), expires_at: Some(expires_at) })
            }
            Ok(Told::Refused(refused)) => LoginReading::Rejected(rejection(refused)),
            Ok(_) => LoginReading::Unclear { text: "the answer is to another question".to_owned() },
            Err(text) => LoginReading::Unclear { text },
        }
    }

    fn credit(&self, context: &Context<'_>) -> Result<Option<Call>, Unfit> {
        call(context, Asked::Credit).map(Some)
    }

    fn credit_read(&self, _context: &Context<'_>, answer: &Answer) -> Result<Credit, Rejection> {
        match told(answer) {
            Ok(Told::Credit { total, used, at }) => {
                Ok(Credit { total: Some(total), used: Some(used), available: total.checked_sub(used), at: Some(at) })
            }
            Ok(Told::Refused(refused)) => Err(rejection(refused)),
            Ok(_) => Err(Rejection::final_one("unclear", "the answer is to another question")),
            Err(text) => Err(Rejection { retryable: true, ..Rejection::final_one("unclear", text) }),
        }
    }

    fn fetch(&self, context: &Context<'_>, source: &Source) -> Result<Call, Unfit> {
        let asked = document(&source.url).ok_or_else(|| unfit("fetch a document", "the address is none of the sandbox's"))?;
        call(context, asked)
    }

    fn notice(&self, notice: &RawNotice) -> Result<Hint, Unfit> {
        let read: Notice =
            serde_json::from_slice(&notice.body).map_err(|_| unfit("read a notice", "it is none of the sandbox's bureau"))?;
        Ok(Hint { number: Some(read.number), serial: Some(read.serial), claim: read.claim })
    }

    fn notice_reply(&self, stored: bool) -> Reply {
        let status = if stored { 204 } else { 503 };
        Reply { status, media_type: "text/plain", body: String::new() }
    }
}
