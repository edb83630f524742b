//! The buyer's and the seller's block.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::tax_id::{Score, score};

use super::label::Label;
use super::{Form, side};
use crate::cipher;
use crate::layout::Span;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::distance;
use crate::layout::table::in_order;

/// A row of a party's block.
#[derive(Debug, Clone, Copy)]
pub(super) struct LabelRow {
    /// The ending of its field.
    pub(super) ending: &'static str,
    /// Where its label stands.
    pub(super) area: Rect,
    /// Whether the label was read; else the form's drawing says where it is.
    pub(super) read: bool,
}

/// What is printed of a party.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// How the names of its fields begin.
    pub(super) prefix: &'static str,
    pub(super) rows: Vec<LabelRow>,
    /// The part of the sheet in which its values stand.
    pub(super) part: Rect,
}

/// Where the labels of a 数电票 end, in millimetres of its drawing: those of the name and of the number, of the buyer and of the seller.
const DRAWN: [(&str, f32, f32); 2] = [("", 20.6, 121.1), ("_tax_id", 54.6, 155.1)];
/// How far a value may begin from where its label ends that was not read, in lines; and how sure it must be.
const BEGINS: f32 = 1.5;
/// How long the label of a name is, in its own heights.
const LABEL: f32 = 3.0;
const SURE: f32 = 0.9;

impl Form {
    /// Reads both parties.
    pub(super) fn read_parties(&self, details: &mut Details) {
        for block in self.parties() {
            self.read_rows(details, &block);
        }
    }

    /// The blocks of buyer and seller.
    pub(super) fn parties(&self) -> Vec<Block> {
        if self.digital { self.side_by_side() } else { self.above_and_below() }
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
                (c.x >= within.left && c.x <= within.right && c.y >= within.top && c.y <= within.bottom).then_some(LabelRow {
                    ending: key,
                    area: m.area,
                    read: true,
                })
            })
            .collect()
    }

    /// Adds the row of the tax id where its label was misread: a line of the block that is an id with the right check digit, alone or behind a colon.
    fn with_id(&self, mut rows: Vec<LabelRow>, within: &Rect, seller: bool) -> Vec<LabelRow> {
        let drawn = || self.frame.and_then(|frame| frame.party(seller, self.line).map(|row| row.1).into_iter().reduce(|a, b| a.union(&b)));
        let Some(labels) = block(&rows, self.line).or_else(drawn).filter(|_| self.sheet.source == Source::Ocr) else { return rows };
        if rows.iter().any(|row| row.ending == "_tax_id") {
            return rows;
        }
        let inside = |span: &&Span| {
            let middle = span.area.center();
            !span.vertical && middle.y > within.top && middle.y < within.bottom && span.area.left < labels.right + 6.0 * self.line
        };
        rows.extend(self.sheet.spans.iter().filter(inside).find_map(|span| id_row(span, &labels)));
        rows
    }

    /// Adds the row of 名称 where its widely spaced characters were not read: one row above the tax id.
    fn with_name(&self, mut rows: Vec<LabelRow>) -> Vec<LabelRow> {
        let has_name = rows.iter().any(|r| r.ending.is_empty());
        let id = rows.iter().find(|r| r.ending == "_tax_id").map(|r| r.area);
        if let (false, Some(id), true) = (has_name, id, rows.len() >= 2) {
            let step = pitch(&rows, self.line);
            // its place says what it is as surely as its label would
            rows.push(LabelRow { ending: "", area: Rect { top: id.top - step, bottom: id.bottom - step, ..id }, read: true });
        }
        rows
    }

    /// Adds the rows of the buyer or the seller whose labels were not read, where the other labels of the form say that they are.
    fn with_drawn(&self, mut rows: Vec<LabelRow>, seller: bool) -> Vec<LabelRow> {
        for (ending, area) in self.frame.into_iter().flat_map(|frame| frame.party(seller, self.line)) {
            if rows.iter().all(|row| row.ending != ending) {
                rows.push(LabelRow { ending, area, read: false });
            }
        }
        rows
    }

    /// 数电票: the buyer in the left half, the seller in the right half, above the items.
    fn side_by_side(&self) -> Vec<Block> {
        let band = Rect { left: f32::MIN, top: self.header.top - 14.0 * self.line, right: f32::MAX, bottom: self.header.top };
        let rows = self.labels(&band);
        let Some(top) = rows.iter().map(|r| r.area.top).reduce(f32::min) else { return Vec::new() };
        let seller_side = side::find(&self.sheet, "销售方信息", &band).map(|a| a.left);
        // the middle: the seller's side label, else half way between the two columns of labels, else the middle of the frame
        let lefts: Vec<f32> = rows.iter().map(|r| r.area.left).collect();
        let (low, high) = lefts.iter().fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
        let middle = match seller_side {
            Some(x) if x > low => x - 0.2 * self.line,
            _ if high - low > 10.0 * self.line => high - 0.5 * self.line,
            _ => self.header.center().x,
        };
        let band = Rect { top: top - self.line, ..band };
        let own = |left: f32, right: f32| -> Vec<LabelRow> {
            rows.iter().filter(|r| r.area.center().x >= left && r.area.center().x < right).copied().collect()
        };
        let (mut buyer, mut seller) = (own(f32::MIN, middle), own(middle, f32::MAX));
        self.add_beside(&mut buyer, &mut seller);
        let block = |prefix, rows, left, right| Block { prefix, rows, part: Rect { left, right, ..band } };
        vec![block("buyer", buyer, f32::MIN, middle), block("seller", seller, middle, f32::MAX)]
    }

    /// Adds the rows of one party whose labels were read for the other only: they are at one height.
    fn add_beside(&self, buyer: &mut Vec<LabelRow>, seller: &mut Vec<LabelRow>) {
        let Some((scale, offset)) = self.scale() else { return };
        let find = |rows: &[LabelRow], ending: &str| rows.iter().find(|r| r.ending == ending).map(|r| r.area);
        for (ending, buyers, sellers) in DRAWN {
            let (missing, area, at) = match (find(buyer, ending), find(seller, ending)) {
                (Some(area), None) => (&mut *seller, area, sellers),
                (None, Some(area)) => (&mut *buyer, area, buyers),
                _ => continue,
            };
            let right = scale * at + offset;
            missing.push(LabelRow { ending, area: Rect { left: right - area.height(), right, ..area }, read: false });
        }
    }

    /// The band above the items, in which the buyer stands.
    fn above(&self) -> Rect {
        Rect { left: f32::MIN, top: self.header.top - 14.0 * self.line, right: f32::MAX, bottom: self.header.top }
    }

    /// The forms before: the buyer above the items (the cipher to its right), the seller below the totals (the remark to its right).
    fn above_and_below(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let above = self.above();
        let rows = self.with_drawn(self.with_name(self.with_id(self.labels(&above), &above, false)), false);
        if let Some(block) = block(&rows, self.line) {
            let right = self.cipher_left(&block).or_else(|| self.wall()).unwrap_or(f32::MAX);
            let part = Rect { left: f32::MIN, top: block.top - 0.8 * self.line, right, bottom: self.header.top + 0.1 * self.line };
            blocks.push(Block { prefix: "buyer", rows, part });
        }
        let top = self.words.map_or(self.header.bottom, |w| w.bottom - 0.3 * self.line);
        let bottom = self.foot.map_or(f32::MAX, |f| f.top + 0.3 * self.line);
        let below = Rect { left: f32::MIN, top, right: f32::MAX, bottom };
        let rows = self.with_drawn(self.with_name(self.with_id(self.labels(&below), &below, true)), true);
        if let Some(block) = block(&rows, self.line) {
            let right = self.remark_label(&below).map(|a| a.left - 0.2 * self.line).or_else(|| self.wall()).unwrap_or(f32::MAX);
            let bottom = bottom.min(block.bottom + 2.0 * self.line);
            let part = Rect { left: f32::MIN, top: block.top - 0.8 * self.line, right, bottom };
            blocks.push(Block { prefix: "seller", rows, part });
        }
        blocks
    }

    /// The left edge of the cipher: right of its side label, else where its characters begin.
    pub(super) fn cipher_left(&self, block: &Rect) -> Option<f32> {
        let band = Rect { left: block.right, top: block.top - 2.0 * self.line, right: f32::MAX, bottom: self.header.top + self.line };
        if let Some(area) = side::find(&self.sheet, "密码区", &band) {
            return Some(area.left - 0.2 * self.line);
        }
        let inside = |s: &&Span| s.area.center().x > band.left && s.area.center().y > band.top && s.area.center().y < band.bottom;
        let lines: Vec<&Span> = self.sheet.spans.iter().filter(|s| inside(s) && !s.vertical && is_cipher(&s.compact())).collect();
        (lines.len() >= 2).then(|| lines.iter().map(|s| s.area.left).fold(f32::MAX, f32::min) - 0.2 * self.line)
    }

    /// What was read of the lines of the cipher, beside the buyer's block.
    pub(super) fn cipher_lines(&self) -> impl Iterator<Item = &Span> {
        const LEAST: usize = 12;
        let block = self.labels(&self.above()).iter().map(|row| row.area).reduce(|a, b| a.union(&b));
        let left = block.and_then(|block| self.cipher_left(&block).or_else(|| self.wall()));
        let (top, bottom) = (block.map_or(f32::MAX, |block| block.top - 2.0 * self.line), self.header.top + 0.3 * self.line);
        let of_cipher = |s: &Span| {
            let text = s.compact();
            let own = text.chars().filter(|c| cipher::is_own(*c)).count();
            text.chars().count() >= LEAST && own * 10 >= text.chars().count() * 8 && text.contains(['<', '>', '+', '*', '/'])
        };
        self.sheet.spans.iter().filter(move |s| {
            let c = s.area.center();
            !s.vertical && left.is_some_and(|left| s.area.left > left) && c.y > top && c.y < bottom && of_cipher(s)
        })
    }

    /// Where 备注 stands in a band. On 数电票 one of its characters left of the table is enough, and where none was read it is in the first column
    /// all the same, for the band holds nothing else. On the forms before it stands right of the wall.
    pub(super) fn remark_label(&self, band: &Rect) -> Option<Rect> {
        let inside = |a: &Rect| a.center().y > band.top && a.center().y < band.bottom;
        let found = self.all(Label::Remark).map(|m| m.area).find(inside).or_else(|| side::find(&self.sheet, "备注", band));
        if found.is_some() || self.sheet.source != Source::Ocr || self.words.is_none() || self.foot.is_none() {
            return found;
        }
        if !self.digital {
            let wall = self.wall()?;
            let own = |area: &Rect| inside(area) && (area.center().x - wall).abs() < 3.0 * self.line;
            let half = self.sheet.spans.iter().find(|s| own(&s.area) && matches!(s.compact().as_str(), "备" | "注")).map(|s| s.area);
            return half.or(Some(Rect { left: wall, right: wall + self.line, top: band.top, bottom: band.top }));
        }
        let aside = |area: &Rect| inside(area) && area.center().x < self.header.left;
        let half = self.sheet.spans.iter().filter(|s| aside(&s.area) && matches!(s.compact().as_str(), "备" | "注")).map(|s| s.area).next();
        half.or_else(|| {
            let edge = self.header.left - 0.07 * self.header.width();
            Some(Rect { left: edge, right: edge, top: band.top, bottom: band.top })
        })
    }

    /// True for a span that begins with a label of the form's head.
    fn heads(&self, span: usize) -> bool {
        let of_head = [Label::Code, Label::Number, Label::Date, Label::CheckCode, Label::Machine];
        self.marks.iter().any(|m| of_head.contains(&m.label) && m.at.first().is_some_and(|a| a.span == span))
    }

    /// Which row each piece belongs to: the nearest; on a picture the lines belong to the rows from top to bottom, by where they stand and by what they look like, since
    /// what was stamped into a block may lie half a row lower or higher.
    fn rows_of(&self, rows: &[LabelRow], pieces: Vec<Piece>, pitch: f32) -> Vec<(usize, Piece)> {
        let off = |row: usize, piece: &Piece| (rows[row].area.center().y - piece.middle()).abs();
        if self.sheet.source != Source::Ocr {
            let nearest = |piece: &Piece| (0..rows.len()).min_by(|a, b| off(*a, piece).total_cmp(&off(*b, piece)));
            return pieces.into_iter().filter_map(|piece| Some((nearest(&piece)?, piece))).collect();
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| rows[*a].area.center().y.total_cmp(&rows[*b].area.center().y));
        let lines = lines(pieces);
        // characters of side labels and stamps stand beside a value: its own piece is the longest
        let main: Vec<&Piece> = lines.iter().filter_map(|line| line.iter().max_by_key(|piece| piece.glyphs.len())).collect();
        let texts: Vec<String> = main.iter().map(|piece| piece.compact()).collect();
        let cost = |line: usize, row: usize| off(order[row], main[line]) / pitch + misfit(rows[order[row]].ending, &texts[line]);
        let again = |row: usize| if rows[order[row]].ending == "_tax_id" { NUMBER_AGAIN } else { TEXT_AGAIN };
        let to = in_order(lines.len(), order.len(), cost, again);
        let placed = to.into_iter().zip(lines).flat_map(|(row, line)| line.into_iter().map(move |piece| (row, piece)));
        placed.map(|(row, piece)| (order[row], piece)).collect()
    }

    /// Gives every piece of text in `part` to its label row.
    fn read_rows(&self, details: &mut Details, Block { prefix, rows, part }: &Block) {
        let Some(edge) = rows.iter().map(|r| r.area.right).reduce(f32::min) else { return };
        let pitch = pitch(rows, self.line);
        let mut values: Vec<Vec<Piece>> = vec![Vec::new(); rows.len()];
        let mut own: Vec<Piece> = Vec::new();
        for piece in self.gather_to_wall(part) {
            let text = piece.compact();
            if piece.area.right < edge || self.heads(piece.span) || is_total(&text) || is_copy(&text) {
                continue; // the side label's characters; a field of the head, or of the totals, that was stamped into the block
            }
            let near = rows.iter().map(|row| (row.area.center().y - piece.middle()).abs()).fold(f32::MAX, f32::min) < 0.9 * pitch;
            if near {
                own.push(piece);
            }
        }
        for (row, piece) in self.rows_of(rows, own, pitch) {
            if piece.area.right > rows[row].area.right {
                values[row].push(piece);
            }
        }
        for (LabelRow { ending, area, read }, mut pieces) in rows.iter().zip(values) {
            without_side_label(&mut pieces, self.line);
            if self.sheet.source == Source::Ocr && *ending != "_tax_id" {
                without_strays(&mut pieces, area);
                pieces.retain(|p| !is_of_seal(&p.compact(), details.text("seller_tax_id")));
            }
            if !read {
                // what was read of the label itself
                pieces.retain(|p| !(p.area.right < area.right + area.height() && p.glyphs.last().is_some_and(|g| g.ch == ':')));
            }
            // beside a label that was not read only a whole value counts that begins where it must, or behind what was read of the label
            let begins = |p: &Piece| {
                let off = p.area.left - area.right;
                off.abs() < BEGINS * area.height()
                    || off < 0.0 && off > -LABEL * area.height() && p.glyphs.iter().take(3).any(|g| g.ch == ':')
            };
            if !read && !matches!(&pieces[..], [one] if begins(one) && one.confidence() >= SURE) {
                continue;
            }
            if ending.is_empty() && self.sheet.source == Source::Ocr {
                without_seal(&mut pieces);
            }
            if ending.is_empty() {
                // no name is all digits: a check code or a number that stands above the block
                pieces.retain(|p| p.compact().chars().any(|c| !c.is_ascii_digit()));
            }
            let mut text = join(pieces.clone(), "");
            if *ending == "_tax_id" {
                text = tax_id(&text);
                if text.chars().count() > LONGEST_ID {
                    // print of other fields stands on the same row: the id is the one piece that has the form of an id
                    let ids = pieces.iter().map(|p| tax_id(&p.compact())).filter(|id| score(id).is_some());
                    text = ids.max_by_key(|id| score(id) == Some(Score::Passes)).unwrap_or_default();
                }
            } else {
                // what is left of a label that was read wrongly ends at its colon
                let rest = text.char_indices().take(3).find(|(_, c)| *c == ':').map_or(0, |(at, _)| at);
                text = text[rest..].trim_start_matches([':', ' ', '.']).trim().to_owned();
                if ending.is_empty() && self.sheet.source == Source::Ocr {
                    text = named(text).unwrap_or_default();
                }
            }
            let key = format!("{prefix}{ending}");
            if !details.has(&key) {
                self.put(details, &key, &text, &pieces);
            }
        }
    }
}

/// The row of a tax id, if a line is one whose label was misread or stands apart, in a block whose other labels are in `labels`.
fn id_row(span: &Span, labels: &Rect) -> Option<LabelRow> {
    let colon = span.glyphs.iter().rposition(|g| g.ch == ':');
    let value: String = span.glyphs.iter().skip(colon.map_or(0, |at| at + 1)).map(|g| g.ch).collect();
    let right = colon.and_then(|at| span.glyphs.get(at)).map_or(span.area.left, |g| g.right);
    let area = Rect { left: labels.left.min(span.area.left), right, ..span.area };
    (score(&value) == Some(Score::Passes)).then_some(LabelRow { ending: "_tax_id", area, read: true })
}

/// Whether a text is the number of the seller, which its seal bears, as far as it can be read there.
pub(super) fn is_of_seal(text: &str, seller: &str) -> bool {
    const OFF: usize = 6;
    // so many characters of it are a part that was read by itself
    const PART: usize = 8;
    let chars: Vec<char> = text.chars().collect();
    let near = || distance(&chars, &seller.chars().collect::<Vec<_>>()) <= OFF;
    let part = seller.len() >= 15 && chars.len() >= PART && seller.contains(text);
    part || (14..=20).contains(&chars.len()) && seller.len() >= 15 && text.chars().any(|c| c.is_ascii_alphabetic()) && near()
}

/// What it costs, in rows, that a second line stands in the row of a number, and in one of text, which wraps.
const NUMBER_AGAIN: f32 = 2.0;
const TEXT_AGAIN: f32 = 0.35;

/// How little a line looks like what a row of a block holds, in rows of distance.
fn misfit(ending: &str, text: &str) -> f32 {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = (15..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 8;
    let words = text.chars().filter(|c| !c.is_ascii()).count() >= 2;
    let end: String = text.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
    let telephone = words && (8..=13).contains(&end.len()) && end.contains('-');
    let account = words && end.len() >= 9 && !end.contains('-') && text.contains(['行', '社']);
    match ending {
        "_tax_id" if is_number => 0.0,
        "_tax_id" if words => 1.2,
        _ if is_number => 1.2,
        "" if telephone || account => 0.8,
        "_addr_tel" if account => 0.6,
        "_bank_account" if telephone => 0.6,
        _ => 0.0,
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
    rows.iter().map(|r| r.area).reduce(|a, b| a.union(&b))
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

/// Takes the words of a seal out that were read beside a name: no name is made of capitals alone beside another part of it, or speaks of a seal.
fn without_seal(pieces: &mut Vec<Piece>) {
    let of_seal = |p: &Piece| {
        let text = p.compact();
        text.contains("专用章") || text.len() >= 5 && text.chars().all(|c| c.is_ascii_uppercase())
    };
    if pieces.iter().any(|p| !of_seal(p)) {
        pieces.retain(|p| !of_seal(p));
    }
}

/// A name as it was read from a picture; nothing where it was printed over a label and read as one with it.
fn named(text: String) -> Option<String> {
    (!text.ends_with(':')).then(|| closed(text))
}

/// A name whose last bracket was not read: `(云泽第三营业部`, `(有限合伙`. What else stands in brackets may end anywhere.
fn closed(name: String) -> String {
    let inner = name.rfind('(').map(|at| &name[at + 1..]).filter(|inner| !inner.contains(')'));
    let whole = inner.is_some_and(|inner| inner.chars().count() > 2 && inner.ends_with(['部', '店', '站', '所', '伙']));
    if whole { name + ")" } else { name }
}

/// Takes out what stands neither beside the label nor, as the lines of a value that wraps do, below the beginning of what stands there: letters of a
/// stamp that lies over the block.
fn without_strays(pieces: &mut Vec<Piece>, label: &Rect) {
    let beside = |p: &Piece| (p.middle() - label.center().y).abs() < 0.6 * label.height();
    let Some(left) = pieces.iter().filter(|p| beside(p)).map(|p| p.area.left).reduce(f32::min) else { return };
    let wraps = lines(pieces.clone())
        .into_iter()
        .filter(|line| line.first().is_some_and(|p| (p.area.left - left).abs() < 2.0 * label.height()))
        .flatten()
        .map(|p| p.area)
        .collect::<Vec<Rect>>();
    pieces.retain(|p| beside(p) || wraps.contains(&p.area));
}

/// The distance between the rows of a block.
fn pitch(rows: &[LabelRow], line: f32) -> f32 {
    let mut ys: Vec<f32> = rows.iter().map(|r| r.area.center().y).collect();
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
    let signs = text.chars().filter(|c| cipher::is_sign(*c)).count();
    text.chars().count() >= 8 && signs >= 3 && text.chars().all(|c| cipher::is_own(c) || c == ' ')
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
    fn rows_of_a_block_are_told_by_what_stands_in_them() {
        let rows = ["", "_tax_id", "_addr_tel", "_bank_account"];
        let cases = [
            ("云泽拾光有限公司", [0.0, 1.2, 0.0, 0.0]),
            ("91993126PHRMTGP125", [1.2, 0.0, 1.2, 1.2]),
            ("云泽市青石路1号 0990-1234567", [0.8, 1.2, 0.0, 0.6]),
            ("样张银行云泽支行1107566728731897", [0.8, 1.2, 0.6, 0.0]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows.map(|row| misfit(row, text)), expected, "{text}");
        }
    }

    #[test]
    fn an_id_tells_its_row() {
        let labels = Rect { left: 0.0, top: 4.0, right: 7.0, bottom: 9.0 };
        let cases = [
            ("纳视人识剧号:91993126PHRMTGP125", Some(7.0)),
            ("91993126PHRMTGP125", Some(0.0)),
            ("纳视人识剧号:91993126PHRMTGP126", None),
            ("云泽拾光有限公司", None),
        ];
        for (text, right) in cases {
            let Piece { glyphs, area, .. } = piece(text, 0.0);
            let row = id_row(&Span { glyphs, area, confidence: 1.0, vertical: false, seal: false, lean: 0.0 }, &labels);
            assert_eq!(row.map(|row| (row.ending, row.area.right)), right.map(|right| ("_tax_id", right)), "{text}");
        }
    }

    #[test]
    fn a_name_read_as_one_with_a_label_is_none() {
        let cases = [("云泽鹏翔资的:", None), ("云泽鹏翔宾馆", Some("云泽鹏翔宾馆"))];
        for (text, expected) in cases {
            assert_eq!(named(text.to_owned()).as_deref(), expected, "{text}");
        }
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
    fn letters_of_a_stamp_are_no_part_of_a_value() {
        let label = Rect { left: 0.0, top: 0.0, right: 9.0, bottom: 1.0 };
        // text, left and top
        type Words = &'static [(&'static str, f32, f32)];
        let cases: [(Words, &str); 3] = [
            (&[("专用章", 20.0, -0.8), ("云泽拾光有限公司", 10.0, 0.0)], "云泽拾光有限公司"),
            // a value that wraps, and one whose print stands off its label
            (&[("云泽拾光有限", 10.0, 0.0), ("公司", 10.5, 1.2)], "云泽拾光有限公司"),
            (&[("云泽拾光", 10.0, 0.7)], "云泽拾光"),
        ];
        for (pieces, expected) in cases {
            let place = |(text, left, top): &(&str, f32, f32)| {
                let piece = piece(text, *left);
                Piece { area: Rect { top: *top, bottom: top + 1.0, ..piece.area }, ..piece }
            };
            let mut pieces: Vec<Piece> = pieces.iter().map(place).collect();
            without_strays(&mut pieces, &label);
            assert_eq!(join(pieces, ""), expected);
        }
    }

    #[test]
    fn the_last_bracket_of_a_name_is_closed() {
        let cases = [
            ("云泽拾光有限公司(云泽第三营业部", "云泽拾光有限公司(云泽第三营业部)"),
            ("云泽拾光(酒店管理)中心(有限合伙", "云泽拾光(酒店管理)中心(有限合伙)"),
            ("云泽拾光(酒店管理)中心(有限合伙)", "云泽拾光(酒店管理)中心(有限合伙)"),
            ("拾光(云泽有限公司", "拾光(云泽有限公司"),
            ("云泽拾光营业部", "云泽拾光营业部"),
        ];
        for (name, expected) in cases {
            assert_eq!(closed(name.to_owned()), expected);
        }
    }

    #[test]
    fn words_of_a_seal_are_no_part_of_a_name() {
        for (pieces, expected) in [
            (&[("云泽拾光有限公司", 10.0), ("专用章", 20.0)][..], "云泽拾光有限公司"),
            (&[("云泽拾光有限公司", 10.0), ("SPECIMEN", 20.0)], "云泽拾光有限公司"),
            (&[("HUAWEI", 10.0)], "HUAWEI"),
        ] {
            let mut pieces: Vec<Piece> = pieces.iter().map(|(text, left)| piece(text, *left)).collect();
            without_seal(&mut pieces);
            assert_eq!(join(pieces, ""), expected);
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
