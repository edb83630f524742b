//! The desk without a server, for commands that do one thing: it reads and changes what is kept, and calls nobody. What is to be
//! sent is sent by the server, at its next look at what is due.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use async_trait::async_trait;
use clap::Args;
use comfy_table::{ContentArrangement, Table, TableComponent, presets};
use issue::caller::{Caller, Registry};
use issue::desk::Desk;
use issue::links::Links;
use issue::machine::pace::Pace;
use issue::order::AppId;
use issue::provider::{Answer, Call};
use issue::surroundings::{SystemChance, SystemClock};
use issue::transport::{Fault, Transport};
use store::OpenError;
use tokio::sync::Notify;

use crate::config::Config;
use crate::keeping::{Keeping, Reader};
use crate::place::Place;

/// For how long a login that was seen missing counts as missing.
const LOGIN_MEMORY: Duration = Duration::from_secs(10 * 60);
/// Links are not made here; the shortest life does.
const LINK_LIFE: Duration = Duration::from_secs(60);

/// Which orders and apps are meant.
#[derive(Args)]
pub(crate) struct Where {
    /// The data folder [default: the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database: postgres://user:password@host/database [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

/// Does something at the desk over what is kept.
pub(crate) fn at<F: Future<Output = anyhow::Result<()>>>(
    mut config: Config,
    place: Where,
    work: impl FnOnce(Desk) -> F,
) -> anyhow::Result<ExitCode> {
    config.data = place.data.or(config.data);
    config.database = place.database.or(config.database);
    let place = Place::of(&config, false)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let keeping = Keeping::open(&config, &place, Reader::Command).await.map_err(held)?;
        work(desk(&keeping)).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A store that a server holds is the server's to ask.
fn held(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<OpenError>() {
        Some(OpenError::InUse { path, holder }) => {
            anyhow!(
                "{} belongs to {holder} while it runs: ask it through its API, /api/v1 (docs/api/native.md), or stop it first",
                path.display()
            )
        }
        _ => error,
    }
}

fn desk(keeping: &Keeping) -> Desk {
    let registry = providers::all().into_iter().fold(Registry::default(), |registry, provider| registry.with(provider, Arc::new(Closed)));
    let caller = Caller {
        registry,
        store: keeping.store.clone(),
        vault: keeping.vault.clone(),
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        notice_base: None,
    };
    let links = Arc::new(Links::new(keeping.store.clone(), keeping.key.clone(), "", LINK_LIFE));
    let documents = keeping.documents.clone();
    let (wake, tell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    Desk { caller, documents, links, pace: Pace::default(), login_memory: LOGIN_MEMORY, sellers: Arc::default(), wake, tell }
}

/// Carries nothing.
struct Closed;

#[async_trait]
impl Transport for Closed {
    async fn carry(&self, _: &Call) -> Result<Answer, Fault> {
        Err(Fault::NotSent("commands call no provider: the server does".to_owned()))
    }
}

/// The app that is meant: the one that is named, or the only one that there is.
pub(crate) async fn app(desk: &Desk, named: Option<String>) -> anyhow::Result<AppId> {
    if let Some(id) = named {
        return Ok(desk.app(&AppId::new(id)).await?.id);
    }
    let apps = desk.caller.store.apps().await?;
    match &apps[..] {
        [app] => Ok(app.id.clone()),
        [] => bail!("there is no app yet: make one with `fapiao app create`"),
        _ => Err(anyhow!("there are {} apps: name one with --app", apps.len())),
    }
}

/// A table for people.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines).remove_style(TableComponent::MiddleIntersections);
    table.set_header(header);
    let terminal = console::Term::stdout();
    if let (true, Some((_, width))) = (terminal.is_term(), terminal.size_checked()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table
}

/// What a file holds, without the spaces around it: for secrets, which must not stand in a list of processes.
pub(crate) fn text_of(file: &std::path::Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.trim().to_owned())
}
