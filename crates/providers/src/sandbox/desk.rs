//! The bureau at its desk: what it does with each call. Pure but for its book; the clock comes in.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

use issue::order::{Content, Extent, Format, ProviderNumber, RowKind, TaxId};
use issue::provider::Answer;
use issue::transport::Fault;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::book::{Book, BookError, Place};
use super::message::{Asked, Letter, Notice, Numbered, Refused, Stage, Standing, Told};
use super::number::Numbers;
use super::switch::{Switch, Switches};

/// The refusal of a number that is known already.
pub(super) const KNOWN: &str = "SB1106";
/// What [`Switch::Slow`] multiplies the delay by, and how much longer than the bureau a buyer takes.
const SLOW: u32 = 30;
/// Notices that wait to be given; what nobody takes is forgotten, the oldest first.
const WAITING_NOTICES: usize = 10_000;

/// What comes of a call.
pub(super) enum Done {
    /// An answer in the bureau's words.
    Told(Told),
    /// Some other answer.
    Raw(Answer),
    /// No answer.
    Fault(Fault),
    /// A document, which is still to be drawn.
    Paper { content: Box<Content>, invoice: Numbered, format: Format },
}

impl Done {
    fn refused(code: &str, text: &str) -> Done {
        Done::Told(Told::Refused(Refused::new(code, text)))
    }
}

/// An order or a red letter in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    seller: TaxId,
    /// The seller's switches as they were at the last call.
    switches: Switches,
    /// Those of the order's remark.
    remark: Switches,
    /// How many times each has worked.
    hits: BTreeMap<Switch, u32>,
    delay_ms: u64,
    notice: bool,
    pub(super) stage: Stage,
    pub(super) content: Option<Place>,
    pub(super) invoices: Vec<Numbered>,
    /// Of a red letter: what it reverses.
    pub(super) red: Option<Red>,
    /// Of an order: the numbers of the red letters that were asked for.
    pub(super) reds: Vec<ProviderNumber>,
}

/// What a red letter reverses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Red {
    pub(super) invoice: String,
    pub(super) extent: Extent,
}

impl Entry {
    pub(super) fn untaken(letter: &Letter) -> Entry {
        Entry {
            seller: letter.seller.clone(),
            switches: letter.switches.clone(),
            remark: Switches::default(),
            hits: BTreeMap::new(),
            delay_ms: letter.delay_ms,
            notice: letter.notice,
            stage: Stage::Untaken,
            content: None,
            invoices: Vec::new(),
            red: None,
            reds: Vec::new(),
        }
    }

    pub(super) fn seller(&self) -> &TaxId {
        &self.seller
    }

    /// Takes over what the seller's settings say now.
    pub(super) fn meet(&mut self, letter: &Letter) {
        self.switches = letter.switches.clone();
        self.delay_ms = letter.delay_ms;
        self.notice |= letter.notice;
    }

    /// Whether a switch is on and works this time too; the time is counted.
    pub(super) fn hit(&mut self, switch: Switch) -> bool {
        let Some(times) = self.remark.times(switch).or_else(|| self.switches.times(switch)) else { return false };
        let hits = self.hits.entry(switch).or_default();
        let works = *hits < times;
        *hits = hits.saturating_add(u32::from(works));
        works
    }

    /// When a buyer has decided about something that begins now.
    pub(super) fn decided(&self, now: Timestamp) -> Timestamp {
        let delay = Duration::from_millis(self.delay_ms).saturating_mul(SLOW);
        now.checked_add(delay).unwrap_or(Timestamp::MAX)
    }

    /// When something that begins now is done.
    pub(super) fn due(&mut self, now: Timestamp) -> Timestamp {
        let delay = Duration::from_millis(self.delay_ms);
        let delay = if self.hit(Switch::Slow) { delay.saturating_mul(SLOW) } else { delay };
        now.checked_add(delay).unwrap_or(Timestamp::MAX)
    }

    /// Faults after the work was done: the answer is lost in one way or another.
    pub(super) fn lost(&mut self) -> Option<Done> {
        if self.hit(Switch::TimeoutAfter) {
            return Some(Done::Fault(Fault::Unknown("timed out".to_owned())));
        }
        if self.hit(Switch::LostAnswer) {
            return Some(Done::Fault(Fault::Unknown("the connection was reset".to_owned())));
        }
        if self.hit(Switch::Garbage) {
            return Some(Done::Raw(Answer::new(200, &b"{\"told\":"[..])));
        }
        self.hit(Switch::ServerError).then(|| Done::Raw(Answer::new(500, &b"internal error"[..])))
    }

    /// Faults before anything is done.
    pub(super) fn unreached(&mut self) -> Option<Done> {
        if self.hit(Switch::Unreachable) {
            return Some(Done::Fault(Fault::NotSent("connection refused".to_owned())));
        }
        self.hit(Switch::TimeoutBefore).then(|| Done::Fault(Fault::Unknown("timed out".to_owned())))
    }
}

/// The desk.
pub(super) struct Desk {
    pub(super) book: Book,
    numbers: Numbers,
    /// Sellers that went through the login since this process began.
    pub(super) logged_in: HashSet<TaxId>,
    notices: VecDeque<(Timestamp, ProviderNumber)>,
}

impl Desk {
    pub(super) fn new(book: Book) -> Desk {
        Desk { book, numbers: Numbers::default(), logged_in: HashSet::new(), notices: VecDeque::new() }
    }

    /// Answers a call.
    pub(super) fn answer(&mut self, letter: &Letter, now: Timestamp) -> Result<Done, BookError> {
        match &letter.asked {
            Asked::Issue { number, content } => self.issue(letter, number, content, now),
            Asked::Query { number } | Asked::QueryRed { number } => self.query(letter, number, now),
            Asked::Reissue { number } => self.reissue(letter, number, now),
            Asked::Deliver { .. } => Ok(Done::Told(Told::Done)),
            Asked::Reverse { number, blue, invoice, extent, reason } => {
                self.reverse(letter, super::red::Wish { number, blue, invoice, extent, reason: *reason }, now)
            }
            Asked::Withdraw { number } => self.withdraw(letter, number, now),
            Asked::Login { step } => Ok(self.login(letter, *step, now)),
            Asked::Credit => self.credit(letter, now),
            Asked::Document { number, place, format } => self.document(letter, number, *place, *format),
        }
    }

    /// An entry, brought up to now.
    pub(super) fn entry(&mut self, letter: Option<&Letter>, number: &ProviderNumber, now: Timestamp) -> Result<Option<Entry>, BookError> {
        let Some(before) = self.book.get::<Entry>(&key(number))? else { return Ok(None) };
        let mut entry = before.clone();
        if let Some(letter) = letter {
            entry.meet(letter);
        }
        self.advance(&mut entry, now)?;
        if entry != before {
            self.keep(number, &entry)?;
        }
        Ok(Some(entry))
    }

    pub(super) fn keep(&mut self, number: &ProviderNumber, entry: &Entry) -> Result<(), BookError> {
        self.book.put(&key(number), entry)
    }

    fn issue(&mut self, letter: &Letter, number: &ProviderNumber, content: &Content, now: Timestamp) -> Result<Done, BookError> {
        let mut entry = self.entry(Some(letter), number, now)?.unwrap_or_else(|| Entry::untaken(letter));
        entry.remark = Switches::default().with_remark(&content.remark);
        let done = match entry.unreached() {
            Some(fault) => fault,
            None if entry.stage != Stage::Untaken => Done::refused(KNOWN, "订单编号不能重复"),
            None => match self.refusal(&mut entry) {
                Some(refused) => Done::Told(Told::Refused(refused)),
                None => {
                    entry.content = Some(self.book.add(content)?);
                    entry.stage = Stage::Working { due: entry.due(now) };
                    self.announce(&entry, number);
                    entry.lost().unwrap_or_else(|| Done::Told(Told::Accepted { serial: serial(number) }))
                }
            },
        };
        self.keep(number, &entry)?;
        Ok(done)
    }

    fn reissue(&mut self, letter: &Letter, number: &ProviderNumber, now: Timestamp) -> Result<Done, BookError> {
        let Some(mut entry) = self.entry(Some(letter), number, now)? else { return Ok(Done::refused("SB1500", "订单不存在")) };
        let done = match (entry.unreached(), entry.stage.clone()) {
            (Some(fault), _) => fault,
            (None, Stage::Untaken) => Done::refused("SB1500", "订单不存在"),
            (None, Stage::Failed(_) | Stage::SealFailed) => match self.refusal(&mut entry) {
                Some(refused) => Done::Told(Told::Refused(refused)),
                None => {
                    let due = entry.due(now);
                    entry.stage = if entry.invoices.is_empty() { Stage::Working { due } } else { Stage::Sealing { due } };
                    self.announce(&entry, number);
                    entry.lost().unwrap_or_else(|| Done::Told(Told::Accepted { serial: serial(number) }))
                }
            },
            (None, _) => Done::refused(KNOWN, "发票已经生成或正在开具,不需要重复提交"),
        };
        self.keep(number, &entry)?;
        Ok(done)
    }

    /// Why the bureau would not take an order now.
    fn refusal(&mut self, entry: &mut Entry) -> Option<Refused> {
        if !self.logged_in.contains(&entry.seller) && entry.hit(Switch::Login) {
            return Some(Refused { needs_login: true, ..Refused::new("SB3999", "需要先登录电子税务局（沙箱）: 请扫码登录后重试") });
        }
        if entry.hit(Switch::Busy) {
            return Some(Refused { for_now: true, ..Refused::new("SB1503", "系统繁忙，请稍后再试（沙箱）") });
        }
        if entry.hit(Switch::NoCredit) {
            return Some(Refused::new("SB1403", "可用授信额度不足（沙箱）"));
        }
        entry.hit(Switch::Reject).then(|| Refused::new("SB1400", "按沙箱开关拒绝开票"))
    }

    fn query(&mut self, letter: &Letter, number: &ProviderNumber, now: Timestamp) -> Result<Done, BookError> {
        let Some(mut entry) = self.entry(Some(letter), number, now)? else { return Ok(Done::Told(Told::NotFound)) };
        let before = entry.clone();
        let done = if entry.hit(Switch::QueryFails) {
            Done::Raw(Answer::new(500, &b"internal error"[..]))
        } else if entry.hit(Switch::NotFound) || entry.stage == Stage::Untaken {
            Done::Told(Told::NotFound)
        } else {
            Done::Told(Told::Standing(Standing { serial: serial(number), stage: entry.stage.clone(), invoices: entry.invoices.clone() }))
        };
        if entry != before {
            self.keep(number, &entry)?;
        }
        Ok(done)
    }

    fn document(&mut self, letter: &Letter, number: &ProviderNumber, place: u16, format: Format) -> Result<Done, BookError> {
        let gone = || Done::Raw(Answer::new(404, &b"<html><body>404</body></html>"[..]));
        let Some(mut entry) = self.book.get::<Entry>(&key(number))? else { return Ok(gone()) };
        entry.meet(letter);
        if entry.hit(Switch::DamagedDocument) {
            self.keep(number, &entry)?;
            // What stale links of real platforms answer: a page, with status 200.
            return Ok(Done::Raw(Answer::new(200, &b"<html><body>error</body></html>"[..])));
        }
        let invoice = entry.invoices.get(usize::from(place)).filter(|_| entry.stage == Stage::Issued);
        let (Some(invoice), Some(content)) = (invoice.cloned(), entry.content) else { return Ok(gone()) };
        Ok(Done::Paper { content: Box::new(self.book.at(content)?), invoice, format })
    }

    /// Does what was due by now.
    fn advance(&mut self, entry: &mut Entry, now: Timestamp) -> Result<(), BookError> {
        loop {
            match entry.stage {
                Stage::Working { due } if due <= now => self.finish(entry, due, now)?,
                Stage::Confirming { due } if due <= now => {
                    entry.stage = if entry.hit(Switch::BuyerRefuses) {
                        Stage::Failed(Refused::new("SB0005", "购方已拒绝确认红字确认单（沙箱）"))
                    } else {
                        Stage::Working { due: entry.due(due) }
                    };
                }
                Stage::Sealing { due } if due <= now => entry.stage = sealed(entry),
                _ => return Ok(()),
            }
        }
    }

    /// The moment of issuing. Nothing but this gives an invoice its number, and it leaves [`Stage::Working`] for ever.
    fn finish(&mut self, entry: &mut Entry, due: Timestamp, now: Timestamp) -> Result<(), BookError> {
        let place = entry.content;
        let content: Content = match place {
            Some(place) if !entry.hit(Switch::Fail) => self.book.at(place)?,
            _ => {
                entry.stage = Stage::Failed(Refused::new("SB2200", "按沙箱开关开票失败"));
                return Ok(());
            }
        };
        let split = entry.red.is_none() && entry.hit(Switch::Split);
        for rows in groups(&content, split) {
            let number = self.numbers.next(due, now);
            entry.invoices.push(numbered(&content, rows, number, due));
        }
        self.charge(entry)?;
        entry.stage = sealed(entry);
        Ok(())
    }

    /// Puts a notice on the list, twice if it should come twice.
    pub(super) fn announce(&mut self, entry: &Entry, number: &ProviderNumber) {
        let has = |switch| entry.switches.has(switch) || entry.remark.has(switch);
        let due = match entry.stage {
            Stage::Working { due } | Stage::Confirming { due } | Stage::Sealing { due } => due,
            _ => return,
        };
        if !entry.notice || has(Switch::NoNotice) {
            return;
        }
        for _ in 0..if has(Switch::DuplicateNotice) { 2 } else { 1 } {
            self.notices.push_back((due, number.clone()));
        }
        while self.notices.len() > WAITING_NOTICES {
            self.notices.pop_front();
        }
    }

    /// Takes the notices that are due.
    pub(super) fn notices(&mut self, now: Timestamp) -> Result<Vec<Notice>, BookError> {
        let mut due = Vec::new();
        self.notices.retain(|(at, number)| {
            let is_due = *at <= now;
            if is_due {
                due.push(number.clone());
            }
            !is_due
        });
        let mut notices = Vec::new();
        for number in due {
            let Some(entry) = self.entry(None, &number, now)? else { continue };
            let claim = match &entry.stage {
                Stage::Issued => "开票成功".to_owned(),
                Stage::SealFailed => "开票成功, 签章失败".to_owned(),
                Stage::Failed(refused) => format!("开票失败: {}", refused.text),
                _ => {
                    // It waits for something else by now, whose end will be told.
                    self.announce(&entry, &number);
                    continue;
                }
            };
            notices.push(Notice { serial: serial(&number), number, claim });
        }
        Ok(notices)
    }

    /// When the next notice is due.
    pub(super) fn next_notice(&self) -> Option<Timestamp> {
        self.notices.iter().map(|(due, _)| *due).min()
    }
}

pub(super) fn key(number: &ProviderNumber) -> String {
    format!("order/{number}")
}

/// The bureau's own serial of an order.
pub(super) fn serial(number: &ProviderNumber) -> String {
    format!("SB{number}")
}

fn sealed(entry: &mut Entry) -> Stage {
    // Nobody asks for a red letter to be sealed again.
    if entry.red.is_none() && entry.hit(Switch::SealFails) { Stage::SealFailed } else { Stage::Issued }
}

/// The rows of each invoice: all in one, or each by itself with the discount behind it.
fn groups(content: &Content, split: bool) -> Vec<(u16, u16)> {
    let all = u16::try_from(content.rows.len()).unwrap_or(u16::MAX);
    if !split {
        return vec![(0, all)];
    }
    let mut groups: Vec<(u16, u16)> = Vec::new();
    for (at, row) in (0..all).zip(&content.rows) {
        match groups.last_mut() {
            Some(last) if row.kind == RowKind::Discount => last.1 = at + 1,
            _ => groups.push((at, at + 1)),
        }
    }
    groups
}

fn numbered(content: &Content, rows: (u16, u16), number: String, issued_at: Timestamp) -> Numbered {
    let of = content.rows.get(usize::from(rows.0)..usize::from(rows.1)).unwrap_or_default();
    // Accepted content has totals: its rows add up within a decimal.
    let sum = |amount: fn(&issue::order::Row) -> Decimal| invoice::amount::sum(of.iter().map(amount)).unwrap_or_default();
    Numbered { number, issued_at, net: sum(|row| row.net), tax: sum(|row| row.tax), gross: sum(|row| row.gross), rows }
}
