//! `fapiao backup`: a copy of the orders, taken while a server works on them.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::config::Config;
use crate::place::Place;

#[derive(Args)]
pub(crate) struct Flags {
    /// The file to write; it must not be there
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The data folder [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(crate) fn run(mut config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    config.data = flags.data.or(config.data);
    if config.database.is_some() {
        bail!("the orders are in PostgreSQL: take a copy with pg_dump");
    }
    let place = Place::of(&config, false)?;
    let orders = place.orders();
    if !orders.is_file() {
        bail!("there are no orders at {}; name the data folder with --data", orders.display());
    }
    store::snapshot::take(&orders, &flags.file)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} holds the orders as they are now. Keep beside it:", flags.file.display())?;
    match &config.bucket {
        Some(bucket) => writeln!(out, "  documents  in the bucket {}", bucket.name)?,
        None => writeln!(out, "  documents  {}", place.documents().display())?,
    }
    writeln!(out, "and, apart from both, since it opens every secret in them:")?;
    writeln!(out, "  key file   {}", place.key().display())?;
    Ok(ExitCode::SUCCESS)
}
