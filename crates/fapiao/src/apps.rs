//! The apps of the settings and of the store are the same: what the settings name is written into the store, where everything that
//! issues looks for it.

use anyhow::bail;
use issue::caller::app_secret_place;
use issue::order::{AppId, Party, People, TaxId};
use issue::secret::Vault;
use issue::store::{App, Item, Login, Seller};
use issue::surroundings::{Clock, SystemClock};
use rust_decimal::Decimal;
use server::Apps;

use crate::keeping::Keeping;

/// The name of an app that stands in the settings. One that no longer stands there is switched off by it.
const CONFIGURED: &str = "(settings)";

/// Writes the apps of the settings into the store, and switches off those that were there and are not any more.
pub(crate) async fn write(keeping: &Keeping, apps: &Apps) -> anyhow::Result<()> {
    let stored = keeping.store.apps().await?;
    for (key, secret) in apps.iter() {
        let id = AppId::from(key);
        let place = app_secret_place(&id);
        let known = stored.iter().find(|app| app.id == id);
        let same = match known {
            Some(app) => keeping.vault.open(&place, &app.secret)? == *secret,
            None => false,
        };
        match known {
            Some(app) if same && app.enabled => {}
            Some(app) if same => keeping.store.put_app(&App { enabled: true, ..app.clone() }).await?,
            Some(app) if app.name != CONFIGURED => {
                bail!("the app {key} of the settings is in the store too, with another secret: take it out of the settings")
            }
            Some(app) => {
                let secret = keeping.vault.seal(&place, secret)?;
                keeping.store.put_app(&App { secret, earlier_secret: None, enabled: true, ..app.clone() }).await?;
            }
            None => {
                let sealed = keeping.vault.seal(&place, secret)?;
                let app = App::made(id, CONFIGURED, sealed, SystemClock.now());
                keeping.store.put_app(&app).await?;
            }
        }
    }
    for app in stored.iter().filter(|app| app.enabled && app.name == CONFIGURED) {
        if !apps.iter().any(|(key, _)| key == app.id.as_str()) {
            tracing::warn!(app = %app.id, "the app stands in the settings no longer and is switched off");
            keeping.store.put_app(&App { enabled: false, ..app.clone() }).await?;
        }
    }
    Ok(())
}

/// What the demo shows.
pub(crate) mod demo {
    use super::*;

    /// Id of the app, for all APIs.
    pub(crate) const APP: &str = "demo";
    /// Its secret.
    pub(crate) const SECRET: &str = "demo-secret";
    /// Merchant number of the seller at the gate.
    pub(crate) const MERCHANT: &str = "6262666666";
    /// Tax id of the seller.
    pub(crate) const SELLER: &str = "91110000MA00FAPA0T";
    /// Name of the seller.
    pub(crate) const NAME: &str = "演示停车场管理有限公司";

    /// Writes the seller, on the sandbox, unless it is there; and lets the app be an operator, so that all of the API can be tried.
    pub(crate) async fn write(keeping: &Keeping) -> anyhow::Result<()> {
        let (app, tax_id) = (AppId::from(APP), TaxId::from(SELLER));
        if let Some(app) = keeping.store.app(&app).await?.filter(|app| !app.operator) {
            keeping.store.put_app(&App { operator: true, ..app }).await?;
        }
        if keeping.store.seller(&app, &tax_id).await?.is_some() {
            return Ok(());
        }
        let party = Party {
            tax_id,
            name: NAME.to_owned(),
            address: "北京市示范区演示路1号".to_owned(),
            telephone: "010-00000000".to_owned(),
            ..Party::default()
        };
        let item = Item {
            name: "停车费".to_owned(),
            tax_code: "3040502020200000000".to_owned(),
            rate: Decimal::new(9, 2),
            untaxed: None,
            unit: String::new(),
            specification: String::new(),
        };
        let seller = Seller {
            app,
            party,
            merchants: vec![MERCHANT.to_owned()],
            provider: providers::sandbox::NAME.to_owned(),
            settings: serde_json::Map::new(),
            secret: None,
            item: Some(item),
            people: People { issuer: "演示员".to_owned(), ..People::default() },
            login: Login::Unknown,
            enabled: true,
        };
        keeping.store.put_seller(&seller).await?;
        Ok(())
    }
}
