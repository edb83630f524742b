//! Invented lists of rides.

use invoice::details::Details;
use invoice::kind::Kind;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put, row};
use crate::error::Error;

const YEARS: (u64, u64) = (2021, 2025);
const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
/// Platforms that do not exist: the titles of their lists, and what a list has.
const PLATFORMS: [Platform; 5] = [
    Platform {
        title: "云滴出行—行程单",
        cars: &["云滴快车", "特惠快车", "优享", "拼车"],
        whole: false,
        mileage: true,
        hours: false,
        providers: false,
    },
    Platform {
        title: "云图地图—打车—行程单",
        cars: &["经济型", "优享型", "舒适型"],
        whole: true,
        mileage: false,
        hours: false,
        providers: true,
    },
    Platform {
        title: "T9出行-行程单", cars: &["快享", "特惠", "尊享"], whole: true, mileage: true, hours: true, providers: false
    },
    Platform { title: "小桃打车—行程单", cars: &[""], whole: false, mileage: true, hours: false, providers: false },
    Platform {
        title: "松鹤约车电子行程单", cars: &["舒适型", "商务型"], whole: true, mileage: false, hours: false, providers: false
    },
];
const PROVIDERS: [&str; 4] = ["添云出行", "飞羽打车", "阳春出行", "鹿鸣约车"];

struct Platform {
    title: &'static str,
    cars: &'static [&'static str],
    /// Days with their year.
    whole: bool,
    mileage: bool,
    /// The hours of ordering and leaving too.
    hours: bool,
    providers: bool,
}

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let many = form == Form::ManyRides;
    let platform = draws.pick(&PLATFORMS);
    let count = if many { draws.between(24, 60) } else { draws.between(1, 9) };
    let mut details = Details::new();
    let first = number::day(draws, YEARS);
    let mut day = first;
    let mut total = Decimal::ZERO;
    let mut rides = Vec::new();
    for at in 0..count {
        if at > 0 {
            day = day
                .checked_add(jiff::Span::new().days(draws.below(3) as i64))
                .map_err(|e| Error::Unfit { field: "date", value: e.to_string() })?;
        }
        let fare = Decimal::new(draws.between(880, 19_990) as i64, 2);
        total += fare;
        let (hour, minute) = (draws.between(6, 22), draws.between(12, 35));
        let moment = |minute: u64| moment(day, hour, minute, platform);
        let city = format!("{}市", party::place(draws));
        rides.push(row([
            ("car_type", (*draws.pick(platform.cars)).to_owned()),
            ("time_geton", moment(minute)),
            ("time_getoff", if platform.hours { moment(minute + draws.between(5, 24)) } else { String::new() }),
            ("time_order", if platform.hours { moment(minute - draws.between(2, 9)) } else { String::new() }),
            ("city", city),
            ("station_geton", party::spot(draws)),
            ("station_getoff", party::spot(draws)),
            ("mileage", if platform.mileage { Decimal::new(draws.between(8, 420) as i64, 1).to_string() } else { String::new() }),
            ("total", cents(fare)),
            ("producer", if platform.providers { (*draws.pick(&PROVIDERS)).to_owned() } else { String::new() }),
        ]));
    }
    let applied = day.checked_add(jiff::Span::new().days(draws.between(0, 5) as i64)).unwrap_or(day);
    let phone = format!("199{}{}", if draws.chance(30) { "****".to_owned() } else { draws.digits(4) }, draws.digits(4));
    let fields = [
        ("title", platform.title.to_owned()),
        ("date", invoice::date::text(applied)),
        ("date_start", invoice::date::text(first)),
        ("date_end", invoice::date::text(day)),
        ("phone", phone),
        ("total", cents(total)),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    *details.rows_mut("items") = rides;
    Ok(Specimen { form, kind: Kind::RideItinerary, details })
}

/// A moment as the platform prints it.
fn moment(day: Date, hour: u64, minute: u64, platform: &Platform) -> String {
    if platform.whole {
        format!("{} {hour:02}:{minute:02}", crate::reading::dashed(day))
    } else {
        let weekday = WEEKDAYS[day.weekday().to_monday_zero_offset() as usize];
        format!("{:02}-{:02} {hour:02}:{minute:02} 周{weekday}", day.month(), day.day())
    }
}
