//! Columns whose heads were not read, as under a seal. The last columns of every tax certificate and payment book are known by what stands in them: behind the
//! period for which a tax is levied the days on which it was paid (on certificates alone), and last the amounts that were paid.

use document::page::Rect;
use invoice::details::Source;
use invoice::{amount, date};

use super::sort;
use crate::layout::Sheet;
use crate::layout::gather::Piece;
use crate::layout::table::Column;

/// Adds the last columns where they were not read. `foot` is where the table ends.
pub(super) fn complete(sheet: &Sheet, columns: &mut Vec<Column>, foot: f32) {
    if sheet.source != Source::Ocr {
        return;
    }
    let has = |columns: &[Column], key: &str| columns.iter().any(|c| c.key == key);
    rank(sheet, columns, foot);
    // the period is told by the word between its days, the number of the document that a certificate is for by its length
    if !has(columns, "tax_period") {
        between(sheet, columns, foot, "tax_period", |text| text.contains('至') && date::find(text).is_some());
    }
    if has(columns, "tax_type") && !has(columns, "original_number") && !has(columns, "tax_rate") {
        between(sheet, columns, foot, "original_number", |text| text.len() >= LONG && text.bytes().all(|b| b.is_ascii_digit()));
    }
    let of_certificate = has(columns, "original_number") || !has(columns, "total") && !has(columns, "tax_rate");
    if of_certificate && !has(columns, "entry_date") {
        add(sheet, columns, foot, "entry_date", |text| !text.contains('至') && date::find(text).is_some());
    }
    if !has(columns, "actual_paid_amount") {
        add(sheet, columns, foot, "actual_paid_amount", |text| text.contains('.') && amount::parse(text).is_some());
    }
}

/// The least length of the numbers of documents.
const LONG: usize = 15;

/// Adds a column between the others, or left of them, where its values stand below no head of their own.
fn between(sheet: &Sheet, columns: &mut Vec<Column>, foot: f32, key: &'static str, is_own: fn(&str) -> bool) {
    let Some(heads) = columns.iter().map(|c| c.head).reduce(|a, b| a.union(&b)) else { return };
    let part = Rect { left: f32::MIN, top: heads.bottom, right: f32::MAX, bottom: foot };
    // what was read together with the number before it begins where its own characters do
    let own = sheet.gather(&part, 0.9).into_iter().filter(|p| is_own(&p.compact())).map(|p| p.area);
    let Some(area) = own.reduce(|a, b| if a.left < b.right && b.left < a.right { a.union(&b) } else { a }) else { return };
    let middle = area.center().x;
    if columns.iter().all(|c| middle < c.head.left || middle > c.head.right) {
        let head = Rect { left: area.left, right: area.right, top: heads.top, bottom: heads.bottom };
        columns.push(Column { key, sort: sort(key), head, walls: None });
    }
}

/// Adds the column of 级次, which says who gets how much of a tax (市区100%), between the budget's account and what is taxed.
fn rank(sheet: &Sheet, columns: &mut Vec<Column>, foot: f32) {
    let head = |key: &str| columns.iter().find(|c| c.key == key).map(|c| c.head);
    let account = head("budget_account_name").or_else(|| head("budget_account_code"));
    let (Some(account), Some(name), None) = (account, head("name"), head("budget_account_level")) else { return };
    let part = Rect { left: account.right, top: account.bottom, right: name.left, bottom: foot };
    let own = sheet.gather(&part, 0.9).into_iter().filter(|p| is_rank(&p.compact())).map(|p| p.area);
    if let Some(area) = own.reduce(|a, b| a.union(&b)) {
        let head = Rect { left: area.left, right: area.right, top: account.top, bottom: account.bottom };
        columns.push(Column { key: "budget_account_level", sort: sort("budget_account_level"), head, walls: None });
    }
}

/// Whether a text says who gets how much of a tax: a level of the state and a share, whose sign may have been read or not.
pub(super) fn is_rank(text: &str) -> bool {
    let share = text.trim_start_matches(|c: char| !c.is_ascii());
    let level = text[..text.len() - share.len()].chars().count();
    let bare = share.trim_end_matches('%');
    (1..=4).contains(&level) && (2..=3).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit())
}

/// Adds a column right of the others where values of its own stand.
fn add(sheet: &Sheet, columns: &mut Vec<Column>, foot: f32, key: &'static str, is_own: fn(&str) -> bool) {
    let Some(heads) = columns.iter().map(|c| c.head).reduce(|a, b| a.union(&b)) else { return };
    let next = columns.iter().filter(|c| c.key == "actual_paid_amount").map(|c| c.head.left).fold(f32::MAX, f32::min);
    let last = columns.iter().filter(|c| c.key != "actual_paid_amount").map(|c| c.head.right).fold(f32::MIN, f32::max);
    let part = Rect { left: last, top: heads.center().y, right: next, bottom: foot };
    let pieces = sheet.gather(&part, 0.9);
    let own = pieces.iter().filter(|p| p.area.left > last - 0.5 * p.area.height() && is_own(&p.compact())).map(|p: &Piece| p.area);
    // its values stand below each other
    let Some(area) = own.reduce(|a, b| if a.left < b.right && b.left < a.right { a.union(&b) } else { a }) else { return };
    columns.push(Column {
        key,
        sort: sort(key),
        head: Rect { left: area.left, right: area.right, top: heads.top, bottom: heads.bottom },
        walls: None,
    });
}
