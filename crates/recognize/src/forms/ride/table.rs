//! The table of rides: its heads, and one ride for each row, told by its amount.

use document::page::Rect;
use indexmap::IndexMap;
use invoice::details::{Row, Source};
use invoice::{amount, date};

use super::super::listing::Grid;
use super::moment::{is_part, moment, within};
use super::{Label, Lead, SPELLINGS, sums, told};
use crate::layout::gather::{Piece, join};
use crate::layout::label::{Mark, Spelling, is_one_off};
use crate::layout::table::{Column, Sort};
use crate::layout::{Sheet, Span, fold, median};

/// As many heads must stand beside each other, one of them a place or an hour.
const HEADS: usize = 3;
/// What begins a line below the table that is no ride.
pub(super) const FOOT: &[&str] =
    &["页码", "说明", "温馨提示", "注:", "注意", "备注:", "合计", "总计", "小计", "本行程单", "共", "以上", "此行程单"];
/// Units behind the word of a head.
const UNITED: &[&str] = &["(元)", "[元]", "(公里)", "[公里]", "(km)"];
/// Units that some print behind each value.
const UNITS: &[&str] = &["元", "公里", "千米", "km", "KM", "Km"];

/// Finds the table's head, and gives the labels that stand elsewhere; words of the table's head that stand in its body become text again.
pub(super) fn lay(sheet: &mut Sheet, marks: Vec<Mark<Label>>) -> Option<(Grid, Vec<Mark<Label>>)> {
    let is_head = |m: &Mark<Label>| !m.label.column.is_empty();
    let keys = |row: usize| {
        let mut keys: Vec<&str> = marks.iter().filter(|m| m.row == row && is_head(m)).map(|m| m.label.column).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let row = marks.iter().filter(|m| is_head(m)).map(|m| m.row).max_by_key(|row| (keys(*row).len(), std::cmp::Reverse(*row)));
    let Some(row) = row else { return headless(sheet, marks) };
    let main = keys(row);
    let told = ["station_geton", "station_getoff", "time_geton"].iter().any(|key| main.contains(key));
    if main.len() < HEADS || !told {
        return headless(sheet, marks);
    }
    let own: Vec<Rect> = marks.iter().filter(|m| m.row == row && is_head(m)).map(|m| m.area).collect();
    let line = own.iter().map(Rect::height).fold(0.0, f32::max).max(1e-3);
    let middle = own.iter().map(|a| a.center().y).sum::<f32>() / own.len() as f32;
    let across = |a: &Rect, b: &Rect| a.left < b.right && b.left < a.right;
    // a head of two lines reaches above and below the others
    let level = |m: &Mark<Label>| (m.area.center().y - middle).abs() < 1.7 * line;
    let mut columns: Vec<Column> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    let mut level_heads: Vec<(usize, &Mark<Label>)> = marks.iter().enumerate().filter(|(_, m)| is_head(m) && level(m)).collect();
    // of two heads of one column the one that was misread is another's: a stamp over 下单时间 leaves what looks like 用车时间
    level_heads.sort_by_key(|(_, mark)| !spelled(sheet, mark));
    for (at, mark) in level_heads {
        let beside_own = mark.row == row || !own.iter().any(|a| across(a, &mark.area));
        if beside_own && (mark.label.column == "skip" || columns.iter().all(|c| c.key != mark.label.column)) {
            columns.push(Column { key: mark.label.column, sort: sort(mark.label.column), head: mark.area, walls: None });
            taken.push(at);
        }
    }
    for (key, span) in misread(sheet, &columns, middle, line) {
        let area = sheet.spans[span].area;
        sheet.spans[span].glyphs.iter_mut().for_each(|glyph| glyph.label = true);
        columns.push(Column { key, sort: sort(key), head: area, walls: None });
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
    // a unit widens the head that it belongs to, or heads its column by itself where the word over it was not read
    for (at, mark) in marks.iter().enumerate().filter(|(_, m)| m.label.part.starts_with(['[', '(']) && level(m)) {
        let key = if mark.label.part.contains('元') { "total" } else { "mileage" };
        let near = |c: &Column| {
            let gap = (mark.area.left - c.head.right).max(c.head.left - mark.area.right);
            gap < 0.8 * line && (mark.area.center().y - c.head.center().y).abs() < 2.0 * line
        };
        match columns.iter_mut().find(|c| c.key == key) {
            Some(column) if near(column) => column.head = column.head.union(&mark.area),
            Some(_) => continue,
            None => columns.push(Column { key, sort: sort(key), head: mark.area, walls: None }),
        }
        taken.push(at);
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
    if sheet.source == Source::Ocr {
        told::complete(sheet, &mut columns, bottom, parted);
        write_clocks(sheet, &columns, bottom);
        set_apart(sheet, &columns, bottom);
        columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
    }
    Some((grid(columns, line), leads))
}

/// Whether a head was read as it is spelled.
fn spelled(sheet: &Sheet, mark: &Mark<Label>) -> bool {
    let text: String = mark.at.iter().map(|at| fold(sheet.spans[at.span].glyphs[at.glyph].ch)).collect();
    SPELLINGS.iter().any(|spelling| spelling.label == mark.label && spelling.text == text.trim_end_matches(':'))
}

/// The table under heads that were not read, below the lines that lead it.
fn headless(sheet: &mut Sheet, marks: Vec<Mark<Label>>) -> Option<(Grid, Vec<Mark<Label>>)> {
    let leading = |m: &Mark<Label>| matches!(m.label.lead, Some(Lead::Applied | Lead::Days | Lead::Phone | Lead::Sum));
    let line = marks.iter().filter(|m| leading(m)).map(|m| m.area.height()).fold(0.0, f32::max);
    if sheet.source != Source::Ocr || line == 0.0 {
        return None;
    }
    let (leads, others): (Vec<Mark<Label>>, Vec<Mark<Label>>) = marks.into_iter().partition(|m| m.label.lead.is_some());
    let top = leads.iter().filter(|m| leading(m)).map(|m| m.area.top).fold(f32::MAX, f32::min);
    // the lines that lead a table stand close together; labels further below are parts of names
    let near = |m: &&Mark<Label>| leading(m) && m.area.top < top + 4.0 * line;
    let floor = leads.iter().filter(near).map(|m| m.area.bottom).fold(f32::MIN, f32::max);
    let (leads, inside): (Vec<Mark<Label>>, Vec<Mark<Label>>) = leads.into_iter().partition(|m| m.area.top < floor || m.colon);
    others.iter().chain(&inside).filter(|m| m.area.top > floor).for_each(|mark| mark.release(sheet));
    let mut columns = Vec::new();
    told::complete(sheet, &mut columns, floor, parted);
    columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
    Some((grid(columns, line), leads))
}

/// Writes hours that stand by themselves below their head with their colon: `20.23`.
fn write_clocks(sheet: &mut Sheet, columns: &[Column], bottom: f32) {
    let below = |span: &Span| {
        let x = span.area.center().x;
        span.area.top > bottom && columns.iter().any(|c| c.key.starts_with("time_") && (c.head.left..c.head.right).contains(&x))
    };
    for span in sheet.spans.iter_mut().filter(|span| below(span)) {
        let text = span.compact();
        let dotted = text.len() == 5 && text.chars().enumerate().all(|(i, c)| if i == 2 { c == '.' } else { c.is_ascii_digit() });
        if dotted
            && date::time(&text.replace('.', ":")).is_some()
            && let Some(mark) = span.glyphs.iter_mut().find(|g| g.ch == '.')
        {
            mark.ch = ':';
        }
    }
}

/// Parts the two places of a ride that were read as one line: at the gap nearest to where most of the second begin.
fn set_apart(sheet: &mut Sheet, columns: &[Column], bottom: f32) {
    let head = |key: &str| columns.iter().find(|c| c.key == key).map(|c| c.head);
    let (Some(on), Some(off)) = (head("station_geton"), head("station_getoff")) else { return };
    let below = |span: &&Span| span.area.top > bottom && !span.vertical;
    let second = |span: &&Span| (on.right..off.right).contains(&span.area.left) && span.compact().chars().count() > 2;
    let Some(start) = median(sheet.spans.iter().filter(below).filter(second).map(|span| span.area.left)) else { return };
    let parted = |span: &Span| {
        let height = span.height();
        let both = below(&span) && span.area.left < on.right && span.area.right > start + 2.0 * height;
        let off = |at: &usize| (span.glyphs[*at].middle() - start).abs();
        let blank = |at: &usize| span.glyphs[*at].ch.is_whitespace() && off(at) < 2.0 * height;
        (0..span.glyphs.len()).filter(|_| both).filter(blank).min_by(|a, b| off(a).total_cmp(&off(b)))
    };
    let mut behind = Vec::new();
    for span in &mut sheet.spans {
        let Some(at) = parted(span) else { continue };
        let mut rest = Span { glyphs: span.glyphs.split_off(at + 1), ..span.clone() };
        span.glyphs.pop();
        let (Some(last), Some(first)) = (span.glyphs.last(), rest.glyphs.first()) else { continue };
        (span.area.right, rest.area.left) = (last.right, first.left);
        behind.push(rest);
    }
    sheet.spans.extend(behind);
}

/// The heads of which one character was misread: what stands beside the heads that were read and differs by that from the head of one other column
/// alone.
fn misread(sheet: &Sheet, columns: &[Column], middle: f32, line: f32) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    let beside = sheet.spans.iter().enumerate().filter(|(_, s)| {
        let free = !s.vertical && s.glyphs.iter().all(|g| !g.label);
        free && sheet.source == Source::Ocr && (s.area.center().y - middle).abs() < 0.5 * line
    });
    for (at, span) in beside {
        let text = span.compact();
        let bare = UNITED.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text);
        let near = |spelling: &&Spelling<Label>| {
            !spelling.label.column.is_empty() && (is_one_off(bare, spelling.text) || bare != text && bare == spelling.text)
        };
        let mut keys: Vec<&'static str> = SPELLINGS.iter().filter(near).map(|spelling| spelling.label.column).collect();
        keys.retain(|key| columns.iter().all(|c| c.key != *key) && found.iter().all(|(k, _)| k != key));
        keys.dedup();
        if let [key] = keys[..] {
            found.push((key, at));
        }
    }
    found
}

/// What the column of a key holds.
pub(super) fn sort(key: &str) -> Sort {
    match key {
        "index" | "mileage" => Sort::Number,
        "total" => Sort::Money,
        "city" | "station_geton" | "station_getoff" | "car_type" | "producer" => Sort::Text,
        _ => Sort::Code,
    }
}

/// The table under these heads.
fn grid(columns: Vec<Column>, line: f32) -> Grid {
    Grid { columns, line, anchors: &["total", "index", "time_geton", "mileage", "time_order", "time_getoff"], misfit, foot: FOOT, parted }
}

/// The cells that a run of text holds.
fn parted(piece: Piece) -> Vec<Piece> {
    apart(piece).into_iter().flat_map(figures_apart).map(bare).collect()
}

/// The rides below the heads, and the sum in the last row where the table has one.
pub(super) fn rides(grid: &Grid, sheet: &Sheet) -> (Vec<Row>, Option<(String, Piece)>) {
    let body = grid.read(sheet, f32::MAX);
    let sum = body
        .foot
        .filter(|line| line[0].compact().starts_with(['合', '总']))
        .and_then(|line| line.iter().rev().find_map(|p| Some((amount::plain(amount::parse(&p.compact())?), p.clone()))));
    let measured = grid.columns.iter().any(|c| c.key == "mileage");
    let rows = body.rows.iter().map(|cells| {
        let mut row: Row = IndexMap::new();
        for (column, pieces) in grid.columns.iter().zip(cells) {
            let together = pieces.windows(2).all(|pair| pair[0].span == pair[1].span);
            if column.key == "total" && sheet.source == Source::Ocr && together {
                let text = pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
                if let Some(total) = sums::pointed(&text) {
                    row.insert("total".to_owned(), sheet.field(&total, pieces));
                    continue;
                }
            }
            let (pieces, mileage) = if column.key == "total" { own(pieces, &column.head) } else { (pieces.clone(), None) };
            if let Some(mileage) = mileage.filter(|_| !measured) {
                row.insert("mileage".to_owned(), sheet.field(&mileage.compact(), std::slice::from_ref(&mileage)));
            }
            let pieces = if sheet.source == Source::Ocr { worded(column.key, pieces) } else { pieces };
            if let Some(value) = cell(column.key, &pieces) {
                let mut field = sheet.field(&value, &pieces);
                // a bracket by itself on the last line of a place says little of the place
                let glyphs = pieces.iter().map(|p| p.glyphs.len()).sum::<usize>().max(1);
                field.confidence = pieces.iter().map(|p| p.confidence() * p.glyphs.len() as f32).sum::<f32>() / glyphs as f32;
                if matches!(column.key, "station_geton" | "station_getoff" | "city" | "car_type" | "producer") {
                    let likely = if column.key == "city" { LIKELY_TOWN } else { LIKELY };
                    field.confidence = field.confidence.min(doubted(&pieces, likely));
                }
                row.insert(column.key.to_owned(), field);
            }
        }
        row
    });
    (rows.collect(), sum)
}

/// Below this the most doubtful character of a place is more likely another than not; and below this that of a town, which has few.
const LIKELY: f32 = 0.55;
const LIKELY_TOWN: f32 = 0.6;

/// How surely the most doubtful character of a name was read, where it is more likely another: the sureness of the others says nothing of it.
fn doubted(pieces: &[Piece], likely: f32) -> f32 {
    let letters = pieces.iter().flat_map(|p| &p.glyphs).filter(|glyph| glyph.ch.is_alphanumeric());
    let least = letters.map(|glyph| glyph.confidence).fold(1.0, f32::min);
    if least < likely { least } else { 1.0 }
}

/// What names a town or a kind of car: a figure read beside it is another column's.
fn worded(key: &str, pieces: Vec<Piece>) -> Vec<Piece> {
    let figure = |p: &Piece| p.compact().chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation());
    if matches!(key, "city" | "car_type" | "producer") { pieces.into_iter().filter(|p| !figure(p)).collect() } else { pieces }
}

/// Of the numbers in an amount's cell the one below its head; and the mileage beside it, which a stamp over its own head leaves without a column: it has
/// one decimal where amounts have two.
fn own(pieces: &[Piece], head: &Rect) -> (Vec<Piece>, Option<Piece>) {
    let decimals = |p: &Piece| amount::parse(&p.compact()).map(|_| p.compact().split_once('.').map_or(0, |(_, rest)| rest.len()));
    let off = |p: &Piece| (p.area.center().x - head.center().x).abs();
    let numbers = || pieces.iter().filter(|p| decimals(p).is_some());
    let Some(nearest) = numbers().min_by(|a, b| off(a).total_cmp(&off(b))).filter(|_| numbers().nth(1).is_some()) else {
        return (pieces.to_vec(), None);
    };
    let beside = numbers().find(|p| p.area.right < nearest.area.left && decimals(p) == Some(1) && decimals(nearest) == Some(2));
    (vec![nearest.clone()], beside.cloned())
}

/// How little a text looks like what the column holds, in line heights of distance.
fn misfit(key: &str, text: &str) -> f32 {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = amount::parse(&bare).is_some();
    let moment = is_part(text);
    let clocked = moment && bare.contains(':');
    match key {
        "skip" => 0.5,
        "index" if whole(&bare) => 0.0,
        "total" | "mileage" if number && bare.contains('.') => 0.0,
        "total" | "mileage" if number => 0.3,
        "total" if sums::pointed(text).is_some_and(|amount| amount.len() > 5) => 0.3,
        "index" | "total" | "mileage" => 6.0,
        "time_geton" | "time_getoff" | "time_order" if clocked => 0.0,
        // the day stands over its hour, which tells the row
        "time_geton" | "time_getoff" | "time_order" if moment => 0.5,
        // an hour whose colon was misread
        "time_geton" | "time_getoff" | "time_order" if number && bare.len() == 5 && bare.find('.') == Some(2) => 1.0,
        "time_geton" | "time_getoff" | "time_order" => 4.0,
        _ if moment => 4.0,
        _ if number => 2.0,
        _ => 0.0,
    }
}

/// A piece that holds a moment among other text, parted around it.
fn apart(piece: Piece) -> Vec<Piece> {
    let chars: Vec<char> = piece.glyphs.iter().map(|g| g.ch).collect();
    // an amount with a colon for its point has more figures before it than an hour
    let amount = sums::pointed(&piece.compact()).is_some_and(|amount| amount.len() > 5);
    let Some((from, to)) = within(&chars).filter(|_| !amount) else { return vec![piece] };
    let cut = |range: std::ops::Range<usize>| {
        let inked = |i: &usize| !chars[*i].is_whitespace();
        let (first, last) = (range.clone().find(inked)?, range.clone().rfind(inked)?);
        let glyphs = piece.glyphs[first..=last].to_vec();
        let area = Rect { left: glyphs.first()?.left, right: glyphs.last()?.right, ..piece.area };
        Some(Piece { glyphs, area, span: piece.span })
    };
    [cut(0..from), cut(from..to), cut(to..chars.len())].into_iter().flatten().collect()
}

/// A place read in one piece with the figures behind it, parted before each number that has a point: `7号 63.79`.
fn figures_apart(piece: Piece) -> Vec<Piece> {
    let inked: Vec<usize> = (0..piece.glyphs.len()).filter(|i| !piece.glyphs[*i].ch.is_whitespace()).collect();
    let figure = |i: &usize| piece.glyphs[*i].ch.is_ascii_digit() || piece.glyphs[*i].ch == '.';
    let unit = usize::from(inked.last().is_some_and(|i| piece.glyphs[*i].ch == '元'));
    let tail = unit + inked.iter().rev().skip(unit).take_while(|i| figure(i)).count();
    let (before, number) = inked.split_at(inked.len() - tail);
    let text: String = number.iter().filter(|i| figure(i)).map(|i| piece.glyphs[*i].ch).collect();
    let decimals = text.split_once('.').map_or(0, |(whole, rest)| if whole.is_empty() { 0 } else { rest.len() });
    let words = before.last().is_some_and(|i| !piece.glyphs[*i].ch.is_ascii() || ")]".contains(piece.glyphs[*i].ch));
    if !words || !(1..=2).contains(&decimals) {
        return vec![piece];
    }
    let cut = |part: &[usize]| {
        let glyphs = piece.glyphs[*part.first()?..=*part.last()?].to_vec();
        let area = Rect { left: glyphs.first()?.left, right: glyphs.last()?.right, ..piece.area };
        Some(Piece { glyphs, area, span: piece.span })
    };
    [cut(before), cut(number)].into_iter().flatten().collect()
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
