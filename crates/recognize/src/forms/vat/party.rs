//! The buyer's and the seller's block.

use document::page::Rect;
use invoice::details::Details;

use super::label::Label;
use super::{Form, side};
use crate::layout::gather::{Piece, join, lines};

/// A row of a party's block: the field's ending and where its label stands.
type LabelRow = (&'static str, Rect);

impl Form {
    /// Reads both parties.
    pub(super) fn read_parties(&self, details: &mut Details) {
        if self.digital { self.read_side_by_side(details) } else { self.read_above_and_below(details) }
    }

    fn labels(&self, within: &Rect) -> Vec<LabelRow> {
        self.marks
            .iter()
            .filter_map(|m| {
                let key = match m.label {
                    Label::Name => "",
                    Label::TaxId | Label::CreditCode => "_tax_id",
                    Label::Address => "_addr_tel",
                    Label::Bank => "_bank_account",
                    _ => return None,
                };
                let c = m.area.center();
                (c.x >= within.left && c.x <= within.right && c.y >= within.top && c.y <= within.bottom).then_some((key, m.area))
            })
            .collect()
    }

    /// Adds the row of 名称 where its widely spaced characters were not read: one row above the tax id.
    fn with_name(&self, mut rows: Vec<LabelRow>) -> Vec<LabelRow> {
        let has_name = rows.iter().any(|r| r.0.is_empty());
        let id = rows.iter().find(|r| r.0 == "_tax_id").map(|r| r.1);
        if let (false, Some(id), true) = (has_name, id, rows.len() >= 2) {
            let step = pitch(&rows, self.line);
            rows.push(("", Rect { top: id.top - step, bottom: id.bottom - step, ..id }));
        }
        rows
    }

    /// 数电票: the buyer in the left half, the seller in the right half, above the items.
    fn read_side_by_side(&self, details: &mut Details) {
        let band = Rect { left: f32::MIN, top: self.header.top - 14.0 * self.line, right: f32::MAX, bottom: self.header.top };
        let rows = self.labels(&band);
        let Some(top) = rows.iter().map(|r| r.1.top).reduce(f32::min) else { return };
        let seller_side = side::find(&self.sheet, "销售方信息", &band).map(|a| a.left);
        // the middle: the seller's side label, else half way between the two columns of labels, else the middle of the frame
        let lefts: Vec<f32> = rows.iter().map(|r| r.1.left).collect();
        let (low, high) = lefts.iter().fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
        let middle = match seller_side {
            Some(x) if x > low => x - 0.2 * self.line,
            _ if high - low > 10.0 * self.line => high - 0.5 * self.line,
            _ => self.header.center().x,
        };
        let band = Rect { top: top - self.line, ..band };
        for (prefix, left, right) in [("buyer", f32::MIN, middle), ("seller", middle, f32::MAX)] {
            let part = Rect { left, right, ..band };
            let own: Vec<LabelRow> = rows.iter().filter(|r| r.1.center().x >= left && r.1.center().x < right).copied().collect();
            self.read_rows(details, prefix, &own, &part);
        }
    }

    /// The forms before: the buyer above the items (the cipher to its right), the seller below the totals (the remark to its right).
    fn read_above_and_below(&self, details: &mut Details) {
        let above = Rect { left: f32::MIN, top: self.header.top - 14.0 * self.line, right: f32::MAX, bottom: self.header.top };
        let rows = self.with_name(self.labels(&above));
        if let Some(block) = block(&rows, self.line) {
            let right = self.cipher_left(&block).or_else(|| self.wall()).unwrap_or(f32::MAX);
            let part = Rect { left: f32::MIN, top: block.top - 0.8 * self.line, right, bottom: self.header.top + 0.1 * self.line };
            self.read_rows(details, "buyer", &rows, &part);
        }
        let top = self.words.map_or(self.header.bottom, |w| w.bottom - 0.3 * self.line);
        let bottom = self.foot.map_or(f32::MAX, |f| f.top + 0.3 * self.line);
        let below = Rect { left: f32::MIN, top, right: f32::MAX, bottom };
        let rows = self.with_name(self.labels(&below));
        if let Some(block) = block(&rows, self.line) {
            let right = self.remark_label(&below).map(|a| a.left - 0.2 * self.line).or_else(|| self.wall()).unwrap_or(f32::MAX);
            let bottom = bottom.min(block.bottom + 2.0 * self.line);
            let part = Rect { left: f32::MIN, top: block.top - 0.8 * self.line, right, bottom };
            self.read_rows(details, "seller", &rows, &part);
        }
    }

    /// The wall left of 密码区 and 备注 where neither was read on a picture: the ruled form has it between the heads of quantity and price.
    fn wall(&self) -> Option<f32> {
        if self.digital || self.sheet.source != invoice::details::Source::Ocr {
            return None;
        }
        let head = |key: &str| self.marks.iter().find(|m| matches!(m.label, Label::Column(k, _) if k == key)).map(|m| m.area.center().x);
        Some((head("quantity")? + head("price")?) / 2.0)
    }

    /// The left edge of the cipher: right of its side label, else where its characters begin.
    pub(super) fn cipher_left(&self, block: &Rect) -> Option<f32> {
        let band = Rect { left: block.right, top: block.top - 2.0 * self.line, right: f32::MAX, bottom: self.header.top + self.line };
        if let Some(area) = side::find(&self.sheet, "密码区", &band) {
            return Some(area.left - 0.2 * self.line);
        }
        let lines: Vec<&crate::layout::Span> = self
            .sheet
            .spans
            .iter()
            .filter(|s| {
                let c = s.area.center();
                !s.vertical && c.y > band.top && c.y < band.bottom && c.x > band.left && is_cipher(&s.compact())
            })
            .collect();
        (lines.len() >= 2).then(|| lines.iter().map(|s| s.area.left).fold(f32::MAX, f32::min) - 0.2 * self.line)
    }

    /// Where 备注 stands in a band.
    pub(super) fn remark_label(&self, band: &Rect) -> Option<Rect> {
        let inside = |a: &Rect| a.center().y > band.top && a.center().y < band.bottom;
        self.all(Label::Remark).map(|m| m.area).find(inside).or_else(|| side::find(&self.sheet, "备注", band))
    }

    /// True for a span that begins with a label of the form's head.
    fn heads(&self, span: usize) -> bool {
        let of_head = [Label::Code, Label::Number, Label::Date, Label::CheckCode, Label::Machine];
        self.marks.iter().any(|m| of_head.contains(&m.label) && m.at.first().is_some_and(|a| a.span == span))
    }

    /// Gives every piece of text in `part` to the label row nearest to it.
    fn read_rows(&self, details: &mut Details, prefix: &str, rows: &[LabelRow], part: &Rect) {
        let Some(edge) = rows.iter().map(|r| r.1.right).reduce(f32::min) else { return };
        let pitch = pitch(rows, self.line);
        let mut values: Vec<Vec<Piece>> = vec![Vec::new(); rows.len()];
        for piece in self.sheet.gather(part, 6.0) {
            let text = piece.compact();
            if piece.area.right < edge || self.heads(piece.span) || is_total(&text) || is_copy(&text) {
                continue; // the side label's characters; a field of the head, or of the totals, that was stamped into the block
            }
            let distance = |i: &usize| (rows[*i].1.center().y - piece.middle()).abs();
            let nearest = (0..rows.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
            if let Some(i) = nearest.filter(|i| distance(i) < 0.9 * pitch && piece.area.right > rows[*i].1.right) {
                values[i].push(piece);
            }
        }
        for ((ending, _), mut pieces) in rows.iter().zip(values) {
            without_side_label(&mut pieces, self.line);
            if ending.is_empty() {
                // no name is all digits: a check code or a number that stands above the block
                pieces.retain(|p| p.compact().chars().any(|c| !c.is_ascii_digit()));
            }
            let mut text = join(pieces.clone(), "");
            if *ending == "_tax_id" {
                text = tax_id(&text);
                if text.chars().count() > LONGEST_ID {
                    // print of other fields stands on the same row: the id is the one piece that has the form of an id
                    let ids = pieces.iter().map(|p| tax_id(&p.compact())).filter(|id| invoice::tax_id::score(id).is_some());
                    text = ids.max_by_key(|id| invoice::tax_id::score(id) == Some(invoice::tax_id::Score::Passes)).unwrap_or_default();
                }
            } else {
                // what is left of a label that was read wrongly ends at its colon
                let rest = text.char_indices().take(3).find(|(_, c)| *c == ':').map_or(0, |(at, _)| at);
                text = text[rest..].trim_start_matches([':', ' ', '.']).trim().to_owned();
            }
            let key = format!("{prefix}{ending}");
            if !details.has(&key) {
                self.put(details, &key, &text, &pieces);
            }
        }
    }
}

/// The longest tax ids: those of foreigners and of pairs of offices.
const LONGEST_ID: usize = 20;

/// Whether a piece belongs to the row of the total: an amount with its sign, or one in words.
fn is_total(text: &str) -> bool {
    text.starts_with('¥') && text.chars().skip(1).all(|c| c.is_ascii_digit() || ".,-".contains(c)) || super::totals::is_words(text)
}

/// The box around the labels of a block.
fn block(rows: &[LabelRow], _line: f32) -> Option<Rect> {
    rows.iter().map(|r| r.1).reduce(|a, b| a.union(&b))
}

/// Whether a piece is the name of the copy, which is printed above the frame on paper, its characters far apart.
fn is_copy(text: &str) -> bool {
    ["发票联", "抵扣联", "记账联", "存根联"].iter().any(|name| name.contains(text))
}

/// Takes out a character that stands alone to the right of a value: it is one of the side label of the next block (密码区, 备注), read by itself.
fn without_side_label(pieces: &mut Vec<Piece>, line: f32) {
    let alone = |piece: &Piece| piece.compact().chars().count() == 1;
    let others = pieces.iter().filter(|p| !alone(p)).map(|p| p.area.right).reduce(f32::max);
    if let Some(end) = others {
        pieces.retain(|p| !alone(p) || p.area.left < end + 1.5 * line);
        // several that stand apart in a line of their own are characters of seals and side labels, not the end of a value that wraps
        let scattered = |own: &Vec<Piece>| own.len() > 1 && own.iter().all(alone);
        *pieces = lines(std::mem::take(pieces)).into_iter().filter(|own| !scattered(own)).flatten().collect();
    }
}

/// The distance between the rows of a block.
fn pitch(rows: &[LabelRow], line: f32) -> f32 {
    let mut ys: Vec<f32> = rows.iter().map(|r| r.1.center().y).collect();
    ys.sort_by(f32::total_cmp);
    let gaps = ys.windows(2).map(|w| w[1] - w[0]).filter(|g| *g > 0.6 * line);
    gaps.fold(f32::MAX, f32::min).min(4.0 * line).max(line)
}

/// A tax id as printed: letters, digits and the stars of a masked one; anything else is not part of it.
fn tax_id(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '*').collect::<String>().to_ascii_uppercase()
}

/// A line of the cipher: only the characters that ciphers are made of, signs among them.
pub(crate) fn is_cipher(text: &str) -> bool {
    let signs = text.chars().filter(|c| "<>+-*/".contains(*c)).count();
    text.chars().count() >= 8 && signs >= 3 && text.chars().all(|c| c.is_ascii_digit() || "<>+-*/ ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Glyph;

    /// A piece of characters one unit wide from `left` on.
    fn piece(text: &str, left: f32) -> Piece {
        let glyph = |(i, ch)| Glyph { ch, left: left + i as f32, right: left + i as f32 + 1.0, confidence: 1.0, label: false };
        let glyphs: Vec<Glyph> = text.chars().enumerate().map(glyph).collect();
        let right = left + glyphs.len() as f32;
        Piece { glyphs, area: Rect { left, top: 0.0, right, bottom: 1.0 }, span: 0 }
    }

    #[test]
    fn names_of_copies_are_no_values() {
        for (text, expected) in
            [("记账联", true), ("账联", true), ("发票联", true), ("联", true), ("联想集团有限公司", false), ("白杭记", false)]
        {
            assert_eq!(is_copy(text), expected, "{text}");
        }
    }

    #[test]
    fn lone_characters_far_to_the_right_are_of_the_next_block() {
        let cases: [(&[(&str, f32)], &str); 4] = [
            (&[("云泽有限公司", 10.0), ("密", 40.0)], "云泽有限公司"),
            (&[("云泽有限公", 10.0), ("司", 16.0)], "云泽有限公 司"),
            (&[("云泽支行", 10.0), ("7574805723715672614", 30.0), ("区", 60.0)], "云泽支行 7574805723715672614"),
            (&[("甲", 10.0)], "甲"),
        ];
        for (pieces, expected) in cases {
            let mut pieces: Vec<Piece> = pieces.iter().map(|(text, left)| piece(text, *left)).collect();
            without_side_label(&mut pieces, 1.0);
            assert_eq!(join(pieces, ""), expected);
        }
    }
}
