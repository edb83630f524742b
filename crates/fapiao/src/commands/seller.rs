//! `fapiao seller`: the parties that an app issues for.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use issue::caller::seller_secret_place;
use issue::desk::Desk;
use issue::order::{Party, People, TaxId};
use issue::secret::Secret;
use issue::store::{Item, Login, Seller};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::counter::{self, Where, table, text_of};

#[derive(Args)]
pub(crate) struct Flags {
    #[command(subcommand)]
    what: What,
    /// The app [default: the only one]
    #[arg(long, global = true, value_name = "ID")]
    app: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Subcommand)]
enum What {
    /// List the sellers of an app
    List,
    /// Add a seller, or change one: what is not given stays as it is
    Add(Box<Added>),
}

#[derive(Args)]
struct Added {
    /// Its tax id
    tax_id: String,
    /// Its full name
    #[arg(long)]
    name: Option<String>,
    /// Its address
    #[arg(long)]
    address: Option<String>,
    /// Its telephone
    #[arg(long)]
    telephone: Option<String>,
    /// Its bank
    #[arg(long)]
    bank: Option<String>,
    /// Its account there
    #[arg(long)]
    account: Option<String>,
    /// A merchant number at the gate; may be given several times
    #[arg(long = "merchant", value_name = "NUMBER")]
    merchants: Option<Vec<String>>,
    /// Who issues for it: sandbox, nuonuo
    #[arg(long)]
    provider: Option<String>,
    /// A setting for the provider, `name=value`, the value JSON or text; may be given several times
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// A file that holds the secret for the provider
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// What is sold when an order gives an amount only
    #[arg(long, value_name = "NAME", requires = "tax_code", requires = "rate")]
    item: Option<String>,
    /// Its 19-digit code of the tax classification
    #[arg(long, value_name = "CODE", requires = "item")]
    tax_code: Option<String>,
    /// Its rate as a fraction: 0.06
    #[arg(long, requires = "item")]
    rate: Option<Decimal>,
    /// Who issues (开票人), where an order names nobody
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// Whether orders are accepted for it
    #[arg(long)]
    enabled: Option<bool>,
}

pub(crate) fn run(config: Config, flags: Flags) -> anyhow::Result<ExitCode> {
    counter::at(config, flags.place, |desk| work(desk, flags.app, flags.what))
}

async fn work(desk: Desk, app: Option<String>, what: What) -> anyhow::Result<()> {
    let app = counter::app(&desk, app).await?;
    let store = desk.caller.store.clone();
    match what {
        What::List => list(&store.sellers(Some(&app)).await?),
        What::Add(added) => {
            let tax_id = TaxId::new(added.tax_id.trim().to_ascii_uppercase());
            let present = match store.seller(&app, &tax_id).await? {
                Some(present) => present,
                None => Seller {
                    app,
                    party: Party { tax_id, ..Party::default() },
                    merchants: Vec::new(),
                    provider: String::new(),
                    settings: Map::new(),
                    secret: None,
                    item: None,
                    people: People::default(),
                    login: Login::Unknown,
                    enabled: true,
                },
            };
            let seller = added.over(&desk, present)?;
            desk.check_seller(&seller)?;
            store.put_seller(&seller).await?;
            list(&[seller])
        }
    }
}

impl Added {
    /// The seller as it is after this.
    fn over(self, desk: &Desk, mut seller: Seller) -> anyhow::Result<Seller> {
        let party = &mut seller.party;
        for (said, known) in [
            (self.name, &mut party.name),
            (self.address, &mut party.address),
            (self.telephone, &mut party.telephone),
            (self.bank, &mut party.bank),
            (self.account, &mut party.account),
            (self.issuer, &mut seller.people.issuer),
        ] {
            *known = said.unwrap_or_else(|| known.clone());
        }
        let digits = party.tax_id.as_str();
        if !(6..=20).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
            bail!("{digits} is no tax id: 6 to 20 digits and capitals");
        }
        if party.name.trim().is_empty() {
            bail!("a seller needs a --name");
        }
        if let Some(provider) = self.provider.filter(|provider| *provider != seller.provider) {
            // Settings and secret belong to one provider.
            (seller.provider, seller.secret, seller.settings) = (provider, None, Map::new());
        }
        if seller.provider.is_empty() {
            bail!("a seller needs a --provider: {}", desk.caller.registry.names().join(", "));
        }
        seller.merchants = self.merchants.unwrap_or(seller.merchants);
        seller.enabled = self.enabled.unwrap_or(seller.enabled);
        for setting in self.settings {
            let (name, value) = setting.split_once('=').with_context(|| format!("--setting {setting}: it must be name=value"))?;
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            seller.settings.insert(name.to_owned(), value);
        }
        if let Some(file) = self.secret_file {
            let secret = Secret::new(text_of(&file)?);
            seller.secret = Some(desk.caller.vault.seal(&seller_secret_place(&seller), &secret)?);
        }
        if let (Some(name), Some(tax_code), Some(rate)) = (self.item, self.tax_code, self.rate) {
            if tax_code.len() != 19 || !tax_code.bytes().all(|b| b.is_ascii_digit()) {
                bail!("--tax-code {tax_code}: it has 19 digits");
            }
            if rate < Decimal::ZERO || rate >= Decimal::ONE {
                bail!("--rate {rate}: it is a fraction, 0.06 for 6 %");
            }
            seller.item = Some(Item { name, tax_code, rate, untaxed: None, unit: String::new(), specification: String::new() });
        }
        Ok(seller)
    }
}

fn list(sellers: &[Seller]) -> anyhow::Result<()> {
    let mut table = table(&["tax id", "name", "merchants", "provider", "secret", "item", "login", "orders"]);
    for seller in sellers {
        let item = seller.item.as_ref().map_or(String::new(), |item| format!("{} {}", item.name, item.rate));
        let login = match &seller.login {
            Login::Unknown => "",
            Login::Present { .. } => "there",
            Login::Missing { text, .. } => text,
        };
        let yes = |is: bool| if is { "yes" } else { "no" };
        let (secret, orders) = (yes(seller.secret.is_some()), yes(seller.enabled));
        let (id, name) = (seller.party.tax_id.as_str(), &seller.party.name);
        table.add_row([id, name, &seller.merchants.join("\n"), &seller.provider, secret, &item, login, orders]);
    }
    writeln!(std::io::stdout(), "{}", table.trim_fmt())?;
    Ok(())
}
