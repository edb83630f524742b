//! From what a partner asks for to what is issued: everything checked, everything exact.
//!
//! Nothing that was given is rounded or corrected; what is missing is computed where the rule is certain (VAT: net = gross ÷
//! (1 + rate), to cents, half away from zero), else refused. Limits are those of digital invoices as providers carry them
//! (reference, issuing §4.6).

use rust_decimal::Decimal;

use crate::order::{AskedRow, Buyer, Content, Fingerprint, Form, Goods, OrderNumber, People, Request, Row, RowKind, Target};
use crate::store::{Item, Seller};

/// Rows of an invoice, discounts included.
const ROWS: usize = 2000;
/// The largest amount of a row, in yuan: beyond it no invoice goes, and sums stay far from the range of a decimal.
const LARGEST: Decimal = Decimal::from_parts(1316134911, 2328, 0, false, 0);
/// How far tax may be from net × rate, in cents (E9131).
const TAX_TOLERANCE: u32 = 6;
/// Bytes of the extras as JSON.
const EXTRAS: usize = 64 << 10;

/// What cannot be accepted. The text is shown to the partner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    /// Which part of the request: `buyer.name`, `rows[2].net`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing is there.
    #[error("不能为空")]
    Missing,
    /// Something is there that must not be.
    #[error("不应填写")]
    Unwanted,
    /// Too many characters.
    #[error("超过 {0} 个字符")]
    TooLong(usize),
    /// Characters that cannot be printed, or spaces at the ends.
    #[error("含有不可用的字符")]
    Characters,
    /// It is none of what it should be.
    #[error("格式不正确")]
    Form,
    /// Not in the range.
    #[error("超出范围")]
    Range,
    /// More decimals than allowed.
    #[error("小数超过 {0} 位")]
    Decimals(u32),
    /// Amounts that do not fit each other.
    #[error("金额不符: {0}")]
    Sums(&'static str),
    /// The seller's settings lack it, so the request has to name it.
    #[error("订单和销售方设置中均未提供")]
    NoDefault,
    /// A discount row that fits no row.
    #[error("折扣行须紧随被折扣行, 名称和税率一致, 金额为负且不超过被折扣行")]
    Discount,
    /// The seller is switched off.
    #[error("该销售方已停用")]
    SellerDisabled,
}

fn invalid<T>(field: impl Into<String>, problem: Problem) -> Result<T, Invalid> {
    Err(Invalid { field: field.into(), problem })
}

/// What is issued for a request of a seller.
///
/// # Errors
/// With the first part of the request that cannot be accepted.
pub fn complete(request: &Request, seller: &Seller) -> Result<Content, Invalid> {
    if !seller.enabled || request.seller != seller.party.tax_id {
        return invalid("seller", Problem::SellerDisabled);
    }
    number(&request.number)?;
    buyer(&request.buyer, request.form)?;
    text("remark", &request.remark, 200, true)?;
    for (place, target) in request.notify.iter().enumerate() {
        notify(&format!("notify[{place}]"), target)?;
    }
    let people = people(&request.people, &seller.people)?;
    if serde_json::to_vec(&request.extras).map_or(usize::MAX, |json| json.len()) > EXTRAS {
        return invalid("extras", Problem::TooLong(EXTRAS));
    }
    let rows = match &request.goods {
        Goods::Amount(amount) => vec![of_amount(*amount, seller.item.as_ref())?],
        Goods::Rows(asked) => rows(asked, seller.item.as_ref())?,
    };
    let content = Content {
        form: request.form,
        buyer: request.buyer.clone(),
        seller: seller.party.clone(),
        rows,
        remark: request.remark.clone(),
        people,
        extras: request.extras.clone(),
    };
    match content.totals() {
        Some(totals) if totals.gross > Decimal::ZERO && totals.gross <= LARGEST => Ok(content),
        _ => invalid("goods", Problem::Range),
    }
}

/// The fingerprint of what is asked for. Where events are told is not part of it, nor is how a number is written: `100` is
/// `100.00`, and the order of keys in `extras` means nothing.
pub fn fingerprint(request: &Request) -> Fingerprint {
    let mut request = request.clone();
    request.notify.clear();
    match &mut request.goods {
        Goods::Amount(amount) => *amount = amount.normalize(),
        Goods::Rows(rows) => {
            for row in rows {
                for amount in [&mut row.quantity, &mut row.price, &mut row.rate, &mut row.net, &mut row.tax, &mut row.gross] {
                    *amount = amount.map(|amount| amount.normalize());
                }
            }
        }
    }
    // A request is plain data with text keys: it always becomes JSON.
    let mut value = serde_json::to_value(&request).unwrap_or_default();
    value.sort_all_objects();
    Fingerprint::of(value.to_string().as_bytes())
}

/// Checks a partner's order number.
///
/// # Errors
/// When it is empty, longer than [`OrderNumber::LONGEST`], or has spaces at its ends or signs that cannot be printed.
pub fn number(number: &OrderNumber) -> Result<(), Invalid> {
    let said = number.as_str();
    if said.is_empty() {
        return invalid("number", Problem::Missing);
    }
    if said != said.trim() {
        return invalid("number", Problem::Characters);
    }
    text("number", said, OrderNumber::LONGEST, false)
}

fn text(field: &str, said: &str, longest: usize, lines: bool) -> Result<(), Invalid> {
    if said.chars().count() > longest {
        return invalid(field, Problem::TooLong(longest));
    }
    // NUL cannot even be stored everywhere; the others cannot be printed.
    let bad = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r')) || c == '\u{fffd}';
    if said.contains(bad) { invalid(field, Problem::Characters) } else { Ok(()) }
}

fn notify(field: &str, target: &Target) -> Result<(), Invalid> {
    text(field, &target.url, 2000, false)?;
    let rest = target.url.strip_prefix("https://").or_else(|| target.url.strip_prefix("http://"));
    let host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace));
    if host { Ok(()) } else { invalid(field, Problem::Form) }
}

fn buyer(buyer: &Buyer, form: Form) -> Result<(), Invalid> {
    if buyer.name.trim().is_empty() {
        return invalid("buyer.name", Problem::Missing);
    }
    let limits = [
        ("buyer.name", &buyer.name, 100),
        ("buyer.address", &buyer.address, 80),
        ("buyer.telephone", &buyer.telephone, 50),
        ("buyer.bank", &buyer.bank, 100),
        ("buyer.account", &buyer.account, 100),
        ("buyer.email", &buyer.email, 50),
        ("buyer.mobile", &buyer.mobile, 20),
    ];
    for (field, said, longest) in limits {
        text(field, said, longest, false)?;
    }
    match &buyer.tax_id {
        Some(_) if buyer.person => invalid("buyer.tax_id", Problem::Unwanted),
        // Check digits are no rule: real ids exist that fail.
        Some(id) => {
            let form = (6..=20).contains(&id.as_str().len()) && id.as_str().bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
            if form { Ok(()) } else { invalid("buyer.tax_id", Problem::Form) }
        }
        None if form == Form::Special => invalid("buyer.tax_id", Problem::Missing),
        None => Ok(()),
    }
}

fn people(asked: &People, known: &People) -> Result<People, Invalid> {
    let pick = |field: &str, asked: &String, known: &String| {
        text(field, asked, 20, false)?;
        Ok(if asked.is_empty() { known.clone() } else { asked.clone() })
    };
    Ok(People {
        issuer: pick("people.issuer", &asked.issuer, &known.issuer)?,
        payee: pick("people.payee", &asked.payee, &known.payee)?,
        reviewer: pick("people.reviewer", &asked.reviewer, &known.reviewer)?,
    })
}

/// The one row of an amount.
fn of_amount(amount: Decimal, item: Option<&Item>) -> Result<Row, Invalid> {
    if item.is_none() {
        return invalid("item", Problem::NoDefault);
    }
    row("amount", &AskedRow { gross: Some(amount), ..AskedRow::default() }, item).map_err(|invalid| {
        // The amount is all that the partner gave.
        let field = if invalid.field == "amount.gross" { "amount".to_owned() } else { invalid.field };
        Invalid { field, ..invalid }
    })
}

fn rows(asked: &[AskedRow], item: Option<&Item>) -> Result<Vec<Row>, Invalid> {
    if asked.is_empty() {
        return invalid("rows", Problem::Missing);
    }
    if asked.len() > ROWS {
        return invalid("rows", Problem::Range);
    }
    let mut rows: Vec<Row> = Vec::with_capacity(asked.len());
    for (place, asked) in asked.iter().enumerate() {
        rows.push(row(&format!("rows[{place}]"), asked, item)?);
    }
    for place in 0..rows.len() {
        let (here, before, after) = (&rows[place], place.checked_sub(1).map(|before| &rows[before]), rows.get(place + 1));
        let right = match here.kind {
            RowKind::Plain => true,
            RowKind::Discounted => after.is_some_and(|after| after.kind == RowKind::Discount),
            RowKind::Discount => before.is_some_and(|before| {
                let same = before.name == here.name && before.rate == here.rate && before.tax_code == here.tax_code;
                before.kind == RowKind::Discounted && same && before.net + here.net >= Decimal::ZERO
            }),
        };
        if !right {
            return invalid(format!("rows[{place}].kind"), Problem::Discount);
        }
    }
    Ok(rows)
}

/// Completes one row.
fn row(field: &str, asked: &AskedRow, item: Option<&Item>) -> Result<Row, Invalid> {
    let at = |part: &str| format!("{field}.{part}");
    let pick = |part: &str, asked: &String, known: Option<&String>, longest: usize| {
        text(&at(part), asked, longest, false)?;
        Ok(if asked.is_empty() { known.cloned().unwrap_or_default() } else { asked.clone() })
    };
    // The seller's item stands in as a whole: its unit belongs to its name.
    let whole = item.filter(|_| asked.name.is_empty());
    let name = pick("name", &asked.name, whole.map(|item| &item.name), 90)?;
    let tax_code = pick("tax_code", &asked.tax_code, item.map(|item| &item.tax_code), 19)?;
    let unit = pick("unit", &asked.unit, whole.map(|item| &item.unit), 20)?;
    let specification = pick("specification", &asked.specification, whole.map(|item| &item.specification), 40)?;
    if name.trim().is_empty() {
        return invalid(at("name"), Problem::NoDefault);
    }
    if tax_code.is_empty() {
        return invalid(at("tax_code"), Problem::NoDefault);
    }
    if tax_code.len() != 19 || !tax_code.bytes().all(|b| b.is_ascii_digit()) {
        return invalid(at("tax_code"), Problem::Form);
    }
    let Some(rate) = asked.rate.or(item.map(|item| item.rate)) else { return invalid(at("rate"), Problem::NoDefault) };
    if rate < Decimal::ZERO || rate >= Decimal::ONE || rate.normalize().scale() > 4 {
        return invalid(at("rate"), Problem::Range);
    }
    let untaxed = asked.untaxed.or(item.filter(|_| asked.rate.is_none()).and_then(|item| item.untaxed));
    if untaxed.is_some() && !rate.is_zero() {
        return invalid(at("untaxed"), Problem::Unwanted);
    }
    let (net, tax, gross) = amounts(field, asked, rate)?;
    let negative = asked.kind == RowKind::Discount;
    if net.is_zero() || net.is_sign_negative() != negative || gross.abs() > LARGEST || net.abs() > LARGEST {
        return invalid(at("net"), Problem::Range);
    }
    Ok(Row {
        name,
        tax_code,
        specification,
        unit,
        quantity: asked.quantity,
        price: asked.price,
        price_with_tax: asked.price_with_tax,
        rate,
        untaxed,
        net,
        tax,
        gross,
        kind: asked.kind,
    })
}

/// Net, tax and gross of a row, from whatever of them is given.
fn amounts(field: &str, asked: &AskedRow, rate: Decimal) -> Result<(Decimal, Decimal, Decimal), Invalid> {
    let at = |part: &str| format!("{field}.{part}");
    for (part, amount, decimals) in [
        ("quantity", asked.quantity, 8),
        ("price", asked.price, 8),
        ("net", asked.net, 2),
        ("tax", asked.tax, 2),
        ("gross", asked.gross, 2),
    ] {
        let Some(amount) = amount else { continue };
        if amount.normalize().scale() > decimals {
            return invalid(at(part), Problem::Decimals(decimals));
        }
        if amount.abs() > LARGEST {
            return invalid(at(part), Problem::Range);
        }
    }
    let product = match (asked.quantity, asked.price) {
        (Some(quantity), Some(price)) => {
            let fits = !quantity.is_zero() && price > Decimal::ZERO;
            let product = quantity.checked_mul(price).filter(|product| fits && product.abs() <= LARGEST);
            let Some(product) = product else { return invalid(at("quantity"), Problem::Range) };
            Some(product)
        }
        (None, None) => None,
        (Some(_), None) => return invalid(at("price"), Problem::Missing),
        (None, Some(_)) => return invalid(at("quantity"), Problem::Missing),
    };
    let cents = invoice::amount::to_cents;
    let of_gross = |gross: Decimal| (cents(gross / (Decimal::ONE + rate)), gross);
    let of_net = |net: Decimal| (net, net + cents(net * rate));
    let (net, gross) = match (asked.net, asked.tax, asked.gross) {
        (Some(net), Some(tax), Some(gross)) => {
            if net + tax != gross {
                return invalid(at("gross"), Problem::Sums("不含税金额 + 税额 ≠ 含税金额"));
            }
            (net, gross)
        }
        (Some(net), None, Some(gross)) => (net, gross),
        (Some(net), Some(tax), None) => (net, net + tax),
        (None, Some(tax), Some(gross)) => (gross - tax, gross),
        (Some(net), None, None) => of_net(net),
        (None, None, Some(gross)) => of_gross(gross),
        (None, _, None) => match product {
            Some(product) if asked.price_with_tax => of_gross(cents(product)),
            Some(product) => of_net(cents(product)),
            None => return invalid(at("gross"), Problem::Missing),
        },
    };
    let tax = gross - net;
    if asked.tax.is_some_and(|said| said != tax) {
        return invalid(at("tax"), Problem::Sums("税额与金额、税率不符"));
    }
    if !invoice::amount::within(cents(net * rate), tax, TAX_TOLERANCE) {
        return invalid(at("tax"), Problem::Sums("税额与 金额 × 税率 相差超过 0.06"));
    }
    let base = if asked.price_with_tax { gross } else { net };
    if product.is_some_and(|product| !invoice::amount::within(cents(product), base, 1)) {
        return invalid(at("price"), Problem::Sums("数量 × 单价 与金额不符"));
    }
    Ok((net, tax, gross))
}

#[cfg(test)]
mod tests;
