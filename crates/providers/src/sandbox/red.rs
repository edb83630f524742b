//! Red letters: asked for, confirmed or refused by the buyer, issued, withdrawn.

use issue::order::{Content, Extent, ProviderNumber, RedReason, RedRow, Row};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::book::BookError;
use super::desk::{Desk, Done, Entry, KNOWN, Red, serial};
use super::message::{Letter, Numbered, Refused, Stage, Told};
use super::switch::Switch;

/// What a letter wishes reversed.
pub(super) struct Wish<'a> {
    pub(super) number: &'a ProviderNumber,
    pub(super) blue: &'a ProviderNumber,
    pub(super) invoice: &'a str,
    pub(super) extent: &'a Extent,
    pub(super) reason: RedReason,
}

fn refused(code: &str, text: &str) -> Done {
    Done::Told(Told::Refused(Refused::new(code, text)))
}

impl Desk {
    pub(super) fn reverse(&mut self, letter: &Letter, wish: Wish<'_>, now: Timestamp) -> Result<Done, BookError> {
        let mut red = self.entry(Some(letter), wish.number, now)?.unwrap_or_else(|| Entry::untaken(letter));
        let done = match red.unreached() {
            Some(fault) => fault,
            None if red.stage != Stage::Untaken => refused(KNOWN, "红字确认单编号重复"),
            None if red.hit(Switch::RedRejected) => refused("SB1600", "按沙箱开关拒绝红冲"),
            None => match self.take(&mut red, letter, &wish, now)? {
                Some(refusal) => refusal,
                None => red.lost().unwrap_or_else(|| Done::Told(Told::Accepted { serial: serial(wish.number) })),
            },
        };
        self.keep(wish.number, &red)?;
        Ok(done)
    }

    /// Takes a red letter on, unless what it reverses does not fit.
    fn take(&mut self, red: &mut Entry, letter: &Letter, wish: &Wish<'_>, now: Timestamp) -> Result<Option<Done>, BookError> {
        let Some(mut blue) = self.entry(Some(letter), wish.blue, now)? else { return Ok(Some(refused("SB1601", "蓝字发票不存在"))) };
        let invoice = blue.invoices.iter().find(|invoice| invoice.number == wish.invoice).cloned();
        let (Some(invoice), Some(place)) = (invoice, blue.content) else { return Ok(Some(refused("SB1601", "蓝字发票不存在"))) };
        let content: Content = self.book.at(place)?;
        let Some(content) = reversed(&content, &invoice, wish) else { return Ok(Some(refused("SB1602", "红冲明细与蓝字发票不符"))) };
        if !self.fits(&blue, &invoice, &content, now)? {
            return Ok(Some(refused("SB1603", "红冲金额超出蓝字发票可冲红金额")));
        }
        red.content = Some(self.book.add(&content)?);
        red.red = Some(Red { invoice: invoice.number, extent: wish.extent.clone() });
        let confirms = letter.switches.has(Switch::BuyerConfirms) || letter.switches.has(Switch::BuyerRefuses);
        red.stage = if confirms { Stage::Confirming { due: red.decided(now) } } else { Stage::Working { due: red.due(now) } };
        self.announce(red, wish.number);
        blue.reds.push(wish.number.clone());
        self.keep(wish.blue, &blue)?;
        Ok(None)
    }

    /// Whether what is left of an invoice is enough for another red letter.
    fn fits(&mut self, blue: &Entry, invoice: &Numbered, content: &Content, now: Timestamp) -> Result<bool, BookError> {
        let mut left = invoice.net;
        for number in &blue.reds {
            let Some(other) = self.entry(None, number, now)? else { continue };
            let of_this = other.red.as_ref().is_some_and(|red| red.invoice == invoice.number);
            if !of_this || matches!(other.stage, Stage::Failed(_) | Stage::Untaken) {
                continue;
            }
            let Some(place) = other.content else { continue };
            let other: Content = self.book.at(place)?;
            left += other.totals().map_or(Decimal::ZERO, |totals| totals.net);
        }
        Ok(content.totals().is_some_and(|totals| totals.net < Decimal::ZERO && left + totals.net >= Decimal::ZERO))
    }

    pub(super) fn withdraw(&mut self, letter: &Letter, number: &ProviderNumber, now: Timestamp) -> Result<Done, BookError> {
        let Some(mut red) = self.entry(Some(letter), number, now)? else { return Ok(refused("SB1601", "红字确认单不存在")) };
        let done = match red.stage {
            Stage::Working { .. } | Stage::Confirming { .. } => {
                red.stage = Stage::Failed(Refused::new("SB0008", "已撤销"));
                red.lost().unwrap_or(Done::Told(Told::Done))
            }
            Stage::Failed(_) => Done::Told(Told::Done),
            _ => refused("SB1604", "红字发票已开具, 不能撤销"),
        };
        self.keep(number, &red)?;
        Ok(done)
    }
}

/// The content of a red letter: the rows turned round. None when they do not fit the invoice.
fn reversed(blue: &Content, invoice: &Numbered, wish: &Wish<'_>) -> Option<Content> {
    let range = usize::from(invoice.rows.0)..usize::from(invoice.rows.1);
    let rows: Option<Vec<Row>> = match wish.extent {
        Extent::Whole => Some(blue.rows.get(range)?.iter().map(turned).collect()),
        Extent::Part(parts) => parts
            .iter()
            .map(|part| {
                let row = blue.rows.get(usize::from(part.row)).filter(|_| range.contains(&usize::from(part.row)))?;
                partly(row, part)
            })
            .collect(),
    };
    let reason = match wish.reason {
        RedReason::Return => "销货退回",
        RedReason::Mistake => "开票有误",
        RedReason::ServiceStopped => "服务中止",
        RedReason::Allowance => "销售折让",
    };
    // The first line of a red letter's remark names the invoice that it takes back.
    let remark = format!("被红冲蓝字数电发票号码：{}\n红冲原因：{reason}", invoice.number);
    Some(Content { rows: rows.filter(|rows| !rows.is_empty())?, remark, ..blue.clone() })
}

fn turned(row: &Row) -> Row {
    let quantity = row.quantity.map(|quantity| -quantity);
    Row { quantity, net: -row.net, tax: -row.tax, gross: -row.gross, ..row.clone() }
}

fn partly(row: &Row, part: &RedRow) -> Option<Row> {
    let fits = part.net > Decimal::ZERO && part.net <= row.net && part.tax >= Decimal::ZERO && part.tax <= row.tax;
    let gross = part.net.checked_add(part.tax)?;
    let quantity = part.quantity.map(|quantity| -quantity);
    fits.then(|| Row { quantity, net: -part.net, tax: -part.tax, gross: -gross, kind: issue::order::RowKind::Plain, ..row.clone() })
}
