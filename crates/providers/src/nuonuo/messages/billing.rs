//! `requestBillingNew`: asks for an invoice (reference, issuing §4.6).

use issue::order::{Content, Form, Row, RowKind, Untaxed};
use issue::provider::{Answer, Call, Context, Issue, Outcome, Unfit};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::nuonuo::gateway;
use crate::nuonuo::lenient::{Text, local, structure};
use crate::nuonuo::settings::{Settings, unfit};

/// Fields of an order that a partner may give in 诺诺's own names, and that say nothing which our own content says.
const EXTRAS: [&str; 38] = [
    "showBankAccountType",
    "departmentId",
    "clerkId",
    "ccPhone",
    "ccEmail",
    "pushMode",
    "specificFactor",
    "proxyInvoiceFlag",
    "taxRebateProxy",
    "invoiceDifferenceType",
    "extensionNumber",
    "terminalNumber",
    "machineCode",
    "vehicleFlag",
    "hiddenBmbbbh",
    "surveyAnswerType",
    "buyerManagerName",
    "managerCardType",
    "managerCardNo",
    "bField1",
    "bField2",
    "bField3",
    "certificateType",
    "taxNumVerifyFlag",
    "naturalPersonVerifyFlag",
    "listFlag",
    "listName",
    "additionalElementName",
    "vehicleInfo",
    "secondHandCarInfo",
    "invoiceBuildingInfo",
    "invoiceGoodsTransports",
    "invoiceTravellerTransportInfoList",
    "realPropertyRentInfo",
    "realPropertySellInfo",
    "differenceVoucherInfoList",
    "additionalElementList",
    "forceFlag",
];

/// The longest texts that the platform takes, in characters, with what they are called in our own words.
type Length = (&'static str, usize);

/// Lines that an order may have, discounts among them.
const ROWS: usize = 2000;
/// How far the tax may be from net × rate.
const TAX_APART: u32 = 6;
/// Characters of a number, and decimals of a price or a quantity.
const DIGITS: usize = 16;
const DECIMALS: u32 = 8;

fn long(texts: &[(&str, Length)]) -> Option<String> {
    let (_, (name, length)) = texts.iter().find(|(text, (_, length))| text.chars().count() > *length)?;
    Some(format!("{name} has more than {length} characters"))
}

/// What the platform would refuse, found before it is asked.
pub(in crate::nuonuo) fn check(content: &Content) -> Result<(), Unfit> {
    let wrong = |why: String| Err(unfit("issue", why));
    let buyer = &content.buyer;
    let buyer_id = buyer.tax_id.as_ref().map_or("", |id| id.as_str());
    let remark = ("the remark", 200);
    let texts: [(&str, Length); 10] = [
        (&buyer.name, ("the buyer's name", 100)),
        (buyer_id, ("the buyer's tax id", 20)),
        (&buyer.telephone, ("the buyer's telephone", 50)),
        (&buyer.address, ("the buyer's address", 80)),
        (&buyer.email, ("the buyer's email address", 50)),
        (&buyer.mobile, ("the buyer's mobile number", 20)),
        (&content.remark, remark),
        (&content.people.issuer, ("the issuer's name", 20)),
        (&content.people.payee, ("the payee's name", 20)),
        (&content.people.reviewer, ("the reviewer's name", 20)),
    ];
    if let Some(why) = long(&texts) {
        return wrong(why);
    }
    if buyer.address.chars().count() + buyer.telephone.chars().count() > 100 {
        return wrong("the buyer's address and telephone together have more than 100 characters".to_owned());
    }
    if content.form == Form::Special && buyer_id.is_empty() {
        return wrong("a special invoice needs the buyer's tax id".to_owned());
    }
    if content.rows.is_empty() || content.rows.len() > ROWS {
        return wrong(format!("it takes from 1 to {ROWS} rows"));
    }
    for (at, row) in content.rows.iter().enumerate() {
        if let Some(why) = check_row(row) {
            return wrong(format!("row {}: {why}", at + 1));
        }
    }
    Ok(())
}

fn check_row(row: &Row) -> Option<String> {
    let texts: [(&str, Length); 3] =
        [(&row.name, ("the name", 90)), (&row.specification, ("the specification", 40)), (&row.unit, ("the unit", 20))];
    if let Some(why) = long(&texts) {
        return Some(why);
    }
    if row.name.is_empty() {
        return Some("there is no name".to_owned());
    }
    if !row.tax_code.is_empty() && (row.tax_code.len() != 19 || !row.tax_code.bytes().all(|b| b.is_ascii_digit())) {
        return Some("the tax code has not 19 digits".to_owned());
    }
    let figures = [("the quantity", row.quantity), ("the price", row.price)];
    let wide = |figure: Decimal| figure.normalize().scale() > DECIMALS || plain(figure).len() > DIGITS;
    if let Some((name, _)) = figures.into_iter().find(|(_, figure)| figure.is_some_and(wide)) {
        return Some(format!("{name} has more than {DECIMALS} decimals or {DIGITS} characters"));
    }
    if row.price.is_none() != row.quantity.is_none() {
        return Some("price and quantity stand together or not at all".to_owned());
    }
    if row.net.checked_add(row.tax) != Some(row.gross) {
        return Some("net and tax do not make the gross amount".to_owned());
    }
    let tax = row.net.checked_mul(row.rate);
    if !tax.is_some_and(|tax| invoice::amount::within(tax, row.tax, TAX_APART)) {
        return Some("the tax is more than 0.06 away from net × rate".to_owned());
    }
    None
}

/// A number without trailing noughts.
pub(in crate::nuonuo) fn plain(number: Decimal) -> String {
    invoice::amount::plain(number.normalize())
}

/// An amount with two decimals.
pub(in crate::nuonuo) fn cents(amount: Decimal) -> String {
    let mut amount = invoice::amount::to_cents(amount);
    amount.rescale(2);
    invoice::amount::plain(amount)
}

/// 数电 special and ordinary invoices.
pub(in crate::nuonuo) fn line(form: Form) -> &'static str {
    match form {
        Form::Special => "bs",
        Form::Ordinary => "pc",
    }
}

fn joined(first: &str, second: &str) -> String {
    [first, second].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The call.
pub(in crate::nuonuo) fn ask(context: &Context<'_>, issue: &Issue<'_>) -> Result<Call, Unfit> {
    check(issue.content)?;
    let settings = Settings::read(context.settings)?;
    let order = order(context, &settings, issue)?;
    gateway::call(context, "requestBillingNew", &json!({ "order": order }))
}

fn order(context: &Context<'_>, settings: &Settings, issue: &Issue<'_>) -> Result<Map<String, Value>, Unfit> {
    let Content { buyer, seller, people, .. } = issue.content;
    let clerk = if people.issuer.is_empty() { &settings.clerk } else { &people.issuer };
    if clerk.is_empty() {
        return Err(unfit("issue", "nobody is named who issues: name one in the order, in the seller's people or in the setting clerk"));
    }
    let mut order = Map::new();
    // What a partner gave in the platform's own names comes first, so that it is never above what our content says.
    let extras = issue.content.extras.iter().filter(|(name, value)| EXTRAS.contains(&name.as_str()) && !value.is_null());
    order.extend(extras.map(|(name, value)| (name.clone(), worded(value))));
    let push_mode = settings.push_mode.unwrap_or(-1).to_string();
    let default = |order: &mut Map<String, Value>, name: &str, value: &str| {
        if !value.is_empty() && !order.contains_key(name) {
            order.insert(name.to_owned(), value.into());
        }
    };
    default(&mut order, "extensionNumber", &settings.extension_number);
    default(&mut order, "departmentId", &settings.department_id);
    default(&mut order, "clerkId", &settings.clerk_id);
    default(&mut order, "pushMode", &push_mode);
    let fields = [
        ("buyerName", buyer.name.clone()),
        ("buyerTaxNum", buyer.tax_id.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("buyerTel", buyer.telephone.clone()),
        ("buyerAddress", buyer.address.clone()),
        ("buyerAccount", joined(&buyer.bank, &buyer.account)),
        ("naturalPersonFlag", if buyer.person { "1" } else { "0" }.to_owned()),
        ("buyerPhone", buyer.mobile.clone()),
        ("email", buyer.email.clone()),
        // The platform compares it with the header userTax (E9302).
        ("salerTaxNum", context.seller.to_string()),
        ("salerTel", seller.telephone.clone()),
        ("salerAddress", seller.address.clone()),
        ("salerAccount", joined(&seller.bank, &seller.account)),
        ("orderNo", issue.number.to_string()),
        ("invoiceDate", local(issue.ordered_at)),
        ("invoiceType", "1".to_owned()),
        ("invoiceLine", line(issue.content.form).to_owned()),
        ("remark", issue.content.remark.clone()),
        ("clerk", clerk.clone()),
        ("payee", people.payee.clone()),
        ("checker", people.reviewer.clone()),
        ("callBackUrl", context.notice_url.unwrap_or_default().to_owned()),
    ];
    order.extend(fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value.into())));
    order.insert("invoiceDetail".to_owned(), issue.content.rows.iter().map(detail).collect());
    Ok(order)
}

/// Scalars as texts, as the platform documents them; lists and objects as they are.
fn worded(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Bool(flag) => if *flag { "1" } else { "0" }.into(),
        other => other.clone(),
    }
}

fn detail(row: &Row) -> Value {
    let mut detail = Map::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            detail.insert(name.to_owned(), value.into());
        }
    };
    put("goodsName", row.name.clone());
    put("goodsCode", row.tax_code.clone());
    put("specType", row.specification.clone());
    put("unit", row.unit.clone());
    put("withTaxFlag", if row.price_with_tax { "1" } else { "0" }.to_owned());
    put("price", row.price.map(plain).unwrap_or_default());
    put("num", row.quantity.map(plain).unwrap_or_default());
    put("taxRate", plain(row.rate));
    put("tax", cents(row.tax));
    put("taxExcludedAmount", cents(row.net));
    put("taxIncludedAmount", cents(row.gross));
    let property = match row.kind {
        RowKind::Plain => "0",
        RowKind::Discount => "1",
        RowKind::Discounted => "2",
    };
    put("invoiceLineProperty", property.to_owned());
    // On digital invoices the policy says why no tax is levied, and zeroRateFlag stays empty.
    let policy = match row.untaxed {
        Some(Untaxed::Exempt) => "03",
        Some(Untaxed::OutsideTax) => "04",
        Some(Untaxed::ZeroRate) | None => "0",
    };
    put("favouredPolicyFlag", policy.to_owned());
    Value::Object(detail)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
    #[serde(default)]
    invoice_serial_num: Text,
}

/// The serial in a result. It may be missing: in approval, or when the order is split (reference, issuing §4.6).
pub(in crate::nuonuo) fn serial(result: Option<&RawValue>) -> Option<String> {
    let submitted: Submitted = structure(result)?;
    submitted.invoice_serial_num.filled().map(str::to_owned)
}

/// Reads the answer.
pub(in crate::nuonuo) fn read(answer: &Answer) -> Outcome {
    gateway::outcome(answer, serial)
}
