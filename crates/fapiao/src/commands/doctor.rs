//! `fapiao doctor`: what is here, what is missing, and the command that mends it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use issue::order::State;
use issue::store::Store;
use store::{KeyFile, OpenError, Postgres, PostgresSettings, Sqlite, SqliteSettings};

use super::FAILED;
use crate::config::Config;
use crate::place::Place;

#[derive(Args)]
pub(crate) struct Flags {
    /// The data folder to look at [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<std::path::PathBuf>,
}

/// One finding.
enum Finding {
    /// As it should be.
    Good(&'static str, String),
    /// Works without, but less well.
    Note(&'static str, String),
    /// Does not work, with what mends it.
    Bad(&'static str, String),
}

pub(crate) fn run(mut config: Config, file: Option<&Path>, flags: Flags) -> anyhow::Result<ExitCode> {
    config.data = flags.data.or(config.data);
    let config = &config;
    let mut findings = vec![
        Finding::Good("version", format!("fapiao {} ({} {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH)),
        Finding::Good("settings", file.map_or("defaults and FAPIAO_* variables".to_owned(), |file| file.display().to_string())),
    ];
    findings.extend(pictures(config));
    findings.extend(kept(config));
    findings.push(apps(config));
    let mut out = std::io::stdout().lock();
    let mut bad = false;
    for finding in findings {
        let (mark, what, text) = match finding {
            Finding::Good(what, text) => ("ok  ", what, text),
            Finding::Note(what, text) => ("note", what, text),
            Finding::Bad(what, text) => {
                bad = true;
                ("FAIL", what, text)
            }
        };
        writeln!(out, "{mark}  {what:<9} {text}")?;
    }
    Ok(ExitCode::from(if bad { FAILED } else { 0 }))
}

fn pictures(config: &Config) -> Vec<Finding> {
    match ocr::Reader::load(&config.eyes()) {
        Ok(reader) => {
            let engine = reader.engine_name();
            let engine = if engine.eq_ignore_ascii_case("rten") {
                Finding::Note("engine", format!("{engine}, built in; OpenVINO is several times faster: run `make models`"))
            } else {
                Finding::Good("engine", engine.to_owned())
            };
            vec![Finding::Good("models", reader.models().display().to_string()), engine]
        }
        Err(error) => vec![Finding::Bad("models", format!("{error}; until then only digital documents can be read"))],
    }
}

/// The data folder and what issuing keeps in it.
fn kept(config: &Config) -> Vec<Finding> {
    let place = match Place::of(config, false) {
        Ok(place) => place,
        Err(error) => return vec![Finding::Bad("data", format!("{error:#}"))],
    };
    let folder = place.folder();
    let data = match std::fs::metadata(folder) {
        Ok(metadata) if metadata.permissions().readonly() => {
            Finding::Bad("data", format!("{} cannot be written to; change its permissions or name another", folder.display()))
        }
        Ok(_) => Finding::Good("data", folder.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Finding::Note("data", format!("{} is made by the first `fapiao serve`", folder.display()))
        }
        Err(error) => Finding::Bad("data", format!("{} cannot be used: {error}; name another with `data`", folder.display())),
    };
    let key = match KeyFile::read(&place.key()) {
        Ok(Some(_)) => Finding::Good("key", place.key().display().to_string()),
        Ok(None) => Finding::Note("key", format!("{} is made by the first `fapiao serve`", place.key().display())),
        Err(error) => Finding::Bad("key", error.to_string()),
    };
    vec![data, key, orders(config, &place), documents(config, &place), reached(config)]
}

/// The store of orders: opened, which brings it up to this program, and looked over.
fn orders(config: &Config, place: &Place) -> Finding {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Finding::Bad("orders", "no runtime can be started".to_owned());
    };
    let file = place.orders();
    runtime.block_on(async {
        let store: Box<dyn Store> = match &config.database {
            Some(url) => match Postgres::open(PostgresSettings::new(server::Secret::new(url.clone()))).await {
                Ok(store) => Box::new(store),
                Err(error) => return Finding::Bad("orders", error.to_string()),
            },
            None if !file.exists() => return Finding::Note("orders", format!("{} is made by the first `fapiao serve`", file.display())),
            None => match Sqlite::open(SqliteSettings::small(&file)) {
                Ok(store) => match store.examine().await {
                    Ok(wrong) if wrong.is_empty() => Box::new(store),
                    Ok(wrong) => return Finding::Bad("orders", format!("{} is damaged: {}", file.display(), wrong.join("; "))),
                    Err(error) => return Finding::Bad("orders", error.to_string()),
                },
                Err(OpenError::InUse { holder, .. }) => return Finding::Good("orders", format!("{}, in use by {holder}", file.display())),
                Err(error) => return Finding::Bad("orders", error.to_string()),
            },
        };
        match store.tally().await {
            Ok(tally) => {
                let all: u64 = tally.orders.iter().map(|(_, count)| count).sum();
                match tally.orders.iter().find(|(state, count)| *state == State::NeedsAttention && *count > 0) {
                    Some((_, count)) => Finding::Note("orders", format!("{all}, of which {count} need attention")),
                    None => Finding::Good("orders", all.to_string()),
                }
            }
            Err(error) => Finding::Bad("orders", error.to_string()),
        }
    })
}

fn documents(config: &Config, place: &Place) -> Finding {
    match &config.bucket {
        Some(bucket) => match bucket.settings().and_then(|settings| Ok(store::Bucket::open(&settings)?)) {
            Ok(_) => Finding::Good("documents", format!("in the bucket {}", bucket.name)),
            Err(error) => Finding::Bad("documents", format!("{error:#}")),
        },
        None if config.database.is_some() => {
            Finding::Note("documents", format!("{}: several servers on one database need a folder that all reach, or a [bucket]", place.documents().display()))
        }
        None => Finding::Good("documents", place.documents().display().to_string()),
    }
}

fn reached(config: &Config) -> Finding {
    match &config.public_url {
        Some(url) => Finding::Good("address", url.clone()),
        None => Finding::Note("address", "public_url is not set: links to documents are good on this machine only, and providers give no notice".to_owned()),
    }
}

fn apps(config: &Config) -> Finding {
    match config.settings() {
        Ok(settings) if settings.apps.is_empty() => Finding::Note(
            "apps",
            "none in the settings: add [[apps]] with key and secret, or try `fapiao serve --demo`".to_owned(),
        ),
        Ok(settings) => Finding::Good("apps", settings.apps.len().to_string()),
        Err(error) => Finding::Bad("apps", format!("{error:#}")),
    }
}
