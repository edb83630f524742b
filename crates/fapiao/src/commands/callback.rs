//! `fapiao callback`: what partners were told, and telling them again.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use issue::desk::Desk;
use issue::order::OrderNumber;
use issue::store::{Callback, CallbackId};

use crate::config::Config;
use crate::counter::{self, Where, table};

#[derive(Args)]
pub(crate) struct Flags {
    #[command(subcommand)]
    what: What,
    /// The app [default: the only one]
    #[arg(long, global = true, value_name = "ID")]
    app: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Subcommand)]
enum What {
    /// List the callbacks of an order
    List {
        /// The partner's number of the order
        number: String,
    },
    /// Send a callback again
    Replay {
        /// Its id, as `fapiao callback list` shows it
        id: String,
    },
}

pub(crate) fn run(config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    counter::at(config, flags.place, |desk| work(desk, flags.app, flags.what))
}

async fn work(desk: Desk, app: Option<String>, what: What) -> anyhow::Result<()> {
    let app = counter::app(&desk, app).await?;
    let mut out = std::io::stdout();
    match what {
        What::List { number } => list(&mut out, &desk.dossier(&app, &OrderNumber::new(number)).await?.callbacks),
        What::Replay { id } => {
            let parsed: CallbackId = id.parse()?;
            desk.replay(&app, parsed).await.with_context(|| format!("{id} is no callback of the app {app}"))?;
            writeln!(out, "{id} is sent again by the server at its next look.")?;
            Ok(())
        }
    }
}

/// A line for each.
pub(crate) fn list(out: &mut impl Write, callbacks: &[Callback]) -> anyhow::Result<()> {
    let mut table = table(&["callback", "tells", "to", "state", "attempts", "last"]);
    for callback in callbacks {
        let last = callback.deliveries.last().map_or(String::new(), |delivery| format!("{} {}", delivery.at, delivery.text));
        let (id, attempts) = (callback.id.to_string(), callback.attempt.to_string());
        table.add_row([&*id, callback.event.kind.name(), &callback.target.url, callback.state.name(), &attempts, &last]);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    Ok(())
}
