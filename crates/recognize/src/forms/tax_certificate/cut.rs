//! Values that a stamp lies over half of: what is left of them looks like a value and is none.

use invoice::date;
use invoice::details::Row;

/// Takes out of the rows what is cut off: periods without their second day, and numbers of documents shorter than the others on the sheet, which are all of
/// one length.
pub(super) fn leave_out(rows: &mut [Row]) {
    const NUMBER: &str = "original_number";
    let longest = rows.iter().filter_map(|row| row.get(NUMBER)).map(|field| field.value.len()).max();
    for row in rows {
        row.retain(|key, field| match key.as_str() {
            NUMBER => Some(field.value.len()) == longest,
            "tax_period" => field.value.split_once('至').is_none_or(|(_, last)| date::find(last).is_some()),
            _ => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use invoice::details::{Field, Source};

    use super::*;

    #[test]
    fn what_is_cut_off_is_left_out() {
        let row = |number: &str, period: &str| -> Row {
            [("original_number", number), ("tax_period", period)]
                .map(|(key, value)| (key.to_owned(), Field::new(value, Source::Ocr)))
                .into()
        };
        let mut rows = [
            row("999015250300012345", "2025-01-01至2025-01-31"),
            row("9990152503000123", "2025-01-01至"),
            row("999015250300012346", "2025-01-01至2025"),
            row("999015250300012347", "2025年1月"),
        ];
        leave_out(&mut rows);
        let kept: Vec<String> = rows.iter().map(|row| row.keys().map(String::as_str).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(kept, ["original_number tax_period", "", "original_number", "original_number tax_period"]);
    }
}
