//! 过路费发票: three layouts of provinces: a strip with the names of stations, a small one with their numbers, and a fixed sum.

use crate::error::Error;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{BLACK, Colour, Face, Mark, Page, Path, Text};

const GREEN: Colour = [38, 104, 78];
const RED: Colour = [196, 44, 50];
const PAPER: Colour = [247, 250, 244];

/// Lays the receipt out as what is on it asks for.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    if subject.text("entrance").is_empty() {
        fixed(subject)
    } else if subject.text("entrance").bytes().all(|b| b.is_ascii_digit()) {
        small(subject)
    } else {
        strip(subject)
    }
}

fn print(page: &mut Page, x: f32, y: f32, size: f32, words: &str) {
    page.print(Text::new(Face::Kai, size, words).colour(GREEN).left(x, y));
}

fn fill(page: &mut Page, x: f32, y: f32, words: &str) {
    page.fill(Text::new(Face::Song, 3.4, words).colour(BLACK).left(x, y));
}

/// Title, code and number.
fn head(page: &mut Page, subject: Subject<'_>, size: f32, top: f32) -> Result<(), Error> {
    let (width, middle) = (page.width, page.width / 2.0);
    page.print(Text::new(Face::Kai, size, subject.need("title")?).colour(GREEN).fit(width - 6.0).centre(middle, top));
    print(page, 5.0, top + 10.0, 3.2, "发票代码");
    page.print(Text::new(Face::Courier, 3.2, subject.need("code")?).colour(GREEN).left(19.0, top + 10.0));
    print(page, 5.0, top + 15.0, 3.2, "发票号码");
    page.print(Text::new(Face::Courier, 3.8, subject.need("number")?).colour(RED).left(19.0, top + 15.0));
    page.note(Mark::Seal(seal::supervision(middle, top - 1.0)?));
    Ok(())
}

/// 57 × 100 mm: one label to a line.
fn strip(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut page = Page::new(57.0, 100.0);
    page.print(Path::block([0.0, 0.0, 57.0, 100.0], PAPER));
    head(&mut page, subject, 4.4, 14.0)?;
    let day = crate::reading::dashed(subject.day("date")?);
    let rows = [
        ("入口：", subject.need("entrance")?.to_owned()),
        ("出口：", subject.need("exit")?.to_owned()),
        ("车型：", "客1".to_owned()),
        ("金额：", format!("{}元", subject.need("total")?)),
        ("时间：", format!("{day} {}", subject.need("time")?)),
        ("收费员：", "9906".to_owned()),
    ];
    for (at, (label, value)) in rows.into_iter().enumerate() {
        let y = 40.0 + 7.0 * at as f32;
        print(&mut page, 5.0, y, 3.4, label);
        fill(&mut page, 19.0, y, &value);
    }
    print(&mut page, 5.0, 92.0, 2.8, "样张 不作报销凭证");
    Ok(vec![page])
}

/// 50 × 62 mm: two labels to a line, everything printed by the machine.
fn small(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut page = Page::new(52.0, 64.0);
    page.print(Path::block([0.0, 0.0, 52.0, 64.0], PAPER));
    head(&mut page, subject, 3.8, 10.0)?;
    let day = subject.day("date")?;
    fill(&mut page, 4.0, 33.0, &format!("入口:{}", subject.need("entrance")?));
    fill(&mut page, 27.0, 33.0, &format!("出口:{}", subject.need("exit")?));
    fill(&mut page, 4.0, 39.0, "车类:1");
    fill(&mut page, 27.0, 39.0, &format!("金额:{}元", subject.need("total")?));
    fill(&mut page, 4.0, 45.0, &format!("{} {}", day.strftime("%Y/%m/%d"), subject.need("time")?));
    fill(&mut page, 4.0, 51.0, "收费员:9907 车道:03");
    print(&mut page, 4.0, 59.0, 2.8, "样张 不作报销凭证");
    Ok(vec![page])
}

/// 100 × 60 mm: the sum in words.
fn fixed(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut page = Page::new(100.0, 60.0);
    page.print(Path::block([0.0, 0.0, 100.0, 60.0], PAPER));
    head(&mut page, subject, 5.0, 12.0)?;
    let total = subject.amount("total")?;
    let words = invoice::words::write(total).ok_or_else(|| Error::Unfit { field: "total", value: total.to_string() })?;
    page.print(Text::new(Face::Kai, 7.0, words).colour(GREEN).centre(50.0, 42.0));
    print(&mut page, 5.0, 54.0, 2.8, "收费单位：样张公路收费站（样张 不作报销凭证）");
    Ok(vec![page])
}
