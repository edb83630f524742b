//! The table of goods on slips and machine-printed invoices: heads in one row, below them the rows. A name may stand in its cell, or, on
//! narrow paper, in a line of its own above its numbers; it may wrap.

use document::page::Rect;
use invoice::amount;
use invoice::details::{Row, Source};

use super::grid::money;
use super::labelled::Labelled;
use crate::blanks::Blank;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::Mark;
use crate::layout::table::{Column, Sort, assign, is_rate, set_walls};
use crate::layout::{Glyph, Sheet, Span};

/// A head of the table: the field below it and what that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The field of the row; empty for a column that has none (枪号).
    pub(crate) key: &'static str,
    /// What its cells hold.
    pub(crate) sort: Sort,
}

/// The heads that stand in one row, from left to right: the row with most different ones, with a name or an amount among them.
pub(crate) fn heads<T: Copy + PartialEq>(labelled: &Labelled<T>, head: impl Fn(T) -> Option<Head>) -> Vec<Column> {
    let all: Vec<(Head, &Mark<T>)> = labelled.marks.iter().filter_map(|m| Some((head(m.label)?, m))).collect();
    let row = |around: &Mark<T>| -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for (head, mark) in all.iter().filter(|(_, m)| (m.area.center().y - around.area.center().y).abs() < 0.7 * around.area.height()) {
            // what has its value behind a colon heads nothing
            let led = mark.colon && !labelled.sheet.gather(&behind(mark), 0.8).is_empty();
            if !led && columns.iter().all(|c| c.key != head.key || head.key.is_empty()) {
                columns.push(Column { key: head.key, sort: head.sort, head: mark.area, walls: None });
            }
        }
        columns
    };
    let mut best = all.iter().map(|(_, mark)| row(mark)).max_by_key(Vec::len).unwrap_or_default();
    let tells = |columns: &[Column]| {
        let has = |key: &str| columns.iter().any(|c| c.key == key);
        columns.len() > 1 && (has("total") && (has("name") || columns.len() > 2) || has("name") && has("price"))
    };
    if !tells(&best) {
        halves(&labelled.sheet, &mut best);
        // without all three a number would be taken for another's
        if !SPACED.iter().all(|(_, head)| best.iter().any(|c| c.key == head.key)) {
            return Vec::new();
        }
    }
    if !tells(&best) {
        return Vec::new();
    }
    best.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
    best
}

/// Heads of two characters that are printed far apart, in the order of their columns.
const SPACED: [(&str, Head); 3] = [
    ("数量", Head { key: "quantity", sort: Sort::Number }),
    ("单价", Head { key: "price", sort: Sort::Number }),
    ("金额", Head { key: "total", sort: Sort::Money }),
];

/// Adds the heads of which one character was passed over: the other stands by itself in the row of the heads, behind those of the columns before.
pub(crate) fn halves(sheet: &Sheet, heads: &mut Vec<Column>) {
    if sheet.source != Source::Ocr || heads.len() < 3 {
        return;
    }
    let height = heads.iter().map(|c| c.head.height()).fold(f32::MAX, f32::min);
    let middle = heads.iter().map(|c| c.head.center().y).sum::<f32>() / heads.len() as f32;
    // on a form that is printed in a seal's colour it tells nothing
    let level = |span: &&Span| (span.area.center().y - middle).abs() < 0.5 * height;
    let red = sheet.spans.iter().filter(level).any(|span| span.seal && span.glyphs.iter().any(|glyph| glyph.label));
    for (at, (word, head)) in SPACED.iter().enumerate() {
        let has = |key: &str| heads.iter().any(|c| c.key == key);
        if has(head.key) {
            continue;
        }
        let place = |key: &str| SPACED.iter().position(|(_, head)| head.key == key);
        let edges = |c: &Column, x: f32| match place(c.key) {
            Some(other) if other > at => x < c.head.left,
            _ => x > c.head.right || c.key.is_empty(),
        };
        // 单 may be what is left of 单位
        let own = |text: &str| text.chars().count() == 1 && word.contains(text) && (text != "单" || has("unit"));
        let mut found = sheet.spans.iter().filter(|span| {
            let free = !span.vertical && (!span.seal || red) && span.glyphs.iter().all(|glyph| !glyph.label) && own(&span.compact());
            free && (span.area.center().y - middle).abs() < 0.5 * height && heads.iter().all(|c| edges(c, span.area.center().x))
        });
        if let (Some(span), None) = (found.next(), found.next()) {
            heads.push(Column { key: head.key, sort: head.sort, head: span.area, walls: None });
        }
    }
    heads.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
}

fn behind<T>(mark: &Mark<T>) -> Rect {
    let height = mark.area.height();
    Rect { left: mark.area.right, top: mark.area.top, right: mark.area.right + 2.0 * height, bottom: mark.area.bottom }
}

/// The rows between the heads and `bottom`, and of those read from a picture the cells of units and numbers in which nothing was read.
pub(crate) fn rows(sheet: &Sheet, heads: &[Column], bottom: f32) -> (Vec<Row>, Vec<Blank>) {
    let Some(below) = heads.iter().map(|c| c.head.bottom).reduce(f32::max) else { return (Vec::new(), Vec::new()) };
    let mut columns = heads.to_vec();
    let left = columns.iter().map(|c| c.head.left).fold(f32::MAX, f32::min);
    let right = columns.iter().map(|c| c.head.right).fold(f32::MIN, f32::max);
    set_walls(sheet, &mut columns, &Rect { left, top: below, right, bottom });
    let height = columns.iter().map(|c| c.head.height()).fold(f32::MAX, f32::min);
    let part = Rect { left: f32::MIN, top: below - 0.2 * height, right: f32::MAX, bottom: bottom - 0.1 * height };
    let mut rows: Vec<Vec<(usize, Piece)>> = Vec::new();
    // names in lines of their own: above their numbers where the first line is one, else below
    let mut waiting: Vec<(usize, Piece)> = Vec::new();
    let mut hanging = None;
    for line in lines(sheet.gather(&part, 1.0)) {
        let line: Vec<Piece> = line.into_iter().flat_map(numbers_apart).collect();
        let numbers = line.iter().filter(|p| is_number(&p.compact())).count();
        let named = columns.iter().position(|c| c.key == "name").unwrap_or(0);
        if numbers == 0 {
            hanging.get_or_insert(true);
            let line = line.into_iter().map(|p| (named, p));
            match rows.last_mut().filter(|_| hanging == Some(false)) {
                Some(row) => row.extend(line),
                None => waiting.extend(line),
            }
            continue;
        }
        hanging.get_or_insert(false);
        let mut row = std::mem::take(&mut waiting);
        row.extend(place(line, &columns));
        rows.push(row);
    }
    // what waited in vain is the rest of the last name
    if let Some(last) = rows.last_mut() {
        last.extend(waiting);
    }
    let (mut read, mut blanks) = (Vec::new(), Vec::new());
    for row in rows {
        let fields = fields(sheet, &columns, &row);
        if fields.is_empty() {
            continue;
        }
        if sheet.source == Source::Ocr {
            blanks.extend(unread(&columns, &row, &fields, read.len()));
        }
        read.push(fields);
    }
    (read, blanks)
}

/// The cells of units and numbers of a row in which nothing was read, at the height of its amounts: between the heads left and right.
fn unread(columns: &[Column], row: &[(usize, Piece)], fields: &Row, index: usize) -> Vec<Blank> {
    let numbers = row.iter().filter(|(to, _)| matches!(columns[*to].sort, Sort::Number | Sort::Money)).map(|(_, p)| p.area);
    let Some(line) = numbers.reduce(|a, b| a.union(&b)) else { return Vec::new() };
    let wanted = |c: &Column| matches!(c.key, "unit" | "quantity" | "price") && !fields.contains_key(c.key);
    let half = |a: f32, b: f32| (a + b) / 2.0;
    let area = |at: usize| {
        let head = columns[at].head;
        let left = at.checked_sub(1).map_or(head.left, |before| half(columns[before].head.right, head.left));
        let right = columns.get(at + 1).map_or(head.right, |after| half(head.right, after.head.left));
        // what was read reaches into no cell beside it
        let taken = row.iter().map(|(_, p)| p.area);
        let left = taken.clone().filter(|a| a.center().x < head.center().x).map(|a| a.right).fold(left, f32::max);
        let right = taken.filter(|a| a.center().x > head.center().x).map(|a| a.left).fold(right, f32::min);
        (left < right).then_some(Rect { left, right, ..line })
    };
    let cells = columns.iter().enumerate().filter(|(_, c)| wanted(c));
    cells.filter_map(|(at, c)| Some(Blank { row: Some(index), key: c.key, sort: c.sort, area: area(at)? })).collect()
}

/// Which column each piece of a line belongs to. A line that has a number for every column of numbers fills them in their order, however
/// far from their heads they stand.
fn place(line: Vec<Piece>, columns: &[Column]) -> Vec<(usize, Piece)> {
    let numeric: Vec<usize> = (0..columns.len()).filter(|i| matches!(columns[*i].sort, Sort::Number | Sort::Money)).collect();
    let numbers = line.iter().filter(|p| is_number(&p.compact())).count();
    let to = if numbers == numeric.len() && numbers > 1 && !columns.iter().any(|c| matches!(c.sort, Sort::Unit | Sort::Code | Sort::Rate)) {
        let mut next = numeric.into_iter();
        line.iter().map(|p| if is_number(&p.compact()) { next.next().unwrap_or(0) } else { 0 }).collect()
    } else {
        assign(&line, columns)
    };
    to.into_iter().zip(line).collect()
}

/// A piece that is several numbers with spaces or leaders (`5____247.11__`) between them, in parts.
fn numbers_apart(piece: Piece) -> Vec<Piece> {
    let chars: Vec<char> = piece.glyphs.iter().map(|g| g.ch).collect();
    // dots of a number and the sign before it stand alone
    let leads = |c: char| matches!(c, '_' | '.' | '-' | '·');
    let leader = |i: usize| {
        let beside = i.checked_sub(1).is_some_and(|b| leads(chars[b])) || chars.get(i + 1).is_some_and(|c| leads(*c));
        chars[i] == '_' || leads(chars[i]) && beside
    };
    let led = (0..chars.len()).filter(|i| leader(*i)).count() > 1;
    let parts = |piece: &Piece| -> Vec<Piece> {
        let mut parts: Vec<Vec<Glyph>> = vec![Vec::new()];
        for (i, glyph) in piece.glyphs.iter().enumerate() {
            match parts.last_mut() {
                Some(part) if !(glyph.ch.is_whitespace() || led && leader(i)) => part.push(*glyph),
                _ => parts.push(Vec::new()),
            }
        }
        let edges = |part: Vec<Glyph>| -> Vec<Glyph> {
            let from = part.iter().position(|g| !(led && leads(g.ch))).unwrap_or(part.len());
            let to = part.iter().rposition(|g| !(led && leads(g.ch))).map_or(from, |at| at + 1);
            part[from..to].to_vec()
        };
        let parts = parts.into_iter().map(edges).filter(|part| !part.is_empty());
        parts
            .map(|glyphs| Piece {
                area: Rect { left: glyphs[0].left, right: glyphs[glyphs.len() - 1].right, ..piece.area },
                glyphs,
                span: piece.span,
            })
            .collect()
    };
    let apart = parts(&piece);
    // what has a word in it is a name
    if apart.len() + usize::from(led) < 2 || !apart.iter().all(|p| is_number(&p.compact())) { vec![piece] } else { apart }
}

/// A number of a table: with an optional currency sign before it or unit of money behind it.
fn is_number(text: &str) -> bool {
    let text = text.trim_end_matches(['元', '升', 'L']).trim_start_matches('¥');
    amount::parse(text).is_some()
}

fn fields(sheet: &Sheet, columns: &[Column], cells: &[(usize, Piece)]) -> Row {
    let mut row = Row::new();
    for (index, column) in columns.iter().enumerate().filter(|(_, c)| !c.key.is_empty()) {
        let pieces: Vec<Piece> = cells.iter().filter(|(to, _)| *to == index).map(|(_, p)| p.clone()).collect();
        let text: String = lines(pieces.clone())
            .into_iter()
            .map(|line| line.iter().map(Piece::text).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .concat();
        let value = match column.sort {
            Sort::Number | Sort::Money => number(&text),
            Sort::Rate => is_rate(text.trim()).then(|| invoice::rate::text(text.trim())),
            Sort::Text | Sort::Code | Sort::Unit => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        };
        if let Some(value) = value {
            row.insert(column.key.to_owned(), sheet.field(&value, &pieces));
        }
    }
    row
}

fn number(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    money(text.trim_end_matches(['升', 'L']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;
    use crate::layout::label::Spelling;

    const NAME: Head = Head { key: "name", sort: Sort::Text };
    const SPECIFICATION: Head = Head { key: "specification", sort: Sort::Text };
    const UNIT: Head = Head { key: "unit", sort: Sort::Unit };
    const SPELLINGS: &[Spelling<Head>] = &[
        Spelling { label: NAME, text: "项目名称" },
        Spelling { label: SPECIFICATION, text: "规格型号" },
        Spelling { label: UNIT, text: "单位" },
    ];

    #[test]
    fn half_heads_make_a_table_where_all_its_numbers_have_one() {
        let line = [("项目名称", 20.0), ("规格型号", 120.0), ("单位", 200.0), ("数", 260.0), ("单", 320.0), ("金", 380.0)];
        // the heads read, and whether the form is printed in a seal's colour, a head with it or the halves alone
        for (words, red, expected) in [
            (&line[..], [false, false], &["name", "specification", "unit", "quantity", "price", "total"][..]),
            (&line, [true, true], &["name", "specification", "unit", "quantity", "price", "total"]),
            (&line, [false, true], &[]),
            (&line[..5], [false, false], &[]),
        ] {
            let words: Vec<_> = words.iter().map(|(word, left)| (*word, *left, 20.0, 10.0)).collect();
            let mut sheet = drawn::sheet(&words);
            sheet.source = Source::Ocr;
            for span in &mut sheet.spans {
                span.seal = if span.glyphs.len() > 1 { red[0] } else { red[1] };
            }
            let mut labelled = Labelled::new(&sheet, SPELLINGS);
            labelled.sheet.spans.iter_mut().filter(|s| s.glyphs.len() > 1).for_each(|s| s.seal = red[0]);
            let keys: Vec<&str> = heads(&labelled, Some).iter().map(|c| c.key).collect();
            assert_eq!(keys, expected, "{red:?}");
        }
    }
}
