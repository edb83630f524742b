//! An order as it is shown.

use issue::callback::attempts_left;
use issue::desk::Dossier;
use issue::order::{Entry, Extent, Invoice, Order, Party, Reason, Reversal, Row, Totals};
use issue::store::Callback;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::asked::PeopleBody;
use crate::wire::native::amount::Amount;
use crate::wire::native::named::{
    CallbackStateName, EventName, FormName, FormatName, PhaseName, RedReasonName, RowKindName, StateName, UntaxedName,
};

/// An order with all that is known of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub(in crate::wire::native) struct OrderBody {
    /// Our id of it.
    id: String,
    /// Your number.
    number: String,
    /// The serial that the gate shows (`obtain_serial`).
    serial: String,
    /// The state.
    state: StateName,
    /// Why it failed or waits.
    reason: Option<ReasonBody>,
    /// Which provider issues it.
    provider: String,
    /// Which invoice.
    form: FormName,
    /// The seller as printed.
    seller: PartyBody,
    /// The buyer.
    buyer: BuyerBody,
    /// The rows, complete.
    rows: Vec<RowBody>,
    /// Their sums.
    totals: Option<TotalsBody>,
    /// Remarks.
    remark: String,
    /// The seller's people.
    people: PeopleBody,
    /// Fields of the provider.
    #[schema(value_type = Object)]
    extras: Map<String, Value>,
    /// Where this order's events go, besides the app's own addresses.
    notify: Vec<String>,
    /// Attempts at issuing.
    attempt: u32,
    /// When it was accepted.
    accepted_at: Timestamp,
    /// Since when it waits for its end.
    waiting_since: Timestamp,
    /// When it changed last.
    changed_at: Timestamp,
    /// When it was issued.
    issued_at: Option<Timestamp>,
    /// When there is next something to do.
    due: Option<Timestamp>,
    /// Its invoices: several when it was split, red letters behind them.
    invoices: Vec<InvoiceBody>,
    /// Its reversals.
    reversals: Vec<ReversalBody>,
    /// What happened, oldest first.
    timeline: Vec<EntryBody>,
    /// What was told to whom.
    callbacks: Vec<CallbackBody>,
}

/// Why an order failed or waits.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(in crate::wire::native) struct ReasonBody {
    /// The provider's code, or ours.
    code: String,
    /// In the words of whoever said it.
    text: String,
    /// Whether the seller has to log in before a retry can help.
    needs_login: bool,
}

impl From<&Reason> for ReasonBody {
    fn from(reason: &Reason) -> ReasonBody {
        ReasonBody { code: reason.code.clone(), text: reason.text.clone(), needs_login: reason.needs_login }
    }
}

/// The seller as printed.
#[derive(Serialize, ToSchema)]
#[schema(as = Party)]
pub(in crate::wire::native) struct PartyBody {
    /// Tax id.
    tax_id: String,
    /// Full name.
    name: String,
    /// Address.
    address: String,
    /// Telephone.
    telephone: String,
    /// Bank.
    bank: String,
    /// Account at the bank.
    account: String,
}

impl From<&Party> for PartyBody {
    fn from(party: &Party) -> PartyBody {
        let Party { tax_id, name, address, telephone, bank, account } = party.clone();
        PartyBody { tax_id: tax_id.0, name, address, telephone, bank, account }
    }
}

/// The buyer.
#[derive(Serialize, ToSchema)]
#[schema(as = Buyer)]
struct BuyerBody {
    /// Name.
    name: String,
    /// Tax id.
    tax_id: Option<String>,
    /// Whether it is a natural person.
    person: bool,
    /// Address.
    address: String,
    /// Telephone.
    telephone: String,
    /// Bank.
    bank: String,
    /// Account at the bank.
    account: String,
    /// Mail.
    email: String,
    /// Mobile.
    mobile: String,
}

/// A row, complete.
#[derive(Serialize, ToSchema)]
#[schema(as = Row)]
struct RowBody {
    /// Name.
    name: String,
    /// 19-digit code of the tax classification.
    tax_code: String,
    /// Specification.
    specification: String,
    /// Unit.
    unit: String,
    /// Quantity.
    quantity: Option<Amount>,
    /// Price of a unit.
    price: Option<Amount>,
    /// Whether the price is with tax.
    price_with_tax: bool,
    /// Rate as a fraction.
    rate: Amount,
    /// Why the rate is zero.
    untaxed: Option<UntaxedName>,
    /// Net.
    net: Amount,
    /// Tax.
    tax: Amount,
    /// With tax.
    gross: Amount,
    /// Discounts.
    kind: RowKindName,
}

impl From<&Row> for RowBody {
    fn from(row: &Row) -> RowBody {
        RowBody {
            name: row.name.clone(),
            tax_code: row.tax_code.clone(),
            specification: row.specification.clone(),
            unit: row.unit.clone(),
            quantity: row.quantity.map(Amount),
            price: row.price.map(Amount),
            price_with_tax: row.price_with_tax,
            rate: Amount(row.rate),
            untaxed: row.untaxed.map(Into::into),
            net: Amount(row.net),
            tax: Amount(row.tax),
            gross: Amount(row.gross),
            kind: row.kind.into(),
        }
    }
}

/// Sums.
#[derive(Serialize, ToSchema)]
#[schema(as = Totals)]
struct TotalsBody {
    /// Net total.
    net: Amount,
    /// Tax total.
    tax: Amount,
    /// Total with tax.
    gross: Amount,
}

impl From<Totals> for TotalsBody {
    fn from(Totals { net, tax, gross }: Totals) -> TotalsBody {
        TotalsBody { net: Amount(net), tax: Amount(tax), gross: Amount(gross) }
    }
}

/// An invoice, as orders, events and callbacks show it.
#[derive(Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(in crate::wire::native) struct InvoiceBody {
    /// Invoice code; empty on digital invoices.
    code: String,
    /// Invoice number.
    number: String,
    /// Check code; empty when there is none.
    check_code: String,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<Timestamp>,
    /// Net; negative on a red letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    net: Option<Amount>,
    /// Tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<Amount>,
    /// Total with tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    gross: Option<Amount>,
    /// For a red letter: the place in this list of the invoice that it reverses.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverses: Option<u16>,
    /// For a reversed invoice: the places in this list of its red letters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    reversed_by: Vec<u16>,
    /// Where its documents are, for a while and for whoever knows the address; none while there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The formats that are there.
    formats: Vec<FormatName>,
}

impl InvoiceBody {
    /// The invoice at a place, with the link to its documents.
    pub(in crate::wire::native) fn of(invoice: &Invoice, place: u16, links: &[(u16, String)]) -> InvoiceBody {
        let amount = |amount: Option<Decimal>| amount.map(Amount);
        InvoiceBody {
            code: invoice.code.clone(),
            number: invoice.number.clone(),
            check_code: invoice.check_code.clone(),
            issued_at: invoice.issued_at,
            net: amount(invoice.net),
            tax: amount(invoice.tax),
            gross: amount(invoice.gross),
            reverses: invoice.reverses,
            reversed_by: invoice.reversed_by.clone(),
            url: links.iter().find(|(of, _)| *of == place).map(|(_, url)| url.clone()),
            formats: invoice.documents.iter().map(|document| document.format.into()).collect(),
        }
    }

    /// All of an order.
    pub(in crate::wire::native) fn all(invoices: &[Invoice], links: &[(u16, String)]) -> Vec<InvoiceBody> {
        (0_u16..).zip(invoices).map(|(place, invoice)| InvoiceBody::of(invoice, place, links)).collect()
    }
}

/// A reversal.
#[derive(Serialize, ToSchema)]
#[schema(as = Reversal)]
struct ReversalBody {
    /// The place of the invoice.
    invoice: u16,
    /// Why.
    reason: RedReasonName,
    /// What is reversed; all of it when this is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<RedRowBody>>,
    /// Where it stands.
    phase: PhaseName,
    /// Since when.
    asked_at: Timestamp,
    /// The provider's id of the confirmation form (红字确认单).
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<ReasonBody>,
    /// The place of the red letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    red: Option<u16>,
}

/// A row that is reversed.
#[derive(Serialize, ToSchema)]
#[schema(as = RedRow)]
struct RedRowBody {
    /// Which row of the order.
    row: u16,
    /// Quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Amount>,
    /// Net.
    net: Amount,
    /// Tax.
    tax: Amount,
}

impl From<&Reversal> for ReversalBody {
    fn from(reversal: &Reversal) -> ReversalBody {
        let rows = match &reversal.extent {
            Extent::Whole => None,
            Extent::Part(rows) => Some(rows),
        };
        let row = |row: &issue::order::RedRow| RedRowBody {
            row: row.row,
            quantity: row.quantity.map(Amount),
            net: Amount(row.net),
            tax: Amount(row.tax),
        };
        ReversalBody {
            invoice: reversal.invoice,
            reason: reversal.reason.into(),
            rows: rows.map(|rows| rows.iter().map(row).collect()),
            phase: reversal.phase.into(),
            asked_at: reversal.asked_at,
            serial: reversal.serial.clone(),
            waits_for: reversal.waits_for.clone(),
            failure: reversal.failure.as_ref().map(Into::into),
            red: reversal.red,
        }
    }
}

/// A line of the timeline.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
struct EntryBody {
    /// When.
    at: Timestamp,
    /// What happened, in one word.
    what: String,
    /// The state after it.
    state: StateName,
    /// The attempt it belongs to.
    attempt: u32,
    /// In a sentence, personal data masked.
    text: String,
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> EntryBody {
        EntryBody { at: entry.at, what: entry.what, state: entry.state.into(), attempt: entry.attempt, text: entry.text }
    }
}

/// A callback: an event on its way to one address.
#[derive(Serialize, ToSchema)]
#[schema(as = Callback)]
pub(in crate::wire::native) struct CallbackBody {
    /// Its id.
    id: String,
    /// The event that it tells.
    event: String,
    /// What happened.
    r#type: EventName,
    /// In whose words: `native`, `gate`, `hive`.
    dialect: String,
    /// Where it goes.
    url: String,
    /// How it stands.
    state: CallbackStateName,
    /// Attempts of the present series.
    attempt: u32,
    /// Attempts that are left in it.
    attempts_left: u32,
    /// When it is sent next.
    due: Option<Timestamp>,
    /// The last attempts, oldest first.
    deliveries: Vec<DeliveryBody>,
}

/// An attempt at telling.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryBody {
    /// When.
    at: Timestamp,
    /// The HTTP status; none when there was no answer.
    status: Option<u16>,
    /// What came of it.
    text: String,
}

impl From<Callback> for CallbackBody {
    fn from(callback: Callback) -> CallbackBody {
        CallbackBody {
            id: callback.id.to_string(),
            event: callback.event.id.to_string(),
            r#type: callback.event.kind.into(),
            attempts_left: attempts_left(&callback),
            dialect: callback.target.dialect,
            url: callback.target.url,
            state: callback.state.into(),
            attempt: callback.attempt,
            due: callback.due,
            deliveries: callback
                .deliveries
                .into_iter()
                .map(|delivery| DeliveryBody { at: delivery.at, status: delivery.status, text: delivery.text })
                .collect(),
        }
    }
}

impl OrderBody {
    /// A dossier, with links to the documents.
    pub(super) fn of(dossier: Dossier, links: &[(u16, String)]) -> OrderBody {
        let Dossier { order, timeline, callbacks } = dossier;
        let Order { id, number, provider, content, notify, accepted_at, progress, .. } = order;
        let totals = content.totals().map(Into::into);
        let buyer = content.buyer;
        OrderBody {
            id: id.to_string(),
            number: number.0,
            serial: id.serial(),
            state: progress.state.into(),
            reason: progress.reason.as_ref().map(Into::into),
            provider,
            form: content.form.into(),
            seller: (&content.seller).into(),
            buyer: BuyerBody {
                name: buyer.name,
                tax_id: buyer.tax_id.map(|id| id.0),
                person: buyer.person,
                address: buyer.address,
                telephone: buyer.telephone,
                bank: buyer.bank,
                account: buyer.account,
                email: buyer.email,
                mobile: buyer.mobile,
            },
            rows: content.rows.iter().map(Into::into).collect(),
            totals,
            remark: content.remark,
            people: (&content.people).into(),
            extras: content.extras,
            notify: notify.into_iter().map(|target| target.url).collect(),
            attempt: progress.attempt,
            accepted_at,
            waiting_since: progress.waiting_since,
            changed_at: progress.changed_at,
            issued_at: progress.issued_at,
            due: progress.due,
            invoices: InvoiceBody::all(&progress.invoices, links),
            reversals: progress.reversals.iter().map(Into::into).collect(),
            timeline: timeline.into_iter().map(Into::into).collect(),
            callbacks: callbacks.into_iter().map(Into::into).collect(),
        }
    }
}

/// An order in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::wire::native) struct OrderSummary {
    /// Our id of it.
    id: String,
    /// Your number.
    number: String,
    /// The seller's tax id.
    seller: String,
    /// The buyer's name.
    buyer: String,
    /// The state.
    state: StateName,
    /// Why it failed or waits.
    reason: Option<ReasonBody>,
    /// Total with tax.
    gross: Option<Amount>,
    /// When it was accepted.
    accepted_at: Timestamp,
    /// Since when it waits for its end.
    waiting_since: Timestamp,
    /// When it changed last.
    changed_at: Timestamp,
    /// When it was issued.
    issued_at: Option<Timestamp>,
    /// The numbers of its invoices.
    invoices: Vec<String>,
}

impl From<Order> for OrderSummary {
    fn from(order: Order) -> OrderSummary {
        OrderSummary {
            id: order.id.to_string(),
            seller: order.seller().to_string(),
            gross: order.content.totals().map(|totals| Amount(totals.gross)),
            number: order.number.0,
            buyer: order.content.buyer.name,
            state: order.progress.state.into(),
            reason: order.progress.reason.as_ref().map(Into::into),
            accepted_at: order.accepted_at,
            waiting_since: order.progress.waiting_since,
            changed_at: order.progress.changed_at,
            issued_at: order.progress.issued_at,
            invoices: order.progress.invoices.into_iter().map(|invoice| invoice.number).collect(),
        }
    }
}
