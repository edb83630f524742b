//! Invented receipts of taxis and toll roads.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::tickets::STATIONS;
use super::{Form, Specimen, cents, number, party, put};
use crate::error::Error;
use crate::forms::CITIES;

const YEARS: (u64, u64) = (2018, 2026);
/// Letters of plates without those that look like digits.
const PLATES: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code of a local form: 1, region, year, form.
fn code(draws: &mut Draws, day: jiff::civil::Date, form: &str) -> String {
    format!("19900{:02}70{}{form}", day.year() % 100, draws.between(1, 9))
}

pub(super) fn taxi(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let city = draws.pick(&CITIES);
    let title = match *city {
        "玉桥" => format!("{city}省道路客运出租汽车专用发票"),
        _ => format!("{city}市出租汽车专用发票"),
    };
    let (start, minutes) = (draws.between(5 * 60, 22 * 60), draws.between(4, 75));
    let clock = |at: u64| format!("{:02}:{:02}", at / 60, at % 60);
    let distance = Decimal::new(draws.between(11, 480) as i64, 1);
    // eight for the first kilometres, then a price for each
    let fare = invoice::amount::to_cents((distance * Decimal::new(23, 1) + Decimal::from(8)) * Decimal::from(2)).round() / Decimal::from(2);
    let surcharge = Decimal::from(draws.between(0, 2));
    let call = Decimal::from(if matches!(*city, "云泽" | "白杭") { 3 * draws.below(2) } else { 0 });
    let plate = format!("{}{}{}", draws.letters(PLATES, 1), draws.letters(PLATES, 1), draws.digits(4));
    let mut fields = vec![
        ("title", title),
        ("code", code(draws, day, "19")),
        ("number", draws.digits(8)),
        ("license_plate", plate),
        ("date", invoice::date::text(day)),
        ("time_geton", clock(start)),
        ("time_getoff", clock(start + minutes)),
        ("mileage", distance.to_string()),
        ("fare", cents(fare)),
        ("surcharge", cents(surcharge)),
        ("total", cents(fare + surcharge + call)),
    ];
    if *city != "青岬" {
        fields.push(("seller", format!("{}市样张出租汽车有限公司", party::place(draws))));
    }
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Taxi, kind: Kind::Taxi, details })
}

pub(super) fn toll(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let place = party::place(draws);
    let layout = draws.below(3);
    let highway = draws.chance(60);
    let road = if highway { "高速公路" } else { "" };
    let total = match layout {
        2 => Decimal::from(*draws.pick(&[5, 10, 15, 20, 25, 50])),
        _ => Decimal::from(draws.between(5, 380)),
    };
    let kind = if layout == 2 { "定额发票" } else { "专用发票" };
    let mut fields = vec![
        ("title", format!("{place}省{road}车辆通行费{kind}")),
        ("code", code(draws, day, "07")),
        ("number", draws.digits(8)),
        ("total", cents(total)),
        ("highway_flag", if highway { "1" } else { "0" }.to_owned()),
    ];
    if layout < 2 {
        let first = draws.below(STATIONS.len() as u64) as usize;
        let second = (first + draws.between(1, STATIONS.len() as u64 - 1) as usize) % STATIONS.len();
        let (from, to) = match layout {
            0 => (STATIONS[first].0.to_owned(), STATIONS[second].0.to_owned()),
            _ => (draws.between(1001, 9899).to_string(), draws.between(1001, 9899).to_string()),
        };
        fields.extend([
            ("date", invoice::date::text(day)),
            ("time", format!("{:02}:{:02}:{:02}", draws.below(24), draws.below(60), draws.below(60))),
            ("entrance", from),
            ("exit", to),
        ]);
    }
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::RoadToll, kind: Kind::Toll, details })
}
