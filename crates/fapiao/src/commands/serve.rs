//! `fapiao serve`: the recognition API over HTTP.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use server::{Policy, Secret, Server};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::eyes;

const DEMO_KEY: &str = "demo";
const DEMO_SECRET: &str = "demo-secret";
/// For readings that nobody waits for any more, when the program ends.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(crate) struct Flags {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// A folder for what is kept between runs (compiled models)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// For trying out only: adds the app `demo` with the secret `demo-secret`, and lets image_url lead to this machine
    #[arg(long)]
    demo: bool,
}

pub(crate) fn run(mut config: Config, flags: Flags, began: Instant) -> anyhow::Result<ExitCode> {
    config.listen = flags.listen.unwrap_or(config.listen);
    config.data = flags.data.or(config.data);
    let filter = EnvFilter::builder().parse(&config.log).with_context(|| format!("`log` cannot be `{}`", config.log))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
    if let Some(data) = &config.data {
        std::fs::create_dir_all(data).with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(config, flags.demo, began));
    // A reading that does not end must not keep the program from ending: its caller was given time already.
    runtime.shutdown_timeout(GRACE);
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config, demo: bool, began: Instant) -> anyhow::Result<()> {
    let mut settings = config.settings()?;
    if demo {
        settings.apps.add(DEMO_KEY, Secret::new(DEMO_SECRET));
        let loopback = Policy::with_loopback();
        settings.fetch.allowed.extend(loopback.allowed);
        settings.fetch.ports = loopback.ports;
    }
    // The port before the models: when it is taken, that is known at once.
    let listener = TcpListener::bind(&config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let (reader, engine) = tokio::task::spawn_blocking(move || eyes::eager(&config)).await?;
    match engine {
        Ok(engine) => settings.pictures = Some(engine.to_owned()),
        Err(error) => tracing::warn!("only digital documents can be read: {error}"),
    }
    if settings.apps.is_empty() {
        tracing::warn!("no app is configured, so every call is refused: add [[apps]] with key and secret to the settings, or try --demo");
    }
    if demo && !address.ip().is_loopback() {
        tracing::warn!("--demo uses a known secret and {address} can be reached from other machines");
    }
    let engine = settings.pictures.clone().unwrap_or_else(|| "none".to_owned());
    let server = Server::new(settings, Arc::new(reader))?;
    let stop = stop_signal()?;
    if demo {
        let mut out = std::io::stdout().lock();
        writeln!(out, "Fapiao {} at http://{address}\nrecognition: app_key={DEMO_KEY} secret={DEMO_SECRET}", env!("CARGO_PKG_VERSION"))?;
        out.flush()?;
    }
    tracing::info!(%address, engine, ms = began.elapsed().as_millis(), "ready");
    server.serve(listener, stop).await?;
    Ok(())
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
