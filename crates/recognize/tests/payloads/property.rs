//! Whatever a payload holds, what comes out has the shapes of the recognition API.

use document::page::Rect;
use document::payload::{Element, Origin, Payload, Tag};
use invoice::details::Field;
use proptest::collection::vec;
use proptest::prelude::*;
use recognize::payloads::{Mapped, map};

/// Names of every vocabulary, so that trees made of them are nearly invoices.
const NAMES: [&str; 48] = [
    "EInvoice",
    "Header",
    "EIid",
    "EInvoiceData",
    "BasicInformation",
    "TotalAmWithoutTax",
    "TotalTax-includedAmount",
    "RequestTime",
    "SellerInformation",
    "SellerName",
    "SellerBankName",
    "IssuItemInformation",
    "ItemName",
    "Quantity",
    "TaxRate",
    "SpecificInformation",
    "Toll",
    "PlateNumber",
    "StartDatesOfPassage",
    "PassengerTransportation",
    "TravelDate",
    "AdditionalInformation",
    "Remark",
    "eInvoice",
    "InvoiceNo",
    "InvoiceCode",
    "IssueDate",
    "TaxControlCode",
    "TaxExclusiveTotalAmount",
    "GoodsInfos",
    "GoodsInfo",
    "Item",
    "Amount",
    "xbrl",
    "ElectronicInvoiceRailwayETicketNumber",
    "TravelTime",
    "Fare",
    "NumberOfInvoice",
    "UniqueCodeOfInvoice",
    "TotalTaxAmount",
    "ElectronicInvoiceAirTransportReceiptNumber",
    "CarrierDate",
    "发票",
    "发票号码",
    "合计金额",
    "FPHM",
    "HJJE",
    "SL",
];
/// Texts that fields hold, right and wrong.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "26990000000000000017",
    "99000017",
    "033009900911",
    "144032109110",
    "2026-02-30",
    "2026-03-05 08:09:10",
    "20260227172851000",
    "¥",
    "¥1,234.50",
    "-0.00",
    "1e9",
    "99999999999999999999999999999999999",
    "0.13",
    "13%",
    "***",
    "免税",
    "车船税:5.00",
    "购方账号:1;电话:2",
    "差额征税：。",
    "一\n二\n三",
    "\u{3000}\u{feff}",
    "01,10,,99000017,1.00,20260305,,0000",
];

fn element() -> impl Strategy<Value = Element> {
    let leaf = (0..NAMES.len(), 0..TEXTS.len(), "\\PC{0,12}").prop_map(|(name, text, other)| Element {
        name: NAMES[name].to_owned(),
        text: if text == 0 { other } else { TEXTS[text].to_owned() },
        attributes: vec![("contextRef".to_owned(), TEXTS[text].to_owned())],
        ..Element::default()
    });
    leaf.prop_recursive(5, 60, 12, |inner| {
        (0..NAMES.len(), vec(inner, 0..12)).prop_map(|(name, children)| Element {
            name: NAMES[name].to_owned(),
            children,
            ..Element::default()
        })
    })
}

fn tag() -> impl Strategy<Value = Tag> {
    let value = (0..TEXTS.len(), -1e6f32..1e6, -1e6f32..1e6, 0f32..1e4);
    (0..NAMES.len(), 0..NAMES.len(), proptest::option::of(0usize..3), vec(value, 0..4), 0usize..3).prop_map(
        |(outer, name, group, values, page)| Tag {
            path: vec![NAMES[outer].to_owned(), NAMES[name].to_owned()],
            group,
            values: values.iter().map(|v| TEXTS[v.0].to_owned()).collect(),
            areas: values.iter().map(|v| Rect { left: v.1, top: v.2, right: v.1 + v.3, bottom: v.2 + v.3 }).collect(),
            page,
        },
    )
}

fn has_shape(key: &str, field: &Field) -> bool {
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let value = field.value.as_str();
    let amount = || invoice::amount::parse(value).is_some() || invoice::rate::is_untaxed(value);
    let right = match key {
        "date" => invoice::date::wire(value).as_deref() == Some(value),
        "start_date" | "end_date" => digits(value, 8),
        "total" | "tax" | "pretax_amount" | "price" | "quantity" | "deduction" | "travel_tax" => amount(),
        "item_names" | "remark" => true,
        _ => !value.contains('\n'),
    };
    right && !value.is_empty()
}

fn check(mapped: &Mapped) -> Result<(), TestCaseError> {
    for (key, field) in mapped.details.fields() {
        prop_assert!(has_shape(key, field), "{key}: {:?}", field.value);
    }
    for (_, rows) in mapped.details.lists() {
        prop_assert!(!rows.is_empty());
        for (key, field) in rows.iter().flatten() {
            prop_assert!(has_shape(key, field), "{key}: {:?}", field.value);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn trees_give_values_of_the_right_shape(root in element()) {
        let payload = Payload::Xml { name: String::new(), origin: Origin::File, root };
        if let Some(mapped) = map(&payload) {
            check(&mapped)?;
        }
    }

    #[test]
    fn tags_give_values_of_the_right_shape(tags in vec(tag(), 0..40)) {
        let payload = Payload::Tags { root: "root".to_owned(), tags };
        if let Some(mapped) = map(&payload) {
            check(&mapped)?;
        }
    }
}
