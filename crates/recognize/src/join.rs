//! What belongs to one invoice, brought together: pages that run on, payloads, attached documents.

use invoice::details::Details;

use crate::draft::Draft;
use crate::payloads::Mapped;

/// Adds a page's invoices. A page that says it is a later page of several, or that repeats the number before it, goes on
/// with the invoice before.
pub(crate) fn page(drafts: &mut Vec<Draft>, found: Vec<Draft>) {
    for next in found {
        if next.list
            && let Some(owner) = drafts.iter_mut().rev().find(|d| !d.list && (next.number().is_none() || d.number() == next.number()))
        {
            go_on_list(owner, next);
            continue;
        }
        let continues = drafts.last().is_some_and(|last| {
            let same_number = last.number().is_some() && last.number() == next.number();
            let running_on = next.pages.is_some_and(|(at, of)| at > 1 && of > 1) && (next.number().is_none() || same_number);
            last.page < next.page && (same_number || running_on)
        });
        match drafts.last_mut().filter(|_| continues) {
            Some(last) => go_on(last, next),
            None => drafts.push(next),
        }
    }
}

/// Adds a list of goods to its invoice: its rows take the place of the one row that refers to it (详见销货清单); what else stands on it are the totals of its
/// page.
fn go_on_list(draft: &mut Draft, next: Draft) {
    if draft.readings.is_empty() {
        draft.readings.push(Details::new());
    }
    let rows = draft.readings[0].rows_mut("items");
    rows.retain(|row| !row.get("name").is_some_and(|name| name.value.contains("清单")));
    for details in next.readings {
        rows.extend(details.rows("items").iter().cloned());
    }
}

/// Adds a later page to its invoice: its rows come after, its other fields fill what is still missing (the totals stand
/// on the last page).
fn go_on(draft: &mut Draft, next: Draft) {
    draft.pages = draft.pages.or(next.pages);
    draft.extra.qrcode.extend(next.extra.qrcode);
    let Some(own) = draft.readings.first_mut() else {
        draft.readings = next.readings;
        return;
    };
    for details in next.readings {
        append(own, details);
    }
}

fn append(own: &mut Details, more: Details) {
    for (key, field) in more.fields() {
        if !own.has(key) {
            own.set(key, field.clone());
        }
    }
    for (key, rows) in more.lists() {
        own.rows_mut(key).extend(rows.iter().cloned());
    }
}

/// Gives each payload to the invoice with its number; the only payload of an only invoice to that; any other makes an invoice of its own.
pub(crate) fn payloads(drafts: &mut Vec<Draft>, mapped: Vec<Mapped>) {
    let numbers: std::collections::HashSet<String> =
        mapped.iter().filter_map(|m| m.details.get("number").map(|f| f.value.clone())).collect();
    let alone = numbers.len() <= 1;
    for payload in mapped {
        let number = payload.details.get("number").map(|f| f.value.clone());
        let by_number = drafts.iter().position(|d| number.is_some() && d.number() == number.as_deref());
        let only = if drafts.len() == 1 && alone { Some(0) } else { None };
        match by_number.or(only) {
            Some(i) => drafts[i].add(payload),
            None if number.is_some() => drafts.push(Draft::from_payload(payload)),
            None => {}
        }
    }
}

/// Adds the invoices of an attached document: to the invoice with the same number, else as invoices of their own.
pub(crate) fn documents(drafts: &mut Vec<Draft>, inner: Vec<Draft>) {
    for more in inner {
        if more.number().is_none() && more.readings.is_empty() {
            continue;
        }
        let same = drafts.iter().position(|d| d.number().is_some() && d.number() == more.number());
        match same {
            Some(i) => {
                let draft = &mut drafts[i];
                if draft.image_size == [0, 0] {
                    (draft.image_size, draft.region, draft.page) = (more.image_size, more.region, more.page);
                }
                draft.kind = draft.kind.or(more.kind);
                draft.extra.qrcode.extend(more.extra.qrcode);
                draft.readings.extend(more.readings);
            }
            None => drafts.push(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use invoice::details::{Field, Row, Source};

    use super::*;

    fn draft(page_index: usize, number: &str, names: &[&str], list: bool) -> Draft {
        let mut details = Details::new();
        if !number.is_empty() {
            details.set("number", Field::new(number, Source::TextLayer));
        }
        *details.rows_mut("items") =
            names.iter().map(|name| Row::from_iter([("name".to_owned(), Field::new(*name, Source::TextLayer))])).collect();
        Draft { readings: vec![details], page: page_index, list, ..Draft::default() }
    }

    fn names(draft: &Draft) -> Vec<&str> {
        draft.readings[0].rows("items").iter().map(|row| row["name"].value.as_str()).collect()
    }

    #[test]
    fn a_list_of_goods_takes_the_place_of_the_row_that_refers_to_it() {
        let mut drafts = Vec::new();
        page(&mut drafts, vec![draft(0, "75439144", &["(详见销货清单)"], false)]);
        page(&mut drafts, vec![draft(1, "75439144", &["纸", "笔"], true)]);
        page(&mut drafts, vec![draft(2, "", &["墨"], true)]);
        page(&mut drafts, vec![draft(3, "75439145", &["(详见销货清单)"], false)]);
        page(&mut drafts, vec![draft(4, "75439145", &["砚"], true)]);
        assert_eq!(drafts.iter().map(names).collect::<Vec<_>>(), [vec!["纸", "笔", "墨"], vec!["砚"]]);
    }

    #[test]
    fn a_list_without_its_invoice_stays_what_it_is() {
        let mut drafts = Vec::new();
        page(&mut drafts, vec![draft(0, "75439144", &["纸"], false)]);
        page(&mut drafts, vec![draft(1, "11111111", &["笔"], true)]);
        assert_eq!(drafts.iter().map(names).collect::<Vec<_>>(), [["纸"], ["笔"]]);
    }
}
