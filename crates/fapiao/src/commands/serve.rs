//! `fapiao serve`: the APIs that read and issue, over HTTP.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use server::{Issuing, Policy, Secret, Server};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::apps::{self, demo};
use crate::config::Config;
use crate::eyes;
use crate::keeping::{Keeping, Reader};
use crate::place::Place;
use crate::platform::{Addresses, Platform, Reach};

/// For readings that nobody waits for any more, when the program ends.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(crate) struct Flags {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The folder for what is kept: orders, documents, keys [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database for the orders: postgres://user:password@host/database [default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// For trying out only: known keys and a seller on the sandbox; image_url and callbacks may lead to this machine
    #[arg(long)]
    demo: bool,
}

pub(crate) fn run(mut config: Config, flags: Flags, began: Instant) -> anyhow::Result<ExitCode> {
    config.listen = flags.listen.unwrap_or(config.listen);
    config.data = flags.data.or(config.data);
    config.database = flags.database.or(config.database);
    let filter = EnvFilter::builder().parse(&config.log).with_context(|| format!("`log` cannot be `{}`", config.log))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
    let place = Place::of(&config, flags.demo)?;
    config.data = Some(place.make()?.to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(config, &place, flags.demo, began));
    // A reading that does not end must not keep the program from ending: its caller was given time already.
    runtime.shutdown_timeout(GRACE);
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config, place: &Place, demo: bool, began: Instant) -> anyhow::Result<()> {
    let mut settings = config.settings()?;
    let mut callbacks = config.callbacks.policy()?;
    if demo {
        settings.apps.add(demo::APP, Secret::new(demo::SECRET));
        for policy in [&mut settings.fetch, &mut callbacks] {
            let loopback = Policy::with_loopback();
            policy.allowed.extend(loopback.allowed);
            policy.ports = loopback.ports;
        }
    }
    // The port and the store before the models: when one is taken, that is known at once.
    let listener = TcpListener::bind(&config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let keeping = Keeping::open(&config, place, Reader::Server).await?;
    apps::write(&keeping, &settings.apps).await?;
    if demo {
        demo::write(&keeping).await?;
    }
    let at = addresses(&config, &keeping, &format!("http://{address}"), demo);
    let reach = Reach { callbacks, documents: Policy { ports: Vec::new(), ..settings.fetch.clone() } };
    let platform = Platform::build(&config, place, &keeping, &reach, &at)?;
    if config.database.is_some() && config.bucket.is_none() {
        tracing::warn!(
            "documents are kept in {}: several servers on one database need one folder that all reach, or a [bucket]",
            place.documents().display()
        );
    }
    let (node, time) = (config.node.clone(), settings.limits.drain_time);
    let (reader, engine) = tokio::task::spawn_blocking(move || eyes::eager(&config)).await?;
    match engine {
        Ok(engine) => settings.pictures = Some(engine.to_owned()),
        Err(error) => tracing::warn!("only digital documents can be read: {error}"),
    }
    if keeping.store.apps().await?.iter().all(|app| !app.enabled) {
        tracing::warn!("there is no app, so every call is refused: add [[apps]] with key and secret to the settings, or try --demo");
    }
    if demo && !address.ip().is_loopback() {
        tracing::warn!("--demo uses a known secret and {address} can be reached from other machines");
    }
    let engine = settings.pictures.clone().unwrap_or_else(|| "none".to_owned());
    let server = Server::new(settings, Arc::new(reader))?.with_issuing(Issuing::new(platform.desk.clone(), node, at.word));
    let stop = stop_signal()?;
    if demo {
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "Fapiao {} at http://{address}\n\
             recognition: app_key={app} secret={secret}\n\
             gate:        app_id={app} secret={secret} merchant={}\n\
             hive:        appid={app} secret={secret} tax_num={seller}\n\
             seller:      {seller} {} on the sandbox: nothing is really issued\n\
             kept in:     {}",
            env!("CARGO_PKG_VERSION"),
            demo::MERCHANT,
            demo::NAME,
            place.folder().display(),
            app = demo::APP,
            secret = demo::SECRET,
            seller = demo::SELLER,
        )?;
        out.flush()?;
    }
    let running = platform.start();
    tracing::info!(%address, engine, store = keeping.name, ms = began.elapsed().as_millis(), "ready");
    let served = server.serve(listener, stop).await;
    // No order is accepted any more: what is under way is finished.
    running.stop(time).await;
    Ok(served?)
}

/// How this server is reached: as the settings say, else where it listens, which is good on this machine alone.
fn addresses(config: &Config, keeping: &Keeping, here: &str, demo: bool) -> Addresses {
    let said = config.public_url.as_deref().map(|url| url.trim_end_matches('/'));
    if said.is_none() && !demo {
        tracing::warn!("public_url is not set: links to documents begin with {here}, and providers are asked but give no notice");
    }
    Addresses { base: said.unwrap_or(here).to_owned(), word: server::notice_word(&keeping.key), noticed: said.is_some() || demo }
}

/// Resolves when the program is told to stop: ctrl-c, or SIGTERM where there is such a thing.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
