//! Invented 定额发票, receipts of tills, and supervised sheets of no special form.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put};
use crate::error::Error;
use crate::forms::slip::layout;

const YEARS: (u64, u64) = (2012, 2024);
/// The values of 通用定额发票.
const VALUES: [i64; 7] = [1, 2, 5, 10, 20, 50, 100];

pub(super) fn quota(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let own = draws.digits(8);
    let place = party::place(draws);
    let value = Decimal::from(*draws.pick(&VALUES));
    let words = invoice::words::write(value).ok_or_else(|| Error::Unfit { field: "total", value: value.to_string() })?;
    let kind = layout(&own, 3);
    let (title, class) = match kind {
        0 => (format!("国家税务总局{place}省税务局通用定额发票"), ""),
        1 => (format!("{place}省地方税务局通用定额发票"), ""),
        _ => (format!("{place}市停车服务定额发票"), "用车"),
    };
    // provinces write 元 as well as 圆
    let words = if draws.chance(50) { words.replace('圆', "元") } else { words };
    let fields = [
        ("title", title),
        ("code", number::local_code(draws, day)),
        ("number", own),
        ("total", cents(value)),
        ("total_cn", words),
        ("non_commercial_mark", if kind == 0 && draws.chance(20) { "1" } else { "0" }.to_owned()),
        ("company_seal", if draws.chance(70) { "1" } else { "0" }.to_owned()),
        ("kind", class.to_owned()),
        ("producer_stamp", if kind == 0 { "样张税务局".to_owned() } else { String::new() }),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Quota, kind: Kind::Quota, details })
}

/// A till: its currency, its shop and what it deals in.
const TILLS: [(&str, &str, &str); 8] = [
    ("CNY", "云泽永样超市（望川店）", "Shopping"),
    ("CNY", "北屿渔家饭店", "Food&Dining"),
    ("CNY", "星湾样样便利店", "Shopping"),
    ("USD", "SPECIMEN GRILL", "Food&Dining"),
    ("USD", "Nowhere Coffee House", "Food&Dining"),
    ("MYR", "SAMPLE MART SDN BHD", "Shopping"),
    ("EUR", "MUSTER BACKHAUS GMBH", "Other"),
    ("JPY", "見本コンビニ望川店", "Shopping"),
];

pub(super) fn receipt(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, (2015, 2026));
    let (currency, store, class) = *draws.pick(&TILLS);
    let scale = if currency == "JPY" { 0 } else { 2 };
    let rounded = |amount: Decimal| {
        let mut amount = amount.round_dp(scale);
        amount.rescale(scale);
        amount
    };
    let goods = rounded(Decimal::new(draws.between(700, 29_900) as i64, if scale == 0 { 0 } else { 2 }));
    let discounted = matches!(currency, "CNY" | "MYR") && draws.chance(50);
    let discount = rounded(if discounted { goods * Decimal::new(1, 1) } else { Decimal::ZERO });
    let taxed = goods - discount;
    let tax = rounded(match currency {
        "USD" => taxed * Decimal::new(85, 3),
        "MYR" => taxed * Decimal::new(6, 2),
        "JPY" => taxed * Decimal::new(8, 2),
        // part of the price
        "EUR" => taxed * Decimal::new(7, 2) / Decimal::new(107, 2),
        _ => Decimal::ZERO,
    });
    let tips = rounded(if currency == "USD" && draws.chance(60) { taxed * Decimal::new(18, 2) } else { Decimal::ZERO });
    let total = if currency == "EUR" { goods } else { taxed + tax + tips };
    let some = |amount: Decimal| if amount.is_zero() { String::new() } else { amount.to_string() };
    let seconds = if currency == "CNY" { format!(":{:02}", draws.below(60)) } else { String::new() };
    let fields = [
        ("store_name", store.to_owned()),
        ("date", invoice::date::text(day)),
        ("time", format!("{:02}:{:02}{seconds}", draws.between(8, 21), draws.below(60))),
        ("subtotal", if currency == "EUR" { String::new() } else { goods.to_string() }),
        ("tax", some(tax)),
        ("discount", some(discount)),
        ("tips", some(tips)),
        ("total", total.to_string()),
        ("currency_code", currency.to_owned()),
        ("type", class.to_owned()),
        ("international_mark", if currency == "CNY" { "0" } else { "1" }.to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Receipt, kind: Kind::Receipt, details })
}

pub(super) fn reimbursable(draws: &mut Draws) -> Result<Specimen, Error> {
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let place = party::place(draws);
    let total = cents(Decimal::new(draws.between(10, 900) as i64 * 100, 2));
    let (title, code, own) = match draws.below(3) {
        0 => (format!("{place}省非税收入统一票据（电子）"), format!("99{}", draws.digits(6)), draws.digits(10)),
        1 => (format!("{place}市景区门票专用发票"), number::local_code(draws, day), draws.digits(8)),
        _ => (format!("{place}省行政事业单位资金往来结算票据"), format!("99{}", draws.digits(6)), draws.digits(8)),
    };
    let fields = [
        ("title", title),
        ("code", code),
        ("number", own),
        ("date", invoice::date::text(day)),
        ("total", total),
        ("kind", "其他".to_owned()),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    Ok(Specimen { form: Form::Reimbursable, kind: Kind::Reimbursable, details })
}
