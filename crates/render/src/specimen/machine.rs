//! Invented slips of shops and filling stations, and machine-printed invoices.

use invoice::details::{Details, Row};
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put, put_total, row};
use crate::error::Error;

/// What is sold: name as it stands on VAT slips, its unit, whether it is fuel.
const WARES: [(&str, &str, bool); 8] = [
    ("*餐饮服务*餐费", "次", false),
    ("*住宿服务*住宿费", "天", false),
    ("*日用杂品*垃圾袋45*50cm加厚型（收纳专用）", "卷", false),
    ("*纸制品*复印纸", "包", false),
    ("*乳制品*常温纯牛奶", "箱", false),
    ("*汽油*95号车用汽油(VIB)", "升", true),
    ("*汽油*92号车用汽油(VIA)", "升", true),
    ("*柴油*0号车用柴油(VI)", "升", true),
];

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let kind = if form == Form::VatRoll { Kind::VatRoll } else { Kind::MachinePrinted };
    let mut details = Details::new();
    let day = number::day(draws, if form == Form::VatRoll { (2018, 2024) } else { (2014, 2021) });
    let place = party::place(draws);
    let title = match form {
        Form::VatRoll => format!("{place}增值税普通发票（卷票）"),
        Form::MachineElectronic => format!("{place}通用（电子）发票"),
        Form::MachineFlat => format!("{place}省国家税务局通用机打发票"),
        _ => format!("{place}市国家税务局通用机打发票"),
    };
    put(&mut details, "title", title);
    let code = if form == Form::VatRoll { number::electronic_code(draws, day, "07") } else { number::local_code(draws, day) };
    put(&mut details, "code", code);
    let serial = draws.digits(8);
    put(&mut details, "number", serial.clone());
    put(&mut details, "date", invoice::date::text(day));
    let (seller, buyer) = (party::company(draws), party::company(draws));
    put(&mut details, "seller", seller.name);
    put(&mut details, "seller_tax_id", seller.tax_id);
    if draws.chance(35) {
        put(&mut details, "buyer", "个人");
    } else {
        put(&mut details, "buyer", buyer.name);
        put(&mut details, "buyer_tax_id", buyer.tax_id);
    }
    let (rows, total) = goods(form, draws);
    let names: Vec<String> = rows.iter().filter_map(|r| r.get("name")).map(|f| f.value.clone()).collect();
    let fuel = names.iter().any(|name| name.contains("油"));
    put_total(&mut details, total)?;
    match form {
        Form::VatRoll => {
            put(&mut details, "number_confirm", serial);
            put(&mut details, "check_code", draws.digits(20));
            put(&mut details, "item_names", names.join(","));
        }
        Form::MachineElectronic => {
            put(&mut details, "check_code", draws.digits(20));
            put(&mut details, "electronic_mark", "1");
            if draws.chance(40) {
                put(&mut details, "remark", format!("订单号{}", draws.digits(12)));
            }
        }
        Form::MachineRoll | Form::MachineFuel => {
            put(&mut details, "time", format!("{:02}:{:02}:{:02}", draws.between(7, 22), draws.below(60), draws.below(60)));
        }
        _ => {}
    }
    if fuel {
        put(&mut details, "category", "oil");
    }
    if form != Form::MachineElectronic {
        put(&mut details, "company_seal", "1");
    }
    *details.rows_mut("items") = rows;
    Ok(Specimen { form, kind, details })
}

/// One to three rows, one of fuel, and what they add up to.
fn goods(form: Form, draws: &mut Draws) -> (Vec<Row>, Decimal) {
    let count = if form == Form::MachineFuel { 1 } else { draws.between(1, 3) };
    let mut total = Decimal::ZERO;
    let mut rows = Vec::new();
    for _ in 0..count {
        let (name, unit, fuel) = loop {
            let ware = *draws.pick(&WARES);
            if ware.2 == (form == Form::MachineFuel) || form == Form::VatRoll {
                break ware;
            }
        };
        let quantity = if fuel { Decimal::new(draws.between(1_000, 7_000) as i64, 2) } else { Decimal::from(draws.between(1, 12)) };
        let price = Decimal::new(draws.between(550, 40_000) as i64, 2);
        let price = if fuel { Decimal::new(draws.between(601, 899) as i64, 2) } else { price };
        let amount = invoice::amount::to_cents(quantity * price);
        total += amount;
        // only VAT slips name the tax class
        let own = name.splitn(3, '*').nth(2).unwrap_or(name);
        let flat = matches!(form, Form::MachineFlat | Form::MachineElectronic);
        rows.push(row([
            ("name", if form == Form::VatRoll { name.to_owned() } else { own.to_owned() }),
            ("unit", if flat { unit.to_owned() } else { String::new() }),
            ("quantity", quantity.to_string()),
            ("price", price.to_string()),
            ("total", cents(amount)),
        ]));
    }
    (rows, total)
}
