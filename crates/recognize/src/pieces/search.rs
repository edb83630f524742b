//! The search for the best division of a page.

use std::collections::HashMap;
use std::rc::Rc;

use super::tree::{self, Tree};
use super::worth::{self, Worth};
use super::{Block, Lines, Part, gutter};
use crate::forms;
use crate::forms::signs::Words;

/// How many of a hundred fields a form keeps at least when what lies beside it is taken away: another form that its own words tell, or anything else.
const TOLD: usize = 75;
const UNTOLD: usize = 90;

/// The search.
pub(super) struct Search<'a> {
    lines: &'a Lines<'a>,
    /// How many more parts may be read.
    left: usize,
    /// What was read, by its lines: many ways of cutting lead to the same parts.
    read: HashMap<Vec<usize>, Rc<Part>>,
    /// The best divisions found.
    divided: HashMap<Vec<usize>, Vec<Rc<Part>>>,
    whole: Rc<Part>,
}

impl<'a> Search<'a> {
    /// A search that reads at most so many parts of this whole.
    pub(super) fn new(lines: &'a Lines<'a>, whole: Part, left: usize) -> Search<'a> {
        Search { lines, left, read: HashMap::new(), divided: HashMap::new(), whole: Rc::new(whole) }
    }

    /// The best division of the whole.
    pub(super) fn best(&mut self) -> Vec<Part> {
        self.of(&Rc::clone(&self.whole)).iter().map(|part| Part::clone(part)).collect()
    }

    /// The best division of a part.
    fn of(&mut self, whole: &Rc<Part>) -> Vec<Rc<Part>> {
        if let Some(known) = self.divided.get(&whole.lines) {
            return known.clone();
        }
        let mut best = (worth(std::slice::from_ref(whole)), vec![Rc::clone(whole)]);
        let is_one = whole.reading.as_ref().is_some_and(worth::is_solid) && !forms::several(&whole.sheet, &Words::of(&whole.sheet));
        for cut in self.cuts(&whole.lines) {
            let Some(sides) = cut.map(|lines| self.part(lines)).into_iter().collect::<Option<Vec<Rc<Part>>>>() else { break };
            // where one form was read and nothing speaks for a second one, only a second one that says as much as any, or lies far off, is worth a cut
            if is_one && !is_beside(whole, &sides) && !lie_apart(self.lines.blocks, &sides) {
                continue;
            }
            let parts = self.of_sides(&sides);
            let apart = worth(&parts);
            if apart > best.0 {
                best = (apart, parts);
            }
        }
        if self.lines.about && best.1.len() == 1 && whole.reading.as_ref().is_some_and(worth::is_solid) {
            best = self.taken_out(whole, best);
        }
        self.divided.insert(whole.lines.clone(), best.1.clone());
        best.1
    }

    /// A form that could not be cut in two may hold the lines of a small paper beside it, which are nearer to it than its own parts are to each other: the best
    /// division into one branch of its tree and all the rest.
    fn taken_out(&mut self, whole: &Rc<Part>, mut best: (Worth, Vec<Rc<Part>>)) -> (Worth, Vec<Rc<Part>>) {
        let own: Vec<Block> = whole.lines.iter().filter_map(|line| self.lines.blocks.get(*line)).copied().collect();
        let tree = Tree::of(&own);
        for branch in tree.branches() {
            let (inside, outside): (Vec<usize>, Vec<usize>) = (0..whole.lines.len()).partition(|at| tree.lines(branch).contains(at));
            let [inside, outside] = [inside, outside].map(|side| side.iter().filter_map(|at| whole.lines.get(*at)).copied().collect());
            let Some(part) = self.part(inside) else { break };
            if !part.reading.as_ref().is_some_and(worth::is_solid) {
                continue;
            }
            let Some(rest) = self.part(outside) else { break };
            let sides = [part, rest];
            if !is_beside(whole, &sides) {
                continue;
            }
            let parts = self.of_sides(&sides);
            let apart = worth(&parts);
            if apart > best.0 {
                best = (apart, parts);
            }
        }
        best
    }

    /// The best divisions of two sides, one after the other. First that of which less was read for its lines: more likely several papers are on it, and what
    /// may still be read may not do for both.
    fn of_sides(&mut self, sides: &[Rc<Part>]) -> Vec<Rc<Part>> {
        let said = |part: &Part| part.reading.as_ref().map_or(0, worth::fields);
        let mut order: Vec<(usize, &Rc<Part>)> = sides.iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| (said(a) * b.lines.len()).cmp(&(said(b) * a.lines.len())));
        let mut divided: Vec<(usize, Vec<Rc<Part>>)> = order.into_iter().map(|(at, side)| (at, self.of(side))).collect();
        divided.sort_by_key(|(at, _)| *at);
        divided.into_iter().flat_map(|(_, parts)| parts).collect()
    }

    /// What is read of some lines; nothing when no more may be read.
    fn part(&mut self, mut lines: Vec<usize>) -> Option<Rc<Part>> {
        lines.sort_unstable();
        if let Some(known) = self.read.get(&lines) {
            return Some(Rc::clone(known));
        }
        self.left = self.left.checked_sub(1)?;
        let sheet = (self.lines.sheet)(&lines);
        let reading = forms::read(&sheet);
        let part = Rc::new(Part { lines: lines.clone(), sheet, reading });
        self.read.insert(lines, Rc::clone(&part));
        Some(part)
    }

    /// The ways to take lines apart, the likeliest first.
    fn cuts(&self, lines: &[usize]) -> Vec<[Vec<usize>; 2]> {
        let own: Vec<Block> = lines.iter().filter_map(|line| self.lines.blocks.get(*line)).copied().collect();
        let is_enough = |side: &[usize]| {
            let count = side.iter().filter_map(|line| self.lines.blocks.get(*line)).map(|b| b.count).sum();
            tree::is_large(side.len(), count)
        };
        let mut cuts = gutter::cuts(self.lines.blocks, lines, is_enough);
        let tree = Tree::of(&own);
        if let Some(fork) = tree.fork(tree.top()) {
            cuts.push(fork.map(|branch| tree.lines(branch).iter().filter_map(|at| lines.get(*at)).copied().collect()));
        }
        cuts
    }
}

/// Whether one of two sides is the form that was read from both, and the other a whole form besides. What stands beside a form may have been taken for
/// fields of it: most where that is another form, whose own words tell it.
fn is_beside(whole: &Part, sides: &[Rc<Part>]) -> bool {
    let Some(own) = whole.reading.as_ref() else { return false };
    let [a, b] = sides else { return false };
    let stands_beside = |one: &Part, other: &Part| {
        let (Some(one), Some(beside)) = (one.reading.as_ref(), other.reading.as_ref()) else { return false };
        let told = beside.kind != own.kind && forms::is_told(&other.sheet) && worth::is_same(one, own);
        let share = if told { TOLD } else { UNTOLD };
        one.kind == own.kind && worth::is_solid(one) && worth::is_solid(beside) && 100 * worth::fields(one) >= share * worth::fields(own)
    };
    stands_beside(a, b) || stands_beside(b, a)
}

/// Whether what two sides hold is told by words of its own on either, and lies farther apart than either reaches: no form has such a gap in it.
fn lie_apart(blocks: &[Block], sides: &[Rc<Part>]) -> bool {
    let [a, b] = sides else { return false };
    let extent = |part: &Part| part.lines.iter().filter_map(|line| blocks.get(*line)).map(|block| block.area).reduce(|a, b| a.union(&b));
    let Some((one, other)) = extent(a).zip(extent(b)) else { return false };
    let across = (one.left.max(other.left) - one.right.min(other.right)) > one.width().max(other.width());
    let down = (one.top.max(other.top) - one.bottom.min(other.bottom)) > one.height().max(other.height());
    (across || down) && [a, b].iter().all(|part| part.reading.is_some() && forms::is_told(&part.sheet))
}

fn worth(parts: &[Rc<Part>]) -> Worth {
    worth::score(parts.iter().map(|part| part.reading.as_ref()))
}

#[cfg(test)]
mod tests {
    use document::page::Rect;
    use invoice::details::{Details, Field, Source};
    use invoice::kind::Kind;

    use super::*;
    use crate::forms::{FormReading, drawn};

    fn part(kind: Kind, words: &[&str], fields: &[(&str, &str)], more: usize) -> Rc<Part> {
        let words: Vec<(&str, f32, f32, f32)> = words.iter().zip([20.0, 40.0]).map(|(text, y)| (*text, 20.0, y, 9.0)).collect();
        let mut details = Details::new();
        for (key, value) in fields {
            details.set(key, Field::new(*value, Source::Ocr));
        }
        for key in
            ["buyer", "seller", "buyer_tax_id", "seller_tax_id", "issuer", "remark", "tax", "kind", "receiptor"].into_iter().take(more)
        {
            details.set(key, Field::new("x", Source::Ocr));
        }
        let reading = FormReading::new(kind, details, Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 });
        Rc::new(Part { lines: Vec::new(), sheet: drawn::sheet(&words), reading: Some(reading) })
    }

    #[test]
    fn two_forms_farther_apart_than_either_is_high_are_two() {
        let ferry = |lines: &[usize], words: &[&str]| {
            let read = part(Kind::Ferry, words, &[("date", "2016年05月04日")], 0);
            Rc::new(Part { lines: lines.to_vec(), ..Part::clone(&read) })
        };
        let (upper, lower): (Vec<usize>, Vec<usize>) = ((0..5).collect(), (5..10).collect());
        // how far down the second begins, five lines of 15 each; what stands on it
        let cases = [(300.0, "船票TICKET", true), (100.0, "船票TICKET", false), (300.0, "SPECIMEN", false)];
        for (down, words, expected) in cases {
            let blocks = super::super::laid::page(&[(0.0, 0.0, 5), (0.0, down, 5)]);
            let sides = [ferry(&upper, &["船票TICKET"]), ferry(&lower, &[words])];
            assert_eq!(lie_apart(&blocks, &sides), expected, "{words} {down}");
        }
    }

    #[test]
    fn what_lies_beside_a_form_may_have_been_taken_for_fields_of_it() {
        let vat = |number: &str, more| {
            part(Kind::DigitalOrdinary, &["电子发票"], &[("number", number), ("date", "2025年06月02日"), ("total", "96.00")], more)
        };
        let said: &[(&str, &str)] = &[("date", "2016年05月04日"), ("total", "96.00")];
        let ferry = part(Kind::Ferry, &["船票TICKET", "由FROM"], said, 0);
        let untold = part(Kind::Receipt, &["SPECIMEN GRILL"], said, 0);
        let poor = part(Kind::Ferry, &["船票TICKET"], &[("date", "2016年05月04日")], 0);
        let whole = vat("25999535516657181707", 9);
        // twelve fields with what lies beside it
        let cases = [
            (vat("25999535516657181707", 6), &ferry, true),
            (vat("25999535516657181707", 5), &ferry, false),
            (vat("25999535516657181708", 6), &ferry, false),
            (vat("25999535516657181707", 6), &untold, false),
            (vat("25999535516657181707", 8), &untold, true),
            (vat("25999535516657181707", 9), &poor, false),
        ];
        for (at, (own, beside, expected)) in cases.into_iter().enumerate() {
            assert_eq!(is_beside(&whole, &[Rc::clone(&own), Rc::clone(beside)]), expected, "case {at}");
            assert_eq!(is_beside(&whole, &[Rc::clone(beside), own]), expected, "case {at}, the other way round");
        }
    }

    const QUOTA: &[(&str, f32, f32, f32)] = &[
        ("国家税务总局云泽省税务局通用定额发票", 20.0, 100.0, 12.0),
        ("发票代码 199001910002", 20.0, 120.0, 9.0),
        ("发票号码 00412345", 20.0, 132.0, 9.0),
        ("伍拾元整", 60.0, 160.0, 28.0),
        ("收款单位(盖章有效)", 20.0, 210.0, 9.0),
    ];

    #[test]
    fn a_branch_that_is_a_paper_of_its_own_is_taken_out_of_a_form() {
        let ticket: &[(&str, f32, f32, f32)] = &[
            ("云泽站", 330.0, 140.0, 22.0),
            ("G7391", 430.0, 144.0, 16.0),
            ("白杭东站", 500.0, 140.0, 22.0),
            ("2018年04月19日10:51开", 320.0, 184.0, 12.0),
            ("¥53.0元", 320.0, 204.0, 12.0),
            ("二等座", 515.0, 204.0, 12.0),
        ];
        let words = ["样张", "不作报销凭证", "仅供测试", "样张票样", "云泽样张有限公司"];
        let nothing: Vec<(&str, f32, f32, f32)> =
            words.iter().zip(0u8..).map(|(word, row)| (*word, 330.0, 140.0 + 16.0 * f32::from(row), 12.0)).collect();
        for (beside, expected) in [(ticket, vec![5, 6]), (&nothing, vec![10])] {
            let page = drawn::sheet(&[QUOTA, beside].concat());
            let blocks: Vec<Block> = page.spans.iter().map(super::super::of_span).collect();
            let sheet = |lines: &[usize]| super::super::part_of(&page, lines);
            let lines = Lines { blocks: &blocks, by_eye: true, about: true, sheet: &sheet };
            let whole = Part { lines: (0..blocks.len()).collect(), sheet: page.clone(), reading: forms::read(&drawn::sheet(QUOTA)) };
            let mut search = Search::new(&lines, whole, 16);
            let whole = Rc::clone(&search.whole);
            let (_, parts) = search.taken_out(&whole, (worth(std::slice::from_ref(&whole)), vec![Rc::clone(&whole)]));
            let mut sizes: Vec<usize> = parts.iter().map(|part| part.lines.len()).collect();
            sizes.sort_unstable();
            assert_eq!(sizes, expected);
        }
    }
}
