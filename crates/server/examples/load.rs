//! Loads a running server and prints what it bears: requests per second, and how long a request takes.
//!
//! ```text
//! cargo run --release -p server --example load -- [--server URL] [--key KEY] [--secret SECRET] [--clients N] [--requests N] FILE…
//! ```
//!
//! Every client posts the files in turn, as `image_file`, on a connection that it keeps. An answer with an error counts as
//! failed and is named at the end; the exit code is 1 then. Clients share the machine with the server, so they do little: bodies are
//! made once for some time, and of an answer no more is looked at than whether it is one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use serde::Deserialize;
use server::{Secret, token};

/// For how long a body is sent again as it is: a fraction of the time for which the server takes its token.
const KEPT: Duration = Duration::from_secs(60);

/// What to do.
struct Plan {
    server: String,
    key: String,
    secret: Secret,
    clients: usize,
    requests: usize,
    documents: Vec<Bytes>,
}

impl Plan {
    fn from_arguments() -> Result<Plan, Box<dyn std::error::Error>> {
        let mut plan = Plan {
            server: "http://127.0.0.1:8080".to_owned(),
            key: "demo".to_owned(),
            secret: Secret::new("demo-secret"),
            clients: 16,
            requests: 1000,
            documents: Vec::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--server" => plan.server = value()?,
                "--key" => plan.key = value()?,
                "--secret" => plan.secret = Secret::new(value()?),
                "--clients" => plan.clients = value()?.parse()?,
                "--requests" => plan.requests = value()?.parse()?,
                file => plan.documents.push(std::fs::read(file).map_err(|error| format!("{file}: {error}"))?.into()),
            }
        }
        if plan.documents.is_empty() {
            return Err("name at least one file to post".into());
        }
        Ok(plan)
    }

    fn body(&self, document: &Bytes) -> Result<(String, Vec<u8>), Box<dyn std::error::Error + Send + Sync>> {
        let boundary = "----fapiao-load";
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs().to_string();
        let token = token(&self.key, &now, &self.secret);
        let mut body = Vec::with_capacity(document.len() + 1024);
        for (name, value) in [("app_key", &self.key), ("timestamp", &now), ("token", &token)] {
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"image_file\"; filename=\"a\"\r\n\r\n").bytes());
        body.extend_from_slice(document);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        Ok((format!("multipart/form-data; boundary={boundary}"), body))
    }
}

/// The bodies that a client made, one for each document, and when.
#[derive(Default)]
struct Bodies(BTreeMap<usize, (Instant, String, Bytes)>);

impl Bodies {
    /// The content type and the body for a document, by its number.
    fn of(&mut self, plan: &Plan, document: usize) -> Result<(String, Bytes), Box<dyn std::error::Error + Send + Sync>> {
        if let Some((made, content_type, body)) = self.0.get(&document)
            && made.elapsed() < KEPT
        {
            return Ok((content_type.clone(), body.clone()));
        }
        let (content_type, body) = plan.body(&plan.documents[document])?;
        let body = Bytes::from(body);
        self.0.insert(document, (Instant::now(), content_type.clone(), body.clone()));
        Ok((content_type, body))
    }
}

/// What is looked at of an answer.
#[derive(Deserialize)]
struct Answer {
    result: u8,
}

/// What one client saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    failures: BTreeMap<String, usize>,
}

async fn client(plan: Arc<Plan>, next: Arc<AtomicUsize>) -> Result<Seen, Box<dyn std::error::Error + Send + Sync>> {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
    let url = format!("{}/v1/item/get_item_info", plan.server);
    let (mut seen, mut bodies) = (Seen::default(), Bodies::default());
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if turn >= plan.requests {
            return Ok(seen);
        }
        let (content_type, body) = bodies.of(&plan, turn % plan.documents.len())?;
        let began = Instant::now();
        let answer = http.post(&url).header("content-type", content_type).body(body).send().await?.bytes().await?;
        seen.times.push(began.elapsed());
        if !serde_json::from_slice::<Answer>(&answer).is_ok_and(|answer| answer.result == 1) {
            *seen.failures.entry(String::from_utf8_lossy(&answer).into_owned()).or_default() += 1;
        }
    }
}

async fn load(plan: Plan) -> Result<ExitCode, Box<dyn std::error::Error + Send + Sync>> {
    let (plan, next) = (Arc::new(plan), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let clients: Vec<_> = (0..plan.clients).map(|_| tokio::spawn(client(Arc::clone(&plan), Arc::clone(&next)))).collect();
    let (mut times, mut failures) = (Vec::new(), BTreeMap::<String, usize>::new());
    for one in clients {
        let seen = one.await??;
        times.extend(seen.times);
        for (answer, count) in seen.failures {
            *failures.entry(answer).or_default() += count;
        }
    }
    let took = began.elapsed();
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    println!(
        "{} requests by {} clients in {:.2} s: {:.1} requests/s; ms: p50 {:.1}, p95 {:.1}, p99 {:.1}, longest {:.1}",
        times.len(),
        plan.clients,
        took.as_secs_f64(),
        times.len() as f64 / took.as_secs_f64(),
        at(0.50),
        at(0.95),
        at(0.99),
        at(1.0)
    );
    for (answer, count) in &failures {
        eprintln!("{count} times: {answer}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn main() -> ExitCode {
    let outcome = Plan::from_arguments().and_then(|plan| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(tokio::runtime::Runtime::new()?.block_on(load(plan)).map_err(|error| error.to_string())?)
    });
    outcome.unwrap_or_else(|error| {
        eprintln!("load: {error}");
        ExitCode::from(2)
    })
}
