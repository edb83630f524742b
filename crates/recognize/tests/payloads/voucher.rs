//! The 2019 vocabulary and XBRL vouchers.

use insta::assert_json_snapshot;
use invoice::kind::Kind;

use crate::{column, mapped, payload, text, view};

/// A 2019 e-invoice with this code, number and QR text; `fp` is the prefix with its colon, or nothing.
fn legacy(fp: &str, code: &str, graph: &str) -> String {
    let t = |name: &str, text: &str| format!("<{fp}{name}>{text}</{fp}{name}>");
    let party = |name: &str, id: &str| {
        let inner = [
            t(&format!("{name}Name"), "样张有限公司"),
            t(&format!("{name}TaxID"), id),
            t(&format!("{name}AddrTel"), "样张路1号 000-1"),
            t(&format!("{name}FinancialAccount"), "样张银行 0001"),
        ];
        t(name, &inner.concat())
    };
    let goods = |amount: &str, rate: &str, tax: &str| {
        let inner = [
            t("Item", "*样张*甲"),
            t("Specification", "1号"),
            t("MeasurementDimension", "件"),
            t("Price", "25"),
            t("Quantity", "4"),
            t("Amount", amount),
            t("TaxScheme", rate),
            t("TaxAmount", tax),
        ];
        t("GoodsInfo", &inner.concat())
    };
    let body = [
        t("DocID", "01"),
        t("InvoiceCode", code),
        t("InvoiceNo", "99000017"),
        t("TypeCode", "0"),
        t("IssueDate", "2021年6月7日"),
        t("InvoiceCheckCode", "00000 11111 22222 33333"),
        t("MachineNo", "990000000001"),
        t("TaxControlCode", "+-*/0\n1234&gt;\n5678&lt;\n9012/\n"),
        party("Buyer", "91990000MA0SAMPLE8"),
        t("Tpvn", ""),
        party("Seller", "91990000MA0SAMPLE7"),
        t("TaxInclusiveTotalAmount", "206.00"),
        t("Note", "样张备注"),
        t("InvoiceClerk", "样张甲"),
        t("Payee", "样张乙"),
        t("Checker", "样张丙"),
        t("TaxTotalAmount", "6.00"),
        t("TaxExclusiveTotalAmount", "200.00"),
        t("GraphCode", graph),
        t("Signature", "AAAA"),
        t("GoodsInfos", &[goods("100.00", "3%", "3.00"), goods("100.00", "3%", "3.00")].concat()),
    ];
    let namespace = if fp.is_empty() { "" } else { " xmlns:fp=\"http://www.edrm.org.cn/schema/e-invoice/2019\"" };
    format!("<eInvoice{namespace} Version=\"1.0\">{}</eInvoice>", body.concat())
}

#[test]
fn every_field_of_a_2019_invoice() {
    let qr = "01,10,033009900911,99000017,200.00,20210607,00000111112222233333,0000,";
    assert_json_snapshot!(view(&mapped(&legacy("fp:", "033009900911", qr))));
}

#[test]
fn the_prefix_does_not_matter() {
    let (with, without) = (mapped(&legacy("fp:", "033009900911", "")), mapped(&legacy("", "033009900911", "")));
    assert_eq!(with, without);
}

#[test]
fn kind_title_and_marks_by_code_and_qr() {
    let cases = [
        ("033009900911", "", Kind::VatElectronic, "浙江增值税电子普通发票", "electronic_mark"),
        ("044039900911", "", Kind::VatElectronic, "深圳增值税电子普通发票", "electronic_mark"),
        ("015009900913", "", Kind::VatSpecial, "内蒙古增值税电子专用发票", "electronic_mark"),
        ("043009900912", "", Kind::VatToll, "湖南增值税电子普通发票", "transit_mark"),
        ("144032109110", "", Kind::VatBlockChain, "深圳电子普通发票", "block_chain"),
        ("1100992130", "01,01,1100992130,99000017,200.00,20210607,,0000,", Kind::VatSpecial, "北京增值税专用发票", ""),
        ("033009900904", "", Kind::VatOrdinary, "浙江增值税普通发票", ""),
    ];
    for (code, qr, kind, title, mark) in cases {
        let read = mapped(&legacy("fp:", code, qr));
        assert_eq!((read.kind, text(&read, "title")), (Some(kind), title), "{code}");
        for other in ["electronic_mark", "transit_mark", "block_chain"] {
            let electronic = other == "electronic_mark" && matches!(kind, Kind::VatToll | Kind::VatBlockChain);
            assert_eq!(text(&read, other) == "1", other == mark || electronic, "{code} {other}");
        }
    }
}

#[test]
fn toll_without_tax_has_the_other_mark() {
    let read = mapped(&legacy("fp:", "043009900912", "").replace(">3%<", ">不征税<").replace(">3.00<", ">***<"));
    assert_eq!(text(&read, "transit_mark"), "2");
    assert_eq!(column(&read, "items", "tax"), ["***"; 2]);
}

#[test]
fn ciphers_that_were_run_together_are_cut_into_four_lines() {
    let line = "0123456789+-*/<>0123456789+-";
    let read = mapped(
        &legacy("", "033009900911", "")
            .replace("+-*/0\n1234&gt;\n5678&lt;\n9012/\n", &line.replace('<', "&lt;").replace('>', "&gt;").repeat(4)),
    );
    assert_eq!(text(&read, "ciphertext"), [line; 4].join(","));
}

/// An XBRL instance of this taxonomy with these facts.
fn instance(taxonomy: &str, facts: &str) -> String {
    format!(
        "<xbrl xmlns=\"http://www.xbrl.org/2003/instance\" xmlns:link=\"http://www.xbrl.org/2003/linkbase\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:t=\"http://xbrl.mof.gov.cn/taxonomy/2021-11-30/{taxonomy}\">\
         <link:schemaRef xlink:type=\"simple\" xlink:href=\"{taxonomy}_issuer_entry_point.xsd\"/>\
         <context id=\"c\"><entity><identifier scheme=\"urn:sample\">1</identifier></entity><period><instant>2026-01-02</instant></period></context>\
         {facts}</xbrl>"
    )
}

/// Facts by name, all in one context.
fn facts(list: &[(&str, &str)]) -> String {
    list.iter().map(|(name, text)| format!("<t:{name} contextRef=\"c\">{text}</t:{name}>")).collect()
}

const VAT: &[(&str, &str)] = &[
    ("TypeOfInvoice", "增值税电子普通发票"),
    ("LocationOfInvoice", "浙江省"),
    ("CodeOfInvoice", "033009900911"),
    ("NumberOfInvoice", "99000017"),
    ("DateOfIssue", "2022-09-01"),
    ("IdentifyingCode", "00000111112222233333"),
    ("NumberOfInvoiceMachine", "990000000001"),
    ("SpecialInvoiceType", "成品油"),
    ("NameOfPurchaser", "样张贸易有限公司"),
    ("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser", "91990000MA0SAMPLE8"),
    ("AddressPhoneNumberOfPurchaser", ""),
    ("DepositBankAndAccountNumberOfPurchaser", ""),
    ("TotalAmountExcludingTax", "9.91"),
    ("TotalTaxAmount", "1.29"),
    ("TaxIncludedAmountInWords", "壹拾壹圆贰角"),
    ("TaxIncludedAmountInFigures", "11.20"),
    ("NameOfSeller", "样张五金有限公司"),
    ("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller", "91990000MA0SAMPLE7"),
    ("AddressPhoneNumberOfSeller", "样张路1号 000-1"),
    ("DepositBankAndAccountNumberOfSeller", "样张银行 0001"),
    ("Remarks", ""),
    ("Payee", "样张乙"),
    ("Reviewer", "样张丙"),
    ("Issuer", "样张甲"),
];
const ITEM: &[(&str, &str)] = &[
    ("NameOfTaxableGoodsOrServices", "*金属制品*样张螺丝"),
    ("Specification", "3.2x75"),
    ("UnitOfGoodsOrServices", "批"),
    ("QuantityOfGoodsOrServices", "1.00"),
    ("UnitPriceOfGoodsOrServices", "9.91150442"),
    ("AmountExcludingTax", "9.91"),
    ("TaxRate", "13.00%"),
    ("TaxAmount", "1.29"),
];

#[test]
fn every_field_of_a_vat_voucher() {
    let item = format!(
        "<t:InformationOfTaxableGoodsOrServicesDetailItemsTuple>{}</t:InformationOfTaxableGoodsOrServicesDetailItemsTuple>",
        facts(ITEM)
    );
    assert_json_snapshot!(view(&mapped(&instance("inv", &(facts(VAT) + &item)))));
}

#[test]
fn flat_facts_make_rows_by_context_and_by_order() {
    let second: Vec<(&str, &str)> = ITEM.iter().map(|(n, v)| (*n, if *n == "AmountExcludingTax" { "20.00" } else { *v })).collect();
    let by_order = mapped(&instance("inv", &(facts(VAT) + &facts(ITEM) + &facts(&second))));
    let by_context = mapped(&instance("inv", &(facts(VAT) + &facts(ITEM) + &facts(&second).replace("\"c\"", "\"d\""))));
    for read in [&by_order, &by_context] {
        assert_eq!(column(read, "items", "total"), ["9.91", "20.00"]);
        assert_eq!(column(read, "items", "name"), ["*金属制品*样张螺丝"; 2]);
    }
    // an uneven number of facts in one context does not say which belong together
    let uneven = mapped(&instance("inv", &(facts(VAT) + &facts(ITEM) + &facts(&second[..1]))));
    assert!(uneven.details.rows("items").is_empty());
}

#[test]
fn receivers_vouchers_have_code_and_number_in_one() {
    let few = [
        ("UniqueCodeOfInvoice", "01500990091399000017"),
        ("NameOfSeller", "样张有限公司"),
        ("TotalTaxAmount", "1.00"),
        ("PostingDate", "2026-01-31"),
    ];
    let read = mapped(&instance("inv_spcl", &facts(&few)));
    assert_eq!((text(&read, "code"), text(&read, "number")), ("015009900913", "99000017"));
    assert_eq!(read.kind, Some(Kind::VatSpecial));
    assert!(!read.details.has("date"));
}

#[test]
fn digital_vouchers_use_the_names_of_the_xml() {
    let few = [
        ("InvoiceNumber", "26990000000000000017"),
        ("SellerName", "样张有限公司"),
        ("SellerIdNum", "91990000MA0SAMPLE7"),
        ("TotalAmWithoutTax", "9000.00"),
        ("RequestTime", "2023-11-13 20:05:10"),
        ("TotalTaxAm", "1170.00"),
        ("TotalTax-includedAmount", "10170.00"),
        ("NameOfAccountingEntity", "样张记账有限公司"),
        ("WhetherEinvoiceHasBeenPaid", "true"),
    ];
    let read = mapped(&instance("einv", &facts(&few)));
    assert_json_snapshot!(view(&read));
    for (entry, kind) in [("einv_spcl", Some(Kind::DigitalSpecial)), ("einv_ord", Some(Kind::DigitalOrdinary))] {
        assert_eq!(mapped(&instance(entry, &facts(&few))).kind, kind, "{entry}");
    }
}

const RAIL: &[(&str, &str)] = &[
    ("TypeOfVoucher", "电子发票（铁路电子客票）"),
    ("ElectronicInvoiceRailwayETicketNumber", "26999000000000000017"),
    ("ETicketNumber", "990000A000000000000002026"),
    ("DateOfIssue", "2026-03-17"),
    ("TypeOfBusiness", "退"),
    ("DepartureStation", "样张南"),
    ("PhonicsOfDepartureStation", "Yangzhangnan"),
    ("DestinationStation", "样张北"),
    ("PhonicsOfDestinationStation", "Yangzhangbei"),
    ("TrainNumber", "G9999"),
    ("TravelDate", "2026-03-01"),
    ("DepartureTime", "6:23"),
    ("TypeOfRailwayTicket", "改签"),
    ("AirConditioningCharacteristics", "新空调"),
    ("SeatLevel", "二等座"),
    ("Carriage", "01车"),
    ("Seat", "05C号"),
    ("DiscountMark", "学"),
    ("Fare", "181.00"),
    ("AmountRefunded", "9.00"),
    ("FareOfOriginalRailwayTicket", "190.00"),
    ("DepartureStationOfOriginalRailwayTicket", "样张西"),
    ("DestinationStationOfOriginalRailwayTicket", "样张东"),
    ("IdNumber", "9900001990****001X"),
    ("Name", "样张乙"),
    ("TotalAmountExcludingTax", "166.06"),
    ("TaxRate", "0.09"),
    ("TaxAmount", "14.94"),
    ("NameOfPurchaser", "样张贸易有限公司"),
    ("UnifiedSocialCreditCodeOfPurchaser", "91990000MA0SAMPLE8"),
    ("AddressPhoneNumberOfPurchaser", "样张路8号 000-8"),
    ("DepositBankAndAccountNumberOfPurchaser", "样张银行 0008"),
    ("NumberOfOriginalInvoice", "26999000000000000009"),
    ("Remarks", "样张备注"),
];

#[test]
fn every_field_of_a_train_ticket() {
    assert_json_snapshot!(view(&mapped(&instance("rai", &facts(RAIL)))));
}

#[test]
fn nil_facts_are_absent() {
    let read = mapped(&instance(
        "rai",
        "<t:ElectronicInvoiceRailwayETicketNumber contextRef=\"c\">26999000000000000017</t:ElectronicInvoiceRailwayETicketNumber>\
         <t:Fare contextRef=\"c\" xsi:nil=\"true\"/><t:Carriage contextRef=\"c\" xsi:nil=\"true\"/><t:DiscountMark contextRef=\"c\" xsi:nil=\"true\"/>",
    ));
    for key in ["total", "seat_number", "discount_mark"] {
        assert!(!read.details.has(key), "{key}");
    }
    assert_eq!(text(&read, "title"), "电子发票（铁路电子客票）");
}

const AIR: &[(&str, &str)] = &[
    ("ElectronicInvoiceAirTransportReceiptNumber", "26999000000000000025"),
    ("IssuingStatus", "正常"),
    ("MarkingOfDomesticOrInternational", "国内"),
    ("PassengerName", "样张乙"),
    ("ValidIdNumber", "990000********001X"),
    ("Endorsement", "不得签转"),
    ("NumberOfGPOrder", "GP0000017"),
    ("Fare", "477.06"),
    ("FuelSurcharge", "45.87"),
    ("VatRate", "0.09"),
    ("VatTaxAmount", "47.07"),
    ("CivilAviationDevelopmentFund", "50.00"),
    ("OtherTaxes", "0.00"),
    ("TotalAmount", "620.00"),
    ("ETicketNumber", "9990000000017"),
    ("VerificationCode", "0017"),
    ("PromptInformation", "样张提示"),
    ("Insurance", "XXX"),
    ("AgentCode", "YZ001/00000017"),
    ("IssueParty", "样张航空有限公司"),
    ("IssueDate", "2026-07-28"),
    ("NameOfPurchaser", "样张贸易有限公司"),
    ("UnifiedSocialCreditCodeOfPurchaser", "91990000MA0SAMPLE8"),
    ("NameOfSeller", "样张航空有限公司"),
    ("QrCode", "01,61,,26999000000000000025,620,20260728,,0000"),
];

/// The facts of one flight.
fn flight(from: &str, to: &str, segment: &str) -> String {
    facts(&[
        ("DepartureStation", from),
        ("DestinationStation", to),
        ("FlightSegment", segment),
        ("Carrier", "样航"),
        ("Flight", "YZ8866"),
        ("SeatClass", "V"),
        ("CarrierDate", "2026-07-27"),
        ("DepartureTime", "18:30"),
        ("FareBasis", "Y50"),
        ("EffectiveDate", "2026-07-01"),
        ("ExpirationDate", "2027-07-01"),
        ("FreeBaggageAllowance", "20K"),
    ])
}

#[test]
fn every_field_of_an_air_itinerary() {
    let tuple = |facts: String| format!("<t:DetailInformationOfAirTicketTuple>{facts}</t:DetailInformationOfAirTicketTuple>");
    let flights = tuple(flight("样张甲", "样张乙", "1")) + &tuple(flight("样张乙", "样张丙", "2"));
    let in_tuples = mapped(&instance("atr", &(facts(AIR) + &flights)));
    assert_json_snapshot!(view(&in_tuples));
    let flat = flight("样张甲", "样张乙", "1") + &flight("样张乙", "样张丙", "2").replace("\"c\"", "\"d\"");
    assert_eq!(mapped(&instance("atr", &(facts(AIR) + &flat))), in_tuples);
}

#[test]
fn vouchers_without_namespaces_are_known_by_their_elements() {
    let bare = |facts: String| format!("<xbrl>{}</xbrl>", facts.replace("t:", ""));
    assert_eq!(mapped(&bare(facts(RAIL))).kind, Some(Kind::Train));
    assert_eq!(mapped(&bare(facts(AIR))).kind, Some(Kind::Air));
    assert_eq!(mapped(&bare(facts(VAT))).kind, Some(Kind::VatElectronic));
}

#[test]
fn vouchers_of_banks_and_treasuries_give_nothing() {
    for taxonomy in ["bker", "bkrs", "efi", "ntrev_gpm", "ctp"] {
        let xml =
            instance(taxonomy, &facts(&[("NumberOfBankElectronicReceipt", "99000017"), ("NumberOfInvoice", "99000017"), ("Fare", "1.00")]));
        assert_eq!(recognize::payloads::map(&payload(&xml)), None, "{taxonomy}");
    }
}
