//! What is sold, and its arithmetic.

use invoice::details::Row;
use rust_decimal::{Decimal, RoundingStrategy};

use super::draws::Draws;
use super::{cents, row};

/// A rate of tax, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// In per cent.
    Percent(u32),
    /// Words in place of a rate: 免税, 不征税.
    Words(&'static str),
}

/// A kind of goods or service: class, name, specification, unit, rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goods {
    class: &'static str,
    name: &'static str,
    specification: &'static str,
    unit: &'static str,
    rate: Rate,
}

const fn goods(class: &'static str, name: &'static str, specification: &'static str, unit: &'static str, rate: Rate) -> Goods {
    Goods { class, name, specification, unit, rate }
}

use Rate::{Percent, Words};

const SHELF: [Goods; 20] = [
    goods("纸制品", "复印纸", "A4 70g", "包", Percent(13)),
    goods("计算机外部设备", "激光打印机", "LP-2050DN", "台", Percent(13)),
    goods("紧固件", "内六角螺栓", "10080025", "个", Percent(13)),
    goods("电子元件", "贴片陶瓷电容器0603X7R100nF50V正负百分之十编带", "060310450", "盘", Percent(13)),
    goods("乳制品", "常温纯牛奶", "250ml*12盒/箱 利乐包", "箱", Percent(13)),
    goods("餐饮服务", "餐费", "", "", Percent(6)),
    goods("住宿服务", "住宿费", "", "天", Percent(6)),
    goods("信息技术服务", "技术服务费", "", "项", Percent(6)),
    goods("信息技术服务", "企业财务管理平台年度运行维护与升级支持服务（含现场培训两次）", "V8.2企业版", "年", Percent(6)),
    goods("物流辅助服务", "收派服务费", "", "", Percent(6)),
    goods("供电", "电费", "35kV", "千瓦时", Percent(13)),
    goods("水冰雪", "自来水费", "居民", "立方米", Percent(3)),
    goods("蔬菜", "有机生菜", "", "公斤", Words("免税")),
    goods("蔬菜", "小番茄", "礼盒装", "盒", Words("免税")),
    goods("预付卡销售", "预付卡充值", "", "张", Words("不征税")),
    goods("家具", "人体工学办公椅", "990×640×1180mm", "把", Percent(13)),
    goods("日用杂品", "垃圾袋", "45*50cm", "卷", Percent(1)),
    goods("印刷品", "员工手册印刷", "A5/骑马钉/157克铜版纸", "册", Percent(13)),
    goods("广告服务", "线上推广", "", "次", Percent(6)),
    goods("劳务", "设备维修", "", "工时", Percent(13)),
];

/// Wares that a 专票 may list: those that are taxed.
pub(super) fn ware(draws: &mut Draws, taxed: bool) -> Goods {
    loop {
        let ware = *draws.pick(&SHELF);
        if !taxed || matches!(ware.rate, Percent(_)) {
            return ware;
        }
    }
}

/// One row of an invoice: what it says and what it adds up to.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) row: Row,
    pub(super) net: Decimal,
    /// `None` where tax is printed as `***`.
    pub(super) tax: Option<Decimal>,
}

/// The tax on a net amount.
fn tax(net: Decimal, rate: Rate) -> Option<Decimal> {
    match rate {
        Percent(rate) => Some(invoice::amount::to_cents(net * Decimal::from(rate) / Decimal::ONE_HUNDRED)),
        Words(_) => None,
    }
}

fn printed(rate: Rate) -> String {
    match rate {
        Percent(rate) => format!("{rate}%"),
        Words(words) => words.to_owned(),
    }
}

/// A unit price with as many decimals as the platform prints: sixteen characters in all.
fn long_price(net: Decimal, quantity: Decimal) -> Decimal {
    let price = net / quantity;
    let whole = price.trunc().to_string().len() as u32;
    price.round_dp_with_strategy(15_u32.saturating_sub(whole), RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A row of `ware`. The buyer's price is with tax as in a shop, or without as between companies; some rows state no quantity.
pub(super) fn line(draws: &mut Draws, ware: Goods, red: bool) -> Line {
    let sign = if red { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
    let quantity =
        if draws.chance(20) { Decimal::new(draws.between(101, 99_999) as i64, 2).normalize() } else { Decimal::from(draws.between(1, 60)) };
    let (net, price) = if draws.chance(50) {
        let price = Decimal::new(draws.between(150, 80_000) as i64, 2).normalize();
        (invoice::amount::to_cents(price * quantity), price)
    } else {
        let gross = Decimal::new(draws.between(500, 900_000) as i64, 2);
        let rate = if let Percent(rate) = ware.rate { Decimal::from(rate) } else { Decimal::ZERO };
        let net = invoice::amount::to_cents(gross * Decimal::ONE_HUNDRED / (Decimal::ONE_HUNDRED + rate));
        (net, long_price(net, quantity))
    };
    let counted = draws.chance(85);
    let (net, tax) = (net * sign, tax(net * sign, ware.rate));
    let row = row([
        ("name", format!("*{}*{}", ware.class, ware.name)),
        ("specification", ware.specification.to_owned()),
        ("unit", ware.unit.to_owned()),
        ("quantity", if counted { (quantity * sign).to_string() } else { String::new() }),
        ("price", if counted { price.to_string() } else { String::new() }),
        ("total", cents(net)),
        ("tax_rate", printed(ware.rate)),
        ("tax", tax.map_or_else(|| "***".to_owned(), cents)),
    ]);
    Line { row, net, tax }
}

/// The discount on a row: its name and rate again with negative amounts and nothing counted.
pub(super) fn discount(draws: &mut Draws, ware: Goods, of: &Line) -> Line {
    let share = Decimal::new(draws.between(1, 25) as i64, 2);
    let net = -invoice::amount::to_cents(of.net * share);
    let tax = tax(net, ware.rate);
    let row = row([
        ("name", format!("*{}*{}", ware.class, ware.name)),
        ("total", cents(net)),
        ("tax_rate", printed(ware.rate)),
        ("tax", tax.map_or_else(|| "***".to_owned(), cents)),
    ]);
    Line { row, net, tax }
}

/// A row with a name of its own and no quantity: services of the special kinds.
pub(super) fn service(name: &str, net: Decimal, rate: u32, more: Vec<(&'static str, String)>) -> Line {
    let rate = Percent(rate);
    let tax = tax(net, rate);
    let mut cells = vec![("name", name.to_owned())];
    cells.extend(more);
    cells.push(("total", cents(net)));
    cells.push(("tax_rate", printed(rate)));
    cells.push(("tax", tax.map_or_else(String::new, cents)));
    Line { row: row(cells), net, tax }
}

/// Net, tax and total of all rows; no tax where none of them has any.
pub(super) fn sums(lines: &[Line]) -> (Decimal, Option<Decimal>, Decimal) {
    let net: Decimal = lines.iter().map(|l| l.net).sum();
    let tax = lines.iter().filter_map(|l| l.tax).fold(None, |sum: Option<Decimal>, t| Some(sum.unwrap_or_default() + t));
    (net, tax, net + tax.unwrap_or_default())
}
