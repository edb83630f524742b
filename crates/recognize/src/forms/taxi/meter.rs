//! What the meter prints onto the form: values that belong to the printed labels by their order, not by their height. The roll moves on by a row or more before the
//! meter begins, and its rows are set a little closer or wider than the form's.
//!
//! Labels and values are laid against each other in reading order: the pairing wins in which values look most like what their labels name, and lie most evenly
//! off their labels. How far the print has moved is tried in steps.

use document::page::Rect;

use super::super::stamped;
use super::Label;
use crate::layout::gather::Piece;
use crate::layout::label::Mark;
use crate::layout::{Sheet, median};

/// How far the print may have moved against the form, in rows: up by one, down by two and a half, in quarters.
const MOVES: std::ops::RangeInclusive<i32> = -4..=10;
/// Rows by which a single value may lie off where its label's value is expected.
const LOOSE: f32 = 0.75;
/// At most so many labels and values are laid against each other.
const MOST: usize = 48;

/// The values of labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairing {
    /// The value of each label that has one: the index into `marks`, and its piece.
    pub(super) pairs: Vec<(usize, Piece)>,
    /// How far the print has moved against the form, in sheet units downwards.
    pub(super) moved: f32,
}

/// Pairs the labels of the meter's part of the form with what is printed there.
pub(super) fn pair(sheet: &Sheet, marks: &[Mark<Label>], part: &Rect) -> Pairing {
    let mut labels: Vec<(usize, &Mark<Label>)> =
        marks.iter().enumerate().filter(|(_, m)| m.label.metered() && part.holds(m.area.center())).take(MOST).collect();
    in_rows(&mut labels, |(_, mark)| mark.area);
    let mut values = values(sheet, part);
    values.retain(|p| p.compact().chars().any(|c| c.is_ascii_alphanumeric()));
    values.truncate(MOST);
    in_rows(&mut values, |piece| piece.area);
    let pitch = pitch(&labels);
    let mut best: (f32, Pairing) = (0.0, Pairing::default());
    for quarters in MOVES {
        let moved = quarters as f32 / 4.0;
        let (score, pairs) = lay(&labels, &values, pitch, moved);
        let score = score - 0.4 * moved.abs();
        if score > best.0 {
            best = (score, Pairing { pairs, moved: moved * pitch });
        }
    }
    best.1
}

/// Puts things in reading order: row by row, each from the left, however high their print is.
fn in_rows<T>(things: &mut [T], area: impl Fn(&T) -> Rect) {
    things.sort_by(|a, b| area(a).center().y.total_cmp(&area(b).center().y));
    let mut start = 0;
    while start < things.len() {
        let first = area(&things[start]);
        let level = |thing: &T| area(thing).center().y - first.center().y < 0.5 * first.height();
        let end = start + things[start..].iter().take_while(|thing| level(thing)).count().max(1);
        things[start..end].sort_by(|a, b| area(a).left.total_cmp(&area(b).left));
        start = end;
    }
}

/// What stands in a part of the sheet besides labels. A value that the recogniser wrote with a space in it (`00 :49`) is one.
pub(super) fn values(sheet: &Sheet, part: &Rect) -> Vec<Piece> {
    let mut values: Vec<Piece> = Vec::new();
    for piece in sheet.gather(part, 2.5) {
        match values.iter_mut().find(|v| v.span == piece.span && (piece.area.left - v.area.right).abs() < 1.2 * piece.area.height()) {
            Some(value) => {
                value.glyphs.extend(piece.glyphs);
                value.area = value.area.union(&piece.area);
            }
            None => values.push(piece),
        }
    }
    values
}

/// The distance of the rows of labels: the median of the steps between them.
fn pitch(labels: &[(usize, &Mark<Label>)]) -> f32 {
    let height = labels.iter().map(|(_, m)| m.area.height()).fold(0.0, f32::max).max(1.0);
    let steps = labels.windows(2).map(|pair| pair[1].1.area.center().y - pair[0].1.area.center().y);
    median(steps.filter(|step| *step > 0.6 * height)).unwrap_or(1.2 * height)
}

/// The best pairing in order for one move, by dynamic programming over labels and values.
fn lay(labels: &[(usize, &Mark<Label>)], values: &[Piece], pitch: f32, moved: f32) -> (f32, Vec<(usize, Piece)>) {
    let (rows, columns) = (labels.len(), values.len());
    let mut table = vec![vec![0.0_f32; columns + 1]; rows + 1];
    let fits: Vec<Vec<Option<f32>>> = labels
        .iter()
        .enumerate()
        .map(|(at, (_, mark))| {
            let next = labels.get(at + 1).map(|(_, m)| m.area).filter(|a| level(a, &mark.area));
            values.iter().map(|value| fit(mark, next, value, pitch, moved)).collect()
        })
        .collect();
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skip = table[row + 1][column].max(table[row][column + 1]);
            let take = fits[row][column].map_or(f32::MIN, |fit| fit + table[row + 1][column + 1]);
            table[row][column] = skip.max(take);
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while row < rows && column < columns {
        let take = fits[row][column].map(|fit| fit + table[row + 1][column + 1]);
        if take.is_some_and(|take| take >= table[row][column]) {
            pairs.push((labels[row].0, values[column].clone()));
            (row, column) = (row + 1, column + 1);
        } else if table[row + 1][column] >= table[row][column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    (table[0][0], pairs)
}

/// How well a value stands and looks where a label's value is expected; nothing when it cannot be its value.
fn fit(mark: &Mark<Label>, next: Option<Rect>, value: &Piece, pitch: f32, moved: f32) -> Option<f32> {
    let off = (value.middle() - mark.area.center().y) / pitch - moved;
    let right_of = value.area.right > mark.area.right && value.area.left > mark.area.left;
    let before_next = next.is_none_or(|next| value.area.center().x < next.left + 0.3 * mark.area.width());
    if off.abs() > LOOSE || !right_of || !before_next {
        return None;
    }
    Some(mark.label.likeness(&value.compact())? - off.abs())
}

fn level(a: &Rect, b: &Rect) -> bool {
    (a.center().y - b.center().y).abs() < 0.6 * b.height()
}

impl Label {
    /// How much a text looks like what this label names; nothing when it cannot be that.
    fn likeness(self, text: &str) -> Option<f32> {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let time = || stamped::clock(text).is_some();
        let day = || text.len() >= 8 && (stamped::day(text).is_some() || stamped::mended_day(text).is_some());
        let money = || stamped::money(text).is_some();
        match self {
            Label::Day if day() => Some(3.0),
            Label::Day if digits >= 6 && text.contains(['年', '月', '日', '-', '/']) => Some(2.0),
            Label::Times if stamped::span_of_time(text).is_some() => Some(3.0),
            Label::GetOn | Label::GetOff if time() && !stamped::is_duration(text) => Some(3.0),
            Label::GetOn | Label::GetOff if time() => Some(1.5),
            Label::Waiting if stamped::is_duration(text) => Some(3.0),
            Label::Waiting if time() || text.chars().any(|c| c.is_ascii_digit()) && !money() && !day() => Some(1.0),
            Label::Mileage if stamped::has_distance_unit(text) => Some(3.0),
            Label::Mileage if stamped::distance(text).is_some() && !text.contains('元') => Some(1.5),
            Label::Price if money() => Some(if text.contains(['元', '/', '¥']) { 2.5 } else { 1.5 }),
            Label::Fare | Label::Total | Label::Surcharge | Label::Call if money() => {
                Some(if text.contains(['元', '¥']) { 2.5 } else { 1.5 })
            }
            Label::Fare | Label::Total | Label::Surcharge | Label::Call if stamped::whole_money(text).is_some() => Some(1.5),
            Label::Fare | Label::Total | Label::Surcharge | Label::Call | Label::Price
                if text.contains(['元', '¥', '.']) && digits > 0 && !time() && !day() && !stamped::has_distance_unit(text) =>
            {
                Some(1.0)
            }
            Label::Plate if stamped::plate(text).is_some() => Some(3.0),
            Label::Plate if digits >= 3 && (5..=9).contains(&text.chars().count()) && !time() && !money() && !text.contains('元') => {
                Some(0.8)
            }
            Label::Driver if digits >= 4 && digits + 2 >= text.chars().count() && !time() && !day() => Some(2.0),
            Label::Card | Label::Balance | Label::Phone | Label::State if !time() && !day() => Some(0.5),
            _ => None,
        }
    }
}
