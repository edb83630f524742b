//! 诺诺's order object in our own words (reference, issuing §4.6). Numbers are read from their text, so that no amount passes through
//! a float; fields that say nothing which our own content says go on to the provider as they came.

use issue::order::{AskedRow, Buyer, Form, Goods, OrderNumber, People, Request, RowKind, Target, TaxId, Untaxed};
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answer::Failure;
use super::push;
use crate::fields::Members;

/// How deep the objects of an order may lie in one another: 诺诺's lie three deep.
const DEPTH: usize = 8;

/// The text of a value: a text as it is meant, anything else as it is written, null as nothing.
pub(super) fn text(value: &RawValue) -> String {
    match value.get() {
        "null" => String::new(),
        written => serde_json::from_str(written).unwrap_or_else(|_| written.to_owned()),
    }
}

/// An object whose members are taken out one by one.
struct Object {
    members: Vec<(String, Box<RawValue>)>,
    /// What it is called when something is wrong with it.
    name: String,
}

impl Object {
    fn of(value: &RawValue, name: String) -> Result<Object, Failure> {
        let Members(members) = serde_json::from_str(value.get()).map_err(|_| Failure::parameter(format!("{name} 须为 JSON 对象")))?;
        Object::with(members, name)
    }

    fn with(members: Vec<(String, Box<RawValue>)>, name: String) -> Result<Object, Failure> {
        for (place, (member, _)) in members.iter().enumerate() {
            if members[..place].iter().any(|(other, _)| other == member) {
                return Err(Failure::parameter(format!("{name} 中 {member} 重复")));
            }
        }
        Ok(Object { members, name })
    }

    fn take(&mut self, member: &str) -> Option<Box<RawValue>> {
        let place = self.members.iter().position(|(name, _)| name == member)?;
        Some(self.members.swap_remove(place).1)
    }

    /// A text without the spaces around it; empty when it is not there.
    fn text(&mut self, member: &str) -> String {
        self.take(member).map(|value| text(&value).trim().to_owned()).unwrap_or_default()
    }

    /// A number, exactly as it is written.
    fn decimal(&mut self, member: &str) -> Result<Option<Decimal>, Failure> {
        let said = self.text(member);
        if said.is_empty() {
            return Ok(None);
        }
        Decimal::from_str_exact(&said).map(Some).map_err(|_| self.wrong(member, "须为十进制数"))
    }

    fn wrong(&self, member: &str, why: &str) -> Failure {
        let name = &self.name;
        Failure::parameter(if name == ORDER { format!("{member} {why}") } else { format!("{name}.{member} {why}") })
    }
}

/// What the order itself is called.
const ORDER: &str = "order";

/// The request that an order object makes of the seller with this tax id.
pub(super) fn request(members: Vec<(String, Box<RawValue>)>, seller: &TaxId) -> Result<Request, Failure> {
    let mut outer = Object::with(members, "request_data".to_owned())?;
    // The sample wraps the order in a request; a bare order is understood as well.
    let mut order = match outer.take(ORDER) {
        Some(order) => Object::of(&order, ORDER.to_owned())?,
        None => Object { name: ORDER.to_owned(), ..outer },
    };
    let number = order.text("orderNo");
    if number.is_empty() {
        return Err(Failure::parameter("缺少 orderNo"));
    }
    let said = order.text("salerTaxNum");
    if !said.is_empty() && !said.eq_ignore_ascii_case(seller.as_str()) {
        return Err(Failure::parameter("salerTaxNum 与 tax_num 不一致"));
    }
    match order.text("invoiceType").as_str() {
        "" | "1" => {}
        "2" => return Err(Failure::parameter("invoiceType=2: 数电票红冲须先确认红字信息, 请使用红冲接口")),
        _ => return Err(order.wrong("invoiceType", "只能是 1(蓝票)")),
    }
    let form = form(&mut order)?;
    let buyer = buyer(&mut order)?;
    let people = People { issuer: order.text("clerk"), payee: order.text("payee"), reviewer: order.text("checker") };
    let remark = order.text("remark");
    let notify = order.text("callBackUrl");
    let notify = (!notify.is_empty()).then(|| Target { dialect: push::NAME.to_owned(), url: notify });
    let goods = Goods::Rows(rows(&mut order)?);
    // The seller as printed and the time of the order are ours to say.
    for ours in ["salerTel", "salerAddress", "salerAccount", "saleName", "salerName", "invoiceDate"] {
        order.take(ours);
    }
    let mut extras = Map::new();
    for (name, value) in &order.members {
        let value = worded(value, DEPTH).ok_or_else(|| order.wrong(name, "嵌套过深或格式不正确"))?;
        if !(value.is_null() || value.as_str() == Some("")) {
            extras.insert(name.clone(), value);
        }
    }
    Ok(Request {
        number: OrderNumber::new(number),
        seller: seller.clone(),
        form,
        buyer,
        goods,
        remark,
        people,
        extras,
        notify: notify.into_iter().collect(),
    })
}

/// Which invoice: electronic ones only, ordinary or special.
fn form(order: &mut Object) -> Result<Form, Failure> {
    match order.text("invoiceLine").as_str() {
        "" | "pc" | "p" => Ok(Form::Ordinary),
        "bs" | "b" => Ok(Form::Special),
        _ => Err(order.wrong("invoiceLine", "只支持 pc(数电普票) 和 bs(数电专票)")),
    }
}

fn buyer(order: &mut Object) -> Result<Buyer, Failure> {
    let tax_id = order.text("buyerTaxNum").to_ascii_uppercase();
    let person = match order.text("naturalPersonFlag").as_str() {
        "" | "0" => false,
        "1" => true,
        _ => return Err(order.wrong("naturalPersonFlag", "只能是 0 或 1")),
    };
    let (bank, account) = bank_account(&order.text("buyerAccount"));
    Ok(Buyer {
        name: order.text("buyerName"),
        tax_id: (!tax_id.is_empty()).then(|| TaxId::new(tax_id)),
        person,
        address: order.text("buyerAddress"),
        telephone: order.text("buyerTel"),
        bank,
        account,
        email: order.text("email"),
        mobile: order.text("buyerPhone"),
    })
}

/// 诺诺 writes bank and account into one text: the account is what stands behind the last space, or the digits at the end.
fn bank_account(text: &str) -> (String, String) {
    let is_account = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if let Some((bank, account)) = text.rsplit_once(char::is_whitespace)
        && is_account(account)
    {
        return (bank.trim().to_owned(), account.to_owned());
    }
    let bank = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    (bank.trim().to_owned(), text[bank.len()..].to_owned())
}

fn rows(order: &mut Object) -> Result<Vec<AskedRow>, Failure> {
    let Some(list) = order.take("invoiceDetail") else { return Err(Failure::parameter("缺少 invoiceDetail")) };
    let list: Vec<Box<RawValue>> = serde_json::from_str(list.get()).map_err(|_| order.wrong("invoiceDetail", "须为数组"))?;
    list.iter().enumerate().map(|(place, row)| asked_row(Object::of(row, format!("invoiceDetail[{place}]"))?)).collect()
}

fn asked_row(mut row: Object) -> Result<AskedRow, Failure> {
    let kind = match row.text("invoiceLineProperty").as_str() {
        "" | "0" => RowKind::Plain,
        "1" => RowKind::Discount,
        "2" => RowKind::Discounted,
        _ => return Err(row.wrong("invoiceLineProperty", "只能是 0、1 或 2")),
    };
    let price = row.decimal("price")?;
    let price_with_tax = match row.text("withTaxFlag").as_str() {
        "1" => true,
        "0" => false,
        "" if price.is_none() => false,
        _ => return Err(row.wrong("withTaxFlag", "只能是 0(不含税)或 1(含税)")),
    };
    let rate = match row.text("taxRate") {
        said if said.is_empty() => None,
        said => {
            let (digits, hundredth) = said.strip_suffix('%').map_or((said.as_str(), Decimal::ONE), |digits| (digits, Decimal::new(1, 2)));
            let rate = Decimal::from_str_exact(digits.trim()).ok().and_then(|rate| rate.checked_mul(hundredth));
            Some(rate.ok_or_else(|| row.wrong("taxRate", "须为小数, 如 0.13"))?)
        }
    };
    let untaxed = untaxed(&mut row)?;
    if row.decimal("deduction")?.is_some_and(|deduction| !deduction.is_zero()) {
        return Err(row.wrong("deduction", "差额开票暂不支持"));
    }
    Ok(AskedRow {
        name: row.text("goodsName"),
        tax_code: row.text("goodsCode"),
        specification: row.text("specType"),
        unit: row.text("unit"),
        quantity: row.decimal("num")?,
        price,
        price_with_tax,
        rate,
        untaxed,
        net: row.decimal("taxExcludedAmount")?,
        tax: row.decimal("tax")?,
        gross: row.decimal("taxIncludedAmount")?,
        kind,
    })
}

/// Why no tax is levied: 税控 says it by flags and a name, 数电 by the policy's number.
fn untaxed(row: &mut Object) -> Result<Option<Untaxed>, Failure> {
    let (zero, policy, name) = (row.text("zeroRateFlag"), row.text("favouredPolicyFlag"), row.text("favouredPolicyName"));
    let by_policy = match (policy.as_str(), name.as_str()) {
        ("" | "0", _) => None,
        ("03", _) | ("1", "免税") => Some(Untaxed::Exempt),
        ("04", _) | ("1", "不征税") => Some(Untaxed::OutsideTax),
        _ => return Err(row.wrong("favouredPolicyFlag", "此优惠政策暂不支持")),
    };
    let by_flag = match zero.as_str() {
        "" | "0" => None,
        "1" => Some(Untaxed::Exempt),
        "2" => Some(Untaxed::OutsideTax),
        "3" => Some(Untaxed::ZeroRate),
        _ => return Err(row.wrong("zeroRateFlag", "只能是空、1、2 或 3")),
    };
    match (by_policy, by_flag) {
        (Some(one), Some(other)) if one != other => Err(row.wrong("zeroRateFlag", "与 favouredPolicyFlag 不一致")),
        (one, other) => Ok(one.or(other)),
    }
}

/// A value with its numbers as the texts that they are written as.
fn worded(value: &RawValue, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let written = value.get();
    match written.as_bytes().first()? {
        b'{' => {
            let Members(members) = serde_json::from_str::<Members<Box<RawValue>>>(written).ok()?;
            let members: Option<Map<_, _>> = members.into_iter().map(|(name, value)| Some((name, worded(&value, depth)?))).collect();
            members.map(Value::Object)
        }
        b'[' => {
            let list: Vec<Box<RawValue>> = serde_json::from_str(written).ok()?;
            list.iter().map(|value| worded(value, depth)).collect::<Option<_>>().map(Value::Array)
        }
        b'"' | b't' | b'f' | b'n' => serde_json::from_str(written).ok(),
        _ => Some(Value::String(written.to_owned())),
    }
}

/// What 诺诺 calls a part of a request.
pub(super) fn called(field: &str) -> String {
    if let Some((row, part)) = field.strip_prefix("rows").and_then(|rest| rest.split_once('.')) {
        let part = match part {
            "name" => "goodsName",
            "tax_code" => "goodsCode",
            "specification" => "specType",
            "quantity" => "num",
            "rate" => "taxRate",
            "net" => "taxExcludedAmount",
            "gross" => "taxIncludedAmount",
            "kind" => "invoiceLineProperty",
            "untaxed" => "zeroRateFlag",
            other => other,
        };
        return format!("invoiceDetail{row}.{part}");
    }
    let name = match field {
        "number" => "orderNo",
        "rows" | "goods" => "invoiceDetail",
        "buyer.name" => "buyerName",
        "buyer.tax_id" => "buyerTaxNum",
        "buyer.address" => "buyerAddress",
        "buyer.telephone" => "buyerTel",
        "buyer.bank" | "buyer.account" => "buyerAccount",
        "buyer.email" => "email",
        "buyer.mobile" => "buyerPhone",
        "people.issuer" => "clerk",
        "people.payee" => "payee",
        "people.reviewer" => "checker",
        "notify[0]" => "callBackUrl",
        other => other,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELLER: &str = "91110000MA00FAPA0T";

    fn read(json: &str) -> Result<Request, Failure> {
        let Members(members) = serde_json::from_str(json).unwrap();
        request(members, &TaxId::from(SELLER))
    }

    fn row(json: &str) -> Result<AskedRow, Failure> {
        asked_row(Object::of(&RawValue::from_string(json.to_owned()).unwrap(), "row".to_owned())?)
    }

    /// The sample of reference, issuing §3.4, with a row.
    const ORDER: &str = r#"{"order":{"buyerName":"企业名称","buyerTaxNum":"339901999999198","buyerTel":"0571-88888888",
        "buyerAddress":"杭州市","buyerAccount":"中国工商银行 111111111111","salerTel":"0571-77777777","salerAddress":"杭州",
        "orderNo":"20240122150518179381","invoiceDate":"2024-01-22 15:05:18","clerk":"张三","listFlag":"0","email":"test@xx.example",
        "pushMode":"0","invoiceType":"1","invoiceLine":"bs","callBackUrl":"https://partner.example/fc/nuonuo/notify","extensionNumber":888,
        "remark":"备注","checker":null,
        "invoiceDetail":[{"goodsName":"电脑","goodsCode":"1090511030000000000","withTaxFlag":"1","price":1.13,"num":"1","taxRate":0.13,
        "tax":"0.13","taxExcludedAmount":1.00,"taxIncludedAmount":"1.13","specType":"y460","unit":"台"}]}}"#;

    #[test]
    fn an_order_of_the_documents() {
        let request = read(ORDER).unwrap();
        assert_eq!((request.number.as_str(), request.seller.as_str(), request.form), ("20240122150518179381", SELLER, Form::Special));
        assert_eq!((request.buyer.bank.as_str(), request.buyer.account.as_str()), ("中国工商银行", "111111111111"));
        assert_eq!((request.people.issuer.as_str(), request.people.reviewer.as_str()), ("张三", ""));
        let target = Target { dialect: "hive".to_owned(), url: "https://partner.example/fc/nuonuo/notify".to_owned() };
        assert_eq!(request.notify, [target]);
        let mut extras: Vec<(String, Value)> = request.extras.into_iter().collect();
        extras.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [("extensionNumber", "888"), ("listFlag", "0"), ("pushMode", "0")];
        assert_eq!(extras, expected.map(|(name, value)| (name.to_owned(), Value::from(value))));
        let Goods::Rows(rows) = request.goods else { panic!("rows") };
        let row = AskedRow {
            name: "电脑".to_owned(),
            tax_code: "1090511030000000000".to_owned(),
            specification: "y460".to_owned(),
            unit: "台".to_owned(),
            quantity: Some(Decimal::ONE),
            price: Some(Decimal::new(113, 2)),
            price_with_tax: true,
            rate: Some(Decimal::new(13, 2)),
            untaxed: None,
            net: Some(Decimal::ONE),
            tax: Some(Decimal::new(13, 2)),
            gross: Some(Decimal::new(113, 2)),
            kind: RowKind::Plain,
        };
        assert_eq!(rows, [row]);
        let bare = ORDER.strip_prefix(r#"{"order":"#).unwrap().strip_suffix('}').unwrap();
        assert_eq!(read(bare).unwrap().number.as_str(), "20240122150518179381");
    }

    #[test]
    fn amounts_pass_through_no_float() {
        let row =
            row(r#"{"price":0.12345678901234567890,"withTaxFlag":0,"num":12345678.12345678,"taxIncludedAmount":9999999999.99}"#).unwrap();
        assert_eq!(row.price.unwrap().to_string(), "0.12345678901234567890");
        assert_eq!(row.quantity.unwrap().to_string(), "12345678.12345678");
        assert_eq!(row.gross.unwrap().to_string(), "9999999999.99");
    }

    #[test]
    fn what_cannot_be_issued_is_named() {
        for (from, to, named) in [
            (r#""orderNo":"20240122150518179381","#, "", "orderNo"),
            (r#""invoiceType":"1""#, r#""invoiceType":"2""#, "红冲"),
            (r#""invoiceType":"1""#, r#""invoiceType":"9""#, "invoiceType"),
            (r#""invoiceLine":"bs""#, r#""invoiceLine":"s""#, "invoiceLine"),
            (r#""remark":"备注""#, r#""salerTaxNum":"91110000MA00FAPA1B""#, "salerTaxNum"),
            (r#""remark":"备注""#, r#""orderNo":"2""#, "orderNo 重复"),
            (r#""remark":"备注""#, &format!(r#""vehicleInfo":{}{}"#, "[".repeat(20), "]".repeat(20)), "vehicleInfo"),
            ("invoiceDetail", "detail", "invoiceDetail"),
            (r#""withTaxFlag":"1""#, r#""withTaxFlag":"""#, "invoiceDetail[0].withTaxFlag"),
            (r#""num":"1""#, r#""num":"1,0""#, "invoiceDetail[0].num"),
            (r#""taxRate":0.13"#, r#""taxRate":"x""#, "invoiceDetail[0].taxRate"),
            (r#""unit":"台""#, r#""deduction":"5""#, "deduction"),
            (r#""unit":"台""#, r#""favouredPolicyFlag":"01""#, "favouredPolicyFlag"),
            (r#""unit":"台""#, r#""invoiceLineProperty":"3""#, "invoiceLineProperty"),
            (r#"[{"goodsName""#, r#"[1,{"goodsName""#, "invoiceDetail[0]"),
        ] {
            let changed = ORDER.replacen(from, to, 1);
            assert_ne!(changed, ORDER, "{from}");
            let failure = format!("{:?}", read(&changed).unwrap_err());
            assert!(failure.contains(named), "{named}: {failure}");
        }
    }

    #[test]
    fn rows_without_tax() {
        for (json, expected) in [
            (r#"{"zeroRateFlag":"1"}"#, Some(Untaxed::Exempt)),
            (r#"{"zeroRateFlag":"2"}"#, Some(Untaxed::OutsideTax)),
            (r#"{"zeroRateFlag":"3"}"#, Some(Untaxed::ZeroRate)),
            (r#"{"favouredPolicyFlag":"03"}"#, Some(Untaxed::Exempt)),
            (r#"{"favouredPolicyFlag":"1","favouredPolicyName":"不征税","zeroRateFlag":"2"}"#, Some(Untaxed::OutsideTax)),
            (r#"{"favouredPolicyFlag":"0","zeroRateFlag":""}"#, None),
        ] {
            assert_eq!(row(json).unwrap().untaxed, expected, "{json}");
        }
        assert!(row(r#"{"favouredPolicyFlag":"03","zeroRateFlag":"2"}"#).is_err());
    }

    #[test]
    fn banks_and_accounts() {
        for (text, bank, account) in [
            ("中国工商银行 111111111111", "中国工商银行", "111111111111"),
            ("中国工商银行 杭州 支行  6222-01", "中国工商银行 杭州 支行", "6222-01"),
            ("中国工商银行111111111111", "中国工商银行", "111111111111"),
            ("招商银行 (杭州)", "招商银行 (杭州)", ""),
            ("", "", ""),
        ] {
            assert_eq!(bank_account(text), (bank.to_owned(), account.to_owned()), "{text}");
        }
    }
}
