//! `fapiao doctor`: what is here, what is missing, and the command that mends it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::FAILED;
use crate::config::Config;

#[derive(Args)]
pub(crate) struct Flags {}

/// One finding.
enum Finding {
    /// As it should be.
    Good(&'static str, String),
    /// Works without, but less well.
    Note(&'static str, String),
    /// Does not work, with what mends it.
    Bad(&'static str, String),
}

pub(crate) fn run(config: &Config, file: Option<&Path>, _: &Flags) -> anyhow::Result<ExitCode> {
    let mut findings = vec![
        Finding::Good("version", format!("fapiao {} ({} {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH)),
        Finding::Good("settings", file.map_or("defaults and FAPIAO_* variables".to_owned(), |file| file.display().to_string())),
    ];
    findings.extend(pictures(config));
    findings.push(data(config));
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

fn data(config: &Config) -> Finding {
    match &config.data {
        None => Finding::Note("data", "nothing is kept between runs; `fapiao serve --data DIR` starts faster the second time".to_owned()),
        Some(data) => match std::fs::create_dir_all(data).and_then(|()| std::fs::metadata(data)) {
            Ok(metadata) if !metadata.permissions().readonly() => Finding::Good("data", data.display().to_string()),
            Ok(_) => Finding::Bad("data", format!("{} cannot be written to; change its permissions or name another", data.display())),
            Err(error) => Finding::Bad("data", format!("{} cannot be made: {error}; name another with `data`", data.display())),
        },
    }
}

fn apps(config: &Config) -> Finding {
    match config.settings() {
        Ok(settings) if settings.apps.is_empty() => Finding::Note(
            "apps",
            "none: `fapiao serve` refuses every call; add [[apps]] with key and secret, or try `fapiao serve --demo`".to_owned(),
        ),
        Ok(settings) => Finding::Good("apps", settings.apps.len().to_string()),
        Err(error) => Finding::Bad("apps", format!("{error:#}")),
    }
}
