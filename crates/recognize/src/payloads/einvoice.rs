//! 数电票 XML: `EInvoice` with `Header`, `EInvoiceData` and `TaxSupervisionInfo`, of all versions seen (0.2 to 0.37), with a
//! default namespace or none, with empty containers (reference documents.md §1.3, recognition.md §4.1).

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::draft::{Column, Draft, Shape, joined};
use super::{Mapped, remark, specific, vehicle};

const SELLER: [Column; 2] = [("SellerName", "seller", Shape::Line), ("SellerIdNum", "seller_tax_id", Shape::Id)];
const BUYER: [Column; 2] = [("BuyerName", "buyer", Shape::Line), ("BuyerIdNum", "buyer_tax_id", Shape::Id)];
/// `TotalTax-includedAmount` is the spelling of the tax administration; generators without hyphens write the others.
const BASIC: [Column; 7] = [
    ("TotalAmWithoutTax", "pretax_amount", Shape::Amount),
    ("TotalTaxAm", "tax", Shape::Amount),
    ("TotalTax-includedAmount", "total", Shape::Amount),
    ("TotalTaxincludedAmount", "total", Shape::Amount),
    ("TotalTax-includedAmountInChinese", "total_cn", Shape::Line),
    ("TotalTaxincludedAmountInChinese", "total_cn", Shape::Line),
    ("Drawer", "issuer", Shape::Line),
];
/// The columns of an item.
pub(super) const ITEM: [Column; 8] = [
    ("ItemName", "name", Shape::Line),
    ("SpecMod", "specification", Shape::Line),
    ("MeaUnits", "unit", Shape::Line),
    ("Quantity", "quantity", Shape::Amount),
    ("UnPrice", "price", Shape::Amount),
    ("Amount", "total", Shape::Amount),
    ("TaxRate", "tax_rate", Shape::Rate),
    ("ComTaxAm", "tax", Shape::Amount),
];

/// A 数电票 XML, or `None` when there is no `EInvoice` with data below this root.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    let invoice = root.descendant("EInvoice")?;
    let data = invoice.child("EInvoiceData")?;
    let labels = labels(invoice);
    let label = |path: &str| invoice.find(&format!("Header/InherentLabel/{path}")).map_or("", |e| e.text.as_str());
    let (code, name) = (label("GeneralOrSpecialVAT/LabelCode"), label("GeneralOrSpecialVAT/LabelName"));

    let mut draft = Draft::new(Source::EInvoiceXml);
    number(&mut draft, invoice, data);
    if let Some(seller) = data.child("SellerInformation") {
        draft.fill(seller, &SELLER);
        party(&mut draft, seller, "Seller", "seller");
    }
    if let Some(buyer) = data.child("BuyerInformation") {
        draft.fill(buyer, &BUYER);
        party(&mut draft, buyer, "Buyer", "buyer");
    }
    if let Some(basic) = data.child("BasicInformation") {
        draft.fill(basic, &BASIC);
    }
    let note = data.find("AdditionalInformation/Remark").map_or("", |e| e.text.as_str());
    draft.set("remark", Shape::Note, note);
    if draft.is_empty() {
        return None;
    }

    let mut rows: Vec<_> = data.all("IssuItemInformation").map(|item| draft.row(item, &ITEM)).filter(|row| !row.is_empty()).collect();
    specific::read(data.child("SpecificInformation"), &labels, &mut draft, &mut rows);
    draft.items(rows);
    remark::marks(&mut draft, note);
    remark::parties(&mut draft, note);
    draft.mark("electronic_mark");
    draft.words();

    let labelled = kind(code, name).or_else(|| kind("", label("EInvoiceType/LabelName")));
    let of_vehicle = labelled.filter(|k| matches!(k, Kind::VehicleSale | Kind::UsedVehicleSale));
    if let Some(kind) = of_vehicle {
        vehicle::read(kind, data, &mut draft);
    }
    if let Some(kind) = labelled {
        draft.title(kind);
    }
    // What makes an invoice a special one is that it says so: without that label it can be used as an ordinary one only. Empty
    // label containers come from platforms of ride hailing, whose invoices are ordinary ones. The title is not told thereby.
    let unlabelled = !labels.iter().any(|l| l.contains("专用"));
    let mut mapped = draft.finish(labelled.or(unlabelled.then_some(Kind::DigitalOrdinary)), None);
    if let Some(kind) = of_vehicle {
        vehicle::strip(kind, &mut mapped.details);
    }
    Some(mapped)
}

/// The 20-digit number and the date: the tax administration's block is right, the header and the request repeat them.
fn number(draft: &mut Draft, invoice: &Element, data: &Element) {
    let text = |at: &Element, path: &str| at.find(path).map_or(String::new(), |e| e.text.clone());
    for path in ["TaxSupervisionInfo/InvoiceNumber", "Header/EIid"] {
        draft.set_if_absent("number", Shape::Id, &text(invoice, path));
    }
    draft.set_if_absent("date", Shape::Date, &text(invoice, "TaxSupervisionInfo/IssueTime"));
    draft.set_if_absent("date", Shape::Date, &text(data, "BasicInformation/RequestTime"));
}

/// Address and telephone, bank and account, which the XML keeps apart and the API joins by a space.
pub(super) fn party(draft: &mut Draft, at: &Element, prefix: &str, field: &str) {
    let text = |name: &str| at.child(&format!("{prefix}{name}")).map_or("", |e| e.text.as_str());
    draft.set(&format!("{field}_addr_tel"), Shape::Line, &joined([text("Addr"), text("TelNum")]));
    draft.set(&format!("{field}_bank_account"), Shape::Line, &joined([text("BankName"), text("BankAccNum")]));
}

/// All label names of the header: what kind of invoice it is and which special rules it follows.
fn labels(invoice: &Element) -> Vec<&str> {
    let Some(header) = invoice.child("Header") else { return Vec::new() };
    let groups = ["InherentLabel", "UndefinedLabel"].into_iter().filter_map(|name| header.child(name));
    groups.flat_map(|g| &g.children).filter_map(|l| l.child("LabelName")).map(|n| n.text.as_str()).filter(|n| !n.is_empty()).collect()
}

/// The kind by the code (01 special, 02 ordinary) or the name of the label `GeneralOrSpecialVAT`; names come with and without
/// brackets, and may be the whole title.
pub(super) fn kind(code: &str, name: &str) -> Option<Kind> {
    const NAMES: [(&str, Kind); 6] = [
        ("机动车", Kind::VehicleSale),
        ("二手车", Kind::UsedVehicleSale),
        ("铁路电子客票", Kind::Train),
        ("航空运输电子客票行程单", Kind::Air),
        ("专用发票", Kind::DigitalSpecial),
        ("普通发票", Kind::DigitalOrdinary),
    ];
    let by_name = NAMES.iter().find(|(part, _)| name.contains(part)).map(|(_, kind)| *kind);
    by_name.or(match code {
        "01" => Some(Kind::DigitalSpecial),
        "02" => Some(Kind::DigitalOrdinary),
        _ => None,
    })
}
