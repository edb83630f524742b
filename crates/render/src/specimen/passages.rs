//! Invented tickets of coaches and ships.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put};
use crate::error::Error;
use crate::forms::slip::layout;

/// Paper was given up for 数电票 in the following years.
const YEARS: (u64, u64) = (2012, 2024);
/// Stops and piers that do not exist.
const STOPS: [&str; 8] = ["云泽客运站", "白杭东站", "青岬", "玉桥南站", "松川北", "临岚总站", "望川区", "雁洲西站"];
const PIERS: [&str; 6] = ["北屿", "星湾", "南汀码头", "青岬港", "雁洲", "白沙湾"];

fn two(draws: &mut Draws, from: &[&'static str]) -> (&'static str, &'static str) {
    let first = draws.below(from.len() as u64) as usize;
    let step = draws.between(1, from.len() as u64 - 1) as usize;
    (from[first], from[(first + step) % from.len()])
}

fn time(draws: &mut Draws) -> String {
    format!("{:02}:{:02}", draws.between(6, 21), draws.below(12) * 5)
}

/// An identity number with its middle hidden as coach stations hide it.
fn masked_id(draws: &mut Draws) -> String {
    let stars = if draws.chance(50) { "****" } else { "**********" };
    format!("99{}{stars}{}", draws.digits(2), draws.digits(4))
}

pub(super) fn bus(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let own = draws.digits(8);
    let (from, to) = two(draws, &STOPS);
    let place = party::place(draws);
    let heads = layout(&own, 3) == 0;
    let title = match layout(&own, 3) {
        0 => format!("{place}省道路汽车客票"),
        1 => format!("{place}省公路汽车客票"),
        _ => format!("{place}运输集团旅客运输专用发票"),
    };
    let fields = [
        ("title", title),
        ("code", number::local_code(draws, day)),
        ("number", own),
        ("date", invoice::date::text(day)),
        // a coach that runs all day has no time
        ("time", if heads && draws.chance(40) { String::new() } else { time(draws) }),
        ("station_geton", if heads { String::new() } else { from.to_owned() }),
        ("station_getoff", to.to_owned()),
        ("total", cents(Decimal::new(draws.between(10, 400) as i64 * 50, 2))),
        ("bus_number", if draws.chance(30) { format!("K{}", draws.between(100, 9899)) } else { format!("{:04}", draws.between(10, 9899)) }),
        ("name", if heads { String::new() } else { party::person(draws) }),
        ("user_id", if heads { String::new() } else { masked_id(draws) }),
        ("company_seal", if draws.chance(60) { "1" } else { "0" }.to_owned()),
        ("kind", "交通".to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Bus, kind: Kind::Bus, details })
}

pub(super) fn ferry(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let own = draws.digits(8);
    let (from, to) = two(draws, &PIERS);
    let abroad = draws.chance(40);
    let labels = layout(&own, 2) == 0 && !abroad;
    let fields = [
        ("code", if abroad { String::new() } else { number::local_code(draws, day) }),
        ("number", if abroad { String::new() } else { own }),
        ("date", invoice::date::text(day)),
        ("time", time(draws)),
        ("station_geton", from.to_owned()),
        ("station_getoff", to.to_owned()),
        ("total", cents(Decimal::new(draws.between(4, 500) as i64 * 50, 2))),
        ("currency_code", if abroad { (*draws.pick(&["HKD", "MOP"])).to_owned() } else { "CNY".to_owned() }),
        ("name", if labels { party::person(draws) } else { String::new() }),
        ("user_id", if labels { masked_id(draws) } else { String::new() }),
        ("kind", "交通".to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Ferry, kind: Kind::Ferry, details })
}
