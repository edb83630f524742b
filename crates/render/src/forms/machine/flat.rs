//! Flat sheets: a table in a frame, on paper with its labels in the sheet's ink, and the electronic form of the same look.

use super::{INK, NUMBERED, cells, typed};
use crate::error::Error;
use crate::reading::Subject;
use crate::seal::{company, supervision};
use crate::sheet::{Colour, Face, Mark, Page, Path, Picture, Run, Text};
use crate::{ACROSS, qr};

/// Left and right end of the frame.
const SIDES: (f32, f32) = (14.0, 196.0);
/// Dark red, in which electronic forms are printed.
const MAROON: Colour = [128, 0, 0];

/// A column: head, field, its left end.
type Column = (&'static str, &'static str, f32);

/// The frame of a table with its heads; gives the baseline of the first row.
fn table(page: &mut Page, ink: Colour, columns: &[Column], (top, bottom): (f32, f32)) -> f32 {
    let (left, right) = SIDES;
    for y in [top, top + 9.0, bottom] {
        page.print(Path::line((left, y), (right, y), 0.3, ink));
    }
    for x in columns.iter().map(|c| c.2).chain([right]) {
        page.print(Path::line((x, top), (x, bottom), 0.3, ink));
    }
    for (i, (words, _, from)) in columns.iter().enumerate() {
        let to = columns.get(i + 1).map_or(right, |c| c.2);
        let text = Text::new(Face::Kai, 3.6, *words).colour(ink);
        let width = text.width();
        page.print(text.justify(width.max(0.6 * (to - from)).min(to - from - 2.0)).centre((from + to) / 2.0, top + 5.8));
    }
    top + 14.5
}

/// The rows of the items below their heads.
fn rows(page: &mut Page, subject: Subject<'_>, columns: &[Column], first: f32) {
    let keys: Vec<&str> = columns.iter().map(|c| c.1).collect();
    for (i, row) in subject.rows("items").iter().enumerate() {
        let y = first + 5.6 * i as f32;
        for (at, text) in cells(row, &keys).into_iter().enumerate() {
            let (from, to) = (columns[at].2 + 1.5, columns.get(at + 1).map_or(SIDES.1, |c| c.2) - 1.5);
            let text = typed(text, 3.3).fit(to - from);
            page.fill(match columns[at].1 {
                "name" | "specification" => text.left(from, y),
                "unit" => text.centre((from + to) / 2.0, y),
                _ => text.right(to, y),
            });
        }
    }
}

/// A sheet on paper.
pub(super) fn paper(subject: Subject<'_>) -> Result<Page, Error> {
    const COLUMNS: [Column; 5] =
        [("品名", "name", 14.0), ("单位", "unit", 92.0), ("数量", "quantity", 108.0), ("单价", "price", 132.0), ("金额", "total", 162.0)];
    let mut page = Page::new(210.0, 139.7);
    let label = |page: &mut Page, x: f32, y: f32, words: &str| page.print(Text::new(Face::Kai, 3.6, words).colour(INK).left(x, y));
    let value = |page: &mut Page, x: f32, y: f32, key: &str| page.fill(typed(subject.text(key), 3.4).left(x, y + 0.4));
    page.print(Text::new(Face::Kai, 6.4, subject.need("title")?).colour(INK).centre(100.0, 13.0));
    page.print(Path::line((58.0, 15.5), (142.0, 15.5), 0.3, INK));
    page.note(Mark::Seal(supervision(100.0, 18.0)?));
    page.print(Text::new(Face::Kai, 4.8, "发票联").colour(INK).justify(28.0).centre(100.0, 25.5));
    for (y, words, key) in [(16.0, "发票代码", "code"), (23.0, "发票号码", "number")] {
        label(&mut page, 144.0, y, words);
        page.print(Text::new(Face::Courier, 4.8, subject.need(key)?).colour(NUMBERED).left(160.5, y + 0.3));
    }
    label(&mut page, 14.0, 33.0, "付款方名称：");
    value(&mut page, 36.0, 33.0, "buyer");
    label(&mut page, 130.0, 33.0, "开票日期：");
    value(&mut page, 148.0, 33.0, "date");
    label(&mut page, 14.0, 39.0, "付款方识别号：");
    value(&mut page, 39.0, 39.0, "buyer_tax_id");
    let first = table(&mut page, INK, &COLUMNS, (42.0, 92.0));
    rows(&mut page, subject, &COLUMNS, first);
    let (left, right) = SIDES;
    for (from, to) in
        [((left, 104.0), (right, 104.0)), ((left, 92.0), (left, 104.0)), ((right, 92.0), (right, 104.0)), ((44.0, 92.0), (44.0, 104.0))]
    {
        page.print(Path::line(from, to, 0.3, INK));
    }
    page.print(Text::new(Face::Kai, 3.6, "合计金额").colour(INK).justify(24.0).centre(29.0, 97.2));
    page.print(Text::new(Face::Kai, 3.6, "（大写）").colour(INK).justify(20.0).centre(29.0, 102.2));
    page.fill(typed(subject.need("total_cn")?, 3.6).left(48.0, 99.6));
    label(&mut page, 140.0, 99.2, "（小写）");
    page.fill(typed(format!("￥{}", subject.need("total")?), 3.6).left(160.0, 99.6));
    label(&mut page, 14.0, 110.5, "收款方名称：");
    value(&mut page, 36.0, 110.5, "seller");
    label(&mut page, 14.0, 116.5, "收款方识别号：");
    value(&mut page, 39.0, 116.5, "seller_tax_id");
    for (x, words, name) in [(14.0, "开票人：", "方远"), (60.0, "收款人：", "林小满"), (106.0, "复核人：", "")] {
        label(&mut page, x, 124.0, words);
        page.fill(typed(name, 3.4).left(x + 15.0, 124.4));
    }
    label(&mut page, 146.0, 124.0, "收款方（盖章）：");
    page.print(Text::new(Face::Kai, 3.4, "第二联发票联（手写无效）").colour(INK).run(Run::Down(4.4)).left(200.0, 44.0));
    if subject.flag("company_seal") {
        page.note(Mark::Seal(company(subject.text("seller"), subject.text("seller_tax_id"), 168.0, 116.0)?));
    }
    Ok(page)
}

/// The electronic form of the provinces.
pub(super) fn electronic(subject: Subject<'_>) -> Result<Page, Error> {
    const COLUMNS: [Column; 6] = [
        ("项目名称", "name", 14.0),
        ("规格型号", "specification", 72.0),
        ("单位", "unit", 104.0),
        ("数量", "quantity", 118.0),
        ("单价", "price", 140.0),
        ("金额", "total", 168.0),
    ];
    let mut page = Page::new(210.0, 140.0);
    let label = |page: &mut Page, x: f32, y: f32, words: &str| page.print(Text::new(Face::Kai, 3.3, words).colour(MAROON).left(x, y));
    let value = |page: &mut Page, x: f32, y: f32, key: &str| page.fill(typed(subject.text(key), 3.3).left(x, y));
    page.print(Text::new(Face::Kai, 6.4, subject.need("title")?).colour(MAROON).centre(105.0, 14.0));
    page.note(Mark::Seal(supervision(105.0, 17.0)?));
    page.fill(Picture { area: [16.0, 5.0, 34.0, 23.0], png: qr::picture(ACROSS)? });
    for (y, words, key) in
        [(9.0, "发票代码：", "code"), (14.0, "发票号码：", "number"), (19.0, "开票日期：", "date"), (24.0, "校验码：", "check_code")]
    {
        label(&mut page, 148.0, y, words);
        value(&mut page, 165.0, y, key);
    }
    let (left, right) = SIDES;
    let box_around = |page: &mut Page, top: f32, bottom: f32| {
        for (from, to) in
            [((left, top), (right, top)), ((left, bottom), (right, bottom)), ((left, top), (left, bottom)), ((right, top), (right, bottom))]
        {
            page.print(Path::line(from, to, 0.3, MAROON));
        }
    };
    box_around(&mut page, 28.0, 42.0);
    label(&mut page, 18.0, 33.5, "购买方名称：");
    value(&mut page, 38.0, 33.5, "buyer");
    label(&mut page, 18.0, 39.5, "纳税人识别号：");
    value(&mut page, 42.0, 39.5, "buyer_tax_id");
    let first = table(&mut page, MAROON, &COLUMNS, (42.0, 86.0));
    rows(&mut page, subject, &COLUMNS, first);
    box_around(&mut page, 86.0, 96.0);
    label(&mut page, 18.0, 92.4, "合计（大写）");
    page.fill(typed(subject.need("total_cn")?, 3.5).left(44.0, 92.4));
    label(&mut page, 140.0, 92.4, "（小写）");
    page.fill(typed(format!("￥{}", subject.need("total")?), 3.5).left(156.0, 92.4));
    box_around(&mut page, 96.0, 118.0);
    label(&mut page, 18.0, 102.0, "销售方名称：");
    value(&mut page, 38.0, 102.0, "seller");
    label(&mut page, 18.0, 108.0, "纳税人识别号：");
    value(&mut page, 42.0, 108.0, "seller_tax_id");
    label(&mut page, 18.0, 114.0, "备注：");
    value(&mut page, 30.0, 114.0, "remark");
    label(&mut page, 18.0, 124.0, "收款人：");
    label(&mut page, 80.0, 124.0, "开票人：");
    page.fill(typed("方远", 3.3).left(94.0, 124.0));
    Ok(page)
}
