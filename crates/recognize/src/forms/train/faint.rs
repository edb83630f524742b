//! What every ticket has and was not read on this one: its cells stand where they do on all tickets, in lengths of the line of the day, and are looked at once more by
//! themselves.

use document::page::Rect;
use invoice::details::{Details, Source};

use super::{Ticket, parts};
use crate::closer::Faint;

/// Carriage, seat and its class begin here and end with the ticket.
const SEAT: (f32, f32) = (1.2, 2.0);
/// The marks of the sale stand in these bounds, behind the price and before the class.
const MARKS: (f32, f32) = (0.6, 1.4);
/// The line of the price lies so far below that of the day.
const DOWN: f32 = 0.125;
/// A cell is so high in heights of its print.
const HEIGHT: f32 = 1.3;
/// Names have so many letters at most, a blank before them included.
const NAME: f32 = 6.0;

impl Ticket<'_> {
    /// The cells that are looked at again. A mark of the sale stands on most tickets, so its cell is too.
    pub(super) fn faint(&self, details: &Details) -> Vec<Faint> {
        if self.sheet.source != Source::Ocr {
            return Vec::new();
        }
        let mut faint = Vec::new();
        let mut add = |area: Rect, fits: fn(&str) -> bool| {
            let area = self.sheet.stood(area);
            faint.extend((area.width() > area.height()).then_some(Faint { area, fits }));
        };
        let find = |fits: &dyn Fn(&str) -> bool| self.pieces.iter().find(|p| self.down(p) > 0.0 && fits(&p.compact()));
        let day = &self.line.area;
        let price = find(&|text| parts::price(text).is_some());
        let height = price.map_or(0.9 * day.height(), |p| p.area.height());
        let middle = price.map_or(self.line.middle() + DOWN * day.width(), |p| p.middle());
        let level = |middle: f32, height: f32, left: f32, right: f32| Rect {
            left,
            right,
            top: middle - HEIGHT / 2.0 * height,
            bottom: middle + HEIGHT / 2.0 * height,
        };
        let at = |across: f32| day.left + across * day.width();
        if !details.has("seat_number") {
            add(level(self.line.middle(), day.height(), at(SEAT.0), at(SEAT.1)), |text| parts::seat(text).0.is_some());
        }
        let class = find(&|text| parts::class(text).is_some());
        if class.is_none() {
            add(level(middle, height, at(SEAT.0), at(SEAT.1)), |text| parts::class(text).is_some());
        }
        if find(&|text| parts::marks(text).is_some()).is_none() {
            let left = price.map_or(at(MARKS.0), |p| (p.area.right + 0.5 * height).max(at(MARKS.0)));
            let right = class.map_or(at(MARKS.1), |p| p.area.left - 0.5 * height);
            add(level(middle, height, left, right), |text| parts::marks(text).is_some());
        }
        if !details.has("name")
            && let Some(id) = find(&|text| parts::identity(text).is_some())
        {
            let height = id.area.height();
            add(level(id.middle(), height, id.area.right + 0.2 * height, id.area.right + NAME * height), parts::is_name);
        }
        if !details.has("pick_up_address")
            && let Some(serial) = find(&|text| parts::serial(text).is_some_and(|(_, rest)| rest.is_empty()))
        {
            let height = serial.area.height();
            add(level(serial.middle(), height, serial.area.right + 0.5 * height, at(SEAT.1)), |text| parts::sold(text).is_some());
        }
        faint
    }
}
