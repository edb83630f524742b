//! Invented tickets: railway, and air in both its forms.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put, row};
use crate::error::Error;

const YEARS: (u64, u64) = (2024, 2026);
/// Stations that do not exist, with their spelling.
pub(super) const STATIONS: [(&str, &str); 8] = [
    ("云泽", "Yunze"),
    ("白杭东", "Baihangdong"),
    ("青岬", "Qingjia"),
    ("玉桥南", "Yuqiaonan"),
    ("松川北", "Songchuanbei"),
    ("临岚", "Linlan"),
    ("北屿", "Beiyu"),
    ("雁洲西", "Yanzhouxi"),
];
const NINE: Decimal = Decimal::from_parts(9, 0, 0, false, 0);
const HUNDRED_AND_NINE: Decimal = Decimal::from_parts(109, 0, 0, false, 0);

/// Two different entries of a list.
fn two<'a, T>(draws: &mut Draws, from: &'a [T]) -> (&'a T, &'a T) {
    let first = draws.below(from.len() as u64) as usize;
    let step = draws.between(1, from.len() as u64 - 1) as usize;
    (&from[first], &from[(first + step) % from.len()])
}

/// An identity number with its middle hidden.
fn masked_id(draws: &mut Draws) -> String {
    format!("99{}****{}", draws.digits(8), draws.digits(4))
}

pub(super) fn rail(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let buyer = party::company(draws);
    let ((from, from_spelt), (to, to_spelt)) = two(draws, &STATIONS);
    let fare = Decimal::new(draws.between(20, 900) as i64 * 50, 2);
    let tax = invoice::amount::to_cents(fare * NINE / HUNDRED_AND_NINE);
    let carriage = draws.between(1, 16);
    let seat = format!("{:02}车{:02}{}号", carriage, draws.between(1, 18), draws.pick(&["A", "B", "C", "D", "F"]));
    let fields = [
        ("title", "电子发票（铁路电子客票）".to_owned()),
        ("type_of_voucher", "电子发票（铁路电子客票）".to_owned()),
        ("number", number::digital(draws, day)),
        ("date_of_issue", crate::reading::dashed(day)),
        ("date", invoice::date::text(day)),
        ("time", format!("{:02}:{:02}", draws.between(6, 22), draws.below(60))),
        ("name", party::person(draws)),
        ("station_geton", (*from).to_owned()),
        ("station_getoff", (*to).to_owned()),
        ("phonics_of_departure_station", (*from_spelt).to_owned()),
        ("phonics_of_destination_station", (*to_spelt).to_owned()),
        ("train_number", format!("{}{}", draws.pick(&["G", "D", "K", "Z"]), draws.between(1, 8999))),
        ("seat", (*draws.pick(&["二等座", "一等座", "商务座", "硬卧", "软卧"])).to_owned()),
        ("seat_number", seat),
        ("total", cents(fare)),
        ("pretax_amount", cents(fare - tax)),
        ("tax", cents(tax)),
        ("tax_rate", "9%".to_owned()),
        ("user_id", masked_id(draws)),
        ("serial_number", format!("{}{}", draws.digits(10), draws.digits(11))),
        ("buyer", buyer.name),
        ("buyer_tax_id", buyer.tax_id),
        ("electronic_mark", "1".to_owned()),
        ("voucher_mark", "1".to_owned()),
        ("type_of_business", "售".to_owned()),
        ("air_conditioning", (*draws.pick(&["新空调", ""])).to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Rail, kind: Kind::Train, details })
}

/// A ticket on paper: blue ones have a short number, red ones one with the machine before it.
pub(super) fn train(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, (2012, 2020));
    let ((from, from_spelt), (to, to_spelt)) = two(draws, &STATIONS);
    let own = format!("{}{}", draws.letters("ABCDEFGHJKLMNPQRSTUVWXYZ", 1), draws.digits(6));
    let number = if draws.chance(60) { own.clone() } else { format!("{}{}{own}", draws.letters("XYZ", 1), draws.digits(2)) };
    let class = *draws.pick(&["二等座", "一等座", "商务座", "硬座", "新空调硬座", "新空调硬卧", "软卧"]);
    let carriage = draws.between(1, 16);
    let seat = match class {
        "新空调硬卧" | "软卧" => format!("{carriage:02}车{:03}号{}", draws.between(1, 40), draws.pick(&["上铺", "下铺"])),
        "硬座" | "新空调硬座" if draws.chance(30) => format!("{carriage:02}车无座"),
        "硬座" | "新空调硬座" => format!("{carriage:02}车{:03}号", draws.between(1, 118)),
        _ => format!("{carriage:02}车{:02}{}号", draws.between(1, 18), draws.pick(&["A", "B", "C", "D", "F"])),
    };
    let marks = *draws.pick(&["网", "网折", "折", "学", "孩", "网学"]);
    let content =
        if draws.chance(20) { format!("{marks},限乘当日当次车,始发改签") } else { format!("{marks},限乘当日当次车") };
    let business = if content.contains("改签") { "改签" } else { "售" };
    let fields = [
        ("date", invoice::date::text(day)),
        ("time", format!("{:02}:{:02}", draws.between(5, 23), draws.below(60))),
        ("name", party::person(draws)),
        ("station_geton", (*from).to_owned()),
        ("station_getoff", (*to).to_owned()),
        ("phonics_of_departure_station", (*from_spelt).to_owned()),
        ("phonics_of_destination_station", (*to_spelt).to_owned()),
        ("train_number", format!("{}{}", draws.pick(&["G", "D", "K", "Z"]), draws.between(1, 8999))),
        ("seat", class.to_owned()),
        ("seat_number", seat),
        ("total", cents(Decimal::new(draws.between(20, 900) as i64 * 50, 2))),
        ("user_id", masked_id(draws)),
        ("serial_number", format!("{}{own}", draws.digits(14))),
        ("pick_up_address", format!("{from}售")),
        ("gate_number", if draws.chance(60) { format!("{}{}", draws.between(1, 20), draws.pick(&["A", "B"])) } else { String::new() }),
        ("ticket_content", content),
        ("type_of_business", business.to_owned()),
        ("number", number),
    ];
    for (key, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Train, kind: Kind::Train, details })
}

pub(super) fn air(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let (buyer, airline) = (party::company(draws), format!("{}航空股份有限公司", party::place(draws)));
    let count = draws.between(1, 2) as i64;
    let (fare, fuel) = (Decimal::new(draws.between(200, 2_400) as i64 * 100, 2), Decimal::new(draws.between(1, 9) as i64 * 1_000, 2));
    let (fare_net, fuel_net) = (net(fare), net(fuel));
    let tax = fare + fuel - fare_net - fuel_net;
    let fund = Decimal::new(50_00, 2) * Decimal::from(count);
    let others = Decimal::new(0, 2);
    let fields = [
        ("title", "电子发票（航空运输电子客票行程单）".to_owned()),
        ("electronic_number", number::digital(draws, day)),
        ("issuing_status", "正常".to_owned()),
        ("international_flag", "国内".to_owned()),
        ("user_name", party::person(draws)),
        ("user_id", masked_id(draws)),
        ("endorsement", "不得签转".to_owned()),
        ("number", format!("990{}", draws.digits(10))),
        ("check_code", draws.digits(4)),
        ("date", invoice::date::text(day)),
        ("agentcode", format!("YZE{}/{}", draws.digits(3), draws.digits(8))),
        ("issue_by", airline.clone()),
        ("seller", airline),
        ("fare", cents(fare_net)),
        ("fuel_surcharge", cents(fuel_net)),
        ("tax_rate", "9%".to_owned()),
        ("tax", cents(tax)),
        ("caac_development_fund", cents(fund)),
        ("other_taxes", cents(others)),
        ("total", cents(fare + fuel + fund + others)),
        ("insurance", "XXX".to_owned()),
        ("number_of_gp_order", String::new()),
        ("prompt_information", "样张不作报销凭证".to_owned()),
        ("buyer", buyer.name),
        ("buyer_tax_id", buyer.tax_id),
        ("electronic_mark", "1".to_owned()),
        ("voucher_mark", "1".to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    let mut from = STATIONS[draws.below(STATIONS.len() as u64) as usize].0;
    for segment in 1..=count {
        let mut to = from;
        while to == from {
            to = STATIONS[draws.below(STATIONS.len() as u64) as usize].0;
        }
        let flight = row([
            ("from", from.to_owned()),
            ("to", to.to_owned()),
            ("carrier", "云航".to_owned()),
            ("flight_number", format!("YZ{}", draws.between(1001, 9899))),
            ("seat", (*draws.pick(&["Y", "V", "M", "J"])).to_owned()),
            ("date", invoice::date::text(day)),
            ("time", format!("{:02}:{:02}", 6 + 4 * segment as u64 + draws.below(3), draws.below(60))),
            ("fare_basis", format!("Y{}", draws.between(40, 99))),
            ("allow", "20K".to_owned()),
        ]);
        details.rows_mut("flights").push(flight);
        from = to;
    }
    Ok(Specimen { form: Form::Air, kind: Kind::Air, details })
}

/// What is left of an amount without its nine per cent of tax.
fn net(gross: Decimal) -> Decimal {
    invoice::amount::to_cents(gross * Decimal::ONE_HUNDRED / HUNDRED_AND_NINE)
}

/// The itinerary on paper: no tax is set apart, fuel may be exempt.
pub(super) fn air_paper(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, (2012, 2023));
    let count = draws.between(1, 3) as i64;
    let fare = Decimal::new(draws.between(200, 2_400) as i64 * 100, 2);
    let fund = Decimal::new(50_00, 2) * Decimal::from(count);
    let fuel = if draws.chance(40) { None } else { Some(Decimal::new(draws.between(1, 14) as i64 * 1_000, 2)) };
    let others = if draws.chance(30) { Some(Decimal::new(draws.between(10, 400) as i64 * 100, 2)) } else { None };
    let total = fare + fund + fuel.unwrap_or_default() + others.unwrap_or_default();
    let issuer = if draws.chance(50) { format!("{}航空服务有限公司", party::place(draws)) } else { party::company(draws).name };
    let fields = [
        ("title", "航空运输电子客票行程单".to_owned()),
        ("print_number", format!("99{}", draws.digits(9))),
        ("user_name", party::person(draws)),
        ("user_id", format!("99{}{}", draws.digits(12), draws.digits(4))),
        ("endorsement", (*draws.pick(&["不得签转", "不得签转/变更退票收费", "Q/改期收费", ""])).to_owned()),
        ("fare", cents(fare)),
        ("caac_development_fund", cents(fund)),
        ("fuel_surcharge", fuel.map_or_else(|| "EXEMPTYQ".to_owned(), cents)),
        ("tax", others.map(cents).unwrap_or_default()),
        ("total", cents(total)),
        ("number", format!("990{}", draws.digits(10))),
        ("check_code", draws.digits(4)),
        ("insurance", if draws.chance(80) { "XXX".to_owned() } else { "20.00".to_owned() }),
        ("agentcode", format!("YZE{},{}", draws.digits(3), draws.digits(8))),
        ("issue_by", issuer),
        ("date", invoice::date::text(day)),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    let mut from = STATIONS[draws.below(STATIONS.len() as u64) as usize].0;
    for segment in 1..=count as u64 {
        let mut to = from;
        while to == from {
            to = STATIONS[draws.below(STATIONS.len() as u64) as usize].0;
        }
        let valid = draws.chance(30);
        let flight = row([
            ("from", from.to_owned()),
            ("to", to.to_owned()),
            ("carrier", (*draws.pick(&["云航", "泽航", "北屿航"])).to_owned()),
            ("flight_number", format!("YZ{}", draws.between(1001, 9899))),
            ("seat", (*draws.pick(&["Y", "V", "M", "J", "Q"])).to_owned()),
            ("date", invoice::date::text(day)),
            ("time", format!("{:02}:{:02}", 5 + 4 * segment + draws.below(3), draws.below(60))),
            ("fare_basis", format!("Y{}", draws.between(40, 99))),
            ("not_valid_before", if valid { invoice::date::text(day) } else { String::new() }),
            ("not_valid_after", if valid { invoice::date::text(day) } else { String::new() }),
            ("allow", "20K".to_owned()),
        ]);
        details.rows_mut("flights").push(flight);
        from = to;
    }
    Ok(Specimen { form: Form::AirPaper, kind: Kind::Air, details })
}
