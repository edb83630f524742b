//! A workbook: one sheet of invoices, one of the rows of their lists.

use std::io::Write;

use invoice::kind::record::{Record, Value};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::columns::{self, Column};
use super::outcome::Outcome;
use super::table::checks;

/// Significant digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// The widest that a column is made, in pixels.
const WIDEST: u32 = 420;

/// Writes the workbook. Columns that no row has a value in are left out.
pub(super) fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> anyhow::Result<()> {
    let mut workbook = Workbook::new();
    let records: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.found()).map(|found| found.kind.record(&found.details)).collect();
    invoices(workbook.add_worksheet(), outcomes, &records)?;
    items(workbook.add_worksheet(), outcomes, &records)?;
    out.write_all(&workbook.save_to_buffer()?)?;
    Ok(())
}

fn invoices(sheet: &mut Worksheet, outcomes: &[Outcome], records: &[Record<'_>]) -> Result<(), XlsxError> {
    let columns = used(records);
    head(sheet, "发票", &["文件", "页", "类型", "核对", "未读原因"], &columns)?;
    let (mut row, mut records) = (1, records.iter());
    for outcome in outcomes {
        let file = outcome.path.display().to_string();
        if let Some(error) = outcome.error() {
            sheet.write_string(row, 0, &file)?.write_string(row, 4, error)?;
            row += 1;
        }
        for (found, record) in outcome.found().iter().zip(&mut records) {
            sheet.write_string(row, 0, &file)?.write_number(row, 1, page(found.page))?;
            sheet.write_string(row, 2, found.kind.name())?.write_string(row, 3, checks(found))?;
            fields(sheet, row, 5, &columns, record)?;
            row += 1;
        }
    }
    finish(sheet)
}

fn items(sheet: &mut Worksheet, outcomes: &[Outcome], records: &[Record<'_>]) -> Result<(), XlsxError> {
    let columns = used(records.iter().flat_map(lists).flat_map(|(_, rows)| rows));
    head(sheet, "明细", &["文件", "页", "发票号码", "列表", "行"], &columns)?;
    let (mut row, mut records) = (1, records.iter());
    for outcome in outcomes {
        let file = outcome.path.display().to_string();
        for (found, record) in outcome.found().iter().zip(&mut records) {
            for (list, rows) in lists(record) {
                for (number, item) in rows.iter().enumerate() {
                    sheet.write_string(row, 0, &file)?.write_number(row, 1, page(found.page))?;
                    sheet.write_string(row, 2, record.text("number"))?.write_string(row, 3, list)?.write_number(row, 4, page(number))?;
                    fields(sheet, row, 5, &columns, item)?;
                    row += 1;
                }
            }
        }
    }
    finish(sheet)
}

fn used<'a>(rows: impl IntoIterator<Item = &'a Record<'a>>) -> Vec<Column<'a>> {
    columns::of(rows).into_iter().filter(|column| column.used).collect()
}

/// Lists of an invoice: what they are called, and their rows.
fn lists<'a>(record: &'a Record<'a>) -> impl Iterator<Item = (&'a str, &'a [Record<'a>])> {
    record.entries().iter().filter_map(|entry| match &entry.value {
        Value::List(rows) => Some((entry.spec.map_or(entry.key, |spec| spec.label), rows.as_slice())),
        Value::Text(_) => None,
    })
}

/// Counts from 1, as people do.
fn page(index: usize) -> f64 {
    u32::try_from(index + 1).map_or(f64::NAN, f64::from)
}

fn head(sheet: &mut Worksheet, name: &str, first: &[&str], columns: &[Column<'_>]) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_freeze_panes(1, 1)?;
    let bold = Format::new().set_bold();
    sheet.write_row_with_format(0, 0, first.iter().copied().chain(columns.iter().map(Column::label)), &bold)?;
    Ok(())
}

fn finish(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_autofit_max_width(WIDEST).autofit();
    Ok(())
}

fn fields(sheet: &mut Worksheet, row: u32, from: u16, columns: &[Column<'_>], record: &Record<'_>) -> Result<(), XlsxError> {
    for (at, column) in (from..).zip(columns) {
        let text = record.text(column.key);
        match exact(text).filter(|_| column.is_amount()) {
            _ if text.is_empty() => {}
            Some((number, decimals)) => {
                let pattern = if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals)) };
                sheet.write_number_with_format(row, at, number, &Format::new().set_num_format(pattern))?;
            }
            None => {
                sheet.write_string(row, at, text)?;
            }
        }
    }
    Ok(())
}

/// An amount as the number that a spreadsheet keeps, with its printed decimals; `None` when the number would not be exactly
/// the amount, so that it has to stay text.
fn exact(text: &str) -> Option<(f64, usize)> {
    let amount: Decimal = text.parse().ok()?;
    let digits = amount.normalize().mantissa().unsigned_abs().to_string().len();
    // A double keeps any decimal of up to 15 digits: written out again at that length it is the same.
    let number: f64 = text.parse().ok().filter(|_| digits <= DIGITS)?;
    let scale = usize::try_from(amount.scale()).ok().filter(|scale| *scale <= DIGITS)?;
    let back: Decimal = format!("{number:.scale$}").parse().ok()?;
    (back == amount).then_some((number, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_are_numbers_and_those_that_stay_text() {
        for (text, expected) in [
            ("106.00", Some((106.0, 2))),
            ("-106.5", Some((-106.5, 1))),
            ("0.1", Some((0.1, 1))),
            ("0", Some((0.0, 0))),
            ("5949", Some((5949.0, 0))),
            ("2.14128502", Some((2.141_285_02, 8))),
            ("123456789012345", Some((123_456_789_012_345.0, 0))),
            ("9999999999999.99", Some((9_999_999_999_999.99, 2))),
            ("99999999999999.99", None),
            ("1234567890123456", None),
            ("0.1234567890123456", None),
            ("", None),
            ("***", None),
            ("免税", None),
            ("1,000.00", None),
        ] {
            assert_eq!(exact(text), expected, "{text}");
        }
    }
}
