//! `rai`: 电子发票（铁路电子客票）. The recognition API's fields of an electronic train ticket are the names of this taxonomy in
//! snake case (reference recognition.md §4.3). Net amount, tax and rate stand here alone, they are not printed.

use document::payload::Element;
use invoice::details::Source;
use invoice::kind::Kind;

use super::super::Mapped;
use super::super::draft::{Column, Draft, Shape};

const FIELDS: [Column; 31] = [
    ("TypeOfVoucher", "title", Shape::Line),
    ("ElectronicInvoiceRailwayETicketNumber", "number", Shape::Id),
    ("ElectronicInvoiceRailwayETicketNumber", "electronic_number", Shape::Id),
    ("ETicketNumber", "serial_number", Shape::Id),
    ("TravelDate", "date", Shape::Date),
    ("DepartureTime", "time", Shape::Time),
    ("DateOfIssue", "date_of_issue", Shape::IsoDate),
    ("Name", "name", Shape::Line),
    ("IdNumber", "user_id", Shape::Id),
    ("DepartureStation", "station_geton", Shape::Line),
    ("DestinationStation", "station_getoff", Shape::Line),
    ("PhonicsOfDepartureStation", "phonics_of_departure_station", Shape::Line),
    ("PhonicsOfDestinationStation", "phonics_of_destination_station", Shape::Line),
    ("TrainNumber", "train_number", Shape::Id),
    ("SeatLevel", "seat", Shape::Line),
    ("Fare", "total", Shape::Amount),
    ("TotalAmountExcludingTax", "pretax_amount", Shape::Amount),
    ("TaxAmount", "tax", Shape::Amount),
    ("TaxRate", "tax_rate", Shape::Rate),
    ("TypeOfBusiness", "type_of_business", Shape::Line),
    ("NameOfPurchaser", "buyer", Shape::Line),
    ("UnifiedSocialCreditCodeOfPurchaser", "buyer_tax_id", Shape::Id),
    ("AddressPhoneNumberOfPurchaser", "buyer_addr_tel", Shape::Line),
    ("DepositBankAndAccountNumberOfPurchaser", "buyer_bank_account", Shape::Line),
    ("NumberOfOriginalInvoice", "number_of_original_invoice", Shape::Id),
    ("AirConditioningCharacteristics", "air_conditioning", Shape::Line),
    ("TypeOfVoucher", "type_of_voucher", Shape::Line),
    ("TypeOfRailwayTicket", "type_of_railway_ticket", Shape::Line),
    ("DiscountMark", "discount_mark", Shape::Line),
    ("AmountRefunded", "amount_refunded", Shape::Amount),
    ("Remarks", "remark", Shape::Note),
];
const ORIGINAL: [Column; 3] = [
    ("FareOfOriginalRailwayTicket", "fare_of_original_railway_ticket", Shape::Amount),
    ("DepartureStationOfOriginalRailwayTicket", "departure_station_of_original_railway_ticket", Shape::Line),
    ("DestinationStationOfOriginalRailwayTicket", "destination_station_of_original_railway_ticket", Shape::Line),
];

/// An electronic train ticket.
pub(super) fn map(root: &Element) -> Option<Mapped> {
    let mut draft = Draft::new(Source::Xbrl);
    draft.fill(root, &FIELDS);
    draft.fill(root, &ORIGINAL);
    if draft.is_empty() {
        return None;
    }
    let text = |name: &str| root.child(name).and_then(|e| Shape::Id.read(&e.text)).unwrap_or_default();
    draft.set("seat_number", Shape::Id, &format!("{}{}", text("Carriage"), text("Seat")));
    draft.title(Kind::Train);
    draft.mark("electronic_mark");
    draft.mark("voucher_mark");
    Some(draft.finish(Some(Kind::Train), None))
}
