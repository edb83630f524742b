//! `fapiao`: reads Chinese invoices and serves the recognition API.
#![forbid(unsafe_code)]

mod commands;
mod config;
mod eyes;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

/// Reading is many small allocations; this allocator makes a digital document about a tenth quicker.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads Chinese invoices (发票): photos, scans, PDF, OFD and XML into exact fields.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Settings in TOML; FAPIAO_* variables and flags go before it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the recognition models; else $FAPIAO_MODELS, beside the program, ./models, or the user's data folder
    #[arg(long, global = true, value_name = "DIR")]
    models: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the recognition API
    Serve(commands::serve::Flags),
    /// Read files, and all files of folders, without a server
    Read(commands::read::Flags),
    /// Say what is here, what is missing and how to mend it
    Doctor(commands::doctor::Flags),
}

fn main() -> ExitCode {
    let began = Instant::now();
    let cli = Cli::parse();
    let outcome = config::load(cli.config.as_deref(), cli.models).and_then(|config| match cli.command {
        Command::Serve(flags) => commands::serve::run(config, flags, began),
        Command::Read(flags) => commands::read::run(&config, flags),
        Command::Doctor(flags) => commands::doctor::run(&config, cli.config.as_deref(), &flags),
    });
    match outcome {
        Ok(code) => code,
        // Whoever reads our output has heard enough: `fapiao read … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "fapiao: {error:#}");
            ExitCode::from(commands::USAGE)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe))
}
