//! Forms made of cells: each label in a cell of its own and its value in the cell to the right, several pairs to a row. Labels may wrap
//! over lines, values too. What a value is, is told by the rows of labels (or by the ruled lines, where they are known) and by the
//! labels that stand left and right of it.

use document::page::Rect;
use invoice::details::{Details, Source};

use crate::blanks::Blank;
use crate::closer::Faint;
use crate::layout::gather::{Piece, join};
use crate::layout::label::Mark;
use crate::layout::table::Sort;
use crate::layout::{Sheet, Span, median};

/// The name of a cell: mostly the field that its value is.
pub(crate) type Key = &'static str;

/// A label of the grid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// What its value is.
    pub(crate) key: Key,
    /// Where the label stands, all its lines.
    pub(crate) area: Rect,
}

/// A row of cells.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    cells: Vec<Cell>,
    top: f32,
    middle: f32,
    bottom: f32,
}

/// The cells of a sheet, row by row.
#[derive(Debug)]
pub(crate) struct Grid {
    /// The text, the labels' characters marked.
    pub(crate) sheet: Sheet,
    rows: Vec<Row>,
    /// The values: row, key of the label that they stand behind, piece.
    values: Vec<(usize, Key, Piece)>,
}

impl Grid {
    /// Lays the grid out.
    pub(crate) fn lay(sheet: Sheet, cells: Vec<Cell>) -> Grid {
        let rows = rows(&sheet, cells);
        let values = values(&sheet, &rows);
        Grid { sheet, rows, values }
    }

    /// What stands in the cell behind a label, wherever on the form it is; all its lines.
    pub(crate) fn value(&self, key: Key) -> Vec<Piece> {
        self.values.iter().filter(|(_, k, _)| *k == key).map(|(_, _, piece)| piece.clone()).collect()
    }

    /// Whether a label was found.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.key == key)
    }

    /// The cell behind a label in which nothing of its sort was read, up to the next label of its row or to `right`.
    pub(crate) fn blank(&self, key: Key, sort: Sort, right: f32) -> Option<Blank> {
        if self.sheet.source != Source::Ocr {
            return None;
        }
        let area = self.cell(key, right)?;
        Some(Blank { row: None, key, sort, area: self.sheet.stood(area) })
    }

    /// The cell behind a label, if none of what was read in it is what it must be.
    pub(crate) fn faint(&self, key: Key, fits: fn(&str) -> bool, right: f32) -> Option<Faint> {
        if self.sheet.source != Source::Ocr || self.value(key).iter().any(|piece| fits(&piece.compact())) {
            return None;
        }
        self.cell(key, right).map(|area| Faint { area, fits })
    }

    /// A line of text in the cell behind a label, up to the next label of its row or to `right`. Values are often stamped lower or higher than their labels stand,
    /// all alike: what was read nearest to the cell tells where.
    fn cell(&self, key: Key, right: f32) -> Option<Rect> {
        let (index, row) = self.rows.iter().enumerate().find(|(_, row)| row.cells.iter().any(|cell| cell.key == key))?;
        let label = row.cells.iter().find(|cell| cell.key == key)?.area;
        let next = row.cells.iter().map(|cell| cell.area.left).filter(|left| *left > label.right).fold(right, f32::min);
        let off = |piece: &Piece| (piece.area.left - label.right).abs();
        let beside = self.values.iter().filter(|(own, ..)| *own == index).map(|(_, _, piece)| piece);
        let line = row.cells.iter().map(|cell| cell.area.height()).fold(f32::MAX, f32::min);
        let (middle, height) =
            beside.min_by(|a, b| off(a).total_cmp(&off(b))).map_or((row.middle, line), |piece| (piece.middle(), piece.area.height()));
        let (top, bottom) = (middle - height / 2.0, middle + height / 2.0);
        let area = Rect { left: label.right + 0.1 * height, top, right: next - 0.1 * height, bottom };
        (area.width() > 0.5 * height).then_some(area)
    }

    /// Sets a field to the text of its cell, lines joined without a space.
    pub(crate) fn text(&self, details: &mut Details, key: Key) {
        let pieces = self.value(key);
        self.put(details, key, &join(pieces.clone(), ""), &pieces);
    }

    /// Sets a field to the text of its cell without any white space.
    pub(crate) fn bare(&self, details: &mut Details, key: Key) {
        let pieces = self.value(key);
        let text: String = join(pieces.clone(), "").chars().filter(|c| !c.is_whitespace()).collect();
        self.put(details, key, &text, &pieces);
    }

    /// Sets a field to the amount in its cell.
    pub(crate) fn amount(&self, details: &mut Details, key: Key) {
        let read = self.value(key).into_iter().find_map(|piece| Some((money(&piece.compact())?, piece)));
        if let Some((value, piece)) = read {
            self.put(details, key, &value, std::slice::from_ref(&piece));
        }
    }

    /// Sets a field where nothing was read yet.
    pub(crate) fn put(&self, details: &mut Details, key: &str, value: &str, pieces: &[Piece]) {
        if !details.has(key) && !value.trim().is_empty() {
            details.set(key, self.sheet.field(value, pieces));
        }
    }
}

/// The printed amount in a text that holds one and hardly anything else: a currency sign, `元`, brackets.
pub(crate) fn money(text: &str) -> Option<String> {
    let from = text.find(|c: char| c.is_ascii_digit() || c == '-')?;
    let rest = &text[from..];
    let end = rest.find(|c: char| !(c.is_ascii_digit() || ",.-".contains(c))).unwrap_or(rest.len());
    // recognisers take the sign of money for one of these letters
    let before = text[..from].strip_suffix(['V', 'Y']).filter(|_| rest[..end].contains('.')).unwrap_or(&text[..from]);
    let around = before.chars().chain(rest[end..].chars());
    let fits = around.clone().count() <= 4 && around.into_iter().all(|c| "¥元整()小写:* ".contains(c));
    let number = rest[..end].trim_end_matches(['-', '.', ',']);
    fits.then(|| invoice::amount::parse(number).map(invoice::amount::plain)).flatten()
}

/// Completes the labels that wrap: `whole` gives the ways in which a label is printed in full, and the lines above and below the part that was
/// found that are made of the same characters are more of it.
pub(crate) fn complete(sheet: &mut Sheet, cells: &mut [Cell], whole: impl Fn(Key) -> &'static [&'static str]) {
    for cell in cells {
        let wordings = whole(cell.key);
        let line = cell.area.height().max(1e-3);
        let found = cell.area;
        let middle = found.center().y;
        for span in sheet.spans.iter_mut().filter(|s| !s.vertical && !s.seal) {
            let off = (span.area.center().y - middle).abs();
            if off >= 0.5 * line && off < 2.6 * line && under(span, &found, line) && mostly(span, wordings) {
                for glyph in &mut span.glyphs {
                    glyph.label = true;
                }
                cell.area = cell.area.union(&span.area);
            }
        }
    }
}

/// Takes what follows a label in its line and is the rest of one of its wordings: a wrapped label is found by the beginning of its first line.
pub(crate) fn extend(sheet: &mut Sheet, mark: &mut Mark<Key>, wordings: &[&str]) {
    let Some(last) = mark.at.last().copied() else { return };
    let text: String = mark.at.iter().map(|at| sheet.spans[at.span].glyphs[at.glyph].ch).collect();
    let text = text.trim_end_matches([':', ';']);
    let mut rests: Vec<&str> = wordings.iter().filter_map(|w| Some(&w[w.find(text)? + text.len()..])).collect();
    for glyph in &mut sheet.spans[last.span].glyphs[last.glyph + 1..] {
        rests = rests.into_iter().filter_map(|rest| rest.strip_prefix(glyph.ch)).collect();
        if rests.is_empty() {
            return;
        }
        glyph.label = true;
        mark.area.right = glyph.right;
    }
}

/// Whether a span stands in the column of a label, no wider than it.
fn under(span: &Span, label: &Rect, line: f32) -> bool {
    let middle = span.area.center().x;
    let slack = 1.2 * line;
    middle > label.left - slack
        && middle < label.right + slack
        && span.area.right < label.right + 2.5 * slack
        && span.area.left > label.left - 2.5 * slack
        && span.height() < 1.6 * line
        && !span.glyphs.iter().any(|g| g.label)
}

/// Whether a span is made of the characters of one of a label's wordings: two in three of them, of short ones all.
fn mostly(span: &Span, wordings: &[&str]) -> bool {
    const SHORT: usize = 3;
    let text = span.compact();
    let all = text.chars().count();
    let least = if all <= SHORT { all } else { (all * 2).div_ceil(3) };
    let own = |whole: &&&str| text.chars().filter(|c| whole.contains(*c) || ":()/".contains(*c)).count() >= least;
    all > 0 && wordings.iter().filter(own).any(|whole| text.chars().any(|c| whole.contains(c)))
}

/// The labels row by row: those of about one height, counting all their lines.
fn rows(sheet: &Sheet, mut cells: Vec<Cell>) -> Vec<Row> {
    cells.sort_by(|a, b| a.area.center().y.total_cmp(&b.area.center().y));
    let mut heights: Vec<f32> = cells.iter().map(|c| c.area.height()).collect();
    heights.sort_by(f32::total_cmp);
    let line = heights.get(heights.len() / 3).copied().unwrap_or(1.0).max(1e-3);
    let mut rows: Vec<Row> = Vec::new();
    for cell in cells {
        let middle = cell.area.center().y;
        match rows.last_mut().filter(|row| middle - row.middle < 0.75 * line) {
            Some(row) => {
                let n = row.cells.len() as f32;
                row.middle = (row.middle * n + middle) / (n + 1.0);
                row.cells.push(cell);
            }
            None => rows.push(Row { cells: vec![cell], top: middle, middle, bottom: middle }),
        }
    }
    let middles: Vec<f32> = rows.iter().map(|r| r.middle).collect();
    let pitch = median(middles.windows(2).map(|pair| pair[1] - pair[0])).unwrap_or(2.5 * line);
    for (i, row) in rows.iter_mut().enumerate() {
        row.cells.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        // a row whose neighbour was not found is as high as the others
        let above = if i == 0 { f32::MIN } else { middles[i - 1] };
        let below = middles.get(i + 1).copied().unwrap_or(f32::MAX);
        row.top = ((above + row.middle) / 2.0).max(row.middle - 0.6 * pitch);
        row.bottom = ((below + row.middle) / 2.0).min(row.middle + 0.6 * pitch);
        if let Some((top, bottom)) = ruled(sheet, row, 2.0 * pitch) {
            (row.top, row.bottom) = (top, bottom);
        }
    }
    rows
}

/// The ruled lines above and below a row's first label, no further from it than `reach`.
fn ruled(sheet: &Sheet, row: &Row, reach: f32) -> Option<(f32, f32)> {
    let x = row.cells.first()?.area.center().x;
    let across = || sheet.rulings.iter().filter(move |r| !r.upright && r.from <= x && r.to >= x).map(|r| r.at);
    let top = across().filter(|y| *y < row.middle).fold(f32::MIN, f32::max);
    let bottom = across().filter(|y| *y > row.middle).fold(f32::MAX, f32::min);
    (row.middle - top < reach && bottom - row.middle < reach).then_some((top, bottom))
}

/// Every piece of text that stands in a row behind a label, with the row and the label's key.
fn values(sheet: &Sheet, rows: &[Row]) -> Vec<(usize, Key, Piece)> {
    let mut values = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let part = Rect { left: f32::MIN, top: row.top, right: f32::MAX, bottom: row.bottom };
        for piece in sheet.gather(&part, 2.0) {
            // rows that are no rows of one table may overlap: the nearer one has it
            let nearer = |other: &Row| (other.middle - piece.middle()).abs() < (row.middle - piece.middle()).abs();
            if rows.iter().any(|o| nearer(o) && piece.middle() >= o.top && piece.middle() <= o.bottom) {
                continue;
            }
            let slack = 0.5 * piece.area.height();
            if let Some(cell) = row.cells.iter().rfind(|c| c.area.right <= piece.area.left + slack) {
                values.push((index, cell.key, piece));
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::*;
    use crate::forms::labelled::Labelled;
    use crate::layout::label::Spelling;

    const LABELS: &[Spelling<Key>] = &[
        Spelling { label: "buyer", text: "购买方名称及" },
        Spelling { label: "id", text: "纳税人识别号" },
        Spelling { label: "engine", text: "发动机号码" },
        Spelling { label: "vin", text: "车架号码" },
    ];

    fn whole(key: Key) -> &'static [&'static str] {
        match key {
            "buyer" => &["购买方名称及身份证号码/组织机构代码"],
            _ => &[],
        }
    }

    #[test]
    fn wrapped_labels_and_values_keep_to_their_cells() {
        let sheet = sheet(&[
            ("购买方名称及", 20.0, 100.0, 9.0),
            ("身份证号码/", 20.0, 110.0, 9.0),
            ("组织机构代码", 20.0, 120.0, 9.0),
            ("云泽样张有限公司", 90.0, 104.0, 9.0),
            ("919999000000000013", 90.0, 116.0, 9.0),
            ("纳税人识别号", 300.0, 110.0, 9.0),
            ("919999000000000099", 370.0, 110.0, 9.0),
            ("发动机号码", 20.0, 145.0, 9.0),
            ("YZ123456", 90.0, 145.0, 9.0),
            ("车架号码", 300.0, 145.0, 9.0),
        ]);
        let labelled = Labelled::new(&sheet, LABELS);
        let mut cells: Vec<Cell> = labelled.marks.iter().map(|m| Cell { key: m.label, area: m.area }).collect();
        let mut sheet = labelled.sheet;
        complete(&mut sheet, &mut cells, whole);
        let grid = Grid::lay(sheet, cells);
        let text = |key: Key| join(grid.value(key), "|");
        assert_eq!(text("buyer"), "云泽样张有限公司|919999000000000013");
        assert_eq!(text("id"), "919999000000000099");
        assert_eq!(text("engine"), "YZ123456");
        assert_eq!(text("vin"), "");
    }

    #[test]
    fn only_the_rest_of_a_label_is_more_of_it() {
        for (text, value) in [("购买方名称及身份证", ""), ("购买方名称方子墨", "方子墨"), ("购买方名称及机械厂", "机械厂")]
        {
            let mut labelled = Labelled::new(&sheet(&[(text, 20.0, 100.0, 9.0)]), &[Spelling { label: "buyer", text: "购买方名称" }]);
            extend(&mut labelled.sheet, &mut labelled.marks[0], whole("buyer"));
            let rest: String = labelled.sheet.spans[0].glyphs.iter().filter(|g| !g.label).map(|g| g.ch).collect();
            assert_eq!(rest, value, "{text}");
        }
    }

    #[test]
    fn amounts_in_cells() {
        for (text, expected) in [
            ("¥93,000.00", Some("93000.00")),
            ("小写 V91412.39", Some("91412.39")),
            ("V8", None),
            ("小写¥93000", Some("93000")),
            ("-12.50", Some("-12.50")),
            ("93000.00元", Some("93000.00")),
            ("13%", None),
            ("YZ12", None),
            ("二手车12号", None),
        ] {
            assert_eq!(money(text).as_deref(), expected, "{text}");
        }
    }
}
