//! 定额发票: 通用定额发票 with the amount in large words, a middle size with words and figures, and the small slip of one trade.

use super::slip::{self, Slip};
use crate::error::Error;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Face, Mark, Page, Path, Text};

const BROWN: Colour = [120, 80, 50];
const GREEN: Colour = [22, 110, 70];
const BLUE: Colour = [30, 80, 150];
const PALE_ROSE: Colour = [252, 242, 240];
const PALE_GREEN: Colour = [238, 247, 240];
const PALE_BLUE: Colour = [236, 243, 250];

/// Lays it out.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let page = match slip::layout(subject.need("number")?, 3) {
        0 => general(subject)?,
        1 => middle(subject)?,
        _ => small(subject)?,
    };
    Ok(vec![page])
}

/// 175 × 70 mm; the amount in words alone.
fn general(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(175.0, 70.0, PALE_ROSE, BROWN)?;
    slip.print_centre(87.5, 11.0, 6.4, subject.need("title")?);
    slip.page.print(Path::line((40.0, 13.0), (135.0, 13.0), 0.3, BROWN));
    slip.print_centre(87.5, 20.0, 5.0, "发 票 联");
    slip.print(116.0, 27.0, 3.6, "发票代码");
    slip.fill(132.5, 27.0, 4.0, subject.need("code")?);
    slip.print(116.0, 33.0, 3.6, "发票号码");
    slip.fill(132.5, 33.0, 4.0, subject.need("number")?);
    let words: Vec<char> = subject.need("total_cn")?.chars().collect();
    for (i, ch) in words.iter().enumerate() {
        slip.page.print(Text::new(Face::Kai, 12.0, *ch).colour(BROWN).left(30.0 + 17.0 * i as f32, 48.0));
    }
    slip.print(12.0, 63.0, 3.4, "收款单位（盖章有效）");
    slip.print(104.0, 63.0, 3.4, "开票日期：    年   月   日");
    if subject.flag("non_commercial_mark") {
        slip.print(12.0, 27.0, 3.4, "非经营性收费专用");
    }
    let mut page = slip.page;
    page.note(Mark::Seal(seal::supervision_by(subject.need("producer_stamp")?, 87.5, 25.0)?));
    stamp(&mut page, subject, 1.0, 150.0, 52.0)?;
    Ok(page)
}

/// Words and figures.
fn middle(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(140.0, 66.0, PALE_GREEN, GREEN)?;
    slip.print_centre(70.0, 10.0, 5.6, subject.need("title")?);
    slip.print_centre(70.0, 17.0, 4.0, "发票联");
    slip.print(10.0, 25.0, 3.4, "发票代码：");
    slip.fill(27.5, 25.0, 3.8, subject.need("code")?);
    slip.print(10.0, 31.0, 3.4, "发票号码：");
    slip.fill(27.5, 31.0, 3.8, subject.need("number")?);
    slip.print(10.0, 43.0, 4.2, "人民币（大写）");
    slip.print(42.0, 43.0, 6.4, subject.need("total_cn")?);
    slip.print(88.0, 43.0, 6.0, &format!("￥{}", subject.need("total")?));
    slip.print(10.0, 58.0, 3.2, "收款单位：                    （盖章有效）");
    let mut page = slip.page;
    stamp(&mut page, subject, 0.8, 108.0, 27.0)?;
    Ok(page)
}

/// A slip of one trade: title, code, number and the amount in figures.
fn small(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(84.0, 50.0, PALE_BLUE, BLUE)?;
    slip.print_centre(42.0, 8.0, 4.2, subject.need("title")?);
    slip.print_centre(42.0, 13.5, 3.2, "发票联");
    slip.print(8.0, 19.5, 2.8, "发票代码");
    slip.fill(21.0, 19.5, 3.2, subject.need("code")?);
    slip.print(8.0, 24.5, 2.8, "发票号码");
    slip.fill(21.0, 24.5, 3.2, subject.need("number")?);
    slip.print_centre(42.0, 36.0, 8.0, &format!("￥{}", subject.need("total")?));
    slip.print(8.0, 45.0, 2.6, "盖章有效 样张不作报销凭证");
    let mut page = slip.page;
    stamp(&mut page, subject, 0.5, 68.0, 40.0)?;
    Ok(page)
}

fn stamp(page: &mut Page, subject: Subject<'_>, scale: f32, x: f32, y: f32) -> Result<(), Error> {
    if subject.flag("company_seal") {
        page.note(Mark::Seal(seal::company_of(scale, "云泽样张停车场管理有限公司", "", x, y)?));
    }
    Ok(())
}
