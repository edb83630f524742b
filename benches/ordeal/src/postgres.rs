//! A PostgreSQL server of our own: made in a temporary folder, reached by a socket in it, stopped with it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The server.
pub(crate) struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    /// Whom it runs as: PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Postgres {
    /// Makes and starts one, with the settings that it comes with: every commit waits for the disk.
    ///
    /// # Errors
    /// When PostgreSQL's programs are not there, or do not do what they should.
    pub(crate) fn start() -> Result<Postgres> {
        let programs = programs().context("PostgreSQL's programs are not there: install the package postgresql")?;
        let folder = tempfile::tempdir()?;
        let root = fs::metadata("/proc/self")?.uid() == 0;
        let user = if root { Some(account()?) } else { None };
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let server = Postgres { folder, programs, user };
        let data = server.data().to_string_lossy().into_owned();
        server.run("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])?;
        let file = server.data().join("postgresql.conf");
        let mut settings = fs::read_to_string(&file)?;
        let socket = server.folder.path().display();
        settings.push_str(&format!("\nunix_socket_directories = '{socket}'\nlisten_addresses = ''\nmax_connections = 300\n"));
        fs::write(file, settings)?;
        server.control(&["-w", "start"])?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The address of an empty schema.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn schema(&self, name: &str) -> Result<String> {
        let socket = self.folder.path().to_string_lossy().into_owned();
        let make = format!("CREATE SCHEMA {name}");
        self.run("psql", &["-qAtX", "-v", "ON_ERROR_STOP=1", "-h", &socket, "-U", "postgres", "-c", &make, "postgres"])?;
        Ok(format!("postgres:///postgres?host={socket}&user=postgres&options=-csearch_path%3D{name}"))
    }

    /// Ends it as a crash would, with nothing flushed, and starts it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub(crate) fn crash(&self) -> Result<()> {
        self.control(&["-w", "-m", "immediate", "restart"])
    }

    fn control(&self, words: &[&str]) -> Result<()> {
        let (data, log) = (self.data().to_string_lossy().into_owned(), self.folder.path().join("log").to_string_lossy().into_owned());
        let mut all = vec!["-D", &data, "-l", &log, "-s"];
        all.extend(words);
        self.run("pg_ctl", &all)
    }

    fn run(&self, program: &str, words: &[&str]) -> Result<()> {
        let mut command = Command::new(self.programs.join(program));
        command.args(words).current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
        let said = self.folder.path().join(format!("{program}.out"));
        let file = fs::File::create(&said)?;
        let status = command.stdout(file.try_clone()?).stderr(file).status()?;
        if !status.success() {
            bail!("{program} {words:?}: {}", fs::read_to_string(said).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may be stopped already.
        let _ = self.control(&["-w", "-m", "immediate", "stop"]);
    }
}

/// The user and the group of the account that Debian's package makes.
fn account() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:")).context("there is no user postgres")?;
    let mut numbers = line.split(':').skip(2).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(user)), Some(Ok(group))) => Ok((user, group)),
        _ => bail!("the user postgres has no number"),
    }
}

/// Where initdb and the others are: on the path, or where Debian has them, the latest version first.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut debian: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    debian.sort();
    folders.extend(debian.into_iter().rev());
    let all = |folder: &Path| ["initdb", "pg_ctl", "psql"].iter().all(|program| folder.join(program).is_file());
    folders.into_iter().find(|folder| all(folder))
}
