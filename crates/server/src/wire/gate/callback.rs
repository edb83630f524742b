//! The gate's callback (reference, issuing §2.4): a signed form, told only when the order has ended.

use issue::callback::{Dialect, Heard, Saying, retry_after};
use issue::event::{Event, Kind};
use issue::provider::{Answer, Call};
use url::form_urlencoded;

use super::sign::{Empty, sign};
use super::{blue_invoices, describe};
use crate::wire::links::address;

/// In [`issue::order::Target::dialect`].
pub(super) const NAME: &str = "gate";
/// What stands before the merchant number behind an address.
const MERCHANT: &str = "#merchant=";

/// The address at which an order's end is told, with the merchant number under which it was ordered: a seller may have several.
/// It stands where no HTTP client sends it.
pub(super) fn target(url: &str, merchant: &str) -> String {
    format!("{}{MERCHANT}{merchant}", url.split('#').next().unwrap_or_default())
}

/// The dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GateDialect;

impl Dialect for GateDialect {
    fn name(&self) -> &'static str {
        NAME
    }

    fn say(&self, saying: &Saying<'_>) -> Result<Option<Call>, String> {
        let event = &saying.callback.event;
        let (url, merchant) = match saying.callback.target.url.split_once(MERCHANT) {
            Some((url, merchant)) => (url, merchant),
            None => (saying.callback.target.url.as_str(), saying.merchants.first().map_or("", String::as_str)),
        };
        let Some(fields) = fields(event, merchant, saying.links) else { return Ok(None) };
        let signature = sign(fields.iter().map(|(name, value)| (*name, value.as_str())), Empty::Skipped, saying.secret);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields.iter()).append_pair("sign", &signature);
        Ok(Some(Call::post(url, "application/x-www-form-urlencoded; charset=UTF-8", form.finish())))
    }

    /// A partner confirms with `{"code":"1001"}`.
    fn heard(&self, answer: &Answer) -> Heard {
        let code = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
        let code = code.as_ref().and_then(|body| body.get("code"));
        if answer.is_success() && code.is_some_and(|code| code.as_str() == Some("1001") || code.as_u64() == Some(1001)) {
            return Heard::Yes;
        }
        let text = match answer.status {
            200..300 => "the answer has no code 1001".to_owned(),
            status => format!("HTTP {status}"),
        };
        Heard::No { text, wait: retry_after(answer) }
    }
}

/// What is told; nothing of events that this API has no words for. Empty fields are left out.
fn fields(event: &Event, merchant: &str, links: &[(u16, String)]) -> Option<Vec<(&'static str, String)>> {
    let issued = match event.kind {
        Kind::Issued => true,
        Kind::Failed => false,
        Kind::NeedsAttention | Kind::Reversed | Kind::ReversalFailed => return None,
    };
    let reason = event.reason.as_ref().map(|reason| reason.text.as_str()).filter(|text| !text.is_empty());
    let mut fields = vec![
        ("app_id", event.app.to_string()),
        ("merchant", merchant.to_owned()),
        ("obtain_order", event.number.to_string()),
        ("obtain_serial", event.id.order.serial()),
        ("status", if issued { "2" } else { "-1" }.to_owned()),
        ("status_desc", describe(event.state, reason, blue_invoices(&event.invoices).count())),
        ("invoice_time", event.accepted_at.as_millisecond().to_string()),
    ];
    if let Some((place, invoice)) = blue_invoices(&event.invoices).next().filter(|_| issued) {
        fields.push(("invoice_code", invoice.code.clone()));
        fields.push(("invoice_no", invoice.number.clone()));
        fields.push(("verify_code", invoice.check_code.clone()));
        fields.push(("invoice_url", address(links, place, invoice).unwrap_or_default()));
    }
    fields.retain(|(_, value)| !value.is_empty());
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_merchant_stands_where_nobody_sends_it() {
        let with = target("https://partner.example/notify?a=1#top", "6262666666");
        assert_eq!(with, "https://partner.example/notify?a=1#merchant=6262666666");
    }

    #[test]
    fn only_its_own_code_confirms() {
        for (status, body, heard) in [
            (200, r#"{"code":"1001","message":"ok","hint":""}"#, true),
            (200, r#"{"code":1001}"#, true),
            (201, r#"{"code":"1001"}"#, true),
            (200, r#"{"code":"1000"}"#, false),
            (200, "success", false),
            (200, "", false),
            (500, r#"{"code":"1001"}"#, false),
        ] {
            assert_eq!(GateDialect.heard(&Answer::new(status, body)) == Heard::Yes, heard, "{status} {body}");
        }
        let mut busy = Answer::new(503, "");
        busy.headers.push(("Retry-After".to_owned(), "120".to_owned()));
        let wait = Some(std::time::Duration::from_secs(120));
        assert_eq!(GateDialect.heard(&busy), Heard::No { text: "HTTP 503".to_owned(), wait });
    }
}
