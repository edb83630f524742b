//! `fapiao export`: orders and their invoices as a table for the books, with the documents where they are wanted.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use issue::documents::Documents;
use issue::order::{AppId, Order, State, TaxId};
use issue::secret::Secret;
use issue::store::{Filter, Store};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use store::{Bucket, Folder, Postgres, PostgresSettings, Sqlite, SqliteSettings};

use crate::config::Config;
use crate::place::Place;

/// Orders that are read at one time.
const PAGE: usize = 500;
/// China's time has no summer: days begin when they begin there.
const CHINA: i8 = 8;

#[derive(Args)]
pub(crate) struct Flags {
    /// The table to write, CSV in UTF-8; - for standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the documents of the invoices into this folder too, named by invoice number
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Only of this app
    #[arg(long, value_name = "ID")]
    app: Option<String>,
    /// Only of this seller
    #[arg(long, value_name = "TAX ID")]
    seller: Option<String>,
    /// Only in this state: issued, failed …; may be given several times
    #[arg(long = "state", value_name = "STATE")]
    states: Vec<String>,
    /// Only accepted on this day (China's time) or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Only accepted on this day or before
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// The data folder [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database [default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// The columns: one line for each invoice, and one for an order without any.
const COLUMNS: [&str; 18] = [
    "app",
    "order",
    "serial",
    "state",
    "reason",
    "seller_tax_id",
    "seller",
    "buyer_tax_id",
    "buyer",
    "accepted_at",
    "issued_at",
    "invoice_code",
    "invoice_number",
    "net",
    "tax",
    "total",
    "reverses",
    "documents",
];

pub(crate) fn run(mut config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    config.data = flags.data.clone().or(config.data);
    config.database = flags.database.clone().or(config.database);
    let place = Place::of(&config, false)?;
    let filter = filter(&flags)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let copied = tempfile::tempdir().context("there is no room for a copy of the orders")?;
        let store = opened(&config, &place, copied.path()).await?;
        let documents: Option<Arc<dyn Documents>> = match (&flags.documents, &config.bucket) {
            (None, _) => None,
            (Some(_), Some(bucket)) => Some(Arc::new(Bucket::open(&bucket.settings()?)?)),
            (Some(_), None) => Some(Arc::new(Folder::open(place.documents())?)),
        };
        let into = flags.documents.as_deref().zip(documents.as_deref());
        if let Some((folder, _)) = into {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let out: Box<dyn Write> = if flags.file == Path::new("-") {
            Box::new(std::io::stdout().lock())
        } else {
            Box::new(std::fs::File::create(&flags.file).with_context(|| format!("{} cannot be written", flags.file.display()))?)
        };
        let (orders, written) = write(&*store, filter, out, into).await?;
        writeln!(std::io::stderr(), "orders: {orders}, documents: {written}")?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The orders: PostgreSQL as it is; of SQLite a copy, since its file belongs to the server that works on it.
async fn opened(config: &Config, place: &Place, folder: &Path) -> anyhow::Result<Arc<dyn Store>> {
    if let Some(url) = &config.database {
        return Ok(Arc::new(Postgres::open(PostgresSettings::new(Secret::new(url.clone()))).await?));
    }
    let (orders, copy) = (place.orders(), folder.join("orders.db"));
    if !orders.is_file() {
        bail!("there are no orders at {}; name the data folder with --data", orders.display());
    }
    store::snapshot::take(&orders, &copy)?;
    Ok(Arc::new(Sqlite::open(SqliteSettings::small(copy))?))
}

fn filter(flags: &Flags) -> anyhow::Result<Filter> {
    let state = |name: &String| State::named(name).with_context(|| format!("there is no state {name}"));
    let states: anyhow::Result<Vec<State>> = flags.states.iter().map(state).collect();
    let zone = TimeZone::fixed(Offset::constant(CHINA));
    let morning = |date: Date| Ok::<Timestamp, jiff::Error>(date.to_zoned(zone.clone())?.timestamp());
    Ok(Filter {
        app: flags.app.clone().map(AppId::new),
        seller: flags.seller.clone().map(TaxId::new),
        states: states?,
        since: flags.since.map(morning).transpose()?,
        before: flags.until.map(|day| morning(day.tomorrow()?)).transpose()?,
        limit: PAGE,
        ..Filter::default()
    })
}

async fn write(
    store: &dyn Store,
    mut filter: Filter,
    out: Box<dyn Write>,
    into: Option<(&Path, &dyn Documents)>,
) -> anyhow::Result<(usize, usize)> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    let (mut orders, mut written) = (0, 0);
    loop {
        let listing = store.list(&filter).await?;
        for order in &listing.orders {
            orders += 1;
            let lines = lines(order);
            for line in &lines {
                table.write_record(line)?;
            }
            if let Some((folder, documents)) = into {
                written += copy(order, folder, documents).await?;
            }
        }
        match listing.next {
            Some(next) => filter.after = Some(next),
            None => break,
        }
    }
    table.flush()?;
    Ok((orders, written))
}

/// The lines of an order.
fn lines(order: &Order) -> Vec<Vec<String>> {
    let (content, progress) = (&order.content, &order.progress);
    let amount = |amount: Option<rust_decimal::Decimal>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let totals = content.totals();
    let head = |issued_at: Option<Timestamp>| {
        vec![
            order.app.to_string(),
            order.number.to_string(),
            order.id.serial(),
            progress.state.name().to_owned(),
            progress.reason.as_ref().map_or(String::new(), |reason| reason.text.clone()),
            content.seller.tax_id.to_string(),
            content.seller.name.clone(),
            content.buyer.tax_id.as_ref().map_or(String::new(), ToString::to_string),
            content.buyer.name.clone(),
            order.accepted_at.to_string(),
            issued_at.map_or(String::new(), |at| at.to_string()),
        ]
    };
    if progress.invoices.is_empty() {
        let mut line = head(None);
        line.extend([String::new(), String::new()]);
        line.extend([totals.map(|t| t.net), totals.map(|t| t.tax), totals.map(|t| t.gross)].map(amount));
        line.extend([String::new(), String::new()]);
        return vec![line];
    }
    let line = |invoice: &issue::order::Invoice| {
        let mut line = head(invoice.issued_at.or(progress.issued_at));
        line.extend([invoice.code.clone(), invoice.number.clone()]);
        line.extend([invoice.net, invoice.tax, invoice.gross].map(amount));
        let reverses = invoice.reverses.and_then(|place| progress.invoices.get(usize::from(place)));
        line.push(reverses.map_or(String::new(), |blue| blue.number.clone()));
        let formats: Vec<&str> = invoice.documents.iter().map(|document| document.format.name()).collect();
        line.push(formats.join(" "));
        line
    };
    progress.invoices.iter().map(line).collect()
}

/// Copies the documents of an order that are not in the folder yet; how many.
async fn copy(order: &Order, folder: &Path, documents: &dyn Documents) -> anyhow::Result<usize> {
    let mut written = 0;
    for invoice in &order.progress.invoices {
        for document in &invoice.documents {
            // Numbers are digits as a rule; what is not goes into no name.
            let plain: String = [invoice.code.as_str(), &invoice.number].concat().chars().filter(char::is_ascii_alphanumeric).collect();
            let path = folder.join(format!("{plain}.{}", document.format.name()));
            let there = std::fs::metadata(&path).is_ok_and(|file| file.len() == document.length);
            if plain.is_empty() || there {
                continue;
            }
            let Some(bytes) = documents.read(&document.key).await? else {
                bail!("the document {} of order {} is gone", document.key, order.number);
            };
            std::fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
            written += 1;
        }
    }
    Ok(written)
}
