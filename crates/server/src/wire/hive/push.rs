//! The hive's push of results.
//!
//! Its own format is not documented; the address comes in 诺诺's order object, so what is sent is 诺诺's callback (reference, issuing
//! §4.13): a form of `operater`, `orderno` and `content`. Beside them stand `appid`, `timestamp`, `id` and a `sign` over all fields
//! as the hive signs everything: programs written for 诺诺's form pass over them, others can check them.

use issue::callback::{Dialect, Heard, Saying, retry_after};
use issue::event::{Event, Kind};
use issue::order::Format;
use issue::provider::{Answer, Call};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::sign::sign;
use crate::wire::links::{address, address_of};

/// In [`issue::order::Target::dialect`].
pub(super) const NAME: &str = "hive";

/// The dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HiveDialect;

impl Dialect for HiveDialect {
    fn name(&self) -> &'static str {
        NAME
    }

    fn say(&self, saying: &Saying<'_>) -> Result<Option<Call>, String> {
        let event = &saying.callback.event;
        let Some(content) = content(event, saying.links) else { return Ok(None) };
        let mut fields = vec![
            ("operater", "callback".to_owned()),
            ("orderno", event.number.to_string()),
            ("content", Value::Object(content).to_string()),
            ("appid", event.app.to_string()),
            ("timestamp", saying.now.as_second().to_string()),
            ("id", event.id.to_string()),
        ];
        let signature = sign(fields.iter().map(|(name, value)| (*name, value.as_str())), saying.secret);
        fields.push(("sign", signature));
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        Ok(Some(Call::post(&saying.callback.target.url, "application/x-www-form-urlencoded; charset=UTF-8", form.finish())))
    }

    /// 诺诺's receivers confirm with `{"status":"0000"}`, the hive's with `SUCCESS`, `{"code":0}` or `{"StatusCode":0}`.
    fn heard(&self, answer: &Answer) -> Heard {
        if answer.is_success() && confirms(&answer.body) {
            return Heard::Yes;
        }
        let text = match answer.status {
            200..300 => "the answer confirms nothing".to_owned(),
            status => format!("HTTP {status}"),
        };
        Heard::No { text, wait: retry_after(answer) }
    }
}

fn confirms(body: &[u8]) -> bool {
    if body.trim_ascii().eq_ignore_ascii_case(b"success") {
        return true;
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return false };
    let zero = |name: &str| body.get(name).is_some_and(|code| code.as_str() == Some("0") || code.as_i64() == Some(0));
    body.get("status").and_then(Value::as_str) == Some("0000") || zero("code") || zero("StatusCode")
}

/// 诺诺's `content`; nothing of events that it has no words for, or only such as would be taken for the end of the order itself.
fn content(event: &Event, links: &[(u16, String)]) -> Option<Map<String, Value>> {
    let mut content = Map::new();
    let mut put = |name: &str, value: String| drop(content.insert(name.to_owned(), value.into()));
    put("c_fpqqlsh", event.id.order.serial());
    put("c_saletaxnum", event.seller.to_string());
    match event.kind {
        Kind::Issued => {
            let (place, invoice) = (0_u16..).zip(&event.invoices).find(|(_, invoice)| invoice.reverses.is_none())?;
            let amount = |amount: Option<rust_decimal::Decimal>| amount.map(|amount| amount.to_string()).unwrap_or_default();
            put("c_status", "1".to_owned());
            put("c_orderno", event.number.to_string());
            put("c_kprq", invoice.issued_at.unwrap_or(event.at).as_millisecond().to_string());
            put("c_fpdm", invoice.code.clone());
            put("c_fphm", invoice.number.clone());
            // A digital invoice has no code, and its number stands here too.
            put("allElectronicInvoiceNumber", if invoice.code.is_empty() { invoice.number.clone() } else { String::new() });
            put("checkCode", invoice.check_code.clone());
            put("c_bhsje", amount(invoice.net));
            put("c_hjse", amount(invoice.tax));
            put("c_hjje", amount(invoice.gross));
            put("c_url", address(links, place, invoice).unwrap_or_default());
            put("c_ofd_url", address_of(links, place, invoice, Format::Ofd).unwrap_or_default());
        }
        Kind::Failed => {
            put("c_status", "2".to_owned());
            put("c_errorMessage", event.reason.as_ref().map(|reason| reason.text.clone()).unwrap_or_default());
        }
        Kind::NeedsAttention | Kind::Reversed | Kind::ReversalFailed => return None,
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_confirms() {
        for (status, body, heard) in [
            (200, r#"{"status":"0000","message":"同步成功"}"#, true),
            (200, "SUCCESS", true),
            (200, "success\n", true),
            (200, r#"{"code":0}"#, true),
            (200, r#"{"StatusCode":0,"Msg":"成功"}"#, true),
            (200, r#"{"status":"9999","message":"失败"}"#, false),
            (200, r#"{"code":1}"#, false),
            (200, "", false),
            (200, "<html>", false),
            (500, "SUCCESS", false),
        ] {
            assert_eq!(HiveDialect.heard(&Answer::new(status, body)) == Heard::Yes, heard, "{status} {body}");
        }
    }
}
