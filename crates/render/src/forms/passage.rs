//! Tickets of coaches and ships as provinces and companies print them: heads of a table with values below, labels with values beside, stations
//! in large print. The form is printed in its own colour, what a machine fills in is black.

use super::slip::{self, Slip};
use crate::error::Error;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Mark, Page, Path};

const GREEN: Colour = [22, 110, 70];
const BLUE: Colour = [30, 80, 150];
const VIOLET: Colour = [90, 60, 130];
const PALE_GREEN: Colour = [236, 246, 238];
const PALE_BLUE: Colour = [235, 243, 250];
const PALE_SAND: Colour = [250, 246, 236];

/// A coach's ticket.
pub(super) fn bus(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let page = match slip::layout(subject.need("number")?, 3) {
        0 => bus_heads(subject)?,
        1 => bus_labels(subject)?,
        _ => bus_stations(subject)?,
    };
    Ok(vec![page])
}

/// The seller's seal, on tickets that bear one.
fn stamp(page: &mut Page, subject: Subject<'_>, x: f32, y: f32) -> Result<(), Error> {
    if subject.flag("company_seal") {
        page.note(Mark::Seal(seal::company_of(0.62, "云泽样张客运集团有限公司", "", x, y)?));
    }
    Ok(())
}

fn bus_heads(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(100.0, 62.0, PALE_GREEN, GREEN)?;
    slip.print_centre(64.0, 8.0, 5.0, subject.need("title")?);
    slip.print_centre(66.0, 14.5, 4.0, "发票联");
    slip.print(52.0, 20.5, 3.0, "发票代码");
    slip.fill(65.5, 20.5, 3.6, subject.need("code")?);
    slip.print(52.0, 26.0, 3.0, "发票号码");
    slip.fill(65.5, 26.0, 3.6, subject.need("number")?);
    slip.print(8.0, 37.0, 3.6, "到站");
    slip.fill(22.0, 37.0, 4.2, subject.need("station_getoff")?);
    slip.print(52.0, 37.0, 3.6, "票价：￥");
    slip.fill(67.0, 37.0, 4.0, &format!("{}<全>", subject.need("total")?));
    for (x, head) in [(6.0, "乘车日期"), (30.0, "开车时间"), (52.0, "车次"), (66.0, "座号"), (81.0, "检票口")] {
        slip.print(x, 43.5, 3.4, head);
    }
    slip.fill(4.0, 49.5, 3.8, &slip::dashed(subject.day("date")?));
    let time = subject.text("time");
    slip.fill(32.0, 49.5, 3.8, if time.is_empty() { "流水" } else { time });
    slip.fill(52.0, 49.5, 3.8, subject.need("bus_number")?);
    slip.fill(67.5, 49.5, 3.8, "12");
    slip.fill(84.0, 49.5, 3.8, "6");
    slip.print(6.0, 58.0, 2.6, "当日当次有效 遗失不补 样张不作报销凭证");
    let mut page = slip.page;
    stamp(&mut page, subject, 24.0, 20.0)?;
    Ok(page)
}

fn bus_labels(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(120.0, 68.0, PALE_BLUE, BLUE)?;
    slip.print_centre(60.0, 9.0, 5.4, subject.need("title")?);
    slip.print(8.0, 17.0, 3.0, "发票代码：");
    slip.fill(23.0, 17.0, 3.4, subject.need("code")?);
    slip.print(68.0, 17.0, 3.0, "发票号码：");
    slip.fill(83.0, 17.0, 3.4, subject.need("number")?);
    let day = slip::dashed(subject.day("date")?);
    let rows: [[(&str, String); 2]; 5] = [
        [("始发站：", subject.need("station_geton")?.to_owned()), ("到达站：", subject.need("station_getoff")?.to_owned())],
        [("乘车日期：", day.clone()), ("发车时间：", subject.need("time")?.to_owned())],
        [("车次：", subject.need("bus_number")?.to_owned()), ("座位号：", "23".to_owned())],
        [("票价：", format!("{}元", subject.need("total")?)), ("检票口：", "8".to_owned())],
        [("姓名：", subject.need("name")?.to_owned()), ("身份证号：", subject.need("user_id")?.to_owned())],
    ];
    for (row, y) in rows.iter().zip([25.0, 32.0, 39.0, 46.0, 53.0]) {
        for ((label, value), x) in row.iter().zip([8.0, 62.0]) {
            slip.print(x, y, 3.2, label);
            slip.fill(x + 3.2 * label.chars().count() as f32 + 0.4, y, 3.8, value);
        }
    }
    slip.print(8.0, 60.0, 2.6, "售票员：");
    slip.fill(19.0, 60.0, 2.8, "027");
    slip.print(32.0, 60.0, 2.6, "售票时间：");
    slip.fill(46.0, 60.0, 2.8, &format!("{day} 06:05:12"));
    slip.print(84.0, 60.0, 2.6, "保险费：");
    slip.fill(95.0, 60.0, 2.8, "1.00");
    let mut page = slip.page;
    stamp(&mut page, subject, 102.0, 42.0)?;
    Ok(page)
}

fn bus_stations(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(88.0, 56.0, PALE_SAND, VIOLET)?;
    slip.print_centre(44.0, 7.5, 3.8, subject.need("title")?);
    slip.print(44.0, 13.0, 2.8, "发票代码");
    slip.fill(56.5, 13.0, 3.0, subject.need("code")?);
    slip.print(44.0, 17.5, 2.8, "发票号码");
    slip.fill(56.5, 17.5, 3.0, subject.need("number")?);
    slip.fill(8.0, 25.5, 5.2, subject.need("station_geton")?);
    slip.page.print(Path::line((40.0, 23.6), (48.0, 23.6), 0.35, VIOLET));
    slip.page.print(Path::line((46.0, 22.4), (48.0, 23.6), 0.35, VIOLET));
    slip.page.print(Path::line((46.0, 24.8), (48.0, 23.6), 0.35, VIOLET));
    slip.fill(52.0, 25.5, 5.2, subject.need("station_getoff")?);
    let day = subject.day("date")?;
    slip.fill(8.0, 32.5, 3.4, &invoice::date::text(day));
    slip.fill(40.0, 32.5, 3.4, &format!("{}开", subject.need("time")?));
    slip.fill(60.0, 32.5, 3.4, &format!("班次：{}", subject.need("bus_number")?));
    slip.fill(8.0, 38.5, 3.4, &format!("￥{}元", subject.need("total")?));
    slip.fill(40.0, 38.5, 3.4, "15号 全票");
    slip.fill(8.0, 44.5, 3.4, subject.need("user_id")?);
    slip.fill(40.0, 44.5, 3.4, subject.need("name")?);
    slip.print(8.0, 51.0, 2.4, "限乘当日当次车 样张不作乘车与报销凭证");
    let mut page = slip.page;
    stamp(&mut page, subject, 74.0, 45.0)?;
    Ok(page)
}

/// A ship's ticket.
pub(super) fn ferry(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    if !subject.details.has("code") {
        return Ok(vec![ferry_two_languages(subject)?]);
    }
    Ok(vec![match slip::layout(subject.need("number")?, 2) {
        0 => ferry_labels(subject)?,
        _ => ferry_heads(subject)?,
    }])
}

fn ferry_labels(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(130.0, 72.0, PALE_BLUE, BLUE)?;
    slip.print_centre(65.0, 9.5, 5.2, "云泽省水路客运发票");
    slip.print_centre(65.0, 15.5, 3.4, "发票联");
    slip.print(8.0, 22.0, 3.0, "发票代码");
    slip.fill(21.5, 22.0, 3.4, subject.need("code")?);
    slip.print(76.0, 22.0, 3.0, "发票号码");
    slip.fill(89.5, 22.0, 3.4, subject.need("number")?);
    let rows: [[(&str, String); 2]; 5] = [
        [("船名：", "样张海鸥".to_owned()), ("航次：", "0815".to_owned())],
        [("始发港：", subject.need("station_geton")?.to_owned()), ("目的港：", subject.need("station_getoff")?.to_owned())],
        [("开航日期：", slip::dashed(subject.day("date")?)), ("开航时间：", subject.need("time")?.to_owned())],
        [("票价：", format!("{}元", subject.need("total")?)), ("舱位：", "二等".to_owned())],
        [("姓名：", subject.need("name")?.to_owned()), ("证件号码：", subject.need("user_id")?.to_owned())],
    ];
    for (row, y) in rows.iter().zip([30.0, 37.5, 45.0, 52.5, 60.0]) {
        for ((label, value), x) in row.iter().zip([8.0, 68.0]) {
            slip.print(x, y, 3.2, label);
            slip.fill(x + 3.2 * label.chars().count() as f32 + 0.4, y, 3.8, value);
        }
    }
    slip.print(8.0, 67.5, 2.6, "请提前三十分钟登船 样张不作乘船与报销凭证");
    Ok(slip.page)
}

fn ferry_heads(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(96.0, 58.0, PALE_GREEN, GREEN)?;
    slip.print_centre(48.0, 8.5, 4.8, "星湾市轮渡船票");
    slip.print(46.0, 15.0, 2.8, "发票代码");
    slip.fill(58.5, 15.0, 3.2, subject.need("code")?);
    slip.print(46.0, 20.0, 2.8, "发票号码");
    slip.fill(58.5, 20.0, 3.2, subject.need("number")?);
    for (x, head, value) in [
        (8.0, "始发港", subject.need("station_geton")?.to_owned()),
        (38.0, "到达港", subject.need("station_getoff")?.to_owned()),
        (68.0, "票价(元)", subject.need("total")?.to_owned()),
    ] {
        slip.print(x, 28.0, 3.2, head);
        slip.fill(x, 34.5, 3.8, &value);
    }
    for (x, head, value) in [
        (8.0, "乘船日期", slip::dashed(subject.day("date")?)),
        (38.0, "开船时间", subject.need("time")?.to_owned()),
        (68.0, "座位", "126".to_owned()),
    ] {
        slip.print(x, 42.0, 3.2, head);
        slip.fill(x, 48.5, 3.8, &value);
    }
    slip.print(8.0, 54.5, 2.4, "当日有效 样张不作乘船与报销凭证");
    Ok(slip.page)
}

fn ferry_two_languages(subject: Subject<'_>) -> Result<Page, Error> {
    let mut slip = Slip::new(150.0, 68.0, PALE_SAND, BLUE)?;
    slip.print(10.0, 10.0, 5.0, "樣張飛航 SPECIMEN FERRY");
    slip.print(108.0, 10.0, 3.4, "船票 TICKET");
    let currency = subject.need("currency_code")?;
    let fare = match currency {
        "HKD" => format!("HK${}", subject.need("total")?),
        other => format!("{other} {}", subject.need("total")?),
    };
    let rows: [[(&str, String); 2]; 4] = [
        [("由 FROM", subject.need("station_geton")?.to_owned()), ("往 TO", subject.need("station_getoff")?.to_owned())],
        [("日期 DATE", slip::dashed(subject.day("date")?)), ("時間 TIME", subject.need("time")?.to_owned())],
        [("艙位 CLASS", "ECONOMY".to_owned()), ("座位 SEAT", "12A".to_owned())],
        [("票價 FARE", fare), ("", String::new())],
    ];
    for (row, y) in rows.iter().zip([22.0, 33.0, 44.0, 55.0]) {
        for ((label, value), x) in row.iter().zip([10.0, 80.0]) {
            slip.print(x, y, 3.0, label);
            slip.fill(x + 26.0, y, 4.4, value);
        }
    }
    slip.print(10.0, 63.5, 2.6, "SPECIMEN - NOT VALID FOR TRAVEL 樣張不作乘船憑證");
    Ok(slip.page)
}
