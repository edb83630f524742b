use invoice::details::{Field, Source};
use invoice::kind::Kind;
use invoice::kind::record::Value;

use crate::{details, row};

fn json(kind: Kind, read: &invoice::details::Details) -> serde_json::Value {
    serde_json::to_value(kind.record(read)).unwrap()
}

#[test]
fn nothing_read_gives_every_unconditional_key() {
    for kind in Kind::ALL {
        let nothing = details(&[]);
        let record = kind.record(&nothing);
        for entry in record.entries() {
            match &entry.value {
                Value::Text(text) => assert!(matches!(*text, "" | "0" | "1"), "{kind:?} {}", entry.key),
                Value::List(rows) => assert!(rows.is_empty()),
            }
        }
        let keys: Vec<&str> = record.entries().iter().map(|entry| entry.key).collect();
        let order: Vec<&str> = kind.fields().iter().map(|spec| spec.key).filter(|key| keys.contains(key)).collect();
        assert_eq!(keys, order, "{kind:?}");
    }
    assert_eq!(json(Kind::Other, &details(&[])), serde_json::json!({}));
}

/// Clients ask for these marks without looking whether they are there.
#[test]
fn the_three_marks_are_always_there() {
    let nothing = details(&[]);
    for (kind, electronic, block_chain, transit) in [
        (Kind::VatSpecial, "0", "0", "0"),
        (Kind::VatOrdinary, "0", "0", "0"),
        (Kind::VatElectronic, "1", "0", "0"),
        (Kind::VatBlockChain, "1", "1", "0"),
        (Kind::VatToll, "1", "0", "1"),
    ] {
        let record = kind.record(&nothing);
        let marks = ["electronic_mark", "block_chain", "transit_mark"].map(|key| record.text(key));
        assert_eq!(marks, [electronic, block_chain, transit], "{kind:?}");
    }
    assert_eq!(Kind::DigitalOrdinary.record(&nothing).text("electronic_mark"), "1");
    let special = details(&[("electronic_mark", "1"), ("transit_mark", "2")]);
    assert_eq!(Kind::VatSpecial.record(&special).text("electronic_mark"), "1");
    assert_eq!(Kind::VatSpecial.record(&special).text("transit_mark"), "2");
}

#[test]
fn conditional_keys() {
    let has = |kind: Kind, fields: &[(&str, &str)], key: &str| kind.record(&details(fields)).get(key).is_some();
    for (kind, fields, key, expected) in [
        (Kind::DigitalSpecial, &[][..], "building_mark", false),
        (Kind::DigitalSpecial, &[("service_type", "建筑服务")], "building_mark", true),
        (Kind::DigitalSpecial, &[("building_mark", "0")], "building_mark", false),
        (Kind::DigitalSpecial, &[("service_type", "建筑服务")], "transports", false),
        (Kind::DigitalSpecial, &[("service_type", "货物运输服务")], "transports", true),
        (Kind::DigitalOrdinary, &[("service_type", "旅客运输服务")], "transports", true),
        (Kind::DigitalOrdinary, &[("page_count", "1")], "page_count", false),
        (Kind::DigitalOrdinary, &[("page_count", "2")], "page_count", true),
        (Kind::DigitalOrdinary, &[("page_count", "2")], "page_number", true),
        (Kind::VatSpecial, &[("ciphertext", "<42")], "ciphertext", true),
        (Kind::VatSpecial, &[("ciphertext", "<42"), ("electronic_number", "26322000000000000017")], "ciphertext", false),
        (Kind::Train, &[], "voucher_mark", false),
        (Kind::Train, &[], "phonics_of_departure_station", true),
        (Kind::Train, &[], "buyer", false),
        (Kind::Train, &[("voucher_mark", "1")], "buyer", true),
        // Only a voucher has a buyer, so reading one is the sign.
        (Kind::Train, &[("buyer", "某某有限公司")], "buyer", true),
        (Kind::Air, &[], "issuing_status", false),
        (Kind::Air, &[], "number_of_gp_order", true),
        (Kind::Air, &[("electronic_mark", "1")], "issuing_status", true),
        (Kind::Air, &[("electronic_number", "26322000000000000017")], "electronic_mark", true),
        (Kind::VehicleSale, &[], "electronic_mark", false),
        (Kind::VehicleSale, &[("electronic_number", "26322000000000000017")], "electronic_mark", true),
        (Kind::UsedVehicleSale, &[], "electronic_number", true),
    ] {
        assert_eq!(has(kind, fields, key), expected, "{kind:?} {fields:?} {key}");
    }
    assert_eq!(Kind::Train.record(&details(&[])).text("electronic_mark"), "0");
    assert_eq!(Kind::Train.record(&details(&[("voucher_mark", "1")])).text("electronic_mark"), "1");
    let vehicle = details(&[("electronic_number", "26322000000000000017")]);
    assert_eq!(Kind::VehicleSale.record(&vehicle).text("electronic_mark"), "1");
}

#[test]
fn rows_are_complete_and_ordered() {
    let mut read = details(&[("service_type", "旅客运输服务")]);
    *read.rows_mut("items") = vec![row(&[("tax", "0.06"), ("name", "*运输服务*客运服务费"), ("note", "x")])];
    *read.rows_mut("transports") = vec![row(&[("passenger", "某甲"), ("from", "某地")])];
    let record = Kind::DigitalOrdinary.record(&read);
    let keys: Vec<&str> = record.rows("items")[0].entries().iter().map(|entry| entry.key).collect();
    assert_eq!(keys, ["name", "price", "quantity", "specification", "tax", "tax_rate", "total", "unit", "note"]);
    let keys: Vec<&str> = record.rows("transports")[0].entries().iter().map(|entry| entry.key).collect();
    // The place of departure is documented for freight only; here it was read.
    assert_eq!(keys, ["from", "passenger", "user_id", "date", "seat"]);
}

#[test]
fn what_is_read_beyond_the_list_comes_after_it() {
    let mut train = details(&[("tax_rate", "9%"), ("number", "Z000017"), ("electronic_number", "26119110000000000017")]);
    *train.rows_mut("legs") = vec![row(&[("from", "甲")])];
    *train.rows_mut("empty") = vec![];
    let record = Kind::Train.record(&train);
    let beyond: Vec<&str> = record.entries().iter().filter(|entry| entry.spec.is_none()).map(|entry| entry.key).collect();
    assert_eq!(beyond, ["tax_rate", "electronic_number", "legs"]);
    assert_eq!(record.entries()[0].key, "number");
    assert_eq!(record.text("tax_rate"), "9%");
}

#[test]
fn as_json() {
    let mut read = details(&[("total", "300.00"), ("code", "044001700106")]);
    *read.rows_mut("items") = vec![row(&[("name", "*汽油*95号汽油"), ("total", "300.00")])];
    let text = serde_json::to_string(&Kind::VatRoll.record(&read)).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"code":"044001700106","number":"","code_confirm":"","number_confirm":"","date":"","check_code":"","seller":"","#,
            r#""seller_tax_id":"","buyer":"","buyer_tax_id":"","category":"","total":"300.00","total_cn":"","kind":"","#,
            r#""province":"","city":"","company_seal":"","service_name":"","item_names":"","title":"","producer_stamp":"","#,
            r#""items":[{"name":"*汽油*95号汽油","quantity":"","price":"","total":"300.00"}]}"#
        )
    );
}

#[test]
fn an_empty_value_is_not_read() {
    let mut read = details(&[("code", "044001700106")]);
    read.set("code", Field::new("", Source::Ocr));
    assert!(!read.has("code"));
    assert_eq!(json(Kind::Quota, &read)["code"], "");
}
