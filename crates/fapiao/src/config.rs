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
    /// What is kept between runs; nothing is kept without it.
    pub(crate) data: Option<PathBuf>,
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
    F32,
    Bf16,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: "127.0.0.1:8080".to_owned(),
            data: None,
            models: None,
            engine: Engine::Auto,
            precision: Precision::Auto,
            log: "info".to_owned(),
            window: server::Settings::default().window.as_secs(),
            apps: Vec::new(),
            limits: Limits::default(),
            fetch: Fetch { ports: server::Policy::default().ports, ..Fetch::default() },
        }
    }
}

/// The variables that are settings. `FAPIAO_MODELS` is not among them: where it leads nowhere, the other places count.
const VARIABLES: [&str; 9] = ["listen", "data", "engine", "precision", "log", "window", "apps", "limits", "fetch"];

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
        let authority = self.fetch.authority_file.as_deref().map(read).transpose()?;
        settings.fetch = server::Policy { allowed: self.fetch.allow.clone(), ports: self.fetch.ports.clone(), authority };
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
                Precision::F32 => ocr::engine::Precision::F32,
                Precision::Bf16 => ocr::engine::Precision::Bf16,
            },
            cache: self.data.as_ref().map(|data| data.join("cache")),
        }
    }
}

impl App {
    fn secret(&self) -> anyhow::Result<server::Secret> {
        match (&self.secret, &self.secret_file) {
            (Some(secret), None) if !secret.is_empty() => Ok(server::Secret::new(secret.clone())),
            (None, Some(file)) => {
                let text = String::from_utf8(read(file)?).with_context(|| format!("{} is not text", file.display()))?;
                Ok(server::Secret::new(text.trim()))
            }
            _ => bail!("the app {} must have either `secret` or `secret_file`", self.key),
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
