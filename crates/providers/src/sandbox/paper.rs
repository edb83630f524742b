//! The documents of the bureau's invoices, drawn by `render`.

use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use issue::order::{Content, Form, Format, Party, Untaxed};
use render::error::Error;
use rust_decimal::{Decimal, RoundingStrategy};

use super::message::Numbered;
use super::number::day;

/// In light print across every page.
const ACROSS: &str = "测试样张";
/// How many full-width characters of remark stand in one line of the form, and how many lines it has room for.
const REMARK: (usize, usize) = (60, 5);
/// How many full-width characters of a name have room in its column.
const NAME: usize = 70;

/// Draws a document.
pub(super) fn draw(content: &Content, invoice: &Numbered, format: Format) -> Result<Vec<u8>, Error> {
    let (kind, details) = details(content, invoice)?;
    match format {
        Format::Xml => render::xml(kind, &details),
        Format::Ofd => render::ofd_across(kind, &details, ACROSS),
        Format::Pdf => render::pdf_across(kind, &details, ACROSS),
    }
}

/// An invoice as a reader gives it.
pub(super) fn details(content: &Content, invoice: &Numbered) -> Result<(Kind, Details), Error> {
    let (kind, title) = match content.form {
        Form::Special => (Kind::DigitalSpecial, "电子发票（增值税专用发票）"),
        Form::Ordinary => (Kind::DigitalOrdinary, "电子发票（普通发票）"),
    };
    let rows = content.rows.get(usize::from(invoice.rows.0)..usize::from(invoice.rows.1)).unwrap_or_default();
    let starred = rows.iter().all(|row| is_starred(row.untaxed));
    let words = invoice::words::write(invoice.gross).ok_or_else(|| Error::Unfit { field: "total", value: invoice.gross.to_string() })?;
    let mut details = Details::new();
    let mut put = |key: &str, value: String| details.set(key, Field::new(value, Source::EInvoiceXml));
    put("title", title.to_owned());
    put("number", invoice.number.clone());
    put("date", invoice::date::text(day(invoice.issued_at)));
    put("buyer", content.buyer.name.clone());
    put("buyer_tax_id", content.buyer.tax_id.as_ref().map(ToString::to_string).unwrap_or_default());
    put("seller", content.seller.name.clone());
    put("seller_tax_id", content.seller.tax_id.to_string());
    put("pretax_amount", cents(invoice.net));
    put("tax", if starred { "***".to_owned() } else { cents(invoice.tax) });
    put("total", cents(invoice.gross));
    put("total_cn", words);
    put("issuer", content.people.issuer.clone());
    let mut remark: Vec<String> = content.remark.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect();
    for (key, value, line) in seller_lines(&content.seller) {
        if lines(&remark) + lines(std::slice::from_ref(&line)) <= REMARK.1 {
            put(key, value);
            remark.push(line);
        }
    }
    put("remark", remark.join("\n"));
    let items: Vec<Row> = rows.iter().map(item).collect();
    let names: Vec<&str> = items.iter().filter_map(|item| item.get("name")).map(|name| name.value.as_str()).collect();
    put("item_names", names.join(","));
    *details.rows_mut("items") = items;
    Ok((kind, details))
}

/// Digital invoices have no place for the seller's address and account: they stand in the remark.
fn seller_lines(seller: &Party) -> Vec<(&'static str, String, String)> {
    let mut lines = Vec::new();
    if !seller.address.is_empty() && !seller.telephone.is_empty() {
        let line = format!("销方地址:{};    电话:{};", seller.address, seller.telephone);
        lines.push(("seller_addr_tel", format!("{} {}", seller.address, seller.telephone), line));
    }
    if !seller.bank.is_empty() && !seller.account.is_empty() {
        let line = format!("销方开户银行:{};    银行账号:{};", seller.bank, seller.account);
        lines.push(("seller_bank_account", format!("{} {}", seller.bank, seller.account), line));
    }
    lines
}

fn item(row: &issue::order::Row) -> Row {
    let number = |number: Decimal| number.normalize().to_string();
    let price = row.quantity.zip(row.price).map(|(quantity, price)| if row.price_with_tax { net_price(row.net, quantity) } else { price });
    let cells = [
        ("name", format!("*{}*{}", class(&row.tax_code), row.name)),
        ("specification", row.specification.clone()),
        ("unit", row.unit.clone()),
        ("quantity", row.quantity.map(number).unwrap_or_default()),
        ("price", price.map(number).unwrap_or_default()),
        ("total", cents(row.net)),
        ("tax_rate", rate(row)),
        ("tax", if is_starred(row.untaxed) { "***".to_owned() } else { cents(row.tax) }),
    ];
    let filled = cells.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| (key.to_owned(), Field::new(value, Source::EInvoiceXml))).collect()
}

/// A unit price without tax, with as many decimals as the bureau's platform prints: sixteen characters in all.
fn net_price(net: Decimal, quantity: Decimal) -> Decimal {
    let price = net.checked_div(quantity).unwrap_or_default();
    let whole = price.trunc().to_string().len() as u32;
    price.round_dp_with_strategy(15_u32.saturating_sub(whole), RoundingStrategy::MidpointAwayFromZero)
}

/// Where no tax is levied, stars stand in its place.
fn is_starred(untaxed: Option<Untaxed>) -> bool {
    matches!(untaxed, Some(Untaxed::Exempt | Untaxed::OutsideTax))
}

fn rate(row: &issue::order::Row) -> String {
    match row.untaxed {
        Some(Untaxed::Exempt) => "免税".to_owned(),
        Some(Untaxed::OutsideTax) => "不征税".to_owned(),
        _ => format!("{}%", (row.rate * Decimal::ONE_HUNDRED).normalize()),
    }
}

fn cents(amount: Decimal) -> String {
    let mut amount = invoice::amount::to_cents(amount);
    amount.rescale(2);
    invoice::amount::plain(amount)
}

/// The short names of the tax classification (商品和服务税收分类编码表) that stand between stars, by the beginning of the code; the
/// longest that fits. What is not listed here goes by the name of its chapter.
const CLASSES: [(&str, &str); 19] = [
    ("1070101", "汽油"),
    ("1100101", "供电"),
    ("1060201", "纸制品"),
    ("1090511", "计算机外部设备"),
    ("1060512", "日用杂品"),
    ("3010102", "运输服务"),
    ("3040201", "信息技术服务"),
    ("3040203", "信息技术服务"),
    ("3040502", "经营租赁"),
    ("3040801", "企业管理服务"),
    ("3049900", "现代服务"),
    ("3070401", "餐饮服务"),
    ("3070402", "住宿服务"),
    ("1", "货物"),
    ("2", "劳务"),
    ("3", "销售服务"),
    ("4", "无形资产"),
    ("5", "不动产"),
    ("6", "未发生销售行为的不征税项目"),
];

fn class(tax_code: &str) -> &'static str {
    CLASSES.iter().find(|(start, _)| tax_code.starts_with(start)).map_or("其他", |(_, name)| name)
}

/// Twice the width of a text in full-width characters.
fn halves(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// How many lines of the form some lines of remark take.
fn lines<T: AsRef<str>>(remark: &[T]) -> usize {
    remark.iter().map(|line| halves(line.as_ref()).div_ceil(REMARK.0 * 2).max(1)).sum()
}

/// What the form has no room for, or the typeface no glyph.
pub(super) fn unfit(content: &Content) -> Option<String> {
    let texts = [&content.buyer.name, &content.seller.name, &content.remark, &content.people.issuer];
    let cells = content.rows.iter().flat_map(|row| [&row.name, &row.specification, &row.unit]);
    if let Some(ch) = texts.into_iter().chain(cells).find_map(|text| render::cannot_draw(text)) {
        return Some(format!("the character {ch:?} cannot be drawn on its documents"));
    }
    let long = content.rows.iter().find(|row| halves(&row.name) + halves(class(&row.tax_code)) + 2 > NAME * 2);
    if let Some(row) = long {
        return Some(format!("the name {:?} is longer than its documents have room for ({NAME} characters)", row.name));
    }
    let remark: Vec<&str> = content.remark.lines().collect();
    (lines(&remark) > REMARK.1).then(|| format!("the remark is longer than its documents have room for ({} lines)", REMARK.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_class() {
        for (code, name) in [("3040502020200000000", "经营租赁"), ("3040502", "经营租赁"), ("3990000000000000000", "销售服务"), ("", "其他")] {
            assert_eq!(class(code), name);
        }
    }

    #[test]
    fn lines_are_counted_as_the_form_breaks_them() {
        assert_eq!(lines(&["字".repeat(60)]), 1);
        assert_eq!(lines(&["字".repeat(61), String::new()]), 3);
        assert_eq!(lines(&["a".repeat(121)]), 2);
    }
}
