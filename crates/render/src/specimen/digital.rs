//! Invented 数电票.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::goods::{self, Line};
use super::party::{self, Party};
use super::{Form, Specimen, cents, number, put, put_total, row};
use crate::error::Error;

/// The years in which 数电票 are issued.
const YEARS: (u64, u64) = (2023, 2026);

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let special = match form {
        Form::DigitalSpecial => true,
        Form::DigitalOrdinary | Form::Passenger => false,
        Form::Construction | Form::Freight | Form::Lease => draws.chance(70),
        _ => draws.chance(50),
    };
    let kind = if special { Kind::DigitalSpecial } else { Kind::DigitalOrdinary };
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let (seller, buyer) = (party::company(draws), party::company(draws));
    put(&mut details, "title", if special { "电子发票（增值税专用发票）" } else { "电子发票（普通发票）" });
    put(&mut details, "number", number::digital(draws, day));
    put(&mut details, "date", invoice::date::text(day));
    let private = !special && draws.chance(20);
    put(&mut details, "buyer", if private { "个人".to_owned() } else { buyer.name.clone() });
    put(&mut details, "buyer_tax_id", if private { String::new() } else { buyer.tax_id.clone() });
    put(&mut details, "seller", seller.name.clone());
    put(&mut details, "seller_tax_id", seller.tax_id.clone());
    let mut remark = Vec::new();
    if form == Form::RedLetter {
        remark.push(format!("被红冲蓝字数电发票号码：{}", number::digital(draws, day)));
    }
    let lines = items(form, special, draws, &mut details, &mut remark);
    let (net, tax, total) = goods::sums(&lines);
    put(&mut details, "pretax_amount", cents(net));
    put(&mut details, "tax", tax.map_or_else(|| "***".to_owned(), cents));
    put_total(&mut details, total)?;
    put(&mut details, "issuer", party::person(draws));
    parties_in_remark(draws, &mut details, &mut remark, (&buyer, &seller), private);
    put(&mut details, "remark", remark.join("\n"));
    let names: Vec<String> = lines.iter().filter_map(|l| l.row.get("name").map(|f| f.value.clone())).collect();
    put(&mut details, "item_names", names.join(","));
    *details.rows_mut("items") = lines.into_iter().map(|l| l.row).collect();
    Ok(Specimen { form, kind, details })
}

fn items(form: Form, special: bool, draws: &mut Draws, details: &mut Details, remark: &mut Vec<String>) -> Vec<Line> {
    let service = |details: &mut Details, name: &str| put(details, "service_type", name);
    match form {
        Form::Construction => {
            service(details, "建筑服务");
            put(details, "building_mark", "1");
            remark.push(format!("土地增值税项目编号:-; 跨地（市）标志:{};", draws.pick(&["是", "否"])));
            vec![construction(draws)]
        }
        Form::Freight => {
            service(details, "货物运输服务");
            *details.rows_mut("transports") = (0..draws.between(1, 2)).map(|_| freight(draws)).collect();
            let net = Decimal::new(draws.between(50_000, 3_000_000) as i64, 2);
            vec![goods::service("*运输服务*国内道路货物运输服务", net, 9, counted("次", net, 1))]
        }
        Form::Passenger => {
            service(details, "旅客运输服务");
            *details.rows_mut("transports") = (0..draws.between(1, 2)).map(|_| journey(draws)).collect();
            let net = Decimal::new(draws.between(1_000, 60_000) as i64, 2);
            let mut lines = vec![goods::service("*运输服务*客运服务费", net, 3, counted("", net, 1))];
            if draws.chance(50) {
                let off = -invoice::amount::to_cents(net * Decimal::new(draws.between(2, 20) as i64, 2));
                lines.push(goods::service("*运输服务*客运服务费", off, 3, Vec::new()));
            }
            lines
        }
        Form::Lease => {
            service(details, "不动产经营租赁服务");
            vec![lease(draws, remark)]
        }
        Form::Margin => {
            service(details, "差额征税-差额开票");
            vec![margin(draws, details, remark)]
        }
        Form::ManyPages => wares(draws, special, false, (8, 14)),
        Form::RedLetter => wares(draws, special, true, (1, 2)),
        _ => wares(draws, special, false, (1, 3)),
    }
}

/// Wares, some with a discount in the next row. Words in place of a rate keep to one invoice: taxed and untaxed goods are not mixed on 专票.
fn wares(draws: &mut Draws, special: bool, red: bool, count: (u64, u64)) -> Vec<Line> {
    let mut lines = Vec::new();
    for _ in 0..draws.between(count.0, count.1) {
        let ware = goods::ware(draws, special);
        let line = goods::line(draws, ware, red);
        let discount = (!red && draws.chance(25)).then(|| goods::discount(draws, ware, &line));
        lines.push(line);
        lines.extend(discount);
    }
    lines
}

fn counted(unit: &str, price: Decimal, quantity: u32) -> Vec<(&'static str, String)> {
    vec![("unit", unit.to_owned()), ("quantity", quantity.to_string()), ("price", price.normalize().to_string())]
}

fn construction(draws: &mut Draws) -> Line {
    let net = Decimal::new(draws.between(500_000, 90_000_000) as i64, 2);
    let site = party::town(draws);
    let project = match draws.below(3) {
        0 => format!("{site}档案馆屋面维修工程"),
        1 => format!("{}{}年市政道路绿化提升项目第{}标段", party::place(draws), draws.between(2023, 2026), draws.pick(&["一", "二", "三"])),
        _ => format!("{site}人民医院门诊楼消防与弱电智能化改造工程施工总承包（含三年维保）"),
    };
    let name = if draws.chance(50) {
        "*建筑服务*工程款"
    } else {
        "*建筑服务*【YZ20240118】屋面防水维修工程进度款（第二期）"
    };
    goods::service(name, net, *draws.pick(&[9, 3]), vec![("place_of_building_service", site), ("building_name", project)])
}

fn freight(draws: &mut Draws) -> invoice::details::Row {
    row([
        ("transport_type", (*draws.pick(&["公路运输", "铁路运输", "水路运输"])).to_owned()),
        ("transport_number", format!("样A{}", draws.digits(5))),
        ("from", party::town(draws)),
        ("to", party::town(draws)),
        ("goods_name", (*draws.pick(&["配件、钢板", "粮食", "家用电器", "建筑材料", "冷鲜食品"])).to_owned()),
    ])
}

fn journey(draws: &mut Draws) -> invoice::details::Row {
    let day = number::day(draws, YEARS);
    row([
        ("passenger", party::person(draws)),
        ("user_id", format!("99{}**********{}", draws.digits(2), draws.digits(4))),
        ("date", invoice::date::text(day)),
        ("from", party::place(draws).to_owned()),
        ("to", party::place(draws).to_owned()),
        ("seat", (*draws.pick(&["经济舱", "二等座", "普通座"])).to_owned()),
        ("transport_type", (*draws.pick(&["出租汽车", "公共汽车", "飞机"])).to_owned()),
    ])
}

fn lease(draws: &mut Draws, remark: &mut Vec<String>) -> Line {
    let area = Decimal::new(draws.between(2_000, 90_000) as i64, 2).normalize();
    let price = Decimal::from(draws.between(20, 260));
    let net = invoice::amount::to_cents(area * price);
    let year = draws.between(2023, 2026);
    remark.push(format!(
        "不动产地址:{}{}号;    租赁期起止:{year}-01-01 {year}-12-31;    跨地（市）标志:否;",
        party::town(draws),
        draws.between(1, 300)
    ));
    let certificate =
        if draws.chance(60) { format!("样（{year}）云泽不动产权第{}号", draws.digits(7)) } else { "无".to_owned() };
    let more = vec![
        ("title_certificate_number", certificate),
        ("area_unit", "平方米".to_owned()),
        ("quantity", area.to_string()),
        ("price", price.to_string()),
    ];
    goods::service("*经营租赁*房屋租金", net, *draws.pick(&[9, 5]), more)
}

/// 差额开票: tax is levied on what is left after the deduction, the rate is printed as stars.
fn margin(draws: &mut Draws, details: &mut Details, remark: &mut Vec<String>) -> Line {
    let total = Decimal::new(draws.between(300_000, 9_000_000) as i64, 2);
    let deduction = invoice::amount::to_cents(total * Decimal::new(draws.between(50, 95) as i64, 2));
    let tax = invoice::amount::to_cents((total - deduction) * Decimal::new(5, 2) / Decimal::new(105, 2));
    let net = total - tax;
    remark.push(format!("差额征税：{}。", cents(deduction)));
    put(details, "deduction", cents(deduction));
    let cells = [
        ("name", "*人力资源服务*劳务派遣服务费".to_owned()),
        ("quantity", "1".to_owned()),
        ("price", net.normalize().to_string()),
        ("total", cents(net)),
        ("tax_rate", "***".to_owned()),
        ("tax", cents(tax)),
    ];
    Line { row: row(cells), net, tax: Some(tax) }
}

/// 数电票 have no place for addresses, accounts, payee and reviewer: those who want them write them into the remark.
fn parties_in_remark(draws: &mut Draws, details: &mut Details, remark: &mut Vec<String>, (buyer, seller): (&Party, &Party), private: bool) {
    // The form has room for five lines.
    let room = |remark: &Vec<String>| remark.len() < 5;
    for (side, words, party) in [("buyer", "购方", buyer), ("seller", "销方", seller)] {
        if private && side == "buyer" {
            continue;
        }
        if draws.chance(35) && room(remark) {
            remark.push(format!("{words}地址:{};    电话:{};", party.address, party.telephone));
            put(details, &format!("{side}_addr_tel"), format!("{} {}", party.address, party.telephone));
        }
        if draws.chance(45) && room(remark) {
            remark.push(format!("{words}开户银行:{};    银行账号:{};", party.bank, party.account));
            put(details, &format!("{side}_bank_account"), format!("{} {}", party.bank, party.account));
        }
    }
    if draws.chance(30) && room(remark) {
        let (payee, reviewer) = (party::person(draws), party::person(draws));
        remark.push(format!("收款人:{payee};    复核人:{reviewer};"));
        put(details, "receiptor", payee);
        put(details, "reviewer", reviewer);
    }
}
