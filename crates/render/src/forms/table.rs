//! The table of items that most forms have: columns, rows broken into lines and shared out over pages.

use rust_decimal::Decimal;

use crate::error::Error;
use crate::reading::{Subject, amount, cell};
use crate::sheet::{Face, Page, Text, wrap};

/// How a cell stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// What becomes of text that is wider than its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// It goes on in the next line.
    Wrap,
    /// It is printed smaller.
    Shrink,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The item's field.
    pub(crate) key: &'static str,
    /// Its OFD tag, where the platform gives it one.
    pub(crate) tag: Option<&'static str>,
    pub(crate) label: &'static str,
    /// Where the label begins.
    pub(crate) label_at: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) align: Align,
    pub(crate) overflow: Overflow,
}

/// Makes a column: field, tag, label and where it begins, left and right edge.
pub(crate) const fn column(
    key: &'static str,
    tag: Option<&'static str>,
    (label, label_at): (&'static str, f32),
    (left, right): (f32, f32),
    align: Align,
    overflow: Overflow,
) -> Column {
    Column { key, tag, label, label_at, left, right, align, overflow }
}

/// Where the lines of a table stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    /// Baseline of the first line.
    pub(crate) first: f32,
    /// From one baseline to the next.
    pub(crate) step: f32,
    /// How many lines a page has room for.
    pub(crate) lines: usize,
    /// The size of the type; figures too wide for their column are printed smaller.
    pub(crate) size: f32,
}

/// One row, its cells broken into lines.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The item's number, from 0 over the whole invoice.
    row: usize,
    cells: Vec<Vec<String>>,
    net: Decimal,
    tax: Option<Decimal>,
}

impl Line {
    /// How many lines of the table it takes.
    pub(crate) fn height(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(1).max(1)
    }
}

/// Breaks every item's cells into lines.
pub(crate) fn break_rows(subject: Subject<'_>, columns: &[Column], grid: Grid) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    for (row, item) in subject.rows("items").iter().enumerate() {
        let cells = columns.iter().map(|column| match (cell(item, column.key), column.overflow) {
            ("", _) => Vec::new(),
            (text, Overflow::Shrink) => vec![text.to_owned()],
            (text, Overflow::Wrap) => wrap(text, Face::Song, grid.size, column.right - column.left),
        });
        let net = amount("items.total", cell(item, "total"))?;
        let tax = match cell(item, "tax") {
            "***" | "" => None,
            tax => Some(amount("items.tax", tax)?),
        };
        let line = Line { row, cells: cells.collect(), net, tax };
        if line.height() > grid.lines {
            return Err(Error::TooLong { field: "items" });
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Shares the rows out over pages. A row is never torn over two pages.
pub(crate) fn paginate(lines: Vec<Line>, grid: Grid) -> Vec<Vec<Line>> {
    let mut pages: Vec<Vec<Line>> = vec![Vec::new()];
    let mut used = 0;
    for line in lines {
        if used > 0 && used + line.height() > grid.lines {
            pages.push(Vec::new());
            used = 0;
        }
        used += line.height();
        if let Some(page) = pages.last_mut() {
            page.push(line);
        }
    }
    pages
}

/// Net and tax of some rows; no tax where none of them shows any.
pub(crate) fn sums(lines: &[Line]) -> (Decimal, Option<Decimal>) {
    let net = lines.iter().map(|l| l.net).sum();
    let tax = lines.iter().filter_map(|l| l.tax).fold(None, |sum: Option<Decimal>, t| Some(sum.unwrap_or_default() + t));
    (net, tax)
}

/// Draws rows and gives the baseline that the next line would have.
pub(crate) fn draw(page: &mut Page, columns: &[Column], grid: Grid, lines: &[Line]) -> f32 {
    let mut y = grid.first;
    for line in lines {
        for (column, cells) in columns.iter().zip(&line.cells) {
            for (i, text) in cells.iter().enumerate() {
                let text = column.place(text, grid.size, y + grid.step * i as f32);
                page.fill(match column.tag {
                    Some(tag) => text.tag(tag, Some(line.row)),
                    None => text,
                });
            }
        }
        y += grid.step * line.height() as f32;
    }
    y
}

impl Column {
    /// A text in its place in the column on the baseline `y`, smaller if it is too wide.
    pub(crate) fn place(&self, text: &str, size: f32, y: f32) -> Text {
        let value = Text::new(Face::Song, size, text).fit(self.right - self.left);
        match self.align {
            Align::Left => value.left(self.left, y),
            Align::Centre => value.centre((self.left + self.right) / 2.0, y),
            Align::Right => value.right(self.right, y),
        }
    }
}
