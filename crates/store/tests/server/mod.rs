//! A PostgreSQL server of the test's own: made in a temporary folder, reached by a socket in it, stopped with it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The password of the user over TCP.
pub(crate) const PASSWORD: &str = "geheim";

/// The server.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
    /// Whom it runs as: PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
    /// Where it listens, besides its socket.
    port: Option<u16>,
}

impl Server {
    /// A server that is reached by its socket alone; none when it is to be left out.
    pub(crate) fn start() -> Option<Server> {
        let server = Server::made()?;
        server.control(&["-w", "start"]);
        Some(server)
    }

    /// A server that also listens on a port, to encrypted connections only.
    pub(crate) fn with_tls() -> Option<Server> {
        let mut server = Server::made()?;
        server.certify();
        // Free a moment ago; nobody is given the same one so soon.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        server.port = Some(port);
        let data = server.data();
        let mut settings = fs::read_to_string(data.join("postgresql.conf")).unwrap();
        settings.push_str(&format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = '../server.pem'\nssl_key_file = '../server.key'\n"
        ));
        fs::write(data.join("postgresql.conf"), settings).unwrap();
        fs::write(data.join("pg_hba.conf"), "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n").unwrap();
        server.control(&["-w", "start"]);
        server.sql(&format!("ALTER ROLE postgres PASSWORD '{PASSWORD}'"));
        Some(server)
    }

    fn made() -> Option<Server> {
        if std::env::var("FAPIAO_TEST_POSTGRES").is_ok_and(|value| value == "skip") {
            println!("left out: FAPIAO_TEST_POSTGRES=skip");
            return None;
        }
        let programs = programs()
            .expect("these tests need PostgreSQL: `apt-get install postgresql`, or leave them out with FAPIAO_TEST_POSTGRES=skip");
        let folder = tempfile::tempdir().unwrap();
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let user = root.then(|| {
            let users = fs::read_to_string("/etc/passwd").unwrap();
            let user = users.lines().find(|line| line.starts_with("postgres:")).expect("the package postgresql makes a user postgres");
            let mut numbers = user.split(':').skip(2).map(|number| number.parse::<u32>().unwrap());
            (numbers.next().unwrap(), numbers.next().unwrap())
        });
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let server = Server { folder, programs, user, port: None };
        let data = server.data();
        server.run("initdb", &["-D", text(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        let mut settings = fs::read_to_string(data.join("postgresql.conf")).unwrap();
        let socket = text(server.folder.path());
        settings.push_str(&format!("\nunix_socket_directories = '{socket}'\nlisten_addresses = ''\nmax_connections = 60\n"));
        fs::write(data.join("postgresql.conf"), settings).unwrap();
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its address, by the socket.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres:///postgres?host={}&user=postgres{}",
            text(self.folder.path()),
            self.port.map(|port| format!("&port={port}")).unwrap_or_default()
        )
    }

    /// Its address, encrypted.
    pub(crate) fn tls_url(&self) -> String {
        format!("postgres://postgres:{PASSWORD}@localhost:{}/postgres?sslmode=require&hostaddr=127.0.0.1", self.port.unwrap())
    }

    /// The address of an empty schema.
    pub(crate) fn schema(&self, name: &str) -> String {
        self.sql(&format!("CREATE SCHEMA {name}"));
        format!("{}&options=-csearch_path%3D{name}", self.url())
    }

    /// Runs statements; what they say, without spaces around it.
    pub(crate) fn sql(&self, statements: &str) -> String {
        let port = self.port.map_or("5432".to_owned(), |port| port.to_string());
        let socket = text(self.folder.path());
        self.run("psql", &["-qAtX", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", &port, "-U", "postgres", "-c", statements, "postgres"])
    }

    /// Stops it at once, as a crash would.
    pub(crate) fn stop(&mut self) {
        self.control(&["-w", "-m", "immediate", "stop"]);
    }

    /// Starts it again.
    pub(crate) fn again(&mut self) {
        self.control(&["-w", "start"]);
    }

    fn control(&self, words: &[&str]) {
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let mut all = vec!["-D", text(&data), "-l", text(&log), "-s"];
        all.extend(words);
        self.run("pg_ctl", &all);
    }

    fn run(&self, program: &str, words: &[&str]) -> String {
        let mut command = Command::new(self.programs.join(program));
        command.args(words).current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
        let (out, err) = (self.folder.path().join(format!("{program}.out")), self.folder.path().join(format!("{program}.err")));
        let status = command.stdout(fs::File::create(&out).unwrap()).stderr(fs::File::create(&err).unwrap()).status().unwrap();
        let said = fs::read_to_string(out).unwrap();
        assert!(status.success(), "{program} {words:?}: {said}{}", fs::read_to_string(err).unwrap());
        said.trim().to_owned()
    }

    /// The authority of its certificate.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// An authority that it has nothing to do with.
    pub(crate) fn stranger(&self) -> PathBuf {
        self.folder.path().join("stranger.pem")
    }

    fn certify(&self) {
        let authority = |file: PathBuf| {
            let key = rcgen::KeyPair::generate().unwrap();
            let mut wanted = rcgen::CertificateParams::new(Vec::new()).unwrap();
            wanted.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            fs::write(file, wanted.self_signed(&key).unwrap().pem()).unwrap();
            rcgen::Issuer::new(wanted, key)
        };
        authority(self.stranger());
        let issuer = authority(self.authority());
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        self.own("server.pem", &certificate.pem());
        self.own("server.key", &key.serialize_pem());
    }

    /// A file that nobody but the server reads.
    fn own(&self, name: &str, content: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((uid, gid)) = self.user {
            chown(&path, Some(uid), Some(gid)).unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command.args(["-D", text(&self.data()), "-s", "-w", "-m", "immediate", "stop"]).current_dir("/");
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // It may be stopped already.
        let _ = command.output();
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
    folders.into_iter().find(|folder| ["initdb", "pg_ctl", "psql"].iter().all(|program| folder.join(program).is_file()))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
