//! An order as it is asked for, and its reversal.

use issue::accept::{Invalid, Problem as Trouble};
use issue::order::{AskedRow, Buyer, Extent, Goods, OrderNumber, People, RedRow, Request, ReversalRequest, Target, TaxId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::wire::native::amount::Amount;
use crate::wire::native::named::{FormName, RedReasonName, RowKindName, UntaxedName};
use crate::wire::native::problem::Problem;

/// An order to issue an invoice. It has either `amount` or `rows`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::wire::native) struct OrderRequest {
    /// Your number of the order, unique for ever within your app.
    #[schema(min_length = 1, max_length = 64, example = "P20260101-0001")]
    number: String,
    /// Tax id of the seller, who must be one of your app's.
    #[schema(min_length = 1, max_length = 20, example = "91110000MA00FAPA0T")]
    seller: String,
    /// Which invoice.
    #[serde(default)]
    #[schema(inline = false)]
    form: FormName,
    /// Who buys.
    buyer: BuyerRequest,
    /// What is paid, with tax; item, tax code and rate are the seller's.
    amount: Option<Amount>,
    /// What is sold.
    #[schema(max_items = 2000)]
    rows: Option<Vec<RowRequest>>,
    /// Remarks (备注).
    #[serde(default)]
    #[schema(max_length = 200)]
    remark: String,
    /// Who issues, took the money, reviewed; where empty, as the seller's settings say.
    #[serde(default)]
    people: PeopleBody,
    /// Fields that only the seller's provider knows, in its own names.
    #[serde(default)]
    #[schema(value_type = Object)]
    extras: Map<String, Value>,
    /// Where this order's events go, besides your app's own addresses.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["https://example.com/fapiao"]))]
    notify: Vec<String>,
}

/// Who buys.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BuyerRequest)]
pub(in crate::wire::native) struct BuyerRequest {
    /// Name or title (抬头).
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Tax id; none for a person, required for a special invoice.
    #[schema(pattern = "^[0-9A-Z]{6,20}$")]
    tax_id: Option<String>,
    /// Whether it is a natural person.
    #[serde(default)]
    person: bool,
    /// Address.
    #[serde(default)]
    #[schema(max_length = 80)]
    address: String,
    /// Telephone.
    #[serde(default)]
    #[schema(max_length = 50)]
    telephone: String,
    /// Bank.
    #[serde(default)]
    #[schema(max_length = 100)]
    bank: String,
    /// Account at the bank.
    #[serde(default)]
    #[schema(max_length = 100)]
    account: String,
    /// Where the provider may mail the invoice to.
    #[serde(default)]
    #[schema(max_length = 50)]
    email: String,
    /// Where the provider may send a short message to.
    #[serde(default)]
    #[schema(max_length = 20)]
    mobile: String,
}

/// The seller's people on an invoice.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = People)]
pub(in crate::wire::native) struct PeopleBody {
    /// Who issues (开票人).
    #[schema(max_length = 20)]
    pub(in crate::wire::native) issuer: String,
    /// Who took the money (收款人).
    #[schema(max_length = 20)]
    pub(in crate::wire::native) payee: String,
    /// Who reviewed (复核).
    #[schema(max_length = 20)]
    pub(in crate::wire::native) reviewer: String,
}

impl From<PeopleBody> for People {
    fn from(PeopleBody { issuer, payee, reviewer }: PeopleBody) -> People {
        People { issuer, payee, reviewer }
    }
}

impl From<&People> for PeopleBody {
    fn from(People { issuer, payee, reviewer }: &People) -> PeopleBody {
        PeopleBody { issuer: issuer.clone(), payee: payee.clone(), reviewer: reviewer.clone() }
    }
}

/// A row: what is missing is the seller's, or computed where that is exact.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::wire::native) struct RowRequest {
    /// Name of the goods or service.
    #[schema(max_length = 90)]
    name: String,
    /// 19-digit code of the tax classification.
    #[schema(max_length = 19)]
    tax_code: String,
    /// Specification (规格型号).
    #[schema(max_length = 40)]
    specification: String,
    /// Unit.
    #[schema(max_length = 20)]
    unit: String,
    /// Quantity.
    quantity: Option<Amount>,
    /// Price of a unit.
    price: Option<Amount>,
    /// Whether `price` is with tax.
    price_with_tax: bool,
    /// Rate as a fraction: `"0.06"`.
    rate: Option<Amount>,
    /// Why the rate is zero.
    untaxed: Option<UntaxedName>,
    /// Net amount.
    net: Option<Amount>,
    /// Tax.
    tax: Option<Amount>,
    /// Amount with tax.
    gross: Option<Amount>,
    /// Discounts.
    kind: RowKindName,
}

impl OrderRequest {
    /// In our own words.
    pub(super) fn request(self) -> Result<Request, Problem> {
        let goods = match (self.amount, self.rows) {
            (Some(amount), None) => Goods::Amount(amount.0),
            (None, Some(rows)) => Goods::Rows(rows.into_iter().map(AskedRow::from).collect()),
            (None, None) => return Err(Invalid { field: "amount".to_owned(), problem: Trouble::Missing }.into()),
            (Some(_), Some(_)) => return Err(Invalid { field: "amount".to_owned(), problem: Trouble::Unwanted }.into()),
        };
        if self.notify.len() > 5 {
            return Err(Invalid { field: "notify".to_owned(), problem: Trouble::Range }.into());
        }
        let BuyerRequest { name, tax_id, person, address, telephone, bank, account, email, mobile } = self.buyer;
        let tax_id = tax_id.map(TaxId::new);
        Ok(Request {
            number: OrderNumber::new(self.number),
            seller: TaxId::new(self.seller),
            form: self.form.into(),
            buyer: Buyer { name, tax_id, person, address, telephone, bank, account, email, mobile },
            goods,
            remark: self.remark,
            people: self.people.into(),
            extras: self.extras,
            notify: self.notify.into_iter().map(native).collect(),
        })
    }
}

/// An address that is spoken to in the words of this API.
pub(in crate::wire::native) fn native(url: String) -> Target {
    Target { dialect: "native".to_owned(), url }
}

impl From<RowRequest> for AskedRow {
    fn from(row: RowRequest) -> AskedRow {
        let plain = |amount: Option<Amount>| amount.map(|amount| amount.0);
        AskedRow {
            name: row.name,
            tax_code: row.tax_code,
            specification: row.specification,
            unit: row.unit,
            quantity: plain(row.quantity),
            price: plain(row.price),
            price_with_tax: row.price_with_tax,
            rate: plain(row.rate),
            untaxed: row.untaxed.map(Into::into),
            net: plain(row.net),
            tax: plain(row.tax),
            gross: plain(row.gross),
            kind: row.kind.into(),
        }
    }
}

/// A reversal (红冲): of the whole order, of one invoice, or of some rows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::wire::native) struct ReversalBody {
    /// Why.
    reason: RedReasonName,
    /// The place of the invoice; every one that can be reversed when it is missing.
    invoice: Option<u16>,
    /// What is reversed; all of it when this is missing.
    #[schema(min_items = 1, max_items = 2000)]
    rows: Option<Vec<RedRowRequest>>,
}

/// A row that is reversed, wholly or in part. Amounts are positive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::wire::native) struct RedRowRequest {
    /// Which row of the order, from 0.
    row: u16,
    /// Quantity that is reversed, where the row has one.
    quantity: Option<Amount>,
    /// Net amount that is reversed.
    net: Amount,
    /// Its tax.
    tax: Amount,
}

impl From<ReversalBody> for ReversalRequest {
    fn from(body: ReversalBody) -> ReversalRequest {
        let red =
            |row: RedRowRequest| RedRow { row: row.row, quantity: row.quantity.map(|amount| amount.0), net: row.net.0, tax: row.tax.0 };
        let extent = body.rows.map_or(Extent::Whole, |rows| Extent::Part(rows.into_iter().map(red).collect()));
        ReversalRequest { invoice: body.invoice, extent, reason: body.reason.into() }
    }
}

/// Which reversal is taken back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::wire::native) struct WithdrawalBody {
    /// Its place among the order's reversals; the one under way when it is missing.
    pub(super) reversal: Option<u16>,
}

/// Where an invoice is sent once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(in crate::wire::native) struct DeliveryBody {
    /// By mail.
    #[schema(max_length = 50)]
    pub(super) email: String,
    /// By short message.
    #[schema(max_length = 20)]
    pub(super) mobile: String,
}
