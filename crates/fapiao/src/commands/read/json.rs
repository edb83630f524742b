//! Everything that was read, each invoice as the recognition API gives it.

use std::io::Write;

use serde::Serialize;
use server::wire::recognition::Identified;

use super::outcome::Outcome;

#[derive(Serialize)]
struct File<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    results: Vec<Identified<'a>>,
}

/// Writes a list with one object per file.
pub(super) fn write(out: &mut dyn Write, outcomes: &[Outcome], verbose: bool) -> anyhow::Result<()> {
    let files: Vec<File<'_>> = outcomes
        .iter()
        .map(|outcome| File {
            file: outcome.path.display().to_string(),
            error: outcome.error(),
            results: outcome.found().iter().map(|found| Identified::new(found, verbose)).collect(),
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &files).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
