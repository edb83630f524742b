//! What the platform bears, shown on real processes: `crash` ends them at any moment and at every named point and looks whether
//! anything was lost or issued twice; `load` asks for orders by the thousand.

mod chance;
mod crash;
mod gate;
mod http;
mod load;
mod oracle;
mod platform;
mod postgres;
mod receiver;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// What the platform bears.
#[derive(Parser)]
#[command(name = "ordeal")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// End processes at every named point and at random moments; nothing may be lost or issued twice
    Crash(crash::Wanted),
    /// Ask for orders by the thousand, and measure
    Load(load::Wanted),
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().what {
        What::Crash(wanted) => crash::run(&wanted),
        What::Load(wanted) => load::run(&wanted),
    }
}
