//! Red letters of digital invoices: the confirmation form (红字确认单) and what is done with it (reference, issuing §4.12).

use issue::order::{Extent, RedReason, RowKind};
use issue::provider::{Answer, Call, Context, Outcome, ProviderInvoice, RedLetter, RedStanding, Rejection, Standing, Unfit};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::billing::{cents, line, plain};
use super::result;
use crate::nuonuo::code;
use crate::nuonuo::gateway::{self, Said, Told};
use crate::nuonuo::lenient::{Text, structure};
use crate::nuonuo::settings::{Settings, unfit};

/// We are the seller, in `identity` and `applySource`.
const SELLER: &str = "0";
/// Behind the form's id once the form says that the red letter is issued but not its number: the number is then asked for as an order's.
const NUMBER_MISSING: &str = "#开票";

/// Which form a call is about, by the first of these that is known: the bureau's id, ours, the bureau's number.
#[derive(Debug, Clone, Copy, Default)]
pub struct FormId<'a> {
    /// `billUuid`.
    pub uuid: &'a str,
    /// `billId`.
    pub id: &'a str,
    /// `billNo`.
    pub number: &'a str,
}

fn put(body: &mut Map<String, Value>, name: &str, value: &str) {
    if !value.is_empty() {
        body.insert(name.to_owned(), value.into());
    }
}

impl FormId<'_> {
    fn put(self, body: &mut Map<String, Value>) -> Result<(), Unfit> {
        if [self.uuid, self.id, self.number].iter().all(|id| id.is_empty()) {
            return Err(unfit("ask for a red letter", "neither of the form's ids is known"));
        }
        put(body, "billUuid", self.uuid);
        put(body, "billId", self.id);
        put(body, "billNo", self.number);
        Ok(())
    }
}

/// The platform's numbers of the reasons. The bureau's own codes have the first two the other way round.
fn reason(reason: RedReason) -> &'static str {
    match reason {
        RedReason::Return => "1",
        RedReason::Mistake => "2",
        RedReason::ServiceStopped => "3",
        RedReason::Allowance => "4",
    }
}

/// `saveInvoiceRedConfirm`: enters the form. Our number is both the form's id and the red letter's order number.
pub(in crate::nuonuo) fn ask(context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let content = red.content;
    let mut body = Map::new();
    for (name, value) in [
        ("billId", red.number.as_str()),
        ("orderNo", red.number.as_str()),
        ("blueInvoiceLine", line(content.form)),
        ("applySource", SELLER),
        ("sellerTaxNo", context.seller.as_str()),
        ("sellerName", &content.seller.name),
        ("buyerTaxNo", content.buyer.tax_id.as_ref().map_or("", |id| id.as_str())),
        ("buyerName", &content.buyer.name),
        ("redReason", reason(red.reason)),
        ("extensionNumber", &settings.extension_number),
        ("phone", &content.buyer.mobile),
        ("email", &content.buyer.email),
        ("callbackUrl", context.notice_url.unwrap_or_default()),
    ] {
        put(&mut body, name, value);
    }
    if red.blue.code.is_empty() {
        put(&mut body, "blueElecInvoiceNumber", &red.blue.number);
    } else {
        put(&mut body, "blueInvoiceCode", &red.blue.code);
        put(&mut body, "blueInvoiceNumber", &red.blue.number);
    }
    // The whole is reversed by naming no rows.
    if let Extent::Part(rows) = red.extent {
        let rows: Result<Vec<Value>, Unfit> = rows.iter().map(|part| detail(red, part)).collect();
        body.insert("detail".to_owned(), rows?.into());
    }
    gateway::call(context, "saveInvoiceRedConfirm", &body)
}

/// A row of a part, amounts negative. Rows are counted as on the blue invoice, from 1; a discounted row is named and the discount row
/// behind it is not.
fn detail(red: &RedLetter<'_>, part: &issue::order::RedRow) -> Result<Value, Unfit> {
    let row = red.content.rows.get(usize::from(part.row)).filter(|row| row.kind != RowKind::Discount);
    let row = row.ok_or_else(|| unfit("reverse in part", format!("row {} is none that can be reversed", part.row)))?;
    let index = part.row.checked_sub(red.first_row);
    let index = index.ok_or_else(|| unfit("reverse in part", format!("row {} stands on another invoice of the order", part.row)))?;
    let mut detail = Map::new();
    put(&mut detail, "blueDetailIndex", &(u32::from(index) + 1).to_string());
    put(&mut detail, "goodsName", &row.name);
    put(&mut detail, "goodsCode", &row.tax_code);
    put(&mut detail, "taxRate", &plain(row.rate));
    put(&mut detail, "unit", &row.unit);
    put(&mut detail, "specType", &row.specification);
    if let Some(quantity) = part.quantity {
        put(&mut detail, "num", &plain(-quantity));
    }
    put(&mut detail, "taxExcludedAmount", &cents(-part.net));
    put(&mut detail, "taxAmount", &cents(-part.tax));
    Ok(Value::Object(detail))
}

/// The form's id in a result: a plain text.
fn serial(result: Option<&RawValue>) -> Option<String> {
    let id: Text = structure(result)?;
    id.filled().map(str::to_owned)
}

/// Reads the answer to [`ask`]. A form of the same id is refused as a duplicate without a code of its own: that, like every refusal
/// that is not documented, is no certain end, and the form is asked for.
pub(in crate::nuonuo) fn read(answer: &Answer) -> Outcome {
    if let Said::Code(refusal) = gateway::read(answer)
        && ["重复", "已存在"].iter().any(|words| refusal.text.contains(words))
    {
        return Outcome::Accepted { serial: None };
    }
    gateway::outcome(answer, serial)
}

/// `queryInvoiceRedConfirm` by our id of the form, or where only the number is missing `queryInvoiceResult` by the order number.
pub(in crate::nuonuo) fn query(context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
    if is_number_missing(red) {
        return result::ask(context, red.number.as_str());
    }
    let body = json!({ "identity": SELLER, "billId": red.number.as_str(), "pageNo": "1", "pageSize": "10" });
    gateway::call(context, "queryInvoiceRedConfirm", &body)
}

fn is_number_missing(red: &RedLetter<'_>) -> bool {
    red.reversal.serial.as_deref().is_some_and(|serial| serial.ends_with(NUMBER_MISSING))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Forms {
    list: Option<Vec<Form>>,
}

/// A form. Everything else that the platform sends is passed over.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Form {
    bill_id: Text,
    bill_no: Text,
    bill_uuid: Text,
    bill_status: Text,
    bill_message: Text,
    request_status: Text,
    open_status: Text,
    tax_excluded_amount: Text,
    tax_amount: Text,
    red_invoice_number: Text,
}

/// The states of a form in which nothing more comes of it.
fn ended(status: &str) -> Option<&'static str> {
    Some(match status {
        "05" => "购方已拒绝确认, 红字确认单作废",
        "06" => "销方已拒绝确认, 红字确认单作废",
        "07" => "超过72小时未确认, 红字确认单作废",
        "08" => "发起方已撤销, 红字确认单作废",
        "09" => "确认后已撤销, 红字确认单作废",
        "10" => "异常凭证, 红字确认单作废",
        "16" => "红字确认单申请失败",
        _ => return None,
    })
}

/// The states in which it waits, and for what.
fn waiting(status: &str) -> Option<&'static str> {
    Some(match status {
        "01" => "无需确认, 等待开具红字发票",
        "02" => "等待购方确认红字确认单",
        "03" => "等待销方确认红字确认单",
        "04" => "双方已确认, 等待开具红字发票",
        "15" => "红字确认单申请中",
        _ => return None,
    })
}

/// Reads the answer to [`query`].
pub(in crate::nuonuo) fn found(red: &RedLetter<'_>, answer: &Answer) -> RedStanding {
    if is_number_missing(red) {
        return found_as_order(red, answer);
    }
    let unclear = |text: String| RedStanding::Unclear { needs_login: code::needs_login(&text), text };
    let forms: Forms = match gateway::told(answer) {
        Told::Result(forms) => forms,
        Told::Code(refusal) if refusal.code == "E9500" => return RedStanding::NotFound,
        Told::Code(refusal) => return unclear(format!("诺诺 {}: {}", refusal.code, refusal.text)),
        Told::Nothing(text) => return unclear(text),
    };
    let forms = forms.list.unwrap_or_default();
    if forms.is_empty() {
        return RedStanding::NotFound;
    }
    match forms.iter().find(|form| form.bill_id.as_str() == red.number.as_str()) {
        Some(form) => form.standing(),
        None => unclear("诺诺: 应答为其他红字确认单".to_owned()),
    }
}

impl Form {
    fn standing(&self) -> RedStanding {
        let id = self.bill_uuid.filled().or(self.bill_no.filled()).or(self.bill_id.filled()).map(str::to_owned);
        let status = self.bill_status.as_str();
        if let Some(number) = self.red_invoice_number.filled() {
            let (net, tax) = (self.tax_excluded_amount.decimal(), self.tax_amount.decimal());
            let gross = net.zip(tax).and_then(|(net, tax): (Decimal, Decimal)| net.checked_add(tax));
            let invoice = ProviderInvoice { number: number.to_owned(), net, tax, gross, ..ProviderInvoice::default() };
            return RedStanding::Issued { serial: id, invoice: Box::new(invoice) };
        }
        if self.open_status.as_str() == "1" {
            let serial = Some(format!("{}{NUMBER_MISSING}", id.unwrap_or_default()));
            return RedStanding::Pending { serial, waits_for: "红字发票已开具, 等待号码".to_owned() };
        }
        let words = |plain: &str| match self.bill_message.filled() {
            Some(message) => format!("{plain}: {message}"),
            None => plain.to_owned(),
        };
        if let Some(plain) = ended(status) {
            let text = words(plain);
            let needs_login = status == "16" && code::needs_login(&text);
            return RedStanding::Failed(Rejection { needs_login, ..Rejection::final_one(status, text) });
        }
        let Some(plain) = waiting(status) else {
            return RedStanding::Unclear { text: format!("诺诺: 红字确认单状态 {status}"), needs_login: false };
        };
        let waits_for = match self.request_status.as_str() {
            "01" => "撤销中".to_owned(),
            "02" => words("撤销失败"),
            "04" => words("确认失败"),
            _ => plain.to_owned(),
        };
        RedStanding::Pending { serial: id, waits_for }
    }
}

/// The red letter as an order of its own, which tells its number.
fn found_as_order(red: &RedLetter<'_>, answer: &Answer) -> RedStanding {
    let serial = red.reversal.serial.clone();
    match result::standing(red.number.as_str(), None, answer) {
        Standing::Issued { invoices, .. } | Standing::Sealing { invoices, .. } | Standing::SealFailed { invoices, .. } => {
            let issued = serial.as_deref().map(|serial| serial.trim_end_matches(NUMBER_MISSING).to_owned());
            match invoices.into_iter().next() {
                Some(invoice) => RedStanding::Issued { serial: issued, invoice: Box::new(invoice) },
                None => RedStanding::Unclear { text: "诺诺: 红字发票无号码".to_owned(), needs_login: false },
            }
        }
        // The form says that it is issued: the order is only not known yet.
        Standing::NotFound | Standing::Pending { .. } | Standing::Failed(_) => {
            RedStanding::Pending { serial, waits_for: "红字发票已开具, 等待号码".to_owned() }
        }
        Standing::Unclear { text, needs_login } => RedStanding::Unclear { text, needs_login },
    }
}

/// `confirmInfoCancel`: withdraws the form.
pub(in crate::nuonuo) fn withdraw(context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let mut body = Map::new();
    FormId { id: red.number.as_str(), ..FormId::default() }.put(&mut body)?;
    put(&mut body, "identity", SELLER);
    put(&mut body, "extensionNumber", &settings.extension_number);
    put(&mut body, "callbackUrl", context.notice_url.unwrap_or_default());
    gateway::call(context, "confirmInfoCancel", &body)
}

/// Reads the answer to [`withdraw`], [`confirm`] and [`refresh`].
pub(in crate::nuonuo) fn done(answer: &Answer) -> Outcome {
    gateway::outcome(answer, |_| None)
}

/// `confirm`: agrees to a form that the buyer entered, or refuses it.
pub(in crate::nuonuo) fn confirm(context: &Context<'_>, form: FormId<'_>, agree: bool, why: &str) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let mut body = Map::new();
    form.put(&mut body)?;
    put(&mut body, "identity", SELLER);
    put(&mut body, "confirmAgreement", if agree { "1" } else { "0" });
    put(&mut body, "confirmReason", why);
    put(&mut body, "extensionNumber", &settings.extension_number);
    put(&mut body, "callbackUrl", context.notice_url.unwrap_or_default());
    gateway::call(context, "confirm", &body)
}

/// `refreshInvoiceRedConfirm`: has the platform download a form's state from the bureau.
pub(in crate::nuonuo) fn refresh(context: &Context<'_>, uuid: &str) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let mut body = Map::new();
    FormId { uuid, ..FormId::default() }.put(&mut body)?;
    put(&mut body, "identity", SELLER);
    put(&mut body, "extensionNumber", &settings.extension_number);
    put(&mut body, "departmentId", &settings.department_id);
    put(&mut body, "clerkId", &settings.clerk_id);
    gateway::call(context, "refreshInvoiceRedConfirm", &body)
}

/// `fastInvoiceRed`: issues the red letter of a confirmed form for an invoice on paper, or fetches one that the bureau issued by itself
/// and that the platform does not know yet. It is read as a request for an invoice is.
pub(in crate::nuonuo) fn fetch(context: &Context<'_>, red: &RedLetter<'_>, form: FormId<'_>) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    if form.uuid.is_empty() || form.number.is_empty() {
        return Err(unfit("fetch a red letter", "it wants both the form's number and the bureau's id of it"));
    }
    let mut body = Map::new();
    for (name, value) in [
        ("orderNo", red.number.as_str()),
        ("taxNum", context.seller.as_str()),
        ("billNo", form.number),
        ("billUuid", form.uuid),
        ("invoiceLine", line(red.content.form)),
        ("extensionNumber", &settings.extension_number),
        ("departmentId", &settings.department_id),
        ("clerkId", &settings.clerk_id),
        ("callBackUrl", context.notice_url.unwrap_or_default()),
    ] {
        put(&mut body, name, value);
    }
    if red.blue.code.is_empty() {
        put(&mut body, "elecInvoiceNumber", &red.blue.number);
    } else {
        put(&mut body, "invoiceCode", &red.blue.code);
        put(&mut body, "invoiceNumber", &red.blue.number);
    }
    gateway::call(context, "fastInvoiceRed", &body)
}
