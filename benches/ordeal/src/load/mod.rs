//! Orders by the thousand: how many a server accepts in a second, each on the disk before it is answered, and what that costs.
//!
//! Everything goes over HTTP on loopback, with as many connections as there are clients, each with one request at a time; clients and
//! server share the machine. In the same run: one client, whose every order is a commit of its own, and an echo that does nothing.
//! Prints one JSON object for each measurement.

mod client;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use crate::platform::{Installation, Program};
use crate::postgres::Postgres;
use client::{Asked, Measured, measure};

/// What to measure.
#[derive(Args)]
pub(crate) struct Wanted {
    /// The program, built with --release
    #[arg(long, default_value = "target/release/fapiao")]
    fapiao: PathBuf,
    /// The echo (example `echo` of the crate `server`), built with --release
    #[arg(long, default_value = "target/release/examples/echo")]
    echo: PathBuf,
    /// Clients that ask at one time
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Rounds
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Go on until SQLite has so many orders, and tell the server's memory then
    #[arg(long, default_value_t = 0)]
    orders: usize,
    /// Leave PostgreSQL out
    #[arg(long)]
    no_postgres: bool,
}

/// Measures.
///
/// # Errors
/// When a program is not there or does not do what it should.
pub(crate) fn run(wanted: &Wanted) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let time = Duration::from_secs(wanted.seconds);
    let postgres = if wanted.no_postgres { None } else { Some(Postgres::start()?) };
    let mut stages = vec![("SQLite", Stage::new(wanted, None)?)];
    if let Some(postgres) = &postgres {
        stages.push(("PostgreSQL", Stage::new(wanted, Some(postgres.schema("load")?))?));
    }
    for round in 0..wanted.rounds {
        let of = |what: &str, of: &str, measured: &Measured| told(what, of, round, measured);
        // One server at a time: those that are not measured would work on what they have accepted.
        let echo = Echo::start(&wanted.echo)?;
        of("echo", "axum", &runtime.block_on(measure(echo.address, wanted.clients, time, &Asked::echo())));
        drop(echo);
        for (name, stage) in &stages {
            let _server = stage.installation.start("")?;
            let (address, partner) = (stage.installation.address, &stage.partner);
            let obtain = Asked::obtain(partner.clone());
            of("orders", name, &runtime.block_on(measure(address, wanted.clients, time, &obtain)));
            of("orders, one client", name, &runtime.block_on(measure(address, 1, time / 2, &obtain)));
            let detail = Asked::detail(partner.clone(), obtain.count());
            of("details", name, &runtime.block_on(measure(address, wanted.clients, time, &detail)));
        }
    }
    if wanted.orders > 0 {
        let stage = Stage::new(wanted, None)?;
        let server = stage.installation.start("")?;
        let (begun, obtain) = (Instant::now(), Asked::obtain(stage.partner.clone()));
        let mut accepted = 0;
        while accepted < wanted.orders {
            accepted += runtime.block_on(measure(stage.installation.address, wanted.clients, time, &obtain)).answers();
        }
        let mib = server.memory()?;
        say(&json!({ "what": "memory", "of": "SQLite", "orders": accepted, "mib": mib, "seconds": begun.elapsed().as_secs() }));
    }
    Ok(ExitCode::SUCCESS)
}

/// An installation with a partner, whose server accepts orders while it runs.
struct Stage {
    installation: Installation,
    partner: crate::gate::Partner,
    /// Where it lives; removed with it.
    _folder: tempfile::TempDir,
}

impl Stage {
    fn new(wanted: &Wanted, database: Option<String>) -> Result<Stage> {
        let folder = tempfile::tempdir()?;
        let program = Program { path: wanted.fapiao.clone(), haste: 1 };
        // What becomes of the orders is not measured: one of them is worked on at a time.
        let settings = "[issuing]\norders_at_once = 1\ncallbacks_at_once = 1\n";
        let installation = Installation::new(program, folder.path(), database, settings)?;
        let partner = installation.set_up_sandbox()?;
        Ok(Stage { installation, partner, _folder: folder })
    }
}

struct Echo {
    child: std::process::Child,
    address: SocketAddr,
}

impl Echo {
    fn start(program: &PathBuf) -> Result<Echo> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(program);
        let child = command.arg(address.to_string()).stdin(Stdio::null()).spawn().context("the echo cannot be started: build it first")?;
        let echo = Echo { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("the echo does not listen");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(echo)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn told(what: &str, of: &str, round: usize, measured: &Measured) {
    let Measured { failed, .. } = measured;
    say(&json!({
        "what": what, "of": of, "round": round, "per_second": measured.per_second().round(),
        "p50_ms": measured.at(0.5), "p99_ms": measured.at(0.99), "answers": measured.answers(), "failed": failed,
    }));
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn say(line: &serde_json::Value) {
    println!("{line}");
}
