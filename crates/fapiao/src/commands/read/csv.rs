//! One line per invoice with every field of its kind; lists are left to JSON and the workbook.

use std::io::Write;

use super::columns;
use super::outcome::Outcome;
use super::table::checks;

/// Writes a head line and one line per invoice or file that could not be read.
pub(super) fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> anyhow::Result<()> {
    let records: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.found()).map(|found| found.kind.record(&found.details)).collect();
    let columns = columns::of(&records);
    let mut csv = ::csv::Writer::from_writer(out);
    csv.write_record(["file", "error", "page", "type", "kind_name", "checks"].into_iter().chain(columns.iter().map(|column| column.key)))?;
    let mut records = records.iter();
    for outcome in outcomes {
        let file = outcome.path.display().to_string();
        if let Some(error) = outcome.error() {
            let blank = std::iter::repeat_n("", 4 + columns.len());
            csv.write_record([file.as_str(), error].into_iter().chain(blank))?;
        }
        for (found, record) in outcome.found().iter().zip(&mut records) {
            let (page, checks) = (found.page.to_string(), checks(found));
            let head = [file.as_str(), "", &page, found.kind.code(), found.kind.name(), &checks];
            csv.write_record(head.into_iter().chain(columns.iter().map(|column| record.text(column.key))))?;
        }
    }
    csv.flush()?;
    Ok(())
}
