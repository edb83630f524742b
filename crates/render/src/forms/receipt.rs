//! 小票: what tills print, here and abroad. The goods are not among the fields of a receipt: they are made up to fit its sums.

use rust_decimal::Decimal;

use crate::error::Error;
use crate::reading::Subject;
use crate::sheet::{Face, Page, Path, Text};

/// The width of the roll, its margin, and the size of the print.
const WIDTH: f32 = 80.0;
const MARGIN: f32 = 5.0;
const SIZE: f32 = 3.4;
const STEP: f32 = 5.4;

/// A roll that grows with its lines.
struct Roll {
    lines: Vec<(Place, f32, String)>,
}

#[derive(Clone, Copy)]
enum Place {
    Left,
    Middle,
    /// Left and right halves of one line, cut at a tab.
    Apart,
    Rule,
}

impl Roll {
    fn line(&mut self, place: Place, text: impl Into<String>) {
        self.lines.push((place, SIZE, text.into()));
    }

    fn apart(&mut self, label: &str, amount: &str) {
        self.line(Place::Apart, format!("{label}\t{amount}"));
    }

    fn rule(&mut self) {
        self.line(Place::Rule, "");
    }

    fn page(self) -> Page {
        let mut page = Page::new(WIDTH, 16.0 + STEP * self.lines.len() as f32);
        let mut y = 10.0;
        for (place, size, text) in &self.lines {
            let set = |t: &str| Text::new(Face::Song, *size, t);
            match place {
                Place::Left => page.fill(set(text).left(MARGIN, y)),
                Place::Middle => page.fill(set(text).fit(WIDTH - 2.0 * MARGIN).centre(WIDTH / 2.0, y)),
                Place::Rule => page.print(Path::line((MARGIN, y - 1.2), (WIDTH - MARGIN, y - 1.2), 0.2, [60, 60, 60])),
                Place::Apart => {
                    let (label, amount) = text.split_once('\t').unwrap_or((text, ""));
                    page.fill(set(label).left(MARGIN, y));
                    page.fill(set(amount).right(WIDTH - MARGIN, y));
                }
            }
            y += STEP;
        }
        page
    }
}

/// Lays it out as the country of its currency does.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut roll = Roll { lines: Vec::new() };
    roll.lines.push((Place::Middle, 4.6, subject.need("store_name")?.to_owned()));
    match subject.text("currency_code") {
        "CNY" => chinese(&mut roll, subject)?,
        "JPY" => japanese(&mut roll, subject)?,
        "USD" => american(&mut roll, subject)?,
        "EUR" => german(&mut roll, subject)?,
        _ => malaysian(&mut roll, subject)?,
    }
    Ok(vec![roll.page()])
}

/// An amount in three unequal parts.
fn parts(amount: Decimal) -> [Decimal; 3] {
    let scale = amount.scale();
    let first = (amount * Decimal::new(45, 2)).round_dp(scale);
    let second = (amount * Decimal::new(3, 1)).round_dp(scale);
    [first, second, amount - first - second]
}

fn shown(amount: Decimal, scale: u32) -> String {
    let mut amount = amount;
    amount.rescale(scale);
    amount.to_string()
}

/// What the goods come to: the subtotal, or else the total without tax.
fn goods(subject: Subject<'_>) -> Result<Decimal, Error> {
    if subject.details.has("subtotal") { subject.amount("subtotal") } else { subject.amount("total") }
}

fn chinese(roll: &mut Roll, subject: Subject<'_>) -> Result<(), Error> {
    let dining = subject.text("type") == "Food&Dining";
    roll.line(Place::Middle, if dining { "结账单" } else { "购物小票" });
    if dining {
        roll.line(Place::Left, "桌号：A12  人数：3");
    }
    roll.line(Place::Left, "单号：0020190322  收银员：003");
    roll.line(Place::Left, format!("日期：{} {}", crate::reading::dashed(subject.day("date")?), subject.need("time")?));
    roll.rule();
    roll.apart("品名         数量  单价", "金额");
    let names = if dining { ["样张小炒", "样张米饭", "样张汤"] } else { ["样张牛奶", "样张面巾纸", "样张苹果"] };
    for (name, part) in names.iter().zip(parts(goods(subject)?)) {
        let price = shown(part, 2);
        roll.apart(&format!("{name}  1  {price}"), &price);
    }
    roll.rule();
    if subject.details.has("subtotal") {
        roll.apart("小计：", subject.text("subtotal"));
    }
    if subject.details.has("discount") {
        roll.apart("优惠金额：", &format!("-{}", subject.text("discount")));
    }
    roll.apart("应付金额：", &format!("￥{}", subject.need("total")?));
    roll.apart("微信支付：", subject.need("total")?);
    roll.line(Place::Middle, "谢谢惠顾 欢迎再次光临");
    roll.line(Place::Middle, "电话：0990-00000000");
    Ok(())
}

fn american(roll: &mut Roll, subject: Subject<'_>) -> Result<(), Error> {
    roll.line(Place::Middle, "99 Specimen Street");
    roll.line(Place::Middle, "Nowhere, CA 00000");
    let day = subject.day("date")?;
    roll.apart(&format!("{:02}/{:02}/{:04}", day.month(), day.day(), day.year()), subject.need("time")?);
    roll.line(Place::Left, "Server: Sample   Table: 7");
    roll.line(Place::Left, "Check #: 4411");
    roll.rule();
    for (name, part) in ["1 House Salad", "1 Specimen Burger", "2 Iced Tea"].iter().zip(parts(goods(subject)?)) {
        roll.apart(name, &format!("${}", shown(part, 2)));
    }
    roll.rule();
    for (label, key) in [("Subtotal", "subtotal"), ("Discount", "discount"), ("Sales Tax", "tax"), ("Tip", "tips")] {
        if subject.details.has(key) {
            roll.apart(label, &format!("{}${}", if key == "discount" { "-" } else { "" }, subject.text(key)));
        }
    }
    roll.apart("Total", &format!("${}", subject.need("total")?));
    roll.apart("VISA ****0000", &format!("${}", subject.need("total")?));
    roll.line(Place::Middle, "Thank you! Please come again");
    Ok(())
}

fn malaysian(roll: &mut Roll, subject: Subject<'_>) -> Result<(), Error> {
    roll.line(Place::Middle, "(999999-U)");
    roll.line(Place::Middle, "12, Jalan Contoh 7/4, Johor");
    roll.line(Place::Middle, "TAX INVOICE");
    let day = subject.day("date")?;
    roll.line(Place::Left, format!("Date: {:02}/{:02}/{:04} {}", day.day(), day.month(), day.year(), subject.need("time")?));
    roll.line(Place::Left, "Invoice No: CS00009999");
    roll.apart("Item          Qty", "Total");
    for (name, part) in ["Sample Biscuit  1", "Sample Soap     2", "Sample Paper    1"].iter().zip(parts(goods(subject)?)) {
        roll.apart(name, &format!("RM{}", shown(part, 2)));
    }
    roll.rule();
    for (label, key) in [("Sub Total:", "subtotal"), ("Discount:", "discount"), ("GST 6%:", "tax")] {
        if subject.details.has(key) {
            roll.apart(label, &format!("{}RM{}", if key == "discount" { "-" } else { "" }, subject.text(key)));
        }
    }
    roll.apart("Nett Total:", &format!("RM{}", subject.need("total")?));
    roll.apart("CASH", &format!("RM{}", subject.need("total")?));
    roll.apart("Change", "RM0.00");
    roll.line(Place::Middle, "Thank You & Come Again!");
    Ok(())
}

fn german(roll: &mut Roll, subject: Subject<'_>) -> Result<(), Error> {
    roll.line(Place::Middle, "Musterweg 9, 00000 Musterstadt");
    let comma = |text: &str| text.replace('.', ",");
    for (name, part) in ["Muster Brot", "Muster Milch", "Muster Tee"].iter().zip(parts(goods(subject)?)) {
        roll.apart(name, &format!("{} A", comma(&shown(part, 2))));
    }
    roll.rule();
    roll.apart("SUMME EUR", &comma(subject.need("total")?));
    roll.apart("Bar EUR", &comma(subject.need("total")?));
    roll.apart("MwSt", &comma(subject.text("tax")));
    let day = subject.day("date")?;
    roll.apart(&format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year()), subject.need("time")?);
    roll.line(Place::Left, "Terminal 12  Trn 004411");
    roll.line(Place::Middle, "Danke für Ihren Einkauf");
    Ok(())
}

fn japanese(roll: &mut Roll, subject: Subject<'_>) -> Result<(), Error> {
    roll.line(Place::Middle, "領収書");
    let day = subject.day("date")?;
    roll.line(Place::Left, format!("{:04}年{:02}月{:02}日 {}", day.year(), day.month(), day.day(), subject.need("time")?));
    roll.line(Place::Left, "レジ 003  責 00012");
    for (name, part) in ["見本おにぎり", "見本のお茶", "見本パン"].iter().zip(parts(goods(subject)?)) {
        roll.apart(name, &format!("￥{}", shown(part, 0)));
    }
    roll.rule();
    if subject.details.has("subtotal") {
        roll.apart("小計", &format!("￥{}", subject.text("subtotal")));
    }
    if subject.details.has("tax") {
        roll.apart("消費税等", &format!("￥{}", subject.text("tax")));
    }
    roll.apart("合計", &format!("￥{}", subject.need("total")?));
    roll.apart("お預り", &format!("￥{}", subject.need("total")?));
    roll.line(Place::Middle, "ありがとうございました");
    Ok(())
}
