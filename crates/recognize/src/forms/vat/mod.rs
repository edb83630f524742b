//! The VAT form: the five bands of the paper and electronic forms (head, buyer, items, totals, seller, foot) and their digital
//! successor with the two parties side by side. Where a band lies is told by its printed labels; what stands in it by rows and
//! columns. Left is the buyer and right the seller on the digital form, above and below the items on the others; the order
//! of the text in the file says nothing.

mod columns;
mod faint;
mod foot;
mod frame;
mod head;
pub(crate) mod items;
pub(crate) mod label;
mod party;
mod people;
pub(crate) mod registration;
mod side;
mod totals;
mod wall;

use document::page::Rect;
use invoice::details::{Details, Field};
use invoice::kind::Kind;

use self::frame::Frame;
use self::label::{Label, SPELLINGS};
pub(crate) use self::party::is_cipher;
pub(crate) use self::totals::is_words;
use super::FormReading;
use crate::layout::label::{Mark, find};
use crate::layout::rows::rows;
use crate::layout::{Sheet, median};

/// The form on its sheet: labels found and bands laid.
#[derive(Debug)]
pub(crate) struct Form {
    /// The text, label characters marked.
    sheet: Sheet,
    /// The labels.
    marks: Vec<Mark<Label>>,
    /// True for 数电票.
    digital: bool,
    /// The column heads of the items table.
    header: Rect,
    /// The row of 价税合计: its top and bottom.
    words: Option<Rect>,
    /// Where 合计 is printed, as far as it was read.
    sum: Option<Rect>,
    /// The row of 收款人, 复核, 开票人.
    foot: Option<Rect>,
    /// Where a form of the tax control system lies on a picture, as far as its labels tell.
    frame: Option<Frame>,
    /// Height of a line of the form's labels.
    line: f32,
}

/// Reads the form, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let mut sheet = sheet.clone();
    let found = rows(&sheet);
    let mut marks = find(&mut sheet, &found, SPELLINGS);
    // 备注 runs down the side of its band; beside other text it is part of a value
    marks.retain(|m| {
        let alone = m.label != Label::Remark || m.colon || m.at.first().is_none_or(|a| sheet.spans[a.span].compact().chars().count() <= 2);
        if !alone {
            m.release(&mut sheet);
        }
        alone
    });
    let mut form = Form::lay(sheet, marks)?;
    if let Some(moved) = form.registration() {
        registration::apply(&mut form.sheet, moved);
    }
    let mut details = Details::new();
    form.read_head(&mut details);
    form.read_parties(&mut details);
    let (columns, mut blanks) = form.read_items(&mut details);
    blanks.extend(form.read_totals(&mut details, columns));
    form.read_foot(&mut details);
    if !(details.has("title") || details.has("number") || form.is_list() || form.own_labels() >= OWN_LABELS) {
        return None;
    }
    let kind = form.kind(&details);
    if form.digital {
        form.read_service(&mut details, kind);
    }
    let heading = (!details.has("title") && !form.is_list()).then(|| form.heading());
    let faint = form.faint(&details);
    let (pages, list) = (form.pages(), form.is_list());
    Some(FormReading { pages, blanks, faint, heading, list, ..FormReading::new(kind, details, form.extent()) })
}

/// How many labels that only invoices have tell one whose title and number were not read. Orders and contracts have columns too.
const OWN_LABELS: usize = 2;

impl Form {
    /// How many different labels it has that only invoices have.
    fn own_labels(&self) -> usize {
        let own = [
            Label::Code,
            Label::Number,
            Label::Date,
            Label::CheckCode,
            Label::Machine,
            Label::TaxId,
            Label::CreditCode,
            Label::Words,
            Label::Cipher,
            Label::SellerSeal,
            Label::Issuer,
        ];
        let taxed = |label: Label| matches!(label, Label::Column("tax" | "tax_rate", _));
        own.into_iter().filter(|label| self.all(*label).next().is_some()).count() + usize::from(self.marks.iter().any(|m| taxed(m.label)))
    }

    fn lay(sheet: Sheet, marks: Vec<Mark<Label>>) -> Option<Form> {
        let by_eye = sheet.source == invoice::details::Source::Ocr;
        let frame = if by_eye { Frame::of(&marks) } else { None };
        let header = header(&marks).or_else(|| lone(&marks).filter(|_| by_eye)).or_else(|| frame.map(|frame| frame.header()))?;
        let line = line_of(&marks, &header);
        let below = |label: Label| marks.iter().filter(move |m| m.label == label).map(|m| m.area).find(|a| a.top > header.bottom);
        // a seal often lies over the label of the words, which stand in one row with the figures
        let beside = || below(Label::Figures).map(|f| Rect { left: header.left, right: header.left + line, ..f });
        let words = below(Label::Words).or_else(|| beside().filter(|_| by_eye)).or_else(|| frame.map(|frame| frame.words()));
        let digital =
            marks.iter().any(|m| m.label == Label::CreditCode) || head::title(&sheet, &header).is_some_and(|t| t.0.contains("电子发票("));
        let mut form = Form { sheet, marks, digital, header, words, sum: None, foot: None, frame, line };
        // the heads that were not read widen the frame too
        form.header = form.columns().iter().fold(form.header, |all, c| Rect {
            left: all.left.min(c.head.left),
            right: all.right.max(c.head.right),
            ..all
        });
        form.sum = form.sum_label();
        form.foot = form.find_foot();
        form.add_people();
        form.foot = form.find_foot();
        Some(form)
    }

    /// The row of 收款人, 复核, 开票人.
    fn find_foot(&self) -> Option<Rect> {
        let after = self.words.map_or(self.header.bottom, |w| w.bottom);
        [Label::Issuer, Label::Reviewer, Label::Payee]
            .into_iter()
            .filter_map(|label| self.all(label).filter(|m| m.area.top > after).map(|m| m.area).last())
            .reduce(|a, b| if (a.center().y - b.center().y).abs() < 2.0 * self.line { a.union(&b) } else { a })
    }

    /// Whether it is the list of goods of an invoice that has no room for them, not an invoice itself.
    fn is_list(&self) -> bool {
        self.all(Label::List).any(|m| m.area.bottom < self.header.top)
    }

    /// The marks of a label, in reading order.
    fn all(&self, label: Label) -> impl Iterator<Item = &Mark<Label>> {
        self.marks.iter().filter(move |m| m.label == label)
    }

    /// The value to the right of a label, up to the next label of its row or `limit`.
    fn beside(&self, mark: &Mark<Label>, limit: f32) -> Vec<crate::layout::gather::Piece> {
        let h = mark.area.height();
        let stop = self
            .marks
            .iter()
            .filter(|m| m.area.left > mark.area.right && (m.area.center().y - mark.area.center().y).abs() < h)
            .map(|m| m.area.left)
            .fold(limit, f32::min);
        let part = Rect { left: mark.area.right - 0.3 * h, top: mark.area.top - 0.2 * h, right: stop, bottom: mark.area.bottom + 0.2 * h };
        let mut pieces = self.sheet.gather(&part, 4.0);
        pieces.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        pieces
    }

    /// Sets a text field from pieces.
    fn put(&self, details: &mut Details, key: &str, value: &str, pieces: &[crate::layout::gather::Piece]) {
        if !value.trim().is_empty() {
            details.set(key, self.sheet.field(value, pieces));
        }
    }

    /// The right edge of the frame: where the last column head ends, and a little more.
    fn right(&self) -> f32 {
        self.header.right + 0.15 * self.header.width()
    }

    /// The part of the sheet that the form's own labels span.
    fn extent(&self) -> Rect {
        let all = self.marks.iter().map(|m| m.area).reduce(|a, b| a.union(&b)).unwrap_or(self.header);
        let title = head::title(&self.sheet, &self.header).map_or(all, |t| t.1);
        let mut extent = all.union(&title);
        // values reach beyond the labels on the right and in the table's first column
        for span in &self.sheet.spans {
            let c = span.area.center();
            let beside = span.area.left < extent.right + 3.0 * self.line && span.area.right > extent.left - 3.0 * self.line;
            if c.y >= extent.top && c.y <= extent.bottom && beside {
                extent.left = extent.left.min(span.area.left);
                extent.right = extent.right.max(span.area.right);
            }
        }
        extent
    }

    /// Where the title stands on these forms, which are all made after one drawing: in the middle above the parties. Measured by the row of column
    /// heads, which is as wide as the frame.
    fn heading(&self) -> Rect {
        let Rect { left, top, .. } = self.header;
        let width = self.header.width();
        Rect { left: left + 0.2 * width, top: top - 0.33 * width, right: left + 0.85 * width, bottom: top - 0.16 * width }
    }

    /// Which kind the form says it is.
    fn kind(&self, details: &Details) -> Kind {
        let title = details.text("title");
        if self.digital {
            return if title.contains("专用") { Kind::DigitalSpecial } else { Kind::DigitalOrdinary };
        }
        let code = details.text("code");
        let toll = self.all(Label::Column("license_plate", crate::layout::table::Sort::Code)).next().is_some();
        let by_code = invoice::number::code(code).and_then(|c| c.kind).filter(|k| k.is_vat());
        // the block-chain form alone leaves out 增值税
        if title.ends_with("电子普通发票") && !title.contains("增值税") {
            return Kind::VatBlockChain;
        }
        match Kind::from_title(title) {
            Some(Kind::VatElectronic) | None if toll => Kind::VatToll,
            // 通行费 and block-chain invoices bear the title of the electronic form; their code tells them
            Some(Kind::VatElectronic) => {
                by_code.filter(|k| matches!(k, Kind::VatToll | Kind::VatBlockChain)).unwrap_or(Kind::VatElectronic)
            }
            Some(kind) if kind.is_vat() => kind,
            _ => by_code.unwrap_or(Kind::VatOrdinary),
        }
    }

    /// The running page and the count of pages, where printed as 共 N 页 第 M 页.
    fn pages(&self) -> Option<(u32, u32)> {
        self.sheet.spans.iter().find_map(|span| {
            let text = span.compact();
            let number = |before: char| -> Option<u32> {
                let rest: String = text.chars().skip_while(|c| *c != before).skip(1).take_while(char::is_ascii_digit).collect();
                rest.parse().ok()
            };
            (text.contains('页')).then(|| number('第').zip(number('共'))).flatten()
        })
    }
}

/// A value that is known for itself, not read from one place.
pub(crate) fn known(value: &str) -> Field {
    Field::new(value, invoice::details::Source::Derived)
}

/// The height of a line of the form: that of a column head. The row of them is higher where the page does not lie level.
fn line_of(marks: &[Mark<Label>], header: &Rect) -> f32 {
    let in_row = |m: &&Mark<Label>| m.label.is_column() && m.area.center().y > header.top && m.area.center().y < header.bottom;
    median(marks.iter().filter(in_row).map(|m| m.area.height())).unwrap_or(header.height()).max(1e-3)
}

/// The row of column heads: the row with most of them, three at least, the amount or the tax among them.
fn header(marks: &[Mark<Label>]) -> Option<Rect> {
    let columns: Vec<&Mark<Label>> = marks.iter().filter(|m| m.label.is_column()).collect();
    columns
        .iter()
        .map(|m| {
            let near: Vec<&&Mark<Label>> = columns
                .iter()
                .filter(|o| (o.area.center().y - m.area.center().y).abs() < 1.2 * m.area.height().min(o.area.height()))
                .collect();
            let money = near.iter().any(|o| matches!(o.label, Label::Column("total" | "tax" | "tax_rate", _)));
            let area = near.iter().map(|o| o.area).reduce(|a, b| a.union(&b)).unwrap_or(m.area);
            let named = near.iter().any(|o| matches!(o.label, Label::Column("name", _)));
            (near.len(), money, named, area)
        })
        .filter(|(n, money, named, _)| *n >= 3 && *money || *n >= 2 && *named)
        .max_by(|a, b| a.0.cmp(&b.0).then(b.3.top.total_cmp(&a.3.top)))
        .map(|(_, _, _, area)| area)
}

/// The row of column heads of a 数电票 of which one was read: below the two credit codes, whose labels say how wide the form is.
fn lone(marks: &[Mark<Label>]) -> Option<Rect> {
    // where the labels end, and where the heads begin and end, in millimetres of the drawing
    const LABELS: (f32, f32) = (54.6, 155.1);
    const HEADS: (f32, f32) = (17.0, 203.0);
    let mut codes: Vec<Rect> = marks.iter().filter(|m| m.label == Label::CreditCode).map(|m| m.area).collect();
    codes.sort_by(|a, b| a.right.total_cmp(&b.right));
    let [buyer, seller] = codes[..] else { return None };
    let line = buyer.height().max(seller.height());
    if (buyer.center().y - seller.center().y).abs() > line || seller.right - buyer.right < 8.0 * line {
        return None;
    }
    let scale = (seller.right - buyer.right) / (LABELS.1 - LABELS.0);
    let at = |mm: f32| buyer.right + scale * (mm - LABELS.0);
    let below = |m: &&Mark<Label>| m.area.top > buyer.center().y && m.area.top < buyer.bottom + 4.0 * line;
    let head = marks.iter().filter(|m| m.label.is_column()).filter(below).map(|m| m.area).next()?;
    Some(Rect { left: at(HEADS.0), right: at(HEADS.1), ..head })
}

/// A form found on a sheet that may hold several.
#[derive(Debug, Clone)]
pub(crate) struct FormHead {
    /// The row of column heads.
    pub(crate) header: Rect,
    /// Where the form begins: the top of its title, or some lines above its parties.
    pub(crate) top: f32,
}

/// Whether a label is the end of a longer word: 计税金额 of tax papers.
fn is_end(sheet: &Sheet, mark: &Mark<Label>) -> bool {
    let Some(first) = mark.at.first() else { return false };
    let span = &sheet.spans[first.span];
    let before = span.glyphs[..first.glyph].iter().rfind(|g| !g.ch.is_whitespace());
    before.is_some_and(|g| !g.label && g.ch.is_alphabetic() && span.glyphs[first.glyph].left - g.right < 0.5 * span.height())
}

/// Every VAT form on a sheet, by its row of column heads.
pub(crate) fn heads(sheet: &Sheet) -> Vec<FormHead> {
    let mut sheet = sheet.clone();
    let found = rows(&sheet);
    let marks = find(&mut sheet, &found, SPELLINGS);
    // one amount head and one tax head make one form
    let amounts = marks.iter().filter(|m| matches!(m.label, Label::Column("total", _)) && !is_end(&sheet, m));
    let mut heads: Vec<FormHead> = Vec::new();
    for amount in amounts {
        let near =
            |m: &&Mark<Label>| m.label.is_column() && (m.area.center().y - amount.area.center().y).abs() < 1.2 * amount.area.height();
        // the heads of this form: from the amount to the left until another tax head, to the right until the next name head
        let row: Vec<&Mark<Label>> = marks.iter().filter(near).collect();
        let tax = |m: &&&Mark<Label>| matches!(m.label, Label::Column("tax", _));
        let left = row.iter().filter(tax).map(|m| m.area.right).filter(|x| *x < amount.area.left).fold(f32::MIN, f32::max);
        let right = row.iter().filter(tax).map(|m| m.area.right).filter(|x| *x > amount.area.left).fold(f32::MAX, f32::min);
        let own: Vec<Rect> =
            row.iter().map(|m| m.area).filter(|a| a.left >= left && (right == f32::MAX || a.right <= right + 1.0)).collect();
        if own.len() < 3 {
            continue;
        }
        let Some(header) = own.into_iter().reduce(|a, b| a.union(&b)) else { continue };
        let top = head::title(&sheet.above(&header), &header).map(|t| t.1.top);
        let top = top.unwrap_or(header.top - 12.0 * header.height());
        heads.push(FormHead { header, top });
    }
    heads.sort_by(|a, b| a.header.top.total_cmp(&b.header.top).then(a.header.left.total_cmp(&b.header.left)));
    heads
}
