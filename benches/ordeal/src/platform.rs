//! `fapiao` as a process: set up, started, ended.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::gate::{MERCHANT, Partner};
use crate::oracle::Oracle;

/// The seller's tax id: no real one, its check digit is wrong.
const SELLER: &str = "91999999MA00CRASH0";
/// Until a start is given up; machines are busy.
const START: Duration = Duration::from_secs(90);

/// The program.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// By how much its waiting times are divided: with the feature `crash` alone.
    pub(crate) haste: u32,
}

/// One installation: a data folder or a database, an address, settings.
pub(crate) struct Installation {
    program: Program,
    folder: PathBuf,
    database: Option<String>,
    pub(crate) address: SocketAddr,
}

impl Installation {
    /// In this folder, over this database or else SQLite, with these settings besides.
    ///
    /// # Errors
    /// When no port is free, or the settings cannot be written.
    pub(crate) fn new(program: Program, folder: &Path, database: Option<String>, more: &str) -> Result<Installation> {
        // Free a moment ago; nobody is given the same one so soon.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = format!(
            "listen = \"{address}\"\npublic_url = \"http://{address}\"\nlog = \"warn\"\n\n[callbacks]\nallow = [\"127.0.0.1/32\"]\nports = []\n\n\
             [fetch]\nallow = [\"127.0.0.1/32\"]\nports = []\n\n{more}"
        );
        std::fs::write(folder.join("fapiao.toml"), settings)?;
        Ok(Installation { program, folder: folder.to_owned(), database, address })
    }

    fn command(&self, words: &[&str], points: &str) -> Command {
        let mut command = Command::new(&self.program.path);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAPIAO_")) {
            command.env_remove(name);
        }
        command.args(words).arg("--config").arg(self.folder.join("fapiao.toml"));
        command.arg("--data").arg(self.folder.join("data"));
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        command.env("FAPIAO_HASTE", self.program.haste.to_string()).env("FAILPOINTS", points);
        command.stdin(Stdio::null());
        command
    }

    /// A command that does one thing; what it said.
    ///
    /// # Errors
    /// When it fails; with what it said.
    pub(crate) fn said(&self, words: &[&str], points: &str) -> Result<String> {
        let output = self.command(words, points).output().context("fapiao cannot be started: build it first")?;
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "fapiao {}: {out}{}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        Ok(out)
    }

    /// Makes the app and its seller, which issues at the oracle.
    ///
    /// # Errors
    /// When one of the commands fails.
    pub(crate) fn set_up(&self, oracle: SocketAddr) -> Result<Partner> {
        let key = self.folder.join("provider.secret");
        std::fs::write(&key, "ordeal-secret")?;
        let key = key.to_string_lossy().into_owned();
        let settings = Oracle::settings(oracle);
        let mut words = vec!["--provider", "nuonuo", "--secret-file", &key];
        for setting in &settings {
            words.extend(["--setting", setting]);
        }
        self.partner(&words)
    }

    /// Makes the app and its seller, on the sandbox.
    ///
    /// # Errors
    /// When one of the commands fails.
    pub(crate) fn set_up_sandbox(&self) -> Result<Partner> {
        self.partner(&["--provider", "sandbox"])
    }

    fn partner(&self, provider: &[&str]) -> Result<Partner> {
        let said = self.said(&["app", "create", "ordeal"], "")?;
        let secret = said.lines().find_map(|line| line.strip_prefix("secret")).context("no secret was shown")?.trim().to_owned();
        let mut words = vec!["seller", "add", SELLER, "--name", "样张停车场", "--merchant", MERCHANT, "--issuer", "样张员"];
        words.extend(["--item", "停车费", "--tax-code", "3040502020200000000", "--rate", "0.09"]);
        words.extend(provider);
        self.said(&words, "")?;
        Ok(Partner { app: "ordeal".to_owned(), secret })
    }

    /// Starts the server and returns when it accepts connections, or has ended before.
    ///
    /// # Errors
    /// When it does neither within its time.
    pub(crate) fn start(&self, points: &str) -> Result<Server> {
        let log = File::options().create(true).append(true).read(true).open(self.folder.join("server.log"))?;
        let mut command = self.command(&["serve", "--models", "nowhere"], points);
        let child = command.stdout(log.try_clone()?).stderr(log).spawn().context("fapiao cannot be started: build it first")?;
        let mut server = Server { child };
        let begun = Instant::now();
        while begun.elapsed() < START {
            if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok() && self.is_ready() {
                return Ok(server);
            }
            if server.has_ended()? {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the server is not ready after {START:?}: {}", self.log())
    }

    fn is_ready(&self) -> bool {
        crate::http::call(self.address, "GET /readyz", b"").is_ok_and(|(status, _)| status == 200)
    }

    /// The end of what the servers of this installation wrote.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        let read = File::open(self.folder.join("server.log")).and_then(|mut file| {
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(4000)))?;
            file.read_to_string(&mut text)
        });
        read.map_or_else(|error| error.to_string(), |_| text)
    }
}

/// A running server; it is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Whether the process has ended.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits for its end; false when it lives on after so long.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn ends_within(&mut self, time: Duration) -> Result<bool> {
        let begun = Instant::now();
        while begun.elapsed() < time {
            if self.has_ended()? {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(false)
    }

    /// Its resident memory, in MiB.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kibibytes: u64 = line.split_whitespace().next().context("no VmRSS")?.parse()?;
        Ok(kibibytes >> 10)
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        // Ended already: all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM.
    ///
    /// # Errors
    /// When the program `kill` is not there.
    pub(crate) fn tell_to_stop(&self) -> Result<()> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(status.success(), "the server could not be told to stop");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
