//! `fapiao check`: is a document what it says it is? Seals, QR codes, sums, tax ids.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use document::budget::Budget;
use document::proof::{Held, Proof, examine};
use invoice::kind::Kind;
use recognize::Found;

use super::FAILED;
use super::read::outcome::Outcome;
use super::read::{files, outcome};
use crate::config::Config;
use crate::eyes;

#[derive(Args)]
pub(crate) struct Flags {
    /// Files; of folders, all documents in them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Print one JSON object for each file
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
struct Line {
    what: String,
    /// None where it cannot be told.
    holds: Option<bool>,
    detail: String,
}

pub(crate) fn run(config: &Config, flags: Flags) -> anyhow::Result<ExitCode> {
    let reader = eyes::lazy(config);
    let mut out = std::io::stdout().lock();
    let (mut looked_at, mut bad) = (0, 0);
    for file in &files::list(&flags.paths) {
        let Some(read) = outcome::read(&reader, file) else { continue };
        looked_at += 1;
        let proofs = std::fs::read(&file.path).ok().map(|bytes| {
            let budget = Budget { bytes: outcome::LARGEST, ..Budget::default() };
            examine(&bytes, &budget).unwrap_or_default()
        });
        let lines = lines(&read, &proofs.unwrap_or_default());
        let fails = read.error().is_some() || lines.iter().any(|line| line.holds == Some(false));
        bad += usize::from(fails);
        if flags.json {
            let lines: Vec<_> =
                lines.iter().map(|line| serde_json::json!({ "what": line.what, "holds": line.holds, "detail": line.detail })).collect();
            let said =
                serde_json::json!({ "file": file.path.display().to_string(), "error": read.error(), "holds": !fails, "checks": lines });
            writeln!(out, "{said}")?;
            continue;
        }
        writeln!(out, "{}", file.path.display())?;
        if let Some(error) = read.error() {
            writeln!(out, "  FAIL  not read: {error}")?;
        }
        for found in read.found().iter().filter(|found| found.kind != Kind::Other) {
            writeln!(out, "  {} {}", found.kind.name(), title(found))?;
        }
        for Line { what, holds, detail } in &lines {
            let mark = match holds {
                Some(true) => "ok  ",
                Some(false) => "FAIL",
                None => "?   ",
            };
            writeln!(out, "  {mark}  {what:<16} {detail}")?;
        }
        if lines.is_empty() && read.error().is_none() {
            writeln!(out, "  ?     nothing to check was found: no invoice, and no seal")?;
        }
    }
    drop(out);
    writeln!(std::io::stderr(), "files: {looked_at}, in which something does not hold: {bad}")?;
    Ok(ExitCode::from(if bad == 0 { 0 } else { FAILED }))
}

/// Number, date and total, as far as they were read.
fn title(found: &Found) -> String {
    let record = found.kind.record(&found.details);
    ["number", "date", "total"].map(|key| record.text(key)).join(" ").trim().to_owned()
}

fn lines(read: &Outcome, proofs: &[Proof]) -> Vec<Line> {
    let mut lines = Vec::new();
    for proof in proofs {
        let words = [proof.name.as_str(), &proof.signer, &proof.time];
        let who: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
        for (what, held) in [("contents", &proof.unchanged), ("seal", &proof.signed)] {
            let (holds, why) = match held {
                Held::Yes => (Some(true), ""),
                Held::No(why) => (Some(false), why.as_str()),
                Held::Unknown(why) => (None, why.as_str()),
            };
            let detail = [&who.join(", "), why].into_iter().filter(|text| !text.is_empty()).collect::<Vec<&str>>().join(": ");
            lines.push(Line { what: what.to_owned(), holds, detail });
        }
    }
    for check in read.found().iter().flat_map(|found| &found.checks) {
        // Real tax ids exist whose check digit is wrong: worth a look, not a verdict.
        let holds = if check.name == "tax_id" && !check.passed { None } else { Some(check.passed) };
        lines.push(Line { what: check.name.to_owned(), holds, detail: check.detail.clone() });
    }
    lines
}
