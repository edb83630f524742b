//! The columns of the items table: their heads as they were read, those of which one character was misread, and those that were not read, where the
//! form's drawing has them.

use document::page::Rect;
use invoice::details::Source;

use super::Form;
use super::label::{Label, SPELLINGS};
use crate::layout::gather::Piece;
use crate::layout::label::is_one_off;
use crate::layout::median;
use crate::layout::table::{Column, Sort};

/// A table as the form has it: its columns from left to right and the middles of their heads, in any unit.
type Drawing = &'static [(&'static str, Sort, f32)];

/// The forms of the tax control system, in shares of the frame's width: goods and services, and 通行费.
const TAX_CONTROL: &[Drawing] = &[
    &[
        ("name", Sort::Text, 0.147),
        ("specification", Sort::Code, 0.335),
        ("unit", Sort::Unit, 0.42),
        ("quantity", Sort::Number, 0.498),
        ("price", Sort::Number, 0.60),
        ("total", Sort::Money, 0.73),
        ("tax_rate", Sort::Rate, 0.83),
        ("tax", Sort::Money, 0.92),
    ],
    &[
        ("name", Sort::Text, 0.157),
        ("license_plate", Sort::Code, 0.337),
        ("vehicle_type", Sort::Code, 0.445),
        ("start_date", Sort::Number, 0.52),
        ("end_date", Sort::Number, 0.613),
        ("total", Sort::Money, 0.73),
        ("tax_rate", Sort::Rate, 0.828),
        ("tax", Sort::Money, 0.92),
    ],
];

/// 数电票 of 210 mm by 140 mm, in millimetres: most services, 建筑服务, 旅客运输服务 and 不动产经营租赁服务.
const DIGITAL: &[Drawing] = &[
    &[
        ("name", Sort::Text, 22.3),
        ("specification", Sort::Code, 48.5),
        ("unit", Sort::Unit, 71.9),
        ("quantity", Sort::Number, 97.8),
        ("price", Sort::Number, 122.7),
        ("total", Sort::Money, 148.3),
        ("tax_rate", Sort::Rate, 166.2),
        ("tax", Sort::Money, 199.4),
    ],
    &[
        ("name", Sort::Text, 22.3),
        ("place_of_building_service", Sort::Text, 53.6),
        ("building_name", Sort::Text, 95.0),
        ("total", Sort::Money, 148.3),
        ("tax_rate", Sort::Rate, 166.2),
        ("tax", Sort::Money, 199.4),
    ],
    &[
        ("name", Sort::Text, 22.3),
        ("price", Sort::Number, 77.0),
        ("quantity", Sort::Number, 109.0),
        ("total", Sort::Money, 148.3),
        ("tax_rate", Sort::Rate, 166.2),
        ("tax", Sort::Money, 199.4),
    ],
    &[
        ("name", Sort::Text, 18.6),
        ("title_certificate_number", Sort::Code, 51.6),
        ("area_unit", Sort::Unit, 76.2),
        ("quantity", Sort::Number, 97.8),
        ("price", Sort::Number, 122.7),
        ("total", Sort::Money, 148.3),
        ("tax_rate", Sort::Rate, 166.2),
        ("tax", Sort::Money, 199.4),
    ],
];

/// Where the numbers that the tax control software stamps end, right of the middles of their heads, in shares of the frame's width. Amounts tell how far the
/// paper was fed askew, for every row has one.
const ENDS: [(&str, f32); 3] = [("quantity", 0.043), ("price", 0.0455), ("total", 0.0645)];
/// Paper is fed askew by less than this share of the frame's width.
const ASKEW: f32 = 0.025;

/// So many heads tell where the others of a drawing stand: more on 数电票, which have several.
const TOLD: (usize, usize) = (2, 3);
/// Heads stand off a drawing by less than this, in lines, where it is theirs.
const OFF: f32 = 1.2;
/// Where the rate stands between amount and tax, whose columns every VAT form has on both sides of it.
const RATE: f32 = 0.42;

impl Form {
    /// The columns of the items table.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for mark in &self.marks {
            let Label::Column(key, sort) = mark.label else { continue };
            let near = (mark.area.center().y - self.header.center().y).abs() < 0.8 * self.header.height().max(mark.area.height());
            if near && !columns.iter().any(|c| c.key == key) {
                columns.push(Column { key, sort, head: mark.area, walls: None });
            }
        }
        if self.sheet.source == Source::Ocr {
            self.add_misread(&mut columns);
            self.add_unread(&mut columns);
        }
        columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
        columns
    }

    /// How far to the right of their places the values of a paper form stand, by the ends of its amounts.
    pub(super) fn askew(&self, columns: &[Column], pieces: &[Piece]) -> f32 {
        if self.digital || self.sheet.source != Source::Ocr {
            return 0.0;
        }
        let Some((_, width, _)) = self.fitting(columns).first().copied() else { return 0.0 };
        let Some(end) = self.amounts_end(columns) else { return 0.0 };
        let is_amount = |piece: &&Piece| piece.compact().contains('.') && Sort::Money.misfit(&piece.compact()) == 0.0;
        let off = pieces.iter().filter(is_amount).map(|piece| piece.area.right - end);
        median(off.filter(|off| off.abs() < ASKEW * width)).unwrap_or(0.0)
    }

    /// Where the amounts of a form of the tax control system end that lie as they should.
    pub(super) fn amounts_end(&self, columns: &[Column]) -> Option<f32> {
        let (_, width, _) = self.fitting(columns).first().copied()?;
        let head = columns.iter().find(|c| c.key == "total")?.head;
        (!self.digital).then_some(head.center().x + width * ENDS[2].1)
    }

    /// The columns as the numbers of a row stand in them: those of quantities and prices, which end far right of the middles of their heads, where they end.
    pub(super) fn stamped(&self, columns: &[Column], askew: f32) -> Vec<Column> {
        let by_eye = !self.digital && self.sheet.source == Source::Ocr;
        let Some((_, width, _)) = self.fitting(columns).first().copied().filter(|_| by_eye) else { return columns.to_vec() };
        let moved = |column: &Column| {
            let end = ENDS.iter().find(|(key, _)| *key == column.key && matches!(*key, "quantity" | "price"));
            let head = end.map_or(column.head, |(_, end)| {
                let right = column.head.center().x + width * end + askew;
                Rect { left: right - 2.0 * self.line, right, ..column.head }
            });
            Column { head, ..column.clone() }
        };
        columns.iter().map(moved).collect()
    }

    fn drawings(&self) -> &'static [Drawing] {
        if self.digital { DIGITAL } else { TAX_CONTROL }
    }

    /// Heads of two characters of which one was misread (金锁): in the row of the heads, where the order of the columns leaves one head only.
    fn add_misread(&self, columns: &mut Vec<Column>) {
        let heads: Vec<(f32, f32, f32)> = columns.iter().map(|c| (c.head.center().x, c.head.center().y, c.head.height())).collect();
        for span in self.sheet.spans.iter().filter(|s| !s.vertical && !s.glyphs.iter().any(|g| g.label)) {
            let text = span.compact();
            let middle = span.area.center();
            let beside = heads.iter().min_by(|a, b| (a.0 - middle.x).abs().total_cmp(&(b.0 - middle.x).abs()));
            let level = beside.is_some_and(|(_, y, height)| (y - middle.y).abs() < 0.35 * height.min(span.height()));
            if text.chars().count() != 2 || !level {
                continue;
            }
            let mut fits: Vec<(&'static str, Sort)> = Vec::new();
            for spelling in SPELLINGS {
                let Label::Column(key, sort) = spelling.label else { continue };
                let between = || self.drawings().iter().any(|drawing| in_order(drawing, columns, key, middle.x));
                if is_one_off(&text, spelling.text) && columns.iter().all(|c| c.key != key) && between() {
                    fits.push((key, sort));
                }
            }
            if let [(key, sort)] = fits[..] {
                columns.push(Column { key, sort, head: span.area, walls: None });
            }
        }
    }

    /// Column heads that were not read, where the drawing of the form puts them: the heads that were read tell where on the sheet it lies. Where several
    /// drawings have the heads that were read, only what all of them have is known.
    fn add_unread(&self, columns: &mut Vec<Column>) {
        let fitting = self.fitting(columns);
        if let Some((drawing, scale, offset)) = fitting.first() {
            for (key, sort, at) in *drawing {
                let of_all = fitting.iter().all(|(other, ..)| other.iter().any(|c| c.0 == *key));
                if of_all && columns.iter().all(|c| c.key != *key) {
                    columns.push(self.unread(key, *sort, scale * at + offset));
                }
            }
        }
        let head = |key: &str| columns.iter().find(|c| c.key == key).map(|c| c.head.center().x);
        if let (Some(total), Some(tax), None) = (head("total"), head("tax"), head("tax_rate")) {
            columns.push(self.unread("tax_rate", Sort::Rate, total + RATE * (tax - total)));
        }
    }

    /// The drawings that have the heads that were read, and how each lies on the sheet, as scale and offset.
    pub(super) fn fitting(&self, columns: &[Column]) -> Vec<(Drawing, f32, f32)> {
        let told = if self.digital { TOLD.1 } else { TOLD.0 };
        let fit = |drawing: &Drawing| laid(drawing, columns, told, OFF * self.line).map(|(scale, offset)| (*drawing, scale, offset));
        let by_heads: Vec<(Drawing, f32, f32)> = self.drawings().iter().filter_map(fit).collect();
        if by_heads.is_empty() && columns.len() < told { self.framed(columns) } else { by_heads }
    }

    /// The same where too few heads were read: the other labels say where the form lies. Tolls are told by their name.
    fn framed(&self, columns: &[Column]) -> Vec<(Drawing, f32, f32)> {
        let Some(frame) = self.frame.filter(|_| !self.digital) else { return Vec::new() };
        let of_tolls = |drawing: &Drawing| drawing.iter().any(|c| c.0 == "license_plate");
        let tolls = self.sheet.spans.iter().any(|span| span.compact().contains("通行费"));
        let place = |drawing: &Drawing, column: &Column| drawing.iter().find(|c| c.0 == column.key).map(|c| frame.left + frame.width * c.2);
        let near = |drawing: &Drawing, c: &Column| place(drawing, c).is_some_and(|x| (x - c.head.center().x).abs() < 2.0 * OFF * self.line);
        let fits = |drawing: &&Drawing| (tolls || !of_tolls(drawing)) && columns.iter().all(|c| near(drawing, c));
        self.drawings().iter().filter(fits).map(|drawing| (*drawing, frame.width, frame.left)).collect()
    }

    /// How the drawing of a 数电票 lies on a picture: units of the sheet for a millimetre, and where its left edge is.
    pub(super) fn scale(&self) -> Option<(f32, f32)> {
        let by_eye = self.digital && self.sheet.source == Source::Ocr;
        let read = || self.columns().into_iter().filter(|c| self.marks.iter().any(|m| m.area == c.head)).collect::<Vec<Column>>();
        by_eye.then(|| self.fitting(&read()).first().map(|(_, scale, offset)| (*scale, *offset))).flatten()
    }

    fn unread(&self, key: &'static str, sort: Sort, x: f32) -> Column {
        let half = self.header.height();
        let head = Rect { left: x - half, right: x + half, top: self.header.top, bottom: self.header.bottom };
        Column { key, sort, head, walls: None }
    }
}

/// Whether a column at `x` stands between those that a drawing has before and after it.
fn in_order(drawing: Drawing, columns: &[Column], key: &str, x: f32) -> bool {
    let place = |key: &str| drawing.iter().position(|c| c.0 == key);
    let Some(own) = place(key) else { return false };
    columns.iter().all(|c| place(c.key).is_some_and(|at| (at < own) == (c.head.center().x < x)))
}

/// How a drawing lies on the sheet, as scale and offset, if the heads that were read are where it has them.
fn laid(drawing: Drawing, columns: &[Column], told: usize, off: f32) -> Option<(f32, f32)> {
    let pair = |c: &Column| drawing.iter().find(|d| d.0 == c.key).map(|d| (d.2, c.head.center().x));
    let pairs: Vec<(f32, f32)> = columns.iter().map(pair).collect::<Option<_>>()?;
    if pairs.len() < told {
        return None;
    }
    let (scale, offset) = super::registration::line(&pairs)?;
    let fits = scale > 0.0 && pairs.iter().all(|(at, x)| (scale * at + offset - x).abs() < off);
    fits.then_some((scale, offset))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::forms::drawn;

    /// A paper form 500 wide, its items stamped so far to the right.
    fn stamped(right: f32, cells: &[(&'static str, f32)]) -> Vec<String> {
        let heads = [
            ("货物或应税劳务、服务名称", 33.5),
            ("规格型号", 167.5),
            ("单位", 220.0),
            ("数量", 259.0),
            ("单价", 310.0),
            ("金额", 375.0),
            ("税率", 425.0),
            ("税额", 470.0),
        ];
        let mut words = vec![("增值税普通发票", 200.0, 10.0, 20.0), ("价税合计(大写)", 30.0, 250.0, 10.0), ("¥4.00", 400.0, 230.0, 10.0)];
        let width = |text: &str| text.chars().map(|c| if c.is_ascii() { 5.0 } else { 10.0 }).sum::<f32>();
        words.extend(heads.map(|(text, middle)| (text, middle - width(text) / 2.0 + 10.0, 100.0, 10.0)));
        words.extend(cells.iter().map(|(text, end)| (*text, end + 10.0 + right - width(text), 118.0, 10.0)));
        let mut sheet = drawn::sheet(&words);
        sheet.source = Source::Ocr;
        let read = read(&sheet).unwrap();
        let row = &read.details.rows("items")[0];
        ["quantity", "price", "total"].map(|key| row.get(key).map_or(String::new(), |field| field.value.clone())).to_vec()
    }

    #[test]
    fn a_number_stands_in_the_column_in_which_numbers_end() {
        // of quantity and price only one was read; numbers end at 0.541, 0.6455 and 0.7945 of the width
        assert_eq!(stamped(0.0, &[("28", 270.5), ("1810.80", 397.25)]), ["28", "", "1810.80"]);
        assert_eq!(stamped(10.0, &[("28", 270.5), ("1810.80", 397.25)]), ["28", "", "1810.80"]);
        assert_eq!(stamped(10.0, &[("64.67", 322.75), ("1810.80", 397.25)]), ["", "64.67", "1810.80"]);
        assert_eq!(stamped(-8.0, &[("64.67", 322.75), ("1810.80", 397.25)]), ["", "64.67", "1810.80"]);
    }
}
