//! Invented sales of vehicles, new and used. No maker has the code that the vehicles' numbers begin with, and no province the plates.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::party::{self, Party};
use super::{Form, Specimen, cents, number, put, put_total};
use crate::error::Error;

/// The letters of a vehicle's number: no I, O and Q.
const LETTERS: &str = "ABCDEFGHJKLMNPRSTUVWXYZ";
const BRANDS: [&str; 5] = ["样张牌", "云鲸牌", "拾光牌", "北辰星牌", "墨竹牌"];

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let digital = matches!(form, Form::VehicleSaleDigital | Form::UsedVehicleSaleDigital);
    let used = matches!(form, Form::UsedVehicleSale | Form::UsedVehicleSaleDigital);
    let mut details = Details::new();
    let day = number::day(draws, if digital { (2024, 2026) } else { (2017, 2024) });
    let title = if used { "二手车销售统一发票" } else { "机动车销售统一发票" };
    put(&mut details, "title", if digital { format!("电子发票（{title}）") } else { title.to_owned() });
    put(&mut details, "date", invoice::date::text(day));
    if digital {
        let number = number::digital(draws, day);
        put(&mut details, "number", number.clone());
        put(&mut details, "electronic_number", number);
        put(&mut details, "electronic_mark", "1");
    } else {
        let code = if used { number::electronic_code(draws, day, "17") } else { number::local_code(draws, day) };
        let serial = draws.digits(8);
        put(&mut details, "machine_code", code.clone());
        put(&mut details, "machine_number", serial.clone());
        put(&mut details, "code", code);
        put(&mut details, "number", serial);
        put(&mut details, "machine_id", format!("99{}", draws.digits(10)));
        put(&mut details, "ciphertext", number::ciphertext(draws, 5, 38));
        let copies: &[(&str, &str)] = match used {
            true => &[("第一联", "发票联"), ("第二联", "转移登记联"), ("第三联", "出入库联"), ("第四联", "记账联")],
            false => &[("第一联", "发票联"), ("第二联", "抵扣联"), ("第三联", "报税联"), ("第四联", "注册登记联"), ("第五联", "记账联")],
        };
        let (ordinal, name) = *draws.pick(copies);
        put(&mut details, "form_type", ordinal);
        put(&mut details, "form_name", name);
        put(&mut details, "company_seal", "1");
    }
    vehicle(draws, &mut details);
    let total = Decimal::new(draws.between(3_000_000, 60_000_000) as i64, 2).round_dp(0);
    put_total(&mut details, total)?;
    if used {
        used_sale(draws, &mut details)
    } else {
        sale(draws, &mut details, total)
    }
    put(&mut details, "issuer", party::person(draws));
    Ok(Specimen { form, kind: if used { Kind::UsedVehicleSale } else { Kind::VehicleSale }, details })
}

/// Type, model and number of a vehicle.
fn vehicle(draws: &mut Draws, details: &mut Details) {
    let kinds = ["轿车", "多用途乘用车", "小型普通客车", "重型半挂牵引车", "普通二轮摩托车", "纯电动轿车"];
    put(details, "car_type", *draws.pick(&kinds));
    let model = format!("{}{}{}{}", draws.pick(&BRANDS), draws.letters(LETTERS, 2), draws.digits(4), draws.letters(LETTERS, 3));
    put(details, "car_model", model);
    put(details, "car_code", vin(draws));
}

/// A vehicle's number with its check character.
fn vin(draws: &mut Draws) -> String {
    let (kind, plant, serial) = (draws.letters(LETTERS, 5), draws.letters(LETTERS, 2), draws.digits(6));
    let number = format!("L00{kind}0{plant}{serial}");
    match invoice::vin::check_character(&number) {
        Some(check) => format!("L00{kind}{check}{plant}{serial}"),
        // every character is one of such numbers
        None => number,
    }
}

/// A buyer or seller: a company, or more often a person with the number of an identity card.
fn anyone(draws: &mut Draws) -> (String, String, Party) {
    let party = party::company(draws);
    if draws.chance(60) {
        let id = format!(
            "99{}19{}{:02}{:02}{}",
            draws.digits(4),
            draws.between(60, 99),
            draws.between(1, 12),
            draws.between(1, 28),
            draws.digits(4)
        );
        (party::person(draws), id, party)
    } else {
        (party.name.clone(), party.tax_id.clone(), party)
    }
}

fn sale(draws: &mut Draws, details: &mut Details, total: Decimal) {
    let (buyer, id, _) = anyone(draws);
    let seller = party::company(draws);
    put(details, "buyer", buyer);
    put(details, "buyer_id", id);
    put(details, "origin", format!("{}市", party::place(draws)));
    put(details, "certificate_number", format!("YZ{}{}", draws.letters(LETTERS, 2), draws.digits(11)));
    put(details, "car_engine_code", format!("{}{}", draws.letters(LETTERS, 2), draws.digits(6)));
    if draws.chance(20) {
        put(details, "commodity_number", draws.digits(12));
    }
    let rate = *draws.pick(&[13_u32, 13, 13, 3]);
    let net = invoice::amount::to_cents(total * Decimal::ONE_HUNDRED / Decimal::from(100 + rate));
    put(details, "tax_rate", format!("{rate}%"));
    put(details, "pretax_amount", cents(net));
    put(details, "tax", cents(total - net));
    put(details, "seller", seller.name);
    put(details, "seller_tax_id", seller.tax_id);
    put(details, "phone", seller.telephone);
    put(details, "address", seller.address);
    put(details, "account", seller.account);
    put(details, "seller_bank_account", seller.bank);
    put(details, "tax_authorities", format!("国家税务总局{}税务局", party::town(draws)));
    put(details, "tax_authorities_code", format!("199{}", draws.digits(8)));
    if draws.chance(30) {
        put(details, "tax_num", draws.digits(18));
    }
    if draws.chance(40) {
        put(details, "tonnage", Decimal::new(draws.between(40, 4_000) as i64, 2).normalize().to_string());
    }
    put(details, "max_people_num", draws.pick(&["5", "7", "2", "1"]).to_owned());
}

fn used_sale(draws: &mut Draws, details: &mut Details) {
    for (side, telephone) in [("buyer", "buyer_tel"), ("seller", "seller_tel")] {
        let (name, id, party) = anyone(draws);
        put(details, side, name);
        put(details, &format!("{side}_id"), id);
        put(details, &format!("{side}_address"), party.address);
        put(details, telephone, format!("199{}", draws.digits(8)));
    }
    put(details, "license_plate", format!("样A{}", draws.digits(5)));
    put(details, "registration_number", format!("99{}", draws.digits(10)));
    put(details, "destination_department_of_motor_vehicles", format!("{}市车辆管理所", party::place(draws)));
    let bank = |party: &Party| format!("{} {}", party.bank, party.account);
    // sold by a dealer or an auctioneer, through a market, or both
    let dealt = draws.chance(60);
    if dealt {
        let dealer = party::company(draws);
        put(details, "auction_bank_account", bank(&dealer));
        put(details, "auction_company", dealer.name);
        put(details, "auction_address", dealer.address);
        put(details, "auction_tax_id", dealer.tax_id);
        put(details, "auction_phone", dealer.telephone);
    }
    if !dealt || draws.chance(60) {
        let market = party::company(draws);
        put(details, "company_bank_account", bank(&market));
        put(details, "company_name", format!("{}二手车交易市场有限公司", party::place(draws)));
        put(details, "company_tax_id", market.tax_id);
        put(details, "company_address", market.address);
        put(details, "company_phone", market.telephone);
    }
}
