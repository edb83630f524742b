//! Carrying out what the table decides, on a copy of the order's progress.

use std::time::Duration;

use jiff::Timestamp;

use super::pace::{Pace, later, passed};
use super::table::{Rule, Signal};
use super::{Event, Fetched, Refusal, Report, Step, Task};
use crate::event::Kind;
use crate::order::{Document, Entry, Invoice, Order, Progress, Reason, State};
use crate::provider::{Outcome, ProviderInvoice, Rejection, Standing};
use crate::store::Login;

/// Questions between two re-issues of documents that could not be sealed: with the longest pause of five minutes this stays
/// below the 20 a day that providers allow (reference, issuing §4.8).
const RESEAL_EVERY: u32 = 16;

/// A step in the making.
pub(super) struct Draft<'a> {
    pub(super) order: &'a Order,
    pub(super) signal: Signal,
    pub(super) now: Timestamp,
    pub(super) pace: &'a Pace,
    pub(super) progress: Progress,
    pub(super) tell: Option<Kind>,
    pub(super) task: Option<Task>,
    pub(super) login: Option<Login>,
    texts: Vec<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(order: &'a Order, signal: Signal, now: Timestamp, pace: &'a Pace) -> Draft<'a> {
        let progress = order.progress.clone();
        Draft { order, signal, now, pace, progress, tell: None, task: None, login: None, texts: Vec::new() }
    }

    pub(super) fn finish(mut self) -> Step {
        let from = &self.order.progress;
        if self.progress.state != from.state && self.texts.is_empty() {
            self.note(String::new());
        }
        if self.progress != *from || !self.texts.is_empty() {
            self.progress.version = from.version + 1;
            self.progress.changed_at = self.now;
        }
        let (at, version, state, attempt) = (self.now, self.progress.version, self.progress.state, self.progress.attempt);
        let what = self.signal.name();
        let entry = |text| Entry { at, version, what: what.to_owned(), state, attempt, text };
        let entries = self.texts.into_iter().map(entry).collect();
        Step { progress: self.progress, entries, tell: self.tell, task: self.task, login: self.login }
    }

    /// A line of the timeline.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.texts.push(text.into());
    }

    /// Gives the lease back, with the next work due then.
    pub(super) fn rest(&mut self, due: Option<Timestamp>) {
        self.progress.leased_until = None;
        self.progress.due = due;
    }

    /// Goes on in the same lease; should its holder die, the work is due when it ends.
    pub(super) fn go_on(&mut self, task: Task) {
        self.task = Some(task);
        self.progress.due = self.progress.leased_until.or(Some(self.now));
    }

    /// The next question, after a growing pause.
    pub(super) fn ask_later(&mut self) {
        let pause = if self.progress.state == State::NeedsAttention { self.pace.attention } else { self.pace.asking(self.progress.tries) };
        self.progress.tries = self.progress.tries.saturating_add(1);
        self.pause(pause);
    }

    pub(super) fn pause(&mut self, pause: Duration) {
        self.rest(Some(later(self.now, pause)));
    }

    pub(super) fn apply(&mut self, rule: Rule, event: &Event) -> Result<(), Refusal> {
        match rule {
            Rule::Late => self.rest(self.progress.due),
            Rule::Rest => self.rest(None),
            Rule::Note | Rule::Hurry => self.noticed(rule, event),
            Rule::Send => self.send(),
            Rule::Doubt => self.doubt(event),
            Rule::Ask => self.ask(),
            Rule::Seal => self.seal(),
            Rule::Look => self.look(),
            Rule::Turn => self.turn(),
            Rule::Attend => self.attend(),
            Rule::Follow => self.follow(event),
            Rule::Take => self.take(event),
            Rule::Fail => self.fail(event),
            Rule::Contradict => self.contradict(event),
            Rule::Postpone => self.postpone(event),
            Rule::Miss | Rule::MissWatched => self.miss(rule),
            Rule::Wait | Rule::ResealWatched => self.wait(event),
            Rule::Reseal => self.reseal(event),
            Rule::Keep => self.keep(event),
            Rule::Again => self.again(event)?,
            Rule::Resume => self.resume(),
            Rule::Reverse => self.reverse(event)?,
            Rule::Withdraw | Rule::Phase => self.phase(event)?,
            Rule::RefuseUnderWay => return Err(Refusal::UnderWay),
            Rule::RefuseIssued => return Err(Refusal::Issued),
            Rule::RefuseNotIssued => return Err(Refusal::NotIssued),
            Rule::RefuseReversed => return Err(Refusal::Reversed),
            Rule::RefuseNoReversal => return Err(Refusal::NoReversal),
        }
        Ok(())
    }

    fn noticed(&mut self, rule: Rule, event: &Event) {
        if let Event::Noticed { claim } = event {
            self.note(claim.clone());
        }
        if rule == Rule::Hurry {
            self.progress.due = Some(self.progress.due.map_or(self.now, |due| due.min(self.now)));
        }
    }

    fn send(&mut self) {
        let progress = &mut self.progress;
        progress.state = State::Issuing;
        progress.attempt = progress.attempt.saturating_add(1);
        progress.sent_at = Some(self.now);
        progress.missed_at = None;
        progress.acknowledged = false;
        let task = if progress.registered { Task::Reissue } else { Task::Issue };
        self.go_on(task);
    }

    fn doubt(&mut self, event: &Event) {
        let why = match event {
            Event::Report { report: Report::Answered(Outcome::Unknown { text }), .. } => text.as_str(),
            _ => "发送中断, 结果未知",
        };
        self.progress.state = State::Unknown;
        self.progress.tries = 0;
        self.progress.reason = Some(Reason::new("unknown_outcome", why));
        self.note(why);
        self.pause(self.pace.asking(0));
    }

    fn ask(&mut self) {
        if self.progress.state != State::Querying {
            self.progress.state = State::Querying;
            self.progress.tries = 0;
        }
        self.task = Some(Task::Query);
    }

    fn seal(&mut self) {
        // Addresses go stale: every third time they are asked for anew.
        let fetch = self.unfetched() && self.progress.tries % 3 != 2;
        self.task = Some(if fetch { Task::Fetch } else { Task::Query });
    }

    /// Whether a document is named that is not kept.
    fn unfetched(&self) -> bool {
        let blue = self.progress.invoices.iter().filter(|invoice| invoice.reverses.is_none());
        blue.flat_map(|invoice| invoice.sources.iter().map(move |source| (invoice, source)))
            .any(|(invoice, source)| invoice.document(source.format).is_none())
    }

    fn look(&mut self) {
        if self.open_reversal().is_some() {
            self.turn();
        } else if self.unfetched() {
            self.task = Some(Task::Fetch);
        } else if self.progress.sent_at.is_some() || !self.progress.invoices.is_empty() {
            self.task = Some(Task::Query);
        } else {
            self.pause(self.pace.attention);
        }
    }

    fn attend(&mut self) {
        let since = self.progress.waiting_since;
        let mut text = format!("自 {since} 起等待, 需人工处理");
        if let Some(reason) = &self.progress.reason {
            text = format!("{text}: {}", reason.text);
        }
        self.attention("too_old", text);
    }

    fn contradict(&mut self, event: &Event) {
        let said = rejection(event).map(|rejection| rejection.to_string()).unwrap_or_default();
        self.attention("contradiction", format!("服务商先告知已开票, 后告知失败, 需人工核对: {said}"));
    }

    fn attention(&mut self, code: &str, text: String) {
        self.note(text.clone());
        let needs_login = self.progress.reason.as_ref().is_some_and(|reason| reason.needs_login);
        self.progress.state = State::NeedsAttention;
        self.progress.reason = Some(Reason { needs_login, ..Reason::new(code, text) });
        self.progress.tries = 0;
        self.tell = Some(Kind::NeedsAttention);
        self.pause(self.pace.attention);
    }

    fn follow(&mut self, event: &Event) {
        let progress = &mut self.progress;
        progress.state = State::Querying;
        progress.registered = true;
        progress.acknowledged = true;
        progress.tries = 0;
        progress.reason = None;
        if let Some(serial) = serial(event) {
            progress.serial = Some(serial);
        }
        self.pause(self.pace.asking(0));
    }

    fn take(&mut self, event: &Event) {
        let fresh = self.progress.state != State::Sealing;
        if self.progress.state == State::NeedsAttention {
            self.progress.waiting_since = self.now;
        }
        let progress = &mut self.progress;
        progress.state = State::Sealing;
        progress.registered = true;
        progress.acknowledged = true;
        progress.sent_at = None;
        progress.missed_at = None;
        progress.reason = None;
        if fresh {
            progress.tries = 0;
        }
        if let Some(serial) = serial(event) {
            progress.serial = Some(serial);
        }
        self.merge(invoices(event));
        if fresh {
            let numbers: Vec<&str> = self.progress.invoices.iter().map(|invoice| invoice.number.as_str()).collect();
            self.note(numbers.join(" "));
        }
        if self.unfetched() {
            self.go_on(Task::Fetch);
        } else {
            self.ask_later();
        }
    }

    /// Takes invoices over that a provider tells of: known ones are told by code and number.
    fn merge(&mut self, told: &[ProviderInvoice]) {
        // What is offered before the documents are sealed is not the document.
        let sealed = matches!(self.signal, Signal::Issued | Signal::FoundIssued);
        for told in told.iter().filter(|told| !told.number.is_empty()) {
            let mut told = told.clone();
            if !sealed {
                told.sources.clear();
            }
            let told = &told;
            let known = self.progress.invoices.iter_mut().find(|known| known.number == told.number && known.code == told.code);
            match known {
                Some(known) => refresh(known, told),
                None => self.progress.invoices.push(invoice(told)),
            }
        }
    }

    fn fail(&mut self, event: &Event) {
        let Some(rejection) = rejection(event) else { return self.wait(event) };
        // A provider that still tells of the attempt before: an answer about this one is awaited.
        let progress = &self.progress;
        let resent = progress.registered && !progress.acknowledged && progress.attempt > 1;
        let open = progress.sent_at.is_some_and(|sent| !passed(sent, self.pace.quiet, self.now));
        if self.signal == Signal::FoundFailed && resent && open {
            return self.ask_later();
        }
        if self.signal == Signal::FoundFailed {
            self.progress.registered = true;
        }
        self.failed(rejection.clone());
    }

    fn failed(&mut self, rejection: Rejection) {
        self.note(rejection.to_string());
        if rejection.needs_login {
            self.login = Some(Login::Missing { seen_at: self.now, text: rejection.text.clone() });
        }
        let progress = &mut self.progress;
        progress.state = State::Failed;
        progress.sent_at = None;
        progress.missed_at = None;
        progress.tries = 0;
        progress.reason = Some(rejection.reason());
        self.tell = Some(Kind::Failed);
        self.rest(None);
    }

    fn postpone(&mut self, event: &Event) {
        let tries = self.progress.tries;
        let reason = match event {
            Event::Report { report: Report::Answered(Outcome::Rejected(rejection)), .. } => {
                if tries + 1 >= self.pace.refusals {
                    return self.failed(rejection.clone());
                }
                rejection.reason()
            }
            Event::Report { report: Report::Answered(Outcome::NotSent { text }), .. } => Reason::new("not_sent", text.clone()),
            _ => Reason::new("not_sent", ""),
        };
        self.note(reason.text.clone());
        self.progress.state = State::Accepted;
        self.progress.sent_at = None;
        self.progress.reason = Some(reason);
        self.progress.tries = tries.saturating_add(1);
        self.pause(self.pace.sending(tries));
    }

    fn miss(&mut self, rule: Rule) {
        if self.progress.registered {
            self.progress.reason = Some(Reason::new("not_found", "服务商已受理, 但查询不到"));
            return self.ask_later();
        }
        let Some(missed_at) = self.progress.missed_at else {
            self.progress.missed_at = Some(self.now);
            self.note("服务商查无此单, 静默期后再查");
            return self.pause(self.pace.quiet);
        };
        if !passed(missed_at, self.pace.quiet, self.now) {
            return self.rest(Some(later(missed_at, self.pace.quiet)));
        }
        self.progress.sent_at = None;
        self.progress.missed_at = None;
        self.progress.tries = 0;
        if rule == Rule::Miss {
            self.note("静默期前后两次查无此单: 上次请求未到达, 重新发送");
            self.progress.state = State::Accepted;
            self.progress.reason = None;
            self.rest(Some(self.now));
        } else {
            let text = "静默期前后两次查无此单: 上次请求未到达, 重试即可重新发送";
            self.note(text);
            self.progress.reason = Some(Reason::new("not_found", text));
            self.pause(self.pace.attention);
        }
    }

    fn wait(&mut self, event: &Event) {
        let said = match event {
            Event::Report { report: Report::Found(Standing::Pending { serial }), .. } => {
                self.progress.registered = true;
                self.progress.acknowledged = true;
                self.progress.missed_at = None;
                if let Some(serial) = serial {
                    self.progress.serial = Some(serial.clone());
                }
                None
            }
            Event::Report { report: Report::Found(Standing::Unclear { text, needs_login }), .. } => {
                if *needs_login {
                    self.login = Some(Login::Missing { seen_at: self.now, text: text.clone() });
                }
                Some(Reason { needs_login: *needs_login, ..Reason::new("unclear", text.clone()) })
            }
            Event::Report { report: Report::Found(Standing::SealFailed { text, invoices }), .. } => {
                self.merge(invoices);
                Some(Reason::new("seal_failed", text.clone()))
            }
            Event::Report { report: Report::Found(Standing::Sealing { invoices, .. }), .. } => {
                self.merge(invoices);
                None
            }
            Event::Report { report: Report::Answered(Outcome::Rejected(rejection)), .. } => Some(rejection.reason()),
            Event::Report { report: Report::Answered(Outcome::Unknown { text } | Outcome::NotSent { text }), .. } => {
                Some(Reason::new("unknown_outcome", text.clone()))
            }
            _ => None,
        };
        // One line for a series of the same words.
        if let Some(reason) = &said
            && self.progress.reason.as_ref() != Some(reason)
        {
            self.note(reason.text.clone());
        }
        if self.progress.state != State::NeedsAttention {
            self.progress.reason = said;
        }
        self.ask_later();
    }

    fn reseal(&mut self, event: &Event) {
        let Event::Report { report: Report::Found(Standing::SealFailed { invoices, text }), .. } = event else { return self.wait(event) };
        if self.progress.state != State::Sealing {
            self.progress.state = State::Sealing;
            self.progress.tries = 0;
            self.progress.sent_at = None;
            self.progress.missed_at = None;
        }
        self.progress.registered = true;
        self.progress.acknowledged = true;
        self.merge(invoices);
        self.progress.reason = Some(Reason::new("seal_failed", text.clone()));
        if self.progress.tries.is_multiple_of(RESEAL_EVERY) {
            self.note(format!("版式文件生成失败, 以原单号重新生成: {text}"));
            self.go_on(Task::Reissue);
        } else {
            self.ask_later();
        }
    }

    fn keep(&mut self, event: &Event) {
        let Event::Report { report: Report::Fetched(fetched), .. } = event else { return self.wait(event) };
        self.keep_documents(fetched);
        let enough = self.enough(fetched, |invoice| invoice.reverses.is_none());
        if let Some(missing) = &fetched.missing {
            self.note(missing.clone());
        }
        if enough {
            self.progress.state = State::Issued;
            self.progress.issued_at = Some(self.now);
            self.progress.reason = None;
            self.progress.tries = 0;
            self.tell = Some(Kind::Issued);
            self.login = Some(Login::Present { seen_at: self.now });
            self.rest(None);
        } else {
            let why = fetched.missing.clone().unwrap_or_else(|| "服务商未提供版式文件".to_owned());
            self.progress.reason = Some(Reason::new("document_missing", why));
            self.ask_later();
        }
    }

    pub(super) fn keep_documents(&mut self, fetched: &Fetched) {
        for (place, document) in &fetched.documents {
            if let Some(invoice) = self.progress.invoices.get_mut(usize::from(*place)) {
                put(&mut invoice.documents, document.clone());
            }
        }
    }

    /// Whether the documents do: all that are named, or after many tries one for each invoice that a person can read.
    pub(super) fn enough(&self, fetched: &Fetched, concerns: impl Fn(&Invoice) -> bool) -> bool {
        let readable = self.progress.invoices.iter().filter(|invoice| concerns(invoice)).all(|invoice| invoice.readable().is_some());
        readable && (fetched.missing.is_none() || self.progress.tries + 1 >= self.pace.fetches)
    }

    fn again(&mut self, event: &Event) -> Result<(), Refusal> {
        if let Event::Retry { login_missing: Some(text) } = event {
            return Err(Refusal::NeedsLogin { text: text.clone() });
        }
        self.progress.state = State::Accepted;
        self.fresh();
        Ok(())
    }

    /// Takes up work anew, at once. A lease that somebody holds has nothing to do with it.
    pub(super) fn fresh(&mut self) {
        self.progress.waiting_since = self.now;
        self.progress.tries = 0;
        self.progress.reason = None;
        self.progress.missed_at = None;
        self.rest(Some(self.now));
    }

    fn resume(&mut self) {
        self.progress.state = if self.open_reversal().is_some() {
            State::Reversing
        } else if !self.progress.invoices.is_empty() {
            State::Sealing
        } else if self.progress.sent_at.is_some() {
            // A person has decided: when it is not found now, twice and with the quiet between, it may be sent again.
            self.progress.registered = false;
            State::Querying
        } else {
            State::Accepted
        };
        self.fresh();
    }
}

fn put(documents: &mut Vec<Document>, document: Document) {
    documents.retain(|known| known.format != document.format);
    documents.push(document);
    documents.sort_by_key(|document| document.format);
}

/// What the provider calls the order.
fn serial(event: &Event) -> Option<String> {
    match event {
        Event::Report { report: Report::Answered(Outcome::Accepted { serial } | Outcome::Issued { serial, .. }), .. }
        | Event::Report { report: Report::Found(Standing::Sealing { serial, .. } | Standing::Issued { serial, .. }), .. } => serial.clone(),
        _ => None,
    }
}

fn invoices(event: &Event) -> &[ProviderInvoice] {
    match event {
        Event::Report { report: Report::Answered(Outcome::Issued { invoices, .. }), .. }
        | Event::Report { report: Report::Found(Standing::Sealing { invoices, .. } | Standing::Issued { invoices, .. }), .. } => invoices,
        _ => &[],
    }
}

fn rejection(event: &Event) -> Option<&Rejection> {
    match event {
        Event::Report { report: Report::Answered(Outcome::Rejected(rejection)), .. }
        | Event::Report { report: Report::Found(Standing::Failed(rejection)), .. } => Some(rejection),
        _ => None,
    }
}

/// An invoice as it is told of, without documents yet.
pub(super) fn invoice(told: &ProviderInvoice) -> Invoice {
    Invoice {
        code: told.code.clone(),
        number: told.number.clone(),
        check_code: told.check_code.clone(),
        issued_at: told.issued_at,
        net: told.net,
        tax: told.tax,
        gross: told.gross,
        reverses: None,
        reversed_by: Vec::new(),
        sources: told.sources.clone(),
        documents: Vec::new(),
    }
}

/// Takes over what is told anew; what is not told stays.
pub(super) fn refresh(known: &mut Invoice, told: &ProviderInvoice) {
    if !told.check_code.is_empty() {
        known.check_code.clone_from(&told.check_code);
    }
    known.issued_at = told.issued_at.or(known.issued_at);
    known.net = told.net.or(known.net);
    known.tax = told.tax.or(known.tax);
    known.gross = told.gross.or(known.gross);
    if !told.sources.is_empty() {
        known.sources.clone_from(&told.sources);
    }
}
