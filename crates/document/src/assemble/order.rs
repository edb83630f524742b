//! The order in which a person reads the lines of a page.

use crate::page::Line;

/// Lines whose middles differ by less than this part of their height stand in one row.
const SAME_ROW: f32 = 0.5;

/// Sorts lines by rows, and inside a row from left to right.
pub(super) fn reading_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.area.center().y.total_cmp(&b.area.center().y).then(a.area.left.total_cmp(&b.area.left)));
    let mut ordered: Vec<Line> = Vec::with_capacity(lines.len());
    let mut row: Vec<Line> = Vec::new();
    for line in lines {
        let leaves = row.first().is_some_and(|top| {
            let height = top.area.height().min(line.area.height());
            line.area.center().y - top.area.center().y > SAME_ROW * height
        });
        if leaves {
            ordered.extend(left_to_right(std::mem::take(&mut row)));
        }
        row.push(line);
    }
    ordered.extend(left_to_right(row));
    ordered
}

fn left_to_right(mut row: Vec<Line>) -> Vec<Line> {
    row.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    row
}
