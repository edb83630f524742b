//! Supervised sheets of no special form: an electronic bill of the treasury, a ticket of admission, a bill for settling accounts.

use super::slip::{self, Slip};
use crate::error::Error;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Mark, Page, Path};

const BLACK_BROWN: Colour = [90, 60, 40];
const GREEN: Colour = [22, 110, 70];
const BLUE: Colour = [30, 80, 150];
const WHITE: Colour = [255, 255, 255];
const PALE_GREEN: Colour = [238, 247, 240];
const PALE_SAND: Colour = [250, 246, 236];

/// Lays it out.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let title = subject.need("title")?;
    let page = if title.contains("电子") {
        treasury(subject)?
    } else if title.contains("门票") {
        admission(subject)?
    } else {
        settlement(subject)?
    };
    Ok(vec![page])
}

fn words(subject: Subject<'_>) -> Result<String, Error> {
    let total = subject.amount("total")?;
    invoice::words::write(total).ok_or_else(|| Error::Unfit { field: "total", value: total.to_string() })
}

fn treasury(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(190.0, 110.0, WHITE, BLACK_BROWN)?;
    slip.print_centre(95.0, 14.0, 6.4, subject.need("title")?);
    for (x, y, label, value) in [
        (14.0, 24.0, "票据代码：", subject.need("code")?.to_owned()),
        (120.0, 24.0, "票据号码：", subject.need("number")?.to_owned()),
        (14.0, 31.0, "交款人：", "云泽拾光物流有限公司".to_owned()),
        (120.0, 31.0, "校验码：", "a1b2c3".to_owned()),
        (120.0, 38.0, "开票日期：", slip::dashed(subject.day("date")?)),
    ] {
        slip.print(x, y, 3.4, label);
        slip.fill(x + 3.4 * label.chars().count() as f32 + 0.4, y, 3.6, &value);
    }
    for y in [42.0, 49.0, 74.0, 82.0] {
        slip.page.print(Path::line((12.0, y), (178.0, y), 0.25, BLACK_BROWN));
    }
    for x in [12.0, 178.0] {
        slip.page.print(Path::line((x, 42.0), (x, 82.0), 0.25, BLACK_BROWN));
    }
    for (x, head) in [(16.0, "项目编码"), (50.0, "项目名称"), (92.0, "单位"), (112.0, "数量"), (130.0, "标准"), (152.0, "金额（元）")]
    {
        slip.print(x, 47.0, 3.2, head);
    }
    for (x, value) in [(16.0, "99030101"), (50.0, "考试报名费"), (92.0, "项"), (114.0, "1")] {
        slip.fill(x, 56.0, 3.4, value);
    }
    slip.fill(130.0, 56.0, 3.4, subject.need("total")?);
    slip.fill(152.0, 56.0, 3.4, subject.need("total")?);
    slip.print(16.0, 79.5, 3.4, "金额合计（大写）");
    slip.fill(46.0, 79.5, 3.6, &words(subject)?);
    slip.print(120.0, 79.5, 3.4, "（小写）");
    slip.fill(136.0, 79.5, 3.6, subject.need("total")?);
    slip.print(14.0, 100.0, 3.2, "收款单位（章）：");
    slip.fill(40.0, 100.0, 3.4, "云泽市样张考试中心");
    slip.print(100.0, 100.0, 3.2, "复核人：");
    slip.print(140.0, 100.0, 3.2, "收款人：");
    Ok(slip.page)
}

fn admission(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(150.0, 62.0, PALE_GREEN, GREEN)?;
    slip.print_centre(75.0, 11.0, 6.0, subject.need("title")?);
    slip.print_centre(75.0, 18.0, 3.8, "发票联");
    slip.print(86.0, 27.0, 3.2, "发票代码");
    slip.fill(101.0, 27.0, 3.6, subject.need("code")?);
    slip.print(86.0, 33.0, 3.2, "发票号码");
    slip.fill(101.0, 33.0, 3.6, subject.need("number")?);
    slip.print(12.0, 34.0, 4.0, "票价");
    slip.print(24.0, 34.0, 7.0, &format!("￥{}", subject.need("total")?));
    slip.print(12.0, 46.0, 3.2, "日期");
    slip.fill(21.0, 46.0, 3.6, &slip::dashed(subject.day("date")?));
    slip.print(12.0, 56.0, 2.8, "当日一次有效 样张不作入园与报销凭证");
    slip.page.note(Mark::Seal(seal::supervision(66.0, 46.0)?));
    Ok(slip.page)
}

fn settlement(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(180.0, 90.0, PALE_SAND, BLUE)?;
    slip.print_centre(90.0, 12.0, 6.0, subject.need("title")?);
    slip.print(12.0, 22.0, 3.4, "票据代码");
    slip.fill(27.0, 22.0, 3.8, subject.need("code")?);
    slip.print(120.0, 22.0, 3.4, "№");
    slip.fill(126.0, 22.0, 4.2, subject.need("number")?);
    slip.print(12.0, 30.0, 3.4, "付款单位：");
    slip.fill(30.0, 30.0, 3.8, "云泽墨竹文化传媒有限公司");
    let day = subject.day("date")?;
    slip.print(120.0, 30.0, 3.4, "填制日期：");
    slip.fill(138.0, 30.0, 3.8, &invoice::date::text(day));
    for y in [34.0, 41.0, 58.0, 66.0] {
        slip.page.print(Path::line((12.0, y), (168.0, y), 0.25, BLUE));
    }
    for (x, head) in [(16.0, "收款项目"), (80.0, "数量"), (104.0, "收费标准"), (140.0, "金额")] {
        slip.print(x, 39.0, 3.2, head);
    }
    for (x, value) in [(16.0, "资料工本费"), (82.0, "1")] {
        slip.fill(x, 49.0, 3.6, value);
    }
    slip.fill(140.0, 49.0, 3.6, subject.need("total")?);
    slip.print(16.0, 63.5, 3.4, "合计人民币（大写）");
    slip.fill(50.0, 63.5, 3.8, &words(subject)?);
    slip.print(118.0, 63.5, 3.4, "（小写）");
    slip.fill(134.0, 63.5, 3.8, &format!("￥{}", subject.need("total")?));
    slip.print(12.0, 78.0, 3.2, "收款单位（公章）：云泽市财政局样张中心");
    slip.print(120.0, 78.0, 3.2, "收款人：");
    slip.print(12.0, 85.0, 2.6, "云泽省财政厅监制 样张不作报销凭证");
    Ok(slip.page)
}
