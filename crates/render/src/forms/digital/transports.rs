//! The second table of 旅客运输服务 and 货物运输服务, under the items.

use super::{FRAME, RED, RULE};
use crate::error::Error;
use crate::reading::{Subject, cell, dashed};
use crate::sheet::{Face, Page, Path, Text};

/// A column: the transport's field, the label, its middle and its width.
type Column = (&'static str, &'static str, f32, f32);

const PASSENGERS: [Column; 7] = [
    ("passenger", "出行人", 17.0, 24.0),
    ("user_id", "有效身份证件号", 47.5, 34.0),
    ("date", "出行日期", 78.5, 25.0),
    ("from", "出发地", 106.5, 29.0),
    ("to", "到达地", 138.0, 32.0),
    ("seat", "等级", 163.0, 16.0),
    ("transport_type", "交通工具类型", 188.0, 32.0),
];

const FREIGHT: [Column; 5] = [
    ("transport_type", "运输工具种类", 22.0, 33.0),
    ("transport_number", "运输工具牌号", 60.0, 36.0),
    ("from", "起运地", 98.0, 38.0),
    ("to", "到达地", 138.0, 38.0),
    ("goods_name", "运输货物名称", 181.0, 45.0),
];

fn columns(subject: Subject<'_>) -> &'static [Column] {
    match subject.text("service_type") {
        "旅客运输服务" => &PASSENGERS,
        "货物运输服务" => &FREIGHT,
        _ => &[],
    }
}

/// The lines of the table: its heads and one for each journey. Other kinds of service need nothing.
pub(super) fn lines(subject: Subject<'_>) -> Result<Vec<Vec<String>>, Error> {
    let columns = columns(subject);
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = vec![columns.iter().map(|(_, label, ..)| (*label).to_owned()).collect::<Vec<_>>()];
    for row in subject.rows("transports") {
        let cells = columns.iter().map(|(key, ..)| match (*key, cell(row, key)) {
            // Journeys may also have a span of days, which stays as it is.
            ("date", date) => invoice::date::parse(date).map_or_else(|| date.to_owned(), dashed),
            (_, text) => text.to_owned(),
        });
        lines.push(cells.collect());
    }
    if lines.len() > 4 {
        return Err(Error::TooLong { field: "transports" });
    }
    Ok(lines)
}

/// Draws the table between its rules, under the sums whose baseline is `sums`.
pub(super) fn draw(page: &mut Page, subject: Subject<'_>, lines: &[Vec<String>], sums: f32) {
    if lines.is_empty() {
        return;
    }
    for y in [sums + 1.2, sums + 5.8] {
        page.print(Path::line((FRAME[0], y), (FRAME[2], y), RULE, RED));
    }
    for (i, line) in lines.iter().enumerate() {
        let y = sums + if i == 0 { 4.6 } else { 5.1 + 4.5 * i as f32 };
        for ((_, _, middle, width), text) in columns(subject).iter().zip(line) {
            if i == 0 {
                page.print(Text::label(text.as_str(), RED).centre(*middle, y));
            } else {
                page.fill(Text::new(Face::Song, 3.175, text.as_str()).fit(*width).centre(*middle, y));
            }
        }
    }
}
