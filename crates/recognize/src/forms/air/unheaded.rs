//! The itinerary on paper whose title or heads were not read: a seal lies over them, or they are too small.

use document::page::Rect;
use invoice::details::Source;

use super::{Label, bottom, bottom_of, is_flight, look, top};
use crate::layout::Sheet;
use crate::layout::gather::Piece;
use crate::layout::label::Mark;
use crate::layout::table::{Column, Sort};

/// The labels below the prices of the form on paper.
const FOOT: &[&str] = &["number", "check_code", "prompt_information", "insurance", "agentcode", "issue_by", "date"];

/// Whether the labels below the prices of the form on paper were read, which no list of bookings has: a seal may hide the title and the passenger's heads.
pub(super) fn footed(marks: &[Mark<Label>]) -> bool {
    let prices = bottom_of(marks, |l| matches!(l, Label::Price(_)));
    let lower = |m: &&Mark<Label>| prices.is_some_and(|bottom| m.area.bottom > bottom);
    let found: Vec<Label> = marks.iter().filter(lower).map(|m| m.label).collect();
    FOOT.iter().filter(|key| found.contains(&Label::Beside(key))).count() >= 4
}

/// The heads of flights and prices of a form on paper of which too few were read: the title or the foot says what it is, the stamped lines where its tables are.
/// What stands in them is told by its look, below heads without a key.
pub(super) fn unheaded(sheet: &Sheet, marks: &[Mark<Label>], flights: Vec<Column>) -> Option<(Vec<Column>, Vec<Column>)> {
    let title = marks.iter().find(|m| matches!(m.label, Label::Title { .. }));
    let electronic = title.is_some_and(|t| t.label == Label::Title { whole: true });
    if sheet.source != Source::Ocr || electronic || title.is_none() && !footed(marks) {
        return None;
    }
    let (middle, numbered) = look::first_flight(sheet)?;
    let over = |line: &[Piece], middle: f32| {
        let area = line.iter().map(|p| p.area).reduce(|a, b| a.union(&b))?;
        let height = line.iter().map(|p| p.area.height()).fold(f32::MAX, f32::min);
        let bottom = middle - 0.6 * height;
        Some(Column { key: "", sort: Sort::Code, head: Rect { top: bottom - 0.8 * height, bottom, ..area }, walls: None })
    };
    let flown = numbered.iter().position(|p| is_flight(&p.compact()))?;
    let headed = flights.into_iter().filter(|c| c.head.bottom < middle).collect::<Vec<_>>();
    let uppermost = |line: &[Piece]| line.iter().map(Piece::middle).fold(f32::MAX, f32::min);
    let flights = if headed.len() < 3 { vec![over(&numbered[flown..], middle.min(uppermost(&numbered[flown..])))?] } else { headed };
    let priced = look::prices(sheet, numbered[flown].area.bottom)?;
    let prices = vec![over(&priced, uppermost(&priced))?];
    (title.is_none_or(|t| t.area.bottom < top(&flights)) && bottom(&flights) < top(&prices)).then_some((flights, prices))
}
