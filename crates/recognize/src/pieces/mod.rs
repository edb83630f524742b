//! Several tickets on one page: which text belongs to which.
//!
//! Lines are taken apart where a strip without text runs from edge to edge (`gutter`), a narrow one too where papers lean each their own way (`lean`), or
//! where the two branches of the tree fork that joins them nearest first (`tree`): whichever way more forms are read whole than from all together
//! (`worth`). Then lines go where they fit best (`fit`); a page on which one form is read and whose words speak for no second one is not looked at any
//! further.

mod fit;
mod foot;
mod gutter;
mod halves;
#[cfg(test)]
mod laid;
mod lean;
mod outliers;
mod search;
mod tree;
mod worth;

use document::page::Rect;

use self::search::Search;
use crate::forms::{self, FormReading, signs};
use crate::layout::{Sheet, Span};
use crate::split;

/// At most this many parts of a page are read to find out how it is divided: some four for each ticket of a crowded sheet.
const MOST: usize = 240;
/// So many where the words do not speak for several forms: enough for one ticket beside text that is none.
const FEW: usize = 16;
/// Or one for so many lines, where that is more.
const LINES: usize = 4;
/// So many where one form was read whole besides: enough for a receipt beside it, which has no words of its own that would tell of it.
const ONE: usize = 6;

/// A line of text, as far as its place goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// The box around it, in pixels of the upright page or in the sheet's units.
    pub(crate) area: Rect,
    /// The line through the middle of its letters, from its start to its end: the boxes of sloping lines overlap where they do not.
    pub(crate) middle: [(f32, f32); 2],
    /// The height of its letters, which the box of a sloping line exceeds.
    pub(crate) height: f32,
    /// How many characters it has.
    pub(crate) count: usize,
    /// Which of the words that a form has once it holds, as bits: see [`words`].
    pub(crate) words: u32,
}

/// Words that most forms with a frame have once: where they stand twice, there are two forms.
const ONCE: &[&str] = &[
    "价税合计",
    "小写",
    "开票日期",
    "填发日期",
    "发票号码",
    "发票代码",
    "机器编号",
    "校验码",
    "规格型号",
    "收款人",
    "开票人",
    "复核",
    "下载次数",
    "电子发票",
    "增值税",
    "电子客票",
    "统一发票",
    "密码区",
];

/// Which of the words that a form has once a line holds.
pub(crate) fn words(text: &str) -> u32 {
    (0u32..).zip(ONCE).filter(|(_, word)| text.contains(**word)).fold(0, |words, (at, _)| words | 1 << at)
}

/// The text of a page in lines, and how some of them make a sheet.
pub(crate) struct Lines<'a> {
    /// Where the lines are.
    pub(crate) blocks: &'a [Block],
    /// Whether they were read off a picture, on which anything may lie beside a form. What programs write a page with lays nothing there.
    pub(crate) by_eye: bool,
    /// Whether papers lie about, each its own way.
    pub(crate) about: bool,
    /// The sheet of some of the lines, by their numbers.
    pub(crate) sheet: &'a dyn Fn(&[usize]) -> Sheet,
}

/// A part of a page, and the form on it, if any.
pub(crate) type Piece = (Sheet, Option<FormReading>);

/// Divides a page into parts with one form each. A page with one form or none is one part.
pub(crate) fn divide(lines: &Lines) -> Vec<Piece> {
    let all: Vec<usize> = (0..lines.blocks.len()).collect();
    let sheet = (lines.sheet)(&all);
    let words = signs::Words::of(&sheet);
    let reading = forms::read_by(&sheet, &words);
    let several = forms::several(&sheet, &words);
    let whole = reading.as_ref().is_some_and(worth::is_solid);
    let is_one = match &reading {
        Some(form) => whole || form.list,
        None => !forms::speaks(&sheet, &words),
    };
    if is_one && !several && !lines.by_eye {
        return vec![(sheet, reading)];
    }
    let most = match whole {
        _ if several => MOST,
        true if !lines.about => ONE,
        _ => FEW.max(all.len() / LINES),
    };
    // each part is made anew of its lines: papers lie each their own way
    let part = |group: Vec<usize>| {
        let sheet = (lines.sheet)(&group);
        let reading = forms::read(&sheet);
        Part { lines: group, sheet, reading }
    };
    // a part that a head tells may hold papers without such a head besides; what two heads claim belongs to the first
    let by_heads: Option<Vec<Part>> = split::groups(&sheet).filter(|_| sheet.spans.len() == all.len()).map(|groups| {
        let mut open: Vec<usize> = all.clone();
        let own = |group: Vec<usize>| {
            let (own, rest) = open.iter().partition(|line| group.contains(line));
            open = rest;
            own
        };
        let groups: Vec<Vec<usize>> = groups.into_iter().map(own).collect();
        groups.into_iter().flat_map(|group| settled(lines, Search::new(lines, part(group), most).best())).collect()
    });
    let parts = settled(lines, Search::new(lines, Part { lines: all, sheet, reading }, most).best());
    let score = |parts: &[Part]| worth::score(parts.iter().map(|part| part.reading.as_ref()));
    // the halves of a paper may have gone to two heads
    let parts = by_heads.filter(|by_heads| score(by_heads) >= score(&parts)).map(|parts| rejoined(lines, parts)).unwrap_or(parts);
    parts.into_iter().map(|part| (part.sheet, part.reading)).collect()
}

/// The largest groups of lines nearest to each other, each large enough to be a ticket, of which this holds.
pub(crate) fn branches(blocks: &[Block], holds: &dyn Fn(&[usize]) -> bool) -> Vec<Vec<usize>> {
    let tree = tree::Tree::of(blocks);
    let mut open = vec![tree.top()];
    let mut found = Vec::new();
    while let Some(branch) = open.pop() {
        if holds(tree.lines(branch)) {
            found.push(tree.lines(branch).to_vec());
        } else {
            open.extend(tree.fork(branch).into_iter().flatten());
        }
    }
    found
}

/// The forms among the parts of a page, each with the lines that belong to it; a part by itself as it is.
fn settled(lines: &Lines, parts: Vec<Part>) -> Vec<Part> {
    if parts.len() < 2 {
        return parts;
    }
    let (forms, unread): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.reading.is_some());
    let forms = foot::joined_to_heads(lines, forms, unread);
    rejoined(lines, exchanged(lines, forms)).into_iter().map(|part| trimmed(lines, part)).collect()
}

/// Divides a page of a text layer.
pub(crate) fn of_sheet(sheet: &Sheet) -> Vec<Piece> {
    let blocks: Vec<Block> = sheet.spans.iter().map(of_span).collect();
    divide(&Lines { blocks: &blocks, by_eye: false, about: false, sheet: &|lines| part_of(sheet, lines) })
}

/// A span as far as its place goes.
fn of_span(span: &Span) -> Block {
    Block {
        area: span.area,
        middle: level(&span.area),
        height: span.area.height().min(span.area.width()),
        count: span.glyphs.len(),
        words: words(&span.compact()),
    }
}

/// The sheet of some spans of a page, with the ruled lines among them.
fn part_of(sheet: &Sheet, lines: &[usize]) -> Sheet {
    let spans: Vec<Span> = lines.iter().filter_map(|line| sheet.spans.get(*line)).cloned().collect();
    if spans.len() == sheet.spans.len() {
        return sheet.clone();
    }
    let mut part = Sheet { spans, ..sheet.clone() };
    part.area = signs::extent(&part);
    let area = part.area;
    part.rulings.retain(|r| {
        let (at, span) =
            if r.upright { ((area.left, area.right), (area.top, area.bottom)) } else { ((area.top, area.bottom), (area.left, area.right)) };
        let margin = 0.05 * (at.1 - at.0);
        r.at > at.0 - margin && r.at < at.1 + margin && r.to > span.0 && r.from < span.1
    });
    part
}

/// The line through the middle of a box, along its longer side.
fn level(area: &Rect) -> [(f32, f32); 2] {
    let (middle, half) = (area.center(), area.height().min(area.width()) / 2.0);
    let ends = if area.height() > area.width() {
        [(middle.x, area.top), (middle.x, area.bottom)]
    } else {
        [(area.left, middle.y), (area.right, middle.y)]
    };
    shortened(ends, half)
}

/// A line without this much of each of its ends.
pub(crate) fn shortened([a, b]: [(f32, f32); 2], by: f32) -> [(f32, f32); 2] {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy).max(1e-3);
    let share = (by / length).min(0.5);
    [(a.0 + dx * share, a.1 + dy * share), (b.0 - dx * share, b.1 - dy * share)]
}

/// Some lines of a page, read as one form.
#[derive(Clone)]
struct Part {
    lines: Vec<usize>,
    sheet: Sheet,
    reading: Option<FormReading>,
}

/// The same part without what stands far off, where no field is lost with it.
fn trimmed(lines: &Lines, part: Part) -> Part {
    let Some((reading, core)) = part.reading.as_ref().zip(outliers::core(lines.blocks, &part.lines)) else { return part };
    let sheet = (lines.sheet)(&core);
    let again = forms::read(&sheet);
    let keeps = again.as_ref().is_some_and(|again| worth::fields(again) >= worth::fields(reading));
    if keeps { Part { lines: core, sheet, reading: again } } else { part }
}

/// The same parts, after lines that fit another part much better than their own went there: a title that runs on in the title beside it.
fn exchanged(lines: &Lines, parts: Vec<Part>) -> Vec<Part> {
    let before = worth::score(parts.iter().map(|part| part.reading.as_ref()));
    let mut groups: Vec<Vec<usize>> = parts.iter().map(|part| part.lines.clone()).collect();
    if !fit::exchange(lines.blocks, &mut groups) {
        return parts;
    }
    let read = |(part, group): (&Part, Vec<usize>)| {
        if group == part.lines {
            return Part { lines: group, sheet: part.sheet.clone(), reading: part.reading.clone() };
        }
        let sheet = (lines.sheet)(&group);
        let reading = forms::read(&sheet);
        Part { lines: group, sheet, reading }
    };
    let after: Vec<Part> = parts.iter().zip(groups).map(read).collect();
    if worth::score(after.iter().map(|part| part.reading.as_ref())) >= before { after } else { parts }
}

/// The same parts, those joined that are one paper: that say they are the same document, or are halves of one.
fn rejoined(lines: &Lines, parts: Vec<Part>) -> Vec<Part> {
    let same = |a: Option<&FormReading>, b: Option<&FormReading>| a.zip(b).is_some_and(|(a, b)| worth::is_same(a, b));
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        if let Some(other) = kept.iter_mut().find(|other| same(other.reading.as_ref(), part.reading.as_ref())) {
            let both = joined(lines, other, &part);
            if same(both.reading.as_ref(), other.reading.as_ref()) {
                *other = both;
            }
        } else if let Some((at, whole)) = kept.iter().enumerate().find_map(|(at, other)| Some((at, whole(lines, other, &part)?))) {
            kept[at] = whole;
        } else {
            kept.push(part);
        }
    }
    kept
}

/// The paper of which two parts are halves, if they are.
fn whole(lines: &Lines, a: &Part, b: &Part) -> Option<Part> {
    let both = halves::may_be(lines.blocks, a, b).then(|| joined(lines, a, b))?;
    let are = halves::are(both.reading.as_ref()?, a.reading.as_ref()?, b.reading.as_ref()?);
    are.then_some(both)
}

/// The lines of two parts, read as one form.
fn joined(lines: &Lines, a: &Part, b: &Part) -> Part {
    let all: Vec<usize> = a.lines.iter().chain(&b.lines).copied().collect();
    let sheet = (lines.sheet)(&all);
    let reading = forms::read(&sheet);
    Part { lines: all, sheet, reading }
}

#[cfg(test)]
mod tests {
    use invoice::kind::Kind;

    use super::*;
    use crate::forms::drawn;

    type Word = (&'static str, f32, f32, f32);

    const WHOLE: &[Word] = &[
        ("国家税务总局云泽省税务局通用定额发票", 20.0, 100.0, 12.0),
        ("发票代码 199001910002", 150.0, 120.0, 9.0),
        ("发票号码 00412345", 150.0, 132.0, 9.0),
        ("伍拾元整", 60.0, 160.0, 28.0),
        ("收款单位(盖章有效)", 20.0, 210.0, 9.0),
    ];

    /// A till's receipt, which has no words of its own that tell of a second form.
    const RECEIPT: &[&str] = &[
        "SPECIMEN INTERNATIONAL SDN BHD",
        "01 Jun 2018 18:41",
        "12, Jalan Contoh 7/4",
        "Item Qty Total",
        "Vegetables 1 RM6.22",
        "Chicken Rice 1 RM2.54",
        "Total Amount: RM8.76",
        "Nett Total: RM8.76",
        "CASH RM10.00",
        "Change RM1.24",
        "Thank You & Come Again!",
    ];

    fn beside() -> Vec<Word> {
        let receipt = RECEIPT.iter().enumerate().map(|(row, text)| (*text, 380.0, 60.0 + 14.0 * row as f32, 9.0));
        WHOLE.iter().copied().chain(receipt).collect()
    }

    /// The kinds on a page of these words, and how many parts of it were made a sheet to find out.
    fn divided(words: &[Word], by_eye: bool, about: bool) -> (Vec<Kind>, usize) {
        let page = drawn::sheet(words);
        let blocks: Vec<Block> = page.spans.iter().map(of_span).collect();
        let count = std::cell::Cell::new(0);
        let part = |lines: &[usize]| {
            count.set(count.get() + 1);
            part_of(&page, lines)
        };
        let pieces = divide(&Lines { blocks: &blocks, by_eye, about, sheet: &part });
        (pieces.into_iter().filter_map(|(_, reading)| Some(reading?.kind)).collect(), count.get())
    }

    #[test]
    fn a_paper_beside_a_whole_form_is_found_on_pictures_alone() {
        let page = drawn::sheet(&beside());
        assert!(!forms::several(&page, &signs::Words::of(&page)), "no words speak for a second form");
        let (mut kinds, _) = divided(&beside(), true, false);
        kinds.sort_by_key(|kind| kind.name());
        assert_eq!(kinds, [Kind::Quota, Kind::Receipt]);
        // what a program writes is one form, and nothing is tried
        assert_eq!(divided(&beside(), false, false), (vec![Kind::Quota], 1));
        assert_eq!(of_sheet(&page).len(), 1);
    }

    #[test]
    fn the_largest_groups_are_found_of_which_something_holds() {
        let blocks = laid::page(&[(0.0, 0.0, 6), (130.0, 0.0, 5), (0.0, 200.0, 7)]);
        let sizes = |most: usize| {
            let mut sizes: Vec<usize> = branches(&blocks, &|lines| lines.len() <= most).iter().map(Vec::len).collect();
            sizes.sort_unstable();
            sizes
        };
        assert_eq!(sizes(18), [18]);
        assert_eq!(sizes(11), [7, 11]);
        assert_eq!(sizes(7), [5, 6, 7]);
        assert_eq!(sizes(5), [5]);
    }

    #[test]
    fn a_whole_form_by_itself_is_one_part() {
        // its columns are cut on trial, no more often than is allowed, and stay together
        let (kinds, tried) = divided(WHOLE, true, false);
        assert_eq!(kinds, [Kind::Quota]);
        assert!(tried <= 1 + ONE, "{tried}");
        assert_eq!(divided(WHOLE, false, false), (vec![Kind::Quota], 1));
    }

    /// An electronic ticket of the railway, whose title is a head.
    fn ticket(number: &'static str, x: f32, y: f32) -> Vec<Word> {
        let words = [
            ("电子发票(铁路电子客票)", 10.0, 10.0, 10.0),
            (number, 10.0, 30.0, 8.0),
            ("云泽站", 20.0, 50.0, 10.0),
            ("G7391", 70.0, 50.0, 8.0),
            ("青岬站", 110.0, 50.0, 10.0),
            ("2024年01月09日", 10.0, 70.0, 8.0),
            ("票价:¥73.50", 10.0, 90.0, 8.0),
            ("电子客票号:9990001112223334445556667", 10.0, 110.0, 8.0),
        ];
        words.into_iter().map(|(text, dx, dy, size)| (text, x + dx, y + dy, size)).collect()
    }

    #[test]
    fn a_paper_in_the_part_that_a_head_claims_is_found() {
        // the rows of one ticket reach between those of the other, so that no cut but that by their heads parts them; a third paper lies below
        let first = ticket("发票号码:25999900000000000017", 0.0, 0.0);
        let end = drawn::sheet(&first).spans.iter().map(|span| span.area.right).fold(0.0, f32::max);
        let second = ticket("发票号码:25999900000000000025", end - 8.0, 10.0);
        let below = WHOLE.iter().map(|(text, x, y, size)| (*text, x.min(60.0), y + 80.0, *size));
        let words: Vec<Word> = first.into_iter().chain(second).chain(below).collect();
        let page = drawn::sheet(&words);
        let blocks: Vec<Block> = page.spans.iter().map(of_span).collect();
        let pieces = divide(&Lines { blocks: &blocks, by_eye: true, about: false, sheet: &|lines| part_of(&page, lines) });
        let mut read: Vec<(Kind, &str, &str)> = pieces
            .iter()
            .filter_map(|(_, reading)| reading.as_ref())
            .map(|form| (form.kind, form.details.text("number"), form.details.text("total")))
            .collect();
        read.sort_by_key(|(_, number, _)| *number);
        let tickets = ["25999900000000000017", "25999900000000000025"].map(|number| (Kind::Train, number, "73.50"));
        assert_eq!(read, [(Kind::Quota, "00412345", "50.00"), tickets[0], tickets[1]]);
    }

    #[test]
    fn a_form_amid_text_that_is_none_takes_more_than_a_few_tries() {
        // receipts are told by how narrow they are: three columns of other text have to go first
        let receipt = RECEIPT.iter().enumerate().map(|(row, text)| (*text, 380.0, 60.0 + 14.0 * row as f32, 9.0));
        let column = |x: f32| (0..9u8).map(move |row| ("SPECIMEN LETTER", x, 60.0 + 14.0 * f32::from(row), 9.0));
        let words: Vec<Word> = receipt.chain(column(20.0)).chain(column(200.0)).chain(column(600.0)).collect();
        let (kinds, tried) = divided(&words, true, false);
        assert_eq!(kinds, [Kind::Receipt]);
        assert!(tried > 5 && tried <= 1 + FEW, "{tried}");
    }
}
