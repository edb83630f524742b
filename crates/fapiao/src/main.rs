//! `fapiao`: reads Chinese invoices, issues them, and serves the APIs for both.
#![forbid(unsafe_code)]

mod apps;
mod commands;
mod config;
mod counter;
mod eyes;
mod keeping;
mod place;
mod platform;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

/// Reading is many small allocations; this allocator makes a digital document about a tenth quicker.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads Chinese invoices (发票) into exact fields, and issues them once and only once.
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
    /// Serve the APIs that read and issue
    Serve(commands::serve::Flags),
    /// Read files, and all files of folders, without a server
    Read(commands::read::Flags),
    /// Check seals, QR codes, sums and tax ids of documents
    Check(commands::check::Flags),
    /// Say what is here, what is missing and how to mend it
    Doctor(commands::doctor::Flags),
    /// Make apps, their secrets and keys
    App(commands::app::Flags),
    /// Add and list the parties that an app issues for
    Seller(commands::seller::Flags),
    /// Look at orders, try them again, reverse them
    Order(commands::order::Flags),
    /// Write orders and their invoices as a table, and the documents into a folder, while a server works on them
    Export(commands::export::Flags),
    /// See what partners were told, and tell them again
    Callback(commands::callback::Flags),
    /// Copy the orders into a file, while a server works on them
    Backup(commands::snapshot::Flags),
}

fn main() -> ExitCode {
    let began = Instant::now();
    // Read from the environment: the points at which a test ends this process.
    #[cfg(feature = "crash")]
    let _points = {
        // A panic that unwinds would leave the rest of the process running.
        std::panic::set_hook(Box::new(|_| std::process::abort()));
        fail::FailScenario::setup()
    };
    let cli = Cli::parse();
    let outcome = config::load(cli.config.as_deref(), cli.models).and_then(|config| match cli.command {
        Command::Serve(flags) => commands::serve::run(config, flags, began),
        Command::Read(flags) => commands::read::run(&config, flags),
        Command::Check(flags) => commands::check::run(&config, flags),
        Command::Doctor(flags) => commands::doctor::run(config, cli.config.as_deref(), flags),
        Command::App(flags) => commands::app::run(config, flags),
        Command::Seller(flags) => commands::seller::run(config, flags),
        Command::Order(flags) => commands::order::run(config, flags),
        Command::Export(flags) => commands::export::run(config, flags),
        Command::Callback(flags) => commands::callback::run(config, flags),
        Command::Backup(flags) => commands::snapshot::run(config, flags),
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
