//! docs/accuracy.md.

use std::fmt::Write;

use render::specimen::Form;

use super::tally::{Column, Count, Sheets, Tally, percent};

/// The page.
pub(super) fn page(tally: &Tally, sheets: &Sheets, count: u64, seed: u64) -> String {
    format!(
        "# Accuracy

Written by `cargo xtask accuracy --count {count} --seed {seed}`, which invents invoices, draws them, reads them again in process and compares
every field: dates by the day, amounts by value, text without white space and width. Nothing here is a real document; how real ones fare is
measured with `make score`.

- *digital*: the XML, OFD and PDF of a form. *none*: its drawing as a picture. *mild*: a decent photograph or office scan, which any person
  reads at a glance. *hard*: a bad one (skewed, dim, folded, stamped over, blurred, on its side), which a person still reads in full:
  a phone comes so near that the smallest Chinese value has 16 pixels, the least for all strokes of a dense character (digits alone: 8 of their own
  height), and blurs by no more than one of those 16 rows. A scanner lies still and is in focus; its print may be a little smaller.
- *right*, *empty* and *wrong* are shares of all fields that the document shows. A wrong value is worse than a missing one.
- *whole* counts documents of which every field is right.

{}",
        tables(tally, sheets)
    )
}

/// The tables of the page.
pub(super) fn tables(tally: &Tally, sheets: &Sheets) -> String {
    let mut out = String::new();
    let columns: Vec<Column> = Column::ALL.into_iter().filter(|c| tally.column(*c).is_some()).collect();
    for column in &columns {
        let _ = writeln!(out, "## {}\n\n| form | right % | empty % | wrong % | whole |\n|---|---|---|---|---|", column.name());
        for form in Form::ALL {
            if let Some(count) = tally.of(form, *column) {
                line(&mut out, form.name(), count);
            }
        }
        if let Some(count) = tally.column(*column) {
            line(&mut out, "**all**", count);
        }
        out.push('\n');
    }
    if sheets.levels().next().is_some() {
        out.push_str("## Several invoices on one picture\n\n");
        out.push_str("| level | sheets | tickets | found | missed | doubled | right % | empty % | wrong % |\n|---|---|---|---|---|---|---|---|---|\n");
        for (level, t) in sheets.levels() {
            let [right, empty, wrong] = t.fields.shares().map(percent);
            let missed = t.there.saturating_sub(t.found);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {missed} | {} | {right} | {empty} | {wrong} |",
                level.name(),
                t.sheets,
                t.there,
                t.found,
                t.doubled
            );
        }
    }
    out
}

fn line(out: &mut String, name: &str, count: Count) {
    let [right, empty, wrong] = count.shares().map(percent);
    let _ = writeln!(out, "| {name} | {right} | {empty} | {wrong} | {} of {} |", count.whole, count.documents);
}
