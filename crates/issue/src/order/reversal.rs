//! Red letters (红字发票): the reversal of an invoice, wholly or in part.

use std::ops::Range;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Content, Invoice, Reason, RowKind};

/// Why an invoice is reversed. Providers number these differently (reference, issuing §4.12): each codec maps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedReason {
    /// 销货退回
    Return,
    /// 开票有误
    Mistake,
    /// 服务中止
    ServiceStopped,
    /// 销售折让
    Allowance,
}

/// What is to be reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalRequest {
    /// The place of the invoice among the order's invoices; none for every invoice that can still be reversed.
    pub invoice: Option<u16>,
    /// How much of it; a part needs `invoice`, unless the order has only one.
    pub extent: Extent,
    /// Why.
    pub reason: RedReason,
}

/// How much of an invoice is reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// All of it.
    Whole,
    /// Some rows, each wholly or in part.
    Part(Vec<RedRow>),
}

/// A row of a partial red letter. Amounts are given positive here; codecs turn them round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedRow {
    /// Which row of the order's content, from 0. Discount rows are not reversed by themselves.
    pub row: u16,
    /// Quantity that is reversed, where the row has one.
    pub quantity: Option<Decimal>,
    /// Net amount that is reversed, in yuan.
    pub net: Decimal,
    /// Its tax.
    pub tax: Decimal,
}

/// Where a reversal stands. The same rules as for issuing: intent first, query before sending again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// To be sent.
    Asked,
    /// The intent is committed; nobody has told the end of the call yet.
    Sending,
    /// It was sent and its fate is unknown.
    Unknown,
    /// The provider has it: a confirmation of the other side, or the issuing of the red letter, is awaited.
    Waiting,
    /// It is to be withdrawn.
    Withdrawing,
    /// The red letter exists; its documents are being fetched.
    Sealing,
    /// The red letter is issued.
    Done,
    /// Refused, expired or withdrawn; the invoice stands.
    Failed,
}

impl Phase {
    /// All of them.
    pub const ALL: [Phase; 8] =
        [Phase::Asked, Phase::Sending, Phase::Unknown, Phase::Waiting, Phase::Withdrawing, Phase::Sealing, Phase::Done, Phase::Failed];

    /// The name in APIs and documents.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Asked => "asked",
            Phase::Sending => "sending",
            Phase::Unknown => "unknown",
            Phase::Waiting => "waiting",
            Phase::Withdrawing => "withdrawing",
            Phase::Sealing => "sealing",
            Phase::Done => "done",
            Phase::Failed => "failed",
        }
    }

    /// True when nothing more happens by itself.
    pub fn is_settled(self) -> bool {
        matches!(self, Phase::Done | Phase::Failed)
    }
}

/// A reversal of one invoice of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The place of the invoice that is reversed.
    pub invoice: u16,
    /// How much of it.
    pub extent: Extent,
    /// Why.
    pub reason: RedReason,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub asked_at: Timestamp,
    /// Attempts whose intent was committed.
    pub attempt: u32,
    /// When the intent of the last attempt was committed, while its fate is open.
    pub sent_at: Option<Timestamp>,
    /// The provider has acknowledged it.
    pub registered: bool,
    /// The first "not found" since `sent_at`.
    pub missed_at: Option<Timestamp>,
    /// The provider's id of the confirmation form (红字确认单), once known.
    pub serial: Option<String>,
    /// What it waits for, in words: the buyer's confirmation, the bureau ….
    pub waits_for: Option<String>,
    /// Why it failed.
    pub failure: Option<Reason>,
    /// The place of the red letter among the order's invoices.
    pub red: Option<u16>,
}

/// Which rows of an order stand on the invoice at a place: all of them where the order has one invoice. Where a provider split it,
/// each invoice has the rows that follow those of the invoice before it, a discount with the row that it belongs to, and their net
/// and tax are the invoice's to the cent. None when the provider told no amounts, or split a row: then nobody can say.
pub fn rows_on(content: &Content, invoices: &[Invoice], place: u16) -> Option<Range<u16>> {
    let end = u16::try_from(content.rows.len()).ok()?;
    let blue: Vec<(usize, &Invoice)> = invoices.iter().enumerate().filter(|(_, invoice)| invoice.reverses.is_none()).collect();
    if let [(only, _)] = blue[..] {
        return (only == usize::from(place)).then_some(0..end);
    }
    let (mut from, mut found) = (0_u16, None);
    for (at, invoice) in blue {
        let (net, tax) = (invoice.net?, invoice.tax?);
        let (mut rows, mut sum) = (from, (Decimal::ZERO, Decimal::ZERO));
        let is_discount = |row: u16| content.rows.get(usize::from(row)).is_some_and(|row| row.kind == RowKind::Discount);
        while rows == from || sum != (net, tax) || is_discount(rows) {
            let row = content.rows.get(usize::from(rows))?;
            sum = (sum.0.checked_add(row.net)?, sum.1.checked_add(row.tax)?);
            rows += 1;
        }
        if at == usize::from(place) {
            found = Some(from..rows);
        }
        from = rows;
    }
    // Rows that are left over stand on some invoice: not on the one that the sums say, then.
    found.filter(|_| from == end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::order;
    use crate::order::Row;

    fn row(kind: RowKind, net: i64, tax: i64) -> Row {
        let (net, tax) = (Decimal::new(net, 2), Decimal::new(tax, 2));
        Row { kind, net, tax, gross: net + tax, ..order(1, "demo", "1").content.rows[0].clone() }
    }

    fn invoice(amounts: Option<(i64, i64)>, reverses: Option<u16>) -> Invoice {
        let amount = |cents: i64| Decimal::new(cents, 2);
        Invoice {
            code: String::new(),
            number: String::new(),
            check_code: String::new(),
            issued_at: None,
            net: amounts.map(|(net, _)| amount(net)),
            tax: amounts.map(|(_, tax)| amount(tax)),
            gross: None,
            reverses,
            reversed_by: Vec::new(),
            sources: Vec::new(),
            documents: Vec::new(),
        }
    }

    #[test]
    fn rows_are_found_on_the_invoices_of_a_split_order() {
        use RowKind::{Discount, Discounted, Plain};
        let rows = vec![row(Plain, 1000, 60), row(Discounted, 2000, 120), row(Discount, -500, -30), row(Plain, 1500, 90)];
        let content = Content { rows, ..order(1, "demo", "1").content };
        type Told = (Option<(i64, i64)>, Option<u16>);
        type Case<'a> = (&'a [Told], &'a [Option<Range<u16>>]);
        let cases: [Case; 9] = [
            // One invoice has them all, whatever it says of itself; its red letter has none.
            (&[(None, None)], &[Some(0..4)]),
            (&[(None, None), (Some((-4000, -240)), Some(0))], &[Some(0..4), None]),
            (&[(Some((1000, 60)), None), (Some((1500, 90)), None), (Some((1500, 90)), None)], &[Some(0..1), Some(1..3), Some(3..4)]),
            (&[(Some((2500, 150)), None), (Some((1500, 90)), None)], &[Some(0..3), Some(3..4)]),
            // A discount stays with its row, a tax that differs is another invoice's, rows are not left over, nor split.
            (&[(Some((3000, 180)), None), (Some((1000, 60)), None)], &[None, None]),
            (&[(Some((2500, 151)), None), (Some((1500, 89)), None)], &[None, None]),
            (&[(Some((1000, 60)), None), (Some((1500, 90)), None)], &[None, None]),
            (&[(Some((500, 30)), None), (Some((3500, 210)), None)], &[None, None]),
            (&[(Some((2500, 150)), None), (None, None)], &[None, None]),
        ];
        for (told, expected) in cases {
            let invoices: Vec<Invoice> = told.iter().map(|(amounts, reverses)| invoice(*amounts, *reverses)).collect();
            for (place, rows) in (0..).zip(expected) {
                assert_eq!(rows_on(&content, &invoices, place), *rows, "{told:?} {place}");
            }
        }
    }
}
