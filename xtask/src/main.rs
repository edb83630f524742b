//! The project's own chores: what CI checks beyond the compiler, and the files that are drawn from the sources.

mod accuracy;
mod directions;
mod house;
mod kinds;
mod specimens;
mod workspace;

use std::fmt::Display;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure how well invented invoices are read again, and write docs/accuracy.md
    Accuracy(accuracy::Wanted),
    /// Check that every crate depends on lower floors only, and that each outside crate stays in its room
    Directions,
    /// Check the files: length, names, undone work, places of one machine, links, commands named in the docs
    House,
    /// Write docs/kinds.md from the table of kinds
    Kinds,
    /// Write the specimens again, or invent more to measure with
    Specimens(specimens::Wanted),
}

fn main() -> Result<ExitCode> {
    Ok(match Arguments::parse().chore {
        Chore::Directions => report("directions", &directions::violations(&workspace::members()?)),
        Chore::House => report("house", &house::findings(&house::files()?)),
        Chore::Kinds => {
            std::fs::write(kinds::PAGE, kinds::page())?;
            ExitCode::SUCCESS
        }
        Chore::Accuracy(wanted) => {
            accuracy::measure(&wanted)?;
            ExitCode::SUCCESS
        }
        Chore::Specimens(wanted) => {
            specimens::write(&wanted)?;
            ExitCode::SUCCESS
        }
    })
}

/// Says what a check found; the exit status says whether it found anything.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to the person who runs it")]
fn report(check: &str, found: &[impl Display]) -> ExitCode {
    for one in found {
        eprintln!("{one}");
    }
    if found.is_empty() {
        println!("{check}: nothing to say");
        return ExitCode::SUCCESS;
    }
    eprintln!("{check}: {} findings", found.len());
    ExitCode::FAILURE
}
