//! Values that are printed to the right of their label.

use document::page::Rect;

use crate::layout::Sheet;
use crate::layout::gather::Piece;
use crate::layout::label::Mark;

/// What stands to the right of a label, up to the next label of its row, from left to right; cut at gaps of two line heights.
pub(crate) fn beside<T>(sheet: &Sheet, marks: &[Mark<T>], mark: &Mark<T>) -> Vec<Piece> {
    let height = mark.area.height();
    let level = |area: &Rect| (area.center().y - mark.area.center().y).abs() < 0.7 * height;
    let stop = marks.iter().map(|m| m.area).filter(|a| a.left > mark.area.right && level(a)).map(|a| a.left).fold(f32::MAX, f32::min);
    let part = Rect {
        left: mark.area.right - 0.3 * height,
        top: mark.area.top - 0.2 * height,
        right: stop,
        bottom: mark.area.bottom + 0.2 * height,
    };
    let mut pieces = sheet.gather(&part, 2.0);
    pieces.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    pieces
}
