//! `queryInvoiceResult`: how orders stand (reference, issuing §4.7).

use issue::order::{Format, Source};
use issue::provider::{Answer, Call, Context, Inquiry, ProviderInvoice, Standing, Unfit};
use serde::Deserialize;
use serde_json::json;

use crate::nuonuo::code;
use crate::nuonuo::gateway::{self, Told};
use crate::nuonuo::lenient::Text;

/// "The invoice does not exist": also for a moment after it was submitted.
const NO_SUCH: &str = "E9500";

/// The call. It asks by the order's number alone: a split order has several serials, and the serial would win.
pub(in crate::nuonuo) fn ask(context: &Context<'_>, number: &str) -> Result<Call, Unfit> {
    gateway::call(context, "queryInvoiceResult", &json!({ "orderNos": [number], "isOfferInvoiceDetail": "0" }))
}

/// An invoice of the list. Everything else that the platform sends is passed over.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Item {
    serial_no: Text,
    order_no: Text,
    status: Text,
    status_msg: Text,
    fail_cause: Text,
    invoice_time: Text,
    invoice_code: Text,
    invoice_no: Text,
    all_electronic_invoice_number: Text,
    // The documents print the name cut, and some programs send it so.
    #[serde(rename = "allElectronicInvoiceNumbe")]
    cut_electronic_number: Text,
    check_code: Text,
    ex_tax_amount: Text,
    tax_amount: Text,
    order_amount: Text,
    pdf_url: Text,
    ofd_url: Text,
    xml_url: Text,
}

/// What the platform's status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Issued,
    Issuing,
    Sealing,
    Failed,
    SealFailed,
    Void,
    Other,
}

impl Item {
    fn status(&self) -> Status {
        match self.status.as_str() {
            "2" => Status::Issued,
            "20" => Status::Issuing,
            "21" => Status::Sealing,
            "22" => Status::Failed,
            "24" => Status::SealFailed,
            "3" | "31" => Status::Void,
            _ => Status::Other,
        }
    }

    fn serial(&self) -> Option<String> {
        self.serial_no.filled().map(str::to_owned)
    }

    /// The invoice; none while it has no number.
    fn invoice(&self) -> Option<ProviderInvoice> {
        let digital = self.all_electronic_invoice_number.filled().or(self.cut_electronic_number.filled());
        let number = digital.or(self.invoice_no.filled())?.to_owned();
        let formats = [(Format::Xml, &self.xml_url), (Format::Ofd, &self.ofd_url), (Format::Pdf, &self.pdf_url)];
        let sources = formats.into_iter().filter_map(|(format, url)| Some(Source { format, url: url.filled()?.to_owned() }));
        Some(ProviderInvoice {
            code: self.invoice_code.as_str().to_owned(),
            number,
            check_code: self.check_code.as_str().to_owned(),
            issued_at: self.invoice_time.moment(),
            net: self.ex_tax_amount.decimal(),
            tax: self.tax_amount.decimal(),
            gross: self.order_amount.decimal(),
            sources: sources.collect(),
        })
    }

    /// Why it failed, in the platform's words.
    fn cause(&self) -> &str {
        self.fail_cause.filled().or(self.status_msg.filled()).unwrap_or("开票失败, 诺诺未说明原因")
    }
}

/// Reads the answer.
pub(in crate::nuonuo) fn read(inquiry: &Inquiry<'_>, answer: &Answer) -> Standing {
    standing(inquiry.number.as_str(), inquiry.serial, answer)
}

/// How the order of this number stands.
pub(in crate::nuonuo) fn standing(number: &str, serial: Option<&str>, answer: &Answer) -> Standing {
    let unclear = |text: &str| Standing::Unclear { text: text.to_owned(), needs_login: code::needs_login(text) };
    let items: Vec<Item> = match gateway::told(answer) {
        Told::Result(items) => items,
        Told::Code(refusal) if refusal.code == NO_SUCH => return Standing::NotFound,
        Told::Code(refusal) => return unclear(&format!("诺诺 {}: {}", refusal.code, refusal.text)),
        Told::Nothing(text) => return unclear(&text),
    };
    if items.is_empty() {
        return Standing::NotFound;
    }
    let ours = |item: &Item| match item.order_no.filled() {
        Some(order) => order == number,
        None => serial.is_some() && item.serial_no.filled() == serial,
    };
    let items: Vec<Item> = items.into_iter().filter(ours).collect();
    let Some(first) = items.first() else { return unclear("诺诺: 应答为其他订单") };
    let any = |status: Status| items.iter().find(|item| item.status() == status);
    let serial = first.serial();
    if let Some(other) = any(Status::Other) {
        return unclear(&format!("诺诺: 未知状态 {}", other.status.as_str()));
    }
    if any(Status::Void).is_some() {
        return unclear("诺诺: 发票已作废或作废中");
    }
    if any(Status::Issuing).is_some() {
        return Standing::Pending { serial };
    }
    if let Some(failed) = any(Status::Failed) {
        return if items.iter().all(|item| item.status() == Status::Failed) {
            Standing::Failed(code::rejection("22", failed.cause()))
        } else {
            // One of the parts of a split order failed: neither issued nor failed.
            unclear(&format!("诺诺: 拆分的发票部分失败: {}", failed.cause()))
        };
    }
    let invoices: Option<Vec<ProviderInvoice>> = items.iter().map(Item::invoice).collect();
    let Some(invoices) = invoices else { return unclear("诺诺: 已开具, 但应答无发票号码") };
    if any(Status::Sealing).is_some() {
        return Standing::Sealing { serial, invoices };
    }
    match any(Status::SealFailed) {
        Some(item) => Standing::SealFailed { invoices, text: item.fail_cause.filled().unwrap_or("签章失败").to_owned() },
        None => Standing::Issued { serial, invoices },
    }
}
