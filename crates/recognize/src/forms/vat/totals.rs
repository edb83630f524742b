//! The totals: net and tax on the row of 合计, the total in words and in figures on the row of 价税合计.

use document::page::Rect;
use invoice::details::{Details, Source};

use super::Form;
use super::items::{is_exact, number};
use super::label::Label;
use crate::blanks::Blank;
use crate::layout::gather::Piece;
use crate::layout::is_chinese;
use crate::layout::table::{self, Column, Sort};

impl Form {
    /// Reads net, tax, total and words. `columns` are those of the items table, whose last columns hold net and tax.
    ///
    /// Gives the cells of the row of 合计 in which nothing was read.
    pub(super) fn read_totals(&self, details: &mut Details, columns: Vec<Column>) -> Vec<Blank> {
        let (mut blanks, mut taken) = (Vec::new(), Vec::new());
        let below = |m: &&crate::layout::label::Mark<Label>| m.area.top > self.header.bottom;
        let sub = self.all(Label::SubTotal).filter(below).last().map(|m| m.area);
        for (area, net, tax) in [(sub, "sub_total", "sub_tax"), (self.sum_row(), "pretax_amount", "tax")] {
            let Some(area) = area else { continue };
            let part =
                Rect { left: area.right, top: area.top - 0.7 * self.line, right: self.right(), bottom: area.bottom + 0.7 * self.line };
            if let Some(row) = self.read_sums(details, &columns, &part, net, tax).filter(|_| self.sheet.source == Source::Ocr) {
                blanks.extend(self.blank_sums(details, &columns, &row, [("total", net), ("tax", tax)]));
                taken.push(row);
            }
        }
        self.read_words(details, &taken);
        blanks
    }

    /// Of net and tax the one that was not read while the other was: under its column's head, in the row of the other.
    fn blank_sums(&self, details: &Details, columns: &[Column], row: &Rect, sums: [(&str, &'static str); 2]) -> Option<Blank> {
        let (head, key) = sums.into_iter().find(|(_, key)| !details.has(key))?;
        let index = columns.iter().position(|c| c.key == head)?;
        let head = columns[index].head;
        let half = |a: f32, b: f32| (a + b) / 2.0;
        let left = index.checked_sub(1).map_or(head.left - 2.0 * self.line, |i| half(columns[i].head.right, head.left));
        let right = columns.get(index + 1).map_or(head.right + 2.0 * self.line, |next| half(head.right, next.head.left));
        let area = self.sheet.stood(Rect { left, right, ..*row });
        Some(Blank { row: None, key, sort: Sort::Money, area })
    }

    /// Net and tax from the amounts in `part`: by the columns they stand under. Gives the box of those that were read.
    fn read_sums(&self, details: &mut Details, columns: &[Column], part: &Rect, net: &str, tax: &str) -> Option<Rect> {
        let sums: Vec<Column> = columns.iter().filter(|c| matches!(c.key, "total" | "tax")).cloned().collect();
        // of several lines of amounts the one nearest to the label's own height
        let amounts =
            self.sheet.gather(part, 1.2).into_iter().filter(|p| self.amount(&p.compact()).is_some() && !self.is_total(p)).collect();
        let off = |line: &Vec<Piece>| line.iter().map(|p| (p.middle() - part.center().y).abs()).fold(f32::MAX, f32::min);
        let nearest = crate::layout::gather::lines(amounts).into_iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        let mut amounts = nearest.unwrap_or_default();
        amounts.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        let keys: Vec<&str> = if amounts.len() == 2 {
            vec!["total", "tax"]
        } else {
            table::assign(&amounts, &sums).into_iter().map(|at| sums[at].key).collect()
        };
        let mut row: Option<Rect> = None;
        for (key, piece) in keys.into_iter().zip(&amounts) {
            let key = if key == "total" { net } else { tax };
            if let Some(value) = self.amount(&piece.compact()).filter(|_| !details.has(key)) {
                self.put(details, key, &value, std::slice::from_ref(piece));
                row = Some(row.map_or(piece.area, |row| row.union(&piece.area)));
            }
        }
        row
    }

    /// A sum. All are printed to the cent, so what was read from a picture without a point is none: a number of a seal, or part of a sum.
    fn amount(&self, text: &str) -> Option<String> {
        number(text).filter(|value| self.sheet.source != Source::Ocr || is_exact(value))
    }

    /// Whether a piece stands behind (小写), on the row below.
    fn is_total(&self, piece: &Piece) -> bool {
        let behind = |a: &Rect| {
            a.top > self.header.bottom
                && piece.area.left > a.left
                && (a.center().y - piece.middle()).abs() < 0.5 * a.height().min(piece.area.height())
        };
        self.all(Label::Figures).any(|m| behind(&m.area))
    }

    /// The row of 价税合计; where its label was not read, words are told by their characters. Where the page leans the row of net and tax reaches into it, which are
    /// `taken`.
    fn read_words(&self, details: &mut Details, taken: &[Rect]) {
        let band = match self.words {
            Some(w) => Rect { left: w.right, top: w.top - 0.8 * self.line, right: f32::MAX, bottom: w.bottom + 0.8 * self.line },
            None => Rect { left: f32::MIN, top: self.header.bottom, right: f32::MAX, bottom: f32::MAX },
        };
        let pieces = self.sheet.gather(&band, 2.0);
        if let Some(piece) = pieces.iter().find(|p| is_words(&p.compact())) {
            // the crossed circle before the words is read as all sorts of signs
            let whole = piece.compact();
            let text = whole.chars().skip_while(|c| *c != '(' && !is_chinese(*c));
            // 叁 is the only capital three; a recogniser gives the letters that it comes from
            let three = |c: char| if self.sheet.source == Source::Ocr && "参參叄".contains(c) { '叁' } else { c };
            let text: String = text.map(three).collect();
            self.put(details, "total_cn", &text, std::slice::from_ref(piece));
        }
        let figures = self.all(Label::Figures).map(|m| m.area).find(|a| a.top > self.header.bottom);
        let left = figures.map_or(band.left, |f| f.right - 0.5 * self.line);
        let is_taken = |p: &&Piece| taken.iter().any(|row| row.union(&p.area) == *row);
        let amount = pieces
            .iter()
            .filter(|p| !is_taken(p) && p.area.right > left && p.area.left < self.right() && !is_words(&p.compact()))
            .filter_map(|p| self.amount(p.compact().trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-')).map(|v| (v, p)))
            .min_by(|a, b| (a.1.area.left - left).abs().total_cmp(&(b.1.area.left - left).abs()));
        if let Some((value, piece)) = amount.filter(|_| self.words.is_some() || figures.is_some()) {
            self.put(details, "total", &value, std::slice::from_ref(piece));
        }
    }
}

/// A character of an amount in words.
fn is_capital(c: char) -> bool {
    "零〇壹贰叁参肆伍陆柒捌玖拾佰仟万亿元圆角分整正".contains(c)
}

/// True for an amount in words: nearly all its characters are such, three at least.
pub(crate) fn is_words(text: &str) -> bool {
    let all = text.chars().count();
    let capital = text.chars().filter(|c| is_capital(*c)).count();
    capital >= 3 && capital * 10 >= all * 6 && text.chars().any(|c| "元圆角分整正".contains(c))
}
