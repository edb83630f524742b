//! What is looked at once more by itself: names, numbers and totals that were not read, or not as what they must be, where their labels say that
//! they stand. Stamps and seals lie over them, which the red plane of the picture does not show.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::{tax_id, words};

use super::Form;
use super::label::Label;
use super::people::is_person;
use super::totals::is_words;
use crate::cipher;
use crate::closer::Faint;
use crate::layout::is_chinese;

/// A name below this confidence is looked at again.
const SURE: f32 = 0.93;
/// The half height of a cell, in heights of its label's box, which has a margin of its own.
const HALF: f32 = 0.6;

impl Form {
    /// The cells to look at again.
    pub(super) fn faint(&self, details: &Details) -> Vec<Faint> {
        if self.sheet.source != Source::Ocr {
            return Vec::new();
        }
        let mut faint = Vec::new();
        for block in self.parties() {
            for row in &block.rows {
                let field = details.get(&format!("{}{}", block.prefix, row.ending));
                let (fits, doubtful): (fn(&str) -> bool, bool) = match row.ending {
                    "" => (is_name, field.is_none_or(|f| f.confidence < SURE)),
                    "_tax_id" => (is_tax_id, field.is_none_or(|f| !is_tax_id(&f.value) && !f.value.contains('*'))),
                    _ => continue,
                };
                let right = block.part.right.min(self.edge());
                if doubtful {
                    faint.extend(self.cell(&row.area, right, fits));
                }
            }
        }
        if let Some(label) = self.all(Label::Words).map(|m| m.area).find(|a| a.top > self.header.bottom)
            && words::parse(details.text("total_cn")).is_none()
        {
            let right = self.all(Label::Figures).map(|m| m.area.left).find(|x| *x > label.right).unwrap_or(self.header.center().x);
            faint.extend(self.cell(&label, right, is_total));
        }
        if !self.digital {
            for (label, key) in [(Label::Payee, "receiptor"), (Label::Reviewer, "reviewer"), (Label::Issuer, "issuer")] {
                let doubtful = details.get(key).is_none_or(|field| field.confidence < SURE || !is_person(&field.value));
                let below = self.words.map_or(self.header.bottom, |words| words.top);
                let mark = self.all(label).filter(|m| m.area.top > below).last().filter(|_| doubtful);
                faint.extend(mark.map(|mark| self.person(mark)));
            }
        }
        if !self.digital && !details.has("ciphertext") {
            faint.extend(self.torn_cipher());
        }
        faint
    }

    /// The lines of a cipher of which none but whole ones say anything, as far as they are not whole.
    fn torn_cipher(&self) -> Vec<Faint> {
        let lines: Vec<(Rect, String)> = self.cipher_lines().map(|span| (span.area, span.compact())).collect();
        let torn = lines.into_iter().filter(|(_, text)| !is_cipher_line(text));
        torn.map(|(area, _)| Faint { area, fits: is_cipher_line }).collect()
    }

    /// Where the frame ends on the right: 205 mm from the left edge of a 数电票.
    fn edge(&self) -> f32 {
        self.scale().map_or(self.right(), |(scale, offset)| scale * 205.2 + offset)
    }

    /// What stands to the right of a label, at its height.
    fn cell(&self, label: &Rect, right: f32, fits: fn(&str) -> bool) -> Option<Faint> {
        let (middle, half) = (label.center().y, HALF * label.height());
        let area = Rect { left: label.right + 0.1 * label.height(), top: middle - half, right, bottom: middle + half };
        (area.width() > 2.0 * self.line && right < f32::MAX).then_some(Faint { area, fits })
    }
}

/// Whether a text can be the name of a party: Chinese for the most part, and none of the form's own words.
fn is_name(text: &str) -> bool {
    let all = text.chars().count();
    let chinese = text.chars().filter(|c| is_chinese(*c)).count();
    let own = ["识别号", "信用代码", "名称", "专用章", "SPECIMEN", ":"];
    all >= 4 && chinese * 10 >= all * 7 && !own.iter().any(|word| text.contains(word))
}

/// Whether a text is a number of a taxpayer, its check character right.
fn is_tax_id(text: &str) -> bool {
    tax_id::score(text) == Some(tax_id::Score::Passes)
}

/// Whether a text is a whole line of a cipher, of which there are two forms.
fn is_cipher_line(text: &str) -> bool {
    cipher::line(text).is_some_and(|line| matches!(line.len(), 21 | 27))
}

/// Whether a text is an amount in words; before it stands a crossed circle, which is read as anything.
fn is_total(text: &str) -> bool {
    let from = text.find(|c: char| c == '(' || "零壹贰叁肆伍陆柒捌玖拾".contains(c)).unwrap_or(0);
    is_words(text) && words::parse(&text[from..]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_can_hold() {
        type Fits = fn(&str) -> bool;
        let cases: [(Fits, &str, bool); 12] = [
            (is_cipher_line, "9/<6--*_*6*5/<<21*2<-719838", true),
            (is_cipher_line, "9/<6--*-*6*5/<<21*2<-71983", false),
            (is_cipher_line, "91993126PHRMTGP125", false),
            (is_name, "云泽市拾光信息技术有限公司", true),
            (is_name, "云泽拾光(酒店管理)中心(有限合伙)", true),
            (is_name, "名称:云泽拾光有限公司", false),
            (is_name, "91993208EC4FJ9BU06", false),
            (is_name, "个人", false),
            (is_tax_id, "91993126PHRMTGP125", true),
            (is_tax_id, "91993126PHRMTGP126", false),
            (is_total, "⊗壹万贰仟柒佰贰拾壹圆陆角玖分", true),
            (is_total, "壹万贰仟柒圆佰", false),
        ];
        for (fits, text, expected) in cases {
            assert_eq!(fits(text), expected, "{text}");
        }
    }
}
