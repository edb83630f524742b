//! The table of prices: one line of amounts below its heads.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::{amount, rate};
use rust_decimal::Decimal;

use super::{Itinerary, bottom, height, levied, money, paper};
use crate::blanks::Blank;
use crate::layout::gather::Piece;
use crate::layout::median;
use crate::layout::table::{Column, Sort, assign};

/// The highest rate of the VAT there has been, 17 %.
const HIGHEST_RATE: Decimal = Decimal::from_parts(17, 0, 0, false, 2);

impl Itinerary {
    /// Reads the prices. Returns the cell of the rate where it was not read: two characters are small for the detector.
    pub(super) fn read_prices(&self, details: &mut Details) -> Option<Blank> {
        // the values stand on the line below the heads; what comes next has labels of its own
        let start = bottom(&self.prices);
        let end = self.marks.iter().map(|m| m.area.top).filter(|t| *t > start).fold(start + 4.0 * height(&self.prices), f32::min);
        let (columns, found) = self.below(&self.prices, end);
        let grid = grid(&self.prices).filter(|_| self.electronic && self.sheet.source == Source::Ocr);
        let mut unsigned = None;
        let mut values = Vec::new();
        for line in found {
            // what bears the code of its tax needs no column
            let (coded, line): (Vec<Piece>, Vec<Piece>) = line.into_iter().partition(|p| paper::coded(&p.compact()).is_some());
            for piece in coded {
                let Some((key, value)) = paper::coded(&piece.compact()) else { continue };
                self.put(details, key, &value, std::slice::from_ref(&piece));
            }
            let left: Vec<Column> = columns.iter().filter(|c| !details.has(c.key)).cloned().collect();
            // a currency (CNY) before the number may stand apart from it
            let line: Vec<Piece> = line.into_iter().filter_map(number).collect();
            let keys: Vec<Option<&'static str>> = match in_order(&line).filter(|_| self.electronic) {
                Some(keys) => keys.iter().copied().map(Some).collect(),
                None => grid
                    .map(|grid| in_cells(&line, &grid))
                    .unwrap_or_else(|| priced(&line, &left).into_iter().map(|to| to.map(|to| left[to].key)).collect()),
            };
            values.extend(line.iter().filter(|p| p.compact().contains('.')).map(|p| p.area));
            for (key, piece) in keys.into_iter().zip(line) {
                let Some(key) = key.filter(|key| !key.is_empty()) else { continue };
                let text = piece.compact();
                let value = match key {
                    "tax_rate" if text.ends_with('%') => {
                        Some(rate::text(&text)).filter(|_| rate::parse(&text).is_some_and(|rate| rate <= HIGHEST_RATE))
                    }
                    "tax_rate" => {
                        unsigned.get_or_insert(piece);
                        continue;
                    }
                    _ => money(&text),
                };
                self.put(details, key, &value.unwrap_or_default(), std::slice::from_ref(&piece));
            }
        }
        let amount = |key: &str| details.get(key).and_then(|field| amount::parse(&field.value));
        if let Some(piece) = unsigned.filter(|_| self.electronic && self.sheet.source == Source::Ocr)
            && let (Some(fare), Some(tax)) = (amount("fare"), amount("tax"))
            && let Some(net) = fare.checked_add(amount("fuel_surcharge").unwrap_or_default())
            && let Some(rate) = levied::rate(&piece.compact(), net, tax)
        {
            self.put(details, "tax_rate", &rate, std::slice::from_ref(&piece));
        }
        grid.and_then(|[_, _, left, right, ..]| blank_rate(details, &values, left, right))
    }
}

/// The cell of the rate that was not read, as high as the values beside it.
fn blank_rate(details: &Details, values: &[Rect], left: f32, right: f32) -> Option<Blank> {
    let near = values.iter().min_by(|a, b| (a.center().x - right).abs().total_cmp(&(b.center().x - right).abs()))?;
    let area = Rect { left, right, ..*near };
    let free = values.iter().all(|value| value.right <= left || value.left >= right);
    (!details.has("tax_rate") && free && area.width() > area.height()).then_some(Blank {
        row: None,
        key: "tax_rate",
        sort: Sort::Rate,
        area,
    })
}

/// The fields of prices on the digital form, where the cells of each begin in the points of its sheet (the pattern of the State Taxation Administration for
/// 航空行程单), and where the words of its head do that are looked for: at the left of its cell, but 税率 and 税额 behind 增值税.
const CELLS: [(&str, f32, f32); 7] = [
    ("fare", 114.0, 114.0),
    ("fuel_surcharge", 179.0, 179.0),
    ("tax_rate", 244.0, 268.0),
    ("tax", 290.0, 314.0),
    ("caac_development_fund", 355.0, 355.0),
    ("other_taxes", 420.0, 420.0),
    ("total", 484.0, 484.0),
];
/// So many heads at least tell where the others are, when from none to the next it is further or nearer than on the form by more than this.
const TELLING: usize = 4;
const STRETCH: f32 = 1.35;

/// Where the cells of the digital form begin: at their heads, and in the form's proportions between and beside them where these were not read.
fn grid(columns: &[Column]) -> Option<[f32; 7]> {
    let mut read: Vec<(f32, f32)> =
        columns.iter().filter_map(|c| Some((CELLS.iter().find(|(key, ..)| *key == c.key)?.2, c.head.left))).collect();
    read.sort_by(|a, b| a.0.total_cmp(&b.0));
    let slope = |pair: &[(f32, f32)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
    let usual = median(read.windows(2).map(slope))?;
    let even = read.windows(2).map(slope).all(|slope| (1.0 / STRETCH..STRETCH).contains(&(slope / usual)));
    let at = |cell: f32| {
        let pair = read.windows(2).find(|pair| cell <= pair[1].0).or_else(|| read.windows(2).next_back()).unwrap_or_default();
        pair.first().map_or(cell, |first| first.1 + slope(pair) * (cell - first.0))
    };
    (read.len() >= TELLING && usual > 0.0 && even).then(|| CELLS.map(|(_, cell, _)| at(cell)))
}

/// The fields of values by the cells that they stand in. What shares a cell with another value belongs to neither, and only the rate has no cents.
fn in_cells(line: &[Piece], grid: &[f32; 7]) -> Vec<Option<&'static str>> {
    let cell = |piece: &Piece| {
        let at = grid.iter().rposition(|left| *left <= piece.area.center().x)?;
        Some(CELLS[at].0).filter(|key| (*key == "tax_rate") != piece.compact().contains('.'))
    };
    let cells: Vec<Option<&'static str>> = line.iter().map(cell).collect();
    let shared = |key: &Option<&str>| cells.iter().filter(|other| *other == key).count() > 1;
    cells.iter().map(|key| key.filter(|_| !shared(key))).collect()
}

/// The fields of the line of prices of the digital form, where all seven values stand in it: the third is the rate, the others have cents. Their heads need
/// not have been read.
fn in_order(line: &[Piece]) -> Option<&'static [&'static str]> {
    const KEYS: &[&str] = &["fare", "fuel_surcharge", "tax_rate", "tax", "caac_development_fund", "other_taxes", "total"];
    let cents = |p: &Piece| p.compact().contains('.');
    let whole = line.len() == KEYS.len() && line.iter().enumerate().all(|(at, p)| cents(p) == (at != 2));
    whole.then_some(KEYS)
}

/// Which column each value of the line of prices belongs to. Where a head was not read and no ruled lines part the columns, order
/// would shift the values: then only one that stands under a single head is taken.
fn priced(line: &[Piece], columns: &[Column]) -> Vec<Option<usize>> {
    if line.len() <= columns.len() || columns.iter().all(|c| c.walls.is_some()) {
        return assign(line, columns).into_iter().map(Some).collect();
    }
    let under = |piece: &Piece| {
        let mut over = columns.iter().enumerate().filter(|(_, c)| c.head.left < piece.area.right && piece.area.left < c.head.right);
        over.next().map(|(at, _)| at).filter(|_| over.next().is_none())
    };
    line.iter().map(under).collect()
}

/// A piece less the letters before its number; `None` when it has none.
fn number(piece: Piece) -> Option<Piece> {
    let at = piece.glyphs.iter().position(|g| g.ch.is_ascii_digit() || g.ch == '-')?;
    let glyphs = piece.glyphs[at..].to_vec();
    let area = Rect { left: glyphs.first()?.left, ..piece.area };
    Some(Piece { glyphs, area, ..piece })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn::sheet;

    /// The heads of the digital form, one and a half times as large, those of these fields read.
    fn heads(keys: &[&str]) -> Vec<Column> {
        let column = |(key, _, left): (&'static str, f32, f32)| {
            let left = 1.5 * left + 20.0;
            Column { key, sort: Sort::Money, head: Rect { left, top: 300.0, right: left + 40.0, bottom: 312.0 }, walls: None }
        };
        CELLS.into_iter().filter(|(key, ..)| keys.contains(key)).map(column).collect()
    }

    #[test]
    fn values_stand_in_the_cells_of_the_form() {
        let some = ["fare", "fuel_surcharge", "tax", "total"];
        let grid = grid(&heads(&some)).expect("a grid");
        assert!(grid.iter().zip(CELLS).all(|(at, (_, left, _))| (at - 1.5 * left - 20.0).abs() < 0.1));
        let read = |values: &[(&'static str, f32)]| {
            let words: Vec<_> = values.iter().map(|(text, left)| (*text, 1.5 * left + 20.0, 330.0, 8.0)).collect();
            let mut sheet = sheet(&words);
            sheet.area.right = 2000.0;
            in_cells(&sheet.gather(&sheet.area, 2.0), &grid)
        };
        // at the right of their cells, the fund not read
        let values = [("1217.43", 150.0), ("36.70", 220.0), ("112.87", 326.0), ("0.00", 458.0), ("1467.00", 530.0)];
        assert_eq!(read(&values), ["fare", "fuel_surcharge", "tax", "other_taxes", "total"].map(Some));
        assert_eq!(read(&[("36.70", 190.0), ("12.00", 210.0)]), [None, None]);
        assert_eq!(read(&[("9%", 270.0)]), [Some("tax_rate")]);
        assert_eq!(read(&[("9.00", 260.0)]), [None]);
    }

    #[test]
    fn heads_off_their_places_tell_no_cells() {
        assert!(grid(&heads(&["fare", "tax", "total"])).is_none());
        let mut moved = heads(&["fare", "fuel_surcharge", "caac_development_fund", "other_taxes", "total"]);
        moved[1].head.left += 60.0;
        assert!(grid(&moved).is_none());
    }

    #[test]
    fn the_cell_of_a_rate_is_free() {
        let value = |left: f32| Rect { left, top: 330.0, right: left + 30.0, bottom: 338.0 };
        let blank = |values: &[Rect], details: &Details| blank_rate(details, values, 100.0, 160.0);
        let none = Details::new();
        let found = blank(&[value(40.0), value(180.0)], &none).expect("a cell");
        assert_eq!((found.key, found.area.left, found.area.right, found.area.top), ("tax_rate", 100.0, 160.0, 330.0));
        assert!(blank(&[value(120.0)], &none).is_none() && blank(&[], &none).is_none());
        let mut details = Details::new();
        details.set("tax_rate", invoice::details::Field::new("9%", Source::Ocr));
        assert!(blank(&[value(40.0)], &details).is_none());
    }
}
