//! The wall of the forms before 数电票 between a party's block and what stands beside it: 密码区 beside the buyer's, 备注 beside the seller's. What is stamped
//! into a block may run over it.

use document::page::Rect;
use invoice::details::Source;

use super::Form;
use crate::cipher;
use crate::layout::gather::Piece;

/// Where the wall stands between the heads of quantity and price, of the way from the middle of one to that of the other.
const WALL: f32 = 0.75;
/// Where that is, in shares of the frame's width.
const SHARE: f32 = 0.5745;
/// How far from the wall, in heights of its print, a value that runs over it or stops short of it may end.
const NEAR: f32 = 2.5;
/// Values that stand apart have at least this much room between them, in heights of their print.
const ROOM: f32 = 0.4;
/// So many characters of a cipher are one.
const CIPHER: usize = 12;

impl Form {
    /// The wall where neither 密码区 nor 备注 was read on a picture: the ruled form has it between the heads of quantity and price.
    pub(super) fn wall(&self) -> Option<f32> {
        if self.digital || self.sheet.source != Source::Ocr {
            return None;
        }
        let columns = self.columns();
        let head = |key: &str| columns.iter().find(|c| c.key == key).map(|c| c.head.center().x);
        if let (Some(quantity), Some(price)) = (head("quantity"), head("price")) {
            return Some(quantity + WALL * (price - quantity));
        }
        // tolls have other columns there
        let (_, width, left) = self.fitting(&columns).first().copied()?;
        Some(left + width * SHARE)
    }

    /// What stands in a part of the sheet whose right or left edge is the wall. On a picture a value that runs over the wall is whole on the side where it
    /// begins.
    pub(super) fn gather_to_wall(&self, part: &Rect) -> Vec<Piece> {
        if self.digital || self.sheet.source != Source::Ocr || part.right == f32::MAX {
            return self.sheet.gather(part, 6.0);
        }
        let over = self.sheet.gather(&Rect { right: f32::MAX, ..*part }, 6.0);
        over.into_iter().filter_map(|piece| parted(piece, part.right).0).collect()
    }
}

/// What of a piece belongs to the left of the wall, and what to the right of it.
pub(super) fn parted(piece: Piece, wall: f32) -> (Option<Piece>, Option<Piece>) {
    let height = piece.area.height();
    if piece.area.left > wall - 0.5 * height {
        return (None, Some(piece));
    }
    if piece.area.right < wall {
        return (Some(piece), None);
    }
    match cut(&piece, wall) {
        Some(at) => (part(&piece, 0, at), part(&piece, at, piece.glyphs.len())),
        None => (Some(piece), None),
    }
}

/// What of a piece stands behind a place.
pub(super) fn behind(piece: &Piece, left: f32) -> Option<Piece> {
    part(piece, piece.glyphs.iter().position(|glyph| glyph.middle() >= left)?, piece.glyphs.len())
}

/// Where a piece that reaches over the wall is two values that were read as one: at the room between them nearest to the wall, at a character of the side label
/// that was read with them, or where a cipher begins.
fn cut(piece: &Piece, wall: f32) -> Option<usize> {
    let height = piece.area.height();
    let inked: Vec<usize> = (0..piece.glyphs.len()).filter(|i| !piece.glyphs[*i].ch.is_whitespace()).collect();
    let off = |i: usize| (piece.glyphs[i].left - wall).abs();
    let of_cipher = |i: &&usize| cipher::is_own(piece.glyphs[**i].ch);
    let last: Vec<&usize> = inked.iter().rev().take_while(of_cipher).collect();
    let signs = last.iter().filter(|i| "<>+*/".contains(piece.glyphs[***i].ch)).count();
    if last.len() >= CIPHER && signs >= 3 {
        // the digits of an account stand before the wall
        return last.into_iter().copied().filter(|i| piece.glyphs[*i].middle() > wall).min();
    }
    let of_label =
        |i: &&usize| "密码区备注".contains(piece.glyphs[**i].ch) && off(**i) < NEAR * height && piece.glyphs[**i].middle() > wall;
    let room = |pair: &&[usize]| {
        let (before, own) = (&piece.glyphs[pair[0]], &piece.glyphs[pair[1]]);
        let far = own.left - before.right > ROOM * height || pair[1] > pair[0] + 1;
        far && off(pair[1]) < NEAR * height
    };
    let gap = inked.windows(2).filter(room).map(|pair| pair[1]).min_by(|a, b| off(*a).total_cmp(&off(*b)));
    inked.iter().find(of_label).copied().or(gap)
}

/// A piece without its last characters, and these.
pub(super) fn halves(piece: &Piece, last: usize) -> (Option<Piece>, Option<Piece>) {
    let count = piece.glyphs.len();
    let inked = (0..count).rev().filter(|i| !piece.glyphs[*i].ch.is_whitespace());
    let at = inked.take(last).last().unwrap_or(count);
    (part(piece, 0, at), part(piece, at, count))
}

/// The characters of a piece from one place to another, if there are any but white space.
fn part(piece: &Piece, from: usize, to: usize) -> Option<Piece> {
    let inked = |i: &usize| !piece.glyphs[*i].ch.is_whitespace();
    let (from, to) = ((from..to).find(inked)?, (from..to).rfind(inked)?);
    let glyphs = piece.glyphs[from..=to].to_vec();
    let area = Rect { left: piece.glyphs[from].left, right: piece.glyphs[to].right, ..piece.area };
    Some(Piece { glyphs, area, span: piece.span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Glyph;

    /// Characters ten units wide, of ASCII five, from 100 on; a `_` leaves its place without a character.
    fn piece(text: &str) -> Piece {
        let mut at = 100.0;
        let mut glyphs = Vec::new();
        for ch in text.chars() {
            let right = at + if ch.is_ascii() { 5.0 } else { 10.0 };
            if ch != '_' {
                glyphs.push(Glyph { ch, left: at, right, confidence: 1.0, label: false });
            }
            at = right;
        }
        let area = Rect { left: 100.0, top: 0.0, right: at, bottom: 10.0 };
        Piece { glyphs, area, span: 0 }
    }

    #[test]
    fn a_value_that_runs_over_the_wall_is_whole_on_its_side() {
        let cases = [
            // before the wall, behind it, over it
            ("云泽拾光有限公司", 300.0, Some("云泽拾光有限公司"), None),
            ("订单号:1", 90.0, None, Some("订单号:1")),
            ("云泽拾光有限公司(云泽第三营业部)", 245.0, Some("云泽拾光有限公司(云泽第三营业部)"), None),
            // the remark beside it
            ("云泽拾光有限公司(云泽营业部)__订单号:1", 240.0, Some("云泽拾光有限公司(云泽营业部)"), Some("订单号:1")),
            ("云泽拾光有限公司(云泽营业部) 订单号:1", 225.0, Some("云泽拾光有限公司(云泽营业部)"), Some("订单号:1")),
            ("云泽拾光有限公司(云泽营业部)备订单号:1", 235.0, Some("云泽拾光有限公司(云泽营业部)"), Some("备订单号:1")),
            // the space before an account is no wall
            ("云泽支行 6222020200112233445", 190.0, Some("云泽支行 6222020200112233445"), None),
            // the cipher beside it
            (
                "云泽拾光有限公司(云泽营业部)<37+>--6*1568+>-<8/<7<<61*>",
                235.0,
                Some("云泽拾光有限公司(云泽营业部)"),
                Some("<37+>--6*1568+>-<8/<7<<61*>"),
            ),
        ];
        for (text, wall, left, right) in cases {
            let found = parted(piece(text), wall);
            let text_of = |piece: &Option<Piece>| piece.as_ref().map(Piece::text);
            assert_eq!((text_of(&found.0).as_deref(), text_of(&found.1).as_deref()), (left, right), "{text}");
        }
    }
}
