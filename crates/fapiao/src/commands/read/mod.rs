//! `fapiao read`: files and folders to a table, JSON, CSV or a workbook.

mod columns;
mod csv;
pub(crate) mod files;
mod json;
pub(crate) mod outcome;
mod table;
mod workbook;

use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::outcome::Outcome;
use super::FAILED;
use crate::config::Config;
use crate::eyes;

#[derive(Args)]
pub(crate) struct Flags {
    /// Files; of folders, all documents in them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// How to print what was read
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
    /// Where to print it instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In JSON, say also where each field came from and which cross-checks were made
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One line per invoice, for people
    Table,
    /// Everything, as the recognition API gives it
    Json,
    /// One line per invoice with every field, UTF-8, values exactly as read
    Csv,
    /// A workbook: one sheet of invoices, one of items
    Xlsx,
}

pub(crate) fn run(config: &Config, flags: Flags) -> anyhow::Result<ExitCode> {
    if flags.format == Form::Xlsx && flags.output.is_none() && std::io::stdout().is_terminal() {
        bail!("a workbook cannot be shown here; name a file with --output");
    }
    let files = files::list(&flags.paths);
    let reader = eyes::lazy(config);
    let bar = progress(files.len());
    let read = |file| {
        let outcome = outcome::read(&reader, file);
        bar.inc(1);
        outcome
    };
    // Collected in the order of the files, whichever is done first.
    let outcomes: Vec<Option<Outcome>> = files.par_iter().map(read).collect();
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    bar.finish_and_clear();
    match &flags.output {
        Some(path) => {
            let file = std::fs::File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            let mut out = BufWriter::new(file);
            print(&mut out, &flags, &outcomes)?;
            out.flush().with_context(|| format!("{} cannot be written", path.display()))?;
        }
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            print(&mut out, &flags, &outcomes)?;
            out.flush()?;
        }
    }
    summary(&outcomes)
}

fn print(out: &mut dyn Write, flags: &Flags, outcomes: &[Outcome]) -> anyhow::Result<()> {
    match flags.format {
        Form::Table => table::write(out, outcomes, flags.output.is_none()),
        Form::Json => json::write(out, outcomes, flags.verbose),
        Form::Csv => csv::write(out, outcomes),
        Form::Xlsx => workbook::write(out, outcomes),
    }
}

/// Which files could not be read and why, and how many there were, to standard error.
fn summary(outcomes: &[Outcome]) -> anyhow::Result<ExitCode> {
    let mut err = std::io::stderr().lock();
    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.error().map(|error| (&outcome.path, error))).collect();
    for (path, error) in &failed {
        writeln!(err, "not read: {}: {error}", path.display())?;
    }
    let invoices = outcomes.iter().flat_map(Outcome::found).filter(|found| found.kind != invoice::kind::Kind::Other).count();
    writeln!(err, "files: {}, invoices: {invoices}, not read: {}", outcomes.len(), failed.len())?;
    Ok(ExitCode::from(if failed.is_empty() { 0 } else { FAILED }))
}

/// A bar on standard error when that is a terminal, else nothing.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    // The template is a constant, so it is well formed; the plain bar stands in if it is not.
    bar.with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left").unwrap_or_else(|_| ProgressStyle::default_bar()))
}
