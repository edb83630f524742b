//! What is looked at once more by itself: values of the head and the sum that were not read, or not as what they must be, where their labels say that they
//! stand. The stamps of bureaus and treasuries lie over them, which the red plane of the picture does not show.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::{date, tax_id, words};

use super::label::{Foot, Label, Lead};
use super::{Certificate, is_words};
use crate::closer::Faint;
use crate::layout::label::Mark;
use crate::layout::{is_chinese, median};

/// A name below this confidence is looked at again.
const SURE: f32 = 0.93;
/// The half height of a cell, in heights of its label's box, which has a margin of its own.
const HALF: f32 = 0.6;
/// How much lower than their labels values stand that are stamped into the cells, in heights of a label, where none was read that shows it.
const LOW: f32 = 0.3;

impl Certificate {
    /// The cells to look at again. `right` is the edge of the print.
    pub(super) fn faint(&self, details: &Details, right: f32) -> Vec<Faint> {
        if self.sheet.source != Source::Ocr {
            return Vec::new();
        }
        let mut faint = Vec::new();
        for mark in self.marks.iter().filter(|m| m.area.bottom < self.grid.top()) {
            let doubtful = |key: &str| details.get(key).is_none_or(|field| field.confidence < SURE);
            let wrong = |key: &str, fits: fn(&str) -> bool| !fits(details.text(key));
            let again: Option<fn(&str) -> bool> = match mark.label {
                Label::Lead(Lead::Field("date")) if !details.has("date") => Some(is_day),
                Label::Lead(Lead::Field("buyer_tax_id")) if wrong("buyer_tax_id", is_tax_id) => Some(is_tax_id),
                Label::Lead(Lead::Field("tax_payment_limited_time")) if !details.has("tax_payment_limited_time") => Some(is_day),
                Label::Lead(Lead::Field("buyer_account")) if !details.has("buyer_account") => Some(is_account),
                Label::Lead(Lead::Field("buyer")) | Label::Name if doubtful("buyer") => Some(is_name),
                Label::Lead(Lead::Field("buyer_deposit_bank")) if doubtful("buyer_deposit_bank") => Some(is_bank),
                Label::Lead(Lead::Field("receiving_treasury")) if doubtful("receiving_treasury") => Some(is_treasury),
                Label::Lead(Lead::Bureau) if doubtful("tax_authorities") => Some(is_bureau),
                _ => None,
            };
            faint.extend(again.and_then(|fits| self.cell(mark, right, fits)));
        }
        // what a stamp over its beginning keeps from being seen as print at all
        if let Some(mark) = self.marks.iter().find(|m| m.label == Label::Foot(Foot::Remark) && !details.has("remark")) {
            let (own, height) = (mark.area, mark.area.height());
            let area = Rect { left: own.right, top: own.top - 0.1 * height, right, bottom: own.bottom + 0.2 * height };
            faint.extend((area.width() > 4.0 * height).then_some(Faint { area, fits: is_remark }));
        }
        let within = self.marks.iter().find(|m| m.label == Label::Lead(Lead::Within) && self.sum.is_some_and(|s| s.left < m.area.left));
        if let Some(mark) = within.filter(|_| words::parse(details.text("total_cn")).is_none()) {
            let figures = details.get("total").and_then(|f| f.area).filter(|_| self.sheet.moved.is_none());
            let right = figures.map_or(right, |_| mark.area.right + 0.6 * (right - mark.area.right));
            faint.extend(self.cell(mark, right, is_said));
        }
        faint
    }

    /// What stands to the right of a label, up to the next label of its row, as low as other values stand.
    fn cell(&self, mark: &Mark<Label>, right: f32, fits: fn(&str) -> bool) -> Option<Faint> {
        let (own, height) = (mark.area, mark.area.height());
        let level = |m: &&Mark<Label>| (m.area.center().y - own.center().y).abs() < 0.7 * height && m.area.left > own.right;
        let right = self.marks.iter().filter(level).map(|m| m.area.left - 0.2 * height).fold(right, f32::min);
        let off = |m: &Mark<Label>| {
            let beside = super::beside(&self.sheet, &self.marks, m);
            beside.iter().filter(|piece| self.own(m, piece)).map(|piece| piece.middle() - m.area.center().y).next()
        };
        let alike = self.marks.iter().filter(|m| m.area.bottom < self.grid.top() && m.colon == mark.colon);
        let low = median(alike.filter_map(off)).unwrap_or(LOW * height);
        let (middle, half) = (own.center().y + low, HALF * height);
        let area = Rect { left: own.right + 0.1 * height, top: middle - half, right, bottom: middle + half };
        (area.width() > 2.0 * height).then_some(Faint { area, fits })
    }
}

fn chinese(text: &str) -> usize {
    text.chars().filter(|c| is_chinese(*c)).count()
}

/// Whether a text is a day and nothing else.
fn is_day(text: &str) -> bool {
    date::parse(text).is_some()
}

/// Whether a text is a taxpayer's number, its check character right.
fn is_tax_id(text: &str) -> bool {
    tax_id::score(text) == Some(tax_id::Score::Passes)
}

/// Whether a text is the number of an account.
fn is_account(text: &str) -> bool {
    (9..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text can be a name: Chinese for the most part, and none of the form's own words.
fn is_name(text: &str) -> bool {
    let all = text.chars().count();
    all >= 4 && chinese(text) * 10 >= all * 7 && !["识别号", "名称", "专用章", "国库", "税务", ":"].iter().any(|word| text.contains(word))
}

/// Whether a text is a bank.
fn is_bank(text: &str) -> bool {
    chinese(text) >= 4 && text.ends_with(['行', '部', '社', '处', ')'])
}

/// Whether a text is a treasury: 国家金库 and where.
fn is_treasury(text: &str) -> bool {
    text.starts_with("国家金库") && text.ends_with('库')
}

/// Whether a text is a bureau of taxes.
fn is_bureau(text: &str) -> bool {
    chinese(text) >= 6 && text.contains("税务") && text.ends_with(['局', '所', '处', '科', '厅'])
}

/// Whether a text can be a remark: words, and none of a stamp's or of the form's own.
fn is_remark(text: &str) -> bool {
    chinese(text) >= 4 && !["专用章", "盖章", "妥善保管"].iter().any(|word| text.contains(word))
}

/// Whether a text says an amount in words.
fn is_said(text: &str) -> bool {
    is_words(text) && words::parse(text).is_some()
}
