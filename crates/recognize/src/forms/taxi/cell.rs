//! Where the value of each label stands, for second looks at those that were not read, or were printed over words of the form.

use document::page::Rect;

use super::super::stamped;
use super::meter::Pairing;
use super::{Label, Receipt, SURE, is_counted, is_fare, is_fee};
use crate::closer::Faint;
use crate::layout::label::Mark;
use crate::overprint::{Covered, Overprint, Value};

impl Label {
    /// What the value must look like where it is worth a closer look.
    fn shape(self) -> Option<fn(&str) -> bool> {
        match self {
            Label::Day => Some(|text| text.chars().count() > 9 && (stamped::day(text).is_some() || stamped::mended_day(text).is_some())),
            Label::GetOn | Label::GetOff => Some(|text| text.len() == 5 && stamped::clock(text).is_some()),
            Label::Mileage => Some(|text| stamped::has_distance_unit(text) && stamped::distance(text).is_some()),
            Label::Fare | Label::Total => Some(|text| stamped::money(text).is_some_and(|amount| is_fare(amount) && is_counted(amount))),
            Label::Surcharge => Some(|text| stamped::money(text).is_some_and(is_counted) && is_fee(text)),
            Label::Plate => Some(|text| stamped::plate(text).is_some()),
            _ => None,
        }
    }

    /// The field that it names and what its value is, where that may be read through other print. Fees are none of them: what is left of one is never sure.
    fn covered(self) -> Option<(&'static str, Value)> {
        match self {
            Label::Day => Some(("date", |text| stamped::day(text).filter(|_| text.contains(['年', '-', '/'])))),
            Label::GetOn => Some(("time_geton", |text| stamped::clock(text).filter(|_| text.len() == 5))),
            Label::GetOff => Some(("time_getoff", |text| stamped::clock(text).filter(|_| text.len() == 5))),
            Label::Mileage => Some(("mileage", |text| stamped::distance(text).filter(|_| stamped::has_distance_unit(text)))),
            Label::Plate => Some(("license_plate", stamped::plate)),
            _ => None,
        }
    }
}

impl Receipt {
    /// Where the value of a label stands: beside it, as far down as the print has moved. The value of the next label in its row stands no further to the
    /// left than that label.
    fn cell(&self, pairs: &Pairing, at: usize, mark: &Mark<Label>) -> Rect {
        let height = mark.area.height();
        let right = pairs.pairs.iter().map(|(_, p)| p.area.right).fold(f32::MIN, f32::max) + 0.4 * height;
        let piece = pairs.pairs.iter().find(|(mark, _)| *mark == at).map(|(_, piece)| piece);
        let middle = piece.map_or(mark.area.center().y + pairs.moved, |piece| piece.middle());
        let level = |m: &&Mark<Label>| m.area.left > mark.area.right && (m.area.center().y - mark.area.center().y).abs() < 0.6 * height;
        let next = self.form.marks.iter().filter(level).map(|m| m.area.left).fold(right, f32::min);
        Rect { left: mark.area.right + 0.2 * height, top: middle - 0.6 * height, right: next, bottom: middle + 0.6 * height }
    }

    /// Where values stand that were not read as what their labels name, or not surely.
    pub(super) fn faint(&self, pairs: &Pairing) -> Vec<Faint> {
        let mut faint = Vec::new();
        for (at, mark) in self.form.marks.iter().enumerate() {
            let Some(fits) = mark.label.shape() else { continue };
            let piece = pairs.pairs.iter().find(|(mark, _)| *mark == at).map(|(_, piece)| piece);
            let mut area = self.cell(pairs, at, mark);
            if let Some(label) = self.covering(&area) {
                // only what was read clear of it is not printed over it
                let Some(piece) = piece.filter(|p| p.area.left > label.right + 0.5 * label.height()) else { continue };
                area.left = piece.area.left - 0.4 * label.height();
            }
            let sure = piece.is_some_and(|p| fits(&p.compact()) && p.confidence() > SURE);
            let room = area.width() > 2.0 * mark.area.height() && pairs.pairs.len() >= 3;
            if !sure && room {
                faint.push(Faint { area, fits });
            }
        }
        faint
    }

    /// The values that the meter printed over labels of other values, a row or more too low.
    pub(super) fn over(&self, pairs: &Pairing) -> Overprint {
        let marks = self.form.marks.iter().enumerate();
        let covered = marks.filter_map(|(at, mark)| {
            let (key, value) = mark.label.covered()?;
            let area = self.cell(pairs, at, mark);
            self.covering(&area).map(|_| Covered { row: None, key, area, value })
        });
        let cells: Vec<Covered> = covered.collect();
        let meets = |a: &Rect, b: &Rect| a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        let clear = |area: &Rect| !cells.iter().any(|cell| meets(&cell.area, area));
        let form = self.form.marks.iter().map(|m| m.area).filter(|area| clear(area)).collect();
        let values = pairs.pairs.iter().map(|(_, piece)| piece.area);
        let values = values.filter(|area| clear(area) && !self.form.marks.iter().any(|m| meets(&m.area, area))).collect();
        Overprint { form, values, cells }
    }

    /// The label that stands in a cell, of several the last.
    fn covering(&self, cell: &Rect) -> Option<Rect> {
        let inside = |area: &Rect| {
            let (wide, high) =
                (area.right.min(cell.right) - area.left.max(cell.left), area.bottom.min(cell.bottom) - area.top.max(cell.top));
            wide > 0.0 && high > 0.5 * area.height()
        };
        self.form.marks.iter().map(|mark| mark.area).filter(inside).max_by(|a, b| a.right.total_cmp(&b.right))
    }
}
