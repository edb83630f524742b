//! The amounts of the rides, settled by their sum.

use invoice::amount;
use invoice::details::Row;
use rust_decimal::Decimal;

/// An amount surer than this is not taken for misread.
const CERTAIN: f32 = 0.97;

/// An amount whose point was read as a gap or a colon: `42 62`, `133:44`. Lists print amounts with two decimals.
pub(super) fn pointed(text: &str) -> Option<String> {
    let (whole, cents) = text.trim().split_once([' ', ':'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (cents.len() == 2 && whole.len() <= 4 && digits(whole) && digits(cents)).then(|| format!("{whole}.{cents}"))
}

/// How surely an amount is known whose unit was read as figures: it stays where the sum confirms it.
const CUT: f32 = 0.5;

/// Cuts what stands behind the two decimals of an amount: the 元 behind it in small print, read as figures (`126.3838`).
pub(super) fn cut(rows: &mut [Row]) {
    for field in rows.iter_mut().filter_map(|row| row.get_mut("total")) {
        let point = field.value.find('.').filter(|point| field.value.len() > point + 3);
        if let Some(point) = point {
            field.value.truncate(point + 3);
            field.confidence = field.confidence.min(CUT);
        }
    }
}

/// Mends the one amount of which one figure was misread: the only one that, read in some doubt, makes the sum right when one of its figures is another.
pub(super) fn mend(rows: &mut [Row], sum: Option<Decimal>) {
    let amounts: Option<Vec<Decimal>> = rows.iter().map(|row| amount::parse(&row.get("total")?.value)).collect();
    let (Some(amounts), Some(sum)) = (amounts, sum) else { return };
    let Some(off) = amount::sum(amounts.iter().copied()).and_then(|all| sum.checked_sub(all)).filter(|off| !off.is_zero()) else { return };
    let mended = |(row, read): (usize, &Decimal)| {
        let field = rows[row].get("total").filter(|field| field.confidence < CERTAIN)?;
        let right = amount::plain(read.checked_add(off)?);
        let others = right.chars().zip(field.value.chars()).filter(|(a, b)| a != b).count();
        (right.len() == field.value.len() && others == 1).then_some((row, right))
    };
    let found: Vec<(usize, String)> = amounts.iter().enumerate().filter_map(mended).collect();
    if let [(row, right)] = &found[..]
        && let Some(field) = rows[*row].get_mut("total")
    {
        field.value.clone_from(right);
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use invoice::details::{Field, Source};

    use super::*;

    #[test]
    fn figures_behind_two_decimals_are_a_unit() {
        for (read, expected, sure) in
            [("126.3838", "126.38", false), ("126.38", "126.38", true), ("126.3", "126.3", true), ("126", "126", true)]
        {
            let field = Field { confidence: 0.9, ..Field::new(read, Source::Ocr) };
            let mut rows: Vec<Row> = vec![IndexMap::from([("total".to_owned(), field)])];
            cut(&mut rows);
            assert_eq!((rows[0]["total"].value.as_str(), rows[0]["total"].confidence > CUT), (expected, sure), "{read}");
        }
    }

    #[test]
    fn points_read_as_gaps() {
        for (read, expected) in
            [("42 62", Some("42.62")), ("133:44", Some("133.44")), ("42.62", None), ("4262", None), ("4 262", None), ("A 62", None)]
        {
            assert_eq!(pointed(read).as_deref(), expected, "{read}");
        }
    }

    #[test]
    fn the_one_amount_that_the_sum_contradicts_is_mended() {
        let mend = |read: &[(&str, f32)], sum: &str| -> Vec<String> {
            let field = |(value, confidence): &(&str, f32)| Field { confidence: *confidence, ..Field::new(*value, Source::Ocr) };
            let mut rows: Vec<Row> = read.iter().map(|total| IndexMap::from([("total".to_owned(), field(total))])).collect();
            mend(&mut rows, amount::parse(sum));
            rows.iter().map(|row| row["total"].value.clone()).collect()
        };
        let read = [("41.75", 0.9), ("50.60", 0.99), ("154.96", 0.99)];
        assert_eq!(mend(&read, "249.31"), ["43.75", "50.60", "154.96"]);
        // two figures are others, or the sum is right
        assert_eq!(mend(&read, "261.31"), ["41.75", "50.60", "154.96"]);
        assert_eq!(mend(&read, "247.31"), ["41.75", "50.60", "154.96"]);
        // either of two may be
        assert_eq!(mend(&[("41.75", 0.9), ("50.60", 0.9)], "94.35"), ["41.75", "50.60"]);
    }
}
