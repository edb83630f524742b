//! A table under heads of which each row is told by one of its cells: rides, taxes. Cells wrap and stand in the middle of their row or at its top, which
//! ruled lines tell where there are any, else where the wrapped lines lie.

use document::page::Rect;

use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};
use crate::layout::table::{Column, Sort, in_order, part, set_walls};

/// A table whose heads were found, and how its cells look.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Its columns. Their sort says which of them hold text that wraps.
    pub(crate) columns: Vec<Column>,
    /// The height of a line of its heads.
    pub(crate) line: f32,
    /// Columns of which every row has a cell. The one with the most cells tells the rows, and the others those of which its cell was not read.
    pub(crate) anchors: &'static [&'static str],
    /// How little a text looks like what a column holds, in line heights of distance; below a half it may tell a row.
    pub(crate) misfit: fn(&str, &str) -> f32,
    /// What begins a line below the table that is no row.
    pub(crate) foot: &'static [&'static str],
    /// The pieces that a run of text is parted into before it is shared out over the columns.
    pub(crate) parted: fn(Piece) -> Vec<Piece>,
}

/// What stands in a table.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// For each row the pieces under each column.
    pub(crate) rows: Vec<Vec<Vec<Piece>>>,
    /// The line that ended the table, if one of its foot's words begins it.
    pub(crate) foot: Option<Vec<Piece>>,
}

impl Grid {
    /// The upper edge of the heads.
    pub(crate) fn top(&self) -> f32 {
        self.columns.iter().map(|c| c.head.top).fold(f32::MAX, f32::min)
    }

    /// The lower edge of the heads.
    pub(crate) fn bottom(&self) -> f32 {
        self.columns.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max)
    }

    fn sides(&self) -> (f32, f32) {
        let left = self.columns.iter().map(|c| c.head.left).fold(f32::MAX, f32::min);
        (left, self.columns.iter().map(|c| c.head.right).fold(f32::MIN, f32::max))
    }

    /// The rows below the heads, down to `limit` at most.
    pub(crate) fn read(&self, sheet: &Sheet, limit: f32) -> Body {
        let mut body = Body::default();
        let (left, right) = self.sides();
        let all = Rect { left: f32::MIN, top: self.bottom(), right: f32::MAX, bottom: limit };
        let found = lines(sheet.gather(&all, 0.9).into_iter().flat_map(self.parted).collect());
        let (mut columns, mut end) = (self.columns.clone(), limit);
        let mut anchors: Vec<f32> = Vec::new();
        // twice: where the table ends is known by its last row, and the walls of its columns by where it ends
        for _ in 0..2 {
            let mut told: Vec<Vec<f32>> = vec![Vec::new(); self.anchors.len()];
            for line in &found {
                let text: String = line.iter().map(Piece::compact).collect();
                if line[0].area.top > end {
                    break;
                }
                if self.foot.iter().any(|word| text.starts_with(word)) && told.iter().any(|rows| !rows.is_empty()) {
                    body.foot = Some(line.clone());
                    end = end.min(line.iter().map(|p| p.area.top).fold(f32::MAX, f32::min));
                    break;
                }
                let placed = self.place(line, &columns);
                for (key, rows) in self.anchors.iter().zip(&mut told) {
                    let tells = |(piece, to): &(&Piece, &usize)| columns[**to].key == *key && (self.misfit)(key, &piece.text()) < 0.5;
                    rows.extend(line.iter().zip(&placed).find(tells).map(|(p, _)| p.middle()));
                }
            }
            anchors = together(told, self.line);
            let (Some(first), Some(last)) = (anchors.first(), anchors.last()) else { return body };
            let pitch = if anchors.len() > 1 { (last - first) / (anchors.len() - 1) as f32 } else { 5.0 * self.line };
            let below = ruled(sheet, left, right, self.bottom()).into_iter().find(|y| *y > *last);
            end = end.min(below.filter(|y| *y < last + 2.0 * pitch).unwrap_or(last + pitch));
            columns = self.columns.clone();
            set_walls(sheet, &mut columns, &Rect { left, top: self.bottom(), right, bottom: end });
        }
        let starts: Vec<f32> = columns.iter().filter_map(|c| c.walls.map(|w| w.0)).collect();
        let placed: Vec<(usize, Piece)> = found
            .iter()
            .filter(|line| line.iter().all(|p| p.middle() < end))
            .flat_map(|line| {
                let line: Vec<Piece> = line.iter().flat_map(|p| part(p.clone(), &starts, self.line)).collect();
                self.place(&line, &columns).into_iter().zip(line).collect::<Vec<_>>()
            })
            .collect();
        let tops = self.tops(sheet, &anchors, &placed, &columns);
        for (i, top) in tops.iter().enumerate() {
            let next = tops.get(i + 1).copied().unwrap_or(f32::MAX);
            let own = |p: &Piece| (i == 0 || p.middle() >= *top) && p.middle() < next;
            let cell = |at: usize| placed.iter().filter(|(to, p)| *to == at && own(p)).map(|(_, p)| p.clone()).collect();
            body.rows.push((0..columns.len()).map(cell).collect());
        }
        body
    }

    /// Where each row begins.
    fn tops(&self, sheet: &Sheet, anchors: &[f32], placed: &[(usize, Piece)], columns: &[Column]) -> Vec<f32> {
        let (left, right) = self.sides();
        let ruled = ruled(sheet, left, right, self.bottom() - 0.5 * self.line);
        let above: Vec<f32> = anchors.iter().filter_map(|y| ruled.iter().copied().rfind(|r| r < y)).collect();
        if above.len() == anchors.len() && above.windows(2).all(|pair| pair[0] < pair[1]) {
            return above;
        }
        let wraps = |p: &&(usize, Piece)| matches!(columns[p.0].sort, Sort::Text | Sort::Code);
        let (Some(first), Some(last)) = (anchors.first(), anchors.last()) else { return Vec::new() };
        let hanging = placed.iter().filter(wraps).any(|(_, p)| p.middle() < first - 0.4 * self.line);
        let deep = placed.iter().filter(wraps).any(|(_, p)| p.middle() > last + 1.6 * self.line);
        let from = |pair: &[f32]| if deep && !hanging { pair[1] - 0.6 * self.line } else { (pair[0] + pair[1]) / 2.0 };
        std::iter::once(f32::MIN).chain(anchors.windows(2).map(from)).collect()
    }

    /// Which column each piece of a line belongs to: the cheapest order from left to right by what a column holds and where its head stands.
    fn place(&self, line: &[Piece], columns: &[Column]) -> Vec<usize> {
        let texts: Vec<String> = line.iter().map(Piece::text).collect();
        let own =
            |piece: usize, column: usize| (self.misfit)(columns[column].key, &texts[piece]) + distance(&columns[column], &line[piece]);
        in_order(line.len(), columns.len(), own, |_| 1.0)
    }
}

/// How far a piece stands from a column, in its line heights: outside its walls, else away from its head, above which values stand in the middle, at
/// the left or at the right.
fn distance(column: &Column, piece: &Piece) -> f32 {
    let (area, head) = (&piece.area, &column.head);
    let height = area.height().max(1e-3);
    match column.walls {
        Some((from, to)) => ((from - area.left).max(0.0) + (area.right - to).max(0.0)) / height,
        None => {
            let gap = (area.left - head.right).max(head.left - area.right).max(0.0);
            let edges = [area.left - head.left, area.center().x - head.center().x, area.right - head.right];
            (gap + 0.2 * edges.into_iter().map(f32::abs).fold(f32::MAX, f32::min)) / height
        }
    }
}

/// The heights of the rows: those that the column with the most cells tells, the first of equals, and those of other columns that are as far from all of
/// them as rows are from each other.
fn together(mut told: Vec<Vec<f32>>, line: f32) -> Vec<f32> {
    let most = told.iter().map(Vec::len).max().unwrap_or(0);
    let Some(at) = told.iter().position(|rows| rows.len() == most) else { return Vec::new() };
    let mut rows = told.remove(at);
    let pitch = rows.windows(2).map(|pair| pair[1] - pair[0]).fold(f32::MAX, f32::min);
    let apart = if pitch < f32::MAX { 0.6 * pitch } else { 1.5 * line };
    for other in told.into_iter().flatten() {
        if rows.iter().all(|row| (row - other).abs() > apart) {
            rows.push(other);
        }
    }
    rows.sort_by(f32::total_cmp);
    rows
}

/// The heights of ruled lines that run across most of the table.
fn ruled(sheet: &Sheet, left: f32, right: f32, from: f32) -> Vec<f32> {
    let mut level: Vec<(f32, f32, f32)> = sheet
        .rulings
        .iter()
        .filter(|r| !r.upright && r.at > from)
        .map(|r| (r.at, r.from.max(left), r.to.min(right)))
        .filter(|(_, from, to)| to > from)
        .collect();
    level.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut heights = Vec::new();
    for group in level.chunk_by(|a, b| b.0 - a.0 < 1.0) {
        let mut spans: Vec<(f32, f32)> = group.iter().map(|(_, from, to)| (*from, *to)).collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut covered, mut end) = (0.0, left);
        for (from, to) in spans {
            covered += (to - from.max(end)).max(0.0);
            end = end.max(to);
        }
        if covered > 0.6 * (right - left) {
            heights.push(group[0].0);
        }
    }
    heights
}
