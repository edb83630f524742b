//! `fapiao app`: apps, their secrets and keys.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use issue::desk::{AppSettings, Desk};
use issue::order::{AppId, Target};
use issue::store::App;

use crate::config::Config;
use crate::counter::{self, Where, table};

#[derive(Args)]
pub(crate) struct Flags {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Where,
}

#[derive(Subcommand)]
enum What {
    /// List the apps
    List,
    /// Make an app; its secret is shown this once
    Create {
        /// Its id, for all APIs: A-Z a-z 0-9 _ -
        id: String,
        /// Its name, for people [default: its id]
        #[arg(long)]
        name: Option<String>,
        /// An address that all of its orders' events go to; may be given several times
        #[arg(long = "target", value_name = "URL")]
        targets: Vec<String>,
        /// It may make and change apps, and act for others
        #[arg(long)]
        operator: bool,
    },
    /// Change an app
    Set {
        /// Its id
        id: String,
        /// Its name
        #[arg(long)]
        name: Option<String>,
        /// Its addresses, in place of those that it has
        #[arg(long = "target", value_name = "URL")]
        targets: Option<Vec<String>>,
        /// Whether it may call
        #[arg(long)]
        enabled: Option<bool>,
        /// Whether it may make and change apps, and act for others
        #[arg(long)]
        operator: Option<bool>,
    },
    /// Give an app another secret, shown this once
    Rotate {
        /// Its id
        id: String,
        /// Hours that the present secret stays valid, 720 at most
        #[arg(long, default_value_t = 24)]
        overlap: u16,
    },
    /// Give an app a bearer key for the native API, shown this once
    Key {
        /// Its id
        id: String,
        /// What the key is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// Take a bearer key away
    Unkey {
        /// The app's id
        id: String,
        /// The key's id, as `fapiao app list` shows it
        key: String,
    },
}

pub(crate) fn run(config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    counter::at(config, flags.place, |desk| work(desk, flags.what))
}

fn native(urls: Vec<String>) -> Vec<Target> {
    urls.into_iter().map(|url| Target { dialect: "native".to_owned(), url }).collect()
}

async fn work(desk: Desk, what: What) -> anyhow::Result<()> {
    // Only locked for writing: nothing waits while it is held.
    let mut out = std::io::stdout();
    match what {
        What::List => list(&mut out, &desk.caller.store.apps().await?)?,
        What::Create { id, name, targets, operator } => {
            let settings = AppSettings { name: name.unwrap_or_else(|| id.clone()), targets: native(targets), enabled: true, operator };
            let (app, secret) = desk.create_app(&AppId::new(id), settings).await?;
            writeln!(out, "app     {}\nsecret  {}\n\nThe secret is shown this once.", app.id, secret.expose())?;
        }
        What::Set { id, name, targets, enabled, operator } => {
            let present = desk.app(&AppId::new(id)).await?;
            let settings = AppSettings {
                name: name.unwrap_or(present.name),
                targets: targets.map_or(present.targets, native),
                enabled: enabled.unwrap_or(present.enabled),
                operator: operator.unwrap_or(present.operator),
            };
            list(&mut out, &[desk.change_app(&present.id, settings).await?])?;
        }
        What::Rotate { id, overlap } => {
            let (app, secret) = desk.rotate_secret(&AppId::new(id), Duration::from_secs(u64::from(overlap) * 3600)).await?;
            writeln!(out, "app     {}\nsecret  {}\n\nThe secret is shown this once.", app.id, secret.expose())?;
            if let Some((_, until)) = app.earlier_secret {
                writeln!(out, "The one before it is valid until {until}.")?;
            }
        }
        What::Key { id, name } => {
            let (kept, key) = desk.add_key(&AppId::new(id), &name).await?;
            writeln!(out, "id   {}\nkey  {}\n\nThe key is shown this once: Authorization: Bearer <key>", kept.id, key.expose())?;
        }
        What::Unkey { id, key } => {
            desk.remove_key(&AppId::new(id), &key).await?;
            writeln!(out, "The key {key} is gone.")?;
        }
    }
    Ok(())
}

fn list(out: &mut impl Write, apps: &[App]) -> anyhow::Result<()> {
    let mut table = table(&["app", "name", "calls", "operator", "targets", "keys", "since"]);
    for app in apps {
        let keys: Vec<String> = app.keys.iter().map(|key| format!("{} {}", key.id, key.name)).collect();
        let targets: Vec<&str> = app.targets.iter().map(|target| target.url.as_str()).collect();
        let (calls, operator) = (if app.enabled { "yes" } else { "no" }, if app.operator { "yes" } else { "no" });
        table.add_row([app.id.as_str(), &app.name, calls, operator, &targets.join("\n"), &keys.join("\n"), &app.created_at.to_string()]);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    Ok(())
}
