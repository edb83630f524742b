//! What a written specimen lets a reader know: the catalogue of specimens says it field by field.

use invoice::details::Row;
use invoice::kind::Kind;
use serde_json::{Map, Value};

use super::{Form, Specimen};

/// What an invoice is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// 数电票 XML.
    Xml,
    /// OFD.
    Ofd,
    /// PDF.
    Pdf,
    /// PNG or JPEG.
    Picture,
}

impl Carrier {
    /// The word that catalogues use.
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Xml => "xml",
            Carrier::Ofd => "ofd",
            Carrier::Pdf => "pdf",
            Carrier::Picture => "image",
        }
    }
}

impl Specimen {
    /// The fields that this carrier shows or carries, in the names and forms of the recognition API.
    pub fn truth(&self, carrier: Carrier) -> Value {
        let mut truth = Map::new();
        for (key, field) in self.details.fields() {
            if self.carries(carrier, key) {
                truth.insert(key.to_owned(), text(carrier, key, &field.value));
            }
        }
        for (key, rows) in self.details.lists() {
            let rows: Vec<Value> = rows.iter().map(|r| self.row(carrier, key, r)).collect();
            truth.insert(key.to_owned(), Value::Array(rows));
        }
        Value::Object(truth)
    }

    fn carries(&self, carrier: Carrier, key: &str) -> bool {
        let rail_on_paper = self.kind == Kind::Train && carrier == Carrier::Picture;
        match key {
            // Known to the XBRL instance alone.
            "pretax_amount" | "tax" | "tax_rate" | "air_conditioning" | "number_of_original_invoice" => !rail_on_paper,
            "type_of_business" => !rail_on_paper,
            // Printed nowhere: the airline that sells is named as the one that issues.
            "seller" if self.kind == Kind::Air => carrier != Carrier::Picture,
            // A seal that is drawn as lines is not told on a digital page of a small form.
            "company_seal" | "producer_stamp" if matches!(self.kind, Kind::Bus | Kind::Quota) => carrier == Carrier::Picture,
            // What the machine of the tax control system prints on vehicles' forms has no field.
            "ciphertext" if matches!(self.kind, Kind::VehicleSale | Kind::UsedVehicleSale) => false,
            // Drawn, not said: an XML has no page.
            // The API does not list it for every kind that bears a seal.
            "stamp_color" if self.kind.field(key).is_none() => false,
            "company_seal" | "company_seal_mark" | "stamp_color" => carrier != Carrier::Xml,
            _ => true,
        }
    }

    /// A row without the cells that the recognition API does not have: it gives where a journey goes for freight alone.
    fn row(&self, carrier: Carrier, list: &str, row: &Row) -> Value {
        let hidden = |key: &str| list == "transports" && self.form == Form::Passenger && matches!(key, "from" | "to" | "transport_type");
        Value::Object(row.iter().filter(|(k, _)| !hidden(k)).map(|(k, f)| (k.clone(), text(carrier, k, &f.value))).collect())
    }
}

/// A field's value as this carrier has it: an XML gives nought where a form prints stars for tax.
fn text(carrier: Carrier, key: &str, value: &str) -> Value {
    let starred = carrier == Carrier::Xml && key == "tax" && value == "***";
    Value::String(if starred { "0.00".to_owned() } else { value.to_owned() })
}
