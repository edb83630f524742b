//! Carrying out what the table of phases decides.

use rust_decimal::Decimal;

use super::apply::{Draft, invoice, refresh};
use super::pace::{later, passed};
use super::phase::{self, PhaseRule, PhaseSignal};
use super::table::Signal;
use super::{Event, Fetched, Refusal, Report, Task, answered};
use crate::event::Kind;
use crate::order::{Extent, Phase, RedRow, Reversal, ReversalRequest, RowKind, State, rows_on};
use crate::provider::{Outcome, ProviderInvoice, RedStanding, Rejection};
use crate::store::Login;

/// Questions between two tries to withdraw.
const WITHDRAW_EVERY: u32 = 4;

impl Draft<'_> {
    /// The place of the reversal whose turn it is: the first that is not settled.
    pub(super) fn open_reversal(&self) -> Option<u16> {
        let place = self.progress.reversals.iter().position(|reversal| !reversal.phase.is_settled())?;
        u16::try_from(place).ok()
    }

    fn reversal(&mut self, place: u16) -> Option<&mut Reversal> {
        self.progress.reversals.get_mut(usize::from(place))
    }

    pub(super) fn turn(&mut self) {
        match self.open_reversal() {
            Some(place) => self.turn_of(place),
            None => self.settle(),
        }
    }

    fn turn_of(&mut self, place: u16) {
        let Some(phase) = self.reversal(place).map(|reversal| reversal.phase) else { return };
        match phase::rule(phase, PhaseSignal::Turn) {
            PhaseRule::Send => {
                let now = self.now;
                if let Some(reversal) = self.reversal(place) {
                    reversal.phase = Phase::Sending;
                    reversal.attempt = reversal.attempt.saturating_add(1);
                    reversal.sent_at = Some(now);
                    reversal.missed_at = None;
                }
                self.note("");
                self.go_on(Task::Reverse(place));
            }
            PhaseRule::Doubt => self.doubt_reversal(place, "发送中断, 结果未知"),
            PhaseRule::Ask => self.task = Some(Task::QueryReversal(place)),
            PhaseRule::TakeBack => {
                let withdraw = self.progress.tries.is_multiple_of(WITHDRAW_EVERY);
                self.task = Some(if withdraw { Task::Withdraw(place) } else { Task::QueryReversal(place) });
            }
            PhaseRule::Seal => {
                let red = self.reversal(place).and_then(|reversal| reversal.red);
                let red = red.and_then(|red| self.progress.invoices.get(usize::from(red)));
                let named = red.is_some_and(|red| red.sources.iter().any(|source| red.document(source.format).is_none()));
                self.task = Some(if named { Task::FetchRed(place) } else { Task::FindRed(place) });
            }
            _ => self.rest(self.progress.due),
        }
    }

    /// Everything that comes back about a red letter, and the wish to withdraw one.
    pub(super) fn phase(&mut self, event: &Event) -> Result<(), Refusal> {
        let (place, signal) = match event {
            Event::Withdraw { reversal } => {
                let place = reversal.or_else(|| self.open_reversal()).ok_or(Refusal::NoReversal)?;
                (place, PhaseSignal::Withdraw)
            }
            Event::Report { report: Report::RedAnswered(place, outcome), .. } => (*place, sent(outcome)),
            Event::Report { report: Report::RedFound(place, standing), .. } => (*place, found(standing)),
            Event::Report { report: Report::Withdrew(place, _), .. } => (*place, PhaseSignal::Withdrew),
            Event::Report { report: Report::RedFetched(place, _), .. } => (*place, PhaseSignal::Fetched),
            _ => {
                self.rest(self.progress.due);
                return Ok(());
            }
        };
        let phase = self.reversal(place).map(|reversal| reversal.phase).ok_or(Refusal::NoReversal)?;
        match phase::rule(phase, signal) {
            PhaseRule::RefuseUnderWay => return Err(Refusal::UnderWay),
            PhaseRule::RefuseNoReversal => return Err(Refusal::NoReversal),
            PhaseRule::Doubt => self.doubt_reversal(place, text(event)),
            PhaseRule::Follow => self.follow_reversal(place, event),
            PhaseRule::Take => self.take_red(place, event),
            PhaseRule::Fail => self.fail_reversal(place, rejection(event)),
            PhaseRule::Postpone => self.postpone_reversal(place, event),
            PhaseRule::Miss => self.miss_reversal(place),
            PhaseRule::Wait => self.wait_reversal(place, event),
            PhaseRule::Keep => self.keep_red(place, event),
            PhaseRule::Cancel => self.fail_reversal(place, Rejection::final_one("withdrawn", "已撤回")),
            PhaseRule::Withdraw => {
                if let Some(reversal) = self.reversal(place) {
                    reversal.phase = Phase::Withdrawing;
                    reversal.missed_at = None;
                }
                self.note("撤回");
                self.progress.tries = 0;
                self.progress.due = Some(self.now);
            }
            PhaseRule::Late | PhaseRule::Send | PhaseRule::Ask | PhaseRule::TakeBack | PhaseRule::Seal => self.rest(self.progress.due),
        }
        Ok(())
    }

    fn doubt_reversal(&mut self, place: u16, why: &str) {
        if let Some(reversal) = self.reversal(place) {
            reversal.phase = Phase::Unknown;
        }
        self.note(why);
        self.progress.tries = 0;
        self.pause(self.pace.asking(0));
    }

    fn follow_reversal(&mut self, place: u16, event: &Event) {
        if let Some(reversal) = self.reversal(place) {
            reversal.phase = Phase::Waiting;
            reversal.registered = true;
            reversal.missed_at = None;
            learn(reversal, event);
        }
        self.note("");
        self.progress.tries = 0;
        self.ask_later();
    }

    fn wait_reversal(&mut self, place: u16, event: &Event) {
        let mut changed = None;
        if let Some(reversal) = self.reversal(place) {
            let before = reversal.waits_for.clone();
            learn(reversal, event);
            if reversal.waits_for != before {
                changed.clone_from(&reversal.waits_for);
            }
        }
        if let Some(waits_for) = changed {
            self.note(waits_for);
        }
        if let Event::Report { report: Report::RedFound(_, RedStanding::Unclear { text, needs_login: true }), .. } = event {
            self.login = Some(Login::Missing { seen_at: self.now, text: text.clone() });
        }
        self.ask_later();
    }

    fn take_red(&mut self, place: u16, event: &Event) {
        let Some(told) = told(event).cloned() else { return self.wait_reversal(place, event) };
        let Some(reversal) = self.reversal(place) else { return };
        learn(reversal, event);
        reversal.sent_at = None;
        reversal.missed_at = None;
        reversal.registered = true;
        reversal.waits_for = None;
        let (fresh, blue, known) = (reversal.phase != Phase::Sealing, reversal.invoice, reversal.red);
        reversal.phase = Phase::Sealing;
        match known.and_then(|known| self.progress.invoices.get_mut(usize::from(known))) {
            Some(known) => refresh(known, &told),
            None => self.link(place, blue, &told),
        }
        if fresh {
            self.note(told.number.clone());
            self.progress.tries = 0;
        }
        if told.sources.is_empty() {
            self.ask_later();
        } else {
            self.go_on(Task::FetchRed(place));
        }
    }

    /// Puts a red letter behind the order's invoices, linked with the one that it reverses in both directions.
    fn link(&mut self, place: u16, blue: u16, told: &ProviderInvoice) {
        let red = u16::try_from(self.progress.invoices.len()).unwrap_or(u16::MAX);
        let mut letter = invoice(told);
        letter.reverses = Some(blue);
        self.progress.invoices.push(letter);
        if let Some(blue) = self.progress.invoices.get_mut(usize::from(blue)) {
            blue.reversed_by.push(red);
        }
        if let Some(reversal) = self.reversal(place) {
            reversal.red = Some(red);
        }
    }

    fn fail_reversal(&mut self, place: u16, rejection: Rejection) {
        if rejection.needs_login {
            self.login = Some(Login::Missing { seen_at: self.now, text: rejection.text.clone() });
        }
        if let Some(reversal) = self.reversal(place) {
            reversal.phase = Phase::Failed;
            reversal.sent_at = None;
            reversal.missed_at = None;
            reversal.waits_for = None;
            reversal.failure = Some(rejection.reason());
        }
        self.note(rejection.to_string());
        self.tell = Some(Kind::ReversalFailed);
        self.settle();
    }

    fn postpone_reversal(&mut self, place: u16, event: &Event) {
        let tries = self.progress.tries;
        if self.signal == Signal::Red
            && let Event::Report { report: Report::RedAnswered(_, Outcome::Rejected(rejection)), .. } = event
            && tries + 1 >= self.pace.refusals
        {
            return self.fail_reversal(place, rejection.clone());
        }
        if let Some(reversal) = self.reversal(place) {
            reversal.phase = Phase::Asked;
            reversal.sent_at = None;
        }
        self.note(text(event));
        self.progress.tries = tries.saturating_add(1);
        self.pause(self.pace.sending(tries));
    }

    fn miss_reversal(&mut self, place: u16) {
        let (now, quiet) = (self.now, self.pace.quiet);
        let Some(reversal) = self.reversal(place) else { return };
        if reversal.registered {
            return self.ask_later();
        }
        let Some(missed_at) = reversal.missed_at else {
            reversal.missed_at = Some(now);
            return self.pause(quiet);
        };
        if !passed(missed_at, quiet, now) {
            return self.rest(Some(later(missed_at, quiet)));
        }
        if reversal.phase == Phase::Withdrawing {
            return self.fail_reversal(place, Rejection::final_one("withdrawn", "已撤回: 服务商未收到该红冲"));
        }
        reversal.phase = Phase::Asked;
        reversal.sent_at = None;
        reversal.missed_at = None;
        self.note("静默期前后两次查无此红冲: 上次请求未到达, 重新发送");
        self.progress.tries = 0;
        self.rest(Some(now));
    }

    fn keep_red(&mut self, place: u16, event: &Event) {
        let Event::Report { report: Report::RedFetched(_, fetched), .. } = event else { return };
        self.keep_documents(fetched);
        if self.red_is_kept(place, fetched) {
            if let Some(reversal) = self.reversal(place) {
                reversal.phase = Phase::Done;
            }
            self.note("");
            self.tell = Some(Kind::Reversed);
            self.settle();
        } else {
            self.note(fetched.missing.clone().unwrap_or_else(|| "服务商未提供版式文件".to_owned()));
            self.ask_later();
        }
    }

    fn red_is_kept(&self, place: u16, fetched: &Fetched) -> bool {
        let red = self.progress.reversals.get(usize::from(place)).and_then(|reversal| reversal.red);
        let Some(red) = red.and_then(|red| self.progress.invoices.get(usize::from(red))) else { return false };
        self.enough(fetched, |invoice| std::ptr::eq(invoice, red))
    }

    /// After a reversal is settled: the next one, or the state that says what is left.
    fn settle(&mut self) {
        self.progress.tries = 0;
        if self.open_reversal().is_some() {
            return self.rest(Some(self.now));
        }
        self.progress.state = self.left();
        self.progress.reason = None;
        self.rest(None);
    }

    /// The state by what is left of the invoices.
    fn left(&self) -> State {
        let done = |reversal: &&Reversal| reversal.phase == Phase::Done;
        let blue = |place: u16| self.progress.invoices.get(usize::from(place)).is_some_and(|invoice| invoice.reverses.is_none());
        let places = (0..self.progress.invoices.len()).filter_map(|place| u16::try_from(place).ok()).filter(|place| blue(*place));
        let mut all = true;
        for place in places {
            let mut of = self.progress.reversals.iter().filter(done).filter(|reversal| reversal.invoice == place);
            all &= of.any(|reversal| reversal.extent == Extent::Whole) || self.parts_are_all(place);
        }
        match (all, self.progress.reversals.iter().any(|reversal| done(&reversal))) {
            (true, true) => State::Reversed,
            (false, true) => State::PartlyReversed,
            (_, false) => State::Issued,
        }
    }

    /// Whether the parts that are reversed make up the whole.
    fn parts_are_all(&self, place: u16) -> bool {
        let parts = self.progress.reversals.iter().filter(|reversal| reversal.invoice == place && reversal.phase == Phase::Done);
        let net = parts.flat_map(|reversal| rows(&reversal.extent)).map(|row| row.net);
        let on = rows_on(&self.order.content, &self.progress.invoices, place);
        let on = on.and_then(|on| self.order.content.rows.get(usize::from(on.start)..usize::from(on.end)));
        let whole = on.and_then(|on| invoice::amount::sum(on.iter().map(|row| row.net)));
        invoice::amount::sum(net) == whole && whole.is_some()
    }

    /// Begins a reversal.
    pub(super) fn reverse(&mut self, event: &Event) -> Result<(), Refusal> {
        let Event::Reverse(request) = event else { return Ok(()) };
        let places = self.places(request)?;
        for place in places {
            self.fits(place, &request.extent)?;
            self.progress.reversals.push(Reversal {
                invoice: place,
                extent: request.extent.clone(),
                reason: request.reason,
                phase: Phase::Asked,
                asked_at: self.now,
                attempt: 0,
                sent_at: None,
                registered: false,
                missed_at: None,
                serial: None,
                waits_for: None,
                failure: None,
                red: None,
            });
        }
        self.progress.state = State::Reversing;
        self.fresh();
        Ok(())
    }

    /// Which invoices a request is about.
    fn places(&self, request: &ReversalRequest) -> Result<Vec<u16>, Refusal> {
        let all = self.progress.invoices.iter().enumerate().filter(|(_, invoice)| invoice.reverses.is_none());
        let blue: Vec<u16> = all.filter_map(|(place, _)| u16::try_from(place).ok()).collect();
        match request.invoice {
            Some(place) if blue.contains(&place) => Ok(vec![place]),
            Some(place) => Err(not_reversible(format!("第 {place} 张发票不存在或为红字发票"))),
            // Rows name their invoice, where all of them stand on one.
            None if blue.len() > 1 && matches!(request.extent, Extent::Part(_)) => {
                let of = |row: &RedRow| {
                    let on = |place: &&u16| {
                        rows_on(&self.order.content, &self.progress.invoices, **place).is_some_and(|on| on.contains(&row.row))
                    };
                    blue.iter().find(on).copied()
                };
                let mut places: Vec<Option<u16>> = rows(&request.extent).iter().map(of).collect();
                places.dedup();
                match places[..] {
                    [Some(place)] => Ok(vec![place]),
                    _ => Err(not_reversible("部分红冲须指明发票, 各行须在同一张发票上")),
                }
            }
            None => {
                let open: Vec<u16> = blue.into_iter().filter(|place| !self.touched(*place)).collect();
                if open.is_empty() { Err(not_reversible("没有可红冲的发票")) } else { Ok(open) }
            }
        }
    }

    /// Whether an invoice was reversed in any part, or is being.
    fn touched(&self, place: u16) -> bool {
        let whole = |reversal: &Reversal| matches!(reversal.extent, Extent::Whole);
        self.progress.reversals.iter().any(|reversal| reversal.invoice == place && reversal.phase != Phase::Failed && whole(reversal))
    }

    /// Whether so much is left to reverse.
    fn fits(&self, place: u16, extent: &Extent) -> Result<(), Refusal> {
        let standing = || self.progress.reversals.iter().filter(|known| known.invoice == place && known.phase != Phase::Failed);
        if standing().any(|known| known.extent == Extent::Whole) {
            return Err(not_reversible("该发票已全额红冲"));
        }
        let Extent::Part(parts) = extent else {
            let touched = standing().next().is_some();
            return if touched { Err(not_reversible("该发票已部分红冲, 余额请按行红冲")) } else { Ok(()) };
        };
        let on = rows_on(&self.order.content, &self.progress.invoices, place);
        let on = on.ok_or_else(|| not_reversible("服务商未告知拆分后各发票的明细, 该发票只能整张红冲"))?;
        if parts.is_empty() {
            return Err(not_reversible("没有红冲的行"));
        }
        for (at, part) in parts.iter().enumerate() {
            if parts[..at].iter().any(|other| other.row == part.row) {
                return Err(not_reversible(format!("第 {} 行重复", part.row)));
            }
            if !on.contains(&part.row) {
                return Err(not_reversible(format!("第 {} 行不在该发票上", part.row)));
            }
            self.part_fits(part, standing().flat_map(|known| rows(&known.extent)).filter(|known| known.row == part.row))?;
        }
        Ok(())
    }

    fn part_fits<'r>(&self, part: &RedRow, earlier: impl Iterator<Item = &'r RedRow>) -> Result<(), Refusal> {
        let at = usize::from(part.row);
        let row = self.order.content.rows.get(at).filter(|row| row.kind != RowKind::Discount);
        let row = row.ok_or_else(|| not_reversible(format!("第 {} 行不存在或为折扣行", part.row)))?;
        let discount = self.order.content.rows.get(at + 1).filter(|next| next.kind == RowKind::Discount);
        let (mut net, mut tax, mut quantity) = (row.net, row.tax, row.quantity);
        if let Some(discount) = discount {
            net += discount.net;
            tax += discount.tax;
        }
        for earlier in earlier {
            net -= earlier.net;
            tax -= earlier.tax;
            quantity = quantity.zip(earlier.quantity).map(|(left, taken)| left - taken).or(quantity);
        }
        let too_much = part.net > net || part.tax > tax || part.quantity.zip(quantity).is_some_and(|(part, left)| part > left);
        let cents = part.net == invoice::amount::to_cents(part.net) && part.tax == invoice::amount::to_cents(part.tax);
        let positive = part.net > Decimal::ZERO && part.tax >= Decimal::ZERO && part.quantity.is_none_or(|part| part > Decimal::ZERO);
        if part.quantity.is_some() && row.quantity.is_none() {
            return Err(not_reversible(format!("第 {} 行没有数量", part.row)));
        }
        if !positive || !cents {
            return Err(not_reversible(format!("第 {} 行金额须为正, 至多两位小数", part.row)));
        }
        if too_much { Err(not_reversible(format!("第 {} 行超出可红冲余额 {net}", part.row))) } else { Ok(()) }
    }
}

fn not_reversible(why: impl Into<String>) -> Refusal {
    Refusal::NotReversible { why: why.into() }
}

fn rows(extent: &Extent) -> &[RedRow] {
    match extent {
        Extent::Whole => &[],
        Extent::Part(rows) => rows,
    }
}

/// Which signal the end of a sending is.
fn sent(outcome: &Outcome) -> PhaseSignal {
    match answered(outcome) {
        Signal::Accepted => PhaseSignal::Accepted,
        Signal::Issued => PhaseSignal::Issued,
        Signal::RejectedForNow => PhaseSignal::RejectedForNow,
        Signal::NotSent => PhaseSignal::NotSent,
        Signal::NoAnswer => PhaseSignal::NoAnswer,
        _ => PhaseSignal::Rejected,
    }
}

fn found(standing: &RedStanding) -> PhaseSignal {
    match standing {
        RedStanding::NotFound => PhaseSignal::NotFound,
        RedStanding::Pending { .. } => PhaseSignal::FoundPending,
        // A red letter without a number says nothing.
        RedStanding::Issued { invoice, .. } if invoice.number.is_empty() => PhaseSignal::Unclear,
        RedStanding::Issued { .. } => PhaseSignal::FoundIssued,
        RedStanding::Failed(_) => PhaseSignal::FoundFailed,
        RedStanding::Unclear { .. } => PhaseSignal::Unclear,
    }
}

/// Takes over what the provider calls the reversal and what it waits for.
fn learn(reversal: &mut Reversal, event: &Event) {
    let serial = match event {
        Event::Report { report: Report::RedAnswered(_, Outcome::Accepted { serial } | Outcome::Issued { serial, .. }), .. } => serial,
        Event::Report { report: Report::RedFound(_, RedStanding::Pending { serial, waits_for }), .. } => {
            reversal.waits_for = Some(waits_for.clone());
            reversal.registered = true;
            reversal.missed_at = None;
            serial
        }
        Event::Report { report: Report::RedFound(_, RedStanding::Issued { serial, .. }), .. } => serial,
        _ => return,
    };
    if let Some(serial) = serial {
        reversal.serial = Some(serial.clone());
    }
}

/// The red letter as it is told of.
fn told(event: &Event) -> Option<&ProviderInvoice> {
    match event {
        Event::Report { report: Report::RedAnswered(_, Outcome::Issued { invoices, .. }), .. } => invoices.first(),
        Event::Report { report: Report::RedFound(_, RedStanding::Issued { invoice, .. }), .. } => Some(invoice),
        _ => None,
    }
}

fn rejection(event: &Event) -> Rejection {
    match event {
        Event::Report { report: Report::RedAnswered(_, Outcome::Rejected(rejection)), .. }
        | Event::Report { report: Report::RedFound(_, RedStanding::Failed(rejection)), .. } => rejection.clone(),
        _ => Rejection::final_one("failed", ""),
    }
}

fn text(event: &Event) -> &str {
    match event {
        Event::Report { report: Report::RedAnswered(_, outcome), .. } => match outcome {
            Outcome::Rejected(rejection) => &rejection.text,
            Outcome::NotSent { text } | Outcome::Unknown { text } => text,
            Outcome::Accepted { .. } | Outcome::Issued { .. } => "",
        },
        _ => "",
    }
}
