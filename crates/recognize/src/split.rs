//! A page with several forms on it: one part for each, by the heads of VAT forms and the titles of electronic tickets.

use document::page::Rect;

use crate::forms::heads::heads;
use crate::forms::vat;
use crate::layout::Sheet;

/// Which spans of a sheet belong to each of its forms, top to bottom; nothing when it holds one or none.
pub(crate) fn groups(sheet: &Sheet) -> Option<Vec<Vec<usize>>> {
    let heads = heads(sheet);
    if heads.len() < 2 {
        return None;
    }
    let mut groups = Vec::new();
    for head in &heads {
        // a form reaches from its title, above the table's head, to where the next form's title begins
        let same_column = |o: &&vat::FormHead| overlap(&o.header, &head.header);
        let next = heads.iter().filter(same_column).map(|o| o.top).filter(|t| *t > head.header.top).fold(f32::MAX, f32::min);
        let beside = heads.iter().filter(|o| !overlap(&o.header, &head.header) && o.header.left > head.header.left);
        let right = beside.map(|o| o.header.left).fold(f32::MAX, f32::min);
        let left_of = heads.iter().filter(|o| !overlap(&o.header, &head.header) && o.header.right < head.header.left);
        let left = left_of.map(|o| o.header.right).fold(f32::MIN, f32::max);
        let margin = 0.5 * head.header.height();
        let area = Rect {
            left: if left == f32::MIN { f32::MIN } else { (left + head.header.left) / 2.0 },
            top: head.top - margin,
            right: if right == f32::MAX { f32::MAX } else { (right + head.header.right) / 2.0 },
            bottom: if next == f32::MAX { f32::MAX } else { next - margin },
        };
        groups.push(inside(sheet, &area));
    }
    Some(groups)
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.left < b.right && b.left < a.right
}

fn inside(sheet: &Sheet, area: &Rect) -> Vec<usize> {
    let holds = |r: &Rect| {
        let c = r.center();
        c.x >= area.left && c.x < area.right && c.y >= area.top && c.y < area.bottom
    };
    sheet.spans.iter().enumerate().filter(|(_, span)| holds(&span.area)).map(|(index, _)| index).collect()
}
