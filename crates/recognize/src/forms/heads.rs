//! Where forms begin on a sheet that may hold several: VAT forms by the heads of their table, electronic tickets by their title.

use invoice::details::Source;

use super::vat::{self, FormHead};
use crate::layout::Sheet;
use crate::layout::label::distance;

/// The titles of electronic tickets, of which two are often printed on one page, without 电子发票 and brackets.
const TITLES: &[&str] = &["铁路电子客票", "航空运输电子客票行程单"];

/// Every head of a form on a sheet, top to bottom, then left to right.
pub(crate) fn heads(sheet: &Sheet) -> Vec<FormHead> {
    let mut heads = vat::heads(sheet);
    let by_eye = sheet.source == Source::Ocr;
    for span in sheet.spans.iter().filter(|s| !s.vertical && !s.seal) {
        let text = span.compact();
        let bare: Vec<char> = text.trim_start_matches("电子发票").chars().filter(|c| !"()".contains(*c)).collect();
        // a remark may name the ticket; a title says nothing else
        let titled = TITLES.iter().any(|title| {
            let title: Vec<char> = title.chars().collect();
            bare == title || by_eye && bare.len().abs_diff(title.len()) <= 1 && distance(&bare, &title) <= 1
        });
        if titled {
            heads.push(FormHead { header: span.area, top: span.area.top });
        }
    }
    heads.sort_by(|a, b| a.header.top.total_cmp(&b.header.top).then(a.header.left.total_cmp(&b.header.left)));
    heads
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::super::{heads, read};
    use crate::layout::Sheet;
    use crate::split::groups;

    /// The parts of a ticket that tell it, moved to a place of the page.
    fn ticket(number: &'static str, x: f32, y: f32) -> Vec<(&'static str, f32, f32, f32)> {
        let words = [
            ("电子发票(铁路电子客票)", 80.0, 10.0, 12.0),
            (number, 10.0, 30.0, 8.0),
            ("云泽站", 40.0, 50.0, 10.0),
            ("G7391", 110.0, 50.0, 8.0),
            ("青岬站", 160.0, 50.0, 10.0),
            ("票价:¥73.50", 10.0, 90.0, 8.0),
            ("电子客票号:9990001112223334445556667", 10.0, 130.0, 8.0),
        ];
        words.into_iter().map(|(text, dx, dy, size)| (text, x + dx, y + dy, size)).collect()
    }

    #[test]
    fn tickets_below_and_beside_each_other_are_read_one_by_one() {
        let first = "发票号码:25999900000000000017";
        let second = "发票号码:25999900000000000025";
        for (x, y) in [(0.0, 200.0), (290.0, 0.0)] {
            let page = sheet(&[ticket(first, 0.0, 0.0), ticket(second, x, y)].concat());
            let part = |spans: &Vec<usize>| Sheet { spans: spans.iter().map(|at| page.spans[*at].clone()).collect(), ..page.clone() };
            let forms = groups(&page).unwrap().iter().filter_map(|spans| read(&part(spans))).collect::<Vec<_>>();
            let numbers: Vec<&str> = forms.iter().map(|form| form.details.text("number")).collect();
            assert_eq!(numbers, ["25999900000000000017", "25999900000000000025"], "second at {x} {y}");
        }
    }

    #[test]
    fn a_remark_that_names_the_ticket_begins_no_form() {
        let page = sheet(&[("备注:铁路电子客票退票费", 20.0, 20.0, 8.0), ("铁路电子客票报销", 20.0, 60.0, 8.0)]);
        assert!(heads::heads(&page).is_empty());
    }
}
