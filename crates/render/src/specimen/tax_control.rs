//! Invented invoices of the tax control system (税控系统): on paper, electronic, for tolls, on the block chain.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::goods::{self, Line};
use super::party::{self, Party};
use super::{Form, Specimen, cents, number, put, put_total};
use crate::error::Error;

/// The years in which such invoices were issued in the layout that is drawn.
const YEARS: (u64, u64) = (2018, 2024);

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let kind = match form {
        Form::ElectronicSpecial | Form::PaperSpecial => Kind::VatSpecial,
        Form::PaperOrdinary => Kind::VatOrdinary,
        Form::Toll => Kind::VatToll,
        Form::BlockChain => Kind::VatBlockChain,
        _ => Kind::VatElectronic,
    };
    let special = kind == Kind::VatSpecial;
    let mut details = Details::new();
    let day = number::day(draws, YEARS);
    let (seller, buyer) = (party::company(draws), party::company(draws));
    let title = match form {
        Form::ElectronicSpecial => "增值税电子专用发票",
        Form::PaperSpecial => "增值税专用发票",
        Form::PaperOrdinary => "增值税普通发票",
        Form::BlockChain => "电子普通发票",
        _ => "增值税电子普通发票",
    };
    // Real titles begin with a province; there is none to name.
    put(&mut details, "title", title);
    let code = match form {
        Form::PaperSpecial | Form::PaperOrdinary => number::paper_code(draws, day, special),
        Form::ElectronicSpecial => number::electronic_code(draws, day, "13"),
        Form::Toll => number::electronic_code(draws, day, "12"),
        Form::BlockChain => number::block_chain_code(draws, day),
        _ => number::electronic_code(draws, day, "11"),
    };
    put(&mut details, "code", code.clone());
    let serial = draws.digits(8);
    put(&mut details, "number", serial.clone());
    put(&mut details, "date", invoice::date::text(day));
    machine(form, draws, &mut details, (&code, &serial));
    parties(draws, &mut details, (&buyer, &seller), special);
    let lines = match form {
        Form::Toll => vec![toll(draws)],
        Form::SalesList => (0..draws.between(9, 40)).map(|_| ware(draws, false)).collect(),
        _ => wares(draws, special),
    };
    let (net, tax, total) = goods::sums(&lines);
    put(&mut details, "pretax_amount", cents(net));
    put(&mut details, "tax", tax.map_or_else(|| "***".to_owned(), cents));
    put_total(&mut details, total)?;
    if draws.chance(60) {
        put(&mut details, "remark", format!("订单号:{}", draws.digits(12)));
    }
    let names: Vec<String> = lines.iter().filter_map(|l| l.row.get("name").map(|f| f.value.clone())).collect();
    put(&mut details, "item_names", names.join(","));
    *details.rows_mut("items") = lines.into_iter().map(|l| l.row).collect();
    Ok(Specimen { form, kind, details })
}

/// What the machine prints besides: check code, ciphertext, marks, the copy of a form on paper.
fn machine(form: Form, draws: &mut Draws, details: &mut Details, (code, serial): (&str, &str)) {
    match form {
        Form::BlockChain => {
            put(details, "check_code", draws.letters("0123456789abcdef", 5));
            put(details, "ciphertext", number::ciphertext(draws, 3, 27));
            put(details, "block_chain", "1");
        }
        _ => {
            if form != Form::PaperSpecial {
                put(details, "check_code", draws.digits(20));
            }
            put(details, "machine_code", format!("99{}", draws.digits(10)));
            put(details, "ciphertext", number::ciphertext(draws, 4, 27));
        }
    }
    match form {
        Form::PaperSpecial | Form::PaperOrdinary => {
            put(details, "code_confirm", code);
            put(details, "number_confirm", serial);
            let copies: &[(&str, &str)] = if form == Form::PaperSpecial {
                &[("第一联", "记账联"), ("第二联", "抵扣联"), ("第三联", "发票联")]
            } else {
                &[("第一联", "记账联"), ("第二联", "发票联")]
            };
            let (copy, name) = *draws.pick(copies);
            put(details, "form_type", copy);
            put(details, "form_name", name);
        }
        Form::Toll => {
            put(details, "electronic_mark", "1");
            put(details, "transit_mark", "1");
        }
        _ => put(details, "electronic_mark", "1"),
    }
    put(details, "company_seal", "1");
    put(details, "company_seal_mark", "1");
    put(details, "stamp_color", "1");
}

fn parties(draws: &mut Draws, details: &mut Details, (buyer, seller): (&Party, &Party), special: bool) {
    let private = !special && draws.chance(25);
    put(details, "buyer", if private { "个人".to_owned() } else { buyer.name.clone() });
    for (side, party) in [("buyer", buyer), ("seller", seller)] {
        if private && side == "buyer" {
            continue;
        }
        put(details, &format!("{side}_tax_id"), party.tax_id.clone());
        // The seller and the buyer of a 专票 must say where they are and bank.
        if special || side == "seller" || draws.chance(50) {
            put(details, &format!("{side}_addr_tel"), format!("{} {}", party.address, party.telephone));
            put(details, &format!("{side}_bank_account"), format!("{} {}", party.bank, party.account));
        }
    }
    put(details, "seller", seller.name.clone());
    put(details, "receiptor", party::person(draws));
    put(details, "reviewer", party::person(draws));
    put(details, "issuer", party::person(draws));
}

fn ware(draws: &mut Draws, taxed: bool) -> Line {
    let ware = goods::ware(draws, taxed);
    goods::line(draws, ware, false)
}

fn wares(draws: &mut Draws, special: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for _ in 0..draws.between(1, 3) {
        let ware = goods::ware(draws, special);
        let line = goods::line(draws, ware, false);
        let discount = draws.chance(25).then(|| goods::discount(draws, ware, &line));
        lines.push(line);
        lines.extend(discount);
    }
    lines
}

fn toll(draws: &mut Draws) -> Line {
    let net = Decimal::new(draws.between(200, 40_000) as i64, 2);
    let day = number::day(draws, YEARS);
    let day = crate::reading::compact(day);
    let more = vec![
        ("license_plate", format!("样A{}", draws.digits(5))),
        ("vehicle_type", (*draws.pick(&["客车", "货车"])).to_owned()),
        ("start_date", day.clone()),
        ("end_date", day),
    ];
    goods::service("*经营租赁*通行费", net, 3, more)
}
