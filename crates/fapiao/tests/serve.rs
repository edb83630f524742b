//! The server as a process: started, called, stopped.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

/// A running server; killed when the test ends badly.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    /// Starts it on a free port and returns when it accepts calls.
    fn start(arguments: &[&str]) -> Running {
        Running::start_with(arguments, &[])
    }

    /// The same with settings in variables.
    fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fapiao"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAPIAO_")) {
            command.env_remove(name);
        }
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--models", "nowhere"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
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
        // The pipe is read on, so that the server never waits for room in it.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("never ready:\n{seen}"));
        Running { child, address }
    }

    fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn call(&self, key: &str, secret: &str, document: &[u8]) -> String {
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

    /// Tells it to stop and gives its exit code.
    fn stop(mut self) -> Option<i32> {
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

const XML: &str = "<?xml version=\"1.0\"?><EInvoice><Header><EIid>24112000000000000001</EIid></Header><EInvoiceData/></EInvoice>";

#[test]
fn a_demo_without_models_reads_digital_documents_and_says_what_pictures_need() {
    let server = Running::start(&["--demo"]);
    let answer = server.call("demo", "demo-secret", XML.as_bytes());
    assert!(answer.contains("\"number\":\"24112000000000000001\""), "{answer}");

    let picture = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(64, 64, image::Rgb([255, 255, 255])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let answer = server.call("demo", "demo-secret", &picture);
    assert!(answer.contains("\"error\":10000") && answer.contains("make models"), "{answer}");
    assert!(!answer.contains("nowhere"), "the folders are the operator's business: {answer}");

    assert!(server.call("demo", "another-secret", XML.as_bytes()).contains("\"error\":10002"));
    let ready = server.exchange(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(ready.ends_with("{\"ready\":true,\"documents\":true,\"pictures\":false,\"engine\":null}"), "{ready}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn apps_come_from_the_settings_and_nobody_else_may_call() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("secret"), "kept-in-a-file\n").unwrap();
    let settings = format!("[[apps]]\nkey = \"one\"\nsecret = \"its-secret\"\n[[apps]]\nkey = \"two\"\nsecret_file = {:?}\n", at("secret"));
    std::fs::write(at("fapiao.toml"), settings).unwrap();
    let server = Running::start(&["--config", &at("fapiao.toml")]);
    assert!(server.call("one", "its-secret", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("two", "kept-in-a-file", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("demo", "demo-secret", XML.as_bytes()).contains("\"error\":10025"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn flags_go_before_variables_and_variables_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fapiao.toml");
    // The address of the file would not do; the flag that `start` gives does.
    std::fs::write(&file, "listen = \"nowhere.invalid:1\"\nlog = \"off\"\n[[apps]]\nkey = \"file\"\nsecret = \"s\"\n").unwrap();
    let variables = [
        ("FAPIAO_LOG", "info"),
        ("FAPIAO_APPS", "[{key=\"variable\",secret=\"v\"}]"),
        ("FAPIAO_LIMITS__QUEUE", "1"),
        ("FAPIAO_OTHER", "x"),
    ];
    let server = Running::start_with(&["--config", file.to_str().unwrap()], &variables);
    assert!(server.call("variable", "v", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("file", "s", XML.as_bytes()).contains("\"error\":10025"));
    assert_eq!(server.stop(), Some(0));
}
