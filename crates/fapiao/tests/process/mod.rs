//! A server as a process: started, called, stopped.
#![allow(dead_code, reason = "each test program uses its own part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

/// A running server; killed when the test ends badly.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
    /// What it wrote to its standard output, once it is ready.
    pub(crate) said: String,
    /// Its user's data folder, where nothing else is named.
    _home: tempfile::TempDir,
}

impl Running {
    /// Starts it on a free port and returns when it accepts calls.
    pub(crate) fn start(arguments: &[&str]) -> Running {
        Running::start_with(arguments, &[])
    }

    /// The same with settings in variables.
    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fapiao"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAPIAO_")) {
            command.env_remove(name);
        }
        let home = tempfile::tempdir().unwrap();
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--models", "nowhere"])
            .args(arguments)
            .env("XDG_DATA_HOME", home.path())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut address = None;
        let mut seen = String::new();
        let mut lines = log.lines();
        for line in lines.by_ref().map(Result::unwrap) {
            seen.push_str(&line);
            seen.push('\n');
            if line.contains(" ready ") {
                address = line.split_whitespace().find_map(|word| word.strip_prefix("address=")).map(str::to_owned);
                break;
            }
        }
        // What it says stands in the pipe before it is ready; an empty line ends it where it says nothing.
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        if arguments.contains(&"--demo") {
            while !said.contains("kept in:") && out.read_line(&mut said).unwrap() > 0 {}
        }
        // The pipe is read on, so that the server never waits for room in it.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("never ready:\n{seen}"));
        Running { child, address, said, _home: home }
    }

    pub(crate) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn call(&self, key: &str, secret: &str, document: &[u8]) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string();
        let token = server::token(key, &now, &server::Secret::new(secret));
        let mut body = b"--edge\r\nContent-Disposition: form-data; name=\"image_file\"; filename=\"a\"\r\n\r\n".to_vec();
        body.extend(document);
        body.extend(b"\r\n--edge--\r\n");
        let mut request = format!(
            "POST /v1/item/get_item_info?app_key={key}&timestamp={now}&token={token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend(body);
        self.exchange(&request)
    }

    /// A form posted to a path.
    pub(crate) fn post(&self, path: &str, form: &str) -> String {
        let length = form.len();
        let head = "Host: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
        self.exchange(format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{form}").as_bytes())
    }

    /// The answer to a GET.
    pub(crate) fn get(&self, path: &str) -> String {
        self.exchange(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
    }

    /// Tells it to stop and gives its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone when it was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
