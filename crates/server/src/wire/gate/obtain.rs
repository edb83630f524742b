//! Asks for an invoice: an amount and a buyer; item, tax code and rate are the seller's.

use axum::extract::Request;
use issue::order::{Buyer, Form, Goods, Order, OrderNumber, People, Request as Asked, State, Target, TaxId};
use issue::store::Acceptance;
use rust_decimal::Decimal;
use serde_json::Value;

use super::envelope::Payload;
use super::failure::{Code, Failure};
use super::{Answered, callback, optional, required, seller, signed, status_desc};
use crate::fields::Fields;
use crate::wire::Wired;

/// Digits of an amount in fen: beyond them no amount can be issued.
const DIGITS: usize = 15;

pub(super) async fn answer(wired: &Wired, request: Request) -> Result<Answered, Failure> {
    let (known, fields) = signed(wired, request).await?;
    let merchant = required(&fields, "merchant")?;
    // What is missing is told before the merchant is looked for.
    let mut asked = asked(&fields, merchant)?;
    asked.seller = seller(wired, &known.id, merchant).await?.party.tax_id.clone();
    match wired.issuing.desk.accept(&known.id, &asked).await? {
        Acceptance::Fresh(order) => Ok(accepted(&order, "受理成功,开票中", String::new())),
        Acceptance::Known(order) => Ok(match order.state() {
            state if state.is_issued() => Answered { code: Code::Done, message: "已开票", ..accepted(&order, "", String::new()) },
            State::Failed => {
                let hint = format!("该订单开票失败: {}; 相同订单号不会自动重开, 请调用重试接口", status_desc(&order));
                accepted(&order, "受理成功,开票中", hint)
            }
            _ => accepted(&order, "受理成功,开票中", String::new()),
        }),
        Acceptance::Differs(order) => {
            let hint = format!("obtain_serial={} 是以其他内容受理的同号订单, 未作改动", order.id.serial());
            Err(Failure::new(Code::Refused, "订单号已存在,且内容不一致", hint))
        }
    }
}

fn accepted(order: &Order, message: &'static str, hint: String) -> Answered {
    Answered { code: Code::Accepted, message, hint, payload: Payload::Obtained { obtain_serial: order.id.serial() } }
}

/// The request in our own words, but for the seller.
fn asked(fields: &Fields, merchant: &str) -> Result<Asked, Failure> {
    let number = required(fields, "obtain_order")?;
    let amount = amount(required(fields, "value")?)?;
    let person = match required(fields, "buyer_tax_type")? {
        "1" => false,
        "2" => true,
        _ => return Err(Failure::parameter("参数 buyer_tax_type 只能是 1(企业)或 2(个人)")),
    };
    let tax_no = optional(fields, "buyer_tax_no")?;
    match (person, tax_no) {
        (false, None) => return Err(Failure::parameter("缺少参数 buyer_tax_no (buyer_tax_type=1 时必填)")),
        (true, Some(_)) => return Err(Failure::parameter("参数 buyer_tax_no 不应填写 (buyer_tax_type=2)")),
        _ => {}
    }
    let text = |name: &str| Ok::<String, Failure>(optional(fields, name)?.unwrap_or_default().to_owned());
    let buyer = Buyer {
        name: required(fields, "buyer_name")?.trim().to_owned(),
        tax_id: tax_no.map(|id| TaxId::new(id.trim().to_ascii_uppercase())),
        person,
        address: text("buyer_address")?,
        telephone: text("buyer_telephone")?,
        bank: text("buyer_bank_name")?,
        account: text("buyer_bank_account")?,
        email: required(fields, "buyer_email")?.trim().to_owned(),
        mobile: text("buyer_mobile")?,
    };
    let pairs = [
        ("buyer_telephone", &buyer.telephone, "buyer_address", &buyer.address),
        ("buyer_bank_name", &buyer.bank, "buyer_bank_account", &buyer.account),
    ];
    for (one, said, other, answered) in pairs {
        if said.is_empty() != answered.is_empty() {
            return Err(Failure::parameter(format!("参数 {one} 和 {other} 须同时填写或同时为空")));
        }
    }
    // The table requires it; the sample program leaves it out.
    let notify = optional(fields, "notify_url")?;
    let notify = notify.map(|url| Target { dialect: callback::NAME.to_owned(), url: callback::target(url, merchant) });
    Ok(Asked {
        number: OrderNumber::from(number),
        seller: TaxId::new(""),
        form: Form::Ordinary,
        buyer,
        goods: Goods::Amount(amount),
        remark: memo(optional(fields, "extra")?)?,
        people: People::default(),
        extras: serde_json::Map::new(),
        notify: notify.into_iter().collect(),
    })
}

/// An amount with tax, from whole fen.
fn amount(fen: &str) -> Result<Decimal, Failure> {
    let wrong = || Failure::parameter("参数 value 须为正整数, 单位分 (1000 即 10.00 元)");
    if fen.len() > DIGITS || !fen.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let fen: i64 = fen.parse().map_err(|_| wrong())?;
    if fen == 0 { Err(wrong()) } else { Ok(Decimal::new(fen, 2)) }
}

/// `extra` is the text of a JSON object; its `memo` is printed as the remark.
fn memo(extra: Option<&str>) -> Result<String, Failure> {
    let Some(extra) = extra else { return Ok(String::new()) };
    match serde_json::from_str(extra) {
        Ok(Value::Object(object)) => match object.get("memo") {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(memo)) => Ok(memo.clone()),
            Some(Value::Number(memo)) => Ok(memo.to_string()),
            Some(_) => Err(Failure::parameter("参数 extra 中的 memo 须为文本")),
        },
        _ => Err(Failure::parameter(r#"参数 extra 须为 JSON 对象, 如 {"memo":"备注"}"#)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_fen() {
        for (fen, yuan) in [("1", "0.01"), ("100", "1.00"), ("1000", "10.00"), ("0100", "1.00"), ("999999999999999", "9999999999999.99")] {
            assert_eq!(amount(fen).map(|amount| amount.to_string()), Ok(yuan.to_owned()), "{fen}");
        }
        for wrong in ["0", "00", "-1", "+1", "1.0", "1e3", "10元", " 1", "1000000000000000", "１"] {
            assert_eq!(amount(wrong).unwrap_err().code, Code::Parameter, "{wrong}");
        }
    }

    #[test]
    fn the_memo_is_the_remark() {
        for (extra, remark) in [
            (None, Some("")),
            (Some(r#"{"memo":"车牌 京A00000"}"#), Some("车牌 京A00000")),
            (Some(r#"{"memo":7}"#), Some("7")),
            (Some(r#"{"other":1,"memo":null}"#), Some("")),
            (Some("{}"), Some("")),
            (Some("[]"), None),
            (Some("memo"), None),
            (Some(r#"{"memo":{}}"#), None),
        ] {
            assert_eq!(memo(extra).ok().as_deref(), remark, "{extra:?}");
        }
    }
}
