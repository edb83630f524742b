//! What a 数电票 XML says of the sale of a vehicle, by the fields of 机动车销售统一发票 and 二手车销售统一发票: these forms have cells of their
//! own for the parties, and the vehicle stands among the specific information. The names of its elements are not public, so they are told
//! by the words in them, English or Chinese, as those of the special kinds of service are.

use document::payload::Element;
use invoice::details::Details;
use invoice::kind::Kind;

use super::draft::{Draft, Shape, joined};

/// Words of an element's name and the field that it is; the first that fits. An empty field is an element to leave alone.
type Words = [(&'static [&'static str], &'static str)];

const VEHICLE: &Words = &[
    (&["进口", "importcert", "certificateofimport"], ""),
    (&["合格证", "conformity", "qualif"], "certificate_number"),
    (&["商检", "inspection"], "commodity_number"),
    (&["发动机", "engine"], "car_engine_code"),
    (&["识别代", "车架", "vehicleidentif", "framenum", "chassis", "vinno", "vincode"], "car_code"),
    (&["厂牌", "brand"], "car_model"),
    (&["产地", "origin", "productionarea", "placeofprod"], "origin"),
    (&["吨位", "tonnage"], "tonnage"),
    (&["限乘", "passenger", "seating"], "max_people_num"),
    (&["完税", "taxpayment", "paymentvoucher"], "tax_num"),
    (&["主管税务机关代码", "taxauthoritycode", "taxauthoritiescode"], "tax_authorities_code"),
    (&["主管税务", "taxauthorit"], "tax_authorities"),
    (&["车牌", "plate"], "license_plate"),
    (&["登记证", "registrationcert", "registrationnum", "registryno"], "registration_number"),
    (&["车辆管理", "车管所", "vehicleadministration", "vehiclemanagement"], "destination_department_of_motor_vehicles"),
    (&["车辆类型", "vehicletype"], "car_type"),
];

/// Moves the parties into the cells of the form and adds the vehicle.
pub(super) fn read(kind: Kind, data: &Element, draft: &mut Draft) {
    let text = |path: &str| data.find(path).map_or("", |e| e.text.as_str());
    if kind == Kind::UsedVehicleSale {
        for (side, prefix) in [("buyer", "Buyer"), ("seller", "Seller")] {
            let of = |name: &str| text(&format!("{prefix}Information/{prefix}{name}"));
            draft.set(&format!("{side}_id"), Shape::Id, of("IdNum"));
            draft.set(&format!("{side}_address"), Shape::Line, of("Addr"));
            draft.set(&format!("{side}_tel"), Shape::Id, of("TelNum"));
        }
    } else {
        draft.set("buyer_id", Shape::Id, text("BuyerInformation/BuyerIdNum"));
        draft.set("address", Shape::Line, text("SellerInformation/SellerAddr"));
        draft.set("phone", Shape::Id, text("SellerInformation/SellerTelNum"));
        draft.set("account", Shape::Id, text("SellerInformation/SellerBankAccNum"));
        draft.set("seller_bank_account", Shape::Line, text("SellerInformation/SellerBankName"));
        let rate = draft.item_rows().first().and_then(|row| row.get("tax_rate")).map(|f| f.value.clone()).unwrap_or_default();
        draft.set("tax_rate", Shape::Rate, &rate);
    }
    let Some(specific) = data.child("SpecificInformation") else { return };
    let mut open: Vec<&Element> = vec![specific];
    while let Some(element) = open.pop() {
        open.extend(element.children.iter().rev());
        let name = element.name.to_lowercase();
        let dealer = dealer(&name);
        let known = || VEHICLE.iter().find(|(words, _)| words.iter().any(|word| name.contains(word))).map(|(_, key)| *key);
        if let Some(key) = dealer.or_else(known).filter(|key| element.children.is_empty() && kind.field(key).is_some()) {
            draft.set_if_absent(key, Shape::Line, &element.text);
        }
    }
    for (key, prefix) in [("auction_bank_account", "auction"), ("company_bank_account", "market")] {
        let part = |word: &str| {
            specific.children.iter().flat_map(|c| &c.children).chain(&specific.children).find(|e| {
                let name = e.name.to_lowercase();
                name.contains(prefix) && name.contains("bank") && name.contains(word)
            })
        };
        let text = joined([part("name").map_or("", |e| &e.text), part("acc").map_or("", |e| &e.text)]);
        draft.set_if_absent(key, Shape::Line, &text);
    }
}

/// The field of a dealer, an auctioneer or a market that an element's name names.
fn dealer(name: &str) -> Option<&'static str> {
    let auction = ["auction", "拍卖", "经营"].iter().any(|word| name.contains(word));
    let market = ["market", "二手车市场"].iter().any(|word| name.contains(word));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let place = if has(&["addr", "地址"]) {
        0
    } else if has(&["taxno", "taxnum", "taxpayer", "idnum", "识别号"]) {
        1
    } else if has(&["phone", "tel", "电话"]) {
        2
    } else if has(&["bank", "银行", "账号"]) {
        // bank and account stand in one field; in elements of their own they are joined afterwards
        return None;
    } else {
        3
    };
    match (auction, market) {
        (true, false) => Some(["auction_address", "auction_tax_id", "auction_phone", "auction_company"][place]),
        (false, true) => Some(["company_address", "company_tax_id", "company_phone", "company_name"][place]),
        _ => None,
    }
}

/// Takes out what the forms of goods and services have and these have not: their cells were read under other names.
pub(super) fn strip(kind: Kind, details: &mut Details) {
    for key in ["buyer_tax_id", "buyer_addr_tel", "seller_addr_tel", "buyer_bank_account", "item_names", "vehicle_mark", "seller_tax_id"] {
        if kind.field(key).is_none() {
            details.remove(key);
        }
    }
    if kind == Kind::UsedVehicleSale {
        details.remove("seller_bank_account");
    }
    details.rows_mut("items").clear();
    if let Some(number) = details.get("number").cloned() {
        details.set("electronic_number", number);
    }
}
