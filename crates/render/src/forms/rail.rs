//! 铁路电子客票, 210 × 140 mm: the look of the railway's electronic ticket.

use crate::error::Error;
use crate::qr;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{BLACK, Face, Mark, Page, Path, Picture, Text};

/// The two blues of the ticket.
const SKY: [u8; 3] = [219, 241, 245];
const SEA: [u8; 3] = [161, 220, 233];
/// Type sizes: what is said, stations, the price.
const SMALL: f32 = 4.2333;
const STATION: f32 = 7.0;

/// Lays out the ticket. Net and tax are not printed on a sold ticket: only its XBRL instance has them.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let mut page = Page::new(210.0, 140.0);
    page.print(Path::block([0.0, 0.0, 210.0, 105.0], SKY));
    page.print(Path::block([0.0, 105.0, 210.0, 140.0], SEA));
    let small = |page: &mut Page, x: f32, y: f32, text: String| page.fill(Text::new(Face::Song, SMALL, text).left(x, y));
    page.fill(Text::new(Face::Kai, 7.0556, subject.need("title")?).centre(105.0, 10.06));
    small(&mut page, 9.0, 20.23, format!("发票号码:{}", subject.need("number")?));
    let issued = invoice::date::text(subject.day("date_of_issue")?);
    small(&mut page, 152.0, 20.23, format!("开票日期:{issued}"));
    journey(&mut page, subject)?;
    small(&mut page, 9.0, 50.64, subject.need("date")?.to_owned());
    small(&mut page, 44.0, 50.64, format!("{}开", subject.need("time")?));
    small(&mut page, 75.0, 50.64, subject.text("seat_number").to_owned());
    small(&mut page, 105.0, 62.52, subject.text("seat").to_owned());
    let refunded = subject.text("type_of_business") == "退";
    small(&mut page, 9.0, 62.5, (if refunded { "退票费:" } else { "票价:" }).to_owned());
    page.fill(Text::new(Face::Song, 6.3, format!("￥{}", subject.need("total")?)).left(if refunded { 23.7 } else { 20.0 }, 62.5));
    small(&mut page, 9.0, 82.52, subject.text("user_id").to_owned());
    small(&mut page, 75.0, 82.52, subject.text("name").to_owned());
    let ticket = subject.text("serial_number");
    if !ticket.is_empty() {
        small(&mut page, 9.0, 100.5, format!("电子客票号:{ticket}"));
    }
    small(&mut page, 9.0, 112.0, format!("购买方名称:{}", subject.text("buyer")));
    small(&mut page, 125.0, 112.0, format!("统一社会信用代码:{}", subject.text("buyer_tax_id")));
    border(&mut page, [10.0, 120.0, 200.0, 133.0]);
    page.print(Text::new(Face::Song, SMALL, "样张 仅供测试 不作乘车与报销凭证").centre(105.0, 128.0));
    page.fill(Picture { area: [165.0, 57.0, 190.0, 82.0], png: qr::picture(&qr::payload(subject)?)? });
    page.note(Mark::Seal(seal::supervision(105.0, 13.0)?));
    Ok(vec![page])
}

/// The stations with their spelling, the train's number between them over an arrow.
fn journey(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let sides = [("station_geton", "phonics_of_departure_station", 46.0), ("station_getoff", "phonics_of_destination_station", 154.0)];
    for (station, spelling, middle) in sides {
        let name = Text::new(Face::Kai, STATION, subject.need(station)?);
        let half = (name.width() + 4.2) / 2.0;
        let (start, end) = (middle - half, middle + half);
        page.fill(name.left(start, 34.84));
        page.fill(Text::new(Face::Song, 4.2, "站").left(end - 4.2, 34.84));
        page.fill(Text::new(Face::Kai, SMALL, subject.text(spelling)).centre(middle, 41.64));
    }
    page.fill(Text::new(Face::Kai, SMALL, subject.need("train_number")?).centre(100.5, 34.47));
    for (from, to) in [((90.0, 37.4), (111.0, 37.4)), ((107.5, 36.0), (111.0, 37.4)), ((107.5, 38.8), (111.0, 37.4))] {
        page.print(Path::line(from, to, 0.35, BLACK));
    }
    Ok(())
}

/// A dashed box.
fn border(page: &mut Page, [left, top, right, bottom]: [f32; 4]) {
    const DASH: (f32, f32) = (2.8, 3.88);
    let mut x = left;
    while x < right {
        let end = (x + DASH.0).min(right);
        for y in [top, bottom] {
            page.print(Path::line((x, y), (end, y), 0.35, BLACK));
        }
        x += DASH.1;
    }
    let mut y = top;
    while y < bottom {
        let end = (y + DASH.0).min(bottom);
        for x in [left, right] {
            page.print(Path::line((x, y), (x, end), 0.35, BLACK));
        }
        y += DASH.1;
    }
}
