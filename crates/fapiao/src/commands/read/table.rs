//! One line per invoice, for people.

use std::io::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent, presets};
use recognize::Found;

use super::outcome::Outcome;

/// Writes the table; why a file was not read is said on standard error. `fit` keeps it within the width of the terminal, if
/// standard output is one.
pub(super) fn write(out: &mut dyn Write, outcomes: &[Outcome], fit: bool) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines).remove_style(TableComponent::MiddleIntersections);
    table.set_header(["file", "kind", "number", "date", "seller", "buyer", "total", "checks"]);
    let terminal = console::Term::stdout();
    if let (true, Some((_, width))) = (fit && terminal.is_term(), terminal.size_checked()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for outcome in outcomes {
        let file = outcome.path.display().to_string();
        for found in outcome.found() {
            let record = found.kind.record(&found.details);
            let text = |key| Cell::new(record.text(key));
            table.add_row([
                Cell::new(&file),
                Cell::new(found.kind.name()),
                text("number"),
                text("date"),
                text("seller"),
                text("buyer"),
                text("total").set_alignment(CellAlignment::Right),
                Cell::new(checks(found)),
            ]);
        }
        if outcome.error().is_some() {
            table.add_row([Cell::new(&file), Cell::new("not read")]);
        }
    }
    if !table.is_empty() {
        writeln!(out, "{}", table.trim_fmt())?;
    }
    Ok(())
}

/// `✓ 5` when all five checks passed, `✗` and the names of those that did not, `–` when there was nothing to check.
pub(super) fn checks(found: &Found) -> String {
    let failed: Vec<&str> = found.checks.iter().filter(|check| !check.passed).map(|check| check.name).collect();
    match (found.checks.len(), failed.is_empty()) {
        (0, _) => "–".to_owned(),
        (count, true) => format!("✓ {count}"),
        (_, false) => format!("✗ {}", failed.join(" ")),
    }
}
