//! 数电票 XML: the root `EInvoice` of the electronic invoice service platform.

use invoice::kind::Kind;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Xml;
use crate::error::Error;
use crate::reading::{Subject, amount, cell, dashed, halves};

/// Version of the vocabulary that is written.
const VERSION: &str = "0.33";
/// `EInvoiceTag` and bureau of a specimen: 00 is the number of no province (GB/T 2260).
const TAG: &str = "SWEI0000";
const BUREAU_CODE: &str = "10000000000";
const BUREAU_NAME: &str = "样张税务局（不存在）";

/// Writes a 数电票. The kinds of service whose element names are public are carried in `SpecificInformation`; the others are refused,
/// since a made-up name would be read by nobody.
pub(crate) fn write(subject: Subject<'_>) -> Result<Vec<u8>, Error> {
    let special = match subject.kind {
        Kind::DigitalSpecial => true,
        Kind::DigitalOrdinary => false,
        kind => return Err(Error::NoForm { kind, format: "XML" }),
    };
    let service = subject.text("service_type");
    if !matches!(service, "" | "旅客运输服务") {
        return Err(Error::NoForm { kind: subject.kind, format: "XML" });
    }
    let number = subject.need("number")?;
    let day = subject.day("date")?;
    let red = subject.need("total")?.starts_with('-');
    let mut xml = Xml::new()?;
    xml.start("EInvoice", &[])?;
    header(&mut xml, number, special, red, service)?;
    xml.start("EInvoiceData", &[])?;
    party(
        &mut xml,
        subject,
        "SellerInformation",
        ["SellerIdNum", "SellerName", "SellerAddr", "SellerTelNum", "SellerBankName", "SellerBankAccNum"],
        "seller",
    )?;
    party(
        &mut xml,
        subject,
        "BuyerInformation",
        ["BuyerIdNum", "BuyerName", "BuyerAddr", "BuyerTelNum", "BuyerBankName", "BuyerBankAccNum"],
        "buyer",
    )?;
    totals(&mut xml, subject, day)?;
    for row in subject.rows("items") {
        xml.start("IssuItemInformation", &[])?;
        xml.text("ItemName", cell(row, "name"))?;
        xml.text("SpecMod", cell(row, "specification"))?;
        xml.text("MeaUnits", cell(row, "unit"))?;
        xml.text("Quantity", cell(row, "quantity"))?;
        xml.text("UnPrice", cell(row, "price"))?;
        xml.text("Amount", cell(row, "total"))?;
        xml.text("TaxRate", &rate(cell(row, "tax_rate")))?;
        xml.text("ComTaxAm", untaxed(cell(row, "tax")))?;
        xml.text("TotaltaxIncludedAmount", &gross(cell(row, "total"), cell(row, "tax"))?)?;
        xml.end()?;
    }
    specific(&mut xml, subject)?;
    xml.start("AdditionalInformation", &[])?;
    xml.text("Remark", subject.text("remark"))?;
    xml.end()?;
    xml.end()?;
    xml.start("SellerAuthentication", &[])?;
    xml.text("AuthenticationMethods", "2")?;
    xml.end()?;
    xml.start("TaxSupervisionInfo", &[])?;
    xml.text("InvoiceNumber", number)?;
    xml.text("IssueTime", &dashed(day))?;
    xml.text("TaxBureauCode", BUREAU_CODE)?;
    xml.text("TaxBureauName", BUREAU_NAME)?;
    xml.finish()
}

fn header(xml: &mut Xml, number: &str, special: bool, red: bool, service: &str) -> Result<(), Error> {
    xml.start("Header", &[])?;
    xml.text("EIid", number)?;
    xml.text("EInvoiceTag", TAG)?;
    xml.text("Version", VERSION)?;
    xml.start("InherentLabel", &[])?;
    label(xml, "InIssuType", if red { ("N", "红字发票") } else { ("Y", "蓝字发票") })?;
    label(xml, "EInvoiceType", ("01", "电子发票"))?;
    label(xml, "GeneralOrSpecialVAT", if special { ("01", "增值税专用发票") } else { ("02", "普通发票") })?;
    xml.end()?;
    xml.start("UndefinedLabel", &[])?;
    if !service.is_empty() {
        xml.start("Label", &[])?;
        xml.text("LabelType", "特定要素")?;
        // 09 is 旅客运输服务 among the specific elements of 数电票.
        xml.text("LabelCode", "09")?;
        xml.text("LabelName", service)?;
        xml.end()?;
    }
    xml.end()?;
    xml.end()
}

fn label(xml: &mut Xml, name: &str, (code, words): (&str, &str)) -> Result<(), Error> {
    xml.start(name, &[])?;
    xml.text("LabelCode", code)?;
    xml.text("LabelName", words)?;
    xml.end()
}

fn party(xml: &mut Xml, subject: Subject<'_>, element: &str, names: [&str; 6], side: &str) -> Result<(), Error> {
    let text = |suffix: &str| subject.text(&format!("{side}{suffix}"));
    let ((address, telephone), (bank, account)) = (halves(text("_addr_tel")), halves(text("_bank_account")));
    xml.start(element, &[])?;
    for (name, value) in names.iter().zip([text("_tax_id"), text(""), address, telephone, bank, account]) {
        xml.text(name, value)?;
    }
    xml.end()
}

fn totals(xml: &mut Xml, subject: Subject<'_>, day: Date) -> Result<(), Error> {
    xml.start("BasicInformation", &[])?;
    xml.text("TotalAmWithoutTax", subject.need("pretax_amount")?)?;
    xml.text("TotalTaxAm", untaxed(subject.need("tax")?))?;
    xml.text("TotalTax-includedAmount", subject.need("total")?)?;
    xml.text("TotalTax-includedAmountInChinese", subject.need("total_cn")?)?;
    xml.text("Drawer", subject.text("issuer"))?;
    xml.text("RequestTime", &format!("{} 10:30:00", dashed(day)))?;
    xml.end()
}

fn specific(xml: &mut Xml, subject: Subject<'_>) -> Result<(), Error> {
    xml.start("SpecificInformation", &[])?;
    for row in subject.rows("transports") {
        xml.start("PassengerTransportation", &[])?;
        let date = cell(row, "date");
        let date = invoice::date::parse(date).map_or_else(|| date.to_owned(), dashed);
        let cells = [
            ("Traveler", cell(row, "passenger")),
            ("ValidIDNumber", cell(row, "user_id")),
            ("TravelDate", date.as_str()),
            ("Departure", cell(row, "from")),
            ("Destination", cell(row, "to")),
            ("Grade", cell(row, "seat")),
            ("Vehicletype", cell(row, "transport_type")),
        ];
        for (name, value) in cells {
            xml.text(name, value)?;
        }
        xml.end()?;
    }
    if let Some(blue) = blue_number(subject.text("remark")) {
        xml.start("RedEInvoice", &[])?;
        xml.text("OriginalInvoiceCode", blue)?;
        xml.end()?;
    }
    xml.end()
}

/// The number of the blue invoice that a red one takes back, which its remark names first.
fn blue_number(remark: &str) -> Option<&str> {
    let rest = remark.strip_prefix("被红冲蓝字数电发票号码：")?;
    rest.get(..20).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

/// A rate as the XML has it: `13%` is `0.13`, words stay words.
fn rate(printed: &str) -> String {
    let share = printed.strip_suffix('%').and_then(|n| n.parse::<Decimal>().ok());
    share.map_or_else(|| printed.to_owned(), |n| (n / Decimal::ONE_HUNDRED).normalize().to_string())
}

/// `***`, which forms print for tax that is not levied or not shown, is nought in the XML.
fn untaxed(printed: &str) -> &str {
    if printed == "***" { "0.00" } else { printed }
}

fn gross(net: &str, tax: &str) -> Result<String, Error> {
    Ok((amount("items.total", net)? + amount("items.tax", untaxed(tax))?).to_string())
}
