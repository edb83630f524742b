//! What the platform sends us (reference, issuing §4.13). It is not signed: a hint, confirmed by asking.

use issue::order::ProviderNumber;
use issue::provider::{Hint, RawNotice, Reply, Unfit};
use issue::secret::masked;
use serde::Deserialize;

use super::lenient::Text;
use super::settings::unfit;

/// The fields of the form around the content.
#[derive(Default)]
struct Form {
    operater: String,
    orderno: String,
    bill_id: String,
    serial: String,
    content: String,
}

/// What of the content says which order it is about, and what became of it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Content {
    c_orderno: Text,
    c_fpqqlsh: Text,
    c_status: Text,
    c_fphm: Text,
    #[serde(rename = "allElectronicInvoiceNumber")]
    electronic_number: Text,
    #[serde(rename = "c_errorMessage")]
    error_message: Text,
    #[serde(rename = "billId")]
    bill_id: Text,
    #[serde(rename = "billStatus")]
    bill_status: Text,
}

impl Form {
    /// A form, as documented, or the same names as a JSON object, as the documents say for the notices of red letters.
    fn read(notice: &RawNotice) -> Form {
        let mut form = Form::default();
        let mut take = |name: &str, value: String| match name {
            "operater" => form.operater = value,
            "orderno" => form.orderno = value,
            "billId" => form.bill_id = value,
            "fpqqlsh" => form.serial = value,
            "content" => form.content = value,
            _ => {}
        };
        match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&notice.body) {
            Ok(object) => {
                for (name, value) in object {
                    let value = match value {
                        serde_json::Value::String(text) => text,
                        other => other.to_string(),
                    };
                    take(&name, value);
                }
            }
            Err(_) => url::form_urlencoded::parse(&notice.body).for_each(|(name, value)| take(&name, value.into_owned())),
        }
        form
    }
}

/// What a notice is about.
pub(super) fn read(notice: &RawNotice) -> Result<Hint, Unfit> {
    let form = Form::read(notice);
    // What cannot be read in the content is not needed as long as the form says which order it is.
    let content: Content = serde_json::from_str(&form.content).unwrap_or_default();
    let filled = |texts: [&str; 2]| texts.into_iter().map(str::trim).find(|text| !text.is_empty()).map(str::to_owned);
    let number = match form.operater.as_str() {
        "redConfirmCallback" | "invoiceRedCallback" => filled([&form.bill_id, content.bill_id.as_str()]),
        _ => filled([&form.orderno, content.c_orderno.as_str()]),
    };
    let serial = filled([content.c_fpqqlsh.as_str(), &form.serial]);
    if number.is_none() && serial.is_none() {
        return Err(unfit("read a notice", "it names neither an order nor a serial"));
    }
    Ok(Hint { number: number.map(ProviderNumber), serial, claim: claim(&form, &content) })
}

/// What it claims. Without a state it claims success: the platform sends one only where the enterprise wants to hear of failures too.
fn claim(form: &Form, content: &Content) -> String {
    let invoice = content.electronic_number.filled().or(content.c_fphm.filled()).unwrap_or_default();
    match (form.operater.as_str(), content.c_status.as_str()) {
        ("invoiceInvalid", _) => "发票作废".to_owned(),
        ("invoiceApply", _) => "扫码申请开票".to_owned(),
        ("redConfirmCallback" | "invoiceRedCallback", _) => format!("红字确认单状态 {}", content.bill_status.as_str()),
        (_, "" | "1") => format!("开票成功 {invoice}").trim_end().to_owned(),
        // The platform's reasons may quote names and numbers.
        (_, "2") => format!("开票失败 {}", masked(content.error_message.as_str())).trim_end().to_owned(),
        (_, "3") => format!("开票成功, 签章失败 {invoice}").trim_end().to_owned(),
        (_, other) => format!("c_status {other}"),
    }
}

/// What is answered. The platform repeats a notice, three times a minute apart, only where it hears nothing clear: what could not be
/// stored is answered with neither of its two words.
pub(super) fn reply(stored: bool) -> Reply {
    if stored {
        return Reply { status: 200, media_type: "application/json", body: r#"{"status":"0000","message":"同步成功"}"#.to_owned() };
    }
    Reply { status: 503, media_type: "text/plain", body: String::new() }
}
