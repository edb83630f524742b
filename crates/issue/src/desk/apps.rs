//! Apps: made, changed, given keys. What the operator does, through the API and on the command line.

use std::time::Duration;

use super::Desk;
use crate::access::{AccessKey, fresh_secret, is_app_id};
use crate::caller::app_secret_place;
use crate::machine::pace::later;
use crate::order::{AppId, Target};
use crate::secret::{Secret, VaultError};
use crate::store::{App, StoreError};

/// Keys that an app may have at one time.
const KEYS: usize = 20;
/// The longest that two secrets are valid side by side.
const OVERLAP: Duration = Duration::from_secs(30 * 24 * 3600);

/// Why an app was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The id cannot be used.
    #[error("an app's id has 1 to 64 characters of A-Z a-z 0-9 _ -")]
    Id,
    /// There is an app of this id.
    #[error("there is an app {0} already")]
    Exists(AppId),
    /// There is none of this id.
    #[error("there is no app {0}")]
    NoApp(AppId),
    /// It has no such key.
    #[error("the app has no key {0}")]
    NoKey(String),
    /// It has as many keys as it may have.
    #[error("an app may have {KEYS} keys; remove one first")]
    Keys,
    /// Its name is empty or too long.
    #[error("a name has 1 to 100 characters, none of them a control character")]
    Name,
    /// A secret could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What may be said about an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSettings {
    /// Its name, for people.
    pub name: String,
    /// Where all of its orders' events go.
    pub targets: Vec<Target>,
    /// Whether it may call.
    pub enabled: bool,
    /// Whether it may make and change apps, and act for others.
    pub operator: bool,
}

impl Desk {
    /// Makes an app. Its secret is shown this once.
    ///
    /// # Errors
    /// [`AppError::Id`], [`AppError::Name`], [`AppError::Exists`].
    pub async fn create_app(&self, id: &AppId, settings: AppSettings) -> Result<(App, Secret), AppError> {
        if !is_app_id(id.as_str()) {
            return Err(AppError::Id);
        }
        name(&settings.name)?;
        if self.store().app(id).await?.is_some() {
            return Err(AppError::Exists(id.clone()));
        }
        let secret = fresh_secret(&*self.caller.chance);
        let sealed = self.caller.vault.seal(&app_secret_place(id), &secret)?;
        let AppSettings { name, targets, enabled, operator } = settings;
        let app = App { targets, enabled, operator, ..App::made(id.clone(), name, sealed, self.now()) };
        self.store().put_app(&app).await?;
        Ok((app, secret))
    }

    /// An app.
    ///
    /// # Errors
    /// [`AppError::NoApp`].
    pub async fn app(&self, id: &AppId) -> Result<App, AppError> {
        self.store().app(id).await?.ok_or_else(|| AppError::NoApp(id.clone()))
    }

    /// Changes what is said about an app.
    ///
    /// # Errors
    /// [`AppError::NoApp`], [`AppError::Name`].
    pub async fn change_app(&self, id: &AppId, settings: AppSettings) -> Result<App, AppError> {
        name(&settings.name)?;
        let AppSettings { name, targets, enabled, operator } = settings;
        let app = App { name, targets, enabled, operator, ..self.app(id).await? };
        self.store().put_app(&app).await?;
        Ok(app)
    }

    /// Gives an app another secret, shown this once. The present one stays valid for `overlap`, 30 days at most; the one before
    /// it ends now.
    ///
    /// # Errors
    /// [`AppError::NoApp`].
    pub async fn rotate_secret(&self, id: &AppId, overlap: Duration) -> Result<(App, Secret), AppError> {
        let app = self.app(id).await?;
        let secret = fresh_secret(&*self.caller.chance);
        let sealed = self.caller.vault.seal(&app_secret_place(id), &secret)?;
        let until = later(self.now(), overlap.min(OVERLAP));
        let app = App { earlier_secret: (!overlap.is_zero()).then_some((app.secret, until)), secret: sealed, ..app };
        self.store().put_app(&app).await?;
        Ok((app, secret))
    }

    /// Gives an app a bearer key, shown this once.
    ///
    /// # Errors
    /// [`AppError::NoApp`], [`AppError::Name`], [`AppError::Keys`].
    pub async fn add_key(&self, id: &AppId, name_of_key: &str) -> Result<(AccessKey, Secret), AppError> {
        name(name_of_key)?;
        let mut app = self.app(id).await?;
        if app.keys.len() >= KEYS {
            return Err(AppError::Keys);
        }
        let (kept, key) = AccessKey::mint(id, name_of_key, self.now(), &*self.caller.chance);
        app.keys.push(kept.clone());
        self.store().put_app(&app).await?;
        Ok((kept, key))
    }

    /// Takes a bearer key away.
    ///
    /// # Errors
    /// [`AppError::NoApp`], [`AppError::NoKey`].
    pub async fn remove_key(&self, id: &AppId, key: &str) -> Result<App, AppError> {
        let mut app = self.app(id).await?;
        let before = app.keys.len();
        app.keys.retain(|kept| kept.id != key);
        if app.keys.len() == before {
            return Err(AppError::NoKey(key.to_owned()));
        }
        self.store().put_app(&app).await?;
        Ok(app)
    }
}

fn name(said: &str) -> Result<(), AppError> {
    let right = !said.trim().is_empty() && said.chars().count() <= 100 && !said.contains(char::is_control);
    if right { Ok(()) } else { Err(AppError::Name) }
}
