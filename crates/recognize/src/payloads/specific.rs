//! `SpecificInformation` of a 数电票 XML: what the special kinds of service add (建筑服务, 货物运输服务, 旅客运输服务,
//! 不动产经营租赁服务, 通行费) and the marks that labels give.
//!
//! Only some of the element names are public (`Toll`, `PassengerTransportation`, `RedEInvoice`), so containers and elements
//! are told by the words in their names, English or Chinese: `VehiclePlateNumber` and 运输工具牌号 are the same thing. A name
//! without any of the words is left alone.

use document::payload::Element;
use invoice::details::Row;

use super::draft::{Draft, Shape};

/// A special kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Building,
    Freight,
    Passenger,
    Lease,
    Toll,
}

/// Words of the container's name or of the label, with the service; the first that fits.
const SERVICES: [(&[&str], Service); 5] = [
    (&["passenger", "traveler", "traveller", "旅客运输"], Service::Passenger),
    (&["freight", "cargo", "goodstransport", "货物运输"], Service::Freight),
    (&["toll", "通行费"], Service::Toll),
    (&["construction", "building", "建筑服务"], Service::Building),
    (&["lease", "leasing", "rental", "propertyrent", "estaterent", "经营租赁"], Service::Lease),
];

/// Marks by the words of labels and container names (reference forms.md: special labels; seed 002: the mark's name).
const MARKS: [(&[&str], &str); 4] = [
    (&["oilproduct", "refinedoil", "productoil", "成品油"], "oil_mark"),
    (&["motorvehicle", "机动车"], "vehicle_mark"),
    (&["收购"], "acquisition_mark"),
    (&["代开"], "agent_mark"),
];

/// Words of an element's name and the field that it is; an empty field is an element to leave alone. The first that fits.
type Words = [(&'static [&'static str], &'static str, Shape)];

const BUILDING: &Words = &[
    (&["cross", "flag", "sign", "跨"], "", Shape::Line),
    (&["landvat", "landtax", "increment", "土地增值税"], "", Shape::Line),
    (&["place", "location", "address", "occur", "region", "发生地"], "place_of_building_service", Shape::Line),
    (&["name", "项目名称"], "building_name", Shape::Line),
];
const FREIGHT: &Words = &[
    (&["goods", "cargo", "货物"], "goods_name", Shape::Line),
    (&["plate", "license", "number", "num", "牌号"], "transport_number", Shape::Line),
    (&["origin", "departure", "start", "起"], "from", Shape::Line),
    (&["destination", "arriv", "到达"], "to", Shape::Line),
    (&["type", "tool", "vehicle", "种类", "类型", "工具"], "transport_type", Shape::Line),
];
const PASSENGER: &Words = &[
    (&["idtype", "cardtype", "certificatetype", "证件类型"], "", Shape::Line),
    (&["idnum", "cardno", "cardnum", "certificatenum", "证件号"], "user_id", Shape::Id),
    (&["date", "日期"], "date", Shape::Date),
    (&["departure", "origin", "出发", "起"], "from", Shape::Line),
    (&["destination", "arriv", "到达"], "to", Shape::Line),
    (&["grade", "level", "class", "等级"], "seat", Shape::Line),
    (&["vehicle", "tool", "工具"], "transport_type", Shape::Line),
    (&["traveler", "traveller", "passenger", "出行人"], "passenger", Shape::Line),
];
const LEASE: &Words =
    &[(&["certificate", "title", "产权"], "title_certificate_number", Shape::Line), (&["unit", "面积单位"], "area_unit", Shape::Line)];
const TOLL: &Words = &[
    (&["plate", "车牌"], "license_plate", Shape::Id),
    (&["type", "类型"], "vehicle_type", Shape::Line),
    (&["start", "通行日期起"], "start_date", Shape::DayNumber),
    (&["end", "通行日期止"], "end_date", Shape::DayNumber),
];

impl Service {
    fn of(text: &str) -> Option<Service> {
        let text = text.to_lowercase();
        SERVICES.iter().find(|(words, _)| words.iter().any(|w| text.contains(w))).map(|(_, service)| *service)
    }

    /// The label as it is printed at the top left of the form (seed 002: `service_type`). A toll invoice has none of the seed's
    /// labels; it has a mark instead.
    fn label(self) -> Option<&'static str> {
        match self {
            Service::Building => Some("建筑服务"),
            Service::Freight => Some("货物运输服务"),
            Service::Passenger => Some("旅客运输服务"),
            Service::Lease => Some("不动产经营租赁服务"),
            Service::Toll => None,
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Service::Building => BUILDING,
            Service::Freight => FREIGHT,
            Service::Passenger => PASSENGER,
            Service::Lease => LEASE,
            Service::Toll => TOLL,
        }
    }
}

/// Reads what is special: sets `service_type`, the marks and `transports`, and completes the rows of the items.
pub(super) fn read(at: Option<&Element>, labels: &[&str], draft: &mut Draft, items: &mut [Row]) {
    let containers: &[Element] = at.map_or(&[], |e| &e.children);
    let names = || containers.iter().filter(|c| holds_text(c)).map(|c| c.name.as_str()).chain(labels.iter().copied());
    for (words, mark) in MARKS {
        if names().any(|n| words.iter().any(|w| n.to_lowercase().contains(w))) {
            draft.mark(mark);
        }
    }
    let Some(service) = names().find_map(Service::of) else {
        margin(labels, draft);
        return;
    };
    if let Some(label) = service.label() {
        draft.set("service_type", Shape::Line, label);
    }
    let given: Vec<Row> = containers
        .iter()
        .filter(|c| Service::of(&c.name) == Some(service))
        .map(|c| row(c, service.words(), draft))
        .filter(|r| !r.is_empty())
        .collect();
    match service {
        Service::Freight | Service::Passenger => draft.list("transports", given),
        Service::Building | Service::Lease | Service::Toll => complete(items, &given),
    }
    match service {
        Service::Building => draft.mark("building_mark"),
        Service::Toll => {
            draft.mark("transit_mark");
            items.iter_mut().for_each(drop_passage_dates);
        }
        _ => {}
    }
}

/// 差额征税: the label has two forms, which are printed as they are.
fn margin(labels: &[&str], draft: &mut Draft) {
    if let Some(label) = labels.iter().find(|l| l.contains("差额征税") || l.contains("差额开票") || l.contains("全额开票")) {
        let way = ["差额开票", "全额开票"].into_iter().find(|w| label.contains(w));
        draft.set("service_type", Shape::Line, &way.map_or("差额征税".to_owned(), |w| format!("差额征税-{w}")));
    }
}

/// The fields of one container, through nested containers; elements of one field (region and street of a place) are joined.
fn row(container: &Element, words: &Words, draft: &Draft) -> Row {
    let mut row = Row::new();
    for element in &container.children {
        if !element.children.is_empty() {
            row.extend(self::row(element, words, draft));
            continue;
        }
        let name = element.name.to_lowercase();
        let Some((_, field, shape)) = words.iter().find(|(parts, ..)| parts.iter().any(|p| name.contains(p))) else { continue };
        let Some(value) = shape.read(&element.text) else { continue };
        if !field.is_empty() {
            row.entry((*field).to_owned()).and_modify(|f| f.value.push_str(&value)).or_insert_with(|| draft.field(value.clone()));
        }
    }
    row
}

/// One container for each item completes its item; a single one holds for all of them. Any other number tells nothing.
fn complete(items: &mut [Row], given: &[Row]) {
    let one = given.len() == 1;
    if one || given.len() == items.len() {
        for (i, item) in items.iter_mut().enumerate() {
            item.extend(given[if one { 0 } else { i }].clone());
        }
    }
}

/// Issuers of toll invoices put the dates of the passage into quantity and price, whose columns the form does not have.
fn drop_passage_dates(item: &mut Row) {
    for (column, date) in [("quantity", "start_date"), ("price", "end_date")] {
        if item.get(column).is_some_and(|c| item.get(date).is_some_and(|d| d.value == c.value)) {
            item.shift_remove(column);
        }
    }
}

fn holds_text(element: &Element) -> bool {
    !element.text.is_empty() || element.children.iter().any(holds_text)
}
