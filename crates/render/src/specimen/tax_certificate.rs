//! Invented certificates of taxes paid and books of payment.

use invoice::details::Details;
use invoice::kind::Kind;
use rust_decimal::Decimal;

use super::draws::Draws;
use super::{Form, Specimen, cents, number, party, put, put_total, row};
use crate::error::Error;

const YEARS: (u64, u64) = (2019, 2025);
/// Taxes, what they are levied on, the budget's accounts of their revenue, and the rates.
const TAXES: [(&str, &[&str], &str, &str, &str); 6] = [
    ("印花税", &["买卖合同", "营业账簿"], "101119900", "其他印花税", "0.0003"),
    ("增值税", &["商业", "其他现代服务", "销售货物"], "101010106", "私营企业增值税", "0.03"),
    ("城市维护建设税", &["市区(增值税附征)", "县城(增值税附征)"], "101090600", "私营企业城市维护建设税", "0.07"),
    ("房产税", &["从价计征", "从租计征"], "101100300", "股份制企业房产税", "0.012"),
    ("企业所得税", &["应纳税所得额"], "101043399", "其他企业所得税", "0.25"),
    ("车辆购置税", &["载客汽车"], "101150000", "车辆购置税", "0.10"),
];
const LEVELS: [&str; 3] = ["中央50%", "地方100%", "市区100%"];
const REMARKS: [&str; 4] =
    ["", "一般申报 正税 自行申报", "一般申报 正税 主管税务所(科、分局): 样张税务所", "(样税)自行申报 逾期不缴按税法规定加收滞纳金"];

pub(super) fn invent(form: Form, draws: &mut Draws) -> Result<Specimen, Error> {
    let book = form == Form::TaxPayment;
    let bank = book && draws.chance(60);
    let mut details = Details::new();
    let (day, payer) = (number::day(draws, YEARS), party::company(draws));
    let (title, kind) = match (book, bank) {
        (false, _) => ("中华人民共和国税收完税证明", "证"),
        (true, true) => ("中华人民共和国税收缴款书(银行经收专用)", "银"),
        (true, false) => ("中华人民共和国税收缴款书(税务收现专用)", "现"),
    };
    let length = if book || draws.chance(50) { 8 } else { 18 };
    let month = draws.between(1, 12);
    let last = if month == 2 { 28 } else { 30 };
    let (mut total, mut taxes) = (Decimal::ZERO, Vec::new());
    let first = draws.below(TAXES.len() as u64) as usize;
    for at in 0..draws.between(1, if book { 3 } else { 5 }) as usize {
        let (tax, names, account, revenue, rate) = TAXES[(first + at) % TAXES.len()];
        let base = Decimal::new(draws.between(2_000, 900_000) as i64 * 100, 2);
        let rate: Decimal = rate.parse().map_err(|_| Error::Unfit { field: "tax_rate", value: rate.to_owned() })?;
        let due = invoice::amount::to_cents(base * rate);
        let before = if book && draws.chance(40) { invoice::amount::to_cents(due * Decimal::new(2, 1)) } else { Decimal::ZERO };
        let paid = due - before;
        total += paid;
        let of_bank = |text: &str| if bank { text.to_owned() } else { String::new() };
        let of_book = |text: String| if book { text } else { String::new() };
        taxes.push(row([
            ("original_number", if book { String::new() } else { format!("999015{}", draws.digits(12)) }),
            ("tax_type", if bank { String::new() } else { tax.to_owned() }),
            ("name", (*draws.pick(names)).to_owned()),
            ("tax_period", format!("{0}-{month:02}-01至{0}-{month:02}-{last}", day.year() - 1)),
            ("entry_date", if book { String::new() } else { format!("{}-{:02}-{:02}", day.year(), day.month(), draws.between(1, 28)) }),
            ("actual_paid_amount", cents(paid)),
            ("amount_paid", of_book(if before.is_zero() { String::new() } else { cents(before) })),
            ("total", of_book(cents(base))),
            ("tax_rate", of_book(rate.to_string())),
            ("budget_account_code", of_bank(account)),
            ("budget_account_name", of_bank(revenue)),
            ("budget_account_level", of_bank(draws.pick::<&str>(&LEVELS))),
        ]));
    }
    let place = party::place(draws);
    let fields = [
        ("title", title.to_owned()),
        ("serial_number", format!("({}{})样税{kind}", day.year() % 100, draws.between(1, 3))),
        ("number", format!("99{}", draws.digits(length - 2))),
        ("date", invoice::date::text(day)),
        ("tax_authorities", format!("国家税务总局{place}市税务局")),
        ("buyer", payer.name),
        ("buyer_tax_id", payer.tax_id),
        ("ticket_filler", if draws.chance(50) { "电子税务局".to_owned() } else { party::person(draws) }),
        ("remark", (*draws.pick(&REMARKS)).to_owned()),
        ("buyer_deposit_bank", if bank { payer.bank } else { String::new() }),
        ("buyer_account", if bank { payer.account } else { String::new() }),
        ("receiving_treasury", if bank { format!("国家金库{place}市支库") } else { String::new() }),
        ("tax_payment_limited_time", if bank { invoice::date::text(day) } else { String::new() }),
    ];
    for (key, value) in fields {
        put(&mut details, key, value);
    }
    put_total(&mut details, total)?;
    *details.rows_mut("items") = taxes;
    Ok(Specimen { form, kind: Kind::TaxCertificate, details })
}
