//! 数电票, 210 × 140 mm: the frame, the parties, the totals. The columns of its items are in [`columns`].

mod columns;
mod transports;

use invoice::kind::Kind;

use crate::error::Error;
use crate::forms::table::{self, Column, Grid, Line};
use crate::qr;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Face, Mark, Page, Path, Picture, Run, Text, wrap};
use columns::GRID;

/// The dark red of frame and labels.
const RED: Colour = [128, 0, 0];
/// Width of the frame's lines.
const RULE: f32 = 0.25;
/// Where the frame stands: left, top, right, bottom, and its horizontal lines between.
const FRAME: [f32; 4] = [4.5, 30.0, 205.5, 124.0];
const BANDS: [f32; 3] = [52.0, 96.0, 104.0];

/// Where the items and their sums stand.
#[derive(Debug, Clone, Copy)]
struct Bands {
    grid: Grid,
    /// Baseline of 合计.
    sums: f32,
}

const PLAIN: Bands = Bands { grid: GRID, sums: 95.02 };
/// With a table of journeys below them, the items have less than half the room.
const JOURNEYS: Bands = Bands { grid: Grid { lines: 3, ..GRID }, sums: 74.0 };

/// Lays out every page of the invoice. Rows that do not fit one page go on to the next; every page repeats head, parties and totals, and
/// has its own 小计.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let columns = columns::of(subject.text("service_type"));
    let transports = transports::lines(subject)?;
    let bands = if transports.is_empty() { PLAIN } else { JOURNEYS };
    let lines = table::break_rows(subject, &columns, bands.grid)?;
    let sheets = table::paginate(lines, bands.grid);
    let count = sheets.len();
    let mut pages = Vec::with_capacity(count);
    for (at, sheet) in sheets.iter().enumerate() {
        let mut page = Page::new(210.0, 140.0);
        frame(&mut page);
        labels(&mut page, subject, &columns, bands);
        head(&mut page, subject, (at, count))?;
        parties(&mut page, subject)?;
        table::draw(&mut page, &columns, bands.grid, sheet);
        transports::draw(&mut page, subject, &transports, bands.sums);
        if count > 1 {
            subtotal(&mut page, sheet, bands);
        }
        totals(&mut page, subject, bands)?;
        remark(&mut page, subject)?;
        stamps(&mut page)?;
        pages.push(page);
    }
    Ok(pages)
}

fn frame(page: &mut Page) {
    let [left, top, right, bottom] = FRAME;
    for y in [18.0, 19.0] {
        page.print(Path::line((65.5, y), (138.5, y), RULE, RED));
    }
    for y in [top, BANDS[0], BANDS[1], BANDS[2], bottom] {
        page.print(Path::line((left, y), (right, y), RULE, RED));
    }
    for x in [left, right] {
        page.print(Path::line((x, top), (x, bottom), RULE, RED));
    }
    for x in [10.7, 105.2, 111.2] {
        page.print(Path::line((x, top), (x, BANDS[0]), RULE, RED));
    }
    page.print(Path::line((10.7, BANDS[2]), (10.7, bottom), RULE, RED));
    page.print(Path::line((56.5, BANDS[1]), (56.5, BANDS[2]), RULE, RED));
}

/// A printed label that begins at `x` on the baseline `y`.
fn label(page: &mut Page, x: f32, y: f32, words: &str) {
    page.print(Text::label(words, RED).left(x, y));
}

fn labels(page: &mut Page, subject: Subject<'_>, columns: &[Column], bands: Bands) {
    let title = match (subject.text("title"), subject.kind) {
        ("", Kind::DigitalSpecial) => "电子发票（增值税专用发票）",
        ("", _) => "电子发票（普通发票）",
        (title, _) => title,
    };
    page.print(Text::new(Face::Kai, 7.07, title).colour(RED).centre(102.0, 14.09));
    for (y, words) in [(14.02, "发票号码："), (20.02, "开票日期：")] {
        page.print(Text::new(Face::Kai, 3.3, words).colour(RED).left(154.5, y));
    }
    // The sides' labels stand upright, one character below the other.
    for (x, words) in [(6.0, "购买方信息"), (106.5, "销售方信息")] {
        for (i, ch) in words.chars().enumerate() {
            page.print(Text::new(Face::Kai, 2.83, ch).colour(RED).left(x, 35.52 + 3.5 * i as f32));
        }
    }
    for x in [11.5, 112.0] {
        label(page, x, 36.5, "名称：");
        page.print(Text::new(Face::Kai, 2.83, "统一社会信用代码/纳税人识别号：").colour(RED).left(x, 47.02));
    }
    for column in columns {
        label(page, column.label_at, 56.02, column.label);
    }
    label(page, 20.5, bands.sums, "合");
    label(page, 36.5, bands.sums, "计");
    label(page, 16.93, 101.52, "价税合计（大写）");
    label(page, 143.5, 101.52, "（小写）");
    label(page, 6.0, 112.02, "备");
    label(page, 6.0, 118.02, "注");
    label(page, 19.5, 132.52, "开票人：");
}

fn head(page: &mut Page, subject: Subject<'_>, (at, count): (usize, usize)) -> Result<(), Error> {
    page.fill(Picture { area: [6.5, 6.0, 26.5, 26.0], png: qr::picture(&qr::payload(subject)?)? });
    let service = subject.text("service_type");
    if !service.is_empty() {
        page.fill(Text::value(service).centre(43.18, 17.15));
    }
    page.fill(Text::value(subject.need("number")?).left(170.6, 13.94).tag("InvoiceNo", None));
    page.fill(Text::value(subject.need("date")?).left(170.6, 20.04).tag("IssueDate", None));
    if count > 1 {
        page.fill(Text::value(format!("共{count}页 第{}页", at + 1)).right(205.2, 28.4));
    }
    Ok(())
}

fn parties(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let sides = [("buyer", 20.6, 54.6, "BuyerName", "BuyerTaxID"), ("seller", 121.1, 155.1, "SellerName", "SellerTaxID")];
    for (side, name_at, id_at, name_tag, id_tag) in sides {
        // A long name goes on below, as far as the line of the tax id.
        for (i, line) in wrap(subject.text(side), Face::Song, 3.175, 83.5).into_iter().enumerate() {
            page.fill(Text::value(line).left(name_at, 36.53 + 4.2 * i as f32).tag(name_tag, None));
        }
        let id = subject.text(&format!("{side}_tax_id"));
        page.fill(Text::new(Face::Courier, 4.2333, id).fit(50.0).left(id_at, 47.07).tag(id_tag, None));
    }
    Ok(())
}

/// An amount with its `¥`, two objects as the platform writes them, ending at `right`.
fn money(page: &mut Page, amount: &str, right: f32, y: f32, tag: &'static str) {
    let digits = Text::value(amount).right(right, y).tag(tag, None);
    let sign = Text::new(Face::Courier, 3.8806, "¥").right(digits.x, y).tag(tag, None);
    page.fill(sign);
    page.fill(digits);
}

fn subtotal(page: &mut Page, lines: &[Line], bands: Bands) {
    let (net, tax) = table::sums(lines);
    label(page, 20.5, bands.sums - 4.72, "小");
    label(page, 36.5, bands.sums - 4.72, "计");
    page.fill(Text::value(format!("¥{net}")).right(153.0, bands.sums - 4.72));
    if let Some(tax) = tax {
        page.fill(Text::value(format!("¥{tax}")).right(205.2, bands.sums - 4.72));
    }
}

fn totals(page: &mut Page, subject: Subject<'_>, bands: Bands) -> Result<(), Error> {
    let y = bands.sums - 0.39;
    money(page, subject.need("pretax_amount")?, 153.0, y, "TaxExclusiveTotalAmount");
    match subject.need("tax")? {
        "***" => page.fill(Text::value("***").right(205.2, y).tag("TaxTotalAmount", None)),
        tax => money(page, tax, 205.2, y, "TaxTotalAmount"),
    }
    cross(page, 60.44, 99.49);
    page.fill(Text::value(subject.need("total_cn")?).fit(80.0).left(62.95, 100.85));
    page.fill(Text::new(Face::Courier, 3.8806, "¥").left(156.2, 100.99).tag("TaxInclusiveTotalAmount", None));
    page.fill(Text::new(Face::Song, 3.8806, subject.need("total")?).left(158.53, 100.99).tag("TaxInclusiveTotalAmount", None));
    Ok(())
}

/// The crossed circle before the amount in words, which keeps anything from being written there.
fn cross(page: &mut Page, x: f32, y: f32) {
    page.fill(Path::ellipse(x, y, 2.04, 2.04, 0.225, [0, 0, 0]));
    page.fill(Path::line((x - 1.44, y - 1.44), (x + 1.44, y + 1.44), 0.225, [0, 0, 0]));
    page.fill(Path::line((x - 1.44, y + 1.44), (x + 1.44, y - 1.44), 0.225, [0, 0, 0]));
}

fn remark(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let text = subject.text("remark");
    if !text.is_empty() {
        let lines = wrap(text, Face::Song, 3.175, 193.0);
        if lines.len() > 5 {
            return Err(Error::TooLong { field: "remark" });
        }
        for (i, line) in lines.into_iter().enumerate() {
            page.fill(Text::value(line).left(11.11, 107.26 + 3.3 * i as f32 + 0.4).tag("Note", None));
        }
    }
    page.fill(Text::value(subject.text("issuer")).left(32.0, 132.62).tag("InvoiceClerk", None));
    Ok(())
}

fn stamps(page: &mut Page) -> Result<(), Error> {
    page.note(Mark::Seal(seal::supervision(102.0, 18.0)?));
    page.note(Text::label("下载次数：1", [110, 110, 110]).left(206.9, 29.6).run(Run::Turned));
    Ok(())
}
