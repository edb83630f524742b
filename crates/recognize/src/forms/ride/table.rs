//! The table of rides: its heads, and one ride for each row. A row is told by its amount; cells wrap and stand in the middle of their row or at its
//! top, which ruled lines tell where there are any, else where the wrapped lines lie.

use document::page::Rect;
use indexmap::IndexMap;
use invoice::amount;
use invoice::details::Row;

use super::Label;
use super::moment::{is_part, moment, within};
use crate::layout::Sheet;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::Mark;
use crate::layout::table::{Column, Sort, part, set_walls};

/// As many heads must stand beside each other, one of them a place or an hour.
const HEADS: usize = 3;
/// What begins a line below the table that is no ride.
const FOOT: &[&str] =
    &["页码", "说明", "温馨提示", "注:", "注意", "备注:", "第", "合计", "总计", "小计", "本行程单", "共", "以上", "此行程单"];
/// Units that some print behind each value.
const UNITS: &[&str] = &["元", "公里", "千米", "km", "KM", "Km"];

/// The heads of the table.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    line: f32,
}

/// What was read from the table.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) rows: Vec<Row>,
    /// The sum in the table's last row, where it has one.
    pub(super) sum: Option<(String, Piece)>,
}

/// Finds the table's head, and gives the labels that stand elsewhere; words of the table's head that stand in its body become text again.
pub(super) fn lay(sheet: &mut Sheet, marks: Vec<Mark<Label>>) -> Option<(Table, Vec<Mark<Label>>)> {
    let is_head = |m: &Mark<Label>| !m.label.column.is_empty();
    let keys = |row: usize| {
        let mut keys: Vec<&str> = marks.iter().filter(|m| m.row == row && is_head(m)).map(|m| m.label.column).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let row = marks.iter().filter(|m| is_head(m)).map(|m| m.row).max_by_key(|row| (keys(*row).len(), std::cmp::Reverse(*row)))?;
    let main = keys(row);
    let told = ["station_geton", "station_getoff", "time_geton"].iter().any(|key| main.contains(key));
    if main.len() < HEADS || !told {
        return None;
    }
    let own: Vec<Rect> = marks.iter().filter(|m| m.row == row && is_head(m)).map(|m| m.area).collect();
    let line = own.iter().map(Rect::height).fold(0.0, f32::max).max(1e-3);
    let middle = own.iter().map(|a| a.center().y).sum::<f32>() / own.len() as f32;
    let across = |a: &Rect, b: &Rect| a.left < b.right && b.left < a.right;
    // a head of two lines reaches above and below the others
    let level = |m: &Mark<Label>| (m.area.center().y - middle).abs() < 1.7 * line;
    let mut columns: Vec<Column> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    for (at, mark) in marks.iter().enumerate().filter(|(_, m)| is_head(m) && level(m)) {
        let beside_own = mark.row == row || !own.iter().any(|a| across(a, &mark.area));
        if beside_own && (mark.label.column == "skip" || columns.iter().all(|c| c.key != mark.label.column)) {
            columns.push(Column { key: mark.label.column, sort: sort(mark.label.column), head: mark.area, walls: None });
            taken.push(at);
        }
    }
    // 上车 over 时间, in a narrow column
    for (upper, key) in [("上车", "time_geton"), ("下车", "time_getoff"), ("下单", "time_order")] {
        let half = |text: &str| marks.iter().enumerate().filter(|(_, m)| m.label.part == text && level(m)).collect::<Vec<_>>();
        if columns.iter().any(|c| c.key == key) {
            continue;
        }
        let lower = half("时间");
        let pair = half(upper).into_iter().find_map(|(a, m)| {
            lower.iter().find(|(_, l)| across(&m.area, &l.area) && l.area.top > m.area.top).map(|(b, l)| (a, *b, m.area.union(&l.area)))
        });
        if let Some((a, b, head)) = pair {
            columns.push(Column { key, sort: sort(key), head, walls: None });
            taken.extend([a, b]);
        }
    }
    // units widen the head that they belong to
    for (at, mark) in marks.iter().enumerate().filter(|(_, m)| m.label.part.starts_with(['[', '(']) && level(m)) {
        let near = |c: &&mut Column| {
            let gap = (mark.area.left - c.head.right).max(c.head.left - mark.area.right);
            gap < 0.8 * line && (mark.area.center().y - c.head.center().y).abs() < 2.0 * line
        };
        if let Some(column) = columns.iter_mut().filter(near).min_by(|a, b| off(a, mark).total_cmp(&off(b, mark))) {
            column.head = column.head.union(&mark.area);
            taken.push(at);
        }
    }
    columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
    let top = columns.iter().map(|c| c.head.top).fold(f32::MAX, f32::min);
    let bottom = columns.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max);
    let mut leads = Vec::new();
    for (at, mark) in marks.into_iter().enumerate() {
        if taken.contains(&at) {
            continue;
        }
        let outside = mark.area.bottom <= top + 0.3 * line || mark.area.top >= bottom;
        // below the table's head only a label with its colon is one: 合计 may be part of a place's name
        let leading = mark.label.lead.is_some() && outside && (mark.area.bottom <= top + 0.3 * line || mark.colon);
        if leading { leads.push(mark) } else { mark.release(sheet) }
    }
    Some((Table { columns, line }, leads))
}

fn off(column: &Column, mark: &Mark<Label>) -> f32 {
    (column.head.center().x - mark.area.center().x).abs()
}

fn sort(key: &str) -> Sort {
    match key {
        "index" | "mileage" => Sort::Number,
        "total" => Sort::Money,
        "city" | "station_geton" | "station_getoff" | "car_type" | "producer" => Sort::Text,
        _ => Sort::Code,
    }
}

impl Table {
    pub(super) fn top(&self) -> f32 {
        self.columns.iter().map(|c| c.head.top).fold(f32::MAX, f32::min)
    }

    fn bottom(&self) -> f32 {
        self.columns.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max)
    }

    /// The rides below the heads.
    pub(super) fn read(&self, sheet: &Sheet) -> Body {
        let nothing = Body { rows: Vec::new(), sum: None };
        let left = self.columns.iter().map(|c| c.head.left).fold(f32::MAX, f32::min);
        let right = self.columns.iter().map(|c| c.head.right).fold(f32::MIN, f32::max);
        let Some(key) = ["total", "index", "time_geton"].into_iter().find(|key| self.columns.iter().any(|c| c.key == *key)) else {
            return nothing;
        };
        let all = Rect { left: f32::MIN, top: self.bottom(), right: f32::MAX, bottom: f32::MAX };
        let found = lines(sheet.gather(&all, 0.9).into_iter().flat_map(apart).map(bare).collect());
        let (mut columns, mut end) = (self.columns.clone(), f32::MAX);
        let mut sum = None;
        let mut anchors: Vec<f32> = Vec::new();
        // twice: where the table ends is known by its last row, and the walls of its columns by where it ends
        for _ in 0..2 {
            anchors.clear();
            for line in &found {
                let text: String = line.iter().map(Piece::compact).collect();
                if line[0].area.top > end {
                    break;
                }
                if let Some(word) = FOOT.iter().find(|word| text.starts_with(**word)).filter(|_| !anchors.is_empty()) {
                    if matches!(*word, "合计" | "总计") {
                        sum = line.iter().rev().find_map(|p| Some((amount::plain(amount::parse(&p.compact())?), p.clone())));
                    }
                    end = end.min(line.iter().map(|p| p.area.top).fold(f32::MAX, f32::min));
                    break;
                }
                let to = place(line, &columns);
                let holds = |piece: &Piece| match key {
                    "total" => amount::parse(&piece.compact()).is_some() && piece.compact().contains('.') || whole(&piece.compact()),
                    "index" => whole(&piece.compact()),
                    _ => moment(&piece.text()).is_some(),
                };
                anchors.extend(line.iter().zip(to).find(|(p, to)| columns[*to].key == key && holds(p)).map(|(p, _)| p.middle()));
            }
            let (Some(first), Some(last)) = (anchors.first(), anchors.last()) else { return nothing };
            let pitch = if anchors.len() > 1 { (last - first) / (anchors.len() - 1) as f32 } else { 5.0 * self.line };
            let below = ruled(sheet, left, right, self.bottom()).into_iter().find(|y| *y > *last);
            end = end.min(below.filter(|y| *y < last + 2.0 * pitch).unwrap_or(last + pitch));
            columns = self.columns.clone();
            set_walls(sheet, &mut columns, &Rect { left, top: self.bottom(), right, bottom: end });
        }
        let placed: Vec<(usize, Piece)> = found
            .iter()
            .filter(|line| line.iter().all(|p| p.middle() < end))
            .flat_map(|line| {
                let starts: Vec<f32> = columns.iter().filter(|c| c.walls.is_some()).filter_map(|c| c.walls.map(|w| w.0)).collect();
                let line: Vec<Piece> = line.iter().flat_map(|p| part(p.clone(), &starts, self.line)).collect();
                place(&line, &columns).into_iter().zip(line).collect::<Vec<_>>()
            })
            .collect();
        let tops = self.tops(sheet, &anchors, &placed, &columns, (left, right));
        let rows = (0..anchors.len())
            .map(|i| {
                let next = tops.get(i + 1).copied().unwrap_or(f32::MAX);
                let mut row: Row = IndexMap::new();
                for (at, column) in columns.iter().enumerate() {
                    let own = |p: &Piece| (i == 0 || p.middle() >= tops[i]) && p.middle() < next;
                    let pieces: Vec<Piece> = placed.iter().filter(|(to, p)| *to == at && own(p)).map(|(_, p)| p.clone()).collect();
                    if let Some(value) = cell(column.key, &pieces) {
                        row.insert(column.key.to_owned(), sheet.field(&value, &pieces));
                    }
                }
                row
            })
            .collect();
        Body { rows, sum }
    }

    /// Where each row begins.
    fn tops(&self, sheet: &Sheet, anchors: &[f32], placed: &[(usize, Piece)], columns: &[Column], (left, right): (f32, f32)) -> Vec<f32> {
        let ruled = ruled(sheet, left, right, self.bottom() - 0.5 * self.line);
        let above: Vec<Option<f32>> = anchors.iter().map(|y| ruled.iter().copied().rfind(|r| r < y)).collect();
        if above.iter().all(Option::is_some) && above.windows(2).all(|pair| pair[0] < pair[1]) {
            return above.into_iter().flatten().collect();
        }
        let wraps = |p: &&(usize, Piece)| matches!(columns[p.0].sort, Sort::Text | Sort::Code);
        let (first, last) = (anchors[0], anchors[anchors.len() - 1]);
        let hanging = placed.iter().filter(wraps).any(|(_, p)| p.middle() < first - 0.4 * self.line);
        let deep = placed.iter().filter(wraps).any(|(_, p)| p.middle() > last + 1.6 * self.line);
        let line = self.line;
        let halves = |pair: &[f32]| (pair[0] + pair[1]) / 2.0;
        let mut tops = vec![f32::MIN];
        tops.extend(anchors.windows(2).map(|pair| if deep && !hanging { pair[1] - 0.6 * line } else { halves(pair) }));
        tops
    }
}

/// Which column each piece of a line belongs to: the cheapest order from left to right by what a column holds and where its head stands.
fn place(line: &[Piece], columns: &[Column]) -> Vec<usize> {
    let mut best: Vec<Vec<(f32, usize)>> = Vec::with_capacity(line.len());
    for (i, piece) in line.iter().enumerate() {
        let row = (0..columns.len()).map(|j| {
            let own = misfit(&columns[j], &piece.text()) + distance(&columns[j], piece);
            let before = (0..=j).filter(|_| i > 0).map(|k| (best[i - 1][k].0 + if k == j { 1.0 } else { 0.0 }, k));
            let before = before.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, j));
            (before.0 + own, before.1)
        });
        let row = row.collect();
        best.push(row);
    }
    let mut chosen = vec![0; line.len()];
    let Some(last) = best.last() else { return chosen };
    let mut at = (0..columns.len()).min_by(|a, b| last[*a].0.total_cmp(&last[*b].0)).unwrap_or(0);
    for i in (0..line.len()).rev() {
        chosen[i] = at;
        at = best[i][at].1;
    }
    chosen
}

/// How little a text looks like what the column holds, in line heights of distance.
fn misfit(column: &Column, text: &str) -> f32 {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = amount::parse(&bare).is_some();
    let moment = is_part(text);
    match column.key {
        "skip" => 0.5,
        "index" if whole(&bare) => 0.0,
        "total" | "mileage" if number && bare.contains('.') => 0.0,
        "total" | "mileage" if number => 0.3,
        "index" | "total" | "mileage" => 6.0,
        "time_geton" | "time_getoff" | "time_order" if moment => 0.0,
        "time_geton" | "time_getoff" | "time_order" => 4.0,
        _ if moment => 4.0,
        _ if number => 2.0,
        _ => 0.0,
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

/// A piece that holds a moment among other text, parted around it.
fn apart(piece: Piece) -> Vec<Piece> {
    let chars: Vec<char> = piece.glyphs.iter().map(|g| g.ch).collect();
    let Some((from, to)) = within(&chars) else { return vec![piece] };
    let cut = |range: std::ops::Range<usize>| {
        let inked = |i: &usize| !chars[*i].is_whitespace();
        let (first, last) = (range.clone().find(inked)?, range.clone().rfind(inked)?);
        let glyphs = piece.glyphs[first..=last].to_vec();
        let area = Rect { left: glyphs.first()?.left, right: glyphs.last()?.right, ..piece.area };
        Some(Piece { glyphs, area, span: piece.span })
    };
    [cut(0..from), cut(from..to), cut(to..chars.len())].into_iter().flatten().collect()
}

/// A piece without the unit behind its number.
fn bare(mut piece: Piece) -> Piece {
    let text = piece.compact();
    let number = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "¥.,-".contains(c)) && text.contains(|c: char| c.is_ascii_digit())
    };
    if UNITS.iter().any(|unit| text.strip_suffix(unit).is_some_and(number)) {
        let last = piece.glyphs.iter().rposition(|g| g.ch.is_ascii_digit()).unwrap_or(0);
        piece.glyphs.truncate(last + 1);
        piece.area.right = piece.glyphs.last().map_or(piece.area.right, |g| g.right);
    }
    piece
}

fn whole(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The value of a ride's cell, or `None` when it holds none of its kind.
fn cell(key: &str, pieces: &[Piece]) -> Option<String> {
    let text = join(pieces.to_vec(), "");
    let value = match key {
        "" | "index" | "skip" => return None,
        "total" | "mileage" => amount::plain(pieces.iter().find_map(|p| amount::parse(&p.compact()))?),
        "time_geton" | "time_getoff" | "time_order" => {
            let text = join(pieces.to_vec(), " ");
            moment(&text).unwrap_or(text)
        }
        "city" | "car_type" | "producer" => text.chars().filter(|c| !c.is_whitespace()).collect(),
        _ => text,
    };
    let value = value.trim();
    (!value.is_empty() && value != "-" && value != "--").then(|| value.to_owned())
}
