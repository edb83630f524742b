//! Invoices of the tax control system: five bands in a frame, on paper or as electronic documents of 210 × 140 mm.
//!
//! 购买方 with 密码区 beside it, items, 合计, 价税合计, 销售方 with 备注 beside it; below them who received, checked and issued.

mod columns;
mod electronic;
mod list;
mod paper;

use invoice::kind::Kind;

use super::table::{self, Column, Grid};
use crate::error::Error;
use crate::reading::Subject;
use crate::sheet::{Colour, Face, Ink, Mark, Page, Path, Run, Text, wrap};

/// Lines of 9 points, from under the heads to above 合计.
const GRID: Grid = Grid { first: 59.84, step: 4.1, lines: 8, size: 3.175 };
const RULE: f32 = 0.25;
/// The frame: left, top, right, bottom; its horizontal lines; the lines that part labels, parties, ciphertext and remark.
const FRAME: [f32; 4] = [4.5, 30.0, 205.5, 124.0];
const BANDS: [f32; 3] = [52.0, 96.0, 104.0];
const SIDES: [f32; 3] = [12.5, 119.5, 124.5];

/// How one of these forms differs from the others.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// Colour of frame and labels.
    ink: Colour,
    /// Colour of what the machine fills in.
    typed: Colour,
    /// What the machine types with.
    with: Ink,
    /// How far the frame is moved to the right, and what is typed against the frame.
    shift: f32,
    drift: (f32, f32),
}

impl Style {
    fn label(&self, page: &mut Page, x: f32, y: f32, words: &str) {
        page.print(Text::label(words, self.ink).left(x + self.shift, y));
    }

    /// A label whose characters are spread over `width`, its colon included.
    fn spread(&self, page: &mut Page, x: f32, y: f32, words: &str, width: f32) {
        page.print(Text::label(words, self.ink).justify(width).left(x + self.shift, y));
    }

    fn down(&self, page: &mut Page, x: f32, y: f32, words: &str, step: f32) {
        page.print(Text::label(words, self.ink).run(Run::Down(step)).left(x + self.shift, y));
    }

    fn rule(&self, page: &mut Page, from: (f32, f32), to: (f32, f32)) {
        page.print(Path::line((from.0 + self.shift, from.1), (to.0 + self.shift, to.1), RULE, self.ink));
    }

    /// A value, typed where the machine's carriage stands.
    fn fill(&self, page: &mut Page, mut text: Text) {
        text.x += self.shift + self.drift.0;
        text.y += self.drift.1;
        page.fill(text.colour(self.typed).ink(self.with));
    }
}

/// Lays out the invoice, and behind it its 销货清单 when the items do not fit the form.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let on_paper = match subject.kind {
        Kind::VatOrdinary => true,
        Kind::VatSpecial => !subject.flag("electronic_mark"),
        _ => false,
    };
    let columns = columns::of(subject.kind, on_paper);
    let lines = table::break_rows(subject, &columns, GRID)?;
    let listed = lines.iter().map(table::Line::height).sum::<usize>() > GRID.lines;
    let mut page = if on_paper { paper::page(subject)? } else { electronic::page(subject)? };
    let style = if on_paper { paper::STYLE } else { electronic::style(subject.kind) };
    frame(&mut page, style, &columns);
    labels(&mut page, style, &columns);
    parties(&mut page, style, subject)?;
    cipher(&mut page, style, subject)?;
    if listed {
        summary(&mut page, style, &columns, subject)?;
    } else {
        items(&mut page, style, &columns, &lines);
    }
    totals(&mut page, style, subject)?;
    remark(&mut page, style, subject)?;
    people(&mut page, style, subject);
    page.note(Mark::Seal(crate::seal::company(subject.text("seller"), subject.text("seller_tax_id"), 178.0 + style.shift, 122.0)?));
    let mut pages = vec![page];
    if listed {
        pages.extend(list::lay(subject, style)?);
    }
    Ok(pages)
}

fn frame(page: &mut Page, style: Style, columns: &[Column]) {
    let [left, top, right, bottom] = FRAME;
    for y in [top, BANDS[0], BANDS[1], BANDS[2], bottom] {
        style.rule(page, (left, y), (right, y));
    }
    for x in [left, right] {
        style.rule(page, (x, top), (x, bottom));
    }
    for x in SIDES {
        style.rule(page, (x, top), (x, BANDS[0]));
        style.rule(page, (x, BANDS[2]), (x, bottom));
    }
    for (i, edge) in columns::edges(columns).into_iter().enumerate() {
        // The first line goes on down to part the words 价税合计 from the amount.
        style.rule(page, (edge, BANDS[0]), (edge, if i == 0 { BANDS[2] } else { BANDS[1] }));
    }
}

fn labels(page: &mut Page, style: Style, columns: &[Column]) {
    style.down(page, 6.85, 35.95, "购买方", 6.35);
    style.down(page, 120.37, 35.65, "密码区", 6.35);
    style.down(page, 6.85, 109.45, "销售方", 6.35);
    style.down(page, 120.37, 110.65, "备注", 10.0);
    for (y, words) in [(34.33, "名称："), (39.53, "纳税人识别号："), (45.13, "地址、电话："), (50.43, "开户行及账号：")]
    {
        style.spread(page, 13.52, y, words, 22.225);
    }
    for (y, words) in [(108.14, "名称："), (113.02, "纳税人识别号："), (117.5, "地址、电话："), (122.19, "开户行及账号：")]
    {
        style.spread(page, 13.52, y, words, 22.225);
    }
    for column in columns {
        let natural = Text::label(column.label, style.ink).width();
        let width = if column.label.chars().count() == 2 { column.label_width() } else { natural };
        style.spread(page, column.label_at, 55.73, column.label, width);
    }
    style.spread(page, 22.5, 94.9, "合计", 15.2);
    style.label(page, 17.32, 101.23, "价税合计（大写）");
    style.label(page, 156.6, 101.23, "（小写）");
    style.label(page, 7.1, 128.23, "收款人：");
    style.label(page, 63.6, 128.23, "复核：");
    style.label(page, 105.7, 128.23, "开票人：");
    style.label(page, 154.0, 128.23, "销售方：（章）");
}

impl Column {
    /// Labels of two characters are spread a little, as the forms print them.
    fn label_width(&self) -> f32 {
        ((self.right - self.left) * 0.45).clamp(6.35, 10.2)
    }
}

fn parties(page: &mut Page, style: Style, subject: Subject<'_>) -> Result<(), Error> {
    let buyer = ("buyer", [34.49, 39.77, 43.9, 50.22], ["BuyerName", "BuyerTaxID", "BuyerAddrTel", "BuyerFinancialAccount"]);
    let seller = ("seller", [108.49, 113.02, 116.6, 122.12], ["SellerName", "SellerTaxID", "SellerAddrTel", "SellerFinancialAccount"]);
    for (side, [name, id, address, bank], tags) in [buyer, seller] {
        style.fill(page, Text::value(subject.text(side)).fit(82.5).left(36.0, name).tag(tags[0], None));
        let tax_id = subject.text(&format!("{side}_tax_id"));
        style.fill(page, Text::new(Face::Courier, 4.2333, tax_id).fit(82.5).left(36.0, id).tag(tags[1], None));
        for (key, y, tag) in [("addr_tel", address, tags[2]), ("bank_account", bank, tags[3])] {
            let text = subject.text(&format!("{side}_{key}"));
            // What does not fit one line goes into two smaller ones.
            if Text::value(text).width() <= 82.5 {
                let middle = if key == "addr_tel" { y + 1.1 } else { y };
                style.fill(page, Text::value(text).left(36.0, middle).tag(tag, None));
                continue;
            }
            let lines = wrap(text, Face::Song, 2.6458, 82.5);
            if lines.len() > 2 {
                return Err(Error::TooLong { field: if side == "buyer" { "buyer_addr_tel" } else { "seller_addr_tel" } });
            }
            for (i, line) in lines.into_iter().enumerate() {
                let lift = if key == "bank_account" { 2.0 } else { 0.4 };
                style.fill(page, Text::new(Face::Song, 2.6458, line).left(36.0, y - lift + 2.6458 * i as f32).tag(tag, None));
            }
        }
    }
    Ok(())
}

fn cipher(page: &mut Page, style: Style, subject: Subject<'_>) -> Result<(), Error> {
    let lines: Vec<&str> = subject.text("ciphertext").split(',').collect();
    if lines.len() > 4 {
        return Err(Error::TooLong { field: "ciphertext" });
    }
    for (i, line) in lines.into_iter().enumerate() {
        style.fill(page, Text::new(Face::Courier, 4.2333, line).fit(73.0).left(130.0, 35.66 + 4.5 * i as f32).tag("TaxControlCode", None));
    }
    Ok(())
}

fn items(page: &mut Page, style: Style, columns: &[Column], lines: &[table::Line]) {
    let mut typed = Page::new(page.width, page.height);
    table::draw(&mut typed, columns, GRID, lines);
    for mark in typed.filled {
        if let crate::sheet::Mark::Text(text) = mark {
            style.fill(page, text);
        }
    }
}

/// The one row of an invoice whose items are on a list.
fn summary(page: &mut Page, style: Style, columns: &[Column], subject: Subject<'_>) -> Result<(), Error> {
    let rates: std::collections::BTreeSet<&str> = subject.rows("items").iter().map(|r| crate::reading::cell(r, "tax_rate")).collect();
    for column in columns {
        let text = match column.key {
            "name" => "（详见销货清单）",
            "total" => subject.need("pretax_amount")?,
            "tax" => subject.need("tax")?,
            "tax_rate" if rates.len() == 1 => rates.first().copied().unwrap_or_default(),
            _ => "",
        };
        style.fill(page, column.place(text, GRID.size, GRID.first));
    }
    Ok(())
}

/// An amount behind its `¥`, ending at `right`.
fn money(page: &mut Page, style: Style, amount: &str, right: f32, tag: &'static str) {
    if amount == "***" {
        return style.fill(page, Text::new(Face::Courier, 3.175, amount).right(right, 95.09).tag(tag, None));
    }
    let digits = Text::new(Face::Courier, 3.175, amount).right(right, 95.09).tag(tag, None);
    let sign = Text::new(Face::Courier, 3.175, "¥").right(digits.x, 95.09).tag(tag, None);
    style.fill(page, sign);
    style.fill(page, digits);
}

fn totals(page: &mut Page, style: Style, subject: Subject<'_>) -> Result<(), Error> {
    money(page, style, subject.need("pretax_amount")?, 163.8, "TaxExclusiveTotalAmount");
    money(page, style, subject.need("tax")?, 204.8, "TaxTotalAmount");
    let (x, y) = (60.0 + style.shift + style.drift.0, 100.3 + style.drift.1);
    page.fill(Path::ellipse(x, y, 2.04, 2.04, 0.225, style.typed));
    page.fill(Path::line((x - 1.44, y - 1.44), (x + 1.44, y + 1.44), 0.225, style.typed));
    page.fill(Path::line((x - 1.44, y + 1.44), (x + 1.44, y - 1.44), 0.225, style.typed));
    style.fill(page, Text::value(subject.need("total_cn")?).fit(90.0).left(63.0, 101.39));
    style.fill(page, Text::new(Face::Courier, 3.8806, "¥").left(168.0, 101.23).tag("TaxInclusiveTotalAmount", None));
    style.fill(page, Text::new(Face::Courier, 3.8806, subject.need("total")?).left(170.33, 101.23).tag("TaxInclusiveTotalAmount", None));
    Ok(())
}

fn remark(page: &mut Page, style: Style, subject: Subject<'_>) -> Result<(), Error> {
    let text = subject.text("remark");
    if text.is_empty() {
        return Ok(());
    }
    let lines = wrap(text, Face::Song, 3.175, 79.0);
    if lines.len() > 4 {
        return Err(Error::TooLong { field: "remark" });
    }
    for (i, line) in lines.into_iter().enumerate() {
        style.fill(page, Text::value(line).left(125.5, 108.5 + 4.2 * i as f32).tag("Note", None));
    }
    Ok(())
}

fn people(page: &mut Page, style: Style, subject: Subject<'_>) {
    for (key, x, tag) in [("receiptor", 22.0, "Payee"), ("reviewer", 74.5, "Checker"), ("issuer", 121.0, "InvoiceClerk")] {
        style.fill(page, Text::value(subject.text(key)).left(x, 128.29).tag(tag, None));
    }
}
