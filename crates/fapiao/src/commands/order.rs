//! `fapiao order`: orders looked at, tried again, reversed.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use issue::desk::{Desk, Dossier};
use issue::order::{AppId, Extent, Order, OrderNumber, RedReason, ReversalRequest, State, TaxId};
use issue::store::Filter;

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
    /// List orders, newest first
    List {
        /// Only in this state: accepted, issued, failed, needs_attention …; may be given several times
        #[arg(long = "state", value_name = "STATE")]
        states: Vec<String>,
        /// Only of this seller
        #[arg(long, value_name = "TAX ID")]
        seller: Option<String>,
        /// Only with a number that begins so
        #[arg(long, value_name = "TEXT")]
        number: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show an order with its timeline
    Show {
        /// The partner's number
        number: String,
    },
    /// Try a failed order again, under the same number
    Retry {
        /// The partner's number
        number: String,
    },
    /// Reverse an issued order by a red letter (红冲)
    Reverse {
        /// The partner's number
        number: String,
        /// Why
        #[arg(long)]
        reason: Why,
        /// Which of its invoices, from 0 [default: all of them]
        #[arg(long, value_name = "PLACE")]
        invoice: Option<u16>,
    },
}

/// Why an invoice is reversed.
#[derive(Clone, Copy, ValueEnum)]
enum Why {
    /// 销货退回
    Return,
    /// 开票有误
    Mistake,
    /// 服务中止
    ServiceStopped,
    /// 销售折让
    Allowance,
}

impl From<Why> for RedReason {
    fn from(why: Why) -> RedReason {
        match why {
            Why::Return => RedReason::Return,
            Why::Mistake => RedReason::Mistake,
            Why::ServiceStopped => RedReason::ServiceStopped,
            Why::Allowance => RedReason::Allowance,
        }
    }
}

pub(crate) fn run(config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    counter::at(config, flags.place, |desk| work(desk, flags.app, flags.what))
}

async fn work(desk: Desk, app: Option<String>, what: What) -> anyhow::Result<()> {
    let app = counter::app(&desk, app).await?;
    match what {
        What::List { states, seller, number, limit } => list(&desk, app, &states, seller, number, limit).await,
        What::Show { number } => show(&desk.dossier(&app, &OrderNumber::new(number)).await?),
        What::Retry { number } => changed(&desk.retry(&app, &OrderNumber::new(number)).await?),
        What::Reverse { number, reason, invoice } => {
            let request = ReversalRequest { invoice, extent: Extent::Whole, reason: reason.into() };
            changed(&desk.reverse(&app, &OrderNumber::new(number), request).await?)
        }
    }
}

async fn list(
    desk: &Desk,
    app: AppId,
    states: &[String],
    seller: Option<String>,
    number: Option<String>,
    limit: usize,
) -> anyhow::Result<()> {
    let state = |name: &String| State::named(name).with_context(|| format!("there is no state {name}; there are {}", names()));
    let states: anyhow::Result<Vec<State>> = states.iter().map(state).collect();
    if limit == 0 {
        bail!("--limit must be at least 1");
    }
    let filter =
        Filter { app: Some(app), seller: seller.map(TaxId::new), states: states?, number_prefix: number, limit, ..Filter::default() };
    let listing = desk.list(&filter).await?;
    let mut table = table(&["order", "state", "gross", "accepted", "invoices", "reason"]);
    for order in &listing.orders {
        let gross = order.content.totals().map_or(String::new(), |totals| totals.gross.to_string());
        let invoices: Vec<&str> = order.progress.invoices.iter().map(|invoice| invoice.number.as_str()).collect();
        let reason = order.progress.reason.as_ref().map_or("", |reason| reason.text.as_str());
        let accepted = order.accepted_at.to_string();
        table.add_row([order.number.as_str(), order.state().name(), &gross, &accepted, &invoices.join("\n"), reason]);
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", table.trim_fmt())?;
    if listing.next.is_some() {
        writeln!(out, "There are more: ask for them with --limit, or narrow the list.")?;
    }
    Ok(())
}

fn names() -> String {
    State::ALL.map(State::name).join(", ")
}

fn changed(order: &Order) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{} is {}; the server goes on with it at its next look.", order.number, order.state().name())?;
    Ok(())
}

fn show(dossier: &Dossier) -> anyhow::Result<()> {
    let Dossier { order, timeline, callbacks } = dossier;
    let (content, progress) = (&order.content, &order.progress);
    let mut out = std::io::stdout();
    writeln!(out, "order     {}  ({})", order.number, order.id)?;
    writeln!(out, "state     {}", progress.state.name())?;
    if let Some(reason) = &progress.reason {
        writeln!(out, "reason    {} {}", reason.code, reason.text)?;
    }
    writeln!(out, "seller    {} {}  by {}", content.seller.tax_id, content.seller.name, order.provider)?;
    writeln!(out, "buyer     {} {}", content.buyer.tax_id.as_ref().map_or("", TaxId::as_str), content.buyer.name)?;
    if let Some(totals) = content.totals() {
        writeln!(out, "amounts   {} + {} = {}", totals.net, totals.tax, totals.gross)?;
    }
    for (place, invoice) in progress.invoices.iter().enumerate() {
        let red = if invoice.reverses.is_some() { "  (red letter)" } else { "" };
        let formats: Vec<&str> = invoice.documents.iter().map(|document| document.format.name()).collect();
        writeln!(out, "invoice {place} {}  {}{red}", invoice.number, formats.join(" "))?;
    }
    for reversal in &progress.reversals {
        writeln!(out, "reversal  of invoice {}: {}", reversal.invoice, reversal.phase.name())?;
    }
    writeln!(out)?;
    for entry in timeline {
        writeln!(out, "{}  {:<16} {:<16} {}", entry.at, entry.what, entry.state.name(), entry.text)?;
    }
    if !callbacks.is_empty() {
        writeln!(out)?;
        super::callback::list(&mut out, callbacks)?;
    }
    Ok(())
}
