//! Where a form of the tax control system lies on a picture, told by its printed labels: paper and electronic forms follow one drawing, so labels that
//! were read say where the row of column heads is of which none, or too few, was read, and where the labels are over which something was stamped.

use document::page::Rect;

use super::label::Label;
use crate::layout::label::Mark;
use crate::layout::table::Sort;

/// Where labels stand, in shares of the frame's width: the middle from its left edge, and from the row of column heads downwards. Forms of different
/// printers and programs differ by [`OFF`].
const LABELS: &[(Label, f32, f32)] = &[
    (Label::Date, 0.765, -0.168),
    (Label::TaxId, BLOCK, -0.080),
    (Label::Address, BLOCK, -0.0545),
    (Label::Bank, BLOCK, -0.029),
    (Label::Words, 0.147, WORDS),
    (Label::Figures, 0.79, WORDS),
    (Label::TaxId, BLOCK, 0.278),
    (Label::Address, BLOCK, 0.301),
    (Label::Bank, BLOCK, 0.3245),
    (Label::Payee, 0.076, FOOT),
    (Label::Reviewer, 0.342, FOOT),
    (Label::Issuer, 0.563, FOOT),
    (Label::SellerSeal, 0.787, FOOT),
    (Label::Seller, 0.77, FOOT),
    (Label::Column("name", Sort::Text), 0.147, 0.0),
    (Label::Column("specification", Sort::Code), 0.335, 0.0),
    (Label::Column("unit", Sort::Unit), 0.42, 0.0),
    (Label::Column("quantity", Sort::Number), 0.498, 0.0),
    (Label::Column("price", Sort::Number), 0.60, 0.0),
    (Label::Column("total", Sort::Money), 0.73, 0.0),
    (Label::Column("tax_rate", Sort::Rate), 0.83, 0.0),
    (Label::Column("tax", Sort::Money), 0.92, 0.0),
];
/// The middle of the labels of a party.
const BLOCK: f32 = 0.12;
/// Where they end, and the rows of a party: the endings of their fields, those of the buyer above the items, those of the seller below.
const BLOCK_ENDS: f32 = 0.172;
const PARTY: [(&str, f32, f32); 4] =
    [("", -0.1065, 0.2545), ("_tax_id", -0.080, 0.278), ("_addr_tel", -0.0545, 0.301), ("_bank_account", -0.029, 0.3245)];
/// The row of 价税合计 and that of 收款人, from the row of column heads downwards.
const WORDS: f32 = 0.2195;
const FOOT: f32 = 0.354;
/// How far labels may stand off the drawing, across and downwards, in shares of the frame's width.
const OFF: (f32, f32) = (0.035, 0.012);
/// Where 价税合计(大写) ends.
const LABEL_ENDS: f32 = 0.21;
/// The column heads reach from here to there, and are so high.
const HEADS: (f32, f32) = (0.08, 0.945);
const LINE: f32 = 0.022;
/// So many labels tell where the form lies, if they reach over so much of its height.
const TOLD: usize = 4;
const REACH: f32 = 0.2;
/// How high the box of a label is at most, in lines.
const HIGH: f32 = 2.2;

/// How the drawing lies on the sheet, which is level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Units of the sheet for the frame's width.
    pub(super) width: f32,
    /// The frame's left edge.
    pub(super) left: f32,
    /// The middle of the row of column heads.
    pub(super) heads: f32,
}

/// A label on the sheet and a place of its kind on the drawing.
#[derive(Debug, Clone, Copy)]
struct Pair {
    on_sheet: (f32, f32),
    drawn: (f32, f32),
}

impl Frame {
    /// The frame that most labels speak for; none where they are few, or where they stand as on no such form.
    pub(super) fn of(marks: &[Mark<Label>]) -> Option<Frame> {
        let places = |mark: &Mark<Label>| {
            let middle = mark.area.center();
            LABELS.iter().filter(|l| l.0 == mark.label).map(|l| Pair { on_sheet: (middle.x, middle.y), drawn: (l.1, l.2) }).collect()
        };
        let own: Vec<Vec<Pair>> = marks.iter().map(places).filter(|pairs: &Vec<Pair>| !pairs.is_empty()).collect();
        let all: Vec<Pair> = own.iter().flatten().copied().collect();
        let mut best: Vec<Pair> = Vec::new();
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                let Some(frame) = Frame::laid(&[*a, *b]) else { continue };
                let fitting = frame.fitting(&own);
                if fitting.len() > best.len() {
                    best = fitting;
                }
            }
        }
        let frame = Frame::laid(&best).filter(|_| best.len() >= TOLD)?;
        let heights = marks.iter().filter(|m| LABELS.iter().any(|l| l.0 == m.label)).map(|m| m.area.height());
        let fits =
            crate::layout::median(heights).is_some_and(|height| height < HIGH * LINE * frame.width && height > 0.4 * LINE * frame.width);
        (fits && frame.fitting(&own).len() >= TOLD).then_some(frame)
    }

    /// How the drawing lies by pairs that reach over enough of it: what is least off.
    fn laid(pairs: &[Pair]) -> Option<Frame> {
        let n = pairs.len() as f32;
        let (low, high) = pairs.iter().fold((f32::MAX, f32::MIN), |(low, high), p| (low.min(p.drawn.1), high.max(p.drawn.1)));
        if high - low < REACH {
            return None;
        }
        let mean = |of: fn(&Pair) -> (f32, f32)| {
            let sum = pairs.iter().map(of).fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
            (sum.0 / n, sum.1 / n)
        };
        let (sheet, drawn) = (mean(|p| p.on_sheet), mean(|p| p.drawn));
        let off = |p: &Pair| ((p.on_sheet.0 - sheet.0, p.on_sheet.1 - sheet.1), (p.drawn.0 - drawn.0, p.drawn.1 - drawn.1));
        let spread: f32 = pairs.iter().map(off).map(|(_, d)| d.0 * d.0 + d.1 * d.1).sum();
        let width = pairs.iter().map(off).map(|(s, d)| s.0 * d.0 + s.1 * d.1).sum::<f32>() / spread;
        (width > 0.0).then_some(Frame { width, left: sheet.0 - width * drawn.0, heads: sheet.1 - width * drawn.1 })
    }

    /// Of each label the place where it stands by this frame, if it does.
    fn fitting(&self, own: &[Vec<Pair>]) -> Vec<Pair> {
        let fits = |pair: &&Pair| {
            let at = self.at(pair.drawn);
            (at.0 - pair.on_sheet.0).abs() < OFF.0 * self.width && (at.1 - pair.on_sheet.1).abs() < OFF.1 * self.width
        };
        let mut fitting: Vec<Pair> = own.iter().filter_map(|pairs| pairs.iter().find(fits)).copied().collect();
        // a place holds one label
        fitting.sort_by(|a, b| a.drawn.1.total_cmp(&b.drawn.1).then(a.drawn.0.total_cmp(&b.drawn.0)));
        fitting.dedup_by(|a, b| a.drawn == b.drawn);
        fitting
    }

    fn at(&self, drawn: (f32, f32)) -> (f32, f32) {
        (self.left + self.width * drawn.0, self.heads + self.width * drawn.1)
    }

    /// The middle of the row of 价税合计, up to where its label ends.
    pub(super) fn words(&self) -> Rect {
        let (left, middle) = self.at((HEADS.0, WORDS));
        Rect { left, right: self.at((LABEL_ENDS, WORDS)).0, top: middle, bottom: middle }
    }

    /// Where the labels of a party end, its lines so high: those of the buyer, or of the seller, each with the ending of its field.
    pub(super) fn party(&self, seller: bool, line: f32) -> [(&'static str, Rect); 4] {
        PARTY.map(|(ending, above, below)| {
            let (right, middle) = self.at((BLOCK_ENDS, if seller { below } else { above }));
            (ending, Rect { left: right - 4.0 * line, right, top: middle - line / 2.0, bottom: middle + line / 2.0 })
        })
    }

    /// The part above the buyer's block where the number of the tax control machine is printed.
    pub(super) fn machine(&self) -> Rect {
        let ((left, top), (right, bottom)) = (self.at((-0.03, -0.165)), self.at((0.35, -0.118)));
        Rect { left, top, right, bottom }
    }

    /// The middle of the row of 收款人.
    pub(super) fn foot(&self) -> f32 {
        self.at((0.0, FOOT)).1
    }

    /// The row of column heads.
    pub(super) fn header(&self) -> Rect {
        let ((left, top), (right, bottom)) = (self.at((HEADS.0, -LINE / 2.0)), self.at((HEADS.1, LINE / 2.0)));
        Rect { left, top, right, bottom }
    }
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;

    use super::super::read;
    use crate::forms::drawn;

    /// Labels of a paper form whose frame is 500 wide from 20 on, its column heads at 150: text, where its middle is in shares of the width, and its row.
    const PRINTED: [(&str, f32, f32); 11] = [
        ("纳税人识别号:", 0.12, -0.080),
        ("地址、电话:", 0.12, -0.0545),
        ("开户行及账号:", 0.12, -0.029),
        ("计", 0.17, 0.189),
        ("价税合计(大写)", 0.147, 0.2195),
        ("(小写)", 0.77, 0.2195),
        ("纳税人识别号:", 0.12, 0.278),
        ("地址、电话:", 0.12, 0.301),
        ("开户行及账号:", 0.12, 0.3245),
        ("收款人:", 0.076, 0.354),
        ("开票人:", 0.563, 0.354),
    ];

    fn width(text: &str) -> f32 {
        text.chars().map(|c| if c.is_ascii() { 4.5 } else { 9.0 }).sum()
    }

    /// What is read of values stamped so far to the right of where they belong and below it, on a form of whose labels those are left that `kept` names.
    fn stamped(right: f32, below: f32, kept: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let at = |x: f32, y: f32| (20.0 + 500.0 * x, 150.0 + 500.0 * y);
        let label = |(text, x, y): &(&'static str, f32, f32)| (*text, at(*x, *y).0 - width(text) / 2.0, at(*x, *y).1 - 5.0, 10.0);
        let mut words: Vec<(&str, f32, f32, f32)> = PRINTED.iter().filter(|l| kept(l.0)).map(label).collect();
        // the ends of values, and the beginnings of text
        let ends = [("6", 0.541, 0.04), ("174.75728155", 0.6455, 0.04), ("1048.54", 0.7945, 0.04), ("31.46", 0.97, 0.04)];
        let sums = [("¥1048.54", 0.7945, 0.189), ("¥31.46", 0.97, 0.189), ("¥1080.00", 0.93, 0.2195)];
        let begins = [("住宿", 0.06, 0.04), ("3%", 0.822, 0.04), ("壹仟零捌拾圆整", 0.3, 0.2195), ("91993126PHRMTGP125", 0.2, 0.278)];
        let value = |text: &'static str, left: f32, y: f32| (text, left + right, at(0.0, y).1 - 5.0 + below, 10.0);
        words.extend(ends.iter().chain(&sums).map(|(text, x, y)| value(text, at(*x, 0.0).0 - width(text), *y)));
        words.extend(begins.iter().map(|(text, x, y)| value(text, at(*x, 0.0).0, *y)));
        words.push(("9900171320", 60.0, 20.0, 14.0));
        words.push(("No79262007", 400.0, 20.0, 14.0));
        let mut sheet = drawn::sheet(&words);
        sheet.source = Source::Ocr;
        let read = read(&sheet)?;
        let row = read.details.rows("items").first().cloned().unwrap_or_default();
        let of_row =
            ["name", "quantity", "price", "total", "tax_rate", "tax"].map(|key| row.get(key).map_or(String::new(), |f| f.value.clone()));
        let of_form = ["pretax_amount", "tax", "total", "seller_tax_id"].map(|key| read.details.text(key).to_owned());
        Some([of_row.as_slice(), of_form.as_slice()].concat())
    }

    #[test]
    fn labels_tell_where_the_table_is_whose_heads_were_not_read() {
        let whole = ["住宿", "6", "174.75728155", "1048.54", "3%", "31.46", "1048.54", "31.46", "1080.00", "91993126PHRMTGP125"];
        assert_eq!(stamped(0.0, 0.0, |_| true).unwrap(), whole);
        // 价税合计 and its figures were not read either
        assert_eq!(stamped(0.0, 0.0, |text| !text.contains("价税")).unwrap(), whole);
        // stamped askew, by one line and more
        assert_eq!(stamped(15.0, 0.0, |_| true).unwrap(), whole);
        assert_eq!(stamped(15.0, 16.0, |_| true).unwrap(), whole);
        // too few labels, and such as stand in one line
        assert_eq!(stamped(0.0, 0.0, |text| text.contains("人:")), None);
        assert_eq!(stamped(0.0, 0.0, |text| text.contains("账号")), None);
    }
}
