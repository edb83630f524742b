//! The items table, and below it, on the transport forms, the transport table.

use document::page::Rect;
use invoice::details::{Details, Row, Source};

use super::Form;
use super::label::Label;
use crate::blanks::Blank;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::Mark;
use crate::layout::table::{self, Column, Sort, is_stars};
use crate::layout::{Span, median};

/// A box so many times as high as others holds two of them, where it has no more than a few characters.
const TWO_ROWS: f32 = 1.5;
/// The letters of the longest units.
const UNIT: usize = 4;
/// See [`TWO_ROWS`].
const FEW: usize = 3;

/// Makes a minus of the wave that it was taken for before an amount.
fn sign(piece: &mut Piece) {
    let mut rest = piece.glyphs.iter().skip(1);
    let is_amount = rest.clone().any(|g| g.ch == '.') && rest.all(|g| g.ch.is_ascii_digit() || g.ch == '.');
    if let Some(first) = piece.glyphs.first_mut().filter(|g| is_amount && matches!(g.ch, '~' | '～' | '—' | '–')) {
        first.ch = '-';
    }
}

/// The pieces without the numbers and units that reach over two rows.
fn without_double_rows(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let Some(usual) = median(pieces.iter().map(|piece| piece.area.height())) else { return pieces };
    let is_amount = |piece: &&Piece| piece.area.height() < TWO_ROWS * usual && piece.glyphs.iter().any(|g| g.ch == '.');
    let middles: Vec<f32> = pieces.iter().filter(is_amount).map(Piece::middle).collect();
    pieces.retain(|piece| {
        let own = || middles.iter().filter(|y| (piece.area.top..piece.area.bottom).contains(*y));
        let (first, last) = own().fold((f32::MAX, f32::MIN), |(first, last), y| (first.min(*y), last.max(*y)));
        piece.glyphs.len() > FEW || piece.area.height() < TWO_ROWS * usual || last - first < 0.6 * usual
    });
    pieces
}

impl Form {
    /// The row of 合计; where its label was not read, the lowest row of amounts with a currency sign above 价税合计 is it.
    pub(super) fn sum_row(&self) -> Option<Rect> {
        let signed = |s: &&Span| self.above_words(&s.area) && starts_signed(&s.compact()) && number(&s.compact()).is_some();
        self.sum.or_else(|| {
            let lowest = self.sheet.spans.iter().filter(signed).map(|s| s.area).max_by(|a, b| a.top.total_cmp(&b.top))?;
            Some(Rect { left: self.header.left, right: self.header.left, ..lowest })
        })
    }

    /// Where 合计 is printed. Its two characters stand far apart, so often only one of them was read.
    pub(super) fn sum_label(&self) -> Option<Rect> {
        let whole = self.all(Label::Sum).map(|m| m.area).filter(|area| self.above_words(area)).last();
        let half = |s: &&Span| {
            let text = s.compact();
            let part = text.chars().count() <= 2 && text.contains(['合', '计', '計']);
            part && self.above_words(&s.area) && s.area.right < self.header.center().x
        };
        whole.or_else(|| self.sheet.spans.iter().rfind(half).map(|s| s.area))
    }

    fn above_words(&self, area: &Rect) -> bool {
        area.top > self.header.bottom && area.center().y < self.words.map_or(f32::MAX, |words| words.top)
    }

    /// Where the items end: the row of 小计 or 合计, else the transport table, else 价税合计.
    fn items_end(&self) -> f32 {
        let below = |m: &&Mark<Label>| m.area.top > self.header.bottom;
        let sub = self.all(Label::SubTotal).filter(below).map(|m| m.area.top).reduce(f32::min);
        let sum = self.sum_row().map(|a| a.top);
        let transport =
            self.marks.iter().filter(|m| matches!(m.label, Label::Transport(..))).filter(below).map(|m| m.area.top).reduce(f32::min);
        let words = self.words.map(|w| w.top);
        [sub, sum, transport, words].into_iter().flatten().fold(f32::MAX, f32::min)
    }

    /// Reads the items; gives the columns, which the totals row shares, and the cells in which nothing was read.
    pub(super) fn read_items(&self, details: &mut Details) -> (Vec<Column>, Vec<Blank>) {
        let mut columns = self.columns();
        let end = self.items_end();
        let optical = self.sheet.source == Source::Ocr;
        // on a page that does not lie level the boxes of the heads reach into the first row
        let body = Rect {
            left: f32::MIN,
            top: if optical { self.header.center().y } else { self.header.bottom - 0.2 * self.line },
            right: f32::MAX,
            bottom: if end == f32::MAX { self.sheet.area.bottom } else { end + 0.1 * self.line },
        };
        let walls = Rect { left: self.header.left, right: self.header.right, ..body };
        table::set_walls(&self.sheet, &mut columns, &walls);
        let left = columns.first().map_or(f32::MIN, |c| c.walls.map_or(c.head.left - 12.0 * self.line, |w| w.0 - 0.5 * self.line));
        let right = columns.last().map_or(f32::MAX, |c| c.walls.map_or(c.head.right + 6.0 * self.line, |w| w.1 + 0.5 * self.line));
        let mut pieces = self.sheet.gather(&Rect { left, right, ..body }, 1.2);
        if self.sheet.source == Source::Ocr {
            let starts = self.starts(&columns);
            pieces.retain(|piece| below_heads(piece, &columns));
            // numbers of two rows that were seen as one are read as neither, and looked at again row by row
            pieces = without_double_rows(pieces);
            pieces.iter_mut().for_each(sign);
            pieces = pieces.into_iter().flat_map(|piece| table::part(piece, &starts, self.line)).flat_map(table::part_rate).collect();
        }
        // what was read from a picture may lack an amount, whose row the rate or the tax then tells
        let anchors: &[&str] = if self.sheet.source == Source::Ocr { &["total", "tax_rate", "tax"] } else { &["total"] };
        let askew = self.askew(&columns, &pieces);
        let rows = table::read(pieces, &self.stamped(&columns, askew), anchors);
        let pitch = pitch(&rows, &columns);
        let (mut items, mut blanks): (Vec<Row>, Vec<Blank>) = (Vec::new(), Vec::new());
        for cells in rows {
            let cells = if optical { following(cells) } else { cells };
            let mut row = Row::new();
            for (column, pieces) in &cells {
                let column = &columns[*column];
                let name = (column.key == "name" && optical).then(|| as_it_begins(pieces.clone()));
                let pieces = name.as_ref().unwrap_or(pieces);
                let mut value = cell(column, pieces);
                if column.key == "name" && self.sheet.source == Source::Ocr {
                    value = table::classed(&value).unwrap_or(value);
                }
                if column.sort == Sort::Text && self.sheet.source == Source::Ocr {
                    value = closed(&value);
                }
                // part of an amount, or a rate whose sign was taken for a digit
                if column.sort == Sort::Money && optical && !value.contains('.') && !is_stars(&value) {
                    value.clear();
                }
                if !value.is_empty() {
                    row.insert(column.key.to_owned(), self.sheet.field(&value, pieces));
                }
            }
            self.part_numbers(&mut row, &columns, &cells);
            if anchors.iter().any(|key| row.contains_key(*key)) {
                if self.sheet.source == Source::Ocr {
                    blanks.extend(self.blanks(&columns, &cells, items.len(), (askew, pitch)));
                }
                items.push(row);
            }
        }
        if !items.is_empty() {
            *details.rows_mut("items") = items;
        }
        self.read_transports(details);
        (columns, blanks)
    }

    /// Quantity and price that were read as one text, which is no number: parted by the amount, which is their product.
    fn part_numbers(&self, row: &mut Row, columns: &[Column], cells: &[(usize, Vec<Piece>)]) {
        let Some(total) = row.get("total").and_then(|f| invoice::amount::parse(&f.value)) else { return };
        if row.contains_key("quantity") || row.contains_key("price") || self.sheet.source != Source::Ocr {
            return;
        }
        for (_, pieces) in cells.iter().filter(|(column, _)| matches!(columns[*column].key, "quantity" | "price")) {
            let text: String = pieces.iter().map(Piece::compact).collect();
            if let Some((quantity, price)) = crate::product::parted(&text, total) {
                row.insert("quantity".to_owned(), self.sheet.field(&quantity, pieces));
                row.insert("price".to_owned(), self.sheet.field(&price, pieces));
                return;
            }
        }
    }

    /// Where the text columns behind the first begin: on the digital form below the start of their head, on the ruled one at the wall, which
    /// stands this share of the way from the middle of one head to that of the next.
    fn starts(&self, columns: &[Column]) -> Vec<f32> {
        const WALL: f32 = 0.66;
        let begin = |pair: &[Column]| {
            let (before, own) = (pair[0].head.center().x, pair[1].head.center().x);
            if self.digital { pair[1].head.left } else { before + WALL * (own - before) }
        };
        columns.windows(2).filter(|pair| matches!(pair[1].sort, Sort::Text | Sort::Code)).map(begin).collect()
    }

    /// The cells of a row in which nothing was read: each reaches half way to the heads beside its own, as far to the right as values were stamped `askew`, and
    /// not into its neighbours' values. The boxes of lines are higher than their print where the page does not lie level: a cell is no higher than `pitch`, by which
    /// the rows follow each other.
    fn blanks(&self, columns: &[Column], cells: &[(usize, Vec<Piece>)], row: usize, (askew, pitch): (f32, f32)) -> Vec<Blank> {
        let holds = |key: &str| cells.iter().find(|(c, _)| columns[*c].key == key).map(|(_, pieces)| pieces);
        let Some(amount) = ["total", "tax", "tax_rate"].into_iter().find_map(|key| holds(key)?.first()) else { return Vec::new() };
        let (top, bottom) = (amount.area.top, amount.area.bottom);
        let taken = |area: &Rect| area.top < bottom && area.bottom > top;
        let mut blanks = Vec::new();
        for (index, column) in columns.iter().enumerate().filter(|(_, c)| c.key != "name" && holds(c.key).is_none()) {
            let middle = column.head.center().x + askew;
            let beside = |gap: Option<(f32, f32)>, open: f32| gap.map_or(open, |(a, b)| (a + b) / 2.0);
            let before = index.checked_sub(1).map(|i| (columns[i].head.right, column.head.left));
            let after = columns.get(index + 1).map(|next| (column.head.right, next.head.left));
            let mut left = beside(before, column.head.left - 2.0 * self.line) + askew;
            let mut right = beside(after, column.head.right + 2.0 * self.line) + askew;
            for piece in cells.iter().flat_map(|(_, pieces)| pieces).filter(|p| taken(&p.area)) {
                if piece.area.center().x < middle {
                    left = left.max(piece.area.right + 0.2 * self.line);
                } else {
                    right = right.min(piece.area.left - 0.2 * self.line);
                }
            }
            if right - left > 0.3 * self.line {
                let (middle, half) = ((top + bottom) / 2.0, (bottom - top).min(pitch) / 2.0);
                let area = self.sheet.stood(Rect { left, top: middle - half, right, bottom: middle + half });
                blanks.push(Blank { row: Some(row), key: column.key, sort: column.sort, area });
            }
        }
        blanks
    }

    /// The transport table of 旅客运输服务 and 货物运输服务.
    fn read_transports(&self, details: &mut Details) {
        let mut columns: Vec<Column> = self
            .marks
            .iter()
            .filter_map(|m| match m.label {
                Label::Transport(key, sort) if m.area.top > self.header.bottom => Some(Column { key, sort, head: m.area, walls: None }),
                _ => None,
            })
            .collect();
        if columns.len() < 3 {
            return;
        }
        columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
        // the first row stands close below the heads, whose boxes are higher than their print where the page does not lie level
        let count = columns.len() as f32;
        let (middle, height) = columns.iter().fold((0.0, 0.0), |(m, h), c| (m + c.head.center().y / count, h + c.head.height() / count));
        let top = middle + 0.4 * height;
        let bottom = self.words.map_or(f32::MAX, |w| w.top);
        let pieces = self.sheet.gather(&Rect { left: f32::MIN, top, right: f32::MAX, bottom }, 1.2);
        let rows: Vec<Row> = crate::layout::gather::lines(pieces)
            .into_iter()
            .map(|line| {
                let to = table::assign(&line, &columns);
                let mut row = Row::new();
                for (column, piece) in to.into_iter().zip(line) {
                    let key = columns[column].key;
                    let text = match key {
                        "date" => invoice::date::wire(&piece.text()).unwrap_or_default(),
                        _ => piece.text(),
                    };
                    if !text.is_empty() {
                        row.insert(key.to_owned(), self.sheet.field(&text, std::slice::from_ref(&piece)));
                    }
                }
                row
            })
            .filter(|row| row.len() >= 2)
            .collect();
        if !rows.is_empty() {
            *details.rows_mut("transports") = rows;
        }
    }
}

/// The least distance between the amounts of two rows, which is that of two lines.
fn pitch(rows: &[Vec<(usize, Vec<Piece>)>], columns: &[Column]) -> f32 {
    let amount = |row: &Vec<(usize, Vec<Piece>)>| {
        row.iter().find(|(at, _)| columns[*at].key == "total").and_then(|(_, pieces)| Some(pieces.first()?.middle()))
    };
    let mut middles: Vec<f32> = rows.iter().filter_map(amount).collect();
    middles.sort_by(f32::total_cmp);
    middles.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 1.0).fold(f32::MAX, f32::min)
}

/// A text whose bracket before a code was read (`【YZ20240118】`) and whose bracket behind it was taken for the upright stroke that it is nearest to.
fn closed(text: &str) -> String {
    let whole = || text.to_owned();
    let Some(open) = text.find('【').filter(|_| !text.contains('】')) else { return whole() };
    let code = &text[open + '【'.len_utf8()..];
    let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(code.len());
    let Some(inner) = code[..end].strip_suffix(['1', 'l', 'I', 'J']).filter(|inner| inner.len() >= 2 && end < code.len()) else {
        return whole();
    };
    format!("{}{inner}】{}", &text[..text.len() - code.len()], &code[end..])
}

/// Whether a piece stands below the head that is nearest to it, not beside it.
fn below_heads(piece: &Piece, columns: &[Column]) -> bool {
    const BELOW: f32 = 0.3;
    let off = |column: &Column| (column.head.left - piece.area.right).max(piece.area.left - column.head.right).max(0.0);
    let nearest = columns.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
    nearest.is_none_or(|column| piece.middle() > column.head.center().y + BELOW * column.head.height().min(piece.area.height()))
}

/// The pieces of a name, which wraps to where it begins: print of the form below the items, and of its edge, is none of it where the values are printed
/// lower than their labels.
fn as_it_begins(pieces: Vec<Piece>) -> Vec<Piece> {
    const OFF: f32 = 2.0;
    let lines = lines(pieces);
    let span = |line: &Vec<Piece>| Some((line.first()?.area.left, line.last()?.area.right, line.first()?.area.height()));
    let longest = lines.iter().rev().filter_map(span).max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let Some((left, _, height)) = longest else { return Vec::new() };
    let begins = |line: &Vec<Piece>| line.first().is_some_and(|first| (first.area.left - left).abs() < OFF * height);
    lines.into_iter().filter(begins).flatten().collect()
}

/// The cells of a row without what stands apart from it: lines of a value that wraps follow each other, and what is read far below a row is of the form's foot or
/// of a seal. The line of most cells is the row's own.
fn following(cells: Vec<(usize, Vec<Piece>)>) -> Vec<(usize, Vec<Piece>)> {
    const APART: f32 = 2.2;
    let all: Vec<Piece> = cells.iter().flat_map(|(_, pieces)| pieces).cloned().collect();
    let Some(height) = median(all.iter().map(|piece| piece.area.height())) else { return cells };
    let lines = lines(all);
    let middles: Vec<f32> = lines.iter().map(|line| line.iter().map(Piece::middle).sum::<f32>() / line.len() as f32).collect();
    let Some(own) = (0..lines.len()).rev().max_by_key(|at| lines[*at].len()) else { return cells };
    let near = |pair: &[f32]| pair[1] - pair[0] < APART * height;
    let last = own + middles[own..].windows(2).take_while(|pair| near(pair)).count();
    let first = own - middles[..=own].windows(2).rev().take_while(|pair| near(pair)).count();
    let (top, bottom) = (middles[first] - height, middles[last] + height);
    let kept = |pieces: Vec<Piece>| pieces.into_iter().filter(|piece| (top..bottom).contains(&piece.middle())).collect::<Vec<Piece>>();
    cells.into_iter().map(|(column, pieces)| (column, kept(pieces))).filter(|(_, pieces)| !pieces.is_empty()).collect()
}

/// The text of a cell: numbers lose the white space and separators between their digits, text is joined as it wraps. Of several pieces in a cell of
/// numbers the one that can be its value is it.
fn cell(column: &Column, pieces: &[Piece]) -> String {
    let whole = held(column.sort, &join(pieces.to_vec(), ""));
    if column.sort == Sort::Unit && pieces.len() > 1 && whole.chars().count() > UNIT {
        // letters of a stamp that lies over the row
        return pieces.first().map(Piece::compact).filter(|unit| unit.chars().count() <= UNIT).unwrap_or_default();
    }
    if !matches!(column.sort, Sort::Number | Sort::Money | Sort::Rate) || pieces.len() < 2 {
        return whole;
    }
    // an amount has cents; a whole number beside it is of the next column
    let most = if column.sort == Sort::Money { 0.5 } else { 1.0 };
    let mut fitting = pieces.iter().filter(|piece| column.sort.misfit(&piece.compact()) < most);
    match (fitting.next(), fitting.next()) {
        (Some(piece), None) => held(column.sort, &piece.text()),
        _ => whole,
    }
}

/// What a text in a column of this sort says.
pub(crate) fn held(sort: Sort, text: &str) -> String {
    let compact = || text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    match sort {
        Sort::Number | Sort::Money => number(&compact()).unwrap_or_default(),
        Sort::Rate if is_stars(&compact()) => "***".to_owned(),
        Sort::Rate | Sort::Unit => compact(),
        Sort::Text | Sort::Code => text.to_owned(),
    }
}

/// Whether an amount is printed to the cent, as all of these forms are, or is the stars in the place of one.
pub(super) fn is_exact(amount: &str) -> bool {
    amount.rsplit_once('.').is_some_and(|(_, cents)| cents.len() == 2) || is_stars(amount)
}

/// An amount without the specks before its sign of money.
fn unspecked(text: &str) -> &str {
    let at = text.find('¥').filter(|at| text[..*at].chars().all(|c| ".·,'_".contains(c)));
    at.map_or(text, |at| &text[at..])
}

/// Whether a text begins with the sign of money, or with one of the letters that it is taken for, before a digit.
pub(super) fn starts_signed(text: &str) -> bool {
    let mut chars = unspecked(text).chars();
    match (chars.next(), chars.next()) {
        (Some('¥'), _) => true,
        (Some('V' | 'Y'), Some(next)) => next.is_ascii_digit() && text.contains('.'),
        _ => false,
    }
}

/// A number as the API gives it: without currency sign and separators; `***` stays.
pub(super) fn number(text: &str) -> Option<String> {
    let text = unspecked(text);
    let text = if starts_signed(text) { text.trim_start_matches(['¥', 'V', 'Y']) } else { text };
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '¥' | ',' | '+')).collect();
    if is_stars(&bare) {
        return Some("***".to_owned());
    }
    let digits = bare.strip_prefix('-').unwrap_or(&bare);
    let dots = digits.matches('.').count();
    let fine = !digits.is_empty()
        && !text.trim_start_matches(['-', '¥']).contains('¥')
        && dots <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    fine.then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Glyph;

    #[test]
    fn a_wave_before_an_amount_is_a_minus() {
        for (text, expected) in [("~620.87", "-620.87"), ("—0.50", "-0.50"), ("~A4", "~A4"), ("~5", "~5"), ("620.87", "620.87")] {
            let glyphs = text.chars().map(|ch| Glyph { ch, left: 0.0, right: 5.0, confidence: 1.0, label: false }).collect();
            let mut piece = Piece { glyphs, area: Rect { left: 0.0, top: 0.0, right: 5.0, bottom: 5.0 }, span: 0 };
            sign(&mut piece);
            assert_eq!(piece.text(), expected);
        }
    }

    #[test]
    fn a_box_of_two_rows_is_of_neither() {
        let piece = |(text, left, top, bottom): &(&str, f32, f32, f32)| {
            let glyph =
                |(i, ch)| Glyph { ch, left: left + 5.0 * i as f32, right: left + 5.0 * i as f32 + 5.0, confidence: 1.0, label: false };
            let glyphs: Vec<Glyph> = text.chars().enumerate().map(glyph).collect();
            let right = left + 5.0 * glyphs.len() as f32;
            Piece { glyphs, area: Rect { left: *left, top: *top, right, bottom: *bottom }, span: 0 }
        };
        let amounts =
            [("723.44", 300.0, 0.0, 12.0), ("5254.80", 300.0, 14.0, 26.0), ("住宿费", 0.0, 0.0, 12.0), ("住宿费", 0.0, 14.0, 26.0)];
        for (cell, stays) in [
            (("天", 100.0, 0.0, 26.0), false),
            (("11", 200.0, 0.0, 26.0), false),
            (("天", 100.0, 0.0, 13.0), true),
            (("住宿费用单", 0.0, 0.0, 26.0), true),
        ] {
            let pieces = without_double_rows(amounts.iter().chain([&cell]).map(piece).collect());
            assert_eq!(pieces.len() == 5, stays, "{cell:?}");
        }
    }

    #[test]
    fn what_stands_far_below_a_row_is_none_of_it() {
        let piece = |(text, left, top): &(&str, f32, f32)| {
            let glyph =
                |(i, ch)| Glyph { ch, left: left + 6.0 * i as f32, right: left + 6.0 * i as f32 + 6.0, confidence: 1.0, label: false };
            let glyphs: Vec<Glyph> = text.chars().enumerate().map(glyph).collect();
            let right = left + 6.0 * glyphs.len() as f32;
            Piece { glyphs, area: Rect { left: *left, top: *top, right, bottom: top + 12.0 }, span: 0 }
        };
        let own = [("住宿", 40.0, 20.0), ("6", 300.0, 20.0), ("174.75728155", 350.0, 21.0)];
        let cases = [
            (("费", 40.0, 36.0), true),
            (("*酒店服务*", 40.0, 5.0), true),
            // the number of a seal, and what is above the table
            (("310113575878949", 350.0, 110.0), false),
            (("名 称", 40.0, 60.0), false),
        ];
        for (other, stays) in cases {
            let cells: Vec<(usize, Vec<Piece>)> = own.iter().chain([&other]).map(|words| (0, vec![piece(words)])).collect();
            assert_eq!(following(cells).len() == 4, stays, "{other:?}");
        }
    }

    #[test]
    fn a_bracket_that_was_opened_is_closed() {
        let cases = [
            ("*建筑服务*【YZ202401181屋面防水", "*建筑服务*【YZ20240118】屋面防水"),
            ("*建筑服务*【YZ20240118】屋面防水1期", "*建筑服务*【YZ20240118】屋面防水1期"),
            ("*建筑服务*【YZ20240118屋面防水", "*建筑服务*【YZ20240118屋面防水"),
            ("*建筑服务*【屋面】", "*建筑服务*【屋面】"),
            ("*建筑服务*【11", "*建筑服务*【11"),
            ("*建筑服务*1屋面", "*建筑服务*1屋面"),
        ];
        for (text, expected) in cases {
            assert_eq!(closed(text), expected);
        }
    }

    #[test]
    fn a_name_wraps_to_where_it_begins() {
        let piece = |(text, left, top): &(&str, f32, f32)| {
            let place = |(i, ch)| (left + 10.0 * i as f32, ch);
            let glyph = |(left, ch)| Glyph { ch, left, right: left + 10.0, confidence: 1.0, label: false };
            let glyphs: Vec<Glyph> = text.chars().enumerate().map(place).map(glyph).collect();
            let right = left + 10.0 * glyphs.len() as f32;
            Piece { glyphs, area: Rect { left: *left, top: *top, right, bottom: top + 12.0 }, span: 0 }
        };
        type Words = &'static [(&'static str, f32, f32)];
        let cases: [(Words, &str); 3] = [
            (&[("*餐饮服务*大型活动", 40.0, 0.0), ("用餐", 38.0, 15.0)], "*餐饮服务*大型活动用餐"),
            (&[("*餐饮服务*", 40.0, 0.0), ("用餐", 110.0, 2.0)], "*餐饮服务* 用餐"),
            // the copy's name at the edge, and the label of the seller's name
            (&[("住宿", 40.0, 0.0), ("中", 0.0, 15.0), ("称:", 80.0, 90.0)], "住宿"),
        ];
        for (words, expected) in cases {
            assert_eq!(join(as_it_begins(words.iter().map(piece).collect()), ""), expected);
        }
    }

    #[test]
    fn the_sign_of_money_may_be_taken_for_a_letter() {
        let cases = [
            ("¥25158.85", Some("25158.85")),
            ("V25158.85", Some("25158.85")),
            ("Y606.77", Some("606.77")),
            ("¥-606.77", Some("-606.77")),
            ("·¥31.46", Some("31.46")),
            ("-¥31.46", Some("-31.46")),
            ("3¥31.46", None),
            ("V8", None),
            ("VAT", None),
            ("1,204.50", Some("1204.50")),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text).as_deref(), expected, "{text}");
        }
    }
}
