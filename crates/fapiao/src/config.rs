//! Settings: defaults, then a TOML file, then `FAPIAO_*` variables, then flags.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Every setting. A key that is not here is an error in a file; among the variables, only these names are looked at.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to listen: address and port.
    pub(crate) listen: String,
    /// The folder for what is kept: orders, documents, keys, compiled models. Without it the user's data folder.
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL database for the orders, in place of SQLite in the data folder.
    pub(crate) database: Option<String>,
    /// The key that secrets are sealed with; without it `key` in the data folder. Servers of one database share one.
    pub(crate) key_file: Option<PathBuf>,
    /// How this server is reached from outside, `https://invoices.example.com`: for links to documents and for providers' notices.
    pub(crate) public_url: Option<String>,
    /// The name of this server in answers of the gate (`data_node`) and in the log of work.
    pub(crate) node: String,
    /// The folder of the recognition models.
    pub(crate) models: Option<PathBuf>,
    /// `auto`, `openvino` or `rten`.
    pub(crate) engine: Engine,
    /// `auto`, `f32` or `bf16`.
    pub(crate) precision: Precision,
    /// What goes to the log: `error`, `warn`, `info`, `debug`, or a filter such as `info,server=debug`.
    pub(crate) log: String,
    /// Seconds that a time stamp may be from now.
    pub(crate) window: u64,
    /// Who may call.
    pub(crate) apps: Vec<App>,
    /// What callers may use up.
    pub(crate) limits: Limits,
    /// Where an `image_url` may lead.
    pub(crate) fetch: Fetch,
    /// Where callbacks may be sent to.
    pub(crate) callbacks: Fetch,
    /// How orders are worked on.
    pub(crate) issuing: Issuing,
    /// A bucket for the documents of issued invoices, in place of a folder.
    pub(crate) bucket: Option<Bucket>,
}

/// How orders are worked on.
#[derive(Deserialize, Serialize, Clone)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Issuing {
    /// Orders that are worked on at one time.
    pub(crate) orders_at_once: usize,
    /// Callbacks that are sent at one time.
    pub(crate) callbacks_at_once: usize,
    /// Days that a link to a document is good for at least.
    pub(crate) link_days: u64,
}

impl Default for Issuing {
    fn default() -> Issuing {
        Issuing { orders_at_once: 64, callbacks_at_once: 32, link_days: 30 }
    }
}

/// A bucket of an object store that speaks S3.
#[derive(Deserialize, Serialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bucket {
    /// Its name.
    pub(crate) name: String,
    /// The address of the object store; none for Amazon's own.
    endpoint: Option<String>,
    /// The region.
    #[serde(default = "region")]
    region: String,
    /// The bucket is a part of the host's name; Aliyun and Tencent want it so.
    #[serde(default)]
    virtual_hosted: bool,
    /// The access key's id.
    key_id: String,
    /// The access key's secret, or
    secret: Option<String>,
    /// a file that holds it.
    secret_file: Option<PathBuf>,
    /// A folder of the bucket.
    #[serde(default)]
    prefix: String,
}

fn region() -> String {
    "us-east-1".to_owned()
}

/// One app that may call.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct App {
    /// Its `app_key`.
    pub(crate) key: String,
    /// Its secret, or
    secret: Option<String>,
    /// a file that holds it.
    secret_file: Option<PathBuf>,
}

/// What callers may use up; what is absent is as [`server::Limits`] has it.
#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Bytes of a document.
    file_bytes: Option<usize>,
    /// Bytes of all request bodies held at one time.
    memory_bytes: Option<usize>,
    /// Connections at one time.
    connections: Option<usize>,
    /// Documents read at one time.
    workers: Option<usize>,
    /// Documents that may wait.
    queue: Option<usize>,
    /// Seconds for reading one document.
    reading_seconds: Option<u64>,
    /// Seconds for waiting and reading.
    request_seconds: Option<u64>,
}

/// Where an `image_url` may lead besides the public internet.
#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fetch {
    /// Ranges such as `10.1.0.0/16`.
    allow: Vec<IpNet>,
    /// Ports; all when empty.
    ports: Vec<u16>,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    authority_file: Option<PathBuf>,
}

/// Which engine runs the models.
#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    Auto,
    OpenVino,
    Rten,
}

/// In which precision.
#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Precision {
    Auto,
    Int8,
    F32,
    Bf16,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: "127.0.0.1:8080".to_owned(),
            data: None,
            database: None,
            key_file: None,
            public_url: None,
            node: "fapiao".to_owned(),
            models: None,
            engine: Engine::Auto,
            precision: Precision::Auto,
            log: "info".to_owned(),
            window: server::Settings::default().window.as_secs(),
            apps: Vec::new(),
            limits: Limits::default(),
            fetch: Fetch { ports: server::Policy::default().ports, ..Fetch::default() },
            callbacks: Fetch { ports: server::Policy::default().ports, ..Fetch::default() },
            issuing: Issuing::default(),
            bucket: None,
        }
    }
}

/// The variables that are settings. `FAPIAO_MODELS` is not among them: where it leads nowhere, the other places count.
const VARIABLES: [&str; 16] = [
    "listen",
    "data",
    "database",
    "key_file",
    "public_url",
    "node",
    "engine",
    "precision",
    "log",
    "window",
    "apps",
    "limits",
    "fetch",
    "callbacks",
    "issuing",
    "bucket",
];

/// Reads the settings; `models` is a flag.
pub(crate) fn load(file: Option<&Path>, models: Option<PathBuf>) -> anyhow::Result<Config> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        if !file.is_file() {
            bail!("the settings {} are not there", file.display());
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    let known = |name: &figment::value::UncasedStr| {
        VARIABLES.iter().any(|known| name.as_str().split("__").next().is_some_and(|head| head.eq_ignore_ascii_case(known)))
    };
    figment = figment.merge(Env::prefixed("FAPIAO_").filter(known).split("__"));
    if let Some(models) = models {
        figment = figment.merge(Serialized::default("models", models));
    }
    figment.extract().context("the settings cannot be used")
}

impl Config {
    /// What the server is told.
    pub(crate) fn settings(&self) -> anyhow::Result<server::Settings> {
        let mut settings = server::Settings { window: Duration::from_secs(self.window), ..server::Settings::default() };
        for app in &self.apps {
            settings.apps.add(app.key.clone(), app.secret()?);
        }
        let Limits { file_bytes, memory_bytes, connections, workers, queue, reading_seconds, request_seconds } = &self.limits;
        let limits = &mut settings.limits;
        for (given, limit) in [
            (file_bytes, &mut limits.file),
            (memory_bytes, &mut limits.memory),
            (connections, &mut limits.connections),
            (workers, &mut limits.workers),
            (queue, &mut limits.queue),
        ] {
            *limit = given.unwrap_or(*limit);
        }
        for (given, limit) in [(reading_seconds, &mut limits.reading_time), (request_seconds, &mut limits.request_time)] {
            *limit = given.map_or(*limit, Duration::from_secs);
        }
        settings.fetch = self.fetch.policy()?;
        Ok(settings)
    }

    /// How the models are to be loaded.
    pub(crate) fn eyes(&self) -> ocr::Options {
        ocr::Options {
            models: self.models.clone(),
            engine: match self.engine {
                Engine::Auto => ocr::engine::Choice::Auto,
                Engine::OpenVino => ocr::engine::Choice::OpenVino,
                Engine::Rten => ocr::engine::Choice::Rten,
            },
            precision: match self.precision {
                Precision::Auto => ocr::engine::Precision::Auto,
                Precision::Int8 => ocr::engine::Precision::Int8,
                Precision::F32 => ocr::engine::Precision::F32,
                Precision::Bf16 => ocr::engine::Precision::Bf16,
            },
            cache: self.data.as_ref().map(|data| data.join("cache")),
        }
    }
}

impl Fetch {
    /// The rule that these settings make.
    pub(crate) fn policy(&self) -> anyhow::Result<server::Policy> {
        let authority = self.authority_file.as_deref().map(read).transpose()?;
        Ok(server::Policy { allowed: self.allow.clone(), ports: self.ports.clone(), authority })
    }
}

impl App {
    fn secret(&self) -> anyhow::Result<server::Secret> {
        secret(&self.secret, &self.secret_file).with_context(|| format!("the app {}", self.key))
    }
}

impl Bucket {
    /// What the store is told.
    pub(crate) fn settings(&self) -> anyhow::Result<store::BucketSettings> {
        Ok(store::BucketSettings {
            bucket: self.name.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            virtual_hosted: self.virtual_hosted,
            key_id: self.key_id.clone(),
            key: secret(&self.secret, &self.secret_file).with_context(|| format!("the bucket {}", self.name))?,
            prefix: self.prefix.clone(),
        })
    }
}

fn secret(here: &Option<String>, file: &Option<PathBuf>) -> anyhow::Result<server::Secret> {
    match (here, file) {
        (Some(secret), None) if !secret.is_empty() => Ok(server::Secret::new(secret.clone())),
        (None, Some(file)) => {
            let text = String::from_utf8(read(file)?).with_context(|| format!("{} is not text", file.display()))?;
            Ok(server::Secret::new(text.trim()))
        }
        _ => bail!("must have either `secret` or `secret_file`"),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
