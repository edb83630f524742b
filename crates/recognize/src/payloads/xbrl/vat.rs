//! `inv`: VAT e-invoices of the tax-control system, ordinary (`inv_ord`) and special (`inv_spcl`), with paper ones as some
//! platforms write them.

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::super::draft::{Column, Draft, Shape};
use super::super::{Mapped, numbers, remark};

const FIELDS: [Column; 20] = [
    ("CodeOfInvoice", "code", Shape::Id),
    ("NumberOfInvoice", "number", Shape::Id),
    ("DateOfIssue", "date", Shape::Date),
    ("IdentifyingCode", "check_code", Shape::Id),
    ("NumberOfInvoiceMachine", "machine_code", Shape::Id),
    ("SecurityCode", "ciphertext", Shape::Cipher),
    ("NameOfPurchaser", "buyer", Shape::Line),
    ("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser", "buyer_tax_id", Shape::Id),
    ("AddressPhoneNumberOfPurchaser", "buyer_addr_tel", Shape::Line),
    ("DepositBankAndAccountNumberOfPurchaser", "buyer_bank_account", Shape::Line),
    ("NameOfSeller", "seller", Shape::Line),
    ("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller", "seller_tax_id", Shape::Id),
    ("AddressPhoneNumberOfSeller", "seller_addr_tel", Shape::Line),
    ("DepositBankAndAccountNumberOfSeller", "seller_bank_account", Shape::Line),
    ("TotalAmountExcludingTax", "pretax_amount", Shape::Amount),
    ("TotalTaxAmount", "tax", Shape::Amount),
    ("TaxIncludedAmountInFigures", "total", Shape::Amount),
    ("TaxIncludedAmountInWords", "total_cn", Shape::Line),
    ("LocationOfInvoice", "province", Shape::Line),
    ("Remarks", "remark", Shape::Note),
];
const PEOPLE: [Column; 3] = [("Payee", "receiptor", Shape::Line), ("Reviewer", "reviewer", Shape::Line), ("Issuer", "issuer", Shape::Line)];
const TUPLE: &str = "InformationOfTaxableGoodsOrServicesDetailItemsTuple";
const ITEM: [Column; 8] = [
    ("NameOfTaxableGoodsOrServices", "name", Shape::Line),
    ("Specification", "specification", Shape::Line),
    ("UnitOfGoodsOrServices", "unit", Shape::Line),
    ("QuantityOfGoodsOrServices", "quantity", Shape::Amount),
    ("UnitPriceOfGoodsOrServices", "price", Shape::Amount),
    ("AmountExcludingTax", "total", Shape::Amount),
    ("TaxRate", "tax_rate", Shape::Rate),
    ("TaxAmount", "tax", Shape::Amount),
];

/// A VAT e-invoice.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    let mut draft = Draft::new(Source::Xbrl);
    draft.fill(root, &FIELDS);
    draft.fill(root, &PEOPLE);
    // the unique code is the invoice's code and its 8-digit number in one
    if let Some(unique) = root.child("UniqueCodeOfInvoice").and_then(|e| Shape::Id.read(&e.text))
        && unique.is_ascii()
        && [18, 20].contains(&unique.len())
    {
        let (code, number) = unique.split_at(unique.len() - 8);
        draft.set_if_absent("code", Shape::Id, code);
        draft.set_if_absent("number", Shape::Id, number);
    }
    if draft.text("number").is_empty() {
        return None;
    }
    draft.items(super::rows(root, TUPLE, &ITEM, &draft));
    let text = |name: &str| root.child(name).map_or("", |e| e.text.as_str());
    remark::marks(&mut draft, text("Remarks"));
    draft.words();
    for (word, mark) in [("成品油", "oil_mark"), ("收购", "acquisition_mark"), ("机动车", "vehicle_mark"), ("代开", "agent_mark")]
    {
        if text("SpecialInvoiceType").contains(word) {
            draft.mark(mark);
        }
    }
    let kind = kind(text("TypeOfInvoice"), &mut draft);
    Some(draft.finish(kind, None))
}

/// The kind by the code, and where that does not decide it, by the name of the type.
fn kind(name: &str, draft: &mut Draft) -> Option<Kind> {
    if let Some(kind) = numbers::kind(draft, None) {
        return Some(kind);
    }
    let kind = match name {
        n if n.contains("电子专用发票") => {
            draft.mark("electronic_mark");
            Kind::VatSpecial
        }
        n if n.contains("电子普通发票") => Kind::VatElectronic,
        n if n.contains("专用发票") => Kind::VatSpecial,
        n if n.contains("普通发票") => Kind::VatOrdinary,
        _ => return None,
    };
    numbers::title(draft, name.trim());
    Some(kind)
}
