//! `atr`: 电子发票（航空运输电子客票行程单）. As for trains, the recognition API's names are this taxonomy's in snake case; the
//! form's `number` is that of the e-ticket, the 20-digit number of the invoice is `electronic_number` (and the seed's
//! `receipt_number`).

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::super::Mapped;
use super::super::draft::{Column, Draft, Shape};

const FIELDS: [Column; 28] = [
    ("TypeOfVoucher", "title", Shape::Line),
    ("ElectronicInvoiceAirTransportReceiptNumber", "electronic_number", Shape::Id),
    ("ElectronicInvoiceAirTransportReceiptNumber", "receipt_number", Shape::Id),
    ("ETicketNumber", "number", Shape::Id),
    ("ElectronicTicketNum", "number", Shape::Id),
    ("PassengerName", "user_name", Shape::Line),
    ("ValidIdNumber", "user_id", Shape::Id),
    ("VerificationCode", "check_code", Shape::Id),
    ("IssueDate", "date", Shape::Date),
    ("AgentCode", "agentcode", Shape::Line),
    ("IssueParty", "issue_by", Shape::Line),
    ("Fare", "fare", Shape::Amount),
    ("VatTaxAmount", "tax", Shape::Amount),
    ("VatRate", "tax_rate", Shape::Rate),
    ("FuelSurcharge", "fuel_surcharge", Shape::Amount),
    ("CivilAviationDevelopmentFund", "caac_development_fund", Shape::Amount),
    ("OtherTaxes", "other_taxes", Shape::Amount),
    // printed as XXX where there is none
    ("Insurance", "insurance", Shape::Line),
    ("TotalAmount", "total", Shape::Amount),
    ("MarkingOfDomesticOrInternational", "international_flag", Shape::Line),
    ("Endorsement", "endorsement", Shape::Line),
    ("IssuingStatus", "issuing_status", Shape::Line),
    ("NumberOfGPOrder", "number_of_gp_order", Shape::Id),
    ("NumberOfGpOrder", "number_of_gp_order", Shape::Id),
    ("PromptInformation", "prompt_information", Shape::Line),
    ("NameOfPurchaser", "buyer", Shape::Line),
    ("NameOfSeller", "seller", Shape::Line),
    ("TypeOfBusiness", "type_of_business", Shape::Line),
];
const PURCHASER: [Column; 2] = [("UnifiedSocialCreditCodeOfPurchaser", "buyer_tax_id", Shape::Id), ("QrCode", "qrcode", Shape::Line)];
const TUPLE: &str = "DetailInformationOfAirTicketTuple";
const FLIGHT: [Column; 14] = [
    ("DepartureStation", "from", Shape::Line),
    ("DestinationStation", "to", Shape::Line),
    ("Flight", "flight_number", Shape::Id),
    ("CarrierDate", "date", Shape::Date),
    ("DepartureTime", "time", Shape::Time),
    ("SeatClass", "seat", Shape::Line),
    ("Class", "seat", Shape::Line),
    ("Carrier", "carrier", Shape::Line),
    ("FreeBaggageAllowance", "allow", Shape::Line),
    ("FareBasis", "fare_basis", Shape::Line),
    ("EffectiveDate", "not_valid_before", Shape::Date),
    ("ExpirationDate", "not_valid_after", Shape::Date),
    ("FlightSegment", "flight_segment", Shape::Line),
    ("ClassName", "class_name", Shape::Line),
];

/// An electronic air itinerary.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    let mut draft = Draft::new(Source::Xbrl);
    draft.fill(root, &FIELDS);
    draft.fill(root, &PURCHASER);
    if draft.is_empty() {
        return None;
    }
    draft.list("flights", super::rows(root, TUPLE, &FLIGHT, &draft));
    draft.title(Kind::Air);
    draft.mark("electronic_mark");
    draft.mark("voucher_mark");
    let qr = root.child("QrCode").map(|e| e.text.clone());
    Some(draft.finish(Some(Kind::Air), qr))
}
