//! Values that stand beside their label or, where labels are the head of a table, in the column below it.

use document::page::Rect;

use super::beside::beside;
use super::labelled::Labelled;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::Mark;

/// How far below its head a value may stand, in heights of the head.
const REACH: f32 = 2.8;

impl<T: Copy + PartialEq> Labelled<T> {
    /// The first value of a label that `take` accepts: beside one of its places, else in the column below it.
    pub(crate) fn value<V>(&self, label: T, take: impl Fn(&str) -> Option<V>) -> Option<(V, Vec<Piece>)> {
        self.all(label).find_map(|mark| {
            let pieces = beside(&self.sheet, &self.marks, mark);
            accepted(&pieces, &take).or_else(|| accepted(&self.column(mark), &take))
        })
    }

    /// The first line of text below a head, as far as it lies nearer to this head than to those beside it. A piece is given whole, though it
    /// be wider than its head.
    pub(crate) fn column(&self, mark: &Mark<T>) -> Vec<Piece> {
        let own = mark.area;
        let height = own.height();
        let level: Vec<&Mark<T>> = self.marks.iter().filter(|m| (m.area.center().y - own.center().y).abs() < height).collect();
        let foot = level.iter().map(|m| m.area.bottom).fold(f32::MIN, f32::max);
        // the next row of heads ends the column
        let next =
            self.marks.iter().map(|m| m.area).filter(|a| a.center().y > foot && a.left < own.right + height && a.right > own.left - height);
        let bottom = next.map(|a| a.top).fold(own.bottom + REACH * height, f32::min);
        let band = Rect { left: f32::MIN, top: own.bottom - 0.1 * height, right: f32::MAX, bottom };
        let nearest = |piece: &Piece| {
            let distance = |m: &&&Mark<T>| apart(&m.area, &piece.area);
            level.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).is_some_and(|m| m.at == mark.at)
        };
        let reaches = |piece: &Piece| piece.area.left < own.right + 2.0 * height && piece.area.right > own.left - 2.0 * height;
        let below = lines(self.sheet.gather(&band, 1.2));
        let columns = below.into_iter().map(|line| line.into_iter().filter(|p| reaches(p) && nearest(p)).collect::<Vec<_>>());
        columns.into_iter().find(|pieces| !pieces.is_empty()).unwrap_or_default()
    }
}

/// How far the middle of a value lies from the middle of a head; less than nothing where they overlap wholly.
fn apart(head: &Rect, value: &Rect) -> f32 {
    (head.center().x - value.center().x).abs()
}

/// The fewest pieces from the left whose text is accepted.
fn accepted<V>(pieces: &[Piece], take: &impl Fn(&str) -> Option<V>) -> Option<(V, Vec<Piece>)> {
    (1..=pieces.len()).find_map(|count| {
        let text = pieces[..count].iter().map(Piece::text).collect::<Vec<_>>().join(" ");
        Some((take(text.trim_start_matches([':', ' ']))?, pieces[..count].to_vec()))
    })
}

#[cfg(test)]
mod tests {
    use crate::forms::drawn;
    use crate::forms::labelled::Labelled;
    use crate::layout::label::Spelling;

    const LABELS: &[Spelling<char>] = &[
        Spelling { label: 'd', text: "乘车日期" },
        Spelling { label: 't', text: "开车时间" },
        Spelling { label: 'n', text: "车次" },
        Spelling { label: 'f', text: "票价" },
    ];

    fn value(words: &[(&str, f32, f32, f32)], label: char) -> Option<String> {
        Labelled::new(&drawn::sheet(words), LABELS).value(label, |text| Some(text.to_owned())).map(|(text, _)| text)
    }

    #[test]
    fn a_value_stands_beside_or_below() {
        let head = [("乘车日期", 20.0, 20.0, 10.0), ("开车时间", 100.0, 20.0, 10.0), ("车次", 170.0, 20.0, 10.0)];
        let row = [("2024-05-16", 10.0, 36.0, 12.0), ("08:30", 105.0, 36.0, 12.0), ("3021", 168.0, 36.0, 12.0)];
        let table: Vec<_> = head.into_iter().chain(row).chain([("票价:35.00", 20.0, 60.0, 10.0)]).collect();
        for (label, expected) in [('d', "2024-05-16"), ('t', "08:30"), ('n', "3021"), ('f', "35.00")] {
            assert_eq!(value(&table, label).as_deref(), Some(expected), "{label}");
        }
    }

    #[test]
    fn an_empty_column_stays_empty() {
        let table = [
            ("开车时间", 100.0, 20.0, 10.0),
            ("车次", 170.0, 20.0, 10.0),
            ("3021", 168.0, 36.0, 10.0),
            ("票价", 100.0, 44.0, 10.0),
            ("35.00", 100.0, 60.0, 10.0),
        ];
        assert_eq!(value(&table, 't'), None);
        assert_eq!(value(&table, 'f').as_deref(), Some("35.00"));
    }
}
