//! 航空运输电子客票行程单 on paper, 228 × 101 mm: printed in blue-green, each label over or before its English line, and stamped by a dot-matrix printer, which
//! seldom sits where the frame is.

use crate::error::Error;
use crate::reading::{Subject, cell, dashed, day};
use crate::sheet::{Colour, Face, Page, Path, Text};

const WIDTH: f32 = 228.0;
const HEIGHT: f32 = 101.0;
const INK: Colour = [36, 104, 112];
const PALE: Colour = [228, 242, 240];
const STAMP: Colour = [40, 40, 64];
const LEFT: f32 = 8.0;
const RIGHT: f32 = 220.0;
/// The flights' columns after that of the stations: head, English line, field, left edge.
const FLIGHT: [(&str, &str, &str, f32); 9] = [
    ("承运人", "CARRIER", "carrier", 58.0),
    ("航班号", "FLIGHT", "flight_number", 74.0),
    ("座位等级", "CLASS", "seat", 92.0),
    ("日期", "DATE", "date", 105.0),
    ("时间", "TIME", "time", 125.0),
    ("客票级别/客票类别", "FARE BASIS", "fare_basis", 137.0),
    ("客票生效日期", "NOT VALID BEFORE", "not_valid_before", 161.0),
    ("有效截止日期", "NOT VALID AFTER", "not_valid_after", 182.0),
    ("免费行李", "ALLOW", "allow", 204.0),
];
/// The prices: head, English line, field, what stands before the amount, left edge.
const PRICES: [(&str, &str, &str, &str, f32); 5] = [
    ("票价", "FARE", "fare", "CNY", 8.0),
    ("民航发展基金", "CAAC DEVELOPMENT FUND", "caac_development_fund", "CN", 52.0),
    ("燃油附加费", "FUEL SURCHARGE", "fuel_surcharge", "YQ", 100.0),
    ("其他税费", "OTHER TAXES", "tax", "", 142.0),
    ("合计", "TOTAL", "total", "CNY", 178.0),
];
/// Lines for stations: one flight more than is printed on any ticket.
const LINES: usize = 5;

/// What the printer stamps, and by how far it sits askew.
struct Stamp<'a> {
    page: &'a mut Page,
    off: (f32, f32),
}

impl Stamp<'_> {
    fn fill(&mut self, x: f32, y: f32, words: &str) {
        let room = if x > 90.0 && x < 100.0 { 74.0 } else { WIDTH };
        self.page.fill(Text::new(Face::Courier, 3.3, words).colour(STAMP).fit(room).left(x + self.off.0, y + self.off.1));
    }
}

fn print(page: &mut Page, x: f32, y: f32, words: &str, size: f32) {
    page.print(Text::new(Face::Song, size, words).colour(INK).left(x, y));
}

/// Lays out the itinerary, with room for four flights.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let flights = subject.rows("flights");
    if flights.len() >= LINES {
        return Err(Error::TooLong { field: "flights" });
    }
    let mut page = Page::new(WIDTH, HEIGHT);
    frame(&mut page, subject)?;
    // how far askew follows from the number: up to half a line up or down, and a little to the side
    let number = subject.need("number")?;
    let askew = |at: usize| number.as_bytes().iter().rev().nth(at).map_or(0.0, |b| f32::from(b % 10) - 4.5);
    let mut stamp = Stamp { page: &mut page, off: (0.25 * askew(0), 0.4 * askew(1)) };
    for (x, key) in [(14.0, "user_name"), (86.0, "user_id"), (146.0, "endorsement")] {
        stamp.fill(x, 25.2, subject.text(key));
    }
    for line in 0..LINES {
        let y = 37.4 + 6.0 * line as f32;
        let station = match (flights.get(line), line.checked_sub(1).and_then(|before| flights.get(before))) {
            (Some(flight), _) => cell(flight, "from"),
            (None, Some(last)) => cell(last, "to"),
            (None, None) => "VOID",
        };
        let code: String = station.bytes().rev().map(|b| char::from(b'A' + b % 26)).take(3).collect();
        let terminal = if station.len() % 2 == 0 && station != "VOID" { "T2 " } else { "" };
        stamp.fill(22.0, y, &if station == "VOID" { station.to_owned() } else { format!("{terminal}{station}{code}") });
        let Some(flight) = flights.get(line) else {
            if line <= flights.len() {
                stamp.fill(FLIGHT[0].3 + 1.0, y, "VOID");
            }
            continue;
        };
        for (_, _, key, left) in FLIGHT {
            let text = match cell(flight, key) {
                "" => continue,
                text if key.starts_with("not_valid") || key == "date" => dashed(day("flights.date", text)?),
                text => text.to_owned(),
            };
            stamp.fill(left + 1.0, y, &text);
        }
    }
    for (_, _, key, code, left) in PRICES {
        match subject.text(key) {
            "" => {}
            exempt if exempt.starts_with("EXEMPT") => stamp.fill(left + 3.0, 71.8, exempt),
            amount => stamp.fill(left + 3.0, 71.8, format!("{code} {amount}").trim_start()),
        }
    }
    let ticket = if askew(2) > 0.0 { format!("{}-{}", &number[..3], &number[3..]) } else { number.to_owned() };
    stamp.fill(34.0, 78.4, &ticket);
    for (x, y, key) in [(96.0, 78.4, "check_code"), (198.0, 78.4, "insurance"), (96.0, 86.4, "issue_by")] {
        stamp.fill(x, y, subject.text(key));
    }
    for (i, part) in subject.text("agentcode").split(',').enumerate() {
        stamp.fill(34.0, 84.8 + 3.6 * i as f32, part);
    }
    stamp.fill(194.0, 86.4, &dashed(subject.day("date")?));
    Ok(vec![page])
}

/// The frame and its labels.
fn frame(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    page.print(Path::block([LEFT, 27.0, RIGHT, 63.0], PALE));
    page.print(Text::new(Face::Kai, 5.2, subject.need("title")?).colour(INK).centre(WIDTH / 2.0, 9.0));
    page.print(Text::new(Face::Song, 2.2, "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT").colour(INK).centre(WIDTH / 2.0, 13.0));
    print(page, 168.0, 9.0, "印刷序号：", 2.6);
    print(page, 168.0, 12.0, "SERIAL NUMBER:", 1.9);
    let printed = subject.text("print_number");
    let (run, check) = printed.split_at(printed.len().saturating_sub(1));
    page.print(Text::new(Face::Courier, 3.6, format!("{run} {check}")).left(188.0, 10.6));
    for y in [16.0, 27.0, 33.4, 63.0, 73.4, 81.4, 89.4] {
        page.print(Path::line((LEFT, y), (RIGHT, y), 0.2, INK));
    }
    for x in [LEFT, RIGHT] {
        page.print(Path::line((x, 16.0), (x, 89.4), 0.2, INK));
    }
    for (x, label, english) in [
        (10.0, "旅客姓名", "NAME OF PASSENGER"),
        (80.0, "有效身份证件号码", "ID.NO."),
        (140.0, "签注", "ENDORSEMENTS/RESTRICTIONS(CARBON)"),
    ] {
        print(page, x, 19.4, label, 2.6);
        print(page, x + 2.7 * label.chars().count() as f32, 19.4, english, 1.9);
    }
    for x in [78.0, 138.0] {
        page.print(Path::line((x, 16.0), (x, 27.0), 0.2, INK));
    }
    for (at, (label, english, _, left)) in FLIGHT.into_iter().enumerate() {
        let right = FLIGHT.get(at + 1).map_or(RIGHT, |c| c.3);
        let room = right - left - 0.8;
        page.print(Text::new(Face::Song, 2.5, label).colour(INK).fit(room).centre((left + right) / 2.0, 30.0));
        page.print(Text::new(Face::Song, 1.9, english).colour(INK).fit(room).centre((left + right) / 2.0, 32.6));
        page.print(Path::line((left, 27.0), (left, 63.0), 0.15, INK));
    }
    for line in 0..LINES {
        let y = 37.4 + 6.0 * line as f32;
        let (label, english) = if line == 0 { ("自", "FROM") } else { ("至", "TO") };
        print(page, 10.0, y, label, 2.6);
        print(page, 13.2, y, english, 1.9);
    }
    for (label, english, _, _, left) in PRICES {
        print(page, left + 1.0, 66.4, label, 2.6);
        print(page, left + 1.4 + 2.6 * label.chars().count() as f32, 66.4, english, 1.9);
        if left > LEFT {
            page.print(Path::line((left, 63.0), (left, 73.4), 0.15, INK));
        }
    }
    for (x, y, label, english) in [
        (10.0, 77.0, "电子客票号码", "E-TICKET NO."),
        (80.0, 77.0, "验证码", "CK."),
        (124.0, 77.0, "提示信息", "INFORMATION"),
        (180.0, 77.0, "保险费", "INSURANCE"),
        (10.0, 85.0, "销售单位代号", "AGENT CODE"),
        (80.0, 85.0, "填开单位", "ISSUED BY"),
        (174.0, 85.0, "填开日期", "DATE OF ISSUE"),
    ] {
        print(page, x, y, label, 2.6);
        print(page, x, y + 3.0, english, 1.9);
    }
    print(page, 20.0, 93.6, "样张 SPECIMEN 不作报销凭证 NOT VALID FOR REIMBURSEMENT", 2.2);
    Ok(())
}
