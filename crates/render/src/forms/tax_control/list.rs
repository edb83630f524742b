//! 销货清单: the items of an invoice that has no room for them, on pages of 210 × 297 mm.

use super::Style;
use crate::error::Error;
use crate::forms::table::Align::{Centre, Left, Right};
use crate::forms::table::Overflow::{Shrink, Wrap};
use crate::forms::table::{self, Column, Grid, column};
use crate::reading::Subject;
use crate::sheet::{Face, Mark, Page, Path, Text};

const GRID: Grid = Grid { first: 71.1, step: 6.2, lines: 29, size: 3.175 };
/// The frame: left, top of the heads, top of the rows, end of the rows, right.
const FRAME: [f32; 5] = [4.5, 59.0, 66.0, 255.0, 205.5];
/// Baselines of 小计, 总计 and 备注.
const FEET: [(f32, &str); 3] = [(259.73, "小计"), (266.73, "总计"), (274.23, "备注")];

fn columns() -> Vec<Column> {
    vec![
        column("name", Some("Item"), ("项目名称", 27.0), (14.5, 55.5), Left, Wrap),
        column("specification", Some("Specification"), ("规格型号", 63.5), (57.0, 82.0), Left, Wrap),
        column("unit", Some("MeasurementDimension"), ("单位", 85.5), (83.0, 94.0), Centre, Wrap),
        column("quantity", Some("Quantity"), ("数量", 100.5), (95.0, 113.5), Right, Shrink),
        column("price", Some("Price"), ("单价", 121.5), (115.0, 133.5), Right, Shrink),
        column("total", Some("Amount"), ("金额", 146.5), (135.5, 163.5), Right, Shrink),
        column("tax_rate", Some("TaxScheme"), ("税率", 167.0), (165.0, 175.0), Right, Shrink),
        column("tax", Some("TaxAmount"), ("税额", 187.0), (176.5, 204.5), Right, Shrink),
    ]
}

/// Lays out the list's pages.
pub(super) fn lay(subject: Subject<'_>, style: Style) -> Result<Vec<Page>, Error> {
    let columns = columns();
    let lines = table::break_rows(subject, &columns, GRID)?;
    let sheets = table::paginate(lines, GRID);
    let count = sheets.len();
    let mut pages = Vec::with_capacity(count);
    let mut first_row = 1;
    for (at, sheet) in sheets.iter().enumerate() {
        let mut page = Page::new(210.0, 297.0);
        frame(&mut page, style, &columns);
        head(&mut page, style, subject, (at, count))?;
        table::draw(&mut page, &columns, GRID, sheet);
        let mut y = GRID.first;
        for line in sheet {
            page.fill(Text::value(first_row.to_string()).centre(9.0, y));
            y += GRID.step * line.height() as f32;
            first_row += 1;
        }
        feet(&mut page, style, subject, sheet, at + 1 == count)?;
        page.note(Mark::Seal(crate::seal::company(subject.text("seller"), subject.text("seller_tax_id"), 168.0, 278.0)?));
        pages.push(page);
    }
    Ok(pages)
}

fn frame(page: &mut Page, style: Style, columns: &[Column]) {
    let [left, top, rows, end, right] = FRAME;
    let rule = |page: &mut Page, from, to| page.print(Path::line(from, to, super::RULE, style.ink));
    for y in [top, rows, end, 262.0, 269.0, 277.0] {
        rule(page, (left, y), (right, y));
    }
    for x in [left, 14.0, right] {
        rule(page, (x, top), (x, 277.0));
    }
    for pair in columns.windows(2) {
        let x = (pair[0].right + pair[1].left) / 2.0;
        rule(page, (x, top), (x, 269.0));
    }
    for column in columns {
        page.print(Text::label(column.label, style.ink).left(column.label_at, 63.6));
    }
    page.print(Text::label("序号", style.ink).centre(9.2, 63.6));
}

fn head(page: &mut Page, style: Style, subject: Subject<'_>, (at, count): (usize, usize)) -> Result<(), Error> {
    page.print(Text::new(Face::Kai, 6.7028, "销售货物或者提供应税劳务、服务清单").colour(style.ink).centre(105.0, 20.1));
    let labels = [
        (10.5, 39.73, "购买方名称："),
        (10.5, 46.73, "销售方名称："),
        (10.5, 53.73, "所属增值税电子普通发票代码："),
        (95.5, 53.73, "号码："),
        (165.5, 53.73, "共"),
        (180.5, 53.73, "页"),
        (186.5, 53.73, "第"),
        (201.5, 53.73, "页"),
        (147.5, 282.0, "开票日期："),
    ];
    for (x, y, words) in labels {
        page.print(Text::label(words, style.ink).left(x, y));
    }
    page.fill(Text::value(subject.text("buyer")).left(30.0, 39.73));
    page.fill(Text::value(subject.text("seller")).left(30.0, 46.73));
    page.fill(Text::value(subject.need("code")?).left(55.5, 53.73));
    page.fill(Text::value(subject.need("number")?).left(105.5, 53.73));
    page.fill(Text::value(count.to_string()).centre(174.7, 53.73));
    page.fill(Text::value((at + 1).to_string()).centre(195.7, 53.73));
    page.fill(Text::value(subject.need("date")?).left(164.0, 282.0));
    Ok(())
}

/// 小计 of the page, and on the last one 总计.
fn feet(page: &mut Page, style: Style, subject: Subject<'_>, lines: &[table::Line], last: bool) -> Result<(), Error> {
    for (y, words) in FEET {
        page.print(Text::label(words, style.ink).centre(9.2, y));
    }
    let (net, tax) = table::sums(lines);
    page.fill(Text::value(format!("¥{net}")).right(163.5, 259.73));
    page.fill(Text::value(tax.map_or_else(|| "***".to_owned(), |t| format!("¥{t}"))).right(204.5, 259.73));
    if last {
        page.fill(Text::value(format!("¥{}", subject.need("pretax_amount")?)).right(163.5, 266.73));
        let tax = subject.need("tax")?;
        page.fill(Text::value(if tax == "***" { tax.to_owned() } else { format!("¥{tax}") }).right(204.5, 266.73));
    }
    Ok(())
}
