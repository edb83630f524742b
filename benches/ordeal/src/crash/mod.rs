//! Processes that are ended, and what must hold afterwards.
//!
//! Three parts, each over SQLite and over PostgreSQL:
//!
//! - **points**: a server is ended at each named point of `issue::crash`, at the first, second and third time that it comes there;
//! - **rounds**: a server under load is killed (SIGKILL) at a random moment, started again, and again;
//! - **control**: a server that answers before it has stored is killed in the same way, and must be found out.
//!
//! Meanwhile partners ask for invoices, repeat what was not answered, and listen for callbacks; whoever issues is the [`Oracle`],
//! which counts. In the end the platform is left alone until nothing changes, and the [`verdict`] is given.

mod load;
mod points;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use crate::chance::Chance;
use crate::gate::Partner;
use crate::http::Service;
use crate::oracle::Oracle;
use crate::platform::{Installation, Program};
use crate::postgres::Postgres;
use crate::receiver::Receiver;
use load::Ledger;
use points::{Point, points};
use verdict::Verdict;

/// What to do, and for how long.
#[derive(Args)]
pub(crate) struct Wanted {
    /// The program, built with the feature `crash`
    #[arg(long, default_value = "target/debug/fapiao")]
    fapiao: PathBuf,
    /// Kills at random moments for each engine
    #[arg(long, default_value_t = 110)]
    rounds: usize,
    /// Installations that are tried at one time
    #[arg(long, default_value_t = 4)]
    at_once: usize,
    /// Leave out the named points
    #[arg(long)]
    no_points: bool,
    /// Only points whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// By how much waiting times are divided
    #[arg(long, default_value_t = 20)]
    haste: u32,
}

/// Over what the orders are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

/// An installation with its surroundings: whoever issues, whoever listens, who asked for what.
struct World {
    installation: Installation,
    partner: Partner,
    oracle: Arc<Oracle>,
    receiver: Arc<Receiver>,
    notify: String,
    ledger: Arc<Ledger>,
    chance: Chance,
    database: Option<Arc<Postgres>>,
    /// They end with it.
    _services: [Service; 2],
    _folder: tempfile::TempDir,
}

impl World {
    fn new(wanted: &Wanted, database: Option<&Arc<Postgres>>, seed: u64) -> Result<World> {
        let folder = tempfile::tempdir()?;
        let url = database.map(|server| server.schema(&format!("w{seed:x}"))).transpose()?;
        let installation = Installation::new(Program { path: wanted.fapiao.clone(), haste: wanted.haste }, folder.path(), url, "")?;
        let (oracle, issuing) = Oracle::start(seed)?;
        let (receiver, listening) = Receiver::start(seed ^ 0x5eed)?;
        let partner = Partner { app: String::new(), secret: String::new() };
        let notify = format!("http://{}/notify", listening.address);
        Ok(World {
            installation,
            partner,
            oracle,
            receiver,
            notify,
            ledger: Arc::default(),
            chance: Chance::of(seed ^ 0xc4a5),
            database: database.cloned(),
            _services: [issuing, listening],
            _folder: folder,
        })
    }

    /// Makes the app and the seller.
    fn set_up(&mut self) -> Result<()> {
        self.partner = self.installation.set_up(self._services[0].address)?;
        self.receiver.of(&self.partner);
        Ok(())
    }
}

/// Carries all of it out.
///
/// # Errors
/// When something that is needed is not there, or a server does not start.
#[expect(clippy::print_stdout, reason = "a harness speaks to the person who runs it")]
pub(crate) fn run(wanted: &Wanted) -> Result<ExitCode> {
    let begun = Instant::now();
    let postgres = Arc::new(Postgres::start()?);
    let mut all = Verdict::default();
    if !wanted.no_points {
        for engine in Engine::ALL {
            let verdict = at_points(wanted, engine, &postgres)?;
            println!("{}", verdict.line(&format!("named points, {}", engine.name())));
            all.add(verdict);
        }
    }
    for engine in Engine::ALL {
        let verdict = at_random(wanted, engine, &postgres, wanted.rounds, "")?;
        println!("{}", verdict.line(&format!("{} kills at random, {}", verdict.ended, engine.name())));
        all.add(verdict);
    }
    println!("{}", all.line("all together"));
    all.faults.iter().for_each(|fault| println!("  {fault}"));
    let mut found_out = true;
    for engine in Engine::ALL {
        let control = at_random(wanted, engine, &postgres, 6, "answered_first=return")?;
        println!("{}", control.line(&format!("control: answered before it is stored, {}", engine.name())));
        found_out &= control.lost > 0;
    }
    println!("{} s; the control was {}", begun.elapsed().as_secs(), if found_out { "found out" } else { "NOT found out" });
    Ok(if all.is_good() && found_out { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn database(engine: Engine, postgres: &Arc<Postgres>) -> Option<&Arc<Postgres>> {
    (engine == Engine::Postgres).then_some(postgres)
}

/// Every point, each time on an installation of its own, several at one time.
fn at_points(wanted: &Wanted, engine: Engine, postgres: &Arc<Postgres>) -> Result<Verdict> {
    let all: Vec<Point> = points().into_iter().filter(|point| point.name.contains(&wanted.only)).collect();
    // Whoever crashes the database itself has it alone.
    let own = |point: &Point| engine == Engine::Postgres && point.name == points::CHECKPOINT;
    let (alone, together): (Vec<Point>, Vec<Point>) = all.into_iter().partition(own);
    let (turn, engine_seed) = (AtomicUsize::new(0), if engine == Engine::Sqlite { 0x1_0000 } else { 0x2_0000 });
    let one = |point: &Point, place: usize, server: &Arc<Postgres>| -> Result<Verdict> {
        let seed = (wanted.seed << 20) + engine_seed + place as u64;
        let mut world = World::new(wanted, database(engine, server), seed)?;
        let ended = point.meet(&mut world)?;
        let mut verdict = verdict::of(&world, engine)?;
        verdict.ended += ended;
        verdict.blame(&format!("{} {}", engine.name(), point.title()));
        Ok(verdict)
    };
    let verdicts: Vec<Result<Verdict>> = std::thread::scope(|scope| {
        let work = || {
            let mut sum = Verdict::default();
            loop {
                let place = turn.fetch_add(1, Ordering::Relaxed);
                let Some(point) = together.get(place) else { return Ok(sum) };
                sum.add(one(point, place, postgres).with_context(|| format!("{} {}", engine.name(), point.title()))?);
            }
        };
        let running: Vec<_> = (0..wanted.at_once.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked"))).collect()
    });
    let mut sum = Verdict::default();
    for verdict in verdicts {
        sum.add(verdict?);
    }
    for (place, point) in alone.iter().enumerate() {
        sum.add(one(point, together.len() + place, &Arc::new(Postgres::start()?))?);
    }
    Ok(sum)
}

/// So many kills at random moments, on two installations at one time.
fn at_random(wanted: &Wanted, engine: Engine, postgres: &Arc<Postgres>, rounds: usize, lie: &str) -> Result<Verdict> {
    let mut world =
        World::new(wanted, database(engine, postgres), (wanted.seed << 20) + 0x3_0000 + engine as u64 + ((!lie.is_empty() as u64) << 8))?;
    world.set_up()?;
    let mut ended = 0;
    for _ in 0..rounds {
        let server = world.installation.start(lie)?;
        let load = load::Load::start(&world, 4);
        std::thread::sleep(Duration::from_millis(50 + world.chance.below(900)));
        server.kill();
        load.stop();
        ended += 1;
    }
    let mut verdict = verdict::of(&world, engine)?;
    verdict.ended = ended;
    verdict.blame(engine.name());
    Ok(verdict)
}
