//! A provider that counts what it really issued, for proving that nothing is issued twice.
//!
//! It is the harshest provider that there is: it refuses no number that it has seen, so whatever is sent twice is issued twice.
//! Only a re-issue, which providers key by the order, is refused where an invoice exists.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::surroundings::Seeded;
use crate::machine::pace::{later, passed};
use crate::order::{Content, Format, Invoice, ProviderNumber, Source};
use crate::provider::{
    Answer, Call, Context, Credit, Hint, Inquiry, Issue, LoginReading, LoginStep, Outcome, Provider, ProviderInvoice, RawNotice, RedLetter,
    RedStanding, Rejection, Reply, Standing, Token, TokenBudget, TokenFailure, Unfit,
};
use crate::surroundings::Clock;
use crate::transport::{Fault, Transport};

/// What the oracle does with an order, or a red letter, that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Issues it, and says so at once.
    Now,
    /// Takes it and issues it.
    Later,
    /// Takes it and issues it as two invoices.
    Split,
    /// Takes it and issues it; the documents can be made only at the second try.
    SealFails,
    /// Takes it and fails.
    Fails,
    /// Refuses it.
    Refuses,
    /// Refuses it for now.
    RefusesForNow,
    /// Refuses it until the seller logs in.
    WantsLogin,
}

impl Fate {
    const ALL: [Fate; 8] =
        [Fate::Now, Fate::Later, Fate::Later, Fate::Split, Fate::SealFails, Fate::Fails, Fate::Refuses, Fate::RefusesForNow];
}

#[derive(Debug)]
struct Record {
    invoices: u32,
    known_from: Timestamp,
    ready_from: Timestamp,
    failed: bool,
    seal_fails: bool,
    withdrawn: bool,
}

#[derive(Debug, Default)]
struct Books {
    records: HashMap<String, Record>,
    /// How often each number was issued.
    issued: HashMap<String, u32>,
    fates: HashMap<String, VecDeque<Fate>>,
}

/// The provider.
pub struct Oracle {
    books: Mutex<Books>,
    clock: Arc<dyn Clock>,
    seeded: Seeded,
    /// A number may be unknown to queries for so long after it arrived.
    pub lag: Duration,
    /// It works on an order for so long at most.
    pub work: Duration,
    /// Without a fate set, one is drawn; else everything is issued.
    pub whims: bool,
}

impl Oracle {
    /// An oracle that issues everything, with neither lag nor work.
    pub fn new(clock: Arc<dyn Clock>, seed: u64) -> Oracle {
        let (lag, work) = (Duration::ZERO, Duration::ZERO);
        Oracle { books: Mutex::default(), clock, seeded: Seeded::from(seed), lag, work, whims: false }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of the next arrivals under a number.
    pub fn destine(&self, number: &ProviderNumber, fates: impl IntoIterator<Item = Fate>) {
        self.books().fates.entry(number.to_string()).or_default().extend(fates);
    }

    /// How often each number was issued.
    pub fn issued(&self) -> HashMap<String, u32> {
        self.books().issued.clone()
    }

    /// How often a number was issued.
    pub fn issued_of(&self, number: &ProviderNumber) -> u32 {
        self.books().issued.get(number.as_str()).copied().unwrap_or(0)
    }

    /// Reads a call and does what it says, now.
    pub fn handle(&self, call: &Call) -> Answer {
        let place = call.url.strip_prefix("oracle://").unwrap_or_default();
        if let Some(document) = place.strip_prefix("document/") {
            return Answer::new(200, format!("%PDF-1.7 测试样张 {document}"));
        }
        let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let number = asked["number"].as_str().unwrap_or_default().to_owned();
        let said = match place {
            "issue" => self.arrive(&number, false),
            "reverse" => self.arrive(&number, true),
            "reissue" => self.arrive_again(&number),
            "query" | "query_reversal" => self.tell(&number),
            "withdraw" => self.take_back(&number),
            _ => json!({"is": "done"}),
        };
        Answer::new(200, said.to_string())
    }

    fn fate(&self, books: &mut Books, number: &str) -> Fate {
        let set = books.fates.get_mut(number).and_then(VecDeque::pop_front);
        let drawn = || Fate::ALL[self.seeded.below(Fate::ALL.len() as u64) as usize];
        set.unwrap_or_else(|| if self.whims { drawn() } else { Fate::Later })
    }

    fn arrive(&self, number: &str, red: bool) -> Value {
        let mut books = self.books();
        let fate = match self.fate(&mut books, number) {
            // A red letter is one, and its documents come with it.
            Fate::Now | Fate::Split | Fate::SealFails if red => Fate::Later,
            fate => fate,
        };
        self.meet(&mut books, number, fate)
    }

    fn arrive_again(&self, number: &str) -> Value {
        let mut books = self.books();
        match books.records.get_mut(number) {
            Some(record) if !record.failed => {
                record.seal_fails = false;
                json!({"is": "accepted"})
            }
            _ => {
                let fate = self.fate(&mut books, number);
                self.meet(&mut books, number, fate)
            }
        }
    }

    fn meet(&self, books: &mut Books, number: &str, fate: Fate) -> Value {
        let refused = |code: &str, retryable: bool, needs_login: bool| json!({"is": "rejected", "code": code, "text": "测试拒绝", "retryable": retryable, "needs_login": needs_login});
        match fate {
            Fate::Refuses => return refused("E9121", false, false),
            Fate::RefusesForNow => return refused("busy", true, false),
            Fate::WantsLogin => return refused("login", false, true),
            _ => {}
        }
        let now = self.clock.now();
        let spread = |most: Duration| later(now, Duration::from_millis(self.seeded.below(most.as_millis() as u64 + 1)));
        let known_from = spread(self.lag);
        let invoices = if fate == Fate::Split { 2 } else { 1 };
        let record = Record {
            invoices,
            known_from,
            ready_from: spread(self.work).max(known_from),
            failed: fate == Fate::Fails,
            seal_fails: fate == Fate::SealFails,
            withdrawn: false,
        };
        let issued = !record.failed;
        if issued {
            *books.issued.entry(number.to_owned()).or_default() += 1;
        }
        books.records.insert(number.to_owned(), record);
        if fate == Fate::Now {
            books.records.entry(number.to_owned()).and_modify(|record| (record.known_from, record.ready_from) = (now, now));
            return json!({"is": "issued", "serial": format!("S{number}"), "invoices": invoice_numbers(number, 1)});
        }
        json!({"is": "accepted", "serial": format!("S{number}")})
    }

    fn tell(&self, number: &str) -> Value {
        let (books, now) = (self.books(), self.clock.now());
        let Some(record) = books.records.get(number).filter(|record| passed(record.known_from, Duration::ZERO, now)) else {
            return json!({"is": "not_found"});
        };
        let invoices = invoice_numbers(number, record.invoices);
        let serial = format!("S{number}");
        if record.withdrawn {
            return json!({"is": "failed", "code": "withdrawn", "text": "已撤回"});
        }
        if !passed(record.ready_from, Duration::ZERO, now) {
            return json!({"is": "pending", "serial": serial});
        }
        if record.failed {
            return json!({"is": "failed", "code": "9999", "text": "测试失败"});
        }
        let is = if record.seal_fails { "seal_failed" } else { "issued" };
        json!({"is": is, "serial": serial, "invoices": invoices})
    }

    fn take_back(&self, number: &str) -> Value {
        let (mut books, now) = (self.books(), self.clock.now());
        let open = books.records.get_mut(number).filter(|record| !record.failed && !passed(record.ready_from, Duration::ZERO, now));
        if let Some(record) = open {
            record.withdrawn = true;
            // It was never issued after all.
            books.issued.entry(number.to_owned()).and_modify(|count| *count = count.saturating_sub(1));
        }
        json!({"is": "accepted"})
    }
}

/// The numbers of the invoices of an order.
fn invoice_numbers(number: &str, count: u32) -> Vec<String> {
    (0..count).map(|place| format!("{number}-{place}")).collect()
}

/// Calls reach the oracle at once, and nothing is lost.
#[async_trait]
impl Transport for Oracle {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        Ok(self.handle(call))
    }
}

/// The codec of the oracle. With `tokens` its calls want one.
#[derive(Debug, Clone, Copy, Default)]
pub struct OracleCodec {
    /// Whether calls want an access token.
    pub tokens: bool,
}

fn say(operation: &str, context: &Context<'_>, number: &ProviderNumber) -> Result<Call, Unfit> {
    let mut call = Call::post(format!("oracle://{operation}"), "application/json", json!({"number": number.as_str()}).to_string());
    if let Some(token) = context.token {
        call = call.header("token", token.expose());
    }
    Ok(call)
}

fn read(answer: &Answer) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200)
}

fn rejected(said: &Value) -> Rejection {
    Rejection {
        code: said["code"].as_str().unwrap_or_default().to_owned(),
        text: said["text"].as_str().unwrap_or_default().to_owned(),
        retryable: said["retryable"] == true,
        needs_login: said["needs_login"] == true,
    }
}

fn told(said: &Value) -> Vec<ProviderInvoice> {
    let numbers = said["invoices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let source = |number: &str| Source { format: Format::Pdf, url: format!("oracle://document/{number}") };
    let numbers = numbers.iter().filter_map(Value::as_str);
    numbers
        .map(|number| ProviderInvoice { number: number.to_owned(), sources: vec![source(number)], ..ProviderInvoice::default() })
        .collect()
}

fn serial(said: &Value) -> Option<String> {
    said["serial"].as_str().map(str::to_owned)
}

fn outcome(answer: &Answer) -> Outcome {
    let unknown = || Outcome::Unknown { text: "garbage".to_owned() };
    let Some(said) = read(answer) else { return unknown() };
    match said["is"].as_str() {
        Some("accepted") => Outcome::Accepted { serial: serial(&said) },
        Some("issued") => Outcome::Issued { serial: serial(&said), invoices: told(&said) },
        Some("rejected") => Outcome::Rejected(rejected(&said)),
        _ => unknown(),
    }
}

impl Provider for OracleCodec {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn check_settings(&self, _: &Map<String, Value>, _: bool) -> Result<(), Unfit> {
        Ok(())
    }

    fn check_content(&self, _: &Content) -> Result<(), Unfit> {
        Ok(())
    }

    fn token_account(&self, _: &Context<'_>) -> Option<String> {
        self.tokens.then(|| "account".to_owned())
    }

    fn token_budget(&self) -> TokenBudget {
        TokenBudget { calls: 3, window: Duration::from_secs(86_400) }
    }

    fn authenticate(&self, _: &Context<'_>) -> Result<Call, Unfit> {
        Ok(Call::post("oracle://token", "application/json", "{}"))
    }

    fn token(&self, context: &Context<'_>, answer: &Answer) -> Result<Token, TokenFailure> {
        match read(answer) {
            Some(said) if said["is"] == "done" => {
                let expires_at = later(context.now, Duration::from_secs(3600));
                // Each token brings what fetches the next one.
                let renewed = context.secret.map(|secret| crate::secret::Secret::new(format!("{}, renewed", secret.expose())));
                Ok(Token { secret: crate::secret::Secret::new("token"), expires_at, renewed })
            }
            Some(said) => Err(TokenFailure { rejection: rejected(&said) }),
            None => Err(TokenFailure { rejection: Rejection { retryable: true, ..Rejection::final_one("garbage", "garbage") } }),
        }
    }

    fn refuses_token(&self, answer: &Answer) -> bool {
        answer.status == 401
    }

    fn issue(&self, context: &Context<'_>, issue: &Issue<'_>) -> Result<Call, Unfit> {
        say("issue", context, issue.number)
    }

    fn issued(&self, _: &Context<'_>, answer: &Answer) -> Outcome {
        match answer.status {
            401 => Outcome::Rejected(Rejection { retryable: true, ..Rejection::final_one("token", "token refused") }),
            _ => outcome(answer),
        }
    }

    fn query(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        say("query", context, inquiry.number)
    }

    fn found(&self, _: &Context<'_>, _: &Inquiry<'_>, answer: &Answer) -> Standing {
        let unclear = || Standing::Unclear { text: "garbage".to_owned(), needs_login: false };
        let Some(said) = read(answer) else { return unclear() };
        let (serial, invoices) = (serial(&said), told(&said));
        match said["is"].as_str() {
            Some("not_found") => Standing::NotFound,
            Some("pending") => Standing::Pending { serial },
            Some("sealing") => Standing::Sealing { serial, invoices },
            Some("seal_failed") => Standing::SealFailed { invoices, text: "测试".to_owned() },
            Some("issued") => Standing::Issued { serial, invoices },
            Some("failed") => Standing::Failed(rejected(&said)),
            _ => unclear(),
        }
    }

    fn reissue(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        say("reissue", context, inquiry.number)
    }

    fn reissued(&self, _: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn deliver(&self, context: &Context<'_>, invoice: &Invoice, _: &str, _: &str) -> Result<Call, Unfit> {
        say("deliver", context, &ProviderNumber(invoice.number.clone()))
    }

    fn delivered(&self, _: &Context<'_>, answer: &Answer) -> Outcome {
        if answer.is_success() { Outcome::Accepted { serial: None } } else { Outcome::Unknown { text: "garbage".to_owned() } }
    }

    fn reverse(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        say("reverse", context, red.number)
    }

    fn reversed(&self, _: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn query_reversal(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        say("query_reversal", context, red.number)
    }

    fn found_reversal(&self, _: &Context<'_>, _: &RedLetter<'_>, answer: &Answer) -> RedStanding {
        let unclear = || RedStanding::Unclear { text: "garbage".to_owned(), needs_login: false };
        let Some(said) = read(answer) else { return unclear() };
        match (said["is"].as_str(), told(&said).into_iter().next()) {
            (Some("not_found"), _) => RedStanding::NotFound,
            (Some("pending"), _) => RedStanding::Pending { serial: serial(&said), waits_for: "购方确认".to_owned() },
            // The documents of a red letter are asked for with its number.
            (Some("issued" | "seal_failed"), Some(mut invoice)) => {
                invoice.sources.clear();
                RedStanding::Issued { serial: serial(&said), invoice: Box::new(invoice) }
            }
            (Some("failed"), _) => RedStanding::Failed(rejected(&said)),
            _ => unclear(),
        }
    }

    fn withdraw(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        say("withdraw", context, red.number)
    }

    fn withdrawn(&self, _: &Context<'_>, answer: &Answer) -> Outcome {
        outcome(answer)
    }

    fn login(&self, context: &Context<'_>, _: &LoginStep) -> Result<Option<Call>, Unfit> {
        say("login", context, &ProviderNumber(String::new())).map(Some)
    }

    fn login_read(&self, _: &Context<'_>, _: &LoginStep, answer: &Answer) -> LoginReading {
        if answer.is_success() { LoginReading::LoggedIn } else { LoginReading::LoggedOut { text: "请先登录".to_owned() } }
    }

    fn credit(&self, _: &Context<'_>) -> Result<Option<Call>, Unfit> {
        Ok(None)
    }

    fn credit_read(&self, _: &Context<'_>, _: &Answer) -> Result<Credit, Rejection> {
        Ok(Credit::default())
    }

    fn fetch(&self, _: &Context<'_>, source: &Source) -> Result<Call, Unfit> {
        if !source.url.starts_with("oracle://") {
            return Err(Unfit { provider: "sandbox", what: "fetch a document", why: "it is not the oracle's".to_owned() });
        }
        Ok(Call::get(&source.url))
    }

    fn notice(&self, notice: &RawNotice) -> Result<Hint, Unfit> {
        let text = String::from_utf8_lossy(&notice.body);
        match text.strip_prefix("number=") {
            Some(number) => Ok(Hint {
                number: number.split('&').next().map(|number| ProviderNumber(number.to_owned())),
                serial: None,
                claim: "已开票".to_owned(),
            }),
            None => Err(Unfit { provider: "sandbox", what: "read a notice", why: text.into_owned() }),
        }
    }

    fn notice_reply(&self, stored: bool) -> Reply {
        Reply { status: 200, media_type: "text/plain", body: if stored { "stored" } else { "again" }.to_owned() }
    }
}
