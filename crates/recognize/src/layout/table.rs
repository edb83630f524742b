//! Tables: pieces of text to columns and rows, by the column heads, the ruled lines where there are any, and what a column can hold.

use document::page::Rect;

use super::gather::{Piece, lines};
use super::{Sheet, is_chinese, median};

/// The letters of the longest short names of tax classes.
const CLASS: usize = 12;
/// What stands around a tax class, and what small stars are taken for.
const LIKE_STARS: [char; 9] = ['*', '★', '※', '“', '”', '"', '‘', '’', '\''];

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Free text that wraps: names, places.
    Text,
    /// Free text, numbers included: specifications, plates.
    Code,
    /// A unit of measure: short and not a number.
    Unit,
    /// A number: quantity, price.
    Number,
    /// An amount, or `***`.
    Money,
    /// A tax rate: a percentage, 免税, 不征税, `***`.
    Rate,
}

impl Sort {
    /// How little a piece looks like what the column holds, in line heights of distance.
    pub(crate) fn misfit(self, text: &str) -> f32 {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let number = digits > 0 && text.chars().all(|c| c.is_ascii_digit() || ".,-¥+".contains(c));
        let stars = is_stars(text);
        let rate = is_rate(text);
        match self {
            Sort::Text if number || stars || rate => 2.0,
            Sort::Text | Sort::Code => 0.0,
            Sort::Unit if number || stars || rate => 4.0,
            Sort::Unit if text.chars().count() > 6 => 2.0,
            Sort::Unit => 0.0,
            Sort::Number if number => 0.0,
            Sort::Money if stars || number && text.contains('.') => 0.0,
            Sort::Money if number => 0.5,
            Sort::Rate if rate || stars => 0.0,
            // its sign taken for a digit, or passed over
            Sort::Rate if (1..=3).contains(&text.len()) && digits == text.len() => 1.5,
            Sort::Rate => 6.0,
            Sort::Number | Sort::Money => 5.0,
        }
    }
}

/// True for what stands in a tax rate column.
pub(crate) fn is_rate(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "免税" | "不征税" | "出口零税率" | "普通零税率" | "***")
        || text.strip_suffix('%').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// `***` in an amount's place, or what recognisers take it for: two or three star-like characters.
pub(crate) fn is_stars(text: &str) -> bool {
    (2..=3).contains(&text.chars().count()) && text.chars().all(|c| ocr::text::STARS.contains(c))
}

/// A name with its tax class (`*class*name`), as every VAT form prints it since 2018; the star before the class, which is small and at the edge of the table,
/// is at times not read, or taken for another sign.
pub(crate) fn classed(name: &str) -> Option<String> {
    let rest = name.strip_prefix(LIKE_STARS);
    let (class, own) = rest.unwrap_or(name).split_once(|c| c == '*' || rest.is_some() && LIKE_STARS.contains(&c))?;
    let letters = class.chars().count();
    let fits = (2..=CLASS).contains(&letters) && class.chars().all(|c| is_chinese(c) || c == '、');
    let named = own.starts_with(|c: char| !c.is_ascii_digit() && c != '*');
    (name.starts_with('*') || fits && named).then(|| format!("*{class}*{own}"))
}

/// A column: its key, its printed head and, where ruled lines tell, its walls.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// The field it holds.
    pub(crate) key: &'static str,
    /// What it can hold.
    pub(crate) sort: Sort,
    /// Where its head stands.
    pub(crate) head: Rect,
    /// Left and right wall.
    pub(crate) walls: Option<(f32, f32)>,
}

/// Finds the walls of columns: one upright ruled line between each two neighbouring heads, through the body.
pub(crate) fn set_walls(sheet: &Sheet, columns: &mut [Column], body: &Rect) {
    columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
    let reach = |x: f32| {
        let mut covered: Vec<(f32, f32)> = sheet
            .rulings
            .iter()
            .filter(|r| r.upright && (r.at - x).abs() < 1.0)
            .map(|r| (r.from.max(body.top), r.to.min(body.bottom)))
            .filter(|(from, to)| to > from)
            .collect();
        covered.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut end = body.top;
        let mut sum = 0.0;
        for (from, to) in covered {
            sum += (to - from.max(end)).max(0.0);
            end = end.max(to);
        }
        sum > 0.5 * body.height()
    };
    let mut xs: Vec<f32> = sheet
        .rulings
        .iter()
        .filter(|r| r.upright && r.at > first.head.left - body.width() && r.at < last.head.right + body.width())
        .map(|r| r.at)
        .collect();
    xs.sort_by(f32::total_cmp);
    xs.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    xs.retain(|x| reach(*x));
    let between = |low: f32, high: f32| xs.iter().copied().find(|x| *x > low && *x < high);
    let middles: Vec<f32> = columns.iter().map(|c| c.head.center().x).collect();
    for i in 0..columns.len() {
        let left = if i == 0 { xs.iter().copied().rfind(|x| *x < columns[0].head.left + 1.0) } else { between(middles[i - 1], middles[i]) };
        let right = match middles.get(i + 1) {
            Some(next) => between(middles[i], *next),
            None => xs.iter().copied().find(|x| *x > columns[i].head.right - 1.0),
        };
        if let (Some(left), Some(right)) = (left, right) {
            columns[i].walls = Some((left, right));
        }
    }
}

/// Which column each piece of a line belongs to: the cheapest assignment that keeps the order from left to right.
pub(crate) fn assign(line: &[Piece], columns: &[Column]) -> Vec<usize> {
    let height = line.iter().map(|p| p.area.height()).fold(1.0_f32, f32::max);
    let again = |column: usize| if matches!(columns[column].sort, Sort::Text | Sort::Code) { 0.0 } else { 3.0 };
    in_order(line.len(), columns.len(), |piece, column| cost(&line[piece], columns, column, height), again)
}

/// A column for each of so many pieces, none left of the column of the piece before: the cheapest by what each piece costs in each column (`own`), and by
/// what it costs to follow another piece in its column (`again`). None where there are no columns.
pub(crate) fn in_order(pieces: usize, columns: usize, own: impl Fn(usize, usize) -> f32, again: impl Fn(usize) -> f32) -> Vec<usize> {
    let cheapest = |costs: &[(f32, usize)]| (0..costs.len()).min_by(|a, b| costs[*a].0.total_cmp(&costs[*b].0)).unwrap_or(0);
    let mut best: Vec<Vec<(f32, usize)>> = Vec::with_capacity(pieces);
    for piece in 0..pieces {
        let row = (0..columns).map(|column| {
            // the first piece follows none
            let Some(last) = best.last() else { return (own(piece, column), column) };
            let before: Vec<(f32, usize)> = (0..=column).map(|k| (last[k].0 + if k == column { again(column) } else { 0.0 }, k)).collect();
            let (cost, from) = before[cheapest(&before)];
            (cost + own(piece, column), from)
        });
        let row = row.collect();
        best.push(row);
    }
    let Some(last) = best.last().filter(|row| !row.is_empty()) else { return Vec::new() };
    let mut chosen = vec![0; pieces];
    let mut at = cheapest(last);
    for piece in (0..pieces).rev() {
        chosen[piece] = at;
        at = best[piece][at].1;
    }
    chosen
}

fn cost(piece: &Piece, columns: &[Column], index: usize, height: f32) -> f32 {
    let column = &columns[index];
    let (left, right) = (piece.area.left, piece.area.right);
    let width = (right - left).max(1e-3);
    let place = match column.walls {
        Some((from, to)) => {
            let outside = (from - left).max(0.0) + (right - to).max(0.0);
            8.0 * (outside / width).min(1.0) + 0.2 * ((left - to).max(from - right).max(0.0) / height)
        }
        None => {
            // a text column reaches from its left neighbour to where the next head begins; numbers stand under their head
            let from = match (column.sort, index) {
                (Sort::Text, 0) => f32::MIN,
                (Sort::Text | Sort::Code, _) => columns[index - usize::from(index > 0)].head.right.min(column.head.left),
                _ => column.head.left,
            };
            let gap = (left - column.head.right).max(from - right).max(0.0) / height;
            let off = (piece.area.center().x - column.head.center().x).abs() / height;
            gap + if column.sort == Sort::Text { 0.0 } else { 0.05 * off }
        }
    };
    place + column.sort.misfit(&piece.compact())
}

/// The parts of a piece that reaches from one column into the next text column: recognisers read a name and the specification beside it as one line. It is cut
/// at the widest gap near where the next column begins (`starts`); where there is none, at the character nearest to it.
pub(crate) fn part(piece: Piece, starts: &[f32], line: f32) -> Vec<Piece> {
    let (mut parts, mut rest) = (Vec::new(), piece);
    for &start in starts {
        if rest.area.left > start - 1.5 * line || rest.area.right < start + 0.8 * line {
            continue;
        }
        let inked: Vec<usize> = (0..rest.glyphs.len()).filter(|i| !rest.glyphs[*i].ch.is_whitespace()).collect();
        let off = |i: usize| (rest.glyphs[i].left - start).abs() / line;
        let gap =
            |before: usize, i: usize| (rest.glyphs[i].left - rest.glyphs[before].right) / line + if i > before + 1 { 1.0 } else { 0.0 };
        let wide = inked
            .windows(2)
            .filter(|pair| off(pair[1]) < 3.0 && gap(pair[0], pair[1]) > 0.25)
            .max_by(|a, b| (gap(a[0], a[1]) - off(a[1]) / 3.0).total_cmp(&(gap(b[0], b[1]) - off(b[1]) / 3.0)))
            .map(|pair| pair[1]);
        let nearest = inked.iter().skip(1).copied().min_by(|a, b| off(*a).total_cmp(&off(*b)));
        // words of a name end where the letters and digits of a specification begin
        let begins = |i: &usize| rest.glyphs[*i].ch.is_ascii_alphanumeric() && !rest.glyphs[*i - 1].ch.is_ascii();
        let change = inked.iter().skip(1).copied().filter(|i| off(*i) < 1.0 && begins(i)).min_by(|a, b| off(*a).total_cmp(&off(*b)));
        let Some(at) = wide.or(change).or(nearest) else { continue };
        let right = rest.glyphs.split_off(at);
        while rest.glyphs.last().is_some_and(|g| g.ch.is_whitespace()) {
            rest.glyphs.pop();
        }
        let (Some(last), Some(first)) = (rest.glyphs.last(), right.first()) else { continue };
        let (end, begin) = (last.right, first.left);
        let after = Piece { area: Rect { left: begin, ..rest.area }, glyphs: right, span: rest.span };
        rest.area.right = end;
        parts.push(std::mem::replace(&mut rest, after));
    }
    parts.push(rest);
    parts
}

/// The parts of a piece that is an amount and the rate beside it, read as one line.
pub(crate) fn part_rate(piece: Piece) -> Vec<Piece> {
    let is_amount = |text: &str| {
        let text = text.trim();
        text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || ".,-¥".contains(c))
    };
    let text = |glyphs: &[super::Glyph]| glyphs.iter().map(|g| g.ch).collect::<String>();
    let parts = |at: &usize| is_amount(&text(&piece.glyphs[..*at])) && is_rate(&text(&piece.glyphs[*at..]));
    // a rate in digits is told from the amount's own digits by the space before it alone
    let Some(at) =
        (1..piece.glyphs.len()).find(parts).filter(|at| !piece.glyphs[*at].ch.is_ascii_digit() || piece.glyphs[at - 1].ch.is_whitespace())
    else {
        return vec![piece];
    };
    let (before, after) = piece.glyphs.split_at(at);
    let trimmed = |glyphs: &[super::Glyph]| {
        let inked = |g: &super::Glyph| !g.ch.is_whitespace();
        let from = glyphs.iter().position(inked)?;
        let to = glyphs.iter().rposition(inked)?;
        let glyphs = glyphs[from..=to].to_vec();
        let (left, right) = (glyphs.first()?.left, glyphs.last()?.right);
        Some(Piece { area: Rect { left, right, ..piece.area }, glyphs, span: piece.span })
    };
    [trimmed(before), trimmed(after)].into_iter().flatten().collect()
}

/// The rows of a table: for each, what was read under each column, as (column index, pieces). A row begins where one of its `anchors` (the
/// amount, and what is printed in every row as that is) stands; text that wraps belongs to the row it hangs from.
pub(crate) fn read(pieces: Vec<Piece>, columns: &[Column], anchors: &[&str]) -> Vec<Vec<(usize, Vec<Piece>)>> {
    let placed: Vec<Vec<(usize, Piece)>> = lines(pieces)
        .into_iter()
        .map(|line| {
            let to = assign(&line, columns);
            to.into_iter().zip(line).collect()
        })
        .collect();
    let middle = |cells: &[(usize, Piece)]| cells.iter().map(|c| c.1.middle()).sum::<f32>() / cells.len().max(1) as f32;
    let holds = |cells: &[(usize, Piece)], key: &str| {
        cells.iter().any(|(c, p)| columns[*c].key == key && columns[*c].sort.misfit(&p.compact()) < 1.0)
    };
    // the usual one: a box that holds two rows says nothing about either
    let height = median(placed.iter().flatten().map(|c| c.1.area.height())).unwrap_or_default().max(1e-3);
    let found = |key: &str| placed.iter().filter(|cells| holds(cells, key)).map(|cells| middle(cells)).collect::<Vec<f32>>();
    let anchors = anchors.iter().fold(Vec::new(), |begins, key| together(begins, found(key), height));
    if anchors.is_empty() {
        return Vec::new();
    }
    let names: Vec<(f32, bool)> = placed
        .iter()
        .filter_map(|cells| cells.iter().find(|(c, _)| *c == 0).map(|(_, p)| (p.middle(), classed(&p.compact()).is_some())))
        .collect();
    let tops = tops(&anchors, &names, height);
    let mut rows: Vec<Vec<(usize, Vec<Piece>)>> = vec![Vec::new(); anchors.len()];
    for cells in placed {
        let y = middle(&cells);
        let row = tops.iter().rposition(|top| y >= *top).unwrap_or(0);
        for (column, piece) in cells {
            match rows[row].iter_mut().find(|(c, _)| *c == column) {
                Some((_, pieces)) => pieces.push(piece),
                None => rows[row].push((column, vec![piece])),
            }
        }
    }
    rows
}

/// Where rows begin by what was found so far and by what else tells a row: that is another row only where it stands about as far from those known as
/// rows do from each other, of which some may be missing in both.
fn together(mut known: Vec<f32>, mut found: Vec<f32>, height: f32) -> Vec<f32> {
    if known.is_empty() {
        return found;
    }
    known.sort_by(f32::total_cmp);
    found.sort_by(f32::total_cmp);
    let gaps = known.windows(2).chain(found.windows(2)).map(|pair| pair[1] - pair[0]);
    let pitch = gaps.filter(|gap| *gap > 0.3 * height).reduce(f32::min).unwrap_or(height);
    let other = |y: &f32| known.iter().all(|begin| (begin - y).abs() > 0.7 * pitch.max(0.5 * height));
    let others: Vec<f32> = found.into_iter().filter(other).collect();
    known.extend(others);
    known.sort_by(f32::total_cmp);
    known
}

/// Where each row begins. Names that are classed (`*class*name`) tell it best; else a row begins with its amount, or, where names
/// begin above the first amount, half way between the amounts.
fn tops(anchors: &[f32], names: &[(f32, bool)], height: f32) -> Vec<f32> {
    let stars: Vec<f32> = names.iter().filter(|n| n.1).map(|n| n.0).collect();
    let slack = 0.4 * height;
    if stars.len() == anchors.len() {
        return stars.iter().zip(anchors).enumerate().map(|(i, (s, a))| if i == 0 { f32::MIN } else { s.min(*a) - slack }).collect();
    }
    let hanging = names.first().is_some_and(|n| n.0 < anchors[0] - slack);
    anchors
        .iter()
        .enumerate()
        .map(|(i, a)| match (i, hanging) {
            (0, _) => f32::MIN,
            (_, true) => (anchors[i - 1] + a) / 2.0,
            (_, false) => a - slack,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Glyph;

    /// Characters ten units wide from `left` on; a `_` leaves its place without a character.
    fn piece(text: &str, left: f32) -> Piece {
        let place = |(i, ch): (usize, char)| {
            let left = left + 10.0 * i as f32;
            (ch != '_').then_some(Glyph { ch, left, right: left + 10.0, confidence: 1.0, label: false })
        };
        let glyphs: Vec<Glyph> = text.chars().enumerate().filter_map(place).collect();
        let area = Rect { left, top: 0.0, right: left + 10.0 * text.chars().count() as f32, bottom: 12.0 };
        Piece { glyphs, area, span: 0 }
    }

    #[test]
    fn a_piece_is_parted_where_the_next_column_begins() {
        let cases: [(&str, f32, &[f32], &[&str]); 7] = [
            ("激光打 LP-2050DN", 0.0, &[50.0], &["激光打", "LP-2050DN"]),
            ("激光打_LP-2050DN", 0.0, &[55.0], &["激光打", "LP-2050DN"]),
            ("房屋租金样(2025)", 0.0, &[41.0], &["房屋租金", "样(2025)"]),
            ("住宿费", 0.0, &[50.0], &["住宿费"]),
            ("住宿费用", 0.0, &[38.0], &["住宿费用"]),
            ("A4 70g", 50.0, &[50.0], &["A4 70g"]),
            ("车费 样A75485 客车", 0.0, &[30.0, 110.0], &["车费", "样A75485", "客车"]),
        ];
        for (text, left, starts, expected) in cases {
            let parts = part(piece(text, left), starts, 12.0);
            assert_eq!(parts.iter().map(Piece::text).collect::<Vec<_>>(), expected, "{text}");
            assert!(parts.windows(2).all(|pair| pair[0].area.right <= pair[1].area.left), "{text}");
        }
    }

    #[test]
    fn an_amount_and_its_rate_are_parted() {
        let cases: [(&str, &[&str]); 6] = [
            ("74.20 免税", &["74.20", "免税"]),
            ("¥74.20免税", &["¥74.20", "免税"]),
            ("1048.54 3%", &["1048.54", "3%"]),
            ("1048.543%", &["1048.543%"]),
            ("74.20", &["74.20"]),
            ("第3版 免税", &["第3版 免税"]),
        ];
        for (text, expected) in cases {
            let parts = part_rate(piece(text, 0.0));
            assert_eq!(parts.iter().map(Piece::text).collect::<Vec<_>>(), expected, "{text}");
            assert!(parts.windows(2).all(|pair| pair[0].area.right <= pair[1].area.left), "{text}");
        }
    }

    #[test]
    fn one_high_box_does_not_run_rows_together() {
        let column = |key, sort, left| Column { key, sort, head: Rect { left, top: -20.0, right: left + 30.0, bottom: -8.0 }, walls: None };
        let columns = [column("name", Sort::Text, 0.0), column("unit", Sort::Unit, 100.0), column("total", Sort::Money, 200.0)];
        let at = |piece: Piece, top: f32, high: f32| Piece { area: Rect { top, bottom: top + high, ..piece.area }, ..piece };
        let mut pieces = vec![at(piece("天", 105.0), 0.0, 40.0)];
        for (row, amount) in ["723.44", "5254.80", "1208.60"].into_iter().enumerate() {
            let top = 14.0 * row as f32;
            pieces.extend([at(piece("*住宿服务*住宿", 0.0), top + 1.0, 12.0), at(piece(amount, 200.0), top, 12.0)]);
        }
        let rows = read(pieces, &columns, &["total"]);
        assert_eq!(rows.iter().map(|row| row.iter().filter(|(column, _)| *column != 1).count()).collect::<Vec<_>>(), [2, 2, 2]);
    }

    #[test]
    fn names_have_their_class_between_stars() {
        let cases = [
            ("*家具*办公椅", Some("*家具*办公椅")),
            ("家具*办公椅", Some("*家具*办公椅")),
            ("*计算机配套产品*A4*2", Some("*计算机配套产品*A4*2")),
            ("*45*款", Some("*45*款")),
            ("“经营租赁*通行费", Some("*经营租赁*通行费")),
            ("“劳务”设备维修", Some("*劳务*设备维修")),
            ("劳务“设备维修”", None),
            // a measure, and a name of before there were classes
            ("钢板*20", None),
            ("45*50cm", None),
            ("办公椅", None),
            ("*办公椅", None),
            ("★住宿服务*住宿费", Some("*住宿服务*住宿费")),
            ("★级酒店", None),
        ];
        for (name, expected) in cases {
            assert_eq!(classed(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_else_tells_a_row_tells_only_rows_of_their_own() {
        let cases: [(&[f32], &[f32], &[f32]); 5] = [
            // every other one is known
            (&[30.0, 70.0], &[11.0, 31.0, 50.0, 69.0], &[11.0, 30.0, 50.0, 70.0]),
            (&[10.0, 30.0, 70.0], &[11.0, 31.0, 50.0, 69.0], &[10.0, 30.0, 50.0, 70.0]),
            (&[10.0, 30.0], &[18.0], &[10.0, 30.0]),
            (&[], &[10.0, 30.0], &[10.0, 30.0]),
            (&[10.0], &[12.0, 40.0], &[10.0, 40.0]),
        ];
        for (known, found, expected) in cases {
            assert_eq!(together(known.to_vec(), found.to_vec(), 20.0), expected);
        }
    }

    #[test]
    fn stars_and_what_they_are_taken_for() {
        for (text, expected) in [
            ("***", true),
            ("**", true),
            ("火火火", true),
            ("木木", true),
            ("*大大", true),
            ("*", false),
            ("大小大", false),
            ("111", false),
        ] {
            assert_eq!(is_stars(text), expected, "{text}");
        }
    }
}
