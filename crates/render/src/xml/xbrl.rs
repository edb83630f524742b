//! XBRL instances of the Ministry of Finance's taxonomy of 2021-11-30: `rai` for 铁路电子客票 and `atr` for 航空运输电子客票行程单.

use super::Xml;
use crate::error::Error;
use crate::reading::{Subject, cell, dashed, day};

const INSTANCE: &str = "http://www.xbrl.org/2003/instance";
const RAIL: &str = "http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai";
const AIR: &str = "http://xbrl.mof.gov.cn/taxonomy/2021-11-30/atr";

/// An instance whose facts all stand in one context.
struct Instance {
    xml: Xml,
    context: String,
}

impl Instance {
    fn new(prefix: &str, taxonomy: &str, entry: &str, number: &str, day: &str) -> Result<Instance, Error> {
        let mut xml = Xml::new()?;
        let prefix = format!("xmlns:{prefix}");
        xml.start(
            "xbrl",
            &[
                ("xmlns", INSTANCE),
                ("xmlns:iso4217", "http://www.xbrl.org/2003/iso4217"),
                ("xmlns:link", "http://www.xbrl.org/2003/linkbase"),
                ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
                ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
                (&prefix, taxonomy),
            ],
        )?;
        xml.leaf("link:schemaRef", &[("xlink:href", entry), ("xlink:type", "simple")], "")?;
        let context = format!("As_Of_{}", day.replace('-', "_"));
        xml.start("context", &[("id", &context)])?;
        xml.start("entity", &[])?;
        xml.leaf("identifier", &[("scheme", "http://xbrl.mof.gov.cn")], number)?;
        xml.end()?;
        xml.start("period", &[])?;
        xml.text("instant", day)?;
        xml.end()?;
        xml.end()?;
        xml.start("unit", &[("id", "CNY")])?;
        xml.text("measure", "iso4217:CNY")?;
        xml.end()?;
        Ok(Instance { xml, context })
    }

    /// A fact in words; without words it is there and nil.
    fn word(&mut self, name: &str, value: &str) -> Result<(), Error> {
        if value.is_empty() {
            return self.xml.leaf(name, &[("contextRef", &self.context), ("xsi:nil", "true")], "");
        }
        self.xml.leaf(name, &[("contextRef", &self.context)], value)
    }

    /// A fact in money.
    fn money(&mut self, name: &str, value: &str) -> Result<(), Error> {
        if value.is_empty() {
            return self.xml.leaf(name, &[("contextRef", &self.context), ("unitRef", "CNY"), ("xsi:nil", "true")], "");
        }
        self.xml.leaf(name, &[("contextRef", &self.context), ("decimals", "2"), ("unitRef", "CNY")], value)
    }
}

/// A rate as the taxonomy has it: `9%` is `0.09`.
fn share(printed: &str) -> String {
    let rate = printed.strip_suffix('%').and_then(|n| n.parse::<rust_decimal::Decimal>().ok());
    rate.map_or_else(String::new, |n| (n / rust_decimal::Decimal::ONE_HUNDRED).normalize().to_string())
}

/// Writes the railway ticket's instance.
pub(crate) fn rail(subject: Subject<'_>) -> Result<Vec<u8>, Error> {
    let (number, issued) = (subject.need("number")?, subject.need("date_of_issue")?);
    let mut out = Instance::new("rai", RAIL, "rai_issuer_entry_point_2021-11-30.xsd", number, issued)?;
    let (carriage, seat) = carriage_and_seat(subject.text("seat_number"));
    let words = [
        ("rai:TypeOfVoucher", subject.text("type_of_voucher")),
        ("rai:ETicketNumber", subject.text("serial_number")),
        ("rai:DateOfIssue", issued),
        ("rai:IssueParty", ""),
        ("rai:IssuePartyCode", ""),
        ("rai:TypeOfBusiness", subject.text("type_of_business")),
        ("rai:DepartureStation", subject.text("station_geton")),
        ("rai:PhonicsOfDepartureStation", subject.text("phonics_of_departure_station")),
        ("rai:DestinationStation", subject.text("station_getoff")),
        ("rai:PhonicsOfDestinationStation", subject.text("phonics_of_destination_station")),
        ("rai:TrainNumber", subject.text("train_number")),
        ("rai:TravelDate", &dashed(subject.day("date")?)),
        ("rai:DepartureTime", subject.text("time")),
        ("rai:TypeOfRailwayTicket", subject.text("type_of_railway_ticket")),
        ("rai:AirConditioningCharacteristics", subject.text("air_conditioning")),
        ("rai:SeatLevel", subject.text("seat")),
        ("rai:Carriage", carriage),
        ("rai:Seat", seat),
        ("rai:DiscountMark", subject.text("discount_mark")),
    ];
    for (name, value) in words {
        out.word(name, value)?;
    }
    out.money("rai:Fare", subject.need("total")?)?;
    out.money("rai:AmountRefunded", subject.text("amount_refunded"))?;
    out.money("rai:FareOfOriginalRailwayTicket", subject.text("fare_of_original_railway_ticket"))?;
    let words = [
        ("rai:DepartureStationOfOriginalRailwayTicket", subject.text("departure_station_of_original_railway_ticket")),
        ("rai:DestinationStationOfOriginalRailwayTicket", subject.text("destination_station_of_original_railway_ticket")),
        ("rai:ElectronicInvoiceRailwayETicketNumber", number),
        ("rai:IdNumber", subject.text("user_id")),
        ("rai:Name", subject.text("name")),
    ];
    for (name, value) in words {
        out.word(name, value)?;
    }
    out.money("rai:TotalAmountExcludingTax", subject.text("pretax_amount"))?;
    out.money("rai:TaxRate", &share(subject.text("tax_rate")))?;
    out.money("rai:TaxAmount", subject.text("tax"))?;
    let words = [
        ("rai:NameOfPurchaser", subject.text("buyer")),
        ("rai:UnifiedSocialCreditCodeOfPurchaser", subject.text("buyer_tax_id")),
        ("rai:AddressPhoneNumberOfPurchaser", subject.text("buyer_addr_tel")),
        ("rai:DepositBankAndAccountNumberOfPurchaser", subject.text("buyer_bank_account")),
        ("rai:NumberOfOriginalInvoice", subject.text("number_of_original_invoice")),
        ("rai:Remarks", subject.text("remark")),
    ];
    for (name, value) in words {
        out.word(name, value)?;
    }
    out.xml.finish()
}

/// `03车01F号` is the carriage `03车` and the seat `01F号`.
fn carriage_and_seat(printed: &str) -> (&str, &str) {
    match printed.find('车') {
        Some(at) => printed.split_at(at + '车'.len_utf8()),
        None => ("", printed),
    }
}

/// Writes the flight ticket's instance; every flight is a tuple of its own.
pub(crate) fn air(subject: Subject<'_>) -> Result<Vec<u8>, Error> {
    let number = subject.need("electronic_number")?;
    let issued = dashed(subject.day("date")?);
    let mut out = Instance::new("atr", AIR, "atr_issuer_entry_point_2021-11-30.xsd", number, &issued)?;
    let words = [
        ("atr:ElectronicInvoiceAirTransportReceiptNumber", number),
        ("atr:IssuingStatus", subject.text("issuing_status")),
        ("atr:MarkingOfDomesticOrInternational", subject.text("international_flag")),
        ("atr:NumberOfGPOrder", subject.text("number_of_gp_order")),
        ("atr:PassengerName", subject.text("user_name")),
        ("atr:ValidIdNumber", subject.text("user_id")),
        ("atr:Endorsement", subject.text("endorsement")),
    ];
    for (name, value) in words {
        out.word(name, value)?;
    }
    for (at, flight) in subject.rows("flights").iter().enumerate() {
        out.xml.start("atr:DetailInformationOfAirTicketTuple", &[])?;
        let date = dashed(day("flights.date", cell(flight, "date"))?);
        let segment = (at + 1).to_string();
        let words = [
            ("atr:FlightSegment", segment.as_str()),
            ("atr:DepartureStation", cell(flight, "from")),
            ("atr:DestinationStation", cell(flight, "to")),
            ("atr:Carrier", cell(flight, "carrier")),
            ("atr:Flight", cell(flight, "flight_number")),
            ("atr:Class", cell(flight, "seat")),
            ("atr:CarrierDate", &date),
            ("atr:DepartureTime", cell(flight, "time")),
            ("atr:FareBasis", cell(flight, "fare_basis")),
            ("atr:FreeBaggageAllowance", cell(flight, "allow")),
        ];
        for (name, value) in words {
            out.word(name, value)?;
        }
        out.xml.end()?;
    }
    for (name, key) in [("atr:Fare", "fare"), ("atr:FuelSurcharge", "fuel_surcharge")] {
        out.money(name, subject.text(key))?;
    }
    out.word("atr:VatRate", &share(subject.text("tax_rate")))?;
    let money = [
        ("atr:VatTaxAmount", "tax"),
        ("atr:CivilAviationDevelopmentFund", "caac_development_fund"),
        ("atr:OtherTaxes", "other_taxes"),
        ("atr:TotalAmount", "total"),
    ];
    for (name, key) in money {
        out.money(name, subject.text(key))?;
    }
    let words = [
        ("atr:ETicketNumber", "number"),
        ("atr:VerificationCode", "check_code"),
        ("atr:PromptInformation", "prompt_information"),
        ("atr:Insurance", "insurance"),
        ("atr:AgentCode", "agentcode"),
        ("atr:IssueParty", "issue_by"),
        ("atr:NameOfSeller", "seller"),
        ("atr:NameOfPurchaser", "buyer"),
        ("atr:UnifiedSocialCreditCodeOfPurchaser", "buyer_tax_id"),
    ];
    for (name, key) in words {
        out.word(name, subject.text(key))?;
    }
    out.word("atr:IssueDate", &issued)?;
    out.xml.finish()
}
