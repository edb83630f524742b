//! `original_invoice.xml` of a VAT OFD of 2020: the vocabulary of <http://www.edrm.org.cn/schema/e-invoice/2019>.

use super::Xml;
use crate::error::Error;
use crate::reading::{Subject, cell};

/// The vocabulary's namespace.
pub(crate) const NAMESPACE: &str = "http://www.edrm.org.cn/schema/e-invoice/2019";

/// Writes the invoice; `graph` is the text of its QR code. `Signature` stays empty: nobody signed it.
pub(crate) fn write(subject: Subject<'_>, graph: &str) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new()?;
    xml.start("eInvoice", &[("xmlns:fp", NAMESPACE), ("Version", "1.0")])?;
    let (code, number) = (subject.need("code")?, subject.need("number")?);
    xml.text("fp:DocID", &format!("{code}_{number}"))?;
    xml.text("fp:InvoiceCode", code)?;
    xml.text("fp:InvoiceNo", number)?;
    xml.text("fp:TypeCode", if subject.need("total")?.starts_with('-') { "1" } else { "0" })?;
    xml.text("fp:IssueDate", subject.need("date")?)?;
    xml.text("fp:InvoiceCheckCode", subject.text("check_code"))?;
    xml.text("fp:MachineNo", subject.text("machine_code"))?;
    xml.text("fp:TaxControlCode", &subject.text("ciphertext").replace(',', ""))?;
    party(&mut xml, subject, "fp:Buyer", ["fp:BuyerName", "fp:BuyerTaxID", "fp:BuyerAddrTel", "fp:BuyerFinancialAccount"], "buyer")?;
    party(&mut xml, subject, "fp:Seller", ["fp:SellerName", "fp:SellerTaxID", "fp:SellerAddrTel", "fp:SellerFinancialAccount"], "seller")?;
    xml.text("fp:TaxInclusiveTotalAmount", subject.need("total")?)?;
    xml.text("fp:Note", subject.text("remark"))?;
    xml.text("fp:InvoiceClerk", subject.text("issuer"))?;
    xml.text("fp:Payee", subject.text("receiptor"))?;
    xml.text("fp:Checker", subject.text("reviewer"))?;
    xml.text("fp:TaxTotalAmount", subject.need("tax")?)?;
    xml.text("fp:TaxExclusiveTotalAmount", subject.need("pretax_amount")?)?;
    xml.text("fp:GraphCode", graph)?;
    xml.text("fp:Signature", "")?;
    xml.start("fp:GoodsInfos", &[])?;
    for row in subject.rows("items") {
        xml.start("fp:GoodsInfo", &[])?;
        let cells = [
            ("fp:Item", "name"),
            ("fp:Specification", "specification"),
            ("fp:MeasurementDimension", "unit"),
            ("fp:Price", "price"),
            ("fp:Quantity", "quantity"),
            ("fp:Amount", "total"),
            ("fp:TaxScheme", "tax_rate"),
            ("fp:TaxAmount", "tax"),
        ];
        for (name, key) in cells {
            xml.text(name, cell(row, key))?;
        }
        xml.end()?;
    }
    xml.finish()
}

fn party(xml: &mut Xml, subject: Subject<'_>, element: &str, names: [&str; 4], side: &str) -> Result<(), Error> {
    xml.start(element, &[])?;
    for (name, suffix) in names.iter().zip(["", "_tax_id", "_addr_tel", "_bank_account"]) {
        xml.text(name, subject.text(&format!("{side}{suffix}")))?;
    }
    xml.end()
}
