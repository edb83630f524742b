//! 税收完税证明 and 税收缴款书, 220 × 140 mm: a head, a table with one tax a row, the sum in words and figures, boxes at the foot. The certificate names the
//! vouchers that it certifies; the book of a bank has the budget's account and the treasury, the one of a bureau that takes cash has neither.

use crate::error::Error;
use crate::reading::{Subject, cell};
use crate::seal;
use crate::sheet::{BLACK, Colour, Face, Mark, Page, Path, Text, wrap};

const WIDTH: f32 = 220.0;
const HEIGHT: f32 = 140.0;
const LEFT: f32 = 10.0;
const RIGHT: f32 = 210.0;
const INK: Colour = BLACK;
const SIZE: f32 = 2.9;
const STEP: f32 = 3.6;

/// A column: field, lines of its head, width.
type Column = (&'static str, &'static [&'static str], f32);

const CERTIFICATE: &[Column] = &[
    ("original_number", &["原凭证号"], 40.0),
    ("tax_type", &["税 种"], 26.0),
    ("name", &["品目名称"], 38.0),
    ("tax_period", &["税款所属时期"], 42.0),
    ("entry_date", &["入（退）库日期"], 26.0),
    ("actual_paid_amount", &["实缴（退）金额"], 28.0),
];
const BANK: &[Column] = &[
    ("budget_account_code", &["编码"], 18.0),
    ("budget_account_name", &["名称"], 26.0),
    ("budget_account_level", &["级次"], 16.0),
    ("name", &["品目名称"], 22.0),
    ("quantity", &["课税数量"], 14.0),
    ("total", &["计税金额或", "销售收入"], 22.0),
    ("tax_rate", &["税率或", "单位税额"], 15.0),
    ("tax_period", &["税款所属时期"], 26.0),
    ("amount_paid", &["已缴或", "扣除额"], 19.0),
    ("actual_paid_amount", &["实缴金额"], 22.0),
];
const CASH: &[Column] = &[
    ("tax_type", &["税 种"], 24.0),
    ("name", &["品目名称"], 30.0),
    ("quantity", &["课税数量"], 18.0),
    ("total", &["计税金额或销售收入"], 32.0),
    ("tax_rate", &["税率或单位税额"], 24.0),
    ("tax_period", &["税款所属时期"], 28.0),
    ("amount_paid", &["已缴或扣除额"], 22.0),
    ("actual_paid_amount", &["实缴金额"], 22.0),
];

fn print(page: &mut Page, x: f32, y: f32, words: &str) {
    page.print(Text::new(Face::Kai, SIZE, words).colour(INK).left(x, y));
}

fn fill(page: &mut Page, x: f32, y: f32, words: &str) {
    page.fill(Text::new(Face::Song, SIZE, words).left(x, y));
}

fn rule(page: &mut Page, from: (f32, f32), to: (f32, f32)) {
    page.print(Path::line(from, to, 0.2, INK));
}

/// Lays out the paper that the title names.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let title = subject.need("title")?;
    let name = title.strip_prefix("中华人民共和国").unwrap_or(title);
    let mut page = Page::new(WIDTH, HEIGHT);
    page.print(Text::new(Face::Kai, 4.0, "中华人民共和国").justify(42.0).centre(WIDTH / 2.0, 10.0));
    page.print(Text::new(Face::Kai, 5.4, name).justify(52.0).centre(WIDTH / 2.0, 17.0));
    page.print(Text::new(Face::Song, 3.2, subject.text("serial_number")).left(160.0, 10.0));
    page.print(Text::new(Face::Song, 3.6, format!("№ {}", subject.need("number")?)).left(160.0, 16.5));
    page.note(Mark::Seal(seal::supervision(WIDTH / 2.0, 20.0)?));
    let (columns, top) = if name.contains("银行经收") {
        (BANK, bank_head(&mut page, subject)?)
    } else if name.contains("收现") {
        (CASH, head(&mut page, subject)?)
    } else {
        (CERTIFICATE, head(&mut page, subject)?)
    };
    let bottom = table(&mut page, subject, columns, top)?;
    foot(&mut page, subject, bottom, name.contains("缴款书") && !name.contains("收现"));
    Ok(vec![page])
}

/// Day and bureau over the frame, the payer within it.
fn head(page: &mut Page, subject: Subject<'_>) -> Result<f32, Error> {
    day_and_bureau(page, subject)?;
    for (x, label, at, key) in [(14.0, "纳税人识别号", 40.0, "buyer_tax_id"), (110.0, "纳税人名称", 136.0, "buyer")] {
        print(page, x, 36.4, label);
        page.fill(Text::new(Face::Song, SIZE, subject.text(key)).fit(72.0).left(at, 36.4));
    }
    rule(page, (LEFT, 32.0), (RIGHT, 32.0));
    for x in [38.0, 108.0, 134.0] {
        rule(page, (x, 32.0), (x, 39.0));
    }
    Ok(39.0)
}

fn day_and_bureau(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let day = subject.day("date")?;
    print(page, 24.0, 29.6, "填发日期：");
    fill(page, 40.0, 29.6, &format!("{}年 {} 月 {} 日", day.year(), day.month(), day.day()));
    print(page, 132.0, 29.6, "税务机关：");
    fill(page, 148.0, 29.6, subject.text("tax_authorities"));
    Ok(())
}

/// The payer with his account, the treasury and the day until which he must pay.
fn bank_head(page: &mut Page, subject: Subject<'_>) -> Result<f32, Error> {
    day_and_bureau(page, subject)?;
    print(page, 12.0, 38.6, "缴款单位(人)");
    let rows = [
        (36.4, "识别号", "buyer_tax_id", "开户银行", "buyer_deposit_bank"),
        (42.0, "名 称", "buyer", "账 号", "buyer_account"),
        (47.6, "", "receiving_treasury", "税款限缴日期", "tax_payment_limited_time"),
    ];
    for (y, left, left_key, right, right_key) in rows {
        print(page, 36.0, y, left);
        page.fill(Text::new(Face::Song, SIZE, subject.text(left_key)).fit(57.0).left(52.0, y));
        print(page, 112.0, y, right);
        page.fill(Text::new(Face::Song, SIZE, subject.text(right_key)).fit(72.0).left(136.0, y));
    }
    print(page, 22.0, 47.6, "收款国库");
    for y in [32.0, 44.0, 49.6] {
        rule(page, (LEFT, y), (RIGHT, y));
    }
    rule(page, (34.0, 38.0), (RIGHT, 38.0));
    rule(page, (34.0, 32.0), (34.0, 44.0));
    for x in [50.0, 110.0, 134.0] {
        rule(page, (x, 32.0), (x, 49.6));
    }
    Ok(49.6)
}

/// The table and the row of its sum; gives where the boxes of the foot begin.
fn table(page: &mut Page, subject: Subject<'_>, columns: &[Column], top: f32) -> Result<f32, Error> {
    let tall = columns.iter().any(|c| c.1.len() > 1);
    let budget = columns.iter().take_while(|c| c.0.starts_with("budget")).map(|c| c.2).sum::<f32>();
    let height = if tall { 10.0 } else { 7.0 };
    if budget > 0.0 {
        page.print(Text::new(Face::Kai, SIZE, "预算科目").centre(LEFT + budget / 2.0, top + 3.8));
        rule(page, (LEFT, top + 5.0), (LEFT + budget, top + 5.0));
    }
    let sum = 98.0;
    let mut x = LEFT;
    for (key, head, width) in columns {
        let below = if key.starts_with("budget") { 8.6 } else { height / 2.0 + 1.1 - STEP * (head.len() - 1) as f32 / 2.0 };
        for (i, text) in head.iter().enumerate() {
            page.print(Text::new(Face::Kai, SIZE, *text).fit(width - 0.6).centre(x + width / 2.0, top + below + STEP * i as f32));
        }
        if x > LEFT {
            rule(page, (x, if key.starts_with("budget") { top + 5.0 } else { top }), (x, sum));
        }
        x += width;
    }
    rule(page, (LEFT, top + height), (RIGHT, top + height));
    let mut y = top + height + 5.0;
    for tax in subject.rows("items") {
        let cells: Vec<Vec<String>> = columns.iter().map(|(key, _, width)| break_cell(cell(tax, key), width - 2.0)).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        let mut x = LEFT;
        for ((key, _, width), cell) in columns.iter().zip(&cells) {
            let from = y + STEP * (lines - cell.len()) as f32 / 2.0;
            for (i, text) in cell.iter().enumerate() {
                let text = Text::new(Face::Song, SIZE, text.clone());
                let at = from + STEP * i as f32;
                let money = matches!(*key, "total" | "amount_paid" | "actual_paid_amount");
                page.fill(if money { text.right(x + width - 1.4, at) } else { text.centre(x + width / 2.0, at) });
            }
            x += width;
        }
        y += STEP * lines as f32 + 2.2;
        if y > sum + 1.0 {
            return Err(Error::TooLong { field: "items" });
        }
    }
    print(page, 14.0, sum + 4.6, "金额合计");
    print(page, 34.0, sum + 4.6, "（大写）");
    fill(page, 48.0, sum + 4.6, subject.text("total_cn"));
    page.fill(Text::new(Face::Song, SIZE, format!("￥{}", subject.need("total")?)).right(RIGHT - 1.4, sum + 4.6));
    for at in [sum, sum + 7.0] {
        rule(page, (LEFT, at), (RIGHT, at));
    }
    for x in [LEFT, RIGHT] {
        rule(page, (x, 32.0), (x, 128.0));
    }
    Ok(sum + 7.0)
}

/// Breaks a cell: a span of days after 至, all else between any two characters.
fn break_cell(text: &str, width: f32) -> Vec<String> {
    if Text::new(Face::Song, SIZE, text).width() > width
        && let Some((from, to)) = text.split_once('至')
    {
        return vec![format!("{from}至"), to.to_owned()];
    }
    wrap(text, Face::Song, SIZE, width)
}

fn foot(page: &mut Page, subject: Subject<'_>, top: f32, paid_in: bool) {
    rule(page, (LEFT, 128.0), (RIGHT, 128.0));
    let boxes: &[(&str, &str, f32)] = if paid_in {
        &[
            ("税务机关", "", 10.0),
            ("填票人", "ticket_filler", 46.0),
            ("缴款单位(人)盖章", "", 80.0),
            ("", "", 120.0),
            ("备注：", "remark", 166.0),
        ]
    } else {
        &[("税 务 机 关", "", 10.0), ("填 票 人", "ticket_filler", 60.0), ("备注：", "remark", 110.0)]
    };
    for (at, (label, key, left)) in boxes.iter().enumerate() {
        let right = boxes.get(at + 1).map_or(RIGHT, |b| b.2);
        if at > 0 {
            rule(page, (*left, top), (*left, 128.0));
        }
        if *key == "remark" {
            print(page, left + 2.0, top + 4.6, label);
            for (i, line) in wrap(subject.text(key), Face::Song, SIZE, right - left - 14.0).into_iter().enumerate() {
                fill(page, left + 11.0, top + 4.6 + STEP * i as f32, &line);
            }
            continue;
        }
        page.print(Text::new(Face::Kai, SIZE, *label).centre((left + right) / 2.0, top + 4.6));
        page.fill(Text::new(Face::Song, SIZE, subject.text(key)).centre((left + right) / 2.0, top + 12.6));
    }
    print(page, 24.0, top + 18.0, "（盖章）");
    if paid_in {
        page.print(Text::new(Face::Kai, 2.5, "上列款项已收妥并划转收款单位账户").centre(143.0, top + 4.6));
        page.print(Text::new(Face::Kai, SIZE, "国库(银行)盖章").centre(143.0, top + 10.0));
        page.print(Text::new(Face::Kai, SIZE, "年 月 日").centre(143.0, top + 18.0));
    }
    page.print(Text::new(Face::Kai, 3.6, "妥 善 保 管").centre(WIDTH / 2.0, 134.0));
    print(page, 14.0, 134.0, "样张 SPECIMEN");
}
