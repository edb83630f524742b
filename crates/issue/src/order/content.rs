//! What a partner asks for, and what is sent to a provider.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{OrderNumber, Target, TaxId};
use crate::secret::masked;

/// Which invoice is to be issued. Both are digital invoices (数电票).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 电子发票（普通发票）
    #[default]
    Ordinary,
    /// 电子发票（增值税专用发票）: the buyer's tax id is required.
    Special,
}

/// The buyer (购买方). Personal data: `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Buyer {
    /// Name or title (抬头). Never empty.
    pub name: String,
    /// Tax id; none for a person.
    pub tax_id: Option<TaxId>,
    /// True for a natural person (自然人).
    pub person: bool,
    /// Address.
    pub address: String,
    /// Telephone that is printed with the address.
    pub telephone: String,
    /// Bank.
    pub bank: String,
    /// Account at the bank.
    pub account: String,
    /// Where the provider may mail the invoice to.
    pub email: String,
    /// Where the provider may send a short message to.
    pub mobile: String,
}

impl std::fmt::Debug for Buyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buyer")
            .field("name", &masked(&self.name))
            .field("tax_id", &self.tax_id.as_ref().map(|id| masked(id.as_str())))
            .field("person", &self.person)
            .field("email", &masked(&self.email))
            .field("mobile", &masked(&self.mobile))
            .finish_non_exhaustive()
    }
}

/// What a row is to the row before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A row of its own.
    #[default]
    Plain,
    /// A row that the next one lowers (被折扣行).
    Discounted,
    /// A discount row (折扣行): negative, right behind the row it lowers, with that row's name and rate.
    Discount,
}

/// Why a row has rate 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Untaxed {
    /// 免税
    Exempt,
    /// 不征税
    OutsideTax,
    /// 普通零税率
    ZeroRate,
}

/// A row of an invoice, complete: the three amounts stand and add up. Amounts in yuan with two decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the goods or service (项目名称), without the class between stars.
    pub name: String,
    /// 19-digit code of the tax classification.
    pub tax_code: String,
    /// Specification (规格型号), or empty.
    pub specification: String,
    /// Unit, or empty.
    pub unit: String,
    /// Quantity, at most 8 decimals.
    pub quantity: Option<Decimal>,
    /// Price of a unit, at most 8 decimals; with tax when `price_with_tax`.
    pub price: Option<Decimal>,
    /// Whether the price was given with tax.
    pub price_with_tax: bool,
    /// Rate as a fraction: 0.06.
    pub rate: Decimal,
    /// Why the rate is zero, where it is and a reason was given.
    pub untaxed: Option<Untaxed>,
    /// Net amount (金额).
    pub net: Decimal,
    /// Tax (税额).
    pub tax: Decimal,
    /// Amount with tax: net + tax.
    pub gross: Decimal,
    /// Discounts.
    pub kind: RowKind,
}

/// What is issued: complete, checked, immutable once accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Which invoice.
    pub form: Form,
    /// The buyer.
    pub buyer: Buyer,
    /// The seller as printed, taken from the seller's settings when the order was accepted.
    pub seller: Party,
    /// The rows, at least one.
    pub rows: Vec<Row>,
    /// Remarks (备注).
    pub remark: String,
    /// The seller's people.
    pub people: People,
    /// Fields that only one provider knows, in that provider's own names (诺诺: `extensionNumber`, `specificFactor` and its
    /// objects …); each codec takes what it knows and never lets them override what stands above.
    #[serde(default)]
    pub extras: Map<String, Value>,
}

impl Content {
    /// Net, tax and gross of all rows. `None` when they leave the range of a decimal; accepted content never does.
    pub fn totals(&self) -> Option<Totals> {
        let sum = |amount: fn(&Row) -> Decimal| invoice::amount::sum(self.rows.iter().map(amount));
        Some(Totals { net: sum(|row| row.net)?, tax: sum(|row| row.tax)?, gross: sum(|row| row.gross)? })
    }
}

/// Sums, in yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Net total (合计金额).
    pub net: Decimal,
    /// Tax total (合计税额).
    pub tax: Decimal,
    /// Total with tax (价税合计).
    pub gross: Decimal,
}

/// The seller (销售方) as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// Tax id.
    pub tax_id: TaxId,
    /// Full name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub telephone: String,
    /// Bank.
    pub bank: String,
    /// Account at the bank.
    pub account: String,
}

impl Default for Party {
    fn default() -> Party {
        let text = String::new;
        Party { tax_id: TaxId::new(""), name: text(), address: text(), telephone: text(), bank: text(), account: text() }
    }
}

/// The seller's people on an invoice; empty where nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct People {
    /// Who issues (开票人).
    pub issuer: String,
    /// Who took the money (收款人).
    pub payee: String,
    /// Who reviewed (复核).
    pub reviewer: String,
}

/// An order as a partner asks for it, before the seller's settings complete it. The wires make this; [`crate::accept`]
/// makes [`Content`] of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The partner's number.
    pub number: OrderNumber,
    /// Tax id of the issuing party; it must be one of the app's sellers.
    pub seller: TaxId,
    /// Which invoice.
    #[serde(default)]
    pub form: Form,
    /// The buyer.
    pub buyer: Buyer,
    /// What was sold.
    pub goods: Goods,
    /// Remarks.
    #[serde(default)]
    pub remark: String,
    /// Who issues, took the money, reviewed; where empty, the seller's settings say.
    #[serde(default)]
    pub people: People,
    /// See [`Content::extras`].
    #[serde(default)]
    pub extras: Map<String, Value>,
    /// Where this order's events go, besides the app's own addresses.
    #[serde(default)]
    pub notify: Vec<Target>,
}

/// What was sold, as asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    /// An amount with tax in yuan; item, tax code and rate come from the seller's settings (the gate's `value`, which is in fen).
    Amount(Decimal),
    /// Rows, each with at least a name, a rate and one amount.
    Rows(Vec<AskedRow>),
}

/// A row as asked for: what is missing is computed where that is exact, else refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct AskedRow {
    /// Name; where empty, the seller's.
    pub name: String,
    /// Tax code; where empty, the seller's.
    pub tax_code: String,
    /// Specification.
    pub specification: String,
    /// Unit.
    pub unit: String,
    /// Quantity.
    pub quantity: Option<Decimal>,
    /// Price of a unit.
    pub price: Option<Decimal>,
    /// Whether `price` is with tax.
    pub price_with_tax: bool,
    /// Rate as a fraction; where missing, the seller's.
    pub rate: Option<Decimal>,
    /// Why the rate is zero.
    pub untaxed: Option<Untaxed>,
    /// Net amount.
    pub net: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// Amount with tax.
    pub gross: Option<Decimal>,
    /// Discounts.
    pub kind: RowKind,
}
