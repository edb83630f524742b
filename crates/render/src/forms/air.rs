//! 航空运输电子客票行程单 as 数电票, 210 × 148 mm: passenger, flights, prices, ticket, seller and buyer in one grid.
//!
//! Places are in points here, as the itinerary's own template has them (595 × 420).

use crate::error::Error;
use crate::qr;
use crate::reading::{Subject, cell, dashed, day};
use crate::seal;
use crate::sheet::{Colour, Face, Mark, Page, Path, Picture, Text};

const MM: f32 = 25.4 / 72.0;
/// Blue-green frame and labels.
const INK: Colour = [40, 96, 120];
const SIZE: f32 = 8.0;
/// Edges of the flights' columns, and the label of each but the first.
const COLUMNS: [f32; 11] = [20.0, 114.0, 158.0, 214.0, 254.0, 310.0, 348.0, 428.0, 484.0, 540.0, 575.0];
const HEADS: [(&str, &str); 9] = [
    ("承运人", "carrier"),
    ("航班号", "flight_number"),
    ("座位等级", "seat"),
    ("日期", "date"),
    ("时间", "time"),
    ("客票级别/客票类别", "fare_basis"),
    ("客票生效日期", "not_valid_before"),
    ("有效截止日期", "not_valid_after"),
    ("免费行李", "allow"),
];
/// The prices: label, field, left and right edge.
const PRICES: [(&str, &str, f32, f32); 7] = [
    ("票价", "fare", 114.0, 179.0),
    ("燃油附加费", "fuel_surcharge", 179.0, 244.0),
    ("增值税税率", "tax_rate", 244.0, 290.0),
    ("增值税税额", "tax", 290.0, 355.0),
    ("民航发展基金", "caac_development_fund", 355.0, 420.0),
    ("其他税费", "other_taxes", 420.0, 484.0),
    ("合计", "total", 484.0, 575.0),
];

fn print(page: &mut Page, x: f32, y: f32, words: &str) {
    page.print(Text::new(Face::Song, SIZE * MM, words).colour(INK).left(x * MM, y * MM));
}

fn fill(page: &mut Page, x: f32, y: f32, words: &str) {
    page.fill(Text::new(Face::Song, SIZE * MM, words).left(x * MM, y * MM));
}

fn rule(page: &mut Page, from: (f32, f32), to: (f32, f32)) {
    page.print(Path::line((from.0 * MM, from.1 * MM), (to.0 * MM, to.1 * MM), 0.2, INK));
}

/// Lays out the itinerary, with room for four flights.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut page = Page::new(595.0 * MM, 420.0 * MM);
    grid(&mut page);
    page.print(Text::new(Face::Song, 16.0 * MM, subject.need("title")?).colour(INK).centre(297.5 * MM, 37.1 * MM));
    let head = [
        (20.0, 74.0, "国内国际标识：", 80.0, "international_flag"),
        (425.0, 51.0, "开具状态：", 470.0, "issuing_status"),
        (425.0, 68.5, "GP单号：", 470.0, "number_of_gp_order"),
        (425.0, 86.0, "发票号码：", 470.0, "electronic_number"),
        (20.0, 347.0, "电子客票号码：", 80.0, "number"),
        (200.0, 347.0, "验证码：", 240.0, "check_code"),
        (290.0, 347.0, "提示信息：", 340.0, "prompt_information"),
        (484.0, 347.0, "保险费：", 520.0, "insurance"),
        (20.0, 369.0, "销售网点代号：", 80.0, "agentcode"),
        (200.0, 369.0, "填开单位：", 244.0, "issue_by"),
        (20.0, 391.0, "购买方名称：", 70.0, "buyer"),
        (298.0, 391.0, "统一社会信用代码/纳税人识别号：", 428.0, "buyer_tax_id"),
    ];
    for (x, y, label, at, key) in head {
        print(&mut page, x, y, label);
        fill(&mut page, at, y, subject.text(key));
    }
    print(&mut page, 476.0, 369.0, "填开日期：");
    fill(&mut page, 520.0, 369.0, &dashed(subject.day("date")?));
    for (x, label, key) in [(20.0, "旅客姓名", "user_name"), (130.0, "有效身份证件号码", "user_id"), (348.0, "签注", "endorsement")]
    {
        print(&mut page, x + 2.0, 100.5, label);
        fill(&mut page, x + 8.0, 121.0, subject.text(key));
    }
    flights(&mut page, subject)?;
    prices(&mut page, subject);
    page.fill(Picture { area: [371.0 * MM, 37.0 * MM, 421.0 * MM, 87.0 * MM], png: qr::picture(&qr::payload(subject)?)? });
    page.note(Mark::Seal(seal::supervision(297.5 * MM, 62.0 * MM)?));
    Ok(vec![page])
}

fn flights(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    for ((label, _), pair) in HEADS.iter().zip(COLUMNS[1..].windows(2)) {
        let middle = (pair[0] + pair[1]) / 2.0;
        page.print(
            Text::new(Face::Song, SIZE * MM, *label).colour(INK).fit((pair[1] - pair[0] - 1.0) * MM).centre(middle * MM, 141.5 * MM),
        );
    }
    let rows = subject.rows("flights");
    if rows.len() > 4 {
        return Err(Error::TooLong { field: "flights" });
    }
    for (i, flight) in rows.iter().enumerate() {
        let y = 156.5 + 30.0 * i as f32;
        for (dy, label, key) in [(0.0, "自:", "from"), (15.0, "至:", "to")] {
            print(page, 24.7, y + dy, label);
            fill(page, 40.0, y + dy, cell(flight, key));
        }
        for ((_, key), pair) in HEADS.iter().zip(COLUMNS[1..].windows(2)) {
            let text = match cell(flight, key) {
                "" => continue,
                text if key.starts_with("not_valid") || *key == "date" => dashed(day("flights.date", text)?),
                text => text.to_owned(),
            };
            let middle = (pair[0] + pair[1]) / 2.0;
            page.fill(Text::new(Face::Song, SIZE * MM, text).centre(middle * MM, (y + 7.5) * MM));
        }
    }
    Ok(())
}

fn prices(page: &mut Page, subject: Subject<'_>) {
    for (label, key, left, right) in PRICES {
        print(page, left + 2.0, 313.5, label);
        let text = match subject.text(key) {
            "" => continue,
            rate if key == "tax_rate" => rate.to_owned(),
            amount => format!("CNY  {amount}"),
        };
        page.fill(Text::new(Face::Song, SIZE * MM, text).right((right - 3.0) * MM, 328.5 * MM));
    }
}

fn grid(page: &mut Page) {
    for y in [90.0, 105.0, 131.0, 146.0, 303.0, 333.0, 355.0, 377.0, 399.0] {
        rule(page, (20.0, y), (575.0, y));
    }
    for x in [20.0, 575.0] {
        rule(page, (x, 90.0), (x, 399.0));
    }
    for x in [130.0, 348.0] {
        rule(page, (x, 90.0), (x, 131.0));
    }
    for x in &COLUMNS[1..10] {
        rule(page, (*x, 131.0), (*x, 303.0));
    }
    for (_, _, left, _) in PRICES {
        rule(page, (left, 303.0), (left, 333.0));
    }
    rule(page, (484.0, 333.0), (484.0, 355.0));
}
