//! 火车票 on paper, 85.6 × 54 mm: the blue magnetic ticket, and the red soft one that small stations sell.

use crate::error::Error;
use crate::qr;
use crate::reading::Subject;
use crate::sheet::{BLACK, Colour, Face, Page, Path, Picture, Text};

const BLUE: (Colour, Colour) = ([226, 240, 247], [166, 214, 232]);
const PINK: (Colour, Colour) = ([250, 232, 230], [244, 205, 204]);
/// The red of the number.
const RED: Colour = [222, 70, 92];

/// Lays the ticket out.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let number = subject.need("number")?;
    let blue = is_blue(number);
    let (paper, band) = if blue { BLUE } else { PINK };
    let mut page = Page::new(85.6, 54.0);
    page.print(Path::block([0.0, 0.0, 85.6, 54.0], paper));
    page.print(Path::block(if blue { [0.0, 47.2, 85.6, 54.0] } else { [0.0, 52.0, 85.6, 54.0] }, band));
    let text = |page: &mut Page, x: f32, y: f32, size: f32, words: &str| page.fill(Text::new(Face::Song, size, words).left(x, y));
    page.fill(Text::new(Face::Courier, 4.0, number).colour(RED).left(6.2, 5.6));
    let gate = subject.text("gate_number");
    if !gate.is_empty() {
        text(&mut page, 60.0, 5.2, 3.0, &format!("检票:{gate}"));
    }
    journey(&mut page, subject)?;
    moment(&mut page, subject)?;
    text(&mut page, 54.0, 19.4, 3.4, subject.text("seat_number"));
    text(&mut page, 6.8, 23.9, 3.4, &format!("￥{}元", subject.need("total")?));
    text(&mut page, 59.0, 23.9, 3.4, subject.text("seat"));
    for (at, terms) in subject.text("ticket_content").split(',').enumerate() {
        // the marks stand in the line of the price, the terms below it
        let (x, y) = if at == 0 { (36.0, 23.9) } else { (6.8, 24.0 + 4.1 * at as f32) };
        text(&mut page, x, y, 3.4, terms);
    }
    text(&mut page, 6.8, 36.6, 3.4, &format!("{} {}", subject.text("user_id"), subject.text("name")));
    page.print(Text::new(Face::Song, 2.7, "样张 不作乘车与报销凭证").left(14.0, 41.2));
    page.print(Text::new(Face::Song, 2.7, "买票请到12306 发货请到95306").left(11.5, 45.0));
    let serial = subject.need("serial_number")?;
    text(&mut page, 6.8, 51.4, 3.0, serial);
    text(&mut page, 45.0, 51.4, 3.2, subject.text("pick_up_address"));
    page.fill(Picture { area: [66.0, 31.5, 80.0, 45.5], png: qr::picture(&format!("{serial}{serial}99"))? });
    Ok(vec![page])
}

/// Numbers with the letter of a machine before them are printed on red tickets here.
fn is_blue(number: &str) -> bool {
    number.len() == 7
}

/// The stations with their spelling, the train's number between them over an arrow.
fn journey(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let sides = [("station_geton", "phonics_of_departure_station", 20.5), ("station_getoff", "phonics_of_destination_station", 66.0)];
    for (station, spelling, middle) in sides {
        let name = Text::new(Face::Song, 4.6, subject.need(station)?).justify(11.0);
        let (width, start) = (name.width(), middle - (name.width() + 4.0) / 2.0);
        page.fill(name.left(start, 11.4));
        page.fill(Text::new(Face::Song, 3.4, "站").left(start + width + 0.4, 11.2));
        page.fill(Text::new(Face::Song, 3.0, subject.text(spelling)).centre(middle, 15.0));
    }
    page.fill(Text::new(Face::Song, 4.4, subject.need("train_number")?).centre(43.2, 11.2));
    for (from, to) in [((37.0, 13.0), (49.5, 13.0)), ((47.0, 12.2), (49.5, 13.0))] {
        page.print(Path::line(from, to, 0.25, BLACK));
    }
    Ok(())
}

/// Day and time: digits large, signs small.
fn moment(page: &mut Page, subject: Subject<'_>) -> Result<(), Error> {
    let mut x = 6.8;
    for ch in format!("{}{}开", subject.need("date")?, subject.need("time")?).chars() {
        let size = if ch.is_ascii() { 3.8 } else { 2.7 };
        let text = Text::new(Face::Song, size, ch.to_string()).left(x, 19.4);
        x += text.width();
        page.fill(text);
    }
    Ok(())
}
