//! Names that a list of rides says more than once: a traveller goes back to where he came from, and towns stand in the names of stations and shops. A character
//! that was read in doubt is settled by the words around it, or by the same name where it was read for certain.

use std::ops::Range;

use invoice::region;

use super::words;
use crate::layout::{Glyph, Span, is_chinese};
use crate::script::standard;

/// A Chinese character that was read less surely than this may be another.
const DOUBT: f32 = 0.8;
/// One that was read less surely is likely another, and its sureness once its name was found elsewhere.
const LIKELY: f32 = 0.6;
/// How surely a character must be read that settles others.
const SURE: f32 = 0.9;
/// Characters by which names differ that are alike otherwise: sides, numbers, sizes.
const TELLING: &str = "东西南北中上下前后左右内外一二三四五六七八九十大小新老号";
/// What follows the name of a town.
const AFTER: &[&str] = &["市", "国际机场", "机场", "火车站", "东站", "南站", "西站", "北站", "站"];
/// So many characters have the names of most towns, without the words behind them.
const TOWN: Range<usize> = 2..4;
/// So many characters beside one are compared.
const REACH: usize = 4;

/// Settles the Chinese characters of these spans that were read in doubt.
pub(super) fn settle<'a>(spans: impl Iterator<Item = &'a mut Span>) {
    let mut names: Vec<Vec<&mut Glyph>> =
        spans.map(|span| span.glyphs.iter_mut().filter(|g| !g.ch.is_whitespace()).collect()).filter(|n: &Vec<_>| !n.is_empty()).collect();
    for name in &mut names {
        let mut chars: Vec<char> = name.iter().map(|g| g.ch).collect();
        words::mend(&mut chars);
        for (glyph, ch) in name.iter_mut().zip(chars).filter(|(glyph, ch)| glyph.ch != *ch) {
            glyph.ch = ch;
            glyph.confidence = glyph.confidence.max(SURE);
        }
    }
    let read: Vec<Name> = names.iter().map(|name| Name::of(name)).collect();
    let towns: Vec<Vec<char>> = read.iter().filter_map(Name::town).collect();
    // a town that the state knows was read right
    for (name, own) in names.iter_mut().zip(&read).filter(|(_, own)| !own.chars.strip_suffix(&['市']).is_some_and(is_known)) {
        for at in (0..name.len()).filter(|at| own.doubtful(*at)) {
            let Some(right) = own.of_town(at, &towns).or_else(|| own.elsewhere(at, &read)) else { continue };
            name[at].ch = right;
            name[at].confidence = name[at].confidence.max(SURE);
        }
    }
}

/// The characters of a name, and how surely each was read.
struct Name {
    chars: Vec<char>,
    sure: Vec<f32>,
}

impl Name {
    fn of(glyphs: &[&mut Glyph]) -> Name {
        Name { chars: glyphs.iter().map(|g| standard(g.ch)).collect(), sure: glyphs.iter().map(|g| g.confidence).collect() }
    }

    fn doubtful(&self, at: usize) -> bool {
        is_chinese(self.chars[at]) && self.sure[at] < DOUBT
    }

    fn certain(&self, range: Range<usize>) -> bool {
        self.sure[range].iter().all(|sure| *sure >= SURE)
    }

    /// Whether a town stands here if one of so many characters does: before the words that follow towns, or first in brackets, as the towns of shops do.
    fn has_town(&self, at: usize, length: usize) -> bool {
        match at.checked_sub(1).map(|before| self.chars[before]) {
            None => self.towards(length),
            Some(before) => before == '(',
        }
    }

    /// Whether what follows towns stands behind so many characters.
    fn towards(&self, length: usize) -> bool {
        let rest = self.chars.get(length..).map(String::from_iter).unwrap_or_default();
        AFTER.iter().any(|word| rest.starts_with(word))
    }

    /// The town that the name begins with, where it was read for certain.
    fn town(&self) -> Option<Vec<char>> {
        let length = TOWN.clone().find(|length| self.towards(*length))?;
        (self.certain(0..length) && self.chars[..length].iter().all(|c| is_chinese(*c))).then(|| self.chars[..length].to_vec())
    }

    /// The character of the one town that stands here but for it.
    fn of_town(&self, at: usize, towns: &[Vec<char>]) -> Option<char> {
        let mut found: Vec<char> = Vec::new();
        for town in towns {
            for place in 0..town.len() {
                let Some(start) = at.checked_sub(place).filter(|start| self.has_town(*start, town.len())) else { continue };
                let Some(read) = self.chars.get(start..start + town.len()) else { continue };
                let others = read.iter().zip(town).enumerate().all(|(i, (a, b))| i == place || a == b);
                if others && self.exchange(at, town[place]) && !(read[place] != town[place] && is_known(read)) {
                    found.push(town[place]);
                }
            }
        }
        only(found)
    }

    /// The one character that stands for certain between what stands around it here.
    fn elsewhere(&self, at: usize, names: &[Name]) -> Option<char> {
        let mut found: Vec<char> = Vec::new();
        for name in names {
            for other in (0..name.chars.len()).filter(|i| is_chinese(name.chars[*i]) && name.sure[*i] >= SURE) {
                if self.exchange(at, name.chars[other]) && self.alike(at, name, other) {
                    found.push(name.chars[other]);
                }
            }
        }
        only(found)
    }

    /// Whether a character may be this one.
    fn exchange(&self, at: usize, right: char) -> bool {
        self.chars[at] == right || !TELLING.contains(self.chars[at]) && !TELLING.contains(right)
    }

    /// Whether the same stands around two characters: on both sides, or much of it on one where the other begins or ends the name.
    fn alike(&self, at: usize, name: &Name, other: usize) -> bool {
        let before = |name: &Name, at: usize, i: usize| at.checked_sub(i).map(|i| name.chars[i]).filter(|c| is_chinese(*c));
        let after = |name: &Name, at: usize, i: usize| name.chars.get(at + i).copied().filter(|c| is_chinese(*c));
        let run = |side: &dyn Fn(&Name, usize, usize) -> Option<char>| {
            let (mut same, mut ends) = (0, false);
            for i in 1..=REACH {
                match (side(self, at, i), side(name, other, i)) {
                    (Some(a), Some(b)) if a == b => same += 1,
                    (None, None) => {
                        ends = true;
                        break;
                    }
                    _ => break,
                }
            }
            (same, ends)
        };
        let ((left, begun), (right, ended)) = (run(&before), run(&after));
        let around = left + right + usize::from(begun) + usize::from(ended);
        let bounded = (left > 0 || begun) && (right > 0 || ended) && left + right > 1;
        let least = if left > 0 && right > 0 || self.sure[at] < LIKELY { 3 } else { 4 };
        bounded && around >= least
    }
}

/// Whether a name is that of a town in the state's list.
fn is_known(name: &[char]) -> bool {
    let town = format!("{}市", String::from_iter(name));
    region::of_text(&town).is_some_and(|region| region.city == Some(&town) || region.province == town)
}

fn only(mut found: Vec<char>) -> Option<char> {
    found.sort_unstable();
    found.dedup();
    if let [one] = found[..] { Some(one) } else { None }
}

#[cfg(test)]
mod tests {
    use document::page::Rect;

    use super::*;

    /// A name of which the character before each `?` was read with this sureness.
    fn span(text: &str, sureness: f32) -> Span {
        let mut glyphs: Vec<Glyph> = Vec::new();
        for ch in text.chars() {
            match glyphs.last_mut() {
                Some(last) if ch == '?' => last.confidence = sureness,
                _ => glyphs.push(Glyph { ch, left: 0.0, right: 0.0, confidence: 1.0, label: false }),
            }
        }
        let area = Rect { left: 0.0, top: 0.0, right: 9.0, bottom: 9.0 };
        Span { glyphs, area, confidence: 1.0, vertical: false, seal: false, lean: 0.0 }
    }

    fn settled(read: &str, sureness: f32, others: &[&str]) -> (String, bool) {
        let mut spans: Vec<Span> = std::iter::once(span(read, sureness)).chain(others.iter().map(|text| span(text, sureness))).collect();
        settle(spans.iter_mut());
        (spans[0].compact(), spans[0].glyphs.iter().all(|g| g.confidence >= SURE))
    }

    #[test]
    fn a_character_in_doubt_is_what_the_same_name_has_elsewhere() {
        for (read, other, expected, sure) in [
            ("沙渡区|北展?星科技园", "北辰星酒店(青岬店)", "沙渡区|北辰星科技园", true),
            ("沙渡区|北辰?星科技园", "北辰星酒店(青岬店)", "沙渡区|北辰星科技园", true),
            ("东属?区|文渊路地铁站", "东篱区|白沙中路地铁站", "东篱区|文渊路地铁站", true),
            ("自?沙中路202号", "东篱区|白沙中路地铁站", "白沙中路202号", true),
            // little of the name is the same
            ("榕?桐巷35号", "梧桐巷地铁站", "榕桐巷35号", false),
            ("晴川?科技园", "拾光科技园", "晴川科技园", false),
            ("一笔?酒店", "一苇大厦", "一笔酒店", false),
            // names that differ by a side are two
            ("云泽南?京路口", "云泽北京路口", "云泽南京路口", false),
        ] {
            assert_eq!(settled(read, 0.7, &[other]), (expected.to_owned(), sure), "{read}");
        }
        assert_eq!(settled("榕?桐巷35号", 0.5, &["梧桐巷地铁站"]).0, "梧桐巷35号");
        // the other is in doubt itself, or two say otherwise
        assert_eq!(settled("北展?星科技园", 0.7, &["北辰?星酒店"]).0, "北展星科技园");
        assert_eq!(settled("北展?星科技园", 0.7, &["北辰星酒店", "北展星大厦"]).0, "北展星科技园");
    }

    #[test]
    fn towns_stand_in_names_too() {
        for (read, other, expected, sure) in [
            ("临高?国际机场", "临岚市", "临岚国际机场", false),
            ("临岗?市", "临岚东站-网约车上客点", "临岚市", true),
            ("青岬?市", "青岬国际机场", "青岬市", true),
            ("青牌?市", "临岚市", "青牌市", false),
            ("一苇酒店(青牌?文渊路店)", "青岬市", "一苇酒店(青岬文渊路店)", true),
            // no town stands here
            ("晴?川科技园", "松川市", "晴川科技园", false),
            // a gate is no town
            ("一苇酒店(东?门)", "厦门市", "一苇酒店(东门)", false),
            // towns of which one has the other's first character
            ("杭州?市", "杭海市", "杭州市", false),
        ] {
            let (text, certain) = settled(read, 0.7, &[other]);
            assert_eq!(text, expected, "{read}");
            assert!(certain || !sure, "{read}");
        }
    }
}
