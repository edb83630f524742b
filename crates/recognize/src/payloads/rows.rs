//! Rows of items from columns: the tags of a 数电票 OFD name the cells of the items table one by one, without saying which
//! belong together. Where they stand says it.

use document::page::Rect;

/// A cell: what it says and where it stands. A cell that is wrapped has several lines.
#[derive(Debug, Clone)]
pub(super) struct Cell<'a> {
    /// The page, from 0.
    pub(super) page: usize,
    /// The lines, top one first, with their places.
    pub(super) lines: Vec<(&'a str, Rect)>,
}

/// A cell as it was put together: the text of its lines, one after the other, and where they stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Joined {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) area: Rect,
}

/// The rows of a table, top row first: for each the cells of all columns, `None` where the row has none.
///
/// Every row has an amount, so the amounts (`columns[anchor]`) are the rows. A column with as many cells as there are rows
/// gives one to each. In a column with fewer cells each goes to the row at its height; in one with more, cells are lines of
/// wrapped cells: they go to the row that they begin at or continue, or where cells are centred in their rows, to the nearest.
pub(super) fn join(columns: &[Vec<Cell<'_>>], anchor: usize) -> Vec<Vec<Option<Joined>>> {
    let mut sorted: Vec<Vec<&Cell<'_>>> = columns.iter().map(|cells| cells.iter().filter(|c| !c.lines.is_empty()).collect()).collect();
    for cells in &mut sorted {
        cells.sort_by(|a, b| a.page.cmp(&b.page).then(a.top().total_cmp(&b.top())));
    }
    let Some(anchors) = sorted.get(anchor).cloned() else { return Vec::new() };
    let mut rows: Vec<Vec<Option<Joined>>> = vec![vec![None; columns.len()]; anchors.len()];
    for (column, cells) in sorted.iter().enumerate() {
        let same = cells.len() == anchors.len();
        let centred = cells
            .first()
            .zip(anchors.first())
            .is_some_and(|(c, a)| c.page == a.page && c.first_middle() < a.first_middle() - a.height() / 2.0);
        for (i, cell) in cells.iter().enumerate() {
            let row = if same { Some(i) } else { row_of(cell, &anchors, centred) };
            if let Some(row) = row {
                append(&mut rows[row][column], cell);
            }
        }
    }
    rows
}

/// The row of a cell. A cell above the first row or far from any belongs to none.
fn row_of(cell: &Cell<'_>, anchors: &[&Cell<'_>], centred: bool) -> Option<usize> {
    // anchors are sorted: the first one below the cell's middle is where a search ends
    let at = (cell.page, cell.first_middle());
    let below = anchors.partition_point(|a| (a.page, a.first_middle() - a.height() / 2.0) <= at);
    let before = below.checked_sub(1).filter(|i| anchors[*i].page == cell.page);
    if !centred {
        return before;
    }
    let after = (below < anchors.len()).then_some(below).filter(|i| anchors[*i].page == cell.page);
    let distance = |i: usize| (anchors[i].first_middle() - cell.middle()).abs();
    match (before, after) {
        (Some(b), Some(a)) => Some(if distance(b) <= distance(a) { b } else { a }),
        (b, a) => b.or(a),
    }
}

fn append(slot: &mut Option<Joined>, cell: &Cell<'_>) {
    for (text, area) in &cell.lines {
        match slot {
            Some(joined) => {
                joined.text.push_str(text.trim());
                joined.area = joined.area.union(area);
            }
            None => *slot = Some(Joined { text: text.trim().to_owned(), page: cell.page, area: *area }),
        }
    }
}

impl Cell<'_> {
    fn top(&self) -> f32 {
        self.lines.first().map_or(0.0, |(_, area)| area.top)
    }

    fn height(&self) -> f32 {
        self.lines.first().map_or(0.0, |(_, area)| area.height())
    }

    fn first_middle(&self) -> f32 {
        self.lines.first().map_or(0.0, |(_, area)| area.center().y)
    }

    fn middle(&self) -> f32 {
        let bottom = self.lines.last().map_or(0.0, |(_, area)| area.bottom);
        (self.top() + bottom) / 2.0
    }
}
