//! The named points (`issue::crash`), and how a process is brought to each of them.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::World;
use super::load::Load;

/// While the store's log is checkpointed. PostgreSQL does that by itself: there the whole database is ended instead.
pub(super) const CHECKPOINT: &str = "cp10";
/// In the middle of a migration.
const MIGRATION: &str = "cp11";
/// While the server drains.
const DRAIN: &str = "cp12";
/// How often each point is met before the process ends.
const HITS: [u32; 3] = [1, 2, 3];
/// Until a point must have been met.
const MET: Duration = Duration::from_secs(90);

/// A point, and at which time of coming there the process ends.
pub(super) struct Point {
    pub(super) name: String,
    hit: u32,
}

/// All points, each three times.
pub(super) fn points() -> Vec<Point> {
    let names = (1..=12).map(|number| format!("cp{number}"));
    names.flat_map(|name| HITS.map(|hit| Point { name: name.clone(), hit })).collect()
}

impl Point {
    pub(super) fn title(&self) -> String {
        format!("{} at the {}. time", self.name, self.hit)
    }

    fn failpoints(&self, hit: u32) -> String {
        match hit {
            1 => format!("{}=panic", self.name),
            hit => format!("{}={}*off->panic", self.name, hit - 1),
        }
    }

    /// Brings a fresh installation to this point, and ends it there; how many processes ended.
    pub(super) fn meet(&self, world: &mut World) -> Result<u32> {
        match self.name.as_str() {
            MIGRATION => self.migrate(world),
            DRAIN => self.drain(world),
            CHECKPOINT if world.database.is_some() => self.crash_the_database(world),
            _ => self.under_load(world),
        }
    }

    fn under_load(&self, world: &mut World) -> Result<u32> {
        world.set_up()?;
        let mut server = world.installation.start(&self.failpoints(self.hit))?;
        // A log is long only after much was written to it.
        let load = Load::start(world, if self.name == CHECKPOINT { 16 } else { 4 });
        let ended = server.ends_within(MET)?;
        load.stop();
        ensure!(ended, "{}: never met", self.title());
        Ok(1)
    }

    /// A process comes here once in its life: as many processes as hits end here, one after the other.
    fn migrate(&self, world: &mut World) -> Result<u32> {
        for _ in 0..self.hit {
            let ended = world.installation.said(&["app", "list"], &self.failpoints(1)).is_err();
            ensure!(ended, "{}: never met", self.title());
        }
        world.set_up()?;
        let server = world.installation.start("")?;
        let load = Load::start(world, 4);
        std::thread::sleep(Duration::from_millis(500));
        server.kill();
        load.stop();
        Ok(self.hit + 1)
    }

    /// The same at the other end of its life.
    fn drain(&self, world: &mut World) -> Result<u32> {
        world.set_up()?;
        for _ in 0..self.hit {
            let mut server = world.installation.start(&self.failpoints(1))?;
            let load = Load::start(world, 4);
            std::thread::sleep(Duration::from_millis(500));
            server.tell_to_stop()?;
            let ended = server.ends_within(MET)?;
            load.stop();
            ensure!(ended, "{}: never met", self.title());
        }
        Ok(self.hit)
    }

    fn crash_the_database(&self, world: &mut World) -> Result<u32> {
        world.set_up()?;
        let server = world.installation.start("")?;
        let load = Load::start(world, 4);
        for _ in 0..self.hit {
            std::thread::sleep(Duration::from_millis(300 + world.chance.below(500)));
            if let Some(database) = &world.database {
                database.crash()?;
            }
        }
        std::thread::sleep(Duration::from_millis(300));
        server.kill();
        load.stop();
        Ok(self.hit + 1)
    }
}
